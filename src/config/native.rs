//! Our own configuration: `kexec-loader.cfg` and its two older names.
//!
//! Given the file's bytes, adds its entries, and tells every mistake in one line,
//! `file:line: words`. One grammar takes what both generations of the original took;
//! docs/manual.md describes it. No mistake loses more than its own line.

use crate::entry::{ENTRIES, Entries, Extra, Timeout};
use crate::location::Device;
use crate::notes::Notes;
use crate::out::Decimal;
use crate::text::{Lines, split_word};

/// What a line may begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Timeout,
    Title,
    Root,
    Mount,
    Kernel,
    Initrd,
    Cmdline,
    Append,
    Module,
    Default,
    ResetVga,
    Kmod,
    GrubPath,
    GrubMap,
    GrubAutodetect,
    GrubFirst,
}

use Directive as D;

/// Where a directive may stand, and whether anything must follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Anywhere, with an argument.
    Anywhere,
    /// In an entry, with an argument.
    Entry,
    /// In an entry, alone.
    Flag,
}

/// Every directive there is. Names are compared without regard to case.
const DIRECTIVES: [(&str, Directive, Rule); 18] = [
    ("timeout", D::Timeout, Rule::Anywhere),
    ("title", D::Title, Rule::Anywhere),
    ("root", D::Root, Rule::Entry),
    ("rootfs", D::Root, Rule::Entry),
    ("mount", D::Mount, Rule::Entry),
    ("kernel", D::Kernel, Rule::Entry),
    ("initrd", D::Initrd, Rule::Entry),
    ("cmdline", D::Cmdline, Rule::Entry),
    ("append", D::Append, Rule::Entry),
    ("module", D::Module, Rule::Entry),
    ("default", D::Default, Rule::Flag),
    ("reset-vga", D::ResetVga, Rule::Flag),
    ("kmod", D::Kmod, Rule::Anywhere),
    ("grub-path", D::GrubPath, Rule::Anywhere),
    ("grub_root", D::GrubPath, Rule::Anywhere),
    ("grub-map", D::GrubMap, Rule::Anywhere),
    ("grub-autodetect", D::GrubAutodetect, Rule::Anywhere),
    ("grub_first", D::GrubFirst, Rule::Anywhere),
];

/// Reads `text`, the contents of the file called `name`.
pub fn read<'t>(name: &[u8], text: &'t [u8], entries: &mut Entries<'t>, notes: &mut Notes) {
    // Editors of other systems begin UTF-8 files with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = Reader {
        entries,
        state: State::BeforeTitle,
    };
    for line in Lines::new(text) {
        let (word, value) = split_word(line.text);
        let mistake = reader.line(word, value, line.number);
        if let Err(words) = mistake {
            let number = Decimal::new(line.number.into());
            notes.say(words, &[name, number.bytes(), word, value]);
        }
    }
}

/// Where in the file we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeTitle,
    InEntry,
    /// In an entry for which there was no room: its lines are passed over.
    Skipping,
}

struct Reader<'e, 't> {
    entries: &'e mut Entries<'t>,
    state: State,
}

/// A sentence about a line: its `%`s are the file, the line, the directive and the value.
type Mistake = &'static str;

