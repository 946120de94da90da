//! The GUID partition table: one entry's UUID and name.
//!
//! Source: UEFI specification 2.10, section 5.3. Checksums are not looked at: Linux did that
//! before there was a partition to ask for. The spare header at the disk's end is not either, so
//! a disk whose first header is gone gives nothing here.

use super::bytes::{chunk, field, le32, le64};
use super::label::{Form, put_label};
use super::uuid::{GUID, put_uuid};
use super::{PartitionId, ReadAt};

/// Fills in what the entry of this number, counted from one, says.
#[inline(never)]
pub(super) fn find(
    sector: &mut [u8; 512],
    read: &mut ReadAt<'_>,
    number: u64,
    found: &mut PartitionId,
) {
    // Block 1, whatever the size of a block.
    for block in [512, 4096] {
        if read(block, sector)
            && *chunk(sector, 0) == *b"EFI PART"
            && (1..=le32(sector, 80)).contains(&number)
            && le32(sector, 84) >= 128
            && read(entry(sector, block, number), sector)
            // A type of zeros: not in use.
            && *chunk(sector, 0) != [0; 16]
        {
            put_uuid(&mut found.uuid, field(sector, 16, 16), GUID);
            put_label(&mut found.label, field(sector, 56, 72), Form::Utf16Le);
            return;
        }
    }
}

/// The byte at which an entry begins.
fn entry(header: &[u8; 512], block: u64, number: u64) -> u64 {
    let before = number.wrapping_sub(1).wrapping_mul(le32(header, 84));
    le64(header, 72).wrapping_mul(block).wrapping_add(before)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Patches, disk, named};

    const GUARD: (usize, &[u8]) = (498, b"\xee\0\0\0\0\0\0\0\0\0\0\0\x55\xaa");
    const NAME: &[u8] = b"EFI PART";
    /// Entries in block 2; four of 128 bytes.
    const ENTRIES: &[u8] = b"\x02\0\0\0\0\0\0\0\x04\0\0\0\x80\0\0\0";
    const UUID: &str = "00ffeedd-bbcc-99aa-8877-665544332211";

    fn entry() -> Vec<u8> {
        let mut entry = vec![0; 128];
        entry[0] = 1;
        entry[16..32]
            .copy_from_slice(b"\xdd\xee\xff\x00\xcc\xbb\xaa\x99\x88\x77\x66\x55\x44\x33\x22\x11");
        entry[56..60].copy_from_slice(b"\x16\x04 \0");
        entry
    }

    #[test]
    fn finds_the_entry_in_blocks_of_either_size() {
        const BASE: [(usize, &[u8]); 3] = [GUARD, (512, NAME), (584, ENTRIES)];
        let entry = &entry()[..];
        let full = [&entry[..56], &[0x16, 4].repeat(36)].concat();
        let unnamed = [&entry[..56], &[0; 72]].concat();
        let unused = [&[0; 16], &entry[16..]].concat();
        let long = "Ж".repeat(36);
        let rows: &[(&str, Patches<'_>, u32, Option<&str>)] = &[
            ("first", &[(1024, entry)], 1, Some("Ж")),
            ("fourth", &[(1408, entry)], 4, Some("Ж")),
            ("fifth of four", &[(1536, entry)], 5, None),
            ("none", &[(1024, entry)], 0, None),
            ("longest name", &[(1024, &full)], 1, Some(&long)),
            ("no name", &[(1024, &unnamed)], 1, Some("")),
            ("not in use", &[(1024, &unused)], 1, None),
            ("not guarded", &[(1024, entry), (498, b"\0")], 1, None),
            ("not a header", &[(1024, entry), (512, b"\0")], 1, None),
            (
                "large entries",
                &[(597, b"\x02"), (1664, entry)],
                2,
                Some("Ж"),
            ),
            (
                "entries of 0 bytes",
                &[(596, b"\0"), (1024, entry)],
                1,
                None,
            ),
            ("entries of 127", &[(596, b"\x7f"), (1024, entry)], 1, None),
            (
                "entries of 4 GiB",
                &[(596, &[255; 4]), (1024, entry)],
                2,
                None,
            ),
            (
                "entries far off",
                &[(584, &[255; 8]), (1024, entry)],
                1,
                None,
            ),
            (
                "blocks of 4096",
                &[(512, b"\0"), (4096, NAME), (4168, ENTRIES), (8320, entry)],
                2,
                Some("Ж"),
            ),
        ];
        for (name, patches, number, expected) in rows {
            let disk = disk(16384, &[&BASE, *patches].concat());
            let expected = expected.map(|label| (UUID.to_string(), label.to_string()));
            assert_eq!(named(&disk, *number), expected, "{name}");
        }
    }
}
