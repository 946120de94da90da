//! What the reader makes of small files.

use super::read;
use crate::config::fake::{Disk, Fake, text};
use crate::entry::{Extra, Timeout};
use crate::location::Id;

const PATH: &str = "/boot/grub/menu.lst";

/// Reads a `menu.lst` on sda1 that has these files beside it; gives its entries in words,
/// one line each, and what was told.
fn parse(menu: &str, others: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
    let files = [others, &[(PATH, menu.as_bytes())]].concat();
    let disks = [
        Disk::new("sda1", "1111", &files),
        Disk::new("sda2", "2222", &[("/vmlinuz", b"k"), ("/marker", b"")]),
        Disk::new("sdb1", "3333", &[("/boot/other", b"k")]),
    ];
    let mut memory = vec![0; 1 << 16];
    let mut fake = Fake::new(&disks, &mut memory);
    fake.give(read, "f", PATH);
    let entries = &fake.entries;
    let mut lines = vec![];
    for (nth, entry) in entries.list().iter().enumerate() {
        let Id::Name(disk) = entry.root.id else {
            panic!("a name");
        };
        let parts = [
            entry.submenu,
            entry.title,
            disk,
            entry.kernel,
            entry.cmdline,
        ];
        let mut line = parts.map(text).join("|");
        for extra in entries.extras(nth) {
            let (mark, words) = match extra {
                Extra::Initrd(path) => ("|", path),
                Extra::Module(words) => ("|+", words),
                Extra::Mount(..) => panic!("no mounts"),
            };
            line = line + mark + &text(words);
        }
        lines.push(line);
    }
    let source = entries.sources()[0];
    let choice = [source.default, source.fallback];
    lines.push(format!("{choice:?} {:?}", source.timeout));
    (lines, fake.told())
}

#[test]
fn entries_of_each_kind() {
    for (text, want) in [
        (
            "title A\nroot (hd0,0)\nkernel /boot/k ro quiet\ninitrd /boot/i\n",
            "|A|sda1|/boot/k|ro quiet|/boot/i",
        ),
        // Another disk, by number, by letter, as `grub.conf` has it, by bracket alone.
        (
            "title A\nroot (hd0,1)\nkernel /vmlinuz",
            "|A|sda2|/vmlinuz|",
        ),
        (
            "title A\nroot=(hd0,b)\nkernel = /vmlinuz x=y",
            "|A|sda2|/vmlinuz|x=y",
        ),
        (
            "title A\nkernel (hd0,1)/vmlinuz\ninitrd /boot/i",
            "|A|sda2|/vmlinuz||(sda1)/boot/i",
        ),
        (
            "title A\nroot (hd0,1)\nkernel ()/vmlinuz\ninitrd (hd1,0)/i",
            "|A|sda2|/vmlinuz||(sdb1)/i",
        ),
        (
            "title A\nuuid 3333\nkernel /boot/other\nquiet",
            "|A|sdb1|/boot/other|",
        ),
        (
            "title A\nfind --set-root --ignore-floppies /marker\nkernel /vmlinuz",
            "|A|sda2|/vmlinuz|",
        ),
        (
            "title A\nfind --set-root --ignore-cd /boot/other\nkernel /boot/other",
            "|A|sdb1|/boot/other|",
        ),
        (
            "title A\nfindiso /marker\nkernel /vmlinuz",
            "|A|sda2|/vmlinuz|",
        ),
        (
            // It is no command of the menu.
            "root (hd0,1)\ntitle A\nkernel /boot/k",
            "|A|sda1|/boot/k|",
        ),
        // Nothing says a disk: that of the file.
        ("title A\nkernel /boot/k", "|A|sda1|/boot/k|"),
        (
            "title Xen\nkernel --type=multiboot --no-mem-option /boot/k dom0\n\
             module /vmlinuz ro\nmodulenounzip (hd0,1)/i\n",
            "|Xen|sda1|/boot/k|dom0|+/vmlinuz ro|+(sda2)/i",
        ),
        (
            "title A\nkernel /boot/k\ninitrd /a /b",
            "|A|sda1|/boot/k||/a|/b",
        ),
        (
            "title A\nkernel /boot/k \\\n    root=/dev/sda1\\\n ro",
            "|A|sda1|/boot/k|root=/dev/sda1 ro",
        ),
    ] {
        let (lines, told) = parse(text, &[("/boot/k", b"k")]);
        assert_eq!(lines.first().map(String::as_str), Some(want), "{text:?}");
        assert!(told.is_empty(), "{text:?} {told:?}");
    }
}

#[test]
fn titles_that_are_no_entries_are_counted() {
    let menu = "default 3\nfallback 3 1\ntimeout=5\npassword --md5 x\n\
        title first\nkernel /boot/k 1\ntitle ----\nroot\n\
        title Windows\nrootnoverify (hd0,0)\nchainloader +1\n\
        title last\nlock\nkernel /boot/k 2\nsavedefault\n\
        title DOS\nkernel /boot/memdisk\ninitrd /dos.img\ntimeout 9\n";
    let (lines, told) = parse(menu, &[("/boot/k", b"k")]);
    let seconds = Timeout::Seconds(5);
    assert_eq!(
        lines,
        [
            "|first|sda1|/boot/k|1".to_owned(),
            "|last|sda1|/boot/k|2".to_owned(),
            format!("[Some(1), Some(1)] {:?}", Some(seconds)),
        ]
    );
    assert_eq!(
        told,
        [
            "f:9: 'Windows' is left out: it starts another boot loader",
            "f:16: 'DOS' is left out: it starts another boot loader"
        ]
    );
}

