//! Boots an entry: opens its files, looks at them, gives them to the kernel, jumps.
//!
//! Comes back only if that fails, and then has told why.

#[cfg_attr(target_arch = "x86", path = "no_file.rs")]
mod by_file;
mod by_plan;
mod files;
pub(super) mod memory;
#[cfg_attr(not(feature = "gzip"), path = "no_unpack.rs")]
mod unpack;

use super::files::{read_number, read_small};
use super::programs;
use super::search;
use super::{Machine, tell};
use crate::sys::Errno;
use crate::sys::process::{self, Ending};
#[cfg(feature = "autodetect")]
pub(crate) use by_plan::is_64_bit;
pub(crate) use files::{Files, open};
use kexec_loader::cmdline::Engine;
use kexec_loader::entry::{Entries, Extra};
use kexec_loader::image::plan::{Pages, Source};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::reason::Reason;

/// Whether this is the loader that 64-bit kernels run too, but let load nothing
/// (`kexec_load` in kernel/kexec.c, for `CONFIG_COMPAT`).
const IS_FOR_32_BITS: bool = cfg!(target_pointer_width = "32");

/// Boots an entry. Whatever it has to say of a failure is in the notes when it comes back.
/// Disks that are missing are waited for until the clock shows `ends`; says whether no key
/// ended that.
pub(crate) fn boot(
    engine: Engine,
    entries: &Entries<'_>,
    nth: usize,
    ends: u64,
    machine: &mut Machine<'_>,
) -> bool {
    if let Some(entry) = entries.list().get(nth)
        && !entry.program.is_empty()
        && entry.broken.is_none()
    {
        return programs::boot(entry.program, entry.is_exec, machine);
    }
    if entries.problem(nth).is_none() && !has_disks(entries, nth, ends, machine) {
        return false;
    }
    let loaded = match open(entries, nth, machine.disks, machine.notes) {
        Ok(files) => {
            machine.consoles.watchdog.read_ahead(&files.open);
            load(engine, entries, nth, &files, machine.notes)
        }
        Err(told) => Err(told),
    };
    machine.disks.unmount();
    if loaded.is_ok() {
        machine.consoles.tell(machine.notes);
        machine.consoles.clear();
        say_last_words(entries, nth, machine.notes);
        end(Ending::Kexec, "start the loaded kernel", machine);
    }
    true
}

/// Sees to it that every disk of an entry is there, waiting for those that are not yet:
/// a USB disk may take longer than the countdown.
fn has_disks(entries: &Entries<'_>, nth: usize, ends: u64, machine: &mut Machine<'_>) -> bool {
    for path in entries.paths(nth) {
        if let Ok(at) = entries.locate(nth, path)
            && !machine.disks.has(&at.device)
        {
            machine.consoles.clear();
            let mut is_there = |machine: &mut Machine<'_>| machine.disks.has(&at.device);
            if !search::wait_for(at.device.name, ends, machine, &mut is_there) {
                return false;
            }
        }
    }
    true
}

/// Ends the running kernel; comes back only if that failed, and then has told why.
#[inline(never)]
pub(crate) fn end(ending: Ending, what: &str, machine: &mut Machine<'_>) {
    machine.disks.unmount();
    machine.consoles.tell(machine.notes);
    process::sync();
    machine.consoles.watchdog.feed();
    machine.consoles.release();
    let failed = process::reboot(ending);
    machine.consoles.take();
    if let Err(error) = failed {
        tell(machine.notes, "cannot %%: %", what.as_bytes(), b"", error);
    }
}

