//! Any bytes as `modules.dep` and `modules.softdep`. The lines that come through a window of any
//! size are the file's, but for those that are longer; what a line names is a part of it, and
//! all of its words are named once; a wish that is made is kept.
//!
//! The first byte is the window's size, the second that of the pieces that the file comes in.

#![no_main]

use kexec_loader::modules::{Wishes, dep, same};
use libfuzzer_sys::fuzz_target;

fn words(text: &[u8]) -> Vec<&[u8]> {
    let words = text.split(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    words.filter(|word| !word.is_empty()).collect()
}

fuzz_target!(|input: &[u8]| {
    let [window, piece, file @ ..] = input else {
        return;
    };
    let (window, piece) = (usize::from(*window) + 1, usize::from(*piece) + 1);
    let mut rest = file;
    let mut read = |into: &mut [u8]| {
        let count = rest.len().min(piece).min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        rest = &rest[count..];
        count
    };
    let mut lines = Vec::new();
    dep::each_line(&mut read, &mut vec![0; window], &mut |line| {
        lines.push(line.to_vec())
    });
    let body = file.strip_suffix(b"\n").unwrap_or(file);
    let all = body.split(|byte| *byte == b'\n');
    let want: Vec<_> = all.filter(|line| line.len() < window).collect();
    if !file.is_empty() {
        assert_eq!(lines, want);
    }
    let mut wishes = Wishes::new();
    let mut wished: Vec<Vec<u8>> = Vec::new();
    for line in &lines {
        let (path, needs) = dep::read_line(line);
        assert!(path.len() + needs.len() <= line.len());
        let mut rest = needs;
        let mut backwards = Vec::new();
        while !rest.is_empty() {
            backwards.push(dep::cut_last_word(&mut rest));
        }
        backwards.reverse();
        let blanks: Vec<_> = needs.split(|byte| matches!(byte, b' ')).collect();
        if blanks
            .iter()
            .all(|word| !word.iter().any(|byte| matches!(byte, b'\t' | b'\r')))
        {
            assert_eq!(backwards, words(needs));
        }
        for word in backwards.into_iter().chain([path]) {
            let name = dep::name_at(word);
            assert!(word.windows(name.len().max(1)).any(|part| part == name) || name.is_empty());
            let is_new = !wished.iter().any(|other| same(other, name));
            let before = wishes.size();
            assert_eq!(wishes.add(name, true), is_new && wishes.size() > before);
            if is_new && wishes.size() > before {
                wished.push(name.to_vec());
            }
        }
        let mut named = 0;
        dep::each_soft(line, &mut |name, _| {
            assert!(!name.is_empty());
            named += 1;
        });
        assert!(named <= words(line).len());
        dep::each_soft_of(file, path, &mut |name, _| assert!(!name.is_empty()));
        let _ = dep::is_blacklisted(file, path);
    }
    for name in &wished {
        assert_eq!(wishes.get(name), Some(true));
    }
});
