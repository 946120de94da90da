//! Keymap files → what the keys of the keyboard mean.
//!
//! Given the bytes of a file, gives each key in it as the kernel's `KDSKBENT` takes it: a
//! table, a key and a value. Whatever the bytes are, a key is three numbers in range, and what
//! cannot be read is told; the kernel refuses values that it does not know.
//!
//! Most files are text. Its lines are `TABLE KEY ACTION`, as in the original's `keymap.txt`:
//!
//! ```text
//! # Table 0 is for keys alone; 1, 2, 4 and 8 are added for Shift, AltGr, Control and Alt.
//! 0 1 Escape
//! 0 16 "qwertzuiopü+"
//! 4 16 "qwertzuiop["
//! 0 13 dead_acute
//! 2 18 U+20ac
//! 8 30 0x0861
//! ```
//!
//! Letters between `"` are for as many keys in a row, so that a keyboard takes half a
//! kilobyte; a blank has a key mean nothing. In tables of Control they stand for control
//! characters, as in `^M`. The rest of the names are those of `loadkeys`.
//!
//! A file may also be what `loadkeys --bkeymap` and `busybox dumpkmap` write:
//!
//! | bytes | what |
//! | --- | --- |
//! | 7 | `bkeymap` |
//! | 256 | for each table, 1 if it is there and 0 if not |
//! | 256 for each that is there | its keys from 0 to 127: 16 bits, the lower eight first |

pub mod names;

use crate::bytes::{byte, field};
use crate::notes::Notes;
use crate::text::{Line, Lines, cut_word, number};
use names::{NOTHING, cut_letter, value_of, value_of_letter};

/// What a key means in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Key {
    /// Which of the keys Shift, `AltGr`, Control … are held, as a sum.
    pub table: u8,
    /// Which key: its number in the kernel.
    pub key: u8,
    /// What it means: a kind in the upper eight bits and which one of that kind in the lower;
    /// or the number of a letter of Unicode with its upper four bits inverted.
    pub value: u16,
}

/// A key that no keyboard has, and that means nothing.
pub const NO_KEY: Key = Key {
    table: 0,
    key: 0,
    value: NOTHING,
};

/// What the table for Control has, and every other one for it (`KG_CTRL`).
const CONTROL: u8 = 4;

/// What a file of the binary kind begins with.
const MAGIC: &[u8] = b"bkeymap";
/// The tables that there can be.
const TABLES: usize = 256;
/// The keys of a table in such a file.
const KEYS: usize = 128;

