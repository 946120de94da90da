//! Linux, packed: a bzImage.

use super::{CASE, Case, MANY, MIB, NO_PARAMETERS, NO_ROOM, Planned, planned, refused};
use crate::machines::{LARGE, Map, OLD, QEMU, TINY};
use kexec_loader::image::bzimage::{BzImage, Head};
use kexec_loader::image::plan::{self, Source, TABLES};

const NO_RAMDISK: &str = "there is no free memory where it looks for its ramdisks";

/// Debian's 6.1 for amd64, more or less.
const DEBIAN: BzImage = BzImage {
    protocol: 0x020f,
    cmdline_size: 2047,
    setup: 0x4000,
    length: 8 * MIB,
    address: 16 * MIB,
    alignment: Some(2 * MIB),
    init_size: 50 * MIB,
    ramdisk_end: 0x8000_0000,
    has_long_entry: true,
};
/// A kernel of the time of the 486.
const LINUX_2_4: BzImage = BzImage {
    protocol: 0x0203,
    cmdline_size: 255,
    setup: 0x1400,
    length: MIB,
    address: MIB,
    alignment: None,
    init_size: 5 * MIB,
    ramdisk_end: 0x3800_0000,
    has_long_entry: false,
};

fn linux(image: &BzImage, case: &Case<'_>) -> Result<Planned, String> {
    let mut head: Head = [0; size_of::<Head>()];
    head[0x201] = 0x6a;
    head[0x202..0x206].copy_from_slice(b"HdrS");
    planned(case, |given, memory, tables| {
        plan::linux(image, &head, given, memory, tables)
    })
}

#[test]
fn linux_on_machines() {
    let kernel = Source::Kernel(0x4000);
    let files = &[0x12_3456, 0, 0x1000];
    for (map, top) in [(QEMU, 0x1ffe_0000_u64), (LARGE, 0x8000_0000)] {
        let got = linux(&DEBIAN, &Case { map, files, ..CASE }).expect("room enough");
        let ramdisk = top - 0x12_4000 - 0x1000;
        let want = [
            (kernel, 16 * MIB, 8 * MIB),
            (Source::File(0), ramdisk, 0x12_4000),
            (Source::File(2), top - 0x1000, 0x1000),
            (Source::Tables, 0x8_f000, 0x3000),
        ];
        assert_eq!(got.segments(), want);
        assert_eq!(got.registers(), [16 * MIB, 0, 0, 0x9_0000, 0]);
        let fields = [0x214, 0x218, 0x21c, 0x228].map(|at| got.word(4096 + at));
        assert_eq!(fields, [16 * MIB, ramdisk, 0x12_5000, 0x9_1000]);
        assert_eq!(&got.1[0x2000..0x2006], b"quiet\0");
    }
}

#[test]
fn linux_in_64_bit_mode() {
    let case = Case {
        allows_long: true,
        ..CASE
    };
    let got = linux(&DEBIAN, &case).expect("room enough");
    let tables = (Source::Tables, 0x8_f000, 0x3000 + 0x6000);
    assert_eq!(got.segments()[1], tables);
    assert_eq!(
        got.registers(),
        [16 * MIB + 0x200, 0, 0, 0x9_0000, 0x9_2000]
    );
    let short = linux(&LINUX_2_4, &case).expect("room enough");
    assert_eq!(short.registers()[4], 0, "it has no such entry");
}

#[test]
fn linux_on_a_486() {
    let files = &[2 * MIB];
    let case = Case {
        map: OLD,
        files,
        ..CASE
    };
    let got = linux(&LINUX_2_4, &case).expect("room enough");
    let want = [
        (Source::Kernel(0x1400), MIB, MIB),
        (Source::File(0), 14 * MIB, 2 * MIB),
        (Source::Tables, 0x8_f000, 0x3000),
    ];
    assert_eq!(got.segments(), want);
    assert_eq!(refused(linux(&DEBIAN, &case)), NO_ROOM, "50 MiB in 16");

    // 4 MiB: the ramdisk is in the way of what the kernel unpacks to.
    let small = BzImage {
        init_size: 2 * MIB,
        ..LINUX_2_4
    };
    let files = &[MIB];
    let case = Case {
        map: TINY,
        files,
        ..CASE
    };
    let got = linux(&small, &case).expect("room enough");
    assert_eq!(got.segments()[1].1, 3 * MIB);
    let files = &[MIB + 1];
    let got = linux(&small, &Case { files, ..case });
    assert_eq!(refused(got), NO_RAMDISK);
}

