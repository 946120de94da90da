//! Where a file is: on which disk, and by which path there.
//!
//! Given words of a configuration ("LABEL=x", "vfat:sda1", "(UUID=…)/vmlinuz"), gives a
//! [`Device`] or a [`Location`]. Knows no disk itself: it says only whether an id means one.

use crate::disk::{Identity, Kind, PartitionId};
use crate::out::{Decimal, Put};
use crate::text::{Likeness, cut, place_of, same, strip_prefix};

/// A disk as a configuration names it: `[fstype:]id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device<'t> {
    /// The file system to mount it as, instead of what its superblock says; or empty.
    pub fstype: &'t [u8],
    /// Which disk.
    pub id: Id<'t>,
    /// The words it was named by, for messages.
    pub name: &'t [u8],
}

/// The ways to say which disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id<'t> {
    /// The disk that the configuration was read from.
    BootDisk,
    /// The initramfs that we were started from.
    Initramfs,
    /// The kernel's name for it: `sda1`.
    Name(&'t [u8]),
    /// The label of its file system.
    Label(&'t [u8]),
    /// The UUID of its file system.
    Uuid(&'t [u8]),
    /// The id of its partition.
    PartUuid(&'t [u8]),
    /// The name of its partition.
    PartLabel(&'t [u8]),
}

/// A file on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'t> {
    /// The disk.
    pub device: Device<'t>,
    /// The path from the disk's root.
    pub path: &'t [u8],
}

/// The disk that no words name.
pub const BOOT_DISK: Device<'static> = Device {
    fstype: &[],
    id: Id::BootDisk,
    name: b"the boot disk",
};

/// The tags that may stand before a `=`, in the order of `Id`.
const TAGS: &[u8] = b"LABEL UUID PARTUUID PARTLABEL";

impl<'t> Device<'t> {
    /// Reads `[fstype:]id`; `None` where it names no disk.
    #[inline(never)]
    #[must_use]
    pub fn parse(words: &'t [u8]) -> Option<Self> {
        let mut device = BOOT_DISK;
        device.read(words).then_some(device)
    }

    /// Becomes what `[fstype:]id` names; says whether that is a disk, and stays what it was
    /// if not.
    ///
    /// `nojail,` before it, a word of the original's second generation, changes nothing here.
    #[inline(never)]
    pub fn read(&mut self, words: &'t [u8]) -> bool {
        let words = strip_prefix(words, b"nojail,").unwrap_or(words);
        let mut named = words;
        let mut fstype = cut(&mut named, b':');
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if fstype.len() == words.len() || !fstype.iter().all(is_plain) {
            // A `:` within a label ends no file system's name.
            named = words;
            fstype = &[];
        }
        let mut value = named;
        let tag = cut(&mut value, b'=');
        let known = place_of(tag, TAGS, Likeness::Case);
        let id = match known.filter(|_| tag.len() < named.len()) {
            Some(0) => Id::Label(value),
            Some(1) => Id::Uuid(value),
            Some(2) => Id::PartUuid(value),
            Some(_) => Id::PartLabel(value),
            None => {
                value = named.strip_prefix(b"/dev/").unwrap_or(named);
                match place_of(named, b"rootfs debug", Likeness::Exact) {
                    Some(_) => Id::Initramfs,
                    // Paths of other loaders' entries may name it so.
                    None if named == BOOT_DISK.name => Id::BootDisk,
                    None => Id::Name(value),
                }
            }
        };
        if value.is_empty() {
            return false;
        }
        self.fstype = if same(fstype, b"auto") { &[] } else { fstype };
        self.id = id;
        self.name = words;
        true
    }
}

impl Id<'_> {
    /// Whether this id means the disk of this kernel name and these superblocks.
    ///
    /// Tags are compared without regard to case, as both originals did; names are not. A part
    /// of a file system has neither the label nor the UUID of one.
    #[inline(never)]
    #[must_use]
    pub fn means(&self, name: &[u8], identity: &Identity, partition: &PartitionId) -> bool {
        let (want, have): (_, &[u8]) = match *self {
            Id::BootDisk | Id::Initramfs => return false,
            Id::Name(want) => return want == name,
            Id::Label(want) => (want, &identity.label),
            Id::Uuid(want) => (want, &identity.uuid),
            Id::PartUuid(want) => (want, &partition.uuid),
            Id::PartLabel(want) => (want, &partition.label),
        };
        let is_of_volume = matches!(self, Id::Label(_) | Id::Uuid(_));
        let is_part = matches!(identity.kind, Kind::RaidMember | Kind::LvmMember);
        let is_none = have.is_empty() || is_of_volume && is_part;
        !is_none && same(have, want)
    }
}

impl<'t> Location<'t> {
    /// Where `path` is, with `device` for the disk of a path that names none: `(ID)/path`
    /// does.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, as words to follow its name.
    #[inline(never)]
    pub fn parse(path: &'t [u8], device: &Device<'t>) -> Result<Self, &'static str> {
        let device = *device;
        let mut at = Self { device, path };
        if let [b'(', inner @ ..] = path {
            at.path = inner;
            let words = cut(&mut at.path, b')');
            if words.len() == inner.len() {
                return Err("has no ')' after the name of the disk");
            }
            if !at.device.read(words) {
                return Err("names no disk between its brackets");
            }
        }
        Ok(at)
    }
}

