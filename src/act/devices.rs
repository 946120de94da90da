//! The disks: which there are, what they are called, and their files.

use super::auto::Auto;
use super::disk::{Disk, respell};
use super::files::read_number;
use super::raid::{self, Arrays};
use super::{loops, lost, lvm, tell};
use crate::sys::Errno;
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Parts, Purpose};
use heapless::Vec;
use kexec_loader::disk::UUID;
use kexec_loader::location::{Device, Id, Location};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::{Put, fill, fill_all};
use kexec_loader::text::{Likeness, part, place_of};

/// How many disks and partitions are kept.
const DISKS: usize = 64;
/// The kernel's block devices that hold nothing of their own, by their names without numbers.
const UNREAL: &[u8] = b"ram zram nbd";

/// All of them.
pub(crate) struct Disks {
    /// The disks, in the order of their names.
    pub(crate) list: Vec<Disk, DISKS>,
    /// The initramfs; `explain` has none.
    pub(crate) initramfs: Option<Fd>,
    /// Whether it was told that there are more.
    are_more: bool,
    /// Whether disks have gone that others may have been made of.
    pub(super) gone: lost::Gone,
    /// What is known of logical volumes.
    pub(super) volumes: lvm::State,
    /// The files that are to be disks.
    pub(super) loops: loops::Loops,
    /// Whether our own files are in the initramfs.
    pub(crate) boot_is_initramfs: bool,
    /// The modules that are inserted as devices appear.
    pub(crate) auto: Auto,
    /// The UUID of the boot disk: pulled out and put in again, it is still the one.
    pub(crate) boot_uuid: Vec<u8, UUID>,
    /// The arrays that may be put together.
    pub(crate) arrays: Arrays,
}

