//! Scripts and the menus that they make: tests only.

use super::read;
use crate::config::fake::{Disk, Fake, text};
use crate::entry::Timeout;
use crate::location::BOOT_DISK;

const PATH: &str = "/boot/grub/grub.cfg";

const FILES: &[(&str, &[u8])] = &[
    ("/vmlinuz-1", b"1"),
    ("/vmlinuz-2", b"2"),
    ("/empty", b""),
    (
        "/boot/grub/grubenv",
        b"# GRUB Environment Block\nsaved_entry=two\nx=a\\\\b\n#####",
    ),
    (
        "/boot/grub/more.cfg",
        b"menuentry more { linux /vmlinuz-2 $1 $v }\n",
    ),
    (
        "/loader/entries/1.conf",
        b"title One\nlinux /vmlinuz-1\noptions b\n",
    ),
    (
        "/loader/entries/2.conf",
        b"title Two\nlinux /vmlinuz-2\noptions a=$v $w\ninitrd /i\n",
    ),
    ("/boot/grub/self.cfg", b"source /boot/grub/self.cfg\n"),
];

const OTHER: &[(&str, &[u8])] = &[("/marker", b"x"), ("/cfg", b"menuentry far { linux /k }\n")];

/// What a script makes: a line for each entry, and what was told.
fn run(script: &str) -> (Vec<String>, Vec<String>, Option<usize>, Option<Timeout>) {
    let files = [FILES, &[(PATH, script.as_bytes())]].concat();
    let disk = |name, uuid, label, files| Disk {
        label,
        ..Disk::new(name, uuid, files)
    };
    let disks = [
        disk("", "1111", "own", &*files),
        disk("sda2", "2222-AAAA", "other", OTHER),
    ];
    let mut memory = vec![0; 1 << 16];
    let mut fake = Fake::new(&disks, &mut memory);
    fake.give(read, "g", PATH);
    let lines = fake.lines(|entry, paths| {
        let mut line = String::new();
        if !entry.submenu.is_empty() {
            line += &(text(entry.submenu) + ">");
        }
        line += &(text(entry.title) + ": ");
        if entry.root.id != BOOT_DISK.id {
            line += &["(", &text(entry.root.name), ")"].concat();
        }
        line += &text(entry.kernel);
        if !entry.cmdline.is_empty() {
            line += &(" ".to_owned() + &text(entry.cmdline));
        }
        for path in &paths[1..] {
            line += &(" +".to_owned() + path);
        }
        line
    });
    let source = fake.entries.sources()[0];
    (lines, fake.told(), source.default, source.timeout)
}

