//! The file systems that one row of a table describes: a magic, and where name and UUID are.
//!
//! Given a window of the disk, finds the row that fits it. Offsets are from the start of the
//! window. Sources: Linux 6.1, `include/uapi/linux/magic.h` and each file system's own header
//! (`fs/ext4/ext4.h`, `fs/xfs/libxfs/xfs_format.h`, `include/linux/f2fs_fs.h`,
//! `fs/erofs/erofs_fs.h`, `fs/squashfs/squashfs_fs.h`, `fs/jfs/jfs_superblock.h`,
//! `fs/reiserfs/reiserfs.h`, `include/uapi/linux/btrfs_tree.h`).

use super::bytes::{chunk, field, le64};
use super::label::{Form, put_label};
use super::uuid::{PLAIN, put_uuid};
use super::{Kind, Look, ext};

/// As a place: the format has no such field. Nothing is read past the window's end.
const NONE: u16 = 4096;

/// One way to know a file system.
struct Row {
    magic: u64,
    /// Bits that are not the magic's, of 64.
    spare: u8,
    magic_at: u16,
    uuid_at: u16,
    label_at: u16,
    label_len: u16,
    /// The window that it is in, by where that begins.
    kib: u8,
    kind: Kind,
}

/// Spells out a row; at compile time alone.
#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "runs in the compiler"
)]
const fn row(
    kind: Kind,
    kib: u8,
    (magic_at, magic): (u16, &[u8]),
    uuid_at: u16,
    (label_at, label_len): (u16, u16),
) -> Row {
    let mut number = 0;
    let mut index = magic.len();
    while index > 0 {
        index -= 1;
        number = number << 8 | magic[index] as u64;
    }
    Row {
        magic: number,
        spare: 64 - 8 * magic.len() as u8,
        magic_at,
        uuid_at,
        label_at,
        label_len,
        kib,
        kind,
    }
}

#[rustfmt::skip]
const ROWS: [Row; 11] = [
    row(Kind::Ext2,     0,  (0x438, b"\x53\xef"),         0x468, (0x478, 16)),
    row(Kind::Xfs,      0,  (0,     b"XFSB"),             32,    (108, 12)),
    row(Kind::F2fs,     0,  (0x400, b"\x10\x20\xf5\xf2"), 0x46c, (0x47c, 1024)),
    row(Kind::SquashFs, 0,  (0,     b"hsqs"),             NONE,  (NONE, 0)),
    row(Kind::Erofs,    0,  (0x400, b"\xe2\xe1\xf5\xe0"), 0x430, (0x440, 16)),
    row(Kind::ReiserFs, 8,  (0x34,  b"ReIsErFs"),         NONE,  (NONE, 0)),
    row(Kind::Jfs,      32, (0,     b"JFS1"),             136,   (152, 16)),
    row(Kind::Btrfs,    64, (0x40,  b"_BHRfS_M"),         0x20,  (0x12b, 256)),
    row(Kind::ReiserFs, 64, (0x34,  b"ReIsEr2F"),         84,    (100, 16)),
    row(Kind::ReiserFs, 64, (0x34,  b"ReIsEr3F"),         84,    (100, 16)),
    row(Kind::ReiserFs, 64, (0x34,  b"ReIsErFs"),         NONE,  (NONE, 0)),
];

/// Fills `found` from the row that fits.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>, kib: u8) -> bool {
    let window = &look.window;
    let found = &mut *look.found;
    for row in &ROWS {
        let magic = le64(window, usize::from(row.magic_at));
        if row.kib != kib || (magic ^ row.magic) << (row.spare & 63) != 0 {
            continue;
        }
        found.kind = match row.kind {
            Kind::Ext2 => match ext::generation(window) {
                Some(kind) => kind,
                None => continue,
            },
            kind => kind,
        };
        let form = match row.kind {
            Kind::F2fs => Form::Utf16Le,
            _ => Form::Raw,
        };
        let uuid: &[u8; 16] = chunk(window, usize::from(row.uuid_at));
        put_uuid(&mut found.uuid, uuid, PLAIN);
        let label = field(
            window,
            usize::from(row.label_at),
            usize::from(row.label_len),
        );
        put_label(&mut found.label, label, form);
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::Kind::{Btrfs, Erofs, F2fs, Jfs, ReiserFs, SquashFs, Xfs};
    use super::super::tests::check;

    const UUID: &[u8] = b"\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
    const WRITTEN: &str = "01234567-89ab-cdef-0123-456789abcdef";

    #[test]
    fn finds_each_row() {
        const K64: usize = 65536;
        let long = [b'x'; 256];
        let cyrillic = *b"\x16\x04";
        check(
            K64 + 4096,
            &[
                (
                    "XFS",
                    &[(0, b"XFSB"), (32, UUID), (108, b"twelve bytes\xff")],
                    Some((Xfs, "twelve bytes", WRITTEN)),
                ),
                (
                    "F2FS",
                    &[
                        (1024, b"\x10\x20\xf5\xf2"),
                        (0x46c, UUID),
                        (0x47c, b"a\0 \0b\0 \0"),
                    ],
                    Some((F2fs, "a b", WRITTEN)),
                ),
                (
                    "F2FS, longest",
                    &[(1024, b"\x10\x20\xf5\xf2"), (0x47c, &cyrillic.repeat(128))],
                    Some((F2fs, &"Ж".repeat(128), "")),
                ),
                (
                    "F2FS, too long",
                    &[(1024, b"\x10\x20\xf5\xf2"), (0x47c, &cyrillic.repeat(129))],
                    Some((F2fs, "", "")),
                ),
                ("SquashFS", &[(0, b"hsqs")], Some((SquashFs, "", ""))),
                (
                    "EROFS",
                    &[(1024, b"\xe2\xe1\xf5\xe0"), (1072, UUID), (1088, b"e")],
                    Some((Erofs, "e", WRITTEN)),
                ),
                (
                    "ReiserFS 3.5",
                    &[(8192 + 52, b"ReIsErFs")],
                    Some((ReiserFs, "", "")),
                ),
                (
                    "ReiserFS 3.5, moved",
                    &[(K64 + 52, b"ReIsErFs"), (K64 + 84, UUID)],
                    Some((ReiserFs, "", "")),
                ),
                (
                    "ReiserFS 3.6",
                    &[
                        (K64 + 52, b"ReIsEr2Fs"),
                        (K64 + 84, UUID),
                        (K64 + 100, b"r"),
                    ],
                    Some((ReiserFs, "r", WRITTEN)),
                ),
                (
                    "ReiserFS, own journal",
                    &[(K64 + 52, b"ReIsEr3Fs"), (K64 + 84, UUID)],
                    Some((ReiserFs, "", WRITTEN)),
                ),
                (
                    "JFS",
                    &[(32768, b"JFS1"), (32768 + 136, UUID), (32768 + 152, b"j")],
                    Some((Jfs, "j", WRITTEN)),
                ),
                (
                    "Btrfs",
                    &[
                        (K64 + 64, b"_BHRfS_M"),
                        (K64 + 32, UUID),
                        (K64 + 299, &long),
                    ],
                    Some((Btrfs, &"x".repeat(256), WRITTEN)),
                ),
                ("Btrfs, not quite", &[(K64 + 64, b"_BHRfS_m")], None),
                ("XFS, elsewhere", &[(8192, b"XFSB")], None),
            ],
        );
    }
}
