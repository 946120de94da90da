//! What screens of all sizes show of the menu: tests only.

use super::{Facts, Menu, Screen, View};
use crate::entry::{Entries, Extra, Timeout};
use crate::keys::Key;
use crate::location::{BOOT_DISK, Device};
use crate::notes::Notes;
use crate::out::Put;

/// Whether it is bright, and its text.
pub(super) type Row = (bool, String);

/// A screen that holds what it is shown, and allows nothing outside of it.
pub(super) struct Fake {
    rows: usize,
    columns: usize,
    pub(super) shown: Vec<Row>,
}

impl Fake {
    pub(super) fn new((columns, rows): (usize, usize)) -> Self {
        Self {
            rows,
            columns,
            shown: Vec::new(),
        }
    }
}

impl Screen for Fake {
    fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    fn row(&mut self, at: usize, bright: bool, text: &[u8]) {
        assert!(
            at < self.rows && at == self.shown.len(),
            "each once, in order"
        );
        let text = String::from_utf8_lossy(text).into_owned();
        assert!(text.chars().count() <= self.columns, "{text:?}");
        assert!(!text.contains(char::is_control), "{text:?}");
        self.shown.push((bright, text));
    }
}

/// Of the entries, the fourth is broken; of the disks, there are 40.
struct Known;

impl Facts for Known {
    fn title(&self, out: &mut dyn Put) {
        out.put(b" the title");
    }

    fn problem(&self, nth: usize, out: &mut dyn Put) {
        if nth == 3 {
            out.put(b"bad");
        }
    }

    fn disk(&self, nth: usize, out: &mut dyn Put) {
        if nth < 40 {
            out.put(format!("disk {nth}").as_bytes());
        }
    }
}

/// Draws a menu of so many entries on a screen, then again after every key; looks at each.
fn draw_all(size: (usize, usize), count: usize, keys: &[Key], look: &mut dyn FnMut(usize, &[Row])) {
    let titles: Vec<_> = (1..=count).map(|nth| format!("Title {nth}")).collect();
    let mut entries = Entries::new();
    entries.begin("native", BOOT_DISK, b"file").unwrap();
    for title in &titles {
        entries.open(title.as_bytes(), 1).unwrap();
        let entry = entries.last_mut().unwrap();
        entry.root = Device::parse(b"LABEL=root").unwrap();
        entry.kernel = b"/vm\x1blinuz";
        if count == 5 && title == "Title 5" {
            entry.submenu = b"More";
            entry.hotkey = b'x';
        }
        entry.cmdline = b"first 0123456789 0123456789 0123456789 0123456789 0123456789 middle";
        entry.append = "0123456789 0123456789 \u{fc}\u{9b}2J last".as_bytes();
        entries.add(Extra::Initrd(b"/a")).unwrap();
        entries.add(Extra::Initrd(b"/b")).unwrap();
    }
    let mut notes = Notes::new();
    for nth in 0..30 {
        notes.say(&format!("note {nth}"), &[]);
    }
    let view = View {
        entries: &entries,
        notes: &notes,
        facts: &Known,
    };
    let mut menu = Menu::new();
    menu.list(&entries);
    for nth in 0..=keys.len() {
        if let Some(key) = nth.checked_sub(1).and_then(|nth| keys.get(nth)) {
            menu.key(*key, &entries);
        }
        let mut screen = Fake::new(size);
        menu.draw(&view, &mut screen);
        assert_eq!(screen.shown.len(), size.1);
        look(nth, &screen.shown);
    }
}

#[test]
fn the_chosen_row_is_seen_on_every_screen() {
    for size in [(80, 25), (40, 12), (200, 60), (10, 3), (20, 17), (80, 16)] {
        draw_all(size, 200, &[Key::Down; 199], &mut |chosen, shown| {
            let mark = if chosen == 3 { '!' } else { ' ' };
            let nth = chosen + 1;
            let want = format!(">{nth:3} {mark}Title {nth}");
            let columns = size.0 - 1;
            let want = format!("{want:columns$.columns$}");
            let is_it = |(bright, row): &&Row| *bright && row[1..] == want;
            let found = shown.iter().filter(is_it).count();
            assert_eq!(found, 1, "{size:?} {chosen} {shown:#?}");
        });
    }
}

/// The entry above the last is the broken one.
const TO_BROKEN: &[Key] = &[Key::End, Key::Up];
const DISKS: Key = Key::Byte(b'd');
const NOTES: Key = Key::Byte(b'm');

