use super::loader::Loader;
use super::{read, read_entries};
use crate::config::World;
use crate::config::fake::{Disk, Fake, text};
use crate::entry::{Entries, Settled, Timeout};
use crate::text::matches;

type Files<'f> = &'f [(&'f str, &'f [u8])];
type Rows<'f> = &'f [(&'f str, &'f str)];

/// The entries, a line each: title, id, kernel, ramdisks, options.
fn lines(fake: &Fake<'_>) -> Vec<String> {
    fake.lines(|entry, paths| {
        let [title, id, cmdline] = [entry.title, entry.id, entry.cmdline].map(text);
        format!("{title}|{id}|{}|{cmdline}", paths.join(" "))
    })
}

/// Reads `/loader/` of a disk; gives its entries, the default, and what was told.
fn said(files: Files<'_>) -> (Vec<String>, Option<usize>, Vec<String>) {
    let disks = [Disk::new("sda1", "U", files)];
    let mut memory = vec![0; 1 << 16];
    let mut fake = Fake::new(&disks, &mut memory);
    fake.give(read, "sda1:/loader/", "/loader/");
    let device = fake.at("/").device;
    let mut list = fake.entries.list().iter();
    assert!(list.all(|entry| entry.root == device));
    let default = fake.entries.sources()[0].default;
    (lines(&fake), default, fake.told())
}

/// Reads one entry called `x`.
fn one(text: &str) -> (Vec<String>, Vec<String>) {
    let (lines, _, told) = said(&[("/loader/entries/x.conf", text.as_bytes())]);
    (lines, told)
}

#[test]
fn keys() {
    for (text, want) in [
        ("title T\nlinux /k\n", "T|x|/k|"),
        ("title T\r\nlinux /k\r\noptions a\r\n", "T|x|/k|a"),
        ("# title N\ntitle\tT t \n\n linux   k\n", "T t|x|/k|"),
        ("linux /k\n", "x|x|/k|"),
        ("title \"T\"\nlinux /k", "T|x|/k|"),
        ("title T\ntitle U\nlinux /k\nlinux /l\n", "U|x|/l|"),
        (
            "title T\nlinux /k\noptions a  b\noptions c\noptions\n",
            "T|x|/k|a  b c",
        ),
        (
            "title T\nlinux /k\ninitrd /a /b\ninitrd c $tuned_initrd\ninitrd $d\n",
            "T|x|/k /a /b /c|",
        ),
        (
            "title T\nlinux /k\noptions root=/dev/sda1 $tuned_params mem=64M$1M ro\n",
            "T|x|/k|root=/dev/sda1 mem=64M$1M ro",
        ),
        (
            "title T\nlinux /k\ndevicetree /d\ndevicetree-overlay /o\ngrub_users u\ngrub_class c\n\
             grub_hotkey h\ngrub_arg --unrestricted\nid other\nnonsense\n\0\n=\n",
            "T|x|/k|",
        ),
        ("title T\narchitecture x64\nlinux /k", "T|x|/k|"),
        ("title T\narchitecture IA32\nlinux /k", "T|x|/k|"),
    ] {
        let (lines, told) = one(text);
        assert_eq!(lines, [want], "{text:?}");
        assert!(told.is_empty(), "{text:?}: {told:?}");
    }
}

#[test]
fn what_is_left_out() {
    let at = "sda1:/loader/entries/x.conf";
    for (text, want) in [
        ("", ":0: 'x' is left out: it names no kernel"),
        ("title T\nlinux", ":1: 'T' is left out: it names no kernel"),
        ("linux", ":1: 'x' is left out: it names no kernel"),
        (
            "\ntitle T\narchitecture aa64\nlinux /k",
            ":2: 'T' is left out: it is for another processor, aa64",
        ),
        (
            "title T\nefi /shell.efi",
            ":1: 'T' is left out: this build cannot start /shell.efi",
        ),
        (
            "title T\nlinux /k\noptions $kernelopts $tuned_params\n",
            ":1: 'T' is left out: its options are in a file of GRUB's",
        ),
    ] {
        let (lines, told) = one(text);
        assert!(lines.is_empty(), "{text:?}: {lines:?}");
        assert_eq!(told, [format!("{at}{want}")], "{text:?}");
    }
}

/// Entries that have a kernel and these keys, in the order in which they come.
fn ordered(files: Rows<'_>) -> Vec<String> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, keys)| {
            let path = format!("/loader/entries/{name}");
            (path, format!("linux /{name}\n{keys}\n").into_bytes())
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let (lines, _, told) = said(&files);
    assert!(told.is_empty(), "{told:?}");
    let title = |line: &String| line.split('|').next().unwrap_or_default().to_owned();
    lines.iter().map(title).collect()
}