/// Has the kernel load an entry, one way or the other; tells why it did not.
#[inline(never)]
fn load(
    engine: Engine,
    entries: &Entries<'_>,
    nth: usize,
    files: &Files<'_>,
    notes: &mut Notes,
) -> Result<(), Told> {
    let Some(entry) = entries.list().get(nth) else {
        return Err(Told);
    };
    // The screen is reset, and programs other than Linux are started, by a trampoline of ours.
    let needs = by_file::needs(files).filter(|_| !entry.reset_vga || engine == Engine::File);
    let mut tried = None;
    if let (Some(needs), Engine::Auto | Engine::File) = (needs, engine) {
        let is_last = engine == Engine::File;
        let room = memory::has_room(needs);
        if room || is_last {
            memory::find_room(entry.title, needs, notes)?;
            match by_file::load(files) {
                Ok(()) => {
                    notes.log(" loaded by kexec_file_load", &[], &[]);
                    return Ok(());
                }
                Err(Errno::ENOSYS | Errno::ENOEXEC | Errno::ENOMEM | Errno::EADDRNOTAVAIL)
                    if !is_last => {}
                Err(error) => tried = Some(error),
            }
        }
    } else if engine == Engine::File {
        tried = Some(by_file::REFUSAL);
    }
    if let Some(error) = tried {
        return Err(tell_failure(engine, error, notes));
    }
    let mut bytes: Pages = [[0; _]; _];
    let plan = match by_plan::plan(files, entry.reset_vga, &mut bytes) {
        Ok(plan) => plan,
        Err(fault) => {
            let size = files.kernel.size;
            return Err(files::tell_fault(
                &fault,
                entry.kernel,
                size,
                Errno::EIO,
                notes,
            ));
        }
    };
    // A program is put together in memory, and then copied.
    let first = plan.segments.first();
    let twice = first.filter(|segment| segment.source == Source::Program);
    let twice = twice.map_or(0, |segment| segment.memory);
    let needs = plan.needs.saturating_add(twice);
    memory::find_room(entry.title, (needs, plan.needs), notes)?;
    by_plan::load(files, &plan, &mut bytes)
        .map_err(|error| tell_failure(Engine::Load, error, notes))?;
    notes.log(" loaded by kexec_load", &[], &[]);
    Ok(())
}

/// Tells why the kernel did not load another.
#[inline(never)]
fn tell_failure(tried: Engine, error: Errno, notes: &mut Notes) -> Told {
    let reason = Reason::new(error.get());
    let meaning: &[u8] = match error {
        Errno::ENOSYS if tried == Engine::File => b"the running kernel has no kexec_file_load",
        Errno::ENOSYS => b"the running kernel was built without kexec (CONFIG_KEXEC)",
        Errno::EPERM if is_switched_off() => {
            b"kexec is switched off in the running kernel (kernel.kexec_load_disabled)"
        }
        Errno::EPERM if is_locked_down() => b"the running kernel is locked down (Secure Boot?)",
        Errno::ENOEXEC => b"kexec_file_load starts 64-bit Linux alone",
        Errno::EADDRNOTAVAIL | Errno::ENOMEM => b"not enough memory for the kernel and its files",
        Errno::EFAULT => b"a disk could not be read",
        // Nothing else that we ask for is invalid.
        Errno::EINVAL if IS_FOR_32_BITS => b"a 64-bit kernel wants the 64-bit loader",
        Errno::ENODATA | Errno::ENOKEY | Errno::EKEYREJECTED | Errno::EBADMSG => {
            b"its signature is missing or not accepted by the running kernel"
        }
        _ => reason.bytes(),
    };
    notes.say("cannot load the kernel: %", &[meaning])
}

/// Whether the sysctl that forbids kexec until the next boot is set.
fn is_switched_off() -> bool {
    read_number(&[b"/proc/sys/kernel/kexec_load_disabled"]) == Some(1)
}

/// Whether a lockdown level other than none is chosen: `none [integrity] confidentiality`.
fn is_locked_down() -> bool {
    let mut levels = [0; 64];
    let levels = read_small(&[b"/sys/kernel/security/lockdown"], &mut levels);
    levels.is_ok_and(|levels| !levels.starts_with(b"[none]"))
}

/// Says what is about to happen, so that a dark screen is no riddle.
#[inline(never)]
fn say_last_words(entries: &Entries<'_>, nth: usize, notes: &mut Notes) {
    let Some(entry) = entries.list().get(nth) else {
        return;
    };
    notes.say(
        "starting %; the screen may stay blank for a moment",
        &[entry.title],
    );
    notes.say("kernel %", &[entry.kernel]);
    for extra in entries.extras(nth) {
        match extra {
            Extra::Initrd(path) => notes.say("ramdisk %", &[path]),
            Extra::Module(words) => notes.say("module %", &[words]),
            Extra::Mount(..) => continue,
        };
    }
    let blank: &[u8] = if entry.cmdline.is_empty() { b"" } else { b" " };
    notes.say("options %%%", &[entry.cmdline, blank, entry.append]);
}
