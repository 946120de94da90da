//! The boot media, started by the BIOS and changed by their users, without a kernel or a
//! command line of QEMU's.

use super::memory::floor;
use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Start, Step, boots, line, row, vga_row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{DEBIAN, TARGET};
use crate::machine::media::{archive, sums_twice};
use crate::machine::play::play;
use crate::machine::words::{
    COUNTDOWN, ENTER, LEAVE_SEARCH, NAME, NO_ENTRIES, NOT_FOUND, OTHER_KERNEL, STARTING, WAITING,
};

/// What the user has written into the configuration of a medium.
pub(crate) const CONFIG: &str = "timeout 2\r\ntitle Debian\r\n root LABEL=DEBIAN\r\n \
                      kernel /boot/vmlinuz\r\n initrd /boot/target.img\r\n \
                      cmdline console=ttyS0 no_timer_check from the medium\r\n";

/// The command line that the target has then. Debian's 32-bit kernel stops where a busy host
/// gives it no ticks in time, if that is not switched off.
pub(crate) const WANTED: &str = "console=ttyS0 no_timer_check from the medium";

/// The disk that it names: FAT, which every kernel of the media has built in.
fn stick() -> Disk {
    stick_with(TARGET)
}

fn stick_with(kernel: &str) -> Disk {
    Disk::debian("vfat", kernel).label("DEBIAN").on(Bus::Usb)
}

pub(crate) fn config(text: &str) -> Vec<(&'static str, Content)> {
    vec![("kexec-loader.cfg", text.into())]
}

/// Started from a medium with our configuration, it boots a kernel from a USB stick.
pub(crate) fn boots_from(case: Case) {
    boots_kernel_from(case, TARGET);
}

/// The same with one of Debian's kernels.
pub(crate) fn boots_kernel_from(case: Case, kernel: &'static str) {
    let mut steps = vec![row(&[COUNTDOWN]), vga_row(&[COUNTDOWN])];
    steps.extend(boots("Debian", kernel, WANTED));
    play(&Case {
        on_medium: config(CONFIG),
        disks: vec![stick_with(kernel)],
        steps,
        ..case
    });
}

pub(crate) fn floppy() -> Case {
    Case {
        start: Start::Floppy(".img"),
        ..Case::new()
    }
}

#[test]
fn floppy_and_uhci() {
    boots_from(Case {
        usb: "piix3-usb-uhci",
        ..floppy()
    });
}

#[test]
fn floppy_and_ohci() {
    boots_from(Case {
        usb: "pci-ohci",
        ..floppy()
    });
}

#[test]
fn floppy_and_ehci() {
    boots_from(Case {
        usb: "usb-ehci",
        ..floppy()
    });
}

#[test]
fn floppy_and_xhci() {
    boots_kernel_from(floppy(), DEBIAN);
}

/// Its keys count, for the menu waits for one.
#[test]
fn floppy_and_usb_keyboard() {
    let mut steps = vec![vga_row(&["Debian"]), Step::Press("ret")];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium: config(&CONFIG.replace("timeout 2", "timeout off")),
        has_usb_keyboard: true,
        disks: vec![stick()],
        steps,
        ..floppy()
    });
}

#[test]
fn large_floppy() {
    boots_from(Case {
        start: Start::Floppy("-2.88.img"),
        ..floppy()
    });
}

#[test]
fn protected_floppy() {
    boots_from(Case {
        is_protected: true,
        ..floppy()
    });
}

#[test]
fn cd() {
    let case = Case {
        start: Start::Cd(".iso"),
        ..Case::new()
    };
    boots_kernel_from(case, DEBIAN);
}

#[test]
fn cd_image_on_a_usb_stick() {
    boots_from(Case {
        start: Start::UsbStick(".iso"),
        ..Case::new()
    });
}

#[test]
fn usb_stick() {
    boots_from(Case {
        start: Start::UsbStick("-stick.img"),
        ..Case::new()
    });
}

