//! What only 32-bit machines are: old, and small.

use crate::cases::media::{CONFIG, boots_kernel_from, config, floppy};
use crate::cases::{at_once, memory};
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Bus, Disk};
use crate::machine::kernels::image;
use crate::machine::play::play;
use crate::machine::words::{ENTER, NOT_FOUND};

/// The menu on a 486 with 16 MB, and one entry that cannot boot.
#[test]
fn menu_on_a_486() {
    play(&Case {
        cpu: "486",
        ..memory::menu(16)
    });
}

/// The same without PCI: a disk at the addresses it has had since the AT.
#[test]
fn menu_without_pci() {
    let config = at_once("LABEL=KEXECLOADER");
    play(&Case {
        machine: "isapc",
        cpu: "486",
        memory: 16,
        modules: &["pata_legacy", "sd_mod"],
        disks: vec![Disk::boot(&config).on(Bus::Ide)],
        steps: vec![
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Chosen("Debian".into()),
            Step::Type(ENTER),
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// A 64-bit kernel, on a processor that can run it; Debian's runs 32-bit programs too.
#[test]
fn kernel_of_64_bits() {
    const KERNEL: &str = "cloud-6.12";
    play(&Case {
        emulator: Arch::X86_64,
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            Disk::debian("ext4", KERNEL).label("debian"),
        ],
        steps: boots("Debian", KERNEL, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// A kernel started on a 486 with 16 MB.
#[test]
fn small_kernel_on_a_486() {
    play(&Case {
        cpu: "486",
        ..memory::itself(16)
    });
}

/// On the processor after it, and with as little.
#[test]
fn small_kernel_on_a_pentium() {
    play(&Case {
        cpu: "pentium",
        ..memory::itself(16)
    });
}

/// A 64-bit kernel that has the loader for 32 bits in its initramfs: the menu is there, and
/// that nothing can be started is said.
#[test]
fn loader_of_32_bits_on_a_kernel_of_64() {
    const KERNEL: &str = "cloud-6.12";
    play(&Case {
        emulator: Arch::X86_64,
        kernel: KERNEL,
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            Disk::debian("ext4", KERNEL).label("debian"),
        ],
        steps: vec![
            row(&["cannot load the kernel", "64-bit loader"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// A 64-bit kernel, on a processor that cannot run it: it would stop without a word.
#[test]
fn kernel_of_64_bits_on_a_processor_of_32() {
    let disk = Disk::new("ext4").label("debian");
    let disk = disk.file("boot/vmlinuz", image("cloud-6.12"));
    play(&Case {
        cpu: "pentium3",
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/target.img", ""),
        ],
        steps: vec![
            row(&["cannot start /boot/vmlinuz", "the processor has 32"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// The floppy for the 486 starts a 64-bit kernel, on a processor that can run it: Debian 12's.
#[test]
fn kernel_of_64_bits_from_a_floppy() {
    boots_kernel_from(
        Case {
            emulator: Arch::X86_64,
            ..floppy()
        },
        "generic-6.1",
    );
}

/// The floppy's menu without PCI, on a 486.
#[test]
fn floppy_without_pci() {
    let config = config(&CONFIG.replace("LABEL=DEBIAN", "LABEL=KEXECLOADER"));
    play(&Case {
        machine: "isapc",
        cpu: "486",
        memory: 16,
        on_medium: config,
        steps: vec![
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..floppy()
    });
}
