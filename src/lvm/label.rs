//! The label of a physical volume: its identifier, and where its metadata is.
//!
//! Given a disk's first four sectors. Source: LVM2 2.03, `lib/label/label.h`,
//! `lib/format_text/layout.h`.

use super::checksum;
use crate::bytes::{field, le32, le64, place};
use heapless::Vec;

/// Bytes in which a label is looked for: four sectors.
pub const LABELS: usize = 4 * SECTOR;
const SECTOR: usize = 512;
/// The bytes of a label that its checksum is not of.
const UNSUMMED: usize = 20;
/// Places that are read: areas of data, and of metadata, of which LVM2 makes two at most.
const PLACES: usize = 8;

/// A run of bytes on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Where it begins, in bytes.
    pub start: u64,
    /// How many bytes it has.
    pub size: u64,
}

/// What a label says of its disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label<'d> {
    /// The physical volume's identifier: letters and digits, without the dashes.
    pub id: &'d [u8],
    /// Where metadata is.
    pub areas: Vec<Area, 2>,
}

impl<'d> Label<'d> {
    /// The label in a disk's first [`LABELS`] bytes, if it is a physical volume.
    #[inline(never)]
    #[must_use]
    pub fn find(start: &'d [u8]) -> Option<Self> {
        let sectors = start.chunks(SECTOR).take(LABELS / SECTOR);
        sectors
            .zip(0..)
            .find_map(|(sector, number)| Self::read(sector, number))
    }

    fn read(sector: &'d [u8], number: u64) -> Option<Self> {
        let summed = field(sector, UNSUMMED, SECTOR - UNSUMMED);
        let is_one = field(sector, 0, 8) == b"LABELONE"
            && field(sector, 24, 8) == b"LVM2 001"
            && le64(sector, 8) == number
            && le32(sector, 16) == checksum(summed);
        let header = sector.get(place(le32(sector, 20))..).filter(|_| is_one)?;
        let id = field(header, 0, 32);
        if id.is_empty() || !id.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        // Behind the disk's size: where data is, and where metadata is; a place of 0 ends each.
        let mut areas = Vec::new();
        let mut is_metadata = false;
        for bytes in header.get(40..)?.chunks_exact(16).take(PLACES) {
            let area = Area {
                start: le64(bytes, 0),
                size: le64(bytes, 8),
            };
            match (area.start, is_metadata) {
                (0, true) => break,
                (0, false) => is_metadata = true,
                (_, true) => drop(areas.push(area)),
                (_, false) => {}
            }
        }
        Some(Self { id, areas })
    }
}
