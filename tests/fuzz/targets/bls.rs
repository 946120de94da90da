//! Any files as a disk with entries of the Boot Loader Specification: the input is cut into them
//! at its zero bytes. Whatever they are: the lists keep to their limits, messages are printable
//! lines, each entry has a kernel and a title, and the default is one of them. The same files are
//! read as GRUB reads them, and as kernels that no configuration names; and versions have an order.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{File, World, bls, kernels};
use kexec_loader::entry::{ENTRIES, EXTRAS, Entries, Settled};
use kexec_loader::location::{Device, Location};
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

fn check(entries: &Entries<'_>, fake: &Fake<'_>) {
    assert!(entries.list().len() <= ENTRIES);
    let mut extras = 0;
    for (nth, entry) in entries.list().iter().enumerate() {
        assert!(entry.kernel.starts_with(b"/") && !entry.title.is_empty());
        assert!(!entry.file.is_empty());
        extras += entries.extras(nth).len();
        for path in entries.paths(nth) {
            assert!(path.starts_with(b"/"), "{path:?}");
        }
    }
    assert!(extras <= EXTRAS);
    for source in entries.sources() {
        assert!(source.default.is_none_or(|nth| nth < entries.list().len()));
    }
    for line in fake.told() {
        assert!(
            !line.bytes().any(|byte| byte < b' ' || byte == 0x7f),
            "{line:?}"
        );
    }
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
    let disks = [Disk {
        name: "sda1",
        uuid: "1",
        label: "",
        files: &files,
    }];
    let device = Device::parse(b"sda1").expect("a disk");
    let at = |path| Location { device, path };
    // Enough for all, and too little for it.
    for size in [1 << 16, 512] {
        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        let mut entries = Entries::new();
        let mut read =
            |name: &'static str, path: &'static [u8], reader: kexec_loader::config::Reader| {
                entries.begin(name, device, b"f").expect("room");
                let file = File {
                    at: at(path),
                    name: b"f",
                    text: b"",
                    image: None,
                };
                reader(&file, &mut fake, &mut entries);
            };
        read("bls", b"/loader/", bls::read);
        read("bls", b"/EFI/Linux/", bls::read);
        read("kernels", b"/", kernels::read);
        if size > 512 {
            check(&entries, &fake);
        }

        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        let mut entries = Entries::new();
        entries.begin("grub2", device, b"f").expect("room");
        let mut count = 0;
        let mut kept = 0;
        let folder = at(b"/loader/entries/");
        let each = &mut |_: &[u8], _: &[u8], settled| {
            count += 1;
            kept += usize::from(matches!(settled, Settled::Kept(_)));
        };
        bls::read_entries(&folder, &mut expand, &mut fake, &mut entries, each);
        assert!(count <= 3);
        assert_eq!(kept, entries.list().len());
        if size > 512 {
            check(&entries, &fake);
        }
        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        let mut entries = Entries::new();
        entries.begin("kernels", device, b"f").expect("room");
        let file = File {
            at: at(b"/"),
            name: b"f",
            text: b"",
            image: None,
        };
        kernels::read(&file, &mut fake, &mut entries);
        assert!(entries.list().len() <= 1);
    }
});
