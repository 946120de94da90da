//! Files that `zstd` made, whole and broken; and some that it would not make.

mod blocks;

use super::{Fault, Unpacker};

const TEXT: &[u8] = b"abcabcabcabcabcabcabcabc kexec";
/// `zstd` of the text: of a file and of what comes through a pipe, each with a checksum and without.
const SMALL: [&str; 4] = [
    "28b52ffd241e7d000048616263206b6578656301007e6e08274463bd",
    "28b52ffd04587d000048616263206b6578656301007e6e08274463bd",
    "28b52ffd201e7d000048616263206b6578656301007e6e08",
    "28b52ffd00587d000048616263206b6578656301007e6e08",
];
/// 5000 letters x and a y: as a file, and through a pipe.
const LONG: [&str; 2] = [
    "28b52ffd64891255000018787879010083d3032cb496d3ce",
    "28b52ffd045855000018787879010083d3032cb496d3ce",
];
/// 400 bytes of words, of which some come again: a Huffman code, and tables of its own.
const WORDS: &str = "28b52ffd6490008d0500a2871413b0a70dd0ddd2790b6981a64c6a28491253021176cb77b01d0b75f9\
    d6d18cf2e698d00d252023a1cd057624b61d40f3798c562f31aa21154fc5a8a92b5e8243ad6b9e9a2f7a20c899ba6491904f\
    eb35772a29a8b11d150c5bd86a7d031010c28cba1b10180a25b7b006de8142f0e385ee4b3e29a44482ac98bce093081528a2\
    efc1338918725667f6ac0406d093d98debe3c807cc059a0ad0701cd7ed30f913be7307e523c0e4c6dd104a8d9a559ca32088";
/// A frame that is to be skipped, as `pzstd` puts one before each other.
const SKIPPED: &str = "502a4d180400000013000000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

/// Unpacks, given so many bytes at a time, with so much memory at most; how often some was asked
/// for, too.
fn unpack_in(packed: &[u8], chunk: usize, most: usize) -> (Vec<u8>, Result<(), Fault>, usize) {
    let mut rest = packed;
    let mut plain = Vec::new();
    let mut rooms = 0;
    let done = Unpacker {
        room: &mut |wants| {
            rooms += 1;
            Some(vec![0xa5; most.min(usize::try_from(wants).unwrap())])
        },
        read: &mut |into| {
            let (head, tail) = rest.split_at(chunk.min(into.len()).min(rest.len()));
            into[..head.len()].copy_from_slice(head);
            rest = tail;
            Some(head.len())
        },
        write: &mut |bytes| {
            assert!(!bytes.is_empty());
            plain.extend_from_slice(bytes);
            true
        },
    }
    .run();
    (plain, done, rooms)
}

fn unpack(packed: &[u8]) -> (Vec<u8>, Result<(), Fault>) {
    let (plain, done, _) = unpack_in(packed, 4096, 1 << 22);
    (plain, done)
}

#[test]
fn files_of_the_real_tool() {
    let x_and_y = [&[b'x'; 5000][..], b"y"].concat();
    let small = SMALL.map(|file| (file, TEXT));
    for (file, want) in small
        .into_iter()
        .chain(LONG.map(|file| (file, &x_and_y[..])))
    {
        for chunk in [1, 2, 7, 4096] {
            for most in [super::ROOM + 4, super::ROOM + 33, usize::MAX] {
                let (plain, done, _) = unpack_in(&bytes(file), chunk, most);
                assert_eq!(
                    (&plain[..], done),
                    (want, Ok(())),
                    "{file}, {chunk}, {most}"
                );
            }
        }
    }
    let (plain, done) = unpack(&bytes(WORDS));
    assert_eq!(
        (plain.len(), done),
        (400, Ok(())),
        "its checksum is compared"
    );
}

#[test]
fn frames_follow_one_another() {
    let empty = "28b52ffd2000010000";
    for (files, want, want_rooms) in [
        (&[SKIPPED, SMALL[0]][..], TEXT.len(), 1),
        (
            &[SMALL[0], SKIPPED, empty, SMALL[2], SKIPPED],
            2 * TEXT.len(),
            1,
        ),
        // Windows of 1 KiB, 5001 and 2 MiB bytes, and smaller ones once more.
        (
            &[SMALL[0], LONG[0], SMALL[1], LONG[0]],
            2 * (TEXT.len() + 5001),
            3,
        ),
        (&[], 0, 0),
    ] {
        let file = bytes(&files.concat());
        let (plain, done, rooms) = unpack_in(&file, 5, usize::MAX);
        assert_eq!(
            (plain.len(), done, rooms),
            (want, Ok(()), want_rooms),
            "{files:?}"
        );
    }
}

#[test]
fn each_cut_is_seen() {
    for file in SMALL.iter().chain(&[WORDS, SKIPPED]) {
        let packed = bytes(file);
        for length in 1..packed.len() {
            let (_, done) = unpack(&packed[..length]);
            assert_eq!(done, Err(Fault::Truncated), "{file}, {length}");
        }
    }
}

