//! The menu: keys in, what to do out. `draw` has the rows that show it.
//!
//! A state machine without a clock or a screen: whoever holds it tells it that a second
//! has passed, and draws it on any number of screens of any size.

#[cfg_attr(not(feature = "color"), path = "no_color.rs")]
mod color;
mod cut;
mod draw;
#[cfg_attr(not(feature = "autodetect"), path = "no_folder.rs")]
mod folder;
#[cfg(test)]
mod screens;
#[cfg(feature = "editor")]
mod sheet;

pub use color::Colors;
pub use draw::{Cursor, Facts, Screen, View, put_cmdline};
#[cfg(feature = "editor")]
pub use sheet::Sheet;

use crate::entry::{ENTRIES, Entries, Timeout};
use crate::keys::Key;
use heapless::Vec;

/// What the person, or the clock, wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing but to draw again.
    Stay,
    /// Boot the chosen entry.
    Boot,
    /// Change the lines of the chosen entry.
    Edit,
    /// Take commands.
    Shell,
    /// Look for disks and configurations again.
    Rescan,
    /// Restart the machine.
    Reboot,
    /// Switch the machine off.
    PowerOff,
}

/// What the middle of the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The entries.
    Entries,
    /// The disks.
    Disks,
    /// All messages.
    Messages,
}

/// What letters do, and the page they open. They are small ones: the large end escape
/// sequences, and half an arrow key must not restart a machine.
const LETTERS: &[(u8, Action, Page)] = &[
    #[cfg(feature = "editor")]
    (b'e', Action::Edit, Page::Entries),
    #[cfg(feature = "shell")]
    (b'c', Action::Shell, Page::Entries),
    (b'd', Action::Stay, Page::Disks),
    (b'l', Action::Stay, Page::Disks),
    (b'm', Action::Stay, Page::Messages),
    (b'r', Action::Rescan, Page::Entries),
    (b'b', Action::Reboot, Page::Entries),
    (b'p', Action::PowerOff, Page::Entries),
];

/// The menu's state.
#[derive(Clone, Debug)]
pub struct Menu<'t> {
    page: Page,
    /// The submenu that is open.
    folder: &'t [u8],
    /// The numbers of the entries that have a row in it, and which row is chosen.
    rows: Vec<u8, ENTRIES>,
    at: usize,
    /// How many entries there were when the rows were listed.
    listed: usize,
    /// The line at the top of a page, and the last one that was drawn.
    top: usize,
    furthest: usize,
    countdown: Timeout,
    /// What is done when it is over.
    at_end: Action,
}

