//! Inserts the modules that this machine has devices for, as they appear; and those of a file
//! system when a disk is mounted that has it, and for arrays, logical volumes and disk images when
//! the disks are there that have them.
//!
//! Nothing of a folder's lists is kept between the looks: they are read line by line, so that
//! the folder may be a distribution's with all that there is.

mod choice;

pub(super) use choice::Choice;

use super::Machine;
use super::devices::{Disks, open_file};
use super::disk::{Name, drivers_of};
use super::files::{read_all, read_small};
use super::modules::{self, Found};
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Purpose};
use crate::sys::process;
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Id};
use kexec_loader::modules::Memory;
use kexec_loader::modules::alias::Aliases;
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::text::{cut, cut_word, last_piece, part};

/// How many devices are known.
const DEVICES: usize = 1024;
/// Bytes of an alias that is looked at; more have only those of device trees.
const ALIAS: usize = 512;
/// How often in a row is looked for what has appeared behind the drivers of the last look.
const ROUNDS: usize = 16;
/// How often a folder is read because there is more to insert than is kept at a time.
const PARTS: usize = 4;
/// How often what soft dependencies ask for is looked for.
const PASSES: usize = 12;
/// Bytes of `modules.conf`, and of our own configuration's lines behind it.
const CONF: usize = 14 * 1024;
const LINES: usize = 2 * 1024;
/// Bytes of `modules.softdep`: Debian's has 2,600.
const SOFT: usize = 16 * 1024;
/// Bytes of the longest line of lists, and of `.modinfo`: of drivers of disks, that of `usb-storage`
/// is the longest, 20,945.
const WINDOW: usize = 32 * 1024;
/// Bytes of paths and names.
const TEXT: usize = 16 * 1024;
/// Where devices are, by their buses.
const BUSES: &[u8] = b"/sys/bus/";
/// What file systems ask the kernel for by name when they are mounted.
const BESIDE: &[u8] = b"vfat nls_cp437 nls_iso8859-1 nls_ascii nls_utf8";

/// Whether modules are inserted for devices, where they are, and which devices have been looked at.
pub(crate) struct Auto {
    /// The folder in the initramfs, and the one on the boot disk; empty where there is none.
    is_on: bool,
    early: Path,
    boot: Path,
    /// Hashes of the aliases that have been looked for.
    known: Vec<u64, DEVICES>,
    /// Whether it was told that there are more.
    are_more: bool,
    /// What our configuration says of modules, as lines of a `modules.conf`.
    lines: Vec<u8, LINES>,
}

/// The path of a folder.
type Path = Vec<u8, 256>;

/// FNV-1a of 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

impl Auto {
    /// Not asked for.
    pub(crate) const fn new() -> Self {
        Self {
            is_on: false,
            early: Vec::new(),
            boot: Vec::new(),
            known: Vec::new(),
            are_more: false,
            lines: Vec::new(),
        }
    }

    /// Adds the aliases of devices that have not been looked at.
    #[inline(never)]
    fn gather(&mut self, aliases: &mut Aliases, notes: &mut Notes) {
        let Ok(buses) = fs::open(&[BUSES], Purpose::Read) else {
            return;
        };
        let mut buses = Names::of(buses);
        while let Some((bus, _)) = buses.next() {
            // What processors can do beside is of no use here.
            if bus == b"cpu" {
                continue;
            }
            let Ok(devices) = fs::open(&[BUSES, bus, b"/devices"], Purpose::Read) else {
                continue;
            };
            let mut devices = Names::of(devices);
            while let Some((device, _)) = devices.next() {
                let mut text = [0; ALIAS];
                let path: [&[u8]; 5] = [BUSES, bus, b"/devices/", device, b"/modalias"];
                match read_small(&path, &mut text) {
                    Ok(alias @ [_, ..]) if alias.len() < ALIAS => self.meet(alias, aliases, notes),
                    _ => {}
                }
            }
        }
    }

    /// Adds the alias of a device, if it is new and there is room; else it is new the next time.
    fn meet(&mut self, alias: &[u8], aliases: &mut Aliases, notes: &mut Notes) {
        let hash = hash(alias);
        if self.known.contains(&hash) {
            return;
        }
        if self.known.is_full() {
            if !self.are_more {
                self.are_more = true;
                const { assert!(DEVICES == 1024) };
                let sentence =
                    "more than 1024 kinds of device: no modules are looked for for the rest";
                notes.say(sentence, &[]);
            }
        } else if aliases.add(alias) {
            let _ = self.known.push(hash);
        }
    }

    /// Remembers what our configuration says of modules.
    fn keep(&mut self, entries: &Entries<'_>) {
        self.lines.clear();
        for (module, options) in entries.options() {
            for words in [b"\noptions ", *module, b" ", options] {
                self.lines.put(words);
            }
        }
        for module in entries.blacklist() {
            self.lines.put(b"\nblacklist ");
            self.lines.put(module);
        }
    }

    /// For whoever inserts modules.
    pub(super) fn lend(&mut self) -> Lent<'_> {
        Lent(self)
    }
}

