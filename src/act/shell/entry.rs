//! The entry that the shell puts together.

use super::super::{Machine, boot, edit};
use super::Work;
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::editor::SIZE;
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Device};
use kexec_loader::notes::Told;
use kexec_loader::out::fill;
use kexec_loader::shell::{Command, Row, What, without_disk};
use kexec_loader::text::{number, trim, value_of};

impl Work {
    /// What was said by a line of the entry.
    fn said(&self, key: &[u8]) -> &[u8] {
        value_of(self.draft.text(), b'\n', key)
    }

    /// Says a line of the entry, or takes it back where nothing is said. The disk or the file
    /// that it names has to be there.
    #[inline(never)]
    pub(super) fn set(
        &mut self,
        row: &Row,
        rest: &[u8],
        machine: &mut Machine<'_>,
    ) -> Result<(), Told> {
        let mut value = Vec::<u8, SIZE>::new();
        let what = row.what(0);
        let mut named: &[u8] = &self.word;
        if !named.is_empty() && what == What::Disk {
            if Device::parse(named).is_none_or(|disk| !machine.disks.has(&disk)) {
                return Err(machine.notes.say("no disk here is called %", &[named]));
            }
            if row.command == Command::Set {
                self.folder.clear();
                fill(&mut self.folder, "(%)/", &[named]);
            }
        } else if !named.is_empty() {
            self.open(machine)?;
            named = without_disk(&self.path, self.said(b"root "));
        }
        fill(&mut value, "% %", &[named, rest]);
        let value = trim(&value);
        let is_said = if row.command == Command::Set || value.is_empty() {
            self.draft.set(row.name, value)
        } else {
            self.draft.add(row.name, value)
        };
        if !is_said {
            tell_room(machine);
        }
        Ok(())
    }

    /// Says a line without a value, or takes it back if it was said.
    pub(super) fn switch(&mut self, row: &Row, machine: &mut Machine<'_>) {
        let before = self.draft.text().len();
        self.draft.set(row.name, b"");
        if self.draft.text().len() == before && !self.draft.add(row.name, b"") {
            tell_room(machine);
        }
    }

    /// Boots the entry, or that of the menu which has this number.
    #[inline(never)]
    pub(super) fn boot(
        &self,
        options: &Options<'_>,
        entries: &Entries<'_>,
        machine: &mut Machine<'_>,
    ) {
        let kernel = self.said(b"kernel ");
        let is_on_disk = matches!(kernel, [b'(', ..]) || !self.said(b"root ").is_empty();
        let problem = if !self.word.is_empty() {
            let nth = number(&self.word).and_then(|nth| usize::try_from(nth).ok()?.checked_sub(1));
            if let Some(nth) = nth.filter(|nth| *nth < entries.list().len()) {
                boot::boot(options.engine, entries, nth, u64::MAX, machine);
                return;
            }
            "the menu has no entry %"
        } else if kernel.is_empty() {
            "no kernel is said yet: kernel FILE"
        } else if is_on_disk || machine.disks.has(&BOOT_DISK) {
            return edit::boot(options.engine, self.draft.text(), machine);
        } else {
            "no root is said yet: root DISK"
        };
        machine.notes.say(problem, &[&self.word]);
    }
}

/// Tells that the entry has become too large.
fn tell_room(machine: &mut Machine<'_>) {
    const { assert!(SIZE == 4096) };
    let sentence = "there is no room for an entry of more than 4096 bytes";
    machine.notes.say(sentence, &[]);
}
