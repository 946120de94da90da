//! Programs in the Executable and Linking Format: which parts of the file go where.
//!
//! Given a file's first bytes and a way to read more, gives the parts to load, by their
//! physical addresses. Source: System V ABI, generic part, "Object Files" and "Program
//! Loading"; processor 3 is the i386, 62 the AMD64.

use super::memory::{FOUR_GIB, PAGE};
use super::{Fault, File};
use crate::bytes::{byte, le16, le32, le64, place};
use heapless::Vec;

/// How many parts a program may have.
pub const PARTS: usize = 12;
/// Bytes of all program headers that are looked at: 64 of the larger kind.
const HEADERS: usize = 64 * 56;

/// `ELFCLASS64`.
const CLASS_64: u8 = 2;
/// `ELFDATA2LSB`.
const LITTLE_ENDIAN: u8 = 1;
/// `ET_EXEC`.
const EXECUTABLE: u64 = 2;
/// `EM_386`.
const I386: u64 = 3;
/// `EM_X86_64`.
const AMD64: u64 = 62;
/// `PT_LOAD`.
const LOAD: u64 = 1;

/// A part of a file that goes to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins in the file.
    pub offset: u64,
    /// Bytes of the file.
    pub length: u64,
    /// Where it goes.
    pub address: u64,
    /// Bytes that it has there, the rest of them zeroes; `length` or more.
    pub memory: u64,
}

/// What is loaded of a program, lowest address first, and where it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its parts. None is empty, none overlaps another, none reaches above 4 GiB.
    pub parts: Vec<Part, PARTS>,
    /// The physical address of its first instruction, in one of them.
    pub entry: u64,
    /// Whether that is 64-bit code.
    pub is_long: bool,
}

/// Whether `head` begins a program in this format.
#[must_use]
pub fn is_one(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF")
}

/// Reads the program headers of a file whose first bytes are `head`.
///
/// # Errors
///
/// [`Fault`] for what is not a whole program for this machine.
#[inline(never)]
pub fn read(head: &[u8], file: &mut File<'_>) -> Result<Program, Fault> {
    let is_long = byte(head, 4) == CLASS_64;
    let machine = le16(head, 18);
    let fits = byte(head, 5) == LITTLE_ENDIAN
        && le16(head, 16) == EXECUTABLE
        && (machine == I386 || machine == AMD64);
    if !fits {
        return Err(Fault::Because("it is an ELF file, but no kernel for x86"));
    }
    let (mut entry, at, sizes) = if is_long {
        (le64(head, 24), le64(head, 32), [54, 56])
    } else {
        (le32(head, 24), le32(head, 28), [42, 44])
    };
    let [size, count] = sizes.map(|at| place(le16(head, at)));
    let (least, offset, address, in_file, in_memory) = if is_long {
        (56, 8, 24, 32, 40)
    } else {
        (32, 4, 12, 16, 20)
    };
    let word = |bytes: &[u8], at| {
        if is_long {
            le64(bytes, at)
        } else {
            le32(bytes, at)
        }
    };
    let length = size.saturating_mul(count);
    let mut headers = [0; HEADERS];
    let headers = headers.get_mut(..length).filter(|_| size >= least);
    let headers = headers.ok_or(Fault::Because("its ELF headers make no sense"))?;
    file.fill(at, headers)?;

    let mut program = Program {
        parts: Vec::new(),
        entry: u64::MAX,
        is_long,
    };
    for header in headers.chunks_exact(size) {
        let part = Part {
            offset: word(header, offset),
            length: word(header, in_file),
            address: word(header, address),
            memory: word(header, in_memory),
        };
        if le32(header, 0) != LOAD || part.memory == 0 {
            continue;
        }
        let end = part.offset.saturating_add(part.length);
        if end > file.size {
            return Err(Fault::Truncated(end));
        }
        let virt = word(header, if is_long { 16 } else { 8 });
        // An entry that is a virtual address is inside of one part, as virtual addresses are.
        if entry.wrapping_sub(virt) < part.memory && program.entry == u64::MAX {
            program.entry = entry.wrapping_sub(virt).wrapping_add(part.address);
        }
        program.add(part)?;
    }
    let is_inside = |part: &Part| entry.wrapping_sub(part.address) < part.memory;
    if !program.parts.iter().any(is_inside) {
        entry = program.entry;
    }
    program.enter(entry)?;
    Ok(program)
}

impl Program {
    /// Adds a part; the lowest address stays first.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is empty, overlaps another, is larger in the file than in memory, ends
    /// above 4 GiB, or is one too many.
    #[inline(never)]
    pub fn add(&mut self, part: Part) -> Result<(), Fault> {
        let end = part.address.saturating_add(part.memory);
        let fits = part.memory > 0
            && part.length <= part.memory
            && end <= FOUR_GIB
            && self.parts.iter().all(|other| {
                end <= other.address || other.address.saturating_add(other.memory) <= part.address
            });
        if !fits {
            return Err(Fault::Because("the addresses in its headers make no sense"));
        }
        let added = self.parts.push(part);
        added.map_err(|_| Fault::Because("it has more parts than can be loaded"))?;
        let mut rest: &mut [Part] = &mut self.parts;
        while let [.., before, last] = rest
            && before.address > last.address
        {
            core::mem::swap(before, last);
            rest = rest.split_last_mut().map_or(&mut [], |(_, rest)| rest);
        }
        Ok(())
    }

    /// Says where it is entered.
    ///
    /// # Errors
    ///
    /// [`Fault`] if that is in no part of it.
    pub fn enter(&mut self, entry: u64) -> Result<(), Fault> {
        self.entry = entry;
        let is_inside = |part: &Part| entry.wrapping_sub(part.address) < part.memory;
        if self.parts.iter().any(is_inside) {
            return Ok(());
        }
        Err(Fault::Because("its entry is in no part of it"))
    }

    /// Moves it up in memory by whole pages, or down where the sum wraps around.
    pub fn move_by(&mut self, distance: u64) {
        self.entry = self.entry.wrapping_add(distance);
        for part in &mut self.parts {
            part.address = part.address.wrapping_add(distance);
        }
    }

    /// Where its lowest part begins.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.parts.first().map_or(0, |part| part.address)
    }

    /// From the first page to the end of the last: what memory it needs.
    #[must_use]
    pub fn span(&self) -> (u64, u64) {
        let first = self.first();
        let end = self.parts.last();
        let end = end.map_or(0, |part| part.address.saturating_add(part.memory));
        (
            first & !(PAGE - 1),
            end.checked_next_multiple_of(PAGE).unwrap_or(end),
        )
    }

    /// Whether every part can be loaded by itself: kexec takes whole pages, so each begins at
    /// one, and no two share one.
    #[must_use]
    pub fn is_in_pages(&self) -> bool {
        self.parts.iter().all(|part| part.address % PAGE == 0)
    }
}
