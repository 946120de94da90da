//! Disks that are lists of files, for tests of readers and for fuzz targets.

use super::{Description, File, Kind, Reader, World, open};
use crate::entry::{ENTRIES, EXTRAS, Entries, Entry};
use crate::location::{BOOT_DISK, Device, Id, Location};
use crate::notes::{Notes, SPACE};
use crate::store::Store;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

/// A disk: its kernel name, the UUID and label of its file system, its files.
#[derive(Clone, Copy, Debug)]
pub struct Disk<'f> {
    /// The kernel's name for it; or empty for the boot disk.
    pub name: &'f str,
    /// The UUID of its file system.
    pub uuid: &'f str,
    /// The label of its file system.
    pub label: &'f str,
    /// Its files: paths with a `/` before them, and bytes.
    pub files: &'f [(&'f str, &'f [u8])],
}

impl<'f> Disk<'f> {
    /// A disk of this name, UUID and files, without a label.
    #[must_use]
    pub const fn new(name: &'f str, uuid: &'f str, files: &'f [(&'f str, &'f [u8])]) -> Self {
        Self {
            name,
            uuid,
            label: "",
            files,
        }
    }

    /// The name that messages have for a file of it.
    fn name_of(&self, path: &str) -> String {
        let between = if self.name.is_empty() { "" } else { ":" };
        [self.name, between, path].concat()
    }
}

/// Bytes as text, for what is compared and shown.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An entry's title, kernel and both parts of its command line, for [`Fake::lines`].
#[must_use]
pub fn shown(entry: &Entry<'_>, _: &[String]) -> String {
    text(&[entry.title, entry.kernel, entry.cmdline, entry.append].join(&b' '))
}

/// Has a reader read a file of this text, the only one of a disk of this name; gives what `look`
/// makes of that.
pub fn read_text<T>(
    reader: Reader,
    disk: &str,
    text: &str,
    look: impl FnOnce(&Fake<'_>) -> T,
) -> T {
    let files = [("/f", text.as_bytes())];
    let disks = [Disk::new(disk, "", &files)];
    let mut memory = std::vec![0; 4096];
    let mut fake = Fake::new(&disks, &mut memory);
    fake.give(reader, "f", "/f");
    look(&fake)
}

/// What the other configuration of [`read_any`] has.
const OTHER: &[u8] = b"/other";

/// Has a reader read the file at this path of the first disk, with another configuration before
/// it; and checks what is so whatever is in the files. That is, beside what [`Fake::check`]
/// checks: the other configuration stays as it was, every entry has a line, and what is told
/// begins with the name of a file.
///
/// # Panics
///
/// Where it is not so.
pub fn read_any(reader: Reader, disks: &[Disk<'_>], path: &str) {
    let first = disks.first();
    let name = first.map_or_else(|| path.to_string(), |disk| disk.name_of(path));
    // Enough for all, and too little for it.
    for size in [1 << 18, 512] {
        let mut memory = std::vec![0; size];
        let mut fake = Fake::new(disks, &mut memory);
        fake.give(read_other, "/other", "/");
        fake.give(reader, &name, path);

        let mut list = fake.entries.list().iter();
        assert!(list.next().is_some_and(|entry| entry.kernel == OTHER));
        assert!(list.all(|entry| entry.line > 0), "an entry without a line");
        let mut sources = fake.entries.sources().iter();
        assert!(
            sources
                .next()
                .is_some_and(|source| source.default.is_none())
        );
        assert!(sources.all(|source| source.first == 1));
        // The files' own names may be written in many ways.
        for line in fake.told() {
            assert!(!line.starts_with(':'), "{line:?}");
        }
    }
}

/// A reader that makes one entry of any file.
fn read_other<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    if open(file, b"other", 1, world, entries)
        && let Some(entry) = entries.last_mut()
    {
        entry.kernel = OTHER;
    }
}

/// A few disks, and what readers have made of their files.
pub struct Fake<'t> {
    /// What has been read.
    pub entries: Box<Entries<'t>>,
    store: Store<'t>,
    notes: Notes,
    disks: &'t [Disk<'t>],
    maps: Vec<(&'t [u8], &'t [u8])>,
}

