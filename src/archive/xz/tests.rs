//! Files that `xz` made, whole and broken; and some that it would not make.

use super::{Fault, ODDS, Unpacker};

const TEXT: &[u8] = b"abcabcabcabcabcabcabcabc kexec";
/// `xz --check=CHECK --lzma2=dict=4KiB` of the text, for each check.
const CHECKED: [(&str, &str); 4] = [
    (
        "crc32",
        "fd377a585a0000016922de360200210100000000372797d6e0001d00105d00309888aaed9c044d9f1a0333648d\
         b40000dd1678f80001281ee226d4879042990d010000000001595a",
    ),
    (
        "crc64",
        "fd377a585a000004e6d6b4460200210100000000372797d6e0001d00105d00309888aaed9c044d9f1a0333648d\
         b400009f09d1e15b77754b00012c1ee6e3b8e31fb6f37d010000000004595a",
    ),
    (
        "none",
        "fd377a585a000000ff12d9410200210100000000372797d6e0001d00105d00309888aaed9c044d9f1a0333648d\
         b400000001241eee69612b06729e7a010000000000595a",
    ),
    (
        "sha256",
        "fd377a585a00000ae1fb0ca10200210100000000372797d6e0001d00105d00309888aaed9c044d9f1a0333648d\
         b400009d7226ebd5d88b6ba6616c62217e22ef75f2fae76ade8bc5ba10db3075f00f950001441e49029c4e189b\
         4b9a01000000000a595a",
    ),
];
/// `xz --format=lzma --lzma1=dict=4KiB` of the text.
const OLD: &str = "5d00100000ffffffffffffffff00309888aaed9c044d9f1a0333ca6769dfffd1920000";
/// 5000 letters x and a y, which go round the dictionary: as `.xz`, and as `.lzma`.
const LONG: [&str; 2] = [
    "fd377a585a0000016922de360200210100000000372797d6e01388001f5d003c6ffbbffea3b15ee5f83fb2aa2655f8\
     68704170150f8dfd1e35cce6b9000000001878d6290001378927000000aca6395b3e300d8b020000000001595a",
    "5d00100000ffffffffffffffff003c6ffbbffea3b15ee5f83fb2aa2655f868704170150f8dfd1e35ccea271bfffffe\
     564000",
];
/// 20 bytes that cannot be made smaller, and a file of them.
const RANDOM: [&str; 2] = [
    "4420823cfde6f1c26b30f90ec7dd01e4887534a2",
    "fd377a585a0000016922de360200210100000000372797d60100134420823cfde6f1c26b30f90ec7dd01e4887534a2\
     00ac4d407800012814fccf01679042990d010000000001595a",
];
/// The text with a filter for programs before LZMA2.
const FILTERED: &str = "fd377a585a000004e6d6b4460201040021010000da33ad03e0001d00105d00309888aaed9c04\
     4d9f1a0333648db400009f09d1e15b77754b00012c1ee6e3b8e31fb6f37d010000000004595a";
/// The bytes of a file's end that nothing is read of.
const FOOTER: usize = 12;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

/// Unpacks, given so many bytes at a time, with such a dictionary.
fn unpack(packed: &[u8], chunk: usize, window: usize) -> (Vec<u8>, Result<(), Fault>) {
    let mut chunks = packed.chunks(chunk);
    let mut plain = Vec::new();
    let done = Unpacker {
        input: &mut vec![0; chunk],
        window: &mut vec![0; window],
        odds: vec![0; ODDS].first_chunk_mut().unwrap(),
        read: &mut |into| {
            let chunk = chunks.next().unwrap_or_default();
            into[..chunk.len()].copy_from_slice(chunk);
            Some(chunk.len())
        },
        write: &mut |bytes| {
            assert!(!bytes.is_empty());
            plain.extend_from_slice(bytes);
            true
        },
    }
    .run();
    (plain, done)
}

#[test]
fn files_of_the_real_tool() {
    let x_and_y = [&[b'x'; 5000][..], b"y"].concat();
    let random = bytes(RANDOM[0]);
    let texts = CHECKED.iter().map(|(_, file)| (*file, TEXT));
    let others = [
        (OLD, TEXT),
        (LONG[0], &x_and_y),
        (LONG[1], &x_and_y),
        (RANDOM[1], &random),
    ];
    for (file, want) in texts.chain(others) {
        let packed = bytes(file);
        for chunk in [1, 2, 7, 4096] {
            for window in [4096, 4099, 100_000] {
                let got = unpack(&packed, chunk, window);
                assert_eq!(got, (want.to_vec(), Ok(())), "{file}, {chunk}, {window}");
            }
        }
    }
}

#[test]
fn each_cut_is_seen() {
    for (name, file) in CHECKED.iter().chain(&[("old", OLD)]) {
        let packed = bytes(file);
        let end = packed.len() - if *name == "old" { 0 } else { FOOTER };
        for length in 0..end {
            let (_, done) = unpack(&packed[..length], 64, 4096);
            assert_eq!(done, Err(Fault::Truncated), "{name}, {length}");
        }
        if *name != "old" {
            let (_, done) = unpack(&packed[..end], 64, 4096);
            assert_eq!(done, Ok(()), "{name}: what is behind the index is not read");
        }
    }
}

#[test]
fn each_bit_counts() {
    for (name, file) in &CHECKED[..2] {
        let packed = bytes(file);
        for bit in 0..(packed.len() - FOOTER) * 8 {
            let mut broken = packed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            let (_, done) = unpack(&broken, 64, 4096);
            assert!(done.is_err(), "{name}, {bit}");
        }
    }
}

