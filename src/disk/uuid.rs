//! A volume's identifier as a disk holds it → the digits people write.
//!
//! Every format is a row of byte numbers in the order they are written. Nothing but zeros is no
//! identifier, and gives none.

use super::UUID;
use crate::out::{Put, hex};
use heapless::Vec;

/// In a row: a dash. So is any byte that there is not, for that matter.
const DASH: u8 = 0xff;
/// In a row, at its head: digits above nine are `abcdef` …
pub(super) const LOWER: u8 = b'a';
/// … or `ABCDEF` …
const UPPER: u8 = b'A';
/// … or each byte is a digit already.
const ASCII: u8 = 0;

/// RFC 9562's order, `8-4-4-4-12`: Linux's own file systems.
#[rustfmt::skip]
pub(super) const PLAIN: &[u8] = &[
    LOWER, 0, 1, 2, 3, DASH, 4, 5, DASH, 6, 7, DASH, 8, 9, DASH, 10, 11, 12, 13, 14, 15,
];
/// The same with the first three fields little-endian: GPT (UEFI specification, appendix A).
#[rustfmt::skip]
pub(super) const GUID: &[u8] = &[
    LOWER, 3, 2, 1, 0, DASH, 5, 4, DASH, 7, 6, DASH, 8, 9, DASH, 10, 11, 12, 13, 14, 15,
];
/// `1234-ABCD`: FAT and exFAT.
pub(super) const SERIAL: &[u8] = &[UPPER, 3, 2, DASH, 1, 0];
/// Sixteen digits: NTFS.
pub(super) const LONG_SERIAL: &[u8] = &[UPPER, 7, 6, 5, 4, 3, 2, 1, 0];
/// `1234abcd-01`: an MBR's signature and a partition's number after it.
pub(super) const NUMBERED: &[u8] = &[LOWER, 3, 2, 1, 0, DASH, 4];
/// `2023-01-01-12-00-00-00`: ISO 9660, whose identifier is a time.
#[rustfmt::skip]
pub(super) const TIME: &[u8] = &[
    ASCII, 0, 1, 2, 3, DASH, 4, 5, DASH, 6, 7, DASH, 8, 9, DASH, 10, 11, DASH, 12, 13, DASH, 14, 15,
];

/// Writes `stored` in the order of `row`.
#[inline(never)]
pub(super) fn put_uuid(out: &mut Vec<u8, UUID>, stored: &[u8], row: &[u8]) {
    out.clear();
    let Some((letters, row)) = row.split_first() else {
        return;
    };
    if stored.iter().all(|byte| *byte == 0) {
        return;
    }
    for place in row {
        // No row is longer than 36 characters.
        let byte = stored.get(usize::from(*place)).copied();
        match (byte, *letters) {
            (None, _) => _ = out.push(b'-'),
            (Some(byte), ASCII) => _ = out.push(byte),
            (Some(byte), _) => out.put(&hex(byte, *letters)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GUID, LONG_SERIAL, NUMBERED, PLAIN, SERIAL, TIME, UUID, put_uuid};
    use heapless::Vec;

    #[test]
    fn writes_each_format() {
        let stored = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\x00\x11\x22\x33\x44\x55\x66\x77";
        for (stored, row, expected) in [
            (&stored[..], PLAIN, "01234567-89ab-cdef-0011-223344556677"),
            (&stored, GUID, "67452301-ab89-efcd-0011-223344556677"),
            (&stored, SERIAL, "6745-2301"),
            (&stored, LONG_SERIAL, "EFCDAB8967452301"),
            (&stored, NUMBERED, "67452301-89"),
            (b"2023010112003456", TIME, "2023-01-01-12-00-34-56"),
            (&[0; 16], PLAIN, ""),
            (&[], PLAIN, ""),
        ] {
            let mut out: Vec<u8, UUID> = Vec::from_slice(b"before").unwrap();
            put_uuid(&mut out, stored, row);
            assert_eq!(out.as_slice(), expected.as_bytes());
        }
    }
}
