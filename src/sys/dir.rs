//! The names in a folder.

use super::fd::{Fd, FileType};
use super::{Result, Sysno, checked, raw_syscall};
use linux_raw_sys::general::{DT_DIR, DT_REG};

/// `getdents64`: reads the next names of an open folder into `buffer`; none at its end.
pub(crate) fn next<'b>(folder: &Fd, buffer: &'b mut [u8]) -> Result<Names<'b>> {
    let (to, len) = (buffer.as_mut_ptr(), buffer.len());
    // SAFETY: the kernel writes at most `len` bytes, into a slice only we hold.
    let count = checked(unsafe { raw_syscall!(Sysno::getdents64, folder.0, to, len) })?;
    Ok(Names {
        rest: buffer.get(..count).unwrap_or(&[]),
    })
}

/// Some of the names in a folder, without `.` and `..`.
pub(crate) struct Names<'b> {
    rest: &'b [u8],
}

impl Names<'_> {
    /// Whether the folder has been read to its end.
    pub(crate) fn is_end(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'b> Iterator for Names<'b> {
    type Item = (&'b [u8], FileType);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // struct linux_dirent64: d_reclen at 16, d_type at 18, d_name from 19 to a NUL.
            let [low, high, kind, ..] = *self.rest.get(16..)? else {
                return None;
            };
            let length = usize::from(u16::from_le_bytes([low, high]));
            let (record, rest) = self.rest.split_at_checked(length)?;
            self.rest = rest;
            let name = record.get(19..)?.split(|b| *b == 0).next()?;
            if name != b"." && name != b".." {
                let kind = match u32::from(kind) {
                    DT_DIR => FileType::Folder,
                    DT_REG => FileType::Regular,
                    _ => FileType::Other,
                };
                return Some((name, kind));
            }
        }
    }
}
