//! What is typed, and what is made of it.

use super::path::{resolve, without_disk};
use super::{Candidates, Command, Line, Mistake, Page, Step, Turn, What};
use super::{cut_word, parse, row, target};
use crate::keys::{Decoder, Key};
use crate::out::Put;
use heapless::Vec as Fixed;

type Word = Fixed<u8, 1024>;

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("text")
}

#[test]
fn words_with_quotes_and_escapes() {
    for (line, word, rest, is_quoted) in [
        ("", "", "", false),
        ("  ", "", "", false),
        ("a", "a", "", false),
        (" \t a b", "a", " b", false),
        ("\"a b\" c", "a b", " c", false),
        ("a\" \"b c", "a b", " c", false),
        ("a\\ b c", "a b", " c", false),
        ("\\\"a\\\\ b", "\"a\\", " b", false),
        ("\"a\\\"b\" c", "a\"b", " c", false),
        ("\"a\\ b\"", "a b", "", false),
        ("\"\" c", "", " c", false),
        // What has no end.
        ("\"a b", "a b", "", true),
        ("a\\", "a", "", false),
        ("a \\", "a", " \\", false),
        ("#a", "#a", "", false),
        ("(LABEL=My\\ Disk)/x y", "(LABEL=My Disk)/x", " y", false),
    ] {
        let mut left = line.as_bytes();
        let mut got = Word::new();
        let open = cut_word(&mut left, &mut got);
        assert_eq!(
            (text(&got), text(left), open),
            (word, rest, is_quoted),
            "{line:?}"
        );
    }
}

#[test]
fn a_word_keeps_what_has_room() {
    let mut got = Fixed::<u8, 3>::new();
    let mut line = &b"abcdef g"[..];
    cut_word(&mut line, &mut got);
    assert_eq!((text(&got), text(line)), ("abc", " g"));
}

/// Every command, and the words that it may have: its row, its first argument, and the rest.
#[test]
fn lines_of_every_command() {
    use Command as C;
    for (line, command, word, rest) in [
        ("root", C::Set, "", ""),
        ("root sda1", C::Set, "sda1", ""),
        ("ROOT \"LABEL=My Disk\"", C::Set, "LABEL=My Disk", ""),
        ("kernel", C::Set, "", ""),
        ("kernel /boot/vmlinuz", C::Set, "/boot/vmlinuz", ""),
        ("kernel (LABEL=a\\ b)/k", C::Set, "(LABEL=a b)/k", ""),
        ("cmdline", C::Set, "", ""),
        (
            "cmdline  root=/dev/sda1 \"a  b\" \\ ",
            C::Set,
            "",
            "root=/dev/sda1 \"a  b\" \\",
        ),
        ("append quiet", C::Set, "", "quiet"),
        ("initrd /i", C::Add, "/i", ""),
        ("module /m a=\"b c\"  d", C::Add, "/m", "a=\"b c\"  d"),
        ("mount sda1 /boot dir", C::Add, "sda1", "/boot dir"),
        ("mount", C::Add, "", ""),
        ("umount", C::Unmount, "", ""),
        ("reset-vga", C::ResetVga, "", ""),
        ("boot", C::Boot, "", ""),
        ("boot 2", C::Boot, "2", ""),
        (
            "run /bin/sh -c \"a  b\"",
            C::Program,
            "",
            "/bin/sh -c \"a  b\"",
        ),
        ("exec /init", C::Program, "", "/init"),
        ("disks", C::Disks, "", ""),
        ("ls", C::List, "", ""),
        ("  ls\t/boot  ", C::List, "/boot", ""),
        ("find *.img", C::Find, "*.img", ""),
        ("find \"a b\" /boot", C::Find, "a b", "/boot"),
        ("cat a\\ b", C::Show, "a b", ""),
        ("cd", C::Go, "", ""),
        ("cd ..", C::Go, "..", ""),
        ("hexdump /x", C::Dump, "/x", ""),
        ("uname", C::Kernel(b"(rootfs)/proc/version"), "", ""),
        ("meminfo", C::Kernel(b"(rootfs)/proc/meminfo"), "", ""),
        ("dmesg", C::KernelLog(b"(rootfs)/dev/kmsg"), "", ""),
        ("log", C::Log, "", ""),
        ("insmod ext4.ko a=1 b", C::Insert, "ext4.ko", "a=1 b"),
        ("lsmod", C::Kernel(b"(rootfs)/proc/modules"), "", ""),
        ("rescan", C::Rescan, "", ""),
        ("explain grub.cfg", C::Explain, "grub.cfg", ""),
        ("reboot", C::Reboot, "", ""),
        ("shutdown", C::PowerOff, "", ""),
        ("poweroff", C::PowerOff, "", ""),
        ("exit", C::Leave, "", ""),
        ("help", C::Help, "", ""),
        ("help ls", C::Help, "ls", ""),
    ] {
        let mut got = Word::new();
        let (row, left) = parse(line.as_bytes(), &mut got).expect(line);
        assert_eq!(row.command, command, "{line:?}");
        assert_eq!((text(&got), text(left)), (word, rest), "{line:?}");
    }
}

