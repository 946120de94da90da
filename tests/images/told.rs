//! What a Multiboot kernel is told, read as it would read it: by the tables of the
//! Multiboot Specification 0.6.96, 3.3, and of the Multiboot2 Specification 2.0, 3.6.

use crate::machines::{LARGE, Map, OLD, QEMU, memory};
use kexec_loader::image::memory::Memory;
use kexec_loader::image::multiboot::Version;
use kexec_loader::image::multiboot::information::{Facts, Module, write};

const ADDRESS: u64 = 0x1_0000;
const AT: usize = 4096;
const LOADER: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"));
const MODULES: &[Module<'_>] = &[
    Module {
        start: 0x50_0000,
        end: 0x50_0001,
        words: b"dom0 console=hvc0",
    },
    Module {
        start: 0x60_0000,
        end: 0x61_2345,
        words: b"",
    },
];

/// `screen_info` that shows pixels: 1024 by 768, in 16 bits.
fn pixels(kind: u8) -> [u8; 0x40] {
    let mut info = [0; 0x40];
    info[0x0f] = kind;
    info[0x12..0x18].copy_from_slice(&[0x00, 4, 0x00, 3, 16, 0]);
    info[0x18..0x1c].copy_from_slice(&[0, 0, 0, 0xe0]);
    info[0x24..0x26].copy_from_slice(&[0x00, 8]);
    info[0x26..0x2e].copy_from_slice(&[5, 11, 6, 5, 5, 0, 0, 0]);
    info
}

/// `screen_info` that shows text, 132 by 43.
fn text() -> [u8; 0x40] {
    let mut info = [0; 0x40];
    (info[0x07], info[0x0e], info[0x0f]) = (132, 43, 1);
    info
}

/// Bytes that are read at the addresses where they will be.
struct Told(Vec<u8>);

