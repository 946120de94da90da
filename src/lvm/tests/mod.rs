//! Tables over a group that LVM2 2.03 made of three disks of 64 MiB (`tests/lvm`). What is
//! expected is what `dmsetup table` showed when LVM2 had activated it.

mod disk;
mod words;

use super::group::{Group, Lack, Volume};
use super::message::{HEADER, Message};
use crate::out::Put;

/// The text of its metadata.
const TEXT: &str = include_str!("../../../tests/lvm/deb-vg.text");

/// The disks' identifiers, and their numbers in the machine.
const DISKS: [(&str, &str); 3] = [
    ("dpPaig-69ua-nL43-1Ek4-Ify3-HDUV-SaDh0G", "254:16"),
    ("umnm7X-ykpl-3agO-LvAn-FlmX-0ZRN-Gd7cnw", "254:32"),
    ("fzLJgb-jOev-IYLw-hAr1-XsKp-vJsA-issa9v", "254:48"),
];

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let bytes = bytes[at..at + length].iter().rev();
    bytes.fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

fn string(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).expect("a NUL");
    String::from_utf8(bytes[..end].to_vec()).expect("text")
}

/// The parts in a message, as `dmsetup table` writes them.
fn table(message: &mut Message) -> Vec<String> {
    let bytes = message.bytes();
    let mut at = HEADER;
    let parts = (0..number(bytes, 20, 4)).map(|_| {
        let kind = string(&bytes[at + 24..at + 40]);
        let (start, length) = (number(bytes, at, 8), number(bytes, at + 8, 8));
        let line = format!("{start} {length} {kind} {}", string(&bytes[at + 40..]));
        at += number(bytes, at + 20, 4);
        assert_eq!(at % 8, 0);
        line
    });
    let parts = parts.collect();
    assert_eq!(at, bytes.len());
    parts
}

/// The table of a volume, with the disks that are there.
fn map(text: &str, volume: &str, there: &[usize]) -> Result<Vec<String>, String> {
    map_copies(text, volume, there, &[]).map(|(rows, _)| rows)
}

