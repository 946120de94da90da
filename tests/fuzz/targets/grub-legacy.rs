//! Any bytes as a menu.lst, and as the files that it may name. Whatever they are: it ends; the
//! lists keep to their limits; what is told can be shown; every entry has a kernel and a line;
//! the entries that are chosen are there.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{File, World, grub_legacy};
use kexec_loader::entry::{ENTRIES, EXTRAS, Entries};
use kexec_loader::location::{Device, Location};
use kexec_loader::notes::SPACE;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let half = input
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(input.len());
    let (menu, other) = input.split_at(half);
    let files = [
        ("/boot/grub/menu.lst", menu),
        ("/boot/grub/device.map", other),
        ("/boot/grub/default", other),
        ("/x", other),
        ("/y", menu),
    ];
    let disk = |name, uuid| Disk {
        name,
        uuid,
        label: "",
        files: &files,
    };
    let disks = [disk("sda1", "1"), disk("sdb1", "2"), disk("sdb", "3")];
    let mut memory = vec![0; 1 << 18];
    let mut world = Fake::new(&disks, &mut memory);
    let mut entries = Entries::new();
    let device = Device::parse(b"sda1").expect("a disk");
    entries.begin("grub-legacy", device, b"g").expect("room");
    let at = Location {
        device,
        path: b"/boot/grub/menu.lst",
    };
    let file = File {
        at,
        name: b"g",
        text: menu,
        image: None,
    };
    grub_legacy::read(&file, &mut world, &mut entries);

    assert!(entries.list().len() <= ENTRIES);
    let mut extras = 0;
    for (nth, entry) in entries.list().iter().enumerate() {
        assert!(!entry.kernel.is_empty());
        assert!(entry.line > 0 && !entry.file.is_empty());
        extras += entries.extras(nth).len();
    }
    assert!(extras <= EXTRAS);
    let [source] = entries.sources() else {
        panic!("one configuration");
    };
    for chosen in [source.default, source.fallback] {
        assert!(chosen.is_none_or(|nth| nth < entries.list().len()));
    }
    let notes = world.notes();
    assert!(notes.text().len() <= SPACE);
    let is_shown = |byte: &u8| *byte == b'\n' || *byte >= b' ';
    assert!(notes.text().iter().all(is_shown));
});
