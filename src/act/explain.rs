//! `kexec-loader explain`: reads a configuration as the loader would, and says what it means.
//!
//! Folders stand for disks. Nothing is mounted, nothing is booted; the same rooms read and
//! check that do so in process 1.

use super::boot;
use super::command::complain;
use super::configs;
use super::devices::Disks;
use super::disk::{Disk, Name};
use super::report::{Facts, Json, Plain, Report};
use crate::sys::fs::{self, Purpose};
use crate::sys::start::Args;
use heapless::Vec;
use kexec_loader::disk::{Identity, Kind, PartitionId};
use kexec_loader::entry::Entries;
use kexec_loader::location::{Device, Id};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::reason::Reason;

/// Explains every folder that the arguments name; gives the exit status.
pub(crate) fn run(args: core::iter::Skip<Args>) -> u32 {
    let mut json = false;
    let mut folders: u32 = 0;
    let mut words = args.clone();
    while let Some(word) = words.next() {
        match word {
            b"--json" => json = true,
            b"--disk" => {
                if words.next().is_none_or(|word| split_disk(word).is_none()) {
                    return complain(b"--disk wants IDS=DIR", b"");
                }
            }
            [b'-', ..] => return complain(b"unknown option ", word),
            _ => folders = folders.saturating_add(1),
        }
    }
    if folders == 0 {
        return complain(b"explain wants a folder to read", b"");
    }
    let mut status = 0;
    let mut words = args.clone();
    while let Some(word) = words.next() {
        let worst = match word {
            b"--json" => 0,
            b"--disk" => {
                words.next();
                0
            }
            _ if json => explain(word, args.clone(), &mut Json::new()),
            _ => explain(word, args.clone(), &mut Plain::new()),
        };
        status = status.max(worst);
    }
    status
}

/// Explains one folder; gives the exit status for it.
fn explain(folder: &[u8], args: core::iter::Skip<Args>, report: &mut dyn Report) -> u32 {
    let mut notes = Notes::new();
    let mut disks = Disks::new();
    add_disk(&mut disks, b"", folder, &mut notes);
    if let Some(disk) = disks.list.first_mut() {
        disk.is_boot = true;
    }
    let mut words = args;
    while let Some(word) = words.next() {
        if word == b"--disk"
            && let Some((ids, folder)) = words.next().and_then(split_disk)
        {
            add_disk(&mut disks, ids, folder, &mut notes);
        }
    }
    let config = configs::read(b"", &mut disks, &mut notes);
    let mut entries = Entries::new();
    let mut name = "";
    if let Ok(config) = &config {
        name = config.name;
        (config.read)(name.as_bytes(), &config.text, &mut entries, &mut notes);
    }
    report.begin(&Facts {
        folder,
        config: name.as_bytes(),
        entries: &entries,
    });
    let mut status = u32::from(entries.list().is_empty());
    for nth in 0..entries.list().len() {
        let mut problems = Notes::new();
        if boot::open(&entries, nth, &mut disks, &mut problems).is_err() {
            status = 1;
        }
        report.entry(&entries, nth, &problems);
    }
    report.end(&notes);
    status
}

/// Cuts `IDS=DIR` at its last `=`, for ids have some too.
fn split_disk(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = word.iter().rposition(|b| *b == b'=')?;
    let (ids, folder) = word.split_at_checked(at)?;
    let folder = folder.get(1..)?;
    (!ids.is_empty() && !folder.is_empty()).then_some((ids, folder))
}

/// Has a folder stand for the disk that `ids` name.
fn add_disk(disks: &mut Disks, ids: &[u8], folder: &[u8], notes: &mut Notes) {
    let root = match fs::open(&[folder], Purpose::Folder) {
        Ok(root) => root,
        Err(error) => {
            let reason = Reason::new(error.into_raw());
            notes.say("cannot open the folder %: %", &[folder, reason.bytes()]);
            return;
        }
    };
    let mut identity = Identity {
        kind: Kind::Ext2,
        label: Vec::new(),
        uuid: Vec::new(),
    };
    let mut partition = PartitionId {
        uuid: Vec::new(),
        label: Vec::new(),
    };
    let mut disk = Disk::new(Name::new());
    for id in ids.split(|b| *b == b',') {
        match Device::parse(id).map(|device| device.id) {
            Some(Id::Name(name)) => disk.name.put(name),
            Some(Id::Label(label)) => identity.label.put(label),
            Some(Id::Uuid(uuid)) => identity.uuid.put(uuid),
            Some(Id::PartUuid(uuid)) => partition.uuid.put(uuid),
            Some(Id::PartLabel(label)) => partition.label.put(label),
            _ => {}
        }
    }
    disk.identity = Some(identity);
    disk.partition = Some(partition);
    disk.root = Some(root);
    if disks.list.push(disk).is_err() {
        notes.say("too many disks; % is left out", &[folder]);
    }
}
