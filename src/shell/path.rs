//! Paths, as they are typed in a folder.

use crate::out::Put;
use crate::text::{cut, same};
use heapless::VecView;

/// The brackets that a path begins with and the disk in them; empty where it has none.
pub(super) fn disk_of(path: &[u8]) -> &[u8] {
    let mut rest = path;
    if matches!(path, [b'(', ..]) {
        cut(&mut rest, b')');
        let end = path.len().wrapping_sub(rest.len());
        return path.get(..end).unwrap_or(path);
    }
    &[]
}

/// Puts where a path leads from a folder, `(DISK)/…`, without `.` and `..` in it; says whether
/// it had room. `..` is taken by its words, and does not lead out of the disk.
#[inline(never)]
pub fn resolve(folder: &[u8], path: &[u8], out: &mut VecView<u8>) -> bool {
    out.clear();
    let mut disk = disk_of(path);
    let below = path.get(disk.len()..).unwrap_or(path);
    let mut before: &[u8] = b"";
    if disk.is_empty() {
        disk = disk_of(folder);
        if !matches!(path, [b'/', ..]) {
            before = folder.get(disk.len()..).unwrap_or(b"");
        }
    }
    out.put(disk);
    walk(before, disk.len(), out);
    walk(below, disk.len(), out);
    if out.len() == disk.len() {
        out.put(b"/");
    }
    !out.is_full()
}

/// Goes on along these names; `..` goes no further back than to `top` bytes.
#[inline(never)]
fn walk(names: &[u8], top: usize, out: &mut VecView<u8>) {
    let mut rest = names;
    while !rest.is_empty() {
        match cut(&mut rest, b'/') {
            b"" | b"." => {}
            b".." => {
                let slash = out.iter().rposition(|byte| *byte == b'/');
                out.truncate(slash.unwrap_or(0).max(top));
            }
            name => {
                out.put(b"/");
                out.put(name);
            }
        }
    }
}

/// A path that begins with a disk in brackets, without them if they name `disk`.
#[must_use]
pub fn without_disk<'p>(path: &'p [u8], disk: &[u8]) -> &'p [u8] {
    match disk_of(path) {
        whole @ [b'(', named @ .., b')'] if same(named, disk) => {
            path.get(whole.len()..).unwrap_or(path)
        }
        _ => path,
    }
}
