//! GRUB 2's `grub.cfg`: a small interpreter of GRUB's script language.
//!
//! Given the file, runs it as GRUB would when it starts, and then the body of each menu
//! entry as if it had been chosen: what `linux` and `initrd` are given there makes an entry.
//! Nothing is ever done but to read: `save_env`, `insmod` and their like are passed over.
//!
//! A statement that is not understood is passed over, alone, and told. Steps, depth and
//! memory are bounded. The language is described in GRUB's manual, chapters "Writing your
//! own configuration file" and "Commands".

mod commands;
mod expand;
mod lex;
mod menu;
#[cfg_attr(not(feature = "regexp"), path = "no_regexp.rs")]
mod regexp;
mod run;
mod search;
mod test;
mod variables;

use super::{File, World};
use crate::entry::Entries;
use crate::location::{BOOT_DISK, Device, Id, Location};
use crate::text::{cut, number};
use heapless::Vec;
use lex::Cursor;

/// Words of all commands that are under way.
const WORDS: usize = 512;
/// Variables.
const VARIABLES: usize = 160;
/// Functions.
const FUNCTIONS: usize = 64;
/// Menu entries and submenus.
const ITEMS: usize = 256;
/// Parameters that menu entries have beside their titles, together.
const PARAMETERS: usize = 128;
/// Disk images.
const IMAGES: usize = 8;
/// Commands whose absence was told.
const UNKNOWN: usize = 16;
/// Bytes of script that are looked at, those of loops again each time; and twice the file's,
/// for a body is looked at once to find its end, and once when it is run.
const FUEL: u32 = 1 << 19;
/// What a command, a file that is looked for and a message count as, in such bytes.
const COMMAND: usize = 24;
const LOOK: usize = 200;
const MESSAGE: usize = 400;
/// Statements within statements, functions and files.
const DEPTH: u32 = 48;

/// Reads a `grub.cfg`.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let mut script = Script {
        own: file.at.device,
        place: file.at,
        text: Cursor::new(file.name, b""),
        last: Cursor::new(file.name, b""),
        body: None,
        line: 1,
        world,
        entries,
        status: 0,
        fuel: FUEL.saturating_add(u32::try_from(file.text.len()).unwrap_or(0).wrapping_mul(2)),
        depth: 0,
        flow: Flow::Go,
        mode: Mode::Menu,
        is_over: false,
        has_kernel: false,
        chains: false,
        loops: 0,
        calls: 0,
        at: 0,
        parameters: (0, 0),
        chosen: [None; 2],
        variables: [NONE; VARIABLES],
        functions: Vec::new(),
        words: Vec::new(),
        items: Vec::new(),
        kept: Vec::new(),
        images: Vec::new(),
        unknown: Vec::new(),
    };
    script.set_what_grub_sets(file);
    let text = Cursor::new(file.name, file.text);
    script.whole(text);
    // What the file has used is not missing where its entries are looked at.
    script.fuel = FUEL;
    if script.items.is_empty() && script.has_kernel {
        script.whole_file(text);
    } else {
        script.menu();
    }
}

/// What is being run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A file, or a submenu: entries are remembered.
    Menu,
    /// The body of an entry: what it starts is remembered.
    Entry,
}

/// What comes after a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// The next one.
    Go,
    /// What follows this many loops, the last of them gone through again if `true`.
    Leave(u32, bool),
    /// What follows the function or the file.
    Return,
}

/// A variable; one without a name is free.
#[derive(Clone, Copy)]
struct Variable<'t> {
    name: &'t [u8],
    value: &'t [u8],
    is_exported: bool,
}

const NONE: Variable<'_> = Variable {
    name: &[],
    value: &[],
    is_exported: false,
};

/// What a menu has, in the order in which it has it.
#[derive(Clone, Copy)]
struct Item<'t> {
    kind: Kind,
    title: &'t [u8],
    id: &'t [u8],
    /// The key that chooses it; 0 if none does.
    hotkey: u8,
    body: Cursor<'t>,
    /// The line that it begins on.
    line: u32,
    /// Where its parameters are in `kept`, and how many they are.
    parameters: (usize, usize),
}

/// Kinds of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `menuentry`
    Entry,
    /// `submenu`
    Menu,
    /// `blscfg`: all entries of a folder, which `title` names.
    Folder,
}

