//! Programs of the initramfs: run on a console, or put in the place of the loader.

use super::{Machine, tell};
use crate::sys::fd::Fd;
use crate::sys::{self, Errno, fs, poll, process};
use kexec_loader::notes::Told;
use kexec_loader::program::Program;

/// Boots an entry that is a program; says whether that could not be done.
pub(crate) fn boot(words: &[u8], is_exec: bool, machine: &mut Machine<'_>) -> bool {
    if is_exec {
        exec(words, machine);
        return true;
    }
    machine.consoles.clear();
    if run(words, machine).is_err() {
        return true;
    }
    machine.consoles.tell(machine.notes);
    machine.consoles.print(b"any key shows the menu");
    machine.consoles.wait_for_key(None);
    false
}

/// Runs a program on the console of the last key, and waits for its end; tells how that was.
///
/// # Errors
///
/// It could not be run, and that has been told.
#[inline(never)]
pub(crate) fn run(words: &[u8], machine: &mut Machine<'_>) -> Result<(), Told> {
    let program = read(words, machine)?;
    let path = path(&program);
    // The copy of this process has no other way to say why it could not become the program.
    let failure = fs::in_memory();
    let child = match failure.as_ref() {
        Ok(_) => {
            machine.consoles.release();
            sys::program::fork()
        }
        Err(error) => Err(*error),
    };
    let status = match (child, failure) {
        (Ok(0), Ok(failure)) => become_program(&program, &failure, machine),
        (Ok(child), Ok(failure)) => {
            let status = wait(child, machine);
            let mut error = [0];
            match failure.read_at(0, &mut error) {
                Ok(1..) => Err(Errno::number(error[0].into())),
                _ => status,
            }
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    machine.consoles.reopen();
    match status {
        Err(error) => return Err(tell(machine.notes, "cannot run %%: %", path, b"", error)),
        // The kernel's own encoding (man 2 wait): the signal, else the status above it.
        Ok(status @ 1..0x100) => {
            let signal = (status & 0x7f).into();
            let sentence = b"% was ended by signal #";
            machine.notes.say_numbers(sentence, &[path], &[signal]);
        }
        Ok(status) => {
            let status = (status >> 8 & 0xff).into();
            let sentence = b"% has ended with status #";
            machine.notes.say_numbers(sentence, &[path], &[status]);
        }
    }
    Ok(())
}

/// Puts a program in the place of the loader, with what the kernel gave process 1 as its
/// terminal. Comes back only if that failed, and then has told why.
#[inline(never)]
pub(crate) fn exec(words: &[u8], machine: &mut Machine<'_>) {
    let Ok(program) = read(words, machine) else {
        return;
    };
    machine.disks.unmount();
    machine.consoles.tell(machine.notes);
    machine.consoles.clear();
    machine.consoles.watchdog.feed();
    machine.consoles.release();
    let error = sys::program::execute(&program);
    machine.consoles.take();
    let path = path(&program);
    tell(machine.notes, "cannot go on as %%: %", path, b"", error);
}

/// Cuts words into a program and its arguments; tells if there is none in them.
fn read(words: &[u8], machine: &mut Machine<'_>) -> Result<Program, Told> {
    Program::read(words).ok_or_else(|| {
        let sentence = "cannot run %: a quote of it is open, or it is too long";
        machine.notes.say(sentence, &[words])
    })
}

/// A program's name.
fn path(program: &Program) -> &[u8] {
    let mut rest = program.words();
    kexec_loader::text::cut(&mut rest, 0)
}

/// What the copy of this process does.
fn become_program(program: &Program, failure: &Fd, machine: &mut Machine<'_>) -> ! {
    sys::program::leave_session();
    if let Ok(terminal) = machine.consoles.open_for_program() {
        sys::program::take_terminal(&terminal);
        for number in 0..3 {
            let _ = terminal.stand_for(number, false);
        }
    }
    let error = sys::program::execute(program);
    let _ = failure.write(&[u8::try_from(error.get()).unwrap_or(0)]);
    process::exit(127)
}

/// Waits for a child's end, and for that of all that process 1 is given as children; feeds the
/// watchdog meanwhile. Gives how the child ended, or why that cannot be known.
fn wait(child: usize, machine: &mut Machine<'_>) -> sys::Result<u32> {
    let watch = sys::program::watch(child).ok();
    loop {
        let pause = machine.consoles.watchdog.feed();
        // What ends meanwhile that is not the child is seen after it.
        let watched = watch.as_ref().filter(|_| pause < u64::MAX);
        if let Some(watch) = watched {
            poll::is_readable(watch, pause);
        }
        match sys::program::wait(watched.is_none()) {
            Ok((ended, status)) if ended == child => return Ok(status),
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
}
