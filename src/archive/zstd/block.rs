//! Blocks that are compressed: literals, and sequences, each of which says how many literals come
//! next, and what of all that came out comes again.
//!
//! Given a block and where it goes, puts out what is in it; `None` is for what makes no sense.
//!
//! Source: RFC 8878, 3.1.1.3.2 to 3.1.1.5.

use super::literals::Literals;
use super::output::Output;
use super::table::{Bits, NONE, Table, low_byte};

/// One kind of number in sequences. Its lower codes are the number; each of the others stands for
/// several, which the bits that follow it tell apart.
pub(super) struct Kind {
    /// Bits of a state at most, and codes.
    table: (u8, u8),
    /// Codes that are the number, and how many bits follow each of the others.
    plain: u8,
    extra: &'static [u8],
    /// Where in [`PREDEFINED`] the table is described that is not in the block, in bits.
    predefined: u16,
}

/// How many literals come; how far back what comes again is; how long that is, less three. A code
/// of the second kind is how many bits follow.
pub(super) const KINDS: [Kind; 3] = [
    Kind {
        table: (9, 36),
        plain: 16,
        extra: &[
            1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        ],
        predefined: 0,
    },
    Kind {
        table: (8, 32),
        plain: 32,
        extra: &[],
        predefined: 20 << 3,
    },
    Kind {
        table: (9, 53),
        plain: 32,
        extra: &[
            1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        ],
        predefined: 34 << 3,
    },
];
/// The distributions of 3.1.1.3.2.2, described as those in a block are, and eight bytes behind.
const PREDEFINED: [u8; 71] = *b"\
    \x51\x10\x63\x8c\x31\xc6\x18\x63\x0c\x21\xc4\x18\x63\x66\x66\x86\x46\x92\x04\0\
    \x20\x84\x10\x42\x66\x46\x44\x44\x44\x44\x24\x49\x02\0\
    \x21\x14\xc4\x18\x63\x8c\x21\x84\x10\x42\x08\x21\x84\x10\x42\x08\x21\x44\x44\x44\x44\x44\x44\
    \x44\x44\x24\x09\0\0\0\0\0\0\0\0\0\0";

/// What a block knows of those before it in its frame.
pub(super) struct Past<'c> {
    /// The table of the literals, and that of each kind.
    pub(super) huffman: Table<'c>,
    pub(super) tables: [Table<'c>; 3],
    /// The last distances.
    pub(super) recent: [u32; 3],
}

impl Past<'_> {
    /// Unpacks a block of `size` bytes, out of which come `most` at most.
    #[inline(never)]
    pub(super) fn unpack(
        &mut self,
        block: &[u8],
        size: u32,
        most: u32,
        output: &mut Output<'_, '_, '_>,
    ) -> Option<()> {
        let mut bits = Bits {
            bytes: block,
            at: 0,
        };
        let mut literals = Literals::read(&mut bits, size, &mut self.huffman)?;
        let count = match bits.next(8) {
            head @ 0..128 => head,
            head @ 128..255 => (head & 127) << 8 | bits.next(8),
            _ => bits.next(16).wrapping_add(0x7f00),
        };
        let mut left = most;
        if count > 0 {
            left = self.run(count, bits, size, left, &mut literals, output)?;
        } else if bits.at != size << 3 {
            return None;
        }
        left.checked_sub(literals.left)?;
        literals.put(literals.left, &mut self.huffman, output)
    }

    /// Does what so many sequences say, which are from here to the block's end; says how many bytes
    /// may come out yet.
    fn run(
        &mut self,
        count: u32,
        mut bits: Bits<'_>,
        size: u32,
        mut left: u32,
        literals: &mut Literals<'_>,
        output: &mut Output<'_, '_, '_>,
    ) -> Option<u32> {
        // Two bits for each table, the highest first, and two that have to be zero.
        let mut modes = bits.next(8);
        if modes & 3 != 0 {
            return None;
        }
        for (table, kind) in self.tables.iter_mut().zip(&KINDS) {
            kind.choose(table, modes >> 6 & 3, &mut bits)?;
            modes <<= 2;
        }
        let start = bits.at;
        let bits = &mut bits;
        bits.go_to_end(start >> 3, size)?;
        for table in &mut self.tables {
            table.begin(bits);
        }
        let [lengths, offsets, matches] = &mut self.tables;
        for rest in (0..count).rev() {
            let code = offsets.symbol().into();
            let offset = bits.back(code) | 1_u32.wrapping_shl(code);
            let length = KINDS[2].number(matches.symbol(), bits).wrapping_add(3);
            let before = KINDS[0].number(lengths.symbol(), bits);
            if rest > 0 {
                lengths.advance(bits);
                matches.advance(bits);
                offsets.advance(bits);
            }
            left = left.checked_sub(before)?.checked_sub(length)?;
            literals.put(before, &mut self.huffman, output)?;
            let distance = recall(&mut self.recent, offset, before == 0);
            output.repeat(distance, length)?;
        }
        (bits.at == start).then_some(left)
    }
}

/// The distance that an offset stands for, which may be one of the last three, or, if no literals
/// came before, of the two before the last, or the last less one (3.1.1.5).
pub(super) fn recall(recent: &mut [u32; 3], offset: u32, is_bare: bool) -> u32 {
    let [first, second, third] = *recent;
    let nth = offset.wrapping_add(is_bare.into());
    let distance = match nth {
        1 => return first,
        2 => second,
        3 => third,
        _ if offset == 3 => first.wrapping_sub(1),
        _ => offset.wrapping_sub(3),
    };
    *recent = [distance, first, if nth == 2 { third } else { second }];
    distance
}

impl Kind {
    /// The number that a code stands for, with the bits that follow.
    #[inline(never)]
    fn number(&self, code: u8, bits: &mut Bits<'_>) -> u32 {
        let mut number = u32::from(code);
        let Some(nth) = number.checked_sub(self.plain.into()) else {
            return number;
        };
        number = self.plain.into();
        let mut extra = self.extra.iter();
        for width in extra.by_ref().take(nth as usize) {
            number = number.wrapping_add(1_u32.wrapping_shl((*width).into()));
        }
        number.wrapping_add(bits.back(extra.next().map_or(0, |width| (*width).into())))
    }

    /// Has the table that a block says: the predefined one, one of a single code, the one that is
    /// described here, or the last.
    pub(super) fn choose(
        &self,
        table: &mut Table<'_>,
        mode: u32,
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        match mode {
            0 => {
                let mut bits = Bits {
                    bytes: &PREDEFINED,
                    at: self.predefined.into(),
                };
                table.read_fse(&mut bits, self.table)
            }
            1 => {
                let code = low_byte(bits.next(8));
                table.repeat(code);
                (code < self.table.1).then_some(())
            }
            2 => table.read_fse(bits, self.table),
            _ => (table.bits != NONE).then_some(()),
        }
    }
}
