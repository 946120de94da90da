//! The area of a disk that holds metadata → the text that counts.
//!
//! An area begins with a header; the rest is a ring, so a text may go on at its beginning.
//! Source: LVM2 2.03, `lib/format_text/layout.h` and `format-text.c`.

use super::checksum;
use super::label::Area;
use crate::bytes::{ReadAt, field, le32, le64, place};

/// Bytes of the header before the ring.
const HEADER: usize = 512;
/// In the flags of a text: it is not kept up to date.
const IGNORED: u64 = 1;

/// Why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The area holds none that counts.
    Empty,
    /// It cannot be read, or is not what its checksums say.
    Damaged,
    /// It is larger than the memory for it.
    Large,
}

/// Reads the text of an area to the beginning of `into`; gives its length.
///
/// # Errors
///
/// Why there is none.
#[inline(never)]
pub fn read(area: &Area, read: &mut ReadAt<'_>, into: &mut [u8]) -> Result<usize, Lack> {
    let mut header = [0; HEADER];
    if !read(area.start, &mut header) {
        return Err(Lack::Damaged);
    }
    let is_one = field(&header, 4, 16) == b" LVM2 x[5A%r0N*>"
        && le32(&header, 20) == 1
        && le64(&header, 24) == area.start
        && le32(&header, 0) == checksum(field(&header, 4, HEADER - 4));
    if !is_one {
        return Err(Lack::Damaged);
    }
    let size = le64(&header, 32);
    // The first of its places is that of the text that counts.
    let (offset, length) = (le64(&header, 40), le64(&header, 48));
    let (sum, flags) = (le32(&header, 56), le32(&header, 60));
    if offset == 0 || length == 0 || flags & IGNORED != 0 {
        return Err(Lack::Empty);
    }
    let ring = size.checked_sub(HEADER as u64).ok_or(Lack::Damaged)?;
    if offset < HEADER as u64 || offset >= size || length > ring {
        return Err(Lack::Damaged);
    }
    let into = into.get_mut(..place(length)).ok_or(Lack::Large)?;
    // What lies behind the ring's end is at its beginning.
    let first = length.min(size.wrapping_sub(offset));
    let (one, other) = into
        .split_at_mut_checked(place(first))
        .ok_or(Lack::Damaged)?;
    let start = |offset| area.start.checked_add(offset).ok_or(Lack::Damaged);
    let is_read =
        read(start(offset)?, one) && (other.is_empty() || read(start(HEADER as u64)?, other));
    if !is_read || sum != checksum(into) {
        return Err(Lack::Damaged);
    }
    Ok(into.len())
}
