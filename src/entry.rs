//! What can be booted: entries, in no format's terms.
//!
//! Every reader of a configuration adds entries here, the menu shows them, boot spends
//! them. All text is borrowed from what was read; nothing is copied. Capacities are in the
//! types, and a list that is full says so.

use crate::fallback::OnError;
use crate::location::{BOOT_DISK, Device, Location};
use crate::menu::Colors;
use crate::text;
use heapless::Vec;

/// How many entries are kept.
pub const ENTRIES: usize = 256;
/// How many ramdisks, mounts and modules all entries may have together.
pub const EXTRAS: usize = 1024;
/// How many modules may have options.
pub const OPTIONS: usize = 64;
/// How many modules may be on the blacklist.
pub const BLACKLIST: usize = 64;
/// How many disks with modules there may be beside the boot disk.
pub const MODULE_DISKS: usize = 8;
/// How many configurations are kept apart.
pub const SOURCES: usize = 64;
/// How many ISO files our own configuration may name.
pub const IMAGES: usize = 16;
/// How many files may be disks by our own configuration.
pub const LOOPS: usize = 8;
/// How many disks of GRUB's may be named.
pub const MAPS: usize = 16;
/// How long the menu waits at least, in seconds, where another loader's file says how long.
const PATIENCE: u32 = 5;

/// How long the menu waits before it boots the default entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// For ever.
    Off,
    /// This many seconds; none at all for 0.
    Seconds(u32),
}

impl Timeout {
    /// Reads `off` or a number of seconds; a negative number is `off`, as it was of old.
    #[must_use]
    pub fn parse(words: &[u8]) -> Option<Self> {
        if text::same(words, b"off") {
            return Some(Self::Off);
        }
        Self::parse_number(words)
    }

    /// Reads a number of seconds; a negative number is `off`.
    #[inline(never)]
    #[must_use]
    pub(crate) fn parse_number(words: &[u8]) -> Option<Self> {
        let digits = words.strip_prefix(b"-").unwrap_or(words);
        let seconds = u32::try_from(text::number(digits)?).ok()?;
        let is_negative = digits.len() < words.len();
        Some(if is_negative {
            Self::Off
        } else {
            Self::Seconds(seconds)
        })
    }
}

/// One thing to boot. Empty slices are what was not said.
#[derive(Clone, Copy, Debug)]
#[repr(C)] // What is near the front takes less code to reach.
pub struct Entry<'t> {
    /// What the menu shows.
    pub title: &'t [u8],
    /// The kernel's path.
    pub kernel: &'t [u8],
    /// A program of the initramfs and its arguments, in the place of a kernel; or empty.
    pub program: &'t [u8],
    /// The first part of the kernel's command line.
    pub cmdline: &'t [u8],
    /// The second part of it.
    pub append: &'t [u8],
    /// The file that it is from, by the name that messages have for it.
    pub file: &'t [u8],
    /// The line of its title there; 0 where it is from no line.
    pub line: u32,
    /// What its own loader calls it, beside its title; or empty.
    pub id: &'t [u8],
    /// The titles of the submenus that it is in, `>` between them; or empty.
    pub submenu: &'t [u8],
    /// The key that chooses it; 0 if none does.
    pub hotkey: u8,
    /// Where its extras begin.
    extras: usize,
    /// How many it has.
    count: usize,
    /// The disk of paths that name none.
    pub root: Device<'t>,
    /// What makes it impossible to boot, as its reader found.
    pub broken: Option<&'static str>,
    /// Whether it is for those who know the password.
    pub is_locked: bool,
    /// Whether the program replaces the loader.
    pub is_exec: bool,
    /// Whether the video card is to be reset before the kernel starts.
    pub reset_vga: bool,
}

/// A line of an entry of which there may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra<'t> {
    /// A ramdisk's path.
    Initrd(&'t [u8]),
    /// A Multiboot module's path and arguments.
    Module(&'t [u8]),
    /// The words for a disk, and a folder: paths below it are on that disk.
    Mount(&'t [u8], &'t [u8]),
}

/// A list that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What an entry that was begun has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It stays; its number.
    Kept(usize),
    /// Another configuration has the same, of this number: it was dropped.
    Same(usize),
    /// It names no kernel, and was dropped.
    NoKernel,
}

impl Settled {
    /// The number of the entry that it is in the menu, if there is one.
    #[must_use]
    pub fn number(self) -> Option<usize> {
        match self {
            Self::Kept(nth) | Self::Same(nth) => Some(nth),
            Self::NoKernel => None,
        }
    }
}