#[test]
fn order() {
    let rows: &[(Rows<'_>, &[&str])] = &[
        // By the name, newest first.
        (
            &[("a-6.9.conf", ""), ("a-6.10.conf", ""), ("b-1.conf", "")],
            &["b-1", "a-6.10", "a-6.9"],
        ),
        // By the sort-key first, whatever the name is.
        (
            &[
                ("z.conf", ""),
                ("a.conf", "sort-key b\nversion 1"),
                ("b.conf", "sort-key b\nversion 2"),
                ("c.conf", "sort-key a"),
            ],
            &["c", "b", "a", "z"],
        ),
        // Then by the machine, then by the version; a version alone is nothing.
        (
            &[
                ("a.conf", "sort-key k\nmachine-id 2\nversion 9"),
                ("b.conf", "sort-key k\nmachine-id 1\nversion 9"),
                ("c.conf", "sort-key k\nmachine-id 1\nversion 10"),
                ("d.conf", "version 99"),
                ("e.conf", "version 1"),
            ],
            &["c", "b", "a", "e", "d"],
        ),
        // What was tried in vain is last, even with a sort-key.
        (
            &[
                ("a+0.conf", "sort-key a"),
                ("b+0-3.conf", ""),
                ("c+1-2.conf", ""),
                ("a-1.conf", ""),
                ("d+x.conf", ""),
                ("e+0-x.conf", ""),
            ],
            &["e+0-x", "d+x", "c", "a-1", "a", "b"],
        ),
        // Only names that end in `.conf`.
        (
            &[("a.conf.rpmsave", ""), ("b.CONF", ""), ("c.conf", "")],
            &["c"],
        ),
    ];
    for (files, want) in rows {
        assert_eq!(ordered(files), *want, "{files:?}");
    }
}

#[test]
fn titles_are_told_apart() {
    let machine = "machine-id 0123456789abcdef";
    let rows: &[(Rows<'_>, &[&str])] = &[
        (
            &[
                ("b.conf", "title T\nversion 1"),
                ("a.conf", "title T\nversion 2"),
                ("0.conf", "title U\nversion 2"),
            ],
            &["U", "T (1)", "T (2)"],
        ),
        (
            &[
                ("b.conf", &format!("title T\nversion 1\n{machine}")),
                ("a.conf", "title T\nversion 1"),
            ],
            &["T (b)", "T (a)"],
        ),
        (
            &[("b.conf", "title T"), ("a.conf", "title T")],
            &["T (b)", "T (a)"],
        ),
    ];
    for (files, want) in rows {
        assert_eq!(ordered(files), *want, "{files:?}");
    }
}

#[test]
fn unified_images() {
    let release = b"MZNAME=x\nID=debian\nPRETTY_NAME=\"Debian 12\"\nVERSION_ID=12\n";
    let (lines, default, told) = said(&[
        ("/loader/loader.conf", b"default b*\n"),
        (
            "/loader/entries/a.conf",
            b"title A\nsort-key arch\nlinux /k\n",
        ),
        (
            "/loader/entries/e.conf",
            b"title E\nefi /EFI/Linux/b+2.efi\noptions quiet\n",
        ),
        ("/EFI/Linux/b+2.efi", release),
        ("/EFI/Linux/c.efi", b"MZ"),
        ("/EFI/Linux/shell.efi", b"a program"),
        ("/EFI/Linux/d.txt", b"MZ"),
    ]);
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(
        lines,
        [
            "A|a|/k|",
            "Debian 12|b.efi|/EFI/Linux/b+2.efi|",
            "E|e|/EFI/Linux/b+2.efi|quiet",
            "c.efi|c.efi|/EFI/Linux/c.efi|",
        ]
    );
    assert_eq!(default, Some(1));
}

#[test]
fn paths_with_and_without_boot() {
    let (lines, _, told) = said(&[
        ("/loader/entries/a.conf", b"linux /boot/k\ninitrd /boot/i\n"),
        ("/loader/entries/b.conf", b"linux /l\ninitrd j\n"),
        ("/k", b"K"),
        ("/i", b""),
        ("/boot/l", b"K"),
        ("/boot/j", b""),
    ]);
    assert_eq!(lines, ["b|b|/boot/l /boot/j|", "a|a|/k /i|"]);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn patterns() {
    for (pattern, name, want) in [
        ("", "a", false),
        ("a", "a", true),
        ("A", "a", true),
        ("a", "ab", false),
        ("a*", "a", true),
        ("a*", "abc", true),
        ("*-6.1", "x-6.1-6.1", true),
        ("a*b*c", "aXbXbXc", true),
        ("a*b*c", "aXbXbX", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("**", "", true),
        ("@saved", "x", false),
    ] {
        let is_one = matches(pattern.as_bytes(), name.as_bytes());
        assert_eq!(is_one, want, "{pattern:?} {name:?}");
    }
}

#[test]
fn loader_files() {
    for (text, pattern, timeout) in [
        ("", "", None),
        (
            "default a.conf\ntimeout 5\n",
            "a",
            Some(Timeout::Seconds(5)),
        ),
        ("timeout menu-force", "", Some(Timeout::Off)),
        ("timeout menu-hidden", "", Some(Timeout::Seconds(0))),
        ("timeout menu-disabled", "", Some(Timeout::Seconds(0))),
        ("timeout soon\n#timeout 3\neditor no", "", None),
    ] {
        let loader = Loader::read(text.as_bytes());
        assert_eq!(loader.pattern, pattern.as_bytes(), "{text:?}");
        assert_eq!(loader.timeout, timeout, "{text:?}");
    }
}

/// Replaces a few variables.
fn expand<'t>(value: &[u8], world: &mut dyn World<'t>) -> &'t [u8] {
    let text = String::from_utf8_lossy(value);
    let text = text.replace("$kernelopts", "root=UUID=1 ro");
    let text = text.replace("$more", "/m");
    world.store().join(&[text.as_bytes()])
}

#[test]
fn as_grub_reads_them() {
    let conf = |keys| format!("title T\nlinux /k\n{keys}").into_bytes();
    let texts = [
        conf("sort-key a\nversion 9\noptions $kernelopts $none x\ninitrd /i $more $none\n"),
        conf("options root=/dev/sda1\n"),
        b"title N\n".to_vec(),
    ];
    let files = [
        ("/loader/entries/a-5.9.conf", &*texts[0]),
        ("/loader/entries/a-5.10+0.conf", &*texts[1]),
        ("/loader/entries/a-5.8.conf", &*texts[2]),
    ];
    let disks = [Disk::new("sda1", "", &files)];
    let mut memory = vec![0; 1 << 16];
    let mut fake = Fake::new(&disks, &mut memory);
    let mut entries = Entries::new();
    let folder = fake.at("/loader/entries/");
    let grub = b"grub.cfg";
    entries.begin("grub2", folder.device, grub).unwrap();
    let mut told = vec![];
    read_entries(
        &folder,
        &mut |value, world| expand(value, world),
        &mut fake,
        &mut entries,
        &mut |title, id, settled| told.push((title.to_vec(), id.to_vec(), settled)),
    );
    *fake.entries = entries;
    assert_eq!(
        lines(&fake),
        [
            "T|a-5.10+0|/k|root=/dev/sda1",
            "T|a-5.9|/k /i /m|root=UUID=1 ro x",
        ]
    );
    let row = |title: &str, id: &str, settled| (title.into(), id.into(), settled);
    assert_eq!(
        told,
        [
            row("T", "a-5.10+0", Settled::Kept(0)),
            row("T", "a-5.9", Settled::Kept(1)),
            row("N", "a-5.8", Settled::NoKernel),
        ]
    );

    // What GRUB has read, whose variables it knows, is there once.
    fake.give(read, "sda1:/loader/", "/loader/");
    assert_eq!(fake.entries.list().len(), 2);
}

#[test]
fn too_many_entries() {
    let names: Vec<_> = (0..200)
        .map(|n| format!("/loader/entries/{n}.conf"))
        .collect();
    let files: Vec<_> = names
        .iter()
        .map(|name| (&**name, &b"linux /k"[..]))
        .collect();
    let (lines, _, told) = said(&files);
    assert_eq!(lines.len(), 128);
    assert_eq!(
        told,
        ["/loader/entries/: there are more than 128 entries, the rest is not read"]
    );
}

#[test]
fn too_little_memory() {
    let path = "/loader/entries/x.conf";
    let files: &[(&str, &[u8])] = &[(path, b"linux /k")];
    let disks = [Disk::new("sda1", "", files)];
    let mut names = vec![];
    for size in 0..256 {
        let mut memory = vec![0; size];
        let mut fake = Fake::new(&disks, &mut memory);
        fake.give(read, "f", "/loader/");
        names.extend(fake.lines(|entry, _| text(entry.file)));
    }
    names.dedup();
    // Without the disk, where there is no room for that.
    assert_eq!(names, [path, "sda1:/loader/entries/x.conf"]);
}
