//! Files compressed as a whole by gzip: `vmlinux.gz`, `xen.gz`.
//!
//! Given a window for what is read, one for what comes out, and two doors, pulls the file
//! through: nothing of it is held but the last 32 KiB. Each member's checksum and size are
//! compared when it ends; what follows the last member is passed over. Sources: RFC 1952
//! for the file; RFC 1951, "deflate", for what is in it.
//!
//! Why not a package: of those without the standard library, `miniz_oxide` (0.9) alone goes
//! through a window without an allocator. In its place here, with header and checksums left as
//! they are, the program is 7,008 bytes larger (11,120 for all of gzip, where it is 4,112), has
//! 19 calls that panic, and needs 10,504 bytes of state, where this has some 1,600.

use crate::checksum::crc32;
pub use crate::unpack::{Fault, Read, Write};
use crate::unpack::{low_word, next_byte};
use core::ops::Range;

/// Bytes that what is compressed may refer back to.
pub const WINDOW: usize = 1 << 15;

/// The two bytes that a member begins with.
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Flag: a checksum of the header ends it.
const HAS_CHECK: u8 = 2;
/// Flag: bytes for other programs are in the header.
const HAS_EXTRA: u8 = 4;
/// Flag: the file's name is.
const HAS_NAME: u8 = 8;
/// Flag: words for people are.
const HAS_COMMENT: u8 = 16;
/// Flags that are not defined.
const RESERVED: u8 = 0xe0;
/// The only method there is: "deflate".
const DEFLATE: u8 = 8;

/// The longest code, in bits.
const LONGEST: usize = 15;
/// Symbols for bytes, for the end, and for lengths, two of which are never used.
const SYMBOLS: usize = 288;
/// Symbols for distances.
const DISTANCES: usize = 32;
/// The symbol that ends a block; those above are lengths.
const END: u32 = 256;
/// The order in which the lengths of the lengths' codes come.
const ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Unpacks one file.
pub struct Unpacker<'d> {
    /// Room for what is read.
    pub input: &'d mut [u8],
    /// The last of what came out.
    pub window: &'d mut [u8; WINDOW],
    /// Where the file comes from.
    pub read: &'d mut Read<'d>,
    /// Where it goes.
    pub write: &'d mut Write<'d>,
}

/// A file being unpacked.
struct Stream<'s, 'd> {
    doors: &'s mut Unpacker<'d>,
    fault: Option<Fault>,
    /// The part of the input that has not been used.
    left: Range<usize>,
    /// Bits that have been taken from it in a byte and not been used.
    hold: u32,
    held: u32,
    /// The part of the window that has not been written.
    start: usize,
    at: usize,
    /// Bytes that came out of this member.
    made: u64,
    /// Their checksum, or that of the header, still inverted.
    sum: u32,
}

/// Codes, of each length so many, and their symbols from the shortest on.
struct Codes {
    counts: [u16; LONGEST],
    symbols: [u16; SYMBOLS],
}

impl Unpacker<'_> {
    /// Unpacks all of the file.
    ///
    /// # Errors
    ///
    /// [`Fault`]; some of it may have been written by then.
    #[inline(never)]
    pub fn run(&mut self) -> Result<(), Fault> {
        let mut stream = Stream {
            doors: self,
            fault: None,
            left: 0..0,
            hold: 0,
            held: 0,
            start: 0,
            at: 0,
            made: 0,
            sum: !0,
        };
        let mut is_later = false;
        while stream.head(is_later) {
            stream.body();
            stream.flush();
            let sum = !stream.sum;
            let size = low_word(stream.made);
            if stream.word() != sum || stream.word() != size {
                stream.stop(Fault::Checksum);
            }
            is_later = true;
        }
        stream.fault.map_or(Ok(()), Err)
    }
}

