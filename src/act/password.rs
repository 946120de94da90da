//! Asks for the password.

use super::Machine;
#[cfg(feature = "explain")]
use super::command::{complain, print};
use super::console::Event;
use crate::sys::clock;
#[cfg(feature = "explain")]
use crate::sys::{
    fd::{STANDARD_ERROR, STANDARD_INPUT, STANDARD_OUTPUT},
    random,
    start::Args,
    tty::{self, Settings},
};
use heapless::Vec;
use kexec_loader::entry::Entries;
#[cfg(feature = "explain")]
use kexec_loader::keys::Decoder;
use kexec_loader::menu::Screen;
use kexec_loader::out::Put;
use kexec_loader::password::{Hash, LONGEST, Step, Typed, pause};
#[cfg(feature = "explain")]
use kexec_loader::text::number;
use kexec_loader::text::part;

/// How many iterations the command has, if it is not told how many.
#[cfg(feature = "explain")]
const ITERATIONS: u32 = 100_000;
/// The command, for `--help`.
#[cfg(feature = "explain")]
pub(crate) const HELP: &[u8] = b"
  kexec-loader password [ITERATIONS]
                  asks for a password and prints the line for a configuration
";

const _: () = assert!(LONGEST == 64, "as the manual says");

/// How many wrong ones there were.
pub(crate) struct Guard {
    wrong: u32,
}

impl Guard {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self { wrong: 0 }
    }
}

/// Has a person type the password, if there is one; says whether it was right. Each wrong one
/// makes the time longer in which no other can be typed.
#[inline(never)]
pub(crate) fn ask(entries: &Entries<'_>, machine: &mut Machine<'_>) -> bool {
    if entries.password.is_empty() {
        return true;
    }
    let hash = Hash::read(entries.password);
    let mut typed = Typed::new();
    let mut is_right = false;
    machine.consoles.clear();
    loop {
        machine
            .consoles
            .draw(&mut |screen| Some(draw(screen, typed.text().len(), b"")));
        machine.consoles.tell(machine.notes);
        match machine.consoles.wait(None) {
            Event::Key(key) => match typed.key(key) {
                Step::More => {}
                Step::Left => break,
                Step::Done => {
                    is_right = hash.as_ref().is_some_and(|hash| hash.is_of(typed.text()));
                    if is_right {
                        machine.guard.wrong = 0;
                        break;
                    }
                    typed = Typed::new();
                    machine.notes.say("a wrong password was typed", &[]);
                    keep_waiting(machine);
                }
            },
            Event::Device => machine.disks.scan(false, machine.notes),
            Event::Time => {}
        }
    }
    machine.consoles.clear();
    is_right
}

/// Waits after a wrong password, whatever is typed.
fn keep_waiting(machine: &mut Machine<'_>) {
    let until = clock::milliseconds().wrapping_add(pause(machine.guard.wrong));
    machine.guard.wrong = machine.guard.wrong.saturating_add(1);
    machine
        .consoles
        .draw(&mut |screen| Some(draw(screen, 0, b" That was wrong. Wait.")));
    loop {
        match machine.consoles.wait(Some(until)) {
            Event::Time => break,
            Event::Key(_) => {}
            Event::Device => machine.disks.scan(false, machine.notes),
        }
        if clock::milliseconds() >= until {
            break;
        }
    }
}

/// Shows how many letters there are; gives where the cursor is.
fn draw(screen: &mut dyn Screen, count: usize, said: &[u8]) -> (usize, usize) {
    let (rows, columns) = screen.size();
    let mut row = Vec::<u8, 128>::new();
    let mut column = 0;
    for at in 0..rows {
        row.clear();
        match at {
            0 => row.put(b" This is locked."),
            2 => {
                row.put(b" password: ");
                for _ in 0..count {
                    row.put(b"*");
                }
                column = row.len();
            }
            4 => row.put(said),
            5 => row.put(b" Enter: done. Escape: back to the menu."),
            _ => {}
        }
        let end = row.len().min(columns);
        screen.row(at, at == 0, part(&row, 0, end));
    }
    (2, column)
}

/// The ordinary command: asks for a password twice, and prints what a configuration has of it.
/// Where the input is no terminal, its first line is the password. Gives the exit status.
#[cfg(feature = "explain")]
pub(crate) fn command(mut args: Args) -> u32 {
    let word = args.next();
    let iterations = match word {
        None => Some(ITERATIONS),
        Some(word) => number(word).and_then(|many| u32::try_from(many).ok()),
    };
    let mut salt = [0; 16];
    let mut settings = Settings::unknown();
    tty::make_raw(&STANDARD_INPUT, &mut settings);
    let one = read_line(b"password: ");
    let other = read_line(b"once more: ");
    tty::restore(&STANDARD_INPUT, &settings);
    let (Some(one), true) = (one, random::fill(&mut salt).is_ok()) else {
        return complain("no password was read", b"");
    };
    if other.is_some_and(|other| other.text() != one.text()) {
        return complain("these are two passwords, not one", b"");
    }
    let hash = iterations.and_then(|many| Hash::new(one.text(), many, &salt));
    let Some(hash) = hash else {
        return complain(
            "a password has 1 to 64 bytes, and 1 to 10000000 iterations",
            b"",
        );
    };
    let mut line = Vec::<u8, 256>::new();
    line.put(b"menu-password ");
    hash.put(&mut line);
    line.put(b"\n");
    print(&STANDARD_OUTPUT, &line);
    0
}

/// Reads a line of standard input, after a question; `None` where there is none, or the person
/// does not want to.
#[cfg(feature = "explain")]
fn read_line(question: &[u8]) -> Option<Typed> {
    print(&STANDARD_ERROR, question);
    let mut typed = Typed::new();
    let mut decoder = Decoder::default();
    let mut byte = [0];
    let mut is_line = false;
    while let Ok(1) = STANDARD_INPUT.read(&mut byte) {
        is_line = true;
        match decoder
            .feed(byte[0])
            .map_or(Step::More, |key| typed.key(key))
        {
            Step::More => {}
            Step::Done => break,
            Step::Left => return None,
        }
    }
    print(&STANDARD_ERROR, b"\n");
    is_line.then_some(typed)
}
