//! Keyboards of other layouts. QEMU's names of keys are those of an American one.

use super::{TWO, debian};
use crate::machine::case::{Case, Step, boots, line, vga_row};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::media::keymap;
use crate::machine::play::play;
use crate::machine::words::NAME;

/// A menu of one entry, with a mistake to be told.
const MENU: &str = "timeout off\ntitle First\n kernel /x\nmistake\n";
/// What is on the page of disks and not in the menu, and below every page.
const DISKS: &str = "LABEL=KEXECLOADER";
const PAGE: &str = "any other key goes back";

/// A German keyboard has Y and Z in each other's place, with Control too, and most signs
/// elsewhere. What is typed is what the kernel is given.
#[test]
fn a_german_keyboard() {
    let config = format!("keymap de\n{}", TWO.replace("timeout 2", "timeout off"));
    let mut steps = vec![vga_row(&["First"]), Step::Press("e")];
    steps.push(vga_row(&["cmdline console=ttyS0 first"]));
    let keys = ["spc", "y", "z", "shift-7", "shift-0", "alt_r-q", "slash"];
    steps.extend(keys.map(Step::Press));
    // The word is taken away, and put back behind another letter.
    steps.push(vga_row(&["first zy/=@-"]));
    steps.extend(["ctrl-w", "x", "ctrl-z"].map(Step::Press));
    steps.extend([vga_row(&["first xzy/=@-"]), Step::Press("f10")]);
    steps.extend(boots(
        "the edited entry",
        TARGET,
        "console=ttyS0 first xzy/=@-",
    ));
    play(&Case {
        disks: vec![
            Disk::boot(&config).file("keymaps/de", keymap("de")),
            debian(),
        ],
        steps,
        ..Case::new()
    });
}

/// A French keyboard has the M beside the L, where others have a semicolon.
#[test]
fn a_keymap_that_the_configuration_names() {
    let config = format!("keymap fr\n{MENU}");
    play(&Case {
        disks: vec![Disk::boot(&config).file("keymaps/fr", keymap("fr"))],
        steps: vec![
            vga_row(&["First"]),
            Step::Press("semicolon"),
            vga_row(&[PAGE]),
            vga_row(&["unknown directive 'mistake'"]),
        ],
        ..Case::new()
    });
}

/// Dvorak's keyboard has the D where others have an H.
#[test]
fn a_keymap_of_the_initramfs() {
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 keymap=dvorak",
        files: vec![("keymaps/dvorak", keymap("dvorak"))],
        disks: vec![Disk::boot(MENU)],
        steps: vec![vga_row(&["First"]), Step::Press("h"), vga_row(&[DISKS])],
        ..Case::new()
    });
}

/// Without a name, `keymap.txt` of the boot disk.
#[test]
fn a_keymap_of_the_original() {
    play(&Case {
        disks: vec![Disk::boot(MENU).file("keymap.txt", "0\t45\td\r\n0 30 qwertz\r\n")],
        steps: vec![
            line(&["keymap.txt:2: unknown action 'qwertz'"]),
            vga_row(&["First"]),
            Step::Press("x"),
            vga_row(&[DISKS]),
        ],
        ..Case::new()
    });
}

#[test]
fn a_keymap_without_a_keyboard() {
    let config = format!("keymap de\n{MENU}");
    play(&Case {
        cmdline: "console=ttyS0",
        disks: vec![Disk::boot(&config)],
        steps: vec![
            line(&[NAME]),
            line(&["keymap de: none of the consoles is a screen with a keyboard"]),
        ],
        ..Case::new()
    });
}
