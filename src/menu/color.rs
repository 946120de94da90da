//! The colours of the menu.
//!
//! Given the words of a configuration, gives the numbers of colours, and puts the sequence that
//! has a terminal use them: ECMA-48's SGR, as in `console_codes(4)`.

use crate::out::{Put, fill_all};
use crate::text::{Likeness, cut, cut_word, place_of, trim};

/// The names of colours, in the order of their numbers; the last eight are for letters alone.
const NAMES: &[u8] = b"black red green brown blue magenta cyan light-gray dark-gray light-red \
    light-green yellow light-blue light-magenta light-cyan white";

/// The colours of letters and of what is behind them: of most rows, and of the bright ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colors([(u8, u8); 2]);

impl Colors {
    /// Reads `LETTERS/BEHIND`, and the same for bright rows; without that, they have both
    /// exchanged, as far as it goes.
    #[inline(never)]
    #[must_use]
    pub fn parse(words: &[u8]) -> Option<Self> {
        let mut rest = words;
        let normal = pair(cut_word(&mut rest))?;
        let bright = match trim(rest) {
            [] => (normal.1, normal.0 & 7),
            words => pair(words)?,
        };
        Some(Self([normal, bright]))
    }

    /// Puts the sequence for a row.
    #[inline(never)]
    pub fn put(self, is_bright: bool, out: &mut dyn Put) {
        let [normal, bright] = self.0;
        let (letters, behind) = if is_bright { bright } else { normal };
        // Bold letters have the second eight colours where a terminal has no more than eight.
        let bold = if letters > 7 { 1 } else { 22 };
        let letters = 30_u64.wrapping_add((letters & 7).into());
        let numbers = [bold, letters, 40_u64.wrapping_add(behind.into())];
        fill_all(out, b"\x1b[0;#;#;#m", &[], &numbers);
    }
}

fn pair(word: &[u8]) -> Option<(u8, u8)> {
    let mut behind = word;
    let letters = number(cut(&mut behind, b'/'))?;
    let behind = number(behind).filter(|behind| *behind < 8)?;
    Some((letters, behind))
}

fn number(name: &[u8]) -> Option<u8> {
    place_of(name, NAMES, Likeness::Case).and_then(|nth| u8::try_from(nth).ok())
}

#[cfg(test)]
mod tests {
    use super::Colors;

    #[test]
    fn sequences() {
        for (words, normal, bright) in [
            ("white/blue", "\x1b[0;1;37;44m", "\x1b[0;22;34;47m"),
            (
                "Light-Gray/black yellow/RED",
                "\x1b[0;22;37;40m",
                "\x1b[0;1;33;41m",
            ),
            (
                "cyan/blue \t black/cyan ",
                "\x1b[0;22;36;44m",
                "\x1b[0;22;30;46m",
            ),
        ] {
            let colors = Colors::parse(words.as_bytes()).expect(words);
            for (is_bright, want) in [(false, normal), (true, bright)] {
                let mut put = heapless::Vec::<u8, 64>::new();
                colors.put(is_bright, &mut put);
                assert_eq!(put, want.as_bytes(), "{words}");
            }
        }
    }

    #[test]
    fn mistakes() {
        for words in [
            "",
            "white",
            "white/",
            "/blue",
            "white/white",
            "white/yellow",
            "pink/blue",
            "white/blue/red",
            "white/blue white",
            "white/blue white/red red/white",
            "white blue",
        ] {
            assert_eq!(Colors::parse(words.as_bytes()), None, "{words}");
        }
    }
}