/// Nothing of the machine's own: its configuration is on a disk that the kernel and its
/// modules, all from the network, find.
#[test]
fn network() {
    let disk = stick().file("kexec-loader.cfg", CONFIG).on(Bus::Virtio);
    play(&Case {
        start: Start::Network("-pxe.tar"),
        disks: vec![disk],
        steps: boots("Debian", TARGET, WANTED),
        ..Case::new()
    });
}

/// A disk behind an adapter whose driver the user has added, as its file system's.
fn boots_behind(bus: Bus, kind: &'static str, archives: &'static [&'static str]) {
    let config = CONFIG.replace("DEBIAN", "debian");
    let disk = Disk::debian(kind, TARGET).label("debian").on(bus);
    play(&Case {
        start: Start::Floppy("-2.88.img"),
        on_medium: self::config(&config),
        archives,
        disks: vec![disk],
        steps: boots("Debian", TARGET, WANTED),
        ..Case::new()
    });
}

/// The file system is built in, or its driver is on this floppy as it comes.
#[test]
fn behind_ahci() {
    boots_behind(Bus::Ahci, "ext4", &["ahci"]);
}

#[test]
fn behind_ide() {
    boots_behind(Bus::Ide, "xfs", &["ide", "xfs"]);
}

#[test]
fn behind_lsi_scsi() {
    boots_behind(Bus::Scsi, "xfs", &["symbios", "xfs"]);
}

#[test]
fn behind_amd_scsi() {
    boots_behind(Bus::Esp, "ext4", &["scsi"]);
}

#[test]
fn behind_nvme() {
    boots_behind(Bus::Nvme, "xfs", &["nvme", "xfs"]);
}

#[test]
fn behind_virtio() {
    boots_behind(Bus::Virtio, "btrfs", &["virtio", "btrfs"]);
}

/// An archive that the user has copied as it is, in a folder of his own.
#[test]
fn archive_as_it_is() {
    let disk = Disk::debian("vfat", TARGET).label("DEBIAN").on(Bus::Scsi);
    let whole = archive("symbios");
    let mut on_medium = config(CONFIG);
    on_medium.push(("modules/SYMBIOS.TAR", whole.clone()));
    let Content::Bytes(mut bytes) = whole else {
        panic!("bytes");
    };
    bytes.truncate(2048);
    on_medium.push(("modules/cut.tar", Content::Bytes(bytes)));
    let mut steps = vec![row(&["archive cut.tar is damaged"])];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium,
        disks: vec![disk],
        steps,
        start: Start::Floppy("-2.88.img"),
        ..Case::new()
    });
}

/// The boot disk is behind an adapter whose driver is in the initramfs.
#[test]
fn boot_disk_of_another_kind() {
    let disk = Disk::debian("vfat", TARGET).file("kexec-loader.cfg", CONFIG);
    let syslinux = "DEFAULT x\nLABEL x\nKERNEL /vmlinuz\nINITRD /initrd.xz\n\
                    APPEND console=ttyS0,115200 console=tty0 root=LABEL=DEBIAN\n";
    play(&Case {
        start: Start::Floppy("-2.88.img"),
        on_medium: vec![("syslinux.cfg", syslinux.into())],
        archives: &["--boot", "symbios"],
        disks: vec![disk.label("DEBIAN").on(Bus::Scsi)],
        steps: boots("Debian", TARGET, WANTED),
        ..floppy()
    });
}

/// The second floppy is asked for by its name; one of another kernel's is refused, and the
/// right one brings the driver that the disk needs.
#[test]
fn second_floppy() {
    let config = format!("modules-from LABEL=KXLMODULES1\n{CONFIG}");
    let disk = Disk::debian("vfat", TARGET).label("DEBIAN").on(Bus::Scsi);
    let mut steps = vec![
        line(&[WAITING, "LABEL=KXLMODULES1 with more modules", LEAVE_SEARCH]),
        Step::Insert("-1.img", true),
        line(&[OTHER_KERNEL, "6.0.0-another"]),
        Step::Insert("-1.img", false),
    ];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium: self::config(&config),
        disks: vec![disk],
        steps,
        ..floppy()
    });
}

