//! The menu: keys in, what to do out, and the rows that show it.
//!
//! A state machine without a clock or a screen: whoever holds it tells it that a second
//! has passed, and draws the rows on any number of screens of any size.

use crate::entry::{Entries, Timeout};
use crate::keys::Key;
use crate::notes::Notes;
use crate::out::{Decimal, Put, fill};
use heapless::Vec;

/// How far Page Up and Page Down go.
const PAGE: usize = 10;
/// Rows below the list: the chosen entry's details, messages, countdown and keys.
const BELOW: usize = 11;
/// Bytes of a row; screens are cut at their width.
const ROW: usize = 512;

/// What the person, or the clock, wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing but to draw again.
    Stay,
    /// Boot the entry of this number.
    Boot(usize),
    /// Look for disks and configurations again.
    Rescan,
    /// Restart the machine.
    Reboot,
    /// Switch the machine off.
    PowerOff,
}

/// What the middle of the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The entries.
    Entries,
    /// The disks.
    Disks,
    /// All messages.
    Messages,
}

/// The menu's state.
#[derive(Clone, Debug)]
pub struct Menu {
    /// What is shown.
    pub page: Page,
    count: usize,
    chosen: usize,
    top: usize,
    countdown: Option<u32>,
}

/// Where rows are drawn.
pub trait Screen {
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// How many columns a row has.
    fn columns(&self) -> usize;
    /// Shows `text` in a row, the first of which is 0; in reverse video if `bright`.
    fn row(&mut self, at: usize, bright: bool, text: &[u8]);
}

/// What the menu shows beside its own state.
pub struct View<'v, 't> {
    /// The program, the kernel and the machine.
    pub header: &'v [u8],
    /// The entries.
    pub entries: &'v Entries<'t>,
    /// The messages.
    pub notes: &'v Notes,
    /// Puts why an entry cannot be booted; nothing if it can.
    pub problem: &'v dyn Fn(usize, &mut dyn Put),
    /// Puts the n-th line of the table of disks; nothing after the last.
    pub disk: &'v dyn Fn(usize, &mut dyn Put),
}

impl Menu {
    /// A menu of `count` entries with one of them chosen.
    #[must_use]
    pub fn new(count: usize, chosen: usize, timeout: Timeout) -> Self {
        Self {
            page: Page::Entries,
            count,
            chosen,
            top: 0,
            countdown: match timeout {
                Timeout::Seconds(seconds) if chosen < count => Some(seconds),
                _ => None,
            },
        }
    }

    /// Whether a second's passing matters.
    #[must_use]
    pub fn is_counting(&self) -> bool {
        self.countdown.is_some()
    }

    /// Stops the countdown.
    pub fn stop(&mut self) {
        self.countdown = None;
    }

    /// A key was pressed. One that stops the countdown does nothing else.
    #[inline(never)]
    pub fn key(&mut self, key: Key) -> Action {
        if self.countdown.take().is_some() {
            return Action::Stay;
        }
        let place = match self.page {
            Page::Entries => &mut self.chosen,
            _ => &mut self.top,
        };
        let last = match self.page {
            Page::Entries => self.count.saturating_sub(1),
            _ => usize::MAX,
        };
        let to = match key {
            Key::Up => place.saturating_sub(1),
            Key::Down => place.saturating_add(1),
            Key::PageUp => place.saturating_sub(PAGE),
            Key::PageDown => place.saturating_add(PAGE),
            Key::Home => 0,
            Key::End if self.page == Page::Entries => last,
            key => return self.command(key),
        };
        *place = to.min(last);
        Action::Stay
    }

    /// A key that does not move. On the pages without entries, any of them goes back.
    fn command(&mut self, key: Key) -> Action {
        let back = self.page != Page::Entries;
        self.page = Page::Entries;
        if back {
            return Action::Stay;
        }
        match key {
            Key::Enter if self.chosen < self.count => return Action::Boot(self.chosen),
            Key::Byte(digit @ b'1'..=b'9') => {
                let nth = usize::from(digit.wrapping_sub(b'1'));
                if nth < self.count {
                    self.chosen = nth;
                }
            }
            Key::Byte(letter) => match letter.to_ascii_lowercase() {
                b'r' => return Action::Rescan,
                b'b' => return Action::Reboot,
                b'p' => return Action::PowerOff,
                b'd' | b'l' => self.open(Page::Disks),
                b'm' => self.open(Page::Messages),
                _ => {}
            },
            _ => {}
        }
        Action::Stay
    }

    fn open(&mut self, page: Page) {
        self.page = page;
        self.top = 0;
    }

    /// A second has passed, or none is to be waited for.
    pub fn second(&mut self) -> Action {
        match self.countdown {
            Some(0 | 1) => {
                self.countdown = None;
                Action::Boot(self.chosen)
            }
            Some(seconds) => {
                self.countdown = Some(seconds.saturating_sub(1));
                Action::Stay
            }
            None => Action::Stay,
        }
    }

