//! The Boot Loader Specification's entries, and unified kernel images.
//!
//! Given `/loader/` or `/EFI/Linux/`, adds an entry for each `entries/*.conf` of the first
//! (type 1) and each `*.efi` of the second (type 2), in the specification's order, and reads
//! `loader.conf`. GRUB's `blscfg` has the type 1 entries of a folder read in GRUB's order by
//! [`read_entries`]. Nothing is counted down or written, and no EFI program is started that
//! is no kernel.
//!
//! Sources: UAPI.1 "Boot Loader Specification"; loader.conf(5) and systemd-boot(7) for what it
//! leaves open; the `blscfg` command of Fedora's GRUB.

mod loader;
mod snippet;
#[cfg(test)]
mod tests;

use super::{File, World, add, join, leave_out, name_of, open, sort, take_option};
use crate::entry::{Entries, Extra, Settled};
use crate::location::Location;
use crate::text::{Likeness, Lines, are_alike, cut, cut_word, matches, place_of};
use heapless::Vec;
use loader::Loader;
use snippet::{ARCHITECTURE, FILE, ID, KERNEL, Snippet, TEXT, TITLE, VERSION};

/// How many entries of a folder are sorted.
pub const SNIPPETS: usize = 128;

/// Replaces the variables in a value.
pub type Expand<'x, 't> = dyn FnMut(&'t [u8], &mut dyn World<'t>) -> &'t [u8] + 'x;

/// Is told what has become of each entry, in their order: its title, its id, and that.
pub type Each<'x, 't> = dyn FnMut(&'t [u8], &'t [u8], Settled) + 'x;

/// The files of a folder.
type List<'t> = Vec<Snippet<'t>, SNIPPETS>;

/// Reads a folder `loader/`, and the unified kernel images on its disk; or those alone.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    let mut list = List::new();
    let mut reader = Reader {
        file: *file,
        expand: None,
        world,
        entries,
    };
    let folder = file.at.path;
    reader.gather(&mut list, join(folder, b"entries/", reader.world), false);
    reader.gather(&mut list, b"/EFI/Linux/", true);
    sort(&mut list, Snippet::compare);
    reader.file.at.path = join(folder, b"loader.conf", reader.world);
    let loader = Loader::read(reader.world.read(&reader.file.at).unwrap_or_default());
    let mut default = None;
    reader.add_all(&list, &mut |_, id, settled| {
        if let Some(nth) = settled.number()
            && default.is_none()
            && matches(loader.pattern, id)
        {
            default = Some(nth);
        }
    });
    if let Some(source) = entries.source_mut() {
        source.default = default;
        source.timeout = loader.timeout;
    }
}

/// Adds the type 1 entries of a folder to the configuration that was begun last, as GRUB's
/// `blscfg` does: sorted by the names of their files alone, newest first, with titles as they
/// are.
///
/// `folder` is the one with the `*.conf` files, a `/` at its end; the paths in them are on its
/// disk. `expand` is given each value of `options`, `initrd` and `linux` and replaces the
/// variables in it; words that begin with `$` all the same are left out. `each` is told of
/// every entry of GRUB's menu in order: its title, its id (the name of its file without
/// `.conf`), and what became of it. What cannot be booted here is [`Settled::NoKernel`], and a
/// message says why.
pub fn read_entries<'t>(
    folder: &Location<'t>,
    expand: &mut Expand<'_, 't>,
    world: &mut dyn World<'t>,
    entries: &mut Entries<'t>,
    each: &mut Each<'_, 't>,
) {
    let mut list = List::new();
    let mut reader = Reader {
        file: File {
            at: *folder,
            name: b"",
            text: b"",
            image: None,
        },
        expand: Some(expand),
        world,
        entries,
    };
    reader.gather(&mut list, folder.path, false);
    sort(&mut list, Snippet::compare);
    reader.add_all(&list, each);
}

/// Makes entries of files.
#[repr(C)] // What is near the front takes less code to reach.
struct Reader<'a, 'x, 't> {
    world: &'a mut dyn World<'t>,
    entries: &'a mut Entries<'t>,
    /// What replaces variables, where GRUB reads them.
    expand: Option<&'a mut Expand<'x, 't>>,
    /// The file that is read, and a path on its disk that is about to be looked at.
    file: File<'t>,
}

impl<'t> Reader<'_, '_, 't> {
    /// Reads the files in a folder.
    #[inline(never)]
    fn gather(&mut self, list: &mut List<'t>, folder: &'t [u8], are_images: bool) {
        let at = &mut self.file.at;
        at.path = folder;
        let mut names = self.world.names(at);
        let suffix: &[u8] = if are_images { b".efi" } else { b".conf" };
        while !names.is_empty() {
            let name = cut(&mut names, b'/');
            let Some(stem) = name.strip_suffix(suffix) else {
                continue;
            };
            at.path = join(folder, name, self.world);
            let text = if are_images {
                self.world.image(at)
            } else {
                self.world.read(at)
            };
            let Some(text) = text else { continue };
            if list.push(Snippet::NONE).is_err() {
                const { assert!(SNIPPETS == 128) };
                let sentence = "%: there are more than 128 entries, the rest is not read";
                self.world.notes().say(sentence, &[folder]);
                return;
            }
            let Some(snippet) = list.last_mut() else {
                return;
            };
            snippet.values[ID] = stem;
            snippet.values[FILE] = at.path;
            snippet.values[TEXT] = text;
            snippet.read(are_images);
            if self.expand.is_none() {
                snippet.rank();
            }
            if are_images {
                snippet.values[KERNEL] = at.path;
                snippet.values[ID] = join(snippet.values[ID], suffix, self.world);
            }
            if snippet.values[TITLE].is_empty() {
                snippet.values[TITLE] = snippet.values[ID];
            }
        }
    }

