//! Disk images as disks with partitions, by the lines that say `loop`.
//!
//! A line's file becomes a disk by the look for disks that finds the one it is on, and goes with
//! that. What is on its partitions is found as on any other, arrays and logical volumes too.

use super::Machine;
use super::devices::Disks;
use super::disk::Disk;
use super::images;
use heapless::Vec;
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Location};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Put;
use kexec_loader::text::cut;

/// Bytes of all lines, and how many there may be.
const TEXT: usize = 1024;
const LINES: u32 = 16;

/// The files that are to be disks.
pub(crate) struct Loops {
    /// Where each is, and a NUL, which no path has.
    lines: Vec<u8, TEXT>,
    count: u32,
    /// Those of which no disk could be made, a bit for each; until their own disk is gone.
    failed: u32,
    /// Whether it was told that the kernel cannot make any.
    is_told: bool,
}

impl Loops {
    /// None.
    pub(crate) const fn new() -> Self {
        Self {
            lines: Vec::new(),
            count: 0,
            failed: 0,
            is_told: false,
        }
    }

    /// Adds a line; tells if there is no room.
    fn add(&mut self, line: &[u8], notes: &mut Notes) -> Result<(), Told> {
        let length = self.lines.len().saturating_add(line.len());
        if length >= TEXT || self.count >= LINES {
            const { assert!(TEXT == 1024 && LINES == 16) };
            let sentence =
                "% is not used as a disk: there are 16 loop lines, or 1024 bytes of them";
            return Err(notes.say(sentence, &[line]));
        }
        self.count = self.count.wrapping_add(1);
        self.lines.put(line);
        self.lines.put(b"\0");
        Ok(())
    }

    /// Keeps what a configuration says.
    pub(crate) fn keep(&mut self, entries: &Entries<'_>, notes: &mut Notes) {
        for line in entries.loops() {
            let _ = self.add(line, notes);
        }
    }
}

/// Adds what a person has typed, and has it be a disk; tells which, or why not.
#[cfg(feature = "shell")]
pub(super) fn add(line: &[u8], machine: &mut Machine<'_>) -> Result<(), Told> {
    let Machine { disks, notes, .. } = machine;
    disks.loops.add(line, notes)?;
    let nth = disks.loops.count;
    disks.loops.is_told = false;
    attach(disks, notes);
    let made = disks
        .list
        .iter()
        .find(|disk| disk.line == nth)
        .ok_or(Told)?;
    notes.say("% is the disk % now", &[line, &made.name]);
    Ok(())
}

/// Has the files be disks whose own disk has come, and lets those go whose own disk is gone;
/// says whether others may have come or gone by that.
#[inline(never)]
pub(super) fn attach(disks: &mut Disks, notes: &mut Notes) -> bool {
    let lines = disks.loops.lines.clone();
    let mut rest: &[u8] = &lines;
    let mut nth = 0;
    let mut is_news = false;
    while !rest.is_empty() {
        nth = u32::wrapping_add(nth, 1);
        let bit = 1_u32.wrapping_shl(nth);
        let Ok(at) = Location::parse(cut(&mut rest, b'\0'), &BOOT_DISK) else {
            continue;
        };
        let is_there = disks.has(&at.device);
        let made = disks.list.iter_mut().find(|disk| disk.line == nth);
        match made {
            Some(made) if !is_there => {
                made.unmount();
                made.image = None;
                made.line = 0;
                is_news = true;
            }
            None if !is_there => disks.loops.failed &= !bit,
            None if disks.loops.failed & bit == 0 => {
                if !can_attach(disks, notes) {
                    return is_news;
                }
                if attach_one(&at, nth, disks, notes) {
                    is_news = true;
                } else {
                    disks.loops.failed |= bit;
                }
            }
            _ => {}
        }
    }
    is_news
}

/// Whether the kernel has loop devices; tells once if it has not: that has to wait for its module.
fn can_attach(disks: &mut Disks, notes: &mut Notes) -> bool {
    let is_possible = || images::open_control().is_ok();
    if disks.initramfs.is_none() || is_possible() {
        return true;
    }
    disks.provide_driver(b"loop", notes);
    let can = is_possible();
    if !can && !disks.loops.is_told {
        disks.loops.is_told = true;
        let sentence = "disk images wait for loop devices, which the kernel has not: a module loop";
        notes.say(sentence, &[]);
    }
    can
}

/// Has a file be a disk; says whether it is one, tells if not. Its own disk is mounted for that
/// alone.
fn attach_one(at: &Location<'_>, line: u32, disks: &mut Disks, notes: &mut Notes) -> bool {
    let own = disks.find(&at.device.id);
    let is_mounted = |disk: &Disk| disk.root.is_some();
    let was_mounted = own
        .and_then(|nth| disks.list.get(nth))
        .is_some_and(is_mounted);
    let made = images::attach(at, line, disks, notes);
    if !was_mounted && let Some(own) = own.and_then(|nth| disks.list.get_mut(nth)) {
        own.unmount();
    }
    let Some(made) = made.and_then(|nth| disks.list.get(nth)) else {
        return false;
    };
    let words = [at.path, at.device.name, &made.name];
    notes.log(" % on % is the disk %", &words, &[]);
    true
}

/// Tells which files are no disks, for their own is not there.
#[cfg(feature = "explain")]
pub(super) fn tell_missing(entries: &Entries<'_>, disks: &Disks, notes: &mut Notes) {
    for line in entries.loops() {
        if Location::parse(line, &BOOT_DISK).is_ok_and(|at| !disks.has(&at.device)) {
            notes.say("the disk of the disk image % is not here", &[line]);
        }
    }
}
