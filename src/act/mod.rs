//! The acting half: does things in order, and decides nothing that a pure room can.

pub(crate) mod boot;
pub(crate) mod configs;
pub(crate) mod console;
pub(crate) mod devices;
mod disk;
pub(crate) mod files;
pub(crate) mod menu;
pub(crate) mod modules;
pub(crate) mod search;
pub(crate) mod start;

#[cfg_attr(not(feature = "explain"), path = "no_command.rs")]
pub(crate) mod command;
#[cfg(feature = "explain")]
mod explain;
#[cfg(feature = "explain")]
mod report;

use kexec_loader::notes::Notes;

/// What the loader holds from its start to the jump.
pub(crate) struct Machine {
    /// What the person at the console is told.
    pub(crate) notes: Notes,
    /// The screens and keyboards.
    pub(crate) consoles: console::Consoles,
    /// The disks.
    pub(crate) disks: devices::Disks,
}
