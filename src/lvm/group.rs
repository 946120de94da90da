//! A volume group: its logical volumes, and the parts of disks that each is made of.
//!
//! Given the text of the metadata, and a way to find a physical volume's disk, gives the device
//! mapper's table of a volume. Volumes that are kept twice are read from one copy, of those that
//! say so from one that is in date. Source: LVM2 2.03, `lib/format_text/import_vsn1.c` and the `import` functions of its segment types.

use super::copy::{SUPERBLOCK, Superblock};
use super::message::Message;
use super::text::{Fields, Items, Value, list, number, section, word};
use crate::out::{Decimal, Put};
use crate::text;

/// How often a volume may be made of volumes.
const DEPTH: u32 = 4;
/// How many disks a volume may be striped over, and how often it may be kept.
const WIDTH: usize = 64;

/// Puts the device number, `8:1`, of the disk that is the physical volume with this identifier;
/// says whether there is one.
pub type FindDisk<'d> = dyn FnMut(&[u8], &mut dyn Put) -> bool + 'd;

/// Reads what is at a byte offset of the disk that is the physical volume with this identifier;
/// says whether it could.
pub type ReadDisk<'d> = dyn FnMut(&[u8], u64, &mut [u8]) -> bool + 'd;

/// What a text says of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'t> {
    /// Its name.
    pub name: &'t [u8],
    /// Its identifier, with dashes.
    pub id: &'t [u8],
    /// How often it has been changed.
    pub sequence: u64,
    /// Sectors of an extent.
    extent: u64,
    disks: &'t [u8],
    volumes: &'t [u8],
}

/// A logical volume that people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume<'t> {
    /// Its name.
    pub name: &'t [u8],
    /// Its identifier, with dashes.
    pub id: &'t [u8],
    text: &'t [u8],
}

/// Why a volume has no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack<'t> {
    /// A disk that it needs is not there.
    Disk,
    /// It is of a kind that is not read.
    Kind(&'t [u8]),
    /// What is said of it makes no sense.
    Sense,
    /// It has too many parts.
    Room,
}

impl<'t> Group<'t> {
    /// The group that a text describes.
    #[inline(never)]
    #[must_use]
    pub fn read(text: &'t [u8]) -> Option<Self> {
        // The other fields at the top say who has written it.
        let (name, text) = Fields(text).find_map(|field| match field {
            (name, Value::Section(text)) => Some((name, text)),
            _ => None,
        })?;
        Some(Self {
            name,
            id: word(text, b"id"),
            sequence: number(text, b"seqno")?,
            extent: number(text, b"extent_size")?,
            disks: section(text, b"physical_volumes"),
            volumes: section(text, b"logical_volumes"),
        })
        .filter(|group| !group.id.is_empty() && group.extent > 0)
    }

    /// The volumes that people see.
    pub fn volumes(&self) -> impl Iterator<Item = Volume<'t>> {
        sections(self.volumes).filter_map(|(name, text)| {
            let is_visible = list(text, b"status").any(|word| word == b"VISIBLE");
            let id = word(text, b"id");
            is_visible.then_some(Volume { name, id, text })
        })
    }

    /// Adds the parts of a volume to a message; says whether a copy of it is out of date, and left
    /// out.
    ///
    /// # Errors
    ///
    /// Why that cannot be done.
    #[inline(never)]
    pub fn map(
        &self,
        volume: &Volume<'t>,
        find_disk: &mut FindDisk<'_>,
        read_disk: &mut ReadDisk<'_>,
        into: &mut Message,
    ) -> Result<bool, Lack<'t>> {
        for (_, other) in sections(self.volumes) {
            for (_, segment) in sections(other) {
                // One that its snapshot is being merged into is neither of them.
                let is_merged = !word(segment, b"merging_store").is_empty();
                if is_merged && word(segment, b"origin") == volume.name {
                    return Err(Lack::Kind(b"snapshot"));
                }
            }
        }
        let extents = sections(volume.text).try_fold(0_u64, |sum, (_, segment)| {
            sum.checked_add(number(segment, b"extent_count")?)
        });
        let extents = extents.filter(|count| *count > 0).ok_or(Lack::Sense)?;
        let mut making = Making {
            group: self,
            find_disk,
            read_disk,
            into,
            is_one_old: false,
        };
        making.add(volume.text, 0, extents, DEPTH)?;
        Ok(making.is_one_old)
    }
}

/// The sections in a section.
fn sections(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    Fields(text).filter_map(|field| match field {
        (name, Value::Section(text)) => Some((name, text)),
        _ => None,
    })
}

