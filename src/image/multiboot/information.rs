//! What a Multiboot kernel is told of the machine and of what was loaded with it.
//!
//! Writes it into our tables, as it will be read at the address where those will be.
//! Sources: the Multiboot Specification 0.6.96, 3.3; the Multiboot2 Specification 2.0, 3.6.
//!
//! Not told: the boot device, which has no BIOS number here; the symbols in the kernel's own
//! file; APM and VBE, whose BIOS calls Linux has no answers of; ACPI's root pointer, which on
//! a PC with a BIOS every kernel finds by itself, and which we know the address of at most,
//! not the bytes that the tag is to hold; whatever is EFI's, it being gone.

use super::Version;
use crate::bytes::{byte, le16, le32, set};
use crate::image::memory::{MEBIBYTE, Memory, PAGE};

/// The name that we give ourselves, and its NUL.
const LOADER: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"), "\0");
/// Bytes of the first version's table of pointers, in whole words.
const TABLE: usize = 120;

/// A file that was loaded with the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module<'m> {
    /// Where it begins.
    pub start: u64,
    /// Where it ends, to the byte.
    pub end: u64,
    /// What was said of it.
    pub words: &'m [u8],
}

/// What there is to tell.
pub struct Facts<'f> {
    /// The kernel's own command line.
    pub cmdline: &'f [u8],
    /// What was loaded with it.
    pub modules: &'f [Module<'f>],
    /// The memory map.
    pub memory: &'f Memory,
    /// Linux's `screen_info`.
    pub screen: &'f [u8],
    /// Where the kernel itself was loaded, if it can be loaded at more than one place.
    pub base: Option<u64>,
}

/// Writes the information into `bytes` from `at` on, a multiple of 8; their first will have
/// `address`. Gives where the information ends, or `None` if there is no room for it.
#[inline(never)]
pub fn write(
    version: Version,
    facts: &Facts<'_>,
    bytes: &mut [u8],
    at: usize,
    address: u64,
) -> Option<usize> {
    let mut pen = Pen {
        bytes,
        at,
        address,
        is_full: false,
    };
    match version {
        Version::One => pen.write_table(facts),
        Version::Two => pen.write_tags(facts),
    }
    (!pen.is_full).then_some(pen.at)
}

/// Where the writing is.
struct Pen<'p> {
    bytes: &'p mut [u8],
    at: usize,
    address: u64,
    is_full: bool,
}

impl Pen<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.is_full |= !set(self.bytes, self.at, bytes);
        self.at = self.at.wrapping_add(bytes.len());
    }

    /// Numbers of 32 bits.
    fn put_words<const N: usize>(&mut self, words: [u64; N]) {
        for value in words {
            self.put(&word(value));
        }
    }

    /// Text and its NUL.
    fn put_text(&mut self, text: &[u8]) {
        self.put(text);
        self.put(&[0]);
    }

    /// Goes on at the next multiple of 8.
    fn align(&mut self) {
        self.at = self.at.wrapping_add(7) & !7;
    }

    /// The address of what is written next.
    fn here(&self) -> u64 {
        self.address.wrapping_add(self.at as u64)
    }

    /// Writes what the first version wants.
    #[inline(never)]
    fn write_table(&mut self, facts: &Facts<'_>) {
        let table = self.at;
        self.put(&[0; TABLE]);
        // flags: memory, command line, modules, memory map, the loader's name.
        let mut flags = 1 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9;
        let [lower, upper] = sizes(facts.memory);
        let cmdline = self.here();
        self.put_text(facts.cmdline);
        let name = self.here();
        self.put(LOADER.as_bytes());
        self.align();
        let map = self.here();
        for range in facts.memory.ranges() {
            self.put_words([20]);
            self.put_range(range.start, range.end, range.kind);
        }
        let map_end = self.here();
        let modules = self.here();
        let mut words_at = modules.wrapping_add(facts.modules.len().wrapping_mul(16) as u64);
        for module in facts.modules {
            self.put_words([module.start, module.end, words_at, 0]);
            words_at = words_at.wrapping_add(module.words.len().wrapping_add(1) as u64);
        }
        for module in facts.modules {
            self.put_text(module.words);
        }
        if let Some(screen) = screen(facts.screen) {
            flags |= 1 << 12;
            set(self.bytes, table.wrapping_add(88), &screen);
        }
        let count = facts.modules.len() as u64;
        for (at, value) in [
            (0, flags),
            (4, lower),
            (8, upper),
            (16, cmdline),
            (20, count),
            (24, modules),
            (44, map_end.wrapping_sub(map)),
            (48, map),
            (64, name),
        ] {
            set(self.bytes, table.wrapping_add(at), &word(value));
        }
    }

    /// Writes what the second version wants.
    #[inline(never)]
    fn write_tags(&mut self, facts: &Facts<'_>) {
        let start = self.at;
        self.put_words([0, 0]);
        self.put_tag(1, |pen| pen.put_text(facts.cmdline));
        self.put_tag(2, |pen| pen.put(LOADER.as_bytes()));
        for module in facts.modules {
            self.put_tag(3, |pen| {
                pen.put_words([module.start, module.end]);
                pen.put_text(module.words);
            });
        }
        self.put_tag(4, |pen| pen.put_words(sizes(facts.memory)));
        self.put_tag(6, |pen| {
            pen.put_words([24, 0]); // The size and the version of an entry.
            for range in facts.memory.ranges() {
                pen.put_range(range.start, range.end, range.kind);
                pen.put_words([0]);
            }
        });
        if let Some(screen) = screen(facts.screen) {
            self.put_tag(8, |pen| {
                // The colours stand two bytes further on than in the first version.
                let (plain, colours) = screen.split_at_checked(22).unwrap_or_default();
                pen.put(plain);
                pen.put(&[0; 2]);
                pen.put(colours);
            });
        }
        if let Some(base) = facts.base {
            self.put_tag(21, |pen| pen.put_words([base]));
        }
        self.put_tag(0, |_| ());
        let size = self.at.wrapping_sub(start) as u64;
        set(self.bytes, start, &word(size));
    }

    /// Writes a tag: its type, its size, what is in it, and what brings the next to a multiple
    /// of 8.
    fn put_tag(&mut self, kind: u64, write: impl FnOnce(&mut Self)) {
        let start = self.at;
        self.put_words([kind, 0]);
        write(self);
        let size = self.at.wrapping_sub(start) as u64;
        set(self.bytes, start.wrapping_add(4), &word(size));
        self.align();
    }

    /// A range of memory: its address, its size, and its kind, of which there are five.
    fn put_range(&mut self, start: u64, end: u64, kind: u32) {
        self.put(&start.to_le_bytes());
        self.put(&end.wrapping_sub(start).to_le_bytes());
        let kind = if matches!(kind, 1..=5) { kind } else { 2 };
        self.put(&kind.to_le_bytes());
    }
}

