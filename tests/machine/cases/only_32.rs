//! What only 32-bit machines are: old, and small.

use crate::cases::{TWO, at_once};
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::play::play;
use crate::machine::words::{
    COUNTDOWN, ENTER, LEAVE_SEARCH, NAME, NO_ENTRIES, NOT_FOUND, STARTING, WAITING,
};
use crate::machine::{kernels, loader, tool};

/// The menu on a 486 with 16 MB, its disk behind ATA; and one entry that cannot boot.
#[test]
fn menu_on_a_486() {
    let config = TWO.replace("LABEL=debian", "LABEL=KEXECLOADER");
    play(&Case {
        cpu: "486",
        memory: 16,
        modules: &["ata_piix", "sd_mod"],
        disks: vec![Disk::boot(&config).on(Bus::Ide)],
        steps: vec![
            row(&[COUNTDOWN]),
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Chosen("First".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
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

/// On a 486 with 16 MB the small kernel starts itself, and the loader in it comes up
/// again: what Debian has for 32 bits, busybox too, needs a later processor.
#[test]
fn small_kernel_on_a_486() {
    let name = format!("loader-{}", std::process::id());
    let ramdisk = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let paths = [&ramdisk, &loader()].map(|path| path.display().to_string());
    tool("stage1.sh", &paths);
    let bytes = std::fs::read(&ramdisk).expect("a ramdisk");
    std::fs::remove_file(&ramdisk).expect("a ramdisk");
    let disk = Disk::boot(&at_once("LABEL=KEXECLOADER"))
        .file("boot/vmlinuz", kernels::image(kernels::STAGE))
        .file("boot/target.img", Content::Bytes(bytes));
    play(&Case {
        cpu: "486",
        memory: 16,
        modules: &["ata_piix", "sd_mod"],
        disks: vec![disk.on(Bus::Ide)],
        steps: vec![
            line(&[NAME]),
            line(&[STARTING, "Debian"]),
            line(&[NAME]),
            row(&[WAITING, LEAVE_SEARCH]),
            Step::Type(" "),
            row(&[NO_ENTRIES]),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}
