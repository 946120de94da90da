//! What is in blocks.

use super::super::Fault;
use super::super::block::{KINDS, recall};
use super::super::table::{Bits, STATES, Table};
use super::{bytes, unpack};

/// The file of one block, with a window of 1 KiB.
fn with_block(block: &[u8]) -> Vec<u8> {
    let [low, high, ..] = (block.len() << 3 | 5).to_le_bytes();
    [&bytes("28b52ffd0000")[..], &[low, high, 0], block].concat()
}

/// What comes out of a block.
fn check(name: &str, block: &str, want: Option<&[u8]>) {
    let got = unpack(&with_block(&bytes(block)));
    match want {
        Some(plain) => assert_eq!(got, (plain.to_vec(), Ok(())), "{name}"),
        None => assert_eq!(got.1, Err(Fault::Damaged), "{name}"),
    }
}

#[test]
fn literals() {
    for (name, block, want) in [
        ("none", "0000", Some(&b""[..])),
        ("two", "10616200", Some(b"ab")),
        ("two, their size in two bytes", "2400616200", Some(b"ab")),
        ("in three", "2c0000616200", Some(b"ab")),
        ("one again and again", "296100", Some(b"aaaaa")),
        ("no number of sequences", "106162", None),
        ("nothing", "", None),
        ("more than the block has", "18616200", None),
        ("none to repeat", "29", None),
        ("more than come out of a block", "1d406100", None),
        ("something behind", "1061620000", None),
    ] {
        check(name, block, want);
    }
}

#[test]
fn huffman_codes() {
    // Of one bit each for 0 and 1, which are described in two bytes; four of them in one.
    let four = [0, 1, 1, 0];
    for (name, block, want) in [
        ("four", "42c00080101600", Some(&four[..])),
        ("three, and no bits for the last", "42c00080100b00", None),
        ("five, of which one is not said", "42c00080102d00", None),
        ("a stream without an end", "42c00080100000", None),
        ("no stream", "4280008010", None),
        ("nor where it would be", "42800080100000", None),
        ("none of them, in a stream", "02c00080100100", Some(b"")),
        ("none, and no stream", "028000801000", None),
        ("no code so far", "43400001", None),
        ("more than the block has", "42000180101600", None),
        ("weights of nothing", "42c00080001600", None),
        ("what is left is no power of two", "42c00082111116", None),
        ("a code of twelve bits", "42c00080c01600", None),
        ("a description that is cut short", "42c000ff101600", None),
        // 000001, six in four streams: two, two, two and none.
        (
            "six in four",
            "66000380100100010001000404040100",
            Some(&[0; 6]),
        ),
        ("five in four", "56000380100100010001000404040100", None),
        (
            "a stream that is too long",
            "66000380100100010003000404040100",
            None,
        ),
        (
            "one without a byte",
            "66000380100100000001000404040100",
            None,
        ),
    ] {
        check(name, block, want);
    }
}

#[test]
fn sequences() {
    let long = [&b"ab"[..], &[b'b'; 515]].concat();
    // Two literals, and one sequence of one code in each table, whose bits follow.
    for (name, block, want) in [
        (
            "two, and the last one thrice",
            "106162015402000001",
            Some(&b"abbbb"[..]),
        ),
        (
            "a number of two bytes",
            "10616280015402000001",
            Some(b"abbbb"),
        ),
        ("none in two bytes", "106162800054", None),
        ("no tables", "10616201", None),
        ("bits that have to be zero", "106162015502000001", None),
        ("tables of the block before", "10616201fc01", None),
        ("a code of literals too many", "106162015424000001", None),
        ("a code of offsets too many", "106162015402200001", None),
        ("a code of lengths too many", "106162015402003501", None),
        ("more literals than there are", "106162015403000001", None),
        ("no bits", "1061620154020000", None),
        ("bits without an end", "106162015402000000", None),
        ("a bit too many", "106162015402000002", None),
        ("a bit too few", "106162015402010001", None),
        ("back behind the first byte", "106162015402020007", None),
        (
            "back to the first byte",
            "106162015402020005",
            Some(b"ababa"),
        ),
        ("back no byte", "106162015400010003", None),
        (
            "the last one 515 times",
            "106162015402002d0002",
            Some(&long),
        ),
        (
            "more than comes out of a block",
            "106162015402002e0004",
            None,
        ),
        ("a table of too many bits", "10616201940500000001", None),
        (
            "a table that goes on behind the block",
            "106162019400",
            None,
        ),
    ] {
        check(name, block, want);
    }
}

