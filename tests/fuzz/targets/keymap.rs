//! Any bytes as a keymap. Whatever they are: it ends; a key is set as often as the bytes can
//! say at most; each mistake is one printable line that names the file; and a line more changes
//! nothing of what the lines before it say.

#![no_main]

use kexec_loader::keymap::{Key, read};
use kexec_loader::notes::Notes;
use libfuzzer_sys::fuzz_target;

fn keys(bytes: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut notes = Notes::new();
    read(b"f", bytes, &mut |key| keys.push(key), &mut notes);
    for line in notes.lines() {
        let is_drawn = line.iter().any(|byte| *byte < b' ' || *byte == 0x7f);
        assert!(!is_drawn, "{line:?}");
        assert!(
            line.starts_with(b"f:") || line == b"f is cut short",
            "{line:?}"
        );
    }
    keys
}

fuzz_target!(|bytes: &[u8]| {
    let found = keys(bytes);
    if bytes.starts_with(b"bkeymap") {
        assert!(found.len() <= bytes.len() / 2);
        assert!(found.iter().all(|key| (1..128).contains(&key.key)));
        return;
    }
    assert!(found.len() <= bytes.len());
    let more = keys(&[bytes, b"\n0 1 Escape\nno line\n"].concat());
    let (last, others) = more.split_last().expect("a key");
    assert_eq!(others, found);
    assert_eq!((last.table, last.key, last.value), (0, 1, 0x1b));
});
