//! Shows folders and files, and finds them.
//!
//! Files are read through a window, and folders a batch of names at a time: neither is held
//! whole.

use super::super::devices::open_file;
use super::pager::Pager;
use crate::sys::Result;
use crate::sys::dir::Names;
use crate::sys::fd::Fd;
use crate::sys::look::{Kind, look};
use heapless::Vec;
use kexec_loader::config::next_name;
use kexec_loader::out::{Decimal, Put, fill, hex};
use kexec_loader::shell::Path;
use kexec_loader::store::Store;
use kexec_loader::text::{cut, last_piece, matches, part};

/// Bytes of a file that are read at once.
const WINDOW: usize = 4096;
/// Bytes of names that are put in order at once, each with one behind it; and of the longest.
const BATCH: usize = 16 * 1024;
const NAME: usize = 256;
/// Folders within folders that are looked into.
const DEPTH: u32 = 16;
/// Bytes of a record of the kernel's log, and more than it gives (kernel/printk/internal.h).
const RECORD: usize = 8192;
/// Columns before a name.
const COLUMNS: usize = 14;
/// Bytes in a row.
const ROW: usize = 16;

/// Makes a folder the one in which paths begin.
pub(super) fn go(file: &Fd, path: &Path, folder: &mut Path) -> Result<()> {
    // The kernel says what it is that is no folder.
    open_file(file, &[])?;
    folder.clone_from(path);
    Ok(())
}

/// Lists a folder, or shows a file's size.
pub(super) fn list(file: &Fd, path: &[u8], pager: &mut Pager<'_>) -> Result<()> {
    match look(file, b"")? {
        Kind::Folder => each_name(file, b"", &mut |folder, name| {
            let kind = look(folder, name).unwrap_or(Kind::Other);
            put_row(kind, name, pager);
            !pager.is_stopped()
        }),
        kind => {
            put_row(kind, last_piece(path, b'/'), pager);
            Ok(())
        }
    }
}

/// One row of a list: a size, a name, and what kind of thing it is.
fn put_row(kind: Kind, name: &[u8], pager: &mut Pager<'_>) {
    let mut row = Vec::<u8, COLUMNS>::new();
    let mut mark: &[u8] = b"";
    let number;
    let size = match kind {
        Kind::File(size) => {
            number = Decimal::new(size);
            number.bytes()
        }
        Kind::Folder => {
            mark = b"/";
            b""
        }
        Kind::Link => {
            mark = b"@";
            b""
        }
        Kind::Other => b"",
    };
    for _ in size.len()..COLUMNS - 2 {
        row.put(b" ");
    }
    fill(&mut row, "%  ", &[size]);
    pager.put(&row);
    pager.put_line(name, mark);
}

/// Gives the names in a folder below another, in their order as far as they are read at once, until no more
/// are wanted.
#[inline(never)]
pub(super) fn each_name(
    top: &Fd,
    folder: &[u8],
    then: &mut dyn FnMut(&Fd, &[u8]) -> bool,
) -> Result<()> {
    let mut names = Names::of(open_file(top, &[folder])?);
    let mut are_more = true;
    let mut memory = [0; BATCH];
    while are_more {
        let store = Store::new(&mut memory);
        let mut batch = store.begin();
        while are_more && batch.len() < BATCH - NAME {
            match names.next() {
                Some((name, _)) => {
                    batch.put(name);
                    batch.put(b"/");
                }
                None => are_more = false,
            }
        }
        let batch = batch.finish();
        let mut last: &[u8] = b"";
        while let Some(name) = next_name(batch, last, b"*") {
            last = name;
            if !then(&names.folder, name) {
                are_more = false;
                break;
            }
        }
    }
    Ok(())
}

/// Shows a file as text.
#[inline(never)]
pub(super) fn show(file: &Fd, pager: &mut Pager<'_>) -> Result<()> {
    let mut window = [0; WINDOW];
    let mut at: u64 = 0;
    loop {
        let count = file.read_at(at, &mut window)?;
        let read = part(&window, 0, count);
        if read.is_empty() || pager.is_stopped() {
            return Ok(());
        }
        // Whole lines, so that no letter is cut in two.
        let last = read.iter().rposition(|byte| *byte == b'\n');
        let end = last.map_or(count, |last| last.wrapping_add(1));
        pager.put(part(read, 0, end));
        at = at.wrapping_add(end as u64);
    }
}

/// Shows a file's bytes.
#[inline(never)]
pub(super) fn dump(file: &Fd, pager: &mut Pager<'_>) -> Result<()> {
    let mut at: u64 = 0;
    loop {
        let mut bytes = [0; ROW];
        let count = file.read_at(at, &mut bytes)?;
        if count == 0 || pager.is_stopped() {
            return Ok(());
        }
        let [_, _, _, place @ ..] = at.to_be_bytes();
        for byte in place {
            pager.put(&hex(byte, b'a'));
        }
        pager.put(b"  ");
        let mut letters = [b' '; ROW];
        for (nth, (byte, letter)) in bytes.iter().zip(&mut letters).enumerate() {
            if nth < count {
                let is_letter = matches!(byte, b' '..=b'~');
                *letter = if is_letter { *byte } else { b'.' };
                pager.put(&hex(*byte, b'a'));
            } else {
                pager.put(b"  ");
            }
            pager.put(b" ");
        }
        fill(pager, " %\n", &[&letters]);
        at = at.wrapping_add(count as u64);
    }
}

/// Shows the kernel's messages.
#[inline(never)]
pub(super) fn show_kernel_log(log: &Fd, pager: &mut Pager<'_>) {
    let mut record = [0; RECORD];
    let mut has_failed = false;
    while !pager.is_stopped() {
        match log.read(&mut record) {
            Ok(count) => {
                // Documentation/ABI/testing/dev-kmsg: "level,number,time,flags;text", and lines
                // for programs behind it.
                let mut text = part(&record, 0, count);
                let mut line = cut(&mut text, b'\n');
                cut(&mut line, b';');
                pager.put_line(line, b"");
                has_failed = false;
            }
            // Once is where some were overwritten meanwhile; at the end, it is for ever.
            Err(_) if !has_failed => has_failed = true,
            Err(_) => break,
        }
    }
}

/// Finds the files whose names are what a pattern says, in a folder and those in it; `path` is
/// the folder's.
pub(super) fn find(
    folder: &Fd,
    pattern: &[u8],
    path: &mut Path,
    pager: &mut Pager<'_>,
) -> Result<()> {
    if matches!(**path, [.., b'/']) {
        path.pop();
    }
    let mut search = Search {
        pattern,
        path,
        pager,
    };
    search.look(folder, b"", DEPTH)
}

/// What is looked for, and where.
struct Search<'s, 'c> {
    pattern: &'s [u8],
    path: &'s mut Path,
    pager: &'s mut Pager<'c>,
}

impl Search<'_, '_> {
    /// Looks through a folder in another, which is the one at the path.
    fn look(&mut self, top: &Fd, folder: &[u8], depth: u32) -> Result<()> {
        let length = self.path.len();
        each_name(top, folder, &mut |folder, name| {
            self.path.put(b"/");
            self.path.put(name);
            let is_folder = look(folder, name) == Ok(Kind::Folder);
            if matches(self.pattern, name) {
                let mark: &[u8] = if is_folder { b"/" } else { b"" };
                self.pager.put_line(self.path, mark);
            }
            // A path that has no room any more leads nowhere.
            if is_folder && depth > 0 && !self.path.is_full() {
                let _ = self.look(folder, name, depth.wrapping_sub(1));
            }
            self.path.truncate(length);
            !self.pager.is_stopped()
        })
    }
}
