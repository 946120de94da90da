//! What comes of entries of all formats.

use super::Draft;
use crate::config::fake::{Disk, Fake};
use crate::config::native::{read, read_entry};
use crate::config::{FOREIGN, NAMES};
use crate::entry::{Entries, Extra};
use crate::location::Device;
use crate::notes::Notes;
use crate::text::{matches, trim};
use std::path::Path;

/// The lines of the first entry of a file; what a line lacks its value for ends in a blank.
fn draft_of(file: &str) -> String {
    let mut entries = Entries::new();
    read(b"f", file.as_bytes(), &mut entries, &mut Notes::new());
    let draft = Draft::of(&entries, 0).expect("an entry that fits");
    String::from_utf8(draft.text().to_vec()).expect("text")
}

#[test]
fn lines_of_an_entry() {
    for (file, want) in [
        ("title a", "root the boot disk\nkernel \ninitrd \ncmdline "),
        (
            "title a\nappend b\ncmdline a c\nkernel (sda1)/k\nroot sda2\ninitrd /i\n\
             mount vfat:sdb1 /boot dir\ninitrd /j\nreset-vga\n",
            "root /dev/sda2\nkernel (sda1)/k\ninitrd /i\nmount vfat:sdb1 /boot dir\n\
             initrd /j\ncmdline a c\nappend b\nreset-vga ",
        ),
        (
            "title a\nrootfs ext4:label=My Disk\nmodule /m a=b c\nkernel /xen.gz",
            "root ext4:LABEL=My Disk\nkernel /xen.gz\nmodule /m a=b c\ninitrd \ncmdline ",
        ),
        #[cfg(feature = "programs")]
        (
            "title a\nrun /bin/sh -c 'a b'",
            "root the boot disk\nrun /bin/sh -c 'a b'\ninitrd \ncmdline ",
        ),
        #[cfg(feature = "programs")]
        (
            "title a\nexec /init",
            "root the boot disk\nexec /init\ninitrd \ncmdline ",
        ),
        (
            "title a\nroot UUID=\nkernel /k",
            "# its root line names no disk\nroot the boot disk\nkernel /k\ninitrd \ncmdline ",
        ),
    ] {
        assert_eq!(draft_of(file), want, "{file:?}");
    }
}

#[test]
fn what_cannot_be_edited() {
    let long = [b'x'; super::SIZE];
    let mut entries = Entries::new();
    entries.open(b"a", 1).unwrap();
    assert!(Draft::of(&entries, 1).is_none());
    assert!(Draft::of(&entries, usize::MAX).is_none());
    for (length, fits) in [(4000, true), (4096, false)] {
        entries.last_mut().unwrap().cmdline = &long[..length];
        assert_eq!(Draft::of(&entries, 0).is_some(), fits, "{length}");
    }
}

/// A value as a line can say it.
fn said(value: &[u8]) -> Vec<u8> {
    let bytes = value.iter();
    let blanks: Vec<_> = bytes
        .map(|byte| if *byte == b'\n' { b' ' } else { *byte })
        .collect();
    trim(&blanks).to_vec()
}

/// Has an entry's lines be read, and compares what comes of them with the entry.
fn assert_the_same(entries: &Entries<'_>, nth: usize, what: &str) {
    let draft = Draft::of(entries, nth).expect("an entry that fits");
    let mut again = Entries::new();
    let mut notes = Notes::new();
    read_entry(b"edited", b"a", draft.text(), &mut again, &mut notes);
    assert_eq!(notes.lines().next(), None, "{what}");
    let (one, [other]) = (&entries.list()[nth], again.list()) else {
        panic!("{what}: one entry");
    };
    assert_eq!(
        (one.root.fstype, one.root.id),
        (other.root.fstype, other.root.id),
        "{what}"
    );
    assert_eq!(one.reset_vga, other.reset_vga, "{what}");
    let is_program = !one.program.is_empty();
    assert!(!is_program || one.is_exec == other.is_exec, "{what}");
    for (was, is) in [
        (one.program, other.program),
        (one.kernel, other.kernel),
        (one.cmdline, other.cmdline),
        (one.append, other.append),
    ] {
        assert_eq!(said(was), is, "{what}");
    }
    let parts = |extra: &Extra<'_>| match *extra {
        Extra::Initrd(path) => ("initrd", said(path), vec![]),
        Extra::Module(words) => ("module", said(words), vec![]),
        Extra::Mount(disk, folder) => ("mount", said(disk), said(folder)),
    };
    let was: Vec<_> = entries.extras(nth).iter().map(parts).collect();
    let is: Vec<_> = again.extras(0).iter().map(parts).collect();
    assert_eq!(was, is, "{what}");
}

#[test]
fn the_same_entry_comes_of_it() {
    let disks = [
        "the boot disk",
        "vfat:the boot disk",
        "rootfs",
        "debug",
        "sda1",
        "/dev/rootfs",
        "/dev//dev/x",
        "/dev/LABEL=x",
        "vfat:/dev/cciss/c0d0p1",
        "a b:sda1",
        "LABEL=a:b=c d",
        "iso9660:label=x",
        "uuid=12AB-34CD",
        "PARTUUID=1badb002-01",
        "PARTLABEL=EFI System",
        "nojail,sda1",
        "auto:sda1",
    ];
    let values: [&[u8]; 6] = [
        b"",
        b"/vmlinuz",
        b"(UUID=12AB-34CD)/a b/\xc3\xbc",
        b"root=/dev/sda1 \"a b\" # kernel x=\\ \t \x1b[2J\x80",
        b"#",
        b" one\nkernel two\n",
    ];
    for disk in disks {
        for value in values {
            let mut entries = Entries::new();
            entries.open(b"a", 1).unwrap();
            let entry = entries.last_mut().unwrap();
            entry.root = Device::parse(disk.as_bytes()).unwrap();
            // As readers of other loaders' files have it: called what the kernel calls it.
            entry.root.name = b"sda1";
            entry.kernel = value;
            entry.cmdline = value;
            entry.append = value;
            entry.reset_vga = value.is_empty();
            let mut extras = vec![Extra::Mount(b"sda9", b"/boot x")];
            if !value.is_empty() {
                extras.extend([Extra::Initrd(value), Extra::Module(value)]);
                extras.extend([Extra::Initrd(b"/i"), Extra::Initrd(value)]);
            }
            for extra in &extras {
                entries.add(*extra).unwrap();
            }
            assert_the_same(&entries, 0, &format!("{disk} {value:?}"));
        }
    }
}

