//! Completes what is typed, by the commands, disks and files that there are.

use super::super::Machine;
use super::super::devices::Disks;
use super::Shell;
use super::files::each_name;
use super::pager::Pager;
use crate::sys::look::{Kind, look};
use kexec_loader::location::{BOOT_DISK, Location};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::shell::{Candidates, Path, Target, What, resolve, row, target};
use kexec_loader::text::{nth_piece, part};

/// What is done with a name that the word may become, and with what comes behind it. Says
/// whether more are wanted.
type Offer<'o> = dyn FnMut(&[u8], &[u8]) -> bool + 'o;

/// What stands before the names of a disk.
const TAGS: &[u8] = b" LABEL= UUID= PARTUUID= PARTLABEL=";

impl Shell {
    /// Completes the word before the cursor as far as all names agree that it may become; lists
    /// them where there are several.
    pub(super) fn complete(&mut self, machine: &mut Machine<'_>) {
        let Machine {
            consoles, disks, ..
        } = machine;
        let editor = &mut self.line.editor;
        let target = target(part(editor.text(), 0, editor.cursor()));
        let mut found = Candidates::default();
        let mut pager = Pager::new(consoles);
        let folder = &self.work.folder;
        each(&target, folder, disks, &mut |name, behind| {
            if let Some(rest) = target.rest_of(name) {
                found.add(rest, behind);
            }
            !pager.is_stopped()
        });
        let mut text = Path::new();
        found.put(&target, &mut text);
        editor.insert(&text);
        if found.count > 1 {
            pager.put(b"\n");
            each(&target, folder, disks, &mut |name, behind| {
                if target.rest_of(name).is_some() {
                    pager.put_line(name, behind);
                }
                !pager.is_stopped()
            });
        }
    }
}

/// Offers all names of what a word is for.
#[inline(never)]
fn each(target: &Target, folder: &[u8], disks: &mut Disks, offer: &mut Offer<'_>) {
    match target.what {
        What::Nothing => {}
        What::Command => {
            let mut nth = 0;
            while let Some(row) = row(nth) {
                offer(row.name, b"");
                nth = nth.wrapping_add(1);
            }
        }
        What::Disk => each_disk(disks, b"", offer),
        What::DiskOfPath => each_disk(disks, b")/", offer),
        What::File => {
            let mut path = Path::new();
            resolve(folder, target.folder(), &mut path);
            if let Ok(at) = Location::parse(&path, &BOOT_DISK)
                && let Ok(folder) = disks.open(&at, &mut Notes::new())
            {
                let _ = each_name(&folder, b"", &mut |folder, name| {
                    let is_one = target.rest_of(name).is_some();
                    let is_folder = is_one && look(folder, name) == Ok(Kind::Folder);
                    offer(name, if is_folder { b"/" } else { b"" })
                });
            }
        }
    }
}

/// Offers all names of all disks.
#[inline(never)]
fn each_disk(disks: &Disks, behind: &[u8], offer: &mut Offer<'_>) {
    offer(b"rootfs", behind);
    for disk in &disks.list {
        let values: [&[u8]; 5] = [
            &disk.name,
            &disk.identity.label,
            &disk.identity.uuid,
            &disk.partition.uuid,
            &disk.partition.label,
        ];
        for (nth, value) in values.iter().enumerate() {
            let mut name = Path::new();
            name.put(nth_piece(TAGS, b' ', nth));
            name.put(value);
            if !value.is_empty() {
                offer(&name, behind);
            }
        }
    }
}
