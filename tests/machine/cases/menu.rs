//! The menu, by countdown and by keys, on every console there is.

use super::{TWO, debian};
use crate::machine::case::{Case, Step, boots, line, row, vga_chosen, vga_row};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{COUNTDOWN, DOWN, END, ENTER, NAME, OPTIONS};
use std::fmt::Write as _;

#[test]
fn countdown_boots_the_default() {
    let mut steps = vec![line(&[NAME]), row(&[COUNTDOWN, "any key stops"])];
    steps.extend([
        Step::Chosen("First".into()),
        row(&[OPTIONS, "console=ttyS0 first"]),
    ]);
    steps.extend(boots("First", TARGET, "console=ttyS0 first"));
    play(&Case {
        disks: vec![Disk::boot(TWO), debian()],
        steps,
        ..Case::new()
    });
}

#[test]
fn second_entry_by_key_on_the_serial_line() {
    // The first key stops the countdown, and that is all it does.
    let mut steps = vec![row(&[COUNTDOWN]), Step::Type(DOWN), Step::Gone(COUNTDOWN)];
    steps.extend([Step::Chosen("First".into()), Step::Type(DOWN)]);
    steps.extend([Step::Chosen("Second Title".into()), Step::Type(ENTER)]);
    steps.extend(boots("Second Title", TARGET, "console=ttyS0 second"));
    play(&Case {
        disks: vec![Disk::boot(TWO), debian()],
        steps,
        ..Case::new()
    });
}

#[test]
fn second_entry_by_key_on_the_keyboard() {
    let mut steps = vec![
        vga_row(&[COUNTDOWN]),
        Step::Press("down"),
        vga_chosen("First"),
    ];
    steps.extend([
        Step::Press("down"),
        vga_chosen("Second Title"),
        Step::Press("ret"),
    ]);
    steps.extend(boots("Second Title", TARGET, "console=ttyS0 second"));
    play(&Case {
        disks: vec![Disk::boot(TWO), debian()],
        steps,
        ..Case::new()
    });
}

/// The terminal on the serial line has stopped (flow control, a cut cable): what is
/// written to it is never taken, and the screen and the keyboard must still work.
#[test]
fn serial_line_that_nobody_reads() {
    let config = TWO.replace("console=ttyS0", "console=tty0 stay");
    let steps = vec![
        Step::Deaf,
        vga_row(&[COUNTDOWN]),
        Step::Press("down"),
        vga_chosen("First"),
        Step::Press("down"),
        vga_chosen("Second Title"),
        Step::Press("ret"),
        vga_row(&["TARGET cmdline console=tty0 stay second"]),
    ];
    let cmdline = "console=ttyS0 console=tty0 quiet";
    play(&Case {
        cmdline,
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}

#[test]
fn two_hundred_entries() {
    let mut config = String::from("timeout off\n");
    for number in 1..=200 {
        let _ = write!(
            config,
            "title Entry {number} of many\n root LABEL=debian\n kernel /boot/vmlinuz\n \
             initrd /boot/target.img\n cmdline console=ttyS0 number={number}\n"
        );
    }
    let mut steps = vec![Step::Chosen("Entry 1 of".into()), Step::Type(END)];
    steps.extend([
        Step::Chosen("Entry 200 of".into()),
        row(&["199  Entry 199 of"]),
    ]);
    steps.extend([row(&[OPTIONS, "number=200"]), Step::Type(ENTER)]);
    steps.extend(boots(
        "Entry 200 of many",
        TARGET,
        "console=ttyS0 number=200",
    ));
    play(&Case {
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}