#[test]
fn dictionaries() {
    for (file, window, want) in [
        // Nothing comes out without one, and what comes out says how large.
        (CHECKED[0].1, 0, Err(Fault::Dictionary(4096))),
        (OLD, 0, Err(Fault::Dictionary(4096))),
        // What is repeated is three bytes behind.
        (CHECKED[0].1, 2, Err(Fault::Dictionary(4096))),
        (OLD, 2, Err(Fault::Dictionary(4096))),
        (CHECKED[0].1, 3, Ok(())),
        (OLD, 3, Ok(())),
    ] {
        assert_eq!(unpack(&bytes(file), 64, window).1, want, "{file}, {window}");
    }
    // 64 MiB, and a size that is known to be smaller; the largest there is.
    let mut old = bytes(OLD);
    old[1..5].copy_from_slice(&[0, 0, 0, 4]);
    assert_eq!(unpack(&old, 64, 0).1, Err(Fault::Dictionary(1 << 26)));
    old[5..13].copy_from_slice(&5000_u64.to_le_bytes());
    assert_eq!(unpack(&old, 64, 0).1, Err(Fault::Dictionary(5000)));
    old[1..13].fill(0xff);
    let want = Err(Fault::Dictionary(u32::MAX.into()));
    assert_eq!(unpack(&old, 64, 0).1, want);
}

/// A file with no checks, up to its first block; the rest of it is given.
fn with_chunks(chunks: &[u8]) -> Vec<u8> {
    let head = bytes("fd377a585a000000ff12d9410200210100000000372797d6");
    [&head[..], chunks].concat()
}

#[test]
fn chunks_that_make_no_sense() {
    let packed = bytes("5d00309888aaed9c044d9f1a0333648db400");
    for (name, chunks, plain, want) in [
        ("no chunk", vec![], "", Fault::Truncated),
        (
            "a letter as it is, and then no end",
            vec![1, 0, 0, b'x'],
            "",
            Fault::Truncated,
        ),
        (
            "the dictionary is not emptied first",
            vec![2, 0, 0, b'x'],
            "",
            Fault::Damaged,
        ),
        (
            "a chunk of no kind",
            vec![3, 0, 0, b'x'],
            "",
            Fault::Damaged,
        ),
        (
            "what is learnt goes on from nothing",
            [&[0x80, 0, 29, 0, 16][..], &packed].concat(),
            "",
            Fault::Damaged,
        ),
        (
            "what is learnt is forgotten, and no odds are said",
            [&[1, 0, 0, b'x', 0xa0, 0, 29, 0, 16], &packed[1..]].concat(),
            "",
            Fault::Damaged,
        ),
        (
            "odds that LZMA2 has not: lc 3, lp 2",
            [&[0xe0, 0, 29, 0, 16, 21], &packed[1..]].concat(),
            "",
            Fault::Unknown,
        ),
        (
            "and none has",
            [&[0xe0, 0, 29, 0, 16, 225], &packed[1..]].concat(),
            "",
            Fault::Unknown,
        ),
        (
            "a byte more than the chunk has",
            [&[0xe0, 0, 29, 0, 17][..], &packed, &[0]].concat(),
            "",
            Fault::Damaged,
        ),
        (
            "fewer bytes come out than go on",
            [&[0xe0, 0, 28, 0, 16][..], &packed].concat(),
            "",
            Fault::Damaged,
        ),
        (
            "bits that begin wrong",
            [&[0xe0, 0, 29, 0, 16, 0x5d, 1], &packed[2..]].concat(),
            "",
            Fault::Damaged,
        ),
        (
            "padding that is none",
            vec![1, 0, 0, b'x', 0, 0, 0, 1],
            "x",
            Fault::Damaged,
        ),
        (
            "a number without an end",
            [&[1, 0, 0, b'x', 0, 0, 0, 0, 0][..], &[0xff; 10]].concat(),
            "x",
            Fault::Damaged,
        ),
        (
            "an index of more blocks than it has bytes for",
            [&[1, 0, 0, b'x', 0, 0, 0, 0, 0][..], &[0xff; 8], &[0x7f]].concat(),
            "x",
            Fault::Truncated,
        ),
    ] {
        let (got, done) = unpack(&with_chunks(&chunks), 64, 4096);
        let got = if plain.is_empty() { &[][..] } else { &got[..] };
        assert_eq!((got, done), (plain.as_bytes(), Err(want)), "{name}");
    }
}

#[test]
fn others() {
    for (name, file, want) in [
        ("a filter", bytes(FILTERED), Fault::Unknown),
        (
            "another end of the magic",
            b"\xfd7zXZ\x01....".to_vec(),
            Fault::Unknown,
        ),
        (
            "lc 8, lp 4, pb 4: too many odds",
            vec![224; 40],
            Fault::Unknown,
        ),
        ("not gzip's", b"\x1f\x8b\x08".to_vec(), Fault::Unknown),
        ("nothing", vec![], Fault::Truncated),
    ] {
        assert_eq!(unpack(&file, 64, 4096).1, Err(want), "{name}");
    }
}

#[test]
fn doors_that_close() {
    let packed = bytes(CHECKED[0].1);
    for (can_read, want) in [(true, Fault::Stopped), (false, Fault::Stopped)] {
        let mut times = 0;
        let done = Unpacker {
            input: &mut [0; 256],
            window: &mut [0; 16],
            odds: vec![0; ODDS].first_chunk_mut().unwrap(),
            read: &mut |into| {
                into[..packed.len()].copy_from_slice(&packed);
                can_read.then_some(packed.len())
            },
            write: &mut |_| {
                times += 1;
                false
            },
        }
        .run();
        assert_eq!((done, times), (Err(want), i32::from(can_read)));
    }
}
