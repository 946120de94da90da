//! What the manual and the audit guide say of the source is what is in it: every sentence that
//! the loader says of what goes wrong, and every line with `unsafe`.

use std::fs;
use std::path::{Path, PathBuf};

/// Files of the pure half that have such sentences; of the acting half all have, but for
/// those of the ordinary command, whose reader has `--help`.
const PURE: [&str; 5] = [
    "cmdline.rs",
    "entry/list.rs",
    "keymap/mod.rs",
    "location.rs",
    "modules/mod.rs",
];
const COMMAND: [&str; 4] = ["command.rs", "explain.rs", "no_command.rs", "report.rs"];
/// Files of tests.
const TESTS: [&str; 2] = ["fake.rs", "tests.rs"];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            sources(&path, into);
        } else if !COMMAND
            .iter()
            .chain(&TESTS)
            .any(|name| path.ends_with(name))
        {
            into.push(path);
        }
    }
}

/// The string literals of a source file that may be sentences: without those of comments and
/// tests, and without lists, which are constants.
fn literals(source: &str) -> Vec<String> {
    let mut parts = source.split("#[cfg(test)]\nmod tests {");
    let source = parts.next().unwrap_or_default();
    let lines = source.lines().map(str::trim_start);
    let code: Vec<_> = lines.filter(|line| !line.starts_with("//")).collect();
    // A literal that goes on in the next line; letters that would begin or end one.
    let code = code.join("\n").replace("\\\n", "");
    let code = code.replace("\\\"", "").replace("'\"'", "");
    let mut pieces = code.split('"');
    let mut found = Vec::new();
    while let (Some(before), Some(literal)) = (pieces.next(), pieces.next()) {
        let statement = before.rsplit(';').next().unwrap_or_default();
        let is_list = statement.contains("const ") && !literal.contains('%');
        if !is_list && !before.ends_with("reason = ") {
            found.push(literal.to_owned());
        }
    }
    found
}

#[test]
fn the_manual_has_every_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = ["docs/manual.md", "docs/loaders.md"];
    let parts = parts.map(|part| fs::read_to_string(root.join(part)).expect("the manual"));
    let manual = parts.concat();
    let manual = manual.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut files: Vec<_> = PURE
        .iter()
        .map(|name| root.join("src").join(name))
        .collect();
    sources(&root.join("src/act"), &mut files);
    sources(&root.join("src/config"), &mut files);
    let (mut count, mut missing) = (0, Vec::new());
    for file in files {
        let source = fs::read_to_string(&file).expect("a source file");
        for literal in literals(&source) {
            // Three words or more are one; what a terminal reads is none.
            if literal.contains("\\x1b") || literal.split(' ').count() < 3 {
                continue;
            }
            // Readers have tables of words beside; what they say names a line of a file.
            let is_reader = file.starts_with(root.join("src/config"));
            if is_reader && !literal.contains("%:#: ") {
                continue;
            }
            for sentence in literal.split('\n').filter(|line| line.contains(' ')) {
                count += 1;
                let pieces = sentence
                    .split(['%', '#'])
                    .map(|piece| piece.trim_matches([' ', ':', '\'']));
                let mut pieces = pieces.filter(|piece| piece.len() > 3);
                if !pieces.all(|piece| manual.contains(piece)) {
                    missing.push(format!("{}: {sentence}", file.display()));
                }
            }
        }
    }
    assert!(count > 60, "only {count} sentences were found");
    assert!(
        missing.is_empty(),
        "in neither docs/manual.md nor docs/loaders.md:\n{}",
        missing.join("\n")
    );
}

#[test]
fn the_audit_guide_counts_every_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("docs/audit.md")).expect("the audit guide");
    let (_, table) = guide.split_once("\n## unsafe\n").expect("a part of it");
    let (table, _) = table.split_once("\n## ").expect("the part after it");
    let rows = table.lines().filter_map(|row| {
        let mut cells = row
            .split('|')
            .skip(1)
            .map(|cell| cell.trim().trim_matches('`'));
        Some((cells.next()?.to_owned(), cells.next()?.parse().ok()?))
    });
    let said: Vec<(String, usize)> = rows.collect();
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut found = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source file");
        let count = source
            .lines()
            .filter(|line| line.contains("unsafe"))
            .count();
        let name = file.strip_prefix(root.join("src")).expect("below it");
        match name.strip_prefix("sys") {
            Ok(name) if count > 0 => found.push((name.display().to_string(), count)),
            _ if name.ends_with("lib.rs") => {}
            _ => assert_eq!(count, 0, "{}", file.display()),
        }
    }
    found.sort();
    let all = found.iter().map(|(_, count)| count).sum();
    found.push(("together".to_owned(), all));
    assert_eq!(said, found);
}

/// The manual's table of the shell's commands is what `help` lists: in the same order, and of the
/// same words, with more behind them.
#[cfg(feature = "shell")]
#[test]
fn the_manual_has_every_command_of_the_shell() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual.md");
    let manual = fs::read_to_string(manual).expect("the manual");
    let (_, table) = manual.split_once("<!-- commands -->").expect("a table");
    let (table, _) = table.split_once("<!-- /commands -->").expect("its end");
    let said: Vec<(String, String)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(usage, words)| (usage.to_owned(), words.replace('`', "")))
        .collect();
    let rows = (0..).map_while(kexec_loader::shell::row);
    let listed: Vec<(String, String)> = rows
        .map(|row| {
            let parts = [row.name, row.forms, row.words];
            let [name, forms, words] = parts.map(|part| String::from_utf8_lossy(part).into_owned());
            (format!("{name} {forms}").trim_end().to_owned(), words)
        })
        .collect();
    assert_eq!(said.len(), listed.len());
    for ((usage, words), (want, begins)) in said.iter().zip(&listed) {
        assert_eq!(usage, want);
        assert!(words.starts_with(begins), "{usage}: {words}");
    }
}
