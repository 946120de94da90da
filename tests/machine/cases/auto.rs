//! Modules for what a machine has, out of a distribution's folder with all there are.

use super::at_once;
use crate::machine::case::{Case, Step, boots, line};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, GENERIC, TARGET};
use crate::machine::play::play;
use crate::machine::words::{LEAVE_SEARCH, WAITING};

/// The loader's own disk, with folders of Debian's modules where the distribution has them.
pub(crate) fn with_modules(boot: Disk, folders: &[&str]) -> Disk {
    let release = kernels::release(GENERIC);
    let files = kernels::tree(GENERIC, folders).into_iter();
    files.fold(boot, |boot, (path, file)| {
        boot.file(&format!("lib/modules/{release}/{path}"), file)
    })
}

/// All of Debian's modules are on the boot disk. The kernel is on a stick behind a hub, on XFS;
/// its ramdisk on a FAT disk behind AHCI: neither the drivers nor the file systems are in.
#[test]
fn modules_of_a_whole_distribution_for_what_is_there() {
    let config = "timeout 0\nmodules auto\nblacklist pcspkr\ntitle Debian\n \
        kernel (LABEL=usb)/boot/vmlinuz\n initrd (LABEL=SATA)/boot/target.img\n \
        cmdline console=ttyS0 auto\n";
    let boot = with_modules(Disk::boot(config).option("size", "400"), &["kernel"]);
    let folder = format!("lib/modules/{}", kernels::release(GENERIC));
    let stick = Disk::debian("xfs", TARGET).label("usb").on(Bus::Usb);
    let sata = Disk::debian("vfat", TARGET).label("SATA").on(Bus::Ahci);
    let mut steps = vec![line(&[
        "modules for this machine's devices are in",
        &folder,
    ])];
    steps.push(line(&["TARGET cmdline console=ttyS0 auto"]));
    steps.extend([line(&["TARGET done"]), Step::Ends]);
    play(&Case {
        kernel: GENERIC,
        modules: &["nvme", "ext4", "crc32c_generic"],
        disks: vec![boot, stick, sata],
        steps,
        ..Case::new()
    });
}

/// The same folder, a part of it, is in the initramfs; the boot disk is XFS behind virtio, and
/// the disk with the kernel is a stick that comes late.
#[test]
fn modules_of_the_initramfs_for_what_comes() {
    let folder = format!("lib/modules/{}", kernels::release(GENERIC));
    let subsystems = [
        "block",
        "drivers/ata",
        "drivers/scsi",
        "drivers/usb",
        "drivers/virtio",
        "drivers/block",
        "fs",
        "lib",
        "crypto",
        "arch/x86/crypto",
    ]
    .map(|folder| format!("kernel/{folder}"));
    let subsystems: Vec<_> = subsystems.iter().map(String::as_str).collect();
    let mut files = Vec::new();
    for (path, file) in kernels::tree(GENERIC, &subsystems) {
        let path = format!("{folder}/{path}").leak();
        files.push((&*path, Content::Copy(file)));
    }
    let boot = Disk::new("xfs").label("KEXECLOADER").on(Bus::Virtio);
    let stick = Disk::debian("ext4", TARGET).label("late").on(Bus::Usb);
    let mut steps = vec![
        line(&["modules for this machine's devices are in", &folder]),
        line(&[WAITING, "LABEL=late", LEAVE_SEARCH]),
        Step::Plug(1),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=late"));
    play(&Case {
        kernel: GENERIC,
        cmdline: "console=tty0 console=ttyS0 modules=auto",
        files,
        disks: vec![
            boot.file("kexec-loader.cfg", at_once("LABEL=late")),
            stick.late(),
        ],
        steps,
        ..Case::new()
    });
}