#[test]
fn lines_that_are_none() {
    for (line, want) in [
        ("", "nothing"),
        (" \t", "nothing"),
        ("# root sda1", "nothing"),
        ("\"\"", "nothing"),
        ("roo sda1", "roo unknown"),
        ("root= sda1", "root= unknown"),
        ("\"a b\" c", "a b unknown"),
        // Words that are missing, and too many.
        ("cat", "cat FILE"),
        ("cat \"\"", "cat FILE"),
        ("run", "run TEXT"),
        ("exec  ", "exec TEXT"),
        ("find", "find PATTERN [FOLDER]"),
        ("insmod", "insmod FILE [OPTIONS]"),
        ("explain", "explain FILE"),
        ("hexdump", "hexdump FILE"),
        ("cat a b", "cat FILE"),
        ("root LABEL=My Disk", "root [DISK]"),
        ("reboot now", "reboot "),
        ("exit 1", "exit "),
        ("boot 1 2", "boot [NUMBER]"),
    ] {
        let mut word = Word::new();
        let got = match parse(line.as_bytes(), &mut word).expect_err(line) {
            Mistake::Nothing => "nothing".to_owned(),
            Mistake::Unknown => format!("{} unknown", text(&word)),
            Mistake::Words(row) => format!("{} {}", text(row.name), text(row.forms)),
        };
        assert_eq!(got, want, "{line:?}");
    }
}

/// What a row may say, so that help fits on a screen and every command is of one name.
#[test]
fn the_table() {
    let rows: Vec<_> = (0..).map_while(row).collect();
    assert_eq!(rows.len(), super::COMMANDS.len());
    assert_eq!(
        super::TABLE.split(|byte| *byte == b'\n').count(),
        rows.len()
    );
    assert!(row(usize::MAX).is_none());
    for (nth, row) in rows.iter().enumerate() {
        let usage = format!("{} {}", text(row.name), text(row.forms));
        assert!(usage.len() < 27 && 28 + row.words.len() < 80, "{usage}");
        assert!(rows.iter().take(nth).all(|other| other.name != row.name));
        assert!(!row.words.is_empty());
    }
}

