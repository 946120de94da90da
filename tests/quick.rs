//! Files of other boot loaders that mean no good: `explain` is through with 1 MiB of any
//! bytes within a tenth of a second, on both architectures.
//!
//! What is measured is the time of the processor, for the machine may be busy with others.

#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/build.rs"]
mod build;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use build::{FULL, FULL_32, Folder};

/// How large the files are.
const SIZE: usize = 1 << 20;
/// How long the program may take, in milliseconds.
const MILLISECONDS: f64 = 100.0;
/// How often it may try: what else the machine does costs time too.
const TRIES: usize = 5;

/// Where each format has a file.
const PLACES: &[&str] = &[
    "boot/grub/grub.cfg",
    "boot/grub/menu.lst",
    "syslinux/syslinux.cfg",
    "loader/entries/entry.conf",
    "loader/loader.conf",
    "boot/boot.cfg",
    "kboot.conf",
];

/// What is in them, over and over: a name, what it begins with, and what is repeated.
const TEXTS: &[(&str, &str, &str)] = &[
    ("nothing", "", "\0"),
    ("lines", "", "\n"),
    ("one line", "", "x"),
    ("words", "", "x "),
    ("braces", "", "{"),
    ("closed braces", "", "}"),
    ("brackets", "", "("),
    ("dollars", "", "$"),
    ("dollars and braces", "", "${"),
    ("backslashes", "", "\\"),
    ("lines that go on", "", "\\\n"),
    ("quotes", "", "\""),
    ("quotes in quotes", "", "\"'"),
    ("numbers signs", "", "#"),
    ("if", "", "if "),
    ("if true", "", "if true; then\n"),
    ("if and fi", "", "if false; then a=b; fi\n"),
    ("elif", "if false; then\n", "elif false; then\n"),
    ("endless", "", "while true; do "),
    ("endless loops", "", "while true; do true; done\n"),
    ("until", "", "until false\ndo\n"),
    ("for", "", "for i in 1 2 3 4 5 6 7 8 9; do\n"),
    (
        "for with all",
        "a='1 2 3 4 5 6 7 8 9'\n",
        "for i in $a $a $a $a; do for j in $a $a; do x=$i; done; done\n",
    ),
    ("functions", "", "function f {\n"),
    (
        "calls",
        "function f { f; f; }\nfunction g { f; g; }\n",
        "g; f\n",
    ),
    ("many functions", "", "function f { true; }\nf\n"),
    (
        "entries",
        "",
        "menuentry 'a b' --id c {\n linux /k a $b\n initrd /i\n}\n",
    ),
    (
        "entries that go round",
        "",
        "menuentry a { while true; do x=y; done; linux /k; }\n",
    ),
    ("entries in entries", "", "menuentry a {\n"),
    ("submenus", "", "submenu a {\n"),
    (
        "submenus and entries",
        "",
        "submenu a { menuentry b { linux /k; }\n",
    ),
    ("unknown blocks", "", "hidden a {\n x y\n}\n"),
    ("doubling", "a=xx\n", "set a=\"$a$a\"\n"),
    (
        "doubling by loops",
        "a=xx\n",
        "for i in 1 2 3 4 5 6 7 8 9; do a=\"$a$a\"; done\n",
    ),
    (
        "long words",
        "a=0123456789012345678901234567890123456789\na=$a$a$a$a$a$a$a$a$a\n",
        "echo $a$a$a$a\n",
    ),
    ("variables", "", "set a$a=b; a=x$a\n"),
    (
        "regexp",
        "",
        "regexp '(a*)*(a*)*b' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
    ),
    ("patterns", "", "echo /boot/grub/*a*b*c*\n"),
    ("tests", "", "[ ! ( ! ( a = b ) -a ( ( x ) ) -o -f /x ]\n"),
    ("open tests", "[", " ("),
    ("source", "", "source /boot/grub/grub.cfg\n"),
    ("configfile", "", "configfile /boot/grub/grub.cfg\n"),
    (
        "entries with configfile",
        "",
        "menuentry a { configfile /boot/grub/grub.cfg; }\n",
    ),
    ("eval", "", "eval eval eval \"eval 'eval x'\"\n"),
    (
        "search",
        "",
        "search --file /x --set=root\nsearch.fs_uuid x y\n",
    ),
    ("load_env", "", "load_env -f /boot/grub/grub.cfg\n"),
    ("loopback", "", "loopback l /boot/grub/grub.cfg\n"),
    ("blscfg", "", "blscfg\n"),
    (
        "shift",
        "function f { shift; f x; }\n",
        "f a b c d e f g h\n",
    ),
    (
        "titles",
        "",
        "title a\nroot (hd0,0)\nkernel /k a\ninitrd /i\n",
    ),
    ("titles alone", "", "title a\n"),
    ("kernels", "title a\n", "kernel /k\n"),
    ("modules", "title a\nkernel /k\n", "module /m\n"),
    (
        "savedefault",
        "",
        "default saved\nsavedefault 1\nfallback 1 2 3\n",
    ),
    (
        "labels",
        "",
        "label a\n kernel /k\n append x initrd=/i\n menu label ^b\n",
    ),
    ("labels alone", "", "LABEL a\n"),
    ("menus", "", "menu begin a\n"),
    ("menus and labels", "", "menu begin\nlabel a\nlinux /k\n"),
    ("include", "", "include /syslinux/syslinux.cfg\n"),
    ("menu include", "", "menu include syslinux.cfg a\n"),
    ("append", "label a\nlinux /k\n", "append initrd=a,b,c x\n"),
    ("options", "title a\nlinux /k\n", "options a=b c\n"),
    ("initrds", "title a\nlinux /k\n", "initrd /i\n"),
    ("assignments", "", "LABEL=a\nKERNEL=/k\nAPPEND=b\n"),
    ("quoted assignments", "", "a='/k initrd=/i x'\ndefault=a\n"),
    ("default", "", "default x\ntimeout 10\n"),
    (
        "disks",
        "",
        "search.fs_uuid x root (hd0,1) (hd1,gpt2)/x\nset root=(hd9,msdos9)\n",
    ),
];

