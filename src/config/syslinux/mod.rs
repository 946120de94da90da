//! The files of syslinux, isolinux, extlinux and pxelinux.
//!
//! Given such a file, adds an entry for each of its labels that starts a Linux or Multiboot
//! kernel, in the menu's order and with the submenus' titles, and says what it boots by itself
//! and when. What it includes is read as a part of it; what a label names as another
//! configuration is a submenu. It never reads a file twice that way, and never runs a program
//! of syslinux's: those that show menus or load kernels are known by name.
//!
//! The format is that of the Syslinux wiki's pages Config and Menu, of version 6, and of
//! doc/menu.txt; where they are silent, what version 6 does.

use super::{File, World, join, name_with, open};
use crate::entry::{Entries, Timeout};
use crate::location::Location;
use crate::text::{
    Likeness, Line, Lines, cut, cut_word, last_piece, number, place_of, same, split_word,
};
use heapless::Vec;

use start::{OURS, is_menu};

mod start;
#[cfg(test)]
mod tests;

/// How many files one configuration may have.
const FILES: usize = 64;
/// How deep files may include files, and menus may lie in menus.
const DEPTH: usize = 8;

/// What a line may begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Label,
    Kernel,
    Linux,
    Com32,
    Config,
    /// What starts no kernel.
    Other,
    Append,
    Initrd,
    Default,
    OnTimeout,
    Timeout,
    TotalTimeout,
    Prompt,
    Ui,
    Include,
    Menu,
    Text,
    SysAppend,
    MenuLabel,
    MenuTitle,
    MenuBegin,
    MenuEnd,
    MenuDefault,
    MenuHide,
    /// What makes a label a line of text, or a way around the menus.
    MenuText,
    MenuSeparator,
}

use Directive as D;

/// The names of directives, which are compared without regard to case.
const NAMES: &[u8] =
    b"label kernel linux com32 config boot bss pxe fdimage comboot localboot append initrd \
    default ontimeout timeout totaltimeout prompt ui include menu text ipappend sysappend";

/// The directives of these names, in the same order.
#[rustfmt::skip]
static DIRECTIVES: [Directive; 24] = [
    D::Label, D::Kernel, D::Linux, D::Com32, D::Config, D::Other, D::Other, D::Other, D::Other,
    D::Other, D::Other, D::Append, D::Initrd, D::Default, D::OnTimeout, D::Timeout,
    D::TotalTimeout, D::Prompt, D::Ui, D::Include, D::Menu, D::Text, D::SysAppend, D::SysAppend,
];

/// What may follow `MENU`.
const MENU_NAMES: &[u8] =
    b"label title begin end default hide disable disabled goto exit quit separator include";

/// The directives of these names, in the same order.
#[rustfmt::skip]
static MENU_DIRECTIVES: [Directive; 13] = [
    D::MenuLabel, D::MenuTitle, D::MenuBegin, D::MenuEnd, D::MenuDefault, D::MenuHide,
    D::MenuText, D::MenuText, D::MenuText, D::MenuText, D::MenuText, D::MenuSeparator, D::Include,
];

/// What a configuration says beside its labels.
#[derive(Clone, Copy)]
struct Choice<'t> {
    append: &'t [u8],
    /// The label that is booted by itself, or a kernel and its options.
    default: &'t [u8],
    on_timeout: &'t [u8],
    /// The file and the number of the line that has what is booted by itself.
    at: (&'t [u8], u32),
    /// `TIMEOUT` and `TOTALTIMEOUT`, in tenths of seconds.
    timeout: u32,
    total: u32,
    prompt: u32,
    has_ui: bool,
    /// The label that shows the menu, if one does.
    menu: &'t [u8],
    /// Whether the menu has a label to begin with: its first, or the one of `MENU DEFAULT`.
    has_first: bool,
    /// The number of that label's entry, if it was not left out.
    first: Option<usize>,
}

const NO_CHOICE: Choice = Choice {
    append: &[],
    default: &[],
    on_timeout: &[],
    at: (&[], 0),
    timeout: 0,
    total: 0,
    prompt: 0,
    has_ui: false,
    menu: &[],
    has_first: false,
    first: None,
};

#[repr(C)] // What is near the front takes less code to reach.
struct Reader<'r, 't> {
    world: &'r mut dyn World<'t>,
    entries: &'r mut Entries<'t>,
    /// What messages have before the path of a file.
    disk: &'t [u8],
    /// The folder that paths are relative to, a `/` at its end.
    folder: &'t [u8],
    depth: usize,
    /// How many of them are around the whole file.
    outer: usize,
    /// Whether the last of them has its `MENU LABEL`.
    is_named: bool,
    /// In a label, which directive names what it starts: `Label` where none does, `MenuText` where
    /// it starts nothing, whatever else it says. Its entry has been begun: `kernel` is what it
    /// starts, `append` are its options, and `cmdline` is the list of its ramdisks.
    kind: Option<Directive>,
    is_default: bool,
    /// Whether there is no room for more entries, which was told.
    is_full: bool,
    choice: Choice<'t>,
    /// The first file; its name is that of the file that is being read.
    file: File<'t>,
    /// The paths of the menus that we are in.
    menus: Vec<&'t [u8], DEPTH>,
    /// The paths of the files that were read.
    files: Vec<&'t [u8], FILES>,
}

