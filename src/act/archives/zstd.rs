//! What zstd compressed.

use super::{Fault, judge};
use crate::act::boot::memory;
use crate::act::files::reader;
use crate::sys::fd::Fd;
use crate::sys::memory::Memory;
use core::cell::Cell;
use kexec_loader::archive::zstd::{self, Unpacker};

pub(super) use zstd::is_one;

/// Unpacks a file, with as much memory as it asks for, or as half of what is free.
#[inline(never)]
pub(super) fn unpack(file: &Fd, write: &mut zstd::Write<'_>) -> Result<(), Fault> {
    let failed = Cell::new(None);
    let mut size = (0, 0);
    let done = Unpacker {
        room: &mut |wants: u64| {
            let has = wants.min(memory::free() / 2);
            size = (wants, has);
            let memory = Memory::new(usize::try_from(has).unwrap_or(usize::MAX));
            memory.map_err(|error| failed.set(Some(error))).ok()
        },
        read: &mut reader(file, &failed),
        write,
    }
    .run();
    match done {
        Err(zstd::Fault::Dictionary(_)) => Err(Fault::Memory {
            wants: size.0,
            has: size.1,
            remedy: "zstd --zstd=wlog=20",
        }),
        _ => judge(done.err().map(zstd::Fault::words), failed.get()),
    }
}
