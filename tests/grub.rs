//! GRUB's script language, as GRUB has it and as we do.
//!
//! Scripts that are made by chance, the same each time, are run by GRUB's emulator and read
//! by the program that ships. Variables at their end, and the menus with the words that each
//! entry gives to `linux` and `initrd`, must be the same. What `grub-script-check` takes must
//! be read without a word about its form.

#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/build.rs"]
mod build;
#[path = "grub/script.rs"]
mod script;
#[path = "grub/words.rs"]
mod words;

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use build::{FULL, Folder};
use script::script;
use serde_json::Value;
use words::{Chance, VARIABLES};

/// How many scripts there are; the variable `GRUB_SCRIPTS` asks for more.
const SCRIPTS: u64 = 30;
/// How many are run at once: each waits more than it works.
const AT_ONCE: usize = 8;
/// How long the emulator may take; it takes a twentieth of a second.
const PATIENCE: Duration = Duration::from_secs(20);
/// What it says when it has nothing to boot, and waits for a key.
const WAITS: &[u8] = b"Failed to boot";
/// Columns of the emulator's screen: longer lines are broken.
const COLUMNS: usize = 80;

/// What is before a script for GRUB: it has no `linux` in its emulator, so these say what
/// they are given.
const BEFORE: &str = r#"
function mark { echo "@entry[$1]"; }
function mark_menu { echo "@menu[$1]"; }
function mark_end { echo "@end"; halt; }
function fin { echo "@fin"; halt; }
function linux { echo "@linux"; for word in "$@"; do echo "@word[$word]"; done; }
function initrd { echo "@initrd"; for word in "$@"; do echo "@file[$word]"; done; }
"#;

/// An entry: the titles of its submenus and of itself, its command line, its ramdisks.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    path: String,
    cmdline: String,
    initrds: Vec<String>,
}

/// What a script comes to.
#[derive(Debug, PartialEq)]
struct Outcome {
    variables: Vec<String>,
    entries: Vec<Entry>,
}

/// A disk with what scripts look for.
fn disk() -> Folder {
    let folder = Folder::new("grub");
    let path = |name: &str| folder.path().join("disk").join(name);
    fs::create_dir_all(path("boot/grub")).expect("a folder");
    fs::create_dir(path("d")).expect("a folder");
    fs::write(path("k"), "kernel").expect("a file");
    fs::write(path("empty"), "").expect("a file");
    let more = "set a=\"$a.more\"\nset b='from more'\n";
    fs::write(path("more.cfg"), more).expect("a file");
    let env = "# GRUB Environment Block\nc=kept words\nd=1\n";
    fs::write(path("env"), format!("{env:#<1024}")).expect("a file");
    folder
}

/// What the emulator says when it runs a configuration.
fn emulate(folder: &Path, config: &str) -> String {
    let grub = Folder::new("grub-emu");
    let base = folder.join("disk");
    let config = format!("set base=(host){}\nexport base\n{config}", base.display());
    fs::write(grub.path().join("grub.cfg"), &config).expect("a file");
    let mut emulator = Command::new("grub-emu");
    emulator.arg("-d").arg(grub.path());
    emulator.stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = emulator
        .stdout(Stdio::piped())
        .spawn()
        .expect("grub-emu is there: qemu/packages.sh installs it");
    let mut pipe = child.stdout.take().expect("a pipe");
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            // It waits for a key where it has nothing to boot.
            let before = said.len().saturating_sub(WAITS.len());
            said.extend_from_slice(&bytes[..count]);
            let mut windows = said[before..].windows(WAITS.len());
            if said.len() > 1 << 20 || windows.any(|part| part == WAITS) {
                break;
            }
        }
        let _ = send.send(said);
    });
    let said = receive.recv_timeout(PATIENCE);
    let _ = child.kill();
    child.wait().expect("its end");
    plain(&said.unwrap_or_else(|_| panic!("GRUB does not end:\n{config}")))
}

/// Text without what moves the cursor and gives colours.
fn plain(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let mut parts = said.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|last: char| last.is_ascii_alphabetic());
        text += end.map_or("", |end| &part[end + 1..]);
    }
    text.replace('\r', "")
}

/// The words between `@name[` and `]`, of which the last may go on for several lines.
fn said<'s>(text: &'s str, name: &str) -> Vec<&'s str> {
    let start = format!("@{name}[");
    let found = text.match_indices(&start);
    found
        .map(|(at, _)| {
            let rest = &text[at + start.len()..];
            &rest[..rest.find("]\n").unwrap_or(rest.len())]
        })
        .collect()
}

