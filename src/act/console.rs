//! Every console at once: the screen and the serial line show the same, and both are
//! listened to.
//!
//! No terminal is ever asked a question. Writing never waits long for a line that nobody
//! drains.

use super::files::read_small;
use super::start::open_node;
use super::watchdog::Watchdog;
#[cfg(feature = "programs")]
use crate::sys::Result;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::poll::{self, Waiting};
use crate::sys::{Errno, clock, log, tty, uevent};
use heapless::Vec;
#[cfg(feature = "keymap")]
use kexec_loader::keymap::NO_KEY;
use kexec_loader::keys::{Decoder, Key};
use kexec_loader::menu::{Colors, Cursor, Screen};
use kexec_loader::notes::Notes;
#[cfg(feature = "programs")]
use kexec_loader::out::Decimal;
use kexec_loader::out::{Put, fill_all};
use kexec_loader::text;

/// How many consoles are used.
const CONSOLES: usize = poll::MOST - 1;
/// Rows that are remembered, so that only what changes is sent; none is drawn below them.
const ROWS: usize = 64;
/// Milliseconds that a console may take to accept output before the rest is dropped.
const PATIENCE: u64 = 1000;
/// Milliseconds between looks whether a line has sent all.
const MOMENT: u64 = 2;
/// Milliseconds after which an ESC was the Escape key. A slow line brings the bytes of an
/// arrow key in pieces.
const ESCAPE: u64 = 200;
/// Milliseconds between looks for disks where the kernel cannot announce them.
const LOOK: u64 = 40;

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

/// Where output goes.
struct Line {
    terminal: Fd,
    /// Whether nobody has drained it of late.
    is_stalled: bool,
    /// Whether it is unknown what it shows: some output was dropped, or nothing was drawn yet.
    is_stale: bool,
}

/// One console. As below, what is large comes last, so that what reaches the rest is short.
#[repr(C)]
struct Console {
    line: Line,
    settings: tty::Settings,
    decoder: Decoder,
    /// Whether it is a screen of the machine, which has colours; and which are asked for.
    is_screen: bool,
    colors: Option<Colors>,
    /// A hash of each row that is on the screen; 0 if that is not known.
    shown: [u32; ROWS],
}

/// All of them.
#[repr(C)]
pub(crate) struct Consoles {
    is_drawn: bool,
    /// How far the notes have been printed.
    told: usize,
    /// Which had the last key.
    used: usize,
    devices: Option<Fd>,
    /// Whether a device has come that nobody was told of.
    is_missed: bool,
    debug: Option<Line>,
    /// What is fed while anything is waited for.
    pub(crate) watchdog: Watchdog,
    waiting: Waiting,
    list: Vec<Console, CONSOLES>,
}

impl Consoles {
    /// Opens the kernel's active consoles, or `/dev/console` if it names none. Every message
    /// is copied to the terminal or file `debug` too, if there is one.
    #[inline(never)]
    pub(crate) fn open(debug: Option<&[u8]>) -> Self {
        let mut this = Self {
            is_drawn: false,
            told: 0,
            used: 0,
            devices: uevent::listen(),
            is_missed: false,
            debug: open_debug(debug.unwrap_or(b"/dev/tty3")),
            watchdog: Watchdog::new(),
            waiting: Waiting::new(),
            list: Vec::new(),
        };
        this.add_active();
        this.take();
        if let Some(devices) = &this.devices {
            this.waiting.add(devices);
        }
        this
    }

    #[inline(never)]
    fn add_active(&mut self) {
        let mut names = [0; 256];
        let active: [&[u8]; 1] = [b"/sys/class/tty/console/active"];
        let mut rest = read_small(&active, &mut names).unwrap_or(&[]);
        while !rest.is_empty() {
            self.add(text::cut(&mut rest, b' '));
        }
        if self.list.is_empty() {
            self.add(b"console");
        }
    }

    /// Uses a terminal, if it is there and there is a place left.
    #[inline(never)]
    fn add(&mut self, name: &[u8]) {
        if self.list.is_full() {
            return;
        }
        if let Ok(terminal) = open_node(Node::Character, name, Purpose::Terminal) {
            // The n-th file that is waited for is the n-th console's.
            self.waiting.add(&terminal);
            let _ = self.list.push(Console {
                line: Line::new(terminal),
                settings: tty::Settings::unknown(),
                decoder: Decoder::default(),
                is_screen: matches!(name, [b't', b't', b'y', b'0'..=b'9', ..]),
                colors: None,
                shown: [0; ROWS],
            });
        }
    }

    /// The first console that is a screen with a keyboard, if one is.
    #[cfg(feature = "keymap")]
    pub(crate) fn keyboard(&self) -> Option<&Fd> {
        let terminals = self.list.iter().map(|console| &console.line.terminal);
        // Key 0 cannot be set; the kernel says only whether it might be.
        let may_be_set = |terminal: &&Fd| tty::set_key(terminal, NO_KEY).is_ok();
        terminals.into_iter().find(may_be_set)
    }

