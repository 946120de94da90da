//! All modules of a folder, in a build that does not look for devices' own.

use super::Machine;
use super::devices::Disks;
use super::modules::Found;
use crate::sys::fd::Fd;
use core::marker::PhantomData;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::modules::Place;
use kexec_loader::notes::Notes;
use kexec_loader::text::{part, value_of};

/// Nothing.
pub(crate) struct Auto;

impl Auto {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Nothing.
    #[allow(clippy::unused_self, reason = "as where there is something")]
    pub(super) fn lend(&mut self) -> Lent<'_> {
        Lent(PhantomData)
    }
}

/// Nothing.
pub(super) struct Lent<'a>(PhantomData<&'a ()>);

impl Lent<'_> {
    /// Not so.
    #[allow(clippy::unused_self, reason = "as where it may be so")]
    pub(super) fn insert(&self, _: &Fd, _: &mut Notes) -> bool {
        false
    }
}

/// They are all inserted.
pub(super) fn begin_early(_: &Options<'_>, _: &mut Machine<'_>) -> bool {
    false
}

/// The same.
pub(super) fn begin(_: &Options<'_>, _: &Entries<'_>, _: &mut Machine<'_>) -> bool {
    false
}

impl Disks {
    /// Does nothing.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    pub(super) fn insert_new(&mut self, _: &mut Notes) {}

    /// Does nothing.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    #[cfg(any(feature = "loop", feature = "lvm", feature = "raid"))]
    pub(super) fn provide_driver(&mut self, _: &[u8], _: &mut Notes) {}

    /// Does nothing.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    pub(super) fn provide(&mut self, _: usize, _: &[u8], _: &mut Notes) {}
}

/// All.
pub(super) struct Choice<'c>(PhantomData<&'c [u8]>);

impl<'c> Choice<'c> {
    /// All.
    pub(super) fn all(_: &'c [u8], _: &'c Lent<'_>) -> Self {
        Self(PhantomData)
    }

    /// Plans the module of this name in the file that is looked at, by its `.modinfo` in the
    /// window.
    #[allow(clippy::unused_self, reason = "as where there is a choice")]
    #[inline(never)]
    pub(super) fn add(
        &mut self,
        found: &mut Found<'_>,
        place: Option<Place>,
        name: &[u8],
        said: usize,
    ) {
        let needed = value_of(part(found.window, 0, said), 0, b"depends=");
        found.is_full |= !found.plan.add(&found.path, place, name, needed);
    }
}
