//! Modules in an image of a file system that lies in a folder of modules: `modules.sqsh`, which
//! is a `SquashFS`, or `modules.erofs`. The kernel reads it, as a loop device; nothing is unpacked.

use super::devices::open_file;
use super::disk::{Disk, Name};
use super::{images, tell};
use crate::sys::fd::Fd;
use kexec_loader::notes::Notes;

/// Their names, and what they are.
const IMAGES: [(&[u8], &[u8]); 2] = [(b"modules.sqsh", b"squashfs"), (b"modules.erofs", b"erofs")];

/// Gives the folder of modules in each image that is in `top`: `modules/`, or all of it.
#[inline(never)]
pub(super) fn open_each(top: &Fd, notes: &mut Notes, insert: &mut dyn FnMut(Fd, &mut Notes)) {
    for (name, kind) in IMAGES {
        let Ok(file) = open_file(top, &[name]) else {
            continue;
        };
        let mut disk = Disk::new(Name::new());
        if let Err(error) = images::make(&file, false, &mut disk) {
            tell(notes, "cannot use %% as a disk: %", name, b"", error);
            continue;
        }
        if let Ok(root) = disk.mount(kind, notes) {
            let folder = open_file(root, &[b"/modules"]);
            if let Ok(folder) = folder.or_else(|_| open_file(root, &[b"/"])) {
                insert(folder, notes);
            }
        }
        disk.unmount();
    }
}
