//! Takes apart what the kernel has made of disks that are gone: logical volumes, and arrays that
//! cannot do without them. When the disks are there again, it is put together anew.

use super::devices::Disks;
use super::disk::{Disk, Name};
use super::{lvm, raid};
use heapless::Vec;
use kexec_loader::out::Put;

/// How many of them may lie on each other: a volume on an array on partitions of another.
const DEPTH: u32 = 4;
/// How many disks of one are looked at: as many as an array may have.
const MEMBERS: usize = 32;

/// Whether disks have gone that others may have been made of.
pub(super) struct Gone(bool);

impl Gone {
    /// None have.
    pub(super) const fn new() -> Self {
        Self(false)
    }

    /// So many have.
    pub(super) fn count(&mut self, gone: usize) {
        self.0 |= gone > 0;
    }
}

/// Takes apart what is lost, if disks are gone; says whether there are fewer disks now. What is in
/// use is tried again at the next look for disks.
#[inline(never)]
pub(super) fn take_apart(disks: &mut Disks) -> bool {
    if !core::mem::take(&mut disks.gone.0) {
        return false;
    }
    let mut is_done = false;
    for nth in 0..disks.list.len() {
        let Some(name) = disks.list.get(nth).map(|disk| disk.name.clone()) else {
            break;
        };
        if !is_lost(&name, &disks.list, DEPTH) {
            continue;
        }
        // With its partitions.
        let own = disks.list.iter_mut();
        for disk in own.filter(|disk| disk.name.starts_with(&name)) {
            disk.unmount();
        }
        if lvm::remove(&name, &mut disks.volumes) || raid::stop(&name) {
            is_done = true;
        } else {
            disks.gone.0 = true;
        }
    }
    is_done
}

/// Whether a disk was made of others that are gone, and cannot do without them.
fn is_lost(name: &[u8], list: &[Disk], depth: u32) -> bool {
    let mut is_one_gone = false;
    let mut left = Vec::<Name, MEMBERS>::new();
    let mut count = |part: Option<&[u8]>| match part {
        Some(part) if depth == 0 || !is_lost(part, list, depth.wrapping_sub(1)) => {
            let mut name = Name::new();
            name.put(part);
            let _ = left.push(name);
        }
        _ => is_one_gone = true,
    };
    lvm::each_part(name, list, &mut count);
    raid::each_member(name, list, &mut count);
    is_one_gone && !raid::are_enough(&left)
}
