//! Numbers that nobody can guess.

use super::{Result, Sysno, done, raw_syscall};

/// `getrandom`: fills a few bytes.
pub(crate) fn fill(bytes: &mut [u8; 16]) -> Result<()> {
    // SAFETY: the kernel writes 16 bytes, into an array only we hold.
    done(unsafe { raw_syscall!(Sysno::getrandom, bytes.as_mut_ptr(), bytes.len(), 0) })
}
