//! Other programs.

use super::fd::{Fd, opened};
use super::{Errno, Result, Sysno, checked, done, raw_syscall};
use core::ptr::{null, null_mut};
use heapless::Vec;
use kexec_loader::program::{Program, WORDS};
use kexec_loader::text::cut;
use linux_raw_sys::general::WNOHANG;
use linux_raw_sys::ioctl::TIOCSCTTY;

/// What a program is given beside its arguments, each ended by a NUL.
const ENVIRONMENT: &[u8] = b"HOME=/\0TERM=linux\0PATH=/sbin:/usr/sbin:/bin:/usr/bin\0";

/// Addresses of strings, and a null behind them.
type Strings = Vec<*const u8, { WORDS + 1 }>;

/// `fork`: makes a copy of this process; gives its number, and 0 in the copy.
#[inline(never)]
pub(crate) fn fork() -> Result<usize> {
    // SAFETY: takes nothing. There is one thread, so that the copy is whole, and its memory is
    // its own.
    checked(unsafe { raw_syscall!(Sysno::fork) })
}

/// `execve`: becomes another program; comes back only if that failed.
pub(crate) fn execute(program: &Program) -> Errno {
    let words = addresses(program.words());
    let environment = addresses(ENVIRONMENT);
    let (path, words) = (program.words().as_ptr(), words.as_ptr());
    let environment = environment.as_ptr();
    // SAFETY: both arrays end in a null, each of their strings and the path in a NUL, and all
    // live through the call.
    let failed = done(unsafe { raw_syscall!(Sysno::execve, path, words, environment) });
    failed.err().unwrap_or(Errno::ENOEXEC)
}

/// Where each string of a text begins.
fn addresses(text: &[u8]) -> Strings {
    let mut strings = Strings::new();
    let mut rest = text;
    while !rest.is_empty() {
        let string = cut(&mut rest, 0);
        // The last place is kept for the null.
        if strings.len() < WORDS {
            let _ = strings.push(string.as_ptr());
        }
    }
    let _ = strings.push(null());
    strings
}

/// `wait4`: the number of a child that has ended, and how it ended; waited for if `is_patient`,
/// else the number is 0 where there is none.
pub(crate) fn wait(is_patient: bool) -> Result<(usize, u32)> {
    let any = usize::MAX;
    let mut status: u32 = 0;
    let flags = if is_patient { 0 } else { WNOHANG };
    let (place, usage) = (&raw mut status, null_mut::<u8>());
    // SAFETY: the kernel writes one `int`, which only we hold, and nothing to a null.
    let child = checked(unsafe { raw_syscall!(Sysno::wait4, any, place, flags, usage) })?;
    Ok((child, status))
}

/// `pidfd_open`: a file that can be read when a child has ended; kernels before 5.3 have none.
pub(crate) fn watch(child: usize) -> Result<Fd> {
    // SAFETY: takes numbers only.
    opened(unsafe { raw_syscall!(Sysno::pidfd_open, child, 0) })
}

/// `setsid`: leaves the terminal of the process that made this one.
pub(crate) fn leave_session() {
    // SAFETY: takes nothing.
    let _ = unsafe { raw_syscall!(Sysno::setsid) };
}

/// `ioctl(TIOCSCTTY)`: has a terminal's keys mean signals to this process.
pub(crate) fn take_terminal(terminal: &Fd) {
    // SAFETY: takes numbers only.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TIOCSCTTY, 0) };
}
