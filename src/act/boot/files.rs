//! The files of an entry: opened, looked at, and found to be bootable or not.

use super::{memory, unpack};
use crate::act::devices::Disks;
use crate::act::files::copy;
use crate::act::tell;
use crate::sys::fd::Fd;
use crate::sys::{Errno, Result};
use heapless::Vec;
use kexec_loader::entry::{Entries, Extra};
use kexec_loader::image::uki::{Section, Unified};
use kexec_loader::image::{self, Fault, File, Image, NOT_A_KERNEL};
use kexec_loader::menu::put_cmdline;
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Put;

/// Bytes of the longest command line with its NUL; today's kernels take 2048.
pub(super) const CMDLINE: usize = 4096;
/// How many files may go with a kernel.
pub(super) const MOST: usize = 16;

/// A file, or a part of one.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Which of [`Files::open`].
    pub(super) file: usize,
    /// Where it begins there.
    pub(super) offset: u64,
    /// Its bytes.
    pub(super) size: u64,
}

/// The files of an entry, open and looked at.
pub(crate) struct Files<'t> {
    /// All files, the kernel's first.
    pub(super) open: Vec<Fd, { MOST + 1 }>,
    /// The kernel.
    pub(super) kernel: Part,
    /// What it is.
    pub(super) image: Image,
    /// Its ramdisks, or modules.
    pub(super) others: Vec<Part, MOST>,
    /// The words that each of them was named with, its path first.
    pub(super) words: Vec<&'t [u8], MOST>,
    /// The command line, without a NUL.
    pub(super) cmdline: Vec<u8, CMDLINE>,
}

/// Opens the files of an entry and looks whether they can be booted; tells why they cannot.
#[inline(never)]
pub(crate) fn open<'t>(
    entries: &Entries<'t>,
    nth: usize,
    disks: &mut Disks,
    notes: &mut Notes,
) -> core::result::Result<Files<'t>, Told> {
    let Some(entry) = entries.list().get(nth) else {
        return Err(Told);
    };
    if let Some(problem) = entries.problem(nth) {
        return Err(notes.say("cannot boot %: %", &[entry.title, problem.as_bytes()]));
    }
    let (mut kernel, mut size) = open_file(entries, nth, entry.kernel, disks, notes)?;
    let mut magic = [0; 2];
    if kernel.read_at(0, &mut magic).is_ok() && unpack::is_packed(&magic) {
        // What comes out is copied when it is loaded: it has to fit twice.
        kernel = unpack::unpack(&kernel, entry.kernel, memory::free() / 2, notes)?;
        size = kernel.size().unwrap_or(0);
    }
    let all = Part {
        file: 0,
        offset: 0,
        size,
    };
    let mut files = Files {
        open: Vec::new(),
        kernel: all,
        image: look(&kernel, &all, entry.kernel, notes)?,
        others: Vec::new(),
        words: Vec::new(),
        cmdline: Vec::new(),
    };
    if let Image::Unified(unified) = files.image {
        files.take_apart(&unified, &kernel, entry.kernel, notes)?;
    }
    let _ = files.open.push(kernel);
    if files.image.takes_modules() {
        // As the specification has it: Xen drops the first word.
        files.cmdline.put(entry.kernel);
    }
    let own = [entry.cmdline, entry.append];
    if !files.cmdline.is_empty() && own.iter().any(|words| !words.is_empty()) {
        files.cmdline.put(b" ");
    }
    put_cmdline(entries, nth, &mut files.cmdline);
    // What is too long for the buffer fills it, and that is more than any kernel takes.
    let most = longest_cmdline(&files.image);
    if files.cmdline.len() > most {
        return Err(notes.say_numbers(
            b"cannot boot %: its options are too long, the kernel takes # bytes",
            &[entry.title],
            &[most as u64],
        ));
    }
    for extra in entries.extras(nth) {
        let words = match *extra {
            Extra::Initrd(path) => path,
            Extra::Module(_) if !files.image.takes_modules() => {
                return Err(notes.say(
                    "cannot boot %: it has module lines, and % is no Multiboot kernel",
                    &[entry.title, entry.kernel],
                ));
            }
            Extra::Module(words) => words,
            Extra::Mount(..) => continue,
        };
        let path = extra.path().unwrap_or(words);
        let (file, size) = open_file(entries, nth, path, disks, notes)?;
        let part = Part {
            file: files.open.len(),
            offset: 0,
            size,
        };
        let _ = files.words.push(words);
        if files.open.push(file).is_err() || files.others.push(part).is_err() {
            return Err(notes.say("cannot boot %: more than 16 ramdisks", &[entry.title]));
        }
    }
    Ok(files)
}

