//! In place of `by_file.rs` on 32-bit x86, whose kernels have no `kexec_file_load`.

use super::files::Files;
use crate::sys::{Errno, Result};

/// What such kernels say.
pub(super) const REFUSAL: Errno = Errno::ENOSYS;

/// Nothing can be loaded this way.
pub(super) fn needs(_: &Files<'_>) -> Option<(u64, u64)> {
    None
}

/// Nothing can be loaded this way.
pub(super) fn load(_: &Files<'_>) -> Result<()> {
    Err(REFUSAL)
}
