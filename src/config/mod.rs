//! Which files hold configurations, and who reads them.
//!
//! A format is one file or folder here, one row in a table, one feature and one folder of
//! samples. Our own is read from the boot disk; those of other loaders are looked for on
//! all disks, at the few places where they are.

#[cfg(any(feature = "bls", feature = "grub2"))]
pub mod bls;
#[cfg(any(test, fuzzing))]
pub mod fake;
#[cfg(feature = "grub2")]
pub mod grub2;
#[cfg(feature = "grub-legacy")]
pub mod grub_legacy;
#[cfg(feature = "iso")]
pub mod iso;
#[cfg(feature = "kernels")]
pub mod kernels;
#[cfg(feature = "kexecboot")]
pub mod kexecboot;
pub mod native;
#[cfg(feature = "petitboot")]
pub mod petitboot;
#[cfg(feature = "syslinux")]
pub mod syslinux;

use crate::entry::{ENTRIES, Entries, Extra};
use crate::location::{Device, Id, Location};
use crate::notes::Notes;
use crate::store::Store;
use crate::text::{Likeness, cut, matches, place_of, same, split_option};

/// Bytes of our own configuration that are read; a larger one is cut there, and it is told.
pub const MAXIMUM: usize = 65_536;
/// Bytes of a file of another loader that are read.
pub const FOREIGN_MAXIMUM: usize = 262_144;

/// Bytes for the text of all configurations.
pub const TEXT: usize = if FOREIGN.is_empty() { MAXIMUM } else { 1 << 20 };

/// Our own names, to be looked for in the root of a boot disk. The first found counts.
pub const NAMES: [&str; 3] = ["kexec-loader.cfg", "kexec-loader.conf", "kxloader.cfg"];

/// What a reader is given: a file and its bytes, or a folder.
#[derive(Clone, Copy, Debug)]
pub struct File<'t> {
    /// Where it is.
    pub at: Location<'t>,
    /// Its name for messages.
    pub name: &'t [u8],
    /// Its bytes; none of a folder.
    pub text: &'t [u8],
    /// Where the ISO file is that it is in, if it is in one.
    pub image: Option<Location<'t>>,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, and its size in bytes.
    File(u64),
    /// A folder.
    Folder,
}

/// What `World::describe` says of a disk: the name of its file system, its UUID, its label.
pub type Description<'t> = [&'t [u8]; 3];

