//! Programs: Linux as it is before it is packed, and Multiboot kernels.

use super::{CASE, Case, MANY, MIB, NO_PARAMETERS, NO_ROOM, Planned, planned, refused};
use crate::machines::{LARGE, Map, OLD, QEMU};
use crate::make::{Bytes, at, elf32, elf64, one, say, two};
use kexec_loader::image::Image;
use kexec_loader::image::plan::{self, Source, TABLES};

const NO_MODULE: &str = "there is no free memory for its modules";
const TOO_MUCH: &str = "there is no room for its command line, its modules' and the memory map";

/// Plans an ELF or a Multiboot file.
fn of(file: &Bytes, case: &Case<'_>) -> Result<Planned, String> {
    let image = file.look().map_err(|fault| say(&fault))?;
    planned(case, |given, memory, tables| match &image {
        Image::Elf(program) => plan::vmlinux(program, given, memory, tables),
        Image::Multiboot(image) => plan::multiboot(image, given, &[b"words"], memory, tables),
        Image::Linux(_) | Image::Unified(_) => panic!("neither"),
    })
}

#[test]
fn vmlinux() {
    let files = &[4096];
    let case = Case {
        files,
        map: LARGE,
        ..CASE
    };
    let load = at(16 * MIB, 0x1000, 0x800, 0x5000);
    let got = of(&elf32(0x2000, 16 * MIB, &[load]), &case).expect("room enough");
    let want = [
        (Source::Kernel(0x1000), 16 * MIB, 0x5000),
        (Source::File(0), 0x3800_0000 - 4096, 4096),
        (Source::Tables, 0x8_f000, 0x3000),
    ];
    assert_eq!(got.segments(), want);
    assert_eq!(got.registers(), [16 * MIB, 0, 0, 0x9_0000, 0]);
    let got = of(&elf64(0x2000, 16 * MIB, &[load]), &case).expect("room enough");
    assert_eq!(got.registers(), [16 * MIB, 0, 0, 0x9_0000, 0x9_2000]);
    let text_mode = true;
    let case = Case { text_mode, ..case };
    let got = of(&elf64(0x2000, 16 * MIB, &[load]), &case).expect("room enough");
    assert_eq!(got.registers(), [16 * MIB, 0, 0, 0x9_0000, 0x9_2000]);

    let parts = [
        at(MIB + 16, 0x1000, 16, 16),
        at(MIB + 0x1800, 0x1100, 16, 0x2000),
    ];
    let got = of(&elf32(0x2000, MIB + 16, &parts), &case).expect("room enough");
    assert_eq!(got.segments()[0], (Source::Program, MIB, 0x4000));
}

#[test]
fn programs_where_there_is_no_memory() {
    for (name, address, memory) in [
        ("the first page", 0, 4096),
        ("the screen", 0xa_0000, 4096),
        ("low memory's end", 0x9_f000, 4096),
        ("the BIOS", 0xf_0000, 4096),
        ("a hole between", 0x8_0000, 0x10_0000),
        ("the end", 0xffff_f000, 4096),
        ("behind the last", 0x1ffe_0000, 4096),
        ("one page too many", 0x1ffd_f000, 4097),
        ("3 GiB", MIB, 0xc000_0000),
        ("almost 4 GiB", 4096, 0xffff_f000),
    ] {
        let file = elf32(0x2000, address, &[at(address, 0x1000, 16, memory)]);
        assert_eq!(refused(of(&file, &CASE)), NO_ROOM, "{name}");
        let file = one(file, 0x1800, 0, &[]);
        assert_eq!(refused(of(&file, &CASE)), NO_ROOM, "{name}, Multiboot");
    }
}

#[test]
fn multiboot_on_machines() {
    let load = at(2 * MIB, 0x1000, 0x800, 0x5000);
    let file = elf32(0x2000, 2 * MIB + 16, &[load]);
    let files = &[0x1_2345, 0, 1];
    for (version, file, magic) in [
        (1, one(file.clone(), 0x1000, 3, &[]), 0x2bad_b002),
        (2, two(file.clone(), 0x1000, &[6, 8, 0, 8]), 0x36d7_6289),
    ] {
        for (map, top) in [(OLD, 16 * MIB), (QEMU, 0x1ffe_0000), (LARGE, 0xbf71_0000)] {
            let case = Case {
                map,
                files,
                allows_long: true,
                ..CASE
            };
            let got = of(&file, &case).expect("room enough");
            let want = [
                (Source::Kernel(0x1000), 2 * MIB, 0x5000),
                (Source::File(0), top - 0x1_3000, 0x1_3000),
                (Source::File(2), top - 0x1_4000, 0x1000),
                (Source::Tables, 0x1_0000, 0x2000),
            ];
            assert_eq!(got.segments(), want);
            assert_eq!(got.registers(), [2 * MIB + 16, magic, 0x1_1000, 0, 0]);
            if version == 1 {
                let [count, modules] = [20, 24].map(|at| got.word(0x1000 + at));
                let at = usize::try_from(modules).unwrap() - 0x1_0000;
                let ends = [0, 4, 16, 20, 32, 36].map(|from| got.word(at + from));
                let start = top - 0x1_3000;
                let last = top - 0x1_4000;
                assert_eq!(
                    (count, ends),
                    (3, [start, start + 0x1_2345, 0, 0, last, last + 1])
                );
            }
        }
    }
}

