//! The keyboard's layout, in a build that knows the kernel's alone.

use super::Machine;
#[cfg(feature = "explain")]
use super::devices::Disks;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
#[cfg(feature = "explain")]
use kexec_loader::notes::Notes;
use kexec_loader::store::Store;

/// Leaves it as it is; who asks for another has been told.
pub(crate) fn load(_: &Options<'_>, _: &Store<'_>, _: &Entries<'_>, _: &mut Machine<'_>) {}

/// The same.
#[cfg(feature = "explain")]
pub(crate) fn check(_: &Store<'_>, _: &Entries<'_>, _: &mut Disks, _: &mut Notes) {}
