//! Software RAID: what a disk says of the array that it is a member of, and whether the members
//! that are there make up the array.
//!
//! Given a way to read a disk, and its size, gives a [`Member`]; given the members, an [`Array`].
//! Superblocks 0.90 and 1.0 are at the disk's end, and what is before them may look as if it were
//! all that is there; so members have to be known as such before anything else is looked for.
//! Every checksum is verified, and no number is trusted beyond that.
//!
//! Sources: Linux 6.1, `include/uapi/linux/raid/md_p.h` for the formats, `drivers/md/md.c` for
//! what is checked of them and which members are in date, `drivers/md/raid10.c` for which make up
//! an array of level 10.

#[cfg(test)]
mod tests;

use super::bytes::{ReadAt, byte, chunk, field, le16, le32, le64};
use super::uuid::{PLAIN, put_uuid};
use super::{Identity, Kind};
use crate::out::{Put, hex};
use heapless::Vec;

/// How many members of one array are kept.
pub const MEMBERS: usize = MOST as usize;
const MOST: u32 = 32;
/// Sectors below which a disk is not looked at: a floppy would have to seek to its end.
const SMALLEST: u64 = 8192;
/// What both formats begin with.
const MAGIC: u64 = 0xa92b_4efc;
/// Bytes that hold any superblock.
const SIZE: usize = 4096;
/// The first role in an array that is none: a spare, one that failed, a journal.
const NO_ROLE: u64 = 0xff00;
/// Members whose roles are known, by their numbers.
const NUMBERS: usize = 256;

/// What a member cannot do without being put right, which only the kernel's own `md` can.
const RECOVERING: u64 = 2;
const RESHAPING: u64 = 4;
const BAD_BLOCKS: u64 = 8;
const REPLACEMENT: u64 = 16;
const JOURNAL: u64 = 512;
const RAID0_LAYOUT: u64 = 4096;
/// All that Linux 6.12 knows.
const FEATURES: u64 = 8191;

/// Of the levels: the number in a superblock, the name in the kernel.
const LEVELS: [(u64, &str); 7] = [
    (0xffff_ffff, "linear"),
    (0, "raid0"),
    (1, "raid1"),
    (4, "raid4"),
    (5, "raid5"),
    (6, "raid6"),
    (10, "raid10"),
];

/// What one disk says of itself and of its array.
#[derive(Clone, Debug)]
pub struct Member {
    /// The array's UUID.
    pub uuid: [u8; 16],
    /// The array's name, with `HOST:` before it if it has one; empty in 0.90.
    pub name: Vec<u8, 32>,
    /// The number of the array's device, which 0.90 has.
    pub minor: Option<u32>,
    /// The kernel's name of the level; empty where it is not known.
    pub level: &'static str,
    /// How many disks the array has.
    pub disks: u32,
    /// How data lies on them, in numbers of the level.
    pub layout: u32,
    /// Bytes of a piece of data.
    pub chunk: u64,
    /// KiB that the array takes of each disk; 0 where it takes all.
    pub component: u64,
    /// The sector that data begins at.
    pub offset: u64,
    /// KiB of data that there is room for.
    pub room: u64,
    /// Whether nothing was being written when this was.
    pub is_clean: bool,
    /// Why the loader leaves the array alone; or empty.
    pub problem: &'static str,
    /// Its place in the array.
    pub slot: u32,
    /// Whether it is part of what is read.
    pub takes_part: bool,
    number: usize,
    events: u64,
    created: u64,
    /// One bit for each number: whether that member had a place.
    places: [u8; NUMBERS / 8],
}

/// What can be done with the members that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All are there.
    Complete,
    /// So many are missing, and can be.
    Degraded(u32),
    /// So many are missing that it cannot be read.
    Lacking(u32),
    /// It is left alone, and why.
    Refused(&'static str),
}

impl Member {
    /// What a disk of so many sectors says; `None` if it is no member.
    #[inline(never)]
    pub fn read(read: &mut ReadAt<'_>, sectors: u64) -> Option<Self> {
        if sectors < SMALLEST {
            return None;
        }
        let mut window = [0; SIZE];
        let mut newest: Option<Self> = None;
        let places = [
            0,
            8,
            sectors.saturating_sub(16) & !7,
            (sectors & !127).saturating_sub(128),
        ];
        for at in places {
            if !read(at << 9, &mut window) || le32(&window, 0) != MAGIC {
                continue;
            }
            // What an array left behind that was here before is older.
            if let Some(member) = Self::of(&window, at, sectors)
                && newest
                    .as_ref()
                    .is_none_or(|one| one.created < member.created)
            {
                newest = Some(member);
            }
        }
        newest
    }

    /// Of the superblock at a sector.
    fn of(window: &[u8; SIZE], at: u64, sectors: u64) -> Option<Self> {
        match le32(window, 4) {
            0 => Self::old(window, at, sectors),
            1 => Self::new(window, at, sectors),
            _ => None,
        }
    }

