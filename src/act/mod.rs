//! The acting half: does things in order, and decides nothing that a pure room can.

#[cfg_attr(not(feature = "archives"), path = "no_archives.rs")]
mod archives;
#[cfg_attr(not(feature = "auto"), path = "no_auto.rs")]
pub(crate) mod auto;
pub(crate) mod boot;
pub(crate) mod configs;
pub(crate) mod console;
#[cfg_attr(not(feature = "autodetect"), path = "no_detect.rs")]
pub(crate) mod detect;
pub(crate) mod devices;
mod disk;
#[cfg_attr(not(feature = "editor"), path = "no_edit.rs")]
pub(crate) mod edit;
pub(crate) mod files;
#[cfg(feature = "autodetect")]
#[cfg_attr(not(feature = "iso"), path = "no_images.rs")]
mod images;
#[cfg_attr(not(feature = "keymap"), path = "no_keymap.rs")]
pub(crate) mod keymap;
#[cfg_attr(not(feature = "loop"), path = "no_loops.rs")]
mod loops;
#[cfg_attr(not(any(feature = "lvm", feature = "raid")), path = "no_lost.rs")]
mod lost;
#[cfg_attr(not(feature = "lvm"), path = "no_lvm.rs")]
mod lvm;
pub(crate) mod menu;
#[cfg_attr(not(feature = "module-images"), path = "no_module_images.rs")]
mod module_images;
pub(crate) mod modules;
#[cfg_attr(not(feature = "password"), path = "no_password.rs")]
pub(crate) mod password;
#[cfg_attr(not(feature = "programs"), path = "no_programs.rs")]
pub(crate) mod programs;
#[cfg_attr(not(feature = "raid"), path = "no_raid.rs")]
mod raid;
pub(crate) mod search;
#[cfg_attr(not(feature = "shell"), path = "no_shell.rs")]
pub(crate) mod shell;
pub(crate) mod start;
#[cfg_attr(not(feature = "watchdog"), path = "no_watchdog.rs")]
mod watchdog;
#[cfg(feature = "autodetect")]
mod world;

#[cfg_attr(not(feature = "explain"), path = "no_command.rs")]
pub(crate) mod command;
#[cfg(feature = "explain")]
mod explain;
#[cfg(any(feature = "explain", feature = "shell"))]
mod report;

use crate::sys::Errno;
use kexec_loader::notes::{Notes, Told};
use kexec_loader::reason::Reason;

/// What the loader holds from its start to the jump.
pub(crate) struct Machine<'m> {
    /// What the person at the console is told.
    pub(crate) notes: &'m mut Notes,
    /// The screens and keyboards.
    pub(crate) consoles: &'m mut console::Consoles,
    /// The disks.
    pub(crate) disks: &'m mut devices::Disks,
    /// Who types a wrong password waits.
    pub(crate) guard: &'m mut password::Guard,
}

/// Tells what could not be done, on which file or disk, and what the kernel said of it:
/// one `%` of the sentence each.
#[inline(never)]
pub(crate) fn tell(
    notes: &mut Notes,
    sentence: &str,
    what: &[u8],
    whole: &[u8],
    error: Errno,
) -> Told {
    let reason = Reason::new(error.get());
    notes.say(sentence, &[what, whole, reason.bytes()])
}
