//! An entry as lines of our own configuration, to be changed and read again.
//!
//! Given entries of any format, gives text that [`crate::config::native::read_entry`] makes the
//! same entry of. What the person may want to fill has a line, though its value be empty.

use crate::editor::SIZE;
use crate::entry::{Entries, Extra};
use crate::location::{BOOT_DISK, Device, Id};
use crate::out::Put;
use crate::text::{cut, same, split_word};
use heapless::Vec;

/// Lines, LF between them.
pub struct Draft {
    /// One byte longer than what is kept, so that it is known what did not fit.
    text: Vec<u8, { SIZE + 1 }>,
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
            draft.line(b"#", problem.as_bytes());
        }
        let Device { fstype, id, .. } = entry.root;
        let (tag, value): (&[u8], &[u8]) = match id {
            Id::BootDisk => (b"", BOOT_DISK.name),
            Id::Initramfs => (b"", b"rootfs"),
            Id::Name(name) => (b"/dev/", name),
            Id::Label(label) => (b"LABEL=", label),
            Id::Uuid(id) => (b"UUID=", id),
            Id::PartUuid(id) => (b"PARTUUID=", id),
            Id::PartLabel(label) => (b"PARTLABEL=", label),
        };
        draft.line(b"root", fstype);
        if !fstype.is_empty() {
            draft.put(b":");
        }
        draft.put(tag);
        draft.put(value);
        if entry.program.is_empty() {
            draft.line(b"kernel", entry.kernel);
        } else {
            let directive: &[u8] = if entry.is_exec { b"exec" } else { b"run" };
            draft.line(directive, entry.program);
        }
        let mut has_ramdisk = false;
        for extra in entries.extras(nth) {
            match *extra {
                Extra::Initrd(path) => {
                    has_ramdisk = true;
                    draft.line(b"initrd", path);
                }
                Extra::Module(words) => draft.line(b"module", words),
                Extra::Mount(disk, folder) => {
                    draft.line(b"mount", disk);
                    draft.put(b" ");
                    draft.put(folder);
                }
            }
        }
        if !has_ramdisk {
            draft.line(b"initrd", b"");
        }
        draft.line(b"cmdline", entry.cmdline);
        if !entry.append.is_empty() {
            draft.line(b"append", entry.append);
        }
        if entry.reset_vga {
            draft.line(b"reset-vga", b"");
        }
        Some(draft).filter(|draft| !draft.text.is_full())
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
        self.line(directive, value);
        let has_room = !self.text.is_full();
        if !has_room {
            self.text.truncate(before);
        }
        has_room
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

    /// Adds a line. What does not fit is lost, and fills the text.
    #[inline(never)]
    fn line(&mut self, directive: &[u8], value: &[u8]) {
        if !self.text.is_empty() {
            self.text.put(b"\n");
        }
        self.put(directive);
        self.put(b" ");
        self.put(value);
    }

    /// Adds to the last line. What would end it, and make another directive of the rest, is a
    /// blank.
    #[inline(never)]
    fn put(&mut self, value: &[u8]) {
        for byte in value {
            let byte = if *byte == b'\n' { b' ' } else { *byte };
            let _ = self.text.push(byte);
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
