//! A line → what to do: the shell's commands, in one table.
//!
//! Given a line as it was typed, gives the command and its arguments. Help, completion and
//! dispatch are made from the same table. Knows no disk and no file, and does nothing itself.
//!
//! Words end at blanks, except within `"` and after `\`; a text, and options, are the rest of
//! the line as it is.

mod complete;
mod history;
mod line;
mod page;
mod path;
#[cfg(test)]
mod tests;
mod words;

pub use complete::{Candidates, Target, What, target};
pub use line::{Line, Step};
pub use page::{Page, Turn};
pub use path::{resolve, without_disk};
pub use words::cut_word;

use crate::text::{Likeness, cut, nth_piece, place_of, same, trim};
use heapless::{Vec, VecView};

/// A path with its disk; also a word, which may be one.
pub type Path = Vec<u8, 1024>;

/// What there is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A line of the entry that is being put together.
    Set,
    /// A line of it that there may be several of.
    Add,
    /// `umount`: those of `mount` are taken out of it.
    Unmount,
    /// `reset-vga`.
    ResetVga,
    /// Boot it, or an entry of the menu.
    Boot,
    /// Run a program.
    Program,
    /// The table of disks.
    Disks,
    /// The names in a folder.
    List,
    /// The files whose names a pattern is for.
    Find,
    /// A file as text.
    Show,
    /// Another folder.
    Go,
    /// A file's bytes.
    Dump,
    /// A file of the kernel's, at this path, as text.
    Kernel(&'static [u8]),
    /// The kernel's messages, at this path.
    KernelLog(&'static [u8]),
    /// The loader's own messages.
    Log,
    /// Insert a module.
    Insert,
    /// Have a file be a disk.
    Loop,
    /// Look for everything again.
    Rescan,
    /// What a configuration means.
    Explain,
    /// Restart the machine.
    Reboot,
    /// Switch it off.
    PowerOff,
    /// Back to the menu.
    Leave,
    /// The commands.
    Help,
}
use Command as C;

/// The commands: a name, the forms of its arguments, `|`, and what it does. An argument in
/// brackets may be left out. What a form is called says what stands for it: `DISK`, `FILE`,
/// `FOLDER` and `COMMAND` are completed; `TEXT` and `OPTIONS` are the rest of the line.
const TABLE: &[u8] = b"\
root [DISK]|the entry's disk, and goes there; alone: none
kernel [FILE]|the entry's kernel; alone: none
cmdline [TEXT]|its command line; alone: none
append [TEXT]|the second part of it; alone: none
initrd [FILE]|one more ramdisk; alone: none
module [FILE [OPTIONS]]|one more Multiboot module; alone: none
mount [DISK FOLDER]|paths below the folder are on it; alone: none
umount|takes all mount lines back
reset-vga|has the screen be reset before the jump, or not
boot [NUMBER]|boots that entry, or the menu's of this number
run TEXT|runs a program of the initramfs
exec TEXT|goes on as a program of the initramfs
disks|lists the disks
ls [FOLDER]|lists a folder
find PATTERN [FOLDER]|finds files by name, * is any letters, ? is one
cat FILE|shows a text
cd [FOLDER]|goes to a folder; alone: to the top
hexdump FILE|shows bytes
uname|shows the kernel's version
meminfo|shows how memory is used
dmesg|shows the kernel's messages
log|shows the loader's messages
insmod FILE [OPTIONS]|inserts a kernel module
loop FILE|has a disk image be a disk, with its partitions
lsmod|lists the kernel's modules
rescan|looks for disks and configuration again
explain FILE|says what a configuration file means
reboot|restarts the machine
shutdown|switches it off
poweroff|switches it off
exit|goes back to the menu
help [COMMAND]|lists the commands";

/// The commands of these rows.
#[rustfmt::skip]
static COMMANDS: [Command; 32] = [
    C::Set, C::Set, C::Set, C::Set, C::Add, C::Add, C::Add, C::Unmount, C::ResetVga, C::Boot,
    C::Program, C::Program, C::Disks, C::List, C::Find, C::Show, C::Go, C::Dump, C::Kernel(b"(rootfs)/proc/version"),
    C::Kernel(b"(rootfs)/proc/meminfo"), C::KernelLog(b"(rootfs)/dev/kmsg"), C::Log, C::Insert, C::Loop, C::Kernel(b"(rootfs)/proc/modules"),
    C::Rescan, C::Explain, C::Reboot, C::PowerOff, C::PowerOff, C::Leave, C::Help,
];

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it does.
    pub command: Command,
    /// Its name.
    pub name: &'static [u8],
    /// The forms of its arguments.
    pub forms: &'static [u8],
    /// What it does, in words.
    pub words: &'static [u8],
}

/// The row of this number.
#[inline(never)]
#[must_use]
pub fn row(nth: usize) -> Option<Row> {
    let command = *COMMANDS.get(nth)?;
    let mut words = nth_piece(TABLE, b'\n', nth);
    let mut forms = cut(&mut words, b'|');
    Some(Row {
        command,
        name: cut(&mut forms, b' '),
        forms,
        words,
    })
}

/// The row of the command of this name.
#[inline(never)]
fn row_of(name: &[u8]) -> Option<Row> {
    let mut nth: usize = 0;
    loop {
        let row = row(nth)?;
        if same(row.name, name) {
            return Some(row);
        }
        nth = nth.wrapping_add(1);
    }
}

impl Row {
    /// What stands for the argument of this number.
    #[inline(never)]
    #[must_use]
    pub fn what(&self, nth: usize) -> What {
        let form = nth_piece(self.forms, b' ', nth);
        let form = form.strip_prefix(b"[").unwrap_or(form);
        let form = cut(&mut { form }, b']');
        match place_of(form, b"COMMAND DISK FILE FOLDER", Likeness::Exact) {
            None => What::Nothing,
            Some(0) => What::Command,
            Some(1) => What::Disk,
            Some(_) => What::File,
        }
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug)]
pub enum Mistake {
    /// It is a comment, or blank.
    Nothing,
    /// No command has this name.
    Unknown,
    /// Words are missing, or there are too many.
    Words(Row),
}

/// Reads a line: puts its first argument, and gives the command and what stands behind that
/// argument. Where the argument is a text, that is all of it.
///
/// # Errors
///
/// What is wrong with it; then the word that was put is the command's name.
#[inline(never)]
pub fn parse<'l>(line: &'l [u8], word: &mut VecView<u8>) -> Result<(Row, &'l [u8]), Mistake> {
    let mut rest = line;
    word.clear();
    cut_word(&mut rest, word);
    if matches!(**word, [] | [b'#', ..]) {
        return Err(Mistake::Nothing);
    }
    let row = row_of(word).ok_or(Mistake::Unknown)?;
    word.clear();
    let is_text = matches!(row.forms, [b'[', b'T', ..] | [b'T', ..]);
    if !is_text {
        cut_word(&mut rest, word);
    }
    rest = trim(rest);
    let mut forms = row.forms;
    let form = cut(&mut forms, b' ');
    let is_right = match form {
        [] => word.is_empty(),
        [b'[', ..] => true,
        _ => !word.is_empty() || (is_text && !rest.is_empty()),
    };
    if is_right && (rest.is_empty() || is_text || !forms.is_empty()) {
        return Ok((row, rest));
    }
    Err(Mistake::Words(row))
}
