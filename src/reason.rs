//! What the kernel's error numbers mean, in words.

use crate::out::Decimal;
use crate::text::nth_piece;
use linux_raw_sys::errno as e;

/// The numbers that occur here.
const NUMBERS: [u8; 28] = [
    number(e::EPERM),
    number(e::ENOENT),
    number(e::EIO),
    number(e::ENXIO),
    number(e::ENOEXEC),
    number(e::ENOMEM),
    number(e::EACCES),
    number(e::EBUSY),
    number(e::EEXIST),
    number(e::ENODEV),
    number(e::ENOTDIR),
    number(e::EISDIR),
    number(e::EINVAL),
    number(e::EMFILE),
    number(e::EFBIG),
    number(e::ENOSPC),
    number(e::EROFS),
    number(e::ENAMETOOLONG),
    number(e::ENOSYS),
    number(e::ELOOP),
    number(e::ENODATA),
    number(e::EBADMSG),
    number(e::EOPNOTSUPP),
    number(e::EADDRNOTAVAIL),
    number(e::ENOMEDIUM),
    number(e::ENOKEY),
    number(e::EKEYREJECTED),
    number(e::EUCLEAN),
];

/// Their words, in the same order.
const WORDS: &str = "\
    not permitted\n\
    not found\n\
    the device could not be read\n\
    no medium or no such device\n\
    not in a format the kernel knows\n\
    out of memory\n\
    access denied\n\
    busy\n\
    it exists already\n\
    the kernel has no driver for it\n\
    a part of the path is no folder\n\
    it is no file\n\
    invalid\n\
    too many files are open\n\
    too large\n\
    no space left\n\
    read-only\n\
    the name is too long\n\
    the kernel was built without it\n\
    too many symbolic links\n\
    it has no signature\n\
    bad data\n\
    not supported\n\
    no free memory at the address it needs\n\
    no medium\n\
    no key for its signature\n\
    its signature was rejected\n\
    the file system is damaged";

/// The error numbers above are small; the type is checked when this is compiled.
const fn number(errno: u32) -> u8 {
    assert!(errno < 256);
    errno.to_le_bytes()[0]
}

/// Words for an error number.
pub struct Reason {
    errno: usize,
    number: Decimal,
}

impl Reason {
    /// The words for `errno`, the positive number of a failed system call.
    #[inline(never)]
    #[must_use]
    pub fn new(errno: usize) -> Self {
        Self {
            errno,
            number: Decimal::new(errno as u64),
        }
    }

    /// The words, or the number where there are none.
    #[inline(never)]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        for (nth, number) in NUMBERS.iter().enumerate() {
            if usize::from(*number) == self.errno {
                return nth_piece(WORDS.as_bytes(), b'\n', nth);
            }
        }
        self.number.bytes()
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

    #[test]
    fn every_number_has_its_words() {
        assert_eq!(super::WORDS.lines().count(), super::NUMBERS.len());
        for (errno, words) in [(1, "not permitted"), (117, "the file system is damaged")] {
            assert_eq!(Reason::new(errno).bytes(), words.as_bytes());
        }
    }
}
