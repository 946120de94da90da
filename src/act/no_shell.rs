//! A build without the shell.

use super::Machine;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;

/// Does nothing: no key asks for it.
pub(crate) fn run(_: &Options<'_>, _: &Entries<'_>, _: &mut Machine<'_>) {}
