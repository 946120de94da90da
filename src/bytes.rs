//! Little-endian numbers out of bytes that may be too short.
//!
//! Given a slice and an offset, gives a number; what lies past the end reads as zero, so a
//! caller need only know that zero is no good. Never panics.

#![allow(
    clippy::inline_always,
    reason = "with the offset known, a getter is one instruction, and its call is four"
)]

/// Reads exactly `into.len()` bytes at a byte offset of a disk or a file, or says that it
/// could not.
pub type ReadAt<'r> = dyn FnMut(u64, &mut [u8]) -> bool + 'r;

/// `len` bytes at `at`, or none at all.
#[inline(always)]
pub(crate) fn field(bytes: &[u8], at: usize, len: usize) -> &[u8] {
    bytes
        .get(at..)
        .and_then(|rest| rest.get(..len))
        .unwrap_or(&[])
}

/// `N` bytes at `at`, or zeros.
#[inline(always)]
pub(crate) fn chunk<const N: usize>(bytes: &[u8], at: usize) -> &[u8; N] {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .unwrap_or(&[0; N])
}

/// Four letters as the number that `le32` makes of them: one comparison instead of four.
pub(crate) const fn word(letters: [u8; 4]) -> u64 {
    u32::from_le_bytes(letters) as u64
}

/// The byte at `at`.
#[inline(always)]
pub(crate) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The 16-bit number at `at`.
#[inline(always)]
pub(crate) fn le16(bytes: &[u8], at: usize) -> u64 {
    u64::from(u16::from_le_bytes(*chunk(bytes, at)))
}

/// The 32-bit number at `at`.
#[inline(always)]
pub(crate) fn le32(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(*chunk(bytes, at)))
}

/// The 64-bit number at `at`.
#[inline(always)]
pub(crate) fn le64(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*chunk(bytes, at))
}

/// Writes `value` at `at`, if it is there. With the place known, that is one store.
#[inline(always)]
pub(crate) fn write<const SIZE: usize, const N: usize>(
    bytes: &mut [u8; SIZE],
    at: usize,
    value: [u8; N],
) {
    let rest = bytes.get_mut(at..);
    if let Some(place) = rest.and_then(<[u8]>::first_chunk_mut) {
        *place = value;
    }
}

/// Writes bytes at `at`; says whether there was room for them.
#[inline(never)]
pub fn set(bytes: &mut [u8], at: usize, value: &[u8]) -> bool {
    let room = bytes.get_mut(at..).and_then(|r| r.get_mut(..value.len()));
    let Some(room) = room else { return false };
    // Not `copy_from_slice`, which panics where it cannot see that the lengths are the same.
    for (to, from) in room.iter_mut().zip(value) {
        *to = *from;
    }
    true
}

/// A number as a place in a slice; one that is too large is past its end.
#[must_use]
pub fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{byte, chunk, field, le16, le32, le64, word};

    #[test]
    fn reads_what_is_there_and_zero_past_the_end() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        for (at, one, two, four, eight) in [
            (0, 1, 0x0201, 0x0403_0201, 0x0807_0605_0403_0201),
            (1, 2, 0x0302, 0x0504_0302, 0x0908_0706_0504_0302),
            (2, 3, 0x0403, 0x0605_0403, 0),
            (6, 7, 0x0807, 0, 0),
            (8, 9, 0, 0, 0),
            (9, 0, 0, 0, 0),
            (usize::MAX, 0, 0, 0, 0),
        ] {
            assert_eq!(byte(&bytes, at), one, "byte at {at}");
            assert_eq!(le16(&bytes, at), two, "le16 at {at}");
            assert_eq!(le32(&bytes, at), four, "le32 at {at}");
            assert_eq!(le64(&bytes, at), eight, "le64 at {at}");
        }
    }

    #[test]
    fn a_word_is_what_its_letters_read_as() {
        assert_eq!(word(*b"FILE"), le32(b"FILE0", 0));
        assert_eq!(chunk(b"abc", 1), b"bc");
        assert_eq!(chunk(b"abc", 2), &[0; 2]);
    }

    #[test]
    fn a_field_is_whole_or_empty() {
        for (at, len, expected) in [
            (1, 2, &b"bc"[..]),
            (2, 2, b""),
            (0, 3, b"abc"),
            (3, 0, b""),
            (usize::MAX, 1, b""),
            (1, usize::MAX, b""),
        ] {
            assert_eq!(field(b"abc", at, len), expected, "{at} {len}");
        }
    }
}
