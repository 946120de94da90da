//! Kernel modules of the boot disk.

use super::{at_once, debian};
use crate::ARCH;
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, GENERIC, OLD, STAGE, TARGET};
use crate::machine::play::play;
use crate::machine::words::{CANNOT_DECOMPRESS, COUNTDOWN, ENTER};
use crate::machine::{Folder, loader, tool};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// Process 1 is the loader; beside it a watcher says on the second serial line what
/// the module's option has become.
const WATCHER: &str = "#!/bin/busybox sh
b=/bin/busybox
$b mkdir /watched
$b mount -t sysfs watched /watched
$b mknod /aside c 4 65
$b mknod /dev/null c 1 3
option=/watched/module/null_blk/parameters/nr_devices
(
    until [ -e $option ]; do $b usleep 50000; done
    echo \"SEEN nr_devices $($b cat $option)\" >/aside
) &
exec /loader
";

/// Without the modules of the boot disk the kernel's disk cannot be seen, nor read.
fn with_an_option(kmod: &str, conf: &str) {
    let config = at_once("LABEL=STICK").replace("timeout 0", &format!("timeout 3\n{kmod}"));
    let mut boot = Disk::boot(&config).file("modules/modules.conf", conf.to_owned());
    let names = ["virtio_blk", "vfat", "nls_cp437", "nls_ascii", "null_blk"];
    for module in kernels::modules(STAGE, &names) {
        let name = kernels::stem(&module);
        boot = match name.as_str() {
            // The one that the other needs is plain, and the other way round.
            "fat" | "nls_ascii" => boot.file(
                &format!("modules/{name}.ko"),
                Content::Bytes(kernels::plain(&module)),
            ),
            "virtio_blk" => boot.file(&format!("modules/disks/{name}.ko.xz"), module),
            _ => boot.file(&format!("modules/{name}.ko.xz"), module),
        };
    }
    let busybox = tool("busybox.sh", &[ARCH.name().to_owned()]);
    let fat = Disk::debian("vfat", TARGET).label("STICK").on(Bus::Virtio);
    let mut steps = vec![Step::Aside("SEEN nr_devices 3"), row(&[COUNTDOWN])];
    steps.extend([
        Step::Type("d"),
        Step::Type("d"),
        row(&["nullb2"]),
        Step::Type("d"),
    ]);
    steps.extend([Step::Chosen("Debian".into()), Step::Type(ENTER)]);
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=STICK"));
    play(&Case {
        files: vec![
            ("init", Content::Program(WATCHER.into())),
            ("loader", Content::Copy(loader())),
            ("bin/busybox", Content::Copy(busybox.trim().into())),
        ],
        disks: vec![boot, fat],
        steps,
        ..Case::new()
    });
}

#[test]
fn modules_of_the_boot_disk_with_an_option() {
    // Where both say something, the configuration counts.
    let conf = "options null_blk nr_devices=5\n";
    with_an_option("kmod null_blk nr_devices=3", conf);
}

#[test]
fn modules_of_the_boot_disk_with_an_option_beside_them() {
    let conf = "# What a distribution has in /etc/modprobe.d\noptions null-blk nr_devices=3\n";
    with_an_option("", conf);
}

