//! What the person at the console should know: one line each, the newest kept.

use crate::out::{Put, fill};
use heapless::Vec;

/// Bytes of lines that are kept.
pub const SPACE: usize = 6144;

/// Bytes that one line may have; the rest of a longer one is left out, and three dots say so.
const LINE: usize = 400;

/// A bounded list of lines. When it is full, the oldest lines go.
pub struct Notes {
    text: Vec<u8, SPACE>,
    added: u32,
}

/// The proof that a failure has been told to the user, in [`Notes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told;

impl Notes {
    /// No lines yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: Vec::new(),
            added: 0,
        }
    }

    /// Adds `sentence` as a line, each `%` in it replaced by the next of `words`.
    ///
    /// Control characters become `?`, so that no file's name can draw on the screen.
    pub fn say(&mut self, sentence: &str, words: &[&[u8]]) -> Told {
        let mut line: Vec<u8, LINE> = Vec::new();
        fill(&mut line, sentence, words);
        if line.is_full() {
            line.truncate(LINE.saturating_sub(4));
            line.put(b"...");
        }
        for byte in &mut line {
            *byte = printable(*byte);
        }
        line.truncate(LINE.saturating_sub(1));
        line.put(b"\n");
        while self.text.len().saturating_add(line.len()) > SPACE {
            self.drop_oldest();
        }
        self.text.put(&line);
        self.added = self.added.saturating_add(1);
        Told
    }

    /// All lines that are kept, each ended by LF.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many lines have been added since the start, those since dropped included.
    #[must_use]
    pub fn added(&self) -> u32 {
        self.added
    }

    /// The lines, oldest first, without their ends.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let text = self.text.strip_suffix(b"\n").unwrap_or(&[]);
        text.split(|b| *b == b'\n').filter(|line| !line.is_empty())
    }

    fn drop_oldest(&mut self) {
        let end = self.text.iter().position(|b| *b == b'\n');
        let from = end.map_or(self.text.len(), |end| end.saturating_add(1));
        let left = self.text.len().saturating_sub(from);
        // `from <= len`, so the range is sound; said so that no panic remains.
        if let Some(text) = self.text.get_mut(..) {
            rotate_out(text, from);
        }
        self.text.truncate(left);
    }
}

impl Default for Notes {
    fn default() -> Self {
        Self::new()
    }
}

/// Moves what follows the first `from` bytes to the front.
fn rotate_out(text: &mut [u8], from: usize) {
    for to in 0..text.len().saturating_sub(from) {
        let byte = text.get(to.saturating_add(from)).copied().unwrap_or(b'?');
        if let Some(place) = text.get_mut(to) {
            *place = byte;
        }
    }
}

/// `byte`, or `?` where it would move a terminal's cursor or start an escape sequence.
#[must_use]
pub fn printable(byte: u8) -> u8 {
    if byte < b' ' || byte == 0x7f {
        b'?'
    } else {
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE, Notes, SPACE};

    #[test]
    fn lines_in_order() {
        let mut notes = Notes::new();
        assert_eq!(notes.lines().count(), 0);
        notes.say("cannot open %", &[b"/a\x1b[2Jb\n"]);
        notes.say("two", &[]);
        let lines: Vec<_> = notes.lines().collect();
        assert_eq!(lines, [&b"cannot open /a?[2Jb?"[..], b"two"]);
        assert_eq!(notes.added(), 2);
    }

    #[test]
    fn the_oldest_go_first() {
        let mut notes = Notes::new();
        for nth in 0..2000_u32 {
            notes.say("line %", &[nth.to_string().as_bytes()]);
        }
        assert!(notes.text().len() <= SPACE);
        assert_eq!(notes.lines().next_back(), Some(&b"line 1999"[..]));
        let first = notes.lines().next().unwrap_or_default();
        assert!(
            first.starts_with(b"line 1"),
            "a whole line is left at the front"
        );
        assert_eq!(notes.added(), 2000);
    }

    #[test]
    fn a_long_line_says_that_it_was_cut() {
        let mut notes = Notes::new();
        notes.say("%", &[&[b'x'; 1000]]);
        let line = notes.lines().next().unwrap_or_default();
        assert!(line.len() < LINE && line.ends_with(b"x..."));
    }
}