/// What is to be known where a folder's modules are inserted.
pub(super) struct Lent<'a>(&'a mut Auto);

impl Lent<'_> {
    /// Inserts what a folder has for the devices of this machine, if that is how modules are to
    /// be inserted; says whether it is.
    pub(super) fn insert(&self, folder: &Fd, notes: &mut Notes) -> bool {
        if self.0.is_on {
            let mut all = Auto::new();
            for _ in 0..ROUNDS {
                let mut aliases = Aliases::new();
                all.gather(&mut aliases, notes);
                if aliases.is_empty() {
                    break;
                }
                insert_from(folder, &aliases, b"", &self.0.lines, notes);
            }
        }
        self.0.is_on
    }
}

/// Has the modules of the initramfs be inserted for devices, if the kernel command line asks for
/// that; says whether it does.
pub(super) fn begin_early(options: &Options<'_>, machine: &mut Machine<'_>) -> bool {
    let is_auto = options.is_auto == Some(true);
    let Machine { disks, notes, .. } = machine;
    if is_auto && let Some(root) = &disks.initramfs {
        disks.auto.is_on = true;
        disks.auto.early = find_folder(root, b"", notes);
        disks.insert_new(notes);
    }
    is_auto
}

/// The same of the boot disk's, and for the kernel command line or the configuration.
pub(super) fn begin(
    options: &Options<'_>,
    entries: &Entries<'_>,
    machine: &mut Machine<'_>,
) -> bool {
    let is_auto = options.is_auto.unwrap_or(entries.is_auto);
    let Machine { disks, notes, .. } = machine;
    disks.auto.is_on = is_auto;
    disks.auto.keep(entries);
    if is_auto {
        // That the disk cannot be mounted has been told when its configuration was read.
        if let Ok(root) = disks.root(&BOOT_DISK, &mut Notes::new()) {
            disks.auto.boot = find_folder(root, options.rootdir, notes);
        }
        if !disks.auto.boot.is_empty() {
            // What the initramfs has for them has been inserted.
            let early = core::mem::take(&mut disks.auto.early);
            disks.auto.known.clear();
            disks.insert_new(notes);
            disks.auto.early = early;
        }
        disks.scan(false, notes);
    }
    is_auto
}

/// Finds the folder of modules: `modules/`, else the running kernel's in `lib/modules/`; empty
/// where there is none, or where they are another kernel's.
#[inline(never)]
fn find_folder(root: &Fd, rootdir: &[u8], notes: &mut Notes) -> Path {
    let mut kernel = process::Kernel::new();
    let mut path = Path::new();
    for [folder, release] in [[modules::FOLDER, b""], [b"/lib/modules/", kernel.release()]] {
        path.clear();
        for part in [rootdir, folder, release] {
            path.put(part);
        }
        if let Ok(folder) = open_file(root, &[&path]) {
            if !modules::are_ours(&folder, notes) {
                break;
            }
            let sentence = " modules for this machine's devices are in %";
            notes.log(sentence, &[&path], &[]);
            return path;
        }
    }
    Path::new()
}

impl Disks {
    /// Inserts modules for the devices that have appeared, until no more do.
    #[inline(never)]
    pub(super) fn insert_new(&mut self, notes: &mut Notes) {
        if self.auto.early.is_empty() && self.auto.boot.is_empty() {
            return;
        }
        for _ in 0..ROUNDS {
            let mut aliases = Aliases::new();
            self.auto.gather(&mut aliases, notes);
            if aliases.is_empty() {
                return;
            }
            self.insert_from_folders(&aliases, b"", true, notes);
        }
    }

    /// Inserts what the initramfs and, if asked, the boot disk have for devices, and what is
    /// called by a name.
    fn insert_from_folders(
        &mut self,
        aliases: &Aliases,
        names: &[u8],
        from_boot: bool,
        notes: &mut Notes,
    ) {
        if !self.auto.early.is_empty()
            && let Some(root) = &self.initramfs
            && let Ok(folder) = open_file(root, &[&self.auto.early])
        {
            insert_from(&folder, aliases, names, &self.auto.lines, notes);
        }
        if self.auto.boot.is_empty() || !from_boot || !self.has(&BOOT_DISK) {
            return;
        }
        let nth = self.find(&Id::BootDisk);
        let disk = nth.and_then(|nth| self.list.get(nth));
        let was_mounted = disk.is_none_or(|disk| disk.root.is_some());
        let path = self.auto.boot.clone();
        if let Ok(root) = self.root(&BOOT_DISK, notes)
            && let Ok(folder) = open_file(root, &[&path])
        {
            insert_from(&folder, aliases, names, &self.auto.lines, notes);
        }
        if !was_mounted && let Some(disk) = nth.and_then(|nth| self.list.get_mut(nth)) {
            disk.unmount();
        }
    }

