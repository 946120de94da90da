//! Memory for text that entries borrow: given out from front to back, never taken back.
//!
//! Readers of other loaders' files put together what stands in no file as it is: expanded
//! words, paths with their disk. All of it lives as long as the entries do.

use crate::out::Put;
use core::cell::Cell;

/// The memory that is left.
pub struct Store<'t> {
    rest: Cell<&'t mut [u8]>,
    is_full: Cell<bool>,
}

impl<'t> Store<'t> {
    /// A store of this memory.
    #[must_use]
    pub const fn new(memory: &'t mut [u8]) -> Self {
        Self {
            rest: Cell::new(memory),
            is_full: Cell::new(false),
        }
    }

    /// Bytes of its own for the caller; `None` when not so many are left.
    #[inline(never)]
    #[must_use]
    pub fn take(&self, size: usize) -> Option<&'t mut [u8]> {
        let rest = self.rest.take();
        if size > rest.len() {
            self.rest.set(rest);
            self.is_full.set(true);
            return None;
        }
        let (taken, left) = rest.split_at_mut_checked(size)?;
        self.rest.set(left);
        Some(taken)
    }

    /// The parts put together; empty when there is no room for them, which
    /// [`is_full`](Self::is_full) tells.
    #[inline(never)]
    #[must_use]
    pub fn join(&self, parts: &[&[u8]]) -> &'t [u8] {
        let mut text = self.begin();
        for part in parts {
            text.put(part);
        }
        text.finish()
    }

    /// Both texts with a blank between them; one of them where the other is empty.
    #[inline(never)]
    #[must_use]
    pub fn words(&self, one: &'t [u8], other: &'t [u8]) -> &'t [u8] {
        match (one, other) {
            (one, []) => one,
            ([], other) => other,
            _ => self.join(&[one, b" ", other]),
        }
    }

    /// Begins a text. Until it is finished, the store gives nothing else.
    #[must_use]
    pub fn begin(&self) -> Text<'_, 't> {
        Text {
            store: self,
            memory: self.rest.take(),
            length: 0,
            is_cut: false,
        }
    }

    /// How many bytes are left.
    #[cfg(test)]
    fn left(&self) -> usize {
        let rest = self.rest.take();
        let left = rest.len();
        self.rest.set(rest);
        left
    }

    /// Whether something that was asked for had no room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full.get()
    }
}

/// A text that is being put together in a [`Store`].
pub struct Text<'s, 't> {
    store: &'s Store<'t>,
    memory: &'t mut [u8],
    length: usize,
    is_cut: bool,
}

impl<'t> Text<'_, 't> {
    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The text; empty if it did not fit.
    #[inline(never)]
    #[must_use]
    pub fn finish(self) -> &'t [u8] {
        if self.is_cut {
            self.store.is_full.set(true);
            self.store.rest.set(self.memory);
            return &[];
        }
        let (text, left) = self
            .memory
            .split_at_mut_checked(self.length)
            .unwrap_or_default();
        self.store.rest.set(left);
        text
    }
}

impl Put for Text<'_, '_> {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let Some(place) = self.memory.get_mut(self.length) else {
                self.is_cut = true;
                return;
            };
            *place = *byte;
            self.length = self.length.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use crate::out::Put;

    #[test]
    fn texts_lie_one_behind_the_other() {
        let mut memory = [0; 12];
        let store = Store::new(&mut memory);
        let first = store.join(&[b"ab", b"", b"cd"]);
        let mut text = store.begin();
        assert!(text.is_empty());
        text.put(b"e");
        assert_eq!(store.take(1), None, "the text has all of it");
        text.put(b"fg");
        let second = text.finish();
        let third = store.take(2).unwrap();
        third.copy_from_slice(b"hi");
        assert_eq!(
            (first, second, &*third),
            (&b"abcd"[..], &b"efg"[..], &b"hi"[..])
        );
        assert_eq!(store.left(), 3);
        assert_eq!(store.words(first, b""), b"abcd");
        assert_eq!(store.words(b"", first), b"abcd");
        assert_eq!(store.left(), 3, "nothing was put together");
        assert_eq!(store.words(b"a", b"b"), b"a b");
    }

    #[test]
    fn a_full_store_says_so_and_keeps_what_is_left() {
        let mut memory = [0; 4];
        let store = Store::new(&mut memory);
        assert_eq!(store.join(&[b"abc", b"de"]), b"");
        assert!(store.is_full());
        assert_eq!(store.join(&[b"abcd"]), b"abcd");
        assert_eq!(store.take(1), None);
        assert_eq!(store.join(&[b""]), b"");
    }
}
