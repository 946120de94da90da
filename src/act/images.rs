//! Disk images as disks.
//!
//! A file stands for a disk by way of the kernel's loop devices, until all disks are
//! forgotten. That its own disk is unmounted in between does not matter: it goes when the last
//! who has a file of it open lets go. `explain`, which mounts nothing, takes a folder for what
//! is in the image.

use super::devices::Disks;
use super::disk::{Disk, Name};
use super::start::open_node;
use super::tell;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::{Errno, Result, loopdev};
use kexec_loader::location::{Location, drive_of};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Decimal, Put};

/// The kernel's names for such disks, without their numbers.
const LOOP: &[u8] = b"loop";

/// Has a disk image stand for a disk; gives its number. That it is from a line that says `loop`,
/// and from which, is for disks with partitions; from 0 it is without.
pub(crate) fn attach(
    at: &Location<'_>,
    line: u32,
    disks: &mut Disks,
    notes: &mut Notes,
) -> Option<usize> {
    let file = disks.open(at, notes).ok()?;
    let nth = disks.list.len();
    let mut disk = Disk::new(Name::new());
    if disks.initramfs.is_none() {
        if !stand_in(file, &disks.list, &mut disk) {
            // Partitions of a disk image are disks that `explain` is told of.
            if line == 0 {
                let sentence = "explain does not look into %: a folder of this name stands for it";
                notes.say(sentence, &[at.path]);
            }
            return None;
        }
    } else if let Err(error) = make(&file, line > 0, &mut disk) {
        let what = at.path;
        tell(
            notes,
            "cannot use % on % as a disk: %",
            what,
            at.device.name,
            error,
        );
        return None;
    }
    disk.line = line;
    // What is in an ISO file is for who has asked.
    disk.is_detected = line == 0;
    disk.is_searched = true;
    disks.list.push(disk).ok().map(|()| nth)
}

/// Opens what makes loop devices.
pub(super) fn open_control() -> Result<Fd> {
    let path: [&[u8]; 1] = [b"/dev/loop-control"];
    // Documentation/admin-guide/devices.txt. It may be there already.
    let _ = fs::make_node(&path, Node::Character, 10, 237);
    fs::open(&path, Purpose::Read)
}

/// Makes a disk of a file, with disks for its partitions or without.
pub(super) fn make(file: &Fd, with_partitions: bool, disk: &mut Disk) -> Result<()> {
    let control = open_control()?;
    let number = Decimal::new(loopdev::free(&control)? as u64);
    disk.name.put(LOOP);
    disk.name.put(number.bytes());
    let device = open_node(Node::Block, &disk.name, Purpose::Read)?;
    loopdev::configure(&device, file, with_partitions)?;
    disk.image = Some(device);
    disk.look();
    Ok(())
}

/// Has a folder stand for what is in a file; says whether it is one.
fn stand_in(folder: Fd, disks: &[Disk], disk: &mut Disk) -> bool {
    let is_image =
        |disk: &&Disk| disk.name.starts_with(LOOP) && drive_of(&disk.name) == &*disk.name;
    let number = disks.iter().filter(is_image).count();
    disk.name.put(LOOP);
    disk.name.put(Decimal::new(number as u64).bytes());
    let is_folder = folder.size() == Err(Errno::EISDIR);
    disk.root = Some(folder);
    is_folder
}