/// Bytes by chance (Knuth's numbers).
fn random(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}

/// How many milliseconds the program takes to explain a folder.
fn milliseconds(program: &Path, folder: &Path) -> f64 {
    let mut bash = Command::new("bash");
    bash.args([
        "-c",
        "TIMEFORMAT='%U %S'; time timeout 60 \"$0\" explain --json disk >answer",
    ]);
    bash.arg(program).current_dir(folder).stdin(Stdio::null());
    let said = bash.output().expect("bash is there");
    let said = String::from_utf8(said.stderr).expect("text");
    let seconds = said.split_ascii_whitespace().map(|part| {
        let seconds = part.parse::<f64>();
        seconds.unwrap_or_else(|_| panic!("{said}"))
    });
    seconds.sum::<f64>() * 1000.0
}

#[test]
fn a_file_of_any_bytes_is_answered_quickly() {
    let programs = [FULL, FULL_32].map(build::shipped);
    let mut texts = vec![("random", random(SIZE))];
    for &(name, begin, piece) in TEXTS {
        let mut text = begin.as_bytes().to_vec();
        while text.len() < SIZE {
            text.extend_from_slice(piece.as_bytes());
        }
        text.truncate(SIZE);
        texts.push((name, text));
    }
    let mut slow = Vec::new();
    let mut slowest = (0.0, String::new());
    for place in PLACES {
        let folder = Folder::new("quick");
        let file = folder.path().join("disk").join(place);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        for (name, text) in &texts {
            fs::write(&file, text).expect("a file");
            for program in &programs {
                let times = (0..TRIES).map(|_| milliseconds(program, folder.path()));
                // The first that is short enough counts.
                let mut least = f64::MAX;
                for time in times {
                    least = least.min(time);
                    if least < MILLISECONDS {
                        break;
                    }
                }
                let what = format!("{least:.0} ms: {place} of {name}");
                if least >= MILLISECONDS {
                    slow.push(what.clone());
                }
                if least > slowest.0 {
                    slowest = (least, what);
                }
                let answer = fs::read(folder.path().join("answer")).expect("an answer");
                let answer = serde_json::from_slice::<serde_json::Value>(&answer);
                assert!(answer.is_ok(), "{place} of {name}: no JSON");
            }
        }
    }
    println!("the slowest: {}", slowest.1);
    assert!(slow.is_empty(), "{slow:#?}");
}
