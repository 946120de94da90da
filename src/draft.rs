//! An entry as lines of our own configuration, to be changed and read again.
//!
//! Given entries of any format, gives text that [`crate::config::native::read_entry`] makes the
//! same entry of. What the person may want to fill has a line, though its value be empty.

use crate::editor::SIZE;
use crate::entry::{Entries, Extra};
use crate::location::{BOOT_DISK, Device, Id};
use crate::text::{cut, same, split_word};
use heapless::Vec;

/// Lines, LF between them.
pub struct Draft {
    text: Vec<u8, SIZE>,
}

impl Draft {
    /// No lines.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: Vec::new() }
    }

    /// An entry's lines; `None` where there is no entry of this number, or it has more than
    /// [`SIZE`] bytes. What keeps it from being booted is a comment.
    #[inline(never)]
    #[must_use]
    pub fn of(entries: &Entries<'_>, nth: usize) -> Option<Self> {
        let entry = entries.list().get(nth)?;
        let mut draft = Self::new();
        if let Some(problem) = entry.broken {
            draft.line(b"#", &[problem.as_bytes()])?;
        }
        let Device { fstype, id, .. } = entry.root;
        let colon: &[u8] = if fstype.is_empty() { b"" } else { b":" };
        let (tag, value): (&[u8], &[u8]) = match id {
            Id::BootDisk => (b"", BOOT_DISK.name),
            Id::Initramfs => (b"", b"rootfs"),
            Id::Name(name) => (b"/dev/", name),
            Id::Label(label) => (b"LABEL=", label),
            Id::Uuid(id) => (b"UUID=", id),
            Id::PartUuid(id) => (b"PARTUUID=", id),
            Id::PartLabel(label) => (b"PARTLABEL=", label),
        };
        draft.line(b"root", &[fstype, colon, tag, value])?;
        if entry.program.is_empty() {
            draft.line(b"kernel", &[entry.kernel])?;
        } else {
            let directive: &[u8] = if entry.is_exec { b"exec" } else { b"run" };
            draft.line(directive, &[entry.program])?;
        }
        let mut has_ramdisk = false;
        for extra in entries.extras(nth) {
            match *extra {
                Extra::Initrd(path) => {
                    has_ramdisk = true;
                    draft.line(b"initrd", &[path])
                }
                Extra::Module(words) => draft.line(b"module", &[words]),
                Extra::Mount(disk, folder) => draft.line(b"mount", &[disk, b" ", folder]),
            }?;
        }
        if !has_ramdisk {
            draft.line(b"initrd", &[])?;
        }
        draft.line(b"cmdline", &[entry.cmdline])?;
        if !entry.append.is_empty() {
            draft.line(b"append", &[entry.append])?;
        }
        if entry.reset_vga {
            draft.line(b"reset-vga", &[])?;
        }
        Some(draft)
    }

    /// The lines.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Adds a line; says whether there was room, and changes nothing if not.
    #[inline(never)]
    pub fn add(&mut self, directive: &[u8], value: &[u8]) -> bool {
        let before = self.text.len();
        let is_added = self.line(directive, &[value]).is_some();
        if !is_added {
            self.text.truncate(before);
        }
        is_added
    }

    /// Has one line of a directive in the place of its first, or at the end if it has none; no
    /// line if the value is empty. Says whether there was room, and changes nothing if not.
    #[inline(never)]
    pub fn set(&mut self, directive: &[u8], value: &[u8]) -> bool {
        let mut changed = Self::new();
        let mut is_set = value.is_empty();
        let mut has_room = true;
        let mut rest: &[u8] = &self.text;
        while !rest.is_empty() {
            let line = cut(&mut rest, b'\n');
            let (word, before) = split_word(line);
            if !same(word, directive) {
                has_room &= changed.add(word, before);
            } else if !is_set {
                is_set = true;
                has_room &= changed.add(directive, value);
            }
        }
        if !is_set {
            has_room &= changed.add(directive, value);
        }
        if has_room {
            *self = changed;
        }
        has_room
    }

    /// Adds a line whose value is these parts; `None` where it did not fit.
    #[inline(never)]
    fn line(&mut self, directive: &[u8], value: &[&[u8]]) -> Option<()> {
        if !self.text.is_empty() {
            self.text.push(b'\n').ok()?;
        }
        self.text.extend_from_slice(directive).ok()?;
        self.text.push(b' ').ok()?;
        for byte in value.iter().copied().flatten() {
            // What ends a line would make another directive of the rest.
            let byte = if *byte == b'\n' { b' ' } else { *byte };
            self.text.push(byte).ok()?;
        }
        Some(())
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use crate::config::native::{read, read_entry};
    use crate::entry::{Entries, Extra};
    use crate::location::Device;
    use crate::notes::Notes;

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
                "title a\nappend b\ncmdline a c\nkernel (sda1)/k\nroot sda2\ninitrd /i\n\
                 mount vfat:sdb1 /boot dir\ninitrd /j\nreset-vga\n",
                "root /dev/sda2\nkernel (sda1)/k\ninitrd /i\nmount vfat:sdb1 /boot dir\n\
                 initrd /j\ncmdline a c\nappend b\nreset-vga ",
            ),
            (
                "title a\nrootfs ext4:label=My Disk\nmodule /m a=b c\nkernel /xen.gz",
                "root ext4:LABEL=My Disk\nkernel /xen.gz\nmodule /m a=b c\ninitrd \ncmdline ",
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
        // What is on a line in the file of its own loader; and whether it comes back as it is.
        let values: [(&[u8], bool); 6] = [
            (b"", true),
            (b"/vmlinuz", true),
            (b"(UUID=12AB-34CD)/a b/\xc3\xbc", true),
            (b"root=/dev/sda1 \"a b\" # kernel x=\\ \t \x1b[2J\x80", true),
            (b"#", true),
            (b"one\nkernel two", false),
        ];
        for disk in disks {
            for (value, is_same) in values {
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
                let draft = Draft::of(&entries, 0).unwrap();

                let mut again = Entries::new();
                let mut notes = Notes::new();
                read_entry(b"edited", b"a", draft.text(), &mut again, &mut notes);
                assert_eq!(notes.added(), 0, "{:?}", notes.lines().next());
                let (one, other) = (&entries.list()[0], &again.list()[0]);
                assert_eq!(
                    (one.root.fstype, one.root.id),
                    (other.root.fstype, other.root.id)
                );
                assert_eq!(one.reset_vga, other.reset_vga);
                let want = if is_same { value } else { b"one kernel two" };
                for found in [other.kernel, other.cmdline, other.append] {
                    assert_eq!(found, want, "{disk} {value:?}");
                }
                if is_same {
                    assert_eq!(again.extras(0), extras, "{disk} {value:?}");
                }
                assert_eq!(again.extras(0).len(), extras.len(), "{disk} {value:?}");
            }
        }
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
}
