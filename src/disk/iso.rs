//! ISO 9660 and Joliet, and the descriptors by which UDF says that it is there.
//!
//! Sources: ECMA-119 (2019), sections 8.4, 8.5 and 8.4.26.1; Microsoft, "Joliet Specification"
//! (1995); ECMA-167 (1997), part 2, sections 8 and 9. A disk that is both is taken for UDF, as
//! `blkid` does. Joliet has the true letters of a label but only 16 of them, the primary
//! descriptor has 32 and of them only capitals: where they agree, the label is made of both.

use super::bytes::{byte, chunk, le32, word};
use super::label::{Form, put_label};
use super::uuid::{TIME, put_uuid};
use super::{Identity, Kind, Look, udf};

/// Where the descriptors begin, one in 2 KiB.
const FIRST: u64 = 32 << 10;
/// More than any disk has, with both file systems on it and UDF's descriptors 4 KiB apart.
const DESCRIPTORS: u64 = 16;
/// What else stands among descriptors; the last is the gap between two in blocks of 4 KiB.
const OTHERS: [u64; 4] = [word(*b"EA01"), word(*b"OOT2"), word(*b"DW02"), 0];
/// What says that a supplementary descriptor is Joliet's.
const JOLIET: [u64; 3] = [word(*b"%/@\0"), word(*b"%/C\0"), word(*b"%/E\0")];

/// Fills `found` if the disk is ISO 9660 or UDF; the window's bytes are spent.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    let mut is_udf = false;
    let mut is_iso = false;
    for number in 0..DESCRIPTORS {
        if !look.load(FIRST.wrapping_add(number.wrapping_mul(2048))) {
            break;
        }
        let window = &look.window;
        let found = &mut *look.found;
        // Five letters tell what a descriptor is, and the last four of them are enough.
        let letters = le32(window, 2);
        if letters == word(*b"D001") {
            let kind = byte(window, 0);
            // `%/` and `@`, `C` or `E`.
            let escape = le32(window, 88) & 0xff_ffff;
            if kind == 1 && !is_iso {
                is_iso = true;
                put_label(&mut found.label, chunk::<32>(window, 40), Form::Raw);
                // Changed; if that is not set, created.
                let _ = put_time(found, chunk(window, 830)) || put_time(found, chunk(window, 813));
            } else if kind == 2 && JOLIET.contains(&escape) {
                put_joined(found, chunk(window, 40));
            }
        } else if letters == word(*b"SR02") || letters == word(*b"SR03") {
            is_udf = true;
        } else if !OTHERS.contains(&letters) || letters == 0 && number == 0 {
            break;
        }
    }
    if is_udf && udf::find(look) {
        return true;
    }
    look.found.kind = Kind::Iso9660;
    is_iso
}

/// Writes the time at which a volume was made, and says if there is one.
fn put_time(found: &mut Identity, digits: &[u8; 16]) -> bool {
    let is_set = *digits != [b'0'; 16] && digits.iter().all(u8::is_ascii_digit);
    if is_set {
        put_uuid(&mut found.uuid, digits, TIME);
    }
    is_set
}

/// Joins Joliet's label to the primary descriptor's, or puts it in its place if they differ.
///
/// `_` in either stands for a letter that it could not hold, and a capital for a small letter.
#[inline(never)]
fn put_joined(found: &mut Identity, joliet: &[u8; 32]) {
    let mut joined = [[0, b' ']; 32];
    for (pair, letter) in joined.iter_mut().zip(&found.label) {
        *pair = [0, *letter];
    }
    let (units, _) = joliet.as_chunks();
    for (pair, unit) in joined.iter_mut().zip(units) {
        let [_, letter] = *pair;
        let [high, low] = *unit;
        let alike = high == 0 && (low == b'_' || low.eq_ignore_ascii_case(&letter));
        if letter == b'_' || alike && low.is_ascii_lowercase() {
            *pair = *unit;
        } else if !alike {
            return put_label(&mut found.label, joliet, Form::Utf16Be);
        }
    }
    put_label(&mut found.label, joined.as_flattened(), Form::Utf16Be);
}

#[cfg(test)]
mod tests {
    use super::super::Kind::Iso9660;
    use super::super::tests::{check, disk, known};

