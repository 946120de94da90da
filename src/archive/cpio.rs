//! cpio archives of the kind "newc", with checksums ("070702") or without ("070701"): a header of
//! 110 letters and a name, then the member's bytes, both padded to four; a member of a name of its
//! own at the end.
//!
//! Given a way to read the archive, gives its members' names and places. Checksums are passed
//! over, for they are sums of bytes.
//!
//! Source: Documentation/driver-api/early-userspace/buffer-format.rst in Linux.

use super::tar::{Damaged, MEMBERS, Member, base};
use crate::bytes::{ReadAt, field};

/// What a header begins with: one of the two in the last place.
const MAGIC: &[u8] = b"07070";
/// Bytes of a header.
const HEADER: usize = 110;
/// Its fields of eight hexadecimal digits that matter here.
const MODE: usize = 14;
const SIZE: usize = 54;
const NAME_SIZE: usize = 94;
/// The kind of a member among the bits of its mode, and a file's.
const KIND: u32 = 0o170_000;
const FILE: u32 = 0o100_000;
/// Bytes of a name that are read: its last.
pub const NAME: usize = 512;
/// The name behind the last member.
const END: &[u8] = b"TRAILER!!!";

/// Whether an archive that begins with these bytes is one.
#[must_use]
pub fn is_one(head: &[u8]) -> bool {
    matches!(head.strip_prefix(MAGIC), Some([b'1' | b'2', ..]))
}

/// A member whose header has been read, and whose name has not.
struct Header {
    /// Whether it is a file.
    is_file: bool,
    size: u32,
    /// Where its name's last bytes begin, and how many there are.
    name: u32,
    length: usize,
    /// Where its own bytes begin.
    offset: u32,
}

/// Where in an archive we are. Each call of `advance` can be made again after it could not read.
#[derive(Default)]
pub struct Members {
    next: u32,
    count: u32,
    header: Option<Header>,
}

impl Members {
    /// The next member that is a file and not empty, whose name is in `buffer` then; `None` at the
    /// end of the archive.
    ///
    /// # Errors
    ///
    /// [`Damaged`] for a header or a name that cannot be read, is none or has a size that is
    /// none, for a member that goes on past 4 GiB, and after [`MEMBERS`] members.
    #[inline(never)]
    pub fn advance<'b>(
        &mut self,
        read: &mut ReadAt<'_>,
        buffer: &'b mut [u8; NAME],
    ) -> Result<Option<Member<'b>>, Damaged> {
        loop {
            let Some(header) = &self.header else {
                self.header = Some(self.read_header(read, buffer)?);
                continue;
            };
            let Header {
                is_file,
                size,
                name,
                length,
                offset,
            } = *header;
            let room = buffer.get_mut(..length).ok_or(Damaged)?;
            if !read(name.into(), room) {
                return Err(Damaged);
            }
            self.header = None;
            // A NUL ends it, and is counted.
            let Some((0, name)) = room.split_last() else {
                return Err(Damaged);
            };
            if name == END {
                return Ok(None);
            }
            if is_file && size > 0 {
                return Ok(Some(Member {
                    name: base(field(buffer, 0, length)),
                    offset,
                    size,
                }));
            }
        }
    }

    /// Reads the next header; where the one behind it will be is known then.
    fn read_header(
        &mut self,
        read: &mut ReadAt<'_>,
        buffer: &mut [u8; NAME],
    ) -> Result<Header, Damaged> {
        let header = buffer.get_mut(..HEADER).ok_or(Damaged)?;
        if self.count >= MEMBERS || !read(self.next.into(), header) || !is_one(header) {
            return Err(Damaged);
        }
        let number = |at| hexadecimal(field(header, at, 8)).ok_or(Damaged);
        let is_file = number(MODE)? & KIND == FILE;
        let size = number(SIZE)?;
        let name_size = number(NAME_SIZE)?;
        let length = usize::try_from(name_size).unwrap_or(usize::MAX).min(NAME);
        let name = self.next.checked_add(110).ok_or(Damaged)?;
        let end = name.checked_add(name_size).ok_or(Damaged)?;
        let offset = end.checked_next_multiple_of(4).ok_or(Damaged)?;
        let next = offset.checked_add(size).ok_or(Damaged)?;
        self.next = next.checked_next_multiple_of(4).ok_or(Damaged)?;
        self.count = self.count.wrapping_add(1);
        Ok(Header {
            is_file,
            size,
            name: end.wrapping_sub(u32::try_from(length).unwrap_or(0)),
            length,
            offset,
        })
    }
}

