//! Any bytes as a file that zstd compressed, or as a block in one: it comes to an end, reads nothing
//! behind that of the file, the same comes out however many bytes are read at a time and however
//! large the window is, and it is what another decoder makes of them; and any bytes compressed,
//! which must come out as they were.
//!
//! The first byte says how much is read at a time, the second how much memory there is, the third
//! which of the three the rest is.

#![no_main]

#[path = "../pipe.rs"]
mod pipe;

use kexec_loader::archive::zstd::{Fault, Unpacker};
use libfuzzer_sys::fuzz_target;
use pipe::{Sink, Source};
use ruzstd::decoding::FrameDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// The most that comes out of any of them.
const MOST: usize = 300_000;
/// Memory that a block takes.
const BLOCK: u64 = (1 << 17) + 8;

/// What comes out, given so many bytes at a time and so much memory; how much was asked for.
fn unpack(packed: &[u8], chunk: usize, memory: u64) -> (Vec<u8>, Result<(), Fault>, u64) {
    let mut source = Source::new(packed, chunk, 1);
    let mut sink = Sink::new(MOST);
    let mut asked = 0;
    let done = Unpacker {
        room: &mut |wants| {
            asked = asked.max(wants);
            Some(vec![0x5a; usize::try_from(wants.min(memory)).unwrap()])
        },
        read: &mut |into| source.read(into),
        write: &mut |bytes| sink.write(bytes),
    }
    .run();
    assert_eq!(done == Err(Fault::Stopped), sink.is_stopped);
    (sink.plain, done, asked)
}

/// What another decoder makes of it, if anything.
fn other(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(MOST);
    let done = FrameDecoder::new().decode_all_to_vec(packed, &mut plain);
    done.ok().map(|()| plain)
}

fuzz_target!(|input: &[u8]| {
    let [chunk, memory, kind, bytes @ ..] = input else {
        return;
    };
    let mut file = bytes.to_vec();
    if kind % 3 == 1 {
        // A window of 128 KiB, and no checksum.
        file = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x38];
        let [low, high, ..] = (bytes.len() << 3 | 5).to_le_bytes();
        file.extend([low, high, 0]);
        file.extend_from_slice(bytes);
    } else if kind % 3 == 2 {
        file = compress_to_vec(bytes, CompressionLevel::Fastest);
        let (plain, done, _) = unpack(&file, usize::from(*chunk) + 1, u64::MAX);
        assert!(plain == bytes && done == Ok(()), "{done:?}");
    }
    let memory = BLOCK + u64::from(*memory) * 512;
    let once = unpack(&file, usize::from(*chunk) + 1, memory);
    assert!(unpack(&file, 4096, memory) == once);
    let (plain, done, asked) = once;
    if asked > 1 << 23 {
        return;
    }
    if done == Ok(()) {
        let larger = unpack(&file, 64, u64::MAX);
        assert!(larger == (plain.clone(), Ok(()), asked));
        assert!(other(&file) == Some(plain));
    }
});
