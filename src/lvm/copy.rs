//! The superblock that the kernel keeps beside each copy of a `raid1` volume: which copies are in
//! date.
//!
//! Given its first bytes. Source: Linux 6.1, `drivers/md/dm-raid.c`, `struct dm_raid_superblock`.

use crate::bytes::{le32, le64, word};

/// Bytes of a superblock that are read.
pub(super) const SUPERBLOCK: usize = 40;

/// What is said of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Superblock {
    /// How often those of all copies that were there have been written.
    pub(super) events: u64,
    /// One bit for each copy that had failed then.
    failed: u64,
    /// Whether no part of this one has still to be written anew.
    is_whole: bool,
}

impl Superblock {
    /// The superblock in these bytes, if there is one.
    #[must_use]
    pub(super) fn read(bytes: &[u8; SUPERBLOCK]) -> Option<Self> {
        (le32(bytes, 0) == word(*b"DmRd")).then_some(Self {
            events: le64(bytes, 16),
            failed: le64(bytes, 24),
            is_whole: le64(bytes, 32) == u64::MAX,
        })
    }

    /// Whether the copy of this number is in date, this being the superblock beside it and `newest`
    /// that with the most events.
    #[must_use]
    pub(super) fn is_in_date(&self, nth: usize, newest: &Self) -> bool {
        self.events == newest.events && newest.failed >> (nth & 63) & 1 == 0 && self.is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::{SUPERBLOCK, Superblock};

    fn superblock(events: u64, failed: u64, recovered: u64) -> [u8; SUPERBLOCK] {
        let mut bytes = [0; SUPERBLOCK];
        bytes[..4].copy_from_slice(b"DmRd");
        bytes[16..24].copy_from_slice(&events.to_le_bytes());
        bytes[24..32].copy_from_slice(&failed.to_le_bytes());
        bytes[32..].copy_from_slice(&recovered.to_le_bytes());
        bytes
    }

    #[test]
    fn which_are_in_date() {
        let newest = Superblock::read(&superblock(9, 0b100, u64::MAX)).unwrap();
        for (events, recovered, nth, want) in [
            (9, u64::MAX, 0, true),
            (9, u64::MAX, 1, true),
            (8, u64::MAX, 1, false),
            (0, u64::MAX, 1, false),
            (9, u64::MAX, 2, false),
            (9, 0, 1, false),
            (9, 4096, 1, false),
        ] {
            let own = Superblock::read(&superblock(events, 0, recovered)).unwrap();
            assert_eq!(own.is_in_date(nth, &newest), want, "{events} {nth}");
        }
        assert_eq!(Superblock::read(&[0; SUPERBLOCK]), None);
    }
}
