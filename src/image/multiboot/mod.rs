//! Multiboot: kernels that any boot loader can load, and that are told of the machine in
//! a form of their own. This is the reading half: the header.
//!
//! Given a file, says whether it has a header, and what is loaded of it. Sources: the
//! Multiboot Specification 0.6.96, 3.1; the Multiboot2 Specification 2.0, 3.1. Where both
//! headers are there, the second's counts.

pub mod information;
mod plan;

use super::elf;
use super::memory::{FOUR_GIB, MEBIBYTE, Memory, PAGE};
use super::program::{Part, Program};
use super::{Fault, File};
use crate::bytes::{le16, le32, place};
use crate::text::part;
use heapless::Vec;
pub use plan::plan;

/// Bytes that are looked at at once.
const WINDOW: usize = 4096;
/// Bytes by which a header is known.
const KNOWN_BY: usize = 16;
/// The longest header that is read; one with every tag there is has less than 300 bytes.
const HEADER: usize = 1024;

/// Which of the two specifications a kernel follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The first: a table of pointers.
    One,
    /// The second: a list of tags.
    Two,
}

/// Where else a kernel can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movable {
    /// The lowest address.
    pub start: u64,
    /// The end of the highest.
    pub end: u64,
    /// What it must be a multiple of: a power of two.
    pub alignment: u64,
}

/// A kernel with a Multiboot header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiboot {
    /// How it wants to be told of the machine.
    pub version: Version,
    /// What is loaded of it. Its entry is 32-bit code, whatever the file's own class.
    pub program: Program,
    /// Where else, if it can be moved.
    pub movable: Option<Movable>,
}

/// What a header says.
#[derive(Default)]
struct Header {
    /// Where it is itself, where the program begins, and the ends of what is loaded and of
    /// what is zeroed; all in memory.
    addresses: Option<[u64; 4]>,
    entry: Option<u64>,
    movable: Option<Movable>,
}

const UNKNOWN: Fault =
    Fault::Because(&"its Multiboot header requires something that is not known here");
const TAGS: Fault = Fault::Because(&"its Multiboot header makes no sense");
const ADDRESSES: Fault = Fault::Because(&"the addresses in its Multiboot header make no sense");

/// Reads a kernel with a Multiboot header, the file's first bytes being `head`; `None` for a
/// file without one.
///
/// # Errors
///
/// [`Fault`] for a kernel that is not whole, or that asks for what is not known here.
#[inline(never)]
pub fn read(head: &[u8], file: &mut File<'_>) -> Result<Option<Multiboot>, Fault> {
    let Some((version, at)) = find(file)? else {
        return Ok(None);
    };
    let mut bytes = [0; HEADER];
    file.fill_some(at, &mut bytes)?;
    let header = match version {
        Version::One => Header::read_one(&bytes)?,
        Version::Two => Header::read_two(&bytes)?,
    };
    let mut program = match header.addresses {
        Some(addresses) => {
            let entry = header.entry.ok_or(ADDRESSES)?;
            load(addresses, at, entry, file.size)?
        }
        None if elf::is_one(head) => elf::read(head, file)?,
        None => {
            return Err(Fault::Because(
                &"its Multiboot header has no addresses, and it is no ELF file",
            ));
        }
    };
    program.is_long = false;
    if let Some(entry) = header.entry {
        program.enter(entry)?;
    }
    Ok(Some(Multiboot {
        version,
        program,
        movable: header.movable,
    }))
}

impl Version {
    /// The header's magic number.
    fn magic(self) -> u64 {
        match self {
            Self::One => 0x1bad_b002,
            Self::Two => 0xe852_50d6,
        }
    }

    /// Where in the file a header must end.
    fn area(self) -> u64 {
        match self {
            Self::One => 8192,
            Self::Two => 32768,
        }
    }

    /// The bytes of a header that begins with `bytes`; `None` for what is none. Both begin
    /// with their magic number, and some words from there on are zero together.
    fn length(self, bytes: &[u8]) -> Option<u64> {
        let words = match self {
            Self::One => [0, 4, 8, 8],
            Self::Two => [0, 4, 8, 12],
        };
        let [magic, second, third, last] = words.map(|at| le32(bytes, at));
        let sum = magic.wrapping_add(second).wrapping_add(last);
        let (sum, length) = match self {
            Self::One if second & 1 << 16 != 0 => (sum, 32),
            Self::One => (sum, 12),
            // Its second word is the architecture: 0 for 32-bit protected mode.
            Self::Two if second != 0 || third < 16 => return None,
            Self::Two => (sum.wrapping_add(third), third),
        };
        (magic == self.magic() && sum.is_multiple_of(FOUR_GIB)).then_some(length)
    }
}

