//! The line that is being typed: an [`Editor`] with a history.

use super::history::History;
use crate::editor::Editor;
use crate::keys::Key;
use crate::notes::cut_letter;
use crate::out::{Put, fill};
use heapless::Vec;

/// What is to be done after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing but to show the line again.
    Stay,
    /// The line is done: run it.
    Run,
    /// Complete the word at the cursor.
    Complete,
    /// The line is given up.
    Cancel,
    /// Empty the screen.
    Clear,
    /// Leave the shell.
    Leave,
}

/// Bytes of what stands before the line.
const PROMPT: usize = 640;

/// Control characters that mean something here.
const CONTROL_C: Key = Key::Byte(3);
const CONTROL_D: Key = Key::Byte(4);
const CONTROL_G: Key = Key::Byte(7);
const TAB: Key = Key::Byte(9);
const CONTROL_L: Key = Key::Byte(12);
const CONTROL_N: Key = Key::Byte(14);
const CONTROL_P: Key = Key::Byte(16);
const CONTROL_R: Key = Key::Byte(18);

/// The line, and those before it.
#[repr(C)] // What is large comes last, so that what reaches the rest is short.
pub struct Line {
    /// How far back in the history the line is that is shown; 0 for a new one.
    back: usize,
    /// What is looked for in the history, if anything is.
    is_searching: bool,
    wanted: Vec<u8, 64>,
    /// The line.
    pub editor: Editor,
    history: History,
}

impl Line {
    /// An empty line, and none before it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            back: 0,
            is_searching: false,
            wanted: Vec::new(),
            editor: Editor::new(),
            history: History::new(),
        }
    }

    /// Begins a new line.
    pub fn begin(&mut self) {
        self.back = 0;
        self.editor.set(b"");
    }

    /// A key was pressed.
    #[inline(never)]
    pub fn key(&mut self, key: Key) -> Step {
        if self.is_searching && self.search(key) {
            return Step::Stay;
        }
        match key {
            Key::Enter => {
                self.history.add(self.editor.text());
                return Step::Run;
            }
            TAB => return Step::Complete,
            CONTROL_C => return Step::Cancel,
            CONTROL_D if self.editor.text().is_empty() => return Step::Leave,
            CONTROL_L => return Step::Clear,
            CONTROL_R => {
                self.keep();
                self.is_searching = true;
                self.wanted.clear();
            }
            Key::Up | CONTROL_P => {
                self.keep();
                self.show(self.back.wrapping_add(1));
            }
            Key::Down | CONTROL_N => match self.back {
                0 => {}
                1 => self.begin(),
                back => self.show(back.wrapping_sub(1)),
            },
            key => {
                self.editor.key(key);
            }
        }
        Step::Stay
    }

    /// Keeps a line that was begun, before another is shown.
    fn keep(&mut self) {
        if self.back == 0 && !self.editor.text().is_empty() {
            self.history.add(self.editor.text());
            self.back = 1;
        }
    }

    /// Shows a line of the history, if there is one so far back.
    #[inline(never)]
    fn show(&mut self, back: usize) {
        if let Some(line) = self.history.get(back) {
            self.editor.set(line);
            self.back = back;
        }
    }

    /// A key while something is looked for; says whether it was for the search.
    fn search(&mut self, key: Key) -> bool {
        let mut from = self.back.max(1);
        match key {
            CONTROL_R => from = self.back.wrapping_add(1),
            Key::Byte(8 | 0x7f) => {
                self.wanted.pop();
                from = 1;
            }
            Key::Byte(byte @ b' '..) => {
                let _ = self.wanted.push(byte);
            }
            CONTROL_G | CONTROL_C | Key::Escape => {
                self.is_searching = false;
                self.begin();
                return true;
            }
            _ => {
                self.is_searching = false;
                return false;
            }
        }
        match self.history.find(from, &self.wanted) {
            Some(back) => self.show(back),
            // A letter that leads to nothing is not taken.
            None if matches!(key, Key::Byte(b' '..)) => {
                self.wanted.pop();
            }
            None => {}
        }
        true
    }

    /// Puts the row that shows the line, on a screen of so many columns, and what stands before
    /// it: the folder, or what is looked for. Gives the cursor's column.
    #[inline(never)]
    pub fn draw(&self, folder: &[u8], columns: usize, out: &mut dyn Put) -> usize {
        let mut prompt = Vec::<u8, PROMPT>::new();
        if self.is_searching {
            fill(&mut prompt, "search '%': ", &[&self.wanted]);
        } else {
            fill(&mut prompt, "%> ", &[folder]);
        }
        // Of a long one, the end is shown.
        let from = prompt.len().saturating_sub(columns / 2);
        let column = put_letters(&prompt, from, usize::MAX, out);
        let room = columns.saturating_sub(column).saturating_sub(1);
        let place = self.editor.view(room);
        put_letters(self.editor.text(), place.from, room, out);
        column.wrapping_add(place.column)
    }
}

/// Puts so many letters of a text at most, from a byte on; `?` for what no screen may be sent.
/// Says how many there were.
#[inline(never)]
fn put_letters(text: &[u8], from: usize, most: usize, out: &mut dyn Put) -> usize {
    let mut rest = text.get(from..).unwrap_or(&[]);
    let mut count: usize = 0;
    while !rest.is_empty() && count < most {
        out.put(cut_letter(&mut rest));
        count = count.wrapping_add(1);
    }
    count
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}
