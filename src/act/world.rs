//! What readers of other loaders' files may ask of the disks, answered.

use super::devices::{Disks, open_file};
use super::disk::Disk;
use super::files::read_text;
use super::images;
use super::raid;
use crate::sys::Errno;
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use heapless::Vec;
use kexec_loader::bytes::place;
use kexec_loader::config::{Description, FOREIGN_MAXIMUM, Kind, World};
use kexec_loader::entry::MAPS;
use kexec_loader::image::{self, File, Image};
use kexec_loader::location::{BOOT_DISK, Device, Id, Location, drive_of, partition_of};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Decimal, Put};
use kexec_loader::store::Store;
use kexec_loader::text;

/// Bytes of an os-release in a kernel that are read.
const RELEASE: usize = 4096;
/// How many files are looked for, for all that one disk has: more than entries can name, and few
/// enough for a floppy.
const LOOKS: usize = 4096;

/// The disks, the memory for what is read, and which of GRUB's disks are which.
pub(crate) struct Reach<'r, 't> {
    disks: &'r mut Disks,
    store: &'r Store<'t>,
    maps: Vec<(&'t [u8], &'t [u8]), MAPS>,
    notes: &'r mut Notes,
    /// How many more files may be looked for.
    looks: usize,
}

impl<'r, 't> Reach<'r, 't> {
    pub(crate) fn new(
        disks: &'r mut Disks,
        store: &'r Store<'t>,
        maps: &[(&'t [u8], &'t [u8])],
        notes: &'r mut Notes,
    ) -> Self {
        let maps = Vec::from_slice(maps).unwrap_or_default();
        Self {
            disks,
            store,
            maps,
            notes,
            looks: LOOKS,
        }
    }

    /// The next disk that has not been looked at, and may hold files.
    pub(crate) fn next_disk(&mut self) -> Option<Device<'t>> {
        let mut list = self.disks.list.iter_mut();
        let nth = list.position(|disk| {
            let is_next = !disk.is_detected && disk.may_hold_files();
            disk.is_detected |= is_next;
            is_next
        })?;
        self.device(nth)
    }

    /// What entries are to call a disk: by an id that stays when names change, if it has one of
    /// its own.
    fn device(&self, nth: usize) -> Option<Device<'t>> {
        let disk = self.disks.list.get(nth)?;
        if disk.is_boot {
            return Some(BOOT_DISK);
        }
        let name = &disk.name;
        let uuid = &disk.identity.uuid;
        let label = &disk.identity.label;
        if name.is_empty() && uuid.is_empty() {
            let name = self.store.join(&[b"LABEL=", label]);
            return Device::parse(name);
        }
        let is_unique = self.disks.find(&Id::Uuid(uuid)) == Some(nth);
        let mut words = self.store.join(&[b"UUID=", uuid]);
        if !is_unique {
            words = self.store.join(&[name]);
        }
        let mut device = Device::parse(words)?;
        if !name.is_empty() {
            device.name = self.store.join(&[name]);
        }
        Some(device)
    }

    /// The disk that GRUB calls `hd0`, so far as one can know. The BIOS numbers disks by an
    /// order of its own, and calls the one that it starts from the first. A file was read by a
    /// loader on its own disk: that comes first, then the rest.
    fn guess(&self, own: &Device<'_>, drive: &[u8]) -> Option<&[u8]> {
        let (class, nth) = drive.split_at_checked(2)?;
        let mut left = text::number(nth).or(nth.is_empty().then_some(0))?;
        let own = self.disks.find(&own.id);
        let own = own.and_then(|nth| self.disks.list.get(nth));
        let own = own.map_or(&[][..], |disk| drive_of(&disk.name));
        for is_own in [true, false] {
            for disk in &self.disks.list {
                let name: &[u8] = &disk.name;
                let is_of_class = match name {
                    [b'f', b'd', ..] => class == b"fd",
                    [b's', b'r', ..] => class == b"cd",
                    [] | [b'l', b'o', ..] | [b'm', b'd', ..] | [b'd', b'm', ..] => false,
                    _ => class == b"hd",
                };
                if is_of_class && drive_of(name) == name && (name == own) == is_own {
                    if left == 0 {
                        return Some(name);
                    }
                    left = left.wrapping_sub(1);
                }
            }
        }
        None
    }

    /// Counts the files that are looked for; gives none when there were too many.
    #[inline(never)]
    fn count(&mut self) -> Option<()> {
        self.looks = self.looks.checked_sub(1)?;
        if self.looks == 0 {
            const { assert!(LOOKS == 4096) };
            let sentence =
                "a disk's configurations ask for 4096 files; the rest are taken to be missing";
            self.notes.say(sentence, &[]);
        }
        Some(())
    }

    /// Opens a file or folder, if it is there.
    #[inline(never)]
    fn open(&mut self, at: &Location<'_>) -> Option<Fd> {
        self.count()?;
        // A disk that cannot be mounted is told of when something on it is to be booted.
        let root = self.disks.root(&at.device, &mut Notes::new()).ok()?;
        open_file(root, &[at.path]).ok()
    }
}

