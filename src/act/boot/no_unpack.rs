//! What becomes of compressed kernels in a build that does not unpack them.

use crate::sys::fd::Fd;
use kexec_loader::notes::{Notes, Told};

/// No file is to be unpacked.
pub(super) fn is_packed(_: &[u8]) -> bool {
    false
}

/// Refuses.
pub(super) fn unpack(_: &Fd, path: &[u8], _: u64, notes: &mut Notes) -> Result<Fd, Told> {
    Err(notes.say("cannot unpack %: this build does not", &[path]))
}
