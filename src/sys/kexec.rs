//! The next kernel.

#[cfg(target_arch = "x86_64")]
use super::fd::Fd;
use super::map::Mapping;
use super::{Errno, Result, Sysno, done, raw_syscall};
use core::marker::PhantomData;
use heapless::Vec;

/// `KEXEC_FILE_NO_INITRAMFS`: there is no ramdisk (linux/kexec.h).
#[cfg(target_arch = "x86_64")]
const NO_RAMDISK: usize = 4;

/// How many segments the kernel takes (`KEXEC_SEGMENT_MAX`, linux/kexec.h).
const SEGMENTS: usize = 16;

/// `struct kexec_segment` (linux/kexec.h): bytes of ours, and where they go.
#[repr(C)]
struct Segment {
    buf: *const u8,
    bufsz: usize,
    mem: usize,
    memsz: usize,
}

const _: () = assert!(size_of::<Segment>() == 4 * size_of::<usize>());

/// What is to be in memory when the next kernel begins.
pub(crate) struct Segments<'s> {
    list: Vec<Segment, SEGMENTS>,
    of: PhantomData<&'s [u8]>,
}

impl<'s> Segments<'s> {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self {
            list: Vec::new(),
            of: PhantomData,
        }
    }

    /// Adds `bytes`, to be at `address`, the rest of `memory` bytes being zeroes.
    pub(crate) fn add(&mut self, bytes: &'s [u8], address: u64, memory: u64) -> Result<()> {
        self.add_range((bytes.as_ptr(), bytes.len()), address, memory)
    }

    /// Adds `length` bytes of a file from `offset` on.
    pub(crate) fn add_mapped(
        &mut self,
        file: &'s Mapping,
        (offset, length): (u64, u64),
        address: u64,
        memory: u64,
    ) -> Result<()> {
        let (start, there) = file.from(usize::try_from(offset).unwrap_or(usize::MAX));
        let length = usize::try_from(length).map_err(|_| Errno::EFBIG)?;
        self.add_range((start, there.min(length)), address, memory)
    }

    #[inline(never)]
    fn add_range(&mut self, range: (*const u8, usize), address: u64, memory: u64) -> Result<()> {
        let (buf, bufsz) = range;
        let segment = Segment {
            buf,
            bufsz,
            mem: usize::try_from(address).map_err(|_| Errno::EADDRNOTAVAIL)?,
            memsz: usize::try_from(memory).map_err(|_| Errno::EADDRNOTAVAIL)?,
        };
        self.list.push(segment).map_err(|_| Errno::E2BIG)
    }

    /// `kexec_load`: has the kernel keep copies of all segments; the next kernel is entered
    /// at `entry`.
    #[inline(never)]
    pub(crate) fn load(&self, entry: u64) -> Result<()> {
        let entry = usize::try_from(entry).map_err(|_| Errno::EADDRNOTAVAIL)?;
        let (count, list) = (self.list.len(), self.list.as_ptr());
        // SAFETY: the kernel reads `count` structures, and of each `bufsz` bytes at `buf`, all of
        // which live as long as `self`; it fails where a file's bytes cannot be had.
        done(unsafe { raw_syscall!(Sysno::kexec_load, entry, count, list, 0) })
    }
}

/// `kexec_file_load`: has the kernel read the next one from files. `cmdline` ends in a NUL.
#[cfg(target_arch = "x86_64")]
pub(crate) fn load_files(kernel: &Fd, ramdisk: Option<&Fd>, cmdline: &[u8]) -> Result<()> {
    let flags = match ramdisk {
        Some(_) => 0,
        None => NO_RAMDISK,
    };
    let initrd = ramdisk.map_or(usize::MAX, |ramdisk| ramdisk.0);
    let (text, length) = (cmdline.as_ptr(), cmdline.len());
    // SAFETY: the kernel reads `length` bytes of the slice and copies them; the rest are numbers.
    done(unsafe {
        raw_syscall!(
            Sysno::kexec_file_load,
            kernel.0,
            initrd,
            length,
            text,
            flags
        )
    })
}
