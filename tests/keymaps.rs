//! The keymaps of the boot media, and the names of keys, as `loadkeys` reads them and as we do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kexec_loader::keymap::{self, Key, names};
use kexec_loader::notes::Notes;

/// The keys that a keymap of ours has: of letters, digits and signs.
const ROWS: [std::ops::RangeInclusive<u8>; 6] =
    [2..=13, 16..=27, 30..=41, 43..=53, 86..=86, 89..=89];
/// The tables that it has, by `loadkeys`' names for them: alone, Shift, `AltGr`, Control.
const TABLES: [(u8, &str); 4] = [(0, "plain"), (1, "shift"), (2, "altgr"), (4, "ctrl")];
/// What a key means that means nothing.
const NOTHING: u16 = 0x200;

/// What keys mean, by table and key.
type Map = BTreeMap<(u8, u8), u16>;

/// What a program prints.
fn output(command: &mut Command) -> Vec<u8> {
    let out = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{command:?}: {said}");
    out.stdout
}

fn script(path: &str, arguments: &[&str]) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = output(Command::new(root.join(path)).args(arguments));
    String::from_utf8(said).expect("a path").trim().into()
}

fn loadkeys() -> Command {
    let mut command = Command::new(script("qemu/program.sh", &["kbd", "bin/loadkeys"]));
    command.args(["--quiet", "--unicode"]);
    command
}

/// What we read, without a complaint.
fn ours(name: &str, bytes: &[u8]) -> Map {
    let mut map = Map::new();
    let mut notes = Notes::new();
    let mut give = |Key { table, key, value }| {
        map.insert((table, key), value);
    };
    keymap::read(name.as_bytes(), bytes, &mut give, &mut notes);
    let told = String::from_utf8_lossy(notes.text());
    assert!(told.is_empty(), "{told}");
    map
}

/// What `loadkeys` reads, of the C that it writes: there the upper four bits are inverted.
fn theirs(keymap: &Path) -> BTreeMap<String, Vec<u16>> {
    let text = output(loadkeys().arg("--mktable").arg(keymap));
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut tables = BTreeMap::new();
    for piece in text.split("unsigned short ").skip(1) {
        let Some((name, rest)) = piece.split_once("_map[NR_KEYS] = {") else {
            continue;
        };
        let (values, _) = rest.split_once('}').expect("an end");
        let values = values.split(',').filter_map(|value| {
            let digits = value.trim().strip_prefix("0x")?;
            Some(u16::from_str_radix(digits, 16).expect("a value") ^ 0xf000)
        });
        tables.insert(name.to_owned(), values.collect());
    }
    tables
}

/// A letter of Latin-1 has a value as such, and one as a letter of Unicode. To a keyboard that
/// knows Unicode they are the same, but for Caps Lock.
fn plain(value: u16) -> u16 {
    match value >> 8 {
        0x0b => value & 0xff,
        0xf0 => value ^ 0xf000,
        _ => value,
    }
}

#[test]
fn keymaps_of_the_media() {
    let folder = script("floppy/keymaps.sh", &[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("floppy/keymaps.list")).expect("the list");
    let mut count = 0;
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('|').map(str::trim);
        let (Some(name), Some(file)) = (parts.next(), parts.next()) else {
            continue;
        };
        count += 1;
        let file = format!("usr/share/keymaps/i386/{file}.kmap.gz");
        let theirs = theirs(&script("qemu/program.sh", &["console-data", &file]));
        let bytes = fs::read(folder.join(name)).expect("a keymap");
        assert!(bytes.len() <= 512, "{name} takes more than a sector");
        let mut ours = ours(name, &bytes);
        for (table, words) in TABLES {
            for key in ROWS.into_iter().flatten() {
                let want = theirs[words][usize::from(key)];
                let got = ours.remove(&(table, key)).unwrap_or(NOTHING);
                assert_eq!(
                    plain(got),
                    plain(want),
                    "{name}: key {key} of table {table} is {got:04x}, not {want:04x}"
                );
                // Caps Lock changes both or none; in letters of ASCII, whatever was asked for.
                let is_cased = |value: u16| value >> 8 == 0x0b;
                let is_ascii = u8::try_from(plain(got)).is_ok_and(|byte| byte.is_ascii());
                assert!(
                    is_cased(got) == is_cased(want) || is_ascii && is_cased(got),
                    "{name}: key {key} of table {table} is {got:04x}, not {want:04x}"
                );
            }
        }
        assert!(ours.is_empty(), "{name} has other keys: {ours:?}");
    }
    assert!(count > 12, "only {count} keymaps");
}

