//! What kind of program a kernel file is, told by its bytes and never by its name; and
//! where its parts, and what it is given, go in memory.
//!
//! In a build without one of the kinds, a type that has no values stands for it, and what
//! would be done with one is not in the program.

pub mod bzimage;
#[cfg_attr(not(feature = "vmlinux"), path = "no_elf.rs")]
pub mod elf;
#[cfg(any(feature = "archive-gzip", feature = "gzip"))]
pub mod gzip;
pub mod memory;
#[cfg_attr(not(feature = "multiboot"), path = "no_multiboot.rs")]
pub mod multiboot;
pub mod params;
pub mod plan;
pub mod program;
#[cfg_attr(not(feature = "uki"), path = "no_uki.rs")]
pub mod uki;

use crate::bytes::ReadAt;
use bzimage::{BzImage, Head};
use elf::Vmlinux;
use multiboot::Multiboot;
use uki::Unified;

/// What is said of a file that is none of the kinds that this build starts.
pub const NOT_A_KERNEL: &str = if cfg!(all(
    feature = "gzip",
    feature = "multiboot",
    feature = "uki",
    feature = "vmlinux"
)) {
    "% is not a kernel"
} else {
    "% is not a kernel that this build starts"
};

/// A file that is looked at.
pub struct File<'r> {
    /// Its bytes.
    pub size: u64,
    /// Reads them.
    pub read: &'r mut ReadAt<'r>,
}

/// Why a file is no kernel that can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is none that is known here.
    NotAKernel,
    /// It asks for this many bytes of itself, more than there are.
    Truncated(u64),
    /// The disk could not be read.
    Unreadable,
    /// Something in it makes no sense, or cannot be done: words to follow "cannot start it:".
    /// One address, so that a fault passes through functions in registers.
    Because(&'static &'static str),
}

/// What a file is.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one, on the stack")]
pub enum Image {
    /// Linux, as distributions have it.
    Linux(BzImage),
    /// Linux as it is before it is packed (`vmlinux`).
    Elf(Vmlinux),
    /// A kernel that any boot loader can load, such as Xen.
    Multiboot(Multiboot),
    /// A kernel with all that goes with it, in one EFI program.
    Unified(Unified),
}

impl Image {
    /// Whether it is given modules, with words of their own, rather than ramdisks.
    #[must_use]
    pub fn takes_modules(&self) -> bool {
        matches!(self, Self::Multiboot(_))
    }
}

impl File<'_> {
    /// Reads all of `into` from `offset` on.
    ///
    /// # Errors
    ///
    /// [`Fault`] when the file ends before, or cannot be read.
    #[inline(never)]
    pub fn fill(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Fault> {
        let wanted = offset.checked_add(into.len() as u64);
        match wanted {
            Some(wanted) if wanted > self.size => Err(Fault::Truncated(wanted)),
            Some(_) if (self.read)(offset, into) => Ok(()),
            Some(_) => Err(Fault::Unreadable),
            None => Err(Fault::Truncated(u64::MAX)),
        }
    }

    /// Reads what there is from `offset` on, as far as `into` has room, the rest being zeroes.
    ///
    /// # Errors
    ///
    /// [`Fault::Unreadable`].
    #[inline(never)]
    pub fn fill_some(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Fault> {
        let there = self.size.saturating_sub(offset);
        let count = usize::try_from(there).unwrap_or(usize::MAX).min(into.len());
        let (filled, rest) = into.split_at_mut_checked(count).unwrap_or_default();
        rest.fill(0);
        if filled.is_empty() {
            return Ok(());
        }
        self.fill(offset, filled)
    }
}

/// Tells what a file is.
///
/// # Errors
///
/// [`Fault`] for what is no kernel, or none that can be started.
#[inline(never)]
pub fn look(file: &mut File<'_>) -> Result<Image, Fault> {
    let mut head: Head = [0; size_of::<Head>()];
    file.fill_some(0, &mut head)?;
    if BzImage::is_one(&head) {
        return BzImage::read(&head, file.size).map(Image::Linux);
    }
    if let Some(image) = multiboot::read(&head, file)? {
        return Ok(Image::Multiboot(image));
    }
    if uki::is_one(&head) {
        return Unified::read(&head, file).map(Image::Unified);
    }
    if elf::is_one(&head) {
        return elf::read(&head, file).map(Image::Elf);
    }
    Err(Fault::NotAKernel)
}