    const PRIMARY: (usize, &[u8]) = (0x8000, b"\x01CD001");
    const JOLIET: (usize, &[u8]) = (0x8800, b"\x02CD001");
    const ESCAPE: (usize, &[u8]) = (0x8858, b"%/E");
    const END: (usize, &[u8]) = (0x9000, b"\xffCD001");

    /// A label in 32 bytes, the rest blanks.
    fn ascii(label: &str) -> Vec<u8> {
        format!("{label:32}").into_bytes()
    }

    /// The same in UTF-16.
    fn wide(label: &str) -> Vec<u8> {
        let units = label.encode_utf16().flat_map(u16::to_be_bytes);
        let blanks = [0, b' '].into_iter().cycle();
        units.chain(blanks).take(32).collect()
    }

    #[test]
    fn joins_the_two_labels() {
        for (primary, joliet, expected) in [
            ("PLAIN", "PLAIN", "PLAIN"),
            ("MIXED_CASE", "Mixed_Case", "Mixed_Case"),
            ("MIXED_CASE", "Mixed Case", "Mixed Case"),
            ("small", "SMALL", "small"),
            ("A_B", "AéB", "AéB"),
            ("A.B", "A_B", "A.B"),
            (
                "MORE-THAN-SIXTEEN-LETTERS",
                "More-than-sixtee",
                "More-than-sixteeN-LETTERS",
            ),
            ("ONE", "Two", "Two"),
            ("ONE", "OneMore", "OneMore"),
            ("", "Two", "Two"),
            ("[ONE]", "{ONE}", "{ONE}"),
            ("ONE", "💾", "💾"),
        ] {
            let disk = disk(
                0xa000,
                &[
                    PRIMARY,
                    (0x8028, &ascii(primary)),
                    JOLIET,
                    (0x8828, &wide(joliet)),
                    ESCAPE,
                    END,
                ],
            );
            let expected = Some((Iso9660, expected.to_string(), String::new()));
            assert_eq!(known(&disk), expected, "{primary} {joliet}");
        }
    }

    #[test]
    fn finds_label_and_time() {
        const TIME: &str = "2023-01-01-12-00-34-56";
        let label = ascii("LABEL");
        let label = (0x8028, &label[..]);
        let time = &b"2023010112003456\0"[..];
        let unset = &b"0000000000000000\0"[..];
        let modified = 0x8000 + 830;
        let created = 0x8000 + 813;
        check(
            0x12000,
            &[
                (
                    "modified",
                    &[PRIMARY, label, END, (modified, time), (created, unset)],
                    Some((Iso9660, "LABEL", TIME)),
                ),
                (
                    "created",
                    &[PRIMARY, label, END, (modified, unset), (created, time)],
                    Some((Iso9660, "LABEL", TIME)),
                ),
                (
                    "never",
                    &[PRIMARY, label, END, (modified, unset), (created, unset)],
                    Some((Iso9660, "LABEL", "")),
                ),
                (
                    "not digits",
                    &[PRIMARY, label, END, (modified, b"2023-01-01 12:00")],
                    Some((Iso9660, "LABEL", "")),
                ),
                (
                    "not Joliet",
                    &[PRIMARY, label, JOLIET, (0x8828, b"\0X"), END],
                    Some((Iso9660, "LABEL", "")),
                ),
                (
                    "a second primary",
                    &[PRIMARY, label, (0x8800, b"\x01CD001"), END],
                    Some((Iso9660, "LABEL", "")),
                ),
                (
                    "boot record first",
                    &[(0x8000, b"\0CD001"), (0x8800, b"\x01CD001")],
                    Some((Iso9660, "", "")),
                ),
                ("no primary", &[JOLIET, ESCAPE, END], None),
                (
                    "a UDF descriptor, no anchor",
                    &[PRIMARY, label, (0x8800, b"\0NSR03")],
                    Some((Iso9660, "LABEL", "")),
                ),
                (
                    "after a gap",
                    &[
                        PRIMARY,
                        label,
                        (0x9000, JOLIET.1),
                        (0x9058, b"%/@"),
                        (0x9028, b"\0X\0\0"),
                    ],
                    Some((Iso9660, "X", "")),
                ),
                (
                    "after something else",
                    &[
                        PRIMARY,
                        label,
                        (0x8800, b"\0XXXXX"),
                        (0x9000, JOLIET.1),
                        (0x9058, b"%/@"),
                    ],
                    Some((Iso9660, "LABEL", "")),
                ),
            ],
        );
    }
}
