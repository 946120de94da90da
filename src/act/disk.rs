//! One disk or partition: what is on it, and its root folder.
//!
//! It is only ever read: it is switched to read-only before it is mounted, and file
//! systems are told to leave their journals alone.

use super::files::{read_number, read_small};
use super::raid;
use super::start::{MOUNTS, open_node};
use super::tell;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::{Errno, Result, block};
use heapless::Vec;
use kexec_loader::disk::{Identity, PartitionId};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Put;
use kexec_loader::text::{Lines, cut, cut_word, value_of};

/// A kernel's name for a disk: `sda1`, or `cciss/c0d0` as it is below `/dev`.
pub(crate) type Name = Vec<u8, 32>;

/// The file systems that have drivers of other names, or are to be kept from replaying
/// their journals: the drivers to try, each with its options. The first that the kernel has
/// is used. Any other is mounted by its own name, without options.
const DRIVERS: &[u8] = b"\
ext4 ext4,noload ext3,noload ext2
xfs xfs,norecovery
btrfs btrfs,rescue=nologreplay btrfs,nologreplay
f2fs f2fs,norecovery
ntfs ntfs3 ntfs";

/// A disk or a partition. What is large comes last, so that what reaches the rest is short.
#[repr(C)]
pub(crate) struct Disk {
    /// Its size in sectors of 512 bytes.
    pub(crate) sectors: u64,
    /// Its root folder, while it is mounted.
    pub(crate) root: Option<Fd>,
    /// The device, where it stands for a file: it does as long as this is open.
    pub(crate) image: Option<Fd>,
    /// Which of the lines that say `loop` it is from, beginning with 1; 0 for none.
    pub(crate) line: u32,
    /// Whether it holds our own files.
    pub(crate) is_boot: bool,
    /// Whether it could ever be opened.
    pub(crate) is_opened: bool,
    /// Whether its medium could be read.
    pub(crate) is_read: bool,
    /// Whether it is a drive without a medium.
    pub(crate) is_empty: bool,
    /// Whether the last look for disks has found it.
    pub(crate) is_there: bool,
    /// Whether the search for the boot disk has looked at it.
    pub(crate) is_searched: bool,
    /// Whether other loaders' files have been looked for on it.
    pub(crate) is_detected: bool,
    /// What is known of the array that it is a member of.
    pub(crate) array: raid::Mark,
    /// The kernel's name for it.
    pub(crate) name: Name,
    /// What people call it beside that, if it was put together from other disks: `md/NAME` or
    /// `GROUP/VOLUME`; else empty.
    pub(crate) alias: Vec<u8, 64>,
    /// The file system that it is to be mounted as, whatever its superblock says; or empty.
    pub(crate) fstype: Name,
    /// What its superblock says.
    pub(crate) identity: Identity,
    /// What the partition table says of it, if it is a partition.
    pub(crate) partition: PartitionId,
}

/// A name as `/sys` has it where `/dev` has this, and the other way round: what is a `/` in
/// one is a `!` in the other.
#[inline(never)]
pub(crate) fn respell(name: &[u8]) -> Name {
    let mut other = Name::new();
    other.put(name);
    for byte in &mut other {
        *byte = match *byte {
            b'/' => b'!',
            b'!' => b'/',
            byte => byte,
        };
    }
    other
}

/// Reads exactly as much as `into` holds; says whether it could.
pub(crate) fn read_exact(file: &Fd, offset: u64, into: &mut [u8]) -> bool {
    file.read_at(offset, into)
        .is_ok_and(|count| count == into.len())
}

impl Disk {
    /// A disk that has not been looked at.
    pub(crate) const fn new(name: Name) -> Self {
        Self {
            name,
            alias: Vec::new(),
            identity: Identity::unknown(),
            partition: PartitionId::unknown(),
            sectors: 0,
            is_boot: false,
            is_opened: false,
            is_read: false,
            is_empty: false,
            is_there: true,
            is_searched: false,
            is_detected: false,
            array: raid::Mark::new(),
            fstype: Name::new(),
            root: None,
            image: None,
            line: 0,
        }
    }

    /// Reads what is on the disk, and what its partition table says of it. Where another
    /// medium has come into a drive, what was known of the last one is forgotten.
    #[inline(never)]
    pub(crate) fn look(&mut self) {
        let before = core::mem::replace(&mut self.identity, Identity::unknown());
        self.is_read = false;
        if let Ok(device) = open_node(Node::Block, &self.name, Purpose::Read) {
            self.is_opened = true;
            let mut read = |offset, into: &mut [u8]| {
                let done = read_exact(&device, offset, into);
                self.is_read |= done;
                done
            };
            if !raid::recognise(&self.name, &mut read, &mut self.identity) {
                self.identity.read(&mut read);
            }
        }
        if self.identity.uuid != before.uuid {
            self.is_searched = false;
            self.is_detected = false;
            self.is_boot = false;
        }
        self.look_at_table();
    }

