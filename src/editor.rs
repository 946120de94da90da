//! A text of one or several lines that is being written: keys in, text and cursor out.
//!
//! It knows the keys of Emacs and the shells. Moving and deleting go by whole letters, as
//! [`letter`] knows them. What has no room is not taken.

use crate::keys::Key;
use crate::text::{is_blank, letter, part};
use heapless::Vec;

/// Bytes that the text may have.
pub const SIZE: usize = 4096;

/// A text, and the cursor in it.
#[repr(C)] // What is large comes last, so that what reaches the rest is short.
pub struct Editor {
    cursor: usize,
    text: Vec<u8, SIZE>,
    /// What was taken away last, to be put back.
    killed: Vec<u8, SIZE>,
}

/// Where the cursor is, and what is seen of its line where that is longer than a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the cursor's line; the first is 0.
    pub line: usize,
    /// From which byte of the text on the line is seen.
    pub from: usize,
    /// The column of the cursor in what is seen; the first is 0.
    pub column: usize,
}

/// The control character of a letter.
const fn control(letter: u8) -> Key {
    Key::Byte(letter & 0x1f)
}

const LINE_START: Key = control(b'a');
const LEFT: Key = control(b'b');
const DELETE: Key = control(b'd');
const LINE_END: Key = control(b'e');
const RIGHT: Key = control(b'f');
const BACKSPACE: Key = control(b'h');
const KILL_TO_END: Key = control(b'k');
const DOWN: Key = control(b'n');
const UP: Key = control(b'p');
const KILL_TO_START: Key = control(b'u');
const KILL_WORD: Key = control(b'w');
const PUT_BACK: Key = control(b'y');

