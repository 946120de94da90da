//! Boots an entry: opens its files, looks at them, gives them to the kernel, jumps.
//!
//! Comes back only if that fails, and then has told why.

mod by_file;

use super::devices::Disks;
use super::search;
use super::{Machine, tell};
use crate::sys::fd::{self, Fd, FileType};
use crate::sys::process::{self, Ending};
use crate::sys::{Errno, Result};
use heapless::Vec;
use kexec_loader::entry::Entries;
use kexec_loader::image::Fault;
use kexec_loader::image::bzimage::{BzImage, Head};
use kexec_loader::menu::put_cmdline;
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::{Decimal, Put};

/// Bytes of the longest command line with its NUL; today's kernels take 2048.
const CMDLINE: usize = 4096;
/// How many ramdisks an entry may have.
const RAMDISKS: usize = 16;

/// The files of an entry, open and looked at.
pub(crate) struct Files {
    kernel: Fd,
    ramdisks: Vec<Fd, RAMDISKS>,
}

/// Boots an entry. Whatever it has to say of a failure is in the notes when it comes back.
pub(crate) fn boot(entries: &Entries<'_>, nth: usize, machine: &mut Machine) {
    if entries.problem(nth).is_none() && !has_disks(entries, nth, machine) {
        return;
    }
    let loaded = load(entries, nth, &mut machine.disks, &mut machine.notes);
    machine.disks.unmount();
    if loaded.is_ok() {
        machine.consoles.tell(&machine.notes);
        machine.consoles.clear();
        say_last_words(entries, nth, &mut machine.notes);
        end(Ending::Kexec, "start the loaded kernel", machine);
    }
}

/// Sees to it that every disk of an entry is there, waiting for those that are not yet:
/// a USB disk may take longer than the countdown.
fn has_disks(entries: &Entries<'_>, nth: usize, machine: &mut Machine) -> bool {
    let Some(entry) = entries.list().get(nth) else {
        return false;
    };
    for path in core::iter::once(entry.kernel).chain(entries.initrds(nth)) {
        if let Ok(at) = entries.locate(nth, path)
            && !machine.disks.has(&at.device)
        {
            machine.consoles.clear();
            let mut is_there = |machine: &mut Machine| machine.disks.has(&at.device);
            if !search::wait_for(at.device.name, machine, &mut is_there) {
                return false;
            }
        }
    }
    true
}

/// Ends the running kernel; comes back only if that failed, and then has told why.
#[inline(never)]
pub(crate) fn end(ending: Ending, what: &str, machine: &mut Machine) {
    machine.disks.unmount();
    machine.consoles.tell(&machine.notes);
    process::sync();
    machine.consoles.release();
    let failed = process::reboot(ending);
    machine.consoles.take();
    if let Err(error) = failed {
        tell(
            &mut machine.notes,
            "cannot %%: %",
            what.as_bytes(),
            b"",
            error,
        );
    }
}

/// Has the kernel load an entry. Its files are closed when this is over.
#[inline(never)]
fn load(
    entries: &Entries<'_>,
    nth: usize,
    disks: &mut Disks,
    notes: &mut Notes,
) -> core::result::Result<(), Told> {
    let files = open(entries, nth, disks, notes)?;
    let mut cmdline: Vec<u8, CMDLINE> = Vec::new();
    put_cmdline(entries, nth, &mut cmdline);
    cmdline.put(b"\0");
    let joined;
    let ramdisk = match files.ramdisks.as_slice() {
        [] => None,
        [one] => Some(one),
        several => {
            joined = join(several);
            match &joined {
                Ok(joined) => Some(joined),
                Err(error) => {
                    return Err(tell(
                        notes,
                        "cannot join %%: %",
                        b"the ramdisks",
                        b"",
                        *error,
                    ));
                }
            }
        }
    };
    by_file::load(&files.kernel, ramdisk, &cmdline, notes)
}

