//! What goes where, on machines as there are.

mod linux;
mod programs;

use crate::machines::{Map, QEMU, memory};
use crate::make::say;
use kexec_loader::image::Fault;
use kexec_loader::image::memory::Memory;
use kexec_loader::image::plan::{self, Given, Pages, Plan, REGISTERS, Source, Tables};

const NO_ROOM: &str = "there is no free memory where it must be loaded";
const NO_PARAMETERS: &str = "there is no free memory for its parameters";
const MANY: &str = "it comes with more files than can be loaded";

const MIB: u64 = 1 << 20;

/// What there is to plan.
#[derive(Clone, Copy)]
struct Case<'c> {
    map: Map,
    cmdline: &'c [u8],
    files: &'c [u64],
    text_mode: bool,
    allows_long: bool,
}

const CASE: Case<'_> = Case {
    map: QEMU,
    cmdline: b"quiet",
    files: &[],
    text_mode: false,
    allows_long: false,
};

/// What was planned, and our tables.
struct Planned(Plan, Vec<u8>);

impl Planned {
    /// Segments as their source, address, and bytes of memory.
    fn segments(&self) -> Vec<(Source, u64, u64)> {
        let segments = self.0.segments.iter();
        segments.map(|s| (s.source, s.address, s.memory)).collect()
    }

    fn word(&self, at: usize) -> u64 {
        u64::from(u32::from_le_bytes(self.1[at..at + 4].try_into().unwrap()))
    }

    /// Where the kernel is entered, EAX, EBX, ESI, and the page tables of 64-bit mode.
    fn registers(&self) -> [u64; 5] {
        [0, 4, 8, 12, 16].map(|at| self.word(REGISTERS + at))
    }
}

/// Plans with `how`, and checks what is true of any plan.
fn planned(
    case: &Case<'_>,
    how: impl FnOnce(&Given<'_>, &mut Memory, &mut Tables<'_>) -> Result<Plan, Fault>,
) -> Result<Planned, String> {
    let mut bytes: Pages = [[0; _]; _];
    let mut tables = Tables {
        bytes: &mut bytes,
        used: 0,
    };
    let given = Given {
        cmdline: case.cmdline,
        files: case.files,
        params: &[],
        text_mode: case.text_mode,
        allows_long: case.allows_long,
    };
    let plan = how(&given, &mut memory(case.map), &mut tables).map_err(|fault| say(&fault))?;
    for (nth, one) in plan.segments.iter().enumerate() {
        let end = one.address + one.memory;
        assert!(one.address.is_multiple_of(4096) && one.memory.is_multiple_of(4096));
        assert!(one.length <= one.memory);
        let is_inside = |(start, last, kind): &(u64, u64, u32)| {
            *kind == 1 && *start <= one.address && end <= last + 1
        };
        assert!(case.map.iter().any(is_inside), "{one:x?}");
        let mut others = plan.segments[nth + 1..].iter();
        assert!(others.all(|s| end <= s.address || s.address + s.memory <= one.address));
    }
    let is_entered = |s: &&plan::Segment| s.source == Source::Tables && s.address == plan.entry;
    assert_eq!(plan.segments.iter().filter(is_entered).count(), 1);
    let memory: u64 = plan.segments.iter().map(|s| s.memory).sum();
    assert_eq!(plan.needs, memory);
    let bytes = bytes.as_flattened();
    assert_eq!(bytes[REGISTERS + 20], case.text_mode.into());
    Ok(Planned(plan, bytes.to_vec()))
}

#[track_caller]
fn refused(planned: Result<Planned, String>) -> String {
    match planned {
        Err(sentence) => sentence,
        Ok(planned) => panic!("{:x?}", planned.segments()),
    }
}