impl Disks {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self {
            list: Vec::new(),
            initramfs: None,
            are_more: false,
            gone: lost::Gone::new(),
            volumes: lvm::State::new(),
            loops: loops::Loops::new(),
            boot_is_initramfs: false,
            auto: Auto::new(),
            boot_uuid: Vec::new(),
            arrays: Arrays::new(),
        }
    }

    /// Forgets all disks.
    pub(crate) fn forget(&mut self) {
        self.unmount();
        self.list.clear();
        self.boot_is_initramfs = false;
        self.auto = Auto::new();
        self.boot_uuid.clear();
        self.loops = loops::Loops::new();
    }

    /// Looks which disks there are now: adds the new, drops the gone. With `retry`, drives are
    /// looked at again if their medium could not be read, or may be another one now: the
    /// kernel announces no change of floppies. That there are too many is told once. Arrays are
    /// put together of the disks that are members of one, and logical volumes of the disks of their
    /// group; both are disks too, as long as those are there.
    #[inline(never)]
    pub(crate) fn scan(&mut self, retry: bool, notes: &mut Notes) {
        self.insert_new(notes);
        self.list_all(retry, notes);
        while lost::take_apart(self)
            || raid::assemble(self, notes)
            || lvm::map(self, notes)
            || loops::attach(self, notes)
        {
            self.list_all(false, notes);
        }
    }

    /// Looks which disks the kernel has now.
    #[inline(never)]
    fn list_all(&mut self, retry: bool, notes: &mut Notes) {
        for disk in &mut self.list {
            // What stands for a file is not among what is looked for.
            disk.is_there = disk.image.is_some();
        }
        let Ok(folder) = fs::open(&[b"/sys/class/block"], Purpose::Read) else {
            return;
        };
        let mut names = Names::of(folder);
        while let Some((name, _)) = names.next() {
            let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic());
            let kind = part(name, 0, letters.count());
            if place_of(kind, UNREAL, Likeness::Exact).is_none() {
                self.find_or_add(name, retry, notes);
            }
        }
        self.sort();
        let gone = self.list.iter_mut().rev().take_while(|disk| !disk.is_there);
        let gone = gone.map(|disk| {
            disk.unmount();
            notes.log(" disk % is gone", &[&disk.name], &[]);
        });
        let gone = gone.count();
        self.gone.count(gone);
        let left = self.list.len().wrapping_sub(gone);
        self.list.truncate(left);
    }

    /// Sees to it that the disk of this name in `/sys` is in the list. One of no size is not
    /// there, unless it is a drive: a floppy's size is known when it has been opened.
    fn find_or_add(&mut self, name: &[u8], retry: bool, notes: &mut Notes) {
        let number = |file| read_number(&[b"/sys/class/block/", name, file]).unwrap_or(0);
        // One path of several to a disk is hidden, and has no node.
        if number(b"/hidden") != 0 {
            return;
        }
        let mut sectors = number(b"/size");
        let is_drive = number(b"/removable") != 0;
        let name = respell(name);
        let mut known = self.list.iter().position(|disk| disk.name == name);
        let is_new = known.is_none() && (sectors > 0 || is_drive);
        if is_new {
            known = Some(self.list.len());
            if self.list.push(Disk::new(name)).is_err() && !self.are_more {
                self.are_more = true;
                const { assert!(DISKS == 64) };
                notes.say(
                    "more than 64 disks and partitions: the rest are not used",
                    &[],
                );
            }
        }
        if let Some(disk) = known.and_then(|nth| self.list.get_mut(nth)) {
            // The kernel lists a disk, with its size, just before it can be opened.
            let has_come = sectors > 0 && (disk.is_empty || !disk.is_opened);
            let may_have_changed = retry && (is_drive || !disk.is_read) && disk.root.is_none();
            if is_new || has_come || may_have_changed {
                disk.look();
                raid::name(disk);
                lvm::look(disk, &mut self.volumes);
                sectors = number(b"/size");
                if sectors > 0 {
                    disk.log(sectors, notes);
                }
            }
            disk.is_there = sectors > 0 || is_drive;
            disk.is_empty = sectors == 0;
            disk.sectors = sectors;
        }
    }

    /// Puts the disks in the order of their names, which the kernel's listing has not, and
    /// those that are gone behind them.
    fn sort(&mut self) {
        let mut nth: usize = 0;
        while let Some(pair) = self.list.get_mut(nth..)
            && let Some([one, other]) = pair.first_chunk_mut()
        {
            if (!one.is_there, &one.name) > (!other.is_there, &other.name) {
                core::mem::swap(one, other);
                nth = nth.saturating_sub(1);
            } else {
                nth = nth.wrapping_add(1);
            }
        }
    }

    /// The first disk that an id means.
    #[inline(never)]
    pub(crate) fn find(&self, id: &Id<'_>) -> Option<usize> {
        self.list.iter().position(|disk| match id {
            _ if disk.is_empty => false,
            Id::BootDisk if disk.is_boot => true,
            Id::BootDisk if self.boot_uuid.is_empty() => false,
            Id::BootDisk => disk.identity.uuid == self.boot_uuid,
            Id::Name(name) if lvm::is_name_of(name, disk) || raid::is_name_of(name, disk) => true,
            id => id.means(&disk.name, &disk.identity, &disk.partition),
        })
    }

    /// Whether files of this device can be looked for: whether it is there.
    pub(crate) fn has(&self, device: &Device<'_>) -> bool {
        if self.is_initramfs(device) {
            self.initramfs.is_some()
        } else {
            self.find(&device.id).is_some()
        }
    }

    fn is_initramfs(&self, device: &Device<'_>) -> bool {
        match device.id {
            Id::Initramfs => true,
            Id::BootDisk => self.boot_is_initramfs,
            _ => false,
        }
    }

    /// The root folder of a device, mounted now if it is not yet; tells why it could not.
    #[inline(never)]
    pub(crate) fn root(&mut self, device: &Device<'_>, notes: &mut Notes) -> Result<&Fd, Told> {
        if self.is_initramfs(device) && self.initramfs.is_some() {
            return self.initramfs.as_ref().ok_or(Told);
        }
        match self.find(&device.id) {
            Some(nth) => self.mount(nth, device.fstype, notes),
            None => Err(notes.say("no disk here is called %", &[device.name])),
        }
    }

    /// The root folder of a disk in the list, mounted now if it is not yet; tells why it could
    /// not.
    #[inline]
    pub(crate) fn mount(
        &mut self,
        nth: usize,
        fstype: &[u8],
        notes: &mut Notes,
    ) -> Result<&Fd, Told> {
        self.provide(nth, fstype, notes);
        let disk = self.list.get_mut(nth).ok_or(Told)?;
        disk.mount(fstype, notes)
    }

    /// Opens a file for reading; tells why it could not.
    #[inline(never)]
    pub(crate) fn open(&mut self, at: &Location<'_>, notes: &mut Notes) -> Result<Fd, Told> {
        open_file(self.root(&at.device, notes)?, &[at.path]).map_err(|error| {
            tell(
                notes,
                "cannot open % on %: %",
                at.path,
                at.device.name,
                error,
            )
        })
    }

    /// Unmounts every disk.
    #[inline(never)]
    pub(crate) fn unmount(&mut self) {
        for disk in &mut self.list {
            disk.unmount();
        }
    }

    /// Puts the n-th line of the table of disks: two for each.
    #[inline(never)]
    pub(crate) fn put_line(&self, nth: usize, out: &mut dyn Put) {
        let Some(disk) = self.list.get(nth >> 1) else {
            return;
        };
        let Disk {
            identity,
            partition,
            ..
        } = disk;
        if nth & 1 == 0 {
            if cfg!(any(feature = "lvm", feature = "raid")) && !disk.alias.is_empty() {
                fill(out, "% is ", &[&disk.alias]);
            }
            let words = [&disk.name, disk.kind(), &identity.uuid];
            let numbers = [disk.sectors >> 11];
            fill_all(out, b"%   # MiB   %   UUID=%", &words, &numbers);
        } else {
            let words: [&[u8]; 3] = [&identity.label, &partition.uuid, &partition.label];
            fill(out, "      LABEL=%  PARTUUID=%  PARTLABEL=%", &words);
        }
    }
}

/// Opens a file below a root folder, by a path with or without a `/` before it.
#[inline(never)]
pub(crate) fn open_file(root: &Fd, path: &Parts<'_>) -> crate::sys::Result<Fd> {
    match fs::open_below(root, path) {
        Err(Errno::ENOSYS) => fs::open_in(root, path),
        other => other,
    }
}