/// Scripts, and the entries that they make.
const SCRIPTS: &[(&str, &[&str])] = &[
    (
        "menuentry 'a b' { linux /k x=1 y\ninitrd /i /j\n}",
        &["a b: /k x=1 y +/i +/j"],
    ),
    (
        "menuentry a --class b --id c --unrestricted {linux16 /k; initrd16 /i}",
        &["a: /k +/i"],
    ),
    (
        "set v=1; menuentry a { linux /k $v }; set v=2",
        &["a: /k 2"],
    ),
    (
        "menuentry a { linux /k \"b c\" 'd\"e' f\\\\g }",
        &["a: /k \"b c\" d\\\"e f\\\\g"],
    ),
    (
        "v='x y'; menuentry a { linux /k $v \"$v\" ${v}z w$v }",
        &["a: /k x y \"x y\" x yz wx y"],
    ),
    (
        "menuentry a { linux /k $none \"\" \"$none\" }",
        &["a: /k  "],
    ),
    (
        "function f { linux /k $1 $# \"$@\" }; menuentry a { f 1 '2 3' }",
        &["a: /k 1 2 1 \"2 3\""],
    ),
    (
        "for i in 1 2 3; do menuentry e$i \"$i\" { linux /k $2 }; done",
        &["e1: /k 1", "e2: /k 2", "e3: /k 3"],
    ),
    (
        "i=; while [ x$i != xaa ]; do i=a$i; done; menuentry a { linux /k $i }",
        &["a: /k aa"],
    ),
    (
        "until [ x$i = xaa ]; do i=a$i; done; menuentry a { linux /k $i }",
        &["a: /k aa"],
    ),
    (
        "for i in 1 2 3; do if [ $i = 2 ]; then break; fi; j=$i; done; menuentry a { linux /k $i $j }",
        &["a: /k 2 1"],
    ),
    (
        "for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; j=$j$i; done; menuentry a { linux /k $j }",
        &["a: /k 13"],
    ),
    (
        "for i in 1 2; do for j in 1 2; do break 2; done; k=1; done; menuentry a { linux /k $i$j$k }",
        &["a: /k 11"],
    ),
    (
        "return; break; v=1; menuentry a { linux /k $v }",
        &["a: /k 1"],
    ),
    (
        "function f { break }; for i in 1 2; do f; done; menuentry a { linux /k $i }",
        &["a: /k 2"],
    ),
    (
        "function f { return 3; v=1 }; f; menuentry a { linux /k $? $v }",
        &["a: /k 0"],
    ),
    (
        "function f { return 3 }; f; v=$?; menuentry a { linux /k $v }",
        &["a: /k 3"],
    ),
    (
        "if false; then v=1; elif true; then v=2; else v=3; fi; menuentry a { linux /k $v }",
        &["a: /k 2"],
    ),
    (
        "if false\nthen\n v=1\nelse\n v=3\nfi\nmenuentry a { linux /k $v }",
        &["a: /k 3"],
    ),
    (
        "if [ -f /vmlinuz-1 -a ! -e /no ]; then v=1; fi; menuentry a { linux /k $v }",
        &["a: /k 1"],
    ),
    (
        "if test -s /empty -o -d /boot; then v=1; fi; menuentry a { linux /k $v }",
        &["a: /k 1"],
    ),
    (
        "if [ 10 -gt 9 -a b > a ]; then v=1; fi; menuentry a { linux /k $v }",
        &["a: /k 1"],
    ),
    (
        "submenu s { menuentry a { linux /k } ; submenu t { menuentry b { linux /k } } }",
        &["s>a: /k", "s>t>b: /k"],
    ),
    (
        "v=1; w=2; export w; submenu s { menuentry a { linux /k $v$w } }",
        &["s>a: /k 2"],
    ),
    (
        "search --no-floppy --fs-uuid --set=root 2222-aaaa\nmenuentry a { linux /k }",
        &["a: (sda2)/k"],
    ),
    (
        "search -s r -l other; menuentry a { linux ($r)/k; initrd /i ($r)/j }",
        &["a: (sda2)/k +(the boot disk)/i +/j"],
    ),
    (
        "search.fs_uuid 2222-AAAA root hd0,gpt2; menuentry a { linux /k }",
        &["a: (sda2)/k"],
    ),
    (
        "search --set=x --file /marker; menuentry a { linux ($x)/k }",
        &["a: (sda2)/k"],
    ),
    (
        "search --hint hd0,1 --hint-bios=hd0 --set -f /marker; menuentry a { linux /k }",
        &["a: (sda2)/k"],
    ),
    (
        "set root='hd0,gpt2'; menuentry a { linux /k }",
        &["a: (sda2)/k"],
    ),
    ("menuentry a { linux (hd0,msdos2)/k }", &["a: (sda2)/k"]),
    (
        "if search --label none; then v=1; fi; menuentry a { linux /k $v }",
        &["a: /k"],
    ),
    (
        "load_env; menuentry a { linux /k $saved_entry $x }",
        &["a: /k two a\\\\b"],
    ),
    (
        "load_env x; menuentry a { linux /k $saved_entry $x }",
        &["a: /k a\\\\b"],
    ),
    (
        "v=1; source $prefix/more.cfg p",
        &["more: /vmlinuz-2 more 1"],
    ),
    (
        "v=1; configfile $prefix/more.cfg; menuentry no { linux /k }",
        &["more: /vmlinuz-2 more"],
    ),
    ("menuentry m { configfile (sda2)/cfg }", &["m>far: /k"]),
    (
        "source $prefix/none.cfg; menuentry a { linux /k }",
        &["a: /k"],
    ),
    (
        "for f in /vmlinuz-*; do menuentry $f $f { linux $2 }; done",
        &["/vmlinuz-1: /vmlinuz-1", "/vmlinuz-2: /vmlinuz-2"],
    ),
    (
        "regexp --set=1:a --set 2:b '(.*)-(.*)' x-y; menuentry $b$a { linux /k }",
        &["yx: /k"],
    ),
    (
        "probe -u $root --set=u; menuentry $u { linux /k }",
        &["1111: /k"],
    ),
    (
        "menuentry x { multiboot /xen.gz a; module /k k b; module --nounzip /i }",
        &["x: /xen.gz a +/k +/i"],
    ),
    (
        "menuentry w { chainloader +1 }\nmenuentry a { linux /k }",
        &["a: /k"],
    ),
    (
        "v=x; blscfg",
        &["Two: /vmlinuz-2 a=x +/i", "One: /vmlinuz-1 b"],
    ),
    ("linux /k root=1\ninitrd /i\nboot", &["g: /k root=1 +/i"]),
    (
        "hiddenentry h { linux /k }\nmenuentry a { linux /k }",
        &["a: /k"],
    ),
    ("fi\nmenuentry a { linux /k }", &["a: /k"]),
    ("if true; then\nmenuentry a { linux /k }\n", &["a: /k"]),
    (
        "menuentry a {\n linux /a\nmenuentry b {\n linux /b\n}\n",
        &["a: /a", "b: /b"],
    ),
    ("eval 'menuentry a { linux /k }'", &["a: /k"]),
    (
        "if [ $grub_platform = pc ]; then menuentry a { linux /k }; fi",
        &["a: /k"],
    ),
    (
        "if [ ]; then v=1; fi; menuentry a { linux /k $v }",
        &["a: /k 1"],
    ),
    ("menuentry $\"a b\" { linux /k }", &["a b: /k"]),
    ("a=b=c; menuentry $a { linux /k }", &["b=c: /k"]),
    (
        "unset v; v=1; unset v; menuentry a { linux /k $v }",
        &["a: /k"],
    ),
];

