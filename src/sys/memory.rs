//! Memory of a size that is known late, and that is given back.

use super::map::map;
use super::{Errno, Result, Sysno, raw_syscall};
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use linux_raw_sys::general::{MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE};

/// Bytes, zeroes at first. Those that have been touched are the machine's, others cost nothing.
pub(crate) struct Memory {
    start: NonNull<u8>,
    length: usize,
}

impl Memory {
    /// `mmap`: `length` bytes.
    pub(crate) fn new(length: usize) -> Result<Self> {
        let kind = MAP_PRIVATE | MAP_ANONYMOUS;
        let start = map(length, PROT_READ | PROT_WRITE, kind, usize::MAX)?;
        let start = NonNull::new(ptr::with_exposed_provenance_mut(start));
        let start = start.ok_or(Errno::ENOMEM)?;
        Ok(Self { start, length })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let (start, length) = (self.start.as_ptr(), self.length);
        // SAFETY: the addresses are ours, and nobody uses them after this.
        let _ = unsafe { raw_syscall!(Sysno::munmap, start, length) };
    }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the kernel gave `length` bytes, zeroes, which are ours while `self` lives.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the kernel gave `length` bytes, zeroes, which are ours while `self` lives.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }
}
