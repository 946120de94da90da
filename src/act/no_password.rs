//! No passwords, in a build without them.

use super::Machine;
#[cfg(feature = "explain")]
use crate::sys::start::Args;
use kexec_loader::entry::Entries;

/// The command, for `--help`.
#[cfg(feature = "explain")]
pub(crate) const HELP: &[u8] = b"";

/// None.
pub(crate) struct Guard;

impl Guard {
    /// None.
    pub(crate) const fn new() -> Self {
        Self
    }
}

/// Nothing is locked.
pub(crate) fn ask(_: &Entries<'_>, machine: &mut Machine<'_>) -> bool {
    matches!(machine.guard, Guard)
}

/// There is no such command.
#[cfg(feature = "explain")]
pub(crate) fn command(_: Args) -> u32 {
    super::command::complain("this build has no command ", b"password")
}