#[test]
fn rows_of_the_list() {
    let entries: &[(usize, &str)] = &[
        (0, " the title"),
        (1, ""),
        (2, " >  1  Title 1"),
        (5, "    4 !Title 4"),
        (6, "    5 +More"),
        (7, ""),
        (13, " from     file:1"),
        (14, " disk     LABEL=root"),
        (15, " kernel   /vm?linuz"),
        (16, " ramdisk  /a + /b"),
        (
            17,
            " options  first 0123456789 0123456789 0123456789 0123456789 0123456789 middle 01",
        ),
        (18, "          23456789 0123456789 \u{fc}??2J last"),
        (19, ""),
        (20, " note 28"),
        (21, " note 29"),
        (22, ""),
        (23, ""),
        (
            24,
            " Enter boots  e edits  c shell  d disks  m messages  r rescan  b reboot  p off",
        ),
    ];
    let none: &[(usize, &str)] = &[
        (
            2,
            "  There is nothing to boot: no entry was found; c opens a shell.",
        ),
        (14, ""),
        (18, ""),
        (21, " note 29"),
    ];
    let wide: &[(usize, &str)] = &[
        (
            52,
            " options  first 0123456789 0123456789 0123456789 0123456789 0123456789 middle \
              0123456789 0123456789 \u{fc}??2J last",
        ),
        (53, ""),
    ];
    for (size, count, keys, rows) in [
        ((80, 25), 5, &[][..], entries),
        (
            (80, 25),
            5,
            TO_BROKEN,
            &[(5, " >  4 !Title 4"), (19, " problem  bad")],
        ),
        ((80, 25), 5, &[Key::End], &[(6, " >  5 +More"), (13, "")]),
        (
            (80, 25),
            5,
            &[Key::End, Key::Enter],
            &[
                (1, "  More"),
                (2, " >  x  Title 5"),
                (3, ""),
                (13, " from     file:1  More"),
            ],
        ),
        (
            (80, 25),
            30,
            &[],
            &[(2, " >  1  Title 1"), (11, "v  10  Title 10"), (12, "")],
        ),
        (
            (80, 25),
            30,
            &[Key::End],
            &[(2, "^  21  Title 21"), (11, " > 30  Title 30")],
        ),
        ((80, 25), 0, &[], none),
        ((40, 12), 5, &[], &[(9, ""), (10, "")]),
        (
            (40, 12),
            5,
            TO_BROKEN,
            &[(4, " >  4 !Title 4"), (10, "bad")],
        ),
        (
            (40, 12),
            0,
            &[],
            &[(1, "  There is nothing to boot: no entry was")],
        ),
        ((200, 60), 5, &[], wide),
        ((10, 3), 5, &[], &[(1, "v>  1  Tit"), (2, " Enter boo")]),
    ] {
        assert_rows(size, count, keys, rows);
    }
}

#[test]
fn rows_of_pages() {
    let back = " Up Down Page scroll   any other key goes back";
    for (size, keys, rows) in [
        (
            (80, 25),
            &[DISKS][..],
            &[(1, "disk 0"), (23, "disk 22"), (24, back)][..],
        ),
        (
            (80, 25),
            &[DISKS, Key::PageDown, Key::Down],
            &[(1, "disk 11")],
        ),
        (
            (80, 25),
            &[DISKS, Key::PageDown, Key::Home],
            &[(1, "disk 0")],
        ),
        (
            (80, 25),
            &[DISKS, Key::End, Key::End, Key::End],
            &[(1, "disk 39"), (2, "")],
        ),
        (
            (80, 25),
            &[DISKS, Key::End, Key::End, Key::Up],
            &[(1, "disk 38")],
        ),
        (
            (80, 25),
            &[DISKS, Key::Down, Key::Escape, DISKS],
            &[(1, "disk 0")],
        ),
        (
            (80, 25),
            &[NOTES],
            &[(1, "note 0"), (23, "note 22"), (24, back)],
        ),
        (
            (80, 25),
            &[NOTES, Key::PageDown],
            &[(20, "note 29"), (21, "")],
        ),
        ((80, 25), &[NOTES, Key::Escape], &[(2, " >  1  Title 1")]),
        (
            (10, 3),
            &[DISKS, Key::Down],
            &[(1, "disk 0"), (2, " Up Down P")],
        ),
    ] {
        assert_rows(size, 5, keys, rows);
    }
}

/// The last screen that is drawn has these rows.
fn assert_rows(size: (usize, usize), count: usize, keys: &[Key], rows: &[(usize, &str)]) {
    draw_all(size, count, keys, &mut |nth, shown| {
        for (at, want) in rows.iter().filter(|_| nth == keys.len()) {
            assert_eq!(
                shown[*at].1.trim_end(),
                *want,
                "{size:?} {count} {keys:?} {at}"
            );
        }
    });
}

#[test]
fn no_screen_is_too_small() {
    for rows in 1..30 {
        for columns in [0, 1, 9, 10, 11, 20, 30] {
            for keys in [
                &[][..],
                &[Key::Byte(b'd')],
                &[Key::Byte(b'm'), Key::PageDown],
            ] {
                for count in [0, 1, 30] {
                    draw_all((columns, rows), count, keys, &mut |_, _| {});
                }
            }
        }
    }
}

#[test]
fn the_countdown_is_told() {
    let mut entries = Entries::new();
    entries.begin("native", BOOT_DISK, b"file").unwrap();
    entries.open(b"title", 1).unwrap();
    let mut menu = Menu::new();
    menu.choose(0, &entries, Timeout::Seconds(12));
    for (rows, at) in [(25, 23), (12, 10), (4, 2)] {
        let notes = Notes::new();
        let view = View {
            entries: &entries,
            notes: &notes,
            facts: &Known,
        };
        let mut screen = Fake::new((80, rows));
        menu.draw(&view, &mut screen);
        assert_eq!(screen.shown[at].1, " starting in 12 s; any key stops");
    }
}
