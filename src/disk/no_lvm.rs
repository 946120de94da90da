//! A build that knows no LVM2.

use super::Look;

/// Finds none.
pub(super) fn find(_look: &mut Look<'_, '_>) -> bool {
    false
}
