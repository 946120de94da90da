//! Which modules of a folder go in: those of devices that are there, and what these need.

use super::Lent;
use crate::act::modules::Found;
use crate::sys::fd::Fd;
use crate::sys::fs::{self, Purpose};
use heapless::Vec;
use kexec_loader::modules::alias::{self, Aliases};
use kexec_loader::modules::{Place, Plan, Wishes, dep, same};
use kexec_loader::notes::Notes;
use kexec_loader::out::Put;
use kexec_loader::text::{self, cut, cut_word, part, value_of};

/// What drives neither disks nor keyboards: it is inserted only where a module needs it. Drivers
/// of screens are among them, for the next kernel finds the screen as the firmware left it.
const PASSED: &[u8] = b"/sound/ /drivers/gpu/ /drivers/video/ /drivers/net/ /drivers/media/ /net/";

/// Which modules of a folder go in.
pub(in crate::act) struct Choice<'c> {
    /// The devices that are there; `None` where all modules go in.
    aliases: Option<&'c Aliases>,
    wishes: Wishes,
    /// Lines of a `modules.conf`, and of `modules.softdep`.
    conf: &'c [u8],
    soft: &'c [u8],
    /// The same of our own configuration, where that is not behind them.
    lines: &'c [u8],
    /// Whether this pass has found anything.
    pub(super) is_news: bool,
}

impl<'c> Choice<'c> {
    /// All, but for those that a configuration forbids.
    pub(in crate::act) fn all(conf: &'c [u8], auto: &'c Lent<'_>) -> Self {
        Self {
            aliases: None,
            wishes: Wishes::new(),
            conf,
            soft: &[],
            lines: &auto.0.lines,
            is_news: false,
        }
    }

    /// Those of devices that are there, by lines of a `modules.conf` and of `modules.softdep`.
    pub(super) fn of(aliases: &'c Aliases, conf: &'c [u8], soft: &'c [u8]) -> Self {
        Self {
            aliases: Some(aliases),
            wishes: Wishes::new(),
            conf,
            soft,
            lines: &[],
            is_news: false,
        }
    }

    /// Inserts what has been planned; says whether there was room for all.
    pub(super) fn insert(&self, found: &mut Found<'_>, notes: &mut Notes) -> bool {
        let is_full = core::mem::take(&mut found.is_full) || self.wishes.is_full;
        found.is_for_devices = true;
        found.insert(self.conf, &[], notes);
        !is_full
    }

    /// Whether a configuration forbids a module.
    fn is_forbidden(&self, name: &[u8]) -> bool {
        dep::is_blacklisted(self.conf, name) || dep::is_blacklisted(self.lines, name)
    }

    /// Wishes for a module, or for those that have this alias.
    pub(super) fn wish(&mut self, name: &[u8], is_needed: bool) {
        self.is_news |= self.wishes.add(name, is_needed);
    }

    /// Whether a device is there that a pattern means, and a module that is not forbidden.
    fn has_device(&self, pattern: &[u8], name: &[u8]) -> bool {
        self.aliases.is_some_and(|aliases| aliases.have(pattern)) && !self.is_forbidden(name)
    }

    /// Reads `modules.alias`: wishes for the modules of devices, and for those that have an alias
    /// that is asked for since the last time. An alias goes into the plan as what needs its
    /// modules, so that whoever needs it comes after them.
    #[inline(never)]
    pub(super) fn read_aliases(
        &mut self,
        file: &Fd,
        from: &mut usize,
        for_devices: bool,
        found: &mut Found<'_>,
    ) {
        let to = self.wishes.size();
        let Found {
            plan,
            window,
            is_full,
            ..
        } = found;
        each_line(file, window, &mut |line| {
            let Some((pattern, module)) = alias::read_line(line) else {
                return;
            };
            if for_devices && self.has_device(pattern, module) {
                self.wish(module, false);
            }
            let place = self.wishes.place(pattern);
            if place.is_some_and(|place| (*from..to).contains(&place)) && !same(pattern, module) {
                self.wish(module, true);
                *is_full |= !plan.add(b"", None, pattern, module);
            }
        });
        *from = to;
    }