/// Of zstd's own `doc/decompressor_permissive.md` and `doc/decompressor_errata.md`.
#[test]
fn files_that_zstd_was_wrong_about() {
    let damaged = Err(Fault::Damaged);
    for (name, file, want) in [
        (
            "states cut short",
            "28b52ffd000055000072800104207e1f02aa00",
            damaged,
        ),
        (
            "an offset of 0",
            "28b52ffd0000450000080002002f430bae",
            damaged,
        ),
        ("no literals, no sequences", "28b52ffd20001500000000", Ok(0)),
        (
            "a byte again and again",
            "28b52ffda001000200020010000b000000",
            Ok(131_073),
        ),
        (
            "a small table",
            "28b52ffd2027c5000080f3f1f0ecebc6c5c7f09d43000000e0e006580100603e52",
            Ok(39),
        ),
    ] {
        let (plain, done) = unpack(&bytes(file));
        assert_eq!(done.map(|()| plain.len()), want, "{name}");
    }
}

#[test]
fn distances_that_come_again() {
    // The table of RFC 8878, 3.1.1.5.
    let mut recent = [1, 4, 8];
    for (offset, literals, want) in [
        (1114, 11, [1111, 1, 4]),
        (1, 22, [1111, 1, 4]),
        (2225, 22, [2222, 1111, 1]),
        (1114, 111, [1111, 2222, 1111]),
        (3336, 33, [3333, 1111, 2222]),
        (2, 22, [1111, 3333, 2222]),
        (3, 33, [2222, 1111, 3333]),
        (3, 0, [2221, 2222, 1111]),
        (1, 0, [2222, 2221, 1111]),
        (2, 0, [1111, 2222, 2221]),
    ] {
        let distance = recall(&mut recent, offset, literals == 0);
        assert_eq!((distance, recent), (want[0], want), "{offset} {literals}");
    }
}

#[test]
fn predefined_tables() {
    // RFC 8878, 3.1.1.3.2.2; a count of -1 is one state, at the end.
    let literals = "4 3 2 2 2 2 2 2 2 2 2 2 2 1 1 1 2 2 2 2 2 2 2 2 2 3 2 1 1 1 1 1 -1 -1 -1 -1";
    let offsets = "1 1 1 1 1 1 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1 -1 -1 -1";
    let matches = "1 4 3 2 2 2 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 \
        1 1 1 1 1 1 -1 -1 -1 -1 -1 -1 -1";
    for (kind, list) in KINDS.iter().zip([literals, offsets, matches]) {
        let counts: Vec<i32> = list
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect();
        let mut cells = [0; STATES];
        let mut table = Table::new(&mut cells);
        kind.choose(&mut table, 0, &mut Bits { bytes: &[], at: 0 })
            .unwrap();
        let size = 1 << table.bits;
        let symbols = cells[..size].iter().map(|cell| *cell as usize & 0xff);
        let mut got = vec![0; counts.len()];
        symbols.clone().for_each(|symbol| got[symbol] += 1);
        let want: Vec<i32> = counts.iter().map(|count| count.abs()).collect();
        assert_eq!(got, want);
        let rare = (0..counts.len()).filter(|nth| counts[*nth] < 0);
        assert!(
            rare.rev()
                .eq(symbols.skip(size - counts.iter().filter(|n| **n < 0).count()))
        );
    }
}
