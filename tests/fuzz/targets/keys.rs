//! Any bytes from a terminal, with silences between them. No state is a trap: two letters or a
//! silence lead out of each, and the key after that is itself.
//!
//! A silence is a byte 0xff of the input, which no terminal sends.

#![no_main]

use kexec_loader::keys::{Decoder, Key};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut decoder = Decoder::default();
    for byte in input {
        let was_within = decoder.is_within();
        if *byte == 0xff {
            let key = decoder.idle();
            assert_eq!(key.is_some(), was_within);
            assert!(!decoder.is_within());
            assert_eq!(decoder.idle(), None);
        } else {
            let key = decoder.feed(*byte);
            if !was_within && *byte != 0x1b {
                let enter = matches!(*byte, b'\r' | b'\n');
                let wanted = if enter { Key::Enter } else { Key::Byte(*byte) };
                assert_eq!(key, Some(wanted));
            }
            // A key ends its sequence, but for Escape, which the next one's ESC ends.
            let ends = key.is_some() && key != Some(Key::Escape);
            assert!(!(ends && decoder.is_within()));
            assert!(key.is_some() || decoder.is_within());
        }
        let mut other = decoder;
        let mut letters = 0;
        while other.is_within() {
            other.feed(b'q');
            letters += 1;
            assert!(letters <= 2, "a trap");
        }
        assert_eq!(other.feed(b'x'), Some(Key::Byte(b'x')));
    }
});
