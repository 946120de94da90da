//! What has a name in a folder.

use super::Result;
use super::fd::Fd;
use linux_raw_sys::general::{S_IFDIR, S_IFLNK, S_IFMT, S_IFREG};

/// What there may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file, and its size in bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe, a socket.
    Other,
}

/// What has this name in an open folder; what is open itself for no name. Nothing is opened for
/// it: some devices act when they are.
#[inline(never)]
pub(crate) fn look(folder: &Fd, name: &[u8]) -> Result<Kind> {
    let status = folder.status(name)?;
    Ok(match u32::from(status.stx_mode) & S_IFMT {
        S_IFREG => Kind::File(status.stx_size),
        S_IFDIR => Kind::Folder,
        S_IFLNK => Kind::Link,
        _ => Kind::Other,
    })
}
