//! Any bytes from a terminal, with silences between them. No state is a trap: a silence leads out
//! of each, two letters out of each but noise, and the key after that is itself.
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
            assert!(was_within || key.is_none());
            assert!(matches!(key, None | Some(Key::Escape)));
            assert!(!decoder.is_within());
            assert_eq!(decoder.idle(), None);
        } else {
            let key = decoder.feed(*byte);
            if !was_within && *byte != 0x1b {
                let wanted = match byte {
                    b'\r' | b'\n' => Some(Key::Enter),
                    0..=0x7f | 0xc2..=0xf4 => Some(Key::Byte(*byte)),
                    // No letter of UTF-8 begins so.
                    _ => None,
                };
                assert_eq!(key, wanted);
            }
            // A key ends its sequence, but for Escape, which the next one's ESC ends, and for
            // the bytes of a letter.
            let ends = key.is_some() && key != Some(Key::Escape) && *byte < 0x80;
            assert!(!(ends && decoder.is_within()));
            assert!(key.is_some() || decoder.is_within());
        }
        let mut other = decoder;
        let keys = [b'q', b'q', b'x'].map(|letter| other.feed(letter));
        let is_noise = keys == [None; 3] && other.is_within();
        assert!(is_noise || keys[2] == Some(Key::Byte(b'x')), "a trap");
        other.idle();
        assert_eq!(other.feed(b'x'), Some(Key::Byte(b'x')));
    }
});
