//! Our own configuration: `kexec-loader.cfg` and its two older names.
//!
//! Given the file's bytes, adds its entries, and tells every mistake in one line,
//! `file:line: words`. One grammar takes what both generations of the original took;
//! docs/manual.md describes it. No mistake loses more than its own line.

use super::{FOREIGN, is_detectable};
use crate::entry::{ENTRIES, Entries, Extra, Full, Timeout};
use crate::fallback::{IS_HERE, OnError};
use crate::location::{BOOT_DISK, Location};
use crate::menu::Colors;
use crate::notes::Notes;
use crate::text::{Likeness, Line, Lines, cut_word, nth_piece, number, place_of, same};

/// What a line may begin with: first what may stand anywhere, then what belongs to an
/// entry; at the end what needs no argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
#[allow(dead_code, reason = "some are features")]
enum Directive {
    Timeout,
    Fallback,
    OnError,
    Watchdog,
    Password,
    Keymap,
    Color,
    Kmod,
    ModulesFrom,
    Modules,
    Blacklist,
    Autodetect,
    GrubPath,
    GrubFirst,
    GrubAutodetect,
    GrubMap,
    Iso,
    Title,
    Hotkey,
    Root,
    Mount,
    Kernel,
    Run,
    Exec,
    Cmdline,
    Append,
    Initrd,
    Module,
    Default,
    ResetVga,
    Lock,
}

use Directive as D;

/// The names of directives, which are compared without regard to case.
const NAMES: &[u8] =
    b"timeout kmod modules-from autodetect grub-path grub_root grub_first grub-autodetect grub-map \
    iso title hotkey root rootfs mount kernel cmdline append initrd module default reset-vga";

/// The directives of these names, in the same order.
#[rustfmt::skip]
static DIRECTIVES: [Directive; 22] = [
    D::Timeout, D::Kmod, D::ModulesFrom, D::Autodetect, D::GrubPath, D::GrubPath, D::GrubFirst,
    D::GrubAutodetect, D::GrubMap, D::Iso, D::Title, D::Hotkey, D::Root, D::Root, D::Mount, D::Kernel, D::Cmdline, D::Append, D::Initrd,
    D::Module, D::Default, D::ResetVga,
];

/// The directives of features, by their names.
static MORE: &[(&[u8], Directive)] = &[
    #[cfg(feature = "auto")]
    (b"modules", D::Modules),
    #[cfg(feature = "auto")]
    (b"blacklist", D::Blacklist),
    #[cfg(feature = "color")]
    (b"color", D::Color),
    #[cfg(feature = "fallback")]
    (b"fallback", D::Fallback),
    #[cfg(feature = "fallback")]
    (b"on-error", D::OnError),
    #[cfg(feature = "keymap")]
    (b"keymap", D::Keymap),
    #[cfg(feature = "watchdog")]
    (b"watchdog", D::Watchdog),
    #[cfg(feature = "password")]
    (b"menu-password", D::Password),
    #[cfg(feature = "password")]
    (b"lock", D::Lock),
    #[cfg(feature = "programs")]
    (b"run", D::Run),
    #[cfg(feature = "programs")]
    (b"exec", D::Exec),
];

/// Whether words are what is kept of a password.
#[cfg(feature = "password")]
fn is_hash(words: &[u8]) -> bool {
    crate::password::Hash::read(words).is_some()
}

#[cfg(not(feature = "password"))]
fn is_hash(_: &[u8]) -> bool {
    false
}

/// The formats that `grub-autodetect on` asks for.
const GRUB: &[u8] = b"grub2 grub-legacy";

/// What may be wrong with a line.
#[derive(Clone, Copy)]
enum Mistake {
    Unknown,
    Outside,
    NoArgument,
    Entries,
    Timeout,
    Fallback,
    OnError,
    Number,
    Password,
    Color,
    Key,
    Kmod,
    Extras,
    Mount,
    Root,
    Twice,
    GrubAutodetect,
    Map,
    Absent,
    Autodetect,
    Modules,
}

