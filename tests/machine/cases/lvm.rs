//! Kernels on logical volumes, which LVM2 itself has made.

use super::at_once;
use super::auto::with_modules;
use super::kinds::comes_again;
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Bus, Disk, group};
use crate::machine::kernels::{GENERIC, TARGET};
use crate::machine::play::play;

/// What Debian's kernel needs for them.
const MODULES: [&str; 5] = [
    "virtio_pci",
    "virtio_blk",
    "ext4",
    "crc32c_generic",
    "dm_mod",
];

/// A kernel on a volume that the commands make, which is found by this name.
fn boots_from(commands: &str, root: &str) {
    let (folder, mut disks) = group(commands, "deb-vg/root-1", TARGET, 2);
    for disk in &mut disks {
        disk.bus = Bus::Virtio;
    }
    play(&Case {
        kernel: GENERIC,
        modules: &MODULES,
        files: vec![("kexec-loader.cfg", at_once(root).into())],
        disks,
        steps: boots("Debian", TARGET, &format!("console=ttyS0 by {root}")),
        ..Case::new()
    });
    drop(folder);
}

#[test]
fn linear_over_two_disks() {
    // The second part comes before the first on its disk.
    boots_from(
        "lvcreate -n other -l 10 -Zn -Wn deb-vg /dev/vdb
         lvcreate -n root-1 -l 16 -Zn -Wn deb-vg",
        // As GRUB calls it.
        "lvm/deb--vg-root--1",
    );
}

#[test]
fn striped() {
    boots_from(
        "lvcreate -n root-1 -i 2 -I 64k -l 16 -Zn -Wn deb-vg",
        "/dev/mapper/deb--vg-root--1",
    );
}

#[test]
fn raid1_volume() {
    boots_from(
        "lvcreate -n root-1 --type raid1 -m 1 --nosync -l 13 -Zn -Wn deb-vg",
        "LABEL=files",
    );
}

/// Nobody names the drivers of disks and volumes: they are among the modules on the boot disk. The
/// volume is kept twice, as it was before there was `raid1`.
#[test]
fn mirror_whose_driver_comes_on_demand() {
    let config = at_once("deb-vg/root-1").replace("timeout 0", "timeout 0\nmodules auto");
    let mirror = "lvcreate -n root-1 --type mirror -m 1 --mirrorlog core --nosync -l 13 \
         -Zn -Wn deb-vg";
    let (folder, group) = group(mirror, "deb-vg/root-1", TARGET, 2);
    let folders = ["md", "dax", "block", "virtio"].map(|name| format!("kernel/drivers/{name}"));
    let folders: Vec<_> = folders.iter().map(String::as_str).collect();
    let mut disks = vec![with_modules(Disk::boot(&config), &folders)];
    disks.extend(group.into_iter().map(|disk| disk.on(Bus::Virtio)));
    let mut steps = vec![line(&["volume deb-vg/root-1 is mapped"])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by deb-vg/root-1"));
    play(&Case {
        kernel: GENERIC,
        modules: &["nvme", "ext4", "crc32c_generic"],
        disks,
        steps,
        ..Case::new()
    });
    drop(folder);
}

/// The first of two copies is taken away before anything is written: nothing is on it, and the
/// kernel has said so beside the other one.
#[test]
fn copy_that_is_out_of_date_is_left_out() {
    let stale = "lvcreate -n root-1 --type raid1 -m 1 --nosync -l 13 -Zn -Wn deb-vg
         dmsetup table deb--vg-root--1 | $b sed 's/ 2 [0-9:]* [0-9:]* / 2 - - /' >/tmp/table
         dmsetup reload deb--vg-root--1 /tmp/table
         dmsetup resume deb--vg-root--1";
    let (folder, mut disks) = group(stale, "deb-vg/root-1", TARGET, 2);
    for disk in &mut disks {
        disk.bus = Bus::Virtio;
    }
    let told = "a copy of volume deb-vg/root-1 is out of date, and is left out";
    let mut steps = vec![line(&[told])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by deb-vg/root-1"));
    play(&Case {
        kernel: GENERIC,
        modules: &MODULES,
        files: vec![("kexec-loader.cfg", at_once("deb-vg/root-1").into())],
        disks,
        steps,
        ..Case::new()
    });
    drop(folder);
}

/// A stick with a physical volume takes the logical one with it when it is pulled out while the
/// menu is up: an entry on that says so, until it is there again.
#[test]
fn volume_of_a_stick_that_comes_again() {
    let config = at_once("deb-vg/root-1").replace("timeout 0", "timeout off");
    let linear = "lvcreate -n root-1 -l 13 -Zn -Wn deb-vg";
    let (folder, mut disks) = group(linear, "deb-vg/root-1", TARGET, 1);
    disks[0].bus = Bus::Usb;
    play(&Case {
        kernel: GENERIC,
        modules: &STICK,
        files: vec![("kexec-loader.cfg", config.into())],
        disks,
        steps: comes_again("deb-vg/root-1"),
        ..Case::new()
    });
    drop(folder);
}

/// Of a volume that is kept twice, the other copy is read when the stick with the first is pulled out.
#[test]
fn other_copy_when_a_stick_is_pulled_out() {
    let config = at_once("deb-vg/root-1").replace("timeout 0", "timeout off");
    let twice = "lvcreate -n root-1 --type raid1 -m 1 --nosync -l 13 -Zn -Wn deb-vg";
    let (folder, mut disks) = group(twice, "deb-vg/root-1", TARGET, 2);
    for disk in &mut disks {
        disk.bus = Bus::Usb;
    }
    let mapped = Step::Aside("volume deb-vg/root-1 is mapped");
    let mut steps = vec![
        mapped.clone(),
        row(&[">  1  Debian"]),
        Step::Unplug(0),
        Step::Aside("disk dm-0 is gone"),
        mapped,
        Step::Type("\r"),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by deb-vg/root-1"));
    play(&Case {
        kernel: GENERIC,
        cmdline: "console=tty0 console=ttyS0 debug_tty=/dev/ttyS1",
        modules: &STICK,
        files: vec![("kexec-loader.cfg", config.into())],
        disks,
        steps,
        ..Case::new()
    });
    drop(folder);
}

/// What Debian's kernel needs for a volume on a stick.
const STICK: [&str; 6] = [
    "xhci-pci",
    "usb-storage",
    "sd_mod",
    "ext4",
    "crc32c_generic",
    "dm_mod",
];
