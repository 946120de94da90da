//! ext2, ext3 or ext4: what the features of one superblock make of it.
//!
//! Source: Linux 6.1, `fs/ext4/ext4.h`, `struct ext4_super_block` and the `EXT*_FEATURE_*` sets.

use super::bytes::le32;
use super::{Kind, WINDOW};

/// `s_log_block_size`: 6 is 64 KiB, the largest.
const LOG_BLOCK_SIZE: usize = 0x400 + 0x18;
/// `s_feature_compat`; 4: has a journal.
const COMPATIBLE: usize = 0x400 + 0x5c;
/// `s_feature_incompat`; 2: types in directories, 4: journal to
/// replay, 8: is a journal, 0x10: meta groups.
const INCOMPATIBLE: usize = 0x400 + 0x60;
/// `s_feature_ro_compat`; 1: sparse superblocks, 2: large files, 4: trees in directories.
const READ_ONLY: usize = 0x400 + 0x64;

/// Which driver's file system the superblock at 1 KiB is, if a whole one: not another's journal.
pub(super) fn generation(window: &[u8; WINDOW]) -> Option<Kind> {
    let incompatible = le32(window, INCOMPATIBLE);
    if incompatible & 8 != 0 || le32(window, LOG_BLOCK_SIZE) > 6 {
        None
    } else if incompatible & !0x16 != 0 || le32(window, READ_ONLY) & !7 != 0 {
        Some(Kind::Ext4)
    } else if le32(window, COMPATIBLE) & 4 != 0 {
        Some(Kind::Ext3)
    } else {
        Some(Kind::Ext2)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind::{Ext2, Ext3, Ext4};
    use super::super::tests::check;

    #[test]
    fn tells_the_three_apart() {
        const MAGIC: (usize, &[u8]) = (0x438, b"\x53\xef");
        check(
            4096,
            &[
                (
                    "ext2",
                    &[MAGIC, (0x460, b"\x02"), (0x464, b"\x07")],
                    Some((Ext2, "", "")),
                ),
                (
                    "ext3",
                    &[MAGIC, (0x45c, b"\x04"), (0x460, b"\x06")],
                    Some((Ext3, "", "")),
                ),
                (
                    "ext4: extents",
                    &[MAGIC, (0x45c, b"\x04"), (0x460, b"\x40")],
                    Some((Ext4, "", "")),
                ),
                (
                    "ext4: no journal",
                    &[MAGIC, (0x464, b"\x08")],
                    Some((Ext4, "", "")),
                ),
                (
                    "label",
                    &[MAGIC, (0x478, b"sixteen letters.\xff")],
                    Some((Ext2, "sixteen letters.", "")),
                ),
                (
                    "uuid",
                    &[MAGIC, (0x468, &[0xab; 16])],
                    Some((Ext2, "", "abababab-abab-abab-abab-abababababab")),
                ),
                ("a journal alone", &[MAGIC, (0x460, b"\x08")], None),
                ("blocks of 128 KiB", &[MAGIC, (0x418, b"\x07")], None),
                ("no magic", &[(0x460, b"\x40")], None),
            ],
        );
    }
}
