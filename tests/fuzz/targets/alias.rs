//! Any bytes as a pattern and a device's alias, and as lines of `modules.alias` beside aliases.
//! A pattern means an alias if a slow matcher that tries everything says so; a list of aliases
//! has one that a pattern means if one by one says so.

#![no_main]

use kexec_loader::modules::alias::{Aliases, matches, read_line};
use libfuzzer_sys::fuzz_target;

fn fold(byte: u8) -> u8 {
    if byte == b'-' { b'_' } else { byte }
}

/// One piece of a pattern, and where the next begins.
enum Piece {
    Any,
    Set(Vec<bool>),
}

fn pieces(pattern: &[u8]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < pattern.len() {
        let byte = pattern[at];
        at += 1;
        let one = |byte: u8| Piece::Set((0..=255).map(|other| fold(other) == fold(byte)).collect());
        match byte {
            b'*' => found.push(Piece::Any),
            b'?' => found.push(Piece::Set(vec![true; 256])),
            b'\\' if at < pattern.len() => {
                found.push(one(pattern[at]));
                at += 1;
            }
            b'[' => {
                let is_not = matches!(pattern.get(at), Some(b'!' | b'^'));
                let start = at + usize::from(is_not);
                let mut set = vec![false; 256];
                let mut end = start;
                let mut is_whole = false;
                while end < pattern.len() {
                    if pattern[end] == b']' && end > start {
                        is_whole = true;
                        break;
                    }
                    let is_range = pattern.get(end + 1) == Some(&b'-')
                        && pattern.get(end + 2).is_some_and(|to| *to != b']');
                    if is_range {
                        for byte in pattern[end]..=pattern[end + 2] {
                            set[usize::from(byte)] = true;
                        }
                        end += 3;
                    } else {
                        set[usize::from(pattern[end])] = true;
                        end += 1;
                    }
                }
                if is_whole {
                    found.push(Piece::Set(set.iter().map(|is| *is != is_not).collect()));
                    at = end + 1;
                } else {
                    let plain = (0..=255).map(|other| other == b'[').collect();
                    found.push(Piece::Set(plain));
                }
            }
            byte => found.push(one(byte)),
        }
    }
    found
}

/// Whether the pieces mean the alias, by all their beginnings against all of its.
fn means(pieces: &[Piece], alias: &[u8]) -> bool {
    let mut row = vec![false; alias.len() + 1];
    row[0] = true;
    for piece in pieces {
        let mut next = vec![false; alias.len() + 1];
        for at in 0..=alias.len() {
            next[at] = match piece {
                Piece::Any => row[..=at].contains(&true),
                Piece::Set(set) => at > 0 && row[at - 1] && set[usize::from(alias[at - 1])],
            };
        }
        row = next;
    }
    row[alias.len()]
}

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let mut aliases = Aliases::new();
    let mut kept = Vec::new();
    for alias in first.split(|byte| *byte == b' ').take(16) {
        assert!(aliases.add(alias));
        kept.push(alias);
    }
    for line in lines.take(16) {
        let (pattern, module) = read_line(line).unwrap_or((line, b"x"));
        assert!(!module.is_empty());
        if pattern.len() > 256 {
            continue;
        }
        let parts = pieces(pattern);
        for alias in &kept {
            let want = means(&parts, alias);
            assert_eq!(matches(pattern, alias), want, "{pattern:?} {alias:?}");
        }
        let want = kept.iter().any(|alias| matches(pattern, alias));
        assert_eq!(aliases.have(pattern), want);
    }
});
