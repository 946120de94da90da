//! What xz compressed, or its forerunner.

use super::{Fault, judge};
use crate::act::boot::memory;
use crate::act::files::reader;
use crate::sys::fd::Fd;
use crate::sys::memory::Memory;
use core::cell::Cell;
use kexec_loader::archive::xz::{self, MAGIC, ODDS, OLD_MAGIC, Unpacker};

/// Whether a file that begins with these bytes is to be unpacked.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(&MAGIC) || head.starts_with(&OLD_MAGIC)
}

/// Unpacks a file, with a dictionary as large as it asks for, or as half of the memory that is
/// free.
#[inline(never)]
pub(super) fn unpack(file: &Fd, write: &mut xz::Write<'_>) -> Result<(), Fault> {
    let mut memory: Option<Memory> = None;
    #[allow(
        clippy::large_stack_arrays,
        reason = "the heap is full of configurations"
    )]
    let mut odds = [0; ODDS];
    loop {
        let failed = Cell::new(None);
        let done = Unpacker {
            input: &mut [0; super::INPUT],
            window: memory.as_deref_mut().unwrap_or_default(),
            odds: &mut odds,
            read: &mut reader(file, &failed),
            write,
        }
        .run();
        let Err(xz::Fault::Dictionary(wants)) = done else {
            return judge(done.err().map(xz::Fault::words), failed.get());
        };
        let size = wants.min(memory::free() / 2);
        if memory.is_some() {
            return Err(Fault::Memory {
                wants,
                has: size,
                remedy: "xz --lzma2=dict=1MiB",
            });
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        memory = Some(Memory::new(size).map_err(Fault::Unreadable)?);
    }
}
