//! No watchdog, in a build without it.

use crate::sys::fd::Fd;
use kexec_loader::notes::Notes;

/// None.
pub(crate) struct Watchdog;

impl Watchdog {
    /// None.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Does nothing.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    pub(crate) fn start(&mut self, _: u32, _: &mut Notes) {}

    /// Does nothing.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    pub(crate) fn read_ahead(&self, _: &[Fd]) {}

    /// Does nothing; for ever.
    #[allow(clippy::unused_self, reason = "as where there is one")]
    pub(crate) fn feed(&self) -> u64 {
        u64::MAX
    }
}