/// The interpreter. What is large comes last, so that what reaches the rest is short.
#[repr(C)]
struct Script<'s, 't> {
    world: &'s mut dyn World<'t>,
    entries: &'s mut Entries<'t>,
    /// What is being read.
    text: Cursor<'t>,
    /// The line that the command begins on.
    line: u32,
    /// The last command's; 0 is success.
    status: u32,
    fuel: u32,
    depth: u32,
    flow: Flow,
    mode: Mode,
    /// Whether another menu has taken this one's place.
    is_over: bool,
    /// Whether a kernel was named outside of all entries.
    has_kernel: bool,
    /// Whether the entry starts another boot loader.
    chains: bool,
    /// The loops that `break` may leave, and the functions and bodies that `return` may.
    loops: u32,
    calls: u32,
    /// The number of the command's next word.
    at: usize,
    /// Where the running function's parameters are in `words`, and how many they are.
    parameters: (usize, usize),
    /// Where the piece that was read last begins.
    last: Cursor<'t>,
    /// The command's block.
    body: Option<Cursor<'t>>,
    /// The place that was named last.
    place: Location<'t>,
    /// The disk that the file is on.
    own: Device<'t>,
    /// The entry that the menu begins with, and the one that comes after it.
    chosen: [Option<usize>; 2],
    variables: [Variable<'t>; VARIABLES],
    functions: Vec<(&'t [u8], Cursor<'t>), FUNCTIONS>,
    words: Vec<&'t [u8], WORDS>,
    items: Vec<Item<'t>, ITEMS>,
    kept: Vec<&'t [u8], PARAMETERS>,
    images: Vec<(&'t [u8], Device<'t>), IMAGES>,
    unknown: Vec<&'t [u8], UNKNOWN>,
}

impl<'t> Script<'_, 't> {
    /// Tells something about a line of the script, and a word of it.
    #[inline(never)]
    fn tell(&mut self, sentence: &[u8], line: u32, word: &[u8]) {
        self.burn(MESSAGE);
        let words = [self.text.file, word];
        self.world
            .notes()
            .say_numbers(sentence, &words, &[line.into()]);
    }

    /// Counts work as bytes that were looked at. The last of them is left to what reads on, which
    /// tells it.
    #[inline(never)]
    fn burn(&mut self, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        if self.fuel > 0 {
            self.fuel = self.fuel.saturating_sub(bytes).max(1);
        }
    }

    /// The command's next word; empty after the last.
    #[inline(never)]
    fn argument(&mut self) -> &'t [u8] {
        let word = self.word(self.at);
        self.at = self.at.wrapping_add(1);
        word
    }

    /// The command's next word if it is an option.
    #[inline(never)]
    fn flag(&mut self) -> Option<&'t [u8]> {
        let word = self.word(self.at);
        if !matches!(word, [b'-', ..]) {
            return None;
        }
        Some(self.argument())
    }

    /// Whether the command has more words.
    fn has_more(&self) -> bool {
        self.at < self.words.len()
    }

    /// Those that it has more.
    #[inline(never)]
    fn left(&self) -> &[&'t [u8]] {
        self.words.get(self.at..).unwrap_or_default()
    }

    /// The word of this number.
    #[inline(never)]
    fn word(&self, nth: usize) -> &'t [u8] {
        self.words.get(nth).copied().unwrap_or(&[])
    }

    /// What `root` is to say of a disk. The name of our own has blanks.
    #[inline(never)]
    fn name_of(device: &Device<'t>) -> &'t [u8] {
        match device.id {
            Id::BootDisk => b"boot-disk",
            _ => device.name,
        }
    }

    /// Goes to the place that words name: `(DISK)/path`, or a path on the disk that `root` names.
    #[inline(never)]
    fn aim(&mut self, words: &'t [u8]) {
        self.burn(LOOK);
        let mut path = words;
        let mut device = self.value(b"root");
        if let [b'(', inner @ ..] = words {
            path = inner;
            device = cut(&mut path, b')');
        }
        self.place.device = self.own;
        self.place.path = path;
        self.aim_at_disk(device);
    }

    /// Goes to the disk that words mean: one that a search has found, a disk image, or
    /// `hd0,msdos1`; says whether there is one.
    #[inline(never)]
    fn aim_at_disk(&mut self, words: &'t [u8]) -> bool {
        let words = words.strip_prefix(b"(").unwrap_or(words);
        let words = words.strip_suffix(b")").unwrap_or(words);
        if words.is_empty() || words == Self::name_of(&self.own) {
            self.place.device = self.own;
            return true;
        }
        if let Some((_, image)) = self.images.iter().find(|(name, _)| *name == words) {
            self.place.device = *image;
            return true;
        }
        let mut device = BOOT_DISK;
        let mut found = None;
        if words == Self::name_of(&device) || device.read(words) {
            found = self.world.find(&device.id);
        }
        if found.is_none() {
            let mut rest = words;
            let drive = cut(&mut rest, b',');
            let mut part = cut(&mut rest, b',');
            while let [b'a'..=b'z', digits @ ..] = part {
                part = digits;
            }
            let part = number(part).and_then(|part| u32::try_from(part).ok());
            found = self.world.drive(&self.own, drive, part.unwrap_or(0));
        }
        if let Some(device) = found {
            self.place.device = device;
        }
        found.is_some()
    }
}

#[cfg(test)]
mod tests;
