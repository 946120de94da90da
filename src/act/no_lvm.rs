//! A build that maps no logical volumes.

use super::devices::Disks;
use super::disk::Disk;
use kexec_loader::notes::Notes;

/// Nothing is known.
pub(crate) struct State;

impl State {
    pub(crate) const fn new() -> Self {
        Self
    }
}

pub(crate) fn look(_disk: &mut Disk, _state: &mut State) {}

pub(crate) fn map(_disks: &mut Disks, _notes: &mut Notes) -> bool {
    false
}

#[cfg(feature = "raid")]
pub(super) fn each_part(_name: &[u8], _list: &[Disk], _act: &mut dyn FnMut(Option<&[u8]>)) {}

#[cfg(feature = "raid")]
pub(super) fn remove(_name: &[u8], _state: &mut State) -> bool {
    false
}

pub(super) fn is_name_of(name: &[u8], disk: &Disk) -> bool {
    !disk.alias.is_empty() && name == disk.alias
}
