//! Boots an entry: opens its files, looks at them, gives them to the kernel, jumps.
//!
//! Comes back only if that fails, and then has told why.

mod by_file;

use super::Machine;
use super::devices::Disks;
use crate::sys::fd::{self, Fd, FileType};
use crate::sys::process::{self, Ending};
use heapless::Vec;
use kexec_loader::entry::Entries;
use kexec_loader::image::bzimage::{BzImage, Fault, HEAD};
use kexec_loader::menu::put_cmdline;
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::{Decimal, Put};
use kexec_loader::reason::Reason;

/// How many ramdisks an entry may have.
const RAMDISKS: usize = 16;

/// A kernel command line; kernels take 2047 bytes, and the NUL.
type Cmdline = Vec<u8, 4096>;

/// The files of an entry, open and looked at.
pub(crate) struct Files {
    kernel: Fd,
    ramdisks: Vec<Fd, RAMDISKS>,
    cmdline: Cmdline,
}

/// Boots an entry. Whatever it has to say of a failure is in the notes when it comes back.
#[inline(never)]
pub(crate) fn boot(entries: &Entries<'_>, nth: usize, machine: &mut Machine) -> Told {
    let Ok(()) = load(entries, nth, machine) else {
        machine.disks.unmount();
        return Told;
    };
    machine.disks.unmount();
    print_last_words(entries, nth, machine);
    process::sync();
    machine.consoles.release();
    let failed = process::reboot(Ending::Kexec);
    machine.consoles.take();
    let reason = Reason::new(failed.err().map_or(0, |error| error.into_raw()));
    machine.notes.say(
        "the kernel is loaded, but did not start: %",
        &[reason.bytes()],
    )
}

/// Has the kernel load an entry. Its files are closed when this is over.
fn load(entries: &Entries<'_>, nth: usize, machine: &mut Machine) -> Result<(), Told> {
    let files = open(entries, nth, &mut machine.disks, &mut machine.notes)?;
    let joined;
    let ramdisk = match files.ramdisks.as_slice() {
        [] => None,
        [one] => Some(one),
        several => {
            joined = join(several, &mut machine.notes)?;
            Some(&joined)
        }
    };
    by_file::load(&files.kernel, ramdisk, &files.cmdline, &mut machine.notes)
}

/// Opens the files of an entry and looks whether they can be booted; tells why they cannot.
pub(crate) fn open(
    entries: &Entries<'_>,
    nth: usize,
    disks: &mut Disks,
    notes: &mut Notes,
) -> Result<Files, Told> {
    let Some(entry) = entries.list().get(nth) else {
        return Err(notes.say("there is no such entry", &[]));
    };
    if let Some(problem) = entries.problem(nth) {
        return Err(notes.say("cannot boot %: %", &[entry.title, problem.as_bytes()]));
    }
    let kernel = open_file(entries, nth, entry.kernel, disks, notes)?;
    let image = look(&kernel, entry.kernel, notes)?;
    let mut ramdisks = Vec::new();
    for path in entries.initrds(nth) {
        let ramdisk = open_file(entries, nth, path, disks, notes)?;
        if ramdisks.push(ramdisk).is_err() {
            return Err(notes.say("cannot boot %: more than 16 ramdisks", &[entry.title]));
        }
    }
    Ok(Files {
        kernel,
        ramdisks,
        cmdline: command_line(entries, nth, &image, notes)?,
    })
}

/// Opens a file that an entry names; a folder is none.
fn open_file(
    entries: &Entries<'_>,
    nth: usize,
    path: &[u8],
    disks: &mut Disks,
    notes: &mut Notes,
) -> Result<Fd, Told> {
    let at = match entries.locate(nth, path) {
        Ok(at) => at,
        Err(problem) => return Err(notes.say("cannot open %: it %", &[path, problem.as_bytes()])),
    };
    let file = disks.open(&at, notes)?;
    match file.status() {
        Ok((FileType::Regular, _)) => Ok(file),
        _ => Err(notes.say(
            "cannot use % on %: it is no file",
            &[at.path, at.device.name],
        )),
    }
}

/// Looks whether a file is a whole Linux kernel.
#[inline(never)]
fn look(kernel: &Fd, path: &[u8], notes: &mut Notes) -> Result<BzImage, Told> {
    let mut head = [0; HEAD];
    let read = kernel.read_at(0, &mut head).and_then(|count| {
        let (_, size) = kernel.status()?;
        Ok((head.get(..count).unwrap_or(&[]), size))
    });
    let (head, size) = match read {
        Ok(read) => read,
        Err(error) => {
            let reason = Reason::new(error.into_raw());
            return Err(notes.say("cannot read %: %", &[path, reason.bytes()]));
        }
    };
    match BzImage::read(head, size) {
        Ok(image) => Ok(image),
        Err(Fault::NotAKernel) => Err(notes.say("% is not a Linux kernel", &[path])),
        Err(Fault::Truncated(wanted, there)) => {
            let (wanted, there) = (Decimal::new(wanted), Decimal::new(there));
            Err(notes.say(
                "% is truncated: a kernel of % bytes, of which % are there",
                &[path, wanted.bytes(), there.bytes()],
            ))
        }
    }
}

/// The entry's kernel command line with a NUL behind it, if the kernel takes one so long.
#[inline(never)]
fn command_line(
    entries: &Entries<'_>,
    nth: usize,
    image: &BzImage,
    notes: &mut Notes,
) -> Result<Cmdline, Told> {
    let mut text = Cmdline::new();
    put_cmdline(entries, nth, &mut text);
    text.put(b"\0");
    let most = usize::try_from(image.cmdline_size).unwrap_or(usize::MAX);
    if text.len() > most.saturating_add(1) || text.last() != Some(&0) {
        let most = Decimal::new(image.cmdline_size.into());
        return Err(notes.say(
            "the options are too long: this kernel takes % bytes",
            &[most.bytes()],
        ));
    }
    Ok(text)
}

/// Joins ramdisks in order, each beginning at a multiple of four bytes, as the kernel's
/// unpacking wants it (Documentation/driver-api/early-userspace/buffer-format.rst).
#[inline(never)]
fn join(ramdisks: &[Fd], notes: &mut Notes) -> Result<Fd, Told> {
    let joined = fd::in_memory().and_then(|joined| {
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
    });
    joined.map_err(|error| {
        let reason = Reason::new(error.into_raw());
        notes.say("cannot join the ramdisks: %", &[reason.bytes()])
    })
}

/// Says what is about to happen, so that a dark screen is no riddle.
#[inline(never)]
fn print_last_words(entries: &Entries<'_>, nth: usize, machine: &mut Machine) {
    let Some(entry) = entries.list().get(nth) else {
        return;
    };
    let mut last = Notes::new();
    let mut cmdline = Cmdline::new();
    put_cmdline(entries, nth, &mut cmdline);
    last.say(
        "starting %; the screen may stay blank for a moment",
        &[entry.title],
    );
    last.say("kernel %", &[entry.kernel]);
    for path in entries.initrds(nth) {
        last.say("ramdisk %", &[path]);
    }
    last.say("options %", &[&cmdline]);
    machine.consoles.tell(&machine.notes);
    machine.consoles.clear();
    machine.consoles.print(last.text());
}
