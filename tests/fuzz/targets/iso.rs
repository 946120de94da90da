//! Any bytes as the name of an ISO file and as the configurations in it. Whatever they are: every
//! entry is on the ISO file's disk and in its submenu, and has a configuration of its own; a
//! command line that is added to keeps all that it had.

#![no_main]

use kexec_loader::config::fake::{Disk, Fake};
use kexec_loader::config::{File, World, iso, syslinux};
use kexec_loader::entry::Entries;
use kexec_loader::location::{Device, Id, Location};
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
    let disk = |name, uuid, files| Disk {
        name,
        uuid,
        label: "",
        files,
    };
    let disks = [disk("sda1", "1", &outside), disk(&path, "", &inside)];
    let device = Device::parse(b"sda1").expect("a disk");
    let read = |memory: &mut [u8], is_alone: bool, check: &mut dyn FnMut(&Entries)| {
        let memory: &mut [u8] = memory;
        let mut world = Fake::new(&disks, memory);
        let mut entries = Entries::new();
        entries.begin("iso", device, b"/isos/").expect("room");
        let at = Location {
            device,
            path: b"/isos/",
        };
        let mut file = File {
            at,
            name: b"/isos/",
            text: b"",
            image: None,
        };
        if is_alone {
            file.at.path = PATH.as_bytes();
            file.at.device = world
                .attach(&Location {
                    device,
                    path: path.as_bytes(),
                })
                .expect("it");
            file.text = text;
            syslinux::read(&file, &mut world, &mut entries);
        } else {
            iso::read(&file, &mut world, &mut entries);
        }
        check(&entries);
    };
    let mut alone = Vec::new();
    let mut memory = vec![0; 1 << 18];
    read(&mut memory, true, &mut |entries| {
        let lines = entries.list().iter();
        alone = lines.map(|entry| words(entry.cmdline)).collect();
    });
    let mut memory = vec![0; 1 << 18];
    read(&mut memory, false, &mut |entries| {
        let image = path.strip_prefix("/isos/").expect("its name").as_bytes();
        assert_eq!(entries.list().len(), alone.len());
        for (entry, before) in entries.list().iter().zip(&alone) {
            assert_eq!(entry.root.id, Id::Name(path.as_bytes()));
            let rest = entry.submenu.strip_prefix(image).expect("its submenu");
            assert!(matches!(rest, [] | [b'>', ..]));
            assert!(words(entry.cmdline).ends_with(before));
        }
        for source in entries.sources().iter().filter(|_| !alone.is_empty()) {
            assert_eq!(source.timeout, None);
            assert!(source.file.ends_with(image), "{:?}", source.file);
        }
    });
});
