//! The order in which modules go in.
//!
//! Given paths, needs and what became of each attempt, gives the next module to insert:
//! in the order of paths, but none before what it needs; those that lacked a symbol again
//! when others have gone in.

use super::same;
use crate::text::{cut, part};
use heapless::Vec;

/// How many modules are kept.
pub const MODULES: usize = 256;

/// What became of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not tried yet, or to be tried again.
    Waiting,
    /// The kernel missed a symbol: to be tried again when others are in.
    Lacking,
    /// In the kernel.
    Loaded,
    /// Refused.
    Failed,
}

/// Where a module lies in an archive, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the archive's beginning.
    pub offset: u32,
    /// Its size.
    pub size: u32,
}

/// A module file that was found.
#[derive(Debug)]
pub struct Module<'t> {
    /// Its path below the folder; of one in an archive, the archive's, a `/` and its own name.
    pub path: &'t [u8],
    /// Where it lies in an archive, if it does.
    pub place: Option<Place>,
    /// Its name.
    pub name: &'t [u8],
    /// The names of the modules it needs, with commas between; empty also when unknown.
    pub depends: &'t [u8],
    /// What became of it.
    pub state: State,
}

impl<'t> Module<'t> {
    /// The path of the file to open: the module's own, or the archive's.
    #[inline(never)]
    #[must_use]
    pub fn file(&self) -> &'t [u8] {
        let mut end = self.path.len();
        if self.place.is_some() {
            end = self
                .path
                .iter()
                .rposition(|byte| *byte == b'/')
                .unwrap_or(0);
        }
        part(self.path, 0, end)
    }

    /// Whether the kernel has to decompress it.
    #[inline(never)]
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        !matches!(self.path, [.., b'o' | b'O'])
    }
}

/// Memory that is used up from its front.
pub struct Memory<'t> {
    rest: &'t mut [u8],
}

impl<'t> Memory<'t> {
    /// All of it.
    #[must_use]
    pub const fn new(rest: &'t mut [u8]) -> Self {
        Self { rest }
    }

    /// The next `size` bytes, or what there is.
    #[inline(never)]
    pub fn take(&mut self, size: usize) -> &'t mut [u8] {
        let all = core::mem::take(&mut self.rest);
        let size = size.min(all.len());
        let (taken, rest) = all.split_at_mut_checked(size).unwrap_or_default();
        self.rest = rest;
        taken
    }
}

/// The modules of a folder, and which of them goes in next.
#[repr(C)]
pub struct Plan<'t> {
    /// Memory for paths and names.
    text: Memory<'t>,
    /// How many were in when those that lacked a symbol were last tried again.
    loaded: usize,
    /// Whether they go in as they were added, where need leaves a choice; else by their paths.
    pub is_in_order: bool,
    pub(super) list: Vec<Module<'t>, MODULES>,
}

impl<'t> Plan<'t> {
    /// No modules yet; what is added is kept in `text`.
    #[must_use]
    pub const fn new(text: Memory<'t>) -> Self {
        Self {
            list: Vec::new(),
            text,
            loaded: 0,
            is_in_order: false,
        }
    }

    /// Adds the module of this name in the file at `path`, or in its place in an archive, with
    /// the names of those it needs; says whether there was room.
    #[inline(never)]
    pub fn add(&mut self, path: &[u8], place: Option<Place>, name: &[u8], depends: &[u8]) -> bool {
        let size = path.len().wrapping_add(name.len());
        if size.wrapping_add(depends.len()) > self.text.rest.len() {
            return false;
        }
        let module = Module {
            path: self.keep(path),
            place,
            name: self.keep(name),
            depends: self.keep(depends),
            state: State::Waiting,
        };
        self.list.push(module).is_ok()
    }

    /// Whether there is a file of a module of this name.
    #[cfg(feature = "auto")]
    #[must_use]
    pub fn has_file(&self, name: &[u8]) -> bool {
        let is_it = |module: &Module<'_>| !module.path.is_empty() && same(module.name, name);
        self.list.iter().any(is_it)
    }

