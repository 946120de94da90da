//! Puts words together without `core::fmt`, which would cost 2 KB of the program.

use crate::text::part;
use heapless::{Vec, VecView};

/// Where bytes go. It takes them all, or drops what it has no room for, and says nothing.
pub trait Put {
    /// Takes `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl<const N: usize> Put for Vec<u8, N> {
    fn put(&mut self, bytes: &[u8]) {
        self.as_mut_view().put(bytes);
    }
}

/// Once for every capacity.
impl Put for VecView<u8> {
    #[inline(never)]
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
    fill_all(out, sentence.as_bytes(), words, &[]);
}

/// The same, with each `#` in the sentence replaced by the next of `numbers`.
#[inline(never)]
pub fn fill_all(out: &mut dyn Put, sentence: &[u8], words: &[&[u8]], numbers: &[u64]) {
    let mut words = words.iter();
    let mut numbers = numbers.iter();
    for byte in sentence {
        match byte {
            b'%' => out.put(words.next().copied().unwrap_or_default()),
            b'#' => {
                let number = numbers.next().copied().unwrap_or_default();
                out.put(Decimal::new(number).bytes());
            }
            byte => out.put(core::slice::from_ref(byte)),
        }
    }
}

/// A byte in two digits, `letters` being the one for ten.
#[inline(never)]
#[must_use]
pub fn hex(byte: u8, letters: u8) -> [u8; 2] {
    let digit = |number: u8| match number.checked_sub(10) {
        None => number | b'0',
        Some(above) => letters.wrapping_add(above),
    };
    [digit(byte >> 4), digit(byte & 15)]
}

/// A number as decimal digits.
pub struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    /// The digits of `value`.
    #[inline(never)]
    #[must_use]
    pub fn new(value: u64) -> Self {
        let mut digits = [0; 20];
        let mut start = digits.len();
        let mut rest = value;
        loop {
            start = start.wrapping_sub(1);
            if let Some(digit) = digits.get_mut(start) {
                *digit = b'0' | rest.wrapping_rem(10).to_le_bytes()[0];
            }
            rest = rest.wrapping_div(10);
            if rest == 0 {
                return Self { digits, start };
            }
        }
    }

    /// The digits, most significant first.
    #[inline(never)]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        part(&self.digits, self.start, self.digits.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, fill, fill_all};
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
    fn numbers_in_sentences() {
        let mut out: Vec<u8, 32> = Vec::new();
        fill_all(&mut out, b"%: # of #, #", &[b"#%"], &[0, 4096]);
        assert_eq!(out, b"#%: 0 of 4096, 0");
    }

    #[test]
    fn a_full_vector_keeps_what_fits() {
        let mut out: Vec<u8, 3> = Vec::new();
        fill(&mut out, "abcdef", &[]);
        assert_eq!(out, b"abc");
    }
}
