//! No disk images as disks, in a build without them.

#[cfg(feature = "shell")]
use super::Machine;
use super::devices::Disks;
use kexec_loader::entry::Entries;
use kexec_loader::notes::Notes;
#[cfg(feature = "shell")]
use kexec_loader::notes::Told;

/// None.
pub(crate) struct Loops;

impl Loops {
    /// None.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// None is said.
    #[allow(clippy::unused_self, reason = "the other ones are kept")]
    pub(crate) fn keep(&mut self, _: &Entries<'_>, _: &mut Notes) {}
}

/// None is there.
pub(super) fn attach(_: &mut Disks, _: &mut Notes) -> bool {
    false
}

/// Tells that it is no disk.
#[cfg(feature = "shell")]
pub(super) fn add(line: &[u8], machine: &mut Machine<'_>) -> Result<(), Told> {
    let sentence = "% is not used as a disk: this build was made without that";
    Err(machine.notes.say(sentence, &[line]))
}

/// None is missing.
#[cfg(feature = "explain")]
pub(super) fn tell_missing(_: &Entries<'_>, _: &Disks, _: &mut Notes) {}
