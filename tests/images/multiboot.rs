//! Multiboot headers.

use crate::make::{Bytes, at, elf32, elf64, look, one, two};
use kexec_loader::image::Image;
use kexec_loader::image::multiboot::{Movable, Multiboot, Version};
use kexec_loader::image::program::Part;

/// A tag of an unknown type that need not be known, and one type that is known, but optional.
const MAYBE: u32 = 0x1_000b;
const MAYBE_TOLD: u32 = 0x1_0001;

const UNKNOWN: &str = "its Multiboot header requires something that is not known here";
const HEADER: &str = "its Multiboot header makes no sense";
const ADDRESSES: &str = "the addresses in its Multiboot header make no sense";
const PARTS: &str = "the addresses in its headers make no sense";
const ENTRY: &str = "its entry is in no part of it";
const NEITHER: &str = "its Multiboot header has no addresses, and it is no ELF file";

#[track_caller]
fn multiboot(file: &Bytes) -> Multiboot {
    match file.look() {
        Ok(Image::Multiboot(image)) => image,
        other => panic!("{other:?}"),
    }
}

fn elf(size: usize) -> Bytes {
    elf32(size, 0x10_0010, &[at(0x10_0000, 0x1000, 0x800, 0x900)])
}

#[test]
fn of_an_elf_file() {
    let file = elf(0x2000);
    let found = multiboot(&one(file.clone(), 0x1000, 3, &[]));
    assert_eq!(found.version, Version::One);
    assert_eq!(found.movable, None);
    let Ok(Image::Elf(program)) = file.look() else {
        panic!("an ELF file without a header is one");
    };
    assert_eq!(found.program, program);

    let file = elf64(0x2000, 0x10_0010, &[at(0x10_0000, 0x1000, 0x800, 0x900)]);
    let found = multiboot(&two(file, 0x1008, &[0, 8]));
    assert_eq!(
        (found.version, found.program.entry),
        (Version::Two, 0x10_0010)
    );
    assert!(!found.program.is_long, "it is 32-bit code in a 64-bit file");
}

#[test]
fn where_a_header_is_looked_for() {
    let one = |at| one(elf(0x1_0000), at, 0, &[]);
    let two = |at| two(elf(0x1_0000), at, &[0, 8]);
    let is_one = |file: Bytes| matches!(file.look(), Ok(Image::Multiboot(_)));
    for (at, is_there) in [
        (0x54, true),
        (0x52, false),
        (4068, true),
        (4076, true),
        (4080, true),
        (4092, true),
        (8180, true),
        (8184, false),
        (8188, false),
        (8192, false),
    ] {
        assert_eq!(is_one(one(at)), is_there, "the first version's at {at}");
    }
    for (at, is_there) in [
        (0x58, true),
        (0x54, false),
        (4072, true),
        (4080, true),
        (4088, true),
        (8184, true),
        (32744, true),
        (32752, false),
        (32760, false),
        (32768, false),
    ] {
        assert_eq!(is_one(two(at)), is_there, "the second version's at {at}");
    }
}

#[test]
fn at_the_last_byte_of_the_file() {
    for version in [Version::One, Version::Two] {
        let header = |size: usize| match version {
            Version::One => one(Bytes::new(size), 64, 1 << 16, &[64, 0, 0, 0, 64]),
            Version::Two => {
                let tags = [2, 24, 64, 0, 0, 0, 3, 12, 64, 0];
                two(Bytes::new(size), 64, &tags)
            }
        };
        let whole = match version {
            Version::One => 64 + 32,
            Version::Two => 64 + 56,
        };
        let file = header(whole);
        assert_eq!(multiboot(&file).program.entry, 64);
        for size in 0..whole {
            let got = look(&file.0[..size], size as u64);
            assert!(got.is_err(), "{version:?} cut to {size}");
        }
    }
}

