//! No disk images, in a build without ISO files.

use super::devices::Disks;
use kexec_loader::location::Location;
use kexec_loader::notes::Notes;

/// Tells that it is no disk.
pub(crate) fn attach(at: &Location<'_>, _: u32, _: &mut Disks, notes: &mut Notes) -> Option<usize> {
    let sentence = "% on % is not looked into: this build reads no ISO files";
    notes.say(sentence, &[at.path, at.device.name]);
    None
}
