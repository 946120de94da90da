//! Modules of an archive that comes by from its beginning on, each time it is read.
//!
//! Given where a module lies, says whether it goes in now; forgets those of an archive that turned
//! out to be damaged.

use super::{Module, Place, Plan, State};

impl<'t> Plan<'t> {
    /// How many modules there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Forgets all modules but the first `count`.
    pub fn forget_from(&mut self, count: usize) {
        self.list.truncate(count);
    }

    /// The number of the module in this place of an archive, if it waits, and either nothing that
    /// it needs does or it is not asked.
    #[inline(never)]
    #[must_use]
    pub fn find_ready(
        &self,
        archive: &[u8],
        place: Option<Place>,
        is_forced: bool,
    ) -> Option<usize> {
        self.list.iter().position(|module| {
            module.place == place
                && is_waiting_in(module, archive)
                && (is_forced || self.needed(module, State::Waiting, true).is_empty())
        })
    }

    /// Whether any module of an archive waits.
    #[inline(never)]
    #[must_use]
    pub fn has_waiting(&self, archive: &[u8]) -> bool {
        self.list
            .iter()
            .any(|module| is_waiting_in(module, archive))
    }

    /// The module of this number.
    pub fn get_mut(&mut self, nth: usize) -> Option<&mut Module<'t>> {
        self.list.get_mut(nth)
    }
}

/// Whether a module of this archive waits.
fn is_waiting_in(module: &Module<'_>, archive: &[u8]) -> bool {
    module.state == State::Waiting && module.place.is_some() && module.file() == archive
}

#[cfg(test)]
mod tests {
    use crate::modules::{Memory, Place, Plan, State};

    /// Reads the archive again and again until all is in; gives what goes in each time. The
    /// rows are a member's name, what it needs and what the kernel says of it at first.
    fn rounds(rows: &[(&str, &str, State)]) -> Vec<String> {
        let mut text = [0; 4096];
        let mut plan = Plan::new(Memory::new(&mut text));
        let places = (1_u32..).map(|offset| Some(Place { offset, size: 1 }));
        for ((name, needs, _), place) in rows.iter().zip(places.clone()) {
            let path = format!("x.tgz/{name}.ko");
            assert!(plan.add(path.as_bytes(), place, name.as_bytes(), needs.as_bytes()));
        }
        let mut rounds = vec![];
        let mut tried = vec![];
        while let Some(module) = plan.next_waiting() {
            let (archive, forced) = (module.file(), module.place);
            assert_eq!(archive, b"x.tgz");
            let mut round = vec![];
            for ((name, _, state), place) in rows.iter().zip(places.clone()) {
                if let Some(nth) = plan.find_ready(archive, place, place == forced) {
                    let is_first = !tried.contains(name);
                    tried.push(*name);
                    round.push(*name);
                    plan.get_mut(nth).unwrap().state =
                        if is_first { *state } else { State::Loaded };
                }
                if !plan.has_waiting(archive) {
                    break;
                }
            }
            assert!(!round.is_empty(), "it comes to an end");
            rounds.push(round.join(" "));
        }
        rounds
    }

    #[test]
    fn an_archive_is_read_once_for_each_step_back() {
        let (fine, lacks) = (State::Loaded, State::Lacking);
        for (name, rows, want) in [
            (
                "in the order of need",
                vec![("b", "", fine), ("a", "b", fine), ("c", "a,b", fine)],
                vec!["b a c"],
            ),
            (
                "by their names",
                vec![
                    ("a", "b", fine),
                    ("b", "c", fine),
                    ("c", "", fine),
                    ("d", "", fine),
                ],
                vec!["c d", "b", "a"],
            ),
            (
                "a circle: the kernel may judge",
                vec![("a", "b", fine), ("b", "a", fine)],
                vec!["a b"],
            ),
            (
                "one that lacks a symbol is tried again",
                vec![("a", "", lacks), ("b", "", fine)],
                vec!["a b", "a"],
            ),
            ("nothing", vec![], vec![]),
        ] {
            assert_eq!(rounds(&rows), want, "{name}");
        }
    }

    #[test]
    fn a_damaged_archive_is_forgotten() {
        let mut text = [0; 64];
        let mut plan = Plan::new(Memory::new(&mut text));
        assert!(plan.add(b"a.ko", None, b"a", b""));
        let place = Some(Place { offset: 0, size: 1 });
        assert!(plan.add(b"x.tgz/b.ko", place, b"b", b""));
        assert!(plan.has_waiting(b"x.tgz"));
        assert_eq!(plan.find_ready(b"y.tgz", place, true), None);
        assert_eq!(plan.count(), 2);
        plan.forget_from(1);
        assert!(!plan.has_waiting(b"x.tgz"));
        assert_eq!(plan.next_waiting().unwrap().path, b"a.ko");
        assert_eq!(plan.find_ready(b"a.ko", None, true), None, "in no archive");
    }
}
