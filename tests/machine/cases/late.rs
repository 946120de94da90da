//! Disks that are not there when the loader starts.

use super::{TWO, at_once, debian};
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Bus, Disk};
use crate::machine::kernels::{GENERIC, TARGET};
use crate::machine::play::play;
use crate::machine::words::{ENTER, LEAVE_SEARCH, NO_ENTRIES, WAITING};

/// A stick with the configuration and the kernel, plugged in once the loader waits.
#[test]
fn usb_stick_plugged_late_by_uuid() {
    const UUID: &str = "0c5b4bb0-6a4f-4ea4-a0f7-6d1ff2a3c001";
    let root = format!("UUID={UUID}");
    let stick = Disk::debian("ext4", TARGET)
        .option("uuid", UUID)
        .on(Bus::Usb)
        .late();
    let mut steps = vec![
        line(&[WAITING, "UUID=0C5B4BB0-6a4f", LEAVE_SEARCH]),
        Step::Plug(0),
    ];
    let cmdline = format!("console=ttyS0 by {root}");
    steps.extend(boots("Debian", TARGET, &cmdline));
    play(&Case {
        kernel: GENERIC,
        cmdline: "console=tty0 console=ttyS0 root=UUID=0C5B4BB0-6a4f-4ea4-a0f7-6d1ff2a3c001",
        modules: &[
            "xhci-pci",
            "usb-storage",
            "sd_mod",
            "ext4",
            "crc32c_generic",
        ],
        disks: vec![stick.file("kexec-loader.cfg", at_once(&root))],
        steps,
        ..Case::new()
    });
}

#[test]
fn no_disk_then_one_is_plugged_in() {
    let disk = Disk::debian("ext4", TARGET).label("KexecLoader").late();
    let mut steps = vec![line(&[WAITING, "kexecloader", LEAVE_SEARCH]), Step::Plug(0)];
    steps.extend(boots(
        "Debian",
        TARGET,
        "console=ttyS0 by LABEL=KEXECLOADER",
    ));
    play(&Case {
        disks: vec![disk.file("kexec-loader.cfg", at_once("LABEL=KEXECLOADER"))],
        steps,
        ..Case::new()
    });
}

/// The configuration is there at once, the disk that its entry names is not.
#[test]
fn disk_of_an_entry_is_waited_for() {
    let mut steps = vec![
        line(&[WAITING, "LABEL=debian", LEAVE_SEARCH]),
        Step::Plug(1),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"));
    play(&Case {
        disks: vec![Disk::boot(&at_once("LABEL=debian")), debian().late()],
        steps,
        ..Case::new()
    });
}

/// A key leaves the search for an empty menu, which finds the disk when asked again.
#[test]
fn search_left_by_a_key_and_taken_up_again() {
    let disk = Disk::debian("ext4", TARGET).label("debian").late();
    let steps = vec![
        line(&[WAITING]),
        Step::Type(" "),
        row(&[NO_ENTRIES]),
        Step::Plug(0),
        Step::Type("r"),
        Step::Chosen("First".into()),
        Step::Type("2"),
        Step::Chosen("Second Title".into()),
        Step::Type(ENTER),
    ];
    let config = TWO.replace("timeout 2", "timeout off");
    play(&Case {
        disks: vec![disk.file("kxloader.cfg", config)],
        steps: [steps, boots("Second Title", TARGET, "console=ttyS0 second")].concat(),
        ..Case::new()
    });
}