#[test]
fn the_choice() {
    let menu = "title a\nkernel /boot/k a\ntitle b\nkernel /boot/k b\n";
    for (lines, saved, want) in [
        ("", "", "[Some(0), None] None"),
        ("default saved", "1\n#\n#\n", "[Some(1), None] None"),
        ("default saved", "x", "[Some(0), None] None"),
        ("default 7\nfallback 1 0", "", "[None, Some(1)] None"),
        ("fallback 1 0", "", "[Some(0), Some(1)] None"),
        ("fallback 5", "", "[Some(0), None] None"),
        ("timeout -1", "", "[Some(0), None] Some(Off)"),
        ("timeout soon", "", "[Some(0), None] None"),
    ] {
        let text = format!("{lines}\n{menu}");
        let files: [(&str, &[u8]); 2] =
            [("/boot/k", b"k"), ("/boot/grub/default", saved.as_bytes())];
        let (got, _) = parse(&text, &files);
        assert_eq!(got.last().map(String::as_str), Some(want), "{text:?}");
    }
}

#[test]
fn disks_by_number() {
    let told = "f:1: the disk of 'A' is not known here, that of the file is taken";
    for (map, root, kernel, want, is_told) in [
        ("(hd0) /dev/sdb\n", "hd0,0", "/boot/other", "sdb1", false),
        // What the map says has no such file.
        ("(hd0) /dev/sdb\n", "hd0,0", "/boot/k", "sda1", false),
        ("(hd0) /dev/sdx\n", "hd0,0", "/boot/k", "sda1", false),
        (
            "(hd1) /dev/disk/by-id/x\n",
            "hd1,0",
            "/boot/other",
            "sdb1",
            false,
        ),
        (
            "junk\n(hd1 \n(hd1)\n",
            "hd1,0",
            "/boot/other",
            "sdb1",
            false,
        ),
        ("", "hd1,0", "/boot/other", "sdb1", false),
        ("", "hd1,0", "/nowhere", "sdb1", false),
        ("", "hd1,0", "/boot/k", "sda1", false),
        ("", "hd7,0", "/boot/k", "sda1", false),
        ("", "nd", "/boot/k", "sda1", false),
        ("", "hd0,99999999999", "/boot/k", "sda1", false),
        ("", "hd0,-", "/boot/k", "sda1", false),
        ("", "hd7,0", "/nowhere", "sda1", true),
    ] {
        let files: [(&str, &[u8]); 2] =
            [("/boot/k", b"k"), ("/boot/grub/device.map", map.as_bytes())];
        let text = format!("title A\nroot ({root})\nkernel {kernel}\n");
        let (lines, notes) = parse(&text, &files);
        let want = format!("|A|{want}|{kernel}|");
        assert_eq!(lines.first(), Some(&want), "{map:?} {text:?}");
        let want: &[&str] = if is_told { &[told] } else { &[] };
        assert_eq!(notes, want, "{map:?} {text:?}");
    }
}

#[test]
fn files_that_lead_to_files() {
    let files: [(&str, &[u8]); 4] = [
        ("/boot/k", b"k"),
        (
            "/more.lst",
            b"default 1\ntimeout 3\ntitle x\nkernel /boot/k x\ntitle y\nkernel /boot/k y",
        ),
        ("/self.lst", b"title again\nconfigfile /self.lst\n"),
        ("/loop.lst", b"configfile /loop.lst\n"),
    ];
    for (text, want, told) in [
        (
            "default 1\ntitle a\nkernel /boot/k\ntitle More\nconfigfile /more.lst\n",
            &[
                "|a|sda1|/boot/k|",
                "More|x|sda1|/boot/k|x",
                "More|y|sda1|/boot/k|y",
                "[Some(1), None] None",
            ][..],
            &[][..],
        ),
        (
            "configfile /more.lst\n",
            &[
                "|x|sda1|/boot/k|x",
                "|y|sda1|/boot/k|y",
                "[Some(1), None] Some(Seconds(3))",
            ],
            &[],
        ),
        (
            "title gone\nconfigfile /gone.lst\n",
            &["[None, None] None"],
            &["f:1: 'gone' is left out: its configuration cannot be read"],
        ),
        (
            "title a\nconfigfile /self.lst\n",
            &["[None, None] None"],
            &[],
        ),
        ("configfile /loop.lst\n", &["[None, None] None"], &[]),
    ] {
        let (lines, notes) = parse(text, &files);
        assert_eq!(lines, want, "{text:?}");
        assert_eq!(notes, told, "{text:?}");
    }
}

#[test]
fn anything_else_says_nothing() {
    for text in [
        "",
        "title",
        "kernel /k",
        "initrd /i",
        "module /m",
        "title a\nkernel",
        "title a\nkernel --x",
        "title a\nkernel (hd0,0)",
        "title a\ninitrd /i",
        "title a\nkernel (hd0,0",
        "(hd0",
        "root",
        "uuid",
        "title a\nuuid\n",
        "find --set-root",
        "default",
        "configfile",
        "\\",
        "title \\",
        "=",
        "title=",
        "\0\x7f\u{ff}",
    ] {
        let (lines, told) = parse(text, &[]);
        assert_eq!(
            lines.last().map(String::as_str),
            Some("[None, None] None"),
            "{text:?}"
        );
        assert_eq!((lines.len(), told.len()), (1, 0), "{text:?} {told:?}");
    }
}

#[test]
fn one_entry_too_many() {
    let text = "title t\nkernel /k\n".repeat(257);
    let (lines, told) = parse(&text, &[("/k", b"k")]);
    assert_eq!(lines.len(), 257);
    assert_eq!(told, ["f:513: 256 entries are kept, the rest are skipped"]);
}
