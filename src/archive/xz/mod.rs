//! Files compressed as a whole by xz (`.xz`), and by its forerunner (`.lzma`).
//!
//! Given a window for what is read, a dictionary, odds, and two doors, pulls the file through.
//! CRC32 and CRC64 of what comes out are compared when a block ends; SHA-256 is passed over, and
//! so are further streams behind the first. Of filters there is LZMA2 alone: `xz` adds none of
//! itself. Sources: "The .xz File Format" (1.2.1); lzma.txt of XZ Utils for `.lzma`.
//!
//! Why not a package: of those without the standard library, `xz4rust` (0.2) alone needs no
//! allocator. It is 28,500 bytes of program, `lzma-rust2` (0.25) 25,000 and an allocator; this is
//! some 4,000.

mod lzma;
#[cfg(test)]
mod tests;

use crate::checksum::crc32;
pub use crate::unpack::{Fault, Read, Write};
use crate::unpack::{low_word, next_byte};
use core::ops::Range;
pub use lzma::ODDS;
use lzma::State;

/// What a `.xz` file begins with.
pub const MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
/// What a `.lzma` file begins with that `xz` or `lzma` made.
pub const OLD_MAGIC: [u8; 3] = [0x5d, 0, 0];
/// The smallest dictionary, in bytes.
const LEAST: u64 = 4096;

/// LZMA2 among the filters.
const LZMA2: u64 = 0x21;
/// Checksums among the checks.
const CRC32: u8 = 1;
const CRC64: u8 = 4;
/// The polynomial of the second (ECMA-182), its bits the other way round.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// Unpacks one file.
pub struct Unpacker<'d> {
    /// Room for what is read.
    pub input: &'d mut [u8],
    /// The last of what came out: if it is empty, nothing comes out, and the fault says how large
    /// it may have to be. A smaller one does, if nothing in the file goes back further.
    pub window: &'d mut [u8],
    /// Memory for what is learnt of the file.
    pub odds: &'d mut [u16; ODDS],
    /// Where the file comes from.
    pub read: &'d mut Read<'d>,
    /// Where it goes.
    pub write: &'d mut Write<'d>,
}

/// A file being unpacked.
struct Stream<'s, 'd> {
    doors: &'s mut Unpacker<'d>,
    fault: Option<Fault>,
    lzma: State,
    /// The part of the input that has not been used; how much has been, of the whole file.
    left: Range<usize>,
    used: u64,
    /// The part of the window that has not been written.
    start: usize,
    at: usize,
    /// Bytes that came out since the dictionary was empty, and how many of the last may come again.
    made: u64,
    dictionary: u64,
    /// The checksum of a header, still inverted.
    sum: u32,
    /// That of what came out, the same, and which it is.
    content: u64,
    check: u8,
}