    /// Inserts the module of this name or alias for disks that are there, if that is asked for;
    /// looks for it once in each folder.
    #[inline(never)]
    pub(super) fn provide_driver(&mut self, name: &[u8], notes: &mut Notes) {
        let hash = hash(name);
        if self.auto.is_on && !self.auto.known.contains(&hash) && self.auto.known.push(hash).is_ok()
        {
            notes.log(" the module % is looked for", &[name], &[]);
            self.insert_from_folders(&Aliases::new(), name, true, notes);
        }
    }

    /// Inserts the module of a disk's file system, if that is asked for and the kernel has none
    /// for it.
    #[inline(never)]
    pub(super) fn provide(&mut self, nth: usize, fstype: &[u8], notes: &mut Notes) -> Option<()> {
        let disk = self.list.get(nth).filter(|_| self.auto.is_on)?;
        let kind = disk.identity.kind;
        let is_member = !kind.name().is_empty() && !kind.is_file_system();
        if disk.root.is_some() || is_member && fstype.is_empty() && disk.fstype.is_empty() {
            return None;
        }
        let mut kind = Name::new();
        kind.put(disk.kind_for(fstype));
        let mut text = [0; 4096];
        let known = read_small(&[b"/proc/filesystems"], &mut text).unwrap_or(&[]);
        let mut names = Vec::<u8, 256>::new();
        let mut drivers = drivers_of(&kind);
        while !drivers.is_empty() {
            let driver = cut(&mut cut_word(&mut drivers), b',');
            let mut rest = known;
            while !rest.is_empty() {
                if last_piece(cut(&mut rest, b'\n'), b'\t') == driver {
                    return None;
                }
            }
            for words in [b"fs-", driver, b" ", driver, b" "] {
                names.put(words);
            }
        }
        let mut beside = BESIDE;
        if cut_word(&mut beside) == kind {
            names.put(beside);
        }
        if names.is_empty() {
            return None;
        }
        let sentence = " modules for the file system % are looked for";
        notes.log(sentence, &[&kind], &[]);
        let is_boot = self.find(&Id::BootDisk) == Some(nth);
        self.insert_from_folders(&Aliases::new(), &names, !is_boot, notes);
        Some(())
    }
}

/// Inserts what a folder has for devices, and what is called by one of the names.
fn insert_from(folder: &Fd, aliases: &Aliases, names: &[u8], lines: &[u8], notes: &mut Notes) {
    for _ in 0..PARTS {
        if insert_part(folder, aliases, names, lines, notes) {
            return;
        }
    }
    let sentence = "too many modules for devices: some are left out";
    notes.say(sentence, &[]);
}

/// The same, as far as there is room for what is to be inserted; says whether that was all.
#[inline(never)]
fn insert_part(
    folder: &Fd,
    aliases: &Aliases,
    names: &[u8],
    lines: &[u8],
    notes: &mut Notes,
) -> bool {
    let mut conf = [0; CONF + LINES];
    let file = conf.get_mut(..CONF).unwrap_or_default();
    let mut length = read_below(folder, b"modules.conf", file);
    // Of two lines for a module the last counts: what our configuration says.
    for (to, from) in conf.iter_mut().skip(length).zip(lines) {
        *to = *from;
        length = length.wrapping_add(1);
    }
    let mut soft = [0; SOFT];
    let size = read_below(folder, b"modules.softdep", &mut soft);
    let (conf, soft) = (part(&conf, 0, length), part(&soft, 0, size));
    let mut choice = Choice::of(aliases, conf, soft);
    let mut rest = names;
    while !rest.is_empty() {
        choice.wish(cut_word(&mut rest), true);
    }
    #[allow(
        clippy::large_stack_arrays,
        reason = "the heap is full of configurations"
    )]
    let mut window = [0; WINDOW];
    let mut text = [0; TEXT];
    let lists = [&b"/modules.alias"[..], b"/modules.dep"].map(|name| open_file(folder, &[name]));
    if let [Ok(alias), Ok(dep)] = &lists {
        let mut found = Found::new(folder, &mut window, Memory::new(&mut text));
        found.plan.is_in_order = true;
        // Of the names that are asked for, the first that has not been looked for yet.
        let mut from = 0;
        for pass in 0..PASSES {
            choice.is_news = false;
            choice.read_aliases(alias, &mut from, pass == 0, &mut found);
            choice.read_needs(dep, &mut found);
            if !choice.is_news {
                break;
            }
        }
        return choice.insert(&mut found, notes);
    }
    for pass in 0..PASSES {
        choice.is_news = false;
        let mut from = 0;
        let mut found = Found::new(folder, &mut window, Memory::new(&mut text));
        if let [Ok(alias), _] = &lists {
            choice.read_aliases(alias, &mut from, pass == 0, &mut found);
        }
        found.collect(modules::DEPTH, &mut choice, notes);
        if !choice.is_news || pass.wrapping_add(1) == PASSES {
            return choice.insert(&mut found, notes);
        }
    }
    true
}

/// Reads the beginning of a file of a folder; says how much it was.
fn read_below(folder: &Fd, name: &[u8], into: &mut [u8]) -> usize {
    let file = open_file(folder, &[name]);
    file.and_then(|file| read_all(&file, into)).unwrap_or(0)
}