/// The sentences for it, a line each; their `%`s are the file, the directive and the value,
/// their `#` is the line.
macro_rules! sentences {
    ($more:literal) => {
        concat!(
            "\
%:#: unknown directive '%'
%:#: '%' belongs to an entry, after a title line
%:#: '%' requires an argument
%:#: 256 entries are kept, the rest are skipped
%:#: '%' is neither 'off' nor a number of seconds, so it is off: '%'
%:#: '%' names no entry of this file: '%'
%:#: '%' expects 'next', 'menu', or 'reboot' and seconds, not '%'
%:#: '%' expects a number of seconds, not '%'
%:#: '%' is not as 'kexec-loader password' prints it; no password is right
%:#: '%' expects colours such as 'white/blue black/cyan', not '%'
%:#: '%' expects one letter or sign, not '%'
%:#: too many '%' lines, this one is skipped
%:#: too many ramdisks, mounts and modules; '%' is skipped
%:#: '%' requires a disk and a folder, not '%'
%:#: '%' names no disk: '%'
%:#: a second '%' in one entry; this one counts: '%'
%:#: '%' expects 'on' or 'off', not '%'
%:#: '%' requires two arguments, a GRUB disk and a Linux disk
%:#: '%' is understood, but this build was made without it
%:#: '%' expects 'on', 'off' or formats, not '%'",
            $more
        )
    };
}
const SENTENCES: &[u8] = if cfg!(feature = "auto") {
    sentences!("\n%:#: '%' expects 'auto' or 'all', not '%'").as_bytes()
} else {
    sentences!("").as_bytes()
};

/// Reads `text`, the contents of the file called `name`.
pub fn read<'t>(name: &'t [u8], text: &'t [u8], entries: &mut Entries<'t>, notes: &mut Notes) {
    let _ = entries.begin("native", BOOT_DISK, name);
    // Editors of other systems begin UTF-8 files with a byte order mark.
    let text = match text {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        text => text,
    };
    let mut reader = Reader {
        lines: Lines::new(text),
        entries,
        state: State::BeforeTitle,
        fallback: Line::default(),
    };
    while reader.lines.advance() {
        if let Err(mistake) = reader.line() {
            reader.tell(mistake, name, notes);
        }
    }
    if !IS_HERE {
        return;
    }
    // The entry that it names may stand below it.
    reader.lines.line = reader.fallback;
    let Line { number, value, .. } = reader.fallback;
    let fallback = reader.entries.find(value);
    if let Some(source) = reader.entries.source_mut() {
        source.fallback = fallback;
    }
    if fallback.is_none() && number > 0 {
        reader.tell(Mistake::Fallback, name, notes);
    }
}

