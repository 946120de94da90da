//! Terminals.

use super::fd::Fd;
use super::{Result, Sysno, syscall};
use core::mem::MaybeUninit;
use linux_raw_sys::general::{ECHO, ICANON, ICRNL, ISIG, IXON, VMIN, VTIME, termios, winsize};
use linux_raw_sys::ioctl::{TCGETS, TCSETS, TIOCGWINSZ};

/// How a terminal was set.
#[derive(Clone, Copy)]
pub(crate) struct Settings(termios);

/// `ioctl(TCGETS, TCSETS)`: gives keys at once, unechoed, and has no key mean a signal;
/// says how the terminal was set before.
pub(crate) fn make_raw(terminal: &Fd) -> Result<Settings> {
    let mut old = MaybeUninit::<termios>::zeroed();
    // SAFETY: the kernel writes one `termios`.
    unsafe { syscall!(Sysno::ioctl, terminal.0, TCGETS, old.as_mut_ptr())? };
    // SAFETY: any bytes, zeroes too, are a `termios`.
    let old = unsafe { old.assume_init() };
    let mut raw = old;
    raw.c_lflag &= !(ICANON | ECHO | ISIG);
    raw.c_iflag &= !(IXON | ICRNL);
    for (nth, place) in raw.c_cc.iter_mut().enumerate() {
        // A read gives what is there: at least one byte, and no timer.
        if nth == VMIN as usize {
            *place = 1;
        } else if nth == VTIME as usize {
            *place = 0;
        }
    }
    restore(terminal, &Settings(raw))?;
    Ok(Settings(old))
}

/// `ioctl(TCSETS)`: sets a terminal as it was.
pub(crate) fn restore(terminal: &Fd, settings: &Settings) -> Result<()> {
    let settings = &raw const settings.0;
    // SAFETY: the kernel reads one `termios`, which lives through the call.
    unsafe { syscall!(Sysno::ioctl, terminal.0, TCSETS, settings) }.map(|_| ())
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
    let _ = unsafe { syscall!(Sysno::ioctl, terminal.0, TIOCGWINSZ, &raw mut size) };
    (size.ws_row, size.ws_col)
}
