//! LZMA: what is in `.xz` and `.lzma` files.
//!
//! Given odds, a dictionary and bytes one at a time, puts out bytes. Every loop ends when the
//! stream has a fault, which running out of bytes is too.
//!
//! Source: the LZMA specification (7-Zip's SDK, `lzma-specification.txt`).

use super::{Fault, Stream};

/// The largest sum of the two numbers that say how many odds there are for letters; LZMA2 has no
/// more, and `xz` makes none.
const LETTER_BITS: u32 = 4;

/// Where the odds of each kind begin; `IS_REP0_LONG` and `IS_MATCH` have one for each of 16 places.
const IS_MATCH: usize = 0;
const IS_REP: usize = 192;
const IS_REP0: usize = 204;
const IS_REP1: usize = 216;
const IS_REP2: usize = 228;
const IS_REP0_LONG: usize = 240;
const SLOTS: usize = 432;
const SPECIAL: usize = 688;
const ALIGN: usize = 803;
const MATCH_LENGTH: usize = 819;
const REP_LENGTH: usize = 1333;
const LETTERS: usize = 1847;
/// Odds of one set of letters.
const SET: usize = 0x300;
/// How many odds there are.
pub const ODDS: usize = LETTERS + (SET << LETTER_BITS);
/// Even odds, of 2048.
const EVEN: u16 = 1024;

/// A distance that ends what has no size.
const MARKER: u32 = u32::MAX;

/// What the decoder knows beside the odds and the dictionary.
#[derive(Default)]
pub(super) struct State {
    range: u32,
    pub(super) code: u32,
    /// What came last: below 7 a letter.
    last: usize,
    /// The last distances, less one.
    reps: [u32; 4],
    /// Bits of the letter before, and of the place, that choose a letter's odds; bits of the
    /// place that choose others.
    lc: u32,
    lp: u32,
    pb: u32,
}

impl Stream<'_, '_> {
    /// Takes the byte that says which odds there are.
    pub(super) fn set_properties(&mut self, byte: u8) {
        let byte = u32::from(byte);
        self.lzma.lc = byte.wrapping_rem(9);
        self.lzma.lp = byte.wrapping_div(9).wrapping_rem(5);
        self.lzma.pb = byte.wrapping_div(45);
        let letters = self.lzma.lc.wrapping_add(self.lzma.lp);
        if letters > LETTER_BITS || self.lzma.pb > 4 {
            self.stop(Fault::Unknown);
        }
    }

    /// Forgets what was learnt.
    pub(super) fn reset_state(&mut self) {
        self.doors.odds.fill(EVEN);
        self.lzma.last = 0;
        self.lzma.reps = [0; 4];
    }

    /// Takes the five bytes that coded bits begin with.
    pub(super) fn begin_bits(&mut self) {
        if self.byte() != 0 {
            self.stop(Fault::Damaged);
        }
        self.lzma.range = u32::MAX;
        self.lzma.code = self.number(4, true);
    }

    /// Puts out `left` bytes, or those before the marker.
    #[inline(never)]
    pub(super) fn run_lzma(&mut self, mut left: u64) {
        while left > 0 && self.fault.is_none() {
            let place = self.made.to_le_bytes()[0] & !(!0_u8).wrapping_shl(self.lzma.pb);
            let place = usize::from(place);
            let state = self.lzma.last;
            let by_place = (state << 4).wrapping_add(place);
            if !self.bit(IS_MATCH.wrapping_add(by_place)) {
                self.letter();
                left = left.wrapping_sub(1);
                continue;
            }
            let is_after_letter = state < 7;
            let [rep0, rep1, rep2, rep3] = self.lzma.reps;
            let length;
            if self.bit(IS_REP.wrapping_add(state)) {
                if !self.bit(IS_REP0.wrapping_add(state)) {
                    if !self.bit(IS_REP0_LONG.wrapping_add(by_place)) {
                        self.lzma.last = if is_after_letter { 9 } else { 11 };
                        self.repeat(1);
                        left = left.wrapping_sub(1);
                        continue;
                    }
                } else if !self.bit(IS_REP1.wrapping_add(state)) {
                    self.lzma.reps = [rep1, rep0, rep2, rep3];
                } else if !self.bit(IS_REP2.wrapping_add(state)) {
                    self.lzma.reps = [rep2, rep0, rep1, rep3];
                } else {
                    self.lzma.reps = [rep3, rep0, rep1, rep2];
                }
                length = self.length(REP_LENGTH, place);
                self.lzma.last = if is_after_letter { 8 } else { 11 };
            } else {
                length = self.length(MATCH_LENGTH, place);
                self.lzma.last = if is_after_letter { 7 } else { 10 };
                let distance = self.distance(length);
                if distance == MARKER {
                    return;
                }
                self.lzma.reps = [distance, rep0, rep1, rep2];
            }
            match left.checked_sub(u64::from(length)) {
                Some(rest) => left = rest,
                None => self.stop(Fault::Damaged),
            }
            self.repeat(length);
        }
    }