/// The number that eight hexadecimal digits are.
fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let mut number: u32 = 0;
    for digit in digits {
        let value = match digit {
            b'0'..=b'9' => digit & 15,
            b'a'..=b'f' | b'A'..=b'F' => (digit & 15).wrapping_add(9),
            _ => return None,
        };
        number = number << 4 | u32::from(value);
    }
    (digits.len() == 8).then_some(number)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Damaged, MEMBERS, Members, is_one};

    /// A member as the kernel's document describes it.
    pub(in crate::archive) fn member(name: &str, mode: u32, bytes: &[u8]) -> Vec<u8> {
        let size = bytes.len();
        let mut all = header("070701", name.len() + 1, mode, size);
        all.extend_from_slice(name.as_bytes());
        all.push(0);
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend_from_slice(bytes);
        all.resize(all.len().next_multiple_of(4), 0);
        all
    }

    fn header(magic: &str, name: usize, mode: u32, size: usize) -> Vec<u8> {
        let fields = [1, mode as usize, 0, 0, 1, 0, size, 8, 1, 0, 0, name, 0];
        let fields = fields.map(|field| format!("{field:08x}"));
        format!("{magic}{}", fields.concat()).into_bytes()
    }

    pub(in crate::archive) fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
        member(name, 0o100_644, bytes)
    }

    pub(in crate::archive) fn end() -> Vec<u8> {
        member("TRAILER!!!", 0, b"")
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
            let mut buffer = [0; 512];
            match members.advance(&mut read, &mut buffer) {
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
        let long = format!("{}/a.ko", "x".repeat(600));
        for (name, parts, want, done) in [
            ("nothing in it", vec![end()], vec![], Ok(())),
            (
                "padding of every length",
                vec![
                    file("a.ko", b"1"),
                    file("ab.ko", b"12"),
                    file("abc.ko", b"123"),
                    file("abcd.ko", b"1234"),
                    end(),
                ],
                vec!["a.ko 116 1", "ab.ko 236 2", "abc.ko 360 3", "abcd.ko 484 4"],
                Ok(()),
            ),
            (
                "folders, links and empty files are passed over, with their bytes",
                vec![
                    member(".", 0o040_755, b""),
                    member("link.ko", 0o120_777, b"a.ko"),
                    file("empty.ko", b""),
                    file("./x/a.ko.xz", b"12345"),
                    end(),
                ],
                vec!["a.ko.xz 480 5"],
                Ok(()),
            ),
            (
                "what is behind the end is not looked at",
                vec![end(), b"more".to_vec()],
                vec![],
                Ok(()),
            ),
            (
                "with checksums, in large letters",
                vec![
                    header("070702", 5, 0o100_000, 10).to_ascii_uppercase(),
                    b"a.ko\0\0".to_vec(),
                    vec![1; 12],
                    end(),
                ],
                vec!["a.ko 116 10"],
                Ok(()),
            ),
            (
                "a name of which the end is kept",
                vec![file(&long, b"1"), end()],
                vec!["a.ko 716 1"],
                Ok(()),
            ),
        ] {
            let want: Vec<_> = want.into_iter().map(String::from).collect();
            assert_eq!(list(&parts.concat()), (want, done), "{name}");
        }
    }

    #[test]
    fn damaged_ones() {
        let mut not_a_number = header("070701", 5, 0o100_000, 1);
        not_a_number[60] = b'g';
        for (name, parts, want) in [
            ("no end", vec![file("a.ko", b"1")], vec!["a.ko 116 1"]),
            ("nothing at all", vec![], vec![]),
            (
                "another kind",
                vec![header("070707", 5, 0o100_000, 1), vec![0; 40]],
                vec![],
            ),
            (
                "a size that is no number",
                vec![not_a_number, vec![0; 40]],
                vec![],
            ),
            (
                "no name",
                vec![header("070701", 0, 0o100_000, 1), vec![0; 40]],
                vec![],
            ),
            (
                "a name without a NUL",
                vec![
                    header("070701", 4, 0o100_000, 1),
                    b"a.ko".to_vec(),
                    vec![1; 40],
                ],
                vec![],
            ),
            (
                "a name of 4 GiB",
                vec![header("070701", 0xffff_ffff, 0o100_000, 1), vec![0; 40]],
                vec![],
            ),
            (
                "4 GiB",
                vec![
                    header("070701", 5, 0o100_000, 0xffff_ffff),
                    b"a.ko\0\0".to_vec(),
                ],
                vec![],
            ),
            (
                "its padding ends before 4 GiB",
                vec![
                    header("070701", 5, 0o100_000, 0xffff_ffff - 116 - 3),
                    b"a.ko\0\0".to_vec(),
                ],
                vec!["a.ko 116 4294967176"],
            ),
        ] {
            let want: Vec<_> = want.into_iter().map(String::from).collect();
            assert_eq!(list(&parts.concat()), (want, Err(Damaged)), "{name}");
        }
    }

    #[test]
    fn each_cut_is_seen() {
        let whole = [file("a.ko", b"12345"), end()].concat();
        for length in 0..whole.len() - 3 {
            assert_eq!(list(&whole[..length]).1, Err(Damaged), "{length}");
        }
    }

    #[test]
    fn an_endless_archive_ends() {
        let (found, done) = list(&file("a.ko", b"").repeat(2 * MEMBERS as usize));
        assert_eq!((found.len(), done), (0, Err(Damaged)));
    }

    #[test]
    fn beginnings() {
        for (head, want) in [
            (&b"070701"[..], true),
            (b"070702000", true),
            (b"070707", false),
            (b"07070", false),
            (b"", false),
            (b"a/07070", false),
        ] {
            assert_eq!(is_one(head), want, "{head:?}");
        }
    }
}
