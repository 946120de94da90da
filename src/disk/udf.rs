//! UDF: from the anchor to the volume descriptors that have identifier and label.
//!
//! Sources: ECMA-167 (1997), part 3, sections 7.2, 10.1, 10.2 and 10.6; OSTA UDF 2.60, section
//! 2.2.2.5 for what of the volume set identifier is unique. `blkid` makes that into 16 digits.

use super::bytes::{byte, chunk, field, le16, le32};
use super::label::{Form, put_text, trim};
use super::uuid::LOWER;
use super::{Kind, Look, UUID};
use crate::out::{Put, hex};
use heapless::{Vec, VecView};

/// The descriptors of a sequence that are looked at; writers make six or seven.
const DESCRIPTORS: u64 = 64;
/// The primary volume descriptor, which has the volume set's identifier.
const PRIMARY: u64 = 1;
/// The logical volume descriptor, which has the label.
const LOGICAL: u64 = 6;
/// The end of a sequence.
const TERMINATOR: u64 = 8;

/// Fills `found` if there is an anchor in block 256 of some size; the window's bytes are spent.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    for shift in 9..13 {
        if look.load(256 << shift) && le16(&look.window, 0) == 2 && le32(&look.window, 12) == 256 {
            walk(look, shift);
            return true;
        }
    }
    false
}

/// Walks the sequence to which the anchor in the window points.
fn walk(look: &mut Look<'_, '_>, shift: u8) {
    look.found.kind = Kind::Udf;
    look.found.label.clear();
    look.found.uuid.clear();
    let first = le32(&look.window, 20);
    let count = le32(&look.window, 16) >> shift;
    for number in 0..count.min(DESCRIPTORS) {
        // 33 bits and 12.
        let block = first.wrapping_add(number);
        if !look.load(block << shift) || le32(&look.window, 12) != block {
            break;
        }
        let window = &look.window;
        let found = &mut *look.found;
        let tag = le16(window, 0);
        // The end, or nothing.
        if tag & !TERMINATOR == 0 {
            break;
        }
        if tag == PRIMARY {
            let mut text: Vec<u8, 256> = Vec::new();
            put_string(&mut text, chunk(window, 72));
            put_unique(&mut found.uuid, &text);
        } else if tag == LOGICAL {
            put_string(&mut found.label, chunk(window, 84));
            trim(&mut found.label);
        }
    }
}

/// Writes a string: how it is stored, the letters, and how many bytes of these two.
#[inline(never)]
fn put_string(out: &mut VecView<u8>, string: &[u8; 128]) {
    let form = match byte(string, 0) {
        8 => Form::Latin1,
        16 => Form::Utf16Be,
        _ => return,
    };
    let used = usize::from(byte(string, 127)).saturating_sub(1).min(126);
    put_text(out, field(string, 1, used), form);
}

