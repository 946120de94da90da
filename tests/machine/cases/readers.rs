//! Disks with other boot loaders' configurations, as they are, and none of ours.

use std::process::Command;

use super::media::floppy;
use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, boots, boots_with, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, DEBIAN, GENERIC};
use crate::machine::play::play;
use crate::machine::{Folder, of_debian, run, target, uki};

/// The loader's own disk, which says nothing of what to boot.
fn silent() -> Disk {
    Disk::boot("# nothing\n")
}

/// A disk with a kernel and its ramdisk at these places.
fn system(kind: &'static str, kernel: &str, ramdisk: &str) -> Disk {
    Disk::new(kind)
        .file(kernel, kernels::image(DEBIAN))
        .file(ramdisk, Content::Bytes(target(&[])))
}

/// As Debian's own tool has written it, for a disk with this UUID: menus within menus, a
/// theme, and kernels beside the one that is started.
#[test]
fn debian_with_its_own_grub_cfg() {
    const UUID: &str = "1b7fa1c2-9d1e-4f0a-8c57-2f3a5f0f7d11";
    let config = include_str!("../../samples/grub2/debian-theme/disk/boot/grub/grub.cfg");
    let disk = system(
        "ext4",
        "boot/vmlinuz-6.1.0-18-amd64",
        "boot/initrd.img-6.1.0-18-amd64",
    );
    let mut steps = vec![
        row(&["+Advanced options for Debian GNU/Linux"]),
        row(&["from", "/boot/grub/grub.cfg:122"]),
    ];
    steps.extend(boots(
        "Debian GNU/Linux",
        DEBIAN,
        "root=/dev/sda1 ro console=tty0 console=ttyS0,115200n8 quiet",
    ));
    play(&Case {
        disks: vec![
            silent(),
            disk.option("uuid", UUID)
                .option("table", "mbr")
                .file("boot/grub/grub.cfg", config),
        ],
        steps,
        ..Case::new()
    });
}

/// The disk is the BIOS's first for its own loader, whatever Linux calls it.
#[test]
fn menu_lst() {
    let config = "default 1\ntimeout 3\ncolor cyan/blue white/blue\n\n\
        title Other operating systems:\nroot\n\n\
        title Debian GNU/Linux, kernel 2.6.32\nroot (hd0,0)\n\
        kernel /boot/vmlinuz-2.6.32 root=/dev/sda1 ro console=ttyS0 of menu.lst\n\
        initrd /boot/initrd.img-2.6.32\n\n\
        title Windows\nrootnoverify (hd0,1)\nchainloader +1\n";
    let disk = system("ext4", "boot/vmlinuz-2.6.32", "boot/initrd.img-2.6.32");
    play(&Case {
        disks: vec![
            silent(),
            disk.option("table", "mbr")
                .file("boot/grub/menu.lst", config),
        ],
        steps: boots(
            "Debian GNU/Linux, kernel 2.6.32",
            DEBIAN,
            "root=/dev/sda1 ro console=ttyS0 of menu.lst",
        ),
        ..Case::new()
    });
}

/// From our floppy as it comes, without a word in its configuration.
#[test]
fn syslinux_stick() {
    let config = "DEFAULT vesamenu.c32\r\nTIMEOUT 30\r\nMENU TITLE A stick\r\n\
        LABEL memtest\r\n  MENU LABEL Memory test\r\n  COM32 memtest.c32\r\n\
        LABEL live\r\n  MENU LABEL ^Debian live\r\n  MENU DEFAULT\r\n\
        \x20 LINUX ../live/vmlinuz\r\n  INITRD /live/initrd.img\r\n\
        \x20 APPEND console=ttyS0 no_timer_check of syslinux\r\n";
    let disk = system("vfat", "live/vmlinuz", "live/initrd.img");
    let mut steps = vec![row(&["from", "/syslinux/syslinux.cfg"])];
    steps.extend(boots(
        "Debian live",
        DEBIAN,
        "console=ttyS0 no_timer_check of syslinux",
    ));
    play(&Case {
        disks: vec![disk.file("syslinux/syslinux.cfg", config).on(Bus::Usb)],
        steps,
        ..floppy()
    });
}

