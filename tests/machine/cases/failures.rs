//! What cannot boot, and what is said then.

use std::fmt::Write as _;

use super::{at_once, debian};
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::kernels::{self, TARGET, TINY};
use crate::machine::play::play;
use crate::machine::words::{
    DOWN, ENTER, KEXEC_DISABLED, LEAVE_SEARCH, NO_DISK, NO_FILE, NO_KEXEC, NOT_A_KERNEL, NOT_FOUND,
    STARTING, TRUNCATED, WAITING,
};

/// Entries that cannot boot, each for another reason; each brings the menu back, the
/// countdown off, and the last one boots.
#[test]
fn broken_entries_are_explained_and_the_menu_comes_back() {
    let mut config = String::from("timeout 1\n");
    for (title, kernel, initrd) in [
        ("Missing", "/boot/none", "/boot/target.img"),
        ("Text", "/boot/words", "/boot/target.img"),
        ("Cut", "/boot/cut", "/boot/target.img"),
        ("Empty", "/boot/empty", "/boot/target.img"),
        ("Folder", "/boot", "/boot/target.img"),
        ("No ramdisk", "/boot/vmlinuz", "/boot/none.img"),
        ("No disk", "(LABEL=nowhere)/vmlinuz", "/boot/target.img"),
        ("Whole", "/boot/vmlinuz", "/boot/target.img"),
    ] {
        let _ = write!(
            config,
            "title {title}\n root LABEL=debian\n kernel {kernel}\n initrd {initrd}\n \
             cmdline console=ttyS0\n"
        );
    }
    let whole = std::fs::read(kernels::image(TARGET)).expect("a kernel");
    let disk = debian()
        .file("boot/words", "these are only words\n".repeat(1000))
        .file(
            "boot/cut",
            Content::Bytes(whole[..whole.len() / 2].to_vec()),
        )
        .file("boot/empty", "");
    let mut steps = Vec::new();
    for (number, (title, said)) in [
        ("Missing", [NOT_FOUND, "/boot/none"]),
        ("Text", [NOT_A_KERNEL, "/boot/words"]),
        ("Cut", [TRUNCATED, "/boot/cut"]),
        ("Empty", [NOT_A_KERNEL, "/boot/empty"]),
        ("Folder", ["/boot", NO_FILE]),
        ("No ramdisk", [NOT_FOUND, "/boot/none.img"]),
    ]
    .into_iter()
    .enumerate()
    {
        // The first is started by the countdown.
        if number > 0 {
            steps.extend([Step::Chosen(title.into()), Step::Type(ENTER)]);
        }
        steps.extend([row(&said), Step::Chosen(title.into()), Step::Type(DOWN)]);
    }
    // A disk that is not there may still come: that it is waited for is said.
    steps.extend([
        Step::Chosen("No disk".into()),
        row(&[NO_DISK, "LABEL=nowhere"]),
        Step::Type(ENTER),
        line(&[WAITING, "LABEL=nowhere", LEAVE_SEARCH]),
        Step::Type(" "),
        Step::Chosen("No disk".into()),
        Step::Type(DOWN),
    ]);
    steps.extend([Step::Chosen("Whole".into()), Step::Type(ENTER)]);
    steps.extend(boots("Whole", TARGET, "console=ttyS0"));
    play(&Case {
        disks: vec![Disk::boot(&config), disk],
        steps,
        ..Case::new()
    });
}

/// Nor does this kernel have /dev of its own, a network to announce disks through, or
/// modules.
#[test]
fn kernel_without_kexec() {
    let fat = Disk::debian("vfat", TINY).label("KEXECLOADER").on(Bus::Ide);
    let disk = fat.file("kexec-loader.cfg", at_once("LABEL=kexecloader"));
    play(&Case {
        kernel: TINY,
        disks: vec![disk],
        steps: vec![
            row(&[NO_KEXEC]),
            Step::Chosen("Debian".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

#[test]
fn kexec_switched_off() {
    let steps = vec![row(&[KEXEC_DISABLED]), Step::Chosen("Debian".into())];
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 sysctl.kernel.kexec_load_disabled=1",
        disks: vec![Disk::boot(&at_once("LABEL=debian")), debian()],
        steps: [steps, vec![Step::Type("p"), Step::Ends]].concat(),
        ..Case::new()
    });
}

/// A program whose parts do not begin at pages, so that it is put together in memory first:
/// most of it is zeroes, which are in no file.
fn large_program(megabytes: u32) -> Vec<u8> {
    let mut file = vec![0; 0x1010];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"\x7fELF\x01\x01\x01");
    put(16, &[2, 0, 3, 0]); // ET_EXEC, EM_386
    put(24, &0x20_0010_u32.to_le_bytes());
    put(28, &[52]);
    put(42, &[32, 0, 1, 0]);
    let memory = megabytes << 20;
    for (nth, word) in [1, 0x1000, 0x20_0010, 0x20_0010, 16, memory]
        .iter()
        .enumerate()
    {
        put(52 + nth * 4, &u32::to_le_bytes(*word));
    }
    file
}

/// It would be there twice, for which there is no room; once it has.
#[test]
fn program_that_is_put_together() {
    let config = "timeout 0\ntitle Large\n root LABEL=debian\n kernel /large\n";
    let disk = Disk::new("ext4").label("debian");
    play(&Case {
        // More than twice the program's half, and less than twice the program beside a kernel.
        memory: 152,
        disks: vec![
            Disk::boot(config),
            disk.file("large", Content::Bytes(large_program(70))),
        ],
        steps: vec![
            row(&["cannot boot Large: it needs", "MB are free"]),
            Step::Chosen("Large".into()),
            Step::Type("b"),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// A ramdisk of no bytes is none, however the kernel is loaded; Linux refuses it.
#[test]
fn empty_ramdisk() {
    let disk = Disk::new("ext4")
        .label("debian")
        .file("boot/vmlinuz", kernels::image(TARGET));
    play(&Case {
        disks: vec![
            Disk::boot(&at_once("LABEL=debian")),
            disk.file("boot/target.img", ""),
        ],
        steps: vec![Step::LineUnless(
            vec![STARTING.to_owned(), "Debian".to_owned()],
            "cannot load".to_owned(),
        )],
        ..Case::new()
    });
}
