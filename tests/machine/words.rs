//! What the loader says, in one place: the words that the cases wait for. Each is
//! the part of a sentence that an operator could not do without.

/// The first line on every console.
pub(crate) const NAME: &str = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"));
/// While the boot disk is looked for; what is waited for follows.
pub(crate) const WAITING: &str = "waiting for ";
/// How to leave the search.
pub(crate) const LEAVE_SEARCH: &str = "any key shows the menu";
/// The countdown's row.
pub(crate) const COUNTDOWN: &str = "starting in ";
/// The last line before the jump, with the title between the two.
pub(crate) const STARTING: &str = "starting ";
pub(crate) const BLANK: &str = "the screen may stay blank for a moment";
/// The label of the chosen entry's command line.
pub(crate) const OPTIONS: &str = "options";

/// A disk that is not there.
pub(crate) const NO_DISK: &str = "no disk here is called";
/// Why an entry did not boot.
pub(crate) const NO_FILE: &str = "it is no file";
pub(crate) const NOT_FOUND: &str = "not found";
pub(crate) const NOT_A_KERNEL: &str = "is not a kernel";
pub(crate) const TRUNCATED: &str = "truncated";
/// The running kernel was built without kexec.
pub(crate) const NO_KEXEC: &str = "built without kexec";
/// The running kernel had kexec switched off.
pub(crate) const KEXEC_DISABLED: &str = "kexec is switched off";
/// A compressed module, and a kernel that takes none.
pub(crate) const CANNOT_DECOMPRESS: &str = "decompress";
/// Modules of another kernel; its release follows.
pub(crate) const OTHER_KERNEL: &str = "these modules are for Linux";
/// The menu with nothing in it.
pub(crate) const NO_ENTRIES: &str = "nothing to boot";

/// The entry editor's first row; the title follows.
pub(crate) const EDITING: &str = "editing ";

/// What a terminal sends for a key, and QEMU's names of keys on a keyboard.
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const LEFT: &str = "\x1b[D";
pub(crate) const ESCAPE: &str = "\x1b";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const END: &str = "\x1b[F";
pub(crate) const ENTER: &str = "\r";
