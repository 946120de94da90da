//! Reads small files: the kernel's own, and configurations.

use crate::sys::fd::Fd;
use crate::sys::fs::{self, Parts, Purpose};
use crate::sys::{Errno, Result};
use kexec_loader::out::Decimal;
use kexec_loader::store::Store;
use kexec_loader::text;

/// Reads the beginning of a file of the kernel's, as far as `into` has room; without the
/// blanks and line feeds at its end.
#[inline(never)]
pub(crate) fn read_small<'i>(path: &Parts<'_>, into: &'i mut [u8]) -> Result<&'i [u8]> {
    let file = fs::open(path, Purpose::Read)?;
    let count = read_all(&file, into)?;
    let read = into.get(..count).unwrap_or(&[]);
    Ok(text::trim(read.strip_suffix(b"\n").unwrap_or(read)))
}

/// The decimal number that a file of the kernel's holds.
#[inline(never)]
pub(crate) fn read_number(path: &Parts<'_>) -> Option<u64> {
    let mut into = [0; 20];
    text::number(read_small(path, &mut into).ok()?)
}

/// Reads a file from its position on until it ends or `into` is full; says how much it was.
pub(crate) fn read_all(file: &Fd, into: &mut [u8]) -> Result<usize> {
    let mut count: usize = 0;
    while let Some(rest @ [_, ..]) = into.get_mut(count..) {
        match file.read(rest)? {
            0 => break,
            more => count = count.saturating_add(more),
        }
    }
    Ok(count)
}

/// Reads a file of at most `most` bytes into a store; says whether it is larger.
pub(crate) fn read_text<'t>(file: &Fd, most: usize, store: &Store<'t>) -> Result<(&'t [u8], bool)> {
    let size = file.size()?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let text = store.take(size.min(most)).ok_or(Errno::ENOMEM)?;
    let count = read_all(file, text)?;
    let text: &[u8] = text;
    Ok((text.get(..count).unwrap_or(text), size > most))
}

/// Reads a file from its beginning on, for an unpacker; says why it could not.
#[cfg(any(feature = "archives", feature = "gzip"))]
pub(crate) fn reader(
    file: &Fd,
    failed: &core::cell::Cell<Option<Errno>>,
) -> impl FnMut(&mut [u8]) -> Option<usize> {
    let mut offset: u64 = 0;
    move |into| {
        let read = file.read_at(offset, into);
        let read = read.inspect_err(|error| failed.set(Some(*error)));
        offset = offset.wrapping_add(*read.as_ref().unwrap_or(&0) as u64);
        read.ok()
    }
}

/// Writes all of `bytes`.
#[cfg(any(feature = "archives", feature = "gzip"))]
pub(crate) fn write_all(file: &Fd, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        let count = file.write(bytes)?;
        bytes = bytes.get(count..).unwrap_or(&[]);
    }
    Ok(())
}

/// Adds `size` bytes of a file, from `offset` on, to another.
#[inline(never)]
pub(crate) fn copy(from: &Fd, offset: u64, size: u64, to: &Fd) -> Result<()> {
    let (mut offset, mut rest) = (offset, size);
    while rest > 0 {
        let most = rest.min(1 << 20);
        match to.append(from, offset, usize::try_from(most).unwrap_or(0))? {
            0 => return Err(Errno::EIO),
            count => {
                offset = offset.wrapping_add(count as u64);
                rest = rest.saturating_sub(count as u64);
            }
        }
    }
    Ok(())
}

/// A part of a file as one of its own, in memory, that nobody can write to any longer; the
/// kernel takes modules from no other.
#[inline(never)]
pub(crate) fn copy_in_memory(from: &Fd, offset: u64, size: u64) -> Result<Fd> {
    let file = fs::in_memory()?;
    copy(from, offset, size, &file)?;
    close_to_writers(&file)
}

/// A file in memory as one that can be read only, once the other is gone.
pub(crate) fn close_to_writers(file: &Fd) -> Result<Fd> {
    let number = Decimal::new(file.number() as u64);
    fs::open(&[b"/proc/self/fd/", number.bytes()], Purpose::Read)
}
