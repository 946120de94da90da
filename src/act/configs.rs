//! Reads the configuration of the boot disk.

use super::devices::{Disks, open_file};
use super::files::read_text;
use super::tell;
use crate::sys::fd::Fd;
use crate::sys::{Errno, Result};
use kexec_loader::config::{MAXIMUM, NAMES, native};
use kexec_loader::entry::Entries;
use kexec_loader::location::BOOT_DISK;
use kexec_loader::notes::Notes;
use kexec_loader::store::Store;

/// Whether the folder `rootdir` of a disk holds a configuration.
#[inline(never)]
pub(crate) fn are_in(root: &Fd, rootdir: &[u8]) -> bool {
    let opens = |name: &str| open_file(root, &[rootdir, b"/", name.as_bytes()]).is_ok();
    NAMES.iter().any(|name| opens(name))
}

/// Reads the first configuration file in the folder `rootdir` of the boot disk into entries;
/// gives its name, if there is one.
pub(crate) fn read<'t>(
    rootdir: &[u8],
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    disks: &mut Disks,
    notes: &mut Notes,
) -> Option<&'static str> {
    if !disks.has(&BOOT_DISK) {
        return None;
    }
    let root = disks.root(&BOOT_DISK, notes).ok()?;
    for name in NAMES {
        match read_lines(root, rootdir, name.as_bytes(), store, notes) {
            Ok(text) => {
                native::read(name.as_bytes(), text, entries, notes);
                disks.loops.keep(entries, notes);
                return Some(name);
            }
            Err(Errno::ENOENT) => {}
            Err(error) => {
                tell(notes, "cannot read %/%: %", rootdir, name.as_bytes(), error);
            }
        }
    }
    None
}

/// Reads the lines of the file called `name` in the folder `rootdir` of a disk; of one that is
/// too large as many as have room, which is told.
#[inline(never)]
pub(crate) fn read_lines<'t>(
    root: &Fd,
    rootdir: &[u8],
    name: &[u8],
    store: &Store<'t>,
    notes: &mut Notes,
) -> Result<&'t [u8]> {
    let file = open_file(root, &[rootdir, b"/", name])?;
    let (mut text, is_cut) = read_text(&file, MAXIMUM, store)?;
    if is_cut {
        // Half a line might name something else.
        let whole = text.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        text = text.get(..whole).unwrap_or(text);
        const { assert!(MAXIMUM == 65536) };
        let sentence = "% is larger than 65536 bytes; the rest of it is not read";
        notes.say(sentence, &[name]);
    }
    Ok(text)
}

/// Tells that there is no configuration of ours, or logs which has been read.
pub(crate) fn tell_which(config: Option<&str>, entries: &Entries<'_>, notes: &mut Notes) {
    if let Some(name) = config {
        let count = entries.list().len() as u64;
        notes.log(" read %: entries: #", &[name.as_bytes()], &[count]);
    } else {
        notes.say(
            "no kexec-loader.cfg, kexec-loader.conf or kxloader.cfg on the boot disk",
            &[],
        );
    }
}
