//! GRUB's script text → words, as they are written.
//!
//! Given a text, gives its words with their quotes and variables in them, the braces, and the
//! ends of commands. Never fails: a quote that is not closed ends with the text
//! (grub-core/script/yylex.l has what GRUB takes).

use crate::text::part;

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    /// The file's name, for messages.
    pub(super) file: &'t [u8],
    /// What is left of the text.
    pub(super) rest: &'t [u8],
    /// The line.
    pub(super) line: u32,
}

impl<'t> Cursor<'t> {
    /// The beginning of a file.
    pub(super) const fn new(file: &'t [u8], text: &'t [u8]) -> Self {
        Self {
            file,
            rest: text,
            line: 1,
        }
    }

    #[inline(never)]
    fn skip(&mut self) {
        if let [byte, rest @ ..] = self.rest {
            self.line = self.line.wrapping_add((*byte == b'\n').into());
            self.rest = rest;
        }
    }

    /// The next piece: a word as it is written, or a sign; empty at the end of the text.
    #[inline(never)]
    pub(super) fn next(&mut self) -> &'t [u8] {
        loop {
            let start = self.rest;
            match start {
                [b' ' | b'\t' | b'\r', ..] => {}
                [b'\\', b'\n', ..] => self.skip(),
                [b'#', ..] => {
                    while !matches!(self.rest, [] | [_, b'\n', ..]) {
                        self.skip();
                    }
                }
                _ => {
                    if is_sign(start) {
                        self.skip();
                    } else {
                        self.word();
                    }
                    return until(start, self.rest);
                }
            }
            self.skip();
        }
    }

    /// Goes behind the word that begins here.
    fn word(&mut self) {
        let mut quote = 0;
        let mut in_name = false;
        while let [byte, after @ ..] = self.rest {
            match (quote, *byte) {
                (0, b'}') if in_name => in_name = false,
                (0, b' ' | b'\t' | b'\r') => return,
                (0, _) if is_sign(self.rest) => return,
                (0, b'"' | b'\'') => quote = *byte,
                (0 | b'"', b'\\') => self.skip(),
                (0, b'$') if matches!(after, [b'{', ..]) => {
                    in_name = true;
                    self.skip();
                }
                _ if *byte == quote => quote = 0,
                _ => {}
            }
            self.skip();
        }
    }
}

/// Whether a text begins with what is a piece by itself, or ends here: a brace, or the end of
/// a command.
#[inline(never)]
pub(super) fn is_sign(text: &[u8]) -> bool {
    matches!(text, [] | [b'\n' | b';' | b'|' | b'&' | b'{' | b'}', ..])
}

/// What a text has before its end `rest`.
#[inline(never)]
pub(super) fn until<'t>(text: &'t [u8], rest: &[u8]) -> &'t [u8] {
    part(text, 0, text.len().wrapping_sub(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::{Cursor, is_sign};

    /// Words as they are, with `<` and `>` around each; the other pieces as signs.
    fn cut(text: &str) -> String {
        let mut cursor = Cursor::new(b"", text.as_bytes());
        let mut all = String::new();
        loop {
            let piece = cursor.next();
            let letters = String::from_utf8_lossy(piece);
            let shown = match piece {
                [] => return all,
                b"{" | b"}" => letters.into_owned(),
                _ if is_sign(piece) => ";".to_owned(),
                _ => format!("<{letters}>"),
            };
            all.push_str(&shown);
        }
    }

    #[test]
    fn pieces() {
        for (text, want) in [
            ("", ""),
            ("a b\tc\r\n", "<a><b><c>;"),
            ("a;b", "<a>;<b>"),
            ("a # b {\nc", "<a>;<c>"),
            ("a#b", "<a#b>"),
            ("a{b}c", "<a>{<b>}<c>"),
            ("'a {' \"b };\" c'd e'f", "<'a {'><\"b };\"><c'd e'f>"),
            ("a\\ b \\{ c", "<a\\ b><\\{><c>"),
            ("a \\\nb", "<a><b>"),
            ("\"a\\\"b\" c", "<\"a\\\"b\"><c>"),
            ("'a\\' b", "<'a\\'><b>"),
            ("${a}b ${a b", "<${a}b><${a><b>"),
            ("\"${a}}\"", "<\"${a}}\">"),
            ("${?} ${@}", "<${?}><${@}>"),
            ("'open {\n", "<'open {\n>"),
            ("a\\", "<a\\>"),
            ("a && b || c", "<a>;;<b>;;<c>"),
        ] {
            assert_eq!(cut(text), want, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted() {
        let mut cursor = Cursor::new(b"", b"a \\\n b 'c\n\n' # d\ne");
        while cursor.next() != b"e" {}
        assert_eq!(cursor.line, 5);
    }
}
