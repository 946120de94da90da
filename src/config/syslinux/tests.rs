//! The reader's own tests: a file's text, and what is made of it.

use super::read;
use crate::config::fake::{Disk, Fake, text};
use crate::entry::{Entries, Timeout};

/// Reads the first of these files; gives its entries, a line each, and what was told.
fn entries_of(files: &[(&str, &[u8])]) -> (String, Option<usize>, Option<Timeout>) {
    let disks = [Disk::new("", "", files)];
    let mut memory = vec![0; 1 << 20];
    let mut fake = Fake::new(&disks, &mut memory);
    let (path, _) = files[0];
    fake.give(read, path, path);
    lines_are_of_files(&fake.entries, files);
    let mut lines = fake.lines(|entry, paths| {
        let [title, submenu, cmdline] = [entry.title, entry.submenu, entry.cmdline].map(text);
        let (kernel, files) = paths.split_first().unwrap();
        format!("{title}|{submenu}|{kernel}|{}|{cmdline}", files.join(","))
    });
    lines.extend(fake.told());
    let all = lines.iter().map(|line| line.clone() + "\n").collect();
    let source = fake.entries.sources().first();
    (
        all,
        source.and_then(|source| source.default),
        source.and_then(|source| source.timeout),
    )
}

/// Every entry is from a line with its title, of the file that it names.
fn lines_are_of_files(entries: &Entries<'_>, files: &[(&str, &[u8])]) {
    for entry in entries.list() {
        let path = str::from_utf8(entry.file).unwrap();
        let (_, text) = files.iter().find(|(name, _)| *name == path).unwrap();
        let line = text
            .split(|byte| *byte == b'\n')
            .nth(entry.line as usize - 1);
        let line = str::from_utf8(line.unwrap()).unwrap();
        let id = str::from_utf8(entry.id).unwrap();
        assert!(line.contains(id), "{path}:{}: {id}", entry.line);
    }
}

#[test]
fn labels() {
    for (text, want) in [
        ("", ""),
        ("label a", ""),
        ("label a\nkernel k", "a||/k||\n"),
        ("LABEL a b\nLINUX k\n", "a b||/k||\n"),
        ("kernel k\nlabel a", ""),
        // The last of what says the same counts.
        (
            "label a\nkernel x\nlinux k\nappend 1\nappend 2\nmenu label ^A^^\nmenu label B",
            "B||/k||2\n",
        ),
        (
            "label a\nmenu label E^xpert ^x\nkernel k",
            "Expert ^x||/k||\n",
        ),
        // A file of the label's own name, and one that is not there.
        (
            "label there\nappend x\nlabel not-there\nappend y",
            "there||/there||x\n",
        ),
        ("label a\nkernel k one\nappend two", "a||/k||one two\n"),
        (
            "append g\nlabel a\nkernel k\nlabel b\nkernel k\nappend -\nmenu separator\n\
             append h\nlabel c\nkernel k",
            "a||/k||g\nb||/k||\nc||/k||h\n",
        ),
        (
            "label a\nkernel k\ninitrd x,,/y, z\nappend p initrd=u,v q",
            "a||/k|/u,/v|p q\n",
        ),
        ("label a\nkernel k\ninitrd x,,/y, z", "a||/k|/x,/y,/z|\n"),
        // What makes it text stays, whatever follows.
        ("label a\nmenu disable\nkernel k", ""),
        ("label a\nkernel k\nmenu exit", ""),
        ("label a\nmenu hide\nkernel k", ""),
        ("default a\nlabel a\nmenu hide\nkernel k", "a||/k||\n"),
        (
            "label a\nkernel k\ntext help\nkernel x\n endtext\nappend y",
            "a||/k||y\n",
        ),
        (
            "label a\nkernel k\ntext help\nlabel b\nkernel x",
            "a||/k||\n",
        ),
        (
            "menu end\nmenu begin\nlabel a\nkernel k\nmenu begin b\nmenu title C\nlabel d\n\
             kernel k\nmenu end\nmenu end\nmenu end\nlabel e\nkernel k",
            "a||/k||\nd|>C|/k||\ne||/k||\n",
        ),
        (
            "label a\ncom32 gfx.c32\nsysappend 3",
            "/f:3: what 'sysappend 3' adds to the command line is left out\n\
             /f:1: 'a' is left out: 'gfx.c32' starts no kernel\n",
        ),
        (
            "label kexec-loader\nkernel k\nlabel b\nkernel k",
            "b||/k||\n",
        ),
        ("label a\nkernel linux.c32 k x initrd=i", "a||/k|/i|x\n"),
        ("label a\nkernel linux.c32", ""),
        (
            "label a\nkernel mboot.c32\nappend k --- --- m 1",
            "a||/k|/m|\n",
        ),
    ] {
        let (got, ..) = entries_of(&[("/f", text.as_bytes()), ("/there", b"")]);
        assert_eq!(got, want, "{text:?}");
    }
}

