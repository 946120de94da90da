//! Literals of a block: bytes that come out as they are.
//!
//! Given a block, takes its first section, and puts out what is in it, so many at a time. They are
//! decoded when they go out, so that there is no room for all of them.
//!
//! Source: RFC 8878, 3.1.1.3.1 and 4.2.2.

use super::output::Output;
use super::table::{Bits, NONE, Table, low_byte};

/// They are there.
const RAW: u32 = 0;
/// They are one byte again and again.
const REPEATED: u32 = 1;
/// They are in a Huffman code that is described there; else it is that of a block before.
const CODED: u32 = 2;

/// Literals that have not gone out.
pub(super) struct Literals<'b> {
    /// [`RAW`], [`REPEATED`], or one of two that are in a Huffman code.
    kind: u32,
    pub(super) left: u32,
    /// Where they are, or the stream of them that is read.
    bits: Bits<'b>,
    /// That stream's first bit, and how many of it have not gone out.
    start: u32,
    in_stream: u32,
    /// Streams that have not been begun, where the next of them is, up to where the last one is,
    /// in bytes; where their sizes are, and how many literals are in each.
    streams: u32,
    from: u32,
    end: u32,
    sizes: u32,
    each: u32,
}

impl<'b> Literals<'b> {
    /// Takes the literals of a block of `size` bytes, from its beginning on.
    #[inline(never)]
    pub(super) fn read(bits: &mut Bits<'b>, size: u32, table: &mut Table<'_>) -> Option<Self> {
        let kind = bits.next(2);
        let left;
        let mut each = 0;
        let mut streams = 0;
        let start;
        let end;
        if kind <= REPEATED {
            let width = match bits.next(1) {
                0 => 5,
                _ if bits.next(1) == 0 => 12,
                _ => 20,
            };
            left = bits.next(width);
            start = *bits;
            end = (bits.at >> 3).wrapping_add(if kind == RAW { left } else { 1 });
        } else {
            // One stream, or four and larger and larger numbers.
            let format = bits.next(2);
            let width = format.saturating_sub(1).wrapping_mul(4).wrapping_add(10);
            left = bits.next(width);
            let packed = bits.next(width);
            end = (bits.at >> 3).wrapping_add(packed);
            if kind == CODED {
                table.read_huffman(bits)?;
            }
            if table.bits == NONE {
                return None;
            }
            start = *bits;
            each = left;
            streams = 1;
            if format > 0 {
                if left < 6 {
                    return None;
                }
                each = left.wrapping_add(3) >> 2;
                streams = 4;
                bits.at = bits.at.wrapping_add(48);
            }
        }
        let from = bits.at >> 3;
        bits.at = end << 3;
        // Each stream has a byte at least.
        if end > size || from.wrapping_add(streams) > end {
            return None;
        }
        Some(Self {
            kind,
            left,
            bits: start,
            start: 0,
            in_stream: 0,
            streams,
            from,
            end,
            sizes: start.at,
            each,
        })
    }

    /// Puts out so many.
    #[inline(never)]
    pub(super) fn put(
        &mut self,
        count: u32,
        table: &mut Table<'_>,
        output: &mut Output<'_, '_, '_>,
    ) -> Option<()> {
        for _ in 0..count {
            if self.streams > 0 && self.in_stream == 0 {
                self.begin(table)?;
            }
            self.left = self.left.checked_sub(1)?;
            match self.kind {
                RAW => output.put(low_byte(self.bits.next(8))),
                REPEATED => output.put(low_byte(self.bits.peek(8))),
                _ => {
                    output.put(table.symbol());
                    table.advance(&mut self.bits);
                    // The last state is made of bits that are before the stream.
                    let over = self.start.wrapping_sub(self.bits.at);
                    self.in_stream = self.in_stream.wrapping_sub(1);
                    if self.in_stream == 0 && over != table.bits {
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    /// Begins the next stream.
    fn begin(&mut self, table: &mut Table<'_>) -> Option<()> {
        self.streams = self.streams.checked_sub(1)?;
        let mut to = self.end;
        if self.streams > 0 {
            self.bits.at = self.sizes;
            to = self.from.wrapping_add(self.bits.next(16));
            self.sizes = self.bits.at;
        }
        if to > self.end {
            return None;
        }
        self.bits.go_to_end(self.from, to)?;
        self.start = self.from << 3;
        self.from = to;
        self.in_stream = self.each.min(self.left);
        table.begin(&mut self.bits);
        Some(())
    }
}
