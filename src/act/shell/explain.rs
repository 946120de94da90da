//! Says what a configuration file means, as the command of this name does.

use super::super::files::read_text;
use super::super::report::Report;
use super::super::{Machine, detect, tell};
use super::Work;
use super::pager::Pager;
use crate::sys::fd::Fd;
use kexec_loader::config::{MAXIMUM, native};
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Location};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::store::Store;

/// Bytes for the text of the file and of those that it names.
const TEXT: usize = 2 * MAXIMUM;

impl Work {
    /// Reads a file as its name says that it is to be read, or as our own, and shows its
    /// entries.
    #[inline(never)]
    #[allow(
        clippy::large_stack_arrays,
        reason = "nobody else wants the stack meanwhile"
    )]
    pub(super) fn explain(&self, file: &Fd, machine: &mut Machine<'_>) -> Result<(), Told> {
        let Machine {
            disks,
            notes: told,
            consoles,
            ..
        } = machine;
        let Ok(at) = Location::parse(&self.path, &BOOT_DISK) else {
            return Err(Told);
        };
        let mut notes = Notes::new();
        let mut memory = [0; TEXT];
        let store = Store::new(&mut memory);
        let mut entries = Entries::new();
        let mut format = detect::read_one(&at, &store, &mut entries, disks, &mut notes);
        if format.is_none() {
            let (text, is_cut) = read_text(file, MAXIMUM, &store)
                .map_err(|error| tell(told, "cannot read %%: %", &self.path, b"", error))?;
            if is_cut {
                let sentence = "% is larger than 65536 bytes; the rest of it is not read";
                notes.say(sentence, &[at.path]);
            }
            native::read(at.path, text, &mut entries, &mut notes);
            format = Some("kexec-loader.cfg");
        }
        let mut pager = Pager::new(consoles);
        let mut report = Report::new(false, &mut pager);
        report.all(&self.path, format, &entries, disks, &notes);
        Ok(())
    }
}
