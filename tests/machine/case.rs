//! What a case is made of: the machine, and the steps it is taken through.

use std::time::Duration;

use super::arch::Arch;
use super::disk::{Content, Disk};
use super::{kernels, words};
use crate::ARCH;

/// What a machine is started from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Start {
    /// A kernel and an initramfs, by QEMU.
    Kernel,
    /// One of the boot media, by the BIOS: a file of `floppy/build.sh`, by how its name ends.
    Floppy(&'static str),
    Cd(&'static str),
    UsbStick(&'static str),
    /// A folder that QEMU's own TFTP server gives.
    Network(&'static str),
}

/// What the machine has that starts it from a medium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Firmware {
    Bios,
    /// OVMF, for 64-bit machines.
    Efi,
}

/// One machine, and what becomes of it.
pub(crate) struct Case {
    /// What QEMU emulates: a 64-bit processor can run 32-bit kernels.
    pub(crate) emulator: Arch,
    /// QEMU's name of the processor: `max` is all that there is.
    pub(crate) cpu: &'static str,
    /// QEMU's name of the machine.
    pub(crate) machine: &'static str,
    /// Its memory, in MB.
    pub(crate) memory: u32,
    /// What starts the loader; if it is a medium, the kernel, its command line, its modules
    /// and its files are the medium's.
    pub(crate) start: Start,
    pub(crate) firmware: Firmware,
    /// Files that its user has put on that medium.
    pub(crate) on_medium: Vec<(&'static str, Content)>,
    /// Archives of modules that its user has added to it, after options of `add-modules.sh`.
    pub(crate) archives: &'static [&'static str],
    /// Whether nothing more has room on it.
    pub(crate) is_full: bool,
    /// Whether its notch is closed.
    pub(crate) is_protected: bool,
    /// Which USB controller it has, if there is anything on it.
    pub(crate) usb: &'static str,
    /// Whether the keyboard is on it too.
    pub(crate) has_usb_keyboard: bool,
    /// What else it has, by QEMU's names.
    pub(crate) devices: &'static [&'static str],
    /// The kernel that starts the loader.
    pub(crate) kernel: &'static str,
    /// That kernel's command line.
    pub(crate) cmdline: &'static str,
    /// Modules of that kernel for the initramfs' `/modules`, with those they need.
    pub(crate) modules: &'static [&'static str],
    /// More files in the initramfs.
    pub(crate) files: Vec<(&'static str, Content)>,
    pub(crate) disks: Vec<Disk>,
    /// Rows and columns of the terminals on the serial lines.
    pub(crate) terminal: (u16, u16),
    pub(crate) steps: Vec<Step>,
    /// How long a step may take.
    pub(crate) patience: Duration,
}

impl Case {
    /// A current machine with the screen and the serial line as consoles, no disk,
    /// nothing done.
    pub(crate) fn new() -> Self {
        Self {
            emulator: ARCH,
            cpu: "max",
            machine: "pc",
            memory: 512,
            start: Start::Kernel,
            firmware: Firmware::Bios,
            on_medium: Vec::new(),
            archives: &[],
            is_full: false,
            is_protected: false,
            usb: "qemu-xhci",
            has_usb_keyboard: false,
            devices: &[],
            kernel: kernels::STAGE,
            cmdline: "console=tty0 console=ttyS0",
            modules: &[],
            files: Vec::new(),
            disks: Vec::new(),
            terminal: (25, 80),
            steps: Vec::new(),
            // Far longer than any takes in software emulation.
            patience: Duration::from_mins(2),
        }
    }
}

/// What is waited for, or done.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A line with all these words comes on the serial line, after those of the
    /// steps before.
    Line(Vec<String>),
    /// The same, before a row of the serial terminal has the other words.
    LineUnless(Vec<String>, String),
    /// A row of the serial terminal has all these words.
    Row(Vec<String>),
    /// A row that is chosen (in reverse video) has these words.
    Chosen(String),
    /// The same two of the VGA screen.
    VgaRow(Vec<String>),
    VgaChosen(String),
    /// No row of the serial terminal has these words any more.
    Gone(&'static str),
    /// These words never came on the serial line up to now.
    Never(&'static str),
    /// A line with these words comes on the second serial line.
    Aside(&'static str),
    /// These bytes are typed on the serial line.
    Type(&'static str),
    /// Bytes by chance come on the serial line, for so many seconds.
    Noise(u64),
    /// The VGA screen becomes a picture of this name.
    Picture(&'static str),
    /// This key of the keyboard is pressed, or several at once: `ctrl-w`.
    Press(&'static str),
    /// The late disk of this number is plugged in.
    Plug(usize),
    /// The disk of this number is pulled out.
    Unplug(usize),
    /// The floppy is taken out.
    Eject,
    /// Another medium is put into the drive: a file of `floppy/build.sh`, by how its name ends,
    /// and whether a file of its is changed, so that it is another kernel's.
    Insert(&'static str, bool),
    /// From here on nobody reads the serial line.
    Deaf,
    /// The machine ends by itself.
    Ends,
}

/// A row of the serial terminal with all these words.
pub(crate) fn row(words: &[&str]) -> Step {
    Step::Row(words.iter().map(ToString::to_string).collect())
}

/// A line on the serial line with all these words.
pub(crate) fn line(words: &[&str]) -> Step {
    Step::Line(words.iter().map(ToString::to_string).collect())
}

/// A row of the VGA screen with all these words.
pub(crate) fn vga_row(words: &[&str]) -> Step {
    Step::VgaRow(words.iter().map(ToString::to_string).collect())
}

/// A chosen row of the VGA screen with these words.
pub(crate) fn vga_chosen(words: &str) -> Step {
    Step::VgaChosen(words.to_owned())
}

/// The entry with this title is started, and a target comes up with this kernel and
/// this command line and ends.
pub(crate) fn boots(title: &str, kernel: &str, cmdline: &str) -> Vec<Step> {
    boots_with(title, kernel, cmdline, &[])
}

/// The same; the target shows these files of its ramdisks.
pub(crate) fn boots_with(title: &str, kernel: &str, cmdline: &str, files: &[&str]) -> Vec<Step> {
    let release = format!("TARGET kernel {}", kernels::release(kernel));
    let cmdline = format!("TARGET cmdline {cmdline}");
    let mut steps = vec![
        line(&[words::STARTING, title, words::BLANK]),
        line(&[&release]),
    ];
    steps.push(line(&[&cmdline]));
    steps.extend(files.iter().map(|file| line(&["TARGET file", file])));
    steps.extend([line(&["TARGET done"]), Step::Ends]);
    steps
}
