//! Labels and areas: LVM2's own, and hostile ones.

use super::super::label::{Area, LABELS, Label};
use super::super::metadata::{self, Lack};
use super::super::{checksum, put_id};
use super::{DISKS, TEXT};

/// The second sector of each of the disks.
const LABEL_SECTORS: &[u8] = include_bytes!("../../../tests/lvm/labels");
/// The header of the first disk's area.
const AREA: &[u8; 512] = include_bytes!("../../../tests/lvm/area");
/// Where it is.
const RING: Area = Area {
    start: 4096,
    size: 1_044_480,
};

/// A disk with the label of the n-th in its second sector.
fn labelled(nth: usize) -> Vec<u8> {
    let mut start = vec![0; LABELS];
    start[512..1024].copy_from_slice(&LABEL_SECTORS[512 * nth..][..512]);
    start
}

#[test]
fn labels() {
    for (nth, (id, _)) in DISKS.iter().enumerate() {
        let start = labelled(nth);
        let label = Label::find(&start).expect("a label");
        let mut written: heapless::Vec<u8, 38> = heapless::Vec::new();
        put_id(label.id, &mut written);
        assert_eq!(written, id.as_bytes());
        assert_eq!(*label.areas, [RING]);
    }
    let mut start = labelled(0);
    for bit in 0..512 * 8 {
        start[512 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Label::find(&start), None, "bit {bit}");
        start[512 + bit / 8] ^= 1 << (bit % 8);
    }
    start.rotate_right(512);
    assert_eq!(Label::find(&start), None, "not where it says");
    assert_eq!(Label::find(&labelled(0)[..1023]), None, "cut");
    assert_eq!(Label::find(b""), None);
}

/// A label that is changed, its checksum being right again.
#[test]
fn hostile_labels() {
    let area = [4096_u64.to_le_bytes(), 1_044_480_u64.to_le_bytes()].concat();
    for (name, at, bytes, want) in [
        ("in another sector", 8, &[3][..], None),
        ("the header in the last bytes", 20, &[0xf0, 1, 0, 0], None),
        ("the header beyond", 20, &[0xff; 4], None),
        ("an identifier with a line feed", 32, b"\n", None),
        ("two areas", 32 + 72 + 16, &area, Some(2)),
        ("three", 32 + 72 + 16, &[&area[..], &area].concat(), Some(2)),
        ("none", 32 + 72, &[0; 16], Some(0)),
        ("no end of data", 32 + 56, &area.repeat(26)[..408], Some(0)),
    ] {
        let mut start = labelled(0);
        let sector = &mut start[512..1024];
        sector[at..at + bytes.len()].copy_from_slice(bytes);
        let sum = u32::try_from(checksum(&sector[20..])).expect("32 bits");
        sector[16..20].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(
            Label::find(&start).map(|label| label.areas.len()),
            want,
            "{name}"
        );
    }
}

/// Reads the text of an area out of a disk.
fn read(disk: &[u8], area: Area, room: usize) -> Result<Vec<u8>, Lack> {
    let mut into = vec![0; room];
    let mut read = |at: u64, into: &mut [u8]| {
        let from = usize::try_from(at).ok().and_then(|at| disk.get(at..));
        let bytes = from.and_then(|from| from.get(..into.len()));
        bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
    };
    let length = metadata::read(&area, &mut read, &mut into)?;
    Ok(into[..length].to_vec())
}

/// A disk with the area on it, whose header begins the text there.
fn with_area(header: &[u8; 512], offset: usize) -> Vec<u8> {
    let mut disk = vec![0; 4096 + 1_044_480];
    disk[4096..4608].copy_from_slice(header);
    let room = 1_044_480 - offset;
    let (one, other) = TEXT.as_bytes().split_at(room.min(TEXT.len()));
    disk[4096 + offset..][..one.len()].copy_from_slice(one);
    disk[4608..][..other.len()].copy_from_slice(other);
    disk
}

/// The header with a change, and its checksum right again.
fn changed(at: usize, bytes: &[u8]) -> [u8; 512] {
    let mut header = *AREA;
    header[at..at + bytes.len()].copy_from_slice(bytes);
    let sum = u32::try_from(checksum(&header[4..])).expect("32 bits");
    header[..4].copy_from_slice(&sum.to_le_bytes());
    header
}

#[test]
fn texts_are_read() {
    let disk = with_area(AREA, 50688);
    assert_eq!(read(&disk, RING, 6033).as_deref(), Ok(TEXT.as_bytes()));
    assert_eq!(read(&disk, RING, 6032), Err(Lack::Large));
    assert_eq!(read(&disk[..4096 + 50688], RING, 8192), Err(Lack::Damaged));
    assert_eq!(read(&disk[..4097], RING, 8192), Err(Lack::Damaged));
    for offset in [512, 1_044_480 - 6033, 1_044_480 - 6032, 1_044_480 - 1] {
        let header = changed(40, &(offset as u64).to_le_bytes());
        let read = read(&with_area(&header, offset), RING, 8192);
        assert_eq!(read.as_deref(), Ok(TEXT.as_bytes()), "at {offset}");
    }
}

#[test]
fn damaged_and_hostile_areas() {
    let mut disk = with_area(AREA, 50688);
    for bit in (0..512 * 8).chain((512 + 50688 - 512) * 8..(50688 + 64) * 8) {
        disk[4096 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(read(&disk, RING, 8192), Err(Lack::Damaged), "bit {bit}");
        disk[4096 + bit / 8] ^= 1 << (bit % 8);
    }
    let moved = Area {
        start: 8192,
        size: 1_044_480,
    };
    disk.copy_within(4096..4608, 8192);
    assert_eq!(read(&disk, moved, 8192), Err(Lack::Damaged), "moved");
    let last = u64::MAX.to_le_bytes();
    for (name, at, bytes, want) in [
        ("no text", 40, &[0; 8][..], Lack::Empty),
        ("no length", 48, &[0; 8], Lack::Empty),
        ("not kept up to date", 60, &[1], Lack::Empty),
        ("another version", 20, &[2], Lack::Damaged),
        ("in the header", 40, &511_u64.to_le_bytes(), Lack::Damaged),
        (
            "behind the end",
            40,
            &1_044_480_u64.to_le_bytes(),
            Lack::Damaged,
        ),
        ("far behind the end", 40, &last, Lack::Damaged),
        (
            "longer than the ring",
            48,
            &(1_044_480_u64 - 511).to_le_bytes(),
            Lack::Damaged,
        ),
        (
            "as long as the ring",
            48,
            &(1_044_480_u64 - 512).to_le_bytes(),
            Lack::Large,
        ),
        (
            "no room for a header",
            32,
            &[0xff, 1, 0, 0, 0, 0, 0, 0],
            Lack::Damaged,
        ),
        ("larger than a disk", 32, &last, Lack::Damaged),
        ("another checksum", 56, &[0; 4], Lack::Damaged),
    ] {
        // What is larger than the disk is of no harm by itself.
        let mut disk = with_area(&changed(at, bytes), 50688);
        if at == 32 {
            disk.truncate(4096 + 50688);
        }
        assert_eq!(read(&disk, RING, 8192), Err(want), "{name}");
    }
}
