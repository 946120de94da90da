//! The machine's memory map, and who gets which part of it.
//!
//! Given ranges as the firmware told them, finds places for what the next kernel is given.
//! A place is free when all of it is usable memory, no other range claims any of it, and
//! nobody took it before.

use crate::text;
use heapless::Vec;

/// How many ranges are kept: as many as `boot_params` has room for.
pub const RANGES: usize = 128;
/// How many ranges can be none to use: all of the map, and those that are taken.
const CLAIMS: usize = RANGES + 24;
/// Bytes of a page; whatever is loaded begins and ends at a multiple of it.
pub const PAGE: u64 = 4096;
/// The end of what a 32-bit kernel, and so any entry in 32-bit mode, can address.
pub const FOUR_GIB: u64 = 1 << 32;
/// The end of what a PC of old had, and the beginning of the memory that kernels load to.
pub const MEBIBYTE: u64 = 1 << 20;

/// Memory that can be used: type 1 of the BIOS's INT 15h, AX=E820h.
pub const USABLE: u32 = 1;

/// A range of addresses, from `start` up to and without `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first address.
    pub start: u64,
    /// The first address that is no longer in it.
    pub end: u64,
    /// What it is, in the numbers of INT 15h, AX=E820h (ACPI 6.5, table 15.4).
    pub kind: u32,
}

/// Names that the kernel gives to ranges, in the order of their numbers from 1 on
/// (arch/x86/kernel/e820.c, `e820_type_to_string`).
const KINDS: &[u8] =
    b"System RAM\nReserved\nACPI Tables\nACPI Non-volatile Storage\nUnusable memory";

/// The number for the kernel's name of a range; what is not known is reserved.
#[must_use]
pub fn kind(name: &[u8]) -> u32 {
    let mut rest = KINDS;
    let mut number: u32 = 0;
    while !rest.is_empty() {
        number = u32::wrapping_add(number, 1);
        if text::same(name, text::cut(&mut rest, b'\n')) {
            return number;
        }
    }
    2
}

/// A hexadecimal number, with or without `0x` before it.
#[must_use]
pub fn hexadecimal(word: &[u8]) -> Option<u64> {
    let digits = word.strip_prefix(b"0x").unwrap_or(word);
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let mut number: u64 = 0;
    for digit in digits {
        let value = (*digit as char).to_digit(16)?;
        number = number << 4 | u64::from(value);
    }
    Some(number)
}

/// The map, and what has been taken of it.
pub struct Memory {
    ranges: Vec<Range, RANGES>,
    /// What is not to be used: ranges of other kinds, and places taken.
    claims: Vec<(u64, u64), CLAIMS>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// No memory at all.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            ranges: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Adds a range, whose last byte is at `last`. One that makes no sense, and the 129th, is
    /// left out: what is not known to be usable is not used.
    #[inline(never)]
    pub fn add(&mut self, start: u64, last: u64, kind: u32) {
        if let Some(end) = last.checked_add(1)
            && start < end
        {
            let added = self.ranges.push(Range { start, end, kind });
            if kind != USABLE && added.is_ok() {
                let _ = self.claims.push((start, end));
            }
        }
    }

    /// Adds the outermost ranges of `/proc/iomem`: `00100000-3fffffff : System RAM`, those
    /// inside of others being set in by blanks.
    #[inline(never)]
    pub fn add_iomem(&mut self, lines: &[u8]) {
        let mut rest = lines;
        while !rest.is_empty() {
            let line = text::cut(&mut rest, b'\n');
            let mut name = line;
            let mut last = text::cut(&mut name, b':');
            let start = text::cut(&mut last, b'-');
            if let Some(start) = hexadecimal(start)
                && let Some(last) = hexadecimal(text::trim(last))
            {
                self.add(start, last, kind(text::trim(name)));
            }
        }
    }

    /// All ranges, in the order they were added.
    #[must_use]
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// Bytes of usable memory from `start` on, without a gap.
    #[must_use]
    pub fn usable_from(&self, start: u64) -> u64 {
        let mut end = start;
        while let Some(range) = self.usable_at(end) {
            end = range.end;
        }
        end.wrapping_sub(start)
    }

    /// Whether all addresses from `start` to `end` are usable, and nobody's.
    #[inline(never)]
    #[must_use]
    pub fn is_free(&self, start: u64, end: u64) -> bool {
        self.obstacle(start, end).is_none()
    }