/// A configuration that was read: a file, or a folder of files.
#[derive(Clone, Copy, Debug)]
pub struct Source<'t> {
    /// The name of its format.
    pub format: &'static str,
    /// The disk that it is on.
    pub disk: Device<'t>,
    /// The file, by the name that messages have for it.
    pub file: &'t [u8],
    /// The number of its first entry; those before the next source's are its own.
    pub first: usize,
    /// The number of the entry that it chooses.
    pub default: Option<usize>,
    /// The number of the entry that is to be booted when that one cannot be.
    pub fallback: Option<usize>,
    /// How long its menu waits.
    pub timeout: Option<Timeout>,
}

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

    /// The paths of an entry's kernel, and of its ramdisks and modules.
    #[must_use]
    pub fn paths(&self, nth: usize) -> Paths<'_, 't> {
        let entry = self.list.get(nth);
        let entry = entry.filter(|entry| entry.program.is_empty());
        Paths {
            kernel: entry.map(|entry| entry.kernel),
            rest: self.extras(nth).iter(),
        }
    }

    /// Where a path of an entry is: on the disk it names, else on the one mounted above it,
    /// else on the entry's root.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, as words to follow its name.
    #[inline(never)]
    pub fn locate(&self, nth: usize, path: &'t [u8]) -> Result<Location<'t>, &'static str> {
        let root = self.list.get(nth).map_or(&BOOT_DISK, |entry| &entry.root);
        let mut found = Location::parse(path, root);
        if let Ok(at) = &mut found
            && !matches!(path, [b'(', ..])
        {
            for extra in self.extras(nth) {
                if let Extra::Mount(disk, folder) = extra
                    && let Some(rest) = below(path, folder)
                    && rest.len() <= at.path.len()
                    && at.device.read(disk)
                {
                    at.path = rest;
                }
            }
        }
        found
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

/// The paths of an entry's files.
#[derive(Clone, Debug)]
pub struct Paths<'e, 't> {
    kernel: Option<&'t [u8]>,
    rest: core::slice::Iter<'e, Extra<'t>>,
}

impl<'t> Iterator for Paths<'_, 't> {
    type Item = &'t [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'t [u8]> {
        if self.kernel.is_some() {
            return self.kernel.take();
        }
        loop {
            if let Some(path) = self.rest.next()?.path() {
                return Some(path);
            }
        }
    }
}

impl<'t> Extra<'t> {
    /// The path of the file that it names, if it names one.
    #[must_use]
    pub fn path(&self) -> Option<&'t [u8]> {
        match *self {
            Self::Initrd(path) => Some(path),
            Self::Module(words) => Some(text::split_word(words).0),
            Self::Mount(..) => None,
        }
    }
}

impl Default for Entries<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// What of `path` is below `folder`, if it is: whole names only, so `/bootx` is not in
/// `/boot`.
#[inline(never)]
fn below<'t>(path: &'t [u8], folder: &[u8]) -> Option<&'t [u8]> {
    let mut folder = without_slash(folder);
    if let [before @ .., b'/'] = folder {
        folder = before;
    }
    let (above, rest) = without_slash(path).split_at_checked(folder.len())?;
    let is_below = matches!(rest, [b'/', ..]) || folder.is_empty();
    (is_below && above == folder).then_some(rest)
}