/// Its own place; lowest, end and alignment; where it is then, in 512 MiB.
type Move = (&'static str, u64, [u32; 3], Result<u64, &'static str>);

#[test]
fn multiboot_that_can_be_moved() {
    let rows: &[Move] = &[
        ("free", 2 * MIB, [0, u32::MAX, 0x20_0000], Ok(2 * MIB)),
        (
            "free, but not between",
            2 * MIB,
            [0x40_0000, u32::MAX, 4096],
            Ok(2 * MIB),
        ),
        ("no memory", 1 << 31, [0, u32::MAX, 0x20_0000], Ok(2 * MIB)),
        (
            "not below",
            1 << 31,
            [0x40_0001, u32::MAX, 0x20_0000],
            Ok(6 * MIB),
        ),
        (
            "in pages, and above 1 MiB",
            1 << 31,
            [0, u32::MAX, 1],
            Ok(MIB),
        ),
        ("too low", 1 << 31, [0, 0x10_4fff, 1], Err(NO_ROOM)),
        ("just so", 1 << 31, [0, 0x10_5000, 1], Ok(MIB)),
        ("nowhere", 1 << 31, [u32::MAX, 0, 1], Err(NO_ROOM)),
        (
            "in steps of 2 GiB",
            1 << 31,
            [0, u32::MAX, 1 << 31],
            Err(NO_ROOM),
        ),
        (
            "with a rest",
            (1 << 31) + 0x10,
            [0, u32::MAX, 0x10],
            Ok(MIB + 0x10),
        ),
    ];
    for (name, start, [lowest, end, alignment], want) in rows {
        let tags = [10, 24, *lowest, *end, *alignment, 0, 0, 8];
        let load = at(*start, 0x1000, 0x800, 0x4800);
        let file = two(elf32(0x2000, start + 0x20, &[load]), 0x1000, &tags);
        match (of(&file, &CASE), want) {
            (Ok(got), Ok(want)) => {
                assert_eq!(got.0.segments[0].address, want & !4095, "{name}");
                assert_eq!(got.registers()[0], want + 0x20, "{name}");
                // The tag before the last says so.
                let size = usize::try_from(got.word(0x1000)).unwrap();
                let tag = [24, 20, 16].map(|before| got.word(0x1000 + size - before));
                assert_eq!(tag, [21, 12, *want], "{name}");
            }
            (got, want) => assert_eq!(refused(got), want.unwrap_err(), "{name}"),
        }
    }
}

const FULL: Map = &[(0, 0x9_ffff, 1), (0x20_0000, 0x20_4fff, 1)];
const HIGH: Map = &[(0x20_0000, 0x20_4fff, 1), (0x30_0000, 0x30_4fff, 1)];
const NONE: Map = &[(0x20_0000, 0x20_7fff, 1)];
#[test]
fn multiboot_that_asks_for_too_much() {
    let file = elf32(0x2000, 2 * MIB, &[at(2 * MIB, 0x1000, 0x800, 0x5000)]);
    let long = vec![b'x'; TABLES];
    for (name, cmdline, files, want) in [
        ("a long line", &long[..], &[][..], TOO_MUCH),
        ("a line to the end", &long[..TABLES - 4096], &[], TOO_MUCH),
        ("a module of 512 MiB", b"", &[512 * MIB], NO_MODULE),
        ("a module of all", b"", &[u64::MAX], NO_MODULE),
        ("a second one", b"", &[500 * MIB, 100 * MIB], NO_MODULE),
        ("15 modules", b"", &[1; 15], MANY),
        ("17 empty ones", b"", &[0; 17], MANY),
    ] {
        for file in [
            one(file.clone(), 0x1000, 3, &[]),
            two(file.clone(), 0x1000, &[0, 8]),
        ] {
            let got = of(
                &file,
                &Case {
                    cmdline,
                    files,
                    ..CASE
                },
            );
            assert_eq!(refused(got), want, "{name}");
        }
    }
    // Low memory, but none above it that is free: not there.
    let file = one(file, 0x1000, 3, &[]);
    let files = &[1];
    let case = Case {
        map: FULL,
        files,
        ..CASE
    };
    assert_eq!(refused(of(&file, &case)), NO_MODULE);
    let files = &[];
    let got = of(
        &file,
        &Case {
            map: HIGH,
            files,
            ..case
        },
    )
    .expect("room enough");
    assert_eq!(got.0.entry, 0x30_0000, "no low memory at all");
    let got = of(
        &file,
        &Case {
            map: NONE,
            files,
            ..case
        },
    );
    assert_eq!(refused(got), NO_PARAMETERS);
}