#[test]
fn what_is_no_header() {
    let at = 0x1000;
    for (name, file) in [
        (
            "a checksum that is off",
            one(elf(0x2000), at, 0, &[]).words(at + 8, &[1]),
        ),
        (
            "flags and no checksum",
            elf(0x2000).words(at, &[0x1bad_b002, 3, 0]),
        ),
        ("another architecture", {
            let magic = 0xe852_50d6_u32;
            let checksum = 0_u32.wrapping_sub(magic + 4 + 24);
            elf(0x2000).words(at, &[magic, 4, 24, checksum, 0, 8])
        }),
        ("no bytes", {
            let magic = 0xe852_50d6_u32;
            elf(0x2000).words(at, &[magic, 0, 0, 0_u32.wrapping_sub(magic)])
        }),
        ("4 GiB", {
            let magic = 0xe852_50d6_u32;
            let checksum = 0_u32.wrapping_sub(magic.wrapping_add(u32::MAX));
            elf(0x2000).words(at, &[magic, 0, u32::MAX, checksum])
        }),
        ("past the file's end", {
            let magic = 0xe852_50d6_u32;
            let checksum = 0_u32.wrapping_sub(magic + 0x1001);
            elf(0x2000).words(at, &[magic, 0, 0x1001, checksum])
        }),
    ] {
        assert!(matches!(file.look(), Ok(Image::Elf(_))), "{name}");
    }
}

#[test]
fn the_second_version_counts() {
    let both = two(one(elf(0x2000), 0x1000, 0xff, &[]), 0x1800, &[0, 8]);
    assert_eq!(multiboot(&both).version, Version::Two);
}

#[test]
fn what_it_requires() {
    for (flags, want) in [
        (0_u32, ""),
        (7, ""),
        (8, UNKNOWN),
        (0x8000, UNKNOWN),
        (0xfffe_0000, ""),
    ] {
        let got = one(elf(0x2000), 0x1000, flags, &[]);
        let got = got
            .look()
            .map_or_else(|fault| crate::make::say(&fault), |_| String::new());
        assert_eq!(got, want, "flags {flags:#x}");
    }
    for (name, tags, want) in [
        ("no end", &[][..], ""),
        ("an end of no bytes", &[0, 0], HEADER),
        (
            "every tag that is known",
            &[4, 12, 3, 0, 5, 20, 0, 0, 0, 0, 6, 8, 7, 8, 0, 8],
            "",
        ),
        ("EFI's entries", &[8, 12, 1, 0, 9, 12, 1, 0, 0, 8], ""),
        ("one that is unknown", &[11, 8, 0, 8], UNKNOWN),
        ("one that may be", &[MAYBE, 8, 0, 8], ""),
        ("to be told", &[1, 16, 4, 6, 0, 8], ""),
        ("to be told all", &[1, 16, 0, 21, 0, 8], ""),
        (
            "to be told what nobody knows",
            &[1, 16, 4, 22, 0, 8],
            UNKNOWN,
        ),
        ("if anybody does", &[MAYBE_TOLD, 16, 4, 22, 0, 8], ""),
        ("a tag of no bytes", &[4, 0, 0, 8], HEADER),
        ("a tag shorter than any", &[4, 7, 0, 8], HEADER),
        ("a tag past the end", &[4, 25, 0, 8, 0, 8], HEADER),
        ("an endless tag", &[4, u32::MAX, 0, 8], HEADER),
        ("movable by 3", &[10, 24, 0, 0, 3, 0, 0, 8], HEADER),
        ("movable by nothing", &[10, 24, 0, 0, 0, 0, 0, 8], HEADER),
        ("an entry outside", &[3, 12, 0x20_0000, 0, 0, 8], ENTRY),
        ("an entry inside", &[3, 12, 0x10_0020, 0, 0, 8], ""),
        (
            "addresses, but no entry",
            &[2, 24, 0x10_0000, 0x10_0000, 0, 0, 0, 8],
            ADDRESSES,
        ),
    ] {
        let got = two(elf(0x2000), 0x1000, tags);
        let got = got
            .look()
            .map_or_else(|fault| crate::make::say(&fault), |_| String::new());
        assert_eq!(got, want, "{name}");
    }
    let long = two(elf(0x2000), 0x1000, &[MAYBE, 1024, 0, 8]);
    let long = long.words(0x1008, &[1040, 0_u32.wrapping_sub(0xe852_50d6 + 1040)]);
    assert_eq!(long.fault(), HEADER, "longer than any");
}

#[test]
fn movable() {
    let tags = [10, 24, 0x20_0000, 0xffff_ffff, 0x20_0000, 2, 0, 8];
    let found = multiboot(&two(elf(0x2000), 0x1000, &tags));
    let want = Movable {
        start: 0x20_0000,
        end: 0xffff_ffff,
        alignment: 0x20_0000,
    };
    assert_eq!(found.movable, Some(want));
}

/// Name; header, start, end, end of zeroes and entry, the header being at 0x100 of a file of
/// 0x1000 bytes; the part: offset, length, address, memory.
type Row = (&'static str, [u32; 5], Result<[u64; 4], &'static str>);

