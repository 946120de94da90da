//! Kernel modules of the boot disk.

use super::{at_once, debian};
use crate::ARCH;
use crate::machine::case::{Case, Step, boots, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, OLD, STAGE, TARGET};
use crate::machine::play::play;
use crate::machine::words::{CANNOT_DECOMPRESS, COUNTDOWN, ENTER};
use crate::machine::{loader, tool};

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