impl<'t> Menu<'t> {
    /// A menu of no entries, that waits for a key.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            page: Page::Entries,
            folder: &[],
            rows: Vec::new(),
            at: 0,
            listed: 0,
            top: 0,
            furthest: 0,
            countdown: Timeout::Off,
            at_end: Action::Boot,
        }
    }

    /// Has these entries; there are never fewer than before. The chosen one stays.
    pub fn list(&mut self, entries: &Entries<'t>) {
        if self.listed < entries.list().len() {
            let before = self.rows.get(self.at).map_or(0, |row| usize::from(*row));
            self.open(self.folder, entries, before);
        }
    }

    /// Opens a folder, with the row chosen that an entry has in it.
    #[inline(never)]
    fn open(&mut self, folder: &'t [u8], entries: &Entries<'t>, nth: usize) {
        self.folder = folder;
        self.listed = entries.list().len();
        folder::list(folder, entries, &mut self.rows);
        self.at = folder::place(folder, entries, &self.rows, nth).unwrap_or(0);
    }

    /// Chooses an entry, to be booted after a time; says whether there is one of this number.
    #[inline(never)]
    pub fn choose(&mut self, nth: usize, entries: &Entries<'t>, timeout: Timeout) -> bool {
        let is_there = nth < entries.list().len();
        if is_there {
            let mut folder = folder::of(entries, nth);
            if nth == 0 && timeout == Timeout::Off {
                // The first is chosen where nobody has chosen another.
                folder = &[];
            }
            self.open(folder, entries, nth);
            self.countdown = timeout;
            self.at_end = Action::Boot;
        }
        is_there
    }

    /// Restarts the machine after so many seconds.
    pub fn restart_in(&mut self, seconds: u32) {
        self.countdown = Timeout::Seconds(seconds);
        self.at_end = Action::Reboot;
    }

    /// The number of the entry that is chosen; of none if a folder is, or there is none.
    #[must_use]
    pub fn chosen(&self, entries: &Entries<'t>) -> usize {
        let row = self.rows.get(self.at).map(|row| usize::from(*row));
        let row = row.filter(|nth| self.within(entries, *nth).is_none());
        row.unwrap_or(usize::MAX)
    }

    /// The folder that the row of an entry stands for.
    fn within(&self, entries: &Entries<'t>, nth: usize) -> Option<&'t [u8]> {
        let row = folder::row(self.folder, entries, nth);
        row.filter(|within| within.len() > self.folder.len())
    }

    /// Whether a second's passing matters.
    #[must_use]
    pub fn is_counting(&self) -> bool {
        self.countdown != Timeout::Off
    }

    /// Stops the countdown.
    pub fn stop(&mut self) {
        self.countdown = Timeout::Off;
    }

    /// A key was pressed. One that stops the countdown does nothing else.
    #[inline(never)]
    pub fn key(&mut self, key: Key, entries: &Entries<'t>) -> Action {
        if self.is_counting() {
            self.stop();
            return Action::Stay;
        }
        let by: i16 = match key {
            Key::Up => -1,
            Key::Down => 1,
            Key::PageUp => -10,
            Key::PageDown => 10,
            Key::Home => i16::MIN,
            Key::End => i16::MAX,
            key => return self.command(key, entries),
        };
        let (place, last) = match self.page {
            Page::Entries => (&mut self.at, self.rows.len().saturating_sub(1)),
            _ => (&mut self.top, self.furthest),
        };
        *place = place.saturating_add_signed(by.into()).min(last);
        Action::Stay
    }

    /// A key that does not move. On the pages without entries, any of them goes back.
    fn command(&mut self, key: Key, entries: &Entries<'t>) -> Action {
        if self.page != Page::Entries {
            self.page = Page::Entries;
            return Action::Stay;
        }
        let Some(nth) = self.rows.get(self.at).map(|nth| usize::from(*nth)) else {
            return self.letter(key);
        };
        match key {
            Key::Enter | Key::Right => match self.within(entries, nth) {
                Some(within) => self.open(within, entries, nth),
                None if key == Key::Enter => return Action::Boot,
                None => {}
            },
            Key::Escape | Key::Left | Key::Byte(0x7f | 8) => {
                self.open(folder::above(self.folder), entries, nth);
            }
            Key::Byte(byte) => {
                let mut rows = self.rows.iter();
                let at = match rows.position(|row| self.hotkey(entries, *row) == Some(byte)) {
                    Some(at) => at,
                    None if matches!(byte, b'1'..=b'9') => byte.wrapping_sub(b'1').into(),
                    None => return self.letter(key),
                };
                if at < self.rows.len() {
                    self.at = at;
                }
            }
            _ => {}
        }
        Action::Stay
    }

    /// The key that chooses a row.
    fn hotkey(&self, entries: &Entries<'t>, row: u8) -> Option<u8> {
        let nth = usize::from(row);
        let entry = entries
            .list()
            .get(nth)
            .filter(|entry| entry.hotkey.is_ascii_graphic())?;
        self.within(entries, nth).is_none().then_some(entry.hotkey)
    }

    /// A letter that has nothing to do with entries.
    fn letter(&mut self, key: Key) -> Action {
        let mut letters = LETTERS.iter();
        let row = letters.find(|(letter, ..)| key == Key::Byte(*letter));
        let Some((_, action, page)) = row else {
            return Action::Stay;
        };
        self.page = *page;
        self.top = 0;
        *action
    }

    /// A second has passed; or the countdown begins, and only one of no seconds is over.
    #[inline(never)]
    pub fn second(&mut self, begins: bool) -> Action {
        if let Timeout::Seconds(seconds) = &mut self.countdown {
            *seconds = seconds.saturating_sub((!begins).into());
            if *seconds == 0 {
                self.stop();
                return self.at_end;
            }
        }
        Action::Stay
    }
}