    /// Adds all entries.
    #[inline(never)]
    fn add_all(&mut self, list: &List<'t>, each: &mut Each<'_, 't>) {
        for snippet in list {
            let title = match self.expand {
                None => self.title(snippet, list),
                Some(_) => snippet.values[TITLE],
            };
            let settled = self.add(snippet, title);
            each(snippet.values[TITLE], snippet.values[ID], settled);
        }
    }

    /// The title of an entry: where others have the same, with its version or, if one has that
    /// too, its id.
    fn title(&self, snippet: &Snippet<'t>, list: &List<'t>) -> &'t [u8] {
        let values = &snippet.values;
        let title = values[TITLE];
        let mut key = TITLE;
        for other in list {
            if are_alike(other.values[TITLE], title, Likeness::Exact)
                && !core::ptr::eq(other, snippet)
            {
                let is_version = are_alike(other.values[VERSION], values[VERSION], Likeness::Exact);
                key = key.max(if is_version { ID } else { VERSION });
            }
        }
        match values.get(key) {
            Some([]) => title,
            Some(value) if key > TITLE => {
                let parts: [&[u8]; 4] = [title, b" (", value, b")"];
                self.world.store().join(&parts)
            }
            _ => title,
        }
    }

    /// Adds an entry, or tells why it is left out.
    fn add(&mut self, snippet: &Snippet<'t>, title: &'t [u8]) -> Settled {
        let values = &snippet.values;
        let (id, mut kernel) = (values[ID], values[KERNEL]);
        let what = values[ARCHITECTURE];
        let most = if self.world.is_64_bit() { 2 } else { 1 };
        let place = place_of(what, b"ia32 x64", Likeness::Case);
        let mut why: [&[u8]; 3] = [b""; 3];
        if !what.is_empty() && place.is_none_or(|place| place >= most) {
            why = [b"it is for another processor, ", what, b""];
        } else if kernel.is_empty() {
            why[0] = b"it names no kernel";
        } else {
            kernel = self.expand(kernel);
            kernel = self.find(kernel);
            if snippet.is_efi && self.world.image(&self.file.at).is_none() {
                why = [b"this build cannot start ", kernel, b""];
            }
        }
        let path = values[FILE];
        let at = Location {
            path,
            ..self.file.at
        };
        self.file.name = name_of(&at, self.world.store());
        let line = snippet.line;
        if !open(&self.file, title, line, self.world, self.entries) {
            return Settled::NoKernel;
        }
        if !why[0].is_empty() {
            leave_out(&why, self.world, self.entries);
            kernel = b"";
        }
        if let Some(entry) = self.entries.last_mut() {
            entry.id = id;
            entry.kernel = kernel;
        }
        let is_known = self.fill(values[TEXT]);
        let settled = self.entries.settle();
        // GRUB, which may have read it before, knows the values of variables.
        if is_known || !matches!(settled, Settled::Kept(_)) {
            return settled;
        }
        let why = [b"its options are in a file of GRUB's", &b""[..], b""];
        leave_out(&why, self.world, self.entries);
        self.entries.drop_last();
        Settled::NoKernel
    }

    /// Reads what an entry may have several of, options and ramdisks. Says whether all options
    /// are known: where they are nothing but variables they are not.
    #[inline(never)]
    fn fill(&mut self, text: &'t [u8]) -> bool {
        let mut lines = Lines::new(text);
        let mut cmdline: &[u8] = b"";
        let mut has_options = false;
        while lines.advance() {
            let nth = place_of(lines.line.word, b"options initrd", Likeness::Exact);
            if nth.is_none() || lines.line.value.is_empty() {
                continue;
            }
            let mut value = self.expand(lines.line.value);
            if nth == Some(0) {
                has_options = true;
                cmdline = self.world.store().words(cmdline, value);
                continue;
            }
            while !value.is_empty() {
                let path = self.find(cut_word(&mut value));
                add(Extra::Initrd(path), self.entries);
            }
        }
        if let Some(entry) = self.entries.last_mut() {
            entry.cmdline = cmdline;
        }
        !has_options || !cmdline.is_empty() || self.expand.is_some()
    }

    /// A value with its variables replaced. Where GRUB does not read it there are none, and
    /// words that are variables are left out: distributions put them where they may be empty.
    #[inline(never)]
    fn expand(&mut self, value: &'t [u8]) -> &'t [u8] {
        let mut words = value;
        if let Some(expand) = &mut self.expand {
            words = expand(value, self.world);
        }
        while take_option(&mut words, b"$", self.world).is_some() {}
        words
    }

    /// The path of a file by a path that may be meant for a disk that is `/boot`, or for one
    /// that has a folder `/boot`, whichever this is.
    #[inline(never)]
    fn find(&mut self, path: &'t [u8]) -> &'t [u8] {
        let mut below = path.strip_prefix(b"/").unwrap_or(path);
        let rest = below.strip_prefix(b"boot/");
        let mut is_boot = rest.is_some();
        below = rest.unwrap_or(below);
        // Where neither is there, it stays what it was.
        for _ in 0..3 {
            let folder: &[u8] = if is_boot { b"/boot/" } else { b"/" };
            self.file.at.path = join(folder, below, self.world);
            if self.world.look(&self.file.at).is_some() {
                break;
            }
            is_boot = !is_boot;
        }
        self.file.at.path
    }
}