impl Editor {
    /// An empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            cursor: 0,
            text: Vec::new(),
            killed: Vec::new(),
        }
    }

    /// Has this text instead, as far as there is room, and the cursor at its end.
    #[inline(never)]
    pub fn set(&mut self, text: &[u8]) {
        self.text.clear();
        self.cursor = 0;
        self.insert(part(text, 0, text.len().min(SIZE)));
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many bytes of the text are before the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor behind so many bytes, or at the text's end.
    pub fn move_to(&mut self, at: usize) {
        self.cursor = at.min(self.text.len());
    }

    /// Inserts bytes at the cursor, which goes behind them. Says whether there was room; if
    /// not, nothing is changed.
    #[inline(never)]
    pub fn insert(&mut self, bytes: &[u8]) -> bool {
        let has_room = replace(&mut self.text, self.cursor, self.cursor, bytes);
        if has_room {
            self.cursor = self.cursor.wrapping_add(bytes.len());
        }
        has_room
    }

    /// Does what a key does to a text; says whether it was done. It is not for keys that mean
    /// nothing here, such as Enter, for Up and Down in a text of one line, and where the text
    /// is full.
    #[inline(never)]
    pub fn key(&mut self, key: Key) -> bool {
        let at = self.cursor;
        let (start, end) = (self.start_of(at), self.end_of(at));
        match key {
            Key::Left | LEFT => self.cursor = self.before(at),
            Key::Right | RIGHT => self.cursor = self.after(at),
            Key::Home | LINE_START => self.cursor = start,
            Key::End | LINE_END => self.cursor = end,
            Key::Byte(0x7f) | BACKSPACE => self.remove(self.before(at), at),
            Key::Delete | DELETE => self.remove(at, self.after(at)),
            KILL_TO_START => self.kill(start, at),
            // At its end, a line takes in the next one.
            KILL_TO_END if at == end => self.kill(at, self.after(at)),
            KILL_TO_END => self.kill(at, end),
            KILL_WORD => self.kill(self.word_before(start), at),
            PUT_BACK => {
                let has_room = replace(&mut self.text, at, at, &self.killed);
                if has_room {
                    self.cursor = at.wrapping_add(self.killed.len());
                }
                return has_room;
            }
            Key::Up | UP | Key::Down | DOWN if start > 0 || end < self.text.len() => {
                let is_up = matches!(key, Key::Up | UP);
                self.change_line(is_up, start, end);
            }
            Key::Byte(byte @ (b' '..=b'~' | 0x80..)) => return self.insert(&[byte]),
            _ => return false,
        }
        true
    }

    /// Where the cursor is, on a screen of so many columns. A line that is longer moves by half
    /// a row at a time.
    #[inline(never)]
    #[must_use]
    pub fn view(&self, columns: usize) -> Place {
        let before = part(&self.text, 0, self.cursor);
        let mut from = self.start_of(self.cursor);
        let mut column = self.letters(from, self.cursor);
        let half = (columns / 2).max(1);
        while column >= columns.max(1) {
            from = self.walk(from, half);
            column = column.wrapping_sub(half);
        }
        Place {
            line: before.split(|byte| *byte == b'\n').skip(1).count(),
            from,
            column,
        }
    }

    /// Takes bytes away, from one offset to another, for good.
    #[inline(never)]
    fn remove(&mut self, from: usize, to: usize) {
        replace(&mut self.text, from, to, b"");
        self.cursor = from;
    }

    /// The same, to be put back.
    #[inline(never)]
    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed.clear();
            let _ = self.killed.extend_from_slice(part(&self.text, from, to));
        }
        self.remove(from, to);
    }

    /// Goes to the line above or below, to the same letter of it; the cursor's line is given.
    fn change_line(&mut self, is_up: bool, start: usize, end: usize) {
        let column = self.letters(start, self.cursor);
        let to = if is_up {
            self.start_of(start.saturating_sub(1))
        } else {
            end.wrapping_add(1)
        };
        let is_there = if is_up {
            start > 0
        } else {
            end < self.text.len()
        };
        if is_there {
            self.cursor = self.walk(to, column);
        }
    }

    /// Where the letter before an offset begins.
    #[inline(never)]
    fn before(&self, at: usize) -> usize {
        for length in (2..=4).rev() {
            if let Some(from) = at.checked_sub(length)
                && letter(part(&self.text, from, at)) == length
            {
                return from;
            }
        }
        at.saturating_sub(1)
    }

    /// Where the letter at an offset ends.
    #[inline(never)]
    fn after(&self, at: usize) -> usize {
        let rest = part(&self.text, at, self.text.len());
        let length = letter(rest).max(1).min(rest.len());
        at.wrapping_add(length)
    }

    /// Where the line of an offset begins.
    #[inline(never)]
    fn start_of(&self, at: usize) -> usize {
        let before = part(&self.text, 0, at);
        let found = before.iter().rposition(|byte| *byte == b'\n');
        found.map_or(0, |found| found.wrapping_add(1))
    }

    /// Where the line of an offset ends.
    #[inline(never)]
    fn end_of(&self, at: usize) -> usize {
        let rest = part(&self.text, at, self.text.len());
        let length = rest.iter().take_while(|byte| **byte != b'\n').count();
        at.wrapping_add(length)
    }

    /// Where the word before the cursor begins, in the line that begins at `start`.
    fn word_before(&self, start: usize) -> usize {
        let line = part(&self.text, start, self.cursor);
        let mut bytes = line.iter().rev().peekable();
        while bytes.next_if(|byte| is_blank(**byte)).is_some() {}
        while bytes.next_if(|byte| !is_blank(**byte)).is_some() {}
        start.wrapping_add(bytes.count())
    }

    /// How many letters there are between two offsets.
    #[inline(never)]
    fn letters(&self, from: usize, to: usize) -> usize {
        let mut at = from;
        let mut count: usize = 0;
        while at < to {
            at = self.after(at);
            count = count.wrapping_add(1);
        }
        count
    }

    /// So many letters further, but no further than the line's end.
    #[inline(never)]
    fn walk(&self, from: usize, letters: usize) -> usize {
        let end = self.end_of(from);
        let mut at = from;
        for _ in 0..letters {
            if at < end {
                at = self.after(at);
            }
        }
        at
    }
}

