//! Output in pages: text in, rows out, and a stop after each screen.

use crate::keys::Key;
use crate::notes::cut_letter;
use crate::out::Put;
use heapless::Vec;

/// Columns of the widest row.
const COLUMNS: usize = 255;
/// Bytes of it; a letter has four at most.
const ROW: usize = 4 * COLUMNS;
/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// What a key does while a full page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Stay,
    /// Goes on.
    On,
    /// Ends the output.
    Stop,
}

/// A screen that output goes to.
#[repr(C)] // What is large comes last, so that what reaches the rest is short.
pub struct Page {
    rows: usize,
    columns: usize,
    /// How many rows are left on this page.
    left: usize,
    /// How many columns of this row are filled.
    column: usize,
    row: Vec<u8, ROW>,
}

impl Page {
    /// A page of so many rows and columns, the last row of which is for the stop.
    #[must_use]
    pub fn new((rows, columns): (usize, usize)) -> Self {
        let rows = rows.saturating_sub(1).max(1);
        Self {
            rows,
            columns: columns.clamp(1, COLUMNS),
            left: rows,
            column: 0,
            row: Vec::new(),
        }
    }

    /// Takes off `text` what the row has room for; says whether the row is done, by its end or
    /// because it is full. What no screen may be sent becomes `?`.
    #[inline(never)]
    pub fn take(&mut self, text: &mut &[u8]) -> bool {
        while let [first, rest @ ..] = *text {
            if *first == b'\n' {
                *text = rest;
                return true;
            }
            if *first == b'\r' && matches!(rest, [b'\n', ..]) {
                *text = rest;
                continue;
            }
            if self.column >= self.columns {
                return true;
            }
            let is_tab = *first == b'\t';
            let letter = if is_tab { b" " } else { cut_letter(text) };
            self.row.put(letter);
            self.column = self.column.wrapping_add(1);
            // A tab stays until the next stop, or the row's end, is reached.
            let is_stop = self.column.is_multiple_of(TAB) || self.column >= self.columns;
            if is_tab && is_stop {
                *text = rest;
            }
        }
        false
    }

    /// The row as far as it is filled.
    #[must_use]
    pub fn row(&self) -> &[u8] {
        &self.row
    }

    /// Whether nothing more has room on the page.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Begins the next row.
    pub fn next_row(&mut self) {
        self.row.clear();
        self.column = 0;
        self.left = self.left.saturating_sub(1);
    }

    /// A key was pressed while a full page is shown.
    #[inline(never)]
    pub fn key(&mut self, key: Key) -> Turn {
        self.left = match key {
            Key::Byte(b' ') | Key::PageDown => self.rows,
            Key::Enter | Key::Down => 1,
            Key::Byte(b'q' | 3) => return Turn::Stop,
            _ => return Turn::Stay,
        };
        Turn::On
    }
}
