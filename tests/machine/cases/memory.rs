//! With how little memory a small kernel starts the loader, and the loader the same kernel.

use std::time::{Duration, Instant};

use super::{TWO, at_once};
use crate::ARCH;
use crate::budget;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, line, row};
use crate::machine::disk::{Bus, Content, Disk};
use crate::machine::play::try_play;
use crate::machine::words::{
    COUNTDOWN, ENTER, LEAVE_SEARCH, NAME, NO_ENTRIES, NOT_FOUND, STARTING, WAITING,
};
use crate::machine::{kernels, loader, tool};

/// Built here, for small machines.
const SMALL: &str = match ARCH {
    Arch::X86_64 => "small-x86_64",
    Arch::I386 => "small-i386",
};

/// A machine for it, its disks behind ATA. It ends when its kernel panics, which lies where
/// it was built for, so that it needs the same each time.
fn machine(memory: u32) -> Case {
    Case {
        kernel: SMALL,
        cmdline: "console=tty0 console=ttyS0 panic=-1 nokaslr",
        memory,
        modules: &["ata_piix", "sd_mod"],
        ..Case::new()
    }
}

/// The menu is up, and answers.
pub(crate) fn menu(memory: u32) -> Case {
    let config = TWO.replace("LABEL=debian", "LABEL=KEXECLOADER");
    Case {
        disks: vec![Disk::boot(&config).on(Bus::Ide)],
        steps: vec![
            row(&[COUNTDOWN]),
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Chosen("First".into()),
            Step::Type(ENTER),
            row(&[NOT_FOUND, "/boot/vmlinuz"]),
            Step::Type("b"),
            Step::Ends,
        ],
        ..machine(memory)
    }
}

/// The kernel starts itself, and the loader in it comes up again: what Debian has needs a
/// later processor than the first of those it is for, and more memory.
pub(crate) fn itself(memory: u32) -> Case {
    let name = format!("loader-{}-{memory}", std::process::id());
    let ramdisk = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let paths = [&ramdisk, &loader()].map(|path| path.display().to_string());
    tool("stage1.sh", &paths);
    let bytes = std::fs::read(&ramdisk).expect("a ramdisk");
    std::fs::remove_file(&ramdisk).expect("a ramdisk");
    let disk = Disk::boot(&at_once("LABEL=KEXECLOADER"))
        .file("boot/vmlinuz", kernels::image(SMALL))
        .file("boot/target.img", Content::Bytes(bytes));
    Case {
        disks: vec![disk.on(Bus::Ide)],
        steps: vec![
            line(&[NAME]),
            Step::LineUnless(
                vec![STARTING.to_owned(), "Debian".to_owned()],
                "cannot boot".to_owned(),
            ),
            line(&[NAME]),
            row(&[WAITING, LEAVE_SEARCH]),
            Step::Type(" "),
            row(&[NO_ENTRIES]),
            Step::Type("b"),
            Step::Ends,
        ],
        ..machine(memory)
    }
}

/// Looks for the least memory that is enough, from the budget on, and prints it.
pub(crate) fn floor(what: &str, case: fn(u32) -> Case) {
    let name = format!("memory.{}.{what}", ARCH.name());
    let budget = u32::try_from(budget::limit(&name)).expect("some MB");
    let (mut least, mut patience) = (None, Case::new().patience);
    for memory in (1..=budget).rev() {
        let start = Instant::now();
        let case = Case {
            patience,
            ..case(memory)
        };
        match try_play(&case) {
            Ok(_) => {
                least = Some(memory);
                // One that is too small may just stand still.
                patience = patience.min(start.elapsed() * 2 + Duration::from_secs(10));
            }
            Err(report) => {
                assert!(least.is_some(), "{memory} MB: {report}");
                break;
            }
        }
    }
    budget::check(&[(&name, least.expect("a machine that boots").into())]);
}

#[test]
fn floor_of_the_menu() {
    floor("menu", menu);
}

#[test]
fn floor_of_a_boot() {
    floor("boot", itself);
}
