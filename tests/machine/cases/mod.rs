//! The cases, for machines of either architecture.

mod auto;
mod disks;
mod editor;
mod entry;
mod failures;
pub(crate) mod file_systems;
pub(crate) mod images;
mod keymap;
mod kinds;
mod late;
mod layout;
mod looks;
mod loops;
mod lvm;
pub(crate) mod media;
pub(crate) mod memory;
mod menu;
mod modules;
mod options;
mod raid;
mod readers;
mod shell;
mod unattended;

use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;

/// A menu of two.
pub(crate) const TWO: &str = "timeout 2
title First
  root LABEL=debian
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline console=ttyS0 first
title Second Title
  root LABEL=debian
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline console=ttyS0 second
";

/// A configuration with one entry, which is started at once.
pub(crate) fn at_once(root: &str) -> String {
    format!(
        "timeout 0\ntitle Debian\n root {root}\n kernel /boot/vmlinuz\n \
         initrd /boot/target.img\n cmdline console=ttyS0 by {root}\n"
    )
}

/// The disk that both entries of `TWO` are on.
pub(crate) fn debian() -> Disk {
    Disk::debian("ext4", TARGET).label("debian")
}
