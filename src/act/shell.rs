//! The shell: carries out commands.

use super::Machine;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;

/// Takes commands until the person goes back to the menu.
pub(crate) fn run(_: &Options<'_>, _: &Entries<'_>, _: &mut Machine<'_>) {}
