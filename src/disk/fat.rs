//! FAT12, FAT16 and FAT32: told by their boot sector's sense, named by their root directory.
//!
//! Source: Microsoft, "FAT32 File System Specification" 1.03 (2000), which covers all three.
//! The label is the root directory's; where that has none, the boot sector's.

use super::bytes::{byte, chunk, le16, le32, word};
use super::directory::{self, Root};
use super::label::{Form, put_label};
use super::uuid::{SERIAL, put_uuid};
use super::{Identity, Kind, Look};

/// What is written for a volume without a name.
const NO_NAME: &[u8; 11] = b"NO NAME    ";

/// Fills `found` if the disk starts with a FAT boot sector.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    let window = &look.window;
    let sector = le16(window, 11);
    let per_cluster = u64::from(byte(window, 13));
    let reserved = le16(window, 14);
    let fats = u64::from(byte(window, 16));
    let short = le16(window, 22);
    let is_signed = le16(window, 510) == 0xaa55;
    // FAT32 has its tables' length and the rest of the boot sector farther down.
    let (table, rest) = if short == 0 {
        (le32(window, 36), chunk(window, 64))
    } else {
        (short, chunk(window, 36))
    };
    let makes_sense = sector.is_power_of_two()
        && matches!(sector, 512..=4096)
        && per_cluster.is_power_of_two()
        && reserved != 0
        && fats != 0
        && table != 0
        && matches!(byte(window, 21), 0xf0 | 0xf8..);
    if !makes_sense || !take_rest(rest, is_signed, look.found) {
        return false;
    }

    // At most 8, 32 and 12 bits: far from the end of 64.
    let mut root = Root {
        heap: sector.wrapping_mul(reserved.wrapping_add(fats.wrapping_mul(table))),
        // Before FAT32 the root directory is one run of sectors before the first cluster.
        entries: le16(window, 17),
        table: 0,
        first: 2,
    };
    if short == 0 {
        root.entries = per_cluster.wrapping_mul(sector) >> 5;
        root.table = reserved.wrapping_mul(sector);
        root.first = le32(window, 44);
    }
    let mut entry = [0; 32];
    if directory::find(&root, look.read, &mut entry, is_label) {
        put_name(look.found, chunk(&entry, 0));
    }
    true
}

/// Takes serial number and label from the boot sector, if it is FAT's.
fn take_rest(rest: &[u8; 26], is_signed: bool, found: &mut Identity) -> bool {
    let kind = le32(rest, 18);
    // OS/2 signed sectors like FAT's for its other file systems.
    let is_foreign = kind == word(*b"JFS ") || kind == word(*b"HPFS");
    // `FAT` and a figure or a blank.
    let is_named = kind & 0xff_ffff == word(*b"FAT\0");
    if !is_named && (is_foreign || !is_signed) {
        return false;
    }
    found.kind = Kind::Fat;
    let has_serial = byte(rest, 2);
    if has_serial & !1 == 0x28 {
        put_uuid(&mut found.uuid, chunk::<4>(rest, 3), SERIAL);
    }
    if has_serial == 0x29 {
        put_name(found, chunk(rest, 7));
    }
    true
}

fn put_name(found: &mut Identity, name: &[u8; 11]) {
    if name != NO_NAME {
        put_label(&mut found.label, name, Form::Raw);
    }
}

