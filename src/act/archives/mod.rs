//! Archives that can only be read from their beginning on: those that are compressed as a whole,
//! and cpio.
//!
//! Such an archive is read once for the names of its modules and for what each needs. Then, when
//! one of them is the next to go in, it is read again, and each module in it goes in as it comes
//! by, if what it needs is in: an archive in the order of need takes one more reading, and any
//! other one for each step back. Of the modules one at a time is in memory.

#[cfg_attr(not(feature = "archive-gzip"), path = "no_packing.rs")]
mod gzip;
#[cfg_attr(not(feature = "archive-xz"), path = "no_packing.rs")]
mod xz;
#[cfg_attr(not(feature = "archive-zstd"), path = "no_packing.rs")]
mod zstd;

use super::auto::Choice;
use super::boot::memory;
use super::disk::read_exact;
use super::files::{close_to_writers, reader, write_all};
use super::modules::{Found, Inserting, open};
use super::tell;
use crate::sys::fd::Fd;
use crate::sys::{Errno, fs};
use core::cell::Cell;
use kexec_loader::archive::feed::{Event, Feed, Take};
use kexec_loader::archive::tar::Member;
use kexec_loader::modules::{Module, Place, State, info, name_of};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Put;
use kexec_loader::text::last_piece;

pub(super) use kexec_loader::archive::feed::is_one;

/// Bytes of a compressed file that are read at once.
const INPUT: usize = 1 << 12;

/// What is said of what is no archive.
const NO_ARCHIVE: &str = "there is no archive in it that is known, or a damaged one";

/// Whether a module is in such an archive.
pub(super) fn has(module: &Module<'_>) -> bool {
    module.place.is_some() && is_one(module.file())
}

/// What is wrong with an archive.
enum Fault {
    /// It is not what it should be.
    Damaged(&'static str),
    /// It could not be read, or there is no memory.
    Unreadable(Errno),
    /// It wants more memory than there is; how to make one that does not.
    Memory {
        wants: u64,
        has: u64,
        remedy: &'static str,
    },
    /// Whoever takes what comes out wants no more.
    Stopped,
}

/// What becomes of an unpacker's fault: in words, if it has one, and the kernel's number, if the
/// file could not be read.
fn judge(words: Option<&'static str>, error: Option<Errno>) -> Result<(), Fault> {
    match (words, error) {
        (_, Some(error)) => Err(Fault::Unreadable(error)),
        (Some(words), None) => Err(Fault::Damaged(words)),
        (None, None) => Ok(()),
    }
}

/// Reads what is not compressed.
#[inline(never)]
fn pass(file: &Fd, write: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), Fault> {
    let mut buffer = [0; INPUT];
    let failed = Cell::new(None);
    let mut read = reader(file, &failed);
    while let Some(count @ 1..) = read(&mut buffer) {
        if !write(buffer.get(..count).unwrap_or(&[])) {
            return Err(Fault::Stopped);
        }
    }
    judge(None, failed.get())
}

/// Reads an archive from its beginning on, as far as `take` wants it.
#[inline(never)]
fn run(file: &Fd, take: &mut Take<'_>) -> Result<(), Fault> {
    let mut head = [0; 6];
    read_exact(file, 0, &mut head);
    let mut feed = Feed::default();
    let mut is_stopped = false;
    let mut is_bad = false;
    let mut write = |bytes: &[u8]| {
        let goes_on = feed.take(bytes, &mut |event| {
            let answer = take(event);
            is_stopped |= !answer && !matches!(event, Event::Member(_));
            answer
        });
        is_bad |= !goes_on;
        goes_on
    };
    let done = if gzip::is_one(&head) {
        gzip::unpack(file, &mut write)
    } else if xz::is_one(&head) {
        xz::unpack(file, &mut write)
    } else if zstd::is_one(&head) {
        zstd::unpack(file, &mut write)
    } else {
        pass(file, &mut write)
    };
    if is_stopped {
        Err(Fault::Stopped)
    } else if is_bad || done.is_ok() && feed.finish().is_err() {
        Err(Fault::Damaged(NO_ARCHIVE))
    } else {
        done
    }
}

/// A module on its way into memory.
#[derive(Default)]
struct Copy {
    file: Option<Fd>,
    /// Why it is not on its way any longer.
    error: Option<Errno>,
}

impl Copy {
    /// Begins a new one; says whether it could.
    fn begin(&mut self) -> bool {
        let file = fs::in_memory();
        self.error = file.as_ref().err().copied();
        self.file = file.ok();
        self.file.is_some()
    }

