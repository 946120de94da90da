//! The shell, in a build that has none.

use super::Machine;
use kexec_loader::cmdline::Options;
use kexec_loader::entry::Entries;
use kexec_loader::menu::Action;

/// Nothing to keep.
pub(crate) struct Shell;

impl Shell {
    /// None.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Does nothing: the menu has no key for it.
    #[allow(clippy::unused_self, reason = "the other one has what it keeps")]
    pub(crate) fn run(&mut self, _: &Options<'_>, _: &Entries<'_>, _: &mut Machine<'_>) -> Action {
        Action::Stay
    }
}
