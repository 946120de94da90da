//! Disks.

use super::fd::Fd;
use super::{Result, Sysno, done, raw_syscall};
use linux_raw_sys::ioctl::BLKROSET;

/// `ioctl(BLKROSET)`: forbids writing to an open disk, whatever a file system on it may
/// want.
pub(crate) fn forbid_writing(disk: &Fd) -> Result<()> {
    let yes: i32 = 1;
    // SAFETY: the kernel reads one `int`, which lives through the call.
    done(unsafe { raw_syscall!(Sysno::ioctl, disk.0, BLKROSET, &raw const yes) })
}
