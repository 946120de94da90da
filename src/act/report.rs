//! How `explain` prints what it found: for people, and as JSON.

use super::command::print;
use crate::sys::fd::STANDARD_OUTPUT;
use heapless::Vec;
use kexec_loader::entry::{Entries, Extra, Timeout};
use kexec_loader::menu::put_cmdline;
use kexec_loader::notes::{Notes, printable};
use kexec_loader::out::{Decimal, Put, fill};

/// What is known before the entries.
pub(crate) struct Facts<'f, 't> {
    /// The folder that was read.
    pub(crate) folder: &'f [u8],
    /// The configuration file's name; empty if there is none.
    pub(crate) config: &'f [u8],
    /// The entries.
    pub(crate) entries: &'f Entries<'t>,
}

/// Prints one folder's configuration, piece by piece.
pub(crate) trait Report {
    /// What stands above the entries.
    fn begin(&mut self, facts: &Facts<'_, '_>);
    /// One entry and why it cannot be booted, if it cannot.
    fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes);
    /// What is wrong with the configuration.
    fn end(&mut self, notes: &Notes);
}

/// Standard output, a kilobyte at a time.
struct Output(Vec<u8, 1024>);

impl Put for Output {
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.0.push(*byte).is_err() {
                self.flush();
                let _ = self.0.push(*byte);
            }
        }
    }
}

impl Output {
    fn flush(&mut self) {
        print(&STANDARD_OUTPUT, &self.0);
        self.0.clear();
    }
}

/// For people.
pub(crate) struct Plain(Output);

impl Plain {
    /// Prints to standard output.
    pub(crate) fn new() -> Self {
        Self(Output(Vec::new()))
    }

    /// A labelled line of an entry, if there is anything to say.
    fn line(&mut self, label: &str, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        fill(&mut self.0, "     % ", &[label.as_bytes()]);
        for byte in value {
            self.0.put(&[printable(*byte)]);
        }
        self.0.put(b"\n");
    }
}

impl Report for Plain {
    fn begin(&mut self, facts: &Facts<'_, '_>) {
        let config: &[u8] = match facts.config {
            [] => b"no configuration file",
            name => name,
        };
        let count = Decimal::new(facts.entries.list().len().try_into().unwrap_or(0));
        fill(
            &mut self.0,
            "%: %, % entries, ",
            &[facts.folder, config, count.bytes()],
        );
        match facts.entries.timeout {
            Some(Timeout::Seconds(seconds)) => {
                let seconds = Decimal::new(seconds.into());
                fill(&mut self.0, "timeout % s\n", &[seconds.bytes()]);
            }
            _ => self.0.put(b"no timeout\n"),
        }
    }

    fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes) {
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        let number = Decimal::new(u64::try_from(nth).unwrap_or(0).saturating_add(1));
        let mark: &[u8] = if nth == entries.default() { b"*" } else { b" " };
        fill(&mut self.0, "% % ", &[number.bytes(), mark]);
        for byte in entry.title {
            self.0.put(&[printable(*byte)]);
        }
        self.0.put(b"\n");
        self.line("disk   ", entry.root.name);
        self.line("kernel ", entry.kernel);
        for extra in entries.extras(nth) {
            match extra {
                Extra::Initrd(path) => self.line("ramdisk", path),
                Extra::Module(words) => self.line("module ", words),
                Extra::Mount(device, folder) => {
                    self.line("mount  ", device.name);
                    self.line("     on", folder);
                }
            }
        }
        let mut cmdline: Vec<u8, 4096> = Vec::new();
        put_cmdline(entries, nth, &mut cmdline);
        self.line("options", &cmdline);
        for problem in problems.lines() {
            self.line("PROBLEM", problem);
        }
    }

    fn end(&mut self, notes: &Notes) {
        self.0.put(notes.text());
        self.0.flush();
    }
}

/// As JSON: one object, one line.
pub(crate) struct Json(Output);

impl Json {
    /// Prints to standard output.
    pub(crate) fn new() -> Self {
        Self(Output(Vec::new()))
    }

    /// A string; bytes that are no UTF-8 are taken for Latin-1.
    fn string(&mut self, value: &[u8]) {
        self.0.put(b"\"");
        for chunk in value.utf8_chunks() {
            for byte in chunk.valid().bytes() {
                match byte {
                    b'"' | b'\\' => self.0.put(&[b'\\', byte]),
                    ..b' ' => self.escape(byte),
                    _ => self.0.put(&[byte]),
                }
            }
            for byte in chunk.invalid() {
                self.escape(*byte);
            }
        }
        self.0.put(b"\"");
    }

    /// `\u00XX`.
    fn escape(&mut self, byte: u8) {
        let digit = |value: u8| match value {
            0..10 => b'0'.wrapping_add(value),
            _ => b'a'.wrapping_add(value).wrapping_sub(10),
        };
        self.0.put(b"\\u00");
        self.0.put(&[digit(byte >> 4), digit(byte & 15)]);
    }

    /// `"name":"value"` and what stands before it.
    fn member(&mut self, before: &str, value: &[u8]) {
        self.0.put(before.as_bytes());
        self.string(value);
    }

    /// An array of strings.
    fn array<'v>(&mut self, before: &str, values: impl Iterator<Item = &'v [u8]>) {
        self.0.put(before.as_bytes());
        for (nth, value) in values.enumerate() {
            self.0.put(if nth > 0 { b"," } else { b"" });
            self.string(value);
        }
        self.0.put(b"]");
    }
}

impl Report for Json {
    fn begin(&mut self, facts: &Facts<'_, '_>) {
        self.member("{\"folder\":", facts.folder);
        self.member(",\"config\":", facts.config);
        self.0.put(b",\"timeout\":");
        match facts.entries.timeout {
            Some(Timeout::Seconds(seconds)) => self.0.put(Decimal::new(seconds.into()).bytes()),
            _ => self.0.put(b"null"),
        }
        let default = Decimal::new(facts.entries.default().try_into().unwrap_or(0));
        fill(
            &mut self.0,
            ",\"default\":%,\"entries\":[",
            &[default.bytes()],
        );
    }

    fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes) {
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        self.0.put(if nth > 0 { b"," } else { b"" });
        self.member("{\"title\":", entry.title);
        self.member(",\"disk\":", entry.root.name);
        self.member(",\"kernel\":", entry.kernel);
        self.array(",\"ramdisks\":[", entries.initrds(nth));
        let mut cmdline: Vec<u8, 4096> = Vec::new();
        put_cmdline(entries, nth, &mut cmdline);
        self.member(",\"options\":", &cmdline);
        let line = Decimal::new(entry.line.into());
        fill(&mut self.0, ",\"line\":%", &[line.bytes()]);
        self.array(",\"problems\":[", problems.lines());
        self.0.put(b"}");
    }

    fn end(&mut self, notes: &Notes) {
        self.array("],\"problems\":[", notes.lines());
        self.0.put(b"}\n");
        self.0.flush();
    }
}
