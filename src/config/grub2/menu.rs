//! The menu that a script has made: entries are run, as if each had been chosen, and become
//! ours.

use super::lex::Cursor;
use super::{Item, Kind, Mode, Script, expand};
use crate::config::{self, bls};
use crate::entry::{ENTRIES, Settled, Timeout};
use crate::text::{cut, last_piece, number, split_word};

/// Bytes of script that one entry may have looked at.
const SHARE: u32 = super::FUEL / 8;
/// Menus within menus.
const MENUS: u32 = 8;

/// What is left of the words that say which entry a menu begins with, and of those that say
/// which comes after it; `None` where they mean another.
type Choice<'t> = [Option<&'t [u8]>; 2];

impl<'t> Script<'_, 't> {
    /// Makes entries of the menu that the file has left.
    #[inline(never)]
    pub(super) fn menu(&mut self) {
        let (fallback, _) = split_word(self.value(b"fallback"));
        let choice = [self.value(b"default"), fallback];
        let choice = choice.map(|words| Some(words).filter(|words| !words.is_empty()));
        let timeout = Timeout::parse_number(self.value(b"timeout"));
        self.settle(0, b"", &choice, 0);
        if let Some(source) = self.entries.source_mut() {
            source.timeout = timeout;
            [source.default, source.fallback] = self.chosen;
        }
    }

    /// Makes an entry of a file that has none, but names a kernel.
    pub(super) fn whole_file(&mut self, text: Cursor<'t>) {
        self.line = 1;
        self.push(Kind::Entry, last_piece(text.file, b'/'), text);
        self.menu();
    }

    /// Makes entries of the items from a number on, which are a menu.
    #[inline(never)]
    fn settle(&mut self, from: usize, path: &'t [u8], menu: &Choice<'t>, level: u32) {
        let end = self.items.len();
        let mut index: u64 = 0;
        for nth in from..end {
            let Some(&item) = self.items.get(nth) else {
                return;
            };
            let choice = within(menu, index, &item);
            let variables = self.variables;
            let base = self.words.len();
            let (first, count) = item.parameters;
            for nth in first..first.wrapping_add(count) {
                if let Some(word) = self.kept.get(nth) {
                    let _ = self.words.push(word);
                }
            }
            self.set(b"chosen", item.title);
            self.is_over = false;
            let parameters = (base, count);
            self.text.file = item.body.file;
            let is_menu = match item.kind {
                Kind::Menu => {
                    self.forget();
                    self.call(item.body, parameters);
                    true
                }
                Kind::Entry => !self.entry(&item, parameters, path, &choice),
                Kind::Folder => {
                    index = self.folder(&item, index, menu);
                    false
                }
            };
            if is_menu && level < MENUS {
                let mut below = item.title;
                if !path.is_empty() {
                    below = self.world.store().join(&[path, b">", item.title]);
                }
                self.settle(end, below, &choice, level.wrapping_add(1));
            }
            self.items.truncate(end);
            self.words.truncate(base);
            self.variables = variables;
            index = index.wrapping_add(u64::from(item.kind != Kind::Folder));
        }
    }

    /// Makes an entry; says no where its body was a menu of its own.
    #[inline(never)]
    fn entry(
        &mut self,
        item: &Item<'t>,
        parameters: (usize, usize),
        path: &'t [u8],
        choice: &Choice<'t>,
    ) -> bool {
        if self.entries.open(item.title, item.line).is_err() {
            const { assert!(ENTRIES == 256) };
            let sentence = b"%:#: '%' is skipped, 256 entries are kept";
            self.tell(sentence, item.line, item.title);
            return true;
        }
        if let Some(entry) = self.entries.last_mut() {
            entry.id = item.id;
            entry.hotkey = item.hotkey;
            entry.file = item.body.file;
            entry.submenu = path;
        }
        let before = self.items.len();
        self.chains = false;
        self.mode = Mode::Entry;
        // An entry without end takes no other along.
        let share = self.fuel.min(SHARE);
        let rest = self.fuel.wrapping_sub(share);
        self.fuel = share;
        self.call(item.body, parameters);
        self.fuel = self.fuel.saturating_add(rest);
        self.mode = Mode::Menu;
        // One that names no kernel, but entries, is a menu.
        let entry = self.entries.last_mut();
        if self.items.len() > before && entry.is_none_or(|entry| entry.kernel.is_empty()) {
            self.entries.drop_last();
            return false;
        }
        let settled = self.entries.settle();
        choose(&mut self.chosen, settled, choice);
        let sentence: &[u8] = match settled {
            Settled::Kept(_) => return true,
            Settled::Same(_) => b"%:#: '%' is left out: another configuration has the same",
            Settled::NoKernel if self.chains => {
                b"%:#: '%' is left out: it starts another boot loader"
            }
            Settled::NoKernel => b"%:#: '%' is left out: it names no kernel",
        };
        self.tell(sentence, item.line, item.title);
        true
    }

    /// `blscfg`: makes entries of a folder of files, the first of which has this number in the
    /// menu; gives the number after the last.
    #[inline(never)]
    fn folder(&mut self, item: &Item<'t>, first: u64, menu: &Choice<'t>) -> u64 {
        let boot = self.value(b"boot");
        self.aim(item.title);
        if !matches!(item.title, [b'(', ..]) && !boot.is_empty() {
            self.aim_at_disk(boot);
        }
        let at = &mut self.place;
        for path in [item.title, b"/loader/entries/", b"/boot/loader/entries/"] {
            at.path = path;
            if !path.is_empty() && self.world.look(at) == Some(config::Kind::Folder) {
                break;
            }
        }
        if !matches!(at.path, [.., b'/']) {
            at.path = self.world.store().join(&[at.path, b"/"]);
        }
        let mut index = first;
        let variables = &self.variables;
        let chosen = &mut self.chosen;
        bls::read_entries(
            at,
            &mut |text, world| expand::replace(variables, text, world),
            self.world,
            self.entries,
            &mut |title, id, settled| {
                let item = Item { title, id, ..*item };
                choose(chosen, settled, &within(menu, index, &item));
                index = index.wrapping_add(1);
            },
        );
        index
    }

    /// `configfile`: another menu, which sees what is exported, in place of this one.
    #[inline(never)]
    pub(super) fn config(&mut self) -> bool {
        if !self.has_more() {
            return true;
        }
        let mode = core::mem::replace(&mut self.mode, Mode::Menu);
        let before = self.items.len();
        let variables = self.variables;
        self.forget();
        let is_read = self.run_file();
        self.mode = mode;
        self.is_over = self.items.len() > before;
        if !self.is_over {
            self.variables = variables;
        }
        is_read
    }
}

