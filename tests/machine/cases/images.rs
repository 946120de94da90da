//! Kernels of every kind, started by their bytes, whatever their names.

use std::process::Command;

use super::{TWO as TWO_ENTRIES, at_once, debian};
use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, boots, boots_with, line, row, vga_row};
use crate::machine::disk::{Content, Disk};
use crate::machine::kernels::{self, TARGET};
use crate::machine::multiboot::{self, MOVABLE, ONE, TWO};
use crate::machine::play::play;
use crate::machine::words::{BLANK, DOWN, ENTER, STARTING};
use crate::machine::{of_debian, target, uki};

/// What a tool makes of a file.
fn output(tool: &str, arguments: &[&str], file: &std::path::Path) -> Content {
    let out = Command::new(tool).args(arguments).arg(file).output();
    let out = out.unwrap_or_else(|why| panic!("{tool}: {why}"));
    assert!(out.status.success(), "{tool} {}", file.display());
    Content::Bytes(out.stdout)
}

/// A small kernel built here, as it is before it is packed.
fn vmlinux() -> (&'static str, std::path::PathBuf) {
    let name = match ARCH {
        Arch::X86_64 => "small-x86_64",
        Arch::I386 => "small-i386",
    };
    (name, kernels::image(name).with_file_name("vmlinux"))
}

