//! Terminal bytes in, keys out.
//!
//! A state machine over single bytes, so that an escape sequence may be cut anywhere. It
//! knows the sequences of the Linux console, VT100 to xterm, rxvt and PuTTY.

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
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
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
    /// After ESC `[`, with the number that its first parameter has come to.
    Bracket(u8),
    /// After ESC `[` `1` `;`: later parameters say only which modifiers are held.
    Modifiers(u8),
    /// After ESC `O`.
    Application,
    /// After ESC `[` `[`: a function key of the Linux console, one more byte.
    Function,
}

/// Turns bytes of one terminal into keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    state: State,
}

impl Decoder {
    /// Takes a byte; gives the key that it completes, if any.
    pub fn feed(&mut self, byte: u8) -> Option<Key> {
        let (state, key) = match (self.state, byte) {
            (State::Ground, 0x1b) => (State::Escape, None),
            (State::Ground, b'\r' | b'\n') => (State::Ground, Some(Key::Enter)),
            (State::Ground, _) => (State::Ground, Some(Key::Byte(byte))),
            (State::Escape, b'[') => (State::Bracket(0), None),
            (State::Escape, b'O') => (State::Application, None),
            (State::Escape, 0x1b) => (State::Escape, Some(Key::Escape)),
            (State::Escape, _) => (State::Ground, Some(Key::Other)),
            (State::Bracket(_), b'[') => (State::Function, None),
            (State::Bracket(number), b'0'..=b'9') => {
                let digit = byte.wrapping_sub(b'0');
                let number = number.saturating_mul(10).saturating_add(digit);
                (State::Bracket(number), None)
            }
            (State::Bracket(number), b';') => (State::Modifiers(number), None),
            (State::Modifiers(_), b'0'..=b'9' | b';') => (self.state, None),
            (State::Bracket(number) | State::Modifiers(number), b'~') => {
                (State::Ground, Some(numbered(number)))
            }
            (State::Function, _) => (State::Ground, Some(Key::Other)),
            (State::Bracket(_) | State::Modifiers(_) | State::Application, _) => {
                (State::Ground, Some(lettered(byte)))
            }
        };
        self.state = state;
        key
    }

    /// Says that no byte has come for a while: an ESC that waits was the Escape key.
    pub fn idle(&mut self) -> Option<Key> {
        let waited = self.state != State::Ground;
        self.state = State::Ground;
        waited.then_some(Key::Escape)
    }

    /// Whether the last byte may be the beginning of more.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.state != State::Ground
    }
}

/// The keys whose sequence ends in a letter.
fn lettered(byte: u8) -> Key {
    match byte {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'M' => Key::Enter,
        _ => Key::Other,
    }
}

/// The keys whose sequence is a number and `~`.
fn numbered(number: u8) -> Key {
    match number {
        1 | 7 => Key::Home,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        _ => Key::Other,
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
            ("\x1b[5;2~", &[Key::PageUp]),
            ("\x1b[[Ax", &[Key::Other, Key::Byte(b'x')]),
            ("\x1b[99999999999999~", &[Key::Other]),
            ("\x1b[200~", &[Key::Other]),
            ("\x1b\x1b[A", &[Key::Escape, Key::Up]),
            ("\x1bx", &[Key::Other]),
            ("\x7f", &[Key::Byte(0x7f)]),
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
    fn no_byte_is_lost_for_good() {
        for first in 0..=255 {
            for second in 0..=255 {
                let mut decoder = Decoder::default();
                for byte in [0x1b, first, second, b'~', b'q', b'q'] {
                    decoder.feed(byte);
                }
                assert_eq!(decoder.feed(b'x'), Some(Key::Byte(b'x')));
            }
        }
    }
}