#[test]
fn defaults_and_timeouts() {
    let off = Some(Timeout::Off);
    let seconds = |seconds| Some(Timeout::Seconds(seconds));
    let labels = "\nlabel a\nkernel k\nlabel b\nkernel k\nappend b\nlabel c\nlocalboot 0";
    for (text, default, timeout) in [
        // Nothing is booted by itself; a menu would begin with its first.
        ("", Some(0), off),
        ("timeout 50", Some(0), off),
        ("ui menu.c32", Some(0), off),
        ("ui menu.c32\ntimeout 1", Some(0), seconds(1)),
        (
            "ui menu.c32\ntimeout 4294967295",
            Some(0),
            seconds(429_496_730),
        ),
        ("ui menu.c32\ntimeout soon", Some(0), off),
        (
            "ui menu.c32\ntimeout 50\ntotaltimeout 40\ndefault b",
            Some(1),
            seconds(4),
        ),
        ("default b\ntimeout 50", Some(1), seconds(0)),
        ("default b\nprompt 1\ntimeout 50", Some(1), seconds(5)),
        ("default b\nprompt 1", Some(1), off),
        ("default b single", Some(1), seconds(0)),
        ("default menu.c32\ntimeout 50", Some(0), seconds(5)),
        ("default /x/VESAMENU.C32 x\ntimeout 50", Some(0), seconds(5)),
        (
            "default a\nontimeout b\nprompt 1\ntimeout 50",
            Some(1),
            seconds(5),
        ),
        // What would boot is left out or not there: nothing else boots in its place.
        ("default c\nprompt 1\ntimeout 50", None, off),
        ("default /x/chain.c32 hd0\nprompt 1\ntimeout 50", None, off),
        ("default none\nprompt 1\ntimeout 50", None, off),
        ("ui menu.c32\nontimeout c\ntimeout 50", None, off),
    ] {
        let text = text.to_owned() + labels;
        let (_, got, time) = entries_of(&[("/f", text.as_bytes())]);
        assert_eq!((got, time), (default, timeout), "{text:?}");
    }
}

#[test]
fn a_kernel_by_itself() {
    let files: [(&str, &[u8]); 3] = [
        ("/f", b"include g\nlabel a\nkernel x"),
        ("/g", b"\n\n\ndefault k root=r"),
        ("/k", b""),
    ];
    let (got, default, timeout) = entries_of(&files);
    assert_eq!(got, "a||/x||\nk root=r||/k||root=r\n");
    assert_eq!((default, timeout), (Some(1), Some(Timeout::Seconds(0))));
}

#[test]
fn a_menu_at_the_end() {
    let files: [(&str, &[u8]); 2] = [
        ("/f", b"label a\nkernel menu.c32\nappend g"),
        ("/g", b"\n\nlabel b\nkernel k"),
    ];
    let (got, ..) = entries_of(&files);
    assert_eq!(got, "b|a|/k||\n");
}

#[test]
fn paths() {
    for (path, name, want) in [
        ("/f", "k", "/k"),
        ("/boot/syslinux/f", "k", "/boot/syslinux/k"),
        ("/boot/syslinux/f", "/k", "/k"),
        ("/tftp/pxelinux.cfg/default", "k", "/tftp/k"),
        ("/pxelinux.cfg/default", "k", "/k"),
        ("/f", "(sda1)/k", "/(sda1)/k"),
    ] {
        let text = format!("label a\nkernel {name}");
        let (got, ..) = entries_of(&[(path, text.as_bytes())]);
        assert_eq!(got, format!("a||{want}||\n"), "{path:?} {name:?}");
    }
}

#[test]
fn circles_end() {
    for text in [
        "include f\ninclude f\nlabel a\nkernel k",
        "label b\nconfig f\nlabel a\nkernel k",
        "label b\nkernel menu.c32\nappend f f g\nlabel a\nkernel k",
    ] {
        let (got, ..) = entries_of(&[("/f", text.as_bytes()), ("/g", b"label c\nconfig f g")]);
        assert!(got.lines().all(|line| line == "a||/k||"), "{got}");
        assert!((1..=64).contains(&got.lines().count()), "{got}");
    }
}

#[test]
fn too_many_entries_are_told_once() {
    let text = "label a\nkernel k\n".repeat(300);
    let (got, ..) = entries_of(&[("/f", text.as_bytes())]);
    assert_eq!(got.lines().count(), 257);
    let told = "/f:513: 256 entries are kept, the rest are skipped\n";
    assert!(got.ends_with(told));
}
