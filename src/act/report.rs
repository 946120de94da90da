//! How `explain` prints what it found: in lines for people, or as JSON.

use super::command::print;
use crate::sys::fd::STANDARD_OUTPUT;
use heapless::Vec;
use kexec_loader::entry::{Entries, Extra, Timeout};
use kexec_loader::menu::put_cmdline;
use kexec_loader::notes::{Notes, printable};
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

    /// What stands above the entries.
    #[inline(never)]
    pub(crate) fn begin(&mut self, folder: &[u8], config: &str, entries: &Entries<'_>) {
        let seconds;
        let timeout = match entries.timeout {
            Some(Timeout::Seconds(number)) => {
                seconds = Decimal::new(number.into());
                seconds.bytes()
            }
            _ if self.json => b"null",
            _ => b"off",
        };
        let default = Decimal::new(entries.default() as u64);
        if self.json {
            fill(
                self,
                "{\"timeout\":%,\"default\":%",
                &[timeout, default.bytes()],
            );
            self.member("folder", folder);
            self.member("config", config.as_bytes());
            self.put(b",\"entries\":[");
        } else {
            fill(
                self,
                "%: %, timeout %\n",
                &[folder, config.as_bytes(), timeout],
            );
        }
    }

    /// One entry and why it cannot be booted, if it cannot.
    #[inline(never)]
    pub(crate) fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes) {
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        let line = Decimal::new(entry.line.into());
        if self.json {
            self.put(if nth > 0 { b",{" } else { b"{" });
            fill(self, "\"line\":%", &[line.bytes()]);
            self.member("title", entry.title);
        } else {
            let number = Decimal::new(nth as u64 + 1);
            self.put(number.bytes());
            self.put(if nth == entries.default() {
                b" * "
            } else {
                b"   "
            });
            self.put_printable(entry.title);
        }
        self.member("disk", entry.root.name);
        self.member("kernel", entry.kernel);
        let mut words: Vec<u8, 4096> = Vec::new();
        put_cmdline(entries, nth, &mut words);
        self.member("options", &words);
        words.clear();
        for path in entries.initrds(nth) {
            words.put(path);
            words.put(b"\n");
        }
        self.members("ramdisks", &words);
        words.clear();
        for extra in entries.extras(nth) {
            if let Extra::Module(module) = extra {
                words.put(module);
                words.put(b"\n");
            }
        }
        self.members("modules", &words);
        self.members("problems", problems.text());
        self.put(if self.json { b"}" } else { b"" });
    }

    /// What is wrong with the configuration.
    #[inline(never)]
    pub(crate) fn end(&mut self, notes: &Notes) {
        if self.json {
            self.put(b"]");
            self.members("problems", notes.text());
            self.put(b"}\n");
        } else {
            self.put(notes.text());
        }
        self.flush();
    }

    /// A named value; for people only if there is one.
    #[inline(never)]
    fn member(&mut self, name: &str, value: &[u8]) {
        if self.json {
            fill(self, ",\"%\":", &[name.as_bytes()]);
            self.string(value);
        } else if !value.is_empty() {
            self.put(b"     ");
            self.put(name.as_bytes());
            for _ in name.len()..9 {
                self.put(b" ");
            }
            self.put_printable(value);
        }
    }

    /// Named values, each ended by LF in `lines`.
    #[inline(never)]
    fn members(&mut self, name: &str, lines: &[u8]) {
        let mut before: &[u8] = b"";
        if self.json {
            fill(self, ",\"%\":[", &[name.as_bytes()]);
        }
        for line in lines.split(|b| *b == b'\n') {
            if line.is_empty() {
                continue;
            }
            if self.json {
                self.put(before);
                self.string(line);
                before = b",";
            } else {
                self.member(name, line);
            }
        }
        if self.json {
            self.put(b"]");
        }
    }

    /// A line for people: nothing in it can draw on the terminal.
    fn put_printable(&mut self, text: &[u8]) {
        for byte in text {
            self.put(&[printable(*byte)]);
        }
        self.put(b"\n");
    }

    /// A JSON string. JSON is UTF-8: bytes that are none are taken for Latin-1.
    fn string(&mut self, value: &[u8]) {
        let is_utf8 = core::str::from_utf8(value).is_ok();
        self.put(b"\"");
        for &byte in value {
            if byte < b' ' || byte == b'"' || byte == b'\\' || (byte >= 0x80 && !is_utf8) {
                let digit = |nibble: u8| b"0123456789abcdef".get(usize::from(nibble)).copied();
                let high = digit(byte >> 4).unwrap_or(0);
                let low = digit(byte & 15).unwrap_or(0);
                self.put(&[b'\\', b'u', b'0', b'0', high, low]);
            } else {
                self.put(&[byte]);
            }
        }
        self.put(b"\"");
    }

    fn flush(&mut self) {
        print(&STANDARD_OUTPUT, &self.out);
        self.out.clear();
    }
}
