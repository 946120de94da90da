//! Disk images as disks: kernels are booted from within.

use super::at_once;
use crate::machine::Folder;
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{ENTER, NO_DISK};

/// What a stick and a file on it take.
const MODULES: &[&str] = &[
    "xhci-pci",
    "usb-storage",
    "sd_mod",
    "vfat",
    "nls_cp437",
    "nls_ascii",
    "loop",
    "ext4",
    "crc32c_generic",
    "isofs",
];

/// A stick with the image of this disk.
pub(super) fn stick(inner: &Disk, path: &str) -> Disk {
    let folder = Folder::new("loop");
    let image = folder.0.join("image");
    inner.make(&image);
    let bytes = std::fs::read(&image).expect("an image");
    Disk::new("vfat")
        .option("size", "160")
        .label("STICK")
        .file(path, Content::Bytes(bytes))
        .on(Bus::Usb)
}

/// A kernel is in a file system in a partition in a file on a stick. With the stick the partition
/// goes, and comes again.
#[test]
fn partition_of_a_disk_image() {
    let inner = Disk::debian("ext4", TARGET)
        .label("INNER")
        .option("table", "gpt");
    let config = at_once("LABEL=INNER").replace(
        "timeout 0",
        "loop (LABEL=STICK)/images/system.img\ntimeout off",
    );
    let mut steps = vec![
        row(&[">  1  Debian"]),
        Step::Unplug(0),
        row(&["!Debian"]),
        row(&[NO_DISK, "LABEL=INNER"]),
        Step::Plug(0),
        row(&[">  1  Debian"]),
        Step::Gone(NO_DISK),
        Step::Type("\r"),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=INNER"));
    play(&Case {
        modules: MODULES,
        files: vec![("kexec-loader.cfg", config.into())],
        disks: vec![stick(&inner, "images/system.img")],
        steps,
        ..Case::new()
    });
}

/// Where nobody waits for a person either: the entry waits for the stick, and what is in its file.
#[test]
fn disk_image_that_comes_late() {
    let inner = Disk::debian("ext4", TARGET)
        .label("INNER")
        .option("table", "mbr");
    let config = format!("loop (LABEL=STICK)/system.img\n{}", at_once("LABEL=INNER"));
    let mut steps = vec![row(&["waiting for LABEL=INNER"]), Step::Plug(0)];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=INNER"));
    play(&Case {
        modules: MODULES,
        files: vec![("kexec-loader.cfg", config.into())],
        disks: vec![stick(&inner, "system.img").late()],
        steps,
        ..Case::new()
    });
}

/// What is a disk only now, by a command.
#[test]
fn iso_file_by_the_shell() {
    let inner = Disk::debian("iso9660", TARGET).label("CD");
    let mut steps = vec![
        row(&["c shell"]),
        Step::Type("c"),
        row(&["exit goes back to the menu"]),
    ];
    for (prompt, text, answer) in [
        ("/> ", "cd (LABEL=STICK)/isos", ""),
        ("(LABEL=STICK)/isos> ", "loop none.iso", "cannot open"),
        (
            "(LABEL=STICK)/isos> ",
            "loop rescue.iso",
            "(LABEL=STICK)/isos/rescue.iso is the disk loop0 now",
        ),
        ("(LABEL=STICK)/isos> ", "root LABEL=CD", ""),
        ("(LABEL=CD)/> ", "kernel /boot/vmlinuz", ""),
        ("(LABEL=CD)/> ", "initrd (loop0)/boot/target.img", ""),
        ("(LABEL=CD)/> ", "cmdline console=ttyS0 by hand", ""),
        ("(LABEL=CD)/> ", "boot", ""),
    ] {
        steps.extend([row(&[prompt]), Step::Type(text), Step::Type(ENTER)]);
        if !answer.is_empty() {
            steps.push(row(&[answer]));
        }
    }
    steps.extend(boots("the edited entry", TARGET, "console=ttyS0 by hand"));
    play(&Case {
        modules: MODULES,
        files: vec![("kexec-loader.cfg", "title None\n kernel /none\n".into())],
        disks: vec![stick(&inner, "isos/rescue.iso").on(Bus::Nvme)],
        steps,
        ..Case::new()
    });
}