impl<'t> Reader<'_, 't> {
    fn line(&mut self, word: &[u8], value: &'t [u8], number: u32) -> Result<(), Mistake> {
        let row = DIRECTIVES
            .iter()
            .find(|(name, ..)| name.as_bytes().eq_ignore_ascii_case(word));
        let Some(&(_, directive, rule)) = row else {
            return Err("%:%: unknown directive '%'");
        };
        if rule != Rule::Anywhere {
            match self.state {
                State::BeforeTitle => {
                    return Err("%:%: '%' belongs to an entry, after a title line");
                }
                State::Skipping => return Ok(()),
                State::InEntry => {}
            }
        }
        if directive == D::Title {
            return self.title(value, number);
        }
        if value.is_empty() && rule != Rule::Flag {
            return Err("%:%: '%' requires an argument");
        }
        self.directive(directive, value)
    }

    /// Begins an entry. One without a name is begun all the same, or its lines would
    /// change the entry before it.
    fn title(&mut self, title: &'t [u8], number: u32) -> Result<(), Mistake> {
        let shown = if title.is_empty() {
            b"(no title)"
        } else {
            title
        };
        if self.entries.open(shown, number).is_err() {
            let first = self.state != State::Skipping;
            self.state = State::Skipping;
            const { assert!(ENTRIES == 256) };
            return match first {
                true => Err("%:%: 256 entries are kept, the rest are skipped"),
                false => Ok(()),
            };
        }
        self.state = State::InEntry;
        match title.is_empty() {
            true => Err("%:%: '%' requires an argument"),
            false => Ok(()),
        }
    }

    fn directive(&mut self, directive: Directive, value: &'t [u8]) -> Result<(), Mistake> {
        const NO_GRUB: Mistake = "%:%: '%' is understood, but this build reads no GRUB files";
        match directive {
            D::Timeout => {
                let timeout = Timeout::parse(value);
                self.entries.timeout = Some(timeout.unwrap_or(Timeout::Off));
                timeout
                    .map(|_| ())
                    .ok_or("%:%: '%' is neither 'off' nor a number of seconds, so it is off: '%'")
            }
            D::Kmod => {
                let (module, options) = split_word(value);
                let kept = self.entries.set_options(module, options);
                kept.map_err(|_| "%:%: too many '%' lines, this one is skipped")
            }
            D::Default => {
                self.entries.make_default();
                Ok(())
            }
            D::Initrd => self.add(Extra::Initrd(value)),
            D::Module => self.add(Extra::Module(value)),
            D::Mount => self.mount(value),
            D::GrubPath | D::GrubFirst => Err(NO_GRUB),
            D::GrubAutodetect => {
                let is_off = value.eq_ignore_ascii_case(b"off");
                let is_on = value.eq_ignore_ascii_case(b"on");
                match (is_off, is_on) {
                    (true, _) => Ok(()),
                    (_, true) => Err(NO_GRUB),
                    _ => Err("%:%: '%' expects 'on' or 'off', not '%'"),
                }
            }
            D::GrubMap => match split_word(value).1 {
                [] => Err("%:%: '%' requires two arguments, a GRUB disk and a Linux disk"),
                _ => Err(NO_GRUB),
            },
            _ => self.field(directive, value),
        }
    }

    fn add(&mut self, extra: Extra<'t>) -> Result<(), Mistake> {
        let kept = self.entries.add(extra);
        kept.map_err(|_| "%:%: too many ramdisks, mounts and modules; '%' is skipped")
    }

    /// `mount DEVICE FOLDER`, a line of the original's first generation.
    fn mount(&mut self, value: &'t [u8]) -> Result<(), Mistake> {
        let (device, folder) = split_word(value);
        match Device::parse(device) {
            Some(device) if !folder.is_empty() => self.add(Extra::Mount(device, folder)),
            _ => self.break_entry(
                "a mount line of it is wrong",
                "%:%: '%' requires a disk and a folder, not '%'",
            ),
        }
    }

    /// A line that an entry has once.
    fn field(&mut self, directive: Directive, value: &'t [u8]) -> Result<(), Mistake> {
        let Some(entry) = self.entries.last_mut() else {
            return Ok(());
        };
        let place = match directive {
            D::Kernel => &mut entry.kernel,
            D::Cmdline => &mut entry.cmdline,
            D::Append => &mut entry.append,
            D::Root => match Device::parse(value) {
                Some(device) => {
                    entry.root = device;
                    return Ok(());
                }
                None => {
                    return self
                        .break_entry("its root line names no disk", "%:%: '%' names no disk: '%'");
                }
            },
            _ => {
                entry.reset_vga = true;
                return Ok(());
            }
        };
        let twice = !place.is_empty();
        *place = value;
        match twice {
            true => Err("%:%: a second '%' in one entry; this one counts: '%'"),
            false => Ok(()),
        }
    }

    /// Marks the entry as one that cannot be booted, lest it boot something else.
    fn break_entry(&mut self, why: &'static str, mistake: Mistake) -> Result<(), Mistake> {
        if let Some(entry) = self.entries.last_mut() {
            entry.broken = Some(why);
        }
        Err(mistake)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::entry::{Entries, Extra, Timeout};
    use crate::location::Id;
    use crate::notes::Notes;

    /// Reads a file called `f`; gives its mistakes.
    fn parse<'t>(text: &'t str, entries: &mut Entries<'t>) -> Vec<String> {
        let mut notes = Notes::new();
        read(b"f", text.as_bytes(), entries, &mut notes);
        let told = notes
            .lines()
            .map(|l| String::from_utf8_lossy(l).into_owned());
        told.collect()
    }

    #[test]
    fn an_entry_of_each_generation() {
        let mut entries = Entries::new();
        let told = parse(
            "# both\r\ntimeout 10\r\n\r\nTITLE Debian GNU/Linux \r\n\
             \troot LABEL=my root\r\n  Kernel /boot/vmlinuz \r\ninitrd /a\r\ninitrd /b\r\n\
             cmdline root=/dev/sda1\r\nappend quiet\r\ndefault\r\nreset-vga\r\n\
             title old\nrootfs ext3:sda1\nmount sda2 /boot\nkernel /boot/k\nkmod sr_mod x=1 y\n",
            &mut entries,
        );
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(entries.timeout, Some(Timeout::Seconds(10)));
        let [first, second] = entries.list() else {
            panic!("two entries");
        };
        assert_eq!(first.title, b"Debian GNU/Linux");
        assert_eq!(first.root.id, Id::Label(b"my root"));
        assert_eq!(first.kernel, b"/boot/vmlinuz");
        assert_eq!(first.cmdline, b"root=/dev/sda1");
        assert_eq!(first.append, b"quiet");
        assert!(first.reset_vga);
        assert_eq!(first.line, 4);
        assert_eq!(entries.initrds(0).collect::<Vec<_>>(), [b"/a", b"/b"]);
        assert_eq!(second.root.fstype, Some(&b"ext3"[..]));
        assert!(matches!(
            entries.extras(1).next(),
            Some(Extra::Mount(_, b"/boot"))
        ));
        assert_eq!(entries.options(), [(&b"sr_mod"[..], &b"x=1 y"[..])]);
        assert_eq!(entries.default(), 0);
    }

    #[test]
    fn every_mistake_is_one_line() {
        for (text, want) in [
            (
                "kernel /k",
                "f:1: 'kernel' belongs to an entry, after a title line",
            ),
            ("\n\nfoo bar", "f:3: unknown directive 'foo'"),
            ("title", "f:1: 'title' requires an argument"),
            ("title a\nkernel", "f:2: 'kernel' requires an argument"),
            ("timeout", "f:1: 'timeout' requires an argument"),
            (
                "timeout abc",
                "f:1: 'timeout' is neither 'off' nor a number of seconds, so it is off: 'abc'",
            ),
            (
                "title a\nkernel /a\nkernel /b",
                "f:3: a second 'kernel' in one entry; this one counts: '/b'",
            ),
            (
                "title a\nroot LABEL=",
                "f:2: 'root' names no disk: 'LABEL='",
            ),
            (
                "title a\nmount sda1",
                "f:2: 'mount' requires a disk and a folder, not 'sda1'",
            ),
            (
                "grub-autodetect maybe",
                "f:1: 'grub-autodetect' expects 'on' or 'off', not 'maybe'",
            ),
            (
                "grub-path (sda1)/boot/grub",
                "f:1: 'grub-path' is understood, but this build reads no GRUB files",
            ),
            (
                "grub-map hd0",
                "f:1: 'grub-map' requires two arguments, a GRUB disk and a Linux disk",
            ),
            ("\x1b[2J", "f:1: unknown directive '?[2J'"),
        ] {
            let mut entries = Entries::new();
            assert_eq!(parse(text, &mut entries), [want], "{text:?}");
        }
    }

    #[test]
    fn mistakes_lose_their_line_only() {
        let mut entries = Entries::new();
        let told = parse(
            "\u{feff}timeout soon\ntitle a\nkernel /a\nbad\ninitrd /i\ntitle\nkernel /b\n\
             title c\ntitle d\nroot UUID=\nkernel /d\n",
            &mut entries,
        );
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(
            entries.timeout,
            Some(Timeout::Off),
            "never a boot by mistake"
        );
        let kernels: Vec<_> = entries.list().iter().map(|e| e.kernel).collect();
        assert_eq!(kernels, [&b"/a"[..], b"/b", b"", b"/d"]);
        assert_eq!(entries.initrds(0).collect::<Vec<_>>(), [b"/i"]);
        assert_eq!(entries.problem(0), None);
        assert!(entries.problem(2).is_some(), "no kernel");
        assert!(entries.problem(3).is_some(), "no disk");
    }

    #[test]
    fn the_first_default_and_the_last_timeout_count() {
        let mut entries = Entries::new();
        let text = "timeout 1\ntitle a\ntitle b\ndefault\ntitle c\ndefault\ntimeout off";
        assert!(parse(text, &mut entries).is_empty());
        assert_eq!(entries.default(), 1);
        assert_eq!(entries.timeout, Some(Timeout::Off));
    }

    #[test]
    fn too_many_entries_are_told_once() {
        let text = (0..300).fold(String::new(), |text, n| {
            text + &format!("title {n}\nkernel /{n}\n")
        });
        let mut entries = Entries::new();
        let told = parse(&text, &mut entries);
        assert_eq!(told, ["f:513: 256 entries are kept, the rest are skipped"]);
        assert_eq!(entries.list().len(), 256);
        assert_eq!(entries.list()[255].kernel, b"/255");
    }

    #[test]
    fn bytes_that_are_no_text() {
        let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
        let mut entries = Entries::new();
        read(b"f", &bytes, &mut entries, &mut Notes::new());
        assert!(entries.list().is_empty());
    }
}
