//! The members of one array that are there, and having the kernel start it of them.

use super::{ARRAY, CLASS, alias, is_held, is_member, read_member};
use crate::act::disk::{Disk, Name, respell};
use crate::act::files::read_small;
use crate::act::start::open_node;
use crate::act::tell;
use crate::sys::fs::{self, Node, Parts, Purpose};
use crate::sys::{Errno, Result, block};
use heapless::Vec;
use kexec_loader::disk::md::{MEMBERS, Member, State, judge};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Decimal, Put};
use kexec_loader::text;

/// Where the kernel takes the name of an array that is to be.
const NEW: &[u8] = b"/sys/module/md_mod/parameters/new_array";
/// The highest number that is given to an array without one, as by `mdadm`.
const HIGHEST: u64 = 127;

/// What became of an array.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Attempt {
    Started,
    /// It may be started later.
    Waits,
    /// It is not, and that was told.
    Left,
    /// The same, and nothing but another member changes that.
    Refused,
}

/// The members of one array.
pub(super) struct Group {
    /// Where they are in the list of disks, and the kernel's names of them.
    pub(super) names: Vec<(usize, Name), MEMBERS>,
    pub(super) members: Vec<Member, MEMBERS>,
    /// Whether it was told of all why their array is not there.
    is_told: bool,
}

impl Group {
    pub(super) const fn new() -> Self {
        Self {
            names: Vec::new(),
            members: Vec::new(),
            is_told: true,
        }
    }

    /// Takes the members of the array that a disk is a member of; says whether it is to be
    /// started, which it is not but for its first member, nor twice.
    pub(super) fn gather(&mut self, list: &[Disk], first: usize) -> bool {
        let Some(one) = list.get(first).filter(|disk| is_member(disk)) else {
            return false;
        };
        let mut is_refused = true;
        for (nth, disk) in list.iter().enumerate() {
            if !is_member(disk) || disk.identity.uuid != one.identity.uuid {
                continue;
            }
            if nth < first || is_held(disk) {
                return false;
            }
            if let Some(member) = read_member(&disk.name)
                && self.members.push(member).is_ok()
            {
                let _ = self.names.push((nth, disk.name.clone()));
                self.is_told &= disk.array.is_told;
                is_refused &= disk.array.is_refused;
            }
        }
        self.names.first().is_some_and(|(nth, _)| *nth == first) && !is_refused
    }

    /// Starts the array if that can be.
    pub(super) fn try_start(&mut self, is_late: bool, notes: &mut Notes) -> Attempt {
        let (newest, state) = judge(&mut self.members);
        let Some(array) = self.members.get(newest) else {
            return Attempt::Left;
        };
        let mut title = alias(array);
        if title.is_empty() {
            title.put(ARRAY);
            title.put(Decimal::new(array.minor.unwrap_or(0).into()).bytes());
        }
        let disks = u64::from(array.disks);
        let missing = match state {
            State::Complete => 0,
            State::Degraded(missing) if is_late => missing,
            State::Refused(why) => {
                let sentence = "array % is not started: %";
                notes.say(sentence, &[&title, why.as_bytes()]);
                return Attempt::Refused;
            }
            _ if !is_late => return Attempt::Waits,
            State::Degraded(missing) | State::Lacking(missing) => {
                if !self.is_told {
                    let sentence = b"array % is not started: # of its # disks are missing";
                    notes.say_numbers(sentence, &[&title], &[missing.into(), disks]);
                }
                return Attempt::Left;
            }
        };
        if !has_level(array.level.as_bytes()) {
            if !is_late {
                return Attempt::Waits;
            }
            if !self.is_told {
                let sentence = "array % is not started: the kernel has no %, which is a module";
                notes.say(sentence, &[&title, array.level.as_bytes()]);
            }
            return Attempt::Left;
        }
        if missing > 0 {
            let sentence = b"array % is started without # of its # disks";
            notes.say_numbers(sentence, &[&title], &[missing.into(), disks]);
        }
        let kernel = free_name(array);
        match self.start(array, &kernel) {
            Ok(()) => {
                let words = [&title, array.level.as_bytes(), &kernel];
                notes.log(" array % (%) is %, of # disks", &words, &[disks]);
                Attempt::Started
            }
            Err(Errno::EIO) if missing > 0 && !array.is_clean => {
                let _ = set(&kernel, &[b"array_state"], b"clear");
                let sentence = "array % is not started: it was being written to, and what was on \
                    the missing disk may be lost; md_mod.start_dirty_degraded=1 starts it";
                notes.say(sentence, &[&title]);
                Attempt::Refused
            }
            Err(error) => {
                let _ = set(&kernel, &[b"array_state"], b"clear");
                tell(
                    notes,
                    "cannot start array % as %: %",
                    &title,
                    &kernel,
                    error,
                );
                Attempt::Refused
            }
        }
    }

