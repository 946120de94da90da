//! Any line of the shell, and any names to complete it with. A line is read or refused, in bounds;
//! what is completed is read again as the name that it is.
//!
//! The first line of the input is the line; each after it is a name.

#![no_main]

use kexec_loader::shell::{
    Candidates, Path as Word, What, cut_word, parse, resolve, target, without_disk,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let line = lines.next().unwrap_or_default();
    let mut word = Word::new();
    if let Ok((row, rest)) = parse(line, &mut word) {
        assert!(!row.name.is_empty() && rest.len() < line.len());
        let mut path = Word::new();
        if resolve(b"(sda1)/boot", &word, &mut path) {
            assert!(path.starts_with(b"("));
            let own = without_disk(&path, b"sda1");
            assert!(path.ends_with(own));
            // A path that was followed is the same from anywhere.
            let mut again = Word::new();
            let has_disk = path.contains(&b')');
            assert!(!has_disk || resolve(b"(sdb1)/x", &path, &mut again));
            assert!(!has_disk || path == again);
        }
    }
    // The words of a line are all of it.
    let mut rest = line;
    for _ in 0..=line.len() {
        cut_word(&mut rest, &mut word);
    }
    assert!(rest.is_empty());
    let target = target(line);
    for name in lines {
        let Some(more) = target.rest_of(name).filter(|_| !name.contains(&0)) else {
            continue;
        };
        let mut one = Candidates::default();
        one.add(more, b"");
        let mut text = Word::new();
        one.put(&target, &mut text);
        if target.what != What::File || text.is_full() || more.len() > 500 {
            continue;
        }
        // Typed behind the line, it is one word, and the end of that is the name.
        let mut whole = line.to_vec();
        if whole.ends_with(b"\\") {
            continue;
        }
        whole.extend_from_slice(&text);
        let mut rest = &whole[..];
        let mut last = Word::new();
        while !rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            last.clear();
            assert!(!cut_word(&mut rest, &mut last), "a quote is open");
        }
        assert!(last.is_full() || last.ends_with(name), "{last:?} {name:?}");
    }
});
