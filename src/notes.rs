//! What the person at the console should know: one line each, the newest kept.
//!
//! A line is a message, which the menu shows by itself; or it is of the log, for those who ask
//! what the loader did, and why. Those begin with a blank.

use crate::out::{Put, fill_all};
use crate::text::{self, Line};
use core::cell::Cell;
use heapless::{Vec, VecView};

/// Bytes of lines that are kept.
pub const SPACE: usize = if cfg!(feature = "log") { 8192 } else { 6144 };

/// Bytes that one line may have; what is more is left out, and three dots say so.
const LINE: usize = 400;

/// A bounded list of lines. When it is full, the oldest lines go.
pub struct Notes {
    text: Vec<u8, SPACE>,
    /// Where the line being put together must end.
    end: usize,
    added: u32,
    /// Bytes of all lines that ever were.
    written: usize,
    dropped: u32,
    has_log: bool,
}

/// The proof that a failure has been told to the user, in [`Notes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told;

impl Notes {
    /// No lines yet, and no log.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: Vec::new(),
            end: 0,
            added: 0,
            written: 0,
            has_log: false,
            dropped: 0,
        }
    }

    /// No lines yet, and a log in builds that have one.
    #[must_use]
    pub const fn with_log() -> Self {
        let mut notes = Self::new();
        notes.has_log = cfg!(feature = "log");
        notes
    }

    /// Adds `sentence` as a line, each `%` in it replaced by the next of `words`.
    ///
    /// Control characters become `?`, so that no file's name can draw on the screen.
    #[inline(never)]
    pub fn say(&mut self, sentence: &str, words: &[&[u8]]) -> Told {
        self.say_numbers(sentence.as_bytes(), words, &[])
    }

    /// The same, with each `#` in the sentence replaced by the next of `numbers`.
    #[inline(never)]
    pub fn say_numbers(&mut self, sentence: &[u8], words: &[&[u8]], numbers: &[u64]) -> Told {
        self.added = self.added.wrapping_add(1);
        self.add(sentence, words, numbers);
        Told
    }

    /// Adds a line of the log: `sentence`, which begins with a blank, as for
    /// [`Self::say_numbers`].
    #[inline]
    pub fn log(&mut self, sentence: &str, words: &[&[u8]], numbers: &[u64]) {
        if cfg!(feature = "log") && self.has_log {
            self.add(sentence.as_bytes(), words, numbers);
        }
    }

    #[inline(never)]
    fn add(&mut self, sentence: &[u8], words: &[&[u8]], numbers: &[u64]) {
        let begin = self.text.len();
        self.end = begin.wrapping_add(LINE - 4);
        fill_all(self, sentence, words, numbers);
        // What did not fit has left the end behind.
        let is_cut = self.end == 0;
        self.text.put(if is_cut { b"...\n" } else { b"\n" });
        let length = self.text.len().wrapping_sub(begin);
        self.written = self.written.wrapping_add(length);
        while self.text.len() > SPACE.wrapping_sub(LINE) {
            drop_line(&mut self.text);
            self.dropped = self.dropped.wrapping_add(1);
        }
    }

    /// Adds a sentence about a line of a file; its `%`s are the file and the line's two parts,
    /// its `#` is the line's number.
    #[inline(never)]
    pub fn say_of_line(&mut self, sentence: &[u8], file: &[u8], line: &Line<'_>) -> Told {
        let number = line.number.into();
        self.say_numbers(sentence, &[file, line.word, line.value], &[number])
    }

    /// All lines that are kept, each ended by LF.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many messages have been added since the start, those since dropped included.
    #[must_use]
    pub fn added(&self) -> u32 {
        self.added
    }

    /// The n-th of the last `count` messages; empty if there are not so many.
    #[inline(never)]
    #[must_use]
    pub fn newest(&self, count: u32, nth: usize) -> &[u8] {
        let mut left = count.min(self.added) as usize;
        for line in self.lines().rev() {
            if !matches!(line, [b' ', ..]) {
                left = left.wrapping_sub(1);
                if left <= nth {
                    return if left == nth { line } else { &[] };
                }
            }
        }
        &[]
    }

    /// The lines that have been added since `seen` was what this makes of it, each ended by LF.
    #[inline(never)]
    #[must_use]
    pub fn since(&self, seen: &mut usize) -> &[u8] {
        let new = self.written.wrapping_sub(*seen);
        *seen = self.written;
        let from = self.text.len().saturating_sub(new);
        self.text.get(from..).unwrap_or(&[])
    }

    /// How many of them are not kept any longer.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// The lines, oldest first, without their ends.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        Lines { rest: &self.text }
    }
}

