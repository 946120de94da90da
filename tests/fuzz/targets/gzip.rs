//! Any bytes as a file that gzip compressed; any bytes as what is compressed in one, which
//! must be unpacked to what another inflater makes of it, or be refused if that refuses it; and
//! any bytes compressed, which must come out as they were, whatever header they have, however
//! many bytes are read at a time, and whatever follows. Never more comes out than is taken.
//!
//! The first byte says which of the three the rest is, the second how much is read at a time.

#![no_main]

#[path = "../pipe.rs"]
mod pipe;

use kexec_loader::image::gzip::{Fault, Unpacker, WINDOW};
use libfuzzer_sys::fuzz_target;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use pipe::{Sink, Source};

/// The most that comes out of any of them.
const MOST: usize = 80_000;

fn unpack(packed: &[u8], chunk: u8) -> Result<Vec<u8>, Fault> {
    let mut source = Source::new(packed, usize::from(chunk) + 1, 8);
    let mut sink = Sink::new(MOST);
    let done = Unpacker {
        input: &mut [0; 256],
        window: vec![0; WINDOW].first_chunk_mut().unwrap(),
        read: &mut |into| source.read(into),
        write: &mut |bytes| sink.write(bytes),
    }
    .run();
    assert_eq!(done == Err(Fault::Stopped), sink.is_stopped);
    done.map(|()| sink.plain)
}

/// The checksum as RFC 1952 defines it, a bit at a time.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !sum
}

fn member(head: &[u8], body: &[u8], plain: &[u8]) -> Vec<u8> {
    let size = u32::try_from(plain.len()).unwrap().to_le_bytes();
    [head, body, &checksum(plain).to_le_bytes(), &size].concat()
}

/// A header with these flags, and in it what they announce, made of these bytes.
fn header(flags: u8, words: &[u8]) -> Vec<u8> {
    let mut head = vec![0x1f, 0x8b, 8, flags & 0x1f, 0, 0, 0, 0, 2, 255];
    let word = words.split(|byte| *byte == 0).next().unwrap();
    if flags & 4 != 0 {
        head.extend_from_slice(&u16::try_from(words.len()).unwrap().to_le_bytes());
        head.extend_from_slice(words);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            head.extend_from_slice(word);
            head.push(0);
        }
    }
    if flags & 2 != 0 {
        let sum = checksum(&head).to_le_bytes();
        head.extend_from_slice(&sum[..2]);
    }
    head
}

/// What the other inflater makes of it, and how many bytes that takes.
fn inflate(body: &[u8]) -> Option<(usize, Vec<u8>)> {
    let mut plain = vec![0; MOST];
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let (status, used, made) = decompress(&mut state, body, &mut plain, 0, flags);
    plain.truncate(made);
    (status == TINFLStatus::Done).then_some((used, plain))
}

fuzz_target!(|input: &[u8]| {
    match input {
        [b'f', chunk, file @ ..] => {
            let _ = unpack(file, *chunk);
        }
        [b'b', chunk, body @ ..] => {
            let head = header(0, b"");
            match inflate(body) {
                Some((used, plain)) => {
                    let packed = member(&head, &body[..used], &plain);
                    assert_eq!(unpack(&packed, *chunk).as_deref(), Ok(&plain[..]));
                }
                None => {
                    let packed = [&head, body].concat();
                    assert!(unpack(&packed, *chunk).is_err());
                }
            }
        }
        [b'r', chunk, level, flags, plain @ ..] => {
            // Long enough for the window to be passed, now and then.
            let plain = plain.repeat(if level & 0x80 != 0 { 24 } else { 1 });
            let plain = &plain[..plain.len().min(MOST / 2)];
            let body = compress_to_vec(plain, level % 11);
            let words = &plain[..plain.len().min(300)];
            let mut packed = member(&header(*flags, words), &body, plain);
            let mut want = plain.to_vec();
            if flags & 0x20 != 0 {
                packed = packed.repeat(2);
                want.extend_from_slice(plain);
            }
            if flags & 0x40 != 0 {
                packed.extend_from_slice(&[0; 77]);
            }
            if flags & 0x80 != 0 {
                packed.extend_from_slice(b"not gzip's");
            }
            assert_eq!(unpack(&packed, *chunk), Ok(want));
            let cut = packed.len() / 2;
            let is_one = flags & 0x20 == 0;
            if is_one && flags & 0xc0 == 0 {
                assert_eq!(unpack(&packed[..cut], *chunk), Err(Fault::Truncated));
            }
        }
        _ => {}
    }
});