    /// Puts out a letter.
    fn letter(&mut self) {
        let before = u32::from(self.back(0));
        let place = self.made & !(!0_u64).wrapping_shl(self.lzma.lp);
        let set = usize::try_from(place)
            .unwrap_or(0)
            .wrapping_shl(self.lzma.lc);
        let high = before.wrapping_shr(8_u32.wrapping_sub(self.lzma.lc)) as usize;
        let set = set.wrapping_add(high).wrapping_mul(SET);
        let set = LETTERS.wrapping_add(set);
        let mut letter: usize = 1;
        if self.lzma.last >= 7 {
            let mut other = usize::from(self.back(self.lzma.reps[0]));
            while letter < 0x100 {
                other <<= 1;
                let hint = other & 0x100;
                let odds = hint.wrapping_add(0x100).wrapping_add(letter);
                let bit = usize::from(self.bit(set.wrapping_add(odds)));
                letter = letter << 1 | bit;
                if hint != bit << 8 {
                    break;
                }
            }
        }
        while letter < 0x100 {
            let bit = self.bit(set.wrapping_add(letter));
            letter = letter << 1 | usize::from(bit);
        }
        self.put(letter.to_le_bytes()[0]);
        self.lzma.last = match self.lzma.last {
            0..4 => 0,
            state @ 4..10 => state.wrapping_sub(3),
            state => state.wrapping_sub(6),
        };
    }

    /// Puts out so many bytes of those that came at the last distance.
    fn repeat(&mut self, length: u32) {
        let [distance, ..] = self.lzma.reps;
        if u64::from(distance) >= self.made.min(self.dictionary) {
            self.stop(Fault::Damaged);
            return;
        }
        if distance as usize >= self.doors.window.len() {
            self.stop(Fault::Dictionary(self.dictionary));
            return;
        }
        for _ in 0..length {
            let byte = self.back(distance);
            self.put(byte);
        }
    }

    /// The length of what is repeated.
    #[inline(never)]
    fn length(&mut self, odds: usize, place: usize) -> u32 {
        let place = (place << 3).wrapping_add(odds);
        if !self.bit(odds) {
            self.tree(place.wrapping_add(2), 3).wrapping_add(2)
        } else if !self.bit(odds.wrapping_add(1)) {
            self.tree(place.wrapping_add(130), 3).wrapping_add(10)
        } else {
            self.tree(odds.wrapping_add(258), 8).wrapping_add(18)
        }
    }

    /// The distance of what is repeated, less one; or the marker.
    #[inline(never)]
    fn distance(&mut self, length: u32) -> u32 {
        let set = length.wrapping_sub(2).min(3) as usize;
        let slot = self.tree(SLOTS.wrapping_add(set << 6), 6);
        let Some(bits @ 1..) = (slot >> 1).checked_sub(1) else {
            return slot;
        };
        let base = (slot & 1 | 2).wrapping_shl(bits);
        if slot < 14 {
            let odds = SPECIAL.wrapping_add(base.wrapping_sub(slot) as usize);
            return base.wrapping_add(self.reverse_tree(odds, bits));
        }
        let mut number: u32 = 0;
        for _ in 4..bits {
            self.lzma.range >>= 1;
            let less = self.lzma.code.checked_sub(self.lzma.range);
            self.lzma.code = less.unwrap_or(self.lzma.code);
            number = number << 1 | u32::from(less.is_some());
            self.renew();
        }
        let low = self.reverse_tree(ALIGN, 4);
        base.wrapping_add(number << 4).wrapping_add(low)
    }

    /// A number of so many bits, the highest first.
    #[inline(never)]
    fn tree(&mut self, odds: usize, bits: u32) -> u32 {
        let mut node: u32 = 1;
        for _ in 0..bits {
            let bit = self.bit(odds.wrapping_add(node as usize));
            node = node << 1 | u32::from(bit);
        }
        node & !(!0_u32).wrapping_shl(bits)
    }

    /// A number of so many bits, the lowest first.
    #[inline(never)]
    fn reverse_tree(&mut self, odds: usize, bits: u32) -> u32 {
        let mut node: usize = 1;
        let mut number = 0;
        for nth in 0..bits {
            let bit = self.bit(odds.wrapping_add(node));
            node = node << 1 | usize::from(bit);
            number |= u32::from(bit).wrapping_shl(nth);
        }
        number
    }

    /// The next bit, whose odds are in this place.
    #[inline(never)]
    fn bit(&mut self, place: usize) -> bool {
        let Some(odds) = self.doors.odds.get_mut(place) else {
            self.stop(Fault::Damaged);
            return false;
        };
        let bound = (self.lzma.range >> 11).wrapping_mul((*odds).into());
        let less = self.lzma.code.checked_sub(bound);
        match less {
            None => {
                self.lzma.range = bound;
                *odds = odds.wrapping_add(2048_u16.wrapping_sub(*odds) >> 5);
            }
            Some(code) => {
                self.lzma.code = code;
                self.lzma.range = self.lzma.range.wrapping_sub(bound);
                *odds = odds.wrapping_sub(*odds >> 5);
            }
        }
        self.renew();
        less.is_some()
    }

    /// Takes another byte when the range has become small.
    fn renew(&mut self) {
        if self.lzma.range < 1 << 24 {
            self.lzma.range <<= 8;
            self.lzma.code = self.lzma.code << 8 | u32::from(self.byte());
        }
    }
}