/// The way that 32-bit kernels, and those without `kexec_file_load`, have alone.
#[test]
fn by_kexec_load() {
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 kexec=load",
        disks: vec![Disk::boot(&at_once("LABEL=debian")), debian()],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

#[test]
fn vmlinux_as_it_is() {
    let (name, file) = vmlinux();
    let disk = Disk::new("ext4").label("debian").file("boot/vmlinuz", file);
    play(&Case {
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/target.img", Content::Bytes(target(&[]))),
        ],
        steps: boots("Debian", name, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// What a Multiboot module has in it.
const MODULE: &str = "The bytes of a module.";

/// Entered with a magic number, told of memory, modules and the screen; what it was told
/// is what is so.
fn multiboot(kernel: multiboot::Kernel) {
    let config = "timeout 0\ntitle Ours\n root LABEL=debian\n kernel /kernel\n \
                  cmdline one two\n module /module first=1\n module /empty\n";
    let disk = Disk::new("ext4").label("debian");
    let disk = disk.file("kernel", multiboot::build(kernel));
    let disk = disk.file("module", MODULE);
    let sum: u32 = MODULE.bytes().map(u32::from).sum();
    let module = format!("module {} sum {sum} aligned", MODULE.len());
    let loader = concat!("loader \"kexec-loader ", env!("CARGO_PKG_VERSION"), "\"");
    let cmdline = line(&["command line \"/kernel one two\""]);
    let modules = [
        line(&[&module, "\"/module first=1\" begins \"The bytes of"]),
        line(&["module 0 sum 0", "\"/empty\""]),
    ];
    // 639 KiB, and 512 MiB less 1 MiB and the 192 KiB that QEMU's firmware keeps.
    let sizes = line(&["lower 639 upper 523072"]);
    let mut steps = vec![line(&[STARTING, "Ours", BLANK])];
    if kernel.version == 1 {
        steps.push(line(&["Multiboot 1 magic 0x2badb002 aligned"]));
        steps.extend([sizes, cmdline, line(&[loader]), line(&["modules 2"])]);
        steps.extend(modules);
    } else {
        steps.push(line(&["Multiboot 2 magic 0x36d76289 aligned"]));
        steps.extend([cmdline, line(&[loader])]);
        steps.extend(modules);
        steps.push(sizes);
    }
    steps.extend([
        line(&["memory 0x0 0x9fc00 1"]),
        line(&["memory 0x9fc00 0x400 2"]),
        line(&["memory 0x100000 0x1fed0000 1"]),
        line(&["screen text 0xb8000 pitch 160 80x25"]),
    ]);
    if kernel.is_movable {
        steps.push(line(&["loaded at 0x"]));
    }
    steps.extend([line(&["that is all"]), Step::Ends]);
    play(&Case {
        disks: vec![Disk::boot(config), disk.file("empty", "")],
        steps,
        ..Case::new()
    });
}

#[test]
fn multiboot_1() {
    multiboot(ONE);
}

#[test]
fn multiboot_2() {
    multiboot(TWO);
}

#[test]
fn multiboot_2_that_can_be_moved() {
    multiboot(MOVABLE);
}

/// Writes to the screen's memory and looks at nothing.
#[test]
fn memtest() {
    let name = match ARCH {
        Arch::X86_64 => "boot/memtest86+x64.bin",
        Arch::I386 => "boot/memtest86+ia32.bin",
    };
    let config = "timeout 0\ntitle Memtest86+\n root LABEL=debian\n kernel /memtest\n";
    let disk = Disk::new("ext4").label("debian");
    play(&Case {
        disks: vec![
            Disk::boot(config),
            disk.file("memtest", of_debian("memtest86+", name)),
        ],
        steps: vec![
            line(&[STARTING, "Memtest86+", BLANK]),
            vga_row(&["Memtest86+ v6"]),
            vga_row(&["Pass"]),
        ],
        ..Case::new()
    });
}

#[test]
fn compressed_by_gzip() {
    let packed = output("gzip", &["-c"], &kernels::image(TARGET));
    let disk = Disk::new("ext4")
        .label("debian")
        .file("boot/vmlinuz", packed);
    play(&Case {
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/target.img", Content::Bytes(target(&[]))),
        ],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"),
        ..Case::new()
    });
}

/// A kernel compressed with a byte of it changed: told, and the menu is there.
#[test]
fn damaged_gzip() {
    let Content::Bytes(mut packed) = output("gzip", &["-c"], &kernels::image(TARGET)) else {
        unreachable!("bytes")
    };
    let middle = packed.len() / 2;
    packed[middle] ^= 0x55;
    let disk = Disk::new("ext4").label("debian");
    play(&Case {
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/vmlinuz", Content::Bytes(packed)),
        ],
        steps: vec![
            row(&["/boot/vmlinuz is damaged"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// What comes out of 300 KB is more than the machine has: unpacking stops in time, and what
/// came out is given back.
#[test]
fn gzip_of_more_than_memory() {
    let name = format!("zeroes-{}", std::process::id());
    let zeroes = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let file = std::fs::File::create(&zeroes).expect("a file");
    file.set_len(300 << 20).expect("a sparse file");
    let packed = output("gzip", &["-c", "-1"], &zeroes);
    std::fs::remove_file(&zeroes).expect("a file");
    let disk = Disk::new("ext4").label("debian");
    play(&Case {
        memory: 160,
        // A hundred megabytes come out, in software emulation.
        patience: std::time::Duration::from_mins(6),
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/vmlinuz", packed),
        ],
        steps: vec![
            row(&["cannot unpack /boot/vmlinuz: there is room for"]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// One file that is kernel, ramdisk and command line, with an entry's own after it.
fn unified(cmdline: &'static str) {
    let image = uki::build(&[
        (".osrel", "ID=debian\n".into()),
        (".cmdline", "console=ttyS0 of the image\0".into()),
        (".initrd", Content::Bytes(target(&[("inside", "one")]))),
        (".linux", kernels::image(TARGET).into()),
    ]);
    let config = "timeout 0\ntitle Debian\n root LABEL=debian\n \
                  kernel /debian.efi\n initrd /more.img\n cmdline and the entry\n";
    let disk = Disk::new("ext4").label("debian").file("debian.efi", image);
    let more = Content::Bytes(target(&[("outside", "two")]));
    play(&Case {
        cmdline,
        disks: vec![Disk::boot(config), disk.file("more.img", more)],
        steps: boots_with(
            "Debian",
            TARGET,
            "console=ttyS0 of the image and the entry",
            &["inside one", "outside two"],
        ),
        ..Case::new()
    });
}

#[test]
fn unified_kernel_image() {
    unified("console=tty0 console=ttyS0");
}

#[test]
fn unified_kernel_image_by_kexec_load() {
    unified("console=tty0 console=ttyS0 kexec=load");
}

/// The BIOS has set a screen of 50 rows, by characters of 8 lines; then so many are found.
fn rows_after(words: &str, rows: u32, lines: u32) {
    let config = format!("timeout 0\ntitle Ours\n root LABEL=debian\n kernel /kernel\n{words}");
    let disk = Disk::new("ext4").label("debian");
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 vga=ext",
        disks: vec![
            Disk::boot(&config),
            disk.file("kernel", multiboot::build(ONE)),
        ],
        steps: vec![
            line(&[&format!("screen text 0xb8000 pitch 160 80x{rows}")]),
            line(&[&format!("characters of {lines} lines")]),
            Step::Ends,
        ],
        ..Case::new()
    });
}

#[test]
fn screen_is_left_as_it_is() {
    rows_after("", 50, 8);
}

#[test]
fn reset_vga() {
    rows_after(" reset-vga\n", 25, 16);
}

/// The engine that is forced has not what it takes: told, and the menu is there.
#[test]
fn kexec_file_load_and_no_other() {
    let disk = Disk::new("ext4").label("debian");
    let config = "timeout 0\ntitle Ours\n root LABEL=debian\n kernel /kernel\n";
    let words = match ARCH {
        Arch::X86_64 => "kexec_file_load starts 64-bit Linux alone",
        Arch::I386 => "the running kernel has no kexec_file_load",
    };
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 kexec=file",
        disks: vec![
            Disk::boot(config),
            disk.file("kernel", multiboot::build(ONE)),
        ],
        steps: vec![
            row(&[words]),
            Step::Chosen("Ours".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// A first entry that the machine has no memory for is refused before anything is loaded,
/// and the second boots.
pub(crate) fn too_large(cmdline: &'static str, refusal: &[&str]) {
    let zeroes = Content::Bytes(vec![0; 150 << 20]);
    let config = TWO_ENTRIES.replace("timeout 2", "timeout 0");
    let config = config.replacen("/boot/target.img", "/boot/huge.img", 1);
    let mut steps = vec![
        row(refusal),
        Step::Chosen("First".into()),
        Step::Type(DOWN),
        Step::Type(ENTER),
    ];
    steps.extend(boots("Second Title", TARGET, "console=ttyS0 second"));
    play(&Case {
        cmdline,
        memory: 256,
        disks: vec![Disk::boot(&config), debian().file("boot/huge.img", zeroes)],
        steps,
        ..Case::new()
    });
}

#[test]
fn more_than_half_of_memory() {
    let refusal = ["cannot boot First: it needs", "half of memory is"];
    too_large("console=tty0 console=ttyS0 kexec=load", &refusal);
}