#[test]
fn each_bit_counts() {
    // A flag, and the rests of bytes behind tables, have no meaning; some states have one symbol;
    // and for the first file a byte is as good a window as a size. `zstd` takes as many.
    for (file, want) in [(SMALL[0], 2), (WORDS, 25)] {
        let packed = bytes(file);
        let plain = unpack(&packed).0;
        let is_good = |bit: &usize| {
            let mut broken = packed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            let (got, done) = unpack(&broken);
            assert!(done.is_err() || got == plain, "{bit}");
            done.is_ok()
        };
        let good = (0..packed.len() * 8).filter(is_good).count();
        assert_eq!(good, want, "{file}");
    }
}

#[test]
fn headers() {
    let block = "7d000048616263206b6578656301007e6e08";
    for (name, header, rest, want) in [
        ("another magic", "28b52ffc0058", block, Err(Fault::Unknown)),
        ("an old one", "27b52ffd0058", block, Err(Fault::Unknown)),
        (
            "a flag that is not defined",
            "28b52ffd0858",
            block,
            Err(Fault::Unknown),
        ),
        ("one that has no meaning", "28b52ffd1058", block, Ok(())),
        ("dictionary 0", "28b52ffd015800", block, Ok(())),
        (
            "one of two bytes",
            "28b52ffd02580100",
            block,
            Err(Fault::Foreign),
        ),
        (
            "one of four bytes",
            "28b52ffd035800000001",
            block,
            Err(Fault::Foreign),
        ),
        ("a size of one byte", "28b52ffd201e", block, Ok(())),
        ("of four", "28b52ffda01e000000", block, Ok(())),
        (
            "of eight, and a window",
            "28b52ffdc0581e00000000000000",
            block,
            Ok(()),
        ),
        ("a larger size", "28b52ffd201f", block, Err(Fault::Checksum)),
        (
            "of two bytes, where 256 is 0",
            "28b52ffd601e00",
            block,
            Err(Fault::Checksum),
        ),
        ("no blocks", "28b52ffd0058", "", Err(Fault::Truncated)),
        (
            "a block of no kind",
            "28b52ffd0058",
            "07000000",
            Err(Fault::Damaged),
        ),
        (
            "one that is not there",
            "28b52ffd0058",
            "11000000",
            Err(Fault::Truncated),
        ),
        (
            "one larger than the window",
            "28b52ffd0000",
            "0b200078",
            Err(Fault::Damaged),
        ),
        ("one as large", "28b52ffd0000", "03200078", Ok(())),
        (
            "one of more than 128 KiB",
            "28b52ffd0058",
            "0b001078",
            Err(Fault::Damaged),
        ),
        ("one of 128 KiB", "28b52ffd0058", "03001078", Ok(())),
        (
            "something behind",
            "28b52ffd0058",
            "01000061616161",
            Err(Fault::Unknown),
        ),
        (
            "a byte behind",
            "28b52ffd0058",
            "01000061",
            Err(Fault::Truncated),
        ),
    ] {
        let (_, done) = unpack(&bytes(&[header, rest].concat()));
        assert_eq!(done, want, "{name}");
    }
}

#[test]
fn memory() {
    // The window, as a byte says it; and what a frame with it gets at most.
    for (code, window) in [
        ("00", 1_u64 << 10),
        ("07", 1920),
        ("58", 2 << 20),
        ("88", 128 << 20),
        ("ff", 15 << 38),
    ] {
        let mut asked = None;
        let file = bytes(&["28b52ffd00", code].concat());
        let mut pieces = [&file[..]].into_iter();
        let done = Unpacker::<Vec<u8>> {
            room: &mut |wants| {
                asked = Some(wants);
                None
            },
            read: &mut |into| {
                let piece = pieces.next().unwrap_or_default();
                let (piece, rest) = piece.split_at(into.len().min(piece.len()));
                pieces = [rest].into_iter();
                into[..piece.len()].copy_from_slice(piece);
                Some(piece.len())
            },
            write: &mut |_| true,
        }
        .run();
        assert_eq!(done, Err(Fault::Stopped), "{code}");
        assert_eq!(asked, Some(window + super::ROOM as u64), "{code}");
    }
    let small = bytes(SMALL[1]);
    let fault = Err(Fault::Dictionary(2 << 20));
    for (most, want) in [
        (0, fault),
        (super::ROOM, fault),
        // Three bytes back there is something, in a window of three bytes and in no smaller one.
        (super::ROOM + 2, fault),
        (super::ROOM + 3, Ok(())),
    ] {
        assert_eq!(unpack_in(&small, 64, most).1, want, "{most}");
    }
}

#[test]
fn doors_that_close() {
    for can_read in [true, false] {
        let packed = bytes(SMALL[0]);
        let mut rest = &packed[..];
        let mut times = 0;
        let done = Unpacker {
            room: &mut |_| Some(vec![0; super::ROOM + 3]),
            read: &mut |into| {
                let (head, tail) = rest.split_at(into.len().min(rest.len()));
                into[..head.len()].copy_from_slice(head);
                rest = tail;
                can_read.then_some(head.len())
            },
            write: &mut |_| {
                times += 1;
                false
            },
        }
        .run();
        assert_eq!((done, times), (Err(Fault::Stopped), i32::from(can_read)));
    }
}
