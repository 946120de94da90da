//! Waiting for any of several files.

use super::fd::Fd;
use super::{Sysno, syscall};
use heapless::Vec;
use linux_raw_sys::general::{POLLIN, POLLOUT, pollfd};

/// How many files can be waited for at once.
pub(crate) const MOST: usize = 8;

/// What to wait for: files to be readable, or writable.
pub(crate) struct Waiting(Vec<pollfd, MOST>);

impl Waiting {
    /// Waits for nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Waits for something to read.
    pub(crate) fn readable(&mut self, file: &Fd) {
        self.add(file, POLLIN);
    }

    /// Waits for room to write.
    pub(crate) fn writable(&mut self, file: &Fd) {
        self.add(file, POLLOUT);
    }

    fn add(&mut self, file: &Fd, events: u32) {
        let _ = self.0.push(pollfd {
            fd: file.0.cast_signed(),
            events: i16::try_from(events).unwrap_or(0),
            revents: 0,
        });
    }

    /// `poll`: waits until one is ready, at most so many milliseconds if any are given;
    /// says whether one is.
    pub(crate) fn wait(&mut self, milliseconds: Option<u32>) -> bool {
        let time = milliseconds.map_or(-1, |ms| i32::try_from(ms).unwrap_or(i32::MAX));
        let (files, count) = (self.0.as_mut_ptr(), self.0.len());
        // SAFETY: the kernel reads and writes `count` structures, which only we hold.
        let ready = unsafe { syscall!(Sysno::poll, files, count, time) };
        ready.is_ok_and(|ready| ready > 0)
    }
}