/// Words as GRUB puts a command line together (grub-core/lib/cmdline.c).
fn cmdline(words: &[&str]) -> String {
    let quoted = words.iter().map(|word| {
        let mut text = String::new();
        for (at, letter) in word.char_indices() {
            let is_hex = |nth: usize| {
                word.as_bytes()
                    .get(at + nth)
                    .is_some_and(u8::is_ascii_hexdigit)
            };
            let is_number = word[at..].starts_with("\\x") && is_hex(2) && is_hex(3);
            if matches!(letter, '\\' | '\'' | '"') && !is_number {
                text.push('\\');
            }
            text.push(letter);
        }
        if word.contains(' ') {
            format!("\"{text}\"")
        } else {
            text
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// The entry that GRUB has booted; `None` if it named no kernel.
fn booted(said_by_it: &str, titles: &[&str]) -> Option<Entry> {
    let (_, started) = said_by_it.rsplit_once("@linux\n")?;
    let words = said(started, "word");
    let ramdisks = started.rsplit_once("@initrd\n").map(|(_, last)| last);
    let ramdisks = ramdisks.map_or(Vec::new(), |last| said(last, "file"));
    Some(Entry {
        path: titles.join(">"),
        cmdline: cmdline(&words[1..]),
        initrds: ramdisks.into_iter().map(str::to_owned).collect(),
    })
}

/// Whether a line was broken, so that what was said is not known.
fn is_broken(text: &str) -> bool {
    let is_cut = |line: &str| line.starts_with('@') && line.contains('[') && !line.ends_with(']');
    text.lines()
        .any(|line| line.len() + 2 >= COLUMNS || is_cut(line))
}

/// What GRUB makes of a script, and which of the entries it boots by itself; `None` where its
/// screen is too small to show it.
fn by_grub(folder: &Path, script: &str) -> Option<(Outcome, Option<Entry>)> {
    let mut after = String::new();
    for name in VARIABLES {
        let _ = writeln!(after, "echo \"@{name}[${name}]\"");
    }
    let head = format!("{BEFORE}{script}\nset last=$?\nfor word in x; do true; done\n{after}");
    let tail = "menuentry \"@END\" {\nmark_end\n}\nset timeout=0\n";
    let run = |default: &str| emulate(folder, &format!("{head}{default}{tail}"));

    let own = run("");
    if is_broken(&own) {
        return None;
    }
    let end = own.find("Booting").unwrap_or(own.len());
    let variables = VARIABLES
        .iter()
        .map(|name| {
            said(&own[..end], name)
                .first()
                .copied()
                .unwrap_or("?")
                .to_owned()
        })
        .collect();
    let titles = [said(&own, "menu"), said(&own, "entry")].concat();
    let chosen = booted(&own, &titles);

    let mut entries = Vec::new();
    // The numbers of the item in each menu.
    let mut place = vec![0_u32];
    while let Some(depth) = place.len().checked_sub(1) {
        let numbers: Vec<_> = place.iter().map(u32::to_string).collect();
        let all = run(&format!("set default=\"{}\"\n", numbers.join(">")));
        if is_broken(&all) {
            return None;
        }
        let menus = said(&all, "menu");
        if menus.len() > depth {
            place.push(0);
            continue;
        }
        if all.contains("@end\n") {
            place.pop();
        } else {
            let titles = [&menus[..], &said(&all, "entry")[..]].concat();
            entries.extend(booted(&all, &titles));
            assert!(place[depth] < 100, "no end:\n{script}\n{all}");
        }
        if let Some(last) = place.last_mut() {
            *last += 1;
        }
    }
    Some((Outcome { variables, entries }, chosen))
}

/// The program that ships.
fn program() -> PathBuf {
    build::shipped(FULL)
}

/// What `explain` says of a script.
fn explained(program: &Path, folder: &Path, script: &str) -> Value {
    fs::write(folder.join("disk/boot/grub/grub.cfg"), script).expect("a file");
    let mut command = Command::new(program);
    command
        .args(["explain", "--json", "disk"])
        .current_dir(folder);
    let said = command.output().expect("what it says");
    serde_json::from_slice(&said.stdout).expect("JSON")
}

/// What we make of a script, and which of the entries comes first, if that is said.
fn by_us(program: &Path, folder: &Path, script: &str) -> (Outcome, Option<Entry>) {
    let mut last = String::new();
    for name in VARIABLES {
        let _ = writeln!(last, "menuentry \"{name}\" {{ linux /k \"${name}\"; }}");
    }
    let all = explained(program, folder, &format!("{script}\nset last=$?\n{last}"));
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let entry = |value: &Value| {
        let (menus, title) = (text(&value["submenu"]), text(&value["title"]));
        let blank = if menus.is_empty() { "" } else { ">" };
        let initrds = value["initrds"].as_array().expect("a list");
        Entry {
            path: menus + blank + &title,
            cmdline: text(&value["cmdline"]),
            initrds: initrds.iter().map(text).collect(),
        }
    };
    let mut entries: Vec<_> = all["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(entry)
        .collect();
    let variables = entries.split_off(entries.len() - VARIABLES.len());
    let variables = variables.into_iter().map(|entry| entry.cmdline).collect();
    let default = all["sources"][0]["default"].as_u64();
    let default = default.and_then(|nth| entries.get(usize::try_from(nth).ok()?).cloned());
    (Outcome { variables, entries }, default)
}

/// How many scripts are to be tried.
fn count() -> u64 {
    let asked = std::env::var("GRUB_SCRIPTS").ok();
    asked.map_or(SCRIPTS, |number| number.parse().expect("a number"))
}

/// Runs a check of each script, several at once; gives what went wrong.
fn of_all(check: &(dyn Fn(u64, &Path) -> Result<(), String> + Sync)) -> Vec<String> {
    let next = AtomicU64::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let folder = disk();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count() {
                        return;
                    }
                    if let Err(why) = check(number, folder.path()) {
                        wrong.lock().expect("a list").push(why);
                    }
                }
            });
        }
    });
    wrong.into_inner().expect("a list")
}