/// Debian 12's own kernel decompresses no module: that is said, and then it boots.
#[test]
fn kernel_that_cannot_decompress_modules() {
    let mut boot = Disk::boot(&at_once("LABEL=debian").replace("timeout 0", "timeout 3"));
    for module in kernels::modules(OLD, &["virtio_blk"]) {
        let name = format!("modules/{}.ko.xz", kernels::stem(&module));
        boot = boot.file(&name, Content::Bytes(kernels::compressed(&module)));
    }
    let mut steps = vec![row(&["virtio_blk", CANNOT_DECOMPRESS])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=debian"));
    play(&Case {
        kernel: OLD,
        // Those that are not built in, plain.
        modules: &["nvme", "ext4", "crc32c_generic"],
        disks: vec![boot, debian()],
        steps,
        ..Case::new()
    });
}

/// What `script` writes, in a folder of these files.
pub(super) fn packed(files: impl Iterator<Item = (String, Content)>, script: &str) -> Content {
    let folder = Folder::new("archive");
    for (name, content) in files {
        content.write(&folder.0.join(name));
    }
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(&folder.0);
    let out = command.output().expect("a shell");
    assert!(out.status.success(), "{script}: {out:?}");
    Content::Bytes(out.stdout)
}

/// Plain modules in an archive that `script` makes of the files in a folder.
fn archive(modules: &BTreeSet<PathBuf>, script: &str) -> Content {
    let plain = modules.iter().map(|module| {
        let name = format!("{}.ko", kernels::stem(module));
        (name, Content::Bytes(kernels::plain(module)))
    });
    packed(plain, script)
}

/// A disk's driver in one archive, its file system's in another, and what that needs of characters
/// in two more, each compressed as a whole in a way of its own; a fifth is damaged, and is told of.
#[test]
fn modules_in_compressed_archives() {
    let pack = "tar -cf - *.ko | xz -c --lzma2=dict=1MiB";
    let disks = archive(&kernels::modules(STAGE, &["virtio_blk"]), pack);
    // What the others need comes last.
    let list = "ls *.ko | sort -r | cpio -o --quiet -H newc";
    let files = archive(
        &kernels::modules(STAGE, &["vfat"]),
        &format!("{list} | gzip -9"),
    );
    let pack = "tar -cf - *.ko | zstd -19 --zstd=wlog=20";
    let pages = archive(&kernels::modules(STAGE, &["nls_cp437"]), pack);
    // A window of 128 MiB, of which no more is needed than the archive has bytes.
    let pack = format!("{list} | zstd --ultra -22");
    let ascii = archive(&kernels::modules(STAGE, &["nls_ascii"]), &pack);
    let boot = Disk::boot(&at_once("LABEL=STICK").replace("timeout 0", "timeout 3"))
        .file("modules/disks.txz", disks)
        .file("modules/fs/files.cpio.gz", files)
        .file("modules/fs/pages.tar.zst", pages)
        .file("modules/fs/ascii.cpio.zst", ascii)
        .file("modules/wrong.tlz", "nothing of the kind");
    let mut steps = vec![row(&["archive wrong.tlz is left out"])];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by LABEL=STICK"));
    let fat = Disk::debian("vfat", TARGET).label("STICK").on(Bus::Virtio);
    play(&Case {
        disks: vec![boot, fat],
        steps,
        ..Case::new()
    });
}

/// A disk's adapter in an image of one file system, its driver in one of another; the kernel needs
/// modules for both. What is in the second needs what was in the first.
#[test]
fn modules_in_images() {
    let adapter = kernels::modules(GENERIC, &["ahci"]);
    let driver = kernels::modules(GENERIC, &["sd_mod"]);
    let driver = driver.difference(&adapter).cloned().collect();
    let squashfs = "mkdir modules && cp *.ko modules && \
        mksquashfs modules image -noappend -no-progress -quiet -keep-as-directory >&2 && cat image";
    let erofs = "mkdir all && mv *.ko all && mkfs.erofs image all >&2 && cat image";
    let mut boot = Disk::boot(&at_once("LABEL=STICK"))
        .file("modules/modules.sqsh", archive(&adapter, squashfs))
        .file("modules/modules.erofs", archive(&driver, erofs));
    for module in kernels::modules(GENERIC, &["loop", "squashfs", "erofs"]) {
        let name = format!("modules/{}.ko", kernels::stem(&module));
        boot = boot.file(&name, Content::Bytes(kernels::plain(&module)));
    }
    let other = Disk::debian("ext4", TARGET).label("STICK").on(Bus::Ahci);
    play(&Case {
        kernel: GENERIC,
        modules: &["nvme", "ext4", "crc32c_generic"],
        disks: vec![boot, other],
        steps: boots("Debian", TARGET, "console=ttyS0 by LABEL=STICK"),
        ..Case::new()
    });
}
