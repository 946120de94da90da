//! exFAT: a boot sector, and a label entry in the root directory.
//!
//! Source: Microsoft, "exFAT file system specification" (2019), sections 3.1 and 7.3.

use super::bytes::{byte, chunk, field, le32};
use super::directory::{self, Root};
use super::label::{Form, put_label};
use super::uuid::{SERIAL, put_uuid};
use super::{Kind, Look};

/// Fills `found` if the disk starts with an exFAT boot sector.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    let window = &look.window;
    let found = &mut *look.found;
    if *chunk(window, 3) != *b"EXFAT   " {
        return false;
    }
    found.kind = Kind::ExFat;
    put_uuid(&mut found.uuid, chunk::<4>(window, 100), SERIAL);
    // Shifts past 63 bits wrap: no such sizes exist, and any other will do in their place.
    let sector_shift = u32::from(byte(window, 108));
    let cluster_shift = u32::from(byte(window, 109));
    let root = Root {
        heap: le32(window, 88).wrapping_shl(sector_shift),
        entries: 1_u64.wrapping_shl(sector_shift.wrapping_add(cluster_shift)) >> 5,
        table: le32(window, 80).wrapping_shl(sector_shift),
        first: le32(window, 96),
    };
    let mut entry = [0; 32];
    if directory::find(&root, look.read, &mut entry, is_label) {
        // Eleven letters at most.
        let letters = usize::from(byte(&entry, 1).min(11));
        let name = field(&entry, 2, letters.wrapping_mul(2));
        put_label(&mut found.label, name, Form::Utf16Le);
    }
    true
}

/// A volume label entry, in use.
fn is_label(entry: &[u8; 32]) -> bool {
    matches!(entry, [0x83, ..])
}

#[cfg(test)]
mod tests {
    use super::super::Kind::ExFat;
    use super::super::tests::{Patches, check};

    /// Sectors of 512, clusters of one; table in sector 1, clusters from sector 2, root in 3.
    const BASE: [(usize, &[u8]); 5] = [
        (3, b"EXFAT   "),
        (80, b"\x01"),
        (88, b"\x02"),
        (96, b"\x03\0\0\0\x78\x56\x34\x12"),
        (108, b"\x09\x00"),
    ];

    #[test]
    fn finds_serial_number_and_label() {
        let label = &b"\x83\x03\x16\x04b\0c\0d\0"[..];
        let letters = &[b'x', 0].repeat(15)[..];
        let other = &[0x81; 512][..];
        let rows: &[(&str, Patches<'_>, &str)] = &[
            ("first", &[(0x600, label)], "Жbc"),
            ("second", &[(0x600, &[3; 32]), (0x620, label)], "Жbc"),
            (
                "next cluster",
                &[(0x600, other), (0x20c, b"\x05"), (0xa00, label)],
                "Жbc",
            ),
            ("last cluster", &[(0x600, other), (0x20c, &[255; 4])], ""),
            ("looped", &[(0x600, other), (0x20c, b"\x03")], ""),
            (
                "length beyond",
                &[(0x600, b"\x83\xff"), (0x602, letters)],
                "xxxxxxxxxxx",
            ),
            ("length 0", &[(0x600, b"\x83\x00x\0")], ""),
            ("cluster 0", &[(0x600, label), (96, b"\0")], ""),
            ("cluster 4 billion", &[(0x600, label), (96, &[255; 4])], ""),
            ("shifts beyond", &[(0x600, label), (108, b"\xff\xff")], ""),
            ("no entries", &[(0x600, label), (108, b"\0\0")], ""),
        ];
        for (name, patches, label) in rows {
            let patches = [&BASE, *patches].concat();
            check(
                65536,
                &[(name, &patches, Some((ExFat, label, "1234-5678")))],
            );
        }
        check(65536, &[("not exFAT", &[(3, b"EXFAT  X")], None)]);
    }
}
