//! The ordinary command: what the program does when it is not process 1.

use super::explain;
use super::menu::NAME;
use crate::sys::fd::{Fd, STANDARD_ERROR, STANDARD_OUTPUT};
use crate::sys::process;
use crate::sys::start::Args;

const HELP: &[u8] = b"usage: kexec-loader explain [--json] [--disk IDS=DIR]... DIR...
       kexec-loader --help | --version

kexec-loader is the /init of a small initramfs: it finds kernels on disks, shows a
menu and starts one with kexec. Started as an ordinary command, it explains:

  explain DIR    reads the configuration in DIR as if DIR were the boot disk, and prints
                 every entry as the menu would have it, and every problem
  --json         prints one JSON object a DIR instead
  --disk IDS=DIR has DIR stand for another disk; IDS are what it is called, with commas
                 between: LABEL=x,UUID=y,PARTUUID=z,PARTLABEL=w,sda1

Exit status: 0 if every entry can be booted, 1 if one cannot or there is none, 2 if the
command itself makes no sense.
";

/// Does what the arguments say, and ends the process.
pub(crate) fn run(args: Args) -> ! {
    let mut args = args.skip(1);
    let status = match args.next() {
        Some(b"explain") => explain::run(args),
        Some(b"--version" | b"-V") => {
            print(&STANDARD_OUTPUT, NAME.as_bytes());
            print(&STANDARD_OUTPUT, b"\n");
            0
        }
        Some(b"--help" | b"-h") => {
            print(&STANDARD_OUTPUT, HELP);
            0
        }
        Some(word) => complain(b"unknown command ", word),
        None => complain(b"nothing to do as an ordinary command", b""),
    };
    process::exit(status)
}

/// Says what is wrong with the arguments; gives the exit status for that.
pub(crate) fn complain(what: &[u8], word: &[u8]) -> u32 {
    for part in [b"kexec-loader: ", what, word, b"; --help tells more\n"] {
        print(&STANDARD_ERROR, part);
    }
    2
}

/// Writes all of `bytes`, unless nobody reads.
pub(crate) fn print(to: &Fd, bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok(count @ 1..) = to.write(rest) {
        rest = rest.get(count..).unwrap_or(&[]);
    }
}
