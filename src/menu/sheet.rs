//! The rows that show an entry whose lines are being changed.

use super::cut::{fit, line};
use super::draw::{Cursor, ROW, Screen};
use crate::editor::{Editor, Place};
use crate::notes::Notes;
use crate::out::Put;
use crate::text::{cut, part};
use heapless::Vec;

/// The last row.
const KEYS: &[u8] = b" Enter boots  Esc goes back  ^O new line  ^U ^K ^W delete, ^Y puts back";
/// Rows of messages, where there is room for them.
const MESSAGES: u32 = 4;

/// What is shown.
pub struct Sheet<'s> {
    /// The entry's title.
    pub title: &'s [u8],
    /// The lines, and the cursor in them.
    pub editor: &'s Editor,
    /// The messages.
    pub notes: &'s Notes,
    /// How many there had been before the lines were shown; those are not.
    pub since: u32,
}

impl Sheet<'_> {
    /// Draws every row.
    #[inline(never)]
    pub fn draw(&self, screen: &mut dyn Screen) -> Cursor {
        let (rows, columns) = screen.size();
        // Rows of messages; and empty ones between the parts of a screen that has room.
        let (messages, gap) = if rows > 16 { (MESSAGES, 1) } else { (1, 0) };
        let first = 1_usize.wrapping_add(gap);
        let highest = first.wrapping_add(messages as usize);
        let others = highest.wrapping_add(first).wrapping_add(gap);
        let visible = rows.saturating_sub(others).max(1);
        // The columns at both ends say whether there is more of a line.
        let width = columns.saturating_sub(2);
        let place = self.editor.view(width);
        let count = self.editor.text().split(|byte| *byte == b'\n').count();
        let top = place.line.saturating_sub(visible / 2);
        let top = top.min(count.saturating_sub(visible));
        let added = self.notes.added().wrapping_sub(self.since);
        let shown = added.min(messages);
        for at in 0..rows {
            let below = rows.wrapping_sub(at);
            let nth = at.wrapping_sub(first);
            let is_bright = at == 0 || below == 1;
            let mut row = Vec::<u8, ROW>::new();
            if at == 0 {
                row.put(b" editing ");
                row.put(self.title);
            } else if nth < visible {
                self.put_line(nth.wrapping_add(top), &place, width, &mut row);
            } else if below == 1 {
                row.put(KEYS);
            } else {
                row.put(b" ");
                row.put(self.notes.newest(shown, highest.wrapping_sub(below)));
            }
            if is_bright {
                while row.push(b' ').is_ok() {}
            }
            let end = fit(&mut row, columns);
            screen.row(at, is_bright, part(&row, 0, end));
        }
        let row = place.line.wrapping_sub(top).wrapping_add(first);
        Some((row, place.column.wrapping_add(1)))
    }

    /// Puts what is seen of a line, `<` and `>` where there is more of it.
    #[inline(never)]
    fn put_line(&self, nth: usize, place: &Place, width: usize, row: &mut Vec<u8, ROW>) {
        let text = self.editor.text();
        let whole = line(text, nth);
        let mut seen = whole;
        if nth == place.line {
            let mut rest = part(text, place.from, text.len());
            seen = cut(&mut rest, b'\n');
        }
        row.put(if seen.len() < whole.len() { b"<" } else { b" " });
        row.put(seen);
        let end = fit(row, width.wrapping_add(1));
        if end < row.len() {
            row.truncate(end);
            row.put(b">");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sheet;
    use crate::editor::Editor;
    use crate::menu::screens::Fake;
    use crate::notes::Notes;

    /// A text, in which `|` stands for the cursor; two messages are old, then there are so many.
    fn draw(size: (usize, usize), text: &str, told: u32) -> (Fake, (usize, usize)) {
        let mut editor = Editor::new();
        editor.set(text.replace('|', "").as_bytes());
        editor.move_to(text.find('|').expect("a cursor"));
        let mut notes = Notes::new();
        notes.say("old", &[]);
        notes.say("older than the lines", &[]);
        let since = notes.added();
        for nth in 1..=told {
            notes.say(&format!("edited:{nth}: wrong"), &[]);
        }
        let sheet = Sheet {
            title: b"De\x1bbian",
            editor: &editor,
            notes: &notes,
            since,
        };
        let mut screen = Fake::new(size);
        let cursor = sheet.draw(&mut screen).expect("a cursor");
        assert_eq!(screen.shown.len(), size.1, "{size:?}");
        (screen, cursor)
    }

    #[test]
    fn rows_of_lines() {
        const SHORT: &str = "root sda1\nkernel /k\ncmdline a|";
        const LONG: &str = "cmdline 0123456789 0123456789 0123456789 0123456789|\nappend 0123456789 \
                            0123456789 0123456789";
        let keys = " Enter boots  Esc goes back  ^O new line  ^U ^K ^W delete, ^Y puts back";
        let serial: &[(usize, &str)] = &[
            (0, " editing De?bian"),
            (1, ""),
            (2, " root sda1"),
            (4, " cmdline a"),
            (5, ""),
            (17, ""),
            (18, " edited:1: wrong"),
            (19, " edited:2: wrong"),
            (20, ""),
            (22, ""),
            (23, keys),
        ];
        for (size, text, told, cursor, rows) in [
            ((80, 24), SHORT, 2, (4, 10), serial),
            (
                (80, 24),
                SHORT,
                9,
                (4, 10),
                &[(18, " edited:6: wrong"), (21, " edited:9: wrong")],
            ),
            ((80, 24), SHORT, 0, (4, 10), &[(18, ""), (21, "")]),
            (
                (40, 12),
                SHORT,
                2,
                (3, 10),
                &[
                    (0, " editing De?bian"),
                    (1, " root sda1"),
                    (3, " cmdline a"),
                    (10, " edited:2: wrong"),
                    (11, &keys[..40]),
                ],
            ),
            // 38 letters are seen; the cursor is behind the 51st, so that half of 38 are left out.
            (
                (40, 12),
                LONG,
                0,
                (1, 33),
                &[
                    (1, "<0123456789 0123456789 0123456789"),
                    (2, " append 0123456789 0123456789 012345678>"),
                ],
            ),
            // A short screen shows the lines about the cursor, and those at the end as a whole.
            (
                (80, 8),
                "0\n1\n2\n3\n4\n5|\n6\n7\n8\n9",
                0,
                (3, 2),
                &[(1, " 3"), (3, " 5"), (5, " 7"), (6, "")],
            ),
            (
                (80, 8),
                "0\n1\n2\n3\n4\n5\n6\n7\n8\n9|",
                0,
                (5, 2),
                &[(1, " 5"), (5, " 9")],
            ),
            // The last line is empty, and has the cursor.
            ((80, 24), "a\n|", 0, (3, 1), &[(2, " a"), (3, "")]),
        ] {
            let (screen, at) = draw(size, text, told);
            assert_eq!(at, cursor, "{size:?} {text:?}");
            for (nth, want) in rows {
                let (bright, found) = &screen.shown[*nth];
                assert_eq!(found.trim_end(), want.trim_end(), "{size:?} {text:?} {nth}");
                assert_eq!(*bright, *nth == 0 || *nth + 1 == size.1, "{nth}");
            }
        }
    }

    #[test]
    fn no_screen_is_too_small() {
        for rows in 1..30 {
            for columns in [0, 1, 2, 3, 10, 30] {
                for text in [
                    "|",
                    "a\n\nb\u{20ac}\x1b[2J\n|",
                    "|0123456789\n01234567890123456789",
                ] {
                    let (_, (row, _)) = draw((columns, rows), text, 9);
                    assert!(row < rows.max(3), "{rows} {columns}");
                }
            }
        }
    }
}