    const fn empty() -> Self {
        Self {
            uuid: [0; 16],
            name: Vec::new(),
            minor: None,
            level: "",
            disks: 0,
            layout: 0,
            chunk: 0,
            component: 0,
            offset: 0,
            room: 0,
            is_clean: false,
            problem: "",
            slot: u32::MAX,
            takes_part: false,
            number: 0,
            events: 0,
            created: 0,
            places: [0; NUMBERS / 8],
        }
    }

    /// Of a superblock 0.90: 1024 words.
    fn old(window: &[u8; SIZE], at: u64, sectors: u64) -> Option<Self> {
        let word = |nth: usize| le32(window, nth.wrapping_mul(4));
        if sum(window, 38) != word(38) {
            return None;
        }
        let mut member = Self::empty();
        for (to, nth) in member.uuid.chunks_mut(4).zip([5, 13, 14, 15]) {
            let number = low(word(nth)).to_be_bytes();
            for (to, from) in to.iter_mut().zip(number) {
                *to = from;
            }
        }
        member.created = word(6);
        member.minor = Some(low(word(11)));
        member.disks = low(word(10));
        member.layout = low(word(64));
        member.chunk = word(65);
        member.component = word(8);
        member.events = word(40) << 32 | word(39);
        member.is_clean = word(33) & 1 != 0;
        member.room = at >> 1;
        if word(2) > 90 {
            member.problem = RESHAPED;
        }
        // Faulty, active, in sync: bits 0, 1 and 2.
        for nth in 0..27_usize {
            let state = word(nth.wrapping_mul(32).wrapping_add(132));
            member.set_place(nth, state & 5 == 4);
        }
        // `this_disk`.
        let number = word(992).min(27);
        member.number = usize::try_from(number).unwrap_or(27);
        member.slot = low(word(member.number.wrapping_mul(32).wrapping_add(131)));
        if !member.has_place(member.number) {
            member.slot = u32::MAX;
        }
        member.settle(word(7), sectors)
    }

    /// Of a superblock 1.0, 1.1 or 1.2.
    fn new(window: &[u8; SIZE], at: u64, sectors: u64) -> Option<Self> {
        let features = le32(window, 8);
        let most = le32(window, 220);
        let size = usize::try_from(most)
            .ok()?
            .checked_mul(2)?
            .checked_add(256)?;
        let is_right = le64(window, 144) == at && features & !FEATURES == 0;
        if !is_right || sum(window.get(..size)?, 54) != le32(window, 216) {
            return None;
        }
        let mut member = Self::empty();
        member.uuid = *chunk(window, 16);
        let name = field(window, 32, 32).split(|byte| *byte == 0).next();
        member.name.put(name.unwrap_or(&[]));
        // The seconds; the rest is microseconds.
        member.created = le64(window, 64) & 0xff_ffff_ffff;
        member.disks = low(le32(window, 92));
        member.layout = low(le32(window, 76));
        member.chunk = le32(window, 88) << 9;
        member.component = le64(window, 80) >> 1;
        member.offset = le64(window, 128);
        member.room = le64(window, 136) >> 1;
        member.events = le64(window, 200);
        member.is_clean = le64(window, 208) == u64::MAX;
        let level = le32(window, 72);
        if level == 0 && features & RAID0_LAYOUT == 0 {
            member.layout = 0;
        }
        let is_odd = le64(window, 136) & 1 != 0 && member.chunk == 0;
        if features & RESHAPING != 0 {
            member.problem = RESHAPED;
        } else if features & JOURNAL != 0 {
            member.problem = "a part of it may be in a journal, which is not read";
        } else if is_odd && level == 0xffff_ffff {
            member.problem = "a disk of it ends within a KiB";
        }
        let role = |nth: usize| le16(window, nth.wrapping_mul(2).wrapping_add(256));
        let most = usize::try_from(most).ok()?.min(NUMBERS);
        for nth in 0..most {
            member.set_place(nth, role(nth) < NO_ROLE);
        }
        member.number = usize::try_from(le32(window, 160)).unwrap_or(usize::MAX);
        if member.has_place(member.number)
            && features & (RECOVERING | BAD_BLOCKS | REPLACEMENT) == 0
        {
            member.slot = low(role(member.number));
        }
        member.settle(level, sectors)
    }

    /// Checks what both formats have; `None` where data does not fit the disk.
    fn settle(mut self, level: u64, sectors: u64) -> Option<Self> {
        let known = LEVELS.iter().find(|(number, _)| *number == level);
        self.level = known.map_or("", |(_, name)| name);
        if self.is_striped() {
            self.component = 0;
        } else {
            self.room = self.component;
        }
        let end = self.room.checked_mul(2)?.checked_add(self.offset)?;
        if self.problem.is_empty() {
            if self.level.is_empty() {
                self.problem = "its level is not known here";
            } else if self.disks == 0 || self.disks > MOST {
                self.problem = "it has no disk, or more than 32";
            }
        }
        (end <= sectors && self.room > 0).then_some(self)
    }

