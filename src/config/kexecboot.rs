//! kexecboot's `boot.cfg`.
//!
//! Given such a file, adds an entry for each of its `LABEL`s, and says which of them is booted by
//! itself, and when. Like kexecboot, it has the kernel mount the disk that the file is on, unless
//! a `CMDLINE` says all of the command line.
//!
//! The format is that of src/cfgparser.c of kexecboot 0.6: lines `KEY=VALUE`, and what is said
//! before the first label of no label. What its menu looks like is passed over, as are `DTB` and
//! `PRIORITY`.

use super::{File, World, add, open};
use crate::entry::{Entries, Extra, Timeout};
use crate::location::Id;
use crate::text::{Likeness, cut_pair, place_of};

/// What a line may begin with.
const NAMES: &[u8] = b"LABEL KERNEL CMDLINE APPEND INITRD DEFAULT TIMEOUT";

/// Reads it.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let root = root(file, world);
    let mut rest = file.text;
    let mut line: u32 = 0;
    // In an entry, whether it is the default.
    let mut state = None;
    while !rest.is_empty() {
        let (key, value) = cut_pair(&mut rest);
        line = line.wrapping_add(1);
        let nth = place_of(key, NAMES, Likeness::Case);
        if nth == Some(0) && !value.is_empty() {
            finish(state, root, entries);
            if !open(file, value, line, world, entries) {
                return;
            }
            state = Some(false);
        }
        if nth == Some(6)
            && let Some(source) = entries.source_mut()
        {
            // 0 is kexecboot's word for never.
            source.timeout = match Timeout::parse_number(value) {
                Some(Timeout::Seconds(0)) => Some(Timeout::Off),
                timeout => timeout,
            };
        }
        let Some(entry) = entries.last_mut().filter(|_| state.is_some()) else {
            continue;
        };
        match nth {
            Some(1) => entry.kernel = value,
            Some(2) => entry.cmdline = value,
            Some(3) => entry.append = value,
            Some(4) if !value.is_empty() => add(Extra::Initrd(value), entries),
            Some(5) => state = Some(true),
            _ => {}
        }
    }
    finish(state, root, entries);
}

/// Ends an entry, if we are in one.
#[inline(never)]
fn finish<'t>(state: Option<bool>, root: &'t [u8], entries: &mut Entries<'t>) {
    let Some(is_default) = state else { return };
    if let Some(entry) = entries.last_mut() {
        if entry.cmdline.is_empty() {
            entry.cmdline = root;
        } else {
            entry.append = b"";
        }
    }
    if let Some(nth) = entries.settle().number()
        && is_default
        && let Some(source) = entries.source_mut()
    {
        source.default = Some(nth);
    }
}

/// The options by which the kernel finds the disk that the file is on. The boot disk's name is
/// not known; the kernel of a file there has to be told by its `APPEND`.
fn root<'t>(file: &File<'t>, world: &dyn World<'t>) -> &'t [u8] {
    let device = &file.at.device;
    if matches!(device.id, Id::BootDisk) {
        return &[];
    }
    let is_name = !device.name.contains(&b'=');
    let folder: &[u8] = if is_name { b"/dev/" } else { b"" };
    world
        .store()
        .join(&[b"root=", folder, device.name, b" rootwait"])
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::config::fake::{read_text, shown};
    use crate::entry::Timeout;

    #[test]
    fn sections() {
        let seconds = |seconds| Some(Timeout::Seconds(seconds));
        for (text, want, default, timeout) in [
            ("", &[][..], None, None),
            ("KERNEL=/k", &[], None, None),
            ("LABEL=a", &[], None, None),
            ("LABEL\nLABEL=\nKERNEL=/k", &[], None, None),
            (
                "# LABEL=a\nLABEL=a\nKERNEL=/k",
                &["a /k root=/dev/sda1 rootwait "],
                None,
                None,
            ),
            (
                "label = a b \r\nkernel = /k\ntimeout=3",
                &["a b /k root=/dev/sda1 rootwait "],
                None,
                seconds(3),
            ),
            (
                "LABEL=a\nKERNEL=/k\nCMDLINE=c\nAPPEND=x\nTIMEOUT=0",
                &["a /k c "],
                None,
                Some(Timeout::Off),
            ),
            (
                "LABEL=a\nKERNEL=/k\nCMDLINE=c\nTIMEOUT=x\nLABEL=b\nDEFAULT\nPRIORITY=1\nKERNEL=/k\nCMDLINE=d",
                &["a /k c ", "b /k d "],
                Some(1),
                None,
            ),
        ] {
            let (got, source) = read_text(read, "sda1", text, |fake| {
                let source = fake.entries.sources()[0];
                (fake.lines(shown), (source.default, source.timeout))
            });
            assert_eq!(got, want, "{text:?}");
            assert_eq!(source, (default, timeout), "{text:?}");
        }
    }

    #[test]
    fn too_many_entries_are_told_once() {
        let text = (0..600).fold(String::new(), |text, n| {
            text + &format!("LABEL={n}\nKERNEL=/k\nAPPEND={n}\n")
        });
        let notes = read_text(read, "", &text, |fake| {
            assert_eq!(fake.entries.list().len(), 256);
            assert_eq!(fake.entries.list()[0].title, b"0");
            fake.told()
        });
        let told = "256 entries are kept, the rest are skipped";
        assert!(notes.len() == 1 && notes[0].ends_with(told), "{notes:?}");
    }
}
