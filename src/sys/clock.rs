//! Time that only goes on.

use super::{Sysno, raw_syscall};
use linux_raw_sys::general::{__kernel_timespec, CLOCK_MONOTONIC};

#[cfg(target_arch = "x86_64")]
use Sysno::clock_gettime as now;
#[cfg(target_arch = "x86")]
use Sysno::clock_gettime64 as now;

/// `clock_gettime`: milliseconds since the machine started.
#[inline(never)]
pub(crate) fn milliseconds() -> u64 {
    let mut time = __kernel_timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes one `__kernel_timespec`.
    let _ = unsafe { raw_syscall!(now, CLOCK_MONOTONIC, &raw mut time) };
    // Neither is negative, and no machine is up for 500 million years.
    let (seconds, part) = (time.tv_sec.cast_unsigned(), time.tv_nsec.cast_unsigned());
    seconds.wrapping_mul(1000).wrapping_add(part / 1_000_000)
}
