//! Waiting for any of several files.

use super::fd::Fd;
use super::{Sysno, raw_syscall};
use heapless::Vec;
use linux_raw_sys::general::{POLLIN, POLLOUT, pollfd};

/// How many files can be waited for at once.
pub(crate) const MOST: usize = 5;

/// Files to wait for, until there is something to read from one.
pub(crate) struct Waiting(Vec<pollfd, MOST>);

impl Waiting {
    /// Waits for nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Waits for one more file.
    #[inline(never)]
    pub(crate) fn add(&mut self, file: &Fd) {
        let _ = self.0.push(entry(file, POLLIN));
    }

    /// Waits no longer for the n-th file: `poll` passes over negative numbers.
    pub(crate) fn forget(&mut self, nth: usize) {
        if let Some(file) = self.0.get_mut(nth) {
            file.fd = -1;
        }
    }

    /// Whether the last wait has found something of the n-th file: bytes, its end, a failure.
    pub(crate) fn is_ready(&self, nth: usize) -> bool {
        self.0.get(nth).is_some_and(|file| file.revents != 0)
    }

    /// Waits until one is ready, at most so many milliseconds; says whether one is.
    pub(crate) fn wait(&mut self, milliseconds: u64) -> bool {
        poll(&mut self.0, milliseconds)
    }
}

/// Waits for room to write, at most so many milliseconds; says whether there is some.
pub(crate) fn is_writable(file: &Fd, milliseconds: u64) -> bool {
    poll(&mut [entry(file, POLLOUT)], milliseconds)
}

/// Waits for something to read, at most so many milliseconds.
#[cfg(feature = "programs")]
pub(crate) fn is_readable(file: &Fd, milliseconds: u64) -> bool {
    poll(&mut [entry(file, POLLIN)], milliseconds)
}

fn entry(file: &Fd, events: u32) -> pollfd {
    pollfd {
        fd: i32::try_from(file.0).unwrap_or(-1),
        events: i16::try_from(events).unwrap_or(0),
        revents: 0,
    }
}

/// `poll`: waits until one of the files is ready; says whether one is.
#[inline(never)]
fn poll(files: &mut [pollfd], milliseconds: u64) -> bool {
    let time = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    let (files, count) = (files.as_mut_ptr(), files.len());
    // SAFETY: the kernel reads and writes `count` structures, which only we hold.
    let ready = unsafe { raw_syscall!(Sysno::poll, files, count, time) };
    ready.cast_signed() > 0
}
