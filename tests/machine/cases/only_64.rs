//! What only 64-bit machines can do: load kernels in two ways, and read NTFS, which
//! Debian's newer kernel has a driver for and its 32-bit one has not.

use crate::cases::file_systems::boots_from;
use crate::cases::images::too_large;
use crate::cases::media::{CONFIG, WANTED, boots_kernel_from, config, floppy};
use crate::cases::{at_once, debian};
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Firmware, Start, Step, boots, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{GENERIC, TARGET, image, release};
use crate::machine::play::play;
use crate::machine::words::{BLANK, STARTING};
use crate::machine::{of_debian, target_for};

/// A 32-bit kernel, which a 64-bit loader starts as well.
#[test]
fn kernel_of_32_bits() {
    const KERNEL: &str = "generic-686";
    let ramdisk = Content::Bytes(target_for(Arch::I386, &[]));
    let disk = Disk::new("ext4")
        .label("debian")
        .file("boot/vmlinuz", image(KERNEL))
        .file("boot/target.img", ramdisk);
    play(&Case {
        disks: vec![Disk::boot(&at_once("LABEL=debian")), disk],
        steps: boots("Debian", KERNEL, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// Both would be in memory: the ramdisk, and the kernel's own copy of it.
#[test]
fn more_memory_than_is_free() {
    let refusal = ["cannot boot First: it needs", "MB are free"];
    too_large("console=tty0 console=ttyS0 kexec=file", &refusal);
}

/// Two ramdisks, which `kexec_file_load` would have in memory three times: joined, read, and
/// copied. There is no room for that, or they are more than half of memory; by `kexec_load`
/// they are there once.
fn large_ramdisks(megabytes: usize) {
    let zeroes = Content::Bytes(vec![0; megabytes << 20]);
    let mut config = at_once("LABEL=debian");
    config.push_str(" initrd /first\n initrd /second\n");
    let disk = debian().file("first", zeroes.clone());
    play(&Case {
        memory: 256,
        disks: vec![Disk::boot(&config), disk.file("second", zeroes)],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

#[test]
fn memory_for_ramdisks_but_not_for_their_copies() {
    large_ramdisks(24);
}

#[test]
fn ramdisks_and_kernel_more_than_half_of_memory() {
    large_ramdisks(28);
}

/// A hypervisor by Multiboot, and Debian as the first domain on it.
#[test]
fn xen() {
    let hypervisor = of_debian("xen-hypervisor-4.17-amd64", "boot/xen-4.17-amd64.gz");
    let config = "timeout 0\ntitle Xen\n root LABEL=debian\n kernel /boot/xen.gz\n \
                  cmdline com1=115200,8n1 console=com1 dom0_mem=512M\n \
                  module /boot/vmlinuz console=hvc0 of the first domain\n \
                  module /boot/target.img\n";
    let disk = Disk::debian("ext4", GENERIC).label("debian");
    play(&Case {
        memory: 1024,
        disks: vec![Disk::boot(config), disk.file("boot/xen.gz", hypervisor)],
        steps: vec![
            line(&[STARTING, "Xen", BLANK]),
            line(&["(XEN) Command line: com1=115200,8n1 console=com1 dom0_mem=512M"]),
            line(&["TARGET kernel", &release(GENERIC)]),
            line(&["TARGET cmdline console=hvc0 of the first domain"]),
            line(&["TARGET done"]),
            Step::Ends,
        ],
        ..Case::new()
    });
}

#[test]
fn ntfs3() {
    boots_from("ntfs3", "LABEL=files", &["virtio_blk", "ntfs3"]);
}

/// Debian 12's own kernel.
#[test]
fn kernel_of_debian_12_from_a_floppy() {
    boots_kernel_from(floppy(), "generic-6.1");
}

/// A 32-bit kernel, from the 64-bit floppy.
#[test]
fn kernel_of_32_bits_from_a_floppy() {
    const KERNEL: &str = "generic-686";
    let ramdisk = Content::Bytes(target_for(Arch::I386, &[]));
    let disk = Disk::new("vfat")
        .label("DEBIAN")
        .file("boot/vmlinuz", image(KERNEL))
        .file("boot/target.img", ramdisk);
    play(&Case {
        on_medium: config(CONFIG),
        disks: vec![disk.on(Bus::Usb)],
        steps: boots("Debian", KERNEL, WANTED),
        ..floppy()
    });
}

/// A machine without a BIOS. Its screen is a picture, so the serial line has to do.
fn boots_by_efi(start: Start) {
    let disk = Disk::debian("vfat", TARGET).label("DEBIAN");
    let mut steps = vec![row(&["starting in "])];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        start,
        firmware: Firmware::Efi,
        on_medium: config(CONFIG),
        disks: vec![disk.on(Bus::Virtio)],
        steps,
        ..Case::new()
    });
}

#[test]
fn efi_and_a_usb_stick() {
    boots_by_efi(Start::UsbStick("-stick.img"));
}

#[test]
fn efi_and_a_cd() {
    boots_by_efi(Start::Cd(".iso"));
}

/// The one file, put on a stick by its user: no modules but those in it.
#[test]
fn efi_and_the_file_alone() {
    boots_by_efi(Start::UsbStick(".efi"));
}
