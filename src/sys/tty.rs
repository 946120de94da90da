//! Terminals.

use super::fd::Fd;
#[cfg(feature = "keymap")]
use super::{Result, done};
use super::{Sysno, raw_syscall};
use core::mem::MaybeUninit;
#[cfg(feature = "keymap")]
use core::mem::offset_of;
#[cfg(feature = "keymap")]
use kexec_loader::keymap::Key;
use linux_raw_sys::general::{ECHO, ICANON, ICRNL, ISIG, IXON, VMIN, VTIME, termios, winsize};
#[cfg(feature = "keymap")]
use linux_raw_sys::ioctl::KDSKBENT;
use linux_raw_sys::ioctl::{TCGETS, TCSBRK, TCSETS, TIOCGWINSZ, TIOCOUTQ};

/// How a terminal was set.
pub(crate) struct Settings(termios);

impl Settings {
    /// Those of a terminal that has not been asked.
    pub(crate) const fn unknown() -> Self {
        // SAFETY: any bytes, zeroes too, are a `termios`.
        Self(unsafe { MaybeUninit::zeroed().assume_init() })
    }
}

/// `ioctl(TCGETS, TCSETS)`: gives keys at once, unechoed, and has no key mean a signal.
/// How the terminal was set before goes to `old`; what is no terminal stays as it is.
#[inline(never)]
pub(crate) fn make_raw(terminal: &Fd, old: &mut Settings) {
    // SAFETY: the kernel writes one `termios`, which only we hold.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TCGETS, &raw mut old.0) };
    let mut raw = Settings(old.0);
    raw.0.c_lflag &= !(ICANON | ECHO | ISIG);
    raw.0.c_iflag &= !(IXON | ICRNL);
    // A read gives what is there: at least one byte, and no timer.
    raw.0.c_cc[VMIN as usize] = 1;
    raw.0.c_cc[VTIME as usize] = 0;
    restore(terminal, &raw);
}

/// `ioctl(TCSETS)`: sets a terminal as it was.
#[inline(never)]
pub(crate) fn restore(terminal: &Fd, settings: &Settings) {
    // SAFETY: the kernel reads one `termios`, which lives through the call.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TCSETS, &raw const settings.0) };
}

/// `ioctl(TIOCOUTQ)`: whether a terminal has bytes that it has not begun to send.
pub(crate) fn is_sending(terminal: &Fd) -> bool {
    let mut count: u32 = 0;
    // SAFETY: the kernel writes one number.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TIOCOUTQ, &raw mut count) };
    count > 0
}

/// `ioctl(TCSBRK)`, as `tcdrain` does: waits until a terminal has sent all. It waits for ever
/// where that [`is_sending`] to a line that is held up; else for what is in the device itself.
pub(crate) fn drain(terminal: &Fd) {
    // SAFETY: takes numbers only.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TCSBRK, 1) };
}

/// `ioctl(TIOCGWINSZ)`: how many rows and columns the kernel knows a terminal to have; 0
/// where it does not know, as on a serial line.
pub(crate) fn size(terminal: &Fd) -> (u16, u16) {
    let mut size = winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the kernel writes one `winsize`.
    let _ = unsafe { raw_syscall!(Sysno::ioctl, terminal.0, TIOCGWINSZ, &raw mut size) };
    (size.ws_row, size.ws_col)
}

/// `ioctl(KDSKBENT)`: has a key of every virtual terminal mean something else. A terminal that
/// is no virtual one has no keys.
#[cfg(feature = "keymap")]
#[inline(never)]
pub(crate) fn set_key(terminal: &Fd, key: Key) -> Result<()> {
    // The kernel's `struct kbentry` (linux/kd.h): table, key, value.
    const { assert!(size_of::<Key>() == 4 && offset_of!(Key, key) == 1) };
    const { assert!(offset_of!(Key, table) == 0 && offset_of!(Key, value) == 2) };
    // SAFETY: the kernel reads four bytes, which live through the call.
    done(unsafe { raw_syscall!(Sysno::ioctl, terminal.0, KDSKBENT, &raw const key) })
}