/// `path` without the `/` it may begin with.
fn without_slash(path: &[u8]) -> &[u8] {
    match path {
        [b'/', rest @ ..] => rest,
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use super::{ENTRIES, EXTRAS, Entries, Extra, Full, Timeout};
    use crate::location::{BOOT_DISK, Device, Id};

    #[test]
    fn timeouts() {
        for (words, want) in [
            ("0", Some(Timeout::Seconds(0))),
            ("30", Some(Timeout::Seconds(30))),
            ("off", Some(Timeout::Off)),
            ("OFF", Some(Timeout::Off)),
            ("-1", Some(Timeout::Off)),
            ("", None),
            ("abc", None),
            ("5s", None),
            ("4294967296", None),
            ("-4294967296", None),
            ("-", None),
        ] {
            assert_eq!(Timeout::parse(words.as_bytes()), want, "{words:?}");
        }
    }

    #[test]
    fn patience() {
        let seconds = |seconds| Some(Timeout::Seconds(seconds));
        for (ours, theirs, want) in [
            (None, None, None),
            (None, Some(Timeout::Off), Some(Timeout::Off)),
            (None, seconds(0), seconds(5)),
            (None, seconds(4), seconds(5)),
            (None, seconds(6), seconds(6)),
            (seconds(0), seconds(9), seconds(0)),
            (Some(Timeout::Off), seconds(9), Some(Timeout::Off)),
        ] {
            let mut entries = Entries::new();
            for (format, timeout) in [("native", ours), ("grub2", theirs)] {
                entries.begin(format, BOOT_DISK, b"f").unwrap();
                entries.open(b"a", 1).unwrap();
                entries.source_mut().unwrap().timeout = timeout;
            }
            assert_eq!(entries.timeout(), want, "{ours:?} {theirs:?}");
        }
    }

    #[test]
    fn fallbacks() {
        for (first, second, want) in [
            ([None, None], [None, None], None),
            ([None, None], [Some(1), Some(0)], Some(0)),
            ([None, Some(1)], [Some(1), Some(0)], Some(1)),
            ([Some(0), None], [Some(1), Some(0)], None),
            ([Some(0), Some(1)], [None, None], Some(1)),
        ] {
            let mut entries = Entries::new();
            for [default, fallback] in [first, second] {
                entries.begin("grub2", BOOT_DISK, b"f").unwrap();
                entries.open(b"a", 1).unwrap();
                let source = entries.source_mut().unwrap();
                (source.default, source.fallback) = (default, fallback);
            }
            assert_eq!(entries.fallback(), want, "{first:?} {second:?}");
        }
    }

    #[test]
    fn words_name_entries() {
        let mut entries = Entries::new();
        for title in ["a", "b c", "0", "7"] {
            entries.open(title.as_bytes(), 1).unwrap();
        }
        for (words, want) in [
            ("0", Some(0)),
            ("3", Some(3)),
            ("b c", Some(1)),
            ("7", Some(3)),
            ("4", None),
            ("B c", None),
            ("b", None),
            ("-1", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(entries.find(words.as_bytes()), want, "{words:?}");
        }
    }

    #[test]
    fn extras_belong_to_their_entry() {
        let mut entries = Entries::new();
        entries.open(b"one", 1).unwrap();
        entries.add(Extra::Initrd(b"/a")).unwrap();
        entries.open(b"two", 2).unwrap();
        entries.open(b"three", 3).unwrap();
        entries.add(Extra::Initrd(b"/b")).unwrap();
        entries.add(Extra::Module(b"/m")).unwrap();
        entries.add(Extra::Initrd(b"/c")).unwrap();
        let files = |nth| entries.paths(nth).skip(1).collect::<Vec<_>>();
        assert_eq!(files(0), [b"/a"]);
        assert!(files(1).is_empty());
        assert_eq!(files(2), [b"/b", b"/m", b"/c"]);
        assert!(files(3).is_empty());
    }

    #[test]
    fn paths_are_found_below_mounts() {
        let device = |words: &'static str| Device::parse(words.as_bytes()).unwrap();
        let mut entries = Entries::new();
        entries.open(b"x", 1).unwrap();
        entries.last_mut().unwrap().root = device("sda1");
        for (disk, folder) in [("sda2", "/boot"), ("sda3", "boot/efi/"), ("sda4", "/usr")] {
            let mount = Extra::Mount(disk.as_bytes(), folder.as_bytes());
            entries.add(mount).unwrap();
        }
        for (path, disk, rest) in [
            ("/vmlinuz", "sda1", "/vmlinuz"),
            ("/boot/vmlinuz", "sda2", "/vmlinuz"),
            ("boot/vmlinuz", "sda2", "/vmlinuz"),
            ("/boot/efi/x", "sda3", "/x"),
            ("/bootx/y", "sda1", "/bootx/y"),
            ("(sdb1)/boot/x", "sdb1", "/boot/x"),
        ] {
            let at = entries.locate(0, path.as_bytes()).unwrap();
            assert_eq!(at.device.id, Id::Name(disk.as_bytes()), "{path:?}");
            assert_eq!(at.path, rest.as_bytes(), "{path:?}");
        }
    }

    #[test]
    fn full_lists_say_so() {
        let mut entries = Entries::new();
        for _ in 0..ENTRIES {
            entries.open(b"x", 1).unwrap();
        }
        assert_eq!(entries.open(b"x", 1), Err(Full));
        for _ in 0..EXTRAS {
            entries.add(Extra::Initrd(b"x")).unwrap();
        }
        assert_eq!(entries.add(Extra::Initrd(b"x")), Err(Full));
        assert_eq!(entries.list().len(), ENTRIES);
    }

    #[test]
    fn problems() {
        let mut entries = Entries::new();
        entries.open(b"no kernel", 1).unwrap();
        assert!(entries.problem(0).is_some());
        entries.open(b"fine", 2).unwrap();
        entries.last_mut().unwrap().kernel = b"/k";
        assert_eq!(entries.problem(1), None);
        entries.add(Extra::Module(b"/m")).unwrap();
        assert_eq!(entries.problem(1), None, "its kernel may take modules");
        entries.open(b"a program", 3).unwrap();
        entries.last_mut().unwrap().program = b"/bin/sh";
        assert_eq!(entries.problem(2), None);
        assert_eq!(entries.paths(2).count(), 0);
        entries.last_mut().unwrap().is_locked = true;
        assert!(entries.problem(2).is_some(), "nobody can open it");
        entries.password = b"a hash";
        assert_eq!(entries.problem(2), None);
    }
}