/// The next two items of a list: what a part is on, and its first extent there.
fn next_place<'t>(items: &mut Items<'t>) -> Option<(&'t [u8], u64)> {
    let name = items.next()?;
    Some((name, text::number(items.next()?)?))
}

/// The copies of a part, each behind the volume that says what is known of it.
fn copies(part: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut items = list(part, b"raids");
    core::iter::from_fn(move || Some((items.next()?, items.next()?)))
}

/// A table that is being made.
struct Making<'g, 't, 'd, 'm> {
    group: &'g Group<'t>,
    find_disk: &'m mut FindDisk<'d>,
    read_disk: &'m mut ReadDisk<'d>,
    into: &'m mut Message,
    /// Whether a copy has been left out because it is out of date.
    is_one_old: bool,
}

impl<'t> Making<'_, 't, '_, '_> {
    /// Adds `count` extents of a volume, from `from` on.
    fn add(&mut self, volume: &'t [u8], from: u64, count: u64, depth: u32) -> Result<(), Lack<'t>> {
        let to = from.checked_add(count).ok_or(Lack::Sense)?;
        let mut done = from;
        for (_, segment) in sections(volume) {
            let start = number(segment, b"start_extent").ok_or(Lack::Sense)?;
            let length = number(segment, b"extent_count").ok_or(Lack::Sense)?;
            let end = start.checked_add(length).ok_or(Lack::Sense)?;
            if end <= done || start >= to {
                continue;
            }
            // The parts come in order, and without a gap.
            let skipped = done.checked_sub(start).ok_or(Lack::Sense)?;
            let count = end.min(to).wrapping_sub(done);
            self.add_part(segment, skipped, count, length, depth)?;
            done = done.wrapping_add(count);
        }
        if done == to { Ok(()) } else { Err(Lack::Sense) }
    }

    /// Adds `count` extents of a part of `length`, but for those that are skipped at its
    /// beginning.
    fn add_part(
        &mut self,
        part: &'t [u8],
        skipped: u64,
        count: u64,
        length: u64,
        depth: u32,
    ) -> Result<(), Lack<'t>> {
        match word(part, b"type") {
            b"striped" | b"linear" => {
                let stripes = list(part, b"stripes");
                let width = number(part, b"stripe_count").ok_or(Lack::Sense)?;
                if width != 1 {
                    return if skipped == 0 && count == length {
                        self.add_striped(part, stripes, width, count)
                    } else {
                        Err(Lack::Kind(b"a part of a striped volume"))
                    };
                }
                let (name, first) = next_place(&mut { stripes }).ok_or(Lack::Sense)?;
                let first = first.checked_add(skipped).ok_or(Lack::Sense)?;
                self.add_from(name, first, count, depth)
            }
            b"mirror" => {
                let mut copies = list(part, b"mirrors");
                let places = core::iter::from_fn(|| next_place(&mut copies));
                self.add_first(places, skipped, count, depth)
            }
            b"raid1" => {
                let in_date = self.find_in_date(part);
                if in_date == 0 {
                    return Err(Lack::Disk);
                }
                let copies = copies(part).enumerate();
                let places = copies.filter(|(nth, _)| in_date >> (nth & 63) & 1 != 0);
                self.add_first(
                    places.map(|(_, (_, copy))| (copy, 0)),
                    skipped,
                    count,
                    depth,
                )
            }
            b"" => Err(Lack::Sense),
            kind => Err(Lack::Kind(kind)),
        }
    }

    /// Adds what is on a disk or in another volume.
    fn add_from(
        &mut self,
        name: &'t [u8],
        first: u64,
        count: u64,
        depth: u32,
    ) -> Result<(), Lack<'t>> {
        let volume = section(self.group.volumes, name);
        if section(self.group.disks, name).is_empty() && !volume.is_empty() {
            let depth = depth.checked_sub(1).ok_or(Lack::Sense)?;
            return self.add(volume, first, count, depth);
        }
        self.into.begin(self.sectors(count)?, b"linear");
        self.put_place(name, first, count)?;
        self.finish()
    }

    /// Which copies are in date, one bit for each; all, where none says anything of itself.
    fn find_in_date(&mut self, part: &'t [u8]) -> u64 {
        let all = || copies(part).take(WIDTH);
        let known = all().filter_map(|(about, _)| self.read_superblock(about));
        let Some(newest) = known.max_by_key(|one| one.events) else {
            return u64::MAX;
        };
        let mut in_date = 0;
        for (nth, (about, _)) in all().enumerate() {
            if let Some(own) = self.read_superblock(about) {
                let is_old = !own.is_in_date(nth, &newest);
                self.is_one_old |= is_old;
                in_date |= u64::from(!is_old) << (nth & 63);
            }
        }
        in_date
    }

    /// Reads the superblock of a copy, which is at the beginning of a volume of its own.
    fn read_superblock(&mut self, name: &[u8]) -> Option<Superblock> {
        let (_, part) = sections(section(self.group.volumes, name)).next()?;
        let (name, first) = next_place(&mut list(part, b"stripes"))?;
        let (id, sector) = self.find_place(name, first, 1).ok()?;
        let mut bytes = [0; SUPERBLOCK];
        let is_read = (self.read_disk)(id, sector.checked_mul(512)?, &mut bytes);
        Superblock::read(&bytes).filter(|_| is_read)
    }

    /// Adds the first of several copies that is there.
    fn add_first(
        &mut self,
        copies: impl Iterator<Item = (&'t [u8], u64)>,
        skipped: u64,
        count: u64,
        depth: u32,
    ) -> Result<(), Lack<'t>> {
        let before = self.into.state();
        let mut result = Err(Lack::Sense);
        for (name, first) in copies.take(WIDTH) {
            let first = first.checked_add(skipped).ok_or(Lack::Sense)?;
            result = self.add_from(name, first, count, depth);
            if result != Err(Lack::Disk) {
                break;
            }
            self.into.go_back(before);
        }
        result
    }

    /// Adds stripes, each of which is on a disk.
    fn add_striped(
        &mut self,
        part: &'t [u8],
        stripes: Items<'t>,
        width: u64,
        count: u64,
    ) -> Result<(), Lack<'t>> {
        let chunk = number(part, b"stripe_size").ok_or(Lack::Sense)?;
        let each = count.checked_div(width).ok_or(Lack::Sense)?;
        if width > WIDTH as u64 || chunk == 0 || each.checked_mul(width) != Some(count) {
            return Err(Lack::Sense);
        }
        self.into.begin(self.sectors(count)?, b"striped");
        self.put_number(width);
        self.into.put(b" ");
        self.put_number(chunk);
        let mut stripes = stripes;
        for _ in 0..width {
            let (name, first) = next_place(&mut stripes).ok_or(Lack::Sense)?;
            self.into.put(b" ");
            self.put_place(name, first, each)?;
        }
        self.finish()
    }

    /// The identifier of a physical volume, and the sector of an extent there, from which on it must
    /// have `count`.
    fn find_place(
        &self,
        name: &'t [u8],
        first: u64,
        count: u64,
    ) -> Result<(&'t [u8], u64), Lack<'t>> {
        let disk = section(self.group.disks, name);
        if disk.is_empty() {
            return Err(if section(self.group.volumes, name).is_empty() {
                Lack::Sense
            } else {
                Lack::Kind(b"striped over volumes")
            });
        }
        let room = number(disk, b"pe_count").ok_or(Lack::Sense)?;
        let start = number(disk, b"pe_start").ok_or(Lack::Sense)?;
        let end = first.checked_add(count).ok_or(Lack::Sense)?;
        let sector = self.sectors(first)?.checked_add(start).ok_or(Lack::Sense)?;
        if end > room {
            return Err(Lack::Sense);
        }
        // One that was gone when the group was changed holds what is old.
        let mut flags = list(disk, b"flags").chain(list(disk, b"status"));
        let is_old = flags.any(|word| word == b"MISSING");
        if is_old {
            return Err(Lack::Disk);
        }
        Ok((word(disk, b"id"), sector))
    }

    /// Puts that disk, and the sector.
    fn put_place(&mut self, name: &'t [u8], first: u64, count: u64) -> Result<(), Lack<'t>> {
        let (id, sector) = self.find_place(name, first, count)?;
        if !(self.find_disk)(id, self.into) {
            return Err(Lack::Disk);
        }
        self.into.put(b" ");
        self.put_number(sector);
        Ok(())
    }

    fn put_number(&mut self, number: u64) {
        self.into.put(Decimal::new(number).bytes());
    }

    fn sectors(&self, extents: u64) -> Result<u64, Lack<'t>> {
        extents.checked_mul(self.group.extent).ok_or(Lack::Sense)
    }

    fn finish(&mut self) -> Result<(), Lack<'t>> {
        if self.into.finish() {
            Ok(())
        } else {
            Err(Lack::Room)
        }
    }
}
