//! Inserts the kernel modules of a folder.

use super::Machine;
use super::devices::open_file;
use super::files::read_block;
use crate::sys::dir;
use crate::sys::fd::{Fd, FileType};
use crate::sys::fs::{self, Purpose};
use crate::sys::heap::Block;
use crate::sys::{Errno, Result, module};
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::location::BOOT_DISK;
use kexec_loader::modules::{
    Module, Plan, State, check_options, depends, name_of, options_of, same,
};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Put;
use kexec_loader::reason::Reason;

/// Bytes of paths and names of needed modules that are kept.
const TEXT: usize = 24 * 1024;
/// Bytes of `.modinfo` that are looked at.
const WINDOW: usize = 16 * 1024;
/// Bytes of a path within the folder.
const PATH: usize = 512;
/// Folders within folders that are looked into.
const DEPTH: u32 = 6;

/// Inserts the modules in `/modules` of the initramfs, before any disk is looked for.
#[inline(never)]
pub(crate) fn insert_from_initramfs(machine: &mut Machine) {
    if let Ok(folder) = fs::open(&[b"/modules"], Purpose::Folder) {
        insert_all(&folder, &[], &mut machine.notes);
    }
}

/// Inserts the modules in `modules/` of the boot disk, with the options of its configuration.
#[inline(never)]
pub(crate) fn insert_from_boot_disk(
    options: &Options<'_>,
    entries: &Entries<'_>,
    machine: &mut Machine,
) {
    if !machine.disks.has(&BOOT_DISK) {
        return;
    }
    // That the disk cannot be mounted has been told when its configuration was read.
    let folder = machine.disks.root(&BOOT_DISK, &mut Notes::new());
    if let Ok(folder) = folder.map(|root| open_file(root, &[options.rootdir, b"/modules"]))
        && let Ok(folder) = folder
    {
        insert_all(&folder, entries.options(), &mut machine.notes);
    }
}

/// Inserts every module of a folder and of the folders in it, in the order of their needs.
///
/// Each that cannot be inserted is one line; none stops the others. `options` are those of
/// the configuration; `modules.conf` in the folder has more.
#[inline(never)]
fn insert_all(folder: &Fd, options: &[(&[u8], &[u8])], notes: &mut Notes) {
    let conf = open(folder, b"modules.conf").and_then(|file| read_block(&file, 16 * 1024));
    let conf = conf.map_or(None, |(text, _)| Some(text));
    let conf = conf.as_deref().unwrap_or(&[]);
    check_options(conf, notes);
    let (Some(mut text), Some(mut window)) = (Block::new(TEXT), Block::new(WINDOW)) else {
        notes.say("cannot insert modules: out of memory", &[]);
        return;
    };
    let mut found = Found {
        plan: Plan::new(),
        text: &mut text,
        window: &mut window,
        full: false,
    };
    found.collect(folder, &[], DEPTH);
    if found.full {
        notes.say("too many modules: only the first 256 are inserted", &[]);
    }
    let mut plan = found.plan;
    while let Some(nth) = plan.next() {
        let Some(module) = plan.list().get(nth).copied() else {
            break;
        };
        let said = options
            .iter()
            .rev()
            .find(|(name, _)| same(name, module.name));
        let words = said.map_or_else(|| options_of(conf, module.name), |(_, words)| words);
        let state = match insert(folder, &module, words) {
            Ok(()) | Err(Errno::EEXIST) => State::Loaded,
            Err(Errno::ENOENT) => State::Lacking,
            Err(error) => {
                tell(&module, error, notes);
                State::Failed
            }
        };
        plan.set(nth, state);
    }
    for module in plan
        .list()
        .iter()
        .filter(|module| module.state == State::Lacking)
    {
        match plan.lacks(module) {
            [] => notes.say(
                "module % not inserted: the kernel lacks a symbol that it needs",
                &[module.name],
            ),
            needed => notes.say("module % not inserted: it needs %", &[module.name, needed]),
        };
    }
}

/// Says why the kernel refused a module.
#[inline(never)]
fn tell(module: &Module<'_>, error: Errno, notes: &mut Notes) -> Told {
    let reason = Reason::new(error.into_raw());
    let reason = match error {
        Errno::EOPNOTSUPP if module.compressed => {
            b"this kernel cannot decompress modules; unpack it first"
        }
        Errno::ENOEXEC => &b"not a module, or one built for another kernel"[..],
        Errno::EINVAL if module.compressed => b"compressed in a way this kernel does not know",
        Errno::EINVAL => b"an option or a symbol does not fit this kernel",
        _ => reason.bytes(),
    };
    notes.say("module % not inserted: %", &[module.path, reason])
}

/// Has the kernel insert a module, if it is not in it already.
fn insert(folder: &Fd, module: &Module<'_>, options: &[u8]) -> Result<()> {
    let file = open(folder, module.path)?;
    module::insert(&file, options, module.compressed)
}

/// Opens a file below the folder.
fn open(folder: &Fd, path: &[u8]) -> Result<Fd> {
    fs::open_in(folder, &[path])
}

/// The modules found so far, and the memory for their names.
struct Found<'t> {
    plan: Plan<'t>,
    text: &'t mut [u8],
    window: &'t mut [u8],
    full: bool,
}

impl<'t> Found<'t> {
    /// Adds the modules of the folder at `path`, and of those in it.
    fn collect(&mut self, top: &Fd, path: &[u8], depth: u32) {
        let here = match path {
            [] => b".",
            path => path,
        };
        let Ok(folder) = open(top, here) else { return };
        let mut buffer = [0; 2048];
        while let Ok(names) = dir::next(&folder, &mut buffer) {
            if names.is_end() {
                break;
            }
            for (name, kind) in names {
                let slash: &[u8] = if path.is_empty() { b"" } else { b"/" };
                let mut below: Vec<u8, PATH> = Vec::new();
                for part in [path, slash, name] {
                    below.put(part);
                }
                if let Some((_, compressed)) = name_of(name) {
                    self.add(top, &below, compressed);
                } else if kind != FileType::Regular && depth > 0 {
                    self.collect(top, &below, depth.saturating_sub(1));
                }
            }
        }
    }

    /// Adds a module, with what it needs if that can be read.
    fn add(&mut self, top: &Fd, path: &[u8], compressed: bool) {
        let needed = match open(top, path) {
            Ok(file) if !compressed => {
                let mut read = |offset, into: &mut [u8]| {
                    file.read_at(offset, into)
                        .is_ok_and(|count| count == into.len())
                };
                depends(&mut read, self.window)
            }
            _ => &[],
        };
        let kept = keep(&mut self.text, path).zip(keep(&mut self.text, needed));
        let added = kept.is_some_and(|(path, depends)| {
            let file = path.rsplit(|b| *b == b'/').next().unwrap_or(path);
            let name = name_of(file).map_or(file, |(name, _)| name);
            self.plan.add(Module {
                path,
                name,
                compressed,
                depends,
                state: State::Waiting,
            })
        });
        self.full |= !added;
    }
}

/// Copies bytes into the memory for names; `None` when it is used up.
fn keep<'t>(text: &mut &'t mut [u8], bytes: &[u8]) -> Option<&'t [u8]> {
    let (place, rest) = core::mem::take(text).split_at_mut_checked(bytes.len())?;
    *text = rest;
    for (to, from) in place.iter_mut().zip(bytes) {
        *to = *from;
    }
    Some(place)
}