    /// Reads what the partition table of the disk that this is a part of says of it.
    fn look_at_table(&mut self) -> Option<()> {
        let system = respell(&self.name);
        let number = read_number(&[b"/sys/class/block/", &system, b"/partition"])?;
        let number = u32::try_from(number).ok()?;
        // A link leads to the partition; the folder above is the whole disk's.
        let mut event = [0; 256];
        let path: [&[u8]; 3] = [b"/sys/class/block/", &system, b"/../uevent"];
        let whole = value_of(read_small(&path, &mut event).ok()?, b'\n', b"DEVNAME=");
        let device = open_node(Node::Block, whole, Purpose::Read).ok()?;
        let mut read = |offset, into: &mut [u8]| read_exact(&device, offset, into);
        self.partition.read(&mut read, number);
        Some(())
    }

    /// Whether it has a file system that is known here, and a medium.
    #[cfg(feature = "autodetect")]
    pub(crate) fn may_hold_files(&self) -> bool {
        self.root.is_some() || (!self.is_empty && self.identity.kind.is_file_system())
    }

    /// The name of what is on it, as the table of disks has it.
    pub(crate) fn kind(&self) -> &[u8] {
        match self.identity.kind.name() {
            b"" => b"-",
            kind => kind,
        }
    }

    /// Logs what has been found.
    #[inline(never)]
    pub(crate) fn log(&self, sectors: u64, notes: &mut Notes) {
        let words = [&self.name, self.kind(), &self.identity.label];
        notes.log(" disk %: # MiB, %, LABEL=%", &words, &[sectors >> 11]);
    }

    /// The file system to mount it as: what is asked for, what it was found as, or what its
    /// superblock says.
    pub(super) fn kind_for<'k>(&'k self, fstype: &'k [u8]) -> &'k [u8] {
        let mut kind = fstype;
        if kind.is_empty() {
            kind = &self.fstype;
        }
        if kind.is_empty() {
            kind = self.identity.kind.name();
        }
        kind
    }

    /// The disk's root folder, mounted now if it is not yet; tells why it could not.
    #[inline(never)]
    pub(crate) fn mount(
        &mut self,
        fstype: &[u8],
        notes: &mut Notes,
    ) -> core::result::Result<&Fd, Told> {
        if self.root.is_none() {
            let kind = self.kind_for(fstype);
            let is_own = fstype.is_empty() && self.fstype.is_empty();
            if is_own && !kind.is_empty() && !self.identity.kind.is_file_system() {
                let sentence = "cannot mount %: it holds only a part of a file system (%)";
                return Err(notes.say(sentence, &[&self.name, kind]));
            }
            if kind.is_empty() {
                let sentence = if self.is_read {
                    "cannot mount %: it holds no file system that is known here"
                } else {
                    "cannot read %: no medium, or a bad one"
                };
                return Err(notes.say(sentence, &[&self.name]));
            }
            match mount(&self.name, kind) {
                Ok(root) => self.root = Some(root),
                Err(error) => {
                    let sentence = "cannot mount % as %: %";
                    return Err(tell(notes, sentence, &self.name, kind, error));
                }
            }
        }
        self.root.as_ref().ok_or(Told)
    }

    /// Unmounts the disk, if it is mounted.
    pub(crate) fn unmount(&mut self) {
        if self.root.take().is_some() {
            let _ = fs::unmount(&[MOUNTS, &respell(&self.name)]);
        }
    }
}

/// The drivers to try for a file system, with blanks between, each with its options.
pub(super) fn drivers_of(kind: &[u8]) -> &[u8] {
    let kind = match kind {
        [b'e', b'x', b't', ..] => b"ext4",
        kind => kind,
    };
    let mut drivers = kind;
    let mut lines = Lines::new(DRIVERS);
    while lines.advance() {
        if lines.line.word == kind {
            drivers = lines.line.value;
        }
    }
    drivers
}

/// Mounts a disk by the first driver for `kind` that the kernel has.
fn mount(name: &[u8], kind: &[u8]) -> Result<Fd> {
    let system = respell(name);
    let at: [&[u8]; 2] = [MOUNTS, &system];
    fs::make_folder(&at);
    // ext4 takes orphans away even from a file system mounted read-only with `noload`;
    // it leaves a read-only device alone.
    block::forbid_writing(&open_node(Node::Block, name, Purpose::Read)?)?;
    let mut drivers = drivers_of(kind);
    let mut result = Err(Errno::ENODEV);
    while !drivers.is_empty() {
        let mut options = cut_word(&mut drivers);
        let driver = cut(&mut options, b',');
        match fs::mount_disk(&[b"/dev/", name], &at, driver, options) {
            Err(Errno::ENODEV) => {}
            Err(error) => result = Err(error),
            Ok(()) => return fs::open(&at, Purpose::Folder),
        }
    }
    result
}
