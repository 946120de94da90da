//! `kexec-loader explain`: reads a configuration as the loader would, and says what it means.
//!
//! Folders stand for disks. Nothing is mounted, nothing is booted; the same rooms read and
//! check that do so in process 1.

use super::command::{Output, complain};
use super::configs;
use super::detect;
use super::devices::Disks;
use super::disk::{Disk, Name};
use super::keymap;
use super::loops;
use super::report::Report;
use super::tell;
use crate::sys::Result;
use crate::sys::fs::{self, Purpose};
use crate::sys::heap::Block;
use crate::sys::start::Args;
use heapless::VecView;
use kexec_loader::config::TEXT;
use kexec_loader::disk::{Identity, PartitionId};
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Id};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::store::Store;
use kexec_loader::text::cut;

/// Explains every folder that the arguments name, with the disks named before it; gives
/// the exit status.
pub(crate) fn run(mut args: Args) -> u32 {
    let mut disks = Disks::new();
    // The first disk is the folder that is explained.
    let _ = disks.list.push(Disk::new(Name::new()));
    let mut json = false;
    let mut status = None;
    while let Some(word) = args.next() {
        if word == b"--json" {
            json = true;
        } else if word == b"--disk" {
            let word = args.next().unwrap_or(b"");
            let Some(at) = word.iter().rposition(|b| *b == b'=') else {
                return complain("--disk wants IDS=DIR, not ", word);
            };
            let (ids, folder) = word.split_at_checked(at).unwrap_or((word, b""));
            let mut disk = Disk::new(Name::new());
            if open(&mut disk, ids, folder.get(1..).unwrap_or(b"")).is_err() {
                return complain("cannot open the folder of --disk ", word);
            }
            if disks.list.push(disk).is_err() {
                return complain("too many disks, at ", word);
            }
        } else if word.starts_with(b"-") {
            return complain("unknown option ", word);
        } else {
            let worst = explain(word, &mut disks, &mut Report::new(json, &mut Output::new()));
            status = status.max(Some(worst));
        }
    }
    status.unwrap_or_else(|| complain("explain wants a folder to read", b""))
}

/// Explains one folder; gives the exit status for it.
#[inline(never)]
fn explain(folder: &[u8], disks: &mut Disks, report: &mut Report<'_>) -> u32 {
    let mut notes = Notes::new();
    let mut memory = Block::new(TEXT);
    let store = Store::new(memory.as_deref_mut().unwrap_or(&mut []));
    let mut entries = Entries::new();
    let mut name = None;
    for disk in &mut disks.list {
        disk.is_detected = false;
    }
    let count = disks.list.len();
    if let Some(boot) = disks.list.first_mut() {
        boot.is_boot = true;
        match open(boot, b"", folder) {
            Ok(()) => {
                name = read(&store, &mut entries, disks, &mut notes);
            }
            Err(error) => {
                tell(&mut notes, "cannot open %%: %", folder, b"", error);
            }
        }
    }
    let is_wrong = report.all(folder, name, &entries, disks, &notes);
    // Disk images go with the folder that they are in.
    disks.list.truncate(count);
    u32::from(is_wrong)
}

/// Reads our own configuration, and what is to be read of others; gives the name of ours.
#[inline(never)]
fn read<'t>(
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    disks: &mut Disks,
    notes: &mut Notes,
) -> Option<&'static str> {
    let name = configs::read(b"", store, entries, disks, notes);
    keymap::check(store, entries, disks, notes);
    loops::attach(disks, notes);
    loops::tell_missing(entries, disks, notes);
    let wanted = detect::wanted(entries);
    while detect::look(wanted, store, entries, disks, notes) {}
    for words in entries.images() {
        notes.say("the disk of the ISO file % is not here", &[words]);
    }
    if entries.list().is_empty() {
        match name {
            Some(name) => {
                notes.say("% has no entry", &[name.as_bytes()]);
            }
            None => configs::tell_which(None, entries, notes),
        }
    }
    name
}

/// Has a folder stand for the disk that `ids` name.
#[inline(never)]
fn open(disk: &mut Disk, ids: &[u8], folder: &[u8]) -> Result<()> {
    disk.root = None;
    disk.root = Some(fs::open(&[folder], Purpose::Folder)?);
    disk.identity = Identity::unknown();
    disk.partition = PartitionId::unknown();
    let Disk {
        name,
        identity,
        partition,
        ..
    } = disk;
    let mut rest = ids;
    while !rest.is_empty() {
        let mut device = BOOT_DISK;
        device.read(cut(&mut rest, b','));
        let (place, value): (&mut VecView<u8>, _) = match device.id {
            Id::Name(value) => (name, value),
            Id::Label(label) => (&mut identity.label, label),
            Id::Uuid(uuid) => (&mut identity.uuid, uuid),
            Id::PartUuid(uuid) => (&mut partition.uuid, uuid),
            Id::PartLabel(label) => (&mut partition.label, label),
            Id::BootDisk | Id::Initramfs => continue,
        };
        place.put(value);
    }
    Ok(())
}
