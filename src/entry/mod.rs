//! What can be booted: entries, in no format's terms.
//!
//! Every reader of a configuration adds entries here, the menu shows them, boot spends
//! them. All text is borrowed from what was read; nothing is copied. Capacities are in the
//! types, and a list that is full says so.

mod list;
mod paths;
#[cfg(test)]
mod tests;

pub use list::Entries;
pub use paths::Paths;

use crate::location::Device;
use crate::text;

/// How many entries are kept.
pub const ENTRIES: usize = 256;
/// How many ramdisks, mounts and modules all entries may have together.
pub const EXTRAS: usize = 1024;
/// How many modules may have options.
pub const OPTIONS: usize = 64;
/// How many modules may be on the blacklist.
pub const BLACKLIST: usize = 64;
/// How many disks with modules there may be beside the boot disk.
pub const MODULE_DISKS: usize = 8;
/// How many configurations are kept apart.
pub const SOURCES: usize = 64;
/// How many ISO files our own configuration may name.
pub const IMAGES: usize = 16;
/// How many files may be disks by our own configuration.
pub const LOOPS: usize = 8;
/// How many disks of GRUB's may be named.
pub const MAPS: usize = 16;

/// How long the menu waits before it boots the default entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// For ever.
    Off,
    /// This many seconds; none at all for 0.
    Seconds(u32),
}

impl Timeout {
    /// Reads `off` or a number of seconds; a negative number is `off`, as it was of old.
    #[must_use]
    pub fn parse(words: &[u8]) -> Option<Self> {
        if text::same(words, b"off") {
            return Some(Self::Off);
        }
        Self::parse_number(words)
    }

    /// Reads a number of seconds; a negative number is `off`.
    #[inline(never)]
    #[must_use]
    pub(crate) fn parse_number(words: &[u8]) -> Option<Self> {
        let digits = words.strip_prefix(b"-").unwrap_or(words);
        let seconds = u32::try_from(text::number(digits)?).ok()?;
        let is_negative = digits.len() < words.len();
        Some(if is_negative {
            Self::Off
        } else {
            Self::Seconds(seconds)
        })
    }
}

/// One thing to boot. Empty slices are what was not said.
#[derive(Clone, Copy, Debug)]
#[repr(C)] // What is near the front takes less code to reach.
pub struct Entry<'t> {
    /// What the menu shows.
    pub title: &'t [u8],
    /// The kernel's path.
    pub kernel: &'t [u8],
    /// A program of the initramfs and its arguments, in the place of a kernel; or empty.
    pub program: &'t [u8],
    /// The first part of the kernel's command line.
    pub cmdline: &'t [u8],
    /// The second part of it.
    pub append: &'t [u8],
    /// The file that it is from, by the name that messages have for it.
    pub file: &'t [u8],
    /// The line of its title there; 0 where it is from no line.
    pub line: u32,
    /// What its own loader calls it, beside its title; or empty.
    pub id: &'t [u8],
    /// The titles of the submenus that it is in, `>` between them; or empty.
    pub submenu: &'t [u8],
    /// The key that chooses it; 0 if none does.
    pub hotkey: u8,
    /// Where its extras begin.
    extras: usize,
    /// How many it has.
    count: usize,
    /// The disk of paths that name none.
    pub root: Device<'t>,
    /// What makes it impossible to boot, as its reader found.
    pub broken: Option<&'static str>,
    /// Whether it is for those who know the password.
    pub is_locked: bool,
    /// Whether the program replaces the loader.
    pub is_exec: bool,
    /// Whether the video card is to be reset before the kernel starts.
    pub reset_vga: bool,
}

/// A line of an entry of which there may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra<'t> {
    /// A ramdisk's path.
    Initrd(&'t [u8]),
    /// A Multiboot module's path and arguments.
    Module(&'t [u8]),
    /// The words for a disk, and a folder: paths below it are on that disk.
    Mount(&'t [u8], &'t [u8]),
}

/// A list that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What an entry that was begun has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It stays; its number.
    Kept(usize),
    /// Another configuration has the same, of this number: it was dropped.
    Same(usize),
    /// It names no kernel, and was dropped.
    NoKernel,
}

impl Settled {
    /// The number of the entry that it is in the menu, if there is one.
    #[must_use]
    pub fn number(self) -> Option<usize> {
        match self {
            Self::Kept(nth) | Self::Same(nth) => Some(nth),
            Self::NoKernel => None,
        }
    }
}

/// A configuration that was read: a file, or a folder of files.
#[derive(Clone, Copy, Debug)]
pub struct Source<'t> {
    /// The name of its format.
    pub format: &'static str,
    /// The disk that it is on.
    pub disk: Device<'t>,
    /// The file, by the name that messages have for it.
    pub file: &'t [u8],
    /// The number of its first entry; those before the next source's are its own.
    pub first: usize,
    /// The number of the entry that it chooses.
    pub default: Option<usize>,
    /// The number of the entry that is to be booted when that one cannot be.
    pub fallback: Option<usize>,
    /// How long its menu waits.
    pub timeout: Option<Timeout>,
}

impl<'t> Extra<'t> {
    /// The path of the file that it names, if it names one.
    #[must_use]
    pub fn path(&self) -> Option<&'t [u8]> {
        match *self {
            Self::Initrd(path) => Some(path),
            Self::Module(words) => Some(text::split_word(words).0),
            Self::Mount(..) => None,
        }
    }
}