    /// Takes a range that must be at a certain place; says whether it was free.
    #[inline(never)]
    pub fn take(&mut self, start: u64, size: u64) -> bool {
        let Some(end) = start.checked_add(size) else {
            return false;
        };
        size > 0 && self.is_free(start, end) && self.claims.push((start, end)).is_ok()
    }

    /// Takes the highest free `size` bytes that begin at a multiple of a page and end at or
    /// below `end`; gives where they begin.
    #[inline(never)]
    pub fn take_highest(&mut self, size: u64, end: u64) -> Option<u64> {
        let mut end = end;
        // Every turn gets past a range or a place taken.
        for _ in 0..RANGES + CLAIMS {
            let start = end.checked_sub(size)? & !(PAGE - 1);
            match self.last_obstacle(start, start.checked_add(size)?) {
                None => return self.take(start, size).then_some(start),
                Some(below) => end = below,
            }
        }
        None
    }

    /// Takes the lowest free `size` bytes that begin at a multiple of `align`, a power of two,
    /// at or above `start`, and end at or below `end`; gives where they begin.
    pub fn take_lowest(&mut self, size: u64, align: u64, start: u64, end: u64) -> Option<u64> {
        let start = self.find_lowest(size, align, start, end)?;
        self.take(start, size).then_some(start)
    }

    /// Finds what [`Memory::take_lowest`] takes.
    #[inline(never)]
    #[must_use]
    pub fn find_lowest(&self, size: u64, align: u64, start: u64, end: u64) -> Option<u64> {
        let mut start = start;
        for _ in 0..RANGES + CLAIMS {
            start = start.checked_next_multiple_of(align)?;
            let last = start.checked_add(size)?;
            if last > end {
                return None;
            }
            match self.obstacle(start, last) {
                None => return Some(start),
                Some(above) => start = above,
            }
        }
        None
    }

    fn usable_at(&self, at: u64) -> Option<&Range> {
        let mut ranges = self.ranges.iter();
        ranges.find(|range| range.kind == USABLE && range.start <= at && at < range.end)
    }

    /// Where the search goes on above the first thing that is in the way of `start` to `end`.
    /// The first page is the BIOS's, whatever the map says.
    #[inline(never)]
    fn obstacle(&self, start: u64, end: u64) -> Option<u64> {
        if start < PAGE {
            return Some(PAGE);
        }
        for (from, to) in &self.claims {
            if *from < end && start < *to {
                return Some(*to);
            }
        }
        let covered = start.wrapping_add(self.usable_from(start));
        if covered >= end {
            return None;
        }
        let mut next = u64::MAX;
        for range in &self.ranges {
            if range.kind == USABLE && range.start > start && range.end > covered {
                next = next.min(range.start);
            }
        }
        Some(next)
    }

    /// Where the search goes on below the last thing that is in the way of `start` to `end`.
    #[inline(never)]
    fn last_obstacle(&self, start: u64, end: u64) -> Option<u64> {
        self.obstacle(start, end)?;
        let mut below = u64::MAX;
        for (from, to) in &self.claims {
            if *from < end && start < *to {
                below = below.min(*from);
            }
        }
        if below < u64::MAX {
            return Some(below);
        }
        // The highest end of usable memory below the gap; the gap is above it.
        below = 0;
        for range in &self.ranges {
            if range.kind == USABLE && range.end < end {
                below = below.max(range.end);
            }
        }
        Some(below)
    }
}

#[cfg(test)]
mod tests {
    use super::{Memory, USABLE, hexadecimal, kind};

    /// A PC with 16 MiB: a hole below 1 MiB, the BIOS's data at its end.
    fn pc() -> Memory {
        let mut memory = Memory::new();
        memory.add(0, 0x9_fbff, USABLE);
        memory.add(0x9_fc00, 0x9_ffff, 2);
        memory.add(0xf_0000, 0xf_ffff, 2);
        memory.add(0x10_0000, 0xfd_ffff, USABLE);
        memory.add(0xfe_0000, 0xff_ffff, 3);
        memory
    }