#[test]
fn paths() {
    for (folder, path, want) in [
        ("(sda1)/", "", "(sda1)/"),
        ("(sda1)/", "boot", "(sda1)/boot"),
        ("(sda1)/boot", "", "(sda1)/boot"),
        ("(sda1)/boot", "grub/x", "(sda1)/boot/grub/x"),
        ("(sda1)/boot", "/x", "(sda1)/x"),
        ("(sda1)/boot", "/", "(sda1)/"),
        ("(sda1)/boot", ".", "(sda1)/boot"),
        ("(sda1)/boot", "..", "(sda1)/"),
        ("(sda1)/boot", "../..", "(sda1)/"),
        ("(sda1)/a/b", "../../../c", "(sda1)/c"),
        ("(sda1)/a", "./b//c/.", "(sda1)/a/b/c"),
        ("(sda1)/a", "b/..", "(sda1)/a"),
        ("(sda1)/a", "...", "(sda1)/a/..."),
        ("(sda1)/a", "(sdb1)", "(sdb1)/"),
        ("(sda1)/a", "(sdb1)x", "(sdb1)/x"),
        ("(sda1)/a", "(UUID=1-2)/x/../..", "(UUID=1-2)/"),
        // Names of disks may have slashes.
        ("(cciss/c0d0p1)/a", "..", "(cciss/c0d0p1)/"),
        ("(cciss/c0d0p1)/", "..", "(cciss/c0d0p1)/"),
        ("(sda1)/a", "(sdb1", "(sdb1/"),
        ("(sda1)/a", "()", "()/"),
        ("(sda1)/a", "x(y)", "(sda1)/a/x(y)"),
    ] {
        let mut got = Word::new();
        assert!(resolve(folder.as_bytes(), path.as_bytes(), &mut got));
        assert_eq!(text(&got), want, "{folder} {path:?}");
    }
    let mut small = Fixed::<u8, 8>::new();
    assert!(!resolve(b"(sda1)/", b"boot", &mut small), "no room");
    for (path, disk, want) in [
        ("(sda1)/x", "sda1", "/x"),
        ("(sda1)/x", "sda", "(sda1)/x"),
        ("(LABEL=a)/x", "label=A", "/x"),
        ("(sda1)/x", "", "(sda1)/x"),
        ("/x", "", "/x"),
        ("()", "", ""),
        ("(sda1", "sda1", "(sda1"),
    ] {
        assert_eq!(
            text(without_disk(path.as_bytes(), disk.as_bytes())),
            want,
            "{path}"
        );
    }
}

/// What is inserted where these names are there, each with what comes behind it.
fn inserted(line: &str, names: &[(&[u8], &str)]) -> (usize, String) {
    let target = target(line.as_bytes());
    let mut found = Candidates::default();
    for (name, behind) in names {
        if let Some(rest) = target.rest_of(name) {
            found.add(rest, behind.as_bytes());
        }
    }
    let mut out = Word::new();
    found.put(&target, &mut out);
    (found.count, String::from_utf8_lossy(&out).into_owned())
}

#[test]
fn what_is_completed() {
    for (line, what, folder) in [
        ("", What::Command, ""),
        ("  ", What::Command, ""),
        ("ro", What::Command, ""),
        ("help ", What::Command, ""),
        ("help l", What::Command, ""),
        ("nonsense ", What::Nothing, ""),
        ("root ", What::Disk, ""),
        ("root sda1 ", What::Nothing, ""),
        ("mount LAB", What::Disk, ""),
        ("mount sda1 /b", What::File, "/"),
        ("kernel ", What::File, ""),
        ("kernel boot/", What::File, "boot/"),
        ("kernel /boot/vm", What::File, "/boot/"),
        ("kernel (sd", What::DiskOfPath, "("),
        ("kernel (sda1)", What::File, "(sda1)"),
        ("kernel (sda1)/boot/vm", What::File, "(sda1)/boot/"),
        ("kernel (cciss/c0", What::DiskOfPath, "("),
        ("cat a(b)c", What::File, ""),
        ("cat (sda1)/a)b", What::File, "(sda1)/"),
        ("cat (sda1)a", What::File, "(sda1)"),
        ("cat a b", What::Nothing, ""),
        ("cat \"a b/c", What::File, "a b/"),
        ("cat a\\ b/c", What::File, "a b/"),
        ("cmdline roo", What::Nothing, ""),
        ("find vm", What::Nothing, ""),
        ("find vm /", What::File, "/"),
        ("insmod x.ko ", What::Nothing, ""),
        ("boot ", What::Nothing, ""),
        ("exit ", What::Nothing, ""),
    ] {
        let target = target(line.as_bytes());
        assert_eq!(
            (target.what, text(target.folder())),
            (what, folder),
            "{line:?}"
        );
    }
    let long = format!("cat {}", "x".repeat(2000));
    assert_eq!(target(long.as_bytes()).what, What::Nothing);
}

