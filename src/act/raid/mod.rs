//! Puts arrays together of their members, by the kernel's `md`, to be read only.
//!
//! An array all of whose members are there is started by the look for disks that finds the last.
//! One that lacks members that it can do without is started [`PATIENCE`] after the last member
//! of any array came.
//!
//! The kernel is told everything by way of `/sys` (`Documentation/admin-guide/md.rst`), as for
//! arrays whose metadata is somebody else's. Were it to read the superblocks itself, it would
//! write to them and to what is beside them, to a bitmap even in an array that is read only.

mod group;

use super::devices::Disks;
use super::disk::{Disk, Name, read_exact, respell};
use super::files::read_number;
use super::start::open_node;
use crate::sys::clock;
use crate::sys::dir::Names;
use crate::sys::fs::{self, Node, Purpose};
use group::{Attempt, Group, has_level, set};
use heapless::Vec;
use kexec_loader::bytes::ReadAt;
use kexec_loader::disk::md::{MEMBERS, Member, State, judge};
use kexec_loader::disk::{Identity, Kind};
#[cfg(feature = "autodetect")]
use kexec_loader::location::Id;
use kexec_loader::location::partition_of;
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;

/// Milliseconds that members are waited for when enough are there.
const PATIENCE: u64 = 3000;
/// The kernel's names for arrays, without their numbers.
const ARRAY: &[u8] = b"md";
/// Where the kernel has what it says of disks.
const CLASS: &[u8] = b"/sys/class/block/";

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
