//! What can be booted: entries, in no format's terms.
//!
//! Every reader of a configuration adds entries here, the menu shows them, boot spends
//! them. All text is borrowed from what was read; nothing is copied. Capacities are in the
//! types, and a list that is full says so.

use crate::location::{BOOT_DISK, Device, Location};
use crate::text;
use heapless::Vec;

/// How many entries are kept.
pub const ENTRIES: usize = 256;
/// How many ramdisks, mounts and modules all entries may have together.
pub const EXTRAS: usize = 1024;
/// How many modules may have options.
pub const OPTIONS: usize = 64;
/// How many disks with modules there may be beside the boot disk.
pub const MODULE_DISKS: usize = 8;

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
pub struct Entry<'t> {
    /// What the menu shows.
    pub title: &'t [u8],
    /// The disk of paths that name none.
    pub root: Device<'t>,
    /// The kernel's path.
    pub kernel: &'t [u8],
    /// The first part of the kernel's command line.
    pub cmdline: &'t [u8],
    /// The second part of it.
    pub append: &'t [u8],
    /// Whether the video card is to be reset before the kernel starts.
    pub reset_vga: bool,
    /// What makes it impossible to boot, as its reader found.
    pub broken: Option<&'static str>,
    /// The line of its title.
    pub line: u32,
    /// Where its extras begin.
    extras: usize,
    /// How many it has.
    count: usize,
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

/// All that configurations say.
pub struct Entries<'t> {
    list: Vec<Entry<'t>, ENTRIES>,
    extras: Vec<Extra<'t>, EXTRAS>,
    options: Vec<(&'t [u8], &'t [u8]), OPTIONS>,
    module_disks: Vec<Device<'t>, MODULE_DISKS>,
    default: Option<usize>,
    /// The menu's patience, where it was said.
    pub timeout: Option<Timeout>,
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
            default: None,
            timeout: None,
        }
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
            root: BOOT_DISK,
            kernel: &[],
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
    pub fn last_mut(&mut self) -> Option<&mut Entry<'t>> {
        self.list.last_mut()
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

    /// Makes the last entry the default, if there is none yet.
    pub fn make_default(&mut self) {
        if self.default.is_none() {
            self.default = self.list.len().checked_sub(1);
        }
    }

    /// Remembers the options of a kernel module.
    ///
    /// # Errors
    ///
    /// [`Full`] when [`OPTIONS`] modules have options already.
    pub fn set_options(&mut self, module: &'t [u8], options: &'t [u8]) -> Result<(), Full> {
        self.options.push((module, options)).map_err(|_| Full)
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

    /// The number of the entry to choose first.
    #[must_use]
    pub fn default(&self) -> usize {
        self.default.unwrap_or(0)
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
        Paths {
            kernel: self.list.get(nth).map(|entry| entry.kernel),
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
        if entry.kernel.is_empty() {
            return Some("no kernel specified");
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
    use crate::location::{Device, Id};

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
    }
}