#[test]
fn how_words_go_on() {
    let disks: &[(&[u8], &str)] = &[(b"sda", ""), (b"sda1", ""), (b"LABEL=My Disk", "")];
    let files: &[(&[u8], &str)] = &[
        (b"vmlinuz-1", ""),
        (b"vmlinuz-2", ""),
        (b"boot", "/"),
        (b"a b\\c", ""),
        (b"\xc3\xa9", ""),
        (b"\xc3\xa8", ""),
        (b"evil\x1b[2J", ""),
        (b"evil\n", ""),
    ];
    for (line, names, want) in [
        ("root L", disks, (1, "ABEL=My\\ Disk ")),
        ("root \"l", disks, (1, "ABEL=My Disk\" ")),
        ("root s", disks, (2, "da")),
        ("root sda", disks, (2, "")),
        ("root sda1", disks, (1, " ")),
        ("root SDA1", disks, (1, " ")),
        ("root x", disks, (0, "")),
        ("kernel v", files, (2, "mlinuz-")),
        ("kernel V", files, (0, "")),
        ("kernel /b", files, (1, "oot/")),
        ("kernel a", files, (1, "\\ b\\\\c ")),
        ("kernel \"a", files, (1, " b\\\\c\" ")),
        // Letters of several bytes are not cut; what cannot be typed is not offered.
        ("kernel \u{e9}", files, (1, " ")),
        ("kernel e", files, (0, "")),
    ] {
        let (count, text) = inserted(line, names);
        assert_eq!((count, text.as_str()), want, "{line:?}");
    }
    let letters: &[(&[u8], &str)] = &[(b"x\xc3\xa9", ""), (b"x\xc3\xa8", "")];
    assert_eq!(inserted("kernel ", letters), (2, "x".to_owned()));
    // Two disks of one label are one word; the end of a bracket is in common.
    let same: &[(&[u8], &str)] = &[(b"LABEL=a", ")/"), (b"LABEL=a", ")/")];
    assert_eq!(inserted("ls (lab", same), (2, "EL=a)/".to_owned()));
    let folder: &[(&[u8], &str)] = &[(b"boot", "/"), (b"boot2", "/"), (b"bootx", "")];
    assert_eq!(inserted("ls b", folder), (3, "oot".to_owned()));
}

/// Types keys; gives the last step, the line with its cursor, and the row that shows it.
fn typed(line: &mut Line, keys: &str, columns: usize) -> (Step, String, String) {
    let mut decoder = Decoder::default();
    let mut step = Step::Stay;
    let mut keys: Vec<_> = keys.bytes().filter_map(|byte| decoder.feed(byte)).collect();
    keys.extend(decoder.idle());
    for key in keys {
        step = line.key(key);
        if matches!(step, Step::Run | Step::Cancel | Step::Leave) {
            line.begin();
        }
    }
    let mut shown = line.editor.text().to_vec();
    shown.insert(line.editor.cursor(), b'|');
    let mut row = Word::new();
    let column = line.draw(b"(sda1)/boot", columns, &mut row);
    assert!(column < columns.max(2), "{column} of {columns}");
    (
        step,
        String::from_utf8_lossy(&shown).into_owned(),
        format!("{}:{column}", String::from_utf8_lossy(&row)),
    )
}

