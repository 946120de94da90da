//! Any bytes as our own configuration. Whatever its entries are: their lines, as the entry editor
//! has them, are read without a mistake, and what comes of them is the same entry.

#![no_main]

use kexec_loader::config::native::{read, read_entry};
use kexec_loader::draft::Draft;
use kexec_loader::editor::SIZE;
use kexec_loader::entry::Entries;
use kexec_loader::notes::Notes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut entries = Entries::new();
    read(b"f", text, &mut entries, &mut Notes::new());
    for (nth, one) in entries.list().iter().enumerate() {
        let Some(draft) = Draft::of(&entries, nth) else {
            assert!(text.len() > SIZE / 2);
            continue;
        };
        let mut again = Entries::new();
        let mut notes = Notes::new();
        read_entry(b"edited", one.title, draft.text(), &mut again, &mut notes);
        assert_eq!(notes.lines().next(), None);
        let [other] = again.list() else {
            panic!("one entry");
        };
        assert_eq!(
            (
                one.title,
                one.kernel,
                one.cmdline,
                one.append,
                one.reset_vga
            ),
            (
                other.title,
                other.kernel,
                other.cmdline,
                other.append,
                other.reset_vga
            )
        );
        assert_eq!(one.program, other.program);
        assert!(one.program.is_empty() || one.is_exec == other.is_exec);
        assert_eq!(
            (one.root.fstype, one.root.id),
            (other.root.fstype, other.root.id)
        );
        assert_eq!(entries.extras(nth), again.extras(0));
    }
});
