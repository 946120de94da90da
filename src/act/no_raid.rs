//! No arrays, in a build without them.

use super::devices::Disks;
use super::disk::Disk;
#[cfg(feature = "lvm")]
use super::disk::Name;
use kexec_loader::bytes::ReadAt;
use kexec_loader::disk::Identity;
use kexec_loader::notes::Notes;

/// What is known of a disk's array: nothing.
pub(crate) struct Mark;

impl Mark {
    pub(crate) const fn new() -> Self {
        Self
    }
}

/// The arrays: none.
pub(crate) struct Arrays;

impl Arrays {
    pub(crate) const fn new() -> Self {
        Self
    }

    /// When there is something to do: never.
    #[allow(clippy::unused_self, reason = "as where there are some")]
    pub(crate) fn due(&self) -> Option<u64> {
        None
    }

    /// Whether it is time for that: never.
    #[allow(clippy::unused_self, reason = "as where there are some")]
    pub(crate) fn are_due(&self) -> bool {
        false
    }

    /// The sooner of the two.
    #[allow(clippy::unused_self, reason = "as where there are some")]
    pub(crate) fn sooner(&self, until: Option<u64>) -> Option<u64> {
        until
    }
}

/// Whether a disk is a member of an array: not that this build knew.
pub(crate) fn recognise(_: &[u8], _: &mut ReadAt<'_>, _: &mut Identity) -> bool {
    false
}

/// No disk is an array.
pub(super) fn is_name_of(_: &[u8], _: &Disk) -> bool {
    false
}

/// No name is an array's.
#[cfg(feature = "autodetect")]
pub(super) fn kernel_name<'d>(_: &'d Disks, _: &[u8]) -> Option<&'d [u8]> {
    None
}

/// Gives an array its other name.
pub(crate) fn name(_: &mut Disk) {}

/// There is no array.
#[cfg(feature = "lvm")]
pub(super) fn each_member(_: &[u8], _: &[Disk], _: &mut dyn FnMut(Option<&[u8]>)) {}

/// There is no array.
#[cfg(feature = "lvm")]
pub(super) fn are_enough(_: &[Name]) -> bool {
    false
}

/// There is none to stop.
#[cfg(feature = "lvm")]
pub(super) fn stop(_: &[u8]) -> bool {
    false
}

/// Puts arrays together; says whether there is one more.
pub(crate) fn assemble(_: &mut Disks, _: &mut Notes) -> bool {
    false
}
