//! How `explain` prints what it found: in lines for people, or as JSON.

use super::command::print;
use crate::sys::fd::STANDARD_OUTPUT;
use heapless::Vec;
use kexec_loader::entry::{Entries, Extra, Timeout};
use kexec_loader::notes::{Notes, cut_letter};
use kexec_loader::out::{Decimal, Put, fill, fill_all, hex};
use kexec_loader::text;

/// What is said of messages that were not kept, after their number.
const LOST: &[u8] = b" messages before these are left out";

/// Prints one folder's configuration, piece by piece, to standard output.
#[repr(C)]
pub(crate) struct Report {
    json: bool,
    /// Whether a list has an item already.
    has_items: bool,
    out: Vec<u8, 1024>,
}

impl Put for Report {
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.out.is_full() {
                self.flush();
            }
            let _ = self.out.push(*byte);
        }
    }
}

impl Report {
    /// A report as JSON, or for people.
    pub(crate) const fn new(json: bool) -> Self {
        Self {
            out: Vec::new(),
            json,
            has_items: false,
        }
    }

    /// What stands above the entries; `config` is the file's name, if there is one.
    #[inline(never)]
    pub(crate) fn begin(&mut self, folder: &[u8], config: Option<&str>, entries: &Entries<'_>) {
        let seconds;
        let timeout = match entries.timeout {
            Some(Timeout::Seconds(number)) => {
                seconds = Decimal::new(number.into());
                seconds.bytes()
            }
            _ if self.json => b"null",
            _ => b"off",
        };
        if self.json {
            let default = entries.default() as u64;
            fill_all(
                self,
                b"{\"timeout\":%,\"default\":#",
                &[timeout],
                &[default],
            );
            self.member("folder", &[folder]);
            self.member("config", &[config.unwrap_or("").as_bytes()]);
            self.put(b",\"entries\":[");
        } else {
            let config = config.unwrap_or("no configuration file");
            self.put_printable(folder);
            fill(self, ": %, timeout %\n", &[config.as_bytes(), timeout]);
        }
    }

    /// One entry and why it cannot be booted, if it cannot.
    #[inline(never)]
    pub(crate) fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes) {
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        if self.json {
            self.put(if nth > 0 { b",{" } else { b"{" });
            fill_all(self, b"\"line\":#", &[], &[entry.line.into()]);
            self.member("title", &[entry.title]);
        } else {
            let number = Decimal::new((nth as u64).wrapping_add(1));
            let is_default = nth == entries.default();
            self.put(number.bytes());
            self.put(if is_default { b" * " } else { b"   " });
            self.put_printable(entry.title);
            self.put(b"\n");
        }
        self.member("disk", &[entry.root.name]);
        self.member("kernel", &[entry.kernel]);
        let both = !entry.cmdline.is_empty() && !entry.append.is_empty();
        let blank: &[u8] = if both { b" " } else { b"" };
        self.member("options", &[entry.cmdline, blank, entry.append]);
        let extras = entries.extras(nth);
        self.extras("ramdisks", extras, false);
        self.extras("modules", extras, true);
        self.problems(problems);
        if self.json {
            self.put(b"}");
        }
    }

    /// What is wrong with the configuration.
    #[inline(never)]
    pub(crate) fn end(&mut self, notes: &Notes) {
        if self.json {
            self.put(b"]");
            self.problems(notes);
            self.put(b"}\n");
        } else {
            if notes.dropped() > 0 {
                fill_all(self, b"#%\n", &[LOST], &[notes.dropped().into()]);
            }
            self.put(notes.text());
        }
        self.flush();
    }

    /// The ramdisks or the modules among the lines of an entry.
    #[inline(never)]
    fn extras(&mut self, name: &str, extras: &[Extra<'_>], are_modules: bool) {
        self.begin_list(name);
        for extra in extras {
            match *extra {
                Extra::Initrd(words) if !are_modules => self.item(name, &[words]),
                Extra::Module(words) if are_modules => self.item(name, &[words]),
                _ => {}
            }
        }
        self.end_list();
    }

    /// All messages.
    #[inline(never)]
    fn problems(&mut self, notes: &Notes) {
        let name = "problems";
        self.begin_list(name);
        if notes.dropped() > 0 {
            let number = Decimal::new(notes.dropped().into());
            self.item(name, &[number.bytes(), LOST]);
        }
        for line in notes.lines() {
            self.item(name, &[line]);
        }
        self.end_list();
    }

    /// A named value in parts; for people only if there is one.
    #[inline(never)]
    fn member(&mut self, name: &str, parts: &[&[u8]]) {
        if self.json {
            fill(self, ",\"%\":", &[name.as_bytes()]);
            self.string(parts);
        } else if parts.iter().any(|part| !part.is_empty()) {
            fill(self, "     %", &[name.as_bytes()]);
            for _ in name.len()..9 {
                self.put(b" ");
            }
            for part in parts {
                self.put_printable(part);
            }
            self.put(b"\n");
        }
    }

    /// Begins a list of values, which people see as values of the same name.
    #[inline(never)]
    fn begin_list(&mut self, name: &str) {
        self.has_items = false;
        if self.json {
            fill(self, ",\"%\":[", &[name.as_bytes()]);
        }
    }

    /// A value of a list.
    #[inline(never)]
    fn item(&mut self, name: &str, parts: &[&[u8]]) {
        if !self.json {
            return self.member(name, parts);
        }
        if self.has_items {
            self.put(b",");
        }
        self.has_items = true;
        self.string(parts);
    }

    #[inline(never)]
    fn end_list(&mut self) {
        if self.json {
            self.put(b"]");
        }
    }

    /// Text for people: nothing in it can draw on the terminal.
    #[inline(never)]
    fn put_printable(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            self.put(cut_letter(&mut rest));
        }
    }

    /// A JSON string. JSON is UTF-8: bytes that are none are taken for Latin-1.
    #[inline(never)]
    fn string(&mut self, parts: &[&[u8]]) {
        self.put(b"\"");
        for part in parts {
            let mut rest = *part;
            while let [first, ..] = *rest {
                let length = text::letter(rest);
                let (letter, after) = rest.split_at_checked(length.max(1)).unwrap_or_default();
                rest = after;
                let is_plain = matches!(first, b' '..=b'~') && first != b'"' && first != b'\\';
                if length > 1 || is_plain {
                    self.put(letter);
                } else if length > 0 || first != 0xc2 {
                    // Of a control character in two bytes, the second has the number.
                    self.put(b"\\u00");
                    self.put(&hex(first, b'a'));
                }
            }
        }
        self.put(b"\"");
    }

    fn flush(&mut self) {
        print(&STANDARD_OUTPUT, &self.out);
        self.out.clear();
    }
}