    /// Has the kernel put the array together under a name.
    fn start(&self, array: &Member, kernel: &[u8]) -> Result<()> {
        let make = fs::open(&[NEW], Purpose::Append)?;
        make.write(kernel)?;
        let words: [(&[u8], &[u8]); 3] = [
            (b"metadata_version", b"external:loader"),
            (b"level", array.level.as_bytes()),
            // What is not clean and lacks a disk is refused.
            (b"resync_start", if array.is_clean { b"none" } else { b"0" }),
        ];
        for (file, word) in words {
            set(kernel, &[file], word)?;
        }
        let numbers: [(&[u8], u64); 4] = [
            (b"raid_disks", array.disks.into()),
            (b"layout", array.layout.into()),
            (b"chunk_size", array.chunk),
            (b"component_size", array.component),
        ];
        for (file, number) in numbers {
            if number > 0 {
                set(kernel, &[file], Decimal::new(number).bytes())?;
            }
        }
        for (member, (_, name)) in self.members.iter().zip(&self.names) {
            if member.takes_part {
                add(member, name, kernel)?;
            }
        }
        set(kernel, &[b"array_state"], b"readonly")?;
        // The kernel looks for its partitions when it is opened: so they are there with it.
        let _ = open_node(Node::Block, kernel, Purpose::Read);
        Ok(())
    }
}

/// Has the kernel take a disk as a member of an array that is not started yet.
fn add(member: &Member, name: &[u8], kernel: &[u8]) -> Result<()> {
    block::forbid_writing(&open_node(Node::Block, name, Purpose::Read)?)?;
    let system = respell(name);
    let mut numbers = [0; 24];
    let device = read_small(&[CLASS, &system, b"/dev"], &mut numbers)?;
    set(kernel, &[b"new_dev"], device)?;
    let numbers: [(&[u8], u64); 3] = [
        (b"offset", member.offset),
        (b"size", member.room),
        (b"slot", member.slot.into()),
    ];
    for (file, number) in numbers {
        let number = Decimal::new(number);
        set(kernel, &[b"dev-", &system, b"/", file], number.bytes())?;
    }
    Ok(())
}

/// Writes what an array is to be to a file of its folder in `/sys`.
#[inline(never)]
pub(super) fn set(kernel: &[u8], file: &Parts<'_>, text: &[u8]) -> Result<()> {
    let mut name = Vec::<u8, 64>::new();
    for part in file {
        name.put(part);
    }
    let file = fs::open(&[CLASS, kernel, b"/md/", &name], Purpose::Append)?;
    file.write(text)?;
    Ok(())
}

/// Whether the kernel can start arrays of a level now: `Personalities : [raid1] [raid6] …`.
pub(super) fn has_level(level: &[u8]) -> bool {
    let mut text = [0; 256];
    let mut text = read_small(&[b"/proc/mdstat"], &mut text).unwrap_or(&[]);
    let mut line = text::cut(&mut text, b'\n');
    while !line.is_empty() {
        let word = text::cut_word(&mut line);
        if let [b'[', word @ .., b']'] = word
            && word == level
        {
            return true;
        }
    }
    false
}

/// The kernel's name for an array to be: of the number that it had, if it is free; else of the
/// first that is from [`HIGHEST`] on downwards.
fn free_name(array: &Member) -> Name {
    let wanted = match array.minor {
        Some(minor) => Some(minor.into()),
        None => text::number(array.own_name()),
    };
    let mut name = Name::new();
    for number in wanted.into_iter().chain((0..=HIGHEST).rev()) {
        name.clear();
        name.put(ARRAY);
        name.put(Decimal::new(number).bytes());
        if number < 512 && fs::open(&[CLASS, &name], Purpose::Folder).is_err() {
            break;
        }
    }
    name
}
