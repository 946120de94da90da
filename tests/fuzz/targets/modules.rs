//! Any bytes as a module file, as a `modules.conf`, and as modules that need each other in any
//! way and fail in any way. What a file needs is a part of what was read of it, after few reads;
//! the plan ends, tries none twice without a reason, and none before what it needs.
//!
//! The first byte says which of the three the rest is.

#![no_main]

use kexec_loader::modules::{
    Memory, Plan, State, check_options, depends, name_of, options_of, same,
};
use kexec_loader::notes::Notes;
use libfuzzer_sys::fuzz_target;

fn read_file(file: &[u8], size: u8) {
    let mut reads = 0;
    let mut read = |at: u64, into: &mut [u8]| {
        reads += 1;
        // A header, a table of names, 65,535 sections and `.modinfo`.
        assert!(reads <= 65_540, "reads without end");
        let from = usize::try_from(at).ok().and_then(|at| file.get(at..));
        let bytes = from.and_then(|bytes| bytes.get(..into.len()));
        bytes.inspect(|bytes| into.copy_from_slice(bytes)).is_some()
    };
    let mut window = vec![0; usize::from(size) * 16];
    let needed = depends(&mut read, &mut window).to_owned();
    assert!(!needed.contains(&0));
    let is_there = file.windows(needed.len().max(1)).any(|part| part == needed);
    assert!(needed.is_empty() || is_there, "{needed:?}");
}

fn read_options(text: &[u8], size: u8) {
    let mut notes = Notes::new();
    check_options(text, &mut notes);
    let names = text.split(|byte| byte.is_ascii_whitespace());
    for name in names.take(usize::from(size)) {
        let options = options_of(text, &[], name);
        let (all, part) = (text.as_ptr_range(), options.as_ptr_range());
        assert!(options.is_empty() || (all.start <= part.start && part.end <= all.end));
        let module = name_of(name);
        assert!(name.starts_with(module) && (module.len() < name.len() || name.is_empty()));
    }
}

/// A module as it is on the disk, and what becomes of it.
struct File<'t> {
    path: &'t [u8],
    fates: &'t [u8],
    depends: &'t [u8],
    attempts: usize,
    state: State,
}

fn needed<'t>(file: &File<'t>) -> impl Iterator<Item = &'t [u8]> {
    let names = file.depends.split(|byte| *byte == b',');
    names.filter(|name| !name.is_empty())
}

/// The file to be tried next, by the rule: the first path of those that wait for nothing that
/// waits itself; in a circle, the first.
fn first(files: &[File]) -> Option<usize> {
    let waits = |file: &&File| file.state == State::Waiting;
    let is_ready = |file: &File| {
        !needed(file).any(|name| {
            let mut others = files.iter().filter(waits);
            !same(name, file.path) && others.any(|other| same(other.path, name))
        })
    };
    let all = || (0..files.len()).filter(|nth| waits(&&files[*nth]));
    let ready = all().filter(|nth| is_ready(&files[*nth]));
    let by_path = |nth: &usize| files[*nth].path;
    ready
        .min_by_key(by_path)
        .or_else(|| all().min_by_key(by_path))
}

/// Modules, a line each: NAME, what becomes of each attempt (`l` lacks a symbol, `f` fails, all
/// else is inserted), and what it needs. Not more than 64: all are looked at each time.
fn follow(text: &[u8]) {
    let mut memory = vec![0; 2048];
    let mut plan = Plan::new(Memory::new(&mut memory));
    let mut room = 2048;
    let mut files = Vec::new();
    for line in text.split(|byte| *byte == b'\n').take(64) {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let path = words.next().unwrap_or_default();
        let fates = words.next().unwrap_or_default();
        let depends = words.next().unwrap_or_default();
        let has_room = path.len() * 2 + depends.len() <= room;
        let kept = plan.add(path, None, path, depends);
        assert_eq!(kept, has_room);
        if kept {
            room -= path.len() * 2 + depends.len();
            files.push(File {
                path,
                fates,
                depends,
                attempts: 0,
                state: State::Waiting,
            });
        }
    }
    let count = |files: &[File], state| files.iter().filter(|file| file.state == state).count();
    let mut loaded_before = 0;
    let mut attempts = 0;
    while let Some(module) = plan.next_waiting() {
        attempts += 1;
        assert!(attempts <= files.len() * (files.len() + 1), "no end");
        assert_eq!(module.state, State::Waiting);
        if count(&files, State::Waiting) == 0 {
            let loaded = count(&files, State::Loaded);
            assert!(loaded > loaded_before, "tried again for nothing");
            loaded_before = loaded;
            for file in &mut files {
                if file.state == State::Lacking {
                    file.state = State::Waiting;
                }
            }
        }
        let nth = first(&files).expect("one that waits");
        let file = &mut files[nth];
        assert_eq!((module.path, module.depends), (file.path, file.depends));
        file.state = match file.fates.get(file.attempts) {
            Some(b'l') => State::Lacking,
            Some(b'f') => State::Failed,
            _ => State::Loaded,
        };
        file.attempts += 1;
        module.state = file.state;
    }
    assert_eq!(count(&files, State::Waiting), 0);
    let mut lacking = 0;
    while let Some((name, needs)) = plan.next_lacking() {
        lacking += 1;
        let is_it = |file: &&File| file.state == State::Lacking && file.path == name;
        let mut found = files.iter().filter(is_it);
        assert!(found.any(|file| needs.is_empty() || needed(file).any(|name| name == needs)));
    }
    assert_eq!(lacking, count(&files, State::Lacking));
}

fuzz_target!(|input: &[u8]| {
    match input {
        [b'f', size, file @ ..] => read_file(file, *size),
        [b'o', size, text @ ..] => read_options(text, *size),
        [b'p', text @ ..] => follow(text),
        _ => {}
    }
});