/// Reads it.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let path = file.at.path;
    let folder = path.strip_suffix(last_piece(path, b'/')).unwrap_or(path);
    let before = entries.list().len();
    let mut reader = Reader {
        world,
        entries,
        file: *file,
        disk: file.name.strip_suffix(path).unwrap_or(&[]),
        // PXELINUX's own folder is the one above that of its configurations.
        folder: folder.strip_suffix(b"pxelinux.cfg/").unwrap_or(folder),
        files: Vec::new(),
        depth: 0,
        choice: NO_CHOICE,
        menus: Vec::new(),
        outer: 0,
        is_named: false,
        kind: None,
        is_default: false,
        is_full: false,
    };
    reader.read(path, Some(file.text));
    reader.finish();
    reader.choose();
    // What starts nothing but this loader is no other loader's.
    if reader.choice.default == OURS && reader.entries.list().len() == before {
        reader.entries.drop_source();
    }
}

impl<'t> Reader<'_, 't> {
    /// Reads a file as a part of what is being read; `text` are its bytes, if they are known.
    #[inline(never)]
    fn read(&mut self, path: &'t [u8], text: Option<&'t [u8]>) {
        // A label's configuration often includes, or leads back to, what it was named by.
        let is_again = self.outer > 0 && self.files.contains(&path);
        if is_again || self.depth >= DEPTH || self.files.push(path).is_err() {
            return;
        }
        let device = self.file.at.device;
        let at = Location { device, path };
        let before = self.file.name;
        let text = text.or_else(|| {
            self.file.name = name_with([self.disk, b""], path, self.world.store());
            self.world.read(&at)
        });
        let text = text.unwrap_or_default();
        self.depth = self.depth.wrapping_add(1);
        let mut lines = Lines::new(text);
        while lines.advance() {
            if self.line(&lines.line) == Some(D::Text) {
                while lines.advance() && !same(lines.line.word, b"endtext") {}
            }
        }
        self.depth = self.depth.wrapping_sub(1);
        self.file.name = before;
    }

    /// Reads a line; gives what it is.
    fn line(&mut self, line: &Line<'t>) -> Option<Directive> {
        let mut value = line.value;
        let mut directive = *DIRECTIVES.get(place_of(line.word, NAMES, Likeness::Case)?)?;
        if directive == D::Menu {
            let word = cut_word(&mut value);
            directive = *MENU_DIRECTIVES.get(place_of(word, MENU_NAMES, Likeness::Case)?)?;
        }
        let choice = &mut self.choice;
        match directive {
            D::Label => {
                self.finish();
                self.begin_label(value, line.number);
            }
            D::Default | D::OnTimeout => {
                let is_default = directive == D::Default;
                if !is_default || choice.on_timeout.is_empty() {
                    choice.at = (self.file.name, line.number);
                }
                if is_default {
                    choice.default = value;
                } else {
                    choice.on_timeout = value;
                }
            }
            D::Timeout | D::TotalTimeout | D::Prompt => {
                let place = match directive {
                    D::Timeout => &mut choice.timeout,
                    D::TotalTimeout => &mut choice.total,
                    _ => &mut choice.prompt,
                };
                let number = number(split_word(value).0).unwrap_or(0);
                *place = u32::try_from(number).unwrap_or(u32::MAX);
            }
            D::Ui => choice.has_ui = true,
            D::Include => {
                let (name, tag) = split_word(value);
                if !tag.is_empty() {
                    self.begin(tag);
                }
                self.read(self.path(name), None);
                if !tag.is_empty() {
                    self.end();
                }
            }
            D::SysAppend => {
                let sentence = b"%:#: what '% %' adds to the command line is left out";
                self.world
                    .notes()
                    .say_of_line(sentence, self.file.name, line);
            }
            D::MenuTitle if !self.is_named => self.name_menu(value),
            D::MenuBegin => self.begin(value),
            D::MenuEnd => self.end(),
            D::MenuSeparator => self.finish(),
            // What it starts is called by its directive.
            D::Other => self.of_label(directive, line.word),
            _ => self.of_label(directive, value),
        }
        Some(directive)
    }

    /// Begins a label, if there is room.
    #[inline(never)]
    fn begin_label(&mut self, name: &'t [u8], line: u32) {
        if self.is_full || !open(&self.file, name, line, self.world, self.entries) {
            self.is_full = true;
            return;
        }
        self.kind = Some(D::Label);
        self.is_default = false;
        if let Some(entry) = self.entries.last_mut() {
            entry.id = name;
            entry.kernel = name;
            entry.append = self.choice.append;
            entry.submenu = self.menus.last().copied().unwrap_or(&[]);
        }
    }

    /// A line that belongs to a label; or stands for all, or for a menu, outside of labels.
    #[inline(never)]
    fn of_label(&mut self, directive: Directive, value: &'t [u8]) {
        let title = self.plain(value);
        let Some(entry) = self.entries.last_mut().filter(|_| self.kind.is_some()) else {
            match directive {
                D::Append => self.choice.append = value,
                D::MenuLabel => {
                    self.name_menu(value);
                    self.is_named = true;
                }
                _ => {}
            }
            return;
        };
        match directive {
            D::Append => entry.append = value,
            D::Initrd => entry.cmdline = value,
            D::MenuLabel => {
                entry.title = title;
                let mut key = value;
                cut(&mut key, b'^');
                entry.hotkey = key.first().map_or(0, u8::to_ascii_lowercase);
            }
            D::MenuDefault => self.is_default = true,
            // What is booted by itself is wanted though no menu shows it.
            D::MenuHide if [self.choice.default, self.choice.on_timeout].contains(&entry.id) => {}
            D::MenuHide => self.kind = Some(D::MenuText),
            D::Kernel | D::Linux | D::Com32 | D::Config | D::Other | D::MenuText
                if self.kind != Some(D::MenuText) =>
            {
                self.kind = Some(directive);
                entry.kernel = value;
            }
            _ => {}
        }
    }

    /// The path of a file that a line names.
    #[inline(never)]
    fn path(&self, name: &'t [u8]) -> &'t [u8] {
        if matches!(name, [] | [b'/', ..]) {
            return name;
        }
        join(self.folder, name, self.world)
    }

    /// Goes into a menu of this title in the one that we are in; says whether that is not too
    /// deep.
    #[inline(never)]
    fn enter(&mut self, title: &'t [u8]) -> bool {
        let mut path = self.plain(title);
        if let Some(above) = self.menus.last() {
            path = self.world.store().join(&[above, b">", path]);
        }
        self.menus.push(path).is_ok()
    }

    /// A title without the `^` before the key that chooses it.
    #[inline(never)]
    fn plain(&self, title: &'t [u8]) -> &'t [u8] {
        let mut rest = title;
        let before = cut(&mut rest, b'^');
        if before.len() == title.len() {
            return title;
        }
        join(before, rest, self.world)
    }

    /// Begins a menu.
    #[inline(never)]
    fn begin(&mut self, tag: &'t [u8]) {
        self.finish();
        self.enter(tag);
        self.is_named = false;
    }

    /// Ends a menu.
    #[inline(never)]
    fn end(&mut self) {
        self.finish();
        if self.menus.len() > self.outer {
            self.menus.pop();
        }
        self.is_named = true;
    }

    /// Gives the menu that we are in its title, in place of its tag.
    #[inline(never)]
    fn name_menu(&mut self, title: &'t [u8]) {
        if self.menus.len() > self.outer {
            self.menus.pop();
            self.enter(title);
        }
    }

    /// Ends the label that we are in.
    #[inline(never)]
    fn finish(&mut self) {
        let Some(kind) = self.kind.take() else {
            return;
        };
        if kind == D::MenuText {
            self.entries.drop_last();
            return;
        }
        let is_default = self.is_default;
        let is_outside = self.menus.is_empty();
        let nth = self.start(kind);
        if is_outside && (is_default || !self.choice.has_first) {
            self.choice.has_first = true;
            self.choice.first = nth;
        }
    }

    /// Says what is booted by itself, and when.
    fn choose(&mut self) {
        let choice = &self.choice;
        let shows_menu =
            |name: &[u8]| is_menu(split_word(name).0) || !name.is_empty() && name == choice.menu;
        let mut command = choice.default;
        let mut has_menu = choice.has_ui;
        let mut has_prompt = choice.prompt > 0 || command.is_empty();
        if shows_menu(command) {
            has_menu = true;
            command = &[];
        }
        has_prompt |= has_menu;
        if !choice.on_timeout.is_empty() {
            command = choice.on_timeout;
        }
        // 0 is never: one less is more than any.
        let tenths = choice
            .timeout
            .wrapping_sub(1)
            .min(choice.total.wrapping_sub(1));
        let tenths = tenths.wrapping_add(1);
        let mut nth = choice.first;
        let is_named = !command.is_empty();
        if is_named {
            // What follows a label's name are options.
            let (word, _) = split_word(command);
            let entries = &self.entries;
            nth = entries.named(command).or_else(|| entries.named(word));
            if nth.is_none() {
                let (file, line) = choice.at;
                self.file.name = file;
                self.begin_label(command, line);
                if let Some(kind) = self.kind.take() {
                    nth = self.start(kind);
                }
            }
        }
        let timeout = if nth.is_none() || !is_named && !has_menu || has_prompt && tenths == 0 {
            // What would boot is not here, or it waits for a person.
            Timeout::Off
        } else if has_prompt {
            Timeout::Seconds(tenths.div_ceil(10))
        } else {
            Timeout::Seconds(0)
        };
        if let Some(source) = self.entries.source_mut() {
            source.default = nth;
            source.timeout = Some(timeout);
        }
    }
}