impl Default for Editor {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts bytes in the place of those from one offset to another. Says whether there was room;
/// if not, nothing is changed.
#[inline(never)]
fn replace(text: &mut Vec<u8, SIZE>, from: usize, to: usize, with: &[u8]) -> bool {
    let mut changed = Vec::new();
    let pieces = [part(text, 0, from), with, part(text, to, text.len())];
    for piece in pieces {
        if changed.extend_from_slice(piece).is_err() {
            return false;
        }
    }
    *text = changed;
    true
}

#[cfg(test)]
mod tests {
    use super::{Editor, Place, SIZE};
    use crate::keys::{Decoder, Key};

    /// A text with its cursor, which `|` stands for.
    fn editor(text: &str) -> Editor {
        let at = text.find('|').expect("a cursor");
        let mut editor = Editor::new();
        editor.set(text.replace('|', "").as_bytes());
        editor.move_to(at);
        editor
    }

    fn shown(editor: &Editor) -> String {
        let mut text = editor.text().to_vec();
        text.insert(editor.cursor(), b'|');
        String::from_utf8(text).expect("whole letters")
    }

    #[test]
    fn keys_change_the_text() {
        for (text, typed, want) in [
            ("|", "ab\u{fc}\u{20ac}", "ab\u{fc}\u{20ac}|"),
            ("a|c", "b", "ab|c"),
            // Arrows, Home, End, Delete; and the same of Emacs.
            ("abc|", "\x1b[D\x1b[Dx", "ax|bc"),
            ("abc|", "\x02\x02x\x06y", "axby|c"),
            ("|abc", "\x1b[C\x1b[Cx", "abx|c"),
            ("a|bc", "\x1b[H1\x1b[F2", "1abc2|"),
            ("a|bc", "\x011\x052", "1abc2|"),
            ("a|bc", "\x1b[3~", "a|c"),
            ("a|bc", "\x04", "a|c"),
            ("ab|c", "\x7f", "a|c"),
            ("ab|c", "\x08", "a|c"),
            // At the ends.
            ("|a", "\x1b[D\x7f\x15\x17", "|a"),
            ("a|", "\x1b[C\x1b[3~\x0b", "a|"),
            ("|", "\x7f\x04\x0b\x15\x17\x19\x1b[D\x1b[C", "|"),
            // Whole letters of two, three and four bytes.
            ("a\u{fc}\u{20ac}\u{1f600}|", "\x7f\x7f\x7f", "a|"),
            ("a|\u{fc}\u{20ac}\u{1f600}", "\x04\x04\x04", "a|"),
            (
                "\u{20ac}|\u{1f600}",
                "\x1b[D1\x1b[C2\x1b[C3",
                "1\u{20ac}2\u{1f600}3|",
            ),
            // Words, and what is killed and put back.
            ("one two  |x", "\x17", "one |x"),
            ("one two|", "\x17\x17", "|"),
            ("one two|", "\x17\x01\x19", "two|one "),
            ("one| two", "\x0b\x01\x19", " two|one"),
            ("one |two", "\x15\x05\x19\x19", "twoone one |"),
            // Nothing was killed: what was before is still there.
            ("ab|", "\x15\x15\x19", "ab|"),
            // Lines: Home, End and killing keep to theirs; what ends one can go.
            ("ab\nc|d\nef", "\x01x\x05y", "ab\nxcdy|\nef"),
            ("ab\ncd|\nef", "\x15", "ab\n|\nef"),
            ("ab\n|cd\nef", "\x0b\x0b", "ab\n|ef"),
            ("ab\n|cd", "\x17\x15", "ab\n|cd"),
            ("ab\n|cd", "\x7f", "ab|cd"),
            ("ab|\ncd", "\x04", "ab|cd"),
            ("ab\n|cd", "\x1b[D", "ab|\ncd"),
            ("ab|\ncd", "\x1b[C", "ab\n|cd"),
            // Up and Down go to the same letter, or to the line's end.
            ("a\u{fc}c|d\nxyz", "\x1b[B", "a\u{fc}cd\nxyz|"),
            ("abcd\nx|\nabcd", "\x10", "a|bcd\nx\nabcd"),
            ("abcd\nx|\nabcd", "\x0e\x0e", "abcd\nx\na|bcd"),
            ("abcd|\nx\nabcd", "\x1b[B\x1b[A", "a|bcd\nx\nabcd"),
            ("a|b\n", "\x1b[A\x1b[B\x1b[B", "ab\n|"),
            ("\n\n|", "\x1b[A\x1b[A\x1b[A", "|\n\n"),
        ] {
            let mut editor = editor(text);
            let mut decoder = Decoder::default();
            for key in typed.bytes().filter_map(|byte| decoder.feed(byte)) {
                assert!(editor.key(key), "{text:?} {key:?}");
            }
            assert_eq!(shown(&editor), want, "{text:?} {typed:?}");
        }
    }

