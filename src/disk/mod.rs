//! What is on a disk: its file system, or a partition's own name, from the few bytes that tell.
//!
//! Given a way to read a device, gives kind, label and UUID as `blkid` writes them. The disk is
//! taken for hostile: no number from it is trusted, every loop has an end. Never allocates,
//! never writes, never reads a file. The cheapest reads come first, and the first that settle
//! the matter are the last: a floppy does two tracks a second.

mod directory;
mod exfat;
mod ext;
mod fat;
mod gpt;
mod iso;
mod label;
#[cfg_attr(not(feature = "lvm"), path = "no_lvm.rs")]
mod lvm;
mod mbr;
#[cfg(feature = "raid")]
pub mod md;
mod ntfs;
mod superblock;
mod udf;
mod uuid;

use crate::bytes;
pub use crate::bytes::ReadAt;
use crate::text::nth_piece;
use heapless::Vec;

/// The file systems that are known by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Without a journal, or with nothing that ext2 did not have.
    Ext2,
    /// With a journal, and otherwise with nothing that ext2 did not have.
    Ext3,
    /// With anything that only ext4 has.
    Ext4,
    /// FAT12, FAT16 or FAT32.
    Fat,
    /// exFAT.
    ExFat,
    /// NTFS.
    Ntfs,
    /// ISO 9660, with or without Joliet.
    Iso9660,
    /// UDF, also beside ISO 9660.
    Udf,
    /// XFS.
    Xfs,
    /// Btrfs.
    Btrfs,
    /// F2FS.
    F2fs,
    /// JFS.
    Jfs,
    /// `ReiserFS` 3.
    ReiserFs,
    /// `SquashFS`.
    SquashFs,
    /// EROFS.
    Erofs,
    /// A member of an array of Linux' software RAID.
    RaidMember,
    /// A part of a volume group of LVM2, which holds no files of its own.
    LvmMember,
    /// None of these; its name is empty.
    Unknown,
}

/// In the order of `Kind`.
const NAMES: &[u8] = b"ext2 ext3 ext4 vfat exfat ntfs iso9660 udf xfs btrfs f2fs jfs reiserfs \
    squashfs erofs linux_raid_member LVM2_member";

impl Kind {
    /// The name that `blkid` and, but for the driver `ntfs3`, the kernel have for it.
    #[must_use]
    pub fn name(self) -> &'static [u8] {
        nth_piece(NAMES, b' ', self as usize)
    }

    /// Whether it is a file system, and not only a part of one, or nothing that is known.
    #[must_use]
    pub fn is_file_system(self) -> bool {
        (self as u8) < Self::RaidMember as u8
    }
}

/// Bytes of the longest UUID: LVM2's has two more than others.
pub const UUID: usize = 38;

/// What a superblock says of its file system.
#[repr(C)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Which file system it is.
    pub kind: Kind,
    /// The volume's UUID as people write it; empty where there is none.
    pub uuid: Vec<u8, UUID>,
    /// The volume's label, in UTF-8 where the format says so; empty where there is none.
    pub label: Vec<u8, 256>,
}

/// What a partition table says of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionId {
    /// The partition's UUID as Linux writes it; empty where there is none.
    pub uuid: Vec<u8, UUID>,
    /// The partition's name in UTF-8; empty where there is none. GPT has 36 UTF-16 units.
    pub label: Vec<u8, 108>,
}

/// Enough for every superblock, and no more than a page of stack.
const WINDOW: usize = 4096;

/// A look at a disk: the part of it that is in view, and what has been made of it.
struct Look<'a, 'r> {
    read: &'a mut ReadAt<'r>,
    found: &'a mut Identity,
    window: [u8; WINDOW],
}

impl Look<'_, '_> {
    /// Brings the bytes from `at` on into view.
    #[inline(never)]
    fn load(&mut self, at: u64) -> bool {
        (self.read)(at, &mut self.window)
    }
}

impl Identity {
    /// Of a disk that holds nothing known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            kind: Kind::Unknown,
            uuid: Vec::new(),
            label: Vec::new(),
        }
    }

    /// Becomes what a disk or a partition says.
    #[inline(never)]
    pub fn read(&mut self, read: &mut ReadAt<'_>) {
        let mut look = Look {
            read,
            found: self,
            window: [0; WINDOW],
        };
        for kib in &[0, 8, 32, 64] {
            if !look.load(u64::from(*kib) << 10) {
                continue;
            }
            let known = (*kib == 0 && lvm::find(&mut look))
                || superblock::find(&mut look, *kib)
                || match *kib {
                    0 => ntfs::find(&mut look) || exfat::find(&mut look) || fat::find(&mut look),
                    32 => iso::find(&mut look),
                    _ => false,
                };
            if known {
                return;
            }
        }
        *self = Self::unknown();
    }
}

