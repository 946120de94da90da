//! Terminal bytes in, keys out.
//!
//! A state machine over single bytes, so that an escape sequence may be cut anywhere. It
//! knows the sequences of the Linux console, VT100 to xterm, rxvt and PuTTY. What is not UTF-8 is
//! noise on the line, or its wrong speed: until it has ended, nothing is a key.

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A printing character, or a control character that has no name here.
    Byte(u8),
    /// Return or keypad Enter.
    Enter,
    /// Escape, alone.
    Escape,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Delete.
    Delete,
    /// The tenth function key.
    F10,
    /// A sequence that means nothing here; still a key that was pressed.
    Other,
}

/// Where in an escape sequence the last byte has left us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After ESC `[` or ESC `O`, in the first parameter.
    First,
    /// After `;`: later parameters say only which modifiers are held.
    Later,
    /// After ESC `[` `[`: a function key of the Linux console, one more byte.
    Function,
    /// In a letter of several bytes.
    Letter,
    /// In noise.
    Noise,
}

/// What sequences end in; those that end in `~` are told apart by their number.
const ENDS: [(u8, u8, Key); 15] = [
    (b'A', 0, Key::Up),
    (b'B', 0, Key::Down),
    (b'C', 0, Key::Right),
    (b'D', 0, Key::Left),
    (b'H', 0, Key::Home),
    (b'F', 0, Key::End),
    (b'M', 0, Key::Enter),
    (b'~', 1, Key::Home),
    (b'~', 7, Key::Home),
    (b'~', 3, Key::Delete),
    (b'~', 4, Key::End),
    (b'~', 8, Key::End),
    (b'~', 5, Key::PageUp),
    (b'~', 6, Key::PageDown),
    (b'~', 21, Key::F10),
];

/// Turns bytes of one terminal into keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    state: State,
    /// The first parameter; 0 if there is none, 255 if it is none of ours.
    number: u8,
    /// How many bytes of a letter are to come.
    left: u8,
}

impl Decoder {
    /// Takes a byte; gives the key that it completes, if any.
    #[inline(never)]
    pub fn feed(&mut self, byte: u8) -> Option<Key> {
        let was = self.state;
        self.state = State::Ground;
        match (was, byte) {
            (State::Letter, 0x80..=0xbf) => {
                self.left = self.left.wrapping_sub(1);
                if self.left > 0 {
                    self.state = was;
                }
                return Some(Key::Byte(byte));
            }
            (State::Ground, 0xc2..=0xf4) => {
                self.left = match byte {
                    0xc2..=0xdf => 1,
                    0xe0..=0xef => 2,
                    _ => 3,
                };
                self.state = State::Letter;
                return Some(Key::Byte(byte));
            }
            (State::Letter | State::Noise, _) | (_, 0x80..) => self.state = State::Noise,
            // One that comes within a sequence begins another: the rest of the first is lost.
            (_, 0x1b) => {
                self.state = State::Escape;
                return (was == State::Escape).then_some(Key::Escape);
            }
            (State::Ground, b'\r' | b'\n') => return Some(Key::Enter),
            (State::Ground, _) => return Some(Key::Byte(byte)),
            (State::Escape, b'[' | b'O') => {
                self.number = 0;
                self.state = State::First;
            }
            (State::First, b'[') => self.state = State::Function,
            (State::First, b';') => self.state = State::Later,
            (State::First, b' '..b'@') => {
                let digit = byte.wrapping_sub(b'0');
                let number = self.number.saturating_mul(10).saturating_add(digit);
                self.number = if digit < 10 { number } else { u8::MAX };
                self.state = was;
            }
            (State::Later, b' '..b'@') => self.state = was,
            (State::First | State::Later, _) => {
                let number = if byte == b'~' { self.number } else { 0 };
                let key = ENDS.iter().find(|row| (row.0, row.1) == (byte, number));
                return Some(key.map_or(Key::Other, |row| row.2));
            }
            (State::Escape | State::Function, _) => return Some(Key::Other),
        }
        None
    }

    /// Says that no byte has come for a while: an ESC that waits was the Escape key, and noise
    /// has ended.
    pub fn idle(&mut self) -> Option<Key> {
        let was = core::mem::take(&mut self.state);
        match was {
            State::Ground | State::Letter | State::Noise => None,
            _ => Some(Key::Escape),
        }
    }

