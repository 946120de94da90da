//! Loads a kernel with `kexec_file_load`: the kernel reads the files itself, and does the
//! rest.

use super::files::{Files, Part};
use crate::sys::fd::Fd;
use crate::sys::kexec::load_files;
use crate::sys::{Errno, Result, fs};
use kexec_loader::image::Image;
use kexec_loader::out::Put;
use kexec_loader::text;

/// What the kernel says of images that are not for it.
pub(super) const REFUSAL: Errno = Errno::ENOEXEC;

/// Bytes of memory that this takes of the running kernel: it reads all files whole, and
/// copies them; `None` for what it cannot load.
#[inline(never)]
pub(super) fn needs(files: &Files<'_>) -> Option<u64> {
    let Image::Linux(image) = &files.image else {
        return None;
    };
    let mut total = files.kernel.size;
    for part in &files.others {
        total = total.saturating_add(part.size.saturating_mul(2));
    }
    image
        .has_long_entry
        .then_some(total.saturating_add(image.init_size))
}

/// Has the kernel load another.
#[inline(never)]
pub(super) fn load(files: &Files<'_>) -> Result<()> {
    let kernel = whole(files, core::slice::from_ref(&files.kernel))?;
    let mut cmdline = files.cmdline.clone();
    cmdline.put(b"\0");
    if files.others.is_empty() {
        return load_files(kernel.file(), None, &cmdline);
    }
    let ramdisk = whole(files, &files.others)?;
    load_files(kernel.file(), Some(ramdisk.file()), &cmdline)
}

/// A part as a file of its own: itself, if it is all of one, else a copy in memory.
#[inline(never)]
fn whole<'f>(files: &'f Files<'_>, parts: &[Part]) -> Result<Whole<'f>> {
    if let [part] = parts
        && let Some(file) = files.open.get(part.file)
        && part.offset == 0
        && let Ok(size) = file.size()
        && size == part.size
    {
        return Ok(Whole::Itself(file));
    }
    let joined = fs::in_memory()?;
    for part in parts {
        files.copy(part, &joined)?;
        // Each ramdisk begins at a multiple of four bytes, as the kernel's unpacking wants it
        // (Documentation/driver-api/early-userspace/buffer-format.rst).
        let [padding, ..] = (part.size.wrapping_neg() & 3).to_le_bytes();
        let padding = text::part(&[0; 3], 0, padding.into());
        if !padding.is_empty() {
            joined.write(padding)?;
        }
    }
    Ok(Whole::Copy(joined))
}

/// Parts as one file.
enum Whole<'f> {
    /// There is one already.
    Itself(&'f Fd),
    /// They were put together.
    Copy(Fd),
}

impl Whole<'_> {
    /// The file.
    fn file(&self) -> &Fd {
        match self {
            Self::Itself(file) => file,
            Self::Copy(file) => file,
        }
    }
}
