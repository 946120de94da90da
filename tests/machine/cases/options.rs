//! What the kernel's command line and the initramfs may say.

use super::{TWO, at_once, debian};
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Content, Disk};
use crate::machine::kernels::{self, TARGET};
use crate::machine::play::play;
use crate::machine::target;
use crate::machine::words::{COUNTDOWN, WAITING};

#[test]
fn boot_index() {
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 boot_index=1",
        disks: vec![
            Disk::boot(&TWO.replace("timeout 2", "timeout off")),
            debian(),
        ],
        steps: boots("Second Title", TARGET, "console=ttyS0 second"),
        ..Case::new()
    });
}

#[test]
fn boot_target_with_spaces() {
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 boot_target=\"Second Title\"",
        disks: vec![
            Disk::boot(&TWO.replace("timeout 2", "timeout off")),
            debian(),
        ],
        steps: boots("Second Title", TARGET, "console=ttyS0 second"),
        ..Case::new()
    });
}

/// A configuration in the initramfs is the one, whatever a boot disk says.
#[test]
fn configuration_in_the_initramfs() {
    let other = Disk::boot("timeout 0\ntitle Wrong\n root LABEL=debian\n kernel /none\n");
    play(&Case {
        files: vec![("kexec-loader.cfg", at_once("LABEL=debian").into())],
        disks: vec![other, debian()],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// `/noboot`: no boot disk is looked for; what there is is in the initramfs, here even
/// the kernel.
#[test]
fn noboot() {
    let config = at_once("rootfs").replace("timeout 0", "timeout 3");
    let mut steps = vec![row(&[COUNTDOWN]), Step::Never(WAITING)];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by rootfs"));
    play(&Case {
        files: vec![
            ("noboot", "".into()),
            ("kexec-loader.cfg", config.into()),
            ("boot/vmlinuz", kernels::image(TARGET).into()),
            ("boot/target.img", Content::Bytes(target(&[]))),
        ],
        steps,
        ..Case::new()
    });
}

/// The older name counts more than `root=`; our files are in a folder; the countdown is
/// another one; and every message is copied to the second serial line.
#[test]
fn folder_countdown_and_copy() {
    let config = at_once("LABEL=debian").replace("timeout 0", "timeout off");
    let disk = Disk::new("ext4").label("own");
    let mut steps = vec![
        row(&[COUNTDOWN]),
        Step::Aside("starting Debian; the screen may stay blank"),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"));
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 root=LABEL=none kexec_root=ext4:LABEL=own \
                  rootdir=/loader timeout=1 debug_tty=/dev/ttyS1",
        disks: vec![disk.file("loader/kexec-loader.cfg", config), debian()],
        steps,
        ..Case::new()
    });
}