/// The name of the whole disk that a kernel's name is a partition of; the name itself where it
/// is none: `sda` of `sda1`, `nvme0n1` of `nvme0n1p2`.
#[must_use]
pub fn drive_of(name: &[u8]) -> &[u8] {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let before = name.len().wrapping_sub(digits.count());
    let before = name.get(..before).unwrap_or(name);
    match before {
        _ if before.len() == name.len() => name,
        // Names of the SCSI layer and its like are letters.
        [b's' | b'h' | b'v', b'd', ..] | [b'x', b'v', b'd', ..] => before,
        [whole @ .., b'p'] if whole.last().is_some_and(u8::is_ascii_digit) => whole,
        _ => name,
    }
}

/// Puts the kernel's name of a disk's partition of this number; of the disk itself for 0.
pub fn partition_of(drive: &[u8], number: u32, out: &mut dyn Put) {
    out.put(drive);
    if number > 0 {
        if drive.last().is_some_and(u8::is_ascii_digit) {
            out.put(b"p");
        }
        out.put(Decimal::new(number.into()).bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{BOOT_DISK, Device, Id, Location, drive_of, partition_of};
    use crate::disk::{Identity, Kind, PartitionId};
    use heapless::Vec;

    #[test]
    fn devices() {
        for (words, want) in [
            ("sda1", Some(("", Id::Name(b"sda1")))),
            ("/dev/nvme0n1p2", Some(("", Id::Name(b"nvme0n1p2")))),
            ("/dev/cciss/c0d0p1", Some(("", Id::Name(b"cciss/c0d0p1")))),
            ("LABEL=My Disk", Some(("", Id::Label(b"My Disk")))),
            ("label=a:b=c", Some(("", Id::Label(b"a:b=c")))),
            ("uuid=12-AB", Some(("", Id::Uuid(b"12-AB")))),
            ("PartUuid=1234-01", Some(("", Id::PartUuid(b"1234-01")))),
            ("PARTLABEL=EFI", Some(("", Id::PartLabel(b"EFI")))),
            ("vfat:sda1", Some(("vfat", Id::Name(b"sda1")))),
            ("ext4:LABEL=x:y", Some(("ext4", Id::Label(b"x:y")))),
            ("auto:fd0", Some(("", Id::Name(b"fd0")))),
            (":fd0", Some(("", Id::Name(b"fd0")))),
            ("rootfs", Some(("", Id::Initramfs))),
            ("the boot disk", Some(("", Id::BootDisk))),
            ("nojail,sda1", Some(("", Id::Name(b"sda1")))),
            ("", None),
            ("LABEL=", None),
            ("vfat:", None),
            ("/dev/", None),
        ] {
            let got = Device::parse(words.as_bytes()).map(|d| (d.fstype, d.id));
            let want = want.map(|(fstype, id): (&str, _)| (fstype.as_bytes(), id));
            assert_eq!(got, want, "{words:?}");
        }
    }

    #[test]
    fn ids_mean_disks() {
        let identity = Identity {
            kind: Kind::Fat,
            label: Vec::from_slice(b"KEXECLOADER").unwrap(),
            uuid: Vec::from_slice(b"12AB-34CD").unwrap(),
        };
        let part = PartitionId {
            uuid: Vec::from_slice(b"deadbeef-01").unwrap(),
            label: Vec::new(),
        };
        for (words, want) in [
            ("sda1", true),
            ("SDA1", false),
            ("sda", false),
            ("LABEL=kexecloader", true),
            ("LABEL=kexec", false),
            ("UUID=12ab-34cd", true),
            ("UUID=12AB-34C", false),
            ("PARTUUID=DEADBEEF-01", true),
            ("PARTLABEL=x", false),
            ("rootfs", false),
        ] {
            let id = Device::parse(words.as_bytes()).unwrap().id;
            assert_eq!(id.means(b"sda1", &identity, &part), want, "{words:?}");
        }
        assert!(
            !Id::Label(b"").means(b"sdb", &Identity::unknown(), &PartitionId::unknown()),
            "no superblock, no label"
        );
    }

    #[test]
    fn partitions_and_their_disks() {
        for (name, drive, number) in [
            ("sda", "sda", 0),
            ("sda1", "sda", 1),
            ("sdab12", "sdab", 12),
            ("vdb3", "vdb", 3),
            ("xvda1", "xvda", 1),
            ("nvme0n1", "nvme0n1", 0),
            ("nvme0n1p2", "nvme0n1", 2),
            ("mmcblk0p1", "mmcblk0", 1),
            ("md127p1", "md127", 1),
            ("cciss/c0d0p1", "cciss/c0d0", 1),
            ("fd0", "fd0", 0),
            ("sr0", "sr0", 0),
            ("loop0", "loop0", 0),
            ("", "", 0),
        ] {
            assert_eq!(drive_of(name.as_bytes()), drive.as_bytes(), "{name}");
            let mut made: Vec<u8, 32> = Vec::new();
            partition_of(drive.as_bytes(), number, &mut made);
            assert_eq!(made, name.as_bytes());
        }
    }

    #[test]
    fn locations() {
        let sda = Device::parse(b"sda1").unwrap();
        for (path, device, want) in [
            ("/vmlinuz", sda, Ok((sda.id, "/vmlinuz"))),
            ("vmlinuz", BOOT_DISK, Ok((Id::BootDisk, "vmlinuz"))),
            ("(LABEL=a b)/x y", sda, Ok((Id::Label(b"a b"), "/x y"))),
            (
                "(UUID=0123456789012345678901234567890123456789)/x",
                sda,
                Ok((Id::Uuid(b"0123456789012345678901234567890123456789"), "/x")),
            ),
            ("(rootfs)/k", sda, Ok((Id::Initramfs, "/k"))),
            ("(sdb1)", sda, Ok((Id::Name(b"sdb1"), ""))),
            ("(sdb1/x", sda, Err("has no ')' after the name of the disk")),
            ("()/x", sda, Err("names no disk between its brackets")),
        ] {
            let got = Location::parse(path.as_bytes(), &device)
                .map(|l| (l.device.id, str::from_utf8(l.path).unwrap()));
            assert_eq!(got, want, "{path:?}");
        }
    }
}
