//! A root directory of 32-byte entries in linked clusters: FAT's and exFAT's.
//!
//! Given where clusters and their table are, gives the first entry that is wanted. Reads entry
//! by entry (the kernel has the whole sector by then), and at most `ENTRIES` of them, so a
//! chain that bites its tail ends. A place beyond 64 bits wraps to some other: what is read
//! there is no worse than what a hostile disk could have had in the right place.

use super::ReadAt;
use super::bytes::{byte, le32};
use core::ops::Range;

/// Where the directory is.
pub(super) struct Root {
    /// The byte at which cluster 2, the first there is, begins.
    pub(super) heap: u64,
    /// Entries in a cluster.
    pub(super) entries: u64,
    /// The byte at which the table of next clusters begins, 32 bits each; zero: there is none.
    pub(super) table: u64,
    /// The directory's first cluster.
    pub(super) first: u64,
}

/// FAT allows 65536 entries in a directory; no system writes more to a root.
const ENTRIES: u32 = 65536;
/// The numbers of clusters; others end a chain (exFAT's are cut to FAT32's 28 bits).
const CLUSTERS: Range<u64> = 2..0x0fff_fff7;

/// Reads on into `entry` until it is one that `wanted` takes.
#[inline(never)]
pub(super) fn find(
    root: &Root,
    read: &mut ReadAt<'_>,
    entry: &mut [u8; 32],
    wanted: fn(&[u8; 32]) -> bool,
) -> bool {
    let mut cluster = root.first;
    let mut number = 0;
    for _ in 0..ENTRIES {
        if number == root.entries {
            let link = root.table.wrapping_add(cluster.wrapping_mul(4));
            if root.table == 0 || !read(link, entry) {
                break;
            }
            cluster = le32(entry, 0) & 0x0fff_ffff;
            number = 0;
        }
        let before = cluster.wrapping_sub(2).wrapping_mul(root.entries);
        let at = before.wrapping_add(number).wrapping_mul(32);
        // A first byte of zero: no entry was ever written from here on.
        if !CLUSTERS.contains(&cluster)
            || !read(root.heap.wrapping_add(at), entry)
            || byte(entry, 0) == 0
        {
            break;
        }
        if wanted(entry) {
            return true;
        }
        number = number.wrapping_add(1);
    }
    false
}
