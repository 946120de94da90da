//! Looks on disks for the files of other boot loaders, and has them read.
//!
//! On fixed paths only: to look through a whole disk would take minutes.

use super::Machine;
use super::devices::Disks;
use super::world::Reach;
use heapless::Vec;
use kexec_loader::config::{FOREIGN, File, Format, Kind, World, is_wanted, name_of};
use kexec_loader::entry::{Entries, SOURCES};
use kexec_loader::location::{BOOT_DISK, Device, Location};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::store::Store;
use kexec_loader::text::cut;
#[cfg(feature = "shell")]
use kexec_loader::text::{last_piece, same};

/// The words that say which formats are looked for: what our own configuration says; else all
/// if it has no entry, and says of no other place where to read.
pub(crate) fn wanted<'t>(entries: &Entries<'t>) -> &'t [u8] {
    let is_alone =
        entries.list().is_empty() && entries.grub_path.is_empty() && entries.images().is_empty();
    let by_itself: &[u8] = if is_alone { b"on" } else { b"off" };
    entries.autodetect.unwrap_or(by_itself)
}

/// Looks at one disk that has not been looked at; says whether there was one.
#[inline(never)]
pub(crate) fn next<'t>(
    wanted: &[u8],
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    machine: &mut Machine<'_>,
) -> bool {
    let has_looked = look(wanted, store, entries, machine.disks, machine.notes);
    if has_looked {
        machine.disks.unmount();
    }
    has_looked
}

/// The same, and leaves disks mounted.
#[inline(never)]
pub(crate) fn look<'t>(
    wanted: &[u8],
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    disks: &mut Disks,
    notes: &mut Notes,
) -> bool {
    let is_grub_path = !entries.grub_path.is_empty();
    let are_images = !entries.images().is_empty();
    if !is_grub_path && !are_images && !FOREIGN.iter().any(|format| is_wanted(wanted, format)) {
        return false;
    }
    let mut reach = Reach::new(disks, store, entries.maps(), notes);
    if is_grub_path {
        let words = core::mem::take(&mut entries.grub_path);
        read_grub_path(words, &mut reach, entries);
        return true;
    }
    if are_images && read_images(&mut reach, entries) {
        return true;
    }
    let Some(device) = reach.next_disk() else {
        return false;
    };
    for format in FOREIGN {
        if is_wanted(wanted, format) {
            let at = Location { device, path: b"" };
            read_all(format, format.paths, &at, &mut reach, entries);
        }
    }
    true
}

/// Reads what `grub-path` or `grub_root` names: `(DISK)/FOLDER`, or a disk.
fn read_grub_path<'t>(words: &'t [u8], reach: &mut Reach<'_, 't>, entries: &mut Entries<'t>) {
    let at = if matches!(words, [b'(', ..]) {
        Location::parse(words, &BOOT_DISK).ok()
    } else {
        Device::parse(words).map(|device| Location { device, path: b"" })
    };
    let found = at.and_then(|at| Some((reach.find(&at.device.id)?, at.path)));
    let Some((device, path)) = found else {
        reach
            .notes()
            .say("grub-path: no disk here is called %", &[words]);
        return;
    };
    let before = entries.sources().len();
    let formats = FOREIGN
        .iter()
        .filter(|format| format.name.starts_with("grub"));
    for format in formats {
        let at = Location { device, path };
        let names: &[u8] = match path {
            b"" | b"/" => format.paths,
            _ if format.name == "grub2" => b"/grub.cfg",
            _ => b"/menu.lst /grub.conf",
        };
        read_all(format, names, &at, reach, entries);
    }
    if entries.sources().len() == before {
        reach
            .notes()
            .say("grub-path: no file of GRUB's in %", &[words]);
    }
}

/// Reads one file as its name says that it is to be read; gives the name of its format.
#[cfg(feature = "shell")]
pub(crate) fn read_one<'t>(
    at: &Location<'t>,
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    disks: &mut Disks,
    notes: &mut Notes,
) -> Option<&'static str> {
    let name = last_piece(at.path, b'/');
    let has_name = |format: &&Format| {
        let mut paths = format.paths.split(|byte| *byte == b' ');
        paths.any(|path| same(last_piece(path, b'/'), name))
    };
    let format = FOREIGN.iter().find(has_name)?;
    let mut reach = Reach::new(disks, store, &[], notes);
    let text = reach.read(at)?;
    begin(format, at, text, false, &mut reach, entries);
    Some(format.name)
}

