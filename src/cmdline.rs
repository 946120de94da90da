//! The kernel command line, and what of it is meant for us.
//!
//! Given the bytes of `/proc/cmdline`, gives [`Options`]. Words and quotes are cut as the
//! kernel cuts them (`lib/cmdline.c`, `next_arg`). Options that are not ours are the
//! kernel's, and no concern; a value of ours that makes no sense is told, never guessed.

use crate::entry::Timeout;
use crate::fallback::OnError;
use crate::notes::Notes;
use crate::text::{self, Likeness};

/// What the command line may ask of us. The last of a repeated option counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options<'c> {
    /// `root=`, `kexec_root=`: the boot disk. The second wins, for the first may be the kernel's.
    pub root: Option<&'c [u8]>,
    /// `rootdir=`: the folder of the boot disk that holds our own files.
    pub rootdir: &'c [u8],
    /// `debug_tty=`, `kexec_debug=`: where every message is copied to.
    pub debug_tty: Option<&'c [u8]>,
    /// `timeout=`: instead of the configuration's.
    pub timeout: Option<Timeout>,
    /// `boot_index=`, `boot_target=`: an entry to boot at once.
    pub choice: Choice<'c>,
    /// `fallback=`: the entry to boot when another has failed, by number or title.
    pub fallback: Option<&'c [u8]>,
    /// `on-error=`: what is done when there is none left.
    pub on_error: Option<OnError>,
    /// `watchdog=`: seconds that the watchdog waits.
    pub watchdog: Option<u32>,
    /// `kexec=`: how kernels are loaded.
    pub engine: Engine,
    /// `modules=`: whether only those modules are inserted that this machine has devices for.
    pub is_auto: Option<bool>,
    /// `keymap=`: instead of the configuration's.
    pub keymap: Option<&'c [u8]>,
}

/// How a kernel is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// With `kexec_file_load` where that can do it, else with `kexec_load`.
    #[default]
    Auto,
    /// With `kexec_file_load`.
    File,
    /// With `kexec_load`.
    Load,
}

impl Engine {
    /// The names, in the order of the variants.
    const NAMES: &[u8] = b"auto file load";

    fn parse(word: &[u8]) -> Option<Self> {
        let engines = [Self::Auto, Self::File, Self::Load];
        let nth = text::place_of(word, Self::NAMES, Likeness::Exact)?;
        engines.get(nth).copied()
    }
}

/// Which entry is to be booted without a countdown. An index is heeded before a title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice<'c> {
    /// Not said: the configuration decides.
    #[default]
    Unsaid,
    /// The entry of this number; the first is 0.
    Index(u32),
    /// The first entry of exactly this title.
    Title(&'c [u8]),
    /// None: a negative index asks for the menu.
    Menu,
}

/// The names of our options; some are of features.
const NAMES: &[u8] = b"root kexec_root rootdir debug_tty kexec_debug boot_index boot_target \
    timeout kexec fallback on-error watchdog keymap modules";

const ROOT: usize = 0;
const KEXEC_ROOT: usize = 1;
const ROOT_DIR: usize = 2;
const DEBUG_TTY: usize = 3;
const KEXEC_DEBUG: usize = 4;
const BOOT_INDEX: usize = 5;
const BOOT_TARGET: usize = 6;
const TIMEOUT: usize = 7;
const KEXEC: usize = 8;
const FALLBACK: usize = 9;
const ON_ERROR: usize = 10;
const WATCHDOG: usize = 11;
const KEYMAP: usize = 12;
const MODULES: usize = 13;

/// Reads our options out of a kernel command line.
#[inline(never)]
pub fn read<'c>(cmdline: &'c [u8], notes: &mut Notes) -> Options<'c> {
    let mut rest = cmdline;
    let mut options = Options::default();
    let mut has_kexec_root = false;
    loop {
        let word = cut_word(&mut rest);
        if word.is_empty() {
            return options;
        }
        let (name, value) = split(word);
        let option = text::place_of(name, NAMES, Likeness::Exact);
        let Some(option) = option else { continue };
        if option == ROOT && has_kexec_root && !value.is_empty() {
            continue;
        }
        let makes_sense = options.set(option, value);
        has_kexec_root |= makes_sense && option == KEXEC_ROOT;
        if !makes_sense {
            notes.say(
                "kernel command line: %=% makes no sense and is ignored",
                &[name, value],
            );
        }
    }
}

