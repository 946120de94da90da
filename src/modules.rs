//! Kernel modules: which files are some, what they need, and in which order they go in.
//!
//! Given file names, module bytes and what became of each attempt, gives the next module
//! to insert. Opens and inserts nothing itself.

use crate::disk::ReadAt;
use crate::notes::Notes;
use crate::out::Decimal;
use crate::text::{Lines, split_word};
use heapless::Vec;

/// How many modules are kept.
pub const MODULES: usize = 256;

/// The endings of module files: plain, then those the kernel may be able to decompress.
const ENDINGS: [&[u8]; 4] = [b".ko", b".ko.gz", b".ko.xz", b".ko.zst"];

/// The name of the module in a file of this name, and whether it is compressed.
///
/// The case of the ending does not matter: old FAT disks have `EXT4.KO`.
#[must_use]
pub fn name_of(file: &[u8]) -> Option<(&[u8], bool)> {
    ENDINGS.iter().enumerate().find_map(|(nth, ending)| {
        let (name, rest) = file.split_at_checked(file.len().checked_sub(ending.len())?)?;
        (!name.is_empty() && rest.eq_ignore_ascii_case(ending)).then_some((name, nth > 0))
    })
}

/// Whether two names are one module's: `-` and `_` are the same in them, and case is not
/// looked at.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let plain = |b: &u8| match b.to_ascii_lowercase() {
        b'-' => b'_',
        b => b,
    };
    one.iter().map(plain).eq(other.iter().map(plain))
}

/// The modules that a plain `.ko` file needs, as `depends=` of its `.modinfo` says:
/// names with commas between. Empty where nothing is said or the file is no module.
///
/// Source: the ELF specification, "Section Header"; both classes, little-endian. Headers
/// are read through `window`, which bounds what is looked at.
pub fn depends<'w>(read: &mut ReadAt<'_>, window: &'w mut [u8]) -> &'w [u8] {
    match modinfo(read, window) {
        Some((start, size)) => {
            let size = size.min(window.len());
            let info = window.get_mut(..size).unwrap_or(&mut []);
            if !read(start, info) {
                return &[];
            }
            info.split(|b| *b == 0)
                .find_map(|field| field.strip_prefix(b"depends="))
                .unwrap_or(&[])
        }
        None => &[],
    }
}

/// Where `.modinfo` is in the file, and its size.
fn modinfo(read: &mut ReadAt<'_>, window: &mut [u8]) -> Option<(u64, usize)> {
    let mut header = [0; 64];
    read(0, &mut header).then_some(())?;
    let wide = match header.get(..6)? {
        [0x7f, b'E', b'L', b'F', 1, 1] => false,
        [0x7f, b'E', b'L', b'F', 2, 1] => true,
        _ => return None,
    };
    // e_shoff, e_shnum and e_shstrndx; then sh_offset and sh_size.
    let (table, count, names, size, offset, length) = match wide {
        true => (0x28, 0x3c, 0x3e, 64, 0x18, 0x20),
        false => (0x20, 0x30, 0x32, 40, 0x10, 0x14),
    };
    let table = word(&header, table, wide)?;
    let count = half(&header, count)?;
    let names = half(&header, names)?;
    let section = |nth: u16, read: &mut ReadAt<'_>| -> Option<(u32, u64, u64)> {
        let mut header = [0; 64];
        let header = header.get_mut(..size)?;
        let at = u64::from(nth).checked_mul(u64::try_from(size).ok()?)?;
        read(table.checked_add(at)?, header).then_some(())?;
        let name = word(header, 0, false)?;
        Some((
            u32::try_from(name).ok()?,
            word(header, offset, wide)?,
            word(header, length, wide)?,
        ))
    };
    let (_, start, length) = section(names, read)?;
    let length = usize::try_from(length).ok()?.min(window.len());
    let strings = window.get_mut(..length)?;
    read(start, strings).then_some(())?;
    for nth in 1..count {
        let (name, start, length) = section(nth, read)?;
        let name = strings.get(usize::try_from(name).ok()?..).unwrap_or(&[]);
        if name.starts_with(b".modinfo\0") {
            return Some((start, usize::try_from(length).ok()?));
        }
    }
    None
}

/// Two bytes at an offset.
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|b| u16::from_le_bytes(*b))
}

/// Eight bytes at an offset, or four of the narrow class.
fn word(bytes: &[u8], at: usize, wide: bool) -> Option<u64> {
    let bytes = bytes.get(at..)?;
    match wide {
        true => bytes.first_chunk().map(|b| u64::from_le_bytes(*b)),
        false => bytes.first_chunk().map(|b| u32::from_le_bytes(*b).into()),
    }
}

