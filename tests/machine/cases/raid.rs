//! Arrays of Linux' software RAID, which `mdadm` has made, and which the kernel of Debian for any
//! machine puts together.

use super::at_once;
use super::auto::with_modules;
use super::kinds::comes_again;
use crate::machine::case::{Case, boots, boots_with, line};
use crate::machine::disk::{Bus, Content, Disk, arrays};
use crate::machine::kernels::{self, GENERIC, GENERIC_OLD, TARGET};
use crate::machine::play::play;
use crate::machine::target;

/// What the loader starts from: its own configuration is on the array too.
fn on_array(root: &str) -> Disk {
    Disk::debian("ext4", TARGET)
        .label("KEXECLOADER")
        .file("kexec-loader.cfg", at_once(root))
}

/// A machine with some members of an array.
fn case(modules: &'static [&'static str], disks: Vec<Disk>) -> Case {
    Case {
        kernel: GENERIC,
        modules,
        disks,
        ..Case::new()
    }
}

/// The kernel is read from what is left of a RAID 5: a third of it is computed.
#[test]
fn raid5_without_one_disk() {
    let mut disks =
        on_array("md/root").members("root", 3, 2, "--level=5 --metadata=1.2 --chunk=64");
    disks.remove(1);
    let mut steps = vec![line(&["array md/root is started without 1 of its 3 disks"])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by md/root"));
    play(&Case {
        steps,
        ..case(&["nvme", "ext4", "crc32c_generic", "raid456"], disks)
    });
}

/// What is at the beginning of each half looks like the whole file system, and is not mounted: the
/// superblock is at the end. The array has a number, and no name.
#[test]
fn raid1_of_the_old_format() {
    let disks = on_array("md127").members(
        "old",
        2,
        1,
        "--level=1 --metadata=0.90 --assume-clean --bitmap=internal",
    );
    play(&Case {
        steps: boots("Debian", TARGET, "console=ttyS0 by md127"),
        ..case(&["nvme", "ext4", "crc32c_generic", "raid1"], disks)
    });
}

/// A RAID 0 with a partition.
fn partitioned() -> Vec<Disk> {
    let source = on_array("md/0p1").option("table", "gpt");
    let options = "--level=0 --metadata=1.2 --chunk=64 --uuid=01234567:89abcdef:02468ace:13579bdf";
    source.members("0", 2, 2, options)
}

/// A partition on a RAID 0, by its name and by the number that is the array's name.
#[test]
fn partition_on_raid0() {
    play(&Case {
        steps: boots("Debian", TARGET, "console=ttyS0 by md/0p1"),
        ..case(&["nvme", "ext4", "crc32c_generic", "raid0"], partitioned())
    });
}

/// The same by GRUB's names, in a file of GRUB's on another disk.
#[test]
fn array_as_grub_calls_it() {
    let config = "set timeout=0\nmenuentry Debian {\n \
        set root='mduuid/0123456789abcdef02468ace13579bdf,gpt1'\n \
        linux /boot/vmlinuz console=ttyS0 by grub\n initrd (md/0,1)/boot/target.img\n}\n";
    let mut disks = partitioned();
    disks.push(Disk::new("ext4").file("boot/grub/grub.cfg", config));
    play(&Case {
        files: vec![("kexec-loader.cfg", "autodetect grub2\n".into())],
        steps: boots("Debian", TARGET, "console=ttyS0 by grub"),
        ..case(&["nvme", "ext4", "crc32c_generic", "raid0"], disks)
    });
}

/// What is for arrays of any kind, of Debian's modules; beside it what drives the disks.
const FOLDERS: [&str; 7] = [
    "kernel/drivers/md",
    "kernel/drivers/block",
    "kernel/drivers/virtio",
    "kernel/crypto",
    "kernel/arch/x86/crypto",
    "kernel/lib",
    "kernel/fs/ext4",
];

/// Nobody names the drivers of disks and arrays: they are among the modules on the boot disk.
#[test]
fn raid5_whose_driver_comes_on_demand() {
    let config = at_once("md/root").replace("timeout 0", "timeout 0\nmodules auto");
    let array = Disk::debian("ext4", TARGET).label("array");
    let options = "--level=5 --metadata=1.2 --chunk=64";
    let mut disks = vec![with_modules(Disk::boot(&config), &FOLDERS)];
    let members = array.members("root", 3, 2, options).into_iter();
    disks.extend(members.map(|disk| disk.on(Bus::Virtio)));
    let mut steps = vec![line(&["array md/root (raid5) is md"])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by md/root"));
    play(&Case {
        steps,
        ..case(&["nvme", "ext4", "crc32c_generic"], disks)
    });
}

/// One entry whose kernel and ramdisks each come from another array: of every level that the cases
/// above leave out, some without disks, and with superblocks at either end.
#[test]
fn one_entry_of_four_arrays() {
    let kernel = Disk::new("ext4").option("size", "32");
    let kernel = kernel.file("boot/vmlinuz", kernels::image(TARGET));
    let ramdisk = |name| {
        let content = Content::Bytes(target(&[(name, "came")]));
        let disk = Disk::new("ext4").option("size", "8");
        disk.file("target.img", content)
    };
    let made = arrays(&[
        (&kernel, "k", 3, 2, "--level=4 --metadata=1.0 --chunk=64"),
        (&ramdisk("six"), "six", 4, 2, "--level=6 --metadata=1.1"),
        (&ramdisk("ten"), "ten", 4, 2, "--level=10 --metadata=1.2"),
        (
            &ramdisk("all"),
            "all",
            2,
            2,
            "--level=linear --metadata=1.0",
        ),
    ]);
    let mut disks: Vec<_> = made.into_iter().flatten().collect();
    // Two of the RAID 6, one of the RAID 10.
    for gone in [8, 5, 3] {
        disks.remove(gone);
    }
    let config = "timeout 0\ntitle Debian\n kernel (md/k)/boot/vmlinuz\n \
        initrd (md/six)/target.img\n initrd (md/ten)/target.img\n \
        initrd (md/all)/target.img\n cmdline console=ttyS0 of four\n";
    let mut steps = vec![line(&["array md/ten is started without 1 of its 4 disks"])];
    steps.extend(boots_with(
        "Debian",
        TARGET,
        "console=ttyS0 of four",
        &["all came", "six came", "ten came"],
    ));
    play(&Case {
        kernel: GENERIC_OLD,
        files: vec![("kexec-loader.cfg", config.into())],
        steps,
        ..case(
            &[
                "nvme",
                "ext4",
                "crc32c_generic",
                "linear",
                "raid10",
                "raid456",
            ],
            disks,
        )
    });
}

/// A RAID 0 of two sticks is stopped when one is pulled out, and started anew when it is there
/// again.
#[test]
fn raid0_of_sticks_one_of_which_comes_again() {
    let config = at_once("md/root").replace("timeout 0", "timeout off");
    let array = Disk::debian("ext4", TARGET).label("array");
    let options = "--level=0 --metadata=1.2 --chunk=64";
    let members = array.members("root", 2, 2, options).into_iter();
    let disks = members.map(|disk| disk.on(Bus::Usb)).collect();
    play(&Case {
        kernel: GENERIC,
        modules: &[
            "xhci-pci",
            "usb-storage",
            "sd_mod",
            "ext4",
            "crc32c_generic",
            "raid0",
        ],
        files: vec![("kexec-loader.cfg", config.into())],
        disks,
        steps: comes_again("md/root"),
        ..Case::new()
    });
}