impl<'t> Fake<'t> {
    /// These disks, and this memory.
    pub fn new(disks: &'t [Disk<'t>], memory: &'t mut [u8]) -> Self {
        Self {
            entries: Box::default(),
            store: Store::new(memory),
            notes: Notes::new(),
            disks,
            maps: Vec::new(),
        }
    }

    /// A place on the first disk; on the boot disk if there are no disks.
    #[must_use]
    pub fn at(&self, path: &'t str) -> Location<'t> {
        Location {
            device: self.disks.first().map_or(BOOT_DISK, Self::device),
            path: path.as_bytes(),
        }
    }

    /// Has a reader read the file or folder at this path of the first disk, which messages call
    /// `name`, as a configuration of its own; and checks what comes of it.
    ///
    /// # Panics
    ///
    /// See [`Fake::check`].
    pub fn give(&mut self, reader: Reader, name: &'t str, path: &'t str) {
        let at = self.at(path);
        let name = name.as_bytes();
        let file = File {
            at,
            name,
            text: self.read(&at).unwrap_or_default(),
            image: None,
        };
        let mut entries = core::mem::take(&mut self.entries);
        let has_begun = entries.begin("fake", at.device, name).is_ok();
        assert!(has_begun, "too many configurations");
        reader(&file, self, &mut entries);
        self.entries = entries;
        self.check();
    }

    /// Checks what is so whatever was read: the lists keep to their limits; every entry has a
    /// kernel and a file, and a line that is in that file; what a configuration chooses is an
    /// entry; what is told can be shown.
    ///
    /// # Panics
    ///
    /// Where it is not so.
    pub fn check(&self) {
        let list = self.entries.list();
        let extras = (0..list.len()).map(|nth| self.entries.extras(nth).len());
        assert!(list.len() <= ENTRIES && extras.sum::<usize>() <= EXTRAS);
        for entry in list {
            assert!(!entry.kernel.is_empty(), "an entry without a kernel stays");
            assert!(!entry.file.is_empty(), "{entry:?}");
            let mut named = self
                .files()
                .filter(|(name, _)| name.as_bytes() == entry.file);
            if let Some((_, text)) = named.next() {
                let lines = text.split(|byte| *byte == b'\n').count();
                assert!(entry.line as usize <= lines, "{entry:?}");
            }
        }
        for source in self.entries.sources() {
            assert!(source.first <= list.len());
            for chosen in [source.default, source.fallback] {
                assert!(chosen.is_none_or(|nth| nth < list.len()), "{source:?}");
            }
        }
        assert!(self.notes.text().len() <= SPACE);
        for line in self.notes.lines() {
            let is_drawn = line.iter().any(|byte| *byte < b' ' || *byte == 0x7f);
            assert!(!is_drawn, "{:?}", text(line));
        }
    }

    /// A line for each entry, made of it and of the paths of its files.
    pub fn lines(&self, line: impl Fn(&Entry<'t>, &[String]) -> String) -> Vec<String> {
        let list = self.entries.list().iter().enumerate();
        list.map(|(nth, entry)| {
            line(
                entry,
                &self.entries.paths(nth).map(text).collect::<Vec<_>>(),
            )
        })
        .collect()
    }

    /// What was told.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.notes.lines().map(text).collect()
    }

    /// All files, by the names that messages have for them, and their bytes.
    fn files(&self) -> impl Iterator<Item = (String, &'t [u8])> {
        self.disks.iter().flat_map(|disk| {
            let files = disk.files.iter();
            files.map(|(path, text)| (disk.name_of(path), *text))
        })
    }

    fn disk(&self, id: &Id<'_>) -> Option<&'t Disk<'t>> {
        self.disks.iter().find(|disk| match *id {
            Id::BootDisk => disk.name.is_empty(),
            Id::Name(name) => !name.is_empty() && disk.name.as_bytes() == name,
            Id::Uuid(uuid) => !uuid.is_empty() && disk.uuid.as_bytes().eq_ignore_ascii_case(uuid),
            Id::Label(label) => {
                !label.is_empty() && disk.label.as_bytes().eq_ignore_ascii_case(label)
            }
            _ => false,
        })
    }

    fn device(disk: &'t Disk<'t>) -> Device<'t> {
        Device::parse(disk.name.as_bytes()).unwrap_or(BOOT_DISK)
    }

    /// The path with one `/` before it and none behind it.
    fn path(path: &[u8]) -> String {
        let text = String::from_utf8_lossy(path);
        let parts = text
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        parts.fold(String::new(), |path, part| path + "/" + part)
    }
}

