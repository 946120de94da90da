//! The menu of a build without colours.

use crate::out::Put;

/// There are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {}

impl Colors {
    /// None.
    #[must_use]
    pub fn parse(_: &[u8]) -> Option<Self> {
        None
    }

    /// Puts nothing.
    pub fn put(self, _: bool, _: &mut dyn Put) {}
}
