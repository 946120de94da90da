//! Any bytes as a tar archive. Its members lie one behind the other within the 4 GiB that can be
//! named, each of them behind a header that was read; the walk ends, and says the same again.
//!
//! The first byte says whether each header's sum is made right before it is looked at, for few
//! inputs would find one by chance.

#![no_main]

use kexec_loader::archive::tar::{BLOCK, MEMBERS, Members};
use libfuzzer_sys::fuzz_target;

fn seal(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn walk(archive: &[u8], is_sealed: bool) -> (Vec<(Vec<u8>, u32, u32)>, bool) {
    let mut members = Members::default();
    let mut found = Vec::new();
    let mut headers = 0;
    loop {
        let mut last = None;
        let mut read = |offset: u64, into: &mut [u8]| {
            assert_eq!(into.len(), BLOCK);
            assert_eq!(offset % BLOCK as u64, 0);
            assert!(last < Some(offset), "it goes on");
            last = Some(offset);
            headers += 1;
            assert!(headers <= MEMBERS);
            // What lies behind the input is the input again, so that walks are long.
            for (at, byte) in into.iter_mut().enumerate() {
                let at = (offset as usize).wrapping_add(at);
                *byte = if archive.is_empty() {
                    0
                } else {
                    archive[at % archive.len()]
                };
            }
            if is_sealed && into.iter().any(|byte| *byte != 0) {
                seal(into);
            }
            true
        };
        let mut header = [0; BLOCK];
        match members.advance(&mut read, &mut header) {
            Ok(Some(member)) => {
                assert!(member.size > 0);
                assert!(member.name.len() <= 100);
                assert!(!member.name.contains(&b'/') && !member.name.contains(&0));
                assert_eq!(last.map(|at| at + BLOCK as u64), Some(member.offset.into()));
                assert!(member.offset.checked_add(member.size).is_some());
                found.push((member.name.to_vec(), member.offset, member.size));
            }
            Ok(None) => return (found, true),
            Err(_) => return (found, false),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((first, archive)) = input.split_first() else {
        return;
    };
    let is_sealed = first % 2 == 1;
    let once = walk(archive, is_sealed);
    for pair in once.0.windows(2) {
        assert!(pair[0].1 + pair[0].2 < pair[1].1, "one behind the other");
    }
    assert_eq!(walk(archive, is_sealed), once);
});
