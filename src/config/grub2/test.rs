//! GRUB's `test` and `[`.
//!
//! Given the words of an expression, says whether it is true, in the order in which GRUB's own
//! does it (grub-core/commands/test.c): operators of three words, of two, then `(`, `!`, `-a`,
//! `-o`, and else a word that is true if it is not empty.

use super::Script;
use crate::config::Kind;
use crate::text::{Likeness, place_of};

/// Operators between two words.
const BINARY: &[u8] = b"= == != < <= > >= -eq -ne -lt -le -gt -ge -plt -pgt -nt -ot";
/// Operators before a word.
const UNARY: &[u8] = b"-n -z -e -f -d -s";

impl<'t> Script<'_, 't> {
    /// Whether the command's words are true, up to `end` or to a `)`.
    #[inline(never)]
    pub(super) fn is_true(&mut self, end: usize, depth: u32) -> bool {
        let (mut any, mut all) = (false, true);
        let mut is_not = false;
        while self.at < end {
            let left = end.wrapping_sub(self.at);
            let word = self.argument();
            let next = self.word(self.at);
            let binary = place_of(next, BINARY, Likeness::Exact).filter(|_| left > 2);
            let unary = place_of(word, UNARY, Likeness::Exact).filter(|_| left > 1);
            let value = if let Some(operator) = binary {
                self.argument();
                let other = self.argument();
                self.compare(operator, word, other)
            } else if let Some(operator) = unary {
                self.argument();
                self.has(operator, next)
            } else {
                match word {
                    b")" => break,
                    b"(" if depth < 16 => self.is_true(end, depth.wrapping_add(1)),
                    b"!" => {
                        is_not = !is_not;
                        continue;
                    }
                    b"-o" => {
                        any |= all;
                        all = true;
                        continue;
                    }
                    b"-a" => continue,
                    word => !word.is_empty(),
                }
            };
            all &= value != is_not;
            is_not = false;
        }
        any || all
    }

    /// An operator between two words.
    #[inline(never)]
    fn compare(&mut self, operator: usize, one: &'t [u8], other: &'t [u8]) -> bool {
        let (mut first, mut second) = (one, other);
        if matches!(operator, 13 | 14) {
            // Of what both begin with, nothing counts.
            while let ([a, left @ ..], [b, right @ ..]) = (first, second)
                && a == b
            {
                (first, second) = (left, right);
            }
        }
        let order = match operator {
            0..7 => one.cmp(other),
            7..15 => number(first).cmp(&number(second)),
            _ => self.changed(one).cmp(&self.changed(other)),
        };
        match operator {
            0 | 1 | 7 => order.is_eq(),
            2 | 8 => order.is_ne(),
            3 | 9 | 13 | 16 => order.is_lt(),
            4 | 10 => order.is_le(),
            6 | 12 => order.is_ge(),
            _ => order.is_gt(),
        }
    }

    /// An operator before a word.
    fn has(&mut self, operator: usize, word: &'t [u8]) -> bool {
        if operator < 2 {
            return word.is_empty() == (operator == 1);
        }
        self.aim(word);
        match self.world.look(&self.place) {
            None => false,
            Some(Kind::Folder) => matches!(operator, 2 | 4),
            Some(Kind::File(size)) => match operator {
                4 => false,
                5 => size > 0,
                _ => true,
            },
        }
    }

    #[inline(never)]
    fn changed(&mut self, word: &'t [u8]) -> Option<u64> {
        self.aim(word);
        self.world.changed(&self.place)
    }
}

/// The number that a word begins with, as C has it (`0x10`, `010`); 0 where it begins with none.
#[inline(never)]
fn number(word: &[u8]) -> i64 {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    let (base, rest) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', rest @ ..] => (8, rest),
        rest => (10, rest),
    };
    let mut value: i64 = 0;
    for byte in rest {
        let digit = match byte | 0x20 {
            letter @ b'a'..=b'f' => letter.wrapping_sub(b'a' - 10),
            digit => digit.wrapping_sub(b'0'),
        };
        if digit >= base {
            break;
        }
        value = value.saturating_mul(base.into());
        value = value.saturating_add(digit.into());
    }
    if digits.len() < word.len() {
        value.wrapping_neg()
    } else {
        value
    }
}
