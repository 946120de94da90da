//! Any bytes as our own configuration. Whatever they are: the lists keep to their limits, all text
//! that is kept is a part of the file, a mistake is one printable line with file and number, and
//! one more wrong line changes nothing but that it is told.

#![no_main]

use kexec_loader::config::native;
use kexec_loader::entry::{ENTRIES, EXTRAS, Entries, Extra, OPTIONS};
use kexec_loader::location::Device;
use kexec_loader::notes::{Notes, SPACE};
use libfuzzer_sys::fuzz_target;

/// What stands for what was not said.
const OURS: [&[u8]; 3] = [b"", b"(no title)", b"the boot disk"];

fn is_part(text: &[u8], part: &[u8]) -> bool {
    let (text, part) = (text.as_ptr_range(), part.as_ptr_range());
    text.start <= part.start && part.end <= text.end
}

fn put(all: &mut Vec<u8>, part: &[u8]) {
    all.extend_from_slice(part);
    all.push(b'\n');
}

/// All that is kept, one after the other.
fn kept(text: &[u8], entries: &Entries) -> Vec<u8> {
    let mut all = format!("{:?} {}\n", entries.timeout(), entries.default()).into_bytes();
    let mut check = |part: &[u8]| {
        assert!(OURS.contains(&part) || is_part(text, part), "{part:?}");
        put(&mut all, part);
    };
    let check_device = |device: &Device, check: &mut dyn FnMut(&[u8])| {
        check(device.name);
        check(device.fstype);
    };
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    let mut extras = 0;
    for (nth, entry) in entries.list().iter().enumerate() {
        for part in [entry.title, entry.kernel, entry.cmdline, entry.append] {
            check(part);
        }
        check_device(&entry.root, &mut check);
        let line = lines[entry.line as usize - 1];
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let word = line.trim_ascii_start().get(..5).unwrap_or_default();
        assert!(word.eq_ignore_ascii_case(b"title"), "{line:?}");
        for extra in entries.extras(nth) {
            extras += 1;
            match extra {
                Extra::Initrd(part) | Extra::Module(part) => check(part),
                Extra::Mount(device, folder) => {
                    check(device);
                    check(folder);
                }
            }
        }
        for path in entries.paths(nth).take(4) {
            if let Ok(at) = entries.locate(nth, path) {
                check_device(&at.device, &mut check);
                assert!(path.ends_with(at.path), "{path:?}");
            }
        }
        assert!(entries.problem(nth).is_some() || !entry.kernel.is_empty());
    }
    for (module, options) in entries.options() {
        assert!(!module.is_empty());
        check(module);
        check(options);
    }
    assert!(entries.list().len() <= ENTRIES && entries.options().len() <= OPTIONS);
    assert!(extras <= EXTRAS);
    assert!(entries.default() <= entries.list().len().saturating_sub(1));
    all
}

fn check_notes(notes: &Notes) {
    assert!(notes.text().len() <= SPACE);
    for line in notes.lines() {
        assert!(
            line.iter().all(|byte| *byte >= b' ' && *byte != 0x7f),
            "{line:?}"
        );
        let rest = line.strip_prefix(b"f:").expect("the file's name");
        let digits = rest.iter().position(|byte| !byte.is_ascii_digit());
        assert!(digits.is_some_and(|digits| digits > 0), "{line:?}");
    }
}

fuzz_target!(|text: &[u8]| {
    let more = [text, b"\nno such directive\n"].concat();
    let mut entries = Entries::new();
    let mut notes = Notes::new();
    native::read(b"f", text, &mut entries, &mut notes);
    check_notes(&notes);

    let mut again = Entries::new();
    let mut told = Notes::new();
    native::read(b"f", &more, &mut again, &mut told);
    check_notes(&told);
    assert!(kept(text, &entries) == kept(&more, &again));
    assert_eq!(notes.added() + 1, told.added());
});
