//! Kernel modules: which files are some, what they need, and in which order they go in.
//!
//! Given file names, module bytes and what became of each attempt, gives the next module
//! to insert. Opens and inserts nothing itself.

#[cfg(feature = "auto")]
pub mod alias;
#[cfg(feature = "auto")]
pub mod dep;
mod elf;
mod plan;
#[cfg(feature = "archives")]
mod rounds;
#[cfg(feature = "auto")]
mod wish;

pub use elf::{depends, info};
pub use plan::{MODULES, Memory, Module, Place, Plan, State};
#[cfg(feature = "auto")]
pub use wish::Wishes;

use crate::notes::Notes;
use crate::text::{self, Likeness, Lines, cut, cut_word};

/// The endings of module files: plain, then those the kernel may be able to decompress.
const ENDINGS: &[u8] = b"ko ko.gz ko.xz ko.zst";

/// The name of the module in a file of this name; empty where it is no module's.
///
/// The case of the ending does not matter: old FAT disks have `EXT4.KO`.
#[inline(never)]
#[must_use]
pub fn name_of(file: &[u8]) -> &[u8] {
    let mut rest = file;
    while !rest.is_empty() {
        let before = file.len().wrapping_sub(rest.len());
        let end = before.wrapping_add(cut(&mut rest, b'.').len());
        if text::place_of(rest, ENDINGS, Likeness::Case).is_some() {
            return file.get(..end).unwrap_or(file);
        }
    }
    rest
}

/// Whether two names are one module's: `-` and `_` are the same in them, and case is not
/// looked at.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    text::are_alike(one, other, Likeness::CaseAndDash)
}

/// The name of `modules.conf`, for messages.
const CONF: &[u8] = b"modules.conf";
/// What lines of it begin with that name a module's options.
const OPTIONS: &[u8] = b"options";
/// What each of its lines begins with.
const ALL: &[u8] = b"options blacklist softdep";
const KINDS: &[u8] = if cfg!(feature = "auto") { ALL } else { OPTIONS };

/// What is said of other lines.
const NOT_UNDERSTOOD: &[u8] = if cfg!(feature = "auto") {
    b"%:#: '%' is not understood; lines are 'options', 'blacklist' and 'softdep' of a module"
} else {
    b"%:#: '%' is not understood; lines are 'options MODULE WORDS'"
};

/// Tells what is wrong with the lines of a `modules.conf`.
#[inline(never)]
pub fn check_options(text: &[u8], notes: &mut Notes) {
    let mut lines = Lines::new(text);
    while lines.advance() {
        let known = text::place_of(lines.line.word, KINDS, text::Likeness::Case);
        if known.is_none() || lines.line.value.is_empty() {
            notes.say_of_line(NOT_UNDERSTOOD, CONF, &lines.line);
        }
    }
}

/// The options of a module: those that the configuration has, in pairs of a name and its
/// options; else those in `text`, a `modules.conf`. The last that are said count.
#[inline(never)]
#[must_use]
pub fn options_of<'t>(text: &'t [u8], pairs: &[(&'t [u8], &'t [u8])], name: &[u8]) -> &'t [u8] {
    let mut found: &[u8] = &[];
    let mut lines = Lines::new(text);
    while lines.advance() {
        let mut options = lines.line.value;
        let module = cut_word(&mut options);
        if text::same(lines.line.word, OPTIONS) && same(module, name) {
            found = options;
        }
    }
    for (module, options) in pairs {
        if same(module, name) {
            found = options;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{check_options, name_of, options_of, same};
    use crate::notes::Notes;

    #[test]
    fn names_of_files() {
        for (file, want) in [
            ("ext4.ko", "ext4"),
            ("EXT4.KO", "EXT4"),
            ("snd-hda-intel.ko.gz", "snd-hda-intel"),
            ("xfs.ko.xz", "xfs"),
            ("xfs.Ko.ZST", "xfs"),
            ("e1000e-3.8.4.ko", "e1000e-3.8.4"),
            ("a.ko.ko", "a.ko"),
            (".ko", ""),
            ("ko", ""),
            ("ext4", ""),
            ("ext4.ko.bz2", ""),
            ("ext4.ko~", ""),
            ("ext4.kox", ""),
            ("modules.conf", ""),
            ("a.", ""),
            ("", ""),
        ] {
            assert_eq!(name_of(file.as_bytes()), want.as_bytes(), "{file:?}");
        }
    }

    #[test]
    fn names_that_are_the_same() {
        for (one, other, want) in [
            ("snd_hda_intel", "snd-hda-intel", true),
            ("snd-hda_intel", "SND_HDA-INTEL", true),
            ("ext4", "EXT4", true),
            ("ext4", "ext3", false),
            ("ext4", "ext", false),
            ("a_b", "a\x0db", false),
            ("[", "{", false),
            ("", "", true),
        ] {
            assert_eq!(
                same(one.as_bytes(), other.as_bytes()),
                want,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn options_in_both_places() {
        let conf = b"# none\noptions snd-hda a=1\r\nOPTIONS ext4  x=1 y \noptions ext4\n\
            options e1000 speed=1\nalias ext4 z\noptions e1000 speed=2";
        let pairs: [(&[u8], &[u8]); 3] = [
            (b"sr-mod", b"first"),
            (b"SR_MOD", b"last"),
            (b"e1000", b"other"),
        ];
        for (name, alone, both) in [
            ("snd_hda", "a=1", "a=1"),
            ("ext4", "", ""),
            ("e1000", "speed=2", "other"),
            ("sr_mod", "", "last"),
            ("z", "", ""),
        ] {
            let name = name.as_bytes();
            assert_eq!(options_of(conf, &[], name), alone.as_bytes(), "{name:?}");
            assert_eq!(options_of(conf, &pairs, name), both.as_bytes(), "{name:?}");
        }
    }

    #[test]
    fn mistakes_in_options() {
        let wrong = if cfg!(feature = "auto") {
            "is not understood; lines are 'options', 'blacklist' and 'softdep' of a module"
        } else {
            "is not understood; lines are 'options MODULE WORDS'"
        };
        for (text, want) in [
            ("", vec![]),
            ("# x\noptions ext4\nOptions e1000 a=1\n", vec![]),
            (
                "\nalias a b",
                vec![format!("modules.conf:2: 'alias' {wrong}")],
            ),
            (
                "options",
                vec![format!("modules.conf:1: 'options' {wrong}")],
            ),
        ] {
            let mut notes = Notes::new();
            check_options(text.as_bytes(), &mut notes);
            let told: Vec<_> = notes.lines().map(String::from_utf8_lossy).collect();
            assert_eq!(told, want, "{text:?}");
        }
    }
}