impl<'c> Options<'c> {
    /// Remembers the value of an option, if it makes sense; says whether it does.
    #[inline(never)]
    fn set(&mut self, option: usize, value: &'c [u8]) -> bool {
        match option {
            ROOT_DIR => self.rootdir = value,
            BOOT_INDEX => match Timeout::parse_number(value) {
                Some(Timeout::Seconds(nth)) => self.choice = Choice::Index(nth),
                Some(Timeout::Off) => self.choice = Choice::Menu,
                None => return false,
            },
            TIMEOUT => match Timeout::parse(value) {
                None => return false,
                timeout => self.timeout = timeout,
            },
            KEXEC => match Engine::parse(value) {
                None => return false,
                Some(engine) => self.engine = engine,
            },
            ON_ERROR if cfg!(feature = "fallback") => match OnError::parse(value) {
                None => return false,
                on_error => self.on_error = on_error,
            },
            WATCHDOG if cfg!(feature = "watchdog") => match Timeout::parse_number(value) {
                Some(Timeout::Seconds(seconds)) => self.watchdog = Some(seconds),
                _ => return false,
            },
            MODULES if cfg!(feature = "auto") => {
                match text::place_of(value, b"all auto", Likeness::Exact) {
                    None => return false,
                    nth => self.is_auto = nth.map(|nth| nth == 1),
                }
            }
            _ if value.is_empty() => return false,
            KEYMAP if cfg!(feature = "keymap") => self.keymap = Some(value),
            BOOT_TARGET => {
                if !matches!(self.choice, Choice::Index(_) | Choice::Menu) {
                    self.choice = Choice::Title(value);
                }
            }
            FALLBACK if cfg!(feature = "fallback") => self.fallback = Some(value),
            ROOT | KEXEC_ROOT => self.root = Some(value),
            DEBUG_TTY | KEXEC_DEBUG => self.debug_tty = Some(value),
            // Of features that this build has not.
            _ => return false,
        }
        true
    }
}

/// Takes the next word off a kernel command line; an empty one at its end.
#[inline(never)]
fn cut_word<'c>(rest: &mut &'c [u8]) -> &'c [u8] {
    let mut text = *rest;
    let mut length: usize = 0;
    let mut quoted = false;
    while let [first, after @ ..] = *rest {
        let is_space = !quoted && matches!(first, b'\t'..=b'\r' | b' ');
        if is_space && length > 0 {
            break;
        }
        *rest = after;
        if is_space {
            text = after;
        } else {
            length = length.wrapping_add(1);
            quoted ^= *first == b'"';
        }
    }
    text.get(..length).unwrap_or(text)
}

/// Cuts a word at its first `=` into name and value. A quote before the word or before the
/// value goes, and then one at the end.
fn split(word: &[u8]) -> (&[u8], &[u8]) {
    let whole = unquoted(word);
    let mut value = whole;
    text::cut(&mut value, b'=');
    let is_quoted = whole.len() < word.len() || matches!(value, [b'"', ..]);
    value = match whole {
        [inner @ .., b'"'] if is_quoted => inner,
        whole => whole,
    };
    let name = text::cut(&mut value, b'=');
    (name, unquoted(value))
}