impl<'t> World<'t> for Reach<'_, 't> {
    fn store(&self) -> &Store<'t> {
        self.store
    }

    fn notes(&mut self) -> &mut Notes {
        self.notes
    }

    #[inline(never)]
    fn look(&mut self, at: &Location<'_>) -> Option<Kind> {
        match self.open(at)?.size() {
            Ok(size) => Some(Kind::File(size)),
            Err(Errno::EISDIR) => Some(Kind::Folder),
            Err(_) => None,
        }
    }

    fn changed(&mut self, at: &Location<'_>) -> Option<u64> {
        self.open(at)?.changed().ok()
    }

    #[inline(never)]
    fn read(&mut self, at: &Location<'_>) -> Option<&'t [u8]> {
        let file = self.open(at)?;
        let (text, is_cut) = read_text(&file, FOREIGN_MAXIMUM, self.store).ok()?;
        if is_cut {
            const { assert!(FOREIGN_MAXIMUM == 262_144) };
            let sentence = "% on % is larger than 262144 bytes; the rest of it is not read";
            self.notes.say(sentence, &[at.path, at.device.name]);
        }
        Some(text)
    }

    #[inline(never)]
    fn image(&mut self, at: &Location<'_>) -> Option<&'t [u8]> {
        let file = self.open(at)?;
        let mut read = |offset: u64, into: &mut [u8]| {
            let count = file.read_at(offset, into);
            count.is_ok_and(|count| count == into.len())
        };
        let mut image = File {
            size: file.size().ok()?,
            read: &mut read,
        };
        let Image::Unified(unified) = image::look(&mut image).ok()? else {
            return Some(b"");
        };
        let length = place(unified.release.length).min(RELEASE);
        let into = self.store.take(length)?;
        image.fill(unified.release.offset, into).ok()?;
        Some(into)
    }

    #[inline(never)]
    fn names(&mut self, folder: &Location<'_>) -> &'t [u8] {
        let Some(folder) = self.open(folder) else {
            return &[];
        };
        let mut names = Names::of(folder);
        let mut list = self.store.begin();
        while let Some((name, _)) = names.next() {
            list.put(name);
            list.put(b"/");
        }
        list.finish()
    }

    #[inline(never)]
    fn find(&mut self, id: &Id<'_>) -> Option<Device<'t>> {
        let nth = self.disks.find(id)?;
        self.device(nth)
    }

    fn are_one(&self, one: &Id<'_>, other: &Id<'_>) -> bool {
        let nth = self.disks.find(one);
        nth.is_some() && nth == self.disks.find(other)
    }

    #[inline(never)]
    fn find_file(&mut self, path: &[u8]) -> Option<Device<'t>> {
        self.count()?;
        let nth = (0..self.disks.list.len()).find(|nth| {
            let may_hold = self.disks.list.get(*nth).is_some_and(Disk::may_hold_files);
            may_hold
                && self
                    .disks
                    .mount(*nth, b"", &mut Notes::new())
                    .is_ok_and(|root| open_file(root, &[path]).is_ok())
        })?;
        self.device(nth)
    }

    #[inline(never)]
    fn drive(&mut self, own: &Device<'_>, drive: &[u8], partition: u32) -> Option<Device<'t>> {
        let mut name = Vec::<u8, 64>::new();
        name.put(drive);
        if partition > 0 {
            name.put(b",");
            name.put(Decimal::new(partition.into()).bytes());
        }
        // `hd0,1 sda1` maps a part of a disk, `hd0 sda` all of it.
        let mapped = |name: &[u8]| self.maps.iter().find(|(from, _)| text::same(from, name));
        if let Some((_, to)) = mapped(&name) {
            return self.find(&Device::parse(to)?.id);
        }
        let by_map = mapped(drive).map(|(_, to)| to.strip_prefix(b"/dev/").unwrap_or(to));
        let array = raid::kernel_name(self.disks, drive);
        let guessed = array.or_else(|| self.guess(own, drive));
        for whole in [by_map, guessed].into_iter().flatten() {
            name.clear();
            partition_of(whole, partition, &mut name);
            if let Some(nth) = self.disks.find(&Id::Name(&name)) {
                return self.device(nth);
            }
        }
        None
    }

    fn map(&mut self, drive: &'t [u8], disk: &'t [u8]) {
        let _ = self.maps.push((drive, disk));
    }

    #[inline(never)]
    fn attach(&mut self, image: &Location<'_>) -> Option<Device<'t>> {
        self.count()?;
        let nth = images::attach(image, 0, self.disks, self.notes)?;
        self.device(nth)
    }

    fn describe(&mut self, device: &Device<'_>) -> Option<Description<'t>> {
        let nth = self.disks.find(&device.id)?;
        let disk = self.disks.list.get(nth)?;
        let identity = &disk.identity;
        let kept = |text: &[u8]| self.store.join(&[text]);
        Some([
            kept(identity.kind.name()),
            kept(&identity.uuid),
            kept(&identity.label),
        ])
    }

    fn is_64_bit(&self) -> bool {
        super::boot::is_64_bit()
    }
}
