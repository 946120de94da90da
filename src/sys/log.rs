//! The kernel's own messages.

use super::{Sysno, raw_syscall};

/// `SYSLOG_ACTION_CONSOLE_OFF` and `…_ON` (man 2 syslog): the kernel itself keeps the level.
const CONSOLE_OFF: usize = 6;
const CONSOLE_ON: usize = 7;

/// `syslog`: whether kernel messages go to the consoles. A kernel without them says no,
/// and then there is nothing to hide.
pub(crate) fn show_on_consoles(show: bool) {
    let action = if show { CONSOLE_ON } else { CONSOLE_OFF };
    // SAFETY: these two actions take no buffer.
    let _ = unsafe { raw_syscall!(Sysno::syslog, action, 0, 0) };
}
