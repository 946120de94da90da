//! What the word at the cursor may become.
//!
//! Given the line before the cursor, says what stands there; given the names that there are,
//! says how it goes on.

use super::path::disk_of;
use super::row_of;
use super::words::cut_word;
use crate::out::Put;
use crate::text::{Likeness, are_alike, is_blank, last_piece, letter, part};
use core::slice;
use heapless::Vec;

/// Bytes of a word that is completed.
const WORD: usize = 512;

/// What is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing.
    Nothing,
    /// A command.
    Command,
    /// A disk.
    Disk,
    /// A disk between the brackets of a path.
    DiskOfPath,
    /// A file or folder.
    File,
}

/// A word that is to be completed.
pub struct Target {
    /// What it is.
    pub what: What,
    /// Whether it is within `"`.
    is_quoted: bool,
    /// Where in the word the name begins; what is before it is the folder.
    from: usize,
    word: Vec<u8, WORD>,
}

/// What is to be completed at the end of a line.
#[inline(never)]
#[must_use]
pub fn target(before: &[u8]) -> Target {
    let mut target = Target {
        what: What::Command,
        is_quoted: false,
        from: 0,
        word: Vec::new(),
    };
    let mut rest = before;
    let mut row = None;
    let mut nth: usize = 0;
    loop {
        target.word.clear();
        target.is_quoted = cut_word(&mut rest, &mut target.word);
        if rest.is_empty() {
            break;
        }
        if nth == 0 {
            row = row_of(&target.word);
        }
        target.what = row.map_or(What::Nothing, |row| row.what(nth));
        nth = nth.wrapping_add(1);
    }
    if target.word.is_full() {
        target.what = What::Nothing;
    }
    if target.what == What::File {
        target.look_at_path();
    }
    target
}

impl Target {
    /// Finds where the name begins in a path.
    fn look_at_path(&mut self) {
        let disk = disk_of(&self.word);
        if matches!(disk, [b'(', ..]) && !disk.contains(&b')') {
            self.what = What::DiskOfPath;
            self.from = 1;
            return;
        }
        let name = last_piece(&self.word, b'/');
        let from = self.word.len().wrapping_sub(name.len());
        self.from = from.max(disk.len());
    }

    /// The folder that the name is in, as it was typed.
    #[must_use]
    pub fn folder(&self) -> &[u8] {
        part(&self.word, 0, self.from)
    }

    /// What of the name there is.
    fn stem(&self) -> &[u8] {
        part(&self.word, self.from, self.word.len())
    }

    /// How a name goes on behind what there is of it; `None` where it is another, or cannot be
    /// typed.
    #[inline(never)]
    #[must_use]
    pub fn rest_of<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        let mut letters = name;
        while !letters.is_empty() {
            match letter(letters) {
                0 => return None,
                length => letters = letters.get(length..)?,
            }
        }
        let likeness = match self.what {
            What::File => Likeness::Exact,
            _ => Likeness::Case,
        };
        let (head, rest) = name.split_at_checked(self.stem().len())?;
        are_alike(head, self.stem(), likeness).then_some(rest)
    }
}

/// What the names have in common that a word may become.
#[derive(Default)]
pub struct Candidates {
    /// How many there were.
    pub count: usize,
    /// How all of them go on. A NUL at the end says that the word is done.
    common: Vec<u8, WORD>,
}

impl Candidates {
    /// One more: how it goes on, and what comes behind it, which is nothing for a word that is
    /// done.
    #[inline(never)]
    pub fn add(&mut self, rest: &[u8], behind: &[u8]) {
        let end = if behind.is_empty() { b"\0" } else { behind };
        if self.count == 0 {
            self.common.put(rest);
            self.common.put(end);
        } else {
            let mut same: usize = 0;
            while let Some(left) = rest.get(same..)
                && let Some(kept) = self.common.get(same..)
                && let length @ 1.. = letter(left)
                && kept.get(..length) == left.get(..length)
            {
                same = same.wrapping_add(length);
            }
            // Two disks of one label are one word.
            let is_one = same == rest.len() && self.common.get(same..) == Some(end);
            if !is_one {
                self.common.truncate(same);
            }
        }
        self.count = self.count.saturating_add(1);
    }

    /// Puts what is to be inserted at the cursor.
    #[inline(never)]
    pub fn put(&self, target: &Target, out: &mut dyn Put) {
        let end: &[u8] = if target.is_quoted { b"\" " } else { b" " };
        for byte in &self.common {
            let is_special = matches!(byte, b'"' | b'\\');
            if is_special || (is_blank(*byte) && !target.is_quoted) {
                out.put(b"\\");
            }
            out.put(if *byte == 0 {
                end
            } else {
                slice::from_ref(byte)
            });
        }
    }
}
