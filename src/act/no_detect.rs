//! The search for other loaders' files, in a build that reads none.

use super::Machine;
#[cfg(any(feature = "explain", feature = "shell"))]
use super::devices::Disks;
use kexec_loader::entry::Entries;
#[cfg(feature = "shell")]
use kexec_loader::location::Location;
#[cfg(any(feature = "explain", feature = "shell"))]
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

/// Reads no file.
#[cfg(feature = "shell")]
pub(crate) fn read_one<'t>(
    _: &Location<'t>,
    _: &Store<'t>,
    _: &mut Entries<'t>,
    _: &mut Disks,
    _: &mut Notes,
) -> Option<&'static str> {
    None
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
