//! What becomes of a machine without a person when an entry fails.
//!
//! Given which entry was booted by itself and has failed, says what is next. Each entry is
//! tried once at most, so it comes to an end.

use crate::entry::{ENTRIES, Entries};
use crate::text::{Likeness, cut_word, number, place_of};

/// Whether this build has it.
pub const IS_HERE: bool = true;

/// Seconds before a restart, where the configuration says none.
const PATIENCE: u32 = 30;

/// What is to be done when there is no entry left that was named as a fallback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Wait for a person.
    #[default]
    Menu,
    /// Boot the next entry in the menu; wait for a person after all of them.
    Next,
    /// Restart the machine after so many seconds.
    Restart(u32),
}

impl OnError {
    /// Reads `menu`, `next` or `reboot`, the last with a number of seconds or without.
    #[inline(never)]
    #[must_use]
    pub fn parse(words: &[u8]) -> Option<Self> {
        let mut rest = words;
        let word = cut_word(&mut rest);
        let known = match place_of(word, b"menu next reboot", Likeness::Case)? {
            0 => Self::Menu,
            1 => Self::Next,
            _ if rest.is_empty() => Self::Restart(PATIENCE),
            _ => return Some(Self::Restart(u32::try_from(number(rest)?).ok()?)),
        };
        rest.is_empty().then_some(known)
    }
}

/// What is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A person decides.
    Menu,
    /// The entry of this number.
    Boot(usize),
    /// A restart after so many seconds.
    Restart(u32),
}

/// Which entries have been tried.
pub struct Tries([bool; ENTRIES]);

impl Tries {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self([false; ENTRIES])
    }

    /// What is next after an entry has failed.
    #[inline(never)]
    pub fn after(
        &mut self,
        failed: usize,
        entries: &Entries<'_>,
        fallback: Option<usize>,
        on_error: OnError,
    ) -> Step {
        if let Some(tried) = self.0.get_mut(failed) {
            *tried = true;
        }
        let count = entries.list().len();
        let is_left = |nth: &usize| {
            let entry = entries.list().get(*nth);
            entry.is_some_and(|entry| !entry.is_locked)
                && self.0.get(*nth) == Some(&false)
                && entries.problem(*nth).is_none()
        };
        if let Some(nth) = fallback.filter(is_left) {
            return Step::Boot(nth);
        }
        match on_error {
            OnError::Menu => Step::Menu,
            OnError::Restart(seconds) => Step::Restart(seconds),
            OnError::Next => {
                let mut nth = failed;
                for _ in 0..count {
                    nth = nth.wrapping_add(1);
                    if nth >= count {
                        nth = 0;
                    }
                    if is_left(&nth) {
                        return Step::Boot(nth);
                    }
                }
                Step::Menu
            }
        }
    }
}

impl Default for Tries {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{OnError, Step, Tries};
    use crate::entry::Entries;

    #[test]
    fn words() {
        for (words, want) in [
            ("menu", Some(OnError::Menu)),
            ("Next", Some(OnError::Next)),
            ("reboot", Some(OnError::Restart(30))),
            ("reboot 0", Some(OnError::Restart(0))),
            ("reboot  4294967295", Some(OnError::Restart(u32::MAX))),
            ("reboot 4294967296", None),
            ("reboot -1", None),
            ("reboot soon", None),
            ("reboot 5 5", None),
            ("next 5", None),
            ("menu x", None),
            ("halt", None),
            ("", None),
        ] {
            assert_eq!(OnError::parse(words.as_bytes()), want, "{words:?}");
        }
    }

    /// All that happens from one entry's failure on, if every other fails too: `.` for an entry
    /// that can be booted, `x` for one that is known not to, `l` for one that is locked.
    fn all(list: &str, first: usize, fallback: Option<usize>, on_error: OnError) -> Vec<Step> {
        let mut entries = Entries::new();
        entries.password = b"a hash";
        for letter in list.bytes() {
            entries.open(b"t", 1).unwrap();
            let entry = entries.last_mut().unwrap();
            entry.kernel = if letter == b'x' { b"" } else { b"/k" };
            entry.is_locked = letter == b'l';
        }
        let mut tries = Tries::new();
        let mut failed = first;
        let mut steps = vec![];
        loop {
            let step = tries.after(failed, &entries, fallback, on_error);
            steps.push(step);
            match step {
                Step::Boot(nth) => failed = nth,
                _ => return steps,
            }
            assert!(steps.len() <= list.len(), "without end");
        }
    }

    #[test]
    fn each_is_tried_once() {
        use OnError::{Menu, Next, Restart};
        use Step::Boot;
        for (list, first, fallback, on_error, want) in [
            ("...", 0, None, Menu, &[Step::Menu][..]),
            ("...", 0, None, Restart(7), &[Step::Restart(7)]),
            ("...", 0, None, Next, &[Boot(1), Boot(2), Step::Menu]),
            ("...", 1, None, Next, &[Boot(2), Boot(0), Step::Menu]),
            (".x.", 0, None, Next, &[Boot(2), Step::Menu]),
            (".", 0, None, Next, &[Step::Menu]),
            ("...", 0, Some(2), Menu, &[Boot(2), Step::Menu]),
            ("...", 0, Some(2), Restart(0), &[Boot(2), Step::Restart(0)]),
            (
                "....",
                0,
                Some(2),
                Next,
                &[Boot(2), Boot(3), Boot(1), Step::Menu],
            ),
            // A fallback that has failed itself, or is not there, or is known not to boot.
            ("...", 2, Some(2), Menu, &[Step::Menu]),
            ("...", 0, Some(3), Restart(1), &[Step::Restart(1)]),
            ("..x", 0, Some(2), Menu, &[Step::Menu]),
            (".l.", 0, Some(1), Next, &[Boot(2), Step::Menu]),
            ("", 0, Some(0), Next, &[Step::Menu]),
            ("..", usize::MAX, None, Menu, &[Step::Menu]),
        ] {
            assert_eq!(all(list, first, fallback, on_error), want, "{list} {first}");
        }
        let many = ".".repeat(crate::entry::ENTRIES);
        assert_eq!(all(&many, 9, None, Next).len(), many.len());
    }
}