/// Reads the lines of one entry that a person has written, and which need no title line. Those
/// without a value are as if they were not there.
#[inline(never)]
pub fn read_entry<'t>(
    name: &'t [u8],
    title: &'t [u8],
    text: &'t [u8],
    entries: &mut Entries<'t>,
    notes: &mut Notes,
) {
    let _ = entries.begin("native", BOOT_DISK, name);
    let _ = entries.open(title, 0);
    let mut reader = Reader {
        lines: Lines::new(text),
        entries,
        state: State::InEntry,
        fallback: Line::default(),
    };
    while reader.lines.advance() {
        let Line { word, value, .. } = reader.lines.line;
        if same(word, b"title") {
            if !value.is_empty()
                && let Some(entry) = reader.entries.last_mut()
            {
                entry.title = value;
            }
            continue;
        }
        match reader.line() {
            Ok(()) | Err(Mistake::NoArgument) => {}
            Err(mistake) => reader.tell(mistake, name, notes),
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
    lines: Lines<'t>,
    entries: &'e mut Entries<'t>,
    state: State,
    /// The line that names the fallback, the last if there are several.
    fallback: Line<'t>,
}

impl<'t> Reader<'_, 't> {
    fn tell(&self, mistake: Mistake, name: &[u8], notes: &mut Notes) {
        let sentence = nth_piece(SENTENCES, b'\n', mistake as usize);
        notes.say_of_line(sentence, name, &self.lines.line);
    }

    #[inline(never)]
    fn line(&mut self) -> Result<(), Mistake> {
        let Line { word, value, .. } = self.lines.line;
        let nth = place_of(word, NAMES, Likeness::Case);
        let known = nth.and_then(|nth| DIRECTIVES.get(nth));
        let more = || MORE.iter().find(|(name, _)| same(name, word));
        let known = known.or_else(|| Some(&more()?.1));
        let directive = *known.ok_or(Mistake::Unknown)?;
        if directive == D::Title {
            return self.title();
        }
        if directive > D::Title {
            match self.state {
                State::BeforeTitle => return Err(Mistake::Outside),
                State::Skipping => return Ok(()),
                State::InEntry => {}
            }
        }
        if value.is_empty() && directive < D::Default {
            return Err(Mistake::NoArgument);
        }
        match directive {
            D::Timeout => self.timeout(),
            D::Fallback => {
                self.fallback = self.lines.line;
                Ok(())
            }
            D::Password => {
                // What cannot be read is no password, lest nothing be locked.
                self.entries.password = value;
                is_hash(value).then_some(()).ok_or(Mistake::Password)
            }
            D::Watchdog => {
                let seconds = number(value).and_then(|seconds| u32::try_from(seconds).ok());
                self.entries.watchdog = seconds.ok_or(Mistake::Number)?;
                Ok(())
            }
            D::OnError => {
                let on_error = OnError::parse(value).ok_or(Mistake::OnError)?;
                self.entries.on_error = on_error;
                Ok(())
            }
            D::Color => {
                let colors = Colors::parse(value).ok_or(Mistake::Color)?;
                self.entries.colors = Some(colors);
                Ok(())
            }
            D::Hotkey => {
                let (Some(entry), &[key @ b'!'..=b'~']) = (self.entries.last_mut(), value) else {
                    return Err(Mistake::Key);
                };
                entry.hotkey = key;
                Ok(())
            }
            D::Keymap => {
                self.entries.keymap = value;
                Ok(())
            }
            D::ModulesFrom => self.modules_from(),
            D::Modules if cfg!(feature = "auto") => {
                let nth = place_of(value, b"all auto", Likeness::Case);
                self.entries.is_auto = nth == Some(1);
                nth.map(|_| ()).ok_or(Mistake::Modules)
            }
            D::Blacklist if cfg!(feature = "auto") => {
                let kept = self.entries.forbid(value);
                kept.map_err(|Full| Mistake::Kmod)
            }
            D::Kmod | D::GrubMap | D::Root | D::Mount => self.two_words(directive),
            D::Autodetect | D::GrubAutodetect | D::GrubPath | D::Iso => self.others(directive),
            D::Initrd => self.add(Extra::Initrd(value)),
            D::Module => self.add(Extra::Module(value)),
            D::Default => {
                self.entries.make_default();
                Ok(())
            }
            D::GrubFirst | D::Title | D::Modules | D::Blacklist => Ok(()),
            D::Kernel | D::Run | D::Exec | D::Cmdline | D::Append | D::ResetVga | D::Lock => {
                self.field(directive)
            }
        }
    }

    /// Begins an entry. One without a name is begun all the same, or its lines would
    /// change the entry before it.
    fn title(&mut self) -> Result<(), Mistake> {
        let Line { number, value, .. } = self.lines.line;
        let before = self.state;
        self.state = State::InEntry;
        let title = if value.is_empty() {
            b"(no title)"
        } else {
            value
        };
        const { assert!(ENTRIES == 256) };
        if self.entries.open(title, number).is_err() {
            self.state = State::Skipping;
            if before != State::Skipping {
                return Err(Mistake::Entries);
            }
        } else if value.is_empty() {
            return Err(Mistake::NoArgument);
        }
        Ok(())
    }

    /// What is to be read of other boot loaders.
    fn others(&mut self, directive: Directive) -> Result<(), Mistake> {
        let value = self.lines.line.value;
        let is_off = place_of(value, b"off", Likeness::Case).is_some();
        if FOREIGN.is_empty() && !is_off {
            return Err(Mistake::Absent);
        }
        if directive == D::Iso {
            if Location::parse(value, &BOOT_DISK).is_err() {
                return Err(Mistake::Root);
            }
            let kept = self.entries.add_image(value);
            return kept.map_err(|Full| Mistake::Kmod);
        }
        if directive == D::GrubPath {
            self.entries.grub_path = value;
            return Ok(());
        }
        let mut words = value;
        if directive == D::GrubAutodetect {
            if place_of(value, b"on off", Likeness::Case).is_none() {
                return Err(Mistake::GrubAutodetect);
            }
            self.entries.autodetect = Some(if is_off { value } else { GRUB });
            return Ok(());
        }
        while !words.is_empty() {
            if !is_detectable(cut_word(&mut words)) {
                return Err(Mistake::Autodetect);
            }
        }
        self.entries.autodetect = Some(value);
        Ok(())
    }

    fn timeout(&mut self) -> Result<(), Mistake> {
        let timeout = Timeout::parse(self.lines.line.value);
        if let Some(source) = self.entries.source_mut() {
            source.timeout = timeout.or(Some(Timeout::Off));
        }
        timeout.map(|_| ()).ok_or(Mistake::Timeout)
    }

    /// A disk with modules; its name is all of the line.
    fn modules_from(&mut self) -> Result<(), Mistake> {
        let mut disk = BOOT_DISK;
        if !disk.read(self.lines.line.value) {
            return Err(Mistake::Root);
        }
        let kept = self.entries.add_module_disk(disk);
        kept.map_err(|Full| Mistake::Kmod)
    }

    /// A line whose argument has two parts: a module and its options, two disks, or a disk
    /// and a folder. A disk that is the root has its name to itself.
    #[inline(never)]
    fn two_words(&mut self, directive: Directive) -> Result<(), Mistake> {
        let whole = self.lines.line.value;
        let mut rest = whole;
        let word = cut_word(&mut rest);
        match directive {
            D::Kmod => {
                let kept = self.entries.set_options(word, rest);
                return kept.map_err(|Full| Mistake::Kmod);
            }
            D::GrubMap if rest.is_empty() => return Err(Mistake::Map),
            D::GrubMap => {
                let kept = self.entries.map(word, rest);
                return kept.map_err(|Full| Mistake::Kmod);
            }
            _ => {}
        }
        let Some(entry) = self.entries.last_mut() else {
            return Ok(());
        };
        // What cannot be read breaks the entry, lest it boot something else.
        if directive == D::Root {
            if entry.root.read(whole) {
                return Ok(());
            }
            entry.broken = Some("its root line names no disk");
            return Err(Mistake::Root);
        }
        if rest.is_empty() || !BOOT_DISK.clone().read(word) {
            entry.broken = Some("a mount line of it is wrong");
            return Err(Mistake::Mount);
        }
        self.add(Extra::Mount(word, rest))
    }

    #[inline(never)]
    fn add(&mut self, extra: Extra<'t>) -> Result<(), Mistake> {
        self.entries.add(extra).map_err(|Full| Mistake::Extras)
    }

    /// A line that an entry has once.
    fn field(&mut self, directive: Directive) -> Result<(), Mistake> {
        let Some(entry) = self.entries.last_mut() else {
            return Ok(());
        };
        let place = match directive {
            D::Cmdline => &mut entry.cmdline,
            D::Append => &mut entry.append,
            D::ResetVga => {
                entry.reset_vga = true;
                return Ok(());
            }
            D::Lock => {
                entry.is_locked = true;
                return Ok(());
            }
            _ => {
                // The last of either counts.
                let kernel = core::mem::take(&mut entry.kernel);
                let program = core::mem::take(&mut entry.program);
                entry.is_exec = directive == D::Exec;
                let place = match directive {
                    D::Kernel => &mut entry.kernel,
                    _ => &mut entry.program,
                };
                *place = if program.is_empty() { kernel } else { program };
                place
            }
        };
        let before = core::mem::replace(place, self.lines.line.value);
        if before.is_empty() {
            return Ok(());
        }
        Err(Mistake::Twice)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::entry::{Entries, Extra, Timeout};
    #[cfg(feature = "fallback")]
    use crate::fallback::OnError;
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
             title old\nrootfs ext3:sda1\nmount sda2 /boot\nkernel /boot/k\nkmod sr_mod x=1 y\n\
             modules-from LABEL=DISK TWO\n",
            &mut entries,
        );
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(entries.timeout(), Some(Timeout::Seconds(10)));
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
        assert_eq!(entries.paths(0).skip(1).collect::<Vec<_>>(), [b"/a", b"/b"]);
        assert_eq!(second.root.fstype, b"ext3");
        assert!(matches!(
            entries.extras(1).first(),
            Some(Extra::Mount(_, b"/boot"))
        ));
        assert_eq!(entries.options(), [(&b"sr_mod"[..], &b"x=1 y"[..])]);
        let disks: Vec<_> = entries.module_disks().iter().map(|disk| disk.id).collect();
        assert_eq!(disks, [Id::Label(b"DISK TWO")]);
        assert_eq!(entries.default(), 0);
    }

    #[test]
    fn an_entry_that_a_person_has_written() {
        for (text, title, kernel, want) in [
            ("", "t", "", &[][..]),
            (
                "kernel /k\ninitrd \nroot\n\n# no\nmount\ntitle\n",
                "t",
                "/k",
                &[],
            ),
            ("kernel /k\ntitle Mine\ncmdline x", "Mine", "/k", &[]),
            (
                "kernel /k\ncmdlien\nroot UUID=\nkernel /l",
                "t",
                "/l",
                &[
                    "f:2: unknown directive 'cmdlien'",
                    "f:3: 'root' names no disk: 'UUID='",
                    "f:4: a second 'kernel' in one entry; this one counts: '/l'",
                ],
            ),
        ] {
            let mut entries = Entries::new();
            let mut notes = Notes::new();
            super::read_entry(b"f", b"t", text.as_bytes(), &mut entries, &mut notes);
            let told: Vec<_> = notes.lines().map(String::from_utf8_lossy).collect();
            assert_eq!(told, want, "{text:?}");
            let [entry] = entries.list() else {
                panic!("{text:?}: one entry");
            };
            assert_eq!(
                (entry.title, entry.kernel),
                (title.as_bytes(), kernel.as_bytes()),
                "{text:?}"
            );
        }
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
                "modules-from UUID=",
                "f:1: 'modules-from' names no disk: 'UUID='",
            ),
            ("iso (x", "f:1: 'iso' names no disk: '(x'"),
            ("title a\niso", "f:2: 'iso' requires an argument"),
            (
                "grub-autodetect maybe",
                "f:1: 'grub-autodetect' expects 'on' or 'off', not 'maybe'",
            ),
            (
                "autodetect on of",
                "f:1: 'autodetect' expects 'on', 'off' or formats, not 'on of'",
            ),
            #[cfg(feature = "fallback")]
            (
                "\nfallback b\ntitle a",
                "f:2: 'fallback' names no entry of this file: 'b'",
            ),
            #[cfg(feature = "fallback")]
            (
                "title a\nfallback 1",
                "f:2: 'fallback' names no entry of this file: '1'",
            ),
            #[cfg(feature = "fallback")]
            ("fallback", "f:1: 'fallback' requires an argument"),
            (
                "hotkey x",
                "f:1: 'hotkey' belongs to an entry, after a title line",
            ),
            (
                "title a\nhotkey F1",
                "f:2: 'hotkey' expects one letter or sign, not 'F1'",
            ),
            (
                "title a\nhotkey \u{e4}",
                "f:2: 'hotkey' expects one letter or sign, not '\u{e4}'",
            ),
            #[cfg(feature = "fallback")]
            (
                "on-error reboot soon",
                "f:1: 'on-error' expects 'next', 'menu', or 'reboot' and seconds, not 'reboot soon'",
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
    fn mistakes_of_features() {
        for (text, want) in [
            #[cfg(feature = "programs")]
            (
                "title a\nkernel /a\nrun /b",
                "f:3: a second 'run' in one entry; this one counts: '/b'",
            ),
            #[cfg(feature = "programs")]
            (
                "run /b",
                "f:1: 'run' belongs to an entry, after a title line",
            ),
            #[cfg(feature = "programs")]
            ("title a\nexec", "f:2: 'exec' requires an argument"),
            #[cfg(not(feature = "programs"))]
            ("title a\nrun /b", "f:2: unknown directive 'run'"),
            #[cfg(feature = "password")]
            (
                "menu-password secret",
                "f:1: 'menu-password' is not as 'kexec-loader password' prints it; no password is right",
            ),
            #[cfg(feature = "password")]
            (
                "lock",
                "f:1: 'lock' belongs to an entry, after a title line",
            ),
            #[cfg(feature = "color")]
            (
                "color pink",
                "f:1: 'color' expects colours such as 'white/blue black/cyan', not 'pink'",
            ),
            #[cfg(feature = "watchdog")]
            (
                "watchdog 1m",
                "f:1: 'watchdog' expects a number of seconds, not '1m'",
            ),
            #[cfg(not(feature = "watchdog"))]
            ("watchdog 60", "f:1: unknown directive 'watchdog'"),
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
            entries.timeout(),
            Some(Timeout::Off),
            "never a boot by mistake"
        );
        let kernels: Vec<_> = entries.list().iter().map(|e| e.kernel).collect();
        assert_eq!(kernels, [&b"/a"[..], b"/b", b"", b"/d"]);
        assert_eq!(entries.paths(0).skip(1).collect::<Vec<_>>(), [b"/i"]);
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
        assert_eq!(entries.timeout(), Some(Timeout::Off));
    }

    #[cfg(feature = "fallback")]
    #[test]
    fn what_is_next_after_a_failure() {
        for (text, fallback, on_error) in [
            ("title a\ntitle b\n", None, OnError::Menu),
            ("fallback 1\ntitle a\ntitle b\n", Some(1), OnError::Menu),
            (
                "title a\ntitle b\nfallback b\non-error next",
                Some(1),
                OnError::Next,
            ),
            (
                "fallback 1\nfallback 0\ntitle a\ntitle b",
                Some(0),
                OnError::Menu,
            ),
            ("title a\nON-ERROR Reboot 9\n", None, OnError::Restart(9)),
            ("on-error next\non-error menu", None, OnError::Menu),
        ] {
            let mut entries = Entries::new();
            assert!(parse(text, &mut entries).is_empty(), "{text:?}");
            assert_eq!(entries.fallback(), fallback, "{text:?}");
            assert_eq!(entries.on_error, on_error, "{text:?}");
        }
    }

    #[cfg(feature = "password")]
    #[test]
    fn what_is_locked() {
        let hash = format!("pbkdf2-sha256:1:00:{}", "00".repeat(32));
        for (password, told) in [(hash.as_str(), 0), ("secret", 1)] {
            let text =
                format!("title a\nkernel /k\ntitle b\nkernel /k\nlock\nmenu-password {password}");
            let mut entries = Entries::new();
            assert_eq!(parse(&text, &mut entries).len(), told);
            assert_eq!(entries.password, password.as_bytes());
            let locked: Vec<_> = entries.list().iter().map(|entry| entry.is_locked).collect();
            assert_eq!(locked, [false, true]);
        }
    }

    #[cfg(feature = "programs")]
    #[test]
    fn programs_and_kernels() {
        for (text, kernel, program, is_exec) in [
            ("run /bin/sh -c 'a b'", "", "/bin/sh -c 'a b'", false),
            ("Exec /init", "", "/init", true),
            ("kernel /k\nrun /b", "", "/b", false),
            ("run /b\nkernel /k", "/k", "", false),
            ("exec /b\nrun /c", "", "/c", false),
            ("run /b\nexec /c", "", "/c", true),
            ("kernel /k\nkernel /l", "/l", "", false),
            ("run /a\nkernel /k\nexec /b", "", "/b", true),
        ] {
            let text = format!("title a\n{text}\n");
            let mut entries = Entries::new();
            parse(&text, &mut entries);
            let entry = &entries.list()[0];
            assert_eq!(entry.kernel, kernel.as_bytes(), "{text:?}");
            assert_eq!(entry.program, program.as_bytes(), "{text:?}");
            assert_eq!(
                entry.is_exec && entry.kernel.is_empty(),
                is_exec,
                "{text:?}"
            );
        }
    }

    #[test]
    fn keys_and_colours() {
        let mut entries = Entries::new();
        let text = "title a\nhotkey x\nHotkey #\ntitle b\n";
        assert_eq!(parse(text, &mut entries), [""; 0]);
        assert_eq!(entries.list()[0].hotkey, b'#');
        assert_eq!(entries.list()[1].hotkey, 0);
        assert_eq!(entries.colors, None);
        #[cfg(feature = "color")]
        {
            assert_eq!(parse("color white/blue", &mut entries), [""; 0]);
            assert_eq!(entries.colors, crate::menu::Colors::parse(b"white/blue"));
        }
    }

    #[cfg(feature = "watchdog")]
    #[test]
    fn how_long_the_watchdog_waits() {
        for (text, want) in [
            ("", 0),
            ("watchdog 60", 60),
            ("Watchdog 60\nwatchdog 4294967295", u32::MAX),
            ("watchdog 0", 0),
        ] {
            let mut entries = Entries::new();
            assert!(parse(text, &mut entries).is_empty(), "{text:?}");
            assert_eq!(entries.watchdog, want, "{text:?}");
        }
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
    fn too_many_disks_with_modules() {
        let text = "modules-from sda\n".repeat(10);
        let mut entries = Entries::new();
        let wrong = |n| format!("f:{n}: too many 'modules-from' lines, this one is skipped");
        assert_eq!(parse(&text, &mut entries), [wrong(9), wrong(10)]);
        assert_eq!(entries.module_disks().len(), 8);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
        let mut entries = Entries::new();
        read(b"f", &bytes, &mut entries, &mut Notes::new());
        assert!(entries.list().is_empty());
    }
}