const ALL: u32 = u32::MAX;
const ROWS: &[Row] = &[
    (
        "all to the end",
        [0x10_0100, 0x10_0000, 0, 0, 0x10_0000],
        Ok([0, 0x1000, 0x10_0000, 0x1000]),
    ),
    (
        "a part, and zeroes",
        [0x10_0100, 0x10_00f0, 0x10_01f0, 0x10_2000, 0x10_0100],
        Ok([0xf0, 0x100, 0x10_00f0, 0x1f10]),
    ),
    (
        "from the beginning, wherever that is",
        [0x10_0100, ALL, 0x10_0200, 0, 0x10_0000],
        Ok([0, 0x200, 0x10_0000, 0x200]),
    ),
    (
        "to the end of 4 GiB",
        [0xffff_f100, 0xffff_f000, 0, 0, ALL],
        Ok([0, 0x1000, 0xffff_f000, 0x1000]),
    ),
    (
        "past 4 GiB",
        [0xffff_f101, 0xffff_f001, 0, 0, ALL],
        Err(PARTS),
    ),
    (
        "begins behind the header",
        [0x10_0100, 0x10_0101, 0, 0, 0x10_0101],
        Err(ADDRESSES),
    ),
    (
        "begins before the file",
        [0x10_0101, 0x10_0000, 0, 0, 0x10_0000],
        Err(ADDRESSES),
    ),
    ("begins before memory", [0xff, ALL, 0, 0, 0], Err(ADDRESSES)),
    (
        "ends before it begins",
        [0x10_0100, 0x10_0000, 0xf_ffff, 0, 0x10_0000],
        Err(ADDRESSES),
    ),
    (
        "is empty",
        [0x10_0100, 0x10_0000, 0x10_0000, 0, 0x10_0000],
        Err(PARTS),
    ),
    (
        "ends past the file",
        [0x10_0100, 0x10_0000, 0x10_1001, 0, 0x10_0000],
        Err("Truncated(4097)"),
    ),
    (
        "claims 4 GiB",
        [0x100, 0, ALL, 0, 0],
        Err("Truncated(4294967295)"),
    ),
    (
        "zeroes end before",
        [0x10_0100, 0x10_0000, 0x10_0200, 0xf_0000, 0x10_0000],
        Err(ADDRESSES),
    ),
    (
        "zeroes end inside",
        [0x10_0100, 0x10_0000, 0x10_0200, 0x10_01ff, 0x10_0000],
        Err(PARTS),
    ),
    (
        "entry behind",
        [0x10_0100, 0x10_0000, 0, 0, 0x10_1000],
        Err(ENTRY),
    ),
    (
        "entry before",
        [0x10_0100, 0x10_0000, 0, 0, 0xf_ffff],
        Err(ENTRY),
    ),
];

#[test]
fn addresses() {
    for (name, words, want) in ROWS {
        let [header, start, end, zeroed, entry] = *words;
        let tags = [2, 24, header, start, end, zeroed, 3, 12, entry, 0, 0, 8];
        for file in [
            one(Bytes::new(0x1000), 0x100, 1 << 16, words),
            two(Bytes::new(0x1000), 0x100, &tags),
        ] {
            match want {
                Err(sentence) => assert_eq!(file.fault(), *sentence, "{name}"),
                Ok([offset, length, address, memory]) => {
                    let program = multiboot(&file).program;
                    let want = Part {
                        offset: *offset,
                        length: *length,
                        address: *address,
                        memory: *memory,
                    };
                    assert_eq!(program.parts, [want], "{name}");
                    assert_eq!(program.entry, u64::from(entry), "{name}");
                }
            }
        }
    }
}

#[test]
fn without_addresses() {
    assert_eq!(one(Bytes::new(0x1000), 0x100, 0, &[]).fault(), NEITHER);
    assert_eq!(two(Bytes::new(0x1000), 0x100, &[0, 8]).fault(), NEITHER);
    let arm = one(elf(0x2000), 0x1000, 0, &[]).number::<2>(18, 40);
    assert_eq!(arm.fault(), "it is an ELF file, but no kernel for x86");
}

#[test]
fn of_absurd_size() {
    // Read as far as a header can be, and no further.
    let header = one(
        Bytes::new(0x200),
        0x100,
        1 << 16,
        &[0x10_0100, 0x10_0000, 0, 0, 0x10_0000],
    );
    let fault = look(&header.0, u64::MAX).expect_err("it ends above 4 GiB");
    assert_eq!(crate::make::say(&fault), PARTS);
    assert!(look(&[], u64::MAX).is_err());
}
