//! What only 32-bit machines are: old, and small.

use crate::cases::{TWO, at_once};
use crate::machine::case::{Case, Step, row};
use crate::machine::disk::{Bus, Disk};
use crate::machine::play::play;
use crate::machine::words::{COUNTDOWN, ENTER, NOT_FOUND};

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
