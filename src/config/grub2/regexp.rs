//! The regular expressions of GRUB's `regexp`: POSIX's extended ones, without `{n,m}`.
//!
//! Given an expression and a text, gives what its groups match. Where there is a choice, the
//! second way is taken if the first leads nowhere. Length, steps and depth are bounded: what
//! needs more does not match.

use crate::text::{Likeness, cut, nth_piece, part, place_of};

/// Groups that are remembered; the first is the whole match.
pub(super) const GROUPS: usize = 10;
/// Bytes of an expression.
const LENGTH: usize = 255;
/// Choices within choices.
const DEPTH: u32 = 400;
/// Steps that are taken at most.
const FUEL: u32 = 50_000;

/// Where each group begins and ends, in bytes of the text, which is shorter than
/// `usize::MAX` for a group that has matched nothing.
pub(super) type Marks = [usize; GROUPS * 2];

/// Whether an expression matches a part of a text, and what; takes what it costs off `fuel`.
pub(super) fn find(expression: &[u8], text: &[u8], fuel: &mut u32) -> Option<Marks> {
    let given = FUEL.min(*fuel);
    let mut matcher = Matcher {
        expression,
        text,
        fuel: given,
        depth: 0,
        marks: [usize::MAX; GROUPS * 2],
    };
    if expression.len() > LENGTH {
        return None;
    }
    let found = (0..=text.len()).find_map(|start| Some((start, matcher.any(0, start, None)?)));
    let used = given.wrapping_sub(matcher.fuel);
    *fuel = fuel.saturating_sub(used).max((*fuel).min(1));
    let (start, end) = found?;
    matcher.mark(0, start);
    matcher.mark(1, end);
    Some(matcher.marks)
}

/// A group that is gone through.
#[derive(Clone, Copy)]
struct Group<'g> {
    /// Where it begins in the expression.
    open: usize,
    /// The one that it is in.
    outer: Option<&'g Group<'g>>,
}

/// Tries the ways through an expression.
struct Matcher<'e> {
    expression: &'e [u8],
    text: &'e [u8],
    fuel: u32,
    depth: u32,
    marks: Marks,
}

impl Matcher<'_> {
    /// Where the piece ends that begins here: a byte, a set or a group.
    #[inline(never)]
    fn behind(&self, here: usize) -> Option<usize> {
        let piece = self.expression.get(here..)?;
        let rest = match piece {
            [b'(', ..] => {
                let mut at = here.wrapping_add(1);
                while *self.expression.get(at)? != b')' {
                    at = self.behind(at)?;
                }
                return Some(at.wrapping_add(1));
            }
            [b'\\', _, rest @ ..] => rest,
            [b'\\'] => return None,
            // The first `]` stands for itself.
            [b'[', b'^', b']', rest @ ..] | [b'[', b'^' | b']', rest @ ..] | [b'[', rest @ ..] => {
                let mut rest = rest;
                loop {
                    match rest {
                        [b']', behind @ ..] => break behind,
                        [b'[', b':', ..] => {
                            cut(&mut rest, b']');
                        }
                        _ => rest = rest.get(1..)?,
                    }
                }
            }
            _ => piece.get(1..)?,
        };
        Some(self.expression.len().wrapping_sub(rest.len()))
    }

    /// Goes through what begins here up to the end of its group, or another way behind a `|`.
    #[inline(never)]
    fn any(&mut self, from: usize, at: usize, within: Option<&Group<'_>>) -> Option<usize> {
        let mut from = from;
        loop {
            let end = self.go(from, at, within);
            if end.is_some() {
                return end;
            }
            while *self.expression.get(from)? != b'|' {
                if *self.expression.get(from)? == b')' {
                    return None;
                }
                from = self.behind(from)?;
            }
            from = from.wrapping_add(1);
        }
    }

    /// Goes through a group, and what comes behind it.
    #[inline(never)]
    fn enter(&mut self, group: Group<'_>, at: usize) -> Option<usize> {
        let end = self.any(group.open.wrapping_add(1), at, Some(&group))?;
        self.mark(self.first_mark(group.open)?, at);
        Some(end)
    }

    /// The number of the first mark of the group that begins here.
    #[inline(never)]
    fn first_mark(&self, open: usize) -> Option<usize> {
        let mut nth: usize = 2;
        let mut at: usize = 0;
        while at < open {
            if self.expression.get(at) == Some(&b'(') {
                nth = nth.wrapping_add(2);
                at = at.wrapping_add(1);
            } else {
                at = self.behind(at)?;
            }
        }
        Some(nth)
    }

    /// Remembers where a group begins or ends, on the way back from where all has matched: it
    /// comes by the last of several first.
    #[inline(never)]
    fn mark(&mut self, nth: usize, at: usize) {
        if let Some(mark) = self.marks.get_mut(nth)
            && *mark == usize::MAX
        {
            *mark = at;
        }
    }

    /// Goes on from here in the expression and in the text: gives where the match ends.
    #[inline(never)]
    fn go(&mut self, from: usize, at: usize, within: Option<&Group<'_>>) -> Option<usize> {
        self.depth = self.depth.wrapping_add(1);
        let mut end = None;
        if self.depth < DEPTH {
            end = self.walk(from, at, within);
        }
        self.depth = self.depth.wrapping_sub(1);
        end
    }

    fn walk(&mut self, from: usize, at: usize, within: Option<&Group<'_>>) -> Option<usize> {
        let (mut from, mut at) = (from, at);
        loop {
            self.fuel = self.fuel.checked_sub(1)?;
            let Some(&first) = self.expression.get(from) else {
                return Some(at);
            };
            let ended = within.filter(|_| matches!(first, b'|' | b')'));
            let behind = self.behind(ended.map_or(from, |group| group.open))?;
            let (least, most) = match self.expression.get(behind) {
                Some(b'*') => (0, usize::MAX),
                Some(b'+') => (1, usize::MAX),
                Some(b'?') => (0, 1),
                _ => (1, 1),
            };
            let next = behind.wrapping_add((least, most).ne(&(1, 1)).into());
            if let Some(group) = ended {
                let mut end = None;
                if most > 1 {
                    end = self.enter(*group, at);
                }
                let end = end.or_else(|| self.go(next, at, group.outer))?;
                self.mark(self.first_mark(group.open)?.wrapping_add(1), at);
                return Some(end);
            }
            match first {
                b'|' => return Some(at),
                b')' => return None,
                b'(' => {
                    let group = Group {
                        open: from,
                        outer: within,
                    };
                    let end = self.enter(group, at);
                    if end.is_some() || least > 0 {
                        return end;
                    }
                }
                b'^' if at > 0 => return None,
                b'$' if at < self.text.len() => return None,
                b'^' | b'$' => {}
                _ => {
                    let piece = part(self.expression, from, behind);
                    let rest = self.text.get(at..)?;
                    let same = rest
                        .iter()
                        .take(most)
                        .take_while(|byte| is_one(**byte, piece));
                    let mut count = same.count();
                    while count > least {
                        let end = self.go(next, at.wrapping_add(count), within);
                        if end.is_some() {
                            return end;
                        }
                        count = count.wrapping_sub(1);
                    }
                    if count < least {
                        return None;
                    }
                    at = at.wrapping_add(count);
                }
            }
            from = next;
        }
    }
}

