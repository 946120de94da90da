//! Any bytes as what a configuration keeps of a password, and as what is typed for one. What is
//! read is written again and read as the same; what is typed is letters that a password can have.
//!
//! Lines: a hash; keys.

#![no_main]

use kexec_loader::keys::Decoder;
use kexec_loader::out::Put;
use kexec_loader::password::{Hash, LONGEST, Step, Typed};
use libfuzzer_sys::fuzz_target;

/// What was put.
struct Written(Vec<u8>);

impl Put for Written {
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let words = lines.next().unwrap_or_default();
    if let Some(hash) = Hash::read(words) {
        let mut written = Written(Vec::new());
        hash.put(&mut written);
        assert_eq!(Hash::read(&written.0), Some(hash));
    }
    let mut decoder = Decoder::default();
    let mut typed = Typed::new();
    for byte in lines.next().unwrap_or_default() {
        let Some(key) = decoder.feed(*byte) else {
            continue;
        };
        match typed.key(key) {
            Step::More => {}
            Step::Done | Step::Left => break,
        }
        assert!(typed.text().len() <= LONGEST + 1);
        assert!(
            typed
                .text()
                .iter()
                .all(|byte| *byte >= b' ' && *byte != 0x7f)
        );
    }
});