/// The files below a folder: their paths there, and their bytes.
fn files_of(folder: &Path, below: &str, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{below}/{name}");
        if path.is_dir() {
            files_of(&path, &name, into);
        } else if let Ok(bytes) = std::fs::read(&path) {
            into.push((name, bytes));
        }
    }
}

/// Whether a format's pattern is the path of a file, or a folder that the file is in.
fn is_at(pattern: &[u8], path: &str) -> bool {
    let folder = path.rfind('/').map_or(0, |at| at + 1);
    let path = if pattern.ends_with(b"/") {
        &path[..folder]
    } else {
        path
    };
    matches(pattern, path.as_bytes())
}

/// Every sample, by every reader.
#[test]
fn entries_of_all_samples() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut all = Vec::new();
    files_of(&samples, "", &mut all);
    let disk_of = |name: &String| {
        let mut parts = ["/disk/", "/stick/", "/one/", "/two/", "/all/", "/good/"].iter();
        let end = parts.find_map(|part| Some(name.find(part)? + part.len() - 1));
        Some(name[..end?].to_owned())
    };
    let mut folders: Vec<_> = all.iter().filter_map(|(name, _)| disk_of(name)).collect();
    folders.dedup();
    let mut counts = std::collections::BTreeMap::new();
    for folder in &folders {
        let files: Vec<_> = all
            .iter()
            .filter_map(|(name, bytes)| Some((name.strip_prefix(folder.as_str())?, &bytes[..])))
            .filter(|(name, _)| name.starts_with('/'))
            .collect();
        let disks = [Disk::new("sda1", "12AB-34CD", &files)];
        for (path, text) in &files {
            let mut count = |format, entries: &Entries<'_>| {
                for nth in 0..entries.list().len() {
                    assert_the_same(entries, nth, &format!("{folder}{path} {nth}"));
                    *counts.entry(format).or_insert(0) += 1;
                }
            };
            if NAMES
                .iter()
                .any(|name| path.strip_prefix('/') == Some(name))
            {
                let mut entries = Entries::new();
                read(b"f", text, &mut entries, &mut Notes::new());
                count("native", &entries);
            }
            for format in FOREIGN {
                let mut patterns = format.paths.split(|byte| *byte == b' ');
                let Some(pattern) = patterns.find(|pattern| is_at(pattern, path)) else {
                    continue;
                };
                let folder = std::str::from_utf8(pattern).unwrap_or_default();
                let mut memory = vec![0; 1 << 20];
                let mut fake = Fake::new(&disks, &mut memory);
                fake.give(
                    format.read,
                    "f",
                    if folder.ends_with('/') { folder } else { path },
                );
                count(format.name, &fake.entries);
            }
        }
    }
    // Samples have neither kernels nor ISO files; of all else there are some.
    for format in FOREIGN {
        let has_none = matches!(format.name, "iso" | "kernels");
        assert!(has_none || counts.contains_key(format.name), "{counts:?}");
    }
    assert!(counts.get("native").is_some_and(|count| *count > 20));
}

#[test]
fn lines_are_set_and_added() {
    let mut draft = Draft::new();
    for (is_set, directive, value, want) in [
        (true, "kernel", "/k", "kernel /k"),
        (true, "cmdline", "", "kernel /k"),
        (false, "initrd", "/i", "kernel /k\ninitrd /i"),
        (false, "initrd", "/j", "kernel /k\ninitrd /i\ninitrd /j"),
        (true, "Kernel", "/l", "Kernel /l\ninitrd /i\ninitrd /j"),
        (true, "kern", "x", "Kernel /l\ninitrd /i\ninitrd /j\nkern x"),
        (true, "initrd", "/k l", "Kernel /l\ninitrd /k l\nkern x"),
        (true, "kern", "", "Kernel /l\ninitrd /k l"),
        (false, "reset-vga", "", "Kernel /l\ninitrd /k l\nreset-vga "),
        (
            true,
            "kernel",
            "a\nb",
            "kernel a b\ninitrd /k l\nreset-vga ",
        ),
        (true, "initrd", "", "kernel a b\nreset-vga "),
    ] {
        let (directive, value) = (directive.as_bytes(), value.as_bytes());
        let has_room = if is_set {
            draft.set(directive, value)
        } else {
            draft.add(directive, value)
        };
        assert!(has_room);
        assert_eq!(String::from_utf8_lossy(draft.text()), want);
    }
}

#[test]
fn a_full_draft_stays_what_it_was() {
    let mut draft = Draft::new();
    assert!(draft.add(b"append", &[b'x'; 4000]));
    let before = draft.text().to_vec();
    assert!(!draft.add(b"cmdline", &[b'y'; 100]));
    assert!(!draft.set(b"cmdline", &[b'y'; 100]));
    assert!(!draft.set(b"append", &[b'y'; 5000]));
    assert_eq!(draft.text(), before);
    assert!(draft.set(b"append", &[b'y'; 4089]));
    assert_eq!(draft.text().len(), 4096);
}