    /// Prints a line as plain text.
    pub(crate) fn print(&mut self, line: &[u8]) {
        self.put(line);
        self.put(b"\n");
    }

    /// Prints the messages that have come since the last time. While the menu is up, it
    /// shows them itself.
    #[inline(never)]
    pub(crate) fn tell(&mut self, notes: &Notes) {
        let new = notes.since(&mut self.told);
        if let Some(debug) = &mut self.debug {
            debug.put(new);
        }
        if !self.is_drawn {
            self.put(new);
        }
    }

    /// Has every screen be drawn, and the cursor be seen where `show` says.
    pub(crate) fn draw(&mut self, show: &mut dyn FnMut(&mut dyn Screen) -> Cursor) {
        if !self.is_drawn {
            self.clear();
            // The cursor would only stand about.
            self.put(b"\x1b[?25l");
        }
        self.is_drawn = true;
        for console in &mut self.list {
            if console.line.is_stale {
                console.line.is_stale = false;
                console.shown = [0; ROWS];
            }
            if let Some((row, column)) = show(console) {
                let place = [row, column].map(|at| (at as u64).wrapping_add(1));
                fill_all(&mut console.line, b"\x1b[#;#H\x1b[?25h", &[], &place);
            }
        }
    }

    /// Has the screens use these colours. Other terminals may have none, and are not asked.
    pub(crate) fn paint(&mut self, colors: Option<Colors>) {
        for console in &mut self.list {
            console.colors = colors.filter(|_| console.is_screen);
            console.line.is_stale = true;
        }
    }

    /// The rows and columns that every screen has.
    #[cfg(feature = "shell")]
    #[inline(never)]
    pub(crate) fn smallest(&self) -> (usize, usize) {
        let mut smallest = (ROWS, usize::MAX);
        for console in &self.list {
            let (rows, columns) = console.size();
            smallest.0 = smallest.0.min(rows);
            smallest.1 = smallest.1.min(columns);
        }
        smallest
    }

    /// Empties the screens, for plain text again.
    #[inline(never)]
    pub(crate) fn clear(&mut self) {
        self.is_drawn = false;
        // No attributes, lines that wrap, a cursor, the whole screen.
        self.put(b"\x1b[m\x1b[?7h\x1b[?25h\x1b[H\x1b[J");
        self.each(|console| console.line.is_stale = true);
    }

    /// Waits for a key or for a device, at most until the clock shows `until`.
    #[inline(never)]
    pub(crate) fn wait(&mut self, until: Option<u64>) -> Event {
        if core::mem::take(&mut self.is_missed) {
            return Event::Device;
        }
        self.listen(until)
    }

    /// Waits for a key alone, at most until the clock shows `until`. That a device has come is
    /// told by the next [`Self::wait`].
    #[cfg(any(feature = "programs", feature = "shell"))]
    #[inline(never)]
    pub(crate) fn wait_for_key(&mut self, until: Option<u64>) -> Option<Key> {
        loop {
            match self.listen(until) {
                Event::Key(key) => return Some(key),
                Event::Device => self.is_missed = true,
                Event::Time => return None,
            }
        }
    }

    fn listen(&mut self, until: Option<u64>) -> Event {
        let until = until.unwrap_or(u64::MAX);
        loop {
            let mut left = until.saturating_sub(clock::milliseconds());
            if self.devices.is_none() {
                left = left.min(LOOK);
            }
            if self.list.iter().any(|console| console.decoder.is_within()) {
                // A second that ends in the middle of a key waits for the key.
                left = ESCAPE;
            }
            let is_ready = self.waiting.wait(left.min(self.watchdog.feed()));
            if let Some(key) = self.read_key(is_ready) {
                return Event::Key(key);
            }
            if clock::milliseconds() >= until {
                return Event::Time;
            }
            let is_device = match &self.devices {
                Some(devices) => drain(devices),
                None => !is_ready,
            };
            if is_device {
                return Event::Device;
            }
        }
    }

    /// The next key of any console. One that is gone, such as a serial line that was
    /// pulled out, is not listened to any longer.
    #[inline(never)]
    fn read_key(&mut self, is_ready: bool) -> Option<Key> {
        for (nth, console) in self.list.iter_mut().enumerate() {
            let mut key = None;
            if self.waiting.is_ready(nth) {
                let mut byte = [0];
                match console.line.terminal.read(&mut byte) {
                    Ok(1) => key = console.decoder.feed(byte[0]),
                    Err(Errno::EAGAIN) => {}
                    _ => self.waiting.forget(nth),
                }
            } else if !is_ready {
                key = console.decoder.idle();
            }
            if key.is_some() {
                self.used = nth;
                return key;
            }
        }
        None
    }

