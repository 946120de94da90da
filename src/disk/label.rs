//! A volume's name as a disk holds it → UTF-8 as `blkid` writes it.
//!
//! A NUL ends it, blanks at its end are cut. A name too long for its place is left out whole:
//! half a name could be another volume's. 256 bytes hold every name of every format but two,
//! F2FS (512 UTF-16 units) and NTFS (128), and those as well unless most of it is not Latin.

use heapless::VecView;

/// How the characters of a name are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Bytes of whatever encoding their writer used; passed on as they are.
    Raw,
    /// One byte a character, ISO 8859-1.
    Latin1,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// What stands for half a pair.
const REPLACEMENT: u32 = 0xfffd;

/// Writes a name that ends at a NUL or with `stored`; half a surrogate pair becomes U+FFFD.
#[inline(never)]
pub(super) fn put_text(out: &mut VecView<u8>, stored: &[u8], form: Form) {
    out.clear();
    let is_wide = matches!(form, Form::Utf16Le | Form::Utf16Be);
    let mut rest = stored;
    // The first half of a pair, when the second is to come.
    let mut high = 0;
    loop {
        let (unit, mut after) = match rest {
            [byte, after @ ..] if !is_wide => (u16::from(*byte), after),
            [high, low, after @ ..] => (u16::from_be_bytes([*high, *low]), after),
            _ => (0, rest),
        };
        let unit = u32::from(match form {
            Form::Utf16Le => unit.swap_bytes(),
            _ => unit,
        });
        let code = match (high, unit) {
            (0, 0) => return,
            (0, 0xd800..=0xdbff) => {
                rest = after;
                high = unit;
                continue;
            }
            (0, 0xdc00..=0xdfff) => REPLACEMENT,
            (0, _) => unit,
            (_, 0xdc00..=0xdfff) => 0x1_0000_u32.wrapping_add((high & 0x3ff) << 10 | unit & 0x3ff),
            _ => {
                // The unit's turn comes again.
                after = rest;
                REPLACEMENT
            }
        };
        high = 0;
        rest = after;
        // What the first byte is marked with, and the bits that are left for those after it.
        let (mark, mut left) = match code {
            _ if form == Form::Raw => (0, 0),
            0..0x80 => (0, 0),
            0x80..0x800 => (0xc0, 6_u32),
            0x800..0x1_0000 => (0xe0, 12),
            _ => (0xf0, 18),
        };
        let [mut byte, ..] = (mark | code >> left).to_le_bytes();
        loop {
            if out.push(byte).is_err() {
                out.clear();
                return;
            }
            if left == 0 {
                break;
            }
            left = left.saturating_sub(6);
            [byte, ..] = (0x80 | code >> left & 0x3f).to_le_bytes();
        }
    }
}

/// Writes a label: text without the blanks at its end.
#[inline(never)]
pub(super) fn put_label(out: &mut VecView<u8>, stored: &[u8], form: Form) {
    put_text(out, stored, form);
    trim(out);
}

/// Cuts the blanks at a label's end.
pub(super) fn trim(label: &mut VecView<u8>) {
    label.truncate(label.trim_ascii_end().len());
}

#[cfg(test)]
mod tests {
    use super::{Form, put_label};
    use heapless::Vec;

    fn label(stored: &[u8], form: Form) -> std::vec::Vec<u8> {
        let mut out: Vec<u8, 12> = Vec::from_slice(b"before").unwrap();
        put_label(&mut out, stored, form);
        out.to_vec()
    }

    #[test]
    fn writes_utf8_or_nothing() {
        use Form::{Latin1, Raw, Utf16Be, Utf16Le};
        for (stored, form, expected) in [
            (&b""[..], Raw, &b""[..]),
            (b"boot", Raw, b"boot"),
            (b"boot\0rest", Raw, b"boot"),
            (b"boot \t\n  ", Raw, b"boot"),
            (b"  boot", Raw, b"  boot"),
            (b"    ", Raw, b""),
            (b"\xe4\xff", Raw, b"\xe4\xff"),
            (b"twelve bytes", Raw, b"twelve bytes"),
            (b"thirteen byte", Raw, b""),
            (b"\xe4b", Latin1, b"\xc3\xa4b"),
            (b"twelve bytes\xe4", Latin1, b""),
            (b"a\0b\0", Utf16Le, b"ab"),
            (b"\0a\0b", Utf16Be, b"ab"),
            (b"a\0b", Utf16Le, b"a"),
            (b"a\0\0\0b\0", Utf16Le, b"a"),
            (b"\x3a\x04\x44\x20", Utf16Le, b"\xd0\xba\xe2\x81\x84"),
            (b"\x3d\xd8\xbe\xdc", Utf16Le, "💾".as_bytes()),
            (b"\xd8\x3d\xdc\xbe", Utf16Be, "💾".as_bytes()),
            (b"\x3d\xd8a\0", Utf16Le, "\u{fffd}a".as_bytes()),
            (b"\x3d\xd8", Utf16Le, "\u{fffd}".as_bytes()),
            (b"\xbe\xdc", Utf16Le, "\u{fffd}".as_bytes()),
        ] {
            assert_eq!(label(stored, form), expected, "{stored:x?}");
        }
    }
}