    /// Whether the last byte may be the beginning of more.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.state != State::Ground
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Key};

    #[test]
    fn sequences() {
        for (bytes, want) in [
            ("a", &[Key::Byte(b'a')][..]),
            ("\r", &[Key::Enter]),
            ("\n", &[Key::Enter]),
            ("\x1b[A\x1b[B", &[Key::Up, Key::Down]),
            ("\x1bOA\x1bOM", &[Key::Up, Key::Enter]),
            (
                "\x1b[1~\x1b[4~\x1b[5~\x1b[6~",
                &[Key::Home, Key::End, Key::PageUp, Key::PageDown],
            ),
            ("\x1b[7~\x1b[8~", &[Key::Home, Key::End]),
            ("\x1b[H\x1b[F\x1bOH", &[Key::Home, Key::End, Key::Home]),
            ("\x1b[1;5A", &[Key::Up]),
            (
                "\x1b[D\x1b[C\x1bOD\x1bOC",
                &[Key::Left, Key::Right, Key::Left, Key::Right],
            ),
            ("\x1b[1;5D\x1bO5C", &[Key::Left, Key::Right]),
            ("\x1b[3~\x1b[3;5~", &[Key::Delete, Key::Delete]),
            ("\x1b[21~\x1b[21;2~", &[Key::F10, Key::F10]),
            // Insert, and other function keys; numbers that are no key's.
            (
                "\x1b[2~\x1b[20~\x1b[23~",
                &[Key::Other, Key::Other, Key::Other],
            ),
            ("\x1b[~\x1b[0~\x1b[255~\x1b[259~", &[Key::Other; 4]),
            ("\x1b[65~\x1b[?1~\x1b[<5~\x1b[ 3~", &[Key::Other; 4]),
            ("\x1b[5;2~", &[Key::PageUp]),
            ("\x1b[[Ax", &[Key::Other, Key::Byte(b'x')]),
            ("\x1b[99999999999999~", &[Key::Other]),
            ("\x1b[200~", &[Key::Other]),
            ("\x1b\x1b[A", &[Key::Escape, Key::Up]),
            // Half a sequence, and a whole one: no letter of it is a key of its own.
            ("\x1b[\x1b[B", &[Key::Down]),
            ("\x1b[1;\x1b[B", &[Key::Down]),
            ("\x1b[[\x1b[B", &[Key::Down]),
            // What a terminal answers that somebody else has asked.
            ("\x1b[?1;2c", &[Key::Other]),
            ("\x1b[24;80R", &[Key::Other]),
            ("\x1b[15~\x1b[51~", &[Key::Other, Key::Other]),
            // The keypad with a modifier, as some terminals have it.
            ("\x1bO5A\x1bOP", &[Key::Up, Key::Other]),
            ("\x1bx", &[Key::Other]),
            ("\x7f", &[Key::Byte(0x7f)]),
            (
                "\u{e4}x",
                &[Key::Byte(0xc3), Key::Byte(0xa4), Key::Byte(b'x')],
            ),
            (
                "\u{20ac}\u{1f4be}",
                &[0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x92, 0xbe].map(Key::Byte),
            ),
        ] {
            let mut decoder = Decoder::default();
            let keys: Vec<_> = bytes.bytes().filter_map(|b| decoder.feed(b)).collect();
            assert_eq!(keys, want, "{bytes:?}");
            assert!(!decoder.is_within(), "{bytes:?}");
        }
    }

    #[test]
    fn escape_alone_is_known_by_the_silence_after_it() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(0x1b), None);
        assert!(decoder.is_within());
        assert_eq!(decoder.idle(), Some(Key::Escape));
        assert_eq!(decoder.idle(), None);
        assert_eq!(decoder.feed(b'['), Some(Key::Byte(b'[')));
    }

    #[test]
    fn noise_is_no_key() {
        for (bytes, count) in [
            (&b"\x80b\rp"[..], 0),
            (b"\xffb\r", 0),
            (b"x\xc0\x80b", 1),
            (b"\xe4b\x1b[A\r", 1),
            (b"\xe2\x82b", 2),
            (b"\x1b[\xffA\r", 0),
            (b"\x1b\xe4\r", 0),
        ] {
            let mut decoder = Decoder::default();
            let keys = bytes.iter().filter_map(|byte| decoder.feed(*byte));
            assert_eq!(keys.count(), count, "{bytes:?}");
            assert!(decoder.is_within());
            assert_eq!(decoder.idle(), None);
            assert!(!decoder.is_within());
            assert_eq!(decoder.feed(b'\r'), Some(Key::Enter), "{bytes:?}");
        }
        // A letter of another encoding, alone.
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(0xe4), Some(Key::Byte(0xe4)));
        assert_eq!(decoder.idle(), None);
        assert_eq!(decoder.feed(b'x'), Some(Key::Byte(b'x')));
    }

    #[test]
    fn no_byte_is_lost_for_good() {
        for first in 0..=255 {
            for second in 0..=255 {
                let mut decoder = Decoder::default();
                for byte in [0x1b, first, second, b'~', b'q', b'q'] {
                    decoder.feed(byte);
                }
                decoder.idle();
                assert_eq!(decoder.feed(b'x'), Some(Key::Byte(b'x')));
            }
        }
    }
}