/// Writes 16 lower-case digits: the identifier's own first 8 or 16 bytes where they are digits,
/// and else what the bytes are as numbers.
fn put_unique(out: &mut Vec<u8, UUID>, text: &[u8]) {
    out.clear();
    if text.len() < 8 {
        return;
    }
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit());
    let kept = match digits.count() {
        16.. => 16,
        8.. => 8,
        _ => 0,
    };
    let mut rest = text.iter().copied();
    while out.len() < 16 {
        let byte = rest.next().unwrap_or(0);
        if out.len() < kept {
            let _ = out.push(byte | 0x20);
        } else {
            out.put(&hex(byte, LOWER));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind::{Iso9660, Udf};
    use super::super::tests::{check, disk, known};

    const MARK: (usize, &[u8]) = (0x8000, b"\0NSR02");

    /// A descriptor's tag: its kind and the block that it is in.
    fn tag(kind: u8, block: u8, rest: &[u8]) -> Vec<u8> {
        [
            &[kind, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, block, 0, 0, 0],
            rest,
        ]
        .concat()
    }

    /// A string of 128 bytes.
    fn string(form: u8, letters: &[u8]) -> Vec<u8> {
        let mut string = vec![0; 128];
        string[0] = form;
        string[1..=letters.len()].copy_from_slice(letters);
        string[127] = u8::try_from(letters.len()).unwrap() + 1;
        string
    }

    /// A disk in blocks of `1 << shift` with an anchor and a sequence of six blocks from 200 on.
    fn udf(shift: u8, label: &[u8], set: &[u8]) -> Vec<u8> {
        let at = |block: usize| block << shift;
        let length = (6_u32 << shift).to_le_bytes();
        let anchor = tag(2, 0, &[&length[..], &200_u32.to_le_bytes()].concat());
        disk(
            at(256) + 4096,
            &[
                MARK,
                (at(256), &anchor),
                (at(256) + 13, b"\x01"),
                (at(200), &tag(1, 200, &[])),
                (at(200) + 72, set),
                (at(201), &tag(5, 201, &[])),
                (at(202), &tag(6, 202, &[])),
                (at(202) + 84, label),
                (at(203), &tag(8, 203, &[])),
                (at(204), &tag(6, 204, &[])),
            ],
        )
    }

    #[test]
    fn finds_label_and_identifier_in_blocks_of_any_size() {
        let label = string(8, b"Label\xe9 ");
        let set = string(8, b"0123456789ABCDEFLinuxUDF");
        for shift in 9..=12 {
            let expected = (Udf, "Labelé".to_string(), "0123456789abcdef".to_string());
            let disk = udf(shift, &label, &set);
            assert_eq!(known(&disk), Some(expected), "blocks of 1 << {shift}");
        }
    }

    #[test]
    fn makes_any_identifier_sixteen_digits() {
        for (set, expected) in [
            (string(8, b"0123456789abcdef"), "0123456789abcdef"),
            (string(8, b"ABCDEF01 and mor"), "abcdef0120616e64"),
            (string(8, b"ABCDEF01"), "abcdef0100000000"),
            (string(8, b"ABCDEF0 12345678"), "4142434445463020"),
            (
                string(16, b"\x04\x160\0\x001\x002\x003\x004\x005\x006"),
                "d096e38080313233",
            ),
            (string(8, b"1234567"), ""),
            (string(7, b"0123456789abcdef"), ""),
            (vec![0; 128], ""),
            ([&[8; 127][..], &[9]].concat(), "0808080808080808"),
            (
                [&[8][..], &[b'a'; 126], &[255]].concat(),
                "aaaaaaaaaaaaaaaa",
            ),
        ] {
            let expected = Some((Udf, String::new(), expected.to_string()));
            assert_eq!(known(&udf(11, &[0; 128], &set)), expected, "{set:x?}");
        }
    }

    #[test]
    fn ends_whatever_the_disk_says() {
        let anchor = &tag(2, 0, &[255; 8])[..];
        let far = [MARK, (256 << 11, anchor), ((256 << 11) + 13, b"\x01")];
        let here = tag(2, 0, &[255, 255, 255, 255, 0, 1, 0, 0]);
        let self_named = [MARK, (256 << 11, &here[..]), ((256 << 11) + 13, b"\x01")];
        check(
            260 << 11,
            &[
                ("a sequence far off", &far, Some((Udf, "", ""))),
                (
                    "a sequence of 4 GiB, from the anchor on",
                    &self_named,
                    Some((Udf, "", "")),
                ),
                (
                    "an anchor that names another block",
                    &[MARK, (256 << 11, anchor)],
                    None,
                ),
                (
                    "beside ISO 9660",
                    &[(0x8000, b"\x01CD001"), (0x8800, b"\0NSR03"), far[1], far[2]],
                    Some((Udf, "", "")),
                ),
                (
                    "beside ISO 9660, no anchor",
                    &[(0x8000, b"\x01CD001"), (0x8800, b"\0NSR03")],
                    Some((Iso9660, "", "")),
                ),
            ],
        );
    }
}
