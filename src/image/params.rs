//! `boot_params`, the page that Linux is given: the machine's screen, memory and tables.
//!
//! Fills a page of zeroes from the page that the running kernel was given and the memory
//! map. Source: the kernel's Documentation/arch/x86/zero-page.rst and
//! arch/x86/include/uapi/asm/bootparam.h; offsets are from the start of the page.

use super::memory::{MEBIBYTE, Memory};
use crate::bytes::{byte, field, set, write};
use crate::text::part;

/// Bytes of `boot_params`.
pub const SIZE: usize = 4096;
/// The page itself.
pub type Page = [u8; SIZE];

/// What is handed on from the running kernel's own page: from, to.
const HANDED_ON: [(u16, u16); 7] = [
    (0x040, 0x054), // apm_bios_info
    (0x060, 0x078), // ist_info, acpi_rsdp_addr
    (0x080, 0x0b0), // hd0_info, hd1_info, sys_desc_table
    (0x140, 0x1c0), // edid_info
    (0x1e9, 0x1eb), // eddbuf_entries, edd_mbr_sig_buf_entries
    (0x290, 0x2d0), // edd_mbr_sig_buffer
    (0xd00, 0xeec), // eddbuf
];

/// Bytes of `screen_info`.
const SCREEN_INFO: usize = 0x40;
/// `screen_info.ext_mem_k`: KiB above 1 MiB, as far as 16 bits go.
const EXT_MEM_K: usize = 0x002;
/// `cmd_line` of boot protocols before 2.02: a mark, and the offset from 0x90000.
const OLD_CMD_LINE: usize = 0x020;
/// `alt_mem_k`: the same with 32 bits.
const ALT_MEM_K: usize = 0x1e0;
/// `e820_entries`.
const E820_ENTRIES: usize = 0x1e8;
/// `e820_table`: entries of 20 bytes.
const E820_TABLE: usize = 0x2d0;
/// The setup header begins here, in the page and in the file.
const SETUP_HEADER: usize = 0x1f1;
/// It ends this many bytes after here, as the byte before says.
const HEADER: usize = 0x202;

/// `screen_info` of the BIOS's text mode 3: 80 columns, 25 rows, letters 16 lines high.
const TEXT_MODE: [u8; 0x12] = [0, 0, 0, 0, 0, 0, 3, 80, 0, 0, 3, 0, 0, 0, 25, 1, 16, 0];

/// What is written into the setup header.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses {
    /// Where the protected-mode part is.
    pub kernel: u64,
    /// Where the command line is.
    pub cmdline: u64,
    /// Where the ramdisk is, and its bytes.
    pub ramdisk: (u64, u64),
}

/// Fills the page: screen, memory, and what only the running kernel knows. `old` is the
/// running kernel's page, or nothing; with `text_mode` the screen is said to show text.
#[inline(never)]
pub fn fill(page: &mut Page, old: &[u8], text_mode: bool, memory: &Memory) {
    for (from, to) in &HANDED_ON {
        let (from, to) = (usize::from(*from), usize::from(*to));
        set(page, from, part(old, from, to));
    }
    set(page, 0, screen(old, text_mode));
    let above = memory.usable_from(MEBIBYTE) >> 10;
    let above = u32::try_from(above).unwrap_or(u32::MAX);
    write(page, ALT_MEM_K, above.to_le_bytes());
    let above = u16::try_from(above).unwrap_or(u16::MAX);
    write(page, EXT_MEM_K, above.to_le_bytes());
    let count = u8::try_from(memory.ranges().len()).unwrap_or(128);
    write(page, E820_ENTRIES, [count]);
    let (_, table) = page.split_at_mut_checked(E820_TABLE).unwrap_or_default();
    let (table, _) = table.as_chunks_mut();
    for (entry, range) in table.iter_mut().zip(memory.ranges()) {
        let entry: &mut [u8; 20] = entry;
        write(entry, 0, range.start.to_le_bytes());
        write(entry, 8, range.end.wrapping_sub(range.start).to_le_bytes());
        write(entry, 16, range.kind.to_le_bytes());
    }
}

/// `screen_info`, the beginning of the page: as the running kernel's page `old` has it, or
/// that of the text mode, if that is set or nothing is known.
#[must_use]
pub fn screen(old: &[u8], text_mode: bool) -> &[u8] {
    match field(old, 0, SCREEN_INFO) {
        info if text_mode || info.is_empty() => &TEXT_MODE,
        info => info,
    }
}

/// Copies the setup header of a bzImage, `head` being its first bytes.
pub fn copy_header(page: &mut Page, head: &[u8]) {
    let length = usize::from(byte(head, HEADER.wrapping_sub(1)));
    // Up to 0x290, where another field of the page begins.
    let end = length.wrapping_add(HEADER).min(0x290).min(head.len());
    set(page, SETUP_HEADER, part(head, SETUP_HEADER, end));
}

/// Writes what a boot loader writes into the setup header; `protocol` is the kernel's.
#[inline(never)]
pub fn set_addresses(page: &mut Page, protocol: u16, addresses: &Addresses) {
    let word = |value: u64| super::plan::word(value).to_le_bytes();
    write(page, 0x210, [0xff]); // type_of_loader: one without a number of its own
    let flags = byte(page, 0x211) & 1; // loadflags: LOADED_HIGH and none of ours
    write(page, 0x211, [flags]);
    write(page, 0x214, word(addresses.kernel)); // code32_start
    let (ramdisk, size) = addresses.ramdisk;
    write(page, 0x218, word(ramdisk)); // ramdisk_image
    write(page, 0x21c, word(size)); // ramdisk_size
    if protocol >= 0x0202 {
        write(page, 0x228, word(addresses.cmdline)); // cmd_line_ptr
    } else {
        let [low, high, ..] = word(addresses.cmdline.wrapping_sub(0x9_0000));
        write(page, OLD_CMD_LINE, [0x3f, 0xa3, low, high]);
    }
    write(page, 0x250, [0; 8]); // setup_data: none
}

/// Makes up a setup header for a kernel that comes without one.
pub fn make_header(page: &mut Page) {
    write(page, 0x1fe, [0x55, 0xaa]); // boot_flag
    write(page, HEADER, *b"HdrS");
    write(page, 0x206, [0x0c, 0x02]); // version 2.12
    write(page, 0x211, [1]); // loadflags: LOADED_HIGH
}
