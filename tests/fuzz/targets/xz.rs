//! Any bytes as a file that xz or its forerunner compressed: it comes to an end, reads nothing
//! behind that of the file, and the same comes out however many bytes are read at a time, and with
//! a larger window too.
//!
//! The first byte says how much is read at a time, the second how large the window is.

#![no_main]

#[path = "../pipe.rs"]
mod pipe;

use kexec_loader::archive::xz::{Fault, ODDS, Unpacker};
use libfuzzer_sys::fuzz_target;
use pipe::{Sink, Source};

/// The most that comes out of any of them.
const MOST: usize = 80_000;

fn unpack(packed: &[u8], chunk: usize, window: usize) -> (Vec<u8>, Result<(), Fault>) {
    let mut source = Source::new(packed, chunk, 1);
    let mut sink = Sink::new(MOST);
    let done = Unpacker {
        input: &mut [0; 256],
        window: &mut vec![0; window],
        odds: vec![0; ODDS].first_chunk_mut().unwrap(),
        read: &mut |into| source.read(into),
        write: &mut |bytes| sink.write(bytes),
    }
    .run();
    assert_eq!(done == Err(Fault::Stopped), sink.is_stopped);
    (sink.plain, done)
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
