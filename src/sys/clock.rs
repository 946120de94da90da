//! Time that only goes on.

use super::{Sysno, syscall};
use linux_raw_sys::general::{__kernel_timespec, CLOCK_MONOTONIC};

#[cfg(target_arch = "x86_64")]
use Sysno::clock_gettime as now;
#[cfg(target_arch = "x86")]
use Sysno::clock_gettime64 as now;

/// `clock_gettime`: milliseconds since the machine started.
pub(crate) fn milliseconds() -> u64 {
    let mut time = __kernel_timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes one `__kernel_timespec`.
    let _ = unsafe { syscall!(now, CLOCK_MONOTONIC, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let part = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds
        .saturating_mul(1000)
        .saturating_add(part / 1_000_000)
}
