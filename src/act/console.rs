//! Every console at once: the screen and the serial line show the same, and both are
//! listened to.
//!
//! No terminal is ever asked a question. Writing never waits long for a line that nobody
//! drains.

use super::files::read_small;
use super::start::open_node;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Purpose};
use crate::sys::poll::Waiting;
use crate::sys::{Errno, clock, log, tty, uevent};
use heapless::Vec;
use kexec_loader::keys::{Decoder, Key};
use kexec_loader::menu::Screen;
use kexec_loader::notes::{Notes, printable};
use kexec_loader::out::{Decimal, Put, fill};

/// How many consoles are used.
const CONSOLES: usize = 4;
/// Rows that are remembered, so that only what changes is sent.
const ROWS: usize = 64;
/// Milliseconds that a console may take to accept output before the rest is dropped.
const PATIENCE: u32 = 1000;
/// Milliseconds after which an ESC was the Escape key.
const ESCAPE: u32 = 50;
/// Milliseconds between looks for disks where the kernel cannot announce them.
const LOOK: u32 = 40;

/// What ended a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A key was pressed.
    Key(Key),
    /// The kernel has announced a device, or may have.
    Device,
    /// The time is over.
    Time,
}

/// One console.
struct Console {
    terminal: Fd,
    settings: Option<tty::Settings>,
    decoder: Decoder,
    rows: usize,
    columns: usize,
    shown: [u32; ROWS],
    stalled: bool,
}

/// All of them.
pub(crate) struct Consoles {
    list: Vec<Console, CONSOLES>,
    devices: Option<Fd>,
    debug: Option<Fd>,
    told: u32,
    is_drawn: bool,
}

impl Consoles {
    /// Opens the kernel's active consoles, or `/dev/console` if it names none. Every message
    /// is copied to the terminal or file `debug` too, if there is one.
    #[inline(never)]
    pub(crate) fn open(debug: Option<&[u8]>) -> Self {
        let mut this = Self {
            list: Vec::new(),
            devices: uevent::listen().ok(),
            debug: open_debug(debug),
            told: 0,
            is_drawn: false,
        };
        let mut names = [0; 128];
        let active: [&[u8]; 1] = [b"/sys/class/tty/console/active"];
        let names = read_small(&active, &mut names).unwrap_or(&[]);
        for name in names.split(|b| *b == b' ').filter(|name| !name.is_empty()) {
            this.add(open_node(b"tty", name, Purpose::Terminal));
        }
        if this.list.is_empty() {
            this.add(open_node(b"tty", b"console", Purpose::Terminal));
        }
        log::show_on_consoles(false);
        this
    }

    fn add(&mut self, terminal: crate::sys::Result<Fd>) {
        let Ok(terminal) = terminal else { return };
        let (rows, columns) = tty::size(&terminal);
        let _ = self.list.push(Console {
            settings: tty::make_raw(&terminal).ok(),
            terminal,
            decoder: Decoder::default(),
            rows: known(rows, 25),
            columns: known(columns, 80),
            shown: [0; ROWS],
            stalled: false,
        });
    }

    /// Prints a line as plain text.
    #[inline(never)]
    pub(crate) fn print(&mut self, line: &[u8]) {
        for console in &mut self.list {
            console.write(line);
            console.write(b"\n");
        }
    }

    /// Prints the messages that have come since the last time. While the menu is up, it
    /// shows them itself.
    pub(crate) fn tell(&mut self, notes: &Notes) {
        let new = notes.added().wrapping_sub(self.told);
        self.told = notes.added();
        let count = notes.lines().count();
        let old = count.saturating_sub(usize::try_from(new).unwrap_or(0));
        for line in notes.lines().skip(old) {
            if let Some(debug) = &self.debug {
                let _ = debug.write(line);
                let _ = debug.write(b"\n");
            }
            if !self.is_drawn {
                self.print(line);
            }
        }
    }

    /// Has every screen shown by `draw`.
    pub(crate) fn draw(&mut self, draw: &dyn Fn(&mut dyn Screen)) {
        if !self.is_drawn {
            self.clear();
        }
        self.is_drawn = true;
        for console in &mut self.list {
            draw(console);
        }
    }

    /// Empties the screens, for plain text again.
    #[inline(never)]
    pub(crate) fn clear(&mut self) {
        self.is_drawn = false;
        for console in &mut self.list {
            console.shown = [0; ROWS];
            console.write(b"\x1b[m\x1b[H\x1b[J");
        }
    }

