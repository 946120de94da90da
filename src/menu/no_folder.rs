//! The menu of a build that reads no files with submenus: every entry has a row.

#![expect(clippy::unnecessary_wraps, reason = "as in `folder`")]

use crate::entry::{ENTRIES, Entries};
use heapless::Vec;

/// No submenu.
pub(super) fn of<'t>(_: &Entries<'t>, _: usize) -> &'t [u8] {
    &[]
}

/// No title.
pub(super) fn title(_: &[u8]) -> &[u8] {
    &[]
}

/// No folder.
pub(super) fn above(_: &[u8]) -> &[u8] {
    &[]
}

/// That of an entry, for itself.
pub(super) fn row<'t>(_: &[u8], _: &Entries<'t>, _: usize) -> Option<&'t [u8]> {
    Some(&[])
}

/// All entries.
pub(super) fn list(_: &[u8], entries: &Entries<'_>, rows: &mut Vec<u8, ENTRIES>) {
    rows.clear();
    for (nth, _) in (0..=u8::MAX).zip(entries.list()) {
        let _ = rows.push(nth);
    }
}

/// The row of the same number.
pub(super) fn place(_: &[u8], _: &Entries<'_>, rows: &[u8], nth: usize) -> Option<usize> {
    Some(nth).filter(|nth| *nth < rows.len())
}
