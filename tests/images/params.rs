//! `boot_params`, byte by byte. The numbers are those of the kernel's
//! Documentation/arch/x86/zero-page.rst and boot.rst.

use crate::machines::{LARGE, OLD, QEMU, memory};
use kexec_loader::image::memory::Memory;
use kexec_loader::image::params::{self, Addresses};

fn number(page: &[u8], at: usize, bytes: usize) -> u64 {
    let bytes = page[at..at + bytes].iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A page whose every byte says where it is from.
fn old() -> Vec<u8> {
    (0..4096_u32).map(|at| (at % 251) as u8 | 1).collect()
}

#[test]
fn the_memory_map() {
    for (name, map, below_64_mib, all) in [
        ("OLD", OLD, 15 * 1024, 15 * 1024),
        ("QEMU", QEMU, 0xffff, (0x1ffe_0000 - 0x10_0000) >> 10),
        ("LARGE", LARGE, 0xffff, (0xbf71_0000 - 0x10_0000) >> 10),
    ] {
        let mut page = [0; 4096];
        params::fill(&mut page, &[], false, &memory(map));
        assert_eq!(number(&page, 0x002, 2), below_64_mib, "{name}: ext_mem_k");
        assert_eq!(number(&page, 0x1e0, 4), all, "{name}: alt_mem_k");
        assert_eq!(
            number(&page, 0x1e8, 1),
            map.len() as u64,
            "{name}: e820_entries"
        );
        for (nth, (start, last, kind)) in map.iter().enumerate() {
            let at = 0x2d0 + nth * 20;
            let got =
                [(0, 8), (8, 8), (16, 4)].map(|(from, bytes)| number(&page, at + from, bytes));
            assert_eq!(
                got,
                [*start, last + 1 - start, u64::from(*kind)],
                "{name}: {nth}"
            );
        }
        let end = 0x2d0 + map.len() * 20;
        assert!(page[end..].iter().all(|byte| *byte == 0), "{name}");
    }
}

#[test]
fn a_map_of_more_ranges_than_there_is_room_for() {
    let mut memory = Memory::new();
    for nth in 0..200 {
        memory.add(nth << 20, (nth << 20) + 0xfff, 1);
    }
    let mut page = [0; 4096];
    params::fill(&mut page, &[], false, &memory);
    assert_eq!(number(&page, 0x1e8, 1), 128);
    assert_eq!(number(&page, 0x2d0 + 127 * 20, 8), 127 << 20);
    assert_eq!(0x2d0 + 128 * 20, 0xcd0, "where the table ends");
    assert!(page[0xcd0..].iter().all(|byte| *byte == 0));
}

#[test]
fn what_is_handed_on() {
    // Field, from, to.
    let rows = [
        ("screen_info", 0x000, 0x002),
        ("screen_info", 0x004, 0x040),
        ("apm_bios_info", 0x040, 0x054),
        ("ist_info", 0x060, 0x070),
        ("acpi_rsdp_addr", 0x070, 0x078),
        ("hd0_info", 0x080, 0x090),
        ("hd1_info", 0x090, 0x0a0),
        ("sys_desc_table", 0x0a0, 0x0b0),
        ("edid_info", 0x140, 0x1c0),
        ("eddbuf_entries", 0x1e9, 0x1ea),
        ("edd_mbr_sig_buf_entries", 0x1ea, 0x1eb),
        ("edd_mbr_sig_buffer", 0x290, 0x2d0),
        ("eddbuf", 0xd00, 0xeec),
    ];
    let old = old();
    let mut page = [0; 4096];
    params::fill(&mut page, &old, false, &Memory::new());
    let is_one = |at| rows.iter().any(|(_, from, to)| (*from..*to).contains(&at));
    for at in 0..4096 {
        let want = if is_one(at) { old[at] } else { 0 };
        assert_eq!(page[at], want, "{at:#x}");
    }
}

#[test]
fn the_screen() {
    let text = [0, 0, 0, 0, 0, 0, 3, 80, 0, 0, 3, 0, 0, 0, 25, 1, 16];
    let old = old();
    for (name, old, text_mode, is_text) in [
        ("as it was", &old[..], false, false),
        ("set to text", &old[..], true, true),
        ("not known", &[], false, true),
        ("cut", &old[..0x3f], false, true),
        ("none at all", &[0; 4096], false, false),
    ] {
        let mut page = [0; 4096];
        params::fill(&mut page, old, text_mode, &Memory::new());
        if is_text {
            assert_eq!(page[..text.len()], text, "{name}");
            assert!(
                page[text.len()..0x40].iter().all(|byte| *byte == 0),
                "{name}"
            );
        } else {
            assert_eq!(page[4..0x40], old[4..0x40], "{name}");
        }
    }
}

#[test]
fn the_setup_header_of_a_file() {
    let mut head: Vec<u8> = old()[..0x280].to_vec();
    for (length, end) in [(0x6a, 0x26c), (0, 0x202), (0x7e, 0x280), (0xff, 0x280)] {
        head[0x201] = length;
        let mut page = [0; 4096];
        params::copy_header(&mut page, &head);
        assert_eq!(page[0x1f1..end], head[0x1f1..end], "{length:#x}");
        assert!(page[..0x1f1].iter().all(|byte| *byte == 0));
        assert!(page[end..].iter().all(|byte| *byte == 0), "{length:#x}");
    }
    // What is too short is left out, not read past its end.
    let mut page = [0; 4096];
    params::copy_header(&mut page, &head[..0x1f0]);
    params::copy_header(&mut page, &[]);
    assert_eq!(page, [0; 4096]);
}

#[test]
fn the_fields_a_loader_writes() {
    let addresses = Addresses {
        kernel: 0x100_0000,
        cmdline: 0x9_2000,
        ramdisk: (0x1f00_0000, 0x12_3456),
    };
    let mut page = [0; 4096];
    params::make_header(&mut page);
    params::set_addresses(&mut page, 0x020f, &addresses);
    for (name, at, bytes, want) in [
        ("boot_flag", 0x1fe, 2, 0xaa55),
        ("header", 0x202, 4, 0x5372_6448),
        ("version", 0x206, 2, 0x20c),
        ("type_of_loader", 0x210, 1, 0xff),
        ("loadflags", 0x211, 1, 1),
        ("code32_start", 0x214, 4, 0x100_0000),
        ("ramdisk_image", 0x218, 4, 0x1f00_0000),
        ("ramdisk_size", 0x21c, 4, 0x12_3456),
        ("heap_end_ptr", 0x224, 2, 0),
        ("cmd_line_ptr", 0x228, 4, 0x9_2000),
        ("setup_data", 0x250, 8, 0),
        ("ext_cmd_line_ptr", 0x0c8, 4, 0),
        ("sentinel", 0x1ef, 1, 0),
    ] {
        assert_eq!(number(&page, at, bytes), want, "{name}");
    }

    // Before 2.02: a mark, and the offset from 0x90000.
    let mut page = [0; 4096];
    params::set_addresses(&mut page, 0x0201, &addresses);
    assert_eq!(number(&page, 0x020, 2), 0xa33f);
    assert_eq!(number(&page, 0x022, 2), 0x2000);
    assert_eq!(number(&page, 0x228, 4), 0);

    // Of the flags of the file, none but LOADED_HIGH stays.
    let mut page = [0xff; 4096];
    params::set_addresses(&mut page, 0x020f, &Addresses::default());
    assert_eq!((page[0x211], number(&page, 0x250, 8)), (1, 0));
}
