//! Kernels that no configuration names: by the names that distributions give them.
//!
//! Given a disk of which no entry has a kernel, adds one for each kernel in `/boot`, or if
//! there is none, in `/`; the newest first. A ramdisk goes with a kernel by its name, and the
//! disk is the root if there is a system on it. No file is a kernel by its name alone, and no
//! folder below these is looked into.
//!
//! Sources: the names as Debian, Fedora, SUSE, Arch, Alpine, Void, Gentoo (genkernel), Slackware
//! and the kernel's own `make install` have them.

use super::{File, Kind, World, add, join, open, sort};
use crate::entry::{Entries, Extra};
use crate::location::Id;
use crate::out::{Put, fill_all};
use crate::text::{cut, strip_prefix};
use crate::version;
use core::cmp::Ordering;
use heapless::Vec;

/// How many kernels of a folder are sorted.
pub const KERNELS: usize = 64;

/// What names of kernels begin with.
const NAMES: &[u8] = b"vmlinuz vmlinux bzImage kernel linux";

/// The names of ramdisks, the `%` being what follows in the kernel's name: those that go before
/// others, and those of which one is enough.
const RAMDISKS: &[u8] = b"intel-ucode.img amd-ucode.img \
    initrd.img% initrd%.img initrd% initramfs%.img initramfs% initrd%.gz";
/// How many of them go before others.
const BEFORE: usize = 2;

/// Reads a disk.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let mut at = file.at;
    // Entries may name the disk in other words.
    let mut list = entries.list().iter();
    if list.any(|entry| world.are_one(&entry.root.id, &at.device.id)) {
        return;
    }
    // The kernel beside a configuration of ours is the one that starts this loader.
    for name in super::NAMES {
        at.path = name.as_bytes();
        if world.look(&at).is_some() {
            return;
        }
    }
    let mut is_root = false;
    for path in [&b"/etc/fstab"[..], b"/sbin/init"] {
        at.path = path;
        is_root |= world.look(&at).is_some();
    }
    let mut reader = Reader {
        file: *file,
        is_root,
        world,
        entries,
    };
    if !reader.folder(b"/boot/") && !reader.folder(b"/") {
        return;
    }
    if !is_root {
        let sentence = "%: kernels without a root= option: no root file system is known for them";
        reader.world.notes().say(sentence, &[file.name]);
    }
}

/// A kernel: its name, and what follows the first part of it.
type Kernel<'t> = (&'t [u8], &'t [u8]);

/// Whether a kernel comes before or behind another: the newest first, what is kept for
/// emergencies last.
fn compare(one: &Kernel<'_>, other: &Kernel<'_>) -> Ordering {
    let order = is_spare(one.1).cmp(&is_spare(other.1));
    order.then_with(|| version::compare(other.1, one.1))
}

/// Whether a kernel of this name is kept for emergencies.
#[inline(never)]
fn is_spare(name: &[u8]) -> bool {
    matches!(name, [.., b'.', b'o', b'l', b'd']) || name.starts_with(b"-0-rescue")
}

/// Makes entries of files.
#[repr(C)] // What is near the front takes less code to reach.
struct Reader<'a, 't> {
    world: &'a mut dyn World<'t>,
    entries: &'a mut Entries<'t>,
    /// Whether there is a system on the disk.
    is_root: bool,
    /// The disk, and a path on it that is about to be looked at.
    file: File<'t>,
}