impl Unpacker<'_> {
    /// Unpacks the file.
    ///
    /// # Errors
    ///
    /// [`Fault`]; some of it may have been written by then.
    #[inline(never)]
    pub fn run(&mut self) -> Result<(), Fault> {
        let mut stream = Stream {
            doors: self,
            fault: None,
            lzma: State::default(),
            left: 0..0,
            used: 0,
            start: 0,
            at: 0,
            made: 0,
            dictionary: 0,
            sum: 0,
            content: 0,
            check: 0,
        };
        let first = stream.byte();
        if Some(&first) == MAGIC.first() {
            stream.run_xz();
        } else {
            stream.run_old(first);
        }
        stream.flush();
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

    /// Unpacks a `.lzma` file, from its second byte on.
    fn run_old(&mut self, properties: u8) {
        self.set_properties(properties);
        let dictionary = u64::from(self.number(4, false)).max(LEAST);
        let size = u64::from(self.number(4, false)) | u64::from(self.number(4, false)) << 32;
        self.need(dictionary.min(size.max(LEAST)));
        self.reset_state();
        self.begin_bits();
        self.run_lzma(size);
    }

    /// Unpacks a `.xz` file, from its second byte on.
    fn run_xz(&mut self) {
        for byte in MAGIC.iter().skip(1) {
            if self.byte() != *byte {
                self.stop(Fault::Unknown);
            }
        }
        self.sum = !0;
        let is_known = self.header() == 0;
        let check = self.header();
        if !is_known || check > 15 {
            self.stop(Fault::Unknown);
        }
        self.check_header();
        self.check = check;
        let size = match check {
            0 => 0,
            check => 4_u32.wrapping_shl(u32::from(check.wrapping_sub(1)).wrapping_div(3)),
        };
        while self.fault.is_none() {
            self.sum = !0;
            let start = self.used;
            let length = self.header();
            if length == 0 {
                self.index(start);
                return;
            }
            self.block_header(start.wrapping_add(u64::from(length) << 2));
            self.content = !0;
            self.run_lzma2();
            self.flush();
            // All before it has a multiple of four bytes.
            while self.used & 3 != 0 {
                self.zero(false);
            }
            self.check_content(size);
        }
    }

    /// Compares a block's checksum, of so many bytes.
    fn check_content(&mut self, size: u32) {
        let mut rest = !self.content;
        let is_known = matches!(self.check, CRC32 | CRC64);
        for _ in 0..size {
            let byte = self.byte();
            if is_known && byte != rest.to_le_bytes()[0] {
                self.stop(Fault::Checksum);
            }
            rest >>= 8;
        }
    }

    /// Reads the header of a block, up to its checksum's place in the file.
    fn block_header(&mut self, end: u64) {
        let flags = self.header();
        if flags & 0x3f != 0 {
            self.stop(Fault::Unknown);
        }
        for flag in [0x40, 0x80] {
            if flags & flag != 0 {
                self.long();
            }
        }
        if self.long() != LZMA2 || self.long() != 1 {
            self.stop(Fault::Unknown);
        }
        let size = self.header();
        if size > 40 || self.used > end {
            self.stop(Fault::Damaged);
        }
        while self.used < end {
            self.zero(true);
        }
        self.check_header();
        let bits = u32::from(size >> 1).wrapping_add(11);
        let size = u64::from(size & 1 | 2).wrapping_shl(bits);
        self.need(size);
    }

    /// Passes over the index behind the blocks.
    fn index(&mut self, start: u64) {
        let count = self.long();
        let mut nth: u64 = 0;
        while nth < count && self.fault.is_none() {
            self.long();
            self.long();
            nth = nth.wrapping_add(1);
        }
        while self.used.wrapping_sub(start) & 3 != 0 {
            self.zero(true);
        }
        self.check_header();
    }

    /// Unpacks the chunks of a block.
    fn run_lzma2(&mut self) {
        let mut lacks_dictionary = true;
        let mut lacks_properties = true;
        let mut lacks_state = true;
        loop {
            let control = self.byte();
            if control == 0 || self.fault.is_some() {
                return;
            }
            if control >= 0xe0 || control == 1 {
                lacks_dictionary = false;
                self.made = 0;
            }
            let mut size = self.number(2, true).wrapping_add(1);
            if control >= 0x80 {
                size = size.wrapping_add(u32::from(control & 0x1f) << 16);
                let packed = self.number(2, true).wrapping_add(1);
                let mut end = self.used.wrapping_add(packed.into());
                if control >= 0xc0 {
                    let properties = self.byte();
                    self.set_properties(properties);
                    end = end.wrapping_add(1);
                    lacks_properties = false;
                }
                if control >= 0xa0 {
                    self.reset_state();
                    lacks_state = false;
                }
                self.begin_bits();
                if lacks_dictionary || lacks_properties || lacks_state {
                    self.stop(Fault::Damaged);
                }
                self.run_lzma(size.into());
                if self.used != end || self.lzma.code != 0 {
                    self.stop(Fault::Damaged);
                }
            } else if lacks_dictionary || control > 2 {
                self.stop(Fault::Damaged);
            } else {
                for _ in 0..size {
                    let byte = self.byte();
                    self.put(byte);
                }
            }
        }
    }

    /// Takes the size of the dictionary.
    fn need(&mut self, size: u64) {
        self.dictionary = size;
        if self.doors.window.is_empty() {
            self.stop(Fault::Dictionary(size));
        }
    }

    /// The byte so many before the last that came out; 0 before the first.
    #[inline(never)]
    fn back(&self, distance: u32) -> u8 {
        if self.made == 0 {
            return 0;
        }
        let window = &*self.doors.window;
        let before = (distance as usize).wrapping_add(1);
        let mut from = self.at.wrapping_sub(before);
        if before > self.at {
            from = from.wrapping_add(window.len());
        }
        window.get(from).copied().unwrap_or(0)
    }

    /// Puts out a byte.
    #[inline(never)]
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.doors.window.get_mut(self.at) {
            *place = byte;
        }
        self.at = self.at.wrapping_add(1);
        self.made = self.made.wrapping_add(1);
        if self.at >= self.doors.window.len() {
            self.flush();
            self.at = 0;
            self.start = 0;
        }
    }

    /// Writes what has been put out.
    #[inline(never)]
    fn flush(&mut self) {
        let bytes = self.doors.window.get(self.start..self.at).unwrap_or(&[]);
        self.start = self.at;
        if self.fault.is_some() || bytes.is_empty() {
            return;
        }
        self.content = match self.check {
            CRC32 => crc32(low_word(self.content), bytes).into(),
            CRC64 => crc64(self.content, bytes),
            _ => self.content,
        };
        if !(self.doors.write)(bytes) {
            self.stop(Fault::Stopped);
        }
    }

    /// Compares the checksum of a header with the one that follows it.
    fn check_header(&mut self) {
        let sum = !self.sum;
        if self.number(4, false) != sum {
            self.stop(Fault::Checksum);
        }
    }

    /// A number of several bytes, seven bits in each, the lowest first.
    #[inline(never)]
    fn long(&mut self) -> u64 {
        let mut number = 0;
        for nth in 0_u32..9 {
            let byte = self.header();
            number |= u64::from(byte & 0x7f).wrapping_shl(nth.wrapping_mul(7));
            if byte & 0x80 == 0 {
                return number;
            }
        }
        self.stop(Fault::Damaged);
        0
    }

    /// A number of so many bytes, the highest first or the lowest.
    #[inline(never)]
    fn number(&mut self, size: u32, is_highest_first: bool) -> u32 {
        let mut number = 0;
        for nth in 0..size {
            let byte = u32::from(self.byte());
            if is_highest_first {
                number = number << 8 | byte;
            } else {
                number |= byte.wrapping_shl(nth.wrapping_mul(8));
            }
        }
        number
    }

    /// Passes over a byte that has to be zero, and may be of a header.
    fn zero(&mut self, is_header: bool) {
        let byte = if is_header {
            self.header()
        } else {
            self.byte()
        };
        if byte != 0 {
            self.stop(Fault::Damaged);
        }
    }

    /// The next byte of a header.
    #[inline(never)]
    fn header(&mut self) -> u8 {
        let byte = self.byte();
        self.sum = crc32(self.sum, &[byte]);
        byte
    }

    /// The next byte of the file; zero after a fault, where it counts all the same, so that
    /// loops to a place in the file end.
    #[inline(never)]
    fn byte(&mut self) -> u8 {
        self.used = self.used.wrapping_add(1);
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
}

/// Adds bytes to a CRC-64, which is inverted neither before nor after.
fn crc64(mut sum: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        sum ^= u64::from(*byte);
        for _ in 0..8 {
            let is_odd = sum & 1 == 1;
            sum >>= 1;
            if is_odd {
                sum ^= POLYNOMIAL;
            }
        }
    }
    sum
}