impl Told {
    fn number(&self, address: u64, bytes: u64) -> u64 {
        let at = usize::try_from(address - ADDRESS).unwrap();
        let bytes = self.0[at..at + usize::try_from(bytes).unwrap()]
            .iter()
            .rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn word(&self, address: u64) -> u64 {
        self.number(address, 4)
    }

    fn text(&self, address: u64) -> &str {
        let bytes = &self.0[usize::try_from(address - ADDRESS).unwrap()..];
        let end = bytes.iter().position(|byte| *byte == 0).unwrap();
        std::str::from_utf8(&bytes[..end]).unwrap()
    }
}

fn tell(version: Version, map: Map, screen: &[u8], base: Option<u64>) -> Told {
    let facts = Facts {
        cmdline: b"dom0_mem=512M console=vga",
        modules: MODULES,
        memory: &memory(map),
        screen,
        base,
    };
    let mut bytes = vec![0; 5 * 4096];
    let end = write(version, &facts, &mut bytes, AT, ADDRESS).expect("room enough");
    assert!(
        bytes[..AT]
            .iter()
            .chain(&bytes[end..])
            .all(|byte| *byte == 0)
    );
    bytes.truncate(end);
    Told(bytes)
}

#[test]
fn the_first_version() {
    for (map, lower, upper) in [
        (OLD, 640, 15 * 1024),
        (QEMU, 639, (0x1ffe_0000 - 0x10_0000) >> 10),
        (LARGE, 630, (0xbf71_0000 - 0x10_0000) >> 10),
    ] {
        let told = tell(Version::One, map, &text(), None);
        let info = ADDRESS + AT as u64;
        let word = |at| told.word(info + at);
        assert_eq!(word(0), 0b1_0010_0100_1101, "flags");
        assert_eq!([word(4), word(8)], [lower, upper], "mem_lower, mem_upper");
        assert_eq!(told.text(word(16)), "dom0_mem=512M console=vga");
        assert_eq!(told.text(word(64)), LOADER, "boot_loader_name");

        assert_eq!(word(20), 2, "mods_count");
        let modules = word(24);
        for (nth, module) in (0..).zip(MODULES) {
            let [start, end, words, reserved] =
                [0, 4, 8, 12].map(|at| told.word(modules + nth * 16 + at));
            assert_eq!((start, end, reserved), (module.start, module.end, 0));
            assert_eq!(told.text(words).as_bytes(), module.words);
        }

        assert_eq!(word(44), map.len() as u64 * 24, "mmap_length");
        let mut entry = word(48);
        for (start, last, kind) in map {
            assert_eq!(told.word(entry), 20, "the size, less that of itself");
            assert_eq!(told.number(entry + 4, 8), *start);
            assert_eq!(told.number(entry + 12, 8), last + 1 - start);
            assert_eq!(told.word(entry + 20), u64::from(*kind));
            entry += 24;
        }
        for at in [12, 28, 32, 36, 40, 52, 56, 60, 68, 72, 76, 80, 84] {
            assert_eq!(word(at), 0, "what is not told is not there: {at}");
        }
    }
}

/// Address, pitch, width, height, depth, kind, and where red, green and blue are.
type Screen = (u64, [u64; 3], u64, u64, [u64; 6]);

#[test]
fn the_screen() {
    let mut high = pixels(0x70);
    high[0x36] = 2;
    high[0x3a] = 0x40;
    let mut not_high = high;
    not_high[0x36] = 1;
    let change = |at: usize, value: u8| {
        let mut info = pixels(0x23);
        info[at] = value;
        info
    };
    let colours = [11, 5, 5, 6, 0, 5];
    let frame = |address| Some((address, [2048, 1024, 768], 16, 1, colours));
    let rows: &[(&str, [u8; 0x40], Option<Screen>)] = &[
        (
            "text",
            text(),
            Some((0xb_8000, [264, 132, 43], 16, 2, [0; 6])),
        ),
        ("VESA", pixels(0x23), frame(0xe000_0000)),
        ("EFI", pixels(0x70), frame(0xe000_0000)),
        ("above 4 GiB", high, frame(0x40_e000_0000)),
        ("not above", not_high, frame(0xe000_0000)),
        ("a palette", change(0x16, 8), None),
        ("absurd colours", change(0x16, 33), None),
        ("no columns", change(0x13, 0), None),
        ("nowhere", change(0x1b, 0), None),
        ("some other", pixels(0x20), None),
        ("none", [0; 0x40], None),
    ];
    for (name, info, want) in rows {
        let told = tell(Version::One, QEMU, info, None);
        let start = ADDRESS + AT as u64;
        let is_there = told.word(start) & 1 << 12 != 0;
        assert_eq!(is_there, want.is_some(), "{name}");
        let read = |at, colours: u64| {
            let sizes = [8, 12, 16].map(|from| told.word(at + from));
            let [depth, kind] = [20, 21].map(|from| told.number(at + from, 1));
            let colours = [0, 1, 2, 3, 4, 5].map(|from| told.number(at + colours + from, 1));
            Some((told.number(at, 8), sizes, depth, kind, colours))
        };
        if is_there {
            assert_eq!(read(start + 88, 22), *want, "{name}");
        }

        let told = tell(Version::Two, QEMU, info, None);
        let tag = tags(&told).into_iter().find(|(kind, ..)| *kind == 8);
        assert_eq!(tag.is_some(), want.is_some(), "{name}");
        if let (Some((_, at, size)), Some((address, sizes, depth, kind, colours))) = (tag, want) {
            assert_eq!(size, 38);
            assert_eq!(told.number(at + 8, 8), *address, "{name}");
            assert_eq!(
                [16, 20, 24].map(|from| told.word(at + from)),
                *sizes,
                "{name}"
            );
            assert_eq!(told.number(at + 28, 1), *depth, "{name}");
            assert_eq!(told.number(at + 29, 1), *kind, "{name}");
            assert_eq!(told.number(at + 30, 2), 0, "{name}");
            let got = [0, 1, 2, 3, 4, 5].map(|from| told.number(at + 32 + from, 1));
            assert_eq!(got, *colours, "{name}");
        }
    }
}

/// Type, address and size of every tag; the last is at the end.
fn tags(told: &Told) -> Vec<(u64, u64, u64)> {
    let start = ADDRESS + AT as u64;
    let end = start + told.word(start);
    assert_eq!(told.word(start + 4), 0);
    let mut tags = Vec::new();
    let mut at = start + 8;
    while at < end {
        assert!(at.is_multiple_of(8));
        let size = told.word(at + 4);
        tags.push((told.word(at), at, size));
        at += size.next_multiple_of(8);
    }
    assert_eq!(at, end);
    assert_eq!(end - ADDRESS, told.0.len() as u64);
    tags
}

#[test]
fn the_second_version() {
    let told = tell(Version::Two, LARGE, &text(), Some(0x40_0000));
    let tags = tags(&told);
    let kinds: Vec<u64> = tags.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds, [1, 2, 3, 3, 4, 6, 8, 21, 0]);
    let [cmdline, loader, one, other, sizes, map, _, base, end] = tags[..] else {
        panic!("nine tags");
    };
    assert_eq!(told.text(cmdline.1 + 8), "dom0_mem=512M console=vga");
    assert_eq!(cmdline.2, 8 + 25 + 1, "with its NUL, without what follows");
    assert_eq!(told.text(loader.1 + 8), LOADER);
    for (tag, module) in [(one, MODULES[0]), (other, MODULES[1])] {
        let got = [8, 12].map(|at| told.word(tag.1 + at));
        assert_eq!(got, [module.start, module.end]);
        assert_eq!(told.text(tag.1 + 16).as_bytes(), module.words);
        assert_eq!(tag.2, 16 + module.words.len() as u64 + 1);
    }
    let got = [8, 12].map(|at| told.word(sizes.1 + at));
    assert_eq!(got, [630, (0xbf71_0000 - 0x10_0000) >> 10]);
    assert_eq!(map.2, 16 + 24 * LARGE.len() as u64);
    assert_eq!([8, 12].map(|at| told.word(map.1 + at)), [24, 0]);
    for (nth, (start, last, kind)) in (0..).zip(LARGE) {
        let entry = map.1 + 16 + nth * 24;
        let got = [0, 8].map(|at| told.number(entry + at, 8));
        assert_eq!(got, [*start, last + 1 - start]);
        assert_eq!(
            [16, 20].map(|at| told.word(entry + at)),
            [u64::from(*kind), 0]
        );
    }
    assert_eq!((base.2, told.word(base.1 + 8)), (12, 0x40_0000));
    assert_eq!(end.2, 8);
}

