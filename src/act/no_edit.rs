//! A build without the entry editor.

use super::Machine;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;

/// Does nothing: no key asks for it.
pub(crate) fn run(_: &Options<'_>, _: &Entries<'_>, _: usize, _: &mut Machine<'_>) {}
