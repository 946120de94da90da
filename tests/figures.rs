//! What one boot costs: instructions and memory, measured in machines that boot for
//! real, with the program that ships, and held against tests/budgets.txt.

#[path = "program/budget.rs"]
mod budget;
#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/build.rs"]
mod build;
#[path = "program/calls.rs"]
mod calls;
#[path = "program/code.rs"]
mod code;
#[path = "figures/count.rs"]
mod count;
#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/elf.rs"]
mod elf;
#[allow(dead_code, reason = "kernels and disks are taken from it, and no case")]
mod machine;
#[path = "figures/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;

use budget::grouped;
use count::Count;
use elf::Elf;
use stage::{Machine, Stage};
use syscalls::Sysno;

/// What these machines are.
const ARCH: machine::arch::Arch = machine::arch::Arch::X86_64;

/// Not counted: how long they take is up to the kernel and to what it is given.
const APART: [Sysno; 3] = [Sysno::kexec_file_load, Sysno::finit_module, Sysno::mount];

#[test]
fn instructions() {
    let stage = Stage::new(false);
    let program = Elf::read(&stage.loader);
    let plugin = stage.compile("icount.c", &["-shared", "-fPIC"]);
    let mut machines = ["first", "second"].map(|name| {
        let out = stage.folder.path().join(name);
        let text = program.text().range();
        let plugin = format!(
            "file={},low={:#x},high={:#x},out={}",
            plugin.display(),
            text.start,
            text.end,
            out.display()
        );
        // One instruction is one nanosecond; nothing waits for the clock on the wall.
        let counting = [
            "-accel",
            "tcg,thread=single",
            "-icount",
            "shift=0,sleep=off",
        ];
        let counting = counting.into_iter().chain(["-plugin", &plugin]);
        (stage.start(name, counting), out)
    });
    let [first, second] = machines.each_mut().map(|(machine, out)| {
        machine.wait(Machine::has_ended);
        match fs::read_to_string(out) {
            Ok(text) => Count::read(&text),
            Err(why) => panic!("no jump was made ({why}): {}", machine.said()),
        }
    });
    assert_eq!(first, second, "two runs of one machine");

    let text = first.table(&APART);
    // Past the capture of the test runner, as the budgets.
    let _ = write!(std::io::stdout(), "{text}");
    let listed = calls::numbers(&program).expect("the program's system calls");
    let seen: BTreeSet<_> = first.calls.iter().map(|call| call.number).collect();
    let unlisted: Vec<_> = seen
        .iter()
        .filter(|number| !listed.contains_key(number))
        .collect();
    assert!(
        unlisted.is_empty(),
        "made, but not found in the machine code: {unlisted:?}"
    );
    budget::check(&[("boot.instructions", first.without(&APART))]);
}

#[test]
fn memory() {
    let stage = Stage::new(true);
    let accelerator = machine::tool("accel.sh", &[]);
    let mut machine = stage.start("watched", ["-accel", accelerator.trim()]);
    machine.wait(|machine| machine.has_ended() || machine.aside().contains("jump"));
    let aside = machine.aside();
    assert!(
        aside.contains("jump"),
        "no jump was made: {}",
        machine.said()
    );
    // memory 65536 own 40960 stack 16384
    let last = aside.lines().rfind(|line| line.starts_with("memory "));
    let words: Vec<_> = last.expect("a line").split_whitespace().collect();
    let [_, all, _, own, _, stack] = words[..] else {
        panic!("{words:?}")
    };
    let [all, own, stack] = [all, own, stack].map(|word| word.parse().expect("a number"));
    let _ = writeln!(
        std::io::stdout(),
        "memory: stack {}, data {}, pages of the file {}",
        grouped(stack),
        grouped(own - stack),
        grouped(all - own)
    );
    budget::check(&[("boot.peak_rss", all)]);
}