    /// Adds bytes; says whether it could.
    fn add(&mut self, bytes: &[u8]) -> bool {
        if let Some(file) = &self.file {
            self.error = write_all(file, bytes).err();
        }
        self.error.is_none()
    }
}

impl Found<'_> {
    /// Adds the modules in the archive at the path, if all of it can be unpacked.
    #[inline(never)]
    pub(super) fn add_packed(&mut self, choice: &mut Choice<'_>, notes: &mut Notes) {
        let before = self.plan.count();
        let length = self.path.len();
        let mut copy = Copy::default();
        let mut place = Place { offset: 0, size: 0 };
        let done = match open(self.top, &self.path) {
            Err(error) => Err(Fault::Unreadable(error)),
            Ok(file) => run(&file, &mut |event| match event {
                Event::Member(member) => {
                    place = Place {
                        offset: member.offset,
                        size: member.size,
                    };
                    self.path.truncate(length);
                    self.path.put(b"/");
                    self.path.put(member.name);
                    !name_of(member.name).is_empty()
                        && has_room(&self.path, place, notes)
                        && copy.begin()
                }
                Event::Bytes(bytes) => copy.add(bytes),
                Event::Done => {
                    let mut said = 0;
                    if let Some(file) = copy.file.take() {
                        let mut read = |offset, into: &mut [u8]| read_exact(&file, offset, into);
                        said = info(&mut read, self.window);
                    }
                    // What it is called is behind what the archive is.
                    let path = self.path.clone();
                    let name = name_of(last_piece(&path, b'/'));
                    choice.add(self, Some(place), name, said);
                    true
                }
            }),
        };
        self.path.truncate(length);
        if let Err(fault) = done {
            self.plan.forget_from(before);
            tell_fault(&self.path, fault, copy.error, notes);
            return;
        }
        let count = self.plan.count().wrapping_sub(before);
        notes.log(" archive %: # modules", &[&self.path], &[count as u64]);
    }

    /// Inserts the modules of an archive that are ready as it comes by, and the one in this place
    /// in any case.
    #[inline(never)]
    pub(super) fn insert_packed(
        &mut self,
        archive: &[u8],
        forced: Option<Place>,
        inserting: &mut Inserting<'_>,
        notes: &mut Notes,
    ) {
        let mut copy = Copy::default();
        let mut next = None;
        let done = match open(self.top, archive) {
            Err(error) => Err(Fault::Unreadable(error)),
            Ok(file) => run(&file, &mut |event| match event {
                Event::Member(member) => {
                    let Member { offset, size, .. } = member;
                    let place = Some(Place { offset, size });
                    next = self.plan.find_ready(archive, place, place == forced);
                    next.is_some() && copy.begin()
                }
                Event::Bytes(bytes) => copy.add(bytes),
                Event::Done => {
                    let file = copy.file.take().ok_or(Errno::ENOMEM);
                    let file = file.and_then(|file| close_to_writers(&file));
                    if let Some(module) = next.and_then(|nth| self.plan.get_mut(nth)) {
                        inserting.insert(module, file, notes);
                    }
                    self.plan.has_waiting(archive)
                }
            }),
        };
        // It was whole when it was read before.
        if let Some(module) = self
            .plan
            .find_ready(archive, forced, true)
            .and_then(|nth| self.plan.get_mut(nth))
        {
            module.state = State::Failed;
            tell_fault(
                archive,
                done.err().unwrap_or(Fault::Stopped),
                copy.error,
                notes,
            );
        }
    }
}

/// Whether there is memory for a module, which the kernel copies once more; tells if not.
fn has_room(path: &[u8], place: Place, notes: &mut Notes) -> bool {
    let free = memory::free() / 4;
    let has = u64::from(place.size) <= free;
    if !has {
        let sentence = b"module % is left out: it has # bytes, and there is memory for #";
        notes.say_numbers(sentence, &[path], &[place.size.into(), free]);
    }
    has
}

/// Tells why nothing, or nothing more, of an archive is inserted.
#[inline(never)]
fn tell_fault(path: &[u8], fault: Fault, error: Option<Errno>, notes: &mut Notes) -> Told {
    match (fault, error) {
        (Fault::Unreadable(error), _) | (_, Some(error)) => {
            tell(notes, "cannot unpack %%: %", path, b"", error)
        }
        (Fault::Memory { wants, has, remedy }, _) => notes.say_numbers(
            b"archive % is left out: to unpack it takes # KiB, and there are #; % makes one that takes less",
            &[path, remedy.as_bytes()],
            &[wants >> 10, has >> 10],
        ),
        (Fault::Damaged(words), _) => notes.say("archive % is left out: %", &[path, words.as_bytes()]),
        (Fault::Stopped, _) => notes.say("archive % is left out: %", &[path, NO_ARCHIVE.as_bytes()]),
    }
}