impl<'t> World<'t> for Fake<'t> {
    fn store(&self) -> &Store<'t> {
        &self.store
    }

    fn notes(&mut self) -> &mut Notes {
        &mut self.notes
    }

    fn look(&mut self, at: &Location<'_>) -> Option<Kind> {
        let path = Self::path(at.path);
        let disk = self.disk(&at.device.id)?;
        if let Some((_, bytes)) = disk.files.iter().find(|(name, _)| *name == path) {
            return Some(Kind::File(bytes.len() as u64));
        }
        let folder = path + "/";
        let mut files = disk.files.iter();
        let is_folder = files.any(|(name, _)| name.starts_with(&folder));
        is_folder.then_some(Kind::Folder)
    }

    fn changed(&mut self, at: &Location<'_>) -> Option<u64> {
        self.look(at).map(|_| 0)
    }

    fn read(&mut self, at: &Location<'_>) -> Option<&'t [u8]> {
        let path = Self::path(at.path);
        let disk = self.disk(&at.device.id)?;
        let (_, bytes) = disk.files.iter().find(|(name, _)| *name == path)?;
        Some(bytes)
    }

    /// What begins with `MZ` is a unified image, and the rest of it is its os-release; what
    /// begins with `K` is another kernel.
    fn image(&mut self, at: &Location<'_>) -> Option<&'t [u8]> {
        match self.read(at)? {
            [b'M', b'Z', rest @ ..] => Some(rest),
            [b'K', ..] => Some(b""),
            _ => None,
        }
    }

    fn names(&mut self, folder: &Location<'_>) -> &'t [u8] {
        let path = Self::path(folder.path) + "/";
        let Some(disk) = self.disk(&folder.device.id) else {
            return &[];
        };
        let mut names: Vec<String> = Vec::new();
        for (name, _) in disk.files {
            if let Some(rest) = name.strip_prefix(&path) {
                let name = rest.split('/').next().unwrap_or(rest).to_string() + "/";
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        self.store.join(&[names.concat().as_bytes()])
    }

    fn find(&mut self, id: &Id<'_>) -> Option<Device<'t>> {
        self.disk(id).map(Self::device)
    }

    fn are_one(&self, one: &Id<'_>, other: &Id<'_>) -> bool {
        let disks = [one, other].map(|id| self.disk(id).map(|disk| disk.name));
        disks[0].is_some() && disks[0] == disks[1]
    }

    fn find_file(&mut self, path: &[u8]) -> Option<Device<'t>> {
        let path = Self::path(path);
        let mut disks = self.disks.iter();
        let disk = disks.find(|disk| disk.files.iter().any(|(name, _)| *name == path))?;
        Some(Self::device(disk))
    }

    /// `hd0` is `sda`, and so on, unless there is a map.
    fn drive(&mut self, _: &Device<'_>, drive: &[u8], partition: u32) -> Option<Device<'t>> {
        for (from, to) in self.maps.clone() {
            if let Some(disk) = to.strip_prefix(b"/dev/").filter(|_| from == drive) {
                let disk = String::from_utf8_lossy(disk);
                let found = self.find(&Id::Name(std::format!("{disk}{partition}").as_bytes()));
                if found.is_some() {
                    return found;
                }
            }
        }
        let nth = drive.strip_prefix(b"hd")?;
        let [digit @ b'0'..=b'9'] = nth else {
            return None;
        };
        let letter = char::from(digit.wrapping_sub(b'0').wrapping_add(b'a'));
        let name = match partition {
            0 => std::format!("sd{letter}"),
            number => std::format!("sd{letter}{number}"),
        };
        self.find(&Id::Name(name.as_bytes()))
    }

    fn map(&mut self, drive: &'t [u8], disk: &'t [u8]) {
        self.maps.push((drive, disk));
    }

    /// An image is a disk whose name is its path.
    fn attach(&mut self, image: &Location<'_>) -> Option<Device<'t>> {
        self.find(&Id::Name(image.path))
    }

    fn describe(&mut self, device: &Device<'_>) -> Option<Description<'t>> {
        let disk = self.disk(&device.id)?;
        Some([b"ext", disk.uuid.as_bytes(), disk.label.as_bytes()])
    }

    fn is_64_bit(&self) -> bool {
        true
    }
}
