//! tar archives, as POSIX (ustar), GNU tar and Unix V7 write them: a header of 512 bytes, then
//! the member's bytes, padded to 512; a header of zeroes at the end.
//!
//! Given a way to read the archive, gives its members' names and places. Of the extensions
//! none matters here: a long name's end, which alone is told, is cut, and what extensions
//! add are members of kinds of their own, which are passed over.
//!
//! Source: POSIX.1-1988, "ustar Interchange Format"; tar(5).
//!
//! Not by a package: those there are want the whole archive in memory.

use crate::bytes::{ReadAt, byte, field};
use crate::text::{self, strip_prefix};

/// Bytes of a header; members begin at multiples of it.
pub const BLOCK: usize = 512;
/// How many members are looked at: an archive that has more is not one of modules.
pub const MEMBERS: u32 = 1024;

/// What a header says: a field's place, and its size.
const NAME: (usize, usize) = (0, 100);
const SIZE: (usize, usize) = (124, 12);
const SUM: (usize, usize) = (148, 8);
const KIND: usize = 156;

/// A member that is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'h> {
    /// The last part of its name.
    pub name: &'h [u8],
    /// Where its bytes begin in the archive.
    pub offset: u32,
    /// How many there are; never 0.
    pub size: u32,
}

/// An archive that is damaged, cut short, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// Where in an archive we are.
#[derive(Default)]
pub struct Members {
    next: u32,
    count: u32,
}

impl Members {
    /// The next member that is a file and not empty, whose name is in `header` then; `None`
    /// at the end of the archive.
    ///
    /// # Errors
    ///
    /// [`Damaged`] for a header that cannot be read, has a wrong sum or a size that is none,
    /// for a member that goes on past 4 GiB, and after [`MEMBERS`] members.
    #[inline(never)]
    pub fn advance<'h>(
        &mut self,
        read: &mut ReadAt<'_>,
        header: &'h mut [u8; BLOCK],
    ) -> Result<Option<Member<'h>>, Damaged> {
        loop {
            if self.count >= MEMBERS || !read(self.next.into(), header) {
                return Err(Damaged);
            }
            self.count = self.count.wrapping_add(1);
            if header.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            if octal(header, SUM) != Some(sum(header)) {
                return Err(Damaged);
            }
            let size = octal(header, SIZE).ok_or(Damaged)?;
            let offset = self.next.checked_add(512).ok_or(Damaged)?;
            let padded = size.checked_next_multiple_of(512);
            let next = padded.and_then(|size| offset.checked_add(size));
            self.next = next.ok_or(Damaged)?;
            // The kinds of files are '0', a NUL of old, and '7', which was to lie in one piece.
            if size > 0 && matches!(byte(header, KIND), b'0' | b'7' | 0) {
                return Ok(Some(Member {
                    name: base(field(header, NAME.0, NAME.1)),
                    offset,
                    size,
                }));
            }
        }
    }
}

/// Whether a file's name is an archive's. The case does not matter: old FAT disks have
/// `SATA.TAR`.
#[must_use]
pub fn is_one(name: &[u8]) -> bool {
    let end = name.len().saturating_sub(4);
    text::same(name.get(end..).unwrap_or(&[]), b".tar")
}

/// The name behind the last `/`, up to the first NUL.
pub(super) fn base(name: &[u8]) -> &[u8] {
    let mut rest = name;
    let name = text::cut(&mut rest, 0);
    let from = name.iter().rposition(|byte| *byte == b'/');
    from.and_then(|at| name.get(at.wrapping_add(1)..))
        .unwrap_or(name)
}

/// What the bytes of a header add up to, those of the sum itself taken as blanks.
fn sum(header: &[u8; BLOCK]) -> u32 {
    let mut sum: u32 = 0;
    for (at, byte) in header.iter().enumerate() {
        let is_sum = (SUM.0..SUM.0.wrapping_add(SUM.1)).contains(&at);
        sum = sum.wrapping_add(if is_sum { 32 } else { (*byte).into() });
    }
    sum
}