/// What follows a quote; all of it where there is none.
#[inline(never)]
fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', rest @ ..] => rest,
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Engine, Options, cut_word, read, split};
    use crate::entry::Timeout;
    use crate::fallback::OnError;
    use crate::notes::Notes;

    fn words(cmdline: &str) -> Vec<(&str, &str)> {
        let mut rest = cmdline.as_bytes();
        let mut words = vec![];
        loop {
            let word = cut_word(&mut rest);
            if word.is_empty() {
                break;
            }
            let (n, v) = split(word);
            words.push((str::from_utf8(n).unwrap(), str::from_utf8(v).unwrap()));
        }
        words
    }

    #[test]
    fn words_as_the_kernel_cuts_them() {
        for (cmdline, want) in [
            ("", &[][..]),
            ("  quiet\n", &[("quiet", "")]),
            ("root=LABEL=x ro", &[("root", "LABEL=x"), ("ro", "")]),
            ("a=\"b c\" d", &[("a", "b c"), ("d", "")]),
            ("\"a=b c\" d", &[("a", "b c"), ("d", "")]),
            ("a=b\"c d\"e", &[("a", "b\"c d\"e")]),
            ("a=b\"c d\" e", &[("a", "b\"c d\""), ("e", "")]),
            ("a=\"never ends", &[("a", "never ends")]),
            ("-- x=1", &[("--", ""), ("x", "1")]),
            ("=x", &[("", "x")]),
            ("\"root\" x", &[("root", ""), ("x", "")]),
            ("\"a=\"b\"\"", &[("a", "b\"")]),
            ("a=\"", &[("a", "")]),
        ] {
            assert_eq!(words(cmdline), want, "{cmdline:?}");
        }
    }

    fn options(cmdline: &str) -> (Options<'_>, Vec<String>) {
        let mut notes = Notes::new();
        let options = read(cmdline.as_bytes(), &mut notes);
        let told = notes
            .lines()
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        (options, told)
    }

    #[test]
    fn every_option() {
        let (options, told) = options(
            "console=ttyS0 root=/dev/sda1 rootdir=/boot debug_tty=/dev/tty4 timeout=7 \
             boot_target=\"Debian GNU/Linux\" panic=5 kexec=load fallback=\"Old one\" \
             on-error=\"reboot 60\" watchdog=90 keymap=de modules=auto",
        );
        assert_eq!(
            options,
            Options {
                root: Some(b"/dev/sda1"),
                rootdir: b"/boot",
                debug_tty: Some(b"/dev/tty4"),
                timeout: Some(Timeout::Seconds(7)),
                choice: Choice::Title(b"Debian GNU/Linux"),
                fallback: cfg!(feature = "fallback").then_some(b"Old one"),
                on_error: OnError::parse(b"reboot 60"),
                watchdog: cfg!(feature = "watchdog").then_some(90),
                engine: Engine::Load,
                is_auto: cfg!(feature = "auto").then_some(true),
                keymap: cfg!(feature = "keymap").then_some(b"de"),
            }
        );
        let is_full = cfg!(feature = "full");
        assert_eq!(told.is_empty(), is_full);
    }

    #[test]
    fn the_older_names() {
        let (options, _) = options("kexec_root=vfat:sda1 root=/dev/sda2 kexec_debug=/dev/tty2");
        assert_eq!(options.root, Some(&b"vfat:sda1"[..]));
        assert_eq!(options.debug_tty, Some(&b"/dev/tty2"[..]));
    }

    #[test]
    fn the_older_root_wins_if_it_makes_sense() {
        for (cmdline, want, lines) in [
            ("root=a kexec_root=b", "b", 0),
            ("kexec_root=b root=a", "b", 0),
            ("kexec_root=b kexec_root=c root=a", "c", 0),
            ("kexec_root= root=a", "a", 1),
            ("kexec_root=b root=", "b", 1),
            ("root=a root=b", "b", 0),
        ] {
            let (options, told) = options(cmdline);
            assert_eq!(options.root, Some(want.as_bytes()), "{cmdline:?}");
            assert_eq!(told.len(), lines, "{cmdline:?}");
        }
    }

    #[test]
    fn choices() {
        for (cmdline, want) in [
            ("", Choice::Unsaid),
            ("boot_index=0", Choice::Index(0)),
            ("boot_index=3 boot_target=x", Choice::Index(3)),
            ("boot_target=x boot_index=-1", Choice::Menu),
            ("boot_target=x", Choice::Title(b"x")),
            ("boot_index=1 boot_index=2", Choice::Index(2)),
            ("xboot_index=1 boot_indexx=1", Choice::Unsaid),
        ] {
            assert_eq!(options(cmdline).0.choice, want, "{cmdline:?}");
        }
    }

    #[test]
    fn nonsense_is_told_and_not_guessed() {
        for cmdline in [
            "boot_index=abc",
            "boot_index",
            "boot_index=-",
            "timeout=soon",
            "timeout=",
            "root=",
            "boot_target",
            "debug_tty=",
            "kexec=",
            "kexec=File",
            "kexec=fil",
            "fallback=",
            "watchdog=off",
            "watchdog=-1",
            "on-error=",
            "on-error=never",
            "keymap=",
            "modules=",
            "modules=some",
        ] {
            let (options, told) = options(cmdline);
            assert_eq!(options, Options::default(), "{cmdline:?}");
            assert_eq!(told.len(), 1, "{cmdline:?}: {told:?}");
        }
    }
}
