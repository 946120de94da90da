//! Any bytes as a `kboot.conf`, up to the first NUL.
//! Whatever they are: it ends; the lists keep to their limits; every entry names a kernel and a
//! line of its file; what boots by itself is an entry; messages are printable and name a file.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::petitboot::read;
use kexec_loader::config::{File, World};
use kexec_loader::entry::{ENTRIES, EXTRAS, Entries};
use kexec_loader::location::{BOOT_DISK, Location};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.split(|byte| *byte == 0);
    let files = ["/f", "/g", "/h"].map(|path| (path, texts.next().unwrap_or_default()));
    let disks = [Disk {
        name: "",
        uuid: "",
        label: "",
        files: &files,
    }];
    let mut memory = vec![0; 1 << 16];
    let mut fake = Fake::new(&disks, &mut memory);
    let mut entries = Entries::new();
    // What another configuration has is not this one's.
    entries.open(b"other", 1).unwrap();
    entries.last_mut().unwrap().kernel = b"/other";
    entries.begin("petitboot", BOOT_DISK, b"/f").unwrap();
    let at = Location {
        device: BOOT_DISK,
        path: b"/f",
    };
    let (_, text) = files[0];
    let name = b"/f";
    read(
        &File {
            at,
            name,
            text,
            image: None,
        },
        &mut fake,
        &mut entries,
    );

    assert!(entries.list().len() <= ENTRIES);
    let mut extras = 0;
    for (nth, entry) in entries.list().iter().enumerate() {
        assert!(!entry.kernel.is_empty(), "an entry without a kernel stays");
        extras += entries.extras(nth).len();
        // Lines are those of the file that the entry is from.
        let named = files.iter().find(|(path, _)| path.as_bytes() == entry.file);
        if let Some((_, text)) = named {
            let lines = text.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&(entry.line as usize)));
        }
    }
    assert!(extras <= EXTRAS);
    if let Some(source) = entries.sources().first() {
        assert_eq!(source.first, 1);
        let count = entries.list().len();
        assert!(source.default.is_none_or(|nth| nth < count));
    }
    for line in fake.notes().lines() {
        let is_drawn = line.iter().any(|byte| *byte < b' ' || *byte == 0x7f);
        assert!(!is_drawn, "{line:?}");
        assert!(line.starts_with(b"/"), "{line:?}");
    }
});