/// Remembers the number of an entry that was chosen.
#[inline(never)]
fn choose(chosen: &mut [Option<usize>; 2], settled: Settled, choice: &Choice<'_>) {
    if let Some(nth) = settled.number() {
        for (chosen, words) in chosen.iter_mut().zip(choice) {
            *chosen = chosen.or(words.map(|_| nth));
        }
    }
}

/// A choice where only an item of the menu counts.
#[inline(never)]
fn within<'t>(menu: &Choice<'t>, index: u64, item: &Item<'t>) -> Choice<'t> {
    menu.map(|words| rest_of(words?, index, item))
}

/// What is left of the words that mean an item of a menu: its number, title or id, with `>`
/// before what is meant within it. A `>` in a title is written twice. Without words, the first
/// item is meant.
#[inline(never)]
fn rest_of<'t>(words: &'t [u8], index: u64, item: &Item<'t>) -> Option<&'t [u8]> {
    let mut rest = words;
    let first = if words.is_empty() {
        b"0"
    } else {
        cut(&mut rest, b'>')
    };
    if let Some(number) = number(first) {
        return Some(rest).filter(|_| number == index);
    }
    for name in [item.title, item.id] {
        let mut letters = name.iter();
        let left = letters.try_fold(words, |left, letter| {
            let is_twice = matches!(left, [b'>', ..]);
            let left = left.strip_prefix(core::slice::from_ref(letter))?;
            if is_twice {
                left.strip_prefix(b">")
            } else {
                Some(left)
            }
        });
        match left {
            _ if name.is_empty() => {}
            Some(left @ []) => return Some(left),
            Some([b'>', left @ ..]) if !matches!(left, [b'>', ..]) => return Some(left),
            _ => {}
        }
    }
    None
}
