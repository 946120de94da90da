//! Submenus as folders: what of the entries is to be seen at once.
//!
//! A folder is called by the titles of its submenus, `>` between them. Given one, gives the
//! numbers of the entries that have a row in it. One stands for its whole submenu where that is
//! not open.

use crate::entry::{ENTRIES, Entries};
use crate::text::{Likeness, are_alike, cut, last_piece};
use heapless::Vec;

/// The folder that an entry is in.
pub(super) fn of<'t>(entries: &Entries<'t>, nth: usize) -> &'t [u8] {
    let entry = entries.list().get(nth);
    entry.map_or(&[], |entry| entry.submenu)
}

/// The last of a folder's titles.
pub(super) fn title(folder: &[u8]) -> &[u8] {
    last_piece(folder, b'>')
}

/// The folder around one. A submenu without a title is no place to go to.
pub(super) fn above(folder: &[u8]) -> &[u8] {
    let before = folder.strip_suffix(title(folder)).unwrap_or(&[]);
    let mut above = before.strip_suffix(b">").unwrap_or(before);
    if above.iter().all(|byte| *byte == b'>') {
        above = &[];
    }
    above
}

/// The folder that an entry has a row for in `folder`: that one for itself, or the one in it that
/// it is in, directly or not. None if it is elsewhere.
#[inline(never)]
pub(super) fn row<'t>(folder: &[u8], entries: &Entries<'t>, nth: usize) -> Option<&'t [u8]> {
    let whole = of(entries, nth);
    let (own, mut rest) = whole.split_at_checked(folder.len())?;
    if !are_alike(own, folder, Likeness::Exact) {
        return None;
    }
    if own.is_empty() {
        while let [b'>', after @ ..] = rest {
            rest = after;
        }
    }
    if rest.is_empty() {
        return Some(own);
    }
    if !own.is_empty() {
        rest = rest.strip_prefix(b">")?;
    }
    let before = whole.len().wrapping_sub(rest.len());
    let length = before.wrapping_add(cut(&mut rest, b'>').len());
    whole.get(..length)
}

/// The numbers of the entries that have a row in a folder, a folder's first for the folder.
#[inline(never)]
pub(super) fn list(folder: &[u8], entries: &Entries<'_>, rows: &mut Vec<u8, ENTRIES>) {
    rows.clear();
    for nth in 0..entries.list().len() {
        if row(folder, entries, nth).is_some() && place(folder, entries, rows, nth).is_none() {
            let _ = rows.push(u8::try_from(nth).unwrap_or(u8::MAX));
        }
    }
}

/// Which of these rows is an entry's, or its folder's.
#[inline(never)]
pub(super) fn place(
    folder: &[u8],
    entries: &Entries<'_>,
    rows: &[u8],
    nth: usize,
) -> Option<usize> {
    let mine = row(folder, entries, nth)?;
    let is_entry = mine.len() == folder.len();
    rows.iter().position(|other| {
        let other = usize::from(*other);
        other == nth || !is_entry && row(folder, entries, other) == Some(mine)
    })
}

#[cfg(test)]
mod tests {
    use super::{above, list, row, title};
    use crate::entry::Entries;
    use crate::location::BOOT_DISK;
    use heapless::Vec;

    /// Entries in these submenus.
    fn entries_in<'t>(submenus: &[&'t str]) -> Entries<'t> {
        let mut entries = Entries::new();
        entries.begin("grub2", BOOT_DISK, b"f").unwrap();
        for submenu in submenus {
            entries.open(b"title", 1).unwrap();
            entries.last_mut().unwrap().submenu = submenu.as_bytes();
        }
        entries
    }

    #[test]
    fn each_folder_has_one_row() {
        for (submenus, path, want) in [
            (&[][..], "", &[][..]),
            (&["", "", ""], "", &[0, 1, 2]),
            (&["", "a", "a", "", "a"], "", &[0, 1, 3]),
            (&["", "a", "a", "", "a"], "a", &[1, 2, 4]),
            (&["a", "a>b", "a>c", "a>b"], "", &[0]),
            (&["a", "a>b", "a>c", "a>b"], "a", &[0, 1, 2]),
            (&["a", "a>b", "a>c", "a>b"], "a>b", &[1, 3]),
            (&["a>b>c", "a>b", "a"], "a", &[0, 2]),
            // One name begins as the other, and is not in it.
            (&["a", "ab", "ab>c"], "", &[0, 1]),
            (&["a", "ab", "ab>c"], "a", &[0]),
            // Without titles.
            (&[">", "", ">>"], "", &[0, 1, 2]),
            (&[">c", ">c"], "", &[0]),
            (&[">c", ">c"], ">c", &[0, 1]),
            (&["a>", "a"], "a", &[0, 1]),
            (&["a>>b", "a>"], "a>", &[0, 1]),
        ] {
            let entries = entries_in(submenus);
            let mut rows = Vec::new();
            list(path.as_bytes(), &entries, &mut rows);
            assert_eq!(rows, want, "{submenus:?} {path:?}");
        }
    }

    #[test]
    fn there_is_a_way_to_every_entry_and_back() {
        let submenus = [
            "", "a", "a>b", "a>>c", ">", ">d", ">>d", "a>", "e>f>g", "a>b>", "e>f",
        ];
        let entries = entries_in(&submenus);
        for (nth, submenu) in submenus.iter().enumerate() {
            let mut folder = &b""[..];
            for step in 0.. {
                assert!(step < 9, "{submenu}");
                let within = row(folder, &entries, nth).expect("it is in it");
                if within.len() == folder.len() {
                    break;
                }
                assert_eq!(above(within), folder, "{submenu}");
                folder = within;
            }
        }
    }

    #[test]
    fn titles() {
        for (folder, last, around) in [
            ("a>b", "b", "a"),
            ("a", "a", ""),
            ("", "", ""),
            ("a>", "", "a"),
            ("a>>b", "b", "a>"),
            (">>b", "b", ""),
        ] {
            assert_eq!(title(folder.as_bytes()), last.as_bytes(), "{folder}");
            assert_eq!(above(folder.as_bytes()), around.as_bytes(), "{folder}");
        }
    }
}
