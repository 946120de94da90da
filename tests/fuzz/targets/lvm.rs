//! A group's metadata, and the labels and areas that lead to it.
//!
//! The first byte says what the rest is: a text, whose volumes are mapped with disks that are all
//! there, or all but one; a disk's first sectors; or an area with its ring, in which checksums
//! are put right.

#![no_main]

use kexec_loader::lvm::group::Group;
use kexec_loader::lvm::label::{Area, Label};
use kexec_loader::lvm::message::{HEADER, Message};
use kexec_loader::lvm::{is_name_of, metadata, put_alias};
use kexec_loader::out::Put;
use libfuzzer_sys::fuzz_target;

/// Bytes that grow.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Put for Bytes {
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

/// LVM2's checksum, as a table makes it.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0xf597_a6cf, |sum, byte| {
        let mut low = (sum ^ u32::from(*byte)) & 0xff;
        for _ in 0..8 {
            low = if low & 1 == 1 {
                low >> 1 ^ 0xedb8_8320
            } else {
                low >> 1
            };
        }
        low ^ sum >> 8
    })
}

fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes[at..at + length].iter().rev();
    bytes.fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What the kernel relies on: parts follow each other, in bytes and in sectors.
fn check(message: &mut Message) {
    let bytes = message.bytes();
    let (mut at, mut sector) = (HEADER, 0);
    for _ in 0..number(bytes, 20, 4) {
        assert_eq!(number(bytes, at, 8), sector);
        sector += number(bytes, at + 8, 8);
        let next = at + number(bytes, at + 20, 4) as usize;
        assert!(next % 8 == 0 && bytes[at + 40..next].contains(&0));
        at = next;
    }
    assert_eq!(at, bytes.len());
    assert!(sector > 0);
}

fn map_all(text: &[u8], is_one_missing: bool) {
    let Some(group) = Group::read(text) else {
        return;
    };
    for volume in group.volumes() {
        let mut asked = 0;
        let mut find = |_: &[u8], out: &mut dyn Put| {
            asked += 1;
            out.put(b"254:16");
            !is_one_missing || asked != 2
        };
        // The superblocks of copies are bytes of the text.
        let mut read = |_: &[u8], offset: u64, into: &mut [u8]| {
            let from = text.len().min(offset as usize & 0xff);
            for (to, from) in into.iter_mut().zip(&text[from..]) {
                *to = *from;
            }
            into[..4].copy_from_slice(b"DmRd");
            true
        };
        let mut message = Message::new(b"x", b"").unwrap();
        if group
            .map(&volume, &mut find, &mut read, &mut message)
            .is_ok()
        {
            check(&mut message);
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let [kind, rest @ ..] = input else { return };
    match kind % 4 {
        0 | 1 => map_all(rest, kind % 4 == 1),
        2 => {
            let mut start = [0; 2048];
            let length = rest.len().min(512);
            start[512..512 + length].copy_from_slice(&rest[..length]);
            start[520] = 1;
            let sum = checksum(&start[532..1024]).to_le_bytes();
            start[528..532].copy_from_slice(&sum);
            if let Some(label) = Label::find(&start) {
                assert_eq!(label.id.len(), 32);
            }
            let mut alias = Bytes::default();
            put_alias(rest, &mut alias);
            let _ = is_name_of(rest, &alias.0);
        }
        _ => {
            let mut disk = vec![0; 512];
            disk.extend_from_slice(rest);
            disk.resize(disk.len().max(1024), 0);
            let sum = checksum(&disk[516..1024]).to_le_bytes();
            disk[512..516].copy_from_slice(&sum);
            let mut read = |at: u64, into: &mut [u8]| {
                let from = usize::try_from(at).ok().and_then(|at| disk.get(at..));
                let bytes = from.and_then(|from| from.get(..into.len()));
                bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
            };
            let area = Area {
                start: 512,
                size: 0,
            };
            let mut into = [0; 2048];
            let _ = metadata::read(&area, &mut read, &mut into);
        }
    }
});