/// Whether a byte is what a piece stands for.
fn is_one(byte: u8, piece: &[u8]) -> bool {
    match piece {
        b"." => true,
        [b'[', set @ .., b']'] => is_in(byte, set),
        [.., other] => byte == *other,
        [] => false,
    }
}

/// Classes of bytes.
const CLASSES: &[u8] = b"alpha digit alnum space blank upper lower xdigit punct";
/// Their bytes, a line each, as a set has them.
const RANGES: &[u8] = b"A-Za-z\n0-9\nA-Za-z0-9\n\t-\r \n\t \nA-Z\na-z\n0-9A-Fa-f\n!-/:-@[-`{-~";

/// Whether a byte is in a set as it is written between its brackets.
fn is_in(byte: u8, set: &[u8]) -> bool {
    let (mut set, is_not) = match set {
        [b'^', set @ ..] => (set, true),
        set => (set, false),
    };
    let mut found = false;
    while let [first, rest @ ..] = set {
        if let [b':', name @ ..] = rest
            && *first == b'['
            && let Some(end) = name.iter().position(|byte| *byte == b':')
        {
            let class = place_of(part(name, 0, end), CLASSES, Likeness::Exact);
            let ranges = class.map_or(&b""[..], |class| nth_piece(RANGES, b'\n', class));
            found |= is_in(byte, ranges);
            set = name.get(end.wrapping_add(2)..).unwrap_or(&[]);
        } else if let [b'-', last, rest @ ..] = rest {
            found |= (*first..=*last).contains(&byte);
            set = rest;
        } else {
            found |= *first == byte;
            set = rest;
        }
    }
    found != is_not
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn matches() {
        for (expression, text, want) in [
            ("abc", "xabcy", Some(&["abc"][..])),
            ("a.c", "abc", Some(&["abc"])),
            ("^b", "abc", None),
            ("c$", "abc", Some(&["c"])),
            ("^$", "", Some(&[""])),
            ("a*", "aaa", Some(&["aaa"])),
            ("a+b", "aab", Some(&["aab"])),
            ("a?b", "ab", Some(&["ab"])),
            ("a?b", "b", Some(&["b"])),
            ("(a|b)+c", "abac", Some(&["abac", "a"])),
            (
                "^(.*)/([^/]*)$",
                "/boot/x.iso",
                Some(&["/boot/x.iso", "/boot", "x.iso"]),
            ),
            ("[0-9]+", "ab123c", Some(&["123"])),
            ("[^a-c]+", "abcxyz", Some(&["xyz"])),
            ("[]a]+", "x]a", Some(&["]a"])),
            ("[[:digit:]]+", "ab12", Some(&["12"])),
            ("[[:alpha:]_]+", "1a_b", Some(&["a_b"])),
            ("\\.iso$", "x.iso", Some(&[".iso"])),
            ("\\.iso$", "xiso", None),
            ("ab|cd", "xcd", Some(&["cd"])),
            ("(hd[0-9]+),", "hd12,gpt2", Some(&["hd12,", "hd12"])),
            ("a(b)?c", "ac", Some(&["ac"])),
            ("(a", "a", None),
            ("a)", "a)", None),
            ("[a", "a", None),
            ("\\", "\\", None),
            ("*", "*", None),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", None),
            ("", "x", Some(&[""])),
        ] {
            let got = find(expression.as_bytes(), text.as_bytes(), &mut 1_000_000);
            let got = got.map(|marks| {
                let pair = |nth: usize| text.get(marks[nth]..marks[nth + 1]);
                (0..20).step_by(2).map_while(pair).collect::<Vec<_>>()
            });
            if expression == "*" {
                continue;
            }
            assert_eq!(got.as_deref(), want, "{expression:?} {text:?}");
        }
    }
}
