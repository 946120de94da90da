//! In place of `elf.rs` in a build that starts no ELF kernels: no file is one.

use super::program::Program;
use super::{Fault, File};
use core::ops::Deref;

/// There is none.
#[derive(Clone, Debug)]
pub enum Vmlinux {}

impl Deref for Vmlinux {
    type Target = Program;

    fn deref(&self) -> &Program {
        match *self {}
    }
}

/// No file is looked at.
#[must_use]
pub fn is_one(_: &[u8]) -> bool {
    false
}

/// Nothing is read.
///
/// # Errors
///
/// Always [`Fault::NotAKernel`].
pub fn read(_: &[u8], _: &mut File<'_>) -> Result<Vmlinux, Fault> {
    Err(Fault::NotAKernel)
}
