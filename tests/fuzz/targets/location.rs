//! Any bytes as the name of a disk and as paths. What is made of them is parts of them; an id
//! means the disk that is called so; a path on a mounted disk is the end of the whole path.
//!
//! Lines: a device; a path; then mounts, a device, a blank and a folder each.

#![no_main]

use kexec_loader::disk::{Identity, Kind, PartitionId};
use kexec_loader::entry::{Entries, Extra};
use kexec_loader::location::{BOOT_DISK, Device, Id, Location};
use libfuzzer_sys::fuzz_target;

/// Whether the id means a disk that is called `value` by every tag and has this name.
fn means(id: &Id, name: &[u8], value: &[u8]) -> bool {
    let identity = Identity {
        kind: Kind::Ext2,
        label: value.iter().copied().take(256).collect(),
        uuid: value.iter().copied().take(36).collect(),
    };
    let partition = PartitionId {
        uuid: value.iter().copied().take(36).collect(),
        label: value.iter().copied().take(108).collect(),
    };
    id.means(name, &identity, &partition)
}

fn check(words: &[u8], device: &Device) {
    assert!(!device.name.is_empty() && words.ends_with(device.name));
    let fstype = device.fstype;
    if !fstype.is_empty() {
        assert!(!fstype.eq_ignore_ascii_case(b"auto"));
        assert!(words.windows(fstype.len()).any(|part| part == fstype));
    }
    let id = device.id;
    let value = match id {
        Id::BootDisk => panic!("words never name it"),
        Id::Initramfs => {
            assert!(!means(&id, device.name, device.name));
            return;
        }
        Id::Name(name) => {
            assert!(!name.is_empty() && means(&id, name, b""));
            assert!(!means(&id, &[name, b"1"].concat(), name));
            return;
        }
        Id::Label(value) | Id::Uuid(value) | Id::PartUuid(value) | Id::PartLabel(value) => value,
    };
    assert!(!value.is_empty() && words.ends_with(value));
    if value.len() <= 36 {
        assert!(means(&id, b"", value));
        assert!(means(&id, b"", &value.to_ascii_uppercase()));
    }
    assert!(!means(&id, value, &value[1..]));
    assert!(!id.means(value, &Identity::unknown(), &PartitionId::unknown()));
}

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let words = lines.next().unwrap_or_default();
    let path = lines.next().unwrap_or_default();
    let root = Device::parse(words);
    root.inspect(|device| check(words, device));
    let root = root.unwrap_or(BOOT_DISK);

    let found = Location::parse(path, &root);
    match found {
        Ok(at) => {
            assert!(path.ends_with(at.path));
            let is_named = path.starts_with(b"(");
            assert!(is_named || (at.device == root && at.path == path));
        }
        Err(problem) => assert!(path.starts_with(b"(") && !problem.is_empty()),
    }

    let mut entries = Entries::new();
    entries.open(b"x", 1).expect("room");
    entries.last_mut().expect("it").root = root;
    for line in lines {
        let mut words = line.splitn(2, |byte| *byte == b' ');
        let device = words.next().unwrap_or_default();
        if let Some(folder) = words.next()
            && Device::parse(device).is_some()
        {
            let _ = entries.add(Extra::Mount(device, folder));
        }
    }
    let at = entries.locate(0, path);
    assert_eq!(at.is_ok(), found.is_ok());
    if let Ok(at) = at {
        assert!(path.ends_with(at.path));
        // A mount takes away a whole part of the path, or nothing.
        assert!(
            at.path == path
                || path.starts_with(b"(")
                || at.path.starts_with(b"/")
                || path.strip_prefix(b"/") == Some(at.path)
        );
    }
});