impl Stream<'_, '_> {
    /// Keeps the first fault. From then on all bytes that are read are zero, none is written,
    /// and every loop ends.
    #[inline(never)]
    fn stop(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// Reads a member's header; says whether there is one.
    #[inline(never)]
    fn head(&mut self, is_later: bool) -> bool {
        if self.fault.is_some() {
            return false;
        }
        self.sum = !0;
        let mut first = self.header();
        // Tapes and floppies are filled up with zeroes.
        while is_later && first == 0 && self.fault.is_none() {
            self.sum = !0;
            first = self.header();
        }
        if [first, self.header()] != MAGIC {
            if !is_later {
                self.stop(Fault::NotGzip);
            } else if self.fault == Some(Fault::Truncated) {
                self.fault = None;
            }
            return false;
        }
        let method = self.header();
        let flags = self.header();
        if method != DEFLATE || flags & RESERVED != 0 {
            self.stop(Fault::Unknown);
        }
        // When it was made, how, and on what system.
        for _ in 0..6 {
            self.header();
        }
        if flags & HAS_EXTRA != 0 {
            let size = [self.header(), self.header()];
            for _ in 0..u16::from_le_bytes(size) {
                self.header();
            }
        }
        for flag in [HAS_NAME, HAS_COMMENT] {
            if flags & flag != 0 {
                while self.header() != 0 {}
            }
        }
        let sum = !self.sum & 0xffff;
        if flags & HAS_CHECK != 0 && self.half() != sum {
            self.stop(Fault::Checksum);
        }
        self.fault.is_none()
    }

    /// The next byte of a header.
    #[inline(never)]
    fn header(&mut self) -> u8 {
        let byte = self.byte();
        self.sum = crc32(self.sum, &[byte]);
        byte
    }

    /// Unpacks a member's blocks.
    #[inline(never)]
    fn body(&mut self) {
        self.sum = !0;
        self.made = 0;
        self.held = 0;
        self.hold = 0;
        let mut is_last = false;
        while !is_last && self.fault.is_none() {
            is_last = self.bits(1) == 1;
            let mut lengths = [0; SYMBOLS + DISTANCES];
            match self.bits(2) {
                0 => self.stored(),
                1 => {
                    for (nth, length) in lengths.iter_mut().enumerate() {
                        *length = match nth {
                            144..256 => 9,
                            256..280 => 7,
                            SYMBOLS.. => 5,
                            _ => 8,
                        };
                    }
                    self.block(&lengths, SYMBOLS);
                }
                2 => self.lengths(&mut lengths),
                _ => self.stop(Fault::Damaged),
            }
        }
    }

    /// Copies a block that is not compressed.
    fn stored(&mut self) {
        self.held = 0;
        self.hold = 0;
        let length = self.half();
        if self.half() ^ length != 0xffff {
            self.stop(Fault::Damaged);
            return;
        }
        for _ in 0..length {
            let byte = self.byte();
            self.put(byte);
        }
    }

    /// Unpacks a block that has codes of its own; there is room for their lengths.
    #[inline(never)]
    fn lengths(&mut self, lengths: &mut [u8]) {
        let symbols = self.bits(5).wrapping_add(257) as usize;
        let distances = self.bits(5).wrapping_add(1) as usize;
        let count = self.bits(4).wrapping_add(4) as usize;
        let mut codes = [0; ORDER.len()];
        for nth in ORDER.iter().take(count) {
            let length = self.bits(3);
            if let Some(code) = codes.get_mut(usize::from(*nth)) {
                *code = low(length);
            }
        }
        let codes = self.codes(&codes);
        let all = symbols.wrapping_add(distances);
        let lengths = lengths.get_mut(..all).unwrap_or_default();
        let mut rest = &mut *lengths;
        let mut last = None;
        while !rest.is_empty() {
            let (value, count) = match self.symbol(&codes) {
                16 => (last, self.bits(2).wrapping_add(3)),
                17 => (Some(0), self.bits(3).wrapping_add(3)),
                18 => (Some(0), self.bits(7).wrapping_add(11)),
                length => (Some(low(length)), 1),
            };
            last = value;
            let (Some(value), Some((filled, after))) =
                (value, rest.split_at_mut_checked(count as usize))
            else {
                self.stop(Fault::Damaged);
                return;
            };
            filled.fill(value);
            rest = after;
        }
        if symbols > 286 || distances > 30 {
            self.stop(Fault::Damaged);
        }
        self.block(lengths, symbols);
    }

    /// Unpacks a block that is compressed with codes of these lengths: so many for symbols,
    /// the others for distances.
    #[inline(never)]
    fn block(&mut self, lengths: &[u8], symbols: usize) {
        let (symbols, distances) = lengths.split_at_checked(symbols).unwrap_or_default();
        let symbols = self.codes(symbols);
        let distances = self.codes(distances);
        loop {
            let symbol = self.symbol(&symbols);
            if symbol < END {
                self.put(low(symbol));
                continue;
            }
            if symbol == END {
                return;
            }
            let length = match symbol {
                285 => 258,
                _ => self.amount(symbol.wrapping_sub(257), 2).wrapping_add(3),
            };
            let distance = self.symbol(&distances);
            let is_known = symbol < 286 && distance < 30;
            let distance = self.amount(distance & 31, 1).wrapping_add(1);
            if !is_known || u64::from(distance) > self.made {
                self.stop(Fault::Damaged);
                return;
            }
            for _ in 0..length {
                let from = self.at.wrapping_sub(distance as usize) % WINDOW;
                let byte = self.doors.window.get(from).copied().unwrap_or(0);
                self.put(byte);
            }
        }
    }

    /// The number that a symbol stands for. Numbers are in groups of `1 << group`: those of
    /// the first two have a symbol each, and from each group to the next a symbol stands for
    /// twice as many, which more bits tell apart.
    #[inline(never)]
    fn amount(&mut self, symbol: u32, group: u32) -> u32 {
        let extra = (symbol >> group).saturating_sub(1);
        if extra == 0 {
            return symbol;
        }
        let size = 1_u32.wrapping_shl(group);
        let first = symbol & size.wrapping_sub(1) | size;
        first.wrapping_shl(extra) | self.bits(extra)
    }

    /// The codes whose lengths these are; 0 for symbols that have none.
    #[inline(never)]
    fn codes(&mut self, lengths: &[u8]) -> Codes {
        let mut codes = Codes {
            counts: [0; LONGEST],
            symbols: [0; SYMBOLS],
        };
        // How many codes are left, of this length; and where their symbols go.
        let mut free: u32 = 1;
        let mut places = codes.symbols.iter_mut();
        for (nth, count) in codes.counts.iter_mut().enumerate() {
            free = free.wrapping_mul(2);
            for (symbol, length) in lengths.iter().enumerate() {
                if usize::from(*length) == nth.wrapping_add(1)
                    && let Some(place) = places.next()
                {
                    *place = u16::try_from(symbol).unwrap_or(0);
                    *count = count.wrapping_add(1);
                }
            }
            match free.checked_sub((*count).into()) {
                Some(left) => free = left,
                None => self.stop(Fault::Damaged),
            }
        }
        // Only a single code may leave some unused.
        let count = SYMBOLS.wrapping_sub(places.len());
        if free > 0 && count > 1 {
            self.stop(Fault::Damaged);
        }
        codes
    }

    /// The symbol of the next code; [`END`] after a fault. Codes of one length are numbers
    /// that follow each other, from twice the one behind the last of the length before.
    #[inline(never)]
    fn symbol(&mut self, codes: &Codes) -> u32 {
        let mut code: u32 = 0;
        let mut before: u32 = 0;
        for count in &codes.counts {
            code = code << 1 | self.bits(1);
            let count = u32::from(*count);
            if code < count {
                let at = before.wrapping_add(code) as usize;
                let symbol = codes.symbols.get(at).copied().unwrap_or(0);
                return if self.fault.is_some() {
                    END
                } else {
                    symbol.into()
                };
            }
            code = code.wrapping_sub(count);
            before = before.wrapping_add(count);
        }
        self.stop(Fault::Damaged);
        END
    }

    /// So many bits, 13 at most, the first the lowest.
    #[inline(never)]
    fn bits(&mut self, count: u32) -> u32 {
        while self.held < count {
            self.hold |= u32::from(self.byte()).wrapping_shl(self.held);
            self.held = self.held.wrapping_add(8);
        }
        let bits = self.hold & !(!0_u32).wrapping_shl(count);
        self.hold = self.hold.wrapping_shr(count);
        self.held = self.held.wrapping_sub(count);
        bits
    }

    /// The next byte of the file.
    #[inline(never)]
    fn byte(&mut self) -> u8 {
        if self.fault.is_some() {
            return 0;
        }
        let doors = &mut *self.doors;
        match next_byte(doors.read, doors.input, &mut self.left) {
            Ok(byte) => byte,
            Err(fault) => {
                self.stop(fault);
                0
            }
        }
    }

    /// The next two bytes as a number.
    fn half(&mut self) -> u32 {
        u16::from_le_bytes([self.byte(), self.byte()]).into()
    }

    /// The next four bytes as a number.
    fn word(&mut self) -> u32 {
        self.half() | self.half() << 16
    }

    /// Puts out a byte.
    #[inline(never)]
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.doors.window.get_mut(self.at) {
            *place = byte;
        }
        self.at = self.at.wrapping_add(1);
        self.made = self.made.wrapping_add(1);
        if self.at >= WINDOW {
            self.flush();
        }
    }

