//! Puts words together without `core::fmt`, which would cost 2 KB of the program.

use heapless::Vec;

/// Where bytes go. It takes them all, or drops what it has no room for, and says nothing.
pub trait Put {
    /// Takes `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl<const N: usize> Put for Vec<u8, N> {
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let _ = self.push(*byte);
        }
    }
}

/// Puts `sentence`, with each `%` in it replaced by the next of `words`.
///
/// Words are put as they are, a `%` in them too.
pub fn fill(out: &mut dyn Put, sentence: &str, words: &[&[u8]]) {
    let mut words = words.iter();
    for (nth, piece) in sentence.as_bytes().split(|b| *b == b'%').enumerate() {
        if nth > 0
            && let Some(word) = words.next()
        {
            out.put(word);
        }
        out.put(piece);
    }
}

/// A number as decimal digits.
pub struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    /// The digits of `value`.
    #[must_use]
    pub fn new(value: u64) -> Self {
        let mut this = Self {
            digits: [b'0'; 20],
            start: 20,
        };
        let mut rest = value;
        for (place, digit) in this.digits.iter_mut().enumerate().rev() {
            this.start = place;
            let low = u8::try_from(rest.wrapping_rem(10)).unwrap_or(0);
            *digit = b'0'.wrapping_add(low);
            rest = rest.wrapping_div(10);
            if rest == 0 {
                break;
            }
        }
        this
    }

    /// The digits, most significant first.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.digits.get(self.start..).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, fill};
    use heapless::Vec;

    #[test]
    fn decimals() {
        for value in [0, 1, 9, 10, 1_474_560, u64::MAX] {
            assert_eq!(Decimal::new(value).bytes(), value.to_string().as_bytes());
        }
    }

    #[test]
    fn sentences() {
        for (sentence, words, want) in [
            ("plain", &[][..], "plain"),
            ("% of %", &["1", "2"][..], "1 of 2"),
            ("%: %", &["50%", "%"][..], "50%: %"),
            ("% and %", &["one"][..], "one and "),
        ] {
            let words: std::vec::Vec<&[u8]> = words.iter().map(|w| w.as_bytes()).collect();
            let mut out: Vec<u8, 32> = Vec::new();
            fill(&mut out, sentence, &words);
            assert_eq!(out, want.as_bytes(), "{sentence:?}");
        }
    }

    #[test]
    fn a_full_vector_keeps_what_fits() {
        let mut out: Vec<u8, 3> = Vec::new();
        fill(&mut out, "abcdef", &[]);
        assert_eq!(out, b"abc");
    }
}
