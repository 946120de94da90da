//! The shell: reads lines, and does what they say.
//!
//! It changes nothing but the entry that it puts together, which is in memory.

mod complete;
mod entry;
mod explain;
mod files;
mod pager;

use super::console::{Consoles, Event};
use super::{Machine, edit, loops, modules, tell};
use crate::sys::Errno;
use crate::sys::fd::Fd;
use heapless::Vec;
use kexec_loader::cmdline::Options;
use kexec_loader::draft::Draft;
use kexec_loader::entry::Entries;
use kexec_loader::location::{BOOT_DISK, Id, Location};
use kexec_loader::menu::Action;
use kexec_loader::notes::Told;
use kexec_loader::out::{Put, fill, fill_all};
use kexec_loader::shell::{Command, Line, Mistake, Path, Step, cut_word, parse, resolve, row};
use kexec_loader::text::same;
use pager::Pager;

/// Columns of a command in the list that `help` makes.
const USAGE: usize = 28;

/// What the shell keeps while the menu is up.
#[repr(C)] // What is large comes last, so that what reaches the rest is short.
pub(crate) struct Shell {
    work: Work,
    line: Line,
}

/// What commands work on.
#[repr(C)]
struct Work {
    /// The folder that paths begin in: `(DISK)/…`.
    folder: Path,
    /// The command's first argument, and the path that it leads to.
    word: Path,
    path: Path,
    /// The entry that is put together.
    draft: Draft,
}

impl Shell {
    /// A shell that has not been opened yet.
    pub(crate) const fn new() -> Self {
        Self {
            work: Work {
                folder: Path::new(),
                word: Path::new(),
                path: Path::new(),
                draft: Draft::new(),
            },
            line: Line::new(),
        }
    }

    /// Does what is typed until the menu is wanted again; gives what the menu is to do.
    #[inline(never)]
    pub(crate) fn run(
        &mut self,
        options: &Options<'_>,
        entries: &Entries<'_>,
        machine: &mut Machine<'_>,
    ) -> Action {
        machine.consoles.clear();
        machine
            .consoles
            .print(b"help lists the commands, exit goes back to the menu");
        if self.work.folder.is_empty() {
            self.work.begin(machine);
        }
        loop {
            self.line.begin();
            let step = self.type_line(machine);
            let mut action = None;
            machine.consoles.print(b"");
            match step {
                Step::Leave => action = Some(Action::Stay),
                Step::Run => {
                    let line = self.line.editor.text();
                    action = self.work.execute(line, options, entries, machine);
                    // A disk may be pulled out between two commands; and while one ran, nobody
                    // has listened to what the kernel announced.
                    machine.disks.unmount();
                    machine.disks.scan(false, machine.notes);
                    machine.consoles.tell(machine.notes);
                }
                _ => {}
            }
            if let Some(action) = action {
                return action;
            }
        }
    }

    /// Has a line be typed, until something is to be done with it.
    fn type_line(&mut self, machine: &mut Machine<'_>) -> Step {
        loop {
            self.draw(machine.consoles);
            match machine.consoles.wait(None) {
                Event::Key(key) => match self.line.key(key) {
                    Step::Stay => {}
                    Step::Complete => self.complete(machine),
                    Step::Clear => machine.consoles.clear(),
                    step => return step,
                },
                Event::Device => machine.disks.scan(false, machine.notes),
                Event::Time => {}
            }
        }
    }

    /// Shows the line on every console.
    fn draw(&self, consoles: &mut Consoles) {
        let (_, columns) = consoles.smallest();
        let mut row = Path::new();
        let cursor = self.line.draw(&self.work.folder, columns, &mut row);
        let sentence = b"\r%\x1b[K\r\x1b[#C";
        fill_all(consoles, sentence, &[&row], &[cursor as u64]);
    }
}

impl Work {
    /// Goes to the boot disk; to the initramfs where there is none.
    fn begin(&mut self, machine: &Machine<'_>) {
        let boot = machine.disks.find(&Id::BootDisk);
        let boot = boot.and_then(|nth| machine.disks.list.get(nth));
        let name = boot.map_or(&b"rootfs"[..], |disk| &disk.name);
        fill(&mut self.folder, "(%)/", &[name]);
    }