    /// Copies bytes into the memory for them, which has room.
    #[inline(never)]
    fn keep(&mut self, bytes: &[u8]) -> &'t [u8] {
        let place = self.text.take(bytes.len());
        for (to, from) in place.iter_mut().zip(bytes) {
            *to = *from;
        }
        place
    }

    /// The module to insert now, whose state is to be set then; `None` when all is done
    /// that can be.
    #[inline(never)]
    pub fn next_waiting(&mut self) -> Option<&mut Module<'t>> {
        let mut nth = self.first(State::Waiting, true);
        if nth.is_none() {
            // A circle of needs leaves none that is ready: then the kernel may judge.
            nth = self.first(State::Waiting, false);
        }
        if nth.is_none() && self.retry() {
            nth = self.first(State::Waiting, true);
        }
        self.list.get_mut(nth?)
    }

    /// Has those that lacked a symbol wait again, if others have gone in since; says so.
    fn retry(&mut self) -> bool {
        let is_in = |module: &&Module<'_>| module.state == State::Loaded;
        let before = self.loaded;
        self.loaded = self.list.iter().filter(is_in).count();
        if self.loaded == before {
            return false;
        }
        for module in &mut self.list {
            if module.state == State::Lacking {
                module.state = State::Waiting;
            }
        }
        true
    }

    /// A module that lacks a symbol, and the first that it needs and that is not known to
    /// be in the kernel, or nothing. Each is given once.
    #[inline(never)]
    pub fn next_lacking(&mut self) -> Option<(&'t [u8], &'t [u8])> {
        let nth = self.first(State::Lacking, false)?;
        let module = self.list.get(nth)?;
        let found = (module.name, self.needed(module, State::Loaded, false));
        self.list.get_mut(nth)?.state = State::Failed;
        Some(found)
    }

    /// The first module of a state in the order of paths, whatever order the folder has;
    /// if asked, the first that needs none that is still to go in.
    #[inline(never)]
    fn first(&self, state: State, ready: bool) -> Option<usize> {
        let mut best: Option<(usize, &[u8])> = None;
        for (nth, module) in self.list.iter().enumerate() {
            if module.state == state
                && best.is_none_or(|(_, path)| self.precedes(module, path))
                && (!ready || self.needed(module, State::Waiting, true).is_empty())
            {
                best = Some((nth, module.path));
            }
        }
        best.map(|(nth, _)| nth)
    }

    /// Whether a module, added later, goes before the one at a path.
    fn precedes(&self, module: &Module<'_>, path: &[u8]) -> bool {
        !(cfg!(feature = "auto") && self.is_in_order) && module.path < path
    }

    /// The first of those that a module needs that is among the modules of a state, or is
    /// not.
    #[inline(never)]
    pub(super) fn needed(&self, module: &Module<'t>, state: State, among: bool) -> &'t [u8] {
        let mut rest = module.depends;
        while !rest.is_empty() {
            let name = cut(&mut rest, b',');
            if !name.is_empty() && self.has(name, state) == among && !same(name, module.name) {
                return name;
            }
        }
        rest
    }

    /// Whether a module of this name is in a state.
    #[inline(never)]
    fn has(&self, name: &[u8], state: State) -> bool {
        let is_it = |module: &Module<'_>| module.state == state && same(module.name, name);
        self.list.iter().any(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::{MODULES, Memory, Place, Plan, State};

    /// A file's path, the module's name and what it needs.
    type Row = (&'static str, &'static str, &'static str);

    /// Inserts all that can be inserted; `lacking` says how often a module lacks a symbol.
    /// Gives the names in the order of the attempts, and what is told of those left.
    fn insert(rows: &[Row], lacking: &[(&str, usize)]) -> (String, String) {
        let mut text = [0; 4096];
        let mut plan = Plan::new(Memory::new(&mut text));
        for (path, name, depends) in rows {
            assert!(plan.add(path.as_bytes(), None, name.as_bytes(), depends.as_bytes()));
        }
        let mut lacking = lacking.to_vec();
        let mut tried = vec![];
        while let Some(module) = plan.next_waiting() {
            let name = String::from_utf8(module.name.to_vec()).unwrap();
            let left = lacking.iter_mut().find(|(lacks, _)| *lacks == name);
            module.state = match left {
                Some((_, 0)) | None => State::Loaded,
                Some((_, left)) => {
                    *left -= 1;
                    State::Lacking
                }
            };
            tried.push(name);
            assert!(tried.len() < 100, "it comes to an end");
        }
        let mut told = vec![];
        while let Some((name, needed)) = plan.next_lacking() {
            told.push(String::from_utf8([name, needed].join(&b':')).unwrap());
        }
        (tried.join(" "), told.join(" "))
    }

    #[test]
    fn orders() {
        let rows: [(&str, &[Row], &str); 8] = [
            ("nothing", &[], ""),
            (
                "by path, whatever order the folder has",
                &[("c.ko", "c", ""), ("a.ko", "a", ""), ("b/a.ko", "z", "")],
                "a z c",
            ),
            (
                "needs first",
                &[("a.ko", "a", "c,b"), ("b.ko", "b", "c"), ("c.ko", "c", "")],
                "c b a",
            ),
            (
                "names in any spelling",
                &[("a.ko", "a", "SND-PCM"), ("b.ko", "snd_pcm", "")],
                "snd_pcm a",
            ),
            (
                "needs that are nowhere",
                &[("a.ko", "a", "x,y"), ("b.ko", "b", ",,")],
                "a b",
            ),
            ("itself", &[("a.ko", "a", "a")], "a"),
            (
                "a circle: the kernel may judge",
                &[("a.ko", "a", "b"), ("b.ko", "b", "c"), ("c.ko", "c", "b")],
                "a b c",
            ),
            (
                "two of a name: both before what needs them",
                &[("a.ko", "a", "m"), ("x/m.ko", "m", ""), ("y/m.ko", "m", "")],
                "m m a",
            ),
        ];
        for (name, rows, want) in rows {
            assert_eq!(insert(rows, &[]).0, want, "{name}");
        }
    }

    #[test]
    fn those_that_lack_a_symbol_are_tried_again() {
        let rows: [Row; 3] = [("a.ko", "a", ""), ("b.ko", "b", "x,c"), ("c.ko", "c", "")];
        for (lacking, tried, told) in [
            (&[][..], "a c b", ""),
            (&[("a", 1)], "a c b a", ""),
            (&[("a", 2), ("b", 1)], "a c b a b a", ""),
            (&[("a", 9)], "a c b a", "a:"),
            (&[("b", 9)], "a c b b", "b:x"),
            (&[("c", 9), ("b", 9)], "a c b c b", "b:x c:"),
            (&[("a", 9), ("b", 9), ("c", 9)], "a c b", "a: b:x c:"),
        ] {
            let got = insert(&rows, lacking);
            assert_eq!(got, (tried.into(), told.into()), "{lacking:?}");
        }
    }

    #[test]
    fn what_has_failed_is_left_alone() {
        let mut text = [0; 64];
        let mut plan = Plan::new(Memory::new(&mut text));
        assert!(plan.add(b"a.ko", None, b"a", b""));
        assert!(plan.add(b"b.ko", None, b"b", b"a"));
        plan.next_waiting().unwrap().state = State::Failed;
        let second = plan.next_waiting().unwrap();
        assert_eq!(second.name, b"b");
        second.state = State::Lacking;
        assert!(plan.next_waiting().is_none());
        assert_eq!(plan.next_lacking(), Some((&b"b"[..], &b"a"[..])));
        assert_eq!(plan.next_lacking(), None);
    }

    #[test]
    fn members_of_archives() {
        let mut text = [0; 64];
        let mut plan = Plan::new(Memory::new(&mut text));
        let place = Some(Place {
            offset: 512,
            size: 9,
        });
        assert!(plan.add(b"x/sata.tar/ahci.ko.xz", place, b"ahci", b""));
        assert!(plan.add(b"x/ahci.ko", None, b"ahci", b""));
        for (file, is_compressed) in [("x/ahci.ko", false), ("x/sata.tar", true)] {
            let module = plan.next_waiting().unwrap();
            assert_eq!(module.file(), file.as_bytes());
            assert_eq!(module.is_compressed(), is_compressed, "{file}");
            module.state = State::Loaded;
        }
    }

    #[test]
    fn compressed_files_are_told_by_their_ending() {
        let mut text = [0; 256];
        let mut plan = Plan::new(Memory::new(&mut text));
        for (path, want) in [
            ("a.ko", false),
            ("b.KO", false),
            ("c.ko.gz", true),
            ("d.ko.xz", true),
            ("e.ko.zst", true),
        ] {
            assert!(plan.add(path.as_bytes(), None, b"x", b""));
            let module = plan.next_waiting().unwrap();
            assert_eq!(module.is_compressed(), want, "{path}");
            module.state = State::Loaded;
        }
    }

    #[test]
    fn a_full_plan_says_so() {
        let mut text = vec![0; 65536];
        let mut plan = Plan::new(Memory::new(&mut text));
        for nth in 0..MODULES + 3 {
            let path = format!("{:03}.ko", MODULES + 2 - nth);
            let added = plan.add(path.as_bytes(), None, b"m", b"");
            assert_eq!(added, nth < MODULES, "{nth}");
        }
        assert_eq!(
            plan.next_waiting().unwrap().path,
            b"003.ko",
            "the least that is kept"
        );

        let mut text = [0; 10];
        let mut plan = Plan::new(Memory::new(&mut text));
        assert!(plan.add(b"a.ko", None, b"a", b""));
        assert!(!plan.add(b"b.ko", None, b"b", b"c"), "one byte too many");
        assert!(plan.add(b"c.ko", None, b"c", b""), "to the last byte");
    }

    #[test]
    fn memory_is_taken_from_the_front() {
        let mut bytes = [1, 2, 3];
        let mut memory = Memory::new(&mut bytes);
        assert_eq!(memory.take(2), [1, 2]);
        assert_eq!(memory.take(2), [3]);
        assert_eq!(memory.take(2), [0; 0]);
    }
}
