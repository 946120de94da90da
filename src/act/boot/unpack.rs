//! Unpacks a compressed kernel into a file in memory.

use crate::act::files::{reader, write_all};
use crate::act::tell;
use crate::sys::fd::Fd;
use crate::sys::{Errno, fs};
use core::cell::Cell;
use kexec_loader::image::gzip::{Fault, MAGIC, Unpacker, WINDOW};
use kexec_loader::notes::{Notes, Told};

/// Bytes of the compressed file that are read at once.
const INPUT: usize = 1 << 12;

/// Whether a file that begins with these bytes is to be unpacked.
pub(super) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Unpacks a file; what comes out is in memory, and has `limit` bytes at most.
#[inline(never)]
pub(super) fn unpack(packed: &Fd, path: &[u8], limit: u64, notes: &mut Notes) -> Result<Fd, Told> {
    // Why it was stopped; nothing if there was too much.
    let why = Cell::new(None);
    let fault = match carry_out(packed, limit, &why) {
        Ok(unpacked) => return Ok(unpacked),
        Err(fault) => fault,
    };
    if let Some(error) = why.get() {
        return Err(tell(notes, "cannot unpack %%: %", path, b"", error));
    }
    if fault == Fault::Stopped {
        return Err(notes.say_numbers(
            b"cannot unpack %: there is room for # bytes, and it has more",
            &[path],
            &[limit],
        ));
    }
    Err(notes.say("% is damaged: %", &[path, fault.words().as_bytes()]))
}

/// Moves a file through the unpacker.
#[inline(never)]
fn carry_out(packed: &Fd, limit: u64, why: &Cell<Option<Errno>>) -> Result<Fd, Fault> {
    let stop = |error| {
        why.set(Some(error));
        Fault::Stopped
    };
    let unpacked = fs::in_memory().map_err(stop)?;
    #[allow(
        clippy::large_stack_arrays,
        reason = "the heap would not have it back while there is a menu"
    )]
    let mut window = [0; WINDOW];
    let mut input = [0; INPUT];
    let mut read = reader(packed, why);
    let mut room = limit;
    let mut write = |bytes: &[u8]| {
        let Some(rest) = room.checked_sub(bytes.len() as u64) else {
            return false;
        };
        room = rest;
        write_all(&unpacked, bytes).map_err(stop).is_ok()
    };
    Unpacker {
        input: &mut input,
        window: &mut window,
        read: &mut read,
        write: &mut write,
    }
    .run()?;
    Ok(unpacked)
}
