//! How `explain` prints what it found: in lines for people, or as JSON.

use super::command::print;
use crate::sys::fd::STANDARD_OUTPUT;
use heapless::Vec;
use kexec_loader::entry::{Entries, Extra, Timeout};
use kexec_loader::notes::{Notes, cut_letter};
use kexec_loader::out::{Decimal, Put, fill};

/// Prints one folder's configuration, piece by piece, to standard output.
pub(crate) struct Report {
    out: Vec<u8, 1024>,
    json: bool,
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
            let default = Decimal::new(entries.default() as u64);
            let words = [timeout, default.bytes()];
            fill(self, "{\"timeout\":%,\"default\":%", &words);
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
            let line = Decimal::new(entry.line.into());
            self.put(if nth > 0 { b",{" } else { b"{" });
            fill(self, "\"line\":%", &[line.bytes()]);
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
        let ramdisks = &mut entries.extras(nth).iter().filter_map(|extra| match *extra {
            Extra::Initrd(path) => Some(path),
            _ => None,
        });
        self.members("ramdisks", ramdisks);
        let modules = &mut entries.extras(nth).iter().filter_map(|extra| match *extra {
            Extra::Module(words) => Some(words),
            _ => None,
        });
        self.members("modules", modules);
        self.members("problems", &mut problems.lines());
        self.put(if self.json { b"}" } else { b"" });
    }

    /// What is wrong with the configuration.
    #[inline(never)]
    pub(crate) fn end(&mut self, notes: &Notes) {
        let mut first = Notes::new();
        let kept = notes.lines().count() as u64;
        if u64::from(notes.added()) > kept {
            let lost = Decimal::new(u64::from(notes.added()).wrapping_sub(kept));
            first.say("% messages before these are left out", &[lost.bytes()]);
        }
        if self.json {
            self.put(b"]");
            self.members("problems", &mut first.lines().chain(notes.lines()));
            self.put(b"}\n");
        } else {
            self.put(first.text());
            self.put(notes.text());
        }
        self.flush();
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

    /// Named values.
    #[inline(never)]
    fn members(&mut self, name: &str, values: &mut dyn Iterator<Item = &[u8]>) {
        let mut before: &[u8] = b"";
        if self.json {
            fill(self, ",\"%\":[", &[name.as_bytes()]);
        }
        for value in values {
            if self.json {
                self.put(before);
                self.string(&[value]);
                before = b",";
            } else {
                self.member(name, &[value]);
            }
        }
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
            let is_utf8 = core::str::from_utf8(part).is_ok();
            for &byte in *part {
                if byte < b' ' || byte == b'"' || byte == b'\\' || (byte >= 0x80 && !is_utf8) {
                    let digit = |nibble: u8| b"0123456789abcdef".get(usize::from(nibble)).copied();
                    let high = digit(byte >> 4).unwrap_or(0);
                    let low = digit(byte & 15).unwrap_or(0);
                    self.put(&[b'\\', b'u', b'0', b'0', high, low]);
                } else {
                    self.put(&[byte]);
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
