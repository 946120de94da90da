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

/// What the kernel adds to what it is given: its own code between the kernels, `boot_params`.
const ADDED: u64 = 1 << 20;

/// Bytes of memory that this takes of the running kernel, which reads all files whole, and
/// copies them; and how many of them are segments. `None` for what it cannot load.
#[inline(never)]
pub(super) fn needs(files: &Files<'_>) -> Option<(u64, u64)> {
    let Image::Linux(image) = &files.image else {
        return None;
    };
    let sum = |parts: &[Part]| {
        let sizes = parts.iter().map(|part| part.size);
        sizes.fold(0, u64::saturating_add)
    };
    let segments = sum(&files.others)
        .saturating_add(image.init_size)
        .saturating_add(ADDED);
    let mut total = segments;
    for parts in [core::slice::from_ref(&files.kernel), &files.others] {
        // Once more where they are put together first.
        let times = if itself(files, parts).is_some() { 1 } else { 2 };
        total = total.saturating_add(sum(parts).saturating_mul(times));
    }
    image.has_long_entry.then_some((total, segments))
}

/// Has the kernel load another.
#[inline(never)]
pub(super) fn load(files: &Files<'_>) -> Result<()> {
    let kernel = whole(files, core::slice::from_ref(&files.kernel))?;
    let mut cmdline = files.cmdline.clone();
    cmdline.put(b"\0");
    // The kernel refuses a file without a byte.
    if files.others.iter().all(|part| part.size == 0) {
        return load_files(kernel.file(), None, &cmdline);
    }
    let ramdisk = whole(files, &files.others)?;
    load_files(kernel.file(), Some(ramdisk.file()), &cmdline)
}

/// The file that parts are, if they are all of one.
#[inline(never)]
fn itself<'f>(files: &'f Files<'_>, parts: &[Part]) -> Option<&'f Fd> {
    let [part] = parts else { return None };
    let file = files.open.get(part.file)?;
    let is_all = part.offset == 0 && file.size().is_ok_and(|size| size == part.size);
    is_all.then_some(file)
}

/// Parts as a file of their own: the one that they are, else a copy in memory.
#[inline(never)]
fn whole<'f>(files: &'f Files<'_>, parts: &[Part]) -> Result<Whole<'f>> {
    if let Some(file) = itself(files, parts) {
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
