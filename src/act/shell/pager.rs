//! Output that stops after each page, and can be stopped.

use super::super::console::Consoles;
use kexec_loader::keys::Key;
use kexec_loader::notes::cut_letter;
use kexec_loader::out::Put;
use kexec_loader::shell::{Page, Turn};

/// Pieces of work between two looks for a key. Keys that were typed ahead are lost by a look,
/// so short work does without.
const WORK: u32 = 64;
const CONTROL_C: Key = Key::Byte(3);

/// The consoles, a page at a time: as much as the smallest of them shows.
#[repr(C)] // What is large comes last, so that what reaches the rest is short.
pub(super) struct Pager<'c> {
    consoles: &'c mut Consoles,
    work: u32,
    is_stopped: bool,
    page: Page,
}

impl<'c> Pager<'c> {
    /// Output that begins at the left of an empty page.
    pub(super) fn new(consoles: &'c mut Consoles) -> Self {
        Self {
            page: Page::new(consoles.smallest()),
            consoles,
            work: 0,
            is_stopped: false,
        }
    }

    /// Whether the person has seen enough, or does not want to wait: to be asked at each piece
    /// of work.
    #[inline(never)]
    pub(super) fn is_stopped(&mut self) -> bool {
        self.work = self.work.wrapping_add(1);
        if self.work.is_multiple_of(WORK) && self.consoles.wait_for_key(Some(0)) == Some(CONTROL_C)
        {
            self.consoles.print(b"^C");
            self.is_stopped = true;
        }
        self.is_stopped
    }

    /// Shows a row, after a stop if it is one of the next page.
    #[inline(never)]
    fn show(&mut self) {
        if self.page.is_full() {
            self.consoles.put(b"--more--");
            let turn = loop {
                if let Some(key) = self.consoles.wait_for_key(None) {
                    match self.page.key(key) {
                        Turn::Stay => {}
                        turn => break turn,
                    }
                }
            };
            self.consoles.put(b"\r\x1b[K");
            self.is_stopped = turn == Turn::Stop;
        }
        if !self.is_stopped {
            self.consoles.print(self.page.row());
        }
        self.page.next_row();
    }

    /// Puts a row: a text of which nothing ends it, and what comes behind that.
    #[inline(never)]
    pub(super) fn put_line(&mut self, text: &[u8], behind: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            self.put(cut_letter(&mut rest));
        }
        self.put(behind);
        self.put(b"\n");
    }
}

/// Ends the row that was begun, if one was.
impl Drop for Pager<'_> {
    fn drop(&mut self) {
        if !self.is_stopped && !self.page.row().is_empty() {
            self.show();
        }
    }
}

impl Put for Pager<'_> {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !self.is_stopped && self.page.take(&mut rest) {
            self.show();
        }
    }
}
