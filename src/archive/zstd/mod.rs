//! Files compressed as a whole by zstd (`.zst`).
//!
//! Given three doors, pulls the file through: one gives memory, for a block as it is in the file,
//! whose streams are read from their ends, and for a window of what came out. Where a frame says
//! the size of what comes out, or its XXH64, they are compared when it ends. Frames follow one
//! another, of which some are to be skipped. What was made with a dictionary is refused.
//! Source: RFC 8878.
//!
//! Why not a package: of those without the standard library, `ruzstd` (0.9) is kept best. It is
//! 46,600 bytes of program and an allocator; this is some 6,000.

mod block;
mod literals;
mod output;
mod table;
#[cfg(test)]
mod tests;
mod xxh64;

use crate::unpack::low_word;
pub use crate::unpack::{Fault, Read, Write};
use block::Past;
use core::ops::DerefMut;
use output::{Doors, Output};
use table::{STATES, Table};
use xxh64::Hash;

/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// What one that is to be skipped begins with, but for the lowest four bits.
const SKIPPED: u32 = 0x184d_2a50;
/// Flag of a frame: a checksum ends it.
const HAS_SUM: u32 = 4;
/// Flag that is not defined.
const RESERVED: u32 = 8;
/// Flag: the window is as large as all that comes out.
const IS_SINGLE: u32 = 0x20;

/// Bytes of a block at most, as it is in the file and as it comes out.
const BLOCK: usize = 1 << 17;
/// Room for one, and for what is read over its end.
const ROOM: usize = BLOCK + 8;
/// The smallest window, in bytes.
const LEAST: u64 = 1 << 10;

/// Gives memory of so many bytes, or of as many as there are: they do, if nothing in the file goes
/// back further. `None` if it cannot.
pub type Room<'d, M> = dyn FnMut(u64) -> Option<M> + 'd;

/// Unpacks one file.
pub struct Unpacker<'d, M> {
    /// Where memory comes from, for each frame that wants more than those before it.
    pub room: &'d mut Room<'d, M>,
    /// Where the file comes from.
    pub read: &'d mut Read<'d>,
    /// Where it goes.
    pub write: &'d mut Write<'d>,
}

/// What the header of a frame says.
struct Frame {
    /// Bytes of the window, [`LEAST`] at least.
    window: u64,
    /// Bytes that come out.
    size: Option<u64>,
    has_sum: bool,
}

/// Whether a file that begins with these bytes is one.
#[must_use]
pub fn is_one(head: &[u8]) -> bool {
    head.first_chunk()
        .is_some_and(|magic| *magic == MAGIC || is_skipped(*magic))
}

/// Whether a frame that begins with these bytes is to be skipped.
fn is_skipped(magic: [u8; 4]) -> bool {
    u32::from_le_bytes(magic) & !15 == SKIPPED
}

impl<M: DerefMut<Target = [u8]>> Unpacker<'_, M> {
    /// Unpacks all of the file.
    ///
    /// # Errors
    ///
    /// [`Fault`]; some of it may have been written by then.
    pub fn run(&mut self) -> Result<(), Fault> {
        let mut doors = Doors {
            read: self.read,
            write: self.write,
            fault: None,
        };
        let done = run(self.room, &mut doors);
        done.ok_or(doors.fault.unwrap_or(Fault::Damaged))
    }
}

