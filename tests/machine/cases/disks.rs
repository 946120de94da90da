//! Kernels and ramdisks on disks of all names.

use std::path::Path;
use std::process::Command;

use super::{at_once, debian};
use crate::machine::case::{Case, boots, boots_with};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, OLD, TARGET};
use crate::machine::play::play;
use crate::machine::target;

#[test]
fn fat_by_label() {
    let fat = Disk::debian("vfat", TARGET).label("STICK").on(Bus::Virtio);
    play(&Case {
        modules: &["virtio_blk", "vfat", "nls_cp437", "nls_ascii"],
        disks: vec![Disk::boot(&at_once("LABEL=STICK")), fat],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=STICK"),
        ..Case::new()
    });
}

/// By the GPT's ids for the kernel, and by the older table's for the ramdisk.
#[test]
fn partitions_by_their_ids() {
    const ID: &str = "7a2f9a04-9d60-4d31-9b2d-56a9aa5f7b11";
    let gpt = Disk::debian("ext4", TARGET)
        .option("table", "gpt")
        .option("partuuid", ID);
    let mbr = Disk::new("ext4")
        .option("table", "mbr")
        .option("partuuid", "1badb002-01");
    let config = format!(
        "timeout 0\ntitle Debian\n root PARTUUID={ID}\n kernel /boot/vmlinuz\n \
         initrd (PARTLABEL=Boot files)/boot/target.img\n \
         initrd (PARTUUID=1badb002-01)/more.img\n cmdline console=ttyS0\n"
    );
    play(&Case {
        disks: vec![
            Disk::boot(&config),
            gpt.option("partlabel", "Boot files"),
            mbr.file("more.img", Content::Bytes(target(&[("more", "of it")]))),
        ],
        steps: boots_with("Debian", TARGET, "console=ttyS0", &["more of it"]),
        ..Case::new()
    });
}

/// The first is not a multiple of four bytes long, after which the kernel would not
/// find the second if they were only put end to end.
#[test]
fn two_ramdisks_joined() {
    let mut first = target(&[("first", "one"), ("which", "first")]);
    first.push(0);
    let second = target(&[("second", "two"), ("which", "second")]);
    let config = at_once("LABEL=debian").replace(
        "initrd /boot/target.img\n",
        "initrd /boot/first.img\n initrd /boot/second.img\n",
    );
    let disk = debian()
        .file("boot/first.img", Content::Bytes(first))
        .file("boot/second.img", Content::Bytes(second));
    let files = ["first one", "second two", "which second"];
    play(&Case {
        disks: vec![Disk::boot(&config), disk],
        steps: boots_with("Debian", TARGET, "console=ttyS0 by LABEL=debian", &files),
        ..Case::new()
    });
}

/// The kernel on one disk, an older one of Debian's, and the ramdisk on another.
#[test]
fn kernel_and_ramdisk_on_different_disks() {
    let config = at_once("LABEL=kernels").replace("initrd ", "initrd (LABEL=ramdisks)");
    let ramdisks = Disk::new("ext4").label("ramdisks");
    play(&Case {
        disks: vec![
            Disk::boot(&config),
            Disk::new("ext4")
                .label("kernels")
                .file("boot/vmlinuz", kernels::image(OLD)),
            ramdisks.file(
                "boot/target.img",
                Content::Bytes(target(&[("from", "afar")])),
            ),
        ],
        steps: boots_with(
            "Debian",
            OLD,
            "console=ttyS0 by LABEL=kernels",
            &["from afar"],
        ),
        ..Case::new()
    });
}

/// An ext4 whose journal is to be replayed and which has an inode to be done away
/// with: mounting it read-only, as one does, would write to it.
fn make_dirty(image: &Path) {
    let debugfs = |commands: &str| {
        let script = image.with_extension("debugfs");
        std::fs::write(&script, commands).expect("a file");
        let mut tool = Command::new("/sbin/debugfs");
        let out = tool
            .arg("-w")
            .arg("-f")
            .arg(&script)
            .arg(image)
            .output()
            .expect("debugfs");
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let said = debugfs("stat /orphan\n");
    let inode = said
        .split("Inode: ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    let inode = inode.expect("the number of an inode");
    debugfs(&format!(
        "unlink /orphan\nset_inode_field <{inode}> links_count 0\n\
         set_inode_field <{inode}> dtime 0\nset_super_value last_orphan {inode}\n"
    ));
    let block = image.with_extension("block");
    std::fs::write(&block, [0x5a; 1024]).expect("a file");
    debugfs(&format!(
        "journal_open\njournal_write -b 60000 {}\njournal_close\n",
        block.display()
    ));
}

#[test]
fn dirty_ext4_is_read_and_left_dirty() {
    let disk = debian()
        .file("orphan", "gone".repeat(1000))
        .after(make_dirty);
    play(&Case {
        disks: vec![Disk::boot(&at_once("LABEL=debian")), disk],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}
