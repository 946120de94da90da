//! Gives the keyboard the layout that is asked for.

use super::configs::read_lines;
use super::devices::Disks;
use super::{Machine, tell};
use crate::sys::{Errno, tty};
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::keymap::{self, Key};
use kexec_loader::location::{BOOT_DISK, Device, Id};
use kexec_loader::notes::Notes;
use kexec_loader::store::Store;

/// Where a layout is looked for where the boot disk has none.
const INITRAMFS: Device<'static> = Device {
    id: Id::Initramfs,
    ..BOOT_DISK
};

/// Loads the layout that the kernel command line names, else that of the configuration, else
/// `keymap.txt` if it is there. Without a screen that has a keyboard there is nothing to do.
#[inline(never)]
pub(crate) fn load(
    options: &Options<'_>,
    store: &Store<'_>,
    entries: &Entries<'_>,
    machine: &mut Machine<'_>,
) {
    let name = options.keymap.unwrap_or(entries.keymap);
    let Some(keyboard) = machine.consoles.keyboard() else {
        if !name.is_empty() {
            let sentence = "keymap %: none of the consoles is a screen with a keyboard";
            machine.notes.say(sentence, &[name]);
        }
        return;
    };
    let mut refused: u64 = 0;
    let mut give = |key: Key| {
        let is_taken = tty::set_key(keyboard, key).is_ok();
        refused = refused.wrapping_add((!is_taken).into());
    };
    let Machine { disks, notes, .. } = machine;
    read(name, options.rootdir, store, disks, notes, &mut give);
    if refused > 0 {
        notes.say_numbers(b"the kernel refuses # keys of the keymap", &[], &[refused]);
    }
}

/// Tells what is wrong with the layout that the configuration names.
#[cfg(feature = "explain")]
pub(crate) fn check(
    store: &Store<'_>,
    entries: &Entries<'_>,
    disks: &mut Disks,
    notes: &mut Notes,
) {
    read(entries.keymap, b"", store, disks, notes, &mut |_| {});
}

/// Reads the layout of this name, or `keymap.txt` for none; gives its keys to `give`.
#[inline(never)]
fn read(
    name: &[u8],
    rootdir: &[u8],
    store: &Store<'_>,
    disks: &mut Disks,
    notes: &mut Notes,
    give: &mut dyn FnMut(Key),
) {
    let mut path: &[u8] = b"keymap.txt";
    if !name.is_empty() {
        path = store.join(&[b"keymaps/", name]);
    }
    for device in &[BOOT_DISK, INITRAMFS] {
        if !disks.has(device) {
            continue;
        }
        // That the boot disk cannot be mounted has been told.
        let Ok(root) = disks.root(device, &mut Notes::new()) else {
            continue;
        };
        match read_lines(root, rootdir, path, store, notes) {
            Ok(bytes) => {
                notes.log(" read %", &[path], &[]);
                return keymap::read(path, bytes, give, notes);
            }
            Err(Errno::ENOENT) => {}
            Err(error) => {
                tell(notes, "cannot read %/%: %", rootdir, path, error);
                return;
            }
        }
    }
    if !name.is_empty() {
        notes.say("there is no % on the boot disk", &[path]);
    }
}
