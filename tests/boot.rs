//! The machines: each boots the loader for real and, where it should, a Debian kernel
//! after it. Every case also proves that no byte of any disk was changed.

mod machine;

#[path = "machine/cases/disks.rs"]
mod disks;
#[path = "machine/cases/failures.rs"]
mod failures;
#[path = "machine/cases/file_systems.rs"]
mod file_systems;
#[path = "machine/cases/late.rs"]
mod late;
#[path = "machine/cases/menu.rs"]
mod menu;
#[path = "machine/cases/modules.rs"]
mod modules;
#[path = "machine/cases/options.rs"]
mod options;

use machine::disk::Disk;
use machine::kernels::CLOUD;

/// A menu of two.
const TWO: &str = "timeout 2
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
fn at_once(root: &str) -> String {
    format!(
        "timeout 0\ntitle Debian\n root {root}\n kernel /boot/vmlinuz\n \
         initrd /boot/target.img\n cmdline console=ttyS0 by {root}\n"
    )
}

/// The disk that both entries of `TWO` are on.
fn debian() -> Disk {
    Disk::debian("ext4", CLOUD).label("debian")
}
