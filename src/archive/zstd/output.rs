//! The doors: where a file comes from, and where what comes out of a frame goes, which may come out
//! once more.
//!
//! Given the doors and a window, passes bytes on, and says `None` when there are no more.

use super::xxh64::Hash;
use super::{Fault, Frame, Read, Write};

/// Where the file comes from, and where it goes.
pub(super) struct Doors<'o, 'd> {
    pub(super) read: &'o mut Read<'d>,
    pub(super) write: &'o mut Write<'d>,
    /// What is wrong, if it is not that the file makes no sense. From then on nothing is written.
    pub(super) fault: Option<Fault>,
}

impl Doors<'_, '_> {
    /// The next number of the file, of so many bytes, the lowest first.
    #[inline(never)]
    pub(super) fn number(&mut self, size: usize) -> Option<u64> {
        let mut bytes = [0; 8];
        self.read(bytes.get_mut(..size)?)?;
        Some(u64::from_le_bytes(bytes))
    }

    /// Reads as many bytes as there is room for.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Option<()> {
        if self.read_some(into)? < into.len() {
            self.stop(Fault::Truncated);
            return None;
        }
        Some(())
    }

    /// Reads as many bytes as there is room for, or, at the file's end, fewer; says how many.
    #[inline(never)]
    pub(super) fn read_some(&mut self, into: &mut [u8]) -> Option<usize> {
        let mut done: usize = 0;
        loop {
            let rest = into.get_mut(done..)?;
            if rest.is_empty() {
                return Some(done);
            }
            match (self.read)(rest) {
                None => {
                    self.stop(Fault::Stopped);
                    return None;
                }
                Some(0) => return Some(done),
                Some(count) => done = done.wrapping_add(count),
            }
        }
    }

    /// Keeps the first fault.
    #[inline(never)]
    pub(super) fn stop(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}

/// What comes out of a frame.
pub(super) struct Output<'o, 'p, 'd> {
    pub(super) doors: &'o mut Doors<'p, 'd>,
    /// The last of it: not empty.
    pub(super) window: &'o mut [u8],
    /// The part of the window that has not been written.
    pub(super) start: usize,
    pub(super) at: usize,
    /// Bytes that came out.
    pub(super) made: u64,
    /// Of what has been written, if the frame has a checksum.
    pub(super) hash: Hash,
    pub(super) frame: Frame,
}

impl Output<'_, '_, '_> {
    /// Puts out a byte.
    #[inline(never)]
    pub(super) fn put(&mut self, byte: u8) {
        if let Some(place) = self.window.get_mut(self.at) {
            *place = byte;
        }
        self.at = self.at.wrapping_add(1);
        self.made = self.made.wrapping_add(1);
        if self.at >= self.window.len() {
            self.flush();
            self.at = 0;
            self.start = 0;
        }
    }

    /// Puts out so many bytes of those that came at this distance; says whether there are any.
    pub(super) fn repeat(&mut self, distance: u32, length: u32) -> Option<()> {
        if distance == 0 || u64::from(distance) > self.made.min(self.frame.window) {
            return None;
        }
        let distance = distance as usize;
        if distance > self.window.len() {
            self.doors.stop(Fault::Dictionary(self.frame.window));
            return None;
        }
        for _ in 0..length {
            let mut from = self.at.wrapping_sub(distance);
            if distance > self.at {
                from = from.wrapping_add(self.window.len());
            }
            let byte = self.window.get(from).copied().unwrap_or(0);
            self.put(byte);
        }
        Some(())
    }

    /// Writes what has been put out.
    #[inline(never)]
    pub(super) fn flush(&mut self) {
        let bytes = self.window.get(self.start..self.at).unwrap_or(&[]);
        self.start = self.at;
        if self.doors.fault.is_some() || bytes.is_empty() {
            return;
        }
        if self.frame.has_sum {
            self.hash.add(bytes);
        }
        if !(self.doors.write)(bytes) {
            self.doors.fault = Some(Fault::Stopped);
        }
    }
}
