//! Nothing is made of disks, in a build without arrays and logical volumes.

use super::devices::Disks;

/// Nothing that matters.
pub(super) struct Gone;

impl Gone {
    /// None have.
    pub(super) const fn new() -> Self {
        Self
    }

    /// So many have.
    #[allow(clippy::unused_self, reason = "as where it matters")]
    pub(super) fn count(&mut self, _: usize) {}
}

/// Nothing to take apart.
pub(super) fn take_apart(_: &mut Disks) -> bool {
    false
}