/// What a reader may ask of the disks around it. Nothing is told of what is not there.
pub trait World<'t> {
    /// Memory for what entries borrow.
    fn store(&self) -> &'_ Store<'t>;
    /// Where messages go.
    fn notes(&mut self) -> &mut Notes;
    /// What is at a place.
    fn look(&mut self, at: &Location<'_>) -> Option<Kind>;
    /// The seconds since 1970 at which a file was changed.
    fn changed(&mut self, at: &Location<'_>) -> Option<u64>;
    /// The bytes of a file, at most [`FOREIGN_MAXIMUM`].
    fn read(&mut self, at: &Location<'_>) -> Option<&'t [u8]>;
    /// What is written in a kernel about the system it is for: the os-release of a unified
    /// image, nothing in others. `None` where a file is no kernel that this build starts.
    fn image(&mut self, at: &Location<'_>) -> Option<&'t [u8]>;
    /// The names in a folder, each with a `/` behind it, in no order.
    fn names(&mut self, folder: &Location<'_>) -> &'t [u8];
    /// The disk of this id, by the name that entries are to have for it.
    fn find(&mut self, id: &Id<'_>) -> Option<Device<'t>>;
    /// Whether two ids mean the same disk, which is here.
    fn are_one(&self, one: &Id<'_>, other: &Id<'_>) -> bool;
    /// The first disk with a file of this path.
    fn find_file(&mut self, path: &[u8]) -> Option<Device<'t>>;
    /// The disk that GRUB calls `hd0`, or its partition of this number, the first being 1;
    /// asked by a file on `own`.
    fn drive(&mut self, own: &Device<'_>, drive: &[u8], partition: u32) -> Option<Device<'t>>;
    /// Which disk a disk of GRUB's was when its file was written; it may be another by now.
    fn map(&mut self, drive: &'t [u8], disk: &'t [u8]);
    /// The disk that a disk image is.
    fn attach(&mut self, image: &Location<'_>) -> Option<Device<'t>>;
    /// What is on a disk.
    fn describe(&mut self, device: &Device<'_>) -> Option<Description<'t>>;
    /// Whether the processor has 64 bits.
    fn is_64_bit(&self) -> bool;
}

/// Reads a file or folder of another loader into entries.
pub type Reader = for<'t> fn(&File<'t>, &mut dyn World<'t>, &mut Entries<'t>);

/// A format of another loader.
pub struct Format {
    /// Its name, as `autodetect` has it.
    pub name: &'static str,
    /// Its reader.
    pub read: Reader,
    /// The paths to look for, a blank between them. A `*` is the name of any folder; a path
    /// that ends with `/` is a folder.
    pub paths: &'static [u8],
    /// Whether all of them count, and not the first that is there alone.
    pub takes_all: bool,
}

/// The formats of other loaders, in the order in which they are looked for.
pub static FOREIGN: &[Format] = &[
    #[cfg(feature = "grub2")]
    Format {
        name: "grub2",
        read: grub2::read,
        paths: b"/boot/grub/grub.cfg /boot/grub2/grub.cfg /grub/grub.cfg /grub2/grub.cfg /EFI/*/grub.cfg",
        takes_all: false,
    },
    #[cfg(feature = "grub-legacy")]
    Format {
        name: "grub-legacy",
        read: grub_legacy::read,
        paths: b"/boot/grub/menu.lst /boot/grub/grub.conf /grub/menu.lst /grub/grub.conf /menu.lst",
        takes_all: false,
    },
    #[cfg(feature = "syslinux")]
    Format {
        name: "syslinux",
        read: syslinux::read,
        // In a folder, extlinux.conf comes before syslinux.cfg.
        paths: b"/boot/syslinux/extlinux.conf /boot/syslinux/syslinux.cfg \
            /boot/extlinux/extlinux.conf /boot/extlinux.conf /syslinux/extlinux.conf \
            /syslinux/syslinux.cfg /extlinux/extlinux.conf /extlinux.conf /syslinux.cfg \
            /boot/isolinux/isolinux.cfg /isolinux/isolinux.cfg /isolinux.cfg \
            /boot/*/loader/isolinux.cfg /EFI/*/syslinux.cfg /pxelinux.cfg/default",
        takes_all: false,
    },
    #[cfg(feature = "bls")]
    Format {
        name: "bls",
        read: bls::read,
        paths: b"/loader/ /boot/loader/ /EFI/Linux/",
        takes_all: true,
    },
    #[cfg(feature = "kexecboot")]
    Format {
        name: "kexecboot",
        read: kexecboot::read,
        paths: b"/boot/boot.cfg",
        takes_all: false,
    },
    #[cfg(feature = "petitboot")]
    Format {
        name: "petitboot",
        read: petitboot::read,
        paths: b"/kboot.conf /kboot.cnf /boot/kboot.conf /boot/kboot.cnf /etc/kboot.conf /etc/kboot.cnf",
        takes_all: false,
    },
    #[cfg(feature = "iso")]
    Format {
        name: "iso",
        read: iso::read,
        paths: b"/ /boot/ /iso/ /isos/",
        takes_all: true,
    },
    #[cfg(feature = "kernels")]
    Format {
        name: "kernels",
        read: kernels::read,
        paths: b"/",
        takes_all: false,
    },
];

/// Begins an entry on the disk of its file; tells where there is no room for it.
#[inline(never)]
pub fn open<'t>(
    file: &File<'t>,
    title: &'t [u8],
    line: u32,
    world: &mut dyn World<'t>,
    entries: &mut Entries<'t>,
) -> bool {
    if entries.open(title, line).is_ok()
        && let Some(entry) = entries.last_mut()
    {
        entry.file = file.name;
        entry.root = file.at.device;
        return true;
    }
    const { assert!(ENTRIES == 256) };
    let sentence = b"%:#: 256 entries are kept, the rest are skipped";
    let notes = world.notes();
    notes.say_numbers(sentence, &[file.name], &[line.into()]);
    false
}

/// Adds a ramdisk or a module to the entry that was begun last, which without it is broken.
#[inline(never)]
pub fn add<'t>(extra: Extra<'t>, entries: &mut Entries<'t>) {
    if entries.add(extra).is_err()
        && let Some(entry) = entries.last_mut()
    {
        entry.broken = Some("too many ramdisks and modules in all");
    }
}

/// Tells that the entry that was begun last is left out, and why, in three parts.
#[inline(never)]
pub fn leave_out<'t>(why: &[&[u8]; 3], world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    if let Some(entry) = entries.last_mut() {
        let [one, two, three] = *why;
        let words = [entry.file, entry.title, one, two, three];
        let sentence = b"%:#: '%' is left out: %%%";
        let notes = world.notes();
        notes.say_numbers(sentence, &words, &[entry.line.into()]);
    }
}

/// What messages call a file: its path, with the disk before it unless it is the boot disk or
/// there is no memory left.
#[inline(never)]
#[must_use]
pub fn name_of<'t>(at: &Location<'t>, store: &Store<'t>) -> &'t [u8] {
    if at.device.id == Id::BootDisk {
        return at.path;
    }
    name_with([at.device.name, b":"], at.path, store)
}

/// The name of the file of this path, of those whose paths have `before` in front.
#[inline(never)]
#[must_use]
pub fn name_with<'t>(before: [&[u8]; 2], path: &'t [u8], store: &Store<'t>) -> &'t [u8] {
    let [one, other] = before;
    match store.join(&[one, other, path]) {
        [] => path,
        name => name,
    }
}

/// A path as the entry that was begun last has it: with the disk in brackets before it, unless
/// that is the kernel's. No path stays none.
#[inline(never)]
#[must_use]
pub fn path_of<'t>(at: &Location<'t>, entries: &Entries<'t>, store: &Store<'t>) -> &'t [u8] {
    let root = entries.list().last().map(|entry| entry.root.id);
    if at.path.is_empty() || root == Some(at.device.id) {
        return at.path;
    }
    store.join(&[b"(", at.device.name, b")", at.path])
}

/// The name that comes after `last` in the order of names, of those with a `/` behind each that
/// a pattern is for.
#[inline(never)]
#[must_use]
pub fn next_name<'t>(names: &'t [u8], last: &[u8], pattern: &[u8]) -> Option<&'t [u8]> {
    let mut rest = names;
    let mut next = None;
    while !rest.is_empty() {
        let name = cut(&mut rest, b'/');
        let is_next = name > last && next.is_none_or(|next| name < next);
        if is_next && matches(pattern, name) {
            next = Some(name);
        }
    }
    next
}

