//! An archive that comes in pieces, as an unpacker makes it.
//!
//! Given the bytes from its beginning on, a piece at a time, gives its members and their bytes.
//! Nothing is kept but a header.

use super::cpio;
use super::tar::{self, Damaged, Member};
use crate::text::{self, Likeness, cut};

/// The endings of their names, beside `.tar`, which can be read from anywhere.
const ENDINGS: &[u8] = b"cpio tgz txz tlz tzst tar.gz tar.xz tar.lzma tar.zst \
    cpio.gz cpio.xz cpio.lzma cpio.zst";

/// Whether a file's name is such an archive's. The case does not matter: old FAT disks have
/// `SATA.TGZ`.
#[inline(never)]
#[must_use]
pub fn is_one(name: &[u8]) -> bool {
    let mut rest = name;
    while !rest.is_empty() {
        cut(&mut rest, b'.');
        if text::place_of(rest, ENDINGS, Likeness::Case).is_some() {
            return true;
        }
    }
    false
}

/// The most bytes of an unpacked archive that are looked at.
pub const MOST: u64 = 1 << 30;
/// Bytes by which the kinds of archives are told apart.
const HEAD: usize = 6;

/// What comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'e> {
    /// A member; the answer says whether its bytes are wanted.
    Member(Member<'e>),
    /// Some of its bytes; the answer says whether to go on.
    Bytes(&'e [u8]),
    /// There are no more of its bytes; the answer says whether to go on.
    Done,
}

/// Takes what comes out, and answers.
pub type Take<'t> = dyn FnMut(Event<'_>) -> bool + 't;

/// The archive's kind, and where in it we are.
enum Members {
    /// Nothing has come.
    Unknown,
    Tar(tar::Members),
    Cpio(cpio::Members),
}

/// An archive that comes in pieces.
pub struct Feed {
    members: Members,
    /// How many bytes have come.
    at: u64,
    /// The piece that is wanted next: where it begins, how long it is, how much of it has come.
    want: u64,
    length: usize,
    held: usize,
    piece: [u8; tar::BLOCK],
    /// Where the member that is wanted begins, and how many of its bytes are still to come.
    member: u64,
    rest: u32,
    /// How it ended.
    end: Option<Result<(), Damaged>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            members: Members::Unknown,
            at: 0,
            want: 0,
            length: HEAD,
            held: 0,
            piece: [0; tar::BLOCK],
            member: 0,
            rest: 0,
            end: None,
        }
    }
}

impl Feed {
    /// Takes the next bytes of the archive; says whether to go on. What follows the archive's end
    /// is passed over.
    #[inline(never)]
    pub fn take(&mut self, mut bytes: &[u8], out: &mut Take<'_>) -> bool {
        while !bytes.is_empty() {
            if self.at >= MOST {
                self.end = Some(Err(Damaged));
            }
            if let Some(end) = self.end {
                self.cut(&mut bytes, u64::MAX);
                if end.is_err() {
                    return false;
                }
            } else if self.rest > 0 && self.at >= self.member {
                let some = self.cut(&mut bytes, self.rest.into());
                let count = u32::try_from(some.len()).unwrap_or(u32::MAX);
                self.rest = self.rest.saturating_sub(count);
                if !out(Event::Bytes(some)) || self.rest == 0 && !out(Event::Done) {
                    return false;
                }
            } else if self.rest > 0 {
                self.cut(&mut bytes, self.member.wrapping_sub(self.at));
            } else if self.at < self.want {
                self.cut(&mut bytes, self.want.wrapping_sub(self.at));
            } else {
                let missing = self.length.saturating_sub(self.held);
                let some = self.cut(&mut bytes, missing as u64);
                let room = self.piece.get_mut(self.held..).unwrap_or_default();
                for (to, from) in room.iter_mut().zip(some) {
                    *to = *from;
                }
                self.held = self.held.wrapping_add(some.len());
                if self.held >= self.length {
                    self.read(out);
                }
            }
        }
        true
    }

