//! The lines that were typed before.

use crate::notes::drop_line;
use crate::out::Put;
use crate::text::nth_piece;
use heapless::Vec;

/// How many lines are kept.
const LINES: usize = 32;
/// Bytes of them, with a line feed behind each.
const SIZE: usize = 4096;

/// The lines, the newest last.
pub(super) struct History {
    count: usize,
    text: Vec<u8, SIZE>,
}

impl History {
    /// No lines.
    pub(super) const fn new() -> Self {
        Self {
            count: 0,
            text: Vec::new(),
        }
    }

    /// Adds a line, unless it is empty or the same as the last. The oldest go for it; one for
    /// which there is no room at all is not kept.
    #[inline(never)]
    pub(super) fn add(&mut self, line: &[u8]) {
        if line.is_empty() || line.len() >= SIZE || self.get(1) == Some(line) {
            return;
        }
        while self.count >= LINES || self.text.len().wrapping_add(line.len()) >= SIZE {
            drop_line(&mut self.text);
            self.count = self.count.wrapping_sub(1);
        }
        self.count = self.count.wrapping_add(1);
        self.text.put(line);
        self.text.put(b"\n");
    }

    /// The line that was typed so many lines before; the last is 1.
    #[inline(never)]
    pub(super) fn get(&self, back: usize) -> Option<&[u8]> {
        let nth = self.count.checked_sub(back)?;
        Some(nth_piece(&self.text, b'\n', nth)).filter(|line| !line.is_empty())
    }

    /// The first line from this one back that has these bytes in it; how far back it is.
    #[inline(never)]
    pub(super) fn find(&self, back: usize, bytes: &[u8]) -> Option<usize> {
        let mut back = back;
        loop {
            let line = self.get(back)?;
            let mut starts = 0..=line.len();
            if starts.any(|at| line.get(at..).is_some_and(|rest| rest.starts_with(bytes))) {
                return Some(back);
            }
            back = back.wrapping_add(1);
        }
    }
}
