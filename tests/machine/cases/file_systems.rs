//! Kernels on every file system.

use super::at_once;
use crate::machine::case::{Case, boots};
use crate::machine::disk::{Bus, Disk};
use crate::machine::kernels::{GENERIC, TARGET};
use crate::machine::play::play;

/// A kernel on a file system of every kind there is, with the driver from Debian's
/// kernel for any machine. (Debian's 32-bit one has no NTFS, so that is in `only_64.rs`.)
macro_rules! file_systems {
    ($($kind:ident by $root:literal with $modules:expr;)*) => {
        $(#[test]
        fn $kind() {
            boots_from(stringify!($kind), $root, &$modules);
        })*
    };
}

file_systems! {
    ext2 by "LABEL=files" with ["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"];
    ext3 by "LABEL=files" with ["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"];
    ext4 by "LABEL=files" with ["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"];
    vfat by "LABEL=FILES" with ["virtio_pci", "virtio_blk", "vfat", "nls_cp437", "nls_ascii"];
    exfat by "LABEL=files" with ["virtio_pci", "virtio_blk", "exfat"];
    iso9660 by "LABEL=files" with ["virtio_pci", "virtio_blk", "isofs"];
    udf by "LABEL=files" with ["virtio_pci", "virtio_blk", "udf"];
    xfs by "LABEL=files" with ["virtio_pci", "virtio_blk", "xfs", "crc32c_generic"];
    btrfs by "LABEL=files" with ["virtio_pci", "virtio_blk", "btrfs", "crc32c_generic"];
    f2fs by "LABEL=files" with ["virtio_pci", "virtio_blk", "f2fs", "crc32_generic"];
    squashfs by "vda" with ["virtio_pci", "virtio_blk", "squashfs"];
    erofs by "UUID=f3b1c2a0-0c55-4cb8-9f55-1c1d5a0e0001" with ["virtio_pci", "virtio_blk", "erofs", "crc32c_generic"];
    jfs by "LABEL=files" with ["virtio_pci", "virtio_blk", "jfs"];
    reiserfs by "LABEL=files" with ["virtio_pci", "virtio_blk", "reiserfs"];
}

pub(crate) fn boots_from(kind: &'static str, root: &str, modules: &'static [&'static str]) {
    let disk = Disk::debian(kind, TARGET).on(Bus::Virtio);
    let disk = match root.split_once('=') {
        Some(("LABEL", label)) => disk.label(label),
        Some((_, uuid)) => disk.option("uuid", uuid),
        None => disk,
    };
    play(&Case {
        kernel: GENERIC,
        modules,
        files: vec![("kexec-loader.cfg", at_once(root).into())],
        disks: vec![disk],
        steps: boots("Debian", TARGET, &format!("console=ttyS0 by {root}")),
        ..Case::new()
    });
}