/// Opens the files of an entry and looks whether they can be booted; tells why they cannot.
#[inline(never)]
pub(crate) fn open(
    entries: &Entries<'_>,
    nth: usize,
    disks: &mut Disks,
    notes: &mut Notes,
) -> core::result::Result<Files, Told> {
    let Some(entry) = entries.list().get(nth) else {
        return Err(Told);
    };
    if let Some(problem) = entries.problem(nth) {
        return Err(notes.say("cannot boot %: %", &[entry.title, problem.as_bytes()]));
    }
    let (kernel, size) = open_file(entries, nth, entry.kernel, disks, notes)?;
    let cmdline_size = look(&kernel, size, entry.kernel, notes)?;
    let length = (entry.cmdline.len())
        .wrapping_add(entry.append.len())
        .wrapping_add(1);
    if length > (cmdline_size as usize).min(CMDLINE - 1) {
        let most = Decimal::new(cmdline_size.into());
        return Err(notes.say(
            "cannot boot %: its options are too long, the kernel takes % bytes",
            &[entry.title, most.bytes()],
        ));
    }
    let mut files = Files {
        kernel,
        ramdisks: Vec::new(),
    };
    for path in entries.initrds(nth) {
        let (ramdisk, _) = open_file(entries, nth, path, disks, notes)?;
        if files.ramdisks.push(ramdisk).is_err() {
            return Err(notes.say("cannot boot %: more than 16 ramdisks", &[entry.title]));
        }
    }
    Ok(files)
}

/// Opens a file that an entry names, and gives its size; a folder is none.
#[inline(never)]
fn open_file(
    entries: &Entries<'_>,
    nth: usize,
    path: &[u8],
    disks: &mut Disks,
    notes: &mut Notes,
) -> core::result::Result<(Fd, u64), Told> {
    let at = match entries.locate(nth, path) {
        Ok(at) => at,
        Err(problem) => return Err(notes.say("cannot open %: it %", &[path, problem.as_bytes()])),
    };
    let file = disks.open(&at, notes)?;
    match file.status() {
        Ok((FileType::Regular, size)) => Ok((file, size)),
        _ => Err(tell(
            notes,
            "cannot use % on %: %",
            path,
            at.device.name,
            Errno::EISDIR,
        )),
    }
}

/// Looks whether a file is a whole Linux kernel; gives the longest command line it takes.
#[inline(never)]
fn look(kernel: &Fd, size: u64, path: &[u8], notes: &mut Notes) -> core::result::Result<u32, Told> {
    let mut head: Head = [0; size_of::<Head>()];
    if let Err(error) = kernel.read_at(0, &mut head) {
        return Err(tell(notes, "cannot read %%: %", path, b"", error));
    }
    match BzImage::read(&head, size) {
        Ok(image) => Ok(image.cmdline_size),
        Err(Fault::NotAKernel | Fault::Unreadable) => {
            Err(notes.say("% is not a Linux kernel", &[path]))
        }
        Err(Fault::Because(why)) => Err(notes.say("cannot start %: %", &[path, why.as_bytes()])),
        Err(Fault::Truncated(wanted)) => {
            let (wanted, there) = (Decimal::new(wanted), Decimal::new(size));
            Err(notes.say(
                "% is truncated: of its % bytes only % are there",
                &[path, wanted.bytes(), there.bytes()],
            ))
        }
    }
}

/// Joins ramdisks in order, each beginning at a multiple of four bytes, as the kernel's
/// unpacking wants it (Documentation/driver-api/early-userspace/buffer-format.rst).
#[inline(never)]
fn join(ramdisks: &[Fd]) -> Result<Fd> {
    let joined = fd::in_memory()?;
    for ramdisk in ramdisks {
        let mut size: usize = 0;
        loop {
            match joined.append(ramdisk, 1 << 20)? {
                0 => break,
                count => size = size.wrapping_add(count),
            }
        }
        let padding = size.wrapping_neg() & 3;
        joined.write([0; 3].get(..padding).unwrap_or(&[]))?;
    }
    Ok(joined)
}

/// Says what is about to happen, so that a dark screen is no riddle.
#[inline(never)]
fn say_last_words(entries: &Entries<'_>, nth: usize, notes: &mut Notes) {
    let Some(entry) = entries.list().get(nth) else {
        return;
    };
    notes.say(
        "starting %; the screen may stay blank for a moment",
        &[entry.title],
    );
    notes.say("kernel %", &[entry.kernel]);
    for path in entries.initrds(nth) {
        notes.say("ramdisk %", &[path]);
    }
    let blank: &[u8] = if entry.cmdline.is_empty() { b"" } else { b" " };
    notes.say("options %%%", &[entry.cmdline, blank, entry.append]);
}
