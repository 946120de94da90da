//! Any bytes as a grub.cfg, and as the files that it may name. Whatever they are: it ends, in
//! bounded steps; the lists keep to their limits; what is told can be shown; every entry has a
//! kernel and a line; the entry that is chosen is there.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{File, World, grub2};
use kexec_loader::entry::{ENTRIES, EXTRAS, Entries};
use kexec_loader::location::{BOOT_DISK, Location};
use kexec_loader::notes::SPACE;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let half = input
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(input.len());
    let (script, other) = input.split_at(half);
    let files = [
        ("/boot/grub/grubenv", other),
        ("/boot/grub/x", other),
        ("/x", script),
    ];
    let disks = [
        Disk {
            name: "",
            uuid: "1",
            label: "a",
            files: &files,
        },
        Disk {
            name: "sda1",
            uuid: "2",
            label: "b",
            files: &files,
        },
    ];
    let mut memory = vec![0; 1 << 18];
    let mut world = Fake::new(&disks, &mut memory);
    let mut entries = Entries::new();
    entries.begin("grub2", BOOT_DISK, b"g").expect("room");
    let at = Location {
        device: BOOT_DISK,
        path: b"/boot/grub/grub.cfg",
    };
    grub2::read(
        &File {
            at,
            name: b"g",
            text: script,
            image: None,
        },
        &mut world,
        &mut entries,
    );

    assert!(entries.list().len() <= ENTRIES);
    let mut extras = 0;
    for (nth, entry) in entries.list().iter().enumerate() {
        assert!(!entry.kernel.is_empty());
        assert!(entry.line > 0);
        extras += entries.extras(nth).len();
    }
    assert!(extras <= EXTRAS);
    for chosen in [entries.sources()[0].default, entries.sources()[0].fallback] {
        assert!(chosen.is_none_or(|nth| nth < entries.list().len()));
    }
    let notes = world.notes();
    assert!(notes.text().len() <= SPACE);
    assert!(
        notes
            .text()
            .iter()
            .all(|byte| *byte == b'\n' || *byte >= b' ')
    );
});
