//! A disk of zeros with any bytes on it; reads past its end fail. What is found must be what its
//! type promises, and must not take more reads than any disk is worth.
//!
//! The input is the disk's size in sectors, and then lines of 64 bytes, each behind the number
//! of the line that it replaces; both numbers have 16 bits. As a plain image, a disk would be
//! so large that the fuzzer seldom hit a byte that counts.

#![no_main]

use kexec_loader::disk::{Identity, PartitionId};
use libfuzzer_sys::fuzz_target;

/// A root directory's entries, and some.
const READS: u32 = 70_000;
const LINE: usize = 64;

fn number(bytes: &[u8]) -> usize {
    usize::from(u16::from_le_bytes([bytes[0], bytes[1]]))
}

fuzz_target!(|input: &[u8]| {
    if input.len() < 2 {
        return;
    }
    let (size, lines) = input.split_at(2);
    let size = number(size) * 512;
    let mut reads = 0;
    let mut read = |at: u64, into: &mut [u8]| {
        reads += 1;
        assert!(reads < READS, "reads without end");
        let Some(end) = at.checked_add(into.len() as u64) else {
            return false;
        };
        if end > size as u64 {
            return false;
        }
        into.fill(0);
        for line in lines.chunks(2 + LINE).filter(|line| line.len() > 2) {
            let (place, bytes) = line.split_at(2);
            let from = (number(place) * LINE) as u64;
            // What of the line lies in what is read.
            let skip = at.saturating_sub(from) as usize;
            let to = from.saturating_sub(at) as usize;
            if let (Some(bytes), Some(into)) = (bytes.get(skip..), into.get_mut(to..)) {
                let len = bytes.len().min(into.len());
                into[..len].copy_from_slice(&bytes[..len]);
            }
        }
        true
    };
    let mut found = Identity::unknown();
    found.read(&mut read);
    assert!(found.uuid.iter().all(u8::is_ascii_graphic));
    assert!(!found.label.contains(&0));
    let is_named = !found.kind.name().is_empty();
    assert!(is_named || found == Identity::unknown());
    for number in [0, 1, 2, 5, 128, u32::MAX] {
        let mut found = PartitionId::unknown();
        found.read(&mut read, number);
        assert!(found.uuid.iter().all(u8::is_ascii_graphic));
        assert!(core::str::from_utf8(&found.label).is_ok());
    }
});
