//! Inserts the kernel modules of a folder, and of the archives in it.

use super::auto::{self, Choice, Lent};
use super::devices::Disks;
use super::devices::open_file;
use super::disk::read_exact;
use super::files::{copy_in_memory, read_all};
use super::{Machine, archives, module_images, search, tell};
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Purpose};
use crate::sys::heap::Block;
use crate::sys::{Errno, Result, module, process};
use heapless::Vec;
use kexec_loader::archive::tar;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::location::BOOT_DISK;
use kexec_loader::modules::{
    Memory, Module, Place, Plan, State, check_options, info, name_of, options_of,
};
use kexec_loader::notes::Notes;
#[cfg(feature = "shell")]
use kexec_loader::notes::Told;
use kexec_loader::out::{Put, fill};
use kexec_loader::reason::Reason;
use kexec_loader::text::{cut, cut_word, part};

/// Bytes of `modules.conf` that are read, and of `.modinfo` that are looked at.
const WINDOW: usize = 16 * 1024;
/// Bytes of paths and names of needed modules that are kept.
const TEXT: usize = 24 * 1024;
/// Bytes of both windows and the text.
const MEMORY: usize = WINDOW + WINDOW + TEXT;
/// Bytes of a path within the folder.
const PATH: usize = 512;
/// Where modules are on a disk.
pub(super) const FOLDER: &[u8] = b"/modules";
/// Folders within folders that are looked into.
pub(super) const DEPTH: u32 = 6;

/// Inserts the modules in `/modules` of the initramfs, before any disk is looked for.
pub(crate) fn insert_from_initramfs(options: &Options<'_>, machine: &mut Machine<'_>) {
    if auto::begin_early(options, machine) {
        return;
    }
    let folder = fs::open(&[b"/modules"], Purpose::Folder);
    let Machine { disks, notes, .. } = machine;
    let mut memory = Block::new(MEMORY);
    insert_all(folder, &[], &disks.auto.lend(), &mut memory, notes);
}

/// Inserts the modules in `modules/` of the boot disk, with the options of its configuration;
/// then those of each other disk that it names, which is waited for.
#[inline(never)]
pub(crate) fn insert_from_disks(
    options: &Options<'_>,
    entries: &Entries<'_>,
    machine: &mut Machine<'_>,
) {
    if !machine.disks.has(&BOOT_DISK) {
        return;
    }
    // Once for all folders: what is given back alone is not had again.
    let mut memory = Block::new(MEMORY);
    let words = entries.options();
    // That the disk cannot be mounted has been told when its configuration was read.
    if !auto::begin(options, entries, machine)
        && let Ok(root) = machine.disks.root(&BOOT_DISK, &mut Notes::new())
    {
        let folder = open_file(root, &[options.rootdir, FOLDER]);
        let Machine { disks, notes, .. } = machine;
        insert_all(folder, words, &disks.auto.lend(), &mut memory, notes);
    }
    for disk in entries.module_disks() {
        // The next floppy goes into the drive of the last.
        machine.disks.unmount();
        let mut what = Vec::<u8, 128>::new();
        fill(&mut what, "% with more modules", &[disk.name]);
        let mut refused = None;
        search::wait_for(&what, u64::MAX, machine, &mut |machine| {
            let Machine { disks, notes, .. } = machine;
            let nth = disks.find(&disk.id);
            let Disks { list, auto, .. } = disks;
            let Some(found) = nth.and_then(|nth| list.get_mut(nth)) else {
                return false;
            };
            // One that is not right is told once, and looked at again when another has come.
            if refused.as_ref() == Some(&found.identity.uuid) {
                return false;
            }
            refused = Some(found.identity.uuid.clone());
            let root = found.mount(disk.fstype, notes);
            let done = root.is_ok_and(|root| match open_file(root, &[FOLDER]) {
                Err(error) => {
                    tell(notes, "cannot open % on %: %", FOLDER, disk.name, error);
                    false
                }
                folder => insert_all(folder, words, &auto.lend(), &mut memory, notes),
            });
            found.unmount();
            done
        });
    }
}

/// Inserts every module of a folder, if there is one, then those in its images; says whether
/// they were for this kernel.
#[inline(never)]
fn insert_all(
    folder: Result<Fd>,
    options: &[(&[u8], &[u8])],
    auto: &Lent<'_>,
    memory: &mut Option<Block>,
    notes: &mut Notes,
) -> bool {
    let Ok(top) = folder else { return true };
    let done = insert_folder(&top, options, auto, memory, notes);
    if done {
        module_images::open_each(&top, notes, &mut |folder, notes| {
            insert_folder(&folder, options, auto, memory, notes);
        });
    }
    done
}