/// As Fedora has it: the entries are in files of their own, which `blscfg` reads; the newest
/// is not the default, the environment block names another.
#[test]
fn entries_of_the_boot_loader_specification() {
    let config = "load_env\nset timeout=4\nset default=\"${saved_entry}\"\ninsmod blscfg\nblscfg\n";
    let environment = "# GRUB Environment Block\nsaved_entry=id-6.1.0\n\
        kernelopts=root=/dev/sda1 ro console=ttyS0 of the block\n";
    let entry = |version: &str| {
        format!(
            "title Fedora ({version})\nversion {version}\nlinux /boot/vmlinuz-{version}\n\
             initrd /boot/initramfs-{version}.img $tuned_initrd\noptions $kernelopts $tuned_params\n"
        )
    };
    let disk = system("ext4", "boot/vmlinuz-6.1.0", "boot/initramfs-6.1.0.img");
    play(&Case {
        disks: vec![
            silent(),
            disk.file("boot/grub2/grub.cfg", config)
                .file("boot/grub2/grubenv", environment)
                .file("boot/loader/entries/id-6.1.0.conf", entry("6.1.0"))
                .file("boot/loader/entries/id-6.10.0.conf", entry("6.10.0")),
        ],
        steps: boots(
            "Fedora (6.1.0)",
            DEBIAN,
            "root=/dev/sda1 ro console=ttyS0 of the block",
        ),
        ..Case::new()
    });
}

/// A unified kernel image on an ESP.
#[test]
fn unified_image_on_an_esp() {
    let image = uki::build(&[
        (
            ".osrel",
            "ID=debian\nPRETTY_NAME=\"Debian unified\"\n".into(),
        ),
        (".cmdline", "console=ttyS0 of the image\0".into()),
        (".initrd", Content::Bytes(target(&[("inside", "one")]))),
        (".linux", kernels::image(DEBIAN).into()),
    ]);
    play(&Case {
        modules: &["vfat", "nls_cp437", "nls_ascii"],
        disks: vec![
            silent(),
            Disk::new("vfat").file("EFI/Linux/debian-6.1.efi", image),
        ],
        steps: {
            let mut steps = vec![row(&["from", "EFI/Linux"]), Step::Type("\r")];
            steps.extend(boots_with(
                "",
                DEBIAN,
                "console=ttyS0 of the image",
                &["inside one"],
            ));
            steps
        },
        ..Case::new()
    });
}

/// The CD of Debian's installer, made of its own package, as a file on a USB stick: its kernel
/// and ramdisk are read from within it.
#[test]
fn installer_in_an_iso_file() {
    let architecture = match ARCH {
        Arch::X86_64 => "amd64",
        Arch::I386 => "i386",
    };
    let package = format!("debian-installer-12-netboot-{architecture}");
    let tree = format!("usr/lib/debian-installer/images/12/{architecture}/text");
    let images = format!("{tree}/debian-installer/{architecture}");
    let folder = Folder::new("iso");
    let iso = folder.0.join("netinst.iso");
    let files = folder.0.join("files");
    for (name, to) in [
        ("linux", "install/vmlinuz"),
        ("initrd.gz", "install/initrd.gz"),
    ] {
        let package = match ARCH {
            Arch::X86_64 => package.clone(),
            Arch::I386 => format!("{package}:i386"),
        };
        Content::Copy(of_debian(&package, &format!("{images}/{name}"))).write(&files.join(to));
    }
    let config = "set timeout=3\nmenuentry 'Install' {\n  linux /install/vmlinuz \
        console=ttyS0,115200 iso-scan/filename=${iso_path} ---\n  initrd /install/initrd.gz\n}\n";
    Content::from(config).write(&files.join("boot/grub/loopback.cfg"));
    run(Command::new("xorriso")
        .args([
            "-as", "mkisofs", "-quiet", "-R", "-J", "-V", "INSTALL", "-o",
        ])
        .arg(&iso)
        .arg(&files));
    play(&Case {
        kernel: GENERIC,
        memory: 1024,
        modules: &[
            "xhci-pci",
            "usb-storage",
            "sd_mod",
            "vfat",
            "nls_cp437",
            "nls_ascii",
            "loop",
            "isofs",
            "nvme",
            "ext4",
            "crc32c_generic",
        ],
        disks: vec![
            silent(),
            Disk::new("vfat")
                .option("size", "128")
                .file("isos/netinst.iso", Content::Copy(iso))
                .on(Bus::Usb),
        ],
        steps: vec![
            // Nobody has chosen that menu, so nothing of it is started by itself. It is opened,
            // and its first entry started.
            row(&["+netinst.iso"]),
            Step::Type("\r\r"),
            line(&["starting", "Install"]),
            line(&["iso-scan/filename=/isos/netinst.iso"]),
            row(&["Select a language"]),
        ],
        ..Case::new()
    });
}
