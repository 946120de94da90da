//! NTFS: a boot sector, and the name in record 3 of the master file table, `$Volume`.
//!
//! Source: Linux 6.1, `fs/ntfs3/ntfs.h` (`NTFS_BOOT`, `MFT_REC`, `ATTRIB`). A name that spans
//! two sectors of its record is put right by the record's fix-up array first.

use super::bytes::{byte, chunk, field, le16, le32, le64, place};
use super::label::{Form, put_label};
use super::uuid::{LONG_SERIAL, put_uuid};
use super::{Identity, Kind, Look, WINDOW};

/// The attribute that holds a volume's name.
const VOLUME_NAME: u64 = 0x60;
/// What stands where the last attribute ends.
const END: u64 = 0xffff_ffff;

/// Fills `found` if the disk starts with an NTFS boot sector; the window's bytes are spent.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    let window = &look.window;
    let sector = le16(window, 11);
    let cluster = scale(byte(window, 13), sector, sector);
    if *chunk(window, 3) != *b"NTFS    " || cluster == 0 {
        return false;
    }
    look.found.kind = Kind::Ntfs;
    put_uuid(&mut look.found.uuid, field(window, 72, 8), LONG_SERIAL);
    let table = le64(window, 48).wrapping_mul(cluster);
    let record = scale(byte(window, 64), cluster, 1);
    // More than the record, where that is smaller: the next ones do no harm.
    if look.load(table.wrapping_add(record.wrapping_mul(3))) && *chunk(&look.window, 0) == *b"FILE"
    {
        mend(&mut look.window);
        put_name(&look.window, look.found);
    }
    true
}

/// A count of `unit`s up to 128; above, the power of two of `small` units that is missing to 256.
fn scale(count: u8, unit: u64, small: u64) -> u64 {
    if count <= 128 {
        unit.wrapping_mul(u64::from(count))
    } else {
        small.wrapping_shl(u32::from(count.wrapping_neg()))
    }
}

/// Puts back what each sector of a record ended with before it was marked.
fn mend(record: &mut [u8; WINDOW]) {
    // The mark, and then the end of each sector.
    let saved: [u8; 18] = *chunk(record, place(le16(record, 4)));
    let ends = saved.chunks_exact(2).skip(1);
    for (sector, end) in record.chunks_exact_mut(512).zip(ends) {
        if let ([.., a, b], [c, d]) = (sector, end) {
            [*a, *b] = [*c, *d];
        }
    }
}

/// Walks the record's attributes to the name.
fn put_name(record: &[u8; WINDOW], found: &mut Identity) {
    let mut at = place(le16(record, 20));
    while let Some(attribute) = record.get(at..)
        && let Some(head) = attribute.first_chunk::<24>()
    {
        let len = place(le32(head, 4));
        match le32(head, 0) {
            VOLUME_NAME => {
                let name = field(attribute, place(le16(head, 20)), place(le32(head, 16)));
                put_label(&mut found.label, name, Form::Utf16Le);
                break;
            }
            END => break,
            _ if len == 0 => break,
            _ => at = at.saturating_add(len),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind::Ntfs;
    use super::super::tests::{Patches, check};

    /// Sectors of 512, clusters of 8; the table in cluster 2, records of 1 KiB: `$Volume` at 0x2c00.
    const BOOT: (usize, &[u8]) = (3, b"NTFS    \x00\x02\x08");
    const PLACE: (usize, &[u8]) = (48, b"\x02");
    const RECORD: (usize, &[u8]) = (64, b"\xf6");
    const SERIAL: (usize, &[u8]) = (72, b"\xef\xcd\xab\x89\x67\x45\x23\x01");
    const WRITTEN: &str = "0123456789ABCDEF";
    /// A record whose fix-ups are at 0x30, and attributes at 0x40.
    const VOLUME: (usize, &[u8]) = (0x2c00, b"FILE\x30\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\0");
    /// An attribute of type 0x60 at 0x40: three characters at its 24th byte.
    const LABEL: (usize, &[u8]) = (
        0x2c40,
        b"\x60\0\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\x06\0\0\0\x18\0\0\0a\0b\0c\0",
    );

    #[test]
    fn finds_the_label_of_the_volume_record() {
        let far = b"\x60\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0\xa0\x01\0\0";
        let others = b"\x10\0\0\0\x20\0\0\0";
        let rows: &[(&str, Patches<'_>, &str)] = &[
            ("first", &[VOLUME, LABEL], "abc"),
            (
                "second",
                &[VOLUME, (0x2c40, others), (0x2c60, LABEL.1)],
                "abc",
            ),
            (
                "across two sectors",
                &[
                    VOLUME,
                    (0x2c30, b"\x01\0x\0y\0"),
                    (0x2c40, b"\x10\0\0\0\x18"),
                    (0x2c58, far),
                    (0x2df8, b"a\0b\0c\0\x01\0"),
                ],
                "abcx",
            ),
            ("none", &[VOLUME, (0x2c40, b"\xff\xff\xff\xff")], ""),
            (
                "behind the end",
                &[VOLUME, (0x2c40, b"\xff\xff\xff\xff\x20"), (0x2c60, LABEL.1)],
                "",
            ),
            (
                "behind an empty one",
                &[VOLUME, (0x2c40, b"\x10\0\0\0\0"), (0x2c60, LABEL.1)],
                "",
            ),
            (
                "an attribute of 4 GiB",
                &[VOLUME, (0x2c40, b"\x10\0\0\0\xff\xff\xff\xff")],
                "",
            ),
            (
                "a name of 4 GiB",
                &[VOLUME, LABEL, (0x2c50, b"\xff\xff\xff\xff")],
                "",
            ),
            (
                "a name far off",
                &[VOLUME, LABEL, (0x2c54, b"\xff\xff")],
                "",
            ),
            (
                "attributes far off",
                &[VOLUME, LABEL, (0x2c14, b"\xff\xff")],
                "",
            ),
            (
                "fix-ups far off",
                &[VOLUME, LABEL, (0x2c04, b"\xff\xff")],
                "abc",
            ),
            ("not a record", &[LABEL], ""),
            (
                "a table far off",
                &[VOLUME, LABEL, (48, b"\xff\xff\xff\xff\xff\xff\xff\xff")],
                "",
            ),
            ("records of 2^127", &[VOLUME, LABEL, (64, b"\x81")], ""),
            (
                "records of a cluster",
                &[(64, b"\x01"), (0x5000, VOLUME.1), (0x5040, LABEL.1)],
                "abc",
            ),
            (
                "clusters of 2^12 sectors",
                &[
                    (13, b"\xf4"),
                    (48, b"\0"),
                    (0xc00, VOLUME.1),
                    (0xc40, LABEL.1),
                ],
                "abc",
            ),
        ];
        for (name, patches, label) in rows {
            let patches = [&[BOOT, PLACE, RECORD, SERIAL], *patches].concat();
            check(65536, &[(name, &patches, Some((Ntfs, label, WRITTEN)))]);
        }
    }

    #[test]
    fn leaves_alone_what_makes_no_sense() {
        check(
            65536,
            &[
                ("sectors of 0", &[BOOT, (11, b"\0\0")], None),
                ("clusters of 0", &[BOOT, (13, b"\0")], None),
                ("no serial number, no table", &[BOOT], Some((Ntfs, "", ""))),
            ],
        );
    }
}
