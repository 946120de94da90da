//! Programs whose parts go to places in memory that they name themselves.

use super::Fault;
use super::memory::{FOUR_GIB, PAGE};
use heapless::Vec;

/// How many parts a program may have.
pub const PARTS: usize = 12;

/// A part of a file that goes to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins in the file.
    pub offset: u64,
    /// Bytes of the file.
    pub length: u64,
    /// Where it goes.
    pub address: u64,
    /// Bytes that it has there, the rest of them zeroes; `length` or more.
    pub memory: u64,
}

/// What is loaded of a program, lowest address first, and where it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its parts. None is empty, none overlaps another, none reaches above 4 GiB.
    pub parts: Vec<Part, PARTS>,
    /// The physical address of its first instruction, in one of them.
    pub entry: u64,
    /// Whether that is 64-bit code.
    pub is_long: bool,
}

impl Program {
    /// Adds a part; the lowest address stays first.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is empty, overlaps another, is larger in the file than in memory, ends
    /// above 4 GiB, or is one too many.
    #[inline(never)]
    pub fn add(&mut self, part: Part) -> Result<(), Fault> {
        let end = part.address.saturating_add(part.memory);
        let fits = part.memory > 0
            && part.length <= part.memory
            && end <= FOUR_GIB
            && self.parts.iter().all(|other| {
                end <= other.address || other.address.saturating_add(other.memory) <= part.address
            });
        if !fits {
            return Err(Fault::Because(
                &"the addresses in its headers make no sense",
            ));
        }
        let added = self.parts.push(part);
        added.map_err(|_| Fault::Because(&"it has more parts than can be loaded"))?;
        let mut rest: &mut [Part] = &mut self.parts;
        while let [.., before, last] = rest
            && before.address > last.address
        {
            core::mem::swap(before, last);
            rest = rest.split_last_mut().map_or(&mut [], |(_, rest)| rest);
        }
        Ok(())
    }

    /// Says where it is entered.
    ///
    /// # Errors
    ///
    /// [`Fault`] if that is in no part of it.
    pub fn enter(&mut self, entry: u64) -> Result<(), Fault> {
        self.entry = entry;
        let is_inside = |part: &Part| entry.wrapping_sub(part.address) < part.memory;
        if self.parts.iter().any(is_inside) {
            return Ok(());
        }
        Err(Fault::Because(&"its entry is in no part of it"))
    }

    /// Moves it up in memory by whole pages, or down where the sum wraps around.
    pub fn move_by(&mut self, distance: u64) {
        self.entry = self.entry.wrapping_add(distance);
        for part in &mut self.parts {
            part.address = part.address.wrapping_add(distance);
        }
    }

    /// Where its lowest part begins.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.parts.first().map_or(0, |part| part.address)
    }

    /// From the first page to the end of the last: what memory it needs.
    #[must_use]
    pub fn span(&self) -> (u64, u64) {
        let first = self.first();
        let end = self.parts.last();
        let end = end.map_or(0, |part| part.address.saturating_add(part.memory));
        (
            first & !(PAGE - 1),
            end.checked_next_multiple_of(PAGE).unwrap_or(end),
        )
    }

    /// Whether every part can be loaded by itself: kexec takes whole pages, so each begins at
    /// one, and no two share one.
    #[must_use]
    pub fn is_in_pages(&self) -> bool {
        self.parts.iter().all(|part| part.address % PAGE == 0)
    }
}