/// Gives the keys of the file called `name`, one after the other, to `give`.
#[inline(never)]
pub fn read(name: &[u8], bytes: &[u8], give: &mut dyn FnMut(Key), notes: &mut Notes) {
    if bytes.starts_with(MAGIC) {
        return read_binary(name, bytes, give, notes);
    }
    // Editors of other systems begin UTF-8 files with a byte order mark.
    let mut lines = Lines::new(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    while lines.advance() {
        let line = &lines.line;
        let mut action = line.value;
        let key = cut_word(&mut action);
        let byte = |word| number(word).and_then(|number| u8::try_from(number).ok());
        let (Some(table), Some(key)) = (byte(line.word), byte(key)) else {
            let sentence = b"%:#: lines are 'TABLE KEY ACTION', the first two numbers up to 255";
            notes.say_of_line(sentence, name, line);
            continue;
        };
        if read_action(table, key, action, give).is_none() {
            let line = Line {
                word: action,
                ..*line
            };
            notes.say_of_line(b"%:#: unknown action '%'", name, &line);
        }
    }
}

/// Gives the keys of a file of the binary kind.
#[inline(never)]
fn read_binary(name: &[u8], bytes: &[u8], give: &mut dyn FnMut(Key), notes: &mut Notes) {
    let mut start = MAGIC.len().wrapping_add(TABLES);
    for table in 0..=u8::MAX {
        if byte(bytes, MAGIC.len().wrapping_add(table.into())) == 0 {
            continue;
        }
        let values = field(bytes, start, 2 * KEYS);
        start = start.wrapping_add(2 * KEYS);
        let mut key: u8 = 0;
        for value in values.as_chunks::<2>().0 {
            // To set key 0 does nothing, or takes the table away.
            if key > 0 {
                let value = u16::from_le_bytes(*value);
                give(Key { table, key, value });
            }
            key = key.wrapping_add(1);
        }
    }
    if start > bytes.len() {
        notes.say("% is cut short", &[name]);
    }
}

/// Gives the keys of one line: one, or for letters between `"` as many as there are.
#[inline(never)]
fn read_action(table: u8, key: u8, action: &[u8], give: &mut dyn FnMut(Key)) -> Option<()> {
    let [b'"', letters @ .., b'"'] = action else {
        let value = value_of(action)?;
        give(Key { table, key, value });
        return Some(());
    };
    let mut rest = letters;
    let mut next = Some(key);
    while !rest.is_empty() {
        let letter = cut_letter(&mut rest)?;
        let value = match u8::try_from(letter) {
            Ok(b' ') => NOTHING,
            Ok(byte @ (b'?'..=b'_' | b'a'..=b'z')) if table & CONTROL != 0 => {
                u16::from(byte.to_ascii_uppercase() ^ 0x40)
            }
            _ => value_of_letter(letter)?,
        };
        let key = next?;
        give(Key { table, key, value });
        next = key.checked_add(1);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Key, read};
    use crate::notes::Notes;

    fn keys(bytes: &[u8]) -> (Vec<(u8, u8, u16)>, Vec<String>) {
        let mut keys = vec![];
        let mut notes = Notes::new();
        let mut give = |Key { table, key, value }| keys.push((table, key, value));
        read(b"f", bytes, &mut give, &mut notes);
        let told = notes.lines().map(|line| String::from_utf8_lossy(line));
        (keys, told.map(std::borrow::Cow::into_owned).collect())
    }

    #[test]
    fn lines_of_the_original() {
        for (text, want) in [
            ("", &[][..]),
            ("0 1 Escape", &[(0, 1, 0x1b)]),
            (
                "0\t30\ta\r\n1\t30\tA\r\n",
                &[(0, 30, 0xb61), (1, 30, 0xb41)],
            ),
            ("# no\n\n  4 30  Control_a  \n", &[(4, 30, 1)]),
            ("\u{feff}0 57 space", &[(0, 57, 0x20)]),
            ("255 255 65535", &[(255, 255, 0xffff)]),
            ("0 26 udiaeresis", &[(0, 26, 0xfc)]),
            ("0 26 +udiaeresis", &[(0, 26, 0xbfc)]),
            ("0 26 \u{fc}", &[(0, 26, 0xbfc)]),
            ("0 40 #", &[(0, 40, 0x23)]),
        ] {
            assert_eq!(keys(text.as_bytes()), (want.to_vec(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn letters_in_a_row() {
        for (text, want) in [
            ("0 16 \"qw\"", &[(0, 16, 0xb71), (0, 17, 0xb77)][..]),
            // A blank means nothing; a sign that is the end of others is one within.
            (
                "1 2 \" \"\u{a7}\"",
                &[(1, 2, 0x200), (1, 3, 0x22), (1, 4, 0xa7)],
            ),
            // U+0142, U+20AC: the upper four bits are inverted.
            ("2 3 \"\u{142}\u{20ac}\"", &[(2, 3, 0xf142), (2, 4, 0xd0ac)]),
            // Those of Caps Lock, and those beside them.
            (
                "0 1 \"\u{bf}\u{c0}\u{d7}\u{df}\u{e0}\u{f7}\u{fe}\u{ff}\"",
                &[
                    (0, 1, 0xbf),
                    (0, 2, 0xbc0),
                    (0, 3, 0xd7),
                    (0, 4, 0xdf),
                    (0, 5, 0xbe0),
                    (0, 6, 0xf7),
                    (0, 7, 0xbfe),
                    (0, 8, 0xff),
                ],
            ),
            // In tables of Control, as in `^M`.
            (
                "4 1 \"@aZ[\\]^_?>`{\"",
                &[
                    (4, 1, 0),
                    (4, 2, 1),
                    (4, 3, 26),
                    (4, 4, 27),
                    (4, 5, 28),
                    (4, 6, 29),
                    (4, 7, 30),
                    (4, 8, 31),
                    (4, 9, 127),
                    (4, 10, 0x3e),
                    (4, 11, 0x60),
                    (4, 12, 0x7b),
                ],
            ),
            ("6 1 \"m\"", &[(6, 1, 13)]),
            ("8 1 \"m\"", &[(8, 1, 0xb6d)]),
            ("0 1 \"\"", &[]),
            ("0 255 \"a\"", &[(0, 255, 0xb61)]),
            // One sign alone is itself.
            ("0 40 \"", &[(0, 40, 0x22)]),
        ] {
            assert_eq!(keys(text.as_bytes()), (want.to_vec(), vec![]), "{text:?}");
        }
        // Latin-1 is told apart from UTF-8 by its bytes.
        let (found, _) = keys(b"0 1 \"\xe4\xdf\"");
        assert_eq!(found, [(0, 1, 0xbe4), (0, 2, 0xdf)]);
    }

    #[test]
    fn every_mistake_is_one_line() {
        const LINES: &str = "f:1: lines are 'TABLE KEY ACTION', the first two numbers up to 255";
        for (text, count, want) in [
            ("plain 1 a", 0, LINES),
            ("0 256 a", 0, LINES),
            ("-1 1 a", 0, LINES),
            ("0x0 1 a", 0, LINES),
            ("0", 0, LINES),
            ("keycode 1 = Escape", 0, LINES),
            ("0 1", 0, "f:1: unknown action ''"),
            ("0 1 escape", 0, "f:1: unknown action 'escape'"),
            ("0 1 a b", 0, "f:1: unknown action 'a b'"),
            ("0 1 65536", 0, "f:1: unknown action '65536'"),
            ("0 1 U+f000", 0, "f:1: unknown action 'U+f000'"),
            ("0 1 \"a\tb\"", 1, "f:1: unknown action '\"a?b\"'"),
            ("0 254 \"abc\"", 2, "f:1: unknown action '\"abc\"'"),
            ("0 1 \u{1f600}", 0, "f:1: unknown action '\u{1f600}'"),
        ] {
            let (found, told) = keys(text.as_bytes());
            assert_eq!(
                (found.len(), told),
                (count, vec![want.to_owned()]),
                "{text:?}"
            );
        }
        let (found, told) = keys(b"0 1 x\nbad\n0 2 y");
        assert_eq!(
            (found.len(), told.len()),
            (2, 1),
            "the lines around it count"
        );
    }

    /// A file as `loadkeys --bkeymap` writes it, with these tables.
    fn binary(tables: &[u8]) -> Vec<u8> {
        let mut bytes = b"bkeymap".to_vec();
        bytes.extend((0..=255).map(|table| u8::from(tables.contains(&table))));
        for table in tables {
            bytes.extend((0..128).flat_map(|key| [key, *table]));
        }
        bytes
    }

    #[test]
    fn files_of_loadkeys() {
        let (found, told) = keys(&binary(&[0, 1, 255]));
        assert_eq!((found.len(), told.len()), (3 * 127, 0));
        assert_eq!(found[0], (0, 1, 1), "key 0 is none");
        assert_eq!(found[126], (0, 127, 127));
        assert_eq!(found[127], (1, 1, 0x101));
        assert_eq!(found[380], (255, 127, 0xff7f));
        assert_eq!(keys(&binary(&[])), (vec![], vec![]));
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(keys(&binary(&all)).0.len(), 256 * 127);
    }

    #[test]
    fn files_that_are_cut_short() {
        let whole = binary(&[0, 4]);
        for length in 7..whole.len() {
            let (found, told) = keys(&whole[..length]);
            assert_eq!(told, ["f is cut short"], "{length}");
            // Whole tables alone.
            let tables = length.saturating_sub(7 + 256) / 256;
            assert_eq!(found.len(), tables * 127, "{length}");
        }
        assert_eq!(keys(&whole[..6]).1.len(), 1, "a text");
    }
}