    /// Does what a line says; gives what the menu is to do, if that is the menu's to do.
    #[inline(never)]
    fn execute(
        &mut self,
        line: &[u8],
        options: &Options<'_>,
        entries: &Entries<'_>,
        machine: &mut Machine<'_>,
    ) -> Option<Action> {
        let (row, rest) = match parse(line, &mut self.word) {
            Ok(found) => found,
            Err(Mistake::Nothing) => return None,
            Err(Mistake::Unknown) => {
                let sentence = "there is no command '%'; help lists those that there are";
                machine.notes.say(sentence, &[&self.word]);
                return None;
            }
            Err(Mistake::Words(row)) => {
                let sentence = "it is typed so: % %";
                machine.notes.say(sentence, &[row.name, row.forms]);
                return None;
            }
        };
        match row.command {
            Command::Rescan => return Some(Action::Rescan),
            Command::Reboot => return Some(Action::Reboot),
            Command::PowerOff => return Some(Action::PowerOff),
            Command::Leave => return Some(Action::Stay),
            Command::Set | Command::Add => {
                let _ = self.set(&row, rest, machine);
            }
            Command::Unmount => {
                self.draft.set(b"mount", b"");
            }
            Command::ResetVga => self.switch(&row, machine),
            Command::Program => {
                let mut draft = Draft::new();
                draft.add(row.name, rest);
                edit::boot(options.engine, draft.text(), machine);
            }
            Command::Boot => self.boot(options, entries, machine),
            Command::Disks | Command::Log | Command::Help => self.show(row.command, machine),
            command => {
                let _ = self.read(command, rest, machine);
            }
        }
        None
    }

    /// Does what a command says that needs no file.
    fn show(&self, command: Command, machine: &mut Machine<'_>) {
        let Machine {
            disks,
            notes,
            consoles,
            ..
        } = machine;
        let pager = &mut Pager::new(consoles);
        match command {
            Command::Log => pager.put(notes.text()),
            Command::Disks => {
                disks.scan(true, notes);
                let mut nth = 0;
                loop {
                    let mut row = Path::new();
                    disks.put_line(nth, &mut row);
                    if row.is_empty() {
                        break;
                    }
                    pager.put_line(&row, b"");
                    nth = nth.wrapping_add(1);
                }
            }
            _ => {
                let mut nth = 0;
                while let Some(row) = row(nth) {
                    nth = nth.wrapping_add(1);
                    if self.word.is_empty() || same(row.name, &self.word) {
                        let mut usage = Vec::<u8, USAGE>::new();
                        fill(&mut usage, "% %", &[row.name, row.forms]);
                        while usage.push(b' ').is_ok() {}
                        pager.put_line(&usage, row.words);
                    }
                }
            }
        }
    }

    /// Opens what the first argument leads to, and puts the whole path; tells why it cannot.
    #[inline(never)]
    fn open(&mut self, machine: &mut Machine<'_>) -> Result<Fd, Told> {
        let Machine { disks, notes, .. } = machine;
        if !resolve(&self.folder, &self.word, &mut self.path) {
            let error = Errno::ENAMETOOLONG;
            return Err(tell(notes, "cannot open %%: %", &self.word, b"", error));
        }
        match Location::parse(&self.path, &BOOT_DISK) {
            Ok(at) => disks.open(&at, notes),
            Err(problem) => {
                Err(notes.say("cannot open %: it %", &[&self.path, problem.as_bytes()]))
            }
        }
    }

    /// Does what a command says with the file or folder that it names.
    #[inline(never)]
    fn read(
        &mut self,
        command: Command,
        rest: &[u8],
        machine: &mut Machine<'_>,
    ) -> Result<(), Told> {
        let mut pattern = Path::new();
        match command {
            Command::Kernel(path) | Command::KernelLog(path) => self.word.put(path),
            Command::Find => {
                pattern.put(&self.word);
                self.word.clear();
                cut_word(&mut { rest }, &mut self.word);
            }
            Command::Go if self.word.is_empty() => self.word.put(b"/"),
            _ => {}
        }
        let file = self.open(machine)?;
        match command {
            Command::Explain => return self.explain(&file, machine),
            Command::Insert => {
                return modules::insert_one(&file, &self.path, rest, machine.notes);
            }
            Command::Loop => return loops::add(&self.path, machine),
            _ => {}
        }
        let mut pager = Pager::new(machine.consoles);
        let done = match command {
            Command::Find => files::find(&file, &pattern, &mut self.path, &mut pager),
            Command::List => files::list(&file, &self.path, &mut pager),
            Command::Dump => files::dump(&file, &mut pager),
            Command::KernelLog(_) => {
                files::show_kernel_log(&file, &mut pager);
                Ok(())
            }
            Command::Go => files::go(&file, &self.path, &mut self.folder),
            _ => files::show(&file, &mut pager),
        };
        drop(pager);
        done.map_err(|error| tell(machine.notes, "cannot read %%: %", &self.path, b"", error))
    }
}