/// Unpacks all of a file.
fn run<M: DerefMut<Target = [u8]>>(
    room: &mut Room<'_, M>,
    doors: &mut Doors<'_, '_>,
) -> Option<()> {
    let mut memory: Option<M> = None;
    loop {
        let mut magic = [0; 4];
        match doors.read_some(&mut magic)? {
            0 => return Some(()),
            4 => {}
            _ => {
                doors.stop(Fault::Truncated);
                return None;
            }
        }
        if is_skipped(magic) {
            skip(doors)?;
            continue;
        }
        if magic != MAGIC {
            doors.stop(Fault::Unknown);
            return None;
        }
        let frame = head(doors)?;
        let wants = frame.window.wrapping_add(ROOM as u64);
        if memory.as_ref().is_none_or(|has| (has.len() as u64) < wants) {
            // Not both at a time.
            drop(memory.take());
            memory = room(wants);
        }
        let Some(memory) = &mut memory else {
            doors.stop(Fault::Stopped);
            return None;
        };
        let Some((block, window @ [_, ..])) = memory.split_at_mut_checked(ROOM) else {
            doors.stop(Fault::Dictionary(frame.window));
            return None;
        };
        let mut output = Output {
            doors,
            window,
            start: 0,
            at: 0,
            made: 0,
            hash: Hash::default(),
            frame,
        };
        blocks(block, &mut output)?;
    }
}

/// Skips a frame.
fn skip(doors: &mut Doors<'_, '_>) -> Option<()> {
    let mut left = doors.number(4)?;
    while left > 0 {
        let count = left.min(8);
        doors.number(count as usize)?;
        left = left.wrapping_sub(count);
    }
    Some(())
}

/// Unpacks the blocks of a frame, with room for one as it is in the file.
#[inline(never)]
fn blocks(block: &mut [u8], output: &mut Output<'_, '_, '_>) -> Option<()> {
    #[allow(
        clippy::large_stack_arrays,
        reason = "the heap is full of configurations"
    )]
    let mut cells = [0; STATES * 4];
    let ([a, b, c, d], _) = cells.as_chunks_mut() else {
        return None;
    };
    let mut past = Past {
        huffman: Table::new(a),
        tables: [Table::new(b), Table::new(c), Table::new(d)],
        recent: [1, 4, 8],
    };
    let most = low_word(output.frame.window.min(BLOCK as u64));
    let mut is_last = false;
    while !is_last {
        let head = low_word(output.doors.number(3)?);
        is_last = head & 1 != 0;
        let kind = head >> 1 & 3;
        let size = head >> 3;
        if size > most {
            return None;
        }
        // One that is a byte again and again has but that.
        let bytes = block.get_mut(..if kind == 1 { 1 } else { size as usize })?;
        output.doors.read(bytes)?;
        match kind {
            0 | 1 => {
                for byte in bytes.iter().cycle().take(size as usize) {
                    output.put(*byte);
                }
            }
            2 => past.unpack(block, size, most, output)?,
            _ => return None,
        }
        output.flush();
        if output.doors.fault.is_some() {
            return None;
        }
    }
    let is_size = output.frame.size.is_none_or(|size| size == output.made);
    let is_sum = !output.frame.has_sum
        || output.doors.number(4)? == low_word(output.hash.finish(output.made)).into();
    if is_size && is_sum {
        return Some(());
    }
    output.doors.stop(Fault::Checksum);
    None
}

/// Reads the header of a frame, behind what it begins with.
fn head(doors: &mut Doors<'_, '_>) -> Option<Frame> {
    let flags = low_word(doors.number(1)?);
    let is_single = flags & IS_SINGLE != 0;
    let mut window = 0;
    if !is_single {
        let code = low_word(doors.number(1)?);
        let eighth = (LEAST >> 3).wrapping_shl(code >> 3);
        window = eighth.wrapping_mul(u64::from(code & 7 | 8));
    }
    let dictionary = doors.number(1_usize.wrapping_shl(flags & 3) >> 1)?;
    let width = match flags >> 6 {
        0 => usize::from(is_single),
        code => 1_usize.wrapping_shl(code),
    };
    let size = doors.number(width)?;
    let size = size.wrapping_add(if width == 2 { 256 } else { 0 });
    if is_single {
        window = size;
    }
    if flags & RESERVED != 0 {
        doors.stop(Fault::Unknown);
        return None;
    }
    if dictionary != 0 {
        doors.stop(Fault::Foreign);
        return None;
    }
    Some(Frame {
        window: window.max(LEAST),
        size: (width != 0).then_some(size),
        has_sum: flags & HAS_SUM != 0,
    })
}
