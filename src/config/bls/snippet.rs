//! What of an entry's file says where it belongs, and the order of entries.

use crate::text::Likeness;
use crate::text::{cut, cut_word, number, place_of, trim};
use crate::version;
use core::cmp::Ordering;

/// The keys of which the last counts, in the order of the constants below. The last three say
/// what is to be started.
const KEYS: &[u8] = b"title version sort-key machine-id architecture linux efi uki";
/// The same of an os-release(5).
const RELEASE_KEYS: &[u8] = b"PRETTY_NAME VERSION_ID ID";

pub(super) const TITLE: usize = 0;
pub(super) const VERSION: usize = 1;
pub(super) const SORT_KEY: usize = 2;
pub(super) const MACHINE: usize = 3;
pub(super) const ARCHITECTURE: usize = 4;
pub(super) const KERNEL: usize = 5;
/// No key: what configurations call it.
pub(super) const ID: usize = 6;
/// The name of its file, for messages.
pub(super) const FILE: usize = 7;
/// The bytes of its file; of a kernel, its os-release.
pub(super) const TEXT: usize = 8;

/// Comes before entries that have no sort-key.
const HAS_NO_KEY: u8 = 1;
/// Comes behind all others: it was tried as often as it was to be.
const IS_BAD: u8 = 2;

/// What an entry's file says, in the order of the constants above.
pub(super) type Values<'t> = [&'t [u8]; 9];

/// A file that describes an entry, or is one.
#[repr(C)] // What is near the front takes less code to reach.
pub(super) struct Snippet<'t> {
    /// The line of its title, else of its kernel; 0 where there is none.
    pub(super) line: u32,
    /// Whether what it starts is an EFI program, which may be no kernel.
    pub(super) is_efi: bool,
    /// A sum of the flags above.
    rank: u8,
    /// What it says.
    pub(super) values: Values<'t>,
}

impl Snippet<'_> {
    /// One that says nothing.
    pub(super) const NONE: Self = Self {
        values: [b""; 9],
        line: 0,
        is_efi: false,
        rank: HAS_NO_KEY,
    };

    /// Reads a file.
    #[inline(never)]
    pub(super) fn read(&mut self, is_image: bool) {
        let names = if is_image { RELEASE_KEYS } else { KEYS };
        let mut rest = self.values[TEXT];
        let mut number: u32 = 0;
        while !rest.is_empty() {
            let mut value = cut(&mut rest, b'\n');
            number = number.wrapping_add(1);
            let key = if is_image {
                cut(&mut value, b'=')
            } else {
                cut_word(&mut value)
            };
            let Some(nth) = place_of(key, names, Likeness::Exact) else {
                continue;
            };
            if nth >= KERNEL {
                self.is_efi = nth > KERNEL;
            }
            if !is_image && (nth == TITLE || nth >= KERNEL && self.values[TITLE].is_empty()) {
                self.line = number;
            }
            value = trim(value);
            if let [b'"', inner @ .., b'"'] = value {
                value = inner;
            }
            if let Some(place) = self.values.get_mut(nth.min(KERNEL)) {
                *place = value;
            }
        }
    }

    /// Says where it belongs, unless that is by its name alone, counters and all, as for GRUB.
    pub(super) fn rank(&mut self) {
        let (id, is_bad) = counted(self.values[ID]);
        self.values[ID] = id;
        self.rank = if is_bad { IS_BAD } else { 0 };
        if self.values[SORT_KEY].is_empty() {
            self.rank |= HAS_NO_KEY;
        }
    }

    /// Whether it comes before or after another: the specification's section "Sorting".
    #[inline(never)]
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let mut order = self.rank.cmp(&other.rank);
        for nth in [SORT_KEY, MACHINE, VERSION, ID, FILE] {
            let of = |one: &Self| one.values.get(nth).copied().unwrap_or_default();
            let (one, other) = (of(self), of(other));
            if order.is_ne() {
                break;
            }
            if nth >= ID || self.rank & HAS_NO_KEY == 0 {
                order = match nth {
                    SORT_KEY | MACHINE => one.cmp(other),
                    _ => version::compare(other, one),
                };
            }
        }
        order
    }
}

/// The name of an entry without the counters that may end it, and whether none of its tries
/// is left: `NAME+LEFT` or `NAME+LEFT-DONE`.
fn counted(name: &[u8]) -> (&[u8], bool) {
    let plus = name.iter().rposition(|byte| *byte == b'+');
    let parts = plus.and_then(|at| name.split_at_checked(at));
    if let Some((before, [_, done @ ..])) = parts {
        let mut done = done;
        let left = number(cut(&mut done, b'-'));
        if left.is_some() && (done.is_empty() || number(done).is_some()) {
            return (before, left == Some(0));
        }
    }
    (name, false)
}
