//! Bits of a block, and the tables by which they are symbols.
//!
//! Given the bytes of a block, reads numbers from a place on or back from it, and makes the tables
//! that are described there. FSE and Huffman codes are decoded alike: a state is a place in a
//! table, which has a symbol, and what the next state is made of. Of a Huffman code the state is
//! the next bits, as many as its longest code has.
//!
//! Source: RFC 8878, 4.

use crate::unpack::low_word;
use core::mem::swap;

/// States at most: those of a Huffman code of 11 bits. The longest FSE state has 9.
pub(super) const STATES: usize = 1 << 11;
/// Bits of a state where there has been no table.
pub(super) const NONE: u32 = u32::MAX;
/// Symbols of an FSE table at most: those for lengths of matches.
const SYMBOLS: usize = 53;
/// Bits of a state at most, and symbols, of the FSE table for the weights of a Huffman code.
const WEIGHTS: (u8, u8) = (6, 12);

/// Bits, from a place in a block on.
#[derive(Clone, Copy)]
pub(super) struct Bits<'b> {
    /// The block, and eight bytes behind it that have no meaning.
    pub(super) bytes: &'b [u8],
    /// The place, in bits.
    pub(super) at: u32,
}

impl Bits<'_> {
    /// Goes to where the stream between these places, in bytes, is read back from: its last bit
    /// that is set only says where it ends.
    #[inline(never)]
    pub(super) fn go_to_end(&mut self, from: u32, to: u32) -> Option<()> {
        let last = to.wrapping_sub(1);
        let mark = self.bytes.get(last as usize)?.checked_ilog2()?;
        self.at = (last << 3).wrapping_add(mark);
        (from < to).then_some(())
    }

    /// The number of so many bits here, 31 at most.
    #[inline(never)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        let rest = self.bytes.get((self.at >> 3) as usize..);
        let bytes = rest.and_then(|rest| rest.first_chunk());
        let number = u64::from_le_bytes(*bytes.unwrap_or(&[0; 8]));
        low_word(number >> (self.at & 7)) & !(!0_u32).wrapping_shl(count)
    }

    /// The number of so many bits here, over which it goes.
    #[inline(never)]
    pub(super) fn next(&mut self, count: u32) -> u32 {
        let number = self.peek(count);
        self.at = self.at.wrapping_add(count);
        number
    }

    /// The number of so many bits before, over which it goes back.
    #[inline(never)]
    pub(super) fn back(&mut self, count: u32) -> u32 {
        self.at = self.at.wrapping_sub(count);
        self.peek(count)
    }
}

/// What the states of a table stand for: the lowest byte is a symbol, the next one says how many
/// bits are to be read, and the others what their number is added to, for the next state.
pub(super) type Cells = [u32; STATES];

/// A table of states, and which of them is next.
pub(super) struct Table<'c> {
    /// Bits of a state, or [`NONE`].
    pub(super) bits: u32,
    state: u32,
    cells: &'c mut Cells,
}

impl<'c> Table<'c> {
    /// No table, and room for one.
    pub(super) fn new(cells: &'c mut Cells) -> Self {
        Self {
            bits: NONE,
            state: 0,
            cells,
        }
    }

    /// Takes the first state of a stream.
    #[inline(never)]
    pub(super) fn begin(&mut self, bits: &mut Bits<'_>) {
        self.state = bits.back(self.bits);
    }

    /// What the state stands for.
    #[inline(never)]
    fn cell(&self) -> u32 {
        *self.cells.get(self.state as usize).unwrap_or(&0)
    }

    /// The symbol of the state.
    pub(super) fn symbol(&self) -> u8 {
        low_byte(self.cell())
    }

    /// Takes the next state.
    #[inline(never)]
    pub(super) fn advance(&mut self, bits: &mut Bits<'_>) {
        let cell = self.cell();
        let number = bits.back(cell >> 8 & 0xff);
        self.state = number.wrapping_add(cell >> 16);
    }

    /// Makes a table of one symbol.
    pub(super) fn repeat(&mut self, symbol: u8) {
        let [cell, ..] = &mut *self.cells;
        *cell = symbol.into();
        self.bits = 0;
    }