/// The same of one that is kept twice, and whether a copy is out of date: with the superblocks of
/// the copies, by the number of the disk: events, which have failed, and how much is recovered.
fn map_copies(
    text: &str,
    volume: &str,
    there: &[usize],
    superblocks: &[(usize, u64, u64, u64)],
) -> Result<(Vec<String>, bool), String> {
    let group = Group::read(text.as_bytes()).ok_or("no group")?;
    let mut volumes = group.volumes();
    let volume = volumes.find(|one| one.name == volume.as_bytes());
    let volume: Volume<'_> = volume.ok_or("no volume")?;
    let mut find = |id: &[u8], out: &mut dyn Put| {
        let mut disks = there.iter().map(|nth| DISKS[*nth]);
        let disk = disks.find(|(one, _)| one.as_bytes() == id);
        disk.inspect(|(_, numbers)| out.put(numbers.as_bytes()))
            .is_some()
    };
    let mut read = |id: &[u8], offset: u64, into: &mut [u8]| {
        let mut known = superblocks.iter();
        let known = known.find(|(nth, ..)| DISKS[*nth].0.as_bytes() == id && there.contains(nth));
        let Some((nth, events, failed, recovered)) = known else {
            return false;
        };
        assert_eq!(offset, [0, 43008, 10240][*nth] * 512, "disk {nth}");
        into[..4].copy_from_slice(b"DmRd");
        for (at, number) in [(16, events), (24, failed), (32, recovered)] {
            into[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        true
    };
    let mut message = Message::new(b"deb--vg-x", b"").expect("a short name");
    match group.map(&volume, &mut find, &mut read, &mut message) {
        Ok(is_one_old) => Ok((table(&mut message), is_one_old)),
        Err(Lack::Disk) => Err("disk".into()),
        Err(Lack::Kind(kind)) => Err(String::from_utf8_lossy(kind).into()),
        Err(Lack::Sense) => Err("sense".into()),
        Err(Lack::Room) => Err("room".into()),
    }
}

#[test]
fn volumes_are_mapped_as_by_lvm2() {
    let group = Group::read(TEXT.as_bytes()).expect("a group");
    assert_eq!(group.name, b"deb-vg");
    assert_eq!(group.id, b"pU3DeP-AYAV-3xkt-c1jz-q9E9-aqcM-H0Rz9p");
    assert_eq!(group.sequence, 13);
    let names: Vec<_> = group
        .volumes()
        .map(|one| string(&[one.name, b"\0"].concat()))
        .collect();
    assert_eq!(
        names,
        ["str", "lin-1", "r1", "mir", "pool", "thin", "snapshot0"]
    );
    let linear = [
        "0 114688 linear 254:16 10240",
        "114688 32768 linear 254:32 10240",
        "147456 8192 linear 254:32 108544",
    ];
    let striped = ["0 24576 striped 3 128 254:16 2048 254:32 2048 254:48 2048"];
    for (name, there, want) in [
        ("lin-1", &[0, 1, 2][..], Ok(&linear[..])),
        ("lin-1", &[0, 1], Ok(&linear)),
        ("lin-1", &[0, 2], Err("disk")),
        ("str", &[2, 1, 0], Ok(&striped)),
        ("str", &[0, 2], Err("disk")),
        // The tables of `r1_rimage_0`, `r1_rimage_1`, `mir_mimage_0` and `mir_mimage_1`.
        ("r1", &[0, 1, 2], Ok(&["0 16384 linear 254:32 51200"])),
        ("r1", &[0, 2], Ok(&["0 16384 linear 254:48 18432"])),
        ("r1", &[0], Err("disk")),
        ("mir", &[0, 1, 2], Ok(&["0 16384 linear 254:32 67584"])),
        ("mir", &[2], Ok(&["0 16384 linear 254:48 34816"])),
        ("mir", &[], Err("disk")),
        ("pool", &[0, 1, 2], Err("thin-pool")),
        ("thin", &[0, 1, 2], Err("thin")),
        ("snapshot0", &[0, 1, 2], Err("snapshot")),
        ("snap", &[0, 1, 2], Err("no volume")),
        ("r1_rimage_0", &[0, 1, 2], Err("no volume")),
    ] {
        let got = map(TEXT, name, there);
        let want = want.map(|rows| rows.iter().map(ToString::to_string).collect());
        assert_eq!(got, want.map_err(String::from), "{name} with {there:?}");
    }
}

#[test]
fn a_copy_that_is_out_of_date_is_left_out() {
    const ALL: u64 = u64::MAX;
    let (first, second) = ("0 16384 linear 254:32 51200", "0 16384 linear 254:48 18432");
    for (there, superblocks, want) in [
        (
            &[1, 2][..],
            &[(1, 7, 0, ALL), (2, 7, 0, ALL)][..],
            Ok((first, false)),
        ),
        (
            &[1, 2],
            &[(1, 6, 0, ALL), (2, 7, 0, ALL)],
            Ok((second, true)),
        ),
        (
            &[1, 2],
            &[(1, 7, 1, ALL), (2, 7, 1, ALL)],
            Ok((second, true)),
        ),
        (
            &[1, 2],
            &[(1, 7, 0, ALL), (2, 6, 0, ALL)],
            Ok((first, true)),
        ),
        (
            &[1, 2],
            &[(1, 7, 0, 99), (2, 7, 0, ALL)],
            Ok((second, true)),
        ),
        // Nothing is known of one; of none.
        (&[1, 2], &[(2, 7, 0, ALL)], Ok((second, false))),
        (&[1, 2], &[], Ok((first, false))),
        // What is newer is not there.
        (&[1], &[(1, 6, 0, ALL), (2, 7, 0, ALL)], Ok((first, false))),
        // None is whole.
        (&[1, 2], &[(1, 7, 3, ALL), (2, 6, 0, 0)], Err("disk")),
    ] {
        let got = map_copies(TEXT, "r1", there, superblocks);
        let want = want.map(|(row, is_one_old)| (vec![row.to_owned()], is_one_old));
        assert_eq!(got, want.map_err(String::from), "{superblocks:?}");
    }
}

/// Many parts of one extent each.
fn in_parts(count: usize) -> String {
    let segment = |nth| {
        format!(
            "segment{nth} {{ start_extent = {nth} extent_count = 1 type = \"striped\"\n\
             stripe_count = 1 stripes = [\"pv0\", 0] }}\n"
        )
    };
    let segments: String = (0..count).map(segment).collect();
    let (before, rest) = TEXT.split_once("segment_count = 3").expect("the volume");
    let (_, after) = rest.split_once("\n}\n\nr1 {").expect("the next volume");
    format!("{before}{segments}\n}}\n\nr1 {{{after}")
}

/// What is changed in the text, and why the volume is not mapped then.
#[rustfmt::skip]
const CHANGES: &[(&str, &str, &str, &str, &str)] = &[
    ("beyond the disk", "lin-1", "\"pv0\", 1\n", "\"pv0\", 2\n", "sense"),
    ("far beyond the disk", "lin-1", "\"pv0\", 1\n", "\"pv0\", 18446744073709551615\n", "sense"),
    ("a place too large", "lin-1", "pe_start = 2048", "pe_start = 18446744073709551615", "sense"),
    ("extents of nothing", "lin-1", "extent_size = 8192", "extent_size = 0", "no group"),
    ("extents too large", "lin-1", "extent_size = 8192", "extent_size = 9223372036854775807", "sense"),
    ("no extents", "lin-1", "extent_size = 8192", "extent_sizes = 8192", "no group"),
    ("no name", "lin-1", "deb-vg {", "{", "no group"),
    ("a gap", "lin-1", "start_extent = 14", "start_extent = 15", "sense"),
    ("an overlap", "lin-1", "start_extent = 14", "start_extent = 13", "sense"),
    ("a length too large", "lin-1", "extent_count = 14", "extent_count = 18446744073709551615", "sense"),
    ("nothing", "str", "extent_count = 3", "extent_count = 0", "sense"),
    ("no disk of this name", "lin-1", "\"pv0\", 1\n", "\"pv9\", 1\n", "sense"),
    ("no places", "str", "stripes = [", "strips = [", "sense"),
    ("too few places", "str", "\"pv1\", 0,\n\"pv2\", 0", "\"pv1\", 0", "sense"),
    ("no stripes", "str", "stripe_count = 3", "stripe_count = 0", "sense"),
    ("too many stripes", "str", "stripe_count = 3", "stripe_count = 65", "sense"),
    ("not a multiple", "str", "stripe_count = 3", "stripe_count = 2", "sense"),
    ("chunks of nothing", "str", "stripe_size = 128", "stripe_size = 0", "sense"),
    ("made of itself", "lin-1", "\"pv0\", 1\n", "\"lin-1\", 0\n", "sense"),
    ("a copy of itself", "mir", "\"mir_mimage_0\", 0", "\"mir\", 0", "sense"),
    ("striped over volumes", "str", "\"pv1\", 0", "\"mir\", 0", "striped over volumes"),
    ("no kind", "r1", "type = \"raid1\"", "", "sense"),
    ("another kind", "r1", "type = \"raid1\"", "type = \"raid6\"", "raid6"),
    ("no copies", "r1", "raids = [", "raid = [", "sense"),
    ("not visible", "str", "\"VISIBLE\"", "\"HIDDEN\"", "no volume"),
    ("an old disk", "lin-1", "status = [\"ALLOCATABLE\"]\nflags = []", "flags = [\"MISSING\"]", "disk"),
    ("being merged", "str", "cow_store =", "merging_store =", "snapshot"),
];

#[test]
fn what_makes_no_sense_is_not_mapped() {
    assert_eq!(
        map(&in_parts(200), "lin-1", &[0]).map(|rows| rows.len()),
        Ok(200)
    );
    assert_eq!(map(&in_parts(300), "lin-1", &[0]), Err("room".into()));
    for (name, volume, from, to, want) in CHANGES {
        assert!(TEXT.contains(from), "{name}");
        let text = TEXT.replacen(from, to, 1);
        assert_eq!(
            map(&text, volume, &[0, 1, 2]),
            Err((*want).into()),
            "{name}"
        );
    }
}

#[test]
fn a_part_of_another_volume_is_found_in_it() {
    let from = "\"pv0\", 1\n";
    // Its last extent, and what is beyond it.
    for (first, count, want) in [
        (1, 1, Ok(vec!["0 8192 linear 254:48 43008".to_owned()])),
        (1, 2, Err("sense".to_owned())),
    ] {
        let text = TEXT.replacen(from, &format!("\"mir_mimage_1\", {first}\n"), 1);
        let text = text.replacen("extent_count = 14", &format!("extent_count = {count}"), 1);
        let text = text.replacen("start_extent = 14", "start_extent = 99", 1);
        let text = text.replacen("start_extent = 18", "start_extent = 99", 1);
        let text = text.replacen("extent_count = 4", "extent_count = 0", 1);
        let (before, rest) = text.split_once("segment3 {").expect("the third");
        let (_, after) = rest.split_once("\nr1 {").expect("the next");
        let text = format!("{before}\n}}\nr1 {{{after}");
        assert_eq!(map(&text, "lin-1", &[2]), want, "{first} {count}");
    }
}