    /// Whether the countdown has nothing to wait for.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.countdown == Some(0)
    }

    /// Draws every row.
    pub fn draw(&self, view: &View<'_, '_>, screen: &mut dyn Screen) {
        let rows = screen.rows();
        screen.row(0, true, view.header);
        screen.row(1, false, b"");
        let below = rows.saturating_sub(BELOW).max(3);
        let visible = below.saturating_sub(3);
        match self.page {
            Page::Entries => self.draw_entries(view, visible, screen),
            Page::Disks | Page::Messages => {
                self.draw_page(view, rows.saturating_sub(3), screen);
                let back = b" Up Down Page scroll   any other key goes back";
                screen.row(rows.saturating_sub(1), true, back);
                return;
            }
        }
        screen.row(below.saturating_sub(1), false, b"");
        self.draw_details(view, below, screen);
        self.draw_status(view, rows, screen);
    }

    /// The part of the list around the chosen entry.
    #[inline(never)]
    fn draw_entries(&self, view: &View<'_, '_>, visible: usize, screen: &mut dyn Screen) {
        let most = self.count.saturating_sub(visible);
        let half = visible.wrapping_div(2);
        let top = self.chosen.saturating_sub(half).min(most);
        for at in 0..visible {
            let nth = top.saturating_add(at);
            let chosen = nth == self.chosen;
            let mut row: Vec<u8, ROW> = Vec::new();
            if let Some(entry) = view.entries.list().get(nth) {
                let mut problem: Vec<u8, 1> = Vec::new();
                (view.problem)(nth, &mut problem);
                let number = Decimal::new(u64::try_from(nth).unwrap_or(0).saturating_add(1));
                row.put(if chosen { b" >" } else { b"  " });
                for _ in number.bytes().len()..3 {
                    row.put(b" ");
                }
                row.put(number.bytes());
                row.put(if problem.is_empty() { b"  " } else { b" !" });
                row.put(entry.title);
            } else if self.count == 0 && at == 0 {
                row.put(b"  There is nothing to boot: no configuration with an entry was found.");
            }
            screen.row(at.saturating_add(2), chosen && self.count > 0, &row);
        }
    }

    /// A page of lines, from the top one on.
    #[inline(never)]
    fn draw_page(&self, view: &View<'_, '_>, visible: usize, screen: &mut dyn Screen) {
        for at in 0..visible {
            let nth = self.top.saturating_add(at);
            let mut row: Vec<u8, ROW> = Vec::new();
            row.put(b" ");
            match self.page {
                Page::Disks => (view.disk)(nth, &mut row),
                _ => row.put(view.notes.lines().nth(nth).unwrap_or(&[])),
            }
            screen.row(at.saturating_add(2), false, &row);
        }
    }

    /// The chosen entry's lines.
    #[inline(never)]
    fn draw_details(&self, view: &View<'_, '_>, from: usize, screen: &mut dyn Screen) {
        let mut at = from;
        let mut put = |label: &[u8], text: &dyn Fn(&mut dyn Put)| {
            let mut words: Vec<u8, ROW> = Vec::new();
            text(&mut words);
            let mut row: Vec<u8, ROW> = Vec::new();
            if !words.is_empty() {
                row.put(label);
                row.put(&words);
            }
            screen.row(at, false, &row);
            at = at.saturating_add(1);
            // What does not fit goes on in the next row, once.
            row.get(screen.columns()..).map_or(0, <[u8]>::len)
        };
        let nth = self.chosen;
        let entry = view.entries.list().get(nth);
        put(b" disk     ", &|out| {
            if let Some(entry) = entry {
                out.put(entry.root.name);
            }
        });
        put(b" kernel   ", &|out| {
            if let Some(entry) = entry {
                out.put(entry.kernel);
            }
        });
        put(b" ramdisk  ", &|out| {
            for (nth, path) in view.entries.initrds(nth).enumerate() {
                out.put(if nth > 0 { b" + " } else { b"" });
                out.put(path);
            }
        });
        let over = put(b" options  ", &|out| put_cmdline(view.entries, nth, out));
        put(b"          ", &|out| {
            let mut line: Vec<u8, ROW> = Vec::new();
            put_cmdline(view.entries, nth, &mut line);
            out.put(line.get(line.len().saturating_sub(over)..).unwrap_or(&[]));
        });
        put(b" problem  ", &|out| (view.problem)(nth, out));
    }

    /// The newest messages, the countdown and the keys.
    #[inline(never)]
    fn draw_status(&self, view: &View<'_, '_>, rows: usize, screen: &mut dyn Screen) {
        let mut newest = view.notes.lines().rev();
        for at in [4, 5] {
            let mut row: Vec<u8, ROW> = Vec::new();
            if let Some(note) = newest.next() {
                row.put(b" ");
                row.put(note);
            }
            screen.row(rows.saturating_sub(at), false, &row);
        }
        let mut row: Vec<u8, ROW> = Vec::new();
        if let Some(seconds) = self.countdown {
            let seconds = Decimal::new(seconds.into());
            fill(
                &mut row,
                " starting in % s; any key stops",
                &[seconds.bytes()],
            );
        }
        screen.row(rows.saturating_sub(3), false, b"");
        screen.row(rows.saturating_sub(2), false, &row);
        let keys =
            b" Enter boots  1-9 choose  d disks  m messages  r rescan  b reboot  p power off";
        screen.row(rows.saturating_sub(1), true, keys);
    }
}

/// Puts the kernel command line of an entry: `cmdline`, then `append`, one blank between.
pub fn put_cmdline(entries: &Entries<'_>, nth: usize, out: &mut dyn Put) {
    if let Some(entry) = entries.list().get(nth) {
        out.put(entry.cmdline);
        if !entry.cmdline.is_empty() && !entry.append.is_empty() {
            out.put(b" ");
        }
        out.put(entry.append);
    }
}