    /// Writes what has been put out.
    #[inline(never)]
    fn flush(&mut self) {
        let bytes = self.doors.window.get(self.start..self.at).unwrap_or(&[]);
        self.sum = crc32(self.sum, bytes);
        self.at %= WINDOW;
        self.start = self.at;
        if self.fault.is_none() && !bytes.is_empty() && !(self.doors.write)(bytes) {
            self.stop(Fault::Stopped);
        }
    }
}

/// The lowest eight bits of a number.
fn low(number: u32) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;

    fn checksum(bytes: &[u8]) -> u32 {
        !crc32(!0, bytes)
    }

    /// A member with these flags and this in its header.
    fn member(flags: u8, extra: &[u8], plain: &[u8]) -> Vec<u8> {
        let head = [&MAGIC[..], &[DEFLATE, flags, 1, 2, 3, 4, 0, 3], extra].concat();
        let size = u32::try_from(plain.len()).expect("small");
        [
            &head[..],
            &compress_to_vec(plain, 9),
            &checksum(plain).to_le_bytes(),
            &size.to_le_bytes(),
        ]
        .concat()
    }

    /// Unpacks, given so many bytes at a time.
    fn unpack(packed: &[u8], chunk: usize) -> Result<Vec<u8>, Fault> {
        let mut chunks = packed.chunks(chunk);
        let mut plain = Vec::new();
        Unpacker {
            input: &mut vec![0; chunk.min(packed.len())],
            window: vec![0; WINDOW].first_chunk_mut().expect("a window"),
            read: &mut |into| {
                let chunk = chunks.next().unwrap_or_default();
                into[..chunk.len()].copy_from_slice(chunk);
                Some(chunk.len())
            },
            write: &mut |bytes| {
                assert!(!bytes.is_empty() && bytes.len() <= WINDOW);
                plain.extend_from_slice(bytes);
                true
            },
        }
        .run()
        .map(|()| plain)
    }

    /// More than a window, some of it compressible.
    fn large() -> Vec<u8> {
        let mut number: u32 = 1;
        let mut next = || {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, _, rare, byte] = number.to_le_bytes();
            byte & if rare < 16 { 0xff } else { 0x11 }
        };
        (0..100_000).map(|_| next()).collect()
    }

    #[test]
    fn checksums() {
        assert_eq!(checksum(b""), 0);
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn whole_files() {
        let [low, high, ..] = checksum(&[0x1f, 0x8b, 8, HAS_CHECK, 1, 2, 3, 4, 0, 3]).to_le_bytes();
        let both = [member(0, b"", b"one "), member(HAS_NAME, b"2\0", b"two")].concat();
        let large = large();
        let rows: &[(&str, Vec<u8>, &[u8])] = &[
            ("nothing", member(0, b"", b""), b""),
            ("a word", member(1, b"", b"text"), b"text"),
            ("more than a window", member(0, b"", &large), &large),
            ("a name", member(HAS_NAME, b"vmlinux\0", b"text"), b"text"),
            ("no name", member(HAS_NAME, b"\0", b"text"), b"text"),
            (
                "extra bytes",
                member(HAS_EXTRA, b"\x02\0\0\x07", b"text"),
                b"text",
            ),
            (
                "no extra bytes",
                member(HAS_EXTRA, b"\0\0", b"text"),
                b"text",
            ),
            (
                "all of it",
                member(0x1d, b"\x01\0xname\0comment\0", b"text"),
                b"text",
            ),
            (
                "a header's checksum",
                member(HAS_CHECK, &[low, high], b"text"),
                b"text",
            ),
            ("two members", both.clone(), b"one two"),
            (
                "zeroes after it",
                [&both[..], &[0; 99]].concat(),
                b"one two",
            ),
            (
                "zeroes in it",
                [&both[..], &[0; 9], &both].concat(),
                b"one twoone two",
            ),
            (
                "garbage after it",
                [&both[..], b"\0\x01\x1f\x8b"].concat(),
                b"one two",
            ),
            (
                "a first byte after it",
                [&both[..], b"\x1f"].concat(),
                b"one two",
            ),
            (
                "another one after it",
                [&both[..], b"\x1f\0"].concat(),
                b"one two",
            ),
        ];
        for (name, packed, plain) in rows {
            for chunk in [1, 2, 7, 4096, usize::MAX] {
                let got = unpack(packed, chunk);
                assert!(got.as_deref() == Ok(plain), "{name}, {chunk}: {got:?}");
            }
        }
    }

    #[test]
    fn faults() {
        let good = member(HAS_NAME, b"vmlinux\0", b"text");
        let end = good.len();
        let body = 18;
        let rows: &[(&str, usize, u8, Fault)] = &[
            ("another first byte", 0, 0, Fault::NotGzip),
            ("another second byte", 1, 0x8c, Fault::NotGzip),
            ("another method", 2, 9, Fault::Unknown),
            ("a reserved flag", 3, 0x20, Fault::Unknown),
            ("a block of no type", body, 7, Fault::Damaged),
            ("another checksum", end - 8, 0, Fault::Checksum),
            ("another size", end - 4, 5, Fault::Checksum),
            ("a much larger size", end - 1, 1, Fault::Checksum),
            (
                "a name that is not there",
                3,
                HAS_COMMENT | HAS_NAME,
                Fault::Damaged,
            ),
            ("a name without an end", 3, HAS_EXTRA, Fault::Truncated),
        ];
        for (name, at, byte, want) in rows {
            let mut file = good.clone();
            file[*at] = *byte;
            let got = unpack(&file, 3);
            if *want == Fault::Damaged {
                assert!(got.is_err(), "{name}: {got:?}");
            } else {
                assert_eq!(got, Err(*want), "{name}");
            }
        }
        for length in 0..end {
            assert_eq!(
                unpack(&good[..length], 5),
                Err(Fault::Truncated),
                "{length}"
            );
        }
        let checked = member(HAS_CHECK, &[0, 0], b"text");
        assert_eq!(unpack(&checked, 9), Err(Fault::Checksum));
        let second_is_cut = [&good[..], &good[..end - 1]].concat();
        assert_eq!(unpack(&second_is_cut, 9), Err(Fault::Truncated));
        // Fixed codes, and first of all three bytes from before the beginning.
        let far = [&good[..body], &[0x03, 0x02, 0x00], &[0; 8]].concat();
        assert_eq!(unpack(&far, 9), Err(Fault::Damaged));
    }
}
