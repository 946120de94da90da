//! The boot media, as `floppy/build.sh` makes them, and as their users then change them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::arch::Arch;
use super::case::{Case, Start};
use super::disk::{Content, Disk};
use super::{Folder, output, run};
use crate::ARCH;

/// What the kernels of the media are called.
const FLAVOUR: &str = match ARCH {
    Arch::X86_64 => "x86_64",
    Arch::I386 => "i486",
};

/// The folder with all of them, made if something has changed.
fn folder() -> PathBuf {
    let script = Command::new(floppy_script("build.sh"));
    build(script, &target().join("media"))
}

fn target() -> &'static Path {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.expect("target")
}

fn build(mut command: Command, out: &Path) -> PathBuf {
    command.env("CARGO_TARGET_DIR", target()).arg("--out");
    output(command.arg(out).arg(FLAVOUR)).trim().into()
}

/// What makes media, and could write the time of day into them.
const TOOLS: &[&str] = &[
    "mcopy", "mmd", "mkfs.fat", "syslinux", "xorriso", "tar", "xz", "cpio", "objcopy", "sfdisk",
    "dd",
];

/// The sums of all media, as they were made, and made once more in another folder on what is
/// another day for each of those tools.
pub(crate) fn sums_twice() -> [String; 2] {
    let sums = |folder: &Path| std::fs::read_to_string(folder.join("SHA256SUMS")).expect("sums");
    let other = Folder::new("media on another day");
    let wrappers = other.0.join("tools");
    let path = std::env::var("PATH").expect("a PATH");
    let path = format!("{path}:/usr/sbin:/sbin");
    for tool in TOOLS {
        let mut folders = path.split(':').map(|folder| Path::new(folder).join(tool));
        let real = folders.find(|file| file.exists()).expect("a tool");
        let script = format!(
            "#!/bin/sh\nexport NO_FAKE_STAT=1\nexec faketime '2031-02-03 04:05:06' {} \"$@\"\n",
            real.display()
        );
        Content::Program(script.into()).write(&wrappers.join(tool));
    }
    let mut script = Command::new(floppy_script("build.sh"));
    script.env("PATH", format!("{}:{path}", wrappers.display()));
    let second = sums(&build(script, &other.0.join("media")));
    // Of the other architecture there may be some in the first folder.
    let first = sums(&folder());
    let is_ours = |line: &&str| line.contains(FLAVOUR);
    let first: Vec<_> = first.lines().filter(is_ours).collect();
    let second: Vec<_> = second.lines().filter(is_ours).collect();
    [first.join("\n"), second.join("\n")]
}

fn floppy_script(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("floppy").join(name)
}

/// The medium whose name ends so.
pub(crate) fn file(end: &str) -> PathBuf {
    folder().join(format!("kexec-loader-{FLAVOUR}{end}"))
}

/// The archive with all modules of a kernel.
fn archives(release: &str) -> PathBuf {
    folder().join(format!("kexec-loader-modules-{release}-{FLAVOUR}.tar"))
}

/// One of the small archives of the floppies' modules.
pub(crate) fn archive(name: &str) -> Content {
    let archives = archives(&kernel_of(&file(".img"), ""));
    let mut tar = Command::new("tar");
    tar.arg("-xOf").arg(archives).arg(format!("./{name}.tar"));
    let out = tar.output().expect("tar");
    assert!(out.status.success(), "{tar:?}");
    Content::Bytes(out.stdout)
}

/// A keymap of the media.
pub(crate) fn keymap(name: &str) -> Content {
    let folder = output(&mut Command::new(floppy_script("keymaps.sh")));
    Content::Copy(Path::new(folder.trim()).join(name))
}