    /// Waits for a key or for a device, at most until the clock shows `until`.
    pub(crate) fn wait(&mut self, until: Option<u64>) -> Event {
        loop {
            let mut waiting = Waiting::new();
            for console in &self.list {
                waiting.readable(&console.terminal);
            }
            let left = until.map(|until| until.saturating_sub(clock::milliseconds()));
            let mut time = left.map(|left| u32::try_from(left).unwrap_or(u32::MAX));
            let mut limit = |most: u32| time = Some(time.map_or(most, |time| time.min(most)));
            match &self.devices {
                Some(devices) => waiting.readable(devices),
                None => limit(LOOK),
            }
            let is_within = self.list.iter().any(|console| console.decoder.is_within());
            if is_within {
                limit(ESCAPE);
            }
            let ready = waiting.wait(time);
            if let Some(key) = self.read_key(!ready) {
                return Event::Key(key);
            }
            if until.is_some_and(|until| clock::milliseconds() >= until) {
                return Event::Time;
            }
            if self.read_devices() || (!ready && self.devices.is_none()) {
                return Event::Device;
            }
        }
    }

    /// The next key of any console. One that is gone, such as a serial line that was
    /// pulled out, is not listened to any longer.
    fn read_key(&mut self, idle: bool) -> Option<Key> {
        let mut key = None;
        self.list.retain_mut(|console| {
            if key.is_some() {
                return true;
            }
            let mut byte = [0];
            match console.terminal.read(&mut byte) {
                Ok(1) => key = byte.first().and_then(|byte| console.decoder.feed(*byte)),
                Err(Errno::EAGAIN | Errno::EINTR) if idle => key = console.decoder.idle(),
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                _ => return false,
            }
            true
        });
        key
    }

    /// Takes all announcements; says whether there were any.
    fn read_devices(&self) -> bool {
        let mut any = false;
        if let Some(devices) = &self.devices {
            let mut head = [0; 64];
            loop {
                match devices.read(&mut head) {
                    Ok(_) | Err(Errno::ENOBUFS) => any = true,
                    Err(_) => break,
                }
            }
        }
        any
    }

    /// Gives the consoles back as they were, kernel messages and all.
    pub(crate) fn release(&mut self) {
        log::show_on_consoles(true);
        for console in &self.list {
            if let Some(settings) = &console.settings {
                let _ = tty::restore(&console.terminal, settings);
            }
        }
    }

    /// Takes the consoles again after a [`Self::release`] that led nowhere.
    pub(crate) fn take(&mut self) {
        log::show_on_consoles(false);
        for console in &self.list {
            let _ = tty::make_raw(&console.terminal);
        }
    }
}

impl Console {
    /// Writes all of `bytes`, or drops what a stalled line does not take.
    #[inline(never)]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.terminal.write(rest) {
                Ok(count) => {
                    self.stalled = false;
                    rest = rest.get(count..).unwrap_or(&[]);
                }
                Err(Errno::EAGAIN) if !self.stalled => {
                    let mut waiting = Waiting::new();
                    waiting.writable(&self.terminal);
                    self.stalled = !waiting.wait(Some(PATIENCE));
                }
                Err(_) => break,
            }
        }
    }
}

impl Screen for Console {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&mut self, at: usize, bright: bool, text: &[u8]) {
        // FNV-1a tells rows apart well enough to know which have changed.
        let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        let hash = text.iter().fold(0x811c_9dc5 ^ u32::from(bright), step);
        let Some(shown) = self.shown.get_mut(at).filter(|shown| **shown != hash) else {
            return;
        };
        *shown = hash;
        let mut out: Vec<u8, 1024> = Vec::new();
        let number = Decimal::new(u64::try_from(at).unwrap_or(0).saturating_add(1));
        fill(&mut out, "\x1b[%;1H", &[number.bytes()]);
        if bright {
            out.put(b"\x1b[7m");
        }
        let mut column: usize = 0;
        for byte in text {
            // The bytes of one UTF-8 character after its first take no column.
            if byte & 0xc0 != 0x80 {
                if column == self.columns {
                    break;
                }
                column = column.saturating_add(1);
            }
            out.put(&[printable(*byte)]);
        }
        if bright {
            for _ in column..self.columns {
                out.put(b" ");
            }
            out.put(b"\x1b[m");
        } else if column < self.columns {
            out.put(b"\x1b[K");
        }
        self.write(&out);
    }
}

/// Opens the copy of the messages: what the command line says, else a spare screen.
fn open_debug(path: Option<&[u8]>) -> Option<Fd> {
    let path = path.unwrap_or(b"/dev/tty3");
    match path.strip_prefix(b"/dev/") {
        Some(name) => open_node(b"tty", name, Purpose::Append),
        None => fs::open(&[path], Purpose::Append),
    }
    .ok()
}

/// A size that the kernel knows, or what a screen has had since there were screens.
fn known(size: u16, usual: usize) -> usize {
    match usize::from(size) {
        0 => usual,
        size => size,
    }
}
