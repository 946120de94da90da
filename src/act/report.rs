//! How `explain` prints what it found: in lines for people, or as JSON.

use super::boot;
use super::devices::Disks;
use kexec_loader::entry::{Entries, Extra, Source, Timeout};
use kexec_loader::notes::{Notes, cut_letter};
use kexec_loader::out::{Decimal, Put, fill, fill_all, hex};
use kexec_loader::text;

/// What is said of messages that were not kept, after their number.
const LOST: &[u8] = b" messages before these are left out";

/// Prints one configuration, piece by piece.
pub(crate) struct Report<'o> {
    json: bool,
    /// Whether a list has an item already.
    has_items: bool,
    out: &'o mut dyn Put,
}

impl Put for Report<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.out.put(bytes);
    }
}

/// The seconds of a timeout, if it is ever over.
fn seconds(timeout: Option<Timeout>) -> Option<u64> {
    match timeout {
        Some(Timeout::Seconds(seconds)) => Some(seconds.into()),
        _ => None,
    }
}

impl<'o> Report<'o> {
    /// A report as JSON, or for people.
    pub(crate) fn new(json: bool, out: &'o mut dyn Put) -> Self {
        Self {
            out,
            json,
            has_items: false,
        }
    }

    /// All that a configuration says, and what is wrong with its entries; says whether one of
    /// them cannot be booted, or there is none.
    #[inline(never)]
    pub(crate) fn all(
        &mut self,
        folder: &[u8],
        config: Option<&str>,
        entries: &Entries<'_>,
        disks: &mut Disks,
        notes: &Notes,
    ) -> bool {
        self.begin(folder, config, entries);
        let mut is_wrong = entries.list().is_empty();
        for nth in 0..entries.list().len() {
            let mut problems = Notes::new();
            // The programs of an initramfs are not here to be looked at.
            let entry = entries.list().get(nth);
            if entry.is_some_and(|entry| entry.program.is_empty()) {
                is_wrong |= boot::open(entries, nth, disks, &mut problems).is_err();
            }
            self.entry(entries, nth, &problems);
        }
        self.end(entries, notes);
        is_wrong
    }

    /// What stands above the entries; `config` is the name of our own file, if there is one.
    #[inline(never)]
    fn begin(&mut self, folder: &[u8], config: Option<&str>, entries: &Entries<'_>) {
        if self.json {
            self.put(b"{\"folder\":");
            self.string(&[folder]);
            self.member("config", &[config.unwrap_or("").as_bytes()]);
            self.number("timeout", seconds(entries.timeout()));
            self.number("default", Some(entries.default() as u64));
            self.put(b",\"entries\":[");
        } else {
            let config = config.unwrap_or("no configuration file");
            self.put_printable(folder);
            fill(self, ": %", &[config.as_bytes()]);
            self.timeout(entries.timeout());
        }
    }

    /// For people, the end of a line about a configuration.
    fn timeout(&mut self, timeout: Option<Timeout>) {
        match seconds(timeout) {
            Some(seconds) => fill_all(self, b", timeout #\n", &[], &[seconds]),
            None => self.put(b", timeout off\n"),
        }
    }

    /// A configuration of another loader, for people.
    fn source(&mut self, source: &Source<'_>) {
        self.put_printable(source.file);
        fill(self, ": %", &[source.format.as_bytes()]);
        self.timeout(source.timeout);
    }

    /// The configurations that begin with this entry.
    fn sources(&mut self, entries: &Entries<'_>, first: usize) {
        for source in entries.sources() {
            if source.first == first && source.format != "native" {
                self.source(source);
            }
        }
    }

    /// One entry and why it cannot be booted, if it cannot.
    #[inline(never)]
    fn entry(&mut self, entries: &Entries<'_>, nth: usize, problems: &Notes) {
        let Some(entry) = entries.list().get(nth) else {
            return;
        };
        let is_native = entries
            .sources()
            .iter()
            .any(|source| source.format == "native" && source.file == entry.file);
        if self.json {
            self.put(if nth > 0 { b",{" } else { b"{" });
            fill_all(self, b"\"line\":#", &[], &[entry.line.into()]);
            self.member("file", &[entry.file]);
            self.member("title", &[entry.title]);
        } else {
            self.sources(entries, nth);
            let number = Decimal::new((nth as u64).wrapping_add(1));
            let is_default = nth == entries.default();
            self.put(number.bytes());
            self.put(if is_default { b" * " } else { b"   " });
            self.put_printable(entry.title);
            self.put(b"\n");
            if !is_native {
                let line = Decimal::new(entry.line.into());
                self.member("from", &[entry.file, b":", line.bytes()]);
            }
        }
        self.member("submenu", &[entry.submenu]);
        self.member("id", &[entry.id]);
        if entry.hotkey > 0 {
            self.member("hotkey", &[&[entry.hotkey]]);
        }
        if entry.is_locked {
            self.member("locked", &[b"yes"]);
        }
        self.member("disk", &[entry.root.name]);
        self.member("kernel", &[entry.kernel]);
        if !entry.program.is_empty() {
            let name = if entry.is_exec { "exec" } else { "run" };
            self.member(name, &[entry.program]);
        }
        let both = !entry.cmdline.is_empty() && !entry.append.is_empty();
        let blank: &[u8] = if both { b" " } else { b"" };
        self.member("cmdline", &[entry.cmdline, blank, entry.append]);
        let extras = entries.extras(nth);
        self.extras("initrds", extras, false);
        self.extras("modules", extras, true);
        self.problems(problems);
        if self.json {
            self.put(b"}");
        }
    }

    /// What is wrong with the configuration.
    #[inline(never)]
    fn end(&mut self, entries: &Entries<'_>, notes: &Notes) {
        if self.json {
            self.put(b"],\"sources\":[");
            for (nth, source) in entries.sources().iter().enumerate() {
                self.put(if nth > 0 { b",{" } else { b"{" });
                fill(self, "\"format\":\"%\"", &[source.format.as_bytes()]);
                self.member("disk", &[source.disk.name]);
                self.member("file", &[source.file]);
                self.number("first", Some(source.first as u64));
                self.number("timeout", seconds(source.timeout));
                self.number("default", source.default.map(|nth| nth as u64));
                self.number("fallback", source.fallback.map(|nth| nth as u64));
                self.put(b"}");
            }
            self.put(b"]");
            self.problems(notes);
            self.put(b"}\n");
        } else {
            self.sources(entries, entries.list().len());
            if notes.dropped() > 0 {
                fill_all(self, b"#%\n", &[LOST], &[notes.dropped().into()]);
            }
            self.put(notes.text());
        }
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

    /// A named number, for programs.
    #[inline(never)]
    fn number(&mut self, name: &str, number: Option<u64>) {
        fill(self, ",\"%\":", &[name.as_bytes()]);
        match number {
            Some(number) => self.put(Decimal::new(number).bytes()),
            None => self.put(b"null"),
        }
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
}