/// Opens a file that an entry names, and gives its size; a folder is none.
#[inline(never)]
fn open_file<'t>(
    entries: &Entries<'t>,
    nth: usize,
    path: &'t [u8],
    disks: &mut Disks,
    notes: &mut Notes,
) -> core::result::Result<(Fd, u64), Told> {
    let at = match entries.locate(nth, path) {
        Ok(at) => at,
        Err(problem) => return Err(notes.say("cannot open %: it %", &[path, problem.as_bytes()])),
    };
    let file = disks.open(&at, notes)?;
    match file.size() {
        Ok(size) => Ok((file, size)),
        Err(error) => Err(tell(
            notes,
            "cannot use % on %: %",
            path,
            at.device.name,
            error,
        )),
    }
}

/// Looks what a part of a file is; tells why it is nothing that can be started.
#[inline(never)]
fn look(
    kernel: &Fd,
    part: &Part,
    path: &[u8],
    notes: &mut Notes,
) -> core::result::Result<Image, Told> {
    with_file(kernel, part, path, notes, &mut image::look)
}

/// Has a part of a file read; tells why that is nothing that can be started.
#[inline(never)]
fn with_file<T>(
    kernel: &Fd,
    part: &Part,
    path: &[u8],
    notes: &mut Notes,
    then: &mut dyn FnMut(&mut File<'_>) -> core::result::Result<T, Fault>,
) -> core::result::Result<T, Told> {
    let mut failed = Errno::EIO;
    let mut read = |offset: u64, into: &mut [u8]| match kernel
        .read_at(part.offset.wrapping_add(offset), into)
    {
        Ok(count) => count == into.len(),
        Err(error) => {
            failed = error;
            false
        }
    };
    let mut file = File {
        size: part.size,
        read: &mut read,
    };
    then(&mut file).map_err(|fault| tell_fault(&fault, path, part.size, failed, notes))
}

/// Tells why a kernel cannot be started.
#[inline(never)]
pub(super) fn tell_fault(
    fault: &Fault,
    path: &[u8],
    size: u64,
    error: Errno,
    notes: &mut Notes,
) -> Told {
    match *fault {
        Fault::NotAKernel => notes.say(NOT_A_KERNEL, &[path]),
        Fault::Unreadable => tell(notes, "cannot read %%: %", path, b"", error),
        Fault::Because(why) => notes.say("cannot start %: %", &[path, why.as_bytes()]),
        Fault::Truncated(wanted) => notes.say_numbers(
            b"% is truncated: of its # bytes only # are there",
            &[path],
            &[wanted, size],
        ),
    }
}

/// The longest command line that an image takes, in bytes without the NUL.
fn longest_cmdline(image: &Image) -> usize {
    match image {
        Image::Linux(image) => (image.cmdline_size as usize).min(CMDLINE - 1),
        Image::Elf(_) | Image::Unified(_) => 2047,
        Image::Multiboot(_) => CMDLINE - 1,
    }
}

impl Files<'_> {
    /// Takes a unified kernel image for its parts: its kernel, its ramdisks before all others,
    /// and its command line before the entry's, which may so change it.
    #[inline(never)]
    fn take_apart(
        &mut self,
        unified: &Unified,
        file: &Fd,
        path: &[u8],
        notes: &mut Notes,
    ) -> core::result::Result<(), Told> {
        let all = self.kernel;
        let part = |section: Section| Part {
            file: 0,
            offset: section.offset,
            size: section.length,
        };
        self.kernel = part(unified.kernel);
        self.image = look(file, &self.kernel, path, notes)?;
        if let Image::Unified(_) = self.image {
            return Err(tell_fault(&Fault::NotAKernel, path, 0, Errno::EIO, notes));
        }
        for section in unified.ramdisks.into_iter().filter(|one| one.length > 0) {
            let _ = self.others.push(part(section));
            let _ = self.words.push(b"");
        }
        let cmdline = &mut self.cmdline;
        with_file(file, &all, path, notes, &mut |file| {
            let mut text = [0; CMDLINE];
            cmdline.put(unified.cmdline(file, &mut text)?);
            Ok(())
        })
    }

    /// Adds the bytes of a part to another file.
    #[inline(never)]
    pub(super) fn copy(&self, part: &Part, to: &Fd) -> Result<()> {
        let from = self.open.get(part.file).ok_or(Errno::EBADF)?;
        copy(from, part.offset, part.size, to)
    }
}