#[test]
fn scripts_do_what_they_do_in_grub() {
    let program = program();
    let skipped = AtomicU64::new(0);
    let wrong = of_all(&|number, folder| {
        let script = script(number);
        let Some((mut grub, chosen)) = by_grub(folder, &script) else {
            skipped.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        let (us, default) = by_us(&program, folder, &script);
        // A value is compared as it would be on a command line.
        for value in &mut grub.variables {
            *value = cmdline(&[value]);
        }
        let is_default = default.is_none() || default == chosen;
        if us == grub && is_default {
            return Ok(());
        }
        Err(format!(
            "--- script {number}\n{script}\n--- GRUB: {grub:#?}\n{chosen:?}\n--- here: {us:#?}\n{default:?}"
        ))
    });
    let skipped = skipped.into_inner();
    assert!(
        wrong.is_empty(),
        "{}\n{} differ",
        wrong.join("\n"),
        wrong.len()
    );
    assert!(skipped * 5 < count(), "{skipped} were not compared");
}

/// A script with a piece taken out, or put elsewhere.
fn changed(number: u64) -> String {
    let script = script(number);
    let mut chance = Chance::new(!number);
    let mut lines: Vec<&str> = script.lines().collect();
    for _ in 0..chance.below(3) {
        let line = lines.remove(chance.below(lines.len()));
        if chance.below(2) == 0 {
            lines.insert(chance.below(lines.len() + 1), line);
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn what_grub_takes_has_no_mistakes_here() {
    const MISTAKES: &[&str] = &["out of place", "has no end", "too many words"];
    let program = program();
    let taken = AtomicU64::new(0);
    let wrong = of_all(&|number, folder| {
        let script = changed(number);
        let mut check = Command::new("grub-script-check");
        let file = folder.join("script");
        fs::write(&file, &script).expect("a file");
        let is_taken = check
            .arg(&file)
            .output()
            .expect("grub-script-check is there")
            .status;
        if !is_taken.success() {
            return Ok(());
        }
        taken.fetch_add(1, Ordering::Relaxed);
        let all = explained(&program, folder, &script);
        let problems = all["problems"].as_array().expect("a list").iter();
        let mut problems = problems.map(|problem| problem.as_str().expect("text"));
        match problems.find(|problem| MISTAKES.iter().any(|mistake| problem.contains(mistake))) {
            Some(problem) => Err(format!("--- script {number}\n{script}--- {problem}")),
            None => Ok(()),
        }
    });
    assert!(
        wrong.is_empty(),
        "{}\n{} differ",
        wrong.join("\n"),
        wrong.len()
    );
    let taken = taken.into_inner();
    assert!(taken * 4 > count(), "GRUB takes {taken}");
}