    /// Whether every disk's data is there once, so that each has to be there.
    fn is_striped(&self) -> bool {
        matches!(self.level, "linear" | "raid0")
    }

    fn set_place(&mut self, number: usize, is_one: bool) {
        if let Some(byte) = self.places.get_mut(number >> 3) {
            *byte |= u8::from(is_one) << (number & 7);
        }
    }

    fn has_place(&self, number: usize) -> bool {
        byte(&self.places, number >> 3) >> (number & 7) & 1 != 0
    }

    /// Its array's name without its host; empty where there is none.
    #[must_use]
    pub fn own_name(&self) -> &[u8] {
        let mut rest: &[u8] = &self.name;
        crate::text::cut(&mut rest, b':');
        if rest.is_empty() { &self.name } else { rest }
    }

    /// Whether `mduuid/UUID`, as GRUB has it, means its array.
    #[must_use]
    pub fn is_of(&self, name: &[u8]) -> bool {
        let digits = name.strip_prefix(b"mduuid/").unwrap_or_default();
        let own = self.uuid.iter().flat_map(|byte| hex(*byte, b'a'));
        digits.iter().map(u8::to_ascii_lowercase).eq(own)
    }

    /// Says what there is on the disk, as `blkid` does.
    pub fn identify(&self, found: &mut Identity) {
        found.kind = Kind::RaidMember;
        put_uuid(&mut found.uuid, &self.uuid, PLAIN);
        found.label.clear();
        found.label.put(&self.name);
    }
}

/// Why an array is left alone that is changing its shape.
const RESHAPED: &str = "it is being reshaped";

/// What can be done with members of one array: marks those that take part.
///
/// Those count that are in date and that the one written last has a place for; of two for one
/// place the last one. So of a disk and its last partition, which may end where the disk does, it
/// is the partition where that comes last.
#[inline(never)]
pub fn judge(members: &mut [Member]) -> (usize, State) {
    let mut newest = 0;
    let mut events = 0;
    for (nth, member) in members.iter().enumerate() {
        if nth == 0 || member.events > events {
            newest = nth;
            events = member.events;
        }
    }
    let Some(first) = members.get(newest) else {
        return (0, State::Lacking(0));
    };
    if !first.problem.is_empty() {
        return (newest, State::Refused(first.problem));
    }
    let (disks, layout, level) = (first.disks, first.layout, first.level);
    let (places, is_striped) = (first.places, first.is_striped());
    // One bit for each place that is taken.
    let mut taken: u32 = 0;
    for member in members.iter_mut().rev() {
        let in_date = member.events.saturating_add(1) >= events;
        let number = member.number;
        let is_kept = number >= NUMBERS || byte(&places, number >> 3) >> (number & 7) & 1 != 0;
        let bit = 1_u32.checked_shl(member.slot).unwrap_or(0);
        let is_free = member.slot < disks && taken & bit == 0;
        member.takes_part = in_date && is_kept && is_free;
        if member.takes_part {
            taken |= bit;
        }
    }
    let missing = disks.saturating_sub(taken.count_ones());
    let is_enough = match level {
        _ if is_striped => missing == 0,
        "raid1" => missing < disks,
        "raid4" | "raid5" => missing <= 1,
        "raid6" => missing <= 2,
        _ => has_copies(layout, disks, taken),
    };
    let state = match missing {
        0 => State::Complete,
        _ if is_enough => State::Degraded(missing),
        _ => State::Lacking(missing),
    };
    (newest, state)
}

/// Whether of level 10 a copy of everything is there.
fn has_copies(layout: u32, disks: u32, taken: u32) -> bool {
    let near = (layout & 0xff).min(disks).max(1);
    let copies = near.wrapping_mul(layout >> 8 & 0xff).min(disks);
    let mut first = 0;
    for _ in 0..disks {
        let mut is_there = false;
        let mut place = first;
        for _ in 0..copies {
            is_there |= taken >> (place & 31) & 1 != 0;
            place = next(place, 1, disks);
        }
        if !is_there {
            return false;
        }
        first = next(first, near, disks);
        if first == 0 {
            break;
        }
    }
    true
}

/// The place so many further on, in a circle; `step` is no more than there are.
fn next(place: u32, step: u32, disks: u32) -> u32 {
    let place = place.wrapping_add(step);
    place.checked_sub(disks).unwrap_or(place)
}

fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The sum of a superblock's words, but for its own; and of the half word after them.
fn sum(bytes: &[u8], own: usize) -> u64 {
    let (words, rest) = bytes.as_chunks::<4>();
    let mut sum: u64 = le16(rest, 0);
    for (nth, word) in words.iter().enumerate() {
        if nth != own {
            sum = sum.wrapping_add(u32::from_le_bytes(*word).into());
        }
    }
    (sum & 0xffff_ffff).wrapping_add(sum >> 32) & 0xffff_ffff
}
