//! Any bytes as the name of an ISO file and as the configurations in it. Whatever they are: every
//! entry is on the ISO file's disk and in its submenu, and has a configuration of its own; a
//! command line that is added to keeps all that it had.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{iso, syslinux};
use kexec_loader::location::Id;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "/isolinux/isolinux.cfg";

fn words(bytes: &[u8]) -> Vec<u8> {
    let mut words = bytes.to_vec();
    words.retain(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    words
}

fuzz_target!(|input: &[u8]| {
    let half = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (name, text) = input.split_at(half);
    let name: String = name.iter().map(|byte| char::from(byte & 0x7f)).collect();
    let path = format!("/isos/{}.iso", name.replace(['/', '.', '\0'], ""));
    let outside: [(&str, &[u8]); 1] = [(&path, b"")];
    let inside = [(PATH, text)];
    let image = [Disk::new(&path, "", &inside)];
    let mut memory = vec![0; 1 << 18];
    let mut fake = Fake::new(&image, &mut memory);
    fake.give(syslinux::read, PATH, PATH);
    let alone = fake.entries.list().iter();
    let alone: Vec<_> = alone.map(|entry| words(entry.cmdline)).collect();

    let disks = [Disk::new("sda1", "1", &outside), image[0]];
    let mut memory = vec![0; 1 << 18];
    let mut fake = Fake::new(&disks, &mut memory);
    fake.give(iso::read, "/isos/", "/isos/");
    let image = path.strip_prefix("/isos/").expect("its name").as_bytes();
    assert_eq!(fake.entries.list().len(), alone.len());
    for (entry, before) in fake.entries.list().iter().zip(&alone) {
        assert_eq!(entry.root.id, Id::Name(path.as_bytes()));
        let rest = entry.submenu.strip_prefix(image).expect("its submenu");
        assert!(matches!(rest, [] | [b'>', ..]));
        assert!(words(entry.cmdline).ends_with(before));
    }
    let sources = fake.entries.sources().iter();
    for source in sources.filter(|_| !alone.is_empty()) {
        assert_eq!(source.timeout, None);
        assert!(source.file.ends_with(image), "{:?}", source.file);
    }
});