impl PartitionId {
    /// Of no partition.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            uuid: Vec::new(),
            label: Vec::new(),
        }
    }

    /// Becomes what the table of a whole disk calls its partition of this number, counted from
    /// one as Linux does: 5 and up are logical partitions in an MBR. What there is not stays
    /// empty.
    #[inline(never)]
    pub fn read(&mut self, read: &mut ReadAt<'_>, number: u32) {
        *self = Self::unknown();
        let mut sector = [0; 512];
        if !read(0, &mut sector) {
            return;
        }
        if mbr::is_protective(&sector) {
            gpt::find(&mut sector, read, u64::from(number), self);
        } else {
            mbr::find(&sector, number, self);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Identity, Kind, PartitionId};

    /// Bytes at their places on a disk of zeros.
    pub(super) type Patches<'p> = &'p [(usize, &'p [u8])];

    /// A disk of `len` zeros with `patches` on it.
    pub(super) fn disk(len: usize, patches: Patches<'_>) -> Vec<u8> {
        let mut disk = vec![0; len];
        for (at, bytes) in patches {
            disk[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        disk
    }

    /// Reads from `disk`, and nothing past its end.
    pub(super) fn reader(disk: &[u8]) -> impl FnMut(u64, &mut [u8]) -> bool {
        |at, into| {
            let from = usize::try_from(at).ok().and_then(|at| disk.get(at..));
            let bytes = from.and_then(|from| from.get(..into.len()));
            bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
        }
    }

    /// What `Identity` says of a disk, as text.
    pub(super) fn known(disk: &[u8]) -> Option<(Kind, String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut found = Identity::unknown();
        found.read(&mut reader(disk));
        let is_known = found.kind != Kind::Unknown;
        is_known.then(|| (found.kind, text(&found.label), text(&found.uuid)))
    }

    /// A row of a table: a name, a disk, and what is on it.
    pub(super) type Row<'r> = (&'r str, Patches<'r>, Option<(Kind, &'r str, &'r str)>);

    /// Looks at the disk of each row.
    pub(super) fn check(len: usize, rows: &[Row<'_>]) {
        for (name, patches, expected) in rows {
            let expected = expected.map(|(kind, label, uuid)| (kind, label.into(), uuid.into()));
            assert_eq!(known(&disk(len, patches)), expected, "{name}");
        }
    }

    /// What `PartitionId` says, as text.
    pub(super) fn named(disk: &[u8], number: u32) -> Option<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut found = PartitionId::unknown();
        found.read(&mut reader(disk), number);
        let is_known = found != PartitionId::unknown();
        is_known.then(|| (text(&found.uuid), text(&found.label)))
    }

    #[test]
    fn every_kind_has_its_name() {
        for (kind, name) in [
            (Kind::Ext2, "ext2"),
            (Kind::Ext3, "ext3"),
            (Kind::Ext4, "ext4"),
            (Kind::Fat, "vfat"),
            (Kind::ExFat, "exfat"),
            (Kind::Ntfs, "ntfs"),
            (Kind::Iso9660, "iso9660"),
            (Kind::Udf, "udf"),
            (Kind::Xfs, "xfs"),
            (Kind::Btrfs, "btrfs"),
            (Kind::F2fs, "f2fs"),
            (Kind::Jfs, "jfs"),
            (Kind::ReiserFs, "reiserfs"),
            (Kind::SquashFs, "squashfs"),
            (Kind::Erofs, "erofs"),
            (Kind::RaidMember, "linux_raid_member"),
            (Kind::LvmMember, "LVM2_member"),
            (Kind::Unknown, ""),
        ] {
            assert_eq!(kind.name(), name.as_bytes());
            let is_part = matches!(kind, Kind::RaidMember | Kind::LvmMember | Kind::Unknown);
            assert_eq!(kind.is_file_system(), !is_part);
        }
    }

    #[test]
    fn reads_no_more_than_it_must() {
        let fat = disk(65536 + 4096, &super::fat::tests::FAT12);
        let ext = disk(4096, &[(0x438, b"\x53\xef")]);
        for (name, disk, expected) in [
            (
                "a FAT floppy: the boot sector, and its root's first entry",
                fat,
                &[0, 0x600][..],
            ),
            ("ext", ext, &[0]),
            (
                "nothing known",
                vec![0; 65536 + 4096],
                &[0, 8192, 32768, 32768, 65536],
            ),
            ("nothing there", vec![], &[0, 8192, 32768, 65536]),
        ] {
            let mut reads = vec![];
            let mut read = reader(&disk);
            Identity::unknown().read(&mut |at, into| {
                reads.push(at);
                read(at, into)
            });
            assert_eq!(reads, expected, "{name}");
        }
    }
}
