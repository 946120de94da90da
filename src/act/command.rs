//! The ordinary command: what the program does when it is not process 1.

use super::explain;
use super::menu::NAME;
use super::password;
use crate::sys::fd::{Fd, STANDARD_ERROR, STANDARD_OUTPUT};
use crate::sys::process;
use crate::sys::start::Args;
use heapless::Vec;
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;

const HELP: &[u8] = b"usage: kexec-loader explain [--json] [--disk IDS=DIR]... DIR...
       kexec-loader --help | --version

The /init of a small initramfs, which finds kernels on disks and starts one with kexec.
As an ordinary command it explains a boot disk's configuration before it is booted:

  explain DIR     prints the entries and problems of the boot disk that DIR stands for
  --json          prints them as one JSON object a DIR
  --disk IDS=DIR  has DIR stand for another disk, called LABEL=x,UUID=y,PARTUUID=z,sda1

Exit status: 0 if every entry can be booted, 1 if not, 2 if the arguments are wrong.
";

/// Does what the arguments say, and ends the process.
pub(crate) fn run(mut args: Args) -> ! {
    args.next();
    let word = args.next().unwrap_or(b"");
    let status = if word == b"explain" {
        explain::run(args)
    } else if word == b"password" {
        password::command(args)
    } else if word == b"--version" {
        print(&STANDARD_OUTPUT, NAME.as_bytes());
        print(&STANDARD_OUTPUT, b"\n");
        0
    } else if word == b"--help" {
        print(&STANDARD_OUTPUT, HELP);
        print(&STANDARD_OUTPUT, password::HELP);
        0
    } else {
        complain("an ordinary command wants something to do, not ", word)
    };
    process::exit(status)
}

/// Says what is wrong with the arguments; gives the exit status for that.
#[inline(never)]
pub(crate) fn complain(what: &str, word: &[u8]) -> u32 {
    let mut notes = Notes::new();
    notes.say(
        "kexec-loader: %%; --help tells more",
        &[what.as_bytes(), word],
    );
    print(&STANDARD_ERROR, notes.text());
    2
}

/// Standard output, a piece at a time; the last piece is written when it goes.
pub(crate) struct Output(Vec<u8, 1024>);

impl Output {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }
}

impl Put for Output {
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.0.is_full() {
                print(&STANDARD_OUTPUT, &self.0);
                self.0.clear();
            }
            let _ = self.0.push(*byte);
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        print(&STANDARD_OUTPUT, &self.0);
    }
}

/// Writes all of `bytes`, unless nobody reads.
#[inline(never)]
pub(crate) fn print(to: &Fd, bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok(count @ 1..) = to.write(rest) {
        rest = rest.get(count..).unwrap_or(&[]);
    }
}