#[test]
fn lines_from_before() {
    let mut line = Line::new();
    for (keys, step, text, row) in [
        ("", Step::Stay, "|", "(sda1)/boot> :13"),
        ("\x04", Step::Leave, "|", "(sda1)/boot> :13"),
        ("one\r", Step::Run, "|", "(sda1)/boot> :13"),
        ("\r", Step::Run, "|", "(sda1)/boot> :13"),
        ("two\rtwo\rthree\r", Step::Run, "|", "(sda1)/boot> :13"),
        ("\x1b[A", Step::Stay, "three|", "(sda1)/boot> three:18"),
        ("\x1b[A", Step::Stay, "two|", "(sda1)/boot> two:16"),
        ("\x10\x10\x10", Step::Stay, "one|", "(sda1)/boot> one:16"),
        ("\x1b[B\x0e", Step::Stay, "three|", "(sda1)/boot> three:18"),
        ("\x1b[B", Step::Stay, "|", "(sda1)/boot> :13"),
        // A line that was begun is kept when another is shown.
        ("fo\x1b[A", Step::Stay, "three|", "(sda1)/boot> three:18"),
        ("\x1b[B", Step::Stay, "fo|", "(sda1)/boot> fo:15"),
        ("\x1b", Step::Stay, "fo|", "(sda1)/boot> fo:15"),
        ("\x03", Step::Cancel, "|", "(sda1)/boot> :13"),
        ("a\t", Step::Complete, "a|", "(sda1)/boot> a:14"),
        ("\x0c", Step::Clear, "a|", "(sda1)/boot> a:14"),
        ("\x03", Step::Cancel, "|", "(sda1)/boot> :13"),
        // Search: letters, further back, a letter that is nowhere, the end of it.
        ("\x12", Step::Stay, "|", "search '': :11"),
        ("o", Step::Stay, "fo|", "search 'o': fo:14"),
        ("\x12", Step::Stay, "two|", "search 'o': two:15"),
        ("\x12", Step::Stay, "one|", "search 'o': one:15"),
        ("\x12", Step::Stay, "one|", "search 'o': one:15"),
        ("x", Step::Stay, "one|", "search 'o': one:15"),
        ("\x7f", Step::Stay, "fo|", "search '': fo:13"),
        ("thr", Step::Stay, "three|", "search 'thr': three:19"),
        ("\x1b[D", Step::Stay, "thre|e", "(sda1)/boot> three:17"),
        ("\x12t\x07", Step::Stay, "|", "(sda1)/boot> :13"),
        ("\x12one\r", Step::Run, "|", "(sda1)/boot> :13"),
        ("\x1b[A", Step::Stay, "one|", "(sda1)/boot> one:16"),
    ] {
        let got = typed(&mut line, keys, 80);
        assert_eq!(got, (step, text.to_owned(), row.to_owned()), "{keys:?}");
    }
}

#[test]
fn thirty_two_lines_are_kept() {
    let mut line = Line::new();
    for nth in 0..50 {
        typed(&mut line, &format!("line {nth}\r"), 80);
    }
    for nth in (18..50).rev() {
        assert_eq!(typed(&mut line, "\x1b[A", 80).1, format!("line {nth}|"));
    }
    assert_eq!(typed(&mut line, "\x1b[A", 80).1, "line 18|", "the last");
    // Long ones take the room of several, and one that is too long is not kept.
    let long = "x".repeat(3000);
    typed(&mut line, &format!("\x03{long}\r"), 80);
    typed(&mut line, &format!("{}\r", "y".repeat(4096)), 80);
    assert_eq!(typed(&mut line, "\x1b[A", 80).1, format!("{long}|"));
    for nth in (30..50).rev() {
        assert_eq!(typed(&mut line, "\x1b[A", 80).1, format!("line {nth}|"));
    }
}

