//! Cuts text to what can be shown of it.
//!
//! Given texts, gives parts of them. Knows no screen, and puts nothing together.

use crate::text;

/// How many bytes of a text fit into so many columns. What no screen may be sent becomes `?`.
#[inline(never)]
pub(super) fn fit(text: &mut [u8], columns: usize) -> usize {
    let mut end: usize = 0;
    for _ in 0..columns {
        let Some(rest @ [_, ..]) = text.get_mut(end..) else {
            break;
        };
        let length = text::letter(rest);
        if length == 0
            && let [first, ..] = rest
        {
            *first = b'?';
        }
        end = end.wrapping_add(length.max(1));
    }
    end
}

/// A line of a text; empty after the last.
#[inline(never)]
pub(super) fn line(text: &[u8], nth: usize) -> &[u8] {
    text.split(|byte| *byte == b'\n').nth(nth).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::{fit, line};

    #[test]
    fn what_fits() {
        for (text, columns, want) in [
            (&b"abc"[..], 3, &b"abc"[..]),
            (b"abc", 2, b"ab"),
            (b"abc", 0, b""),
            (b"", 5, b""),
            (b"\x1b[2J\x7f\n\t", 80, b"?[2J???"),
            // A letter of two bytes, one of three, one of four.
            (
                b"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80x",
                3,
                b"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
            ),
            (b"\xc3\xbc\xe2\x82\xacx", 1, b"\xc3\xbc"),
            // CSI as one character of eight bits, which is two bytes of UTF-8.
            (b"\xc2\x9b2J\xc2\xa0", 80, b"??2J\xc2\xa0"),
            (b"\xc4\x9b", 80, b"\xc4\x9b"),
        ] {
            let mut text = text.to_vec();
            let end = fit(&mut text, columns);
            assert_eq!(text.get(..end), Some(want), "{columns}");
        }
    }

    #[test]
    fn lines_of_a_text() {
        let text = b"one\ntwo\nthree\n";
        for (nth, want) in [(0, &b"one"[..]), (2, b"three"), (3, b""), (usize::MAX, b"")] {
            assert_eq!(line(text, nth), want, "{nth}");
        }
    }
}
