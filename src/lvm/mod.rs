//! LVM2: physical volumes → the tables by which the device mapper makes logical ones.
//!
//! A disk's [`label`] says where its [`metadata`] is, a text that describes the whole
//! [`group`] of disks; a volume of it becomes a message to the device mapper. All of it is taken for
//! hostile: it is read up to a bounded size and depth, every number is checked. Nothing is
//! written, and no volume that changes (a snapshot, a thin one) is read.

mod copy;
pub mod group;
pub mod label;
pub mod message;
pub mod metadata;
mod text;

use crate::checksum::crc32;
use crate::out::Put;
use crate::text::cut;

/// What LVM2's checksums begin with (`INITIAL_CRC`).
const CHECKSUM_START: u32 = 0xf597_a6cf;

/// LVM2's checksum of some bytes: a CRC-32 that is not inverted.
fn checksum(bytes: &[u8]) -> u64 {
    crc32(CHECKSUM_START, bytes).into()
}

/// Puts an identifier as people write it: 6-4-4-4-4-4-6.
pub fn put_id(id: &[u8], out: &mut dyn Put) {
    for (nth, byte) in id.iter().enumerate() {
        if matches!(nth, 6 | 10 | 14 | 18 | 22 | 26) {
            out.put(b"-");
        }
        out.put(core::slice::from_ref(byte));
    }
}

/// Puts the device mapper's name of a volume: `-` between the two names, and `--` for each in
/// them.
pub fn put_name(group: &[u8], volume: &[u8], out: &mut dyn Put) {
    put_doubled(group, out);
    out.put(b"-");
    put_doubled(volume, out);
}

fn put_doubled(name: &[u8], out: &mut dyn Put) {
    for byte in name {
        if *byte == b'-' {
            out.put(b"-");
        }
        out.put(core::slice::from_ref(byte));
    }
}

/// Puts `GROUP/VOLUME` for the device mapper's name of a volume.
pub fn put_alias(name: &[u8], out: &mut dyn Put) {
    let mut rest = name;
    let mut separator: &[u8] = b"/";
    while !rest.is_empty() {
        let before = rest.len();
        let piece = cut(&mut rest, b'-');
        out.put(piece);
        if let [b'-', after @ ..] = rest {
            rest = after;
            out.put(b"-");
        } else if piece.len() < before {
            out.put(separator);
            separator = b"-";
        }
    }
}

/// Whether a name as a configuration has it, `GROUP/VOLUME`, `mapper/GROUP-VOLUME` or, as GRUB,
/// `lvm/GROUP-VOLUME`, is that of the volume `alias`.
#[must_use]
pub fn is_name_of(name: &[u8], alias: &[u8]) -> bool {
    let by_grub = name.strip_prefix(b"lvm/");
    let mapped = name.strip_prefix(b"mapper/").or(by_grub);
    let Some(mapped) = mapped.filter(|_| name != alias) else {
        return name == alias && !alias.is_empty();
    };
    let mut volume = alias;
    let group = cut(&mut volume, b'/');
    let mut known = heapless::Vec::<u8, 128>::new();
    put_name(group, volume, &mut known);
    mapped == known && !alias.is_empty()
}

/// Whether `lvmid/GROUP/VOLUME`, two identifiers, is GRUB's name of the volume that the device mapper
/// has under this one.
#[must_use]
pub fn is_id_of(name: &[u8], mapped: &[u8]) -> bool {
    let ids = name.strip_prefix(b"lvmid/").unwrap_or_default();
    let digits = ids.iter().filter(|byte| !matches!(byte, b'-' | b'/'));
    mapped
        .strip_prefix(b"LVM-")
        .is_some_and(|known| digits.eq(known))
}

#[cfg(test)]
mod tests;
