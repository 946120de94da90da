//! Makes the surroundings that a program wants and the kernel leaves to process 1.

use super::tell;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::{Errno, Result, fd::Fd, process};
use kexec_loader::notes::Notes;
use kexec_loader::text;

/// Where disks are mounted, each in a folder of its name.
pub(crate) const MOUNTS: &[u8] = b"/mnt/";

/// Mounts `/proc`, `/sys` and `/dev`, where they are not there yet.
///
/// A kernel that was built without one of them is no failure: [`open_node`] makes the
/// nodes that are needed, and who reads a file that is not there can do without.
#[inline(never)]
pub(crate) fn mount_kernel_folders(notes: &mut Notes) {
    let mut mount = |name, at: &[u8]| {
        fs::make_folder(&[at]);
        match fs::mount_virtual(name, &[at]) {
            Ok(()) | Err(Errno::EBUSY | Errno::ENODEV) => {}
            Err(error) => {
                tell(notes, "cannot mount %%: %", at, b"", error);
            }
        }
    };
    mount(c"proc", b"/proc");
    mount(c"sysfs", b"/sys");
    mount(c"devtmpfs", b"/dev");
    fs::make_folder(&[MOUNTS]);
}

/// Logs what has started the loader.
pub(crate) fn log_kernel(cmdline: &[u8], notes: &mut Notes) {
    let mut kernel = process::Kernel::new();
    let words = [kernel.release(), cmdline];
    let sentence = " Linux %, # MiB of memory, started with: %";
    notes.log(sentence, &words, &[process::memory() >> 20]);
}

/// Opens the node of a device below `/dev`, made now if the kernel has not made it.
#[inline(never)]
pub(crate) fn open_node(node: Node, name: &[u8], purpose: Purpose) -> Result<Fd> {
    let path: [&[u8]; 2] = [b"/dev/", name];
    match fs::open(&path, purpose) {
        Err(Errno::ENOENT) => {}
        other => return other,
    }
    let class: &[u8] = match node {
        Node::Block => b"/sys/class/block/",
        Node::Character => b"/sys/class/tty/",
    };
    let mut numbers = [0; 24];
    let parts: [&[u8]; 3] = [class, &super::disk::respell(name), b"/dev"];
    let mut minor = super::files::read_small(&parts, &mut numbers)?;
    let major = text::cut(&mut minor, b':');
    let (Some(major), Some(minor)) = (text::number(major), text::number(minor)) else {
        return Err(Errno::ENODEV);
    };
    let folder = name.iter().rposition(|b| *b == b'/');
    if let Some(folder) = folder.and_then(|end| name.get(..end)) {
        fs::make_folder(&[b"/dev/", folder]);
    }
    fs::make_node(&path, node, major, minor)?;
    fs::open(&path, purpose)
}
