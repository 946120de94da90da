//! The entry editor, by the serial line and by the keyboard, to the end: what was changed boots.

use super::{TWO, debian};
use crate::machine::case::{Case, Step, boots, row, vga_chosen, vga_row};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{COUNTDOWN, DOWN, EDITING, END, ESCAPE, LEFT, NOT_FOUND, OPTIONS, UP};

/// An entry whose kernel would say nothing that can be read.
const WRONG: &str = "timeout off
title Debian
  root LABEL=debian
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline console=ttyS9 wrong
";

#[test]
fn wrong_command_line_is_corrected_on_the_serial_line() {
    let mut steps = vec![Step::Chosen("Debian".into()), Step::Type("e")];
    // What is left by Escape is as it was.
    steps.extend([
        row(&[EDITING, "Debian"]),
        row(&["cmdline console=ttyS9 wrong"]),
        Step::Type("zzz"),
        row(&["cmdline console=ttyS9 wrongzzz"]),
        Step::Type(ESCAPE),
        row(&[OPTIONS, "console=ttyS9 wrong"]),
        Step::Gone("zzz"),
        Step::Type("e"),
        row(&["cmdline console=ttyS9 wrong"]),
    ]);
    // A kernel that is not there, and then a mistake: each is told, and the lines stay.
    steps.extend([Step::Type(UP), Step::Type(UP), Step::Type("x\r")]);
    steps.extend([
        row(&["cannot open /boot/vmlinuzx", NOT_FOUND]),
        row(&["kernel /boot/vmlinuzx"]),
        Step::Type("\x7f\x0fcmdlien x\r"),
        row(&["edited:3: unknown directive 'cmdlien'"]),
    ]);
    // Ctrl-U takes the line away; then all of the command line is typed over.
    steps.extend([
        Step::Type("\x15"),
        Step::Type(DOWN),
        Step::Type(DOWN),
        Step::Type(END),
        Step::Type("\x15cmdline console=ttyS0 edted"),
        Step::Type(LEFT),
        Step::Type(LEFT),
        Step::Type(LEFT),
        Step::Type("i"),
        row(&["cmdline console=ttyS0 edited"]),
        Step::Type("\r"),
    ]);
    steps.extend(boots("the edited entry", TARGET, "console=ttyS0 edited"));
    play(&Case {
        disks: vec![Disk::boot(WRONG), debian()],
        steps,
        ..Case::new()
    });
}

#[test]
fn command_line_is_changed_on_the_keyboard() {
    // The first key stops the countdown, and that is all it does.
    let mut steps = vec![vga_row(&[COUNTDOWN]), Step::Press("e")];
    steps.extend([Step::Gone(COUNTDOWN), vga_chosen("First")]);
    steps.extend([Step::Press("e"), vga_row(&["cmdline console=ttyS0 first"])]);
    let keys = ["home", "delete", "c", "end", "ctrl-w", "o", "left", "k"];
    steps.extend(keys.map(Step::Press));
    steps.extend([vga_row(&["cmdline console=ttyS0 ko"]), Step::Press("f10")]);
    steps.extend(boots("the edited entry", TARGET, "console=ttyS0 ko"));
    play(&Case {
        disks: vec![Disk::boot(TWO), debian()],
        steps,
        ..Case::new()
    });
}
