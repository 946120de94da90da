//! Nothing is compressed in a way that this build does not know.

use super::Fault;
use crate::sys::fd::Fd;

/// None is.
pub(super) fn is_one(_: &[u8]) -> bool {
    false
}

/// None is.
#[allow(clippy::unnecessary_wraps, reason = "the other ones may fail")]
pub(super) fn unpack(_: &Fd, _: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), Fault> {
    Ok(())
}
