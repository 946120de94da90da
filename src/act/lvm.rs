//! Has the device mapper make disks of logical volumes, to be read only.
//!
//! When physical volumes have come, their groups' newest metadata is read, and what can be
//! mapped with the disks that are there is mapped, once. A volume is a disk like any other then,
//! `dm-0`, whose other name is `GROUP/VOLUME`.

use super::devices::Disks;
use super::disk::{Disk, read_exact, respell};
use super::files::read_small;
use super::start::open_node;
use super::tell;
use crate::sys::dm::{self, Command};
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::{Errno, Result};
use heapless::Vec;
use kexec_loader::disk::{Kind, UUID};
use kexec_loader::lvm::group::{Group, Lack, Volume};
use kexec_loader::lvm::label::{LABELS, Label};
use kexec_loader::lvm::message::Message;
use kexec_loader::lvm::{self, metadata, put_alias, put_name};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::text::{cut, number, part};

/// Bytes of a group's metadata: some two hundred volumes.
const TEXT: usize = 128 * 1024;
/// How many groups are looked at, at one time.
const GROUPS: usize = 16;

/// What is known of logical volumes.
pub(crate) struct State {
    /// Whether physical volumes have come that have not been looked into.
    are_new: bool,
    /// Whether it was told that there is no device mapper.
    is_told: bool,
}

impl State {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self {
            are_new: false,
            is_told: false,
        }
    }
}

/// A group, and which disk has its newest metadata.
struct Newest<'d> {
    id: Vec<u8, UUID>,
    sequence: u64,
    disk: &'d Disk,
}

/// Notices a physical volume, and the other name of a logical one.
#[inline(never)]
pub(crate) fn look(disk: &mut Disk, state: &mut State) {
    state.are_new |= disk.identity.kind == Kind::LvmMember;
    let mut name = [0; _];
    if let Ok(name) = read_said(&disk.name, NAME, &mut name) {
        disk.alias.clear();
        put_alias(name, &mut disk.alias);
    }
}

/// Bytes of what the kernel says of a disk: the device mapper's names have 127 at most.
type Said = [u8; 130];
/// Where it says the device mapper's name of a disk, and its identifier; and of every disk the two
/// numbers.
const NAME: &[u8] = b"/dm/name";
const ID: &[u8] = b"/dm/uuid";
const NUMBERS: &[u8] = b"/dev";

/// Reads one of these, if a disk has it.
#[inline(never)]
fn read_said<'t>(disk: &[u8], what: &[u8], text: &'t mut Said) -> Result<&'t [u8]> {
    read_small(&[b"/sys/class/block/", &respell(disk), what], text)
}

/// Whether a configuration's name is one that a volume has beside the kernel's.
#[inline(never)]
pub(super) fn is_name_of(name: &[u8], disk: &Disk) -> bool {
    let mut text = [0; _];
    lvm::is_name_of(name, &disk.alias)
        || name.starts_with(b"lvmid/")
            && read_said(&disk.name, ID, &mut text).is_ok_and(|mapped| lvm::is_id_of(name, mapped))
}

/// Maps the volumes of groups of which disks have come; says whether there may be new disks
/// now. Where there is no device mapper yet, that has to wait for its module.
#[inline(never)]
pub(crate) fn map(disks: &mut Disks, notes: &mut Notes) -> bool {
    if !disks.volumes.are_new {
        return false;
    }
    let control = open_control().or_else(|_| {
        disks.provide_driver(b"dm_mod", notes);
        open_control()
    });
    let Ok(control) = control else {
        if !disks.volumes.is_told {
            let sentence = " logical volumes wait for a device mapper; the kernel has none yet";
            notes.log(sentence, &[], &[]);
        }
        disks.volumes.is_told = true;
        return false;
    };
    disks.volumes.are_new = false;
    map_all(&disks.list, &control, notes);
    true
}