    #[test]
    fn other_keys_are_left_to_others() {
        for key in [
            Key::Enter,
            Key::Escape,
            Key::PageUp,
            Key::F10,
            Key::Other,
            Key::Byte(0),
            Key::Byte(9),
            Key::Byte(15),
            Key::Byte(0x1f),
            Key::Up,
            Key::Down,
            Key::Byte(16),
            Key::Byte(14),
        ] {
            let mut editor = editor("a|b");
            assert!(!editor.key(key), "{key:?}");
            assert_eq!(shown(&editor), "a|b", "{key:?}");
        }
    }

    #[test]
    fn a_full_text_takes_no_more() {
        let mut editor = Editor::new();
        editor.set(&[b'x'; SIZE + 1]);
        assert_eq!((editor.text().len(), editor.cursor()), (SIZE, SIZE));
        assert!(!editor.key(Key::Byte(b'y')));
        assert!(!editor.insert(b"y"));
        assert!(editor.key(Key::Byte(8)));
        assert!(!editor.insert(b"yz"), "all or nothing");
        assert!(editor.key(Key::Byte(b'y')));
        assert!(editor.key(Key::Byte(0x15)));
        assert!(editor.key(Key::Byte(0x19)));
        assert!(!editor.key(Key::Byte(0x19)));
        assert!(editor.text().starts_with(b"xx") && editor.text().ends_with(b"xy"));
        assert_eq!((editor.text().len(), editor.cursor()), (SIZE, SIZE));
    }

    #[test]
    fn bytes_that_are_no_letters_go_one_by_one() {
        for bytes in [
            &b"\xe9t"[..],
            b"\xe2\x82",
            b"\xc2\x9b",
            b"\x80\x80",
            b"\x1b\0",
        ] {
            let mut editor = Editor::new();
            editor.set(bytes);
            for left in (0..bytes.len()).rev() {
                editor.key(Key::Left);
                assert_eq!(editor.cursor(), left, "{bytes:x?}");
            }
            for right in 1..=bytes.len() {
                editor.key(Key::Right);
                assert_eq!(editor.cursor(), right, "{bytes:x?}");
            }
        }
    }

    #[test]
    fn long_lines_are_seen_in_part() {
        for (text, columns, line, from, column) in [
            ("|", 80, 0, 0, 0),
            ("abc|", 80, 0, 0, 3),
            ("abc|", 4, 0, 0, 3),
            // One column more than there is: half of them go.
            ("abcd|", 4, 0, 2, 2),
            ("abcde|", 4, 0, 2, 3),
            ("abcdef|", 4, 0, 4, 2),
            ("ab|cdef", 4, 0, 0, 2),
            ("x\nabcd|\ny", 4, 1, 4, 2),
            ("x\n\n|", 4, 2, 3, 0),
            // Letters count, not bytes.
            ("\u{fc}\u{20ac}cd|", 4, 0, 5, 2),
            // No screen is too narrow.
            ("ab|", 1, 0, 2, 0),
            ("ab|", 0, 0, 2, 0),
        ] {
            let want = Place { line, from, column };
            assert_eq!(editor(text).view(columns), want, "{text:?} {columns}");
        }
    }
}
