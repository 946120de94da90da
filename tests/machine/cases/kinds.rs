//! Disks of every kind that QEMU has: the driver is a module in an archive, and a kernel is
//! booted from the disk. Others are in `media.rs`, behind the drivers that the boot media have.

use super::modules::packed;
use super::{at_once, debian};
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, GENERIC, TARGET};
use crate::machine::play::play;
use crate::machine::words::NO_DISK;

/// An archive of modules of Debian's kernel as they are, with those they need.
fn archive(names: &[&str]) -> Content {
    let modules = kernels::modules(GENERIC, names);
    assert!(!modules.is_empty(), "{names:?} are no modules");
    let files = modules.into_iter().map(|module| {
        let name = module.file_name().expect("a name");
        (name.display().to_string(), module.into())
    });
    packed(files, "tar -cf - .")
}

/// Boots a kernel from a disk of this kind and file system.
fn boots_from(bus: Bus, kind: &'static str, modules: &[&str]) {
    let config = at_once("LABEL=KINDS");
    let disk = Disk::debian(kind, TARGET).label("KINDS");
    // A memory card's size is a power of two.
    let disk = match bus {
        Bus::Mmc => disk.option("size", "64"),
        _ => disk,
    };
    play(&Case {
        kernel: GENERIC,
        files: vec![
            ("kexec-loader.cfg", config.into()),
            ("modules/drivers.tar", archive(modules)),
        ],
        disks: vec![disk.on(bus)],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=KINDS"),
        ..Case::new()
    });
}

#[test]
fn nvme() {
    boots_from(Bus::Nvme, "ext4", &["nvme", "ext4", "crc32c_generic"]);
}

#[test]
fn virtio_scsi() {
    let modules = [
        "virtio_pci",
        "virtio_scsi",
        "sd_mod",
        "vfat",
        "nls_cp437",
        "nls_ascii",
    ];
    boots_from(Bus::VirtioScsi, "vfat", &modules);
}

#[test]
fn memory_card() {
    let modules = ["sdhci-pci", "mmc_block", "vfat", "nls_cp437", "nls_ascii"];
    boots_from(Bus::Mmc, "vfat", &modules);
}

#[test]
fn cd() {
    boots_from(Bus::Cd, "iso9660", &["ata_piix", "sr_mod", "isofs"]);
}

/// Both files do not fit on one.
#[test]
fn floppy() {
    let config = "timeout 0\ntitle Debian\n root LABEL=debian\n kernel (fd0)/vmlinuz\n \
                  initrd /boot/target.img\n cmdline console=ttyS0 of fd0\n";
    let floppy = Disk::new("vfat")
        .option("size", "2880K")
        .file("vmlinuz", kernels::image(TARGET));
    let modules = [
        "floppy",
        "vfat",
        "nls_cp437",
        "nls_ascii",
        "nvme",
        "ext4",
        "crc32c_generic",
    ];
    play(&Case {
        kernel: GENERIC,
        files: vec![
            ("kexec-loader.cfg", config.into()),
            ("modules/drivers.tar", archive(&modules)),
        ],
        disks: vec![floppy.on(Bus::Floppy), debian()],
        steps: boots("Debian", TARGET, "console=ttyS0 of fd0"),
        ..Case::new()
    });
}

/// Which QEMU has not: the drivers are there, and wait for a disk.
#[test]
fn firewire() {
    let modules = ["firewire-ohci", "firewire-sbp2", "sd_mod"];
    play(&Case {
        kernel: GENERIC,
        files: vec![
            ("kexec-loader.cfg", "title None\n kernel /none\n".into()),
            ("modules/firewire.tar", archive(&modules)),
        ],
        steps: vec![
            row(&["None"]),
            Step::Type("clsmod\r"),
            row(&["firewire_sbp2"]),
            row(&["firewire_ohci"]),
            Step::Never("not inserted"),
        ],
        ..Case::new()
    });
}

/// A stick that is pulled out while the menu is up: an entry on it says so, until it is there
/// again.
#[test]
fn stick_pulled_out_and_put_in_again() {
    let config = at_once("LABEL=KINDS").replace("timeout 0", "timeout off");
    let stick = Disk::debian("vfat", TARGET).label("KINDS").on(Bus::Usb);
    let steps = comes_again("LABEL=KINDS");
    play(&Case {
        modules: &[
            "xhci-pci",
            "usb-storage",
            "sd_mod",
            "vfat",
            "nls_cp437",
            "nls_ascii",
        ],
        files: vec![("kexec-loader.cfg", config.into())],
        disks: vec![stick],
        steps,
        ..Case::new()
    });
}

/// The first disk is pulled out while the menu is up, and put in again; then the entry that is on
/// what this name means is booted.
pub(crate) fn comes_again(root: &str) -> Vec<Step> {
    let mut steps = vec![
        row(&[">  1  Debian"]),
        Step::Unplug(0),
        row(&["!Debian"]),
        row(&[NO_DISK, root]),
        Step::Plug(0),
        row(&[">  1  Debian"]),
        Step::Gone(NO_DISK),
        Step::Type("\r"),
    ];
    let cmdline = format!("console=ttyS0 by {root}");
    steps.extend(boots("Debian", TARGET, &cmdline));
    steps
}
