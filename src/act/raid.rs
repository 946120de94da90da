//! Puts arrays together of their members, by the kernel's `md`, to be read only.
//!
//! An array all of whose members are there is started by the look for disks that finds the last.
//! One that lacks members that it can do without is started [`PATIENCE`] after the last member
//! of any array came.
//!
//! The kernel is told everything by way of `/sys` (`Documentation/admin-guide/md.rst`), as for
//! arrays whose metadata is somebody else's. Were it to read the superblocks itself, it would
//! write to them and to what is beside them, to a bitmap even in an array that is read only.

use super::devices::Disks;
use super::disk::{Disk, Name, read_exact, respell};
use super::files::{read_number, read_small};
use super::start::open_node;
use super::tell;
use crate::sys::dir::Names;
use crate::sys::fs::{self, Node, Parts, Purpose};
use crate::sys::{Errno, Result, block, clock};
use heapless::Vec;
use kexec_loader::bytes::ReadAt;
use kexec_loader::disk::md::{MEMBERS, Member, State, judge};
use kexec_loader::disk::{Identity, Kind};
#[cfg(feature = "autodetect")]
use kexec_loader::location::Id;
use kexec_loader::location::partition_of;
use kexec_loader::notes::Notes;
use kexec_loader::out::{Decimal, Put};
use kexec_loader::text;

/// Milliseconds that members are waited for when enough are there.
const PATIENCE: u64 = 3000;
/// The kernel's names for arrays, without their numbers.
const ARRAY: &[u8] = b"md";
/// Where the kernel has what it says of disks.
const CLASS: &[u8] = b"/sys/class/block/";
/// Where the kernel takes the name of an array that is to be.
const NEW: &[u8] = b"/sys/module/md_mod/parameters/new_array";
/// The highest number that is given to an array without one, as by `mdadm`.
const HIGHEST: u64 = 127;

/// What is known of the array that a disk is a member of.
pub(crate) struct Mark {
    /// Whether it was told why the array is not there.
    is_told: bool,
    /// Whether the kernel has refused to start it.
    is_refused: bool,
}

impl Mark {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self {
            is_told: false,
            is_refused: false,
        }
    }
}

/// The arrays that may be put together.
pub(crate) struct Arrays {
    /// How many members belong to none that is started, and when the last of them came.
    members: usize,
    came: u64,
    /// Whether something is to be done when they have been waited for.
    is_waiting: bool,
}

impl Arrays {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self {
            members: 0,
            came: 0,
            is_waiting: false,
        }
    }

    /// When no more members are waited for; `None` if none are.
    pub(crate) fn due(&self) -> Option<u64> {
        self.is_waiting.then_some(self.came.wrapping_add(PATIENCE))
    }

    /// Whether that is now.
    pub(crate) fn are_due(&self) -> bool {
        self.due().is_some_and(|due| clock::milliseconds() >= due)
    }

    /// The sooner of that and another time.
    pub(crate) fn sooner(&self, until: Option<u64>) -> Option<u64> {
        match (self.due(), until) {
            (Some(due), Some(until)) => Some(due.min(until)),
            (due, until) => due.or(until),
        }
    }
}

/// Whether a disk is a member of an array; says so if it is.
#[inline(never)]
pub(crate) fn recognise(name: &[u8], read: &mut ReadAt<'_>, found: &mut Identity) -> bool {
    let sectors = read_number(&[CLASS, &respell(name), b"/size"]).unwrap_or(0);
    let member = Member::read(read, sectors);
    if let Some(member) = &member {
        member.identify(found);
    }
    member.is_some()
}

/// Reads what a disk says of its array.
#[inline(never)]
fn read_member(name: &[u8]) -> Option<Member> {
    let device = open_node(Node::Block, name, Purpose::Read).ok()?;
    let sectors = read_number(&[CLASS, &respell(name), b"/size"])?;
    let mut read = |offset, into: &mut [u8]| read_exact(&device, offset, into);
    Member::read(&mut read, sectors)
}

/// What a member of an array says, if a disk is one or a partition of one; and the partition's
/// number.
#[inline(never)]
fn first_member(disk: &Disk) -> Option<(Member, Option<u64>)> {
    if !disk.name.starts_with(ARRAY) {
        return None;
    }
    let number = read_number(&[CLASS, &disk.name, b"/partition"]);
    let up: &[u8] = if number.is_some() { b"/.." } else { b"" };
    let folder = fs::open(&[CLASS, &disk.name, up, b"/slaves"], Purpose::Read).ok()?;
    let mut names = Names::of(folder);
    let (name, _) = names.next()?;
    Some((read_member(&respell(name))?, number))
}

/// Gives an array, or a partition of one, its other name: `md/NAME`, by one of its members.
#[inline(never)]
pub(crate) fn name(disk: &mut Disk) {
    if disk.alias.is_empty()
        && let Some((member, number)) = first_member(disk)
        && !member.name.is_empty()
    {
        let number = number.and_then(|number| u32::try_from(number).ok());
        partition_of(&alias(&member), number.unwrap_or(0), &mut disk.alias);
    }
}

/// Whether GRUB's `mduuid/UUID` is a disk that is an array.
pub(super) fn is_name_of(name: &[u8], disk: &Disk) -> bool {
    name.starts_with(b"mduuid/")
        && matches!(first_member(disk), Some((member, None)) if member.is_of(name))
}

