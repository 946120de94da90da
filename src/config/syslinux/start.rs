//! What a label starts.
//!
//! Given the entry of a label, makes it one of a Linux kernel with its ramdisks or of a Multiboot
//! kernel with its modules; or adds those of the configuration that it leads to. What starts no
//! kernel is left out, and it is told. The kinds of files and what their names end with are those
//! of the Syslinux wiki, Config, section KERNEL; doc/mboot.txt and doc/menu.txt have the
//! programs' arguments.

use super::{Directive as D, NO_CHOICE, Reader};
use crate::config::{Kind, add, join, leave_out, take_option};
use crate::entry::Extra;
use crate::location::Location;
use crate::text::{Likeness, cut, cut_word, last_piece, place_of, split_word, trim};

/// The label that starts this loader on its own media.
pub(super) const OURS: &[u8] = b"kexec-loader";

/// The programs that load a kernel or show a menu.
const PROGRAMS: &[u8] = b"mboot.c32 linux.c32 menu.c32 vesamenu.c32";

/// What programs' names end with, after the dot, or are.
const EXTENSIONS: &[u8] = b"c32 0 bs bss cbt com memdisk";

/// The number of the program of this path, among those.
#[inline(never)]
fn program(path: &[u8]) -> Option<usize> {
    place_of(last_piece(path, b'/'), PROGRAMS, Likeness::Case)
}

/// Whether the program of this path shows a menu.
pub(super) fn is_menu(path: &[u8]) -> bool {
    program(path) >= Some(2)
}

/// Whether the file of this path is no kernel, by its name.
fn is_program(path: &[u8]) -> bool {
    let extension = last_piece(last_piece(path, b'/'), b'.');
    place_of(extension, EXTENSIONS, Likeness::Case).is_some()
}

/// Takes what stands before the next word `---` off `rest`, and that word.
#[inline(never)]
fn cut_part<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let whole = *rest;
    loop {
        let before = whole.len().wrapping_sub(rest.len());
        match cut_word(rest) {
            [] => return whole,
            b"---" => return trim(whole.get(..before).unwrap_or(whole)),
            _ => {}
        }
    }
}

impl<'t> Reader<'_, 't> {
    /// Ends the entry of a label; gives its number if it stays.
    #[inline(never)]
    pub(super) fn start(&mut self, kind: D) -> Option<usize> {
        let files = self.fill(kind)?;
        if files.is_empty() {
            return self.entries.settle().number();
        }
        self.submenu(files);
        None
    }

    /// Fills the entry of a label; gives the files that it is a menu of.
    fn fill(&mut self, kind: D) -> Option<&'t [u8]> {
        let entry = self.entries.last_mut()?;
        let (mut name, own) = split_word(entry.kernel);
        let initrd = core::mem::take(&mut entry.cmdline);
        let label = entry.id;
        let words = entry.kernel;
        let mut options = entry.append;
        entry.kernel = &[];
        entry.append = &[];
        if label == OURS {
            return Some(&[]);
        }
        if options == b"-" {
            options = &[];
        }
        if kind == D::Config {
            let folder = options;
            if folder != self.choice.append {
                entry.append = folder;
            }
            return Some(words);
        }
        options = self.world.store().words(own, options);
        let mut loader = None;
        if matches!(kind, D::Com32 | D::Other) || kind != D::Linux && is_program(name) {
            loader = program(name);
            match loader {
                None => {
                    let what = last_piece(name, b'/');
                    let why: [&[u8]; 3] = [b"'", what, b"' starts no kernel"];
                    leave_out(&why, self.world, self.entries);
                    return Some(&[]);
                }
                Some(0 | 1) => {}
                // One that names no file leads back to the menu that it is in.
                Some(_) => {
                    if options.is_empty() {
                        self.choice.menu = label;
                    }
                    return Some(options);
                }
            }
        }
        let mut modules = options;
        if loader == Some(0) {
            options = cut_part(&mut modules);
        }
        if loader.is_some() {
            name = cut_word(&mut options);
        }
        let path = self.path(name);
        if kind == D::Label {
            // It may name a kernel, or be a line of text.
            let device = self.file.at.device;
            let found = self.world.look(&Location { device, path });
            if !matches!(found, Some(Kind::File(_))) {
                return Some(&[]);
            }
        }
        if loader == Some(0) {
            while !modules.is_empty() {
                let (name, arguments) = split_word(cut_part(&mut modules));
                if !name.is_empty() {
                    let path = self.path(name);
                    let words = self.world.store().words(path, arguments);
                    add(Extra::Module(words), self.entries);
                }
            }
        } else {
            let mut list = initrd;
            if let Some(value) = take_option(&mut options, b"initrd=", self.world) {
                list = value;
            }
            while !list.is_empty() {
                let name = trim(cut(&mut list, b','));
                if !name.is_empty() {
                    add(Extra::Initrd(self.path(name)), self.entries);
                }
            }
        }
        let entry = self.entries.last_mut()?;
        entry.kernel = path;
        entry.cmdline = options;
        Some(&[])
    }

    /// Reads the files that a label names, as the submenu of its title.
    fn submenu(&mut self, files: &'t [u8]) {
        let Some(entry) = self.entries.last_mut() else {
            return;
        };
        let (title, folder) = (entry.title, entry.append);
        self.entries.drop_last();
        if !self.enter(title) {
            return;
        }
        let choice = core::mem::replace(&mut self.choice, NO_CHOICE);
        let (outer, before) = (self.outer, self.folder);
        self.outer = self.menus.len();
        if !folder.is_empty() {
            let folder = folder.strip_suffix(b"/").unwrap_or(folder);
            self.folder = join(self.path(folder), b"/", self.world);
        }
        let mut rest = files;
        while !rest.is_empty() {
            let name = cut_word(&mut rest);
            // The first file is also called `~`, which is no file's name.
            self.read(self.path(name), None);
        }
        self.finish();
        self.menus.truncate(self.outer.wrapping_sub(1));
        self.outer = outer;
        self.folder = before;
        self.choice = choice;
    }
}
