//! In place of `multiboot` in a build that starts no Multiboot kernels: no file is one.

use super::memory::Memory;
use super::plan::{Given, Plan, Tables};
use super::program::Program;
use super::{Fault, File};
use core::convert::Infallible;

/// There is none.
#[derive(Clone, Debug)]
pub struct Multiboot {
    /// What would be loaded of it.
    pub program: Program,
    never: Infallible,
}

/// No file is looked at.
///
/// # Errors
///
/// None.
pub fn read(_: &[u8], _: &mut File<'_>) -> Result<Option<Multiboot>, Fault> {
    Ok(None)
}

/// Nothing is planned.
///
/// # Errors
///
/// None.
pub fn plan(
    image: &Multiboot,
    _: &Given<'_>,
    _: &[&[u8]],
    _: &mut Memory,
    _: &mut Tables<'_>,
) -> Result<Plan, Fault> {
    match image.never {}
}
