//! The rows that show the menu.
//!
//! Given the menu's state and what it is about, gives rows of text, from the first to the
//! last and each once, cut to the screen's width and free of control characters.
//!
//! A screen that is too low for everything shows the list, and why the chosen entry cannot
//! be booted. The chosen entry is there from three rows on.

use super::cut::{fit, line};
use super::folder;
use super::{Action, Menu, Page};
use crate::entry::{Entries, Timeout};
use crate::notes::Notes;
use crate::out::{Put, fill_all};
use heapless::Vec;

/// Bytes of a row; wider screens have empty space at the right.
pub(super) const ROW: usize = 512;
/// The last row.
const KEYS: &[&[u8]] = &[
    b" Enter boots",
    #[cfg(not(feature = "editor"))]
    b"  1-9 choose",
    #[cfg(feature = "editor")]
    b"  e edits",
    #[cfg(feature = "shell")]
    b"  c shell",
    b"  d disks  m messages  r rescan  b reboot  p off",
];
/// The list, where there is none.
#[cfg(not(feature = "shell"))]
const NOTHING: &[u8] = b"  There is nothing to boot: no configuration with an entry was found.";
#[cfg(feature = "shell")]
const NOTHING: &[u8] = b"  There is nothing to boot: no entry was found; c opens a shell.";
/// Columns of the labels of details.
const LABEL: usize = 10;
/// Those labels, from the lowest on; one is for what does not fit of the options.
const LABELS: [[u8; LABEL]; 7] = [
    *b" problem  ",
    *b" options  ",
    *b" options  ",
    *b" ramdisk  ",
    *b" kernel   ",
    *b" disk     ",
    *b" from     ",
];

/// The row and the column that the cursor stands in, the first being 0, where it is seen.
pub type Cursor = Option<(usize, usize)>;

/// Where rows are drawn.
pub trait Screen {
    /// How many rows and columns there are.
    fn size(&self) -> (usize, usize);
    /// Shows `text` in a row, the first of which is 0; in reverse video if `bright`.
    fn row(&mut self, at: usize, bright: bool, text: &[u8]);
}

/// What only the running system knows.
pub trait Facts {
    /// Puts the program's, the kernel's and the machine's names.
    fn title(&self, out: &mut dyn Put);
    /// Puts why an entry cannot be booted; nothing if it can.
    fn problem(&self, nth: usize, out: &mut dyn Put);
    /// Puts the n-th line of the table of disks; nothing after the last.
    fn disk(&self, nth: usize, out: &mut dyn Put);
}

/// What the menu shows beside its own state.
pub struct View<'v, 't> {
    /// The entries.
    pub entries: &'v Entries<'t>,
    /// The messages.
    pub notes: &'v Notes,
    /// All else.
    pub facts: &'v dyn Facts,
}

/// One drawing of one screen, row by row from the top. In this order, so that all but the
/// last are near to the start, and what reaches them is short.
#[repr(C)]
struct Drawing<'d, 't> {
    menu: &'d mut Menu<'t>,
    view: &'d View<'d, 't>,
    screen: &'d mut dyn Screen,
    rows: usize,
    columns: usize,
    /// Whether there is room for more than the list.
    is_roomy: bool,
    /// Rows of the list, and the number of the first that is seen.
    visible: usize,
    top: usize,
    /// The number of the chosen entry.
    chosen: usize,
    /// How the row is shown that is being put together, and from which byte on.
    is_bright: bool,
    from: usize,
    row: Vec<u8, ROW>,
}

impl<'t> Menu<'t> {
    /// Draws every row.
    #[inline(never)]
    pub fn draw(&mut self, view: &View<'_, 't>, screen: &mut dyn Screen) {
        let (rows, columns) = screen.size();
        let is_roomy = rows > 16;
        let others = if is_roomy { 15 } else { 3 };
        let visible = rows.saturating_sub(others).max(1);
        let top = self.at.saturating_sub(visible.wrapping_div(2));
        let mut drawing = Drawing {
            top: top.min(self.rows.len().saturating_sub(visible)),
            chosen: self.chosen(view.entries),
            menu: self,
            view,
            screen,
            rows,
            columns,
            is_roomy,
            visible,
            is_bright: false,
            from: 0,
            row: Vec::new(),
        };
        for at in 0..rows {
            drawing.draw(at);
        }
    }
}

