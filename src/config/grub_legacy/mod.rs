//! GRUB legacy's `menu.lst` and `grub.conf`, and those of GRUB4DOS.
//!
//! Given the file, adds its entries, the choice of one, its fallback and the timeout. A line
//! that says nothing here is passed over; what starts another boot loader is left out, and
//! told. The format is the manual of GRUB 0.97, "Configuration" and "Commands", with `uuid` as
//! Ubuntu had it and `find --set-root` as GRUB4DOS has it. Passwords and locks count for
//! nothing: who can start this can start anything.

use super::{File, World, add, name_of, open, path_of};
use crate::entry::{Entries, Extra, Settled, Timeout};
use crate::location::{Device, Id, Location};
use crate::text::{Likeness, Lines, cut, cut_word, last_piece, number, part, place_of, trim};
use heapless::Vec;

/// What a line may begin with, if it says anything here: first what stands before all titles,
/// then what may stand anywhere, then what belongs to a title.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Kind {
    Default,
    Fallback,
    Timeout,
    Title,
    Config,
    Root,
    Uuid,
    Find,
    Kernel,
    Initrd,
    Module,
    Chain,
}

use Kind as K;

/// The names of lines.
const NAMES: &[u8] = b"default fallback timeout title configfile root rootnoverify uuid find \
    findiso kernel initrd module modulenounzip chainloader";

/// The lines of these names, in the same order.
#[rustfmt::skip]
static KINDS: [Kind; 15] = [
    K::Default, K::Fallback, K::Timeout, K::Title, K::Config, K::Root, K::Root, K::Uuid, K::Find,
    K::Find, K::Kernel, K::Initrd, K::Module, K::Module, K::Chain,
];

/// Kernels that are none: they start what wants to be started by firmware.
const LOADERS: &[u8] = b"memdisk grub.exe";

/// How many files one may lead to with `configfile`, one after or below the other.
const FILES: usize = 16;

/// The number of the title before the first.
const NONE: usize = usize::MAX;
/// A number that no title has.
const NEVER: usize = NONE - 1;

const IS_LOADER: &[u8] = b"%:#: '%' is left out: it starts another boot loader";
const NO_CONFIG: &[u8] = b"%:#: '%' is left out: its configuration cannot be read";
const NO_DISK: &[u8] = b"%:#: the disk of '%' is not known here, that of the file is taken";

/// Reads it.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let mut files = Vec::new();
    read_file(file, b"", &mut files, world, entries);
}

/// Reads one of the files, whose entries are in the menu `submenu`.
fn read_file<'t>(
    file: &File<'t>,
    submenu: &'t [u8],
    files: &mut Vec<&'t [u8], FILES>,
    world: &mut dyn World<'t>,
    entries: &mut Entries<'t>,
) {
    let mut reader = Reader {
        file,
        lines: Lines::new(file.text),
        world,
        entries,
        files,
        submenu,
        title: b"",
        line: 0,
        titles: NONE,
        root: file.at.device,
        found: file.at.device,
        is_chain: false,
        is_lost: false,
        config: b"",
        choice: [0, NEVER],
    };
    let _ = reader.files.push(file.name);
    let mut map = Lines::new(reader.sibling(b"device.map"));
    while map.advance() {
        reader
            .world
            .map(cut_drive(&mut map.line.word), map.line.value);
    }
    while reader.lines.advance() {
        if !reader.read_line() {
            return;
        }
    }
    reader.end();
}

/// What is large comes last, so that what reaches the rest is short.
#[repr(C)]
struct Reader<'r, 't> {
    world: &'r mut dyn World<'t>,
    entries: &'r mut Entries<'t>,
    file: &'r File<'t>,
    /// The names of the files that have been read.
    files: &'r mut Vec<&'t [u8], FILES>,
    /// The number of its title in this file.
    titles: usize,
    /// The line of the title of the entry that is being read.
    line: u32,
    /// Whether the entry starts another boot loader.
    is_chain: bool,
    /// Whether the entry names a disk that is not there.
    is_lost: bool,
    /// Its title.
    title: &'t [u8],
    /// The file that the entry goes on with.
    config: &'t [u8],
    /// The numbers of the titles to choose, first and when that fails. All titles count.
    choice: [usize; 2],
    submenu: &'t [u8],
    lines: Lines<'t>,
    /// The disk of paths that name none.
    root: Device<'t>,
    /// The disk of the path that is being read.
    found: Device<'t>,
}

