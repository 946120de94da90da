//! Loads a kernel with `kexec_file_load`: the kernel reads the files itself, and does the
//! rest.

use super::files::Files;
use crate::sys::Result;
use crate::sys::kexec::load_files;
use kexec_loader::image::Image;
use kexec_loader::out::Put;

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
    let kernel = files.whole(core::slice::from_ref(&files.kernel))?;
    let mut cmdline = files.cmdline.clone();
    cmdline.put(b"\0");
    if files.others.is_empty() {
        return load_files(kernel.file(), None, &cmdline);
    }
    let ramdisk = files.whole(&files.others)?;
    load_files(kernel.file(), Some(ramdisk.file()), &cmdline)
}
