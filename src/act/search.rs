//! Finds the boot disk: the one that holds our own files.

use super::Machine;
use super::configs;
use super::console::Event;
use super::devices::{Disks, open_file};
use crate::sys::clock;
use kexec_loader::cmdline::Options;
use kexec_loader::location::{Device, Id};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;

/// The label of a boot disk; its case does not matter.
const LABEL: &[u8] = b"kexecloader";
/// What is waited for where no disk is named.
const ANY: &[u8] = b"a boot disk (LABEL=kexecloader)";
/// Milliseconds after which drives are looked at again, for another medium.
const MEDIUM: u64 = 2000;

/// Whether our own files are in the initramfs: it holds `/noboot` or a configuration.
pub(crate) fn is_in_initramfs(options: &Options<'_>, machine: &mut Machine<'_>) -> bool {
    let is_here = machine.disks.initramfs.as_ref().is_some_and(|root| {
        open_file(root, &[b"/noboot"]).is_ok() || configs::are_in(root, options.rootdir)
    });
    machine.disks.boot_is_initramfs = is_here;
    if is_here {
        let sentence = " the boot disk is the initramfs: it has a configuration, or /noboot";
        machine.notes.log(sentence, &[], &[]);
        machine.disks.scan(false, machine.notes);
    }
    is_here
}

/// Finds the boot disk, waiting for it as long as no key is pressed: the disk that `root=`
/// names; else the one with our label; else the first with a configuration.
#[inline(never)]
pub(crate) fn find_boot_disk(options: &Options<'_>, machine: &mut Machine<'_>) {
    let mut wanted = Device {
        fstype: b"",
        id: Id::Label(LABEL),
        name: ANY,
    };
    let mut is_named = false;
    if let Some(words) = options.root {
        is_named = wanted.read(words);
        if !is_named {
            let sentence = "root=% names no disk, and is ignored";
            machine.notes.say(sentence, &[words]);
        }
    }
    wait_for(wanted.name, u64::MAX, machine, &mut |machine| {
        let Machine { disks, notes, .. } = machine;
        let mut found = disks.find(&wanted.id);
        let mut why = wanted.name;
        if found.is_none() && !is_named {
            why = b"nothing but its having a configuration";
            let mut all = 0..disks.list.len();
            found = all.find(|nth| holds_config(options.rootdir, *nth, disks, notes));
        }
        let Some(disk) = found.and_then(|nth| disks.list.get_mut(nth)) else {
            return false;
        };
        notes.log(" the boot disk is %, found by %", &[&disk.name, why], &[]);
        disk.is_boot = true;
        disk.fstype.put(wanted.fstype);
        disks.boot_uuid.clear();
        disks.boot_uuid.put(&disk.identity.uuid);
        true
    });
}

/// Looks at the disks each time the kernel announces one, until `is_there` says that what
/// was waited for has come, or the clock shows `ends`. A key ends the wait too; that is told,
/// and the answer is no.
#[inline(never)]
pub(crate) fn wait_for(
    what: &[u8],
    ends: u64,
    machine: &mut Machine<'_>,
    is_there: &mut dyn FnMut(&mut Machine<'_>) -> bool,
) -> bool {
    let mut told = false;
    let mut event = Event::Time;
    let mut until = 0;
    loop {
        if event == Event::Time {
            until = clock::milliseconds().wrapping_add(MEDIUM);
        }
        machine.disks.scan(event == Event::Time, machine.notes);
        if is_there(machine) || clock::milliseconds() >= ends {
            return true;
        }
        if !told {
            told = true;
            machine
                .notes
                .say("waiting for %; any key shows the menu", &[what]);
        }
        machine.consoles.tell(machine.notes);
        event = machine.consoles.wait(Some(until.min(ends)));
        if let Event::Key(_) = event {
            machine.notes.say("a key ended the wait for %", &[what]);
            return false;
        }
    }
}

/// Whether a configuration is on a disk that has not been looked at before.
fn holds_config(rootdir: &[u8], nth: usize, disks: &mut Disks, notes: &mut Notes) -> bool {
    let Some(disk) = disks.list.get_mut(nth) else {
        return false;
    };
    if disk.is_searched || !disk.identity.kind.is_file_system() {
        return false;
    }
    disk.is_searched = true;
    let root = disks.mount(nth, b"", notes);
    let holds = root.is_ok_and(|root| configs::are_in(root, rootdir));
    if !holds && let Some(disk) = disks.list.get_mut(nth) {
        disk.unmount();
    }
    holds
}
