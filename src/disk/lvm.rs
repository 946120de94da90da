//! A physical volume of LVM2.

use super::{Kind, Look};
use crate::lvm::label::Label;
use crate::lvm::put_id;

/// Fills `found` if the disk has a label of LVM2. It comes before all others: what was on the
/// disk before may be there still.
#[inline(never)]
pub(super) fn find(look: &mut Look<'_, '_>) -> bool {
    let Some(label) = Label::find(&look.window) else {
        return false;
    };
    look.found.kind = Kind::LvmMember;
    put_id(label.id, &mut look.found.uuid);
    true
}