/// The kernel's name of an array that has this one, `md/NAME` or `mduuid/UUID`.
#[cfg(feature = "autodetect")]
pub(super) fn kernel_name<'d>(disks: &'d Disks, name: &[u8]) -> Option<&'d [u8]> {
    let nth = disks.find(&Id::Name(name))?;
    disks.list.get(nth).map(|disk| &*disk.name)
}

/// An array's other name; empty if it has none.
fn alias(member: &Member) -> Vec<u8, 40> {
    let mut alias = Vec::new();
    if !member.name.is_empty() {
        alias.put(b"md/");
        alias.put(member.own_name());
    }
    alias
}

/// Whether a disk is a member of an array.
fn is_member(disk: &Disk) -> bool {
    disk.is_there && disk.identity.kind == Kind::RaidMember
}

/// Gives the name of each member of an array, if a disk is one, to `act`, or nothing for one that is
/// gone. The kernel lists them until the array is stopped; another disk of the name is not held.
pub(super) fn each_member(name: &[u8], list: &[Disk], act: &mut dyn FnMut(Option<&[u8]>)) {
    let Ok(folder) = fs::open(&[CLASS, name, b"/md"], Purpose::Read) else {
        return;
    };
    let mut names = Names::of(folder);
    while let Some((file, _)) = names.next() {
        if let Some(member) = file.strip_prefix(b"dev-") {
            let member = respell(member);
            let mut all = list.iter();
            let disk = all.find(|disk| disk.name == member && is_held(disk));
            act(disk.map(|disk| &*disk.name));
        }
    }
}

/// Whether an array can do with these of its members.
pub(super) fn are_enough(names: &[Name]) -> bool {
    let mut members = Vec::<Member, MEMBERS>::new();
    for member in names.iter().filter_map(|name| read_member(name)) {
        let _ = members.push(member);
    }
    matches!(judge(&mut members).1, State::Complete | State::Degraded(_))
}

/// Stops an array, if a disk is one and nobody uses it.
pub(super) fn stop(name: &[u8]) -> bool {
    set(name, &[b"array_state"], b"clear").is_ok()
}

/// Whether a disk belongs to something that has been put together.
fn is_held(disk: &Disk) -> bool {
    let folder = fs::open(&[CLASS, &respell(&disk.name), b"/holders"], Purpose::Read);
    folder.is_ok_and(|folder| Names::of(folder).next().is_some())
}

/// Starts the arrays that can be; says whether there is one more. Why others are not is told
/// when it can no longer change by itself.
#[inline(never)]
pub(crate) fn assemble(disks: &mut Disks, notes: &mut Notes) -> bool {
    let count = disks.list.iter().filter(|disk| is_member(disk)).count();
    let now = clock::milliseconds();
    if disks.arrays.members != count {
        disks.arrays.members = count;
        disks.arrays.came = now;
    }
    let is_late = now >= disks.arrays.came.wrapping_add(PATIENCE);
    disks.arrays.is_waiting = false;
    let mut is_started = false;
    for nth in 0..disks.list.len() {
        let mut group = Group::new();
        if group.gather(&disks.list, nth) {
            let level = group.members.first().map_or("", |member| member.level);
            if !level.is_empty() && !has_level(level.as_bytes()) {
                // The alias that the kernel itself asks for, which has no program here to do it.
                let mut driver = Name::new();
                driver.put(b"md-");
                driver.put(level.as_bytes());
                disks.provide_driver(&driver, notes);
            }
            let attempt = group.try_start(is_late, notes);
            is_started |= attempt == Attempt::Started;
            disks.arrays.is_waiting |= attempt == Attempt::Waits;
            for (nth, _) in &group.names {
                if let Some(disk) = disks.list.get_mut(*nth) {
                    disk.array.is_told |= is_late;
                    disk.array.is_refused |= attempt == Attempt::Refused;
                }
            }
        }
    }
    is_started
}

/// What became of an array.
#[derive(Clone, Copy, PartialEq)]
enum Attempt {
    Started,
    /// It may be started later.
    Waits,
    /// It is not, and that was told.
    Left,
    /// The same, and nothing but another member changes that.
    Refused,
}

/// The members of one array.
struct Group {
    /// Where they are in the list of disks, and the kernel's names of them.
    names: Vec<(usize, Name), MEMBERS>,
    members: Vec<Member, MEMBERS>,
    /// Whether it was told of all why their array is not there.
    is_told: bool,
}

impl Group {
    const fn new() -> Self {
        Self {
            names: Vec::new(),
            members: Vec::new(),
            is_told: true,
        }
    }

    /// Takes the members of the array that a disk is a member of; says whether it is to be
    /// started, which it is not but for its first member, nor twice.
    fn gather(&mut self, list: &[Disk], first: usize) -> bool {
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
    fn try_start(&mut self, is_late: bool, notes: &mut Notes) -> Attempt {
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
fn set(kernel: &[u8], file: &Parts<'_>, text: &[u8]) -> Result<()> {
    let mut name = Vec::<u8, 64>::new();
    for part in file {
        name.put(part);
    }
    let file = fs::open(&[CLASS, kernel, b"/md/", &name], Purpose::Append)?;
    file.write(text)?;
    Ok(())
}

/// Whether the kernel can start arrays of a level now: `Personalities : [raid1] [raid6] …`.
fn has_level(level: &[u8]) -> bool {
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