    #[test]
    fn the_highest_place() {
        for (size, end, want) in [
            (0x1000, 1 << 32, Some(0xfd_f000)),
            (0x1001, 1 << 32, Some(0xfd_e000)),
            (0x1000, 0x10_0000, Some(0x9_e000)),
            (0xed_0000, 1 << 32, Some(0x11_0000)),
            (0xee_1000, 1 << 32, None),
            (0x1000, 0x2000, Some(0x1000)),
            (0x1000, 0x1fff, None),
            (u64::MAX, u64::MAX, None),
        ] {
            assert_eq!(pc().take_highest(size, end), want, "{size:#x} {end:#x}");
        }
        let mut memory = pc();
        assert_eq!(memory.take_highest(0x1000, 1 << 32), Some(0xfd_f000));
        assert_eq!(memory.take_highest(0x1000, 1 << 32), Some(0xfd_e000));
        assert!(memory.take(0x20_0000, 0xdd_0000));
        assert_eq!(memory.take_highest(0x10_0000, 1 << 32), Some(0x10_0000));
    }

    #[test]
    fn the_lowest_place() {
        for (size, align, start, want) in [
            (0x1000, 0x1000, 0, Some(0x1000)),
            (0x10_0000, 0x10_0000, 0, Some(0x10_0000)),
            (0x10_0000, 0x20_0000, 0x10_0000, Some(0x20_0000)),
            (0x20_0000, 0x100_0000, 0x10_0000, None),
            (0x1000, 0x1000, 0x9_f000, Some(0x10_0000)),
            (0x1000, 0x1000, u64::MAX, None),
        ] {
            let got = pc().take_lowest(size, align, start, 1 << 32);
            assert_eq!(got, want, "{size:#x} {align:#x} {start:#x}");
        }
        let mut memory = pc();
        assert!(memory.take(0x10_0000, 0x1000) && !memory.take(0x10_0fff, 1));
        let got = memory.take_lowest(0x1000, 0x1000, 0x10_0000, 1 << 32);
        assert_eq!(got, Some(0x10_1000));
    }

    #[test]
    fn ranges_that_meet_and_ranges_that_lie() {
        let mut memory = Memory::new();
        memory.add(0x10_0000, 0x1f_ffff, USABLE);
        memory.add(0x20_0000, 0x2f_ffff, USABLE);
        memory.add(0x18_0000, 0x18_0fff, 2);
        memory.add(9, 3, USABLE);
        memory.add(0, u64::MAX, USABLE);
        assert_eq!(
            memory.ranges().len(),
            3,
            "neither backwards nor to the very end"
        );
        assert_eq!(memory.usable_from(0x10_0000), 0x20_0000);
        assert!(memory.is_free(0x1f_0000, 0x21_0000));
        assert!(!memory.is_free(0x17_ffff, 0x18_0001));
        assert_eq!(memory.take_highest(0x17_0000, 1 << 32), Some(0x19_0000));
    }

    #[test]
    fn iomem_as_a_kernel_prints_it() {
        let mut memory = Memory::new();
        memory.add_iomem(
            b"00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n\
              000f0000-000fffff : System ROM\n00100000-0ffdffff : System RAM\n  \
              01000000-01c031d7 : Kernel code\n  02000000-02ffffff : Kernel data\n\
              0ffe0000-0fffffff : ACPI Tables\nnonsense\n12-34\nzz-ff : x\n",
        );
        let got: Vec<_> = memory
            .ranges()
            .iter()
            .map(|r| (r.start, r.end, r.kind))
            .collect();
        assert_eq!(
            got,
            [
                (0, 0x1000, 2),
                (0x1000, 0x9_fc00, 1),
                (0xf_0000, 0x10_0000, 2),
                (0x10_0000, 0xffe_0000, 1),
                (0xffe_0000, 0x1000_0000, 3),
                // Whatever has no name that is known is not for us.
                (0x12, 0x35, 2),
            ]
        );
    }

    #[test]
    fn names_and_numbers() {
        assert_eq!(kind(b"System RAM"), 1);
        assert_eq!(kind(b"reserved"), 2);
        assert_eq!(kind(b"ACPI Non-volatile Storage"), 4);
        assert_eq!(kind(b"Soft Reserved"), 2);
        assert_eq!(hexadecimal(b"0xfF0"), Some(0xff0));
        assert_eq!(hexadecimal(b"ffffffffffffffff"), Some(u64::MAX));
        for no in [&b""[..], b"0x", b"1g", b"11111111111111111", b" 1"] {
            assert_eq!(hexadecimal(no), None);
        }
    }
}