    /// Makes the FSE table that is described here, of as many bits of a state and as many symbols
    /// at most (4.1.1).
    #[inline(never)]
    pub(super) fn read_fse(
        &mut self,
        bits: &mut Bits<'_>,
        (longest, symbols): (u8, u8),
    ) -> Option<()> {
        let log = bits.next(4).wrapping_add(5);
        if log > longest.into() {
            return None;
        }
        let size = 1_u32.wrapping_shl(log);
        let cells = self.cells.get_mut(..size as usize)?;

        // How many states each symbol has. -1 is one, which is behind all others.
        let mut counts = [0_i32; SYMBOLS];
        let mut symbol = 0_u32;
        let mut left = size;
        let mut high = size;
        while left > 0 {
            // Of the `left` + 2 numbers that there may be, the first ones are a bit shorter.
            let width = left.wrapping_add(1).checked_ilog2()?;
            let half = 1_u32.wrapping_shl(width);
            let shorter = (half << 1).wrapping_sub(2).wrapping_sub(left);
            let mut number = bits.peek(width);
            if number < shorter {
                bits.next(width);
            } else {
                number = bits.next(width.wrapping_add(1));
                if number >= half {
                    number = number.wrapping_sub(shorter);
                }
            }
            let count = number.wrapping_sub(1).cast_signed();
            if symbol >= symbols.into() {
                return None;
            }
            *counts.get_mut(symbol as usize)? = count;
            left = left.checked_sub(count.unsigned_abs())?;
            if count < 0 {
                high = high.wrapping_sub(1);
                *cells.get_mut(high as usize)? = symbol;
            }
            symbol = symbol.wrapping_add(1);
            let mut zeroes = if count == 0 { 3 } else { 0 };
            while zeroes == 3 {
                zeroes = bits.next(2);
                symbol = symbol.wrapping_add(zeroes);
            }
        }
        // The rest of the byte has no meaning.
        bits.at = bits.at.wrapping_add(7) & !7;

        // The states of a symbol are far from one another.
        let step = (size >> 1).wrapping_add(size >> 3).wrapping_add(3);
        let mask = size.wrapping_sub(1);
        let mut at: u32 = 0;
        symbol = 0;
        for count in &mut counts {
            for _ in 0..*count {
                *cells.get_mut(at as usize)? = symbol;
                at = at.wrapping_add(step) & mask;
                while at >= high {
                    at = at.wrapping_add(step) & mask;
                }
            }
            *count = count.wrapping_abs();
            symbol = symbol.wrapping_add(1);
        }
        for cell in cells {
            let count = counts.get_mut(*cell as usize)?;
            let bits = log.wrapping_sub(count.checked_ilog2()?);
            let base = count.wrapping_shl(bits).cast_unsigned();
            *cell |= bits << 8 | base.wrapping_sub(size) << 16;
            *count = count.wrapping_add(1);
        }
        self.bits = log;
        Some(())
    }

    /// Makes the table of the Huffman code that is described here (4.2.1).
    #[inline(never)]
    pub(super) fn read_huffman(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        let mut weights = [0; 256];
        let head = bits.next(8);
        let mut count = head.wrapping_sub(127) as usize;
        if head < 128 {
            count = self.read_weights(&mut weights, bits, head)?;
        } else {
            for nth in 0..count.wrapping_add(count & 1) {
                // Of two in a byte the first is the higher half.
                *weights.get_mut(nth ^ 1)? = low_byte(bits.next(4));
            }
        }
        // The last one is not written: it is what is left of a power of two.
        let (others, last) = weights.split_at_mut_checked(count)?;
        let last = last.first_mut()?;
        let mut sum: u32 = 0;
        for weight in others {
            sum = sum.wrapping_add(1_u32.wrapping_shl((*weight).into()) >> 1);
        }
        let log = sum.checked_ilog2()?.wrapping_add(1);
        let size = 1_u32.wrapping_shl(log);
        let rest = size.wrapping_sub(sum);
        if !rest.is_power_of_two() {
            return None;
        }
        *last = low_byte(rest.trailing_zeros().wrapping_add(1));

        let mask = size.wrapping_sub(1);
        let mut state = 0_u32;
        let mut bits = log;
        while bits > 0 {
            let weight = log.wrapping_sub(bits).wrapping_add(1);
            let mut symbol = 0;
            for its in weights {
                let end = if u32::from(its) == weight {
                    1_u32.wrapping_shl(weight) >> 1
                } else {
                    0
                };
                for _ in 0..end {
                    // The bits that are used go, and as many come. Of more than 11 bits there
                    // are more states than there is room for.
                    let base = state.wrapping_shl(bits) & mask;
                    *self.cells.get_mut(state as usize)? = symbol | bits << 8 | base << 16;
                    state = state.wrapping_add(1);
                }
                symbol = symbol.wrapping_add(1);
            }
            bits = bits.wrapping_sub(1);
        }
        self.bits = log;
        Some(())
    }

    /// Reads the weights of a Huffman code, which are in so many bytes; says how many (4.2.1.2).
    /// Their own table is here, as long as it takes.
    fn read_weights(
        &mut self,
        weights: &mut [u8],
        bits: &mut Bits<'_>,
        size: u32,
    ) -> Option<usize> {
        let end = (bits.at >> 3).wrapping_add(size);
        self.read_fse(bits, WEIGHTS)?;
        let start = bits.at;
        let mut stream = *bits;
        stream.go_to_end(start >> 3, end)?;
        bits.at = end << 3;
        // Two states take turns. When there are no bits for the next one, the other is the last.
        self.begin(&mut stream);
        let mut other = self.state;
        self.begin(&mut stream);
        if stream.at < start {
            return None;
        }
        let mut count = 0;
        let mut is_last = false;
        loop {
            swap(&mut self.state, &mut other);
            *weights.get_mut(count)? = self.symbol();
            count = count.wrapping_add(1);
            if is_last {
                return Some(count);
            }
            self.advance(&mut stream);
            is_last = stream.at < start;
        }
    }
}

/// The lowest eight bits of a number.
pub(super) fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}
