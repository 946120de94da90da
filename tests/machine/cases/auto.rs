//! Modules for what a machine has, out of a distribution's folder with all there are.

use super::at_once;
use super::loops::stick;
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, GENERIC, STAGE, TARGET};
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

/// All of Debian's modules are on the boot disk. The kernel is on a stick, on XFS; its ramdisk on a FAT disk behind AHCI: neither the drivers nor the file systems are in.
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

/// The same folder, a part of it, is in the initramfs; the boot disk is XFS behind virtio. The
/// kernel is on a stick that comes late, on a hub, and its ramdisk on a disk that comes later, on a
/// card: each has its drivers behind another's.
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
    let stick = Disk::debian("ext4", TARGET).label("late").on(Bus::UsbHub);
    let other = Disk::debian("ext4", TARGET).label("later").on(Bus::HotCard);
    let config = at_once("LABEL=late").replace("initrd /", "initrd (LABEL=later)/");
    let mut steps = vec![
        line(&["modules for this machine's devices are in", &folder]),
        line(&[WAITING, "LABEL=late", LEAVE_SEARCH]),
        Step::Plug(1),
        line(&[WAITING, "LABEL=later", LEAVE_SEARCH]),
        Step::Plug(2),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=late"));
    play(&Case {
        kernel: GENERIC,
        cmdline: "console=tty0 console=ttyS0 modules=auto",
        files,
        disks: vec![
            boot.file("kexec-loader.cfg", config),
            stick.late(),
            other.late(),
        ],
        steps,
        ..Case::new()
    });
}

/// Modules without any list: what each is for is in itself. One that no device asks for stays
/// out; the driver of a disk image is put in with the image, and that of what is in it.
#[test]
fn modules_that_say_themselves_what_they_are_for() {
    let names = [
        "xhci-pci",
        "usb-storage",
        "sd_mod",
        "vfat",
        "nls_cp437",
        "nls_iso8859-1",
        "nls_ascii",
        "loop",
        "isofs",
        "null_blk",
        "ohci-pci",
    ];
    let inner = Disk::debian("iso9660", TARGET).label("CD");
    let config = at_once("LABEL=CD").replace(
        "timeout 0",
        "timeout off\nmodules auto\nloop (LABEL=STICK)/cd.iso",
    );
    let modules = kernels::modules(STAGE, &names);
    let boot = modules.iter().fold(Disk::boot(&config), |boot, module| {
        let path = format!("modules/{}.ko", kernels::stem(module));
        boot.file(&path, Content::Bytes(kernels::plain(module)))
    });
    let mut steps = vec![
        row(&[">  1  Debian"]),
        Step::Type("clsmod\r"),
        row(&["loop"]),
        row(&["usb_storage"]),
        Step::Never("null_blk"),
        Step::Never("ohci"),
        Step::Type("exit\r"),
        row(&["Enter boots"]),
        Step::Type("\r"),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=CD"));
    play(&Case {
        disks: vec![boot, stick(&inner, "cd.iso")],
        steps,
        ..Case::new()
    });
}