/// Two texts put together.
#[inline(never)]
pub fn join<'t>(one: &[u8], other: &[u8], world: &dyn World<'t>) -> &'t [u8] {
    world.store().join(&[one, other])
}

/// Takes the first word that begins with `key` out of `words`; gives what follows `key` in it.
#[inline(never)]
pub fn take_option<'t>(
    words: &mut &'t [u8],
    key: &[u8],
    world: &dyn World<'t>,
) -> Option<&'t [u8]> {
    let [before, value, after] = split_option(words, key)?;
    *words = world.store().words(before, after);
    Some(value)
}

/// Whether a word may stand behind `autodetect`.
pub(crate) fn is_detectable(word: &[u8]) -> bool {
    let is_format = |format: &Format| same(format.name.as_bytes(), word);
    same(word, b"on") || same(word, b"off") || FOREIGN.iter().any(is_format)
}

/// Whether `autodetect` words ask for a format.
#[must_use]
pub fn is_wanted(words: &[u8], format: &Format) -> bool {
    let is_on = place_of(b"on", words, Likeness::Case).is_some();
    is_on || place_of(format.name.as_bytes(), words, Likeness::Case).is_some()
}

/// Sorts a short list: what comes first is first, and what is the same stays as it is.
#[cfg(any(feature = "bls", feature = "grub2", feature = "kernels"))]
fn sort<T>(list: &mut [T], compare: fn(&T, &T) -> core::cmp::Ordering) {
    for count in 1..=list.len() {
        let mut rest = list.get_mut(..count).unwrap_or_default();
        while let [.., before, last] = rest
            && compare(last, before).is_lt()
        {
            core::mem::swap(before, last);
            let shorter = rest.len().wrapping_sub(1);
            rest = rest.get_mut(..shorter).unwrap_or_default();
        }
    }
}