#[test]
fn what_entries_come_to() {
    for (script, want) in SCRIPTS {
        let (shown, told, ..) = run(script);
        assert_eq!(shown, *want, "{script}\n{told:?}");
    }
}

#[test]
fn which_entry_comes_first() {
    let menu = "menuentry a --id x { linux /a }; menuentry w { chainloader +1 }\n\
        submenu 's > t' --id s { menuentry b --id two { linux /b }; menuentry c { linux /c } }\n\
        menuentry d { linux /d }";
    for (set, want) in [
        ("", None),
        ("set default=0", Some(0)),
        ("set default=3", Some(3)),
        ("set default=1", None),
        ("set default=9", None),
        ("set default=d", Some(3)),
        ("set default=x", Some(0)),
        ("set default='2>1'", Some(2)),
        ("set default='s>two'", Some(1)),
        ("set default='s >> t>c'", Some(2)),
        ("set default=2", Some(1)),
        ("set default='0>1'", Some(0)),
        ("blscfg; set default=1", Some(1)),
        ("blscfg; set default=2", Some(2)),
        ("load_env; set default=s\\>$saved_entry", Some(1)),
    ] {
        let (_, _, default, _) = run(&format!("{set}\n{menu}"));
        assert_eq!(default, want, "{set}");
    }
    for (set, want) in [
        ("", None),
        ("timeout=5", Some(Timeout::Seconds(5))),
        ("set timeout=-1", Some(Timeout::Off)),
        ("set timeout=x", None),
    ] {
        assert_eq!(run(&format!("{set}\n{menu}")).3, want, "{set}");
    }
}

#[test]
fn what_is_told() {
    for (script, want) in [
        (
            "\nfoo bar\nfoo",
            &["g:2: unknown command 'foo' is passed over"][..],
        ),
        (
            "menuentry w {\nchainloader +1\n}",
            &["g:1: 'w' is left out: it starts another boot loader"],
        ),
        (
            "menuentry w {\nhalt\n}",
            &["g:1: 'w' is left out: it names no kernel"],
        ),
        ("done", &["g:1: 'done' is out of place, and passed over"]),
        ("if true; then", &["g:1: what begins here has no end"]),
        (
            "\nwhile true; do true; done",
            &["g:2: this script takes too long; the rest of it is not run"],
        ),
        (
            "function f { f }; f",
            &["g:1: this script is nested too deep; the rest of it is not run"],
        ),
        (
            "source $prefix/self.cfg",
            &["/boot/grub/self.cfg:1: this script is nested too deep; the rest of it is not run"],
        ),
    ] {
        let (_, told, ..) = run(script);
        assert_eq!(told, want, "{script}");
    }
}