/// What has the name has no modules.
#[test]
fn second_disk_without_modules() {
    let config = format!("modules-from LABEL=KXLMODULES1\n{CONFIG}");
    let mut steps = vec![
        line(&["cannot open /modules on LABEL=KXLMODULES1: not found"]),
        Step::Type(" "),
    ];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium: self::config(&config),
        disks: vec![stick(), Disk::new("vfat").label("KXLMODULES1").on(Bus::Usb)],
        steps,
        ..floppy()
    });
}

/// Nobody has the second floppy: any key goes on without it.
#[test]
fn no_second_floppy() {
    let config = format!("modules-from LABEL=KXLMODULES1\n{CONFIG}");
    let mut steps = vec![
        line(&[WAITING, "LABEL=KXLMODULES1 with more modules"]),
        Step::Type(" "),
    ];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium: self::config(&config),
        disks: vec![stick()],
        steps,
        ..floppy()
    });
}

/// As it comes: a menu with nothing in it, and no complaint.
#[test]
fn as_it_comes() {
    play(&Case {
        steps: vec![
            row(&[NO_ENTRIES]),
            vga_row(&[NO_ENTRIES]),
            Step::Never("kexec-loader.cfg:"),
            Step::Type("b"),
            Step::Ends,
        ],
        ..floppy()
    });
}

/// What the user wrote is wrong, and a module is not one: each is told, and the rest works.
#[test]
fn broken_configuration_and_module() {
    let mut on_medium = config(&format!("tilte Debian\n{CONFIG}"));
    on_medium.push(("modules/broken.ko.xz", Content::Bytes(vec![0x5a; 3000])));
    let mut steps = vec![
        row(&["module broken.ko.xz not inserted"]),
        row(&["kexec-loader.cfg:1: unknown directive 'tilte'"]),
    ];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium,
        disks: vec![stick()],
        steps,
        ..floppy()
    });
}

/// Not a byte is left on it.
#[test]
fn full_floppy() {
    boots_from(Case {
        is_full: true,
        ..floppy()
    });
}

/// The smallest machine that is known to be enough for the menu, from the BIOS on.
fn small(memory: u32) -> Case {
    Case {
        cpu: match ARCH {
            Arch::I386 => "486",
            Arch::X86_64 => "qemu64",
        },
        memory,
        ..floppy()
    }
}

fn menu(memory: u32) -> Case {
    Case {
        on_medium: config(&CONFIG.replace("LABEL=DEBIAN", "LABEL=KEXECLOADER")),
        steps: vec![
            row(&[COUNTDOWN]),
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..small(memory)
    }
}

/// The floppy's kernel starts itself, and the loader in it comes up again.
fn itself(memory: u32) -> Case {
    let config = "timeout 0\ntitle Itself\nkernel /vmlinuz\ninitrd /initrd.xz\n\
                  cmdline console=tty0 console=ttyS0 timeout=off\n";
    Case {
        on_medium: self::config(config),
        steps: vec![
            Step::LineUnless(
                vec![STARTING.to_owned(), "Itself".to_owned()],
                "cannot boot".to_owned(),
            ),
            line(&[NAME]),
            Step::Chosen("Itself".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..small(memory)
    }
}

#[test]
fn floor_of_the_floppy_menu() {
    floor("floppy.menu", menu);
}

#[test]
fn floor_of_a_floppy_boot() {
    floor("floppy.boot", itself);
}

/// All that is on the floppy has been read when the menu is up.
#[test]
fn floppy_taken_out() {
    let mut steps = vec![
        row(&[NAME]),
        Step::Chosen("Debian".into()),
        Step::Eject,
        Step::Type(ENTER),
    ];
    steps.extend(boots("Debian", TARGET, WANTED));
    play(&Case {
        on_medium: config(&CONFIG.replace("timeout 2", "timeout off")),
        disks: vec![stick()],
        steps,
        ..floppy()
    });
}

/// What is downloaded can be made again: the same bytes, wherever and whenever.
#[test]
fn the_same_on_another_day() {
    let [first, second] = sums_twice();
    assert!(first.lines().count() >= 8, "{first}");
    assert_eq!(first, second);
}
