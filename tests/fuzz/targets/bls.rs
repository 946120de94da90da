//! Any files as a disk with entries of the Boot Loader Specification: the input is cut into them
//! at its zero bytes. Whatever they are: the lists keep to their limits, messages are printable
//! lines, each entry has a kernel and a title, and the default is one of them. The same files are
//! read as GRUB reads them, and as kernels that no configuration names; and versions have an order.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{World, bls, kernels};
use kexec_loader::entry::{Entries, Settled};
use kexec_loader::version::compare;
use libfuzzer_sys::fuzz_target;

/// Names of files, and of folders that are files here: what the pieces are, in this order.
const NAMES: [&str; 8] = [
    "/loader/loader.conf",
    "/loader/entries/a-6.1+0-1.conf",
    "/loader/entries/a-6.10+2.conf",
    "/loader/entries/b.conf",
    "/EFI/Linux/a.efi",
    "/EFI/Linux/b+3.efi",
    "/boot/vmlinuz-6.1",
    "/boot/initrd.img-6.1",
];

/// Checks what is so of entries from files of this kind, beside what is so of all.
fn check(fake: &Fake<'_>) {
    for (nth, entry) in fake.entries.list().iter().enumerate() {
        assert!(!entry.title.is_empty());
        for path in fake.entries.paths(nth) {
            assert!(path.starts_with(b"/"), "{path:?}");
        }
    }
    fake.check();
}

/// A variable is its name without the `$`, in small letters.
fn expand<'t>(value: &'t [u8], world: &mut dyn World<'t>) -> &'t [u8] {
    let text: Vec<u8> = value
        .iter()
        .filter(|byte| **byte != b'$')
        .copied()
        .collect();
    world.store().join(&[&text])
}

fuzz_target!(|data: &[u8]| {
    let pieces: Vec<&[u8]> = data.split(|byte| *byte == 0).collect();
    for pair in pieces.windows(2) {
        assert_eq!(
            compare(pair[0], pair[1]),
            compare(pair[1], pair[0]).reverse()
        );
    }
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(pieces).collect();
    let disks = [Disk::new("sda1", "1", &files)];
    // Enough for all, and too little for it.
    for size in [1 << 16, 512] {
        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        fake.give(bls::read, "f", "/loader/");
        fake.give(bls::read, "f", "/EFI/Linux/");
        fake.give(kernels::read, "f", "/");
        if size > 512 {
            check(&fake);
        }

        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        let mut entries = Entries::new();
        let folder = fake.at("/loader/entries/");
        entries.begin("grub2", folder.device, b"f").expect("room");
        let mut count = 0;
        let mut kept = 0;
        let each = &mut |_: &[u8], _: &[u8], settled| {
            count += 1;
            kept += usize::from(matches!(settled, Settled::Kept(_)));
        };
        bls::read_entries(&folder, &mut expand, &mut fake, &mut entries, each);
        assert!(count <= 3);
        assert_eq!(kept, entries.list().len());
        *fake.entries = entries;
        if size > 512 {
            check(&fake);
        }

        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        fake.give(kernels::read, "f", "/");
        assert!(fake.entries.list().len() <= 1);
    }
});