/// Tells what is wrong with the lines of a `modules.conf`.
pub fn check_options(text: &[u8], notes: &mut Notes) {
    for line in Lines::new(text) {
        let (word, rest) = split_word(line.text);
        let (module, _) = split_word(rest);
        let number = Decimal::new(line.number.into());
        if !word.eq_ignore_ascii_case(b"options") {
            notes.say(
                "modules.conf:%: unknown directive '%'",
                &[number.bytes(), word],
            );
        } else if module.is_empty() {
            notes.say(
                "modules.conf:%: options requires a module",
                &[number.bytes()],
            );
        }
    }
}

/// The options that a `modules.conf` has for a module: its last line counts.
#[must_use]
pub fn options_of<'t>(text: &'t [u8], name: &[u8]) -> &'t [u8] {
    let mut found: &[u8] = &[];
    for line in Lines::new(text) {
        let (word, rest) = split_word(line.text);
        let (module, options) = split_word(rest);
        if word.eq_ignore_ascii_case(b"options") && same(module, name) {
            found = options;
        }
    }
    found
}

/// What became of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not tried yet, or to be tried again.
    Waiting,
    /// The kernel missed a symbol: to be tried again when others are in.
    Lacking,
    /// In the kernel.
    Loaded,
    /// Refused.
    Failed,
}

/// A module file that was found.
#[derive(Clone, Copy, Debug)]
pub struct Module<'t> {
    /// Its path below the folder.
    pub path: &'t [u8],
    /// Its name.
    pub name: &'t [u8],
    /// Whether the kernel has to decompress it.
    pub compressed: bool,
    /// The names of the modules it needs, with commas between; empty also when unknown.
    pub depends: &'t [u8],
    /// What became of it.
    pub state: State,
}

/// The modules of a folder, and which of them goes in next.
pub struct Plan<'t> {
    list: Vec<Module<'t>, MODULES>,
    /// Whether one has gone in since the first that lacked a symbol.
    progress: bool,
}

impl<'t> Plan<'t> {
    /// No modules yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            progress: false,
        }
    }

    /// Adds a module, in the order of paths, whatever order the folder has; says whether
    /// there was room.
    pub fn add(&mut self, module: Module<'t>) -> bool {
        if self.list.push(module).is_err() {
            return false;
        }
        let sorted = self.list.iter().filter(|m| m.path < module.path).count();
        if let Some(tail) = self.list.get_mut(sorted..) {
            let mut carried = module;
            for place in tail {
                core::mem::swap(place, &mut carried);
            }
        }
        true
    }

    /// The modules, in the order of their paths.
    #[must_use]
    pub fn list(&self) -> &[Module<'t>] {
        &self.list
    }

    /// The number of the module to insert now; `None` when all is done that can be.
    pub fn next(&mut self) -> Option<usize> {
        let waiting = self.list.iter().any(|m| m.state == State::Waiting);
        if !waiting && self.progress {
            self.progress = false;
            for module in &mut self.list {
                if module.state == State::Lacking {
                    module.state = State::Waiting;
                }
            }
        }
        let is_waiting = |m: &Module<'_>| m.state == State::Waiting;
        // A circle of needs leaves none that is ready: then the kernel may judge.
        (self.list.iter())
            .position(|m| is_waiting(m) && self.is_ready(m))
            .or_else(|| self.list.iter().position(is_waiting))
    }

    /// Whether none of what `module` needs is still to go in.
    fn is_ready(&self, module: &Module<'_>) -> bool {
        !self.list.iter().any(|other| {
            other.state == State::Waiting
                && !same(other.name, module.name)
                && needs(module, other.name)
        })
    }

    /// Says what became of a module.
    pub fn set(&mut self, nth: usize, state: State) {
        if let Some(module) = self.list.get_mut(nth) {
            module.state = state;
            self.progress |= state == State::Loaded;
        }
    }

    /// The first module that this one needs and that is not known to be in the kernel.
    #[must_use]
    pub fn lacks(&self, module: &Module<'t>) -> &'t [u8] {
        let is_in = |name: &[u8]| {
            (self.list.iter()).any(|m| m.state == State::Loaded && same(m.name, name))
        };
        names(module.depends)
            .find(|name| !is_in(name))
            .unwrap_or(&[])
    }
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// The names in a `depends=` list.
fn names(depends: &[u8]) -> impl Iterator<Item = &[u8]> {
    depends
        .split(|b| *b == b',')
        .filter(|name| !name.is_empty())
}

/// Whether `module` says that it needs the one called `name`.
fn needs(module: &Module<'_>, name: &[u8]) -> bool {
    names(module.depends).any(|needed| same(needed, name))
}
