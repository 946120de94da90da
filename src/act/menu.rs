//! Shows the menu and does what is chosen, until there is reason to look for disks again.

use super::Machine;
use super::boot;
use super::console::Event;
use super::detect;
use super::devices::Disks;
use super::edit;
use super::password;
use super::shell::Shell;
use crate::sys::clock;
use crate::sys::process::{self, Ending};
use kexec_loader::cmdline::{Choice, Options};
use kexec_loader::entry::{Entries, Timeout};
use kexec_loader::fallback::{IS_HERE, OnError, Step, Tries};
use kexec_loader::menu::{Action, Facts, Menu, View};
use kexec_loader::notes::Notes;
use kexec_loader::out::{Put, fill, fill_all};
use kexec_loader::store::Store;

/// The program's name and version.
pub(crate) const NAME: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"));

/// Milliseconds that a disk is waited for where nobody has asked for it and something else can
/// be booted.
const MISSING: u64 = 30_000;
/// Seconds between an entry that failed by itself and the next, for a person to stop that.
const BETWEEN: u32 = 5;

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
    machine.consoles.paint(entries.colors);
    let mut menu = Menu::new();
    let mut shell = Shell::new();
    let mut is_chosen = false;
    let mut second_ends = 0;
    let mut action = Action::Stay;
    let mut tries = Tries::new();
    // Whether nobody has pressed a key for the action; whether what was booted so has failed.
    let mut is_alone = true;
    let mut has_failed = false;
    loop {
        match action {
            Action::Stay => {}
            Action::Boot if is_locked(entries, menu.chosen(entries)) && is_alone => {
                let title = entries.title(menu.chosen(entries));
                let sentence = "% is locked, and is not booted without the password";
                machine.notes.say(sentence, &[title]);
                has_failed = true;
            }
            Action::Boot | Action::Edit | Action::Shell
                if (action != Action::Boot || is_locked(entries, menu.chosen(entries)))
                    && !password::ask(entries, machine) => {}
            Action::Boot => {
                let ends = if is_alone && goes_on(options, entries) {
                    clock::milliseconds().wrapping_add(MISSING)
                } else {
                    u64::MAX
                };
                let nth = menu.chosen(entries);
                log_choice(entries, nth, is_alone, machine.notes);
                let has_ended = boot::boot(options.engine, entries, nth, ends, machine);
                has_failed = IS_HERE && has_ended && is_alone;
            }
            Action::Edit => edit::run(options, entries, menu.chosen(entries), machine),
            Action::Shell => {
                action = shell.run(options, entries, machine);
                continue;
            }
            Action::Rescan => break,
            Action::Reboot => end(Ending::Restart, "restart", machine),
            Action::PowerOff => end(Ending::PowerOff, "switch off", machine),
        }
        if machine.disks.arrays.are_due() {
            machine.disks.scan(false, machine.notes);
        }
        // One disk at a time, so that no key waits long.
        let has_looked = detect::next(wanted, store, entries, machine);
        menu.list(entries);
        let begins = !is_chosen || has_failed && !has_looked;
        if begins {
            if has_failed {
                has_failed = false;
                go_on(options, entries, &mut tries, machine.notes, &mut menu);
            } else {
                let are_all = !has_looked && machine.disks.arrays.due().is_none();
                is_chosen = choose(options, entries, are_all, machine, &mut menu);
            }
            is_alone = true;
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
        match machine.consoles.wait(machine.disks.arrays.sooner(until)) {
            Event::Key(key) => {
                is_chosen = true;
                is_alone = false;
                has_failed = false;
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

/// Logs which entry is booted, and who wants that.
fn log_choice(entries: &Entries<'_>, nth: usize, is_alone: bool, notes: &mut Notes) {
    if let Some(entry) = entries.list().get(nth) {
        let who: &[u8] = if is_alone { b"by itself" } else { b"by a key" };
        let words = [entry.title, who, entry.file];
        notes.log(
            " booting % (chosen %), of %:#",
            &words,
            &[entry.line.into()],
        );
    }
}

/// Whether an entry is for those who know the password.
fn is_locked(entries: &Entries<'_>, nth: usize) -> bool {
    let entry = entries.list().get(nth);
    entry.is_some_and(|entry| entry.is_locked)
}

/// What is done when no entry is named that is left, as the command line says, which comes
/// before the configuration.
fn on_error(options: &Options<'_>, entries: &Entries<'_>) -> OnError {
    options.on_error.unwrap_or(entries.on_error)
}

/// Whether something is to be done when an entry fails that was booted by itself.
fn goes_on(options: &Options<'_>, entries: &Entries<'_>) -> bool {
    let is_named = options.fallback.is_some() || entries.fallback().is_some();
    IS_HERE && (is_named || on_error(options, entries) != OnError::Menu)
}

/// Chooses what is next after an entry has failed that was booted by itself.
#[inline(never)]
fn go_on<'t>(
    options: &Options<'_>,
    entries: &Entries<'t>,
    tries: &mut Tries,
    notes: &mut Notes,
    menu: &mut Menu<'t>,
) {
    let failed = menu.chosen(entries);
    let fallback = match options.fallback {
        Some(words) => entries.find(words),
        None => entries.fallback(),
    };
    match tries.after(failed, entries, fallback, on_error(options, entries)) {
        Step::Menu => {}
        Step::Restart(seconds) => menu.restart_in(seconds),
        Step::Boot(nth) => {
            let titles = [failed, nth].map(|nth| entries.title(nth));
            notes.say("% did not boot; next is %", &titles);
            menu.choose(nth, entries, Timeout::Seconds(BETWEEN));
        }
    }
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
        Choice::Title(title) => entries.titled(title).unwrap_or(usize::MAX),
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