/// Finds the header, and where in the file it is.
#[inline(never)]
fn find(file: &mut File<'_>) -> Result<Option<(Version, u64)>, Fault> {
    let mut window = [0; WINDOW];
    let mut found = None;
    let mut start = 0;
    while start < file.size.min(Version::Two.area()) {
        file.fill_some(start, &mut window)?;
        for (at, nth) in (start..).step_by(4).zip(0..(WINDOW - KNOWN_BY) / 4) {
            let bytes = part(&window, nth.wrapping_mul(4), WINDOW);
            let is_whole = |version: Version| {
                let end = version.length(bytes).map(|length| at.wrapping_add(length));
                end.is_some_and(|end| end <= version.area().min(file.size))
            };
            if at.is_multiple_of(8) && is_whole(Version::Two) {
                return Ok(Some((Version::Two, at)));
            }
            if found.is_none() && is_whole(Version::One) {
                found = Some((Version::One, at));
            }
        }
        start = start.wrapping_add((WINDOW - KNOWN_BY) as u64);
    }
    Ok(found)
}

impl Header {
    /// Reads a header of the first version.
    fn read_one(bytes: &[u8]) -> Result<Self, Fault> {
        let flags = le32(bytes, 4);
        // Modules in whole pages, the memory's size, and the screen's kind are given anyway.
        if flags & 0xfff8 != 0 {
            return Err(UNKNOWN);
        }
        let mut header = Self::default();
        if flags & 1 << 16 != 0 {
            header.addresses = Some([12, 16, 20, 24].map(|at| le32(bytes, at)));
            header.entry = Some(le32(bytes, 28));
        }
        Ok(header)
    }

    /// Reads a header of the second version: tags, each beginning at a multiple of 8.
    #[inline(never)]
    fn read_two(bytes: &[u8]) -> Result<Self, Fault> {
        let length = place(le32(bytes, 8));
        let mut rest = bytes.get(16..length).ok_or(TAGS)?;
        let mut header = Self::default();
        while !rest.is_empty() {
            let size = place(le32(rest, 4));
            let tag = rest.get(..size).filter(|tag| tag.len() >= 8).ok_or(TAGS)?;
            let word = |at| le32(tag, at);
            match le16(tag, 0) {
                // The end.
                0 => break,
                // What it wants to be told: every kind of tag that is specified may be asked
                // for, whether or not there is anything to tell.
                1 => {
                    let (_, wanted) = tag.split_at_checked(8).unwrap_or_default();
                    let is_known = wanted.chunks(4).all(|kind| le32(kind, 0) <= 21);
                    if !is_known && is_required(tag) {
                        return Err(UNKNOWN);
                    }
                }
                2 => header.addresses = Some([8, 12, 16, 20].map(word)),
                3 => header.entry = Some(word(8)),
                // The console and the screen it would like; modules in whole pages, as they
                // always are; EFI's services and entries, there being no EFI any more.
                4..=9 => {}
                10 => header.movable = Some(Movable::new([8, 12, 16].map(word))?),
                _ if is_required(tag) => return Err(UNKNOWN),
                _ => {}
            }
            rest = part(rest, size.saturating_add(7) & !7, rest.len());
        }
        Ok(header)
    }
}

/// Whether a loader that does not know a tag must give up.
fn is_required(tag: &[u8]) -> bool {
    le16(tag, 2) & 1 == 0
}

impl Movable {
    fn new([start, end, alignment]: [u64; 3]) -> Result<Self, Fault> {
        if !alignment.is_power_of_two() {
            return Err(TAGS);
        }
        Ok(Self {
            start,
            end,
            alignment,
        })
    }
}

impl Multiboot {
    /// The program at the addresses where it is loaded: its own if they are free, or if there
    /// is no better place.
    #[must_use]
    pub fn placed(&self, memory: &Memory) -> Program {
        let mut program = self.program.clone();
        let (start, end) = program.span();
        if let Some(movable) = &self.movable
            && !memory.is_free(start, end)
        {
            let size = end.wrapping_sub(start);
            let lowest = movable.start.max(MEBIBYTE);
            let align = movable.alignment.max(PAGE);
            if let Some(at) = memory.find_lowest(size, align, lowest, movable.end) {
                program.move_by(at.wrapping_sub(start));
            }
        }
        program
    }
}

/// What is loaded of a file whose header, at `at`, has addresses.
fn load(addresses: [u64; 4], at: u64, entry: u64, size: u64) -> Result<Program, Fault> {
    let [header, start, end, zeroed] = addresses;
    // All bits set: it is loaded from the file's beginning.
    let offset = if start == FOUR_GIB - 1 {
        Some(0)
    } else {
        header
            .checked_sub(start)
            .and_then(|gap| at.checked_sub(gap))
    };
    let offset = offset.ok_or(ADDRESSES)?;
    let before = at.wrapping_sub(offset);
    let start = header.checked_sub(before).ok_or(ADDRESSES)?;
    let length = match end {
        0 => size.saturating_sub(offset),
        end => end.checked_sub(start).ok_or(ADDRESSES)?,
    };
    if offset.saturating_add(length) > size {
        return Err(Fault::Truncated(offset.saturating_add(length)));
    }
    let memory = match zeroed {
        0 => length,
        zeroed => zeroed.checked_sub(start).ok_or(ADDRESSES)?,
    };
    let mut program = Program {
        parts: Vec::new(),
        entry,
        is_long: false,
    };
    program.add(Part {
        offset,
        length,
        address: start,
        memory,
    })?;
    Ok(program)
}