#[test]
fn files_of_loadkeys_itself() {
    for file in ["qwertz/de-latin1-nodeadkeys", "azerty/fr-latin9"] {
        let file = format!("usr/share/keymaps/i386/{file}.kmap.gz");
        let path = script("qemu/program.sh", &["console-data", &file]);
        let bytes = output(loadkeys().arg("--bkeymap").arg(&path));
        let ours = ours("f", &bytes);
        let theirs = theirs(&path);
        assert_eq!(ours.len(), 127 * theirs.len(), "each key of each table");
        for (table, words) in TABLES {
            for key in 1..128 {
                let want = theirs[words][usize::from(key)];
                assert_eq!(ours[&(table, key)], want, "key {key} of table {table}");
            }
        }
    }
}

/// Every name that we know, and all that can stand before one.
fn all_names() -> Vec<String> {
    let known = std::str::from_utf8(names::NAMES).expect("ASCII");
    let known = known.split(' ').filter(|name| !name.starts_with('='));
    let mut all: Vec<String> = known.map(str::to_owned).collect();
    all.retain(|name| name != "VoidSymbol");
    // Those of capital letters are those of small ones too, but for two.
    for capital in all.clone() {
        let bytes = capital.as_bytes();
        let is_named = capital.len() > 1 && bytes[0].is_ascii_uppercase();
        let accents = [
            "grave",
            "acute",
            "circumflex",
            "tilde",
            "diaeresis",
            "ring",
            "cedilla",
        ];
        if is_named && accents.iter().any(|accent| capital[1..] == **accent) {
            all.push(format!("{}{}", capital[..1].to_lowercase(), &capital[1..]));
        }
    }
    all.extend(["ae", "eth", "thorn"].map(str::to_owned));
    all.extend((b'a'..=b'z').map(|letter| char::from(letter).to_string()));
    all.extend((b'A'..=b'Z').map(|letter| char::from(letter).to_string()));
    for (name, first, last) in [
        ("F", 1, 246),
        ("KP_", 0, 9),
        ("Console_", 1, 63),
        ("Ascii_", 0, 9),
        ("Hex_", 0, 9),
    ] {
        all.extend((first..=last).map(|nth| format!("{name}{nth}")));
    }
    for shift in [
        "Shift", "AltGr", "Control", "Alt", "ShiftL", "ShiftR", "CtrlL", "CtrlR",
    ] {
        all.extend([format!("{shift}_Lock"), format!("S{shift}")]);
    }
    for letter in (b'a'..=b'z').map(char::from) {
        all.extend([
            format!("Control_{letter}"),
            format!("Meta_Control_{letter}"),
        ]);
        all.extend([format!("Meta_{letter}"), format!("+{letter}")]);
    }
    for sign in ["backslash", "bracketright", "asciicircum", "underscore"] {
        all.extend([format!("Control_{sign}"), format!("Meta_{sign}")]);
    }
    all.extend(["+udiaeresis", "U+2190", "U+2260", "0x0b61", "Meta_Delete"].map(str::to_owned));
    // Control_h and the like have names of their own.
    all.retain(|name| {
        let own = ["Control_h", "Control_i", "Control_j"];
        !own.iter().any(|own| name.ends_with(own))
    });
    all
}

#[test]
fn names_are_those_of_loadkeys() {
    let names = all_names();
    assert!(names.len() > 700, "{}", names.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keymap-names");
    fs::create_dir_all(&folder).expect("a folder");
    for (nth, names) in names.chunks(120).enumerate() {
        let mut keymap = "keymaps 0-1\ncharset \"iso-8859-1\"\n".to_owned();
        let mut text = String::new();
        for (key, name) in (1..).zip(names) {
            // With one name alone, a letter would be one of Caps Lock.
            let _ = writeln!(keymap, "keycode {key} = {name} VoidSymbol");
            let _ = writeln!(text, "0 {key} {name}");
        }
        let path = folder.join(format!("{nth}.map"));
        fs::write(&path, keymap).expect("a file");
        let theirs = theirs(&path);
        let ours = ours("names", text.as_bytes());
        for (key, name) in (1_u8..).zip(names) {
            let want = theirs["plain"][usize::from(key)];
            let got = ours[&(0, key)];
            // A letter of ASCII is one that Caps Lock changes, as it is by itself in loadkeys.
            let is_letter = name.len() == 1;
            assert_eq!(
                if is_letter { plain(got) } else { got },
                if want >> 8 == 0xf0 { plain(want) } else { want },
                "{name}: {got:04x}, not {want:04x}"
            );
        }
    }
}