/// Reads the first of the ISO files that our own configuration names and whose disk is there;
/// says whether there was one.
fn read_images<'t>(reach: &mut Reach<'_, 't>, entries: &mut Entries<'t>) -> bool {
    let Some(format) = FOREIGN.iter().find(|format| format.name == "iso") else {
        return false;
    };
    for nth in 0..entries.images().len() {
        let words = entries.images().get(nth).copied().unwrap_or(b"");
        let at = Location::parse(words, &BOOT_DISK).ok();
        if let Some(at) = at
            && let Some(device) = reach.find(&at.device.id)
        {
            entries.drop_image(nth);
            let slash: &[u8] = if at.path.starts_with(b"/") { b"" } else { b"/" };
            let path = reach.store().join(&[slash, at.path]);
            let at = Location { device, path };
            begin(format, &at, b"", true, reach, entries);
            return true;
        }
    }
    false
}

/// Reads the files of a format that are there, at `paths` below a folder.
#[inline(never)]
fn read_all<'t>(
    format: &Format,
    paths: &[u8],
    folder: &Location<'t>,
    reach: &mut Reach<'_, 't>,
    entries: &mut Entries<'t>,
) {
    let mut rest = paths;
    while !rest.is_empty() {
        let mut below = cut(&mut rest, b' ');
        let whole = below;
        let before = cut(&mut below, b'*');
        let mut names: &[u8] = b"/";
        let has_star = before.len() < whole.len();
        if has_star {
            let path = before;
            names = reach.names(&Location { path, ..*folder });
        }
        while !names.is_empty() {
            let name = cut(&mut names, b'/');
            let parts = [folder.path, before, name, below];
            let is_read = read(format, &parts, folder, reach, entries);
            if is_read && !format.takes_all {
                return;
            }
        }
    }
}

/// Reads the file or folder whose path these parts are, if it is there; says whether it is.
#[inline(never)]
fn read<'t>(
    format: &Format,
    parts: &[&[u8]],
    folder: &Location<'t>,
    reach: &mut Reach<'_, 't>,
    entries: &mut Entries<'t>,
) -> bool {
    let mut path = Vec::<u8, 512>::new();
    for part in parts {
        path.put(part);
    }
    let is_there = reach.look(&Location {
        path: &path,
        ..*folder
    });
    let wants_folder = matches!(&*path, [.., b'/']);
    if reach.store().is_full() {
        return false;
    }
    if is_there.is_none_or(|kind| (kind == Kind::Folder) != wants_folder) {
        return false;
    }
    let path = reach.store().join(&[&path]);
    let at = Location { path, ..*folder };
    let text = if wants_folder {
        Some(&[][..])
    } else {
        reach.read(&at)
    };
    if let Some(text) = text {
        begin(format, &at, text, wants_folder, reach, entries);
    }
    true
}

/// Has a file or folder be read as a configuration of its own, which is none if it has no
/// entry and `may_be_none`.
#[inline(never)]
fn begin<'t>(
    format: &Format,
    at: &Location<'t>,
    text: &'t [u8],
    may_be_none: bool,
    reach: &mut Reach<'_, 't>,
    entries: &mut Entries<'t>,
) {
    let at = *at;
    let name = name_of(&at, reach.store());
    if entries.begin(format.name, at.device, name).is_err() {
        const { assert!(SOURCES == 64) };
        let sentence = "more than 64 configurations: % is not read";
        reach.notes().say(sentence, &[name]);
        return;
    }
    let before = entries.list().len();
    let file = File {
        at,
        name,
        text,
        image: None,
    };
    (format.read)(&file, reach, entries);
    let count = entries.list().len().wrapping_sub(before);
    if may_be_none && count == 0 {
        entries.drop_source();
    } else {
        let sentence = " read %: entries: #";
        reach.notes().log(sentence, &[name], &[count as u64]);
    }
    if reach.store().is_full() {
        let sentence = "no memory for all of % and what it names: some is not read";
        reach.notes().say(sentence, &[name]);
    }
}
