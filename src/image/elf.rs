//! Programs in the Executable and Linking Format: which parts of the file go where.
//!
//! Given a file's first bytes and a way to read more, gives the parts to load, by their
//! physical addresses. Source: System V ABI, generic part, "Object Files" and "Program
//! Loading"; processor 3 is the i386, 62 the AMD64.

use super::program::{Part, Program};
use super::{Fault, File};
use crate::bytes::{byte, le16, le32, le64, place};
use heapless::Vec;

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

/// Linux in this format.
pub type Vmlinux = Program;

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
        return Err(Fault::Because(&"it is an ELF file, but no kernel for x86"));
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
    let headers = headers.ok_or(Fault::Because(&"its ELF headers make no sense"))?;
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
