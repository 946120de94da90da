//! Files as addresses.

use super::fd::Fd;
use super::{Errno, Result, Sysno, checked, raw_syscall};
use core::ptr::{self, NonNull};
use linux_raw_sys::general::{MAP_PRIVATE, PROT_READ};

/// The call's six arguments.
#[cfg(target_arch = "x86_64")]
pub(super) fn map(length: usize, access: u32, kind: u32, file: usize) -> Result<usize> {
    let nowhere = ptr::null::<u8>();
    // SAFETY: the kernel chooses where, so nothing of ours is replaced.
    checked(unsafe { raw_syscall!(Sysno::mmap, nowhere, length, access, kind, file, 0) })
}

/// The call's six arguments, in memory: on x86 that is what this call takes
/// (`struct mmap_arg_struct`, arch/x86/kernel/sys_ia32.c).
#[cfg(target_arch = "x86")]
pub(super) fn map(length: usize, access: u32, kind: u32, file: usize) -> Result<usize> {
    let arguments = [0, length, access as usize, kind as usize, file, 0];
    // SAFETY: the kernel reads six words, and chooses where, so nothing of ours is replaced.
    checked(unsafe { raw_syscall!(Sysno::mmap, arguments.as_ptr()) })
}

/// A file that has addresses, for the kernel to copy from.
///
/// There is no way to look at the bytes: one that a broken disk cannot give would end the
/// process with a signal, whereas a system call that copies it only fails.
pub(crate) struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

impl Mapping {
    /// `mmap`: gives addresses to the first `length` bytes of a file. Nothing is read yet.
    pub(crate) fn new(file: &Fd, length: u64) -> Result<Self> {
        let length = usize::try_from(length).map_err(|_| Errno::ENOMEM)?;
        let start = map(length, PROT_READ, MAP_PRIVATE, file.0)?;
        let start = NonNull::new(ptr::with_exposed_provenance_mut(start));
        let start = start.ok_or(Errno::ENOMEM)?;
        Ok(Self { start, length })
    }

    /// Where the bytes from `offset` on are, and how many there are.
    pub(super) fn from(&self, offset: usize) -> (*const u8, usize) {
        let offset = offset.min(self.length);
        let start = self.start.as_ptr().cast_const().wrapping_add(offset);
        (start, self.length.wrapping_sub(offset))
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let (start, length) = (self.start.as_ptr(), self.length);
        // SAFETY: the addresses are ours, and nobody uses them after this.
        let _ = unsafe { raw_syscall!(Sysno::munmap, start, length) };
    }
}
