//! Words → a program and its arguments.
//!
//! Words end at blanks, except within `'` or `"`, which are taken away. There are no escapes.

use crate::text::is_blank;
use heapless::Vec;

/// Bytes that a program's name and its arguments may have together.
const SIZE: usize = 1024;
/// How many words they may be.
pub const WORDS: usize = 32;

/// A program's name and its arguments, each ended by a NUL.
pub struct Program(Vec<u8, SIZE>);

impl Program {
    /// Cuts words; `None` where there is none, a quote is not closed, there are more than
    /// [`WORDS`], or they are too long.
    #[inline(never)]
    #[must_use]
    pub fn read(words: &[u8]) -> Option<Self> {
        let mut text = Vec::new();
        let mut count: usize = 0;
        // The quote that we are within; whether we are within a word.
        let mut quote = None;
        let mut is_within = false;
        for byte in words.iter().chain(b" ") {
            let is_quote = matches!(byte, b'"' | b'\'') && quote.is_none();
            if quote == Some(*byte) {
                quote = None;
            } else if is_quote {
                quote = Some(*byte);
                is_within = true;
            } else if quote.is_some() || !is_blank(*byte) {
                if *byte == 0 {
                    return None;
                }
                is_within = true;
                text.push(*byte).ok()?;
            } else if is_within {
                is_within = false;
                count = count.wrapping_add(1);
                text.push(0).ok()?;
            }
        }
        let is_whole = quote.is_none() && (1..=WORDS).contains(&count);
        is_whole.then_some(Self(text))
    }

    /// The words, each ended by a NUL; the first is the program's name.
    #[must_use]
    pub fn words(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, WORDS};

    #[test]
    fn words() {
        for (text, want) in [
            ("/bin/sh", Some("/bin/sh\0")),
            (" /bin/sh \t -c\r ", Some("/bin/sh\0-c\0")),
            ("sh -c 'echo \"a\" b'", Some("sh\0-c\0echo \"a\" b\0")),
            ("a\"b c\"d'e f'", Some("ab cde f\0")),
            ("a '' \"\"", Some("a\0\0\0")),
            ("a\\ b", Some("a\\\0b\0")),
            ("''", Some("\0")),
            ("a 'b", None),
            ("a \"b'", None),
            ("", None),
            (" \t", None),
            ("a\0b", None),
        ] {
            let got = Program::read(text.as_bytes());
            let got = got.as_ref().map(Program::words);
            assert_eq!(got, want.map(str::as_bytes), "{text:?}");
        }
    }

    #[test]
    fn limits() {
        for (text, is_read) in [
            ("a ".repeat(WORDS), true),
            ("a ".repeat(WORDS + 1), false),
            ("a".repeat(1023), true),
            ("a".repeat(1024), false),
            (format!("{} b", "a".repeat(1022)), false),
        ] {
            let len = text.len();
            assert_eq!(Program::read(text.as_bytes()).is_some(), is_read, "{len}");
        }
    }
}