    /// Reads `modules.dep`: plans what is wished for, each behind what it needs.
    #[inline(never)]
    pub(super) fn read_needs(&mut self, file: &Fd, found: &mut Found<'_>) {
        let Found {
            plan,
            window,
            is_full,
            ..
        } = found;
        each_line(file, window, &mut |line| {
            let (path, all) = dep::read_line(line);
            let is_wanted = match self.wishes.get(dep::name_at(path)) {
                None => false,
                Some(is_needed) => is_needed || !is_passed(path),
            };
            if !is_wanted {
                return;
            }
            let mut needs = all;
            while !needs.is_empty() {
                let need = dep::cut_last_word(&mut needs);
                *is_full |= !self.plan(plan, need, b"");
            }
            *is_full |= !self.plan(plan, path, all);
        });
    }

    /// Plans the module at a path, which needs those at others; says whether there was room.
    #[inline(never)]
    fn plan(&mut self, plan: &mut Plan<'_>, path: &[u8], paths: &[u8]) -> bool {
        let name = dep::name_at(path);
        if plan.has_file(name) || is_loaded(name) {
            return true;
        }
        let mut needs = Needs::new();
        let mut rest = paths;
        while !rest.is_empty() {
            needs.put(dep::name_at(cut_word(&mut rest)));
            needs.put(b",");
        }
        self.add_soft(name, b"", &mut needs);
        self.is_news = true;
        plan.add(path, None, name, &needs)
    }

    /// Adds the soft dependencies of a module to what goes before it, and wishes for them.
    #[inline(never)]
    fn add_soft(&mut self, name: &[u8], own: &[u8], needs: &mut Needs) {
        let (soft, conf) = (self.soft, self.conf);
        let mut add = |other: &[u8], is_post: bool| {
            self.wish(other, true);
            if !is_post {
                needs.put(b",");
                needs.put(other);
            }
        };
        dep::each_soft(own, &mut add);
        dep::each_soft_of(soft, name, &mut add);
        dep::each_soft_of(conf, name, &mut add);
    }

    /// Plans the module of this name in the file that is looked at, if it is wished for, by its
    /// `.modinfo` in the window.
    #[inline(never)]
    pub(in crate::act) fn add(
        &mut self,
        found: &mut Found<'_>,
        place: Option<Place>,
        name: &[u8],
        said: usize,
    ) {
        let Found {
            plan,
            window,
            is_full,
            path,
            ..
        } = found;
        let info = part(window, 0, said);
        let mut is_wanted = self.wishes.get(name).is_some();
        if self.aliases.is_none() {
            is_wanted = !self.is_forbidden(name);
        } else {
            let mut rest = info;
            while !rest.is_empty() {
                let piece = cut(&mut rest, 0);
                let Some(pattern) = text::strip_prefix(piece, b"alias=") else {
                    continue;
                };
                if self.wishes.get(pattern) == Some(true) && !same(pattern, name) {
                    is_wanted = true;
                    *is_full |= !plan.add(b"", None, pattern, name);
                }
                is_wanted = is_wanted || self.has_device(pattern, name);
            }
            is_wanted &= !is_loaded(name);
        }
        if !is_wanted {
            return;
        }
        let mut needs = Needs::new();
        let mut rest = value_of(info, 0, b"depends=");
        while !rest.is_empty() {
            let need = cut(&mut rest, b',');
            self.wish(need, true);
            needs.put(need);
            needs.put(b",");
        }
        self.add_soft(name, value_of(info, 0, b"softdep="), &mut needs);
        *is_full |= !plan.add(path, place, name, &needs);
    }
}

/// Names of modules with commas between.
type Needs = Vec<u8, 1024>;

/// Whether a path is in a folder that is passed over.
fn is_passed(path: &[u8]) -> bool {
    let mut folders = PASSED;
    while !folders.is_empty() {
        let folder = cut_word(&mut folders);
        let mut rest = path;
        while let [_, next @ ..] = rest {
            if rest.starts_with(folder) {
                return true;
            }
            rest = next;
        }
    }
    false
}

/// Gives each line of a file to `act`.
#[inline(never)]
fn each_line(file: &Fd, window: &mut [u8], act: &mut dyn FnMut(&[u8])) {
    let mut at = 0_u64;
    let mut read = |into: &mut [u8]| {
        let count = file.read_at(at, into).unwrap_or(0);
        at = at.wrapping_add(count as u64);
        count
    };
    dep::each_line(&mut read, window, act);
}

/// Whether the kernel has a module, or has it built in with parameters.
fn is_loaded(name: &[u8]) -> bool {
    let mut spelled = Vec::<u8, 64>::new();
    spelled.put(name);
    for byte in &mut spelled {
        if *byte == b'-' {
            *byte = b'_';
        }
    }
    fs::open(&[b"/sys/module/", &spelled], Purpose::Folder).is_ok()
}
