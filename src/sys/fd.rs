//! Open files.

use super::fs::CString;
use super::{Errno, Result, Sysno, checked, done, raw_syscall};
use core::mem::MaybeUninit;
use linux_raw_sys::general::{
    AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, S_IFMT, S_IFREG, STATX_MTIME, STATX_SIZE, STATX_TYPE, statx,
};

#[cfg(target_arch = "x86_64")]
use Sysno::sendfile;
#[cfg(target_arch = "x86")]
use Sysno::sendfile64 as sendfile;

/// An open file, closed when it goes.
pub(crate) struct Fd(pub(super) usize);

/// Where input comes from.
#[cfg(all(feature = "explain", feature = "password"))]
pub(crate) static STANDARD_INPUT: Fd = Fd(0);
/// Where output goes; a static is never dropped, so never closed.
#[cfg(feature = "explain")]
pub(crate) static STANDARD_OUTPUT: Fd = Fd(1);
/// Where complaints go.
pub(crate) static STANDARD_ERROR: Fd = Fd(2);

impl Drop for Fd {
    fn drop(&mut self) {
        // SAFETY: the number is ours, and nobody uses it after this.
        let _ = unsafe { raw_syscall!(Sysno::close, self.0) };
    }
}

impl Fd {
    /// Its number, which is its name in `/proc/self/fd`.
    pub(crate) fn number(&self) -> usize {
        self.0
    }

    /// `read`: reads into `bytes`; says how many came, 0 at the end of the file.
    #[inline(never)]
    pub(crate) fn read(&self, bytes: &mut [u8]) -> Result<usize> {
        // SAFETY: the kernel writes at most `len` bytes, into a slice only we hold.
        checked(unsafe { raw_syscall!(Sysno::read, self.0, bytes.as_mut_ptr(), bytes.len()) })
    }

    /// `pread64`: reads into `bytes` from `offset` bytes on; says how many came.
    #[cfg(target_pointer_width = "64")]
    #[inline(never)]
    pub(crate) fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result<usize> {
        let (to, len) = (bytes.as_mut_ptr(), bytes.len());
        // SAFETY: the kernel writes at most `len` bytes, into a slice only we hold.
        checked(unsafe { raw_syscall!(Sysno::pread64, self.0, to, len, offset) })
    }

    /// `pread64`: the same; the offset takes two registers, the lower half first.
    #[cfg(target_pointer_width = "32")]
    #[inline(never)]
    pub(crate) fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result<usize> {
        let (to, len) = (bytes.as_mut_ptr(), bytes.len());
        let (low, high) = (offset & 0xffff_ffff, offset >> 32);
        // SAFETY: the kernel writes at most `len` bytes, into a slice only we hold.
        checked(unsafe { raw_syscall!(Sysno::pread64, self.0, to, len, low, high) })
    }

    /// `write`: writes `bytes`; says how many went.
    #[inline(never)]
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<usize> {
        // SAFETY: the kernel only reads the slice, and keeps no pointer to it.
        checked(unsafe { raw_syscall!(Sysno::write, self.0, bytes.as_ptr(), bytes.len()) })
    }

    /// The size of a regular file in bytes; `EISDIR` where it is none.
    #[inline(never)]
    pub(crate) fn size(&self) -> Result<u64> {
        let status = self.status(b"")?;
        if u32::from(status.stx_mode) & S_IFMT != S_IFREG {
            return Err(Errno::EISDIR);
        }
        Ok(status.stx_size)
    }

    /// The seconds since 1970 at which a file was changed last; 0 for any before.
    #[cfg(feature = "autodetect")]
    pub(crate) fn changed(&self) -> Result<u64> {
        let seconds = self.status(b"")?.stx_mtime.tv_sec;
        Ok(u64::try_from(seconds).unwrap_or(0))
    }

    /// `statx`: its kind, its size and when it was changed; or those of what has this name
    /// in it, be that a link.
    #[inline(never)]
    pub(super) fn status(&self, name: &[u8]) -> Result<statx> {
        let mut text = CString::new();
        let name = text.join(&[name])?;
        let mut status = MaybeUninit::<statx>::zeroed();
        // SAFETY: the name ends in a NUL and lives through the call; the kernel writes one `statx`.
        done(unsafe {
            raw_syscall!(
                Sysno::statx,
                self.0,
                name,
                AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
                STATX_TYPE | STATX_SIZE | STATX_MTIME,
                status.as_mut_ptr()
            )
        })?;
        // SAFETY: any bytes, zeroes too, are a `statx`.
        Ok(unsafe { status.assume_init() })
    }

    /// `dup3`: has this be the open file of another number too, in the place of what that was; a
    /// program that is started does not get it if `is_ours`.
    #[cfg(feature = "programs")]
    pub(crate) fn stand_for(&self, number: usize, is_ours: bool) -> Result<()> {
        use linux_raw_sys::general::O_CLOEXEC;
        let flags = if is_ours { O_CLOEXEC } else { 0 };
        // SAFETY: takes numbers only; who has the other number goes on with this file.
        done(unsafe { raw_syscall!(Sysno::dup3, self.0, number, flags) })
    }

    /// `sendfile`: adds up to `count` bytes of `from`, from `offset` bytes on; says how many
    /// went, 0 at its end. The bytes do not pass through this process.
    pub(crate) fn append(&self, from: &Fd, offset: u64, count: usize) -> Result<usize> {
        let mut offset = offset;
        let place = &raw mut offset;
        // SAFETY: the kernel reads and writes the offset, which lives through the call.
        checked(unsafe { raw_syscall!(sendfile, self.0, from.0, place, count) })
    }

    /// `lseek`: the next byte written goes to `offset`; what is passed over is zeroes.
    pub(crate) fn seek(&self, offset: u64) -> Result<()> {
        let offset = usize::try_from(offset).map_err(|_| Errno::EFBIG)?;
        // SAFETY: takes numbers only; 0 is SEEK_SET.
        done(unsafe { raw_syscall!(Sysno::lseek, self.0, offset, 0) })
    }
}

/// The descriptor that a system call gave.
pub(super) fn opened(given: usize) -> Result<Fd> {
    checked(given).map(Fd)
}
