//! Which of two versions is newer.
//!
//! Given two texts with versions in them, says how they compare. The order is that of the
//! "Version Format Specification" (UAPI.10), by which the Boot Loader Specification sorts its
//! entries; of `^` it says what rpm and systemd do, which the text of the specification does
//! not: `1^a` is between `1` and `1.1`. Names of files may be compared whole.

use core::cmp::Ordering;

/// The bytes that stand between the parts of a version, the oldest first; the end of one is
/// where the NUL is.
const SEPARATORS: &[u8] = b"~\0-^.";
/// The ranks of what is none of them.
const END: usize = 1;
const LETTER: usize = 5;
const DIGIT: usize = 6;
const NOTHING: usize = 7;

/// The rank of a byte: of versions that differ first in this, the newer has the higher one.
#[inline(never)]
fn rank(byte: u8) -> usize {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'z' | b'A'..=b'Z' => LETTER,
        0 => NOTHING,
        _ => {
            let mut separators = SEPARATORS.iter();
            let nth = separators.position(|other| *other == byte);
            nth.unwrap_or(NOTHING)
        }
    }
}

/// Takes the next part off a version: a separator, all letters, or all digits but the zeroes
/// before them. Gives its rank with it.
#[inline(never)]
fn cut_part<'t>(text: &mut &'t [u8]) -> (usize, &'t [u8]) {
    while let [first, rest @ ..] = *text {
        let of = rank(*first);
        let mut part = *text;
        *text = rest;
        if of == NOTHING {
            continue;
        }
        while of >= LETTER
            && let [next, rest @ ..] = *text
            && rank(*next) == of
        {
            *text = rest;
        }
        let length = part.len().wrapping_sub(text.len());
        part = part.get(..length).unwrap_or(part);
        while let [b'0', rest @ ..] = part {
            part = rest;
        }
        return (of, part);
    }
    (END, &[])
}

/// How one version compares with another: `Greater` where it is newer.
#[inline(never)]
#[must_use]
pub fn compare(one: &[u8], other: &[u8]) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (of, part) = cut_part(&mut one);
        let (other_of, other_part) = cut_part(&mut other);
        let mut order = of.cmp(&other_of);
        if order.is_eq() && of == DIGIT {
            order = part.len().cmp(&other_part.len());
        }
        if order.is_eq() {
            order = part.cmp(other_part);
        }
        if order.is_ne() || of == END {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use core::cmp::Ordering::{self, Equal, Greater, Less};

    #[test]
    fn order() {
        for (one, want, other) in [
            // The examples of the specification, less those with '~', which contradict it.
            ("11", Equal, "11"),
            ("systemd-123", Equal, "systemd-123"),
            ("bar-123", Less, "foo-123"),
            ("123a", Greater, "123"),
            ("123.a", Greater, "123"),
            ("123.a", Less, "123.b"),
            ("123a", Greater, "123.a"),
            ("11\u{3b1}", Equal, "11\u{3b2}"),
            ("A", Less, "a"),
            ("", Less, "0"),
            ("0.", Greater, "0"),
            ("0.0", Greater, "0"),
            ("1_", Equal, "1"),
            ("_1", Equal, "1"),
            ("1_", Less, "1.2"),
            ("1_2_3", Greater, "1.3.3"),
            ("1+", Equal, "1"),
            ("+1", Equal, "1"),
            ("1+", Less, "1.2"),
            ("1+2+3", Greater, "1.3.3"),
            // What its rules say of '~', and what systemd-analyze compare-versions says.
            ("", Greater, "~"),
            ("0", Greater, "~"),
            ("6.1~rc1", Less, "6.1"),
            ("6.1~rc1", Less, "6.1~rc2"),
            ("123^a", Less, "123.1"),
            ("123^a", Less, "123a"),
            ("123^a", Greater, "123-1"),
            ("123^a", Greater, "123"),
            ("0", Greater, "a"),
            ("6.1-0", Greater, "6.1-a"),
            ("123.1-1", Greater, "123-9"),
            ("00123", Equal, "123"),
            ("99999999999999999999999", Less, "100000000000000000000000"),
            ("18446744073709551617", Greater, "1"),
            ("abc", Less, "abcde"),
            // Kernels.
            ("6.1.0-18-amd64", Greater, "6.1.0-9-amd64"),
            ("6.10.3-arch1-1", Greater, "6.9.12-arch1-1"),
            ("5.6.6-300.fc32.x86_64", Greater, "5.6-300.fc32.x86_64"),
            ("5.6.6-300.fc32.x86_64", Greater, "0-rescue"),
            ("\0\x01\x7f", Equal, ""),
        ] {
            let said = compare(one.as_bytes(), other.as_bytes());
            assert_eq!(said, want, "{one:?} {other:?}");
            let said = compare(other.as_bytes(), one.as_bytes());
            assert_eq!(said, want.reverse(), "{other:?} {one:?}");
        }
    }

    /// It is an order: whatever is put into it, each is before, with or behind each other.
    #[test]
    fn it_is_an_order() {
        let letters = b"10a~-^.+";
        let text = |seed: usize| -> Vec<u8> {
            let length = seed % 5;
            let at = |nth: u32| letters[(seed / 5 / 8_usize.pow(nth)) % 8];
            (0..u32::try_from(length).unwrap()).map(at).collect()
        };
        let texts: Vec<_> = (0..160).map(|nth| text(nth * 128 + nth)).collect();
        let before = |a: &[u8], b: &[u8]| compare(a, b) != Ordering::Greater;
        for a in &texts {
            for b in &texts {
                assert_eq!(compare(a, b), compare(b, a).reverse());
                for c in &texts {
                    if before(a, b) && before(b, c) {
                        assert!(before(a, c), "{a:?} {b:?} {c:?}");
                    }
                }
            }
        }
    }
}
