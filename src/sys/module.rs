//! Kernel modules.

use super::fd::Fd;
use super::fs::CString;
use super::{Result, Sysno, done, raw_syscall};

/// `MODULE_INIT_COMPRESSED_FILE` (linux/module.h).
const MODULE_INIT_COMPRESSED_FILE: usize = 4;

/// `finit_module`: inserts the module in an open file; the kernel decompresses it if asked.
pub(crate) fn insert(file: &Fd, options: &[u8], compressed: bool) -> Result<()> {
    let flags = if compressed {
        MODULE_INIT_COMPRESSED_FILE
    } else {
        0
    };
    let mut text = CString::new();
    let options = text.join(&[options])?;
    // SAFETY: the options are NUL-terminated; the kernel copies them.
    done(unsafe { raw_syscall!(Sysno::finit_module, file.0, options, flags) })
}
