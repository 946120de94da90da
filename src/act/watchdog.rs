//! The watchdog: hardware that restarts the machine unless it is fed.
//!
//! It is opened when a time was asked for, and never closed in good order: so it goes on over the
//! jump, until the next system feeds it. Who waits for anything asks [`Watchdog::feed`] how long
//! that may take.

use super::tell;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Node, Purpose};
use crate::sys::watchdog::set_timeout;
use kexec_loader::notes::Notes;

/// It, if it is in use.
pub(crate) struct Watchdog {
    device: Option<Fd>,
    /// Milliseconds after which it is fed again.
    pause: u64,
}

impl Watchdog {
    /// Not in use.
    pub(crate) const fn new() -> Self {
        Self {
            device: None,
            pause: u64::MAX,
        }
    }

    /// Takes it into use, if `seconds` are not 0 and that has not been done. Why it cannot
    /// be is told.
    #[inline(never)]
    pub(crate) fn start(&mut self, seconds: u32, notes: &mut Notes) {
        if seconds == 0 || self.device.is_some() {
            return;
        }
        let path: [&[u8]; 1] = [b"/dev/watchdog"];
        // The kernel's numbers for the first of them, where there is no devtmpfs.
        let _ = fs::make_node(&path, Node::Character, 10, 130);
        let device = match fs::open(&path, Purpose::Append) {
            Ok(device) => device,
            Err(error) => {
                tell(notes, "cannot use the watchdog%%: %", b"", b"", error);
                return;
            }
        };
        let taken = set_timeout(&device, seconds);
        // Three times, lest one that comes late be too late. It cannot be given back any more:
        // where nobody knows how long it waits, it is fed as if that were the least.
        self.pause = u64::from(taken.unwrap_or(1)).max(1).wrapping_mul(333);
        self.device = Some(device);
        match taken {
            Ok(taken) if taken == seconds => {}
            Ok(taken) => {
                let numbers = [taken.into(), seconds.into()];
                notes.say_numbers(b"the watchdog waits # s, not #", &[], &numbers);
            }
            Err(error) => {
                tell(notes, "cannot set the watchdog%%: %", b"", b"", error);
            }
        }
    }

    /// Reads files into the kernel's memory, and feeds it meanwhile: to load them is one call, which
    /// would take too long for a slow disk.
    #[inline(never)]
    pub(crate) fn read_ahead(&self, files: &[Fd]) {
        if self.device.is_none() {
            return;
        }
        for file in files {
            let mut piece = [0; 4096];
            let mut offset: u64 = 0;
            while let Ok(count @ 1..) = file.read_at(offset, &mut piece) {
                offset = offset.wrapping_add(count as u64);
                self.feed();
            }
        }
    }

    /// Feeds it; gives the milliseconds after which that has to be done again.
    #[inline(never)]
    pub(crate) fn feed(&self) -> u64 {
        if let Some(device) = &self.device {
            // Any byte does, but for the one that means to switch it off.
            let _ = device.write(b" ");
        }
        self.pause
    }
}
