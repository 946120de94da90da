//! Configurations of a dozen distributions, as they and their installers left them on disks:
//! `explain` is asked of each.
//!
//! They are not in this repository, but beside it, in `../shared/corpus`; where they are not,
//! nothing is tested. A tree has the files of one disk. `UUID`, `LABEL` and `PARTLABEL` at its
//! top are what the disk is called.

#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/build.rs"]
mod build;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use build::{FULL, Folder};
use serde_json::Value;

/// All trees; none where there is no corpus.
fn trees() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folders = |folder: &Path| {
        let found = fs::read_dir(folder).into_iter().flatten();
        let found = found.map(|entry| entry.expect("a name").path());
        found.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = folders(&corpus)
        .iter()
        .flat_map(|kind| folders(kind))
        .collect();
    all.sort();
    if all.is_empty() {
        println!("{}: no corpus, nothing is tested", corpus.display());
    }
    all
}

/// The argument that has a tree stand for a disk, by all of its names.
fn disk(tree: &Path, name: &str) -> String {
    let mut names = vec![name.to_owned()];
    for property in ["UUID", "LABEL", "PARTLABEL"] {
        if let Ok(value) = fs::read_to_string(tree.join(property)) {
            names.push(format!("{property}={}", value.trim()));
        }
    }
    format!("{}={}", names.join(","), tree.display())
}

/// What is said of these disks, beside an empty boot disk; and the exit status.
fn explained(disks: &[String]) -> (Value, Option<i32>) {
    let empty = Folder::new("corpus");
    let mut command = Command::new(build::shipped(FULL));
    command.args(["explain", "--json"]);
    for disk in disks {
        command.args(["--disk", disk]);
    }
    let said = command
        .arg(empty.path())
        .output()
        .expect("the program runs");
    let value = serde_json::from_slice(&said.stdout).expect("JSON");
    (value, said.status.code())
}

/// All files of a tree that have this name.
fn files(tree: &Path, name: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(tree).expect("a folder") {
        let path = entry.expect("a name").path();
        if path.is_dir() {
            all.extend(files(&path, name));
        } else if path.file_name().is_some_and(|last| last == name) {
            all.push(path);
        }
    }
    all
}

/// The lines of a `grub.cfg` that begin an entry, by the name that messages have for it.
fn entries_of(tree: &Path, file: &Path) -> Vec<(String, u64)> {
    let bytes = fs::read(file).expect("a file");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let below = file.strip_prefix(tree).expect("a path in the tree");
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| line.trim_start().starts_with("menuentry "));
    lines
        .map(|(number, _)| (format!("sdx1:/{}", below.display()), number))
        .collect()
}

/// Files and lines that entries are from, and that were told of.
fn accounted(value: &Value) -> BTreeSet<(String, u64)> {
    let entries = value["entries"].as_array().expect("a list").iter();
    let entries = entries.map(|entry| {
        let file = entry["file"].as_str().expect("text").to_owned();
        (file, entry["line"].as_u64().expect("a number"))
    });
    let problems = value["problems"].as_array().expect("a list").iter();
    let told = problems.filter_map(|problem| {
        let (place, _) = problem.as_str()?.split_once(": ")?;
        let (file, line) = place.rsplit_once(':')?;
        Some((file.to_owned(), line.parse().ok()?))
    });
    entries.chain(told).collect()
}

#[test]
fn each_has_an_answer() {
    for tree in trees() {
        let (value, status) = explained(&[disk(&tree, "sdx1")]);
        // Kernels there are stand-ins.
        assert_eq!(status, Some(1), "{}", tree.display());
        let entries = value["entries"].as_array().expect("a list");
        for entry in entries {
            let of = |name: &str| entry[name].as_str().expect("text");
            let is_whole = !of("title").is_empty() && of("kernel").starts_with('/');
            assert!(is_whole, "{}: {entry}", tree.display());
            assert_eq!(of("disk"), "sdx1", "{}: {entry}", tree.display());
            // No variable is left as it was written, nor a quote that none has put there.
            assert!(!of("cmdline").contains('$'), "{}: {entry}", tree.display());
        }
        let mistakes = [
            "unknown command",
            "out of place",
            "has no end",
            "takes too long",
        ];
        for problem in value["problems"].as_array().expect("a list") {
            let text = problem.as_str().expect("text");
            let is_mistake = mistakes.iter().any(|mistake| text.contains(mistake));
            assert!(!is_mistake, "{}: {text}", tree.display());
        }
    }
}

/// Of a `grub.cfg` that is read, every entry is listed, or told of.
#[test]
fn no_entry_is_lost() {
    for tree in trees() {
        let (value, _) = explained(&[disk(&tree, "sdx1")]);
        let accounted = accounted(&value);
        let read: BTreeSet<_> = accounted.iter().map(|(file, _)| file.clone()).collect();
        for file in files(&tree, "grub.cfg") {
            for place in entries_of(&tree, &file) {
                let is_read = read.contains(&place.0);
                assert!(
                    !is_read || accounted.contains(&place),
                    "{place:?} of {}",
                    tree.display()
                );
            }
        }
    }
}

/// All of them at once are as many disks as a machine seldom has.
#[test]
fn all_at_once() {
    let trees = trees();
    let disks: Vec<_> = (1..)
        .zip(&trees)
        .map(|(nth, tree)| disk(tree, &format!("sdx{nth}")))
        .collect();
    let (value, status) = explained(&disks);
    assert_eq!(status, Some(1));
    let together = value["entries"].as_array().expect("a list").len();
    let mut alone = 0;
    for disk in &disks {
        let (value, _) = explained(std::slice::from_ref(disk));
        alone += value["entries"].as_array().expect("a list").len();
    }
    // The two disks of one system are the same to no other: none is lost but those that are
    // there twice.
    assert!(
        together <= alone && together * 10 >= alone * 9,
        "{together} of {alone}"
    );
}
