//! The hardware that restarts a machine which has stopped.

use super::fd::Fd;
use super::{Result, Sysno, done, raw_syscall};
use linux_raw_sys::ioctl::WDIOC_SETTIMEOUT;

/// `ioctl(WDIOC_SETTIMEOUT)`: has it wait for so many seconds; gives how many it waits for.
pub(crate) fn set_timeout(watchdog: &Fd, seconds: u32) -> Result<u32> {
    let mut taken = seconds;
    // SAFETY: the kernel reads and writes one `int`, which only we hold.
    done(unsafe { raw_syscall!(Sysno::ioctl, watchdog.0, WDIOC_SETTIMEOUT, &raw mut taken) })?;
    Ok(taken)
}
