//! `search`, `probe`, `regexp` and `loopback`: commands that set a variable to what they find.

use super::MESSAGE;
use super::Script;
use super::regexp::{GROUPS, find};
use crate::location::{Device, Id};
use crate::text::{Likeness, cut, nth_piece, number, part, place_of};

/// What `search` may be given; those from the fifth on take a word.
const SEARCH: &[u8] = b"--file -f --label -l --fs-uuid -u --set -s --no-floppy -n --efidisk-only \
--hint -h --hint-ieee1275 --hint-bios --hint-baremetal --hint-efi --hint-arc";
/// The things to search by, as the first options have them: the short one is the second.
pub(super) const FILE: usize = 0;
pub(super) const LABEL: usize = 1;
pub(super) const UUID: usize = 2;
/// What `probe` may be given.
const PROBE: &[u8] =
    b"--set -s --fs -f --fs-uuid -u --label -l --driver -d --partmap -p --part-uuid";

impl<'t> Script<'_, 't> {
    /// The value of an option: what stands behind its `=`, else the next word.
    #[inline(never)]
    pub(super) fn option(&mut self, word: &'t [u8]) -> &'t [u8] {
        let mut value = word;
        if cut(&mut value, b'=').len() < word.len() {
            return value;
        }
        self.argument()
    }

    /// The number of an option, which may have its value behind a `=`.
    #[inline(never)]
    pub(super) fn option_of(word: &[u8], names: &[u8]) -> Option<usize> {
        place_of(nth_piece(word, b'=', 0), names, Likeness::Exact)
    }

    /// `search`; with `by`, one of its short forms: `search.fs_uuid UUID [VARIABLE [HINT…]]`.
    pub(super) fn search(&mut self, by: Option<usize>) -> bool {
        let mut names: [&[u8]; 2] = [b"", b""];
        let [name, variable] = &mut names;
        let mut kind = by.unwrap_or(FILE);
        if by.is_some() {
            *variable = b"root";
        }
        while self.has_more() {
            let word = self.argument();
            match Self::option_of(word, SEARCH) {
                Some(option @ 0..6) => kind = option >> 1,
                Some(option @ (6 | 7)) => {
                    // The short option takes the next word, the long one what is behind its `=`.
                    let next = self.word(self.at);
                    let takes_next = option == 7 && self.has_more() && !matches!(next, [b'-', ..]);
                    *variable = b"root";
                    if takes_next || word.contains(&b'=') {
                        *variable = self.option(word);
                    }
                }
                Some(11..) => {
                    self.option(word);
                }
                None if name.is_empty() => *name = word,
                None if by.is_some() => {
                    *variable = word;
                    // What follows are hints.
                    break;
                }
                _ => {}
            }
        }
        let [name, variable] = names;
        let found = match kind {
            _ if name.is_empty() => None,
            LABEL => self.world.find(&Id::Label(name)),
            UUID => self.world.find(&Id::Uuid(name)),
            _ => self.file_disk(name),
        };
        if let Some(device) = found
            && !variable.is_empty()
        {
            self.set(variable, Self::name_of(&device));
        }
        found.is_some()
    }

    /// The disk that holds a file, our own first: GRUB is most often asked for that.
    fn file_disk(&mut self, path: &'t [u8]) -> Option<Device<'t>> {
        self.place.device = self.own;
        self.place.path = path;
        if self.world.look(&self.place).is_some() {
            return Some(self.own);
        }
        self.world.find_file(path)
    }

    /// `probe`
    #[inline(never)]
    pub(super) fn probe(&mut self) -> bool {
        let mut variable: &[u8] = b"";
        let mut what = usize::MAX;
        let mut device: &[u8] = b"";
        while self.has_more() {
            let word = self.argument();
            match Self::option_of(word, PROBE) {
                Some(0 | 1) => variable = self.option(word),
                Some(option) => what = option.wrapping_sub(2) >> 1,
                None => device = word,
            }
        }
        let mut value: &[u8] = b"";
        if self.aim_at_disk(device)
            && let Some(known) = self.world.describe(&self.place.device)
        {
            value = known.get(what).copied().unwrap_or_default();
            if !variable.is_empty() {
                self.set(variable, value);
            }
        }
        !value.is_empty()
    }

    /// `regexp [--set [NUMBER:]VARIABLE]… EXPRESSION TEXT`
    #[inline(never)]
    pub(super) fn regexp(&mut self) -> bool {
        let end = self.words.len();
        let text = self.word(end.wrapping_sub(1));
        let expression = self.word(end.wrapping_sub(2));
        let Some(marks) = find(expression, text, &mut self.fuel) else {
            return false;
        };
        while let Some(word) = self.flag() {
            let whole = self.option(word);
            let mut name = whole;
            let mut group = number(cut(&mut name, b':'));
            if group.is_none() || name.is_empty() {
                name = whole;
                group = Some(1);
            }
            let group = group.and_then(|group| usize::try_from(group).ok());
            let at = group.unwrap_or(GROUPS).saturating_mul(2);
            if let Some(&[from, to]) = marks.get(at..).and_then(<[_]>::first_chunk) {
                self.set(name, part(text, from, to));
            }
        }
        true
    }

    /// `loopback NAME FILE`. With `-d`, nothing is taken away: another may have the name.
    #[inline(never)]
    pub(super) fn loopback(&mut self) -> bool {
        if self.flag().is_some() {
            return true;
        }
        let name = self.argument();
        let file = self.argument();
        self.aim(file);
        // What cannot be one is told.
        self.burn(MESSAGE);
        let Some(device) = self.world.attach(&self.place) else {
            return false;
        };
        if let Some((_, known)) = self.images.iter_mut().find(|(known, _)| *known == name) {
            *known = device;
            return true;
        }
        self.images.push((name, device)).is_ok()
    }
}
