//! The names in a folder.

use super::fd::Fd;
use super::{Sysno, checked, raw_syscall};
use linux_raw_sys::general::DT_REG;

/// The names in a folder, without `.` and `..`.
pub(crate) struct Names {
    /// The folder.
    pub(crate) folder: Fd,
    buffer: [u8; 2048],
    /// Where in the buffer the next record begins, and where the last ends.
    at: usize,
    end: usize,
}

impl Names {
    /// The names in an open folder.
    pub(crate) const fn of(folder: Fd) -> Self {
        Self {
            folder,
            buffer: [0; 2048],
            at: 0,
            end: 0,
        }
    }

    /// `getdents64`: the next name, and whether it is a regular file's.
    #[inline(never)]
    pub(crate) fn next(&mut self) -> Option<(&[u8], bool)> {
        loop {
            if self.at == self.end {
                let (to, len) = (self.buffer.as_mut_ptr(), self.buffer.len());
                // SAFETY: the kernel writes at most `len` bytes, into an array only we hold.
                let read = unsafe { raw_syscall!(Sysno::getdents64, self.folder.0, to, len) };
                self.at = 0;
                self.end = checked(read).unwrap_or(0);
            }
            // struct linux_dirent64: d_reclen at 16, d_type at 18, d_name from 19 to a NUL.
            let start = self.at;
            let [low, high, kind, ..] = *self.buffer.get(start..self.end)?.get(16..)? else {
                return None;
            };
            self.at = start.wrapping_add(u16::from_le_bytes([low, high]).into());
            let name = self.buffer.get(start..self.at)?.get(19..)?;
            if !matches!(name, [b'.', 0, ..] | [b'.', b'.', 0, ..]) {
                let length = name.iter().take_while(|byte| **byte != 0).count();
                let name = self.buffer.get(start.wrapping_add(19)..)?.get(..length)?;
                return Some((name, u32::from(kind) == DT_REG));
            }
        }
    }
}
