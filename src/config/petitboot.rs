//! petitboot's `kboot.conf`, which began as that of kboot.
//!
//! Given such a file, adds an entry for each line `LABEL='KERNEL OPTIONS'`. `initrd=` among the
//! options is a ramdisk and none of the kernel's; `root=` and `initrd=` on lines of their own are
//! for the labels after them. `default=LABEL` says which is booted by itself; when is petitboot's
//! own setting, and `timeout=` is passed over by it and here. A path is on the file's own disk
//! unless a disk is named before it: `sda1:/vmlinux`.
//!
//! The format is that of petitboot's discover/kboot-parser.c and parser-conf.c, and of the native
//! format in its documentation.

use super::{File, World, add, join, open, take_option};
use crate::entry::{Entries, Extra};
use crate::text::{Likeness, cut, cut_pair, cut_word, place_of, split_option, trim};

/// What is no label: what is for all labels, the default, and what is passed over.
const NAMES: &[u8] = b"root initrd default video dtb delay message timeout";

/// Reads it.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let mut rest = file.text;
    let mut line: u32 = 0;
    let [mut root, mut initrd, mut default]: [&[u8]; 3] = [&[]; 3];
    while !rest.is_empty() {
        line = line.wrapping_add(1);
        let (key, value) = cut_pair(&mut rest);
        let (key, value) = (unquoted(key), unquoted(value));
        if matches!(key, [] | [b'#', ..]) || matches!(value, [] | [b'#', ..]) {
            continue;
        }
        match place_of(key, NAMES, Likeness::Exact) {
            Some(0) => root = value,
            Some(1) => initrd = value,
            Some(2) => default = value,
            Some(_) => {}
            None if open(file, key, line, world, entries) => {
                fill(value, root, initrd, world, entries);
            }
            None => break,
        }
    }
    let found = entries.named(default).filter(|_| !default.is_empty());
    if let Some(source) = entries.source_mut() {
        source.default = found;
    }
}

/// Fills the entry of a label.
#[inline(never)]
fn fill<'t>(
    words: &'t [u8],
    root: &'t [u8],
    initrd: &'t [u8],
    world: &dyn World<'t>,
    entries: &mut Entries<'t>,
) {
    let (mut ramdisk, mut options) = (initrd, words);
    let kernel = cut_word(&mut options);
    // The last counts.
    while let Some(value) = take_option(&mut options, b"initrd=", world) {
        ramdisk = value;
    }
    if !ramdisk.is_empty() {
        add(Extra::Initrd(path(ramdisk, world)), entries);
    }
    if let Some(entry) = entries.last_mut() {
        entry.id = entry.title;
        entry.kernel = path(kernel, world);
        entry.append = options;
        if !root.is_empty() && split_option(options, b"root=").is_none() {
            entry.cmdline = join(b"root=", root, world);
        }
    }
    entries.settle();
}

/// A path as entries have it, with its disk in brackets.
#[inline(never)]
fn path<'t>(words: &'t [u8], world: &dyn World<'t>) -> &'t [u8] {
    let mut rest = words;
    let disk = cut(&mut rest, b':');
    if disk.len() == words.len() {
        return words;
    }
    world.store().join(&[b"(", disk, b")", rest])
}

/// A text without the quotes and blanks around it.
#[inline(never)]
fn unquoted(text: &[u8]) -> &[u8] {
    let mut text = text;
    loop {
        text = trim(text);
        text = match text {
            [b'"' | b'\'', rest @ ..] | [rest @ .., b'"' | b'\''] => rest,
            _ => return text,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::config::fake::{read_text, shown};

    #[test]
    fn lines() {
        for (text, want, default) in [
            ("", &[][..], None),
            ("a", &[], None),
            ("a=", &[], None),
            ("=/k", &[], None),
            ("''='/k'", &[], None),
            ("#a=/k\n# a=/k\na='#/k'", &[], None),
            ("a=/k", &["a /k  "], None),
            (
                " 'a b' = \" /k x  y \"\r\ndefault=a b",
                &["a b /k  x  y"],
                Some(0),
            ),
            (
                "default=b\na=/k\nb=/l\ndefault=c",
                &["a /k  ", "b /l  "],
                None,
            ),
            (
                "timeout=1\ndelay=1\nvideo=x\nmessage=/m\ndtb=/d\nDefault=/k",
                &["Default /k  "],
                None,
            ),
            (
                "root=r\na=/k x\nb=/k x root=s",
                &["a /k root=r x", "b /k  x root=s"],
                None,
            ),
            ("a=sda1:/k", &["a (sda1)/k  "], None),
        ] {
            let (got, chosen) = read_text(read, "", text, |fake| {
                (fake.lines(shown), fake.entries.sources()[0].default)
            });
            assert_eq!(got, want, "{text:?}");
            assert_eq!(chosen, default, "{text:?}");
        }
    }

    #[test]
    fn ramdisks() {
        for (text, want) in [
            ("a=/k", None),
            ("initrd=/g\na=/k", Some("/g")),
            ("initrd=/g\na=/k initrd=/i", Some("/i")),
            ("a=/k initrd=/i x initrd=sda1:/j", Some("(sda1)/j")),
        ] {
            let got = read_text(read, "", text, |fake| {
                fake.entries.paths(0).nth(1).map(<[u8]>::to_vec)
            });
            assert_eq!(got.as_deref(), want.map(str::as_bytes), "{text:?}");
        }
    }
}
