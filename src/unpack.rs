//! What the unpackers share: how a file comes in, how what comes out goes on, and what may be wrong.

/// What is wrong with a compressed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// gzip did not compress it.
    NotGzip,
    /// It is compressed in a way, or has a flag, that is not known.
    Unknown,
    /// It needs a larger dictionary, or window, of so many bytes at most.
    Dictionary(u64),
    /// It was made with a dictionary that is not in it.
    Foreign,
    /// It is not what a compressor writes.
    Damaged,
    /// A checksum or a size is not that of what came out.
    Checksum,
    /// It ends too early.
    Truncated,
    /// The door that reads, or the one that writes, would not.
    Stopped,
}

impl Fault {
    /// Words to follow the file's name and "is damaged:".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotGzip => "gzip did not compress it",
            Self::Unknown => "it is compressed in a way that is not known",
            Self::Checksum => "its checksum is wrong",
            Self::Truncated => "its end is missing",
            Self::Foreign => "it was made with a dictionary, which is not in it",
            Self::Dictionary(_) | Self::Damaged | Self::Stopped => {
                "what is compressed in it makes no sense"
            }
        }
    }
}

/// Reads as many of the file's next bytes as there are; 0 at its end, `None` if it cannot.
pub type Read<'d> = dyn FnMut(&mut [u8]) -> Option<usize> + 'd;
/// Takes the next bytes of what comes out; says whether to go on.
pub type Write<'d> = dyn FnMut(&[u8]) -> bool + 'd;

/// The next byte of a file, through a buffer of which `left` has not been used.
///
/// # Errors
///
/// [`Fault::Stopped`] if it cannot be read, [`Fault::Truncated`] at its end.
#[cfg(any(feature = "archive-gzip", feature = "archive-xz", feature = "gzip"))]
#[inline]
pub(crate) fn next_byte(
    read: &mut Read<'_>,
    buffer: &mut [u8],
    left: &mut core::ops::Range<usize>,
) -> Result<u8, Fault> {
    if left.start >= left.end {
        *left = 0..read(buffer).ok_or(Fault::Stopped)?;
    }
    let byte = left.next().and_then(|at| buffer.get(at));
    byte.copied().ok_or(Fault::Truncated)
}

/// The lowest 32 bits of a number.
pub(crate) fn low_word(number: u64) -> u32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
