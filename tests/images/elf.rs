//! Programs in the Executable and Linking Format.

use crate::make::{Bytes, Load, at, elf32, elf64, look, say};
use kexec_loader::image::Image;
use kexec_loader::image::program::{Part, Program};

/// A row changes one thing of a program that is in order.
type Row<'r> = (&'r str, fn(Bytes) -> Bytes, &'r str);

const NO_KERNEL: &str = "it is an ELF file, but no kernel for x86";
const HEADERS: &str = "its ELF headers make no sense";
const ADDRESSES: &str = "the addresses in its headers make no sense";
const ENTRY: &str = "its entry is in no part of it";
const MANY: &str = "it has more parts than can be loaded";

fn program(file: &Bytes) -> Program {
    match file.look() {
        Ok(Image::Elf(program)) => program,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_32_bit_program() {
    let loads = [
        at(0x20_0000, 0x2000, 0x10, 0x5000),
        at(0x10_0000, 0x1000, 0x800, 0x800),
        at(0x30_0000, 0, 0, 0),
    ];
    let found = program(&elf32(0x3000, 0x10_0010, &loads));
    let part = |offset, length, address, memory| Part {
        offset,
        length,
        address,
        memory,
    };
    let want = [
        part(0x1000, 0x800, 0x10_0000, 0x800),
        part(0x2000, 0x10, 0x20_0000, 0x5000),
    ];
    assert_eq!(
        found.parts, want,
        "the lowest first, and none that is empty"
    );
    assert_eq!((found.entry, found.is_long), (0x10_0010, false));
    assert_eq!(found.span(), (0x10_0000, 0x20_5000));
    assert!(found.is_in_pages());
}

#[test]
fn a_64_bit_program_linked_high() {
    let mut load = at(0x100_0000, 0x1000, 0x1000, 0x1000);
    load.virt = 0xffff_ffff_8100_0000;
    for (entry, want) in [
        (0xffff_ffff_8100_0100, 0x100_0100),
        (0x100_0100, 0x100_0100),
        (0xffff_ffff_8100_0fff, 0x100_0fff),
    ] {
        let found = program(&elf64(0x2000, entry, &[load]));
        assert_eq!((found.entry, found.is_long), (want, true), "{entry:#x}");
    }
}

#[test]
fn parts_that_are_not_in_pages() {
    let loads = [at(0x10_0010, 0x1000, 16, 16), at(0x10_0020, 0x1010, 16, 32)];
    let found = program(&elf32(0x2000, 0x10_0010, &loads));
    assert!(!found.is_in_pages());
    assert_eq!(found.span(), (0x10_0000, 0x10_1000));
}

#[test]
fn to_the_very_end() {
    let loads = [at(0xffff_f000, 0x1000, 16, 0x1000)];
    let found = program(&elf64(0x1010, 0xffff_ffff, &loads));
    assert_eq!(found.span(), (0xffff_f000, 0x1_0000_0000));
}

#[test]
fn wild_headers_32() {
    let rows: &[Row<'_>] = &[
        ("a big-endian one", |f| f.number::<1>(5, 2), NO_KERNEL),
        ("an object file", |f| f.number::<2>(16, 1), NO_KERNEL),
        ("a shared library", |f| f.number::<2>(16, 3), NO_KERNEL),
        ("for ARM", |f| f.number::<2>(18, 40), NO_KERNEL),
        ("no program headers", |f| f.number::<2>(44, 0), ENTRY),
        (
            "program headers of no bytes",
            |f| f.number::<2>(42, 0),
            HEADERS,
        ),
        ("shorter ones", |f| f.number::<2>(42, 31), HEADERS),
        ("endless ones", |f| f.number::<2>(42, 0xffff), HEADERS),
        ("too many", |f| f.number::<2>(44, 0xffff), HEADERS),
        ("113 of 32 bytes", |f| f.number::<2>(44, 113), HEADERS),
        (
            "far away",
            |f| f.number::<4>(28, 0xffff_ffff),
            "Truncated(4294967327)",
        ),
        (
            "cut by the end",
            |f| f.number::<4>(28, 0x2fe1),
            "Truncated(12289)",
        ),
        (
            "a part past the end",
            |f| f.number::<4>(56, 0x2801),
            "Truncated(12289)",
        ),
        (
            "a part far away",
            |f| f.number::<4>(56, 0xffff_ffff),
            "Truncated(4294969343)",
        ),
        (
            "4 GiB in the file",
            |f| f.number::<4>(68, 0xffff_ffff),
            "Truncated(4294971391)",
        ),
        (
            "less memory than bytes",
            |f| f.number::<4>(72, 0x7ff),
            ADDRESSES,
        ),
        (
            "4 GiB in memory",
            |f| f.number::<4>(72, 0xffff_ffff),
            ADDRESSES,
        ),
        ("past 4 GiB", |f| f.number::<4>(64, 0xffff_f801), ADDRESSES),
        ("entry before", |f| f.number::<4>(24, 0xf_ffff), ENTRY),
        ("entry behind", |f| f.number::<4>(24, 0x10_0800), ENTRY),
        ("nothing to load", |f| f.number::<4>(52, 2), ENTRY),
    ];
    let good = elf32(0x3000, 0x10_0010, &[at(0x10_0000, 0x1000, 0x800, 0x800)]);
    assert!(good.look().is_ok());
    for (name, change, want) in rows {
        assert_eq!(change(good.clone()).fault(), *want, "{name}");
    }
}

#[test]
fn wild_headers_64() {
    const END: u64 = u64::MAX;
    let rows: &[Row<'_>] = &[
        (
            "program headers far away",
            |f| f.number::<8>(32, END),
            "Truncated(18446744073709551615)",
        ),
        ("shorter ones", |f| f.number::<2>(54, 55), HEADERS),
        ("65 of them", |f| f.number::<2>(56, 65), HEADERS),
        (
            "offset and length wrap",
            |f| f.number::<8>(72, END),
            "Truncated(18446744073709551615)",
        ),
        (
            "endless in the file",
            |f| f.number::<8>(96, END),
            "Truncated(18446744073709551615)",
        ),
        ("endless in memory", |f| f.number::<8>(104, END), ADDRESSES),
        (
            "address and memory wrap",
            |f| f.number::<8>(88, END),
            ADDRESSES,
        ),
        ("above 4 GiB", |f| f.number::<8>(88, 1 << 32), ADDRESSES),
        ("an entry of no use", |f| f.number::<8>(24, END), ENTRY),
    ];
    let good = elf64(0x3000, 0x10_0010, &[at(0x10_0000, 0x1000, 0x800, 0x800)]);
    assert!(good.look().is_ok());
    for (name, change, want) in rows {
        assert_eq!(change(good.clone()).fault(), *want, "{name}");
    }
}

#[test]
fn parts_that_meet() {
    let one = at(0x10_0000, 0x1000, 0x800, 0x800);
    for (name, other, want) in [
        ("the same", one, ADDRESSES),
        ("one byte of it", at(0x10_07ff, 0x1000, 1, 1), ADDRESSES),
        (
            "all around it",
            at(0xf_0000, 0x1000, 0, 0x2_0000),
            ADDRESSES,
        ),
        (
            "its first byte",
            at(0xf_0000, 0x1000, 0, 0x1_0001),
            ADDRESSES,
        ),
        ("next to it", at(0x10_0800, 0x1000, 1, 1), ""),
        ("before it", at(0xf_0000, 0x1000, 0, 0x1_0000), ""),
    ] {
        let got = elf32(0x3000, 0x10_0010, &[one, other]).look();
        assert_eq!(
            got.map_or_else(|fault| say(&fault), |_| String::new()),
            want,
            "{name}"
        );
    }
    let many = |count: u64| -> Vec<Load> {
        let part = |nth| at(0x10_0000 + nth * 0x1000, 0x1000, 0x10, 0x10);
        (0..count).map(part).collect()
    };
    assert!(elf32(0x3000, 0x10_0000, &many(12)).look().is_ok());
    assert_eq!(elf32(0x3000, 0x10_0000, &many(13)).fault(), MANY);
}

#[test]
fn cut_anywhere() {
    let whole = elf32(0x180, 0x10_0010, &[at(0x10_0000, 0x100, 0x20, 0x20)]);
    for size in 0..whole.0.len() {
        let got = look(&whole.0[..size], size as u64);
        assert_eq!(got.is_ok(), size >= 0x120, "{size}");
    }
}
