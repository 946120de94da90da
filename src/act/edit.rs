//! The entry editor: an entry's lines are changed at the console, and booted.
//!
//! Nothing is written anywhere: what is changed is for this boot.

use super::Machine;
use super::boot;
use super::console::Event;
use kexec_loader::cmdline::{Engine, Options};
use kexec_loader::config::native;
use kexec_loader::draft::Draft;
use kexec_loader::editor::{Editor, SIZE};
use kexec_loader::entry::Entries;
use kexec_loader::keys::Key;
use kexec_loader::menu::Sheet;

/// Boots, as in GRUB: Ctrl-X.
const BOOT: Key = Key::Byte(0x18);
/// Opens a line below the cursor's: Ctrl-O.
const NEW_LINE: Key = Key::Byte(0x0f);
/// Ctrl-Y.
const PUT_BACK: Key = Key::Byte(0x19);

const _: () = assert!(SIZE == 4096, "as the messages say");

/// Has a person change the lines of an entry, and boots what comes of it. Comes back when the
/// person does not want to.
#[inline(never)]
pub(crate) fn run(
    options: &Options<'_>,
    entries: &Entries<'_>,
    nth: usize,
    machine: &mut Machine<'_>,
) {
    let Some(entry) = entries.list().get(nth) else {
        return;
    };
    let Some(draft) = Draft::of(entries, nth) else {
        let sentence = "cannot edit %: its lines have more than 4096 bytes";
        machine.notes.say(sentence, &[entry.title]);
        return;
    };
    let mut editor = Editor::new();
    editor.set(draft.text());
    let since = machine.notes.added();
    machine.consoles.clear();
    loop {
        let sheet = Sheet {
            title: entry.title,
            editor: &editor,
            notes: machine.notes,
            since,
        };
        machine.consoles.draw(&mut |screen| sheet.draw(screen));
        machine.consoles.tell(machine.notes);
        match machine.consoles.wait(None) {
            Event::Key(Key::Enter | Key::F10 | BOOT) => {
                if editor.text() == draft.text() {
                    // What was not changed is the entry itself, even where lines cannot say it.
                    boot::boot(options.engine, entries, nth, u64::MAX, machine);
                } else {
                    boot(options.engine, editor.text(), machine);
                }
            }
            Event::Key(Key::Escape) => break,
            Event::Key(key) => {
                let is_done = if key == NEW_LINE {
                    editor.key(Key::End);
                    editor.insert(b"\n")
                } else {
                    editor.key(key)
                };
                if !is_done && matches!(key, NEW_LINE | PUT_BACK | Key::Byte(b' '..)) {
                    machine
                        .notes
                        .say("there is no room for more than 4096 bytes", &[]);
                }
            }
            Event::Device => machine.disks.scan(false, machine.notes),
            Event::Time => {}
        }
    }
    machine.consoles.clear();
}

/// Boots the entry that these lines are; does not if any of them is wrong, which is told.
#[inline(never)]
pub(crate) fn boot(engine: Engine, text: &[u8], machine: &mut Machine<'_>) {
    let mut entries = Entries::new();
    let before = machine.notes.added();
    let title = b"the edited entry";
    native::read_entry(b"edited", title, text, &mut entries, machine.notes);
    if machine.notes.added() == before {
        boot::boot(engine, &entries, 0, u64::MAX, machine);
    }
}
