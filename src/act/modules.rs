//! Inserts the kernel modules of a folder.

use super::Machine;
use super::devices::open_file;
use super::files::read_all;
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Purpose};
use crate::sys::heap::Block;
use crate::sys::{Errno, Result, module};
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::location::BOOT_DISK;
use kexec_loader::modules::{
    Memory, Module, Plan, State, check_options, depends, name_of, options_of,
};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::reason::Reason;
use kexec_loader::text::part;

/// Bytes of `modules.conf` that are read, and of `.modinfo` that are looked at.
const WINDOW: usize = 16 * 1024;
/// Bytes of paths and names of needed modules that are kept.
const TEXT: usize = 24 * 1024;
/// Bytes of a path within the folder.
const PATH: usize = 512;
/// Folders within folders that are looked into.
const DEPTH: u32 = 6;

/// Inserts the modules in `/modules` of the initramfs, before any disk is looked for.
pub(crate) fn insert_from_initramfs(machine: &mut Machine<'_>) {
    let folder = fs::open(&[b"/modules"], Purpose::Folder);
    insert_all(folder, &[], machine.notes);
}

/// Inserts the modules in `modules/` of the boot disk, with the options of its configuration.
#[inline(never)]
pub(crate) fn insert_from_boot_disk(
    options: &Options<'_>,
    entries: &Entries<'_>,
    machine: &mut Machine<'_>,
) {
    if !machine.disks.has(&BOOT_DISK) {
        return;
    }
    // That the disk cannot be mounted has been told when its configuration was read.
    if let Ok(root) = machine.disks.root(&BOOT_DISK, &mut Notes::new()) {
        let folder = open_file(root, &[options.rootdir, b"/modules"]);
        insert_all(folder, entries.options(), machine.notes);
    }
}

/// Inserts every module of a folder, if there is one, and of the folders in it.
#[inline(never)]
fn insert_all(folder: Result<Fd>, options: &[(&[u8], &[u8])], notes: &mut Notes) {
    let Ok(top) = folder else { return };
    let Some(mut memory) = Block::new(WINDOW + WINDOW + TEXT) else {
        notes.say("cannot insert modules: out of memory", &[]);
        return;
    };
    let mut memory = Memory::new(&mut memory);
    let conf = memory.take(WINDOW);
    let window = memory.take(WINDOW);
    let read = open(&top, b"modules.conf").and_then(|file| read_all(&file, conf));
    let conf = part(conf, 0, read.unwrap_or(0));
    check_options(conf, notes);
    let mut found = Found {
        top: &top,
        plan: Plan::new(memory),
        window,
        path: Vec::new(),
        is_full: false,
    };
    found.collect(DEPTH);
    found.insert(conf, options, notes);
}

/// Opens a file below the folder.
#[inline(never)]
fn open(folder: &Fd, path: &[u8]) -> Result<Fd> {
    open_file(folder, &[path])
}

/// The modules of a folder; in this order, for what stands before a long list is near.
#[repr(C)]
struct Found<'t> {
    top: &'t Fd,
    window: &'t mut [u8],
    is_full: bool,
    /// Of the file that is being looked at, below the folder.
    path: Vec<u8, PATH>,
    plan: Plan<'t>,
}

impl Found<'_> {
    /// Adds the modules of the folder at the path, and of those in it.
    fn collect(&mut self, depth: u32) {
        let Ok(folder) = open(self.top, &self.path) else {
            return;
        };
        let length = self.path.len();
        let mut names = Names::of(folder);
        while let Some((name, is_regular)) = names.next() {
            self.path.put(name);
            let module = name_of(name);
            if !module.is_empty() {
                self.add(module);
            } else if !is_regular && depth > 0 {
                self.path.put(b"/");
                self.collect(depth.wrapping_sub(1));
            }
            self.path.truncate(length);
        }
    }

    /// Adds the module of this name at the path, with what it needs if that can be read.
    #[inline(never)]
    fn add(&mut self, name: &[u8]) {
        let mut needed: &[u8] = &[];
        if let Ok(file) = open(self.top, &self.path) {
            let mut read = |offset, into: &mut [u8]| {
                file.read_at(offset, into)
                    .is_ok_and(|count| count == into.len())
            };
            needed = depends(&mut read, self.window);
        }
        self.is_full |= !self.plan.add(&self.path, name, needed);
    }

    /// Inserts the modules in the order of their needs. Each that cannot be inserted is one
    /// line; none stops the others.
    #[inline(never)]
    fn insert(&mut self, conf: &[u8], options: &[(&[u8], &[u8])], notes: &mut Notes) {
        if self.is_full {
            notes.say("too many modules: only the first 256 are inserted", &[]);
        }
        while let Some(module) = self.plan.next_waiting() {
            let words = options_of(conf, options, module.name);
            let inserted = open(self.top, module.path)
                .and_then(|file| module::insert(&file, words, module.is_compressed()));
            module.state = match inserted {
                Ok(()) | Err(Errno::EEXIST) => State::Loaded,
                Err(Errno::ENOENT) => State::Lacking,
                Err(error) => {
                    tell(module, error, notes);
                    State::Failed
                }
            };
        }
        while let Some((name, needed)) = self.plan.next_lacking() {
            let sentence = if needed.is_empty() {
                "module % not inserted: the kernel lacks a symbol that it needs"
            } else {
                "module % not inserted: it needs %"
            };
            notes.say(sentence, &[name, needed]);
        }
    }
}

/// Says why the kernel refused a module.
#[inline(never)]
fn tell(module: &Module<'_>, error: Errno, notes: &mut Notes) {
    let reason = Reason::new(error.get());
    let reason = match error {
        Errno::EOPNOTSUPP if module.is_compressed() => {
            b"this kernel cannot decompress modules; unpack it first"
        }
        Errno::ENOEXEC => &b"not a module, or one built for another kernel"[..],
        Errno::EINVAL => b"an option, a symbol or its compression does not fit this kernel",
        _ => reason.bytes(),
    };
    notes.say("module % not inserted: %", &[module.path, reason]);
}
