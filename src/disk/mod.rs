//! What is on a disk: its superblock, read from the few bytes that tell.

use heapless::Vec;

/// Reads exactly `into.len()` bytes at a byte offset of the device, or says that it could not.
pub type ReadAt<'r> = dyn FnMut(u64, &mut [u8]) -> bool + 'r;

/// The file systems that are known by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ext2, ext3 and ext4.
    Ext,
}

/// What a superblock says of its file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Which file system it is.
    pub kind: Kind,
    /// The volume's label in UTF-8; empty where there is none.
    pub label: Vec<u8, 256>,
    /// The volume's UUID as people write it; empty where there is none.
    pub uuid: Vec<u8, 36>,
}
