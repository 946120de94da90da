//! Shows the menu and does what is chosen, until there is reason to look for disks again.

use super::Machine;
use super::boot;
use super::console::Event;
use crate::sys::clock;
use crate::sys::process::{self, Ending};
use heapless::Vec;
use kexec_loader::cmdline::{Choice, Options};
use kexec_loader::entry::{Entries, Timeout};
use kexec_loader::menu::{Action, Menu, View};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Decimal, Put, fill};
use kexec_loader::reason::Reason;

/// The program's name and version.
pub(crate) const NAME: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"));

/// Lets a person, the clock or the command line choose what to boot. Comes back when the
/// disks are to be looked for again.
#[inline(never)]
pub(crate) fn run(options: &Options<'_>, entries: &Entries<'_>, machine: &mut Machine) {
    let header = header();
    let mut menu = first(options, entries, &mut machine.notes);
    let mut next_second = clock::milliseconds().saturating_add(1000);
    let mut action = match menu.is_due() {
        true => menu.second(),
        false => Action::Stay,
    };
    loop {
        match action {
            Action::Stay => {}
            Action::Boot(nth) => {
                boot::boot(entries, nth, machine);
            }
            Action::Rescan => {
                machine.consoles.tell(&machine.notes);
                machine.consoles.clear();
                return;
            }
            Action::Reboot => end(Ending::Restart, "restart", machine),
            Action::PowerOff => end(Ending::PowerOff, "switch off", machine),
        }
        draw(&menu, &header, entries, machine);
        let until = menu.is_counting().then_some(next_second);
        action = match machine.consoles.wait(until) {
            Event::Key(key) => menu.key(key),
            Event::Device => {
                machine.disks.scan(false);
                Action::Stay
            }
            Event::Time => {
                next_second = next_second.saturating_add(1000);
                menu.second()
            }
        };
    }
}

/// The menu as it begins: what the command line asks for comes before the configuration.
#[inline(never)]
fn first(options: &Options<'_>, entries: &Entries<'_>, notes: &mut Notes) -> Menu {
    let list = entries.list();
    let timeout = options.timeout.or(entries.timeout).unwrap_or(Timeout::Off);
    let wanted = match options.choice {
        Choice::Unsaid => return Menu::new(list.len(), entries.default(), timeout),
        Choice::Menu => return Menu::new(list.len(), entries.default(), Timeout::Off),
        Choice::Index(nth) => usize::try_from(nth).ok().filter(|nth| *nth < list.len()),
        Choice::Title(title) => list.iter().position(|entry| entry.title == title),
    };
    match wanted {
        Some(nth) => Menu::new(list.len(), nth, Timeout::Seconds(0)),
        None => {
            notes.say(
                "the entry to boot that the kernel command line names is not there",
                &[],
            );
            Menu::new(list.len(), entries.default(), Timeout::Off)
        }
    }
}

/// Draws the menu on every console.
#[inline(never)]
fn draw(menu: &Menu, header: &[u8], entries: &Entries<'_>, machine: &mut Machine) {
    let Machine {
        notes,
        consoles,
        disks,
    } = machine;
    let problem = |nth: usize, out: &mut dyn Put| {
        if let Some(problem) = entries.problem(nth) {
            out.put(problem.as_bytes());
            return;
        }
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        for path in core::iter::once(entry.kernel).chain(entries.initrds(nth)) {
            match entries.locate(nth, path) {
                Ok(at) if disks.has(&at.device) => {}
                Ok(at) => return fill(out, "no disk here is called %", &[at.device.name]),
                Err(problem) => return fill(out, "% %", &[path, problem.as_bytes()]),
            }
        }
    };
    consoles.draw(&|screen| {
        let view = View {
            header,
            entries,
            notes,
            problem: &problem,
            disk: &|nth, out| disks.put_line(nth, out),
        };
        menu.draw(&view, screen);
    });
    consoles.tell(notes);
}

/// The line at the top: program, kernel, memory.
#[inline(never)]
fn header() -> Vec<u8, 160> {
    let mut line = Vec::new();
    let release = process::release();
    let release = release.split(|b| *b == 0).next().unwrap_or(&[]);
    let memory = Decimal::new(process::memory() >> 20);
    let words = [NAME.as_bytes(), release, memory.bytes()];
    fill(&mut line, " %   Linux %   % MiB", &words);
    line
}

/// Ends the running kernel; comes back only if that failed, and then has told why.
#[inline(never)]
fn end(ending: Ending, verb: &str, machine: &mut Machine) {
    machine.disks.unmount();
    process::sync();
    machine.consoles.clear();
    machine.consoles.release();
    let failed = process::reboot(ending);
    machine.consoles.take();
    let reason = Reason::new(failed.err().map_or(0, |error| error.into_raw()));
    machine.notes.say(
        "cannot % the machine: %",
        &[verb.as_bytes(), reason.bytes()],
    );
}