/// Opens the device mapper's file, made now if the kernel has not made it.
fn open_control() -> Result<Fd> {
    let path: [&[u8]; 1] = [b"/dev/mapper/control"];
    fs::open(&path, Purpose::Read).or_else(|_| {
        fs::make_folder(&[b"/dev/mapper"]);
        // Documentation/admin-guide/devices.txt. It may be there already.
        let _ = fs::make_node(&path, Node::Character, 10, 236);
        fs::open(&path, Purpose::Read)
    })
}

/// Maps the volumes of all groups.
fn map_all(disks: &[Disk], control: &Fd, notes: &mut Notes) {
    #[allow(
        clippy::large_stack_arrays,
        reason = "nobody else wants the stack meanwhile"
    )]
    let mut memory = [0; TEXT];
    let mut groups: Vec<Newest<'_>, GROUPS> = Vec::new();
    for disk in disks.iter().filter(|disk| is_member(disk)) {
        let text = read_metadata(disk, &mut memory, notes);
        let Some(group) = Group::read(text) else {
            continue;
        };
        let known = groups.iter_mut().find(|known| *known.id == *group.id);
        let mut newest = Newest {
            id: Vec::new(),
            sequence: group.sequence,
            disk,
        };
        newest.id.put(group.id);
        match known {
            Some(known) if known.sequence < group.sequence => *known = newest,
            Some(_) => {}
            None => drop(groups.push(newest)),
        }
    }
    for Newest { disk, .. } in &groups {
        let text = read_metadata(disk, &mut memory, &mut Notes::new());
        if let Some(group) = Group::read(text) {
            for volume in group.volumes() {
                map_one(&group, &volume, disks, control, notes);
            }
        }
    }
}

fn is_member(disk: &Disk) -> bool {
    disk.identity.kind == Kind::LvmMember && disk.is_there && !disk.is_empty
}

/// Reads the metadata on a disk; empty where there is none, as on one of a group whose others
/// have it.
#[inline(never)]
fn read_metadata<'i>(disk: &Disk, into: &'i mut [u8], notes: &mut Notes) -> &'i [u8] {
    let Ok(device) = open_node(Node::Block, &disk.name, Purpose::Read) else {
        return &[];
    };
    let mut read = |offset, into: &mut [u8]| read_exact(&device, offset, into);
    let mut start = [0; LABELS];
    let label = read(0, &mut start).then(|| Label::find(&start)).flatten();
    for area in label.iter().flat_map(|label| &label.areas) {
        let sentence = match metadata::read(area, &mut read, into) {
            Ok(length) => return part(into, 0, length),
            Err(metadata::Lack::Empty) => continue,
            Err(metadata::Lack::Damaged) => "the metadata of a volume group on % is damaged",
            Err(metadata::Lack::Large) => {
                const { assert!(TEXT == 131_072) };
                "the metadata of a volume group on % is larger than 131072 bytes; it is not read"
            }
        };
        notes.say(sentence, &[&disk.name]);
    }
    &[]
}