impl<'t> Reader<'_, 't> {
    /// Reads a line; says whether there is room for more.
    #[inline(never)]
    fn read_line(&mut self) -> bool {
        let line = self.lines.line.number;
        let mut word = self.lines.line.word;
        let mut value = self.lines.line.value;
        let name = cut(&mut word, b'=');
        let nth = place_of(name, NAMES, Likeness::Exact);
        let Some(&kind) = nth.and_then(|nth| KINDS.get(nth)) else {
            return true;
        };
        // `default=0` is as good as `default 0`; nobody writes more than a word so.
        if !word.is_empty() {
            value = word;
        }
        while let [b'=' | b' ', rest @ ..] = value {
            value = rest;
        }
        while let [before @ .., b'\\'] = value
            && self.lines.advance()
        {
            let next = &self.lines.line;
            let parts = [trim(before), b" ", next.word, b" ", next.value];
            value = trim(self.world.store().join(&parts));
        }
        if (kind > K::Config && self.titles == NONE) || (kind < K::Title && self.titles != NONE) {
            return true;
        }
        match kind {
            K::Title => return self.begin(value, line),
            K::Config => self.config = value,
            K::Root => {
                self.disk(&mut value);
                self.root = self.found;
            }
            K::Uuid | K::Find => self.find(kind, value),
            K::Kernel => self.kernel(value),
            K::Initrd => {
                while !value.is_empty() {
                    let path = cut_word(&mut value);
                    let path = self.path(path, b"");
                    add(Extra::Initrd(path), self.entries);
                }
            }
            K::Module => {
                let path = cut_word(&mut value);
                let words = self.path(path, value);
                add(Extra::Module(words), self.entries);
            }
            K::Chain => self.is_chain = true,
            K::Timeout => {
                if let Some(source) = self.entries.source_mut()
                    && self.submenu.is_empty()
                {
                    source.timeout = Timeout::parse_number(value);
                }
            }
            K::Default | K::Fallback => self.choose(kind, value),
        }
        true
    }

    /// Ends the entry before, and begins one; says whether there is room for it.
    #[inline(never)]
    fn begin(&mut self, title: &'t [u8], line: u32) -> bool {
        self.end();
        self.titles = self.titles.wrapping_add(1);
        self.line = line;
        self.title = title;
        self.root = self.file.at.device;
        self.is_chain = false;
        self.is_lost = false;
        self.config = b"";
        if !open(self.file, title, line, self.world, self.entries) {
            return false;
        }
        if let Some(entry) = self.entries.last_mut() {
            entry.submenu = self.submenu;
        }
        true
    }

    /// Ends the entry, if there is one: it is kept, or what it leads to is read.
    #[inline(never)]
    fn end(&mut self) {
        let mut before = self.entries.list().len();
        let mut settled = Settled::NoKernel;
        if self.titles != NONE {
            before = before.wrapping_sub(1);
            if self.is_chain {
                self.entries.drop_last();
                self.say(IS_LOADER);
            } else {
                settled = self.entries.settle();
            }
        }
        let kept = settled.number().unwrap_or_else(|| {
            if !self.config.is_empty() && !self.read_other() && self.line > 0 {
                self.say(NO_CONFIG);
            }
            before
        });
        if kept < self.entries.list().len()
            && self.submenu.is_empty()
            && let Some(source) = self.entries.source_mut()
        {
            let [default, fallback] = self.choice;
            if self.titles == default {
                source.default = Some(kept);
            }
            if self.titles == fallback {
                source.fallback = Some(kept);
            }
        }
    }

    /// Tells something of the entry.
    fn say(&mut self, sentence: &[u8]) {
        let numbers = [self.line.into()];
        let notes = self.world.notes();
        notes.say_numbers(sentence, &[self.file.name, self.title], &numbers);
    }

    /// Reads the file that `configfile` names; says whether it could.
    #[inline(never)]
    fn read_other(&mut self) -> bool {
        let mut path = core::mem::take(&mut self.config);
        self.disk(&mut path);
        let device = self.found;
        let at = Location { device, path };
        let name = name_of(&at, self.world.store());
        // The way back to the menu that leads to this one is no menu of its own.
        if self.files.contains(&name) {
            return true;
        }
        if self.files.is_full() {
            return false;
        }
        let Some(text) = self.world.read(&at) else {
            return false;
        };
        let store = self.world.store();
        let bar: &[u8] = if self.submenu.is_empty() { b"" } else { b">" };
        let submenu = store.join(&[self.submenu, bar, self.title]);
        let file = File {
            at,
            name,
            text,
            image: None,
        };
        read_file(&file, submenu, self.files, self.world, self.entries);
        true
    }

    /// `uuid UUID`, or `find --set-root [--ignore-floppies] [--ignore-cd] /path`.
    #[inline(never)]
    fn find(&mut self, kind: Kind, words: &'t [u8]) {
        let mut rest = words;
        let word = cut_argument(&mut rest);
        let found = match kind {
            K::Uuid => self.world.find(&Id::Uuid(word)),
            _ => self.world.find_file(word),
        };
        self.set_found(found);
        self.root = self.found;
    }

    /// `kernel [--type=TYPE] [--no-mem-option] PATH ARGUMENTS`.
    #[inline(never)]
    fn kernel(&mut self, words: &'t [u8]) {
        let mut rest = words;
        let mut path = cut_argument(&mut rest);
        self.disk(&mut path);
        self.check_disk(path);
        let name = last_piece(path, b'/');
        self.is_chain |= place_of(name, LOADERS, Likeness::Case).is_some();
        if let Some(entry) = self.entries.last_mut() {
            entry.root = self.found;
            entry.kernel = path;
            entry.cmdline = rest;
        }
    }

    /// BIOS numbers disks, and differently each time: where a kernel is not on the disk of
    /// that number, but on the file's own, that is the right one. Told is what is not known.
    fn check_disk(&mut self, path: &'t [u8]) {
        let mut at = Location {
            device: self.found,
            path,
        };
        if self.world.look(&at).is_none() {
            at.device = self.file.at.device;
            if self.world.look(&at).is_some() {
                self.root = at.device;
                self.found = at.device;
            } else if self.is_lost {
                self.say(NO_DISK);
            }
        }
    }

    /// A path as entries have it, its disk before it if that is not the kernel's; with what
    /// follows it.
    fn path(&mut self, path: &'t [u8], rest: &'t [u8]) -> &'t [u8] {
        let mut path = path;
        self.disk(&mut path);
        let device = self.found;
        let store = self.world.store();
        let path = path_of(&Location { device, path }, self.entries, store);
        store.words(path, rest)
    }

    /// Finds the disk that a path is on; takes GRUB's name for it off the path.
    #[inline(never)]
    fn disk(&mut self, path: &mut &'t [u8]) {
        let words = cut_drive(path);
        if words.is_empty() {
            self.found = self.root;
            return;
        }
        let mut rest = words;
        let drive = cut(&mut rest, b',');
        // Partitions have numbers from 0, or the letters of BSD.
        let partition = match *cut(&mut rest, b',') {
            [] => 0,
            [letter @ b'a'..=b'p'] => u64::from(letter & 31),
            ref digits => number(digits).unwrap_or(NONE as u64).saturating_add(1),
        };
        let partition = u32::try_from(partition).unwrap_or(u32::MAX);
        let found = self.world.drive(&self.file.at.device, drive, partition);
        self.set_found(found);
    }

    /// Has found a disk; where there is none, it is that of the file.
    #[inline(never)]
    fn set_found(&mut self, found: Option<Device<'t>>) {
        self.is_lost |= found.is_none();
        self.found = found.unwrap_or(self.file.at.device);
    }

    /// The bytes of another file in the file's folder.
    fn sibling(&mut self, name: &[u8]) -> &'t [u8] {
        let at = &self.file.at;
        let slash = at.path.iter().rposition(|byte| *byte == b'/');
        let folder = part(at.path, 0, slash.unwrap_or(0));
        let path = self.world.store().join(&[folder, b"/", name]);
        self.world.read(&Location { path, ..*at }).unwrap_or(b"")
    }

    /// `default NUMBER` or `fallback NUMBER...`; for `saved`, the number is in the file
    /// `default`.
    #[inline(never)]
    fn choose(&mut self, kind: Kind, value: &'t [u8]) {
        let mut value = value;
        if value == b"saved" {
            value = self.sibling(b"default");
            value = cut(&mut value, b'\n');
        }
        let nth = number(cut_word(&mut value)).unwrap_or(0);
        if let Some(choice) = self.choice.get_mut(kind as usize) {
            *choice = usize::try_from(nth).unwrap_or(0);
        }
    }
}

/// Takes the first word that is no option off `rest`.
#[inline(never)]
fn cut_argument<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let mut word = cut_word(rest);
    while word.starts_with(b"--") {
        word = cut_word(rest);
    }
    word
}

/// Takes GRUB's name for a disk off a path, if it begins with one: `hd0,1` of `(hd0,1)/x`.
fn cut_drive<'t>(path: &mut &'t [u8]) -> &'t [u8] {
    let [b'(', rest @ ..] = *path else {
        return b"";
    };
    *path = rest;
    cut(path, b')')
}

#[cfg(test)]
mod tests;
