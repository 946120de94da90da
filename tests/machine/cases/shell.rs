//! The shell, on the serial line.

use super::debian;
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{ENTER, NO_ENTRIES};
use std::fmt::Write as _;

/// What is in the menu's last row, and in the shell's first.
const KEY: &str = "c shell";
const HELLO: &str = "exit goes back to the menu";
/// A full page.
const MORE: &str = "--more--";
const CONTROL_C: &str = "\x03";
/// A menu without a countdown.
const ONE: &str = "timeout off\ntitle Only\n kernel /none\n";

/// The shell is opened from the menu.
fn opened() -> Vec<Step> {
    vec![row(&[KEY]), Step::Type("c"), row(&[HELLO])]
}

/// A line is typed at this prompt.
fn types(prompt: &str, text: &'static str) -> [Step; 3] {
    [row(&[prompt]), Step::Type(text), Step::Type(ENTER)]
}

#[test]
fn a_kernel_is_found_and_booted() {
    let mut steps = opened();
    // A label is completed; several names are listed.
    steps.extend([row(&["/> "]), Step::Type("root LAB\t")]);
    steps.extend([row(&["LABEL=KEXECLOADER"]), row(&["LABEL=debian"])]);
    steps.extend([row(&["> root LABEL="]), Step::Type("d\t")]);
    steps.extend([row(&["> root LABEL=debian"]), Step::Type(ENTER)]);
    let prompt = "(LABEL=debian)/> ";
    steps.extend(types(prompt, "find VMLIN*"));
    steps.push(line(&["(LABEL=debian)/boot/vmlinuz"]));
    steps.extend([row(&[prompt]), Step::Type("kernel bo\tvm\t")]);
    steps.extend([row(&["kernel boot/vmlinuz"]), Step::Type(ENTER)]);
    steps.extend(types(prompt, "initrd /boot/target.img"));
    steps.extend(types(prompt, "cmdline console=ttyS0 from the \"shell\""));
    steps.extend(types(prompt, "boot"));
    steps.extend(boots(
        "the edited entry",
        TARGET,
        "console=ttyS0 from the \"shell\"",
    ));
    play(&Case {
        disks: vec![Disk::boot(ONE), debian()],
        steps,
        ..Case::new()
    });
}

#[test]
fn files_are_shown() {
    let mut boot = Disk::boot(ONE).file("notes.txt", "first\tline\r\nsecond \x1b[2Jline\n");
    for number in 0..40 {
        boot = boot.file(&format!("many/file {number:02}"), "");
    }
    let mut long = String::new();
    for nth in 1..=60 {
        let _ = writeln!(long, "line {nth}");
    }
    let boot = boot.file("long.txt", long);
    let mut steps = opened();
    let prompt = "/> ";
    steps.extend(types(prompt, "cat notes.txt"));
    steps.extend([row(&["first   line"]), row(&["second ?[2Jline"])]);
    steps.extend(types(prompt, "cat nothing"));
    steps.push(line(&["cannot open", "nothing", "not found"]));
    steps.extend(types(prompt, "ls"));
    steps.extend([line(&["long.txt"]), line(&["many/"]), line(&["notes.txt"])]);
    steps.extend(types(prompt, "hexdump notes.txt"));
    steps.push(line(&["0000000000  66 69 72 73 74 09 6c", "first.line"]));
    // A page, a line more, and the end of it.
    steps.extend(types(prompt, "cat long.txt"));
    steps.extend([row(&["line 23"]), row(&[MORE]), Step::Type(ENTER)]);
    steps.extend([row(&["line 24"]), Step::Type(" "), row(&["line 47"])]);
    steps.extend([row(&[MORE]), Step::Type("q"), Step::Gone(MORE)]);
    steps.extend([Step::Never("line 48"), row(&[prompt])]);
    // A folder with blanks in its names, by the Tab key.
    steps.extend([Step::Type("cd many"), Step::Type(ENTER)]);
    steps.extend([row(&["/many> "]), Step::Type("cat f\t")]);
    steps.extend([row(&[MORE]), Step::Type(" ")]);
    steps.extend([row(&["> cat file\\ "]), Step::Type("07\t")]);
    steps.extend([row(&["cat file\\ 07 "]), Step::Type(CONTROL_C)]);
    // A long search is stopped.
    steps.extend(types("/many> ", "find nothing (rootfs)/sys"));
    steps.extend([Step::Type(CONTROL_C), line(&["^C"])]);
    steps.extend(types("/many> ", "explain ../kexec-loader.cfg"));
    steps.extend([line(&["Only"]), line(&["problems", "/none"])]);
    steps.extend(types("/many> ", "nonsense"));
    steps.push(line(&["there is no command 'nonsense'"]));
    // Lines from before: up, and found.
    steps.extend([row(&["/many> "]), Step::Type("\x1b[A\x1b[A")]);
    steps.extend([
        row(&["> explain ../kexec-loader.cfg"]),
        Step::Type("\x12long"),
    ]);
    steps.extend([row(&["search 'long': cat long.txt"]), Step::Type(CONTROL_C)]);
    for (command, words) in [
        ("\x03uname", "Linux version"),
        ("help hexdump", "shows bytes"),
        ("disks", "LABEL=KEXECLOADER"),
        ("log", "cannot open"),
    ] {
        steps.extend(types("/many> ", command));
        steps.push(line(&[words]));
    }
    steps.extend(types("/many> ", "meminfo"));
    steps.extend([row(&["MemTotal"]), row(&[MORE]), Step::Type("q")]);
    steps.extend([Step::Gone(MORE), row(&["/many> "]), Step::Type("exit\r")]);
    steps.extend([row(&[KEY]), Step::Type("c"), row(&["/many> "])]);
    // What was typed before is still there.
    steps.extend([Step::Type("\x1b[A"), row(&["/many> exit"])]);
    play(&Case {
        disks: vec![boot],
        steps,
        ..Case::new()
    });
}

/// With nothing to boot, the menu says how to open the shell; what a disk that comes meanwhile
/// has is in the menu afterwards.
#[test]
fn disk_that_comes_while_the_shell_is_open() {
    let menu = "title Late\nroot (hd0)\nkernel /boot/vmlinuz root=x\n";
    let late = debian().file("boot/grub/menu.lst", menu).late();
    let prompt = "(rootfs)/> ";
    let mut steps = vec![line(&["waiting for"]), Step::Type(" ")];
    steps.extend([row(&[NO_ENTRIES, "c opens a shell"]), Step::Type("c")]);
    steps.extend([row(&[HELLO]), row(&[prompt]), Step::Plug(0)]);
    steps.extend(types(prompt, "rescan-not"));
    steps.extend([row(&[prompt]), Step::Type("\x04"), row(&["Late"])]);
    steps.extend([Step::Type("c"), row(&[HELLO]), Step::Type("ls (lab\t")]);
    steps.extend([row(&["ls (labEL=debian)/"]), Step::Type(ENTER)]);
    steps.push(line(&["boot/"]));
    play(&Case {
        disks: vec![late],
        steps,
        ..Case::new()
    });
}
