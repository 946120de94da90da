//! The device mapper.

use super::fd::Fd;
use super::{Errno, Result, Sysno, done, raw_syscall};
use kexec_loader::bytes::set;
use kexec_loader::lvm::message::HEADER;

/// What it is told to do with a device (`include/uapi/linux/dm-ioctl.h`).
#[derive(Clone, Copy)]
pub(crate) enum Command {
    /// `DM_DEV_CREATE`: to make it.
    Create = 3,
    /// `DM_DEV_REMOVE`: to take it away.
    Remove = 4,
    /// `DM_DEV_SUSPEND`: to begin with the table that was loaded.
    Resume = 6,
    /// `DM_TABLE_LOAD`: to load a table.
    Load = 9,
    /// `DM_TABLE_DEPS`: to say which disks it is on.
    Parts = 11,
}

/// `ioctl(DM_…)`: tells the device mapper what to do; it answers in the message's place.
/// `control` is `/dev/mapper/control`.
pub(crate) fn tell(control: &Fd, command: Command, message: &mut [u8]) -> Result<()> {
    let length = u32::try_from(message.len()).unwrap_or(0);
    if message.len() < HEADER {
        return Err(Errno::EINVAL);
    }
    // The interface's version, 4.0.0, and the message's length.
    set(message, 0, &[4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    set(message, 12, &length.to_le_bytes());
    // `_IOWR(0xfd, command, struct dm_ioctl)`.
    let request = 0xc000_fd00 | HEADER << 16 | command as usize;
    let place = message.as_mut_ptr();
    // SAFETY: the kernel reads and writes no more than the length in the message, which is the
    // slice's, and a header at least, which it has.
    done(unsafe { raw_syscall!(Sysno::ioctl, control.0, request, place) })
}
