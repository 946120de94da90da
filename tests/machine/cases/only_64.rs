//! What only 64-bit machines can do: load kernels in two ways, and read NTFS, which
//! Debian's newer kernel has a driver for and its 32-bit one has not.

use crate::cases::file_systems::boots_from;
use crate::cases::images::too_large;
use crate::cases::{at_once, debian};
use crate::machine::case::{Case, boots};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::play::play;

/// Without `kexec_file_load` it is `kexec_load`, unasked.
#[test]
fn kernel_without_kexec_file_load() {
    play(&Case {
        kernel: "small-x86_64",
        disks: vec![Disk::boot(&at_once("LABEL=debian")), debian()],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// Both would be in memory: the ramdisk, and the kernel's own copy of it.
#[test]
fn more_memory_than_is_free() {
    let refusal = ["cannot boot First: it needs", "MB are free"];
    too_large("console=tty0 console=ttyS0 kexec=file", &refusal);
}

#[test]
fn ntfs3() {
    boots_from("ntfs3", "LABEL=files", &["virtio_blk", "ntfs3"]);
}