/// Inserts every module of a folder, and of the folders and archives in it, or those that this
/// machine has a use for; says whether they were for this kernel.
fn insert_folder(
    top: &Fd,
    options: &[(&[u8], &[u8])],
    auto: &Lent<'_>,
    memory: &mut Option<Block>,
    notes: &mut Notes,
) -> bool {
    if !are_ours(top, notes) {
        return false;
    }
    if auto.insert(top, notes) {
        return true;
    }
    let Some(memory) = memory else {
        notes.say("cannot insert modules: out of memory", &[]);
        return true;
    };
    let mut memory = Memory::new(memory);
    let conf = memory.take(WINDOW);
    let window = memory.take(WINDOW);
    let read = open(top, b"modules.conf").and_then(|file| read_all(&file, conf));
    let conf = part(conf, 0, read.unwrap_or(0));
    check_options(conf, notes);
    let mut found = Found::new(top, window, memory);
    found.collect(DEPTH, &mut Choice::all(conf, auto), notes);
    found.insert(conf, options, notes);
    true
}

/// Whether the modules of a folder are for this kernel, as far as it says; tells if they are not.
pub(super) fn are_ours(folder: &Fd, notes: &mut Notes) -> bool {
    let mut kernel = process::Kernel::new();
    let mut release = [0; 65];
    let release = read_release(folder, &mut release);
    let running = kernel.release();
    if release.is_empty() || release == running {
        return true;
    }
    let sentence = "these modules are for Linux %, and this is Linux %; they are left alone";
    notes.say(sentence, &[release, running]);
    false
}

/// What the file `release` of a folder of modules says: the kernel they are for. Empty if
/// there is none.
fn read_release<'i>(folder: &Fd, into: &'i mut [u8]) -> &'i [u8] {
    let read = open(folder, b"release").and_then(|file| read_all(&file, into));
    let mut text = part(into, 0, read.unwrap_or(0));
    cut_word(&mut cut(&mut text, b'\n'))
}

/// Opens a file below the folder.
#[inline(never)]
pub(super) fn open(folder: &Fd, path: &[u8]) -> Result<Fd> {
    open_file(folder, &[path])
}

/// The modules of a folder; in this order, for what stands before a long list is near.
#[repr(C)]
pub(super) struct Found<'t> {
    pub(super) top: &'t Fd,
    pub(super) window: &'t mut [u8],
    pub(super) is_full: bool,
    /// Whether they are for the devices of this machine.
    pub(super) is_for_devices: bool,
    /// Of the file that is being looked at, below the folder.
    pub(super) path: Vec<u8, PATH>,
    pub(super) plan: Plan<'t>,
}

/// What modules are inserted with, and how many were.
pub(super) struct Inserting<'i> {
    conf: &'i [u8],
    options: &'i [(&'i [u8], &'i [u8])],
    /// Whether they are for the devices of this machine.
    is_for_devices: bool,
    /// Attempts, and those of them after which the module is in.
    all: u64,
    done: u64,
}

impl Inserting<'_> {
    /// Inserts one module; tells if the kernel refuses it.
    pub(super) fn insert(&mut self, module: &mut Module<'_>, file: Result<Fd>, notes: &mut Notes) {
        self.all = self.all.wrapping_add(1);
        let words = options_of(self.conf, self.options, module.name);
        let is_for_devices = cfg!(feature = "auto") && self.is_for_devices;
        let is_open = file.is_ok();
        let inserted = file.and_then(|file| module::insert(&file, words, module.is_compressed()));
        module.state = match inserted {
            Ok(()) | Err(Errno::EEXIST) => {
                self.done = self.done.wrapping_add(1);
                State::Loaded
            }
            Err(Errno::ENOENT) if is_open => State::Lacking,
            Err(Errno::ENODEV) if is_for_devices => {
                let sentence = " module % has no device: it was not inserted";
                notes.log(sentence, &[module.path], &[]);
                State::Failed
            }
            Err(Errno::ENOENT) if is_for_devices => {
                notes.log(" module % is not in the folder", &[module.path], &[]);
                State::Failed
            }
            Err(error) => {
                tell_refusal(module, error, notes);
                State::Failed
            }
        };
    }
}

impl<'t> Found<'t> {
    /// None yet, of a folder; a window to look into files, and memory for paths and names.
    pub(super) fn new(top: &'t Fd, window: &'t mut [u8], memory: Memory<'t>) -> Self {
        Self {
            top,
            plan: Plan::new(memory),
            window,
            path: Vec::new(),
            is_full: false,
            is_for_devices: false,
        }
    }

