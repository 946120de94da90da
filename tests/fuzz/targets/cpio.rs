//! Any bytes as a cpio archive, whole and in pieces: the same members come out of both, none of
//! them beyond what was read, and both come to an end.
//!
//! The first byte says how long the pieces are.

#![no_main]

use kexec_loader::archive::cpio::{Members, NAME};
use kexec_loader::archive::feed::{Event, Feed};
use kexec_loader::archive::tar::MEMBERS;
use libfuzzer_sys::fuzz_target;

/// A member's name, and its bytes.
type File = (Vec<u8>, Vec<u8>);

fn walk(archive: &[u8]) -> (Vec<File>, bool) {
    let mut members = Members::default();
    let mut found = Vec::new();
    let mut reads = 0;
    loop {
        let mut read = |offset: u64, into: &mut [u8]| {
            reads += 1;
            assert!(reads <= 2 * MEMBERS + 2);
            let from = usize::try_from(offset).unwrap();
            let bytes = archive.get(from..).and_then(|rest| rest.get(..into.len()));
            bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
        };
        match members.advance(&mut read, &mut [0; NAME]) {
            Ok(Some(member)) => {
                assert!(member.size > 0 && member.offset % 4 == 0);
                assert!(!member.name.contains(&b'/') && !member.name.contains(&0));
                let bytes = archive.get(member.offset as usize..).unwrap_or_default();
                let size = bytes.len().min(member.size as usize);
                found.push((member.name.to_vec(), bytes[..size].to_vec()));
            }
            Ok(None) => return (found, true),
            Err(_) => return (found, false),
        }
    }
}

fn feed(archive: &[u8], chunk: usize) -> (Vec<File>, bool) {
    let mut feed = Feed::default();
    let mut found: Vec<File> = Vec::new();
    for bytes in archive.chunks(chunk) {
        feed.take(bytes, &mut |event| {
            match event {
                Event::Member(member) => found.push((member.name.to_vec(), Vec::new())),
                Event::Bytes(bytes) => found.last_mut().unwrap().1.extend_from_slice(bytes),
                Event::Done => {}
            }
            true
        });
    }
    (found, feed.finish().is_ok())
}

fuzz_target!(|input: &[u8]| {
    let Some((chunk, archive)) = input.split_first() else {
        return;
    };
    let pieces = feed(archive, usize::from(*chunk) + 1);
    assert_eq!(feed(archive, 4096), pieces);
    if archive.starts_with(b"070701") || archive.starts_with(b"070702") {
        assert_eq!(walk(archive), pieces);
    }
});