#[test]
fn linux_where_its_place_is_taken() {
    // A hole at 16 MiB: what can be moved is, to the next multiple.
    const HOLE: Map = &[
        (0, 0x9_ffff, 1),
        (0x10_0000, 0xef_ffff, 1),
        (0x100_1000, 0xfff_ffff, 1),
    ];
    let case = Case { map: HOLE, ..CASE };
    let got = linux(&DEBIAN, &case).expect("room enough");
    assert_eq!(got.segments()[0].1, 18 * MIB);
    assert_eq!(got.word(4096 + 0x214), 18 * MIB);
    let fixed = BzImage {
        alignment: None,
        ..DEBIAN
    };
    assert_eq!(refused(linux(&fixed, &case)), NO_ROOM);
    // Free, but no multiple of what it asks for: kernels before protocol 2.10 name 1 MiB.
    for (address, want) in [
        (16 * MIB, 16 * MIB),
        (MIB, 2 * MIB),
        (16 * MIB + 4096, 18 * MIB),
    ] {
        let image = BzImage { address, ..DEBIAN };
        let got = linux(&image, &CASE).expect("room enough");
        assert_eq!(got.segments()[0].1, want, "{address:#x}");
    }
}

/// What is changed, and what is said of it.
type Row = (&'static str, fn(&mut BzImage), Option<&'static str>);

/// Has it want a place, and no other.
fn fix(image: &mut BzImage, address: u64) {
    image.address = address;
    image.alignment = None;
}

#[test]
fn linux_that_asks_for_nonsense() {
    let rows: &[Row] = &[
        ("4 GiB", |i| i.init_size = 1 << 32, Some(NO_ROOM)),
        ("all there is", |i| i.init_size = u64::MAX, Some(NO_ROOM)),
        ("above 4 GiB", |i| fix(i, 1 << 32), Some(NO_ROOM)),
        ("the end", |i| fix(i, u64::MAX), Some(NO_ROOM)),
        ("half a page", |i| fix(i, MIB + 1), Some(NO_ROOM)),
        ("the BIOS's", |i| fix(i, 0xf_0000), Some(NO_ROOM)),
        ("the first page", |i| fix(i, 0), Some(NO_ROOM)),
        (
            "the end, but movable",
            |i| i.address = u64::MAX,
            Some(NO_ROOM),
        ),
        (
            "in steps of 2 GiB",
            |i| (i.address, i.alignment) = (1, Some(1 << 31)),
            Some(NO_ROOM),
        ),
        ("0, but movable", |i| i.address = 0, None),
        (
            "ramdisks below 1 MiB",
            |i| i.ramdisk_end = MIB,
            Some(NO_RAMDISK),
        ),
        ("ramdisks nowhere", |i| i.ramdisk_end = 0, Some(NO_RAMDISK)),
    ];
    for (name, change, want) in rows {
        let files = &[4096];
        let mut image = DEBIAN;
        change(&mut image);
        let got = linux(&image, &Case { files, ..CASE }).map(|_| ());
        assert_eq!(got.err().as_deref(), *want, "{name}");
    }
}

#[test]
fn files_of_absurd_size() {
    for (files, want) in [
        (&[512 * MIB][..], NO_RAMDISK),
        (&[u64::MAX], NO_RAMDISK),
        (&[u64::MAX, u64::MAX], NO_RAMDISK),
        (&[1; 16], MANY),
    ] {
        let got = linux(&DEBIAN, &Case { files, ..CASE });
        assert_eq!(refused(got), want, "{files:x?}");
    }
    let files = &[1; 14];
    let got = linux(&DEBIAN, &Case { files, ..CASE }).expect("room for 16 segments");
    assert_eq!(got.0.segments.len(), 16);
    let files = &[0; 40];
    let got = linux(&DEBIAN, &Case { files, ..CASE }).expect("no file has a byte");
    assert_eq!((got.0.segments.len(), got.word(4096 + 0x218)), (2, 0));
}

#[test]
fn a_place_for_parameters() {
    // 512 KiB of low memory: as high as there is, for those who do not mind.
    const LOW: Map = &[(0, 0x7_ffff, 1), (0x10_0000, 0xfff_ffff, 1)];
    const NONE: Map = &[(0x10_0000, 0xfff_ffff, 1)];
    for (map, new, old) in [
        (QEMU, Some(0x8_f000), Some(0x8_f000)),
        (LOW, Some(0x7_d000), None),
        (NONE, Some(0xfff_d000), None),
    ] {
        for (protocol, want) in [(0x0203, new), (0x0201, old)] {
            let image = BzImage {
                protocol,
                ..LINUX_2_4
            };
            match (linux(&image, &Case { map, ..CASE }), want) {
                (Ok(got), Some(want)) => assert_eq!(got.0.entry, want),
                (got, _) => assert_eq!(refused(got), NO_PARAMETERS),
            }
        }
    }
    let most = TABLES - 0x2000;
    let long = vec![b'x'; most + 1];
    for (length, fits) in [(0, true), (most - 1, true), (most + 1, false)] {
        let cmdline = &long[..length];
        let got = linux(&DEBIAN, &Case { cmdline, ..CASE });
        assert_eq!(got.is_ok(), fits, "{length}");
    }
}
