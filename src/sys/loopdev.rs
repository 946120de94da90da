//! Files as disks.

use super::fd::Fd;
use super::{Result, Sysno, checked, done, raw_syscall};
use core::mem::MaybeUninit;
use linux_raw_sys::loop_device::{
    LO_FLAGS_AUTOCLEAR, LO_FLAGS_PARTSCAN, LO_FLAGS_READ_ONLY, LOOP_CONFIGURE, LOOP_CTL_GET_FREE,
    LOOP_SET_FD, LOOP_SET_STATUS64, loop_config,
};

/// `ioctl(LOOP_CTL_GET_FREE)`: the number of a loop device that stands for no file, made now
/// if there is none. `control` is `/dev/loop-control`.
pub(crate) fn free(control: &Fd) -> Result<usize> {
    // SAFETY: takes numbers only.
    checked(unsafe { raw_syscall!(Sysno::ioctl, control.0, LOOP_CTL_GET_FREE) })
}

/// `ioctl(LOOP_CONFIGURE)`: has a loop device stand for a file, to be read only, until nobody
/// has the device open or mounted; with disks of its own for its partitions, if they are asked
/// for. Where the kernel is older than 5.8, `LOOP_SET_FD` and
/// `LOOP_SET_STATUS64`.
pub(crate) fn configure(device: &Fd, file: &Fd, with_partitions: bool) -> Result<()> {
    // SAFETY: zeroes are a `loop_config`.
    let mut config: loop_config = unsafe { MaybeUninit::zeroed().assume_init() };
    config.fd = u32::try_from(file.0).unwrap_or(u32::MAX);
    config.info.lo_flags = LO_FLAGS_READ_ONLY as u32 | LO_FLAGS_AUTOCLEAR as u32;
    if with_partitions {
        config.info.lo_flags |= LO_FLAGS_PARTSCAN as u32;
    }
    let place = &raw const config;
    // SAFETY: the kernel reads one `loop_config`, which lives through the call.
    let given = unsafe { raw_syscall!(Sysno::ioctl, device.0, LOOP_CONFIGURE, place) };
    if checked(given).is_ok() {
        return Ok(());
    }
    // SAFETY: takes numbers only.
    done(unsafe { raw_syscall!(Sysno::ioctl, device.0, LOOP_SET_FD, file.0) })?;
    let place = &raw const config.info;
    // SAFETY: the kernel reads one `loop_info64`, which lives through the call.
    done(unsafe { raw_syscall!(Sysno::ioctl, device.0, LOOP_SET_STATUS64, place) })
}
