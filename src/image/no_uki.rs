//! In place of `uki.rs` in a build that starts no unified kernel images: no file is one.

use super::{Fault, File};
use core::convert::Infallible;

/// A part of the file.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Where it begins.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

/// There is none.
#[derive(Clone, Copy, Debug)]
pub struct Unified {
    /// The kernel.
    pub kernel: Section,
    /// What is to be joined.
    pub ramdisks: [Section; 2],
    /// What it says of the system that it is for.
    pub release: Section,
    never: Infallible,
}

/// No file is looked at.
#[must_use]
pub fn is_one(_: &[u8]) -> bool {
    false
}

impl Unified {
    /// Nothing is read.
    ///
    /// # Errors
    ///
    /// Always [`Fault::NotAKernel`].
    pub fn read(_: &[u8], _: &mut File<'_>) -> Result<Self, Fault> {
        Err(Fault::NotAKernel)
    }

    /// Nothing is read.
    ///
    /// # Errors
    ///
    /// None.
    pub fn cmdline<'i>(&self, _: &mut File<'_>, _: &'i mut [u8]) -> Result<&'i [u8], Fault> {
        match self.never {}
    }
}