#[test]
fn kinds_of_memory() {
    let mut memory = Memory::new();
    for (nth, kind) in (0..).zip([0, 1, 2, 3, 4, 5, 6, 7, 12, u32::MAX]) {
        memory.add(nth << 20, (nth << 20) + 0xfff, kind);
    }
    let facts = Facts {
        cmdline: b"",
        modules: &[],
        memory: &memory,
        screen: &[],
        base: None,
    };
    let mut bytes = vec![0; 2 * 4096];
    assert!(write(Version::One, &facts, &mut bytes, AT, ADDRESS).is_some());
    let told = Told(bytes);
    let map = told.word(ADDRESS + AT as u64 + 48);
    let kinds: Vec<u64> = (0..10).map(|nth| told.word(map + nth * 24 + 20)).collect();
    assert_eq!(kinds, [2, 1, 2, 3, 4, 5, 2, 2, 2, 2]);
}

#[test]
fn no_room_is_no_information() {
    for version in [Version::One, Version::Two] {
        let whole = tell(version, QEMU, &text(), None).0.len();
        let facts = Facts {
            cmdline: b"dom0_mem=512M console=vga",
            modules: MODULES,
            memory: &memory(QEMU),
            screen: &text(),
            base: None,
        };
        for size in 0..whole {
            let mut bytes = vec![0; size];
            let got = write(version, &facts, &mut bytes, AT, ADDRESS);
            assert_eq!(got, None, "{version:?} in {size}");
        }
        let mut bytes = vec![0; whole];
        let got = write(version, &facts, &mut bytes, AT, ADDRESS);
        assert_eq!(got, Some(whole), "{version:?}");
    }
}
