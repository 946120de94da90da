//! The kernel command line, and what of it is meant for us.
//!
//! Given the bytes of `/proc/cmdline`, gives [`Options`]. Words and quotes are cut as the
//! kernel cuts them (`lib/cmdline.c`, `next_arg`). Options that are not ours are the
//! kernel's, and no concern; a value of ours that makes no sense is told, never guessed.

use crate::entry::Timeout;
use crate::notes::Notes;
use crate::text;

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

/// Our options.
#[derive(Clone, Copy)]
enum Name {
    Root,
    KexecRoot,
    RootDir,
    DebugTty,
    BootIndex,
    BootTarget,
    Timeout,
}

/// Their names.
const OPTIONS: [(&str, Name); 8] = [
    ("root", Name::Root),
    ("kexec_root", Name::KexecRoot),
    ("rootdir", Name::RootDir),
    ("debug_tty", Name::DebugTty),
    ("kexec_debug", Name::DebugTty),
    ("boot_index", Name::BootIndex),
    ("boot_target", Name::BootTarget),
    ("timeout", Name::Timeout),
];

/// Reads our options out of a kernel command line.
#[inline(never)]
pub fn read<'c>(cmdline: &'c [u8], notes: &mut Notes) -> Options<'c> {
    let mut options = Options::default();
    let mut kexec_root = None;
    let mut title = None;
    let mut index = None;
    for (name, value) in (Words { rest: cmdline }) {
        let Some((_, option)) = OPTIONS.iter().find(|(word, _)| word.as_bytes() == name) else {
            continue;
        };
        let said = Some(value).filter(|value| !value.is_empty());
        let makes_sense = match option {
            Name::Root => set(&mut options.root, said),
            Name::KexecRoot => set(&mut kexec_root, said),
            Name::RootDir => set(&mut options.rootdir, Some(value)),
            Name::DebugTty => set(&mut options.debug_tty, said),
            Name::BootTarget => set(&mut title, said.map(Choice::Title)),
            Name::BootIndex => set(&mut index, index_of(value)),
            Name::Timeout => set(&mut options.timeout, Timeout::parse(value)),
        };
        if !makes_sense {
            notes.say(
                "kernel command line: %=% makes no sense and is ignored",
                &[name, value],
            );
        }
    }
    options.root = kexec_root.or(options.root);
    options.choice = index.or(title).unwrap_or_default();
    options
}

/// Remembers a value, if it is one; says whether it is.
fn set<T>(place: &mut T, value: Option<impl Into<T>>) -> bool {
    let is_one = value.is_some();
    if let Some(value) = value {
        *place = value.into();
    }
    is_one
}

/// What a `boot_index=` asks for.
fn index_of(value: &[u8]) -> Option<Choice<'static>> {
    match value {
        [b'-', digits @ ..] => text::number(digits).map(|_| Choice::Menu),
        digits => text::number(digits).map(Choice::Index),
    }
}

/// The words of a kernel command line, cut at the first `=` into name and value.
struct Words<'c> {
    rest: &'c [u8],
}

impl<'c> Iterator for Words<'c> {
    type Item = (&'c [u8], &'c [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let is_space = |b: u8| b.is_ascii_whitespace() || b == 0x0b;
        while let [first, rest @ ..] = self.rest
            && is_space(*first)
        {
            self.rest = rest;
        }
        if self.rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = self
            .rest
            .iter()
            .position(|&byte| {
                quoted ^= byte == b'"';
                is_space(byte) && !quoted
            })
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        // A quote around the whole word, `"name=a value"`, goes before the name is cut off.
        let whole = word.strip_prefix(b"\"").unwrap_or(word);
        let word = match whole.len() == word.len() {
            true => word,
            false => whole.strip_suffix(b"\"").unwrap_or(whole),
        };
        let (name, value) = text::split_at_byte(word, b'=');
        Some((name, unquote(value.unwrap_or(&[]))))
    }
}

/// `value` without a quote at its start and the one at its end.
fn unquote(value: &[u8]) -> &[u8] {
    match value.strip_prefix(b"\"") {
        Some(inner) => inner.strip_suffix(b"\"").unwrap_or(inner),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Options, Words, read};
    use crate::entry::Timeout;
    use crate::notes::Notes;

    fn words(cmdline: &str) -> Vec<(&str, &str)> {
        Words {
            rest: cmdline.as_bytes(),
        }
        .map(|(n, v)| (str::from_utf8(n).unwrap(), str::from_utf8(v).unwrap()))
        .collect()
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
            ("a=\"never ends", &[("a", "never ends")]),
            ("-- x=1", &[("--", ""), ("x", "1")]),
            ("=x", &[("", "x")]),
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
             boot_target=\"Debian GNU/Linux\" panic=5",
        );
        assert_eq!(
            options,
            Options {
                root: Some(b"/dev/sda1"),
                rootdir: b"/boot",
                debug_tty: Some(b"/dev/tty4"),
                timeout: Some(Timeout::Seconds(7)),
                choice: Choice::Title(b"Debian GNU/Linux"),
            }
        );
        assert!(told.is_empty());
    }

    #[test]
    fn the_older_names() {
        let (options, _) = options("kexec_root=vfat:sda1 root=/dev/sda2 kexec_debug=/dev/tty2");
        assert_eq!(options.root, Some(&b"vfat:sda1"[..]));
        assert_eq!(options.debug_tty, Some(&b"/dev/tty2"[..]));
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
        ] {
            let (options, told) = options(cmdline);
            assert_eq!(options, Options::default(), "{cmdline:?}");
            assert_eq!(told.len(), 1, "{cmdline:?}: {told:?}");
        }
    }
}
