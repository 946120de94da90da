//! `loader.conf`: which entry is chosen, and how long the menu waits.

use crate::entry::Timeout;
use crate::text::{Likeness, Lines, place_of};

/// What it says.
pub(super) struct Loader<'t> {
    /// The pattern of the ids to choose one from; or empty.
    pub(super) pattern: &'t [u8],
    /// How long the menu waits, if it says that.
    pub(super) timeout: Option<Timeout>,
}

impl<'t> Loader<'t> {
    /// Reads its bytes.
    pub(super) fn read(text: &'t [u8]) -> Self {
        let mut loader = Self {
            pattern: b"",
            timeout: None,
        };
        let mut lines = Lines::new(text);
        while lines.advance() {
            let value = lines.line.value;
            match place_of(lines.line.word, b"default timeout", Likeness::Exact) {
                // Newer loaders count the suffix to the id, older ones do not.
                Some(0) => loader.pattern = value.strip_suffix(b".conf").unwrap_or(value),
                Some(_) => loader.timeout = timeout(value),
                None => {}
            }
        }
        loader
    }
}

/// Reads how long a menu waits.
fn timeout(value: &[u8]) -> Option<Timeout> {
    let names = b"menu-force menu-hidden menu-disabled";
    match place_of(value, names, Likeness::Exact) {
        Some(0) => Some(Timeout::Off),
        Some(_) => Some(Timeout::Seconds(0)),
        None => Timeout::parse_number(value),
    }
}
