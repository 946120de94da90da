//! No archives but plain tar, in a build without the others.

#![allow(clippy::unused_self, reason = "the other one has a use for it")]

use super::auto::Choice;
use super::modules::{Found, Inserting};
use kexec_loader::modules::{Module, Place};
use kexec_loader::notes::Notes;

/// Whether a file's name is an archive's that can only be read from its beginning on.
pub(super) fn is_one(_: &[u8]) -> bool {
    false
}

/// Whether a module is in such an archive.
pub(super) fn has(_: &Module<'_>) -> bool {
    false
}

impl Found<'_> {
    /// Adds nothing.
    pub(super) fn add_packed(&self, _: &mut Choice<'_>, _: &mut Notes) {}

    /// Inserts nothing.
    pub(super) fn insert_packed(
        &self,
        _: &[u8],
        _: Option<Place>,
        _: &mut Inserting<'_>,
        _: &mut Notes,
    ) {
    }
}
