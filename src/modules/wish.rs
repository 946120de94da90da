//! The names of modules that are wanted, and of aliases that modules ask for.

use super::same;
use crate::text;
use heapless::Vec;

/// Bytes of all names, each with two before it.
const TEXT: usize = 8 * 1024;

/// Names, each once: its length, whether it is needed, and itself.
pub struct Wishes {
    text: Vec<u8, TEXT>,
    /// Whether there was no room for one.
    pub is_full: bool,
}

impl Wishes {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: Vec::new(),
            is_full: false,
        }
    }

    /// Where the mark of a name is, and the mark: whether it is needed.
    #[inline(never)]
    fn find(&self, name: &[u8]) -> Option<(usize, bool)> {
        let mut at = 0_usize;
        while let Some([length, mark, rest @ ..]) = self.text.get(at..) {
            let length = usize::from(*length);
            if length == name.len() && same(text::part(rest, 0, length), name) {
                return Some((at.wrapping_add(1), *mark != 0));
            }
            at = at.wrapping_add(length).wrapping_add(2);
        }
        None
    }

    /// Bytes of all names: the place that the next will have.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Where a name is that is needed.
    #[must_use]
    pub fn place(&self, name: &[u8]) -> Option<usize> {
        let (at, is_needed) = self.find(name)?;
        is_needed.then_some(at)
    }

    /// Whether a name is wanted; `Some(true)` where not for a device alone.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<bool> {
        self.find(name).map(|(_, is_needed)| is_needed)
    }

    /// Adds a name, which is needed or drives a device; says whether that is news. Names of more
    /// than 255 bytes are of no module.
    #[inline(never)]
    pub fn add(&mut self, name: &[u8], is_needed: bool) -> bool {
        if let Some((at, was_needed)) = self.find(name) {
            if let Some(mark) = self.text.get_mut(at) {
                *mark |= u8::from(is_needed);
            }
            return is_needed && !was_needed;
        }
        let Ok(length) = u8::try_from(name.len()) else {
            return false;
        };
        let size = name.len().wrapping_add(2);
        if TEXT.wrapping_sub(self.text.len()) < size {
            self.is_full = true;
            return false;
        }
        let _ = self.text.push(length);
        let _ = self.text.push(is_needed.into());
        let _ = self.text.extend_from_slice(name);
        true
    }
}

impl Default for Wishes {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{TEXT, Wishes};

    #[test]
    fn names_once() {
        let mut wishes = Wishes::new();
        for (name, is_needed, is_news) in [
            ("sd_mod", false, true),
            ("sd-mod", false, false),
            ("SD_MOD", true, true),
            ("sd_mod", false, false),
            ("sd_mod", true, false),
            ("sd", true, true),
            ("", false, true),
            ("", false, false),
        ] {
            assert_eq!(wishes.add(name.as_bytes(), is_needed), is_news, "{name}");
        }
        for (name, want) in [
            ("sd-mod", Some(true)),
            ("sd", Some(true)),
            ("", Some(false)),
            ("s", None),
            ("sd_modx", None),
        ] {
            assert_eq!(wishes.get(name.as_bytes()), want, "{name}");
        }
        assert!(!wishes.is_full);
        assert!(!wishes.add(&[b'a'; 256], true), "no module has such a name");
        assert!(wishes.add(&[b'a'; 255], true));
    }

    #[test]
    fn full() {
        let mut wishes = Wishes::new();
        let count = TEXT / 8;
        for nth in 0..count {
            assert!(wishes.add(format!("{nth:06}").as_bytes(), false));
        }
        assert!(!wishes.add(b"", true) && wishes.is_full);
        assert_eq!(wishes.get(b"000000"), Some(false));
        assert_eq!(wishes.get(b""), None);
    }
}