impl<'t> Reader<'_, 't> {
    /// Adds the kernels in a folder; says whether there are some.
    #[inline(never)]
    fn folder(&mut self, folder: &'t [u8]) -> bool {
        self.file.at.path = folder;
        let mut list = Vec::<Kernel<'t>, KERNELS>::new();
        let mut names = self.world.names(&self.file.at);
        while !names.is_empty() {
            let name = cut(&mut names, b'/');
            let mut prefixes = NAMES;
            while !prefixes.is_empty() {
                if let Some(rest) = strip_prefix(name, cut(&mut prefixes, b' '))
                    && matches!(rest, [] | [b'-' | b'.' | b'_' | b'0'..=b'9', ..])
                {
                    let _ = list.push((name, rest));
                }
            }
        }
        sort(&mut list, compare);
        let before = self.entries.list().len();
        for kernel in &list {
            self.add(kernel, folder);
        }
        self.entries.list().len() > before
    }

    /// Adds a kernel, if it is one.
    #[inline(never)]
    fn add(&mut self, (name, rest): &Kernel<'t>, folder: &[u8]) {
        let path = join(folder, name, self.world);
        self.file.at.path = path;
        if self.world.image(&self.file.at).is_none() {
            return;
        }
        let disk = self.file.at.device.name;
        let title = self.world.store().join(&[name, b" on ", disk]);
        if !open(&self.file, title, 0, self.world, self.entries) {
            return;
        }
        let has_ramdisk = self.add_ramdisks(folder, rest);
        let cmdline = self.root(has_ramdisk);
        if let Some(entry) = self.entries.last_mut() {
            entry.kernel = path;
            entry.id = name;
            entry.cmdline = cmdline;
        }
        self.entries.settle();
    }

    /// The options that name the root. A kernel without a ramdisk knows no UUIDs.
    #[inline(never)]
    fn root(&mut self, has_ramdisk: bool) -> &'t [u8] {
        if !self.is_root {
            return b"";
        }
        let device = &self.file.at.device;
        let has_name = matches!(device.id, Id::Name(_) | Id::Uuid(_));
        let [_, uuid, _] = self.world.describe(device).unwrap_or_default();
        let (tag, id): (&[u8], _) = if has_name && (uuid.is_empty() || !has_ramdisk) {
            (b"root=/dev/", device.name)
        } else if uuid.is_empty() {
            return b"ro";
        } else {
            (b"root=UUID=", uuid)
        };
        self.world.store().join(&[tag, id, b" ro"])
    }

    /// Adds the ramdisks of a kernel; says whether there is one of its own.
    #[inline(never)]
    fn add_ramdisks(&mut self, folder: &[u8], rest: &[u8]) -> bool {
        let mut names = RAMDISKS;
        let mut nth: usize = 0;
        while !names.is_empty() {
            let name = cut(&mut names, b' ');
            let mut text = self.world.store().begin();
            text.put(folder);
            fill_all(&mut text, name, &[rest], &[]);
            let at = &mut self.file.at;
            at.path = text.finish();
            nth = nth.wrapping_add(1);
            if matches!(self.world.look(at), Some(Kind::File(_))) {
                add(Extra::Initrd(at.path), self.entries);
                if nth > BEFORE {
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{KERNELS, read};
    use crate::config::fake::{Disk, Fake, text};

    type Files<'f> = &'f [(&'f str, &'f [u8])];

    /// Reads a disk; gives each entry's files and options in a line, and what was told.
    fn said(uuid: &str, files: Files<'_>) -> (Vec<String>, Vec<String>) {
        let disks = [Disk::new("sda1", uuid, files)];
        let mut memory = vec![0; 1 << 16];
        let mut fake = Fake::new(&disks, &mut memory);
        for _ in 0..2 {
            // The second time there are entries for the disk already.
            fake.give(read, "sda1:/", "/");
        }
        let lines = fake.lines(|entry, paths| {
            assert_eq!(text(entry.title), text(entry.id) + " on sda1");
            format!("{}|{}", paths.join(" "), text(entry.cmdline))
        });
        (lines, fake.told())
    }

    #[test]
    fn names() {
        let rows: &[(Files<'_>, &[&str])] = &[
            (&[("/vmlinuz", b"K")], &["/vmlinuz|"]),
            (&[("/vmlinuz", b"no kernel")], &[]),
            (&[("/vmlinuzx", b"K"), ("/initrd.img", b"")], &[]),
            (
                &[("/vmlinuz", b"K"), ("/boot/vmlinuz-1", b"K")],
                &["/boot/vmlinuz-1|"],
            ),
            (
                &[
                    ("/boot/vmlinuz-6.9", b"K"),
                    ("/boot/vmlinuz-6.10", b"K"),
                    ("/boot/vmlinuz-6.10.old", b"K"),
                    ("/boot/vmlinuz-0-rescue-1", b"K"),
                    ("/boot/bzImage", b"K"),
                    ("/boot/initrd.img-6.10", b""),
                    ("/boot/initrd.img-6.10.old", b""),
                    ("/boot/initrd", b""),
                    ("/boot/amd-ucode.img", b""),
                ],
                &[
                    "/boot/vmlinuz-6.10 /boot/amd-ucode.img /boot/initrd.img-6.10|",
                    "/boot/vmlinuz-6.9 /boot/amd-ucode.img|",
                    "/boot/bzImage /boot/amd-ucode.img /boot/initrd|",
                    "/boot/vmlinuz-6.10.old /boot/amd-ucode.img /boot/initrd.img-6.10.old|",
                    "/boot/vmlinuz-0-rescue-1 /boot/amd-ucode.img|",
                ],
            ),
        ];
        for (files, want) in rows {
            let (lines, told) = said("U", files);
            assert_eq!(lines, *want, "{files:?}");
            assert_eq!(told.is_empty(), want.is_empty(), "{told:?}");
        }
    }

    #[test]
    fn roots() {
        let kernel: (&str, &[u8]) = ("/boot/vmlinuz-1", b"K");
        let ramdisk: (&str, &[u8]) = ("/boot/initrd-1", b"");
        let fstab: (&str, &[u8]) = ("/etc/fstab", b"");
        let line = |rest| format!("/boot/vmlinuz-1{rest}");
        for (uuid, files, want) in [
            (
                "U",
                &[kernel, ramdisk, fstab][..],
                " /boot/initrd-1|root=UUID=U ro",
            ),
            ("U", &[kernel, fstab], "|root=/dev/sda1 ro"),
            (
                "",
                &[kernel, ramdisk, fstab],
                " /boot/initrd-1|root=/dev/sda1 ro",
            ),
            ("U", &[kernel, ("/sbin/init", b"")], "|root=/dev/sda1 ro"),
        ] {
            let (lines, told) = said(uuid, files);
            assert_eq!(lines, [line(want)]);
            assert!(told.is_empty(), "{told:?}");
        }
        let (lines, told) = said("U", &[kernel]);
        assert_eq!(lines, [line("|")]);
        let why = "kernels without a root= option: no root file system is known for them";
        assert_eq!(told, [format!("sda1:/: {why}")]);
    }

    #[test]
    fn more_than_are_kept() {
        let names: Vec<_> = (0..100).map(|nth| format!("/boot/linux-{nth}")).collect();
        let files: Vec<_> = names.iter().map(|name| (&**name, &b"K"[..])).collect();
        assert_eq!(said("", &files).0.len(), KERNELS);
    }
}
