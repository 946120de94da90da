//! What a Multiboot kernel is given, and where it goes.

use super::information::{self, Facts, Module};
use super::{Multiboot, Version};
use crate::image::Fault;
use crate::image::memory::{FOUR_GIB, MEBIBYTE, Memory, PAGE};
use crate::image::params;
use crate::image::plan::{
    Given, LOW_END, NO_LOW_ROOM, Plan, Registers, SEGMENTS, Source, TABLES, TOO_MANY, Tables,
    whole_pages, word,
};
use heapless::Vec;

/// Where in the tables a Multiboot kernel is told of the machine: behind the trampoline.
const TOLD: usize = 4096;
/// Where the tables of a Multiboot kernel are, if there is room.
const LOW_TABLES: u64 = 0x1_0000;

const NO_MODULE_ROOM: Fault = Fault::Because(&"there is no free memory for its modules");
const TOO_MUCH: Fault =
    Fault::Because(&"there is no room for its command line, its modules' and the memory map");

/// Plans a Multiboot kernel, with `words` for each of the files that go with it.
///
/// # Errors
///
/// [`Fault`] for what the machine has no room for.
#[inline(never)]
pub fn plan(
    image: &Multiboot,
    given: &Given<'_>,
    words: &[&[u8]],
    memory: &mut Memory,
    tables: &mut Tables<'_>,
) -> Result<Plan, Fault> {
    let mut plan = Plan::new();
    let program = image.placed(memory);
    plan.add_program(&program, memory)?;
    // Kernels copy their own first code to the end of low memory, some while they still read:
    // the tables stay away from there, and from where the BIOS once loaded boot sectors.
    let size = whole_pages(TABLES as u64);
    let address = memory
        .take_lowest(size, PAGE, LOW_TABLES, LOW_END)
        .or_else(|| memory.take_lowest(size, PAGE, PAGE, FOUR_GIB));
    let address = address.ok_or(NO_LOW_ROOM)?;
    let mut modules: Vec<Module<'_>, SEGMENTS> = Vec::new();
    for (nth, size) in given.files.iter().enumerate() {
        let mut start = 0;
        if *size > 0 {
            let room = memory.take_highest(whole_pages(*size), FOUR_GIB);
            start = room.filter(|at| *at >= MEBIBYTE).ok_or(NO_MODULE_ROOM)?;
            plan.add(Source::File(nth), *size, start)?;
        }
        let module = Module {
            start,
            end: start.saturating_add(*size),
            words: words.get(nth).copied().unwrap_or_default(),
        };
        modules.push(module).map_err(|_| TOO_MANY)?;
    }
    let facts = Facts {
        cmdline: given.cmdline,
        modules: &modules,
        memory,
        screen: params::screen(given.params, given.text_mode),
        base: image.movable.map(|_| program.first()),
    };
    let used = information::write(
        image.version,
        &facts,
        tables.bytes.as_flattened_mut(),
        TOLD,
        address,
    );
    tables.used = used.ok_or(TOO_MUCH)?;
    let registers = Registers {
        entry: word(program.entry),
        eax: match image.version {
            Version::One => 0x2bad_b002,
            Version::Two => 0x36d7_6289,
        },
        ebx: word(address.wrapping_add(TOLD as u64)),
        text_mode: given.text_mode,
        ..Registers::default()
    };
    plan.finish(tables, address, &registers)?;
    Ok(plan)
}
