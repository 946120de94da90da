//! Our own configuration: `kexec-loader.cfg` and its two older names.
//!
//! Given the file's bytes, adds its entries, and tells every mistake in one line,
//! `file:line: words`. One grammar takes what both generations of the original took;
//! docs/manual.md describes it. No mistake loses more than its own line.

#[cfg(test)]
mod tests;

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
    Loop,
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
    #[cfg(feature = "loop")]
    (b"loop", D::Loop),
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
            D::Loop if cfg!(feature = "loop") => {
                if Location::parse(value, &BOOT_DISK).is_err() {
                    return Err(Mistake::Root);
                }
                self.entries.add_loop(value).map_err(|Full| Mistake::Kmod)
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
            D::GrubFirst | D::Title | D::Modules | D::Blacklist | D::Loop => Ok(()),
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