/// Puts the medium of a case into a folder: `medium` and, if it can change, `medium.was`.
pub(crate) fn make(start: Start, case: &Case, folder: &Path) {
    let medium = folder.join("medium");
    let (end, at) = match start {
        Start::Kernel => return,
        Start::Network(end) => {
            std::fs::create_dir(&medium).expect("a folder");
            run(Command::new("tar")
                .arg("-xf")
                .arg(file(end))
                .arg("-C")
                .arg(&medium));
            return;
        }
        Start::Cd(end) | Start::UsbStick(end @ ".iso") => {
            let mut xorriso = Command::new("xorriso");
            xorriso
                .arg("-indev")
                .arg(file(end))
                .arg("-outdev")
                .arg(&medium);
            xorriso.args(["-boot_image", "any", "replay"]);
            for (name, content) in &case.on_medium {
                let from = folder.join("on-medium").join(name);
                content.write(&from);
                xorriso.arg("-map").arg(from).arg(format!("/{name}"));
            }
            run(&mut xorriso);
            keep(&medium);
            return;
        }
        Start::Floppy(end) => (end, ""),
        Start::UsbStick(".efi") => return make_esp(case, &medium),
        Start::UsbStick(end) => (end, "@@1M"),
    };
    std::fs::copy(file(end), &medium).expect("a medium");
    for (name, content) in &case.on_medium {
        let from = folder.join("on-medium").join(name);
        content.write(&from);
        let mut mcopy = Command::new("mcopy");
        mcopy.arg("-i").arg(format!("{}{at}", medium.display()));
        run(mcopy.arg("-o").arg(from).arg(format!("::{name}")));
    }
    if !case.archives.is_empty() {
        let mut script = Command::new(floppy_script("add-modules.sh"));
        let archives = archives(&kernel_of(&medium, at));
        run(script.arg(&medium).arg(archives).args(case.archives));
    }
    if case.is_full {
        fill(&medium);
    }
    keep(&medium);
}

/// Fills a floppy to its last byte.
fn fill(medium: &Path) {
    let listing = output(Command::new("mdir").arg("-i").arg(medium).arg("::"));
    let left = listing
        .lines()
        .rev()
        .find(|line| line.ends_with("bytes free"));
    let digits = left.expect("a sum").chars().filter(char::is_ascii_digit);
    let left: usize = digits.collect::<String>().parse().expect("a number");
    let from = medium.with_extension("filler");
    Content::Bytes(vec![0x55; left]).write(&from);
    run(Command::new("mcopy")
        .arg("-i")
        .arg(medium)
        .arg(from)
        .arg("::FILLER"));
}

/// The release of a medium's kernel.
fn kernel_of(medium: &Path, at: &str) -> String {
    let mut mtype = Command::new("mtype");
    mtype.arg("-i").arg(format!("{}{at}", medium.display()));
    output(mtype.arg("::modules/release")).trim().to_owned()
}

/// Copies a floppy of modules to a file; if it is to be foreign, another kernel's.
pub(crate) fn module_floppy(end: &str, is_foreign: bool, to: &Path) {
    let from = folder().join(format!("kexec-loader-modules-{FLAVOUR}{end}"));
    std::fs::copy(from, to).expect("a floppy");
    if is_foreign {
        let release = to.with_extension("release");
        Content::from("6.0.0-another\n").write(&release);
        let mut mcopy = Command::new("mcopy");
        mcopy.arg("-o").arg("-i").arg(to).arg(release);
        run(mcopy.arg("::modules/release"));
        // Its serial number, as another build's has: bytes 39 to 42 of the boot sector.
        let mut bytes = std::fs::read(to).expect("a floppy");
        bytes[39] ^= 0xff;
        std::fs::write(to, bytes).expect("a floppy");
    }
}

/// A stick as a user makes one for EFI: FAT, the one file, and a configuration.
fn make_esp(case: &Case, medium: &Path) {
    let mut disk = Disk::new("vfat").label("KEXECLOADER");
    disk = disk.file("EFI/BOOT/BOOTX64.EFI", file(".efi"));
    for (name, content) in &case.on_medium {
        disk = disk.file(name, content.clone());
    }
    disk.make(medium);
    keep(medium);
}

/// What it was, to be compared in the end.
fn keep(medium: &Path) {
    std::fs::copy(medium, medium.with_extension("was")).expect("a copy");
}