#[test]
fn long_lines_move_sideways() {
    let mut line = Line::new();
    let text: String = ('a'..='z').collect();
    for (columns, want) in [
        (80, "(sda1)/boot> abcdefghijklmnopqrstuvwxyz:39"),
        // The last column stays empty, lest the terminal begin a new row.
        (41, "(sda1)/boot> abcdefghijklmnopqrstuvwxyz:39"),
        (40, "(sda1)/boot> nopqrstuvwxyz:26"),
        (30, "(sda1)/boot> qrstuvwxyz:23"),
        // Half of the columns are for the line.
        (20, "a1)/boot> uvwxyz:16"),
    ] {
        let mut fresh = Line::new();
        assert_eq!(typed(&mut fresh, &text, columns).2, want, "{columns}");
    }
    // Nothing that was put into it draws on the screen.
    line.editor.insert(b"a\x1b[2J\x9b");
    assert_eq!(typed(&mut line, "", 80).2, "(sda1)/boot> a?[2J?:19");
    for columns in 0..20 {
        typed(&mut line, "x\x1b[H", columns);
    }
}

/// All rows of an output, and what stops it; keys are pressed at full pages.
fn paged(size: (usize, usize), output: &[&[u8]], keys: &[Key]) -> Vec<String> {
    let mut page = Page::new(size);
    let mut keys = keys.iter();
    let mut rows = Vec::new();
    for piece in output {
        let mut rest = *piece;
        while page.take(&mut rest) {
            while page.is_full() {
                rows.push("--more--".to_owned());
                match keys.next().map_or(Turn::Stop, |key| page.key(*key)) {
                    Turn::Stop => return rows,
                    Turn::Stay => rows.push("?".to_owned()),
                    Turn::On => {}
                }
            }
            rows.push(String::from_utf8_lossy(page.row()).into_owned());
            page.next_row();
        }
    }
    if !page.row().is_empty() {
        rows.push(String::from_utf8_lossy(page.row()).into_owned());
    }
    rows
}

#[test]
fn pages() {
    const SIX: &[&[u8]] = &[b"1\n2\n3\n", b"4\n5", b"\n6\n"];
    let space = Key::Byte(b' ');
    for (size, output, keys, want) in [
        ((24, 80), SIX, &[][..], &["1", "2", "3", "4", "5", "6"][..]),
        // What fits exactly does not stop.
        ((7, 80), SIX, &[], &["1", "2", "3", "4", "5", "6"]),
        ((6, 80), SIX, &[], &["1", "2", "3", "4", "5", "--more--"]),
        (
            (3, 80),
            SIX,
            &[space, Key::Enter, Key::Byte(b'x'), Key::Byte(b'q')],
            &[
                "1", "2", "--more--", "3", "4", "--more--", "5", "--more--", "?", "--more--",
            ],
        ),
        ((2, 80), &[b"1\n2\n"], &[Key::Byte(3)], &["1", "--more--"]),
        (
            (0, 80),
            &[b"1\n2\n"],
            &[Key::PageDown],
            &["1", "--more--", "2"],
        ),
        // Rows that are too long go on in the next; tabs; what no screen may be sent.
        (
            (24, 3),
            &[b"abcde\nfgh\ni"],
            &[],
            &["abc", "de", "fgh", "i"],
        ),
        (
            (24, 20),
            &[b"a\tb\t\tc"],
            &[],
            &["a       b           ", "c"],
        ),
        (
            (24, 80),
            &[b"a\r\nb\x1b[2J\x9b\r\n\xc3\xbc\n"],
            &[],
            &["a", "b?[2J?", "\u{fc}"],
        ),
        ((24, 0), &[b"ab"], &[], &["a", "b"]),
        ((24, 80), &[b"\n\n"], &[], &["", ""]),
        ((24, 80), &[b""], &[], &[]),
    ] {
        assert_eq!(paged(size, output, keys), want, "{size:?} {output:?}");
    }
    let wide = paged((24, 4096), &["\u{1f600}".repeat(300).as_bytes()], &[]);
    let lengths: Vec<_> = wide.iter().map(|row| row.chars().count()).collect();
    assert_eq!(lengths, [255, 45]);
    let mut out = Word::new();
    out.put(b"x");
    assert_eq!(&*out, b"x");
}