/// A number of 32 bits as bytes; all that are written are that small.
fn word(value: u64) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

/// KiB of memory from address 0 on, 640 at most, and from 1 MiB on, up to the first hole. The
/// first page is the BIOS's, and a part of both sizes.
fn sizes(memory: &Memory) -> [u64; 2] {
    let lower = match memory.usable_from(PAGE) {
        0 => 0,
        bytes => bytes.saturating_add(PAGE) >> 10,
    };
    [lower.min(640), memory.usable_from(MEBIBYTE) >> 10]
}

/// The screen, from Linux's `screen_info`: address, bytes of a row, columns, rows, bits of
/// each; 1 for colours and 2 for text; where in it and how wide red, green and blue are.
#[inline(never)]
fn screen(info: &[u8]) -> Option<[u8; 28]> {
    let mut bytes = [0; 28];
    let mut put = |address: u64, sizes: [u64; 3], depth: u8, kind: u8| {
        set(&mut bytes, 0, &address.to_le_bytes());
        for (nth, size) in sizes.into_iter().enumerate() {
            let at = nth.wrapping_mul(4).wrapping_add(8);
            set(&mut bytes, at, &word(size));
        }
        set(&mut bytes, 20, &[depth, kind]);
    };
    match byte(info, 0x0f) {
        // orig_video_isVGA: a VGA that shows text.
        1 => {
            let [columns, rows] = [0x07, 0x0e].map(|at| u64::from(byte(info, at)));
            put(0xb_8000, [columns.wrapping_mul(2), columns, rows], 16, 2);
        }
        // A frame of pixels, set up by VESA's BIOS or by EFI.
        0x23 | 0x70 => {
            let is_high = le32(info, 0x36) & 2 != 0;
            let high = if is_high { le32(info, 0x3a) << 32 } else { 0 };
            let address = le32(info, 0x18) | high;
            let depth = byte(info, 0x16);
            let sizes = [0x24, 0x12, 0x14].map(|at| le16(info, at));
            // Fewer bits are places in a palette, which nobody has kept.
            if address == 0 || !matches!(depth, 15..=32) || sizes.contains(&0) {
                return None;
            }
            put(address, sizes, depth, 1);
            for (nth, size_at) in [0x26, 0x28, 0x2a].into_iter().enumerate() {
                let colour = [
                    byte(info, usize::wrapping_add(size_at, 1)),
                    byte(info, size_at),
                ];
                set(&mut bytes, nth.wrapping_mul(2).wrapping_add(22), &colour);
            }
        }
        _ => return None,
    }
    Some(bytes)
}
