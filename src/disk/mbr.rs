//! The master boot record: its disk signature, and whether it only protects a GPT.
//!
//! Source: UEFI specification 2.10, section 5.2; the written form is Linux's,
//! `block/partitions/msdos.c`. Numbers of logical partitions are Linux's own, so neither the
//! entries nor the chain of extended partitions need be read.

use super::PartitionId;
use super::bytes::{byte, field, le16, le32};
use super::uuid::{NUMBERED, put_uuid};
use core::ops::Range;

/// The disk signature.
const SIGNATURE: usize = 440;
/// The types of the entries, one in 16 bytes.
const TYPES: Range<usize> = 450..510;

/// If the record is one.
fn is_signed(sector: &[u8; 512]) -> bool {
    le16(sector, 510) == 0xaa55
}

/// If an entry says that the disk is a GPT's; Linux then takes no other entry.
pub(super) fn is_protective(sector: &[u8; 512]) -> bool {
    is_signed(sector) && TYPES.step_by(16).any(|at| byte(sector, at) == 0xee)
}

/// Fills in the UUID that Linux makes of signature and number.
pub(super) fn find(sector: &[u8; 512], number: u32, found: &mut PartitionId) {
    let signature = field(sector, SIGNATURE, 4);
    if let (&[a, b, c, d], Ok(number @ 1..)) = (signature, u8::try_from(number))
        && is_signed(sector)
        && le32(sector, SIGNATURE) != 0
    {
        put_uuid(&mut found.uuid, &[a, b, c, d, number], NUMBERED);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{disk, named};

    #[test]
    fn makes_signature_and_number_into_a_uuid() {
        const SIGNED: (usize, &[u8]) = (510, b"\x55\xaa");
        const ID: (usize, &[u8]) = (440, b"\xef\xcd\xab\x89");
        for (name, patches, number, expected) in [
            ("primary", &[SIGNED, ID][..], 1, Some("89abcdef-01")),
            ("logical", &[SIGNED, ID], 5, Some("89abcdef-05")),
            ("hexadecimal", &[SIGNED, ID], 26, Some("89abcdef-1a")),
            ("last", &[SIGNED, ID], 255, Some("89abcdef-ff")),
            ("too many", &[SIGNED, ID], 256, None),
            ("none", &[SIGNED, ID], 0, None),
            ("zero signature", &[SIGNED], 1, None),
            ("not signed", &[ID], 1, None),
            (
                "a GPT's, its header gone",
                &[SIGNED, ID, (450, b"\xee")],
                1,
                None,
            ),
            (
                "a GPT's, fourth entry",
                &[SIGNED, ID, (498, b"\xee")],
                1,
                None,
            ),
            (
                "not a GPT's",
                &[SIGNED, ID, (451, b"\xee")],
                1,
                Some("89abcdef-01"),
            ),
        ] {
            let expected = expected.map(|uuid| (uuid.to_string(), String::new()));
            assert_eq!(named(&disk(4096, patches), number), expected, "{name}");
        }
        assert_eq!(named(&[], 1), None, "no disk");
    }
}
