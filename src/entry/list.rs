//! All entries, and what else configurations say: added line by line, and looked up.

use super::{
    BLACKLIST, ENTRIES, EXTRAS, Entry, Extra, Full, IMAGES, LOOPS, MAPS, MODULE_DISKS, OPTIONS,
    SOURCES, Settled, Source, Timeout,
};
use crate::fallback::OnError;
use crate::location::{BOOT_DISK, Device};
use crate::menu::Colors;
use crate::text;
use heapless::Vec;

/// How long the menu waits at least, in seconds, where another loader's file says how long.
const PATIENCE: u32 = 5;

/// All that configurations say.
pub struct Entries<'t> {
    list: Vec<Entry<'t>, ENTRIES>,
    extras: Vec<Extra<'t>, EXTRAS>,
    options: Vec<(&'t [u8], &'t [u8]), OPTIONS>,
    module_disks: Vec<Device<'t>, MODULE_DISKS>,
    maps: Vec<(&'t [u8], &'t [u8]), MAPS>,
    blacklist: Vec<&'t [u8], BLACKLIST>,
    /// Whether only those modules are inserted that this machine has devices for.
    pub is_auto: bool,
    sources: Vec<Source<'t>, SOURCES>,
    /// The menu's colours, if our own configuration says so.
    pub colors: Option<Colors>,
    /// Where GRUB's files are, if our own configuration says so.
    pub grub_path: &'t [u8],
    /// The layout that the keyboard is to have; or empty.
    pub keymap: &'t [u8],
    /// The ISO files that our own configuration names.
    images: Vec<&'t [u8], IMAGES>,
    /// The files that are to be disks.
    loops: Vec<&'t [u8], LOOPS>,
    /// The words that say which formats are looked for; `None` where nothing was said.
    pub autodetect: Option<&'t [u8]>,
    /// What is done when an entry that was booted by itself has failed.
    pub on_error: OnError,
    /// Seconds that the watchdog waits; 0 where it is left alone.
    pub watchdog: u32,
    /// What is kept of the password; empty where there is none.
    pub password: &'t [u8],
}

