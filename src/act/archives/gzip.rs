//! What gzip compressed.

use super::Fault;
use crate::act::files::reader;
use crate::sys::fd::Fd;
use core::cell::Cell;
use kexec_loader::image::gzip::{self, MAGIC, Unpacker, WINDOW};

/// Whether a file that begins with these bytes is to be unpacked.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Unpacks a file.
#[inline(never)]
pub(super) fn unpack(file: &Fd, write: &mut gzip::Write<'_>) -> Result<(), Fault> {
    let failed = Cell::new(None);
    #[allow(
        clippy::large_stack_arrays,
        reason = "the heap is full of configurations"
    )]
    let mut window = [0; WINDOW];
    let done = Unpacker {
        input: &mut [0; super::INPUT],
        window: &mut window,
        read: &mut reader(file, &failed),
        write,
    }
    .run();
    super::judge(done.err().map(gzip::Fault::words), failed.get())
}