impl<'d> Drawing<'d, '_> {
    /// Puts a row together and shows it.
    #[inline(never)]
    fn draw(&mut self, at: usize) {
        self.row.clear();
        self.from = 0;
        let below = self.rows.wrapping_sub(at);
        self.is_bright = at == 0 || below == 1;
        let rest: &[u8] = if at == 0 {
            self.view.facts.title(&mut self.row);
            b""
        } else if self.menu.page != Page::Entries {
            self.page(at, below)
        } else {
            let nth = at.wrapping_sub(if self.is_roomy { 2 } else { 1 });
            if nth < self.visible {
                self.title(nth)
            } else if at == 1 {
                self.row.put(b"  ");
                self.menu.folder
            } else {
                self.below(below)
            }
        };
        self.row.put(rest);
        if self.is_bright {
            while self.row.push(b' ').is_ok() {}
        }
        let row = self.row.get_mut(self.from..).unwrap_or(&mut []);
        let end = fit(row, self.columns);
        let text = row.get(..end).unwrap_or(&[]);
        self.screen.row(at, self.is_bright, text);
    }

    /// Begins a row of a page, a table of lines from the top one on; gives the rest of it.
    fn page(&mut self, at: usize, below: usize) -> &'d [u8] {
        if below == 1 {
            return b" Up Down Page scroll   any other key goes back";
        }
        let nth = at.wrapping_sub(1).wrapping_add(self.menu.top);
        let mut text: &[u8] = b"";
        if self.menu.page == Page::Disks {
            self.view.facts.disk(nth, &mut self.row);
        } else {
            text = line(self.view.notes.text(), nth);
        }
        if !self.row.is_empty() || !text.is_empty() {
            self.menu.furthest = nth;
        }
        text
    }

    /// A row of the list: its number or its key, `>` before that of the chosen one, `!` after
    /// that of a broken entry and `+` after that of a folder; in the first column of the first
    /// and the last row `^` and `v` where there are more. Gives its title.
    fn title(&mut self, nth: usize) -> &'d [u8] {
        let entries = self.view.entries;
        let at = nth.wrapping_add(self.top);
        let Some(row) = self.menu.rows.get(at).copied() else {
            return if at == 0 { NOTHING } else { b"" };
        };
        let mut head = *b"       ";
        let [more, chosen, number @ .., _, kind] = &mut head;
        if nth == 0 && self.top > 0 {
            *more = b'^';
        }
        let next = at.wrapping_add(1);
        if nth.wrapping_add(1) == self.visible && next < self.menu.rows.len() {
            *more = b'v';
        }
        if at == self.menu.at {
            self.is_bright = true;
            *chosen = b'>';
        }
        let mut rest = next;
        if let Some(key) = self.menu.hotkey(entries, row)
            && let [.., last] = number
        {
            *last = key;
            rest = 0;
        }
        for digit in number.iter_mut().rev() {
            if rest == 0 {
                break;
            }
            let low = u8::try_from(rest.wrapping_rem(10)).unwrap_or(0);
            *digit = b'0'.wrapping_add(low);
            rest = rest.wrapping_div(10);
        }
        let entry = row.into();
        let title = if let Some(within) = self.menu.within(entries, entry) {
            *kind = b'+';
            folder::title(within)
        } else {
            self.problem(entry);
            if !self.row.is_empty() {
                *kind = b'!';
            }
            self.row.clear();
            entries.title(entry)
        };
        self.row.put(&head);
        title
    }

    /// Begins a row below the list, the last of which is 1; gives the rest of it.
    fn below(&mut self, below: usize) -> &'d [u8] {
        let nth = self.chosen;
        let entries = self.view.entries;
        let is_detail = LABELS
            .get(below.wrapping_sub(6))
            .map(|label| self.row.put(label));
        match below {
            1 => {
                for keys in KEYS {
                    self.row.put(keys);
                }
            }
            2 => {
                if let Timeout::Seconds(seconds) = self.menu.countdown {
                    let sentence = b" %starting in # s; any key stops";
                    let what: &[u8] = match self.menu.at_end {
                        Action::Reboot => b"re",
                        _ => b"",
                    };
                    fill_all(&mut self.row, sentence, &[what], &[seconds.into()]);
                } else if !self.is_roomy {
                    self.problem(nth);
                }
            }
            4 | 5 => {
                self.row.put(b" ");
                return self.view.notes.newest(2, 5_usize.wrapping_sub(below));
            }
            6 => self.problem(nth),
            7 | 8 => put_cmdline(entries, nth, &mut self.row),
            9 => {
                for path in entries.paths(nth).skip(1) {
                    self.row.put(path);
                    self.row.put(b" + ");
                }
                let end = self.row.len().wrapping_sub(3);
                self.row.truncate(end);
            }
            12 => {
                if let Some(entry) = entries.list().get(nth) {
                    let line = [entry.line.into()];
                    fill_all(
                        &mut self.row,
                        b"%:#  %",
                        &[entry.file, entry.submenu],
                        &line,
                    );
                }
            }
            10 | 11 => {
                if let Some(entry) = entries.list().get(nth) {
                    let is_kernel = below == 10;
                    if !entry.program.is_empty() {
                        self.row.clear();
                        if is_kernel {
                            self.row.put(if entry.is_exec {
                                b" exec     "
                            } else {
                                b" run      "
                            });
                            self.row.put(entry.program);
                        }
                    } else if is_kernel {
                        self.row.put(entry.kernel);
                    } else {
                        self.row.put(entry.root.name);
                    }
                }
            }
            _ => {}
        }
        if below == 7 {
            // What of the options did not fit in the row above.
            self.from = fit(&mut self.row, self.columns).wrapping_sub(LABEL);
            let rest = self.row.get_mut(self.from..);
            if let Some(blank) = rest.and_then(<[u8]>::first_chunk_mut::<LABEL>) {
                *blank = [b' '; LABEL];
            }
        } else if is_detail.is_some() && self.row.len() <= LABEL {
            self.row.clear();
        }
        b""
    }

    #[inline(never)]
    fn problem(&mut self, nth: usize) {
        self.view.facts.problem(nth, &mut self.row);
    }
}

/// Puts the kernel command line of an entry: `cmdline`, then `append`, one blank between.
#[inline(never)]
pub fn put_cmdline(entries: &Entries<'_>, nth: usize, out: &mut dyn Put) {
    if let Some(entry) = entries.list().get(nth) {
        out.put(entry.cmdline);
        if !entry.cmdline.is_empty() && !entry.append.is_empty() {
            out.put(b" ");
        }
        out.put(entry.append);
    }
}
