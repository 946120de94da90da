//! What becomes of a machine without a person when an entry fails, in a build that says nothing of
//! that: it waits for one.

use crate::entry::Entries;

/// Whether this build has it.
pub const IS_HERE: bool = false;

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Wait for a person.
    #[default]
    Menu,
}

impl OnError {
    /// Reads nothing.
    #[must_use]
    pub fn parse(_: &[u8]) -> Option<Self> {
        None
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

/// Nothing is tried.
#[derive(Default)]
pub struct Tries;

impl Tries {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    /// A person decides.
    pub fn after(&mut self, _: usize, _: &Entries<'_>, _: Option<usize>, _: OnError) -> Step {
        Step::Menu
    }
}
