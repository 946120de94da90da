//! Shows the menu and does what is chosen, until there is reason to look for disks again.

use super::Machine;
use super::boot;
use super::console::Event;
use super::detect;
use super::devices::Disks;
use super::edit;
use super::shell;
use crate::sys::clock;
use crate::sys::process::{self, Ending};
use kexec_loader::cmdline::{Choice, Options};
use kexec_loader::entry::{Entries, Timeout};
use kexec_loader::menu::{Action, Facts, Menu, View};
use kexec_loader::out::{Put, fill, fill_all};
use kexec_loader::store::Store;

/// The program's name and version.
pub(crate) const NAME: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"));

/// Lets a person, the clock or the command line choose what to boot. Comes back when the
/// disks are to be looked for again.
#[inline(never)]
pub(crate) fn run<'t>(
    options: &Options<'_>,
    store: &Store<'t>,
    entries: &mut Entries<'t>,
    machine: &mut Machine<'_>,
) {
    let wanted = detect::wanted(entries);
    let mut menu = Menu::new();
    let mut is_chosen = false;
    let mut second_ends = 0;
    let mut action = Action::Stay;
    loop {
        match action {
            Action::Stay => {}
            Action::Boot => boot::boot(options.engine, entries, menu.chosen(entries), machine),
            Action::Edit => edit::run(options, entries, menu.chosen(entries), machine),
            Action::Shell => shell::run(options, entries, machine),
            Action::Rescan => break,
            Action::Reboot => end(Ending::Restart, "restart", machine),
            Action::PowerOff => end(Ending::PowerOff, "switch off", machine),
        }
        // One disk at a time, so that no key waits long.
        let has_looked = detect::next(wanted, store, entries, machine);
        menu.list(entries);
        if !is_chosen {
            is_chosen = choose(options, entries, !has_looked, machine, &mut menu);
            second_ends = in_a_second();
            action = menu.second(true);
            if action != Action::Stay {
                continue;
            }
        }
        draw(&mut menu, entries, machine);
        action = Action::Stay;
        let until = if has_looked {
            Some(0)
        } else {
            menu.is_counting().then_some(second_ends)
        };
        match machine.consoles.wait(until) {
            Event::Key(key) => {
                is_chosen = true;
                action = menu.key(key, entries);
            }
            Event::Device => machine.disks.scan(false, machine.notes),
            Event::Time if clock::milliseconds() >= second_ends => {
                second_ends = in_a_second();
                action = menu.second(false);
            }
            Event::Time => {}
        }
    }
    machine.consoles.clear();
}

fn in_a_second() -> u64 {
    clock::milliseconds().wrapping_add(1000)
}

/// Chooses what the command line asks for, which comes before the configuration; says whether
/// that is done, or there may be more entries to come. `are_all` says that there are none.
#[inline(never)]
fn choose<'t>(
    options: &Options<'_>,
    entries: &Entries<'t>,
    are_all: bool,
    machine: &mut Machine<'_>,
    menu: &mut Menu<'t>,
) -> bool {
    let named = match options.choice {
        Choice::Unsaid | Choice::Menu => usize::MAX,
        Choice::Index(nth) => usize::try_from(nth).unwrap_or(usize::MAX),
        Choice::Title(title) => find(entries, title),
    };
    if menu.choose(named, entries, Timeout::Seconds(0)) {
        return true;
    }
    let is_named = matches!(options.choice, Choice::Index(_) | Choice::Title(_));
    if is_named && !are_all {
        return false;
    }
    let configured = options.timeout.or(entries.timeout());
    let is_there = menu.choose(
        entries.default(),
        entries,
        configured.unwrap_or(Timeout::Off),
    );
    if options.choice != Choice::Unsaid {
        menu.stop();
    }
    if is_named {
        machine.notes.say(
            "the entry to boot that the kernel command line names is not there",
            &[],
        );
    }
    is_there || is_named
}

/// The number of the first entry of this title; none has that which is given if there is none.
#[inline(never)]
fn find(entries: &Entries<'_>, title: &[u8]) -> usize {
    let mut list = entries.list().iter();
    let found = list.position(|entry| entry.title == title);
    found.unwrap_or(usize::MAX)
}

/// Ends the running kernel; comes back only if that failed.
fn end(ending: Ending, what: &str, machine: &mut Machine<'_>) {
    machine.consoles.clear();
    boot::end(ending, what, machine);
}

/// Draws the menu on every console.
#[inline(never)]
fn draw<'t>(menu: &mut Menu<'t>, entries: &Entries<'t>, machine: &mut Machine<'_>) {
    let facts = Known {
        entries,
        disks: machine.disks,
    };
    let view = View {
        entries,
        notes: machine.notes,
        facts: &facts,
    };
    machine.consoles.draw(&mut |screen| {
        menu.draw(&view, screen);
        None
    });
    machine.consoles.tell(machine.notes);
}

/// What the menu asks of the running system.
struct Known<'k, 't> {
    entries: &'k Entries<'t>,
    disks: &'k Disks,
}

impl Facts for Known<'_, '_> {
    fn title(&self, out: &mut dyn Put) {
        let mut kernel = process::Kernel::new();
        let words = [NAME.as_bytes(), kernel.release()];
        let memory = process::memory() >> 20;
        fill_all(out, b" %   Linux %   # MiB", &words, &[memory]);
    }

    fn problem(&self, nth: usize, out: &mut dyn Put) {
        if let Some(problem) = self.entries.problem(nth) {
            return out.put(problem.as_bytes());
        }
        for path in self.entries.paths(nth) {
            match &self.entries.locate(nth, path) {
                Ok(at) if self.disks.has(&at.device) => {}
                Ok(at) => return fill(out, "no disk here is called %", &[at.device.name]),
                Err(problem) => return fill(out, "% %", &[path, problem.as_bytes()]),
            }
        }
    }

    fn disk(&self, nth: usize, out: &mut dyn Put) {
        self.disks.put_line(nth, out);
    }
}
