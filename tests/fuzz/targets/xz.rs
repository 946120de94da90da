//! Any bytes as a file that xz or its forerunner compressed: it comes to an end, reads nothing
//! behind that of the file, and the same comes out however many bytes are read at a time, and with
//! a larger window too.
//!
//! The first byte says how much is read at a time, the second how large the window is.

#![no_main]

use kexec_loader::archive::xz::{Fault, ODDS, Unpacker};
use libfuzzer_sys::fuzz_target;

/// The most that comes out of any of them.
const MOST: usize = 80_000;

fn unpack(packed: &[u8], chunk: usize, window: usize) -> (Vec<u8>, Result<(), Fault>) {
    let mut chunks = packed.chunks(chunk);
    let mut plain = Vec::new();
    let mut is_stopped = false;
    let mut ends = 0;
    let done = Unpacker {
        input: &mut [0; 256],
        window: &mut vec![0; window],
        odds: vec![0; ODDS].first_chunk_mut().unwrap(),
        read: &mut |into| {
            let chunk = chunks.next().unwrap_or_default();
            ends += usize::from(chunk.is_empty());
            assert!(ends <= 1, "reads on behind the end");
            into[..chunk.len()].copy_from_slice(chunk);
            Some(chunk.len())
        },
        write: &mut |bytes| {
            assert!(!is_stopped && !bytes.is_empty());
            is_stopped = plain.len() + bytes.len() > MOST;
            if !is_stopped {
                plain.extend_from_slice(bytes);
            }
            !is_stopped
        },
    }
    .run();
    assert_eq!(done == Err(Fault::Stopped), is_stopped);
    (plain, done)
}

fuzz_target!(|input: &[u8]| {
    let [chunk, window, file @ ..] = input else {
        return;
    };
    let window = usize::from(*window) * 64;
    let once = unpack(file, usize::from(*chunk) + 1, window);
    assert_eq!(unpack(file, 256, window), once);
    if once.1 == Ok(()) {
        assert_eq!(unpack(file, 64, 20_000), once);
    }
});