/// In use, the volume's label and nothing else, and without a cluster.
fn is_label(entry: &[u8; 32]) -> bool {
    let attributes = byte(entry, 11);
    byte(entry, 0) != 0xe5
        && attributes & 0x3f != 0x0f
        && attributes & 0x18 == 0x08
        && le16(entry, 20) == 0
        && le16(entry, 26) == 0
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Kind::Fat;
    use super::super::tests::{Patches, check, disk, known};

    /// One sector of 512 bytes a cluster, one reserved, two tables of one, 16 entries: the root
    /// is at 0x600.
    pub(crate) const FAT12: [(usize, &[u8]); 3] = [
        (
            0,
            b"\xeb\x3c\x90mkfs.fat\x00\x02\x01\x01\x00\x02\x10\x00\x40\x0b\xf0\x01\x00",
        ),
        (36, b"\x00\x00\x29\x78\x56\x34\x12BOOT SECTORFAT12   "),
        (510, b"\x55\xaa"),
    ];

    /// The same with 32 reserved sectors and two tables of one: clusters begin at 0x4400.
    const FAT32: [(usize, &[u8]); 3] = [
        (
            0,
            b"\xeb\x58\x90mkfs.fat\x00\x02\x01\x20\x00\x02\x00\x00\x00\x00\xf8\x00\x00",
        ),
        (36, b"\x01\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00"),
        (64, b"\x80\x00\x29\xef\xcd\xab\x00NO NAME    FAT32   "),
    ];

    /// What is written over one of the two.
    fn on<'p>(base: &'p [(usize, &'p [u8])], patches: Patches<'p>) -> Vec<u8> {
        let mut disk = disk(0x8000, base);
        for (at, bytes) in patches {
            disk[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        disk
    }

    #[test]
    fn finds_the_label_that_counts() {
        const BOOT: &str = "BOOT SECTOR";
        const SERIAL: &str = "1234-5678";
        let file = b"KERNEL  GZ \x20";
        let long = b"Aiiiiiiiiii\x0f";
        let gone = b"\xe5LD LABEL  \x08";
        let root = b"ROOT LABEL \x08";
        for (name, patches, label, serial) in [
            ("the boot sector's", &[][..], BOOT, SERIAL),
            ("the root's", &[(0x600, &root[..])], "ROOT LABEL", SERIAL),
            (
                "behind others",
                &[(0x600, file), (0x620, long), (0x640, gone), (0x660, root)],
                "ROOT LABEL",
                SERIAL,
            ),
            ("behind the end", &[(0x620, root)], BOOT, SERIAL),
            (
                "behind the last entry",
                &[(0x600, &[b'x'; 512]), (0x800, root)],
                BOOT,
                SERIAL,
            ),
            (
                "with a cluster",
                &[(0x600, b"NOT A LABEL\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02")],
                BOOT,
                SERIAL,
            ),
            ("a folder", &[(0x600, b"NOT A LABEL\x18")], BOOT, SERIAL),
            ("none there", &[(0x600, b"NO NAME    \x08")], BOOT, SERIAL),
            ("none anywhere", &[(43, b"NO NAME    ")], "", SERIAL),
            ("no serial number", &[(39, b"\0\0\0\0")], BOOT, ""),
            ("serial number alone", &[(38, b"\x28")], "", SERIAL),
            ("neither", &[(38, b"\x00")], "", ""),
            (
                "neither, and no word of FAT",
                &[(38, b"\x00"), (54, b"\xfa\x33\xc0\x8e")],
                "",
                "",
            ),
            ("not signed", &[(510, b"\0\0")], BOOT, SERIAL),
            (
                "entries a cluster beyond",
                &[(22, b"\xff\xff")],
                BOOT,
                SERIAL,
            ),
        ] {
            let expected = Some((Fat, label.to_string(), serial.to_string()));
            assert_eq!(known(&on(&FAT12, patches)), expected, "{name}");
        }
    }

    #[test]
    fn follows_a_root_of_clusters() {
        let other = &[b'x'; 512];
        let root = b"ROOT LABEL \x08";
        for (name, patches, label) in [
            ("in the first", &[(0x4600, &root[..])][..], "ROOT LABEL"),
            (
                "in a next",
                &[(0x4600, other), (0x400c, b"\x05\0\0\xf0"), (0x4a00, root)],
                "ROOT LABEL",
            ),
            (
                "in none",
                &[
                    (0x4600, other),
                    (0x400c, b"\xff\xff\xff\x0f"),
                    (0x4a00, root),
                ],
                "",
            ),
            (
                "in one that leads to itself",
                &[(0x4600, other), (0x400c, b"\x03")],
                "",
            ),
            ("in cluster 0", &[(0x4600, other), (44, b"\0")], ""),
            ("in cluster 1", &[(0x4600, other), (0x400c, b"\x01")], ""),
            ("beyond the disk", &[(44, b"\xff\xff\xff\x0f")], ""),
            ("beyond numbers", &[(44, b"\xff\xff\xff\xff")], ""),
            (
                "tables beyond the disk",
                &[(16, b"\xff"), (36, b"\xff\xff\xff\xff")],
                "",
            ),
        ] {
            let expected = Some((Fat, label.to_string(), "00AB-CDEF".to_string()));
            assert_eq!(known(&on(&FAT32, patches)), expected, "{name}");
        }
    }

    #[test]
    fn leaves_alone_what_makes_no_sense() {
        for (name, at, bytes) in [
            ("sectors of 0", 11, &b"\0\0"[..]),
            ("sectors of 256", 11, b"\x00\x01"),
            ("sectors of 8192", 11, b"\x00\x20"),
            ("sectors of 513", 11, b"\x01\x02"),
            ("clusters of 0 sectors", 13, b"\0"),
            ("clusters of 3 sectors", 13, b"\x03"),
            ("nothing reserved", 14, b"\0\0"),
            ("no tables", 16, b"\0"),
            (
                "tables of nothing",
                22,
                b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            ),
            ("a medium there is not", 21, b"\xf7"),
            ("OS/2's JFS", 54, b"JFS     "),
            ("OS/2's HPFS", 54, b"HPFS    "),
        ] {
            assert_eq!(known(&on(&FAT12, &[(at, bytes)])), None, "{name}");
        }
        check(4096, &[("a signature alone", &[(510, b"\x55\xaa")], None)]);
    }
}