    /// Adds the modules of the folder at the path, and of folders and archives in it, that are
    /// to go in.
    pub(super) fn collect(&mut self, depth: u32, choice: &mut Choice<'_>, notes: &mut Notes) {
        let Ok(folder) = open(self.top, &self.path) else {
            return;
        };
        let length = self.path.len();
        let mut names = Names::of(folder);
        while let Some((name, is_regular)) = names.next() {
            self.path.put(name);
            let module = name_of(name);
            if !module.is_empty() {
                self.add(module, choice);
            } else if tar::is_one(name) {
                self.add_members(choice, notes);
            } else if is_regular && archives::is_one(name) {
                self.add_packed(choice, notes);
            } else if !is_regular && depth > 0 {
                self.path.put(b"/");
                self.collect(depth.wrapping_sub(1), choice, notes);
            }
            self.path.truncate(length);
        }
    }

    /// Adds the module of this name at the path, with what it needs if that can be read.
    #[inline(never)]
    fn add(&mut self, name: &[u8], choice: &mut Choice<'_>) {
        let mut said = 0;
        if let Ok(file) = open(self.top, &self.path) {
            let mut read = |offset, into: &mut [u8]| read_exact(&file, offset, into);
            said = info(&mut read, self.window);
        }
        choice.add(self, None, name, said);
    }

    /// Adds the modules in the archive at the path.
    #[inline(never)]
    fn add_members(&mut self, choice: &mut Choice<'_>, notes: &mut Notes) {
        let archive = open(self.top, &self.path);
        let mut read = |offset, into: &mut [u8]| {
            let read = archive.as_ref().map(|file| read_exact(file, offset, into));
            read.unwrap_or(false)
        };
        let length = self.path.len();
        let mut members = tar::Members::default();
        let mut header = [0; tar::BLOCK];
        loop {
            let member = match members.advance(&mut read, &mut header) {
                Ok(Some(member)) => member,
                Ok(None) => break,
                Err(tar::Damaged) => {
                    let sentence = "archive % is damaged; what is in the rest of it is left out";
                    notes.say(sentence, &[&self.path]);
                    break;
                }
            };
            let name = name_of(member.name);
            if name.is_empty() {
                continue;
            }
            let tar::Member { offset, size, .. } = member;
            let mut read_member = |from: u64, into: &mut [u8]| {
                let end = from.saturating_add(into.len() as u64);
                end <= size.into() && read(from.wrapping_add(offset.into()), into)
            };
            let said = info(&mut read_member, self.window);
            self.path.put(b"/");
            self.path.put(member.name);
            let place = Some(Place { offset, size });
            choice.add(self, place, name, said);
            self.path.truncate(length);
        }
    }

    /// Inserts the modules in the order of their needs. Each that cannot be inserted is one
    /// line; none stops the others.
    #[inline(never)]
    pub(super) fn insert(&mut self, conf: &[u8], options: &[(&[u8], &[u8])], notes: &mut Notes) {
        if self.is_full {
            notes.say("too many modules: only the first 256 are inserted", &[]);
        }
        let mut inserting = Inserting {
            conf,
            options,
            is_for_devices: self.is_for_devices,
            all: 0,
            done: 0,
        };
        while let Some(module) = self.plan.next_waiting() {
            if cfg!(feature = "auto") && module.path.is_empty() {
                // An alias, whose modules have been tried.
                module.state = State::Loaded;
            } else if archives::has(module) {
                let (archive, place) = (module.file(), module.place);
                self.insert_packed(archive, place, &mut inserting, notes);
            } else {
                let file = open_module(self.top, module);
                inserting.insert(module, file, notes);
            }
        }
        let Inserting { all, done, .. } = inserting;
        if all > 0 {
            notes.log(" modules inserted: # of #", &[], &[done, all]);
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

/// Opens a module; of one in an archive, a copy in memory.
#[inline(never)]
fn open_module(top: &Fd, module: &Module<'_>) -> Result<Fd> {
    let file = open(top, module.file())?;
    match module.place {
        None => Ok(file),
        Some(Place { offset, size }) => copy_in_memory(&file, offset.into(), size.into()),
    }
}

/// Inserts one module; tells why it could not.
#[cfg(feature = "shell")]
pub(crate) fn insert_one(
    file: &Fd,
    path: &[u8],
    options: &[u8],
    notes: &mut Notes,
) -> core::result::Result<(), Told> {
    let module = Module {
        path,
        place: None,
        name: b"",
        depends: b"",
        state: State::Waiting,
    };
    module::insert(file, options, module.is_compressed()).map_err(|error| {
        tell_refusal(&module, error, notes);
        Told
    })
}

/// Says why the kernel refused a module.
#[inline(never)]
fn tell_refusal(module: &Module<'_>, error: Errno, notes: &mut Notes) {
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