    /// Gives the consoles back as they were, kernel messages and all.
    pub(crate) fn release(&mut self) {
        self.each(|console| console.line.finish());
        log::show_on_consoles(true);
        self.each(|console| tty::restore(&console.line.terminal, &console.settings));
    }

    /// Takes the consoles again after a [`Self::release`] that led nowhere.
    pub(crate) fn take(&mut self) {
        log::show_on_consoles(false);
        self.each(|console| tty::make_raw(&console.line.terminal, &mut console.settings));
    }

    #[inline(never)]
    fn each(&mut self, act: fn(&mut Console)) {
        for console in &mut self.list {
            act(console);
        }
    }
}

/// For programs of the initramfs.
#[cfg(feature = "programs")]
impl Consoles {
    /// Opens the console of the last key for a program.
    pub(crate) fn open_for_program(&self) -> Result<Fd> {
        let console = self.list.get(self.used).ok_or(Errno::ENODEV)?;
        console.line.open_again(Purpose::Program)
    }

    /// Takes the consoles again after a program that had one as its terminal: when that ends, the
    /// kernel takes the terminal from all who have it open.
    pub(crate) fn reopen(&mut self) {
        for console in &self.list {
            if let Ok(terminal) = console.line.open_again(Purpose::Terminal) {
                let _ = terminal.stand_for(console.line.terminal.number(), true);
            }
        }
        // Whatever the program has left them as is not how they were.
        self.release();
        self.take();
    }
}

#[cfg(feature = "programs")]
impl Line {
    /// Opens the terminal once more.
    fn open_again(&self, purpose: Purpose) -> Result<Fd> {
        let number = Decimal::new(self.terminal.number() as u64);
        fs::open(&[b"/proc/self/fd/", number.bytes()], purpose)
    }
}

/// To every console.
impl Put for Consoles {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        for console in &mut self.list {
            console.line.put(bytes);
        }
    }
}

impl Line {
    const fn new(terminal: Fd) -> Self {
        Self {
            terminal,
            is_stalled: false,
            is_stale: true,
        }
    }

    /// Waits until what was written last has been sent, so far as a line takes it: what a
    /// serial line still has when the next kernel starts is lost. The kernel does not say when
    /// that is.
    fn finish(&self) {
        let ends = clock::milliseconds().wrapping_add(PATIENCE);
        while tty::is_sending(&self.terminal) {
            if clock::milliseconds() >= ends {
                return;
            }
            Waiting::new().wait(MOMENT);
        }
        tty::drain(&self.terminal);
    }
}

/// Writes all of the bytes, or drops what a stalled line does not take.
impl Put for Line {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.terminal.write(rest) {
                Ok(count) => {
                    self.is_stalled = false;
                    rest = rest.get(count..).unwrap_or(&[]);
                }
                Err(Errno::EAGAIN) if !self.is_stalled => {
                    self.is_stalled = !poll::is_writable(&self.terminal, PATIENCE);
                }
                Err(_) => {
                    self.is_stale = true;
                    break;
                }
            }
        }
    }
}

impl Screen for Console {
    fn size(&self) -> (usize, usize) {
        // What a terminal has that says nothing, since there were terminals.
        let known = |size: u16, usual: usize| if size == 0 { usual } else { size.into() };
        let (rows, columns) = tty::size(&self.line.terminal);
        (known(rows, 24).min(ROWS), known(columns, 80))
    }

    fn row(&mut self, at: usize, bright: bool, text: &[u8]) {
        // FNV-1a tells rows apart well enough to know which have changed.
        let mut hash = 0x811c_9dc5 ^ u32::from(bright);
        for byte in text {
            hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
        let Some(shown) = self.shown.get_mut(at).filter(|shown| **shown != hash) else {
            return;
        };
        *shown = hash;
        let number = (at as u64).wrapping_add(1);
        let mut video = Vec::<u8, 32>::new();
        match self.colors {
            Some(colors) => colors.put(bright, &mut video),
            None if bright => video.put(b"\x1b[7m"),
            None => {}
        }
        // Without wrapping, no terminal's idea of a letter's width can spoil the next row. What is
        // erased has the colours that are set before.
        let sentence = b"\x1b[?7l\x1b[#;1H%\x1b[K%\x1b[m";
        fill_all(&mut self.line, sentence, &[&video, text], &[number]);
    }
}

/// Takes all announcements; says whether there were any.
fn drain(devices: &Fd) -> bool {
    let mut any = false;
    let mut head = [0];
    // The rest of an announcement goes with its first byte. Where some were lost, a read
    // fails once, and those that were kept come after it.
    while devices.read(&mut head).is_ok() {
        any = true;
    }
    any
}

/// Opens the copy of the messages.
#[inline(never)]
fn open_debug(path: &[u8]) -> Option<Line> {
    let mut file = fs::open(&[path], Purpose::Append);
    if file.is_err() {
        let name = path.strip_prefix(b"/dev/")?;
        file = open_node(Node::Character, name, Purpose::Append);
    }
    file.ok().map(Line::new)
}
