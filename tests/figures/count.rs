//! What figures/icount.c counted.

use std::cmp::Reverse;
use std::fmt::Write as _;

use syscalls::Sysno;

use super::budget::grouped;

/// One run, from the first system call to the jump.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Count {
    /// Instructions of the whole machine.
    total: u64,
    /// Those of the loader itself.
    own: u64,
    /// Those of page faults and interrupts that came to it.
    between: u64,
    pub(crate) calls: Vec<Call>,
}

/// All uses of one system call.
#[derive(Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) number: u64,
    times: u64,
    cost: u64,
}

impl Count {
    pub(crate) fn read(text: &str) -> Self {
        let mut count = Self::default();
        for line in text.lines() {
            let mut words = line.split(' ');
            let name = words.next().unwrap_or_default();
            let numbers: Vec<u64> = words.map(|word| word.parse().expect("a number")).collect();
            match (name, &numbers[..]) {
                ("total", [number]) => count.total = *number,
                ("own", [number]) => count.own = *number,
                ("between", [number]) => count.between = *number,
                ("call", &[number, times, cost]) => count.calls.push(Call {
                    number,
                    times,
                    cost,
                }),
                _ => panic!("what is {line:?}?"),
            }
        }
        let calls: u64 = count.calls.iter().map(|call| call.cost).sum();
        assert_eq!(count.total, count.own + count.between + calls, "{text}");
        count
    }

    /// All but what is spent inside these calls.
    pub(crate) fn without(&self, apart: &[Sysno]) -> u64 {
        let inside = |call: &Call| call.sysno().is_some_and(|one| apart.contains(&one));
        let calls = self.calls.iter().filter(|call| inside(call));
        self.total - calls.map(|call| call.cost).sum::<u64>()
    }

    /// Where the instructions went, the dearest first; what is not counted last.
    pub(crate) fn table(&self, apart: &[Sysno]) -> String {
        let mut rows = vec![
            (false, self.own, None, "the loader itself".to_owned()),
            (false, self.between, None, "faults, interrupts".to_owned()),
        ];
        for call in &self.calls {
            let name = call.sysno().map_or("?", |one| one.name());
            let is_apart = call.sysno().is_some_and(|one| apart.contains(&one));
            let name = if is_apart {
                format!("({name})")
            } else {
                name.to_owned()
            };
            rows.push((is_apart, call.cost, Some(call.times), name));
        }
        rows.sort_by_key(|row| (row.0, Reverse(row.1)));
        let mut text = String::from(" instructions  times  (not counted)\n");
        for (_, cost, times, name) in rows {
            let times = times.map_or(String::new(), |times| times.to_string());
            let _ = writeln!(text, "{:>13} {times:>6}  {name}", grouped(cost));
        }
        text
    }
}

impl Call {
    fn sysno(&self) -> Option<Sysno> {
        Sysno::new(self.number.try_into().ok()?)
    }
}