impl<'t> Entries<'t> {
    /// No entries yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            extras: Vec::new(),
            options: Vec::new(),
            module_disks: Vec::new(),
            maps: Vec::new(),
            blacklist: Vec::new(),
            is_auto: false,
            sources: Vec::new(),
            colors: None,
            grub_path: &[],
            keymap: &[],
            images: Vec::new(),
            loops: Vec::new(),
            autodetect: None,
            on_error: OnError::Menu,
            watchdog: 0,
            password: &[],
        }
    }

    /// Begins a configuration: the entries to come are its.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`SOURCES`] already.
    pub fn begin(
        &mut self,
        format: &'static str,
        disk: Device<'t>,
        file: &'t [u8],
    ) -> Result<(), Full> {
        let source = Source {
            format,
            disk,
            file,
            first: self.list.len(),
            default: None,
            fallback: None,
            timeout: None,
        };
        self.sources.push(source).map_err(|_| Full)
    }

    /// The configuration that was begun last, to be filled.
    #[inline(never)]
    pub fn source_mut(&mut self) -> Option<&mut Source<'t>> {
        self.sources.last_mut()
    }

    /// Takes the configuration that was begun last away: it was none.
    pub fn drop_source(&mut self) {
        self.sources.pop();
    }

    /// All configurations, in the order in which they were found.
    #[must_use]
    pub fn sources(&self) -> &[Source<'t>] {
        &self.sources
    }

    /// Begins an entry.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`ENTRIES`] already.
    #[inline(never)]
    pub fn open(&mut self, title: &'t [u8], line: u32) -> Result<(), Full> {
        let entry = Entry {
            title,
            file: self.sources.last().map_or(&[], |source| source.file),
            id: &[],
            submenu: &[],
            hotkey: 0,
            root: BOOT_DISK,
            kernel: &[],
            program: &[],
            is_exec: false,
            is_locked: false,
            cmdline: &[],
            append: &[],
            reset_vga: false,
            broken: None,
            line,
            extras: self.extras.len(),
            count: 0,
        };
        self.list.push(entry).map_err(|_| Full)
    }

    /// The entry that was begun last, to be filled.
    #[inline(never)]
    pub fn last_mut(&mut self) -> Option<&mut Entry<'t>> {
        self.list.last_mut()
    }

    /// The entry of this number, to be changed.
    pub fn get_mut(&mut self, nth: usize) -> Option<&mut Entry<'t>> {
        self.list.get_mut(nth)
    }

    /// Adds a line to the entry that was begun last.
    ///
    /// # Errors
    ///
    /// [`Full`] when all entries together have [`EXTRAS`] already.
    #[inline(never)]
    pub fn add(&mut self, extra: Extra<'t>) -> Result<(), Full> {
        self.extras.push(extra).map_err(|_| Full)?;
        if let Some(entry) = self.list.last_mut() {
            entry.count = entry.count.wrapping_add(1);
        }
        Ok(())
    }

    /// Takes the entry that was begun last away, with its lines.
    #[inline(never)]
    pub fn drop_last(&mut self) {
        if let Some(entry) = self.list.pop() {
            self.extras.truncate(entry.extras);
        }
    }

    /// Takes the lines of the entry that was begun last away.
    #[inline(never)]
    pub fn clear_extras(&mut self) {
        if let Some(entry) = self.list.last_mut() {
            self.extras.truncate(entry.extras);
            entry.count = 0;
        }
    }

    /// Ends the entry that was begun last, as readers of other loaders' files do: keeps it
    /// unless it names no kernel or another configuration has the same.
    #[inline(never)]
    pub fn settle(&mut self) -> Settled {
        let nth = self.list.len().wrapping_sub(1);
        let mut settled = Settled::NoKernel;
        if !self.list.last().is_none_or(|entry| entry.kernel.is_empty()) {
            let others = self.sources.last().map_or(0, |source| source.first);
            match (0..others).find(|other| self.are_same(*other, nth)) {
                Some(same) => settled = Settled::Same(same),
                None => return Settled::Kept(nth),
            }
        }
        self.drop_last();
        settled
    }

    /// Whether two entries start the same: the same kernel, and by the same name or with the
    /// same files and options.
    fn are_same(&self, one: usize, other: usize) -> bool {
        let (Some(first), Some(second)) = (self.list.get(one), self.list.get(other)) else {
            return false;
        };
        let is_same = |one, other| text::are_alike(one, other, text::Likeness::Exact);
        is_same(first.kernel, second.kernel)
            && is_same(first.root.name, second.root.name)
            && (!first.id.is_empty() && is_same(first.id, second.id)
                || is_same(first.cmdline, second.cmdline)
                    && is_same(first.append, second.append)
                    && self.paths(one).eq(self.paths(other)))
    }

    /// Makes the last entry its configuration's default, if that has none yet.
    pub fn make_default(&mut self) {
        let last = self.list.len().checked_sub(1);
        if let Some(source) = self.source_mut()
            && source.default.is_none()
        {
            source.default = last;
        }
    }

    /// The number of the entry of this id in the configuration that was begun last.
    #[inline(never)]
    #[must_use]
    pub fn named(&self, id: &[u8]) -> Option<usize> {
        let mut nth = self.sources.last()?.first;
        while let Some(entry) = self.list.get(nth) {
            if text::are_alike(entry.id, id, text::Likeness::Exact) {
                return Some(nth);
            }
            nth = nth.wrapping_add(1);
        }
        None
    }

    /// Remembers which disk a disk of GRUB's is.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`MAPS`] already.
    pub fn map(&mut self, drive: &'t [u8], disk: &'t [u8]) -> Result<(), Full> {
        self.maps.push((drive, disk)).map_err(|_| Full)
    }

    /// Disks of GRUB's and of Linux's, in pairs.
    #[must_use]
    pub fn maps(&self) -> &[(&'t [u8], &'t [u8])] {
        &self.maps
    }

    /// Remembers an ISO file.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`IMAGES`] already.
    pub fn add_image(&mut self, path: &'t [u8]) -> Result<(), Full> {
        self.images.push(path).map_err(|_| Full)
    }

    /// The ISO files that have been named and not read yet.
    #[must_use]
    pub fn images(&self) -> &[&'t [u8]] {
        &self.images
    }

    /// Forgets the ISO file of this number.
    pub fn drop_image(&mut self, nth: usize) {
        if nth < self.images.len() {
            let _ = self.images.remove(nth);
        }
    }

    /// Remembers a file that is to be a disk.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`LOOPS`] already.
    pub fn add_loop(&mut self, path: &'t [u8]) -> Result<(), Full> {
        self.loops.push(path).map_err(|_| Full)
    }

    /// The files that are to be disks.
    #[must_use]
    pub fn loops(&self) -> &[&'t [u8]] {
        &self.loops
    }

    /// Remembers the options of a kernel module.
    ///
    /// # Errors
    ///
    /// [`Full`] when [`OPTIONS`] modules have options already.
    pub fn set_options(&mut self, module: &'t [u8], options: &'t [u8]) -> Result<(), Full> {
        self.options.push((module, options)).map_err(|_| Full)
    }

    /// Remembers a module that is not to be inserted for a device.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`BLACKLIST`] already.
    pub fn forbid(&mut self, module: &'t [u8]) -> Result<(), Full> {
        self.blacklist.push(module).map_err(|_| Full)
    }

    /// The modules that are not to be inserted for a device.
    #[must_use]
    pub fn blacklist(&self) -> &[&'t [u8]] {
        &self.blacklist
    }

    /// Remembers a disk with modules.
    ///
    /// # Errors
    ///
    /// [`Full`] when there are [`MODULE_DISKS`] already.
    pub fn add_module_disk(&mut self, disk: Device<'t>) -> Result<(), Full> {
        self.module_disks.push(disk).map_err(|_| Full)
    }

    /// All entries.
    #[must_use]
    pub fn list(&self) -> &[Entry<'t>] {
        &self.list
    }

    /// The title of an entry; empty if there is none of this number.
    #[inline(never)]
    #[must_use]
    pub fn title(&self, nth: usize) -> &'t [u8] {
        self.list.get(nth).map_or(&[], |entry| entry.title)
    }

    /// The names of modules and their options.
    #[must_use]
    pub fn options(&self) -> &[(&'t [u8], &'t [u8])] {
        &self.options
    }

    /// The disks with modules beside the boot disk.
    #[must_use]
    pub fn module_disks(&self) -> &[Device<'t>] {
        &self.module_disks
    }

    /// The number of the entry to choose first: what the first configuration that chooses
    /// one says.
    #[must_use]
    pub fn default(&self) -> usize {
        let mut sources = self.sources.iter();
        sources.find_map(|source| source.default).unwrap_or(0)
    }

    /// The number of the entry to boot when that one cannot be: what the first configuration
    /// says that speaks of either.
    #[must_use]
    pub fn fallback(&self) -> Option<usize> {
        let mut sources = self.sources.iter();
        let source = sources.find(|source| source.default.is_some() || source.fallback.is_some());
        source?.fallback
    }

    /// The number of the entry that words name: by its number, the first being 0, or else by
    /// exactly its title.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, words: &[u8]) -> Option<usize> {
        let number = text::number(words).and_then(|nth| usize::try_from(nth).ok());
        let is_there = |nth: &usize| *nth < self.list.len();
        number.filter(is_there).or_else(|| self.titled(words))
    }

    /// The number of the first entry of exactly this title.
    #[inline(never)]
    #[must_use]
    pub fn titled(&self, title: &[u8]) -> Option<usize> {
        self.list.iter().position(|entry| entry.title == title)
    }

    /// The menu's patience: what the first configuration that says one says; at least
    /// [`PATIENCE`] where that is another loader's, which waited before a person saw this menu.
    #[must_use]
    pub fn timeout(&self) -> Option<Timeout> {
        let mut sources = self.sources.iter();
        let source = sources.find(|source| source.timeout.is_some())?;
        match source.timeout {
            Some(Timeout::Seconds(seconds)) if source.format != "native" => {
                Some(Timeout::Seconds(seconds.max(PATIENCE)))
            }
            said => said,
        }
    }

    /// The extra lines of the entry of this number.
    #[inline(never)]
    #[must_use]
    pub fn extras(&self, nth: usize) -> &[Extra<'t>] {
        let extras = self.list.get(nth).and_then(|entry| {
            let (_, from) = self.extras.split_at_checked(entry.extras)?;
            from.get(..entry.count)
        });
        extras.unwrap_or(&[])
    }

    /// Why an entry cannot be booted, as far as its own lines tell.
    #[inline(never)]
    #[must_use]
    pub fn problem(&self, nth: usize) -> Option<&'static str> {
        let entry = self.list.get(nth)?;
        if entry.broken.is_some() {
            return entry.broken;
        }
        if entry.kernel.is_empty() && entry.program.is_empty() {
            return Some("no kernel specified");
        }
        if entry.is_locked && self.password.is_empty() {
            return Some("it is locked, and there is no menu-password");
        }
        None
    }
}

impl Default for Entries<'_> {
    fn default() -> Self {
        Self::new()
    }
}