/// An octal number, with blanks before it and a blank or a NUL behind it, if it has less
/// than 32 bits.
fn octal(header: &[u8; BLOCK], (at, len): (usize, usize)) -> Option<u32> {
    let mut rest = field(header, at, len);
    while let Some(more) = strip_prefix(rest, b" ") {
        rest = more;
    }
    let mut number: u32 = 0;
    let mut is_one = false;
    for digit in rest {
        match digit {
            b'0'..=b'7' => {
                number = number.checked_mul(8)? | u32::from(digit & 7);
                is_one = true;
            }
            b' ' | 0 => break,
            _ => return None,
        }
    }
    is_one.then_some(number)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Damaged, MEMBERS, Members, is_one};

    /// A header as POSIX describes it.
    pub(in crate::archive) fn header(name: &str, size: &str, kind: u8) -> Vec<u8> {
        let mut header = vec![0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..124 + size.len()].copy_from_slice(size.as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        seal(&mut header);
        header
    }

    fn seal(header: &mut [u8]) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }

    /// The members, as `name offset size`, and how it ended.
    fn list(archive: &[u8]) -> (Vec<String>, Result<(), Damaged>) {
        let mut members = Members::default();
        let mut found = vec![];
        let mut read = |offset: u64, into: &mut [u8]| {
            let from = usize::try_from(offset).unwrap();
            let bytes = archive.get(from..).and_then(|rest| rest.get(..into.len()));
            bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
        };
        loop {
            let mut header = [0; 512];
            match members.advance(&mut read, &mut header) {
                Ok(Some(one)) => {
                    let name = String::from_utf8_lossy(one.name);
                    found.push(format!("{name} {} {}", one.offset, one.size));
                }
                Ok(None) => return (found, Ok(())),
                Err(Damaged) => return (found, Err(Damaged)),
            }
        }
    }

    #[test]
    fn members() {
        let file = |name, size| header(name, size, b'0');
        let zeroes = vec![0; 512];
        for (name, parts, want, end) in [
            ("nothing in it", vec![zeroes.clone()], vec![], Ok(())),
            (
                "one, and what follows the end",
                vec![
                    file("a.ko", "00000000003\0"),
                    vec![1; 512],
                    zeroes.clone(),
                    vec![9; 512],
                ],
                vec!["a.ko 512 3"],
                Ok(()),
            ),
            (
                "folders and other kinds are passed over, with their bytes",
                vec![
                    header("./", "0\0", b'5'),
                    header("PaxHeader", "1\0", b'x'),
                    vec![7; 512],
                    header("link", "0 ", b'2'),
                    file("./x/b.ko.xz", "  1000\0"),
                    vec![1; 512],
                    zeroes.clone(),
                ],
                vec!["b.ko.xz 2560 512"],
                Ok(()),
            ),
            (
                "V7's kind, and an empty file",
                vec![
                    file("e.ko", "0\0"),
                    header("c.ko", "1\0", 0),
                    vec![1; 512],
                    zeroes.clone(),
                ],
                vec!["c.ko 1024 1"],
                Ok(()),
            ),
            (
                "no end: cut short",
                vec![file("a.ko", "3\0"), vec![1; 512]],
                vec!["a.ko 512 3"],
                Err(Damaged),
            ),
            ("no archive", vec![vec![0x5a; 512]], vec![], Err(Damaged)),
            (
                "too short for one",
                vec![vec![0; 511]],
                vec![],
                Err(Damaged),
            ),
            ("no size", vec![file("a.ko", "\0")], vec![], Err(Damaged)),
            (
                "a wrong digit",
                vec![file("a.ko", "8\0")],
                vec![],
                Err(Damaged),
            ),
            (
                "a size in base 256",
                vec![{
                    let mut header = file("a.ko", "");
                    header[124] = 0x80;
                    header[135] = 1;
                    seal(&mut header);
                    header
                }],
                vec![],
                Err(Damaged),
            ),
            (
                "8 GiB less one",
                vec![file("a.ko", "77777777777\0")],
                vec![],
                Err(Damaged),
            ),
            (
                "its padding ends at 4 GiB",
                vec![file("a.ko", "37777777000\0")],
                vec![],
                Err(Damaged),
            ),
        ] {
            let want: Vec<_> = want.into_iter().map(String::from).collect();
            assert_eq!(list(&parts.concat()), (want, end), "{name}");
        }
    }

    #[test]
    fn each_bit_of_a_header_counts() {
        let whole = [header("a.ko", "3\0", b'0'), vec![1; 512], vec![0; 512]].concat();
        for bit in 0..512 * 8 {
            let mut archive = whole.clone();
            archive[bit / 8] ^= 1 << (bit % 8);
            // A sum has several spellings.
            if !(148..156).contains(&(bit / 8)) {
                assert_eq!(list(&archive), (vec![], Err(Damaged)), "{bit}");
            }
        }
    }

    #[test]
    fn an_endless_archive_ends() {
        let one = header("a.ko", "0\0", b'0');
        let (found, end) = list(&one.repeat(2 * MEMBERS as usize));
        assert_eq!((found.len(), end), (0, Err(Damaged)));
    }

    #[test]
    fn names_of_archives() {
        for (name, want) in [
            ("sata.tar", true),
            ("SATA.TAR", true),
            (".tar", true),
            ("sata.tar.gz", false),
            ("tar", false),
            ("", false),
        ] {
            assert_eq!(is_one(name.as_bytes()), want, "{name}");
        }
    }
}
