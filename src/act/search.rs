//! Finds the boot disk: the one that holds our own files.

use super::Machine;
use super::console::Event;
use super::devices::{Disks, open_file};
use super::disk::Disk;
use crate::sys::clock;
use crate::sys::fs::{self, Parts, Purpose};
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::config::FORMATS;
use kexec_loader::location::{Device, Id};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Put, fill};

/// The label of a boot disk; its case does not matter.
const LABEL: &[u8] = b"kexecloader";
/// Milliseconds after which drives without a readable medium are tried again.
const MEDIUM: u64 = 2000;

/// Whether our own files are in the initramfs: it holds `/noboot` or a configuration.
pub(crate) fn is_in_initramfs(options: &Options<'_>, machine: &mut Machine) -> bool {
    let exists = |path: &Parts<'_>| fs::open(path, Purpose::Read).is_ok();
    let is_here = exists(&[b"/noboot"])
        || (FORMATS.iter()).any(|(name, _)| exists(&[options.rootdir, b"/", name.as_bytes()]));
    machine.disks.boot_is_initramfs = is_here;
    if is_here {
        machine.disks.scan(false);
    }
    is_here
}

/// Finds the boot disk, waiting for it as long as no key is pressed: the disk that `root=`
/// names; else the one with our label; else the first with a configuration.
#[inline(never)]
pub(crate) fn find_boot_disk(options: &Options<'_>, machine: &mut Machine) {
    let named = options.root.and_then(Device::parse);
    if let (Some(words), None) = (options.root, named) {
        machine
            .notes
            .say("root=% names no disk, and is ignored", &[words]);
    }
    let mut told = false;
    let mut retry = false;
    loop {
        machine.disks.scan(retry);
        let found = match named {
            Some(device) => machine.disks.find(&device.id),
            None => look(options, &mut machine.disks),
        };
        if let Some(disk) = found.and_then(|nth| machine.disks.list.get_mut(nth)) {
            disk.is_boot = true;
            return;
        }
        if !told {
            told = true;
            print_waiting(options, machine);
        }
        let until = clock::milliseconds().saturating_add(MEDIUM);
        let event = machine.consoles.wait(Some(until));
        retry = event == Event::Time;
        if let Event::Key(_) = event {
            machine
                .notes
                .say("no boot disk: a key ended the search for it", &[]);
            return;
        }
    }
}

/// The disk with our label or our configuration, if it is among those there are now.
fn look(options: &Options<'_>, disks: &mut Disks) -> Option<usize> {
    let labelled = disks.find(&Id::Label(LABEL));
    labelled.or_else(|| {
        disks
            .list
            .iter_mut()
            .position(|disk| holds_config(options, disk))
    })
}

/// Whether a configuration is on a disk that has not been looked at before.
fn holds_config(options: &Options<'_>, disk: &mut Disk) -> bool {
    if disk.is_searched || disk.identity.is_none() {
        return false;
    }
    disk.is_searched = true;
    // A disk that cannot be mounted is not the boot disk, and no failure either.
    let holds = disk.mount(None, &mut Notes::new()).is_ok_and(|root| {
        let open = |name: &str| open_file(root, &[options.rootdir, b"/", name.as_bytes()]);
        FORMATS.iter().any(|(name, _)| open(name).is_ok())
    });
    if !holds {
        disk.unmount();
    }
    holds
}

/// Says what is being waited for.
fn print_waiting(options: &Options<'_>, machine: &mut Machine) {
    let mut line: Vec<u8, 512> = Vec::new();
    match options.root {
        Some(root) => fill(&mut line, "waiting for the boot disk, %", &[root]),
        None => {
            line.put(b"waiting for a disk with the label kexecloader, or with kexec-loader.cfg")
        }
    }
    line.put(b"; any key shows the menu");
    machine.consoles.tell(&machine.notes);
    machine.consoles.print(&line);
}