/// Maps a volume, if it is not yet.
#[inline(never)]
fn map_one(
    group: &Group<'_>,
    volume: &Volume<'_>,
    disks: &[Disk],
    control: &Fd,
    notes: &mut Notes,
) {
    let find = |id: &[u8]| {
        let mut disks = disks.iter();
        disks.find(|disk| is_member(disk) && *disk.identity.uuid == *id)
    };
    let mut read_disk = |id: &[u8], offset, into: &mut [u8]| {
        let device = find(id).map(|disk| open_node(Node::Block, &disk.name, Purpose::Read));
        matches!(device, Some(Ok(device)) if read_exact(&device, offset, into))
    };
    let mut find_disk = |id: &[u8], out: &mut dyn Put| {
        let Some(disk) = find(id) else { return false };
        let mut numbers = [0; _];
        read_said(&disk.name, NUMBERS, &mut numbers).is_ok_and(|numbers| {
            out.put(numbers);
            true
        })
    };
    let mut name = Vec::<u8, 256>::new();
    put_name(group.name, volume.name, &mut name);
    let words = [group.name, volume.name];
    let Some(mut table) = Message::new(&name, b"") else {
        return;
    };
    match group.map(volume, &mut find_disk, &mut read_disk, &mut table) {
        Ok(is_one_old) => match make(control, &name, group, volume, &mut table) {
            Ok(()) => {
                notes.log(" volume %/% is mapped", &words, &[]);
                if is_one_old {
                    let sentence = "a copy of volume %/% is out of date, and is left out";
                    notes.say(sentence, &words);
                }
            }
            // It is there.
            Err(Errno::EBUSY) => {}
            Err(error) => {
                let [group, volume] = words;
                tell(notes, "cannot map volume %/%: %", group, volume, error);
            }
        },
        Err(Lack::Disk) => {
            let sentence = " volume %/% is not mapped: a disk of its group is not there";
            notes.log(sentence, &words, &[]);
        }
        Err(Lack::Kind(kind)) => {
            let sentence = " volume %/% is not mapped: its kind is not read here: %";
            notes.log(sentence, &[group.name, volume.name, kind], &[]);
        }
        Err(Lack::Sense) => {
            let sentence = "volume %/% is not mapped: what is said of its parts makes no sense";
            notes.say(sentence, &words);
        }
        Err(Lack::Room) => {
            notes.say("volume %/% is not mapped: it has too many parts", &words);
        }
    }
}

/// Has the device mapper make a device of a table.
#[inline(never)]
fn make(
    control: &Fd,
    name: &[u8],
    group: &Group<'_>,
    volume: &Volume<'_>,
    table: &mut Message,
) -> Result<()> {
    // LVM2 itself knows its devices by this.
    let mut id = Vec::<u8, 80>::new();
    id.put(b"LVM-");
    let digits = group.id.iter().chain(volume.id);
    for digit in digits.filter(|digit| **digit != b'-') {
        id.put(core::slice::from_ref(digit));
    }
    send(control, Command::Create, name, &id)?;
    let made = dm::tell(control, Command::Load, table.bytes())
        .and_then(|()| send(control, Command::Resume, name, b""));
    if made.is_err() {
        let _ = send(control, Command::Remove, name, b"");
    }
    made
}

/// Gives the name of each disk that a volume is on, if a disk is one, to `act`, or nothing for one
/// that is gone. The device mapper knows their numbers as long as the volume is there.
pub(super) fn each_part(name: &[u8], list: &[Disk], act: &mut dyn FnMut(Option<&[u8]>)) {
    let mut text = [0; _];
    let Ok(mapped) = read_said(name, NAME, &mut text) else {
        return;
    };
    let (Ok(control), Some(mut message)) = (open_control(), Message::new(mapped, b"")) else {
        return;
    };
    message.make_room();
    if dm::tell(&control, Command::Parts, message.bytes()).is_err() {
        return;
    }
    for (major, minor) in message.parts() {
        let is_it = |disk: &&Disk| {
            let mut numbers = [0; _];
            let mut numbers = read_said(&disk.name, NUMBERS, &mut numbers).unwrap_or(&[]);
            let of_disk = number(cut(&mut numbers, b':'));
            of_disk == Some(major) && number(numbers) == Some(minor)
        };
        act(list.iter().find(is_it).map(|disk| &*disk.name));
    }
}

/// Takes a volume away, if a disk is one and nobody uses it; the volumes of all groups are to be
/// looked into again, for one that is kept twice may have another copy.
pub(super) fn remove(name: &[u8], state: &mut State) -> bool {
    let mut text = [0; _];
    let Ok(mapped) = read_said(name, NAME, &mut text) else {
        return false;
    };
    let done = open_control().and_then(|control| send(&control, Command::Remove, mapped, b""));
    let is_done = done.is_ok();
    state.are_new |= is_done;
    is_done
}

/// Tells the device mapper what has no table.
#[inline(never)]
fn send(control: &Fd, command: Command, name: &[u8], id: &[u8]) -> Result<()> {
    let mut message = Message::new(name, id).ok_or(Errno::ENAMETOOLONG)?;
    dm::tell(control, command, message.bytes())
}
