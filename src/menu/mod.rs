//! The menu: keys in, what to do out. `draw` has the rows that show it.
//!
//! A state machine without a clock or a screen: whoever holds it tells it that a second
//! has passed, and draws it on any number of screens of any size.

mod cut;
mod draw;
#[cfg(test)]
mod screens;
#[cfg(feature = "editor")]
mod sheet;

pub use cut::newest;
pub use draw::{Cursor, Facts, Screen, View, put_cmdline};
#[cfg(feature = "editor")]
pub use sheet::Sheet;

use crate::entry::Timeout;
use crate::keys::Key;

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
pub struct Menu {
    page: Page,
    count: usize,
    chosen: usize,
    /// The line at the top of a page, and the last one that was drawn.
    top: usize,
    furthest: usize,
    countdown: Timeout,
    /// What is done when it is over.
    at_end: Action,
}

impl Menu {
    /// A menu of so many entries, the first of them chosen, that waits for a key.
    #[must_use]
    pub const fn new(count: usize) -> Self {
        Self {
            page: Page::Entries,
            count,
            chosen: 0,
            top: 0,
            furthest: 0,
            countdown: Timeout::Off,
            at_end: Action::Boot,
        }
    }

    /// Has so many entries now; there are never fewer.
    pub fn grow(&mut self, count: usize) {
        self.count = count;
    }

    /// Chooses an entry, to be booted after a time; says whether there is one of this number.
    #[inline(never)]
    pub fn choose(&mut self, nth: usize, timeout: Timeout) -> bool {
        let is_there = nth < self.count;
        if is_there {
            self.chosen = nth;
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

    /// The number of the entry that is chosen.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen
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
    pub fn key(&mut self, key: Key) -> Action {
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
            key => return self.command(key),
        };
        let (place, last) = match self.page {
            Page::Entries => (&mut self.chosen, self.count.saturating_sub(1)),
            _ => (&mut self.top, self.furthest),
        };
        *place = place.saturating_add_signed(by.into()).min(last);
        Action::Stay
    }

    /// A key that does not move. On the pages without entries, any of them goes back.
    fn command(&mut self, key: Key) -> Action {
        if self.page != Page::Entries {
            self.page = Page::Entries;
            return Action::Stay;
        }
        match key {
            Key::Enter if self.chosen < self.count => return Action::Boot,
            Key::Byte(digit @ b'1'..=b'9') => {
                self.choose(digit.wrapping_sub(b'1').into(), Timeout::Off);
            }
            Key::Byte(byte) => {
                let row = LETTERS.iter().find(|(letter, ..)| *letter == byte);
                if let Some((_, action, page)) = row {
                    self.page = *page;
                    self.top = 0;
                    return *action;
                }
            }
            _ => {}
        }
        Action::Stay
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

#[cfg(test)]
mod tests {
    use super::{Action, Menu, Page};
    use crate::entry::Timeout;
    use crate::keys::Key;

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
            (0, &[Byte(b'c')], 0, Action::Shell),
            #[cfg(not(feature = "shell"))]
            (0, &[Byte(b'c')], 0, Action::Stay),
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
            (0, &[Enter], 0, Action::Stay),
            (0, &[End, Down, Byte(b'1'), Enter], 0, Action::Stay),
            (0, &[Byte(b'r')], 0, Action::Rescan),
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
            let mut menu = Menu::new(count);
            let last = keys.iter().map(|key| menu.key(*key)).last();
            assert_eq!(
                (menu.chosen(), last),
                (chosen, Some(action)),
                "{count} {keys:?}"
            );
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
            let mut menu = Menu::new(1);
            for key in keys.bytes() {
                assert_eq!(menu.key(Key::Byte(key)), Action::Stay, "{keys}");
            }
            assert_eq!(menu.page, page, "{keys}");
        }
    }

    #[test]
    fn the_countdown_runs_out() {
        for (seconds, before) in [(0, 0), (1, 1), (2, 2), (10, 10)] {
            let mut menu = Menu::new(3);
            assert!(menu.choose(2, Timeout::Seconds(seconds)));
            let mut waited = 0;
            let mut action = menu.second(true);
            while action == Action::Stay && waited < 100 {
                assert!(menu.is_counting());
                waited += 1;
                action = menu.second(false);
            }
            assert_eq!((action, waited), (Action::Boot, before), "{seconds}");
            assert_eq!((menu.chosen(), menu.is_counting()), (2, false));
            // A boot that failed is not tried again.
            assert_eq!(menu.second(false), Action::Stay);
        }
        let mut menu = Menu::new(1);
        for (seconds, first) in [(0, Action::Reboot), (1, Action::Stay)] {
            menu.restart_in(seconds);
            assert_eq!(menu.second(true), first);
        }
        assert_eq!(menu.second(false), Action::Reboot);
        menu.restart_in(1);
        menu.choose(0, Timeout::Seconds(1));
        assert_eq!(menu.second(false), Action::Boot);
        menu.choose(0, Timeout::Seconds(u32::MAX));
        assert_eq!(menu.second(false), Action::Stay);
        menu.choose(0, Timeout::Off);
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
            let mut menu = Menu::new(3);
            menu.choose(1, Timeout::Seconds(5));
            assert_eq!(menu.key(key), Action::Stay, "{key:?}");
            assert!(!menu.is_counting());
            assert_eq!((menu.chosen(), menu.page), (1, Page::Entries), "{key:?}");
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
            let mut menu = Menu::new(count);
            assert_eq!(
                menu.choose(nth, Timeout::Seconds(3)),
                is_there,
                "{count} {nth}"
            );
            assert_eq!(menu.is_counting(), is_there);
        }
    }
}