impl Put for Notes {
    fn put(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let letter = cut_letter(&mut rest);
            if self.text.len().wrapping_add(letter.len()) > self.end {
                self.end = 0;
            } else {
                self.text.put(letter);
            }
        }
    }
}

/// The lines of [`Notes`].
#[derive(Clone, Debug)]
pub struct Lines<'n> {
    rest: &'n [u8],
}

impl<'n> Iterator for Lines<'n> {
    type Item = &'n [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'n [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        Some(text::cut(&mut self.rest, b'\n'))
    }
}

impl DoubleEndedIterator for Lines<'_> {
    #[inline(never)]
    fn next_back(&mut self) -> Option<Self::Item> {
        let [line @ .., _] = self.rest else {
            return None;
        };
        let mut start = line.len();
        while let Some(before) = start.checked_sub(1)
            && line.get(before) != Some(&b'\n')
        {
            start = before;
        }
        let (rest, line) = line.split_at_checked(start)?;
        self.rest = rest;
        Some(line)
    }
}

impl Default for Notes {
    fn default() -> Self {
        Self::new()
    }
}

/// Takes the first line off a text.
#[inline(never)]
pub(crate) fn drop_line(text: &mut VecView<u8>) {
    let all = Cell::from_mut(&mut text[..]).as_slice_of_cells();
    let mut left = all;
    while let [first, rest @ ..] = left {
        left = rest;
        if first.get() == b'\n' {
            break;
        }
    }
    for (to, from) in all.iter().zip(left) {
        to.set(from.get());
    }
    let left = left.len();
    text.truncate(left);
}

/// Takes a letter off a text; `?` for a byte that no screen may be sent.
#[inline(never)]
pub fn cut_letter<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let length = text::letter(text);
    let (letter, rest) = text.split_at_checked(length.max(1)).unwrap_or((text, &[]));
    *text = rest;
    if length == 0 { b"?" } else { letter }
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
    fn messages_by_their_age() {
        let mut notes = Notes::with_log();
        assert_eq!(notes.newest(2, 0), b"");
        for said in ["one", "two", "three"] {
            notes.say(said, &[]);
            notes.log(" why", &[], &[]);
        }
        for (count, nth, want) in [
            (0, 0, &b""[..]),
            (1, 0, b"three"),
            (1, 1, b""),
            (2, 0, b"two"),
            (2, 1, b"three"),
            (2, 2, b""),
            (9, 0, b"one"),
            (9, 2, b"three"),
            (9, usize::MAX, b""),
        ] {
            assert_eq!(notes.newest(count, nth), want, "{count} {nth}");
        }
        assert_eq!(notes.added(), 3, "what is logged is no message");
    }

    #[test]
    fn what_is_new() {
        let mut notes = Notes::with_log();
        let mut seen = 0;
        assert_eq!(notes.since(&mut seen), b"");
        notes.say("one", &[]);
        notes.log(" two of #", &[], &[3]);
        let log = if cfg!(feature = "log") {
            " two of 3\n"
        } else {
            ""
        };
        assert_eq!(notes.since(&mut seen), format!("one\n{log}").as_bytes());
        assert_eq!(notes.since(&mut seen), b"");
        for _ in 0..SPACE {
            notes.say("many", &[]);
        }
        let many = notes.since(&mut seen);
        assert_eq!(many, notes.text(), "all that are kept");
        assert_eq!(notes.since(&mut seen), b"");
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
