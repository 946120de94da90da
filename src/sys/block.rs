//! Disks.

use super::fd::Fd;
use super::{Result, Sysno, syscall};
use linux_raw_sys::ioctl::BLKROSET;

/// `ioctl(BLKROSET)`: forbids writing to an open disk, whatever a file system on it may
/// want.
pub(crate) fn forbid_writing(disk: &Fd) -> Result<()> {
    let yes: i32 = 1;
    // SAFETY: the kernel reads one `int`, which lives through the call.
    unsafe { syscall!(Sysno::ioctl, disk.0, BLKROSET, &raw const yes) }.map(|_| ())
}