impl Default for Menu<'_> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Menu, Page};
    use crate::entry::{Entries, Timeout};
    use crate::keys::Key;
    use crate::location::BOOT_DISK;

    /// So many entries, and a menu of them.
    fn menu_of(count: usize) -> (Menu<'static>, Entries<'static>) {
        let mut entries = Entries::new();
        entries.begin("native", BOOT_DISK, b"f").unwrap();
        for _ in 0..count {
            entries.open(b"title", 1).unwrap();
        }
        let mut menu = Menu::new();
        menu.list(&entries);
        (menu, entries)
    }

    #[test]
    fn keys_choose_and_act() {
        use Key::{Byte, Down, End, Enter, Escape, Home, Other, PageDown, PageUp, Up};
        for (count, keys, chosen, action) in [
            (30, &[Enter][..], 0, Action::Boot),
            (30, &[Down, Down, Up, Enter], 1, Action::Boot),
            (30, &[Up], 0, Action::Stay),
            (30, &[End], 29, Action::Stay),
            (30, &[End, Down], 29, Action::Stay),
            (30, &[End, PageUp], 19, Action::Stay),
            (30, &[End, Home], 0, Action::Stay),
            (30, &[PageDown, PageDown, PageDown], 29, Action::Stay),
            (30, &[PageDown, PageDown, PageUp], 10, Action::Stay),
            (30, &[Down, PageUp], 0, Action::Stay),
            (30, &[Byte(b'9')], 8, Action::Stay),
            (30, &[Byte(b'9'), Byte(b'1'), Enter], 0, Action::Boot),
            (4, &[Byte(b'4')], 3, Action::Stay),
            (4, &[Down, Byte(b'5')], 1, Action::Stay),
            (4, &[Down, Byte(b'0')], 1, Action::Stay),
            (4, &[Byte(b'r')], 0, Action::Rescan),
            (4, &[Byte(b'b')], 0, Action::Reboot),
            (4, &[Byte(b'p')], 0, Action::PowerOff),
            #[cfg(feature = "editor")]
            (4, &[Down, Byte(b'e')], 1, Action::Edit),
            #[cfg(not(feature = "editor"))]
            (4, &[Down, Byte(b'e')], 1, Action::Stay),
            #[cfg(feature = "shell")]
            (0, &[Byte(b'c')], usize::MAX, Action::Shell),
            #[cfg(not(feature = "shell"))]
            (0, &[Byte(b'c')], usize::MAX, Action::Stay),
            // What is left of an arrow key whose ESC was taken for the Escape key.
            (4, &[Escape, Byte(b'['), Byte(b'B')], 0, Action::Stay),
            (4, &[Escape, Byte(b'O'), Byte(b'P')], 0, Action::Stay),
            (
                4,
                &[Other, Byte(b'x'), Byte(0), Byte(0xff)],
                0,
                Action::Stay,
            ),
            (1, &[End, Down, PageDown], 0, Action::Stay),
            (0, &[Enter], usize::MAX, Action::Stay),
            (0, &[End, Down, Byte(b'1'), Enter], usize::MAX, Action::Stay),
            (0, &[Byte(b'r')], usize::MAX, Action::Rescan),
            // On a page, every key but those that scroll goes back, and does nothing else.
            (4, &[Byte(b'd'), Enter], 0, Action::Stay),
            (4, &[Byte(b'm'), Byte(b'b')], 0, Action::Stay),
            (4, &[Byte(b'm'), Byte(b'b'), Byte(b'b')], 0, Action::Reboot),
            (
                4,
                &[Down, Byte(b'l'), Down, PageDown, Escape, Enter],
                1,
                Action::Boot,
            ),
        ] {
            let (mut menu, entries) = menu_of(count);
            let last = keys.iter().map(|key| menu.key(*key, &entries)).last();
            assert_eq!(
                (menu.chosen(&entries), last),
                (chosen, Some(action)),
                "{count} {keys:?}"
            );
        }
    }

    /// Entries with their submenus and keys, and a menu of them.
    fn menu_in(list: &[(&'static str, u8)]) -> (Menu<'static>, Entries<'static>) {
        let (mut menu, mut entries) = menu_of(0);
        for (submenu, hotkey) in list {
            entries.open(b"title", 1).unwrap();
            let entry = entries.last_mut().unwrap();
            entry.submenu = submenu.as_bytes();
            entry.hotkey = *hotkey;
        }
        menu.list(&entries);
        (menu, entries)
    }

    #[test]
    fn folders_open_and_close() {
        use Key::{Byte, Down, End, Enter, Escape};
        let places = [("", 0), ("a", 0), ("a", 0), ("a>b", 0), ("", 0)];
        for (keys, chosen, action) in [
            (&[][..], 0, Action::Stay),
            (&[Down], usize::MAX, Action::Stay),
            (&[End], 4, Action::Stay),
            (&[Byte(b'3'), Enter], 4, Action::Boot),
            (&[Byte(b'4')], 0, Action::Stay),
            (&[Down, Enter], 1, Action::Stay),
            (&[Down, Enter, Down, Enter], 2, Action::Boot),
            (&[Down, Enter, End, Enter], 3, Action::Stay),
            (&[Down, Enter, End, Enter, Enter], 3, Action::Boot),
            (&[Down, Enter, End, Enter, Escape], usize::MAX, Action::Stay),
            (&[Down, Enter, End, Enter, Escape, Key::Up], 2, Action::Stay),
            // Out of both, onto the row of the first.
            (
                &[Down, Enter, End, Enter, Escape, Byte(0x7f), Down],
                4,
                Action::Stay,
            ),
            (&[Escape, Byte(8), Byte(0x7f), Key::Left], 0, Action::Stay),
            (&[Key::Right], 0, Action::Stay),
            (&[Down, Key::Right, Down, Key::Right], 2, Action::Stay),
            (&[Down, Key::Right, Key::Left, Down], 4, Action::Stay),
        ] {
            let (mut menu, entries) = menu_in(&places);
            let mut last = Action::Stay;
            for key in keys {
                last = menu.key(*key, &entries);
            }
            assert_eq!((menu.chosen(&entries), last), (chosen, action), "{keys:?}");
        }
    }

    #[test]
    fn what_is_chosen_is_seen_in_its_folder() {
        let (mut menu, entries) = menu_in(&[("", 0), ("a", 0), ("a>b", 0), ("a>b", 0)]);
        assert!(menu.choose(3, &entries, Timeout::Seconds(1)));
        assert_eq!(menu.second(false), Action::Boot);
        assert_eq!(menu.chosen(&entries), 3);
        assert_eq!(menu.key(Key::Up, &entries), Action::Stay);
        assert_eq!(menu.chosen(&entries), 2);
    }

    #[test]
    fn the_first_is_seen_in_its_folder_if_it_is_to_be_booted() {
        for (timeout, chosen) in [(Timeout::Off, usize::MAX), (Timeout::Seconds(9), 0)] {
            let (mut menu, entries) = menu_in(&[("a", 0), ("", 0)]);
            assert!(menu.choose(0, &entries, timeout));
            assert_eq!(menu.chosen(&entries), chosen);
        }
    }

    #[test]
    fn what_is_chosen_stays_when_more_is_found() {
        let (mut menu, mut entries) = menu_in(&[("", 0), ("a", 0)]);
        menu.key(Key::Down, &entries);
        for submenu in ["", "b", "a"] {
            entries.open(b"more", 1).unwrap();
            entries.last_mut().unwrap().submenu = submenu.as_bytes();
            menu.list(&entries);
        }
        assert_eq!(menu.key(Key::Enter, &entries), Action::Stay);
        assert_eq!(menu.chosen(&entries), 1);
        menu.key(Key::End, &entries);
        assert_eq!(menu.chosen(&entries), 4);
    }

    #[test]
    fn keys_of_entries() {
        let places = [("", b'x'), ("", b'b'), ("a", b'y'), ("", b'3')];
        for (keys, chosen, action) in [
            ("x", 0, Action::Stay),
            // Entries come before what letters do otherwise, and numbers.
            ("b", 1, Action::Stay),
            ("3", 3, Action::Stay),
            // That of another folder is none.
            ("y", 0, Action::Stay),
            ("r", 0, Action::Rescan),
        ] {
            let (mut menu, entries) = menu_in(&places);
            let mut last = Action::Stay;
            for key in keys.bytes() {
                last = menu.key(Key::Byte(key), &entries);
            }
            assert_eq!((menu.chosen(&entries), last), (chosen, action), "{keys}");
        }
    }

    #[test]
    fn pages_open_and_close() {
        for (keys, page) in [
            ("", Page::Entries),
            ("d", Page::Disks),
            ("l", Page::Disks),
            ("m", Page::Messages),
            ("mm", Page::Entries),
            ("md", Page::Entries),
            ("mxd", Page::Disks),
        ] {
            let (mut menu, entries) = menu_of(1);
            for key in keys.bytes() {
                assert_eq!(menu.key(Key::Byte(key), &entries), Action::Stay, "{keys}");
            }
            assert_eq!(menu.page, page, "{keys}");
        }
    }

    #[test]
    fn the_countdown_runs_out() {
        for (seconds, before) in [(0, 0), (1, 1), (2, 2), (10, 10)] {
            let (mut menu, entries) = menu_of(3);
            assert!(menu.choose(2, &entries, Timeout::Seconds(seconds)));
            let mut waited = 0;
            let mut action = menu.second(true);
            while action == Action::Stay && waited < 100 {
                assert!(menu.is_counting());
                waited += 1;
                action = menu.second(false);
            }
            assert_eq!((action, waited), (Action::Boot, before), "{seconds}");
            assert_eq!((menu.chosen(&entries), menu.is_counting()), (2, false));
            // A boot that failed is not tried again.
            assert_eq!(menu.second(false), Action::Stay);
        }
        let (mut menu, entries) = menu_of(1);
        for (seconds, first) in [(0, Action::Reboot), (1, Action::Stay)] {
            menu.restart_in(seconds);
            assert_eq!(menu.second(true), first);
        }
        assert_eq!(menu.second(false), Action::Reboot);
        menu.restart_in(1);
        menu.choose(0, &entries, Timeout::Seconds(1));
        assert_eq!(menu.second(false), Action::Boot);
        menu.choose(0, &entries, Timeout::Seconds(u32::MAX));
        assert_eq!(menu.second(false), Action::Stay);
        menu.choose(0, &entries, Timeout::Off);
        assert!(!menu.is_counting());
        assert_eq!(menu.second(true), Action::Stay);
    }

    #[test]
    fn any_key_stops_the_countdown_and_does_nothing_else() {
        for key in [
            Key::Enter,
            Key::Escape,
            Key::Other,
            Key::Down,
            Key::Home,
            Key::Byte(b'1'),
            Key::Byte(b'b'),
            Key::Byte(b'd'),
            Key::Byte(0),
        ] {
            let (mut menu, entries) = menu_of(3);
            menu.choose(1, &entries, Timeout::Seconds(5));
            assert_eq!(menu.key(key, &entries), Action::Stay, "{key:?}");
            assert!(!menu.is_counting());
            assert_eq!(
                (menu.chosen(&entries), menu.page),
                (1, Page::Entries),
                "{key:?}"
            );
            assert_eq!(menu.second(false), Action::Stay);
        }
    }

    #[test]
    fn only_what_is_there_is_chosen() {
        for (count, nth, is_there) in [
            (0, 0, false),
            (1, 0, true),
            (1, 1, false),
            (9, usize::MAX, false),
        ] {
            let (mut menu, entries) = menu_of(count);
            assert_eq!(
                menu.choose(nth, &entries, Timeout::Seconds(3)),
                is_there,
                "{count} {nth}"
            );
            assert_eq!(menu.is_counting(), is_there);
        }
    }
}