    /// How it ended; damaged, too, if its end has not come.
    ///
    /// # Errors
    ///
    /// [`Damaged`].
    pub fn finish(&self) -> Result<(), Damaged> {
        self.end.unwrap_or(Err(Damaged))
    }

    /// Uses up so many bytes, or those there are.
    #[inline(never)]
    fn cut<'b>(&mut self, bytes: &mut &'b [u8], most: u64) -> &'b [u8] {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (some, rest) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
        *bytes = rest;
        self.at = self.at.wrapping_add(some.len() as u64);
        some
    }

    /// Reads the piece that was wanted, up to what is wanted next.
    #[inline(never)]
    fn read(&mut self, out: &mut Take<'_>) {
        if matches!(self.members, Members::Unknown) {
            self.members = if cpio::is_one(&self.piece) {
                Members::Cpio(cpio::Members::default())
            } else {
                Members::Tar(tar::Members::default())
            };
        }
        let piece = self.piece;
        let (start, count) = (self.want, self.held);
        while self.end.is_none() {
            let (want, length, held) = (&mut self.want, &mut self.length, &mut self.held);
            let mut is_short = false;
            let mut read = |offset: u64, into: &mut [u8]| {
                if offset == start && into.len() == count {
                    for (to, from) in into.iter_mut().zip(&piece) {
                        *to = *from;
                    }
                    return true;
                }
                is_short = true;
                // The bytes that tell the kind are the first of the first header.
                *held = if offset == start { count } else { 0 };
                (*want, *length) = (offset, into.len());
                false
            };
            let found = match &mut self.members {
                Members::Unknown => Err(Damaged),
                Members::Tar(members) => members.advance(&mut read, &mut self.piece),
                Members::Cpio(members) => members.advance(&mut read, &mut self.piece),
            };
            match found {
                Err(Damaged) if is_short => return,
                Err(Damaged) => self.end = Some(Err(Damaged)),
                Ok(None) => self.end = Some(Ok(())),
                Ok(Some(member)) => {
                    if out(Event::Member(member)) {
                        self.member = member.offset.into();
                        self.rest = member.size;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Damaged, Event, Feed, MOST, is_one};
    use crate::archive::{cpio, tar};
    use std::fmt::Write;

    /// Feeds an archive, so many bytes at a time; gives the members that are wanted as
    /// `name@offset=bytes`, the others as `name@offset`, and how it ended.
    fn feed(archive: &[u8], chunk: usize) -> (String, Result<(), Damaged>) {
        let mut feed = Feed::default();
        let mut got = String::new();
        for bytes in archive.chunks(chunk) {
            let goes_on = feed.take(bytes, &mut |event| match event {
                Event::Member(member) => {
                    let name = String::from_utf8_lossy(member.name);
                    let _ = write!(got, "{name}@{}", member.offset);
                    let is_wanted = !name.starts_with('-');
                    got.push_str(if is_wanted { "=" } else { " " });
                    is_wanted
                }
                Event::Bytes(bytes) => {
                    got.push_str(&String::from_utf8_lossy(bytes));
                    true
                }
                Event::Done => {
                    got.push(' ');
                    true
                }
            });
            assert_eq!(goes_on, feed.finish().is_ok() || feed.end.is_none());
        }
        (got, feed.finish())
    }

    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut all = Vec::new();
        for (name, bytes) in files {
            all.extend(tar::tests::header(
                name,
                &format!("{:o}\0", bytes.len()),
                b'0',
            ));
            all.extend_from_slice(bytes);
            all.resize(all.len().next_multiple_of(512), 0);
        }
        all.resize(all.len() + 1024, 0);
        all
    }

    fn cpio_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let files = files
            .iter()
            .map(|(name, bytes)| cpio::tests::file(name, bytes));
        let mut all: Vec<u8> = files.flatten().collect();
        all.extend(cpio::tests::end());
        all
    }

    const FILES: [(&str, &[u8]); 4] = [
        ("a.ko", b"first"),
        ("-b.ko", b"other"),
        ("x/c.ko", b"12345678"),
        ("d.ko", b"last"),
    ];

    #[test]
    fn pieces_of_every_length() {
        for (archive, want) in [
            (
                tar_of(&FILES),
                "a.ko@512=first -b.ko@1536 c.ko@2560=12345678 d.ko@3584=last ",
            ),
            (
                cpio_of(&FILES),
                "a.ko@116=first -b.ko@240 c.ko@368=12345678 d.ko@492=last ",
            ),
            (tar_of(&[]), ""),
            (cpio_of(&[]), ""),
        ] {
            for chunk in (1..700).chain([5000]) {
                assert_eq!(feed(&archive, chunk), (want.into(), Ok(())), "{chunk}");
            }
            // What tapes are filled up with, and what else may follow.
            let longer = [&archive[..], &[7; 3000]].concat();
            assert_eq!(feed(&longer, 100), (want.into(), Ok(())));
        }
    }

    #[test]
    fn each_cut_is_seen() {
        for (archive, end) in [(tar_of(&FILES), 512), (cpio_of(&FILES), 3)] {
            for length in 0..archive.len() - end {
                assert_eq!(feed(&archive[..length], 64).1, Err(Damaged), "{length}");
            }
        }
    }

    #[test]
    fn what_is_no_archive() {
        for (name, bytes) in [
            ("text", b"# Nothing of the kind\n".repeat(60)),
            ("old cpio", b"070707".repeat(200)),
            (
                "a name of no bytes",
                [&b"070701"[..], &[b'0'; 200]].concat(),
            ),
        ] {
            assert_eq!(feed(&bytes, 50), (String::new(), Err(Damaged)), "{name}");
        }
    }

    #[test]
    fn it_stops_when_it_is_told_to() {
        for (stop, want) in [("bytes", 1), ("done", 2)] {
            let mut feed = Feed::default();
            let mut events = 0;
            let goes_on = feed.take(&tar_of(&FILES), &mut |event| match event {
                Event::Member(_) => true,
                Event::Bytes(_) => {
                    events += 1;
                    stop != "bytes"
                }
                Event::Done => {
                    events += 1;
                    stop != "done"
                }
            });
            assert_eq!((goes_on, events), (false, want), "{stop}");
        }
    }

    #[test]
    fn an_endless_stream_ends() {
        let zeroes = vec![0; 1 << 24];
        let most = usize::try_from(MOST).unwrap() / zeroes.len() + 2;
        let huge = tar::tests::header("-huge.ko", "37777770000\0", b'0');
        for (name, head) in [("in a member", huge), ("behind the end", vec![0; 512])] {
            let mut feed = Feed::default();
            assert!(feed.take(&head, &mut |_| false));
            let taken = (0..most).take_while(|_| feed.take(&zeroes, &mut |_| false));
            assert!(taken.count() < most, "{name}");
            assert_eq!(feed.finish(), Err(Damaged), "{name}");
        }
    }

    #[test]
    fn names_of_archives() {
        for (name, want) in [
            ("sata.tgz", true),
            ("SATA.TXZ", true),
            ("sata.tar.gz", true),
            ("sata-6.1.tar.xz", true),
            ("a.tar.lzma", true),
            ("a.tlz", true),
            ("a.tar.zst", true),
            ("a.tzst", true),
            ("a.cpio", true),
            ("A.CPIO.GZ", true),
            ("a.tar", false),
            ("a.ko.gz", false),
            ("a.gz", false),
            ("tgz", false),
            (".tgz", true),
            ("a.tgz~", false),
            ("", false),
        ] {
            assert_eq!(is_one(name.as_bytes()), want, "{name}");
        }
    }
}
