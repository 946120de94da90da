//! What the kernel's error numbers mean, in words.

use crate::out::Decimal;
use linux_raw_sys::errno as e;

/// The numbers that occur here, and their words.
const WORDS: &[(u8, &str)] = &[
    (number(e::EPERM), "not permitted"),
    (number(e::ENOENT), "not found"),
    (number(e::EIO), "the device could not be read"),
    (number(e::ENXIO), "no medium or no such device"),
    (number(e::ENOEXEC), "not in a format the kernel knows"),
    (number(e::ENOMEM), "out of memory"),
    (number(e::EACCES), "access denied"),
    (number(e::EBUSY), "busy"),
    (number(e::EEXIST), "it exists already"),
    (number(e::ENODEV), "the kernel has no driver for it"),
    (number(e::ENOTDIR), "a part of the path is no folder"),
    (number(e::EISDIR), "it is a folder"),
    (number(e::EINVAL), "invalid"),
    (number(e::EMFILE), "too many files are open"),
    (number(e::EFBIG), "too large"),
    (number(e::ENOSPC), "no space left"),
    (number(e::EROFS), "read-only"),
    (number(e::ENAMETOOLONG), "the name is too long"),
    (number(e::ENOSYS), "the kernel was built without it"),
    (number(e::ELOOP), "too many symbolic links"),
    (number(e::ENODATA), "it has no signature"),
    (number(e::EBADMSG), "bad data"),
    (number(e::EOPNOTSUPP), "not supported"),
    (
        number(e::EADDRNOTAVAIL),
        "no free memory at the address it needs",
    ),
    (number(e::ENOMEDIUM), "no medium"),
    (number(e::ENOKEY), "no key for its signature"),
    (number(e::EKEYREJECTED), "its signature was rejected"),
    (number(e::EUCLEAN), "the file system is damaged"),
];

/// The error numbers above are small; the type is checked when this is compiled.
const fn number(errno: u32) -> u8 {
    assert!(errno < 256);
    errno.to_le_bytes()[0]
}

/// Words for an error number.
pub struct Reason {
    words: &'static [u8],
    number: Decimal,
}

impl Reason {
    /// The words for `errno`, the positive number of a failed system call.
    #[must_use]
    pub fn new(errno: i32) -> Self {
        let known = WORDS.iter().find(|(number, _)| i32::from(*number) == errno);
        Self {
            words: known.map_or(&[], |(_, words)| words.as_bytes()),
            number: Decimal::new(errno.unsigned_abs().into()),
        }
    }

    /// The words, or the number where there are none.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self.words {
            [] => self.number.bytes(),
            words => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn known_and_unknown() {
        assert_eq!(Reason::new(2).bytes(), b"not found");
        assert_eq!(Reason::new(38).bytes(), b"the kernel was built without it");
        assert_eq!(Reason::new(255).bytes(), b"255");
        assert_eq!(Reason::new(4095).bytes(), b"4095");
    }
}
