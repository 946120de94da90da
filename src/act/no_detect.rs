//! The search for other loaders' files, in a build that reads none.

use super::Machine;
#[cfg(feature = "explain")]
use super::devices::Disks;
use kexec_loader::entry::Entries;
#[cfg(feature = "explain")]
use kexec_loader::notes::Notes;
use kexec_loader::store::Store;

/// None.
pub(crate) fn wanted<'t>(_: &Entries<'t>) -> &'t [u8] {
    b""
}

/// Looks at no disk.
pub(crate) fn next<'t>(_: &[u8], _: &Store<'t>, _: &mut Entries<'t>, _: &mut Machine<'_>) -> bool {
    false
}

/// The same.
#[cfg(feature = "explain")]
pub(crate) fn look<'t>(
    _: &[u8],
    _: &Store<'t>,
    _: &mut Entries<'t>,
    _: &mut Disks,
    _: &mut Notes,
) -> bool {
    false
}
