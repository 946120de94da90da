//! What is said of entries, and what is asked of them.

use super::{ENTRIES, EXTRAS, Entries, Extra, Full, Timeout};
use crate::location::{BOOT_DISK, Device, Id};

#[test]
fn timeouts() {
    for (words, want) in [
        ("0", Some(Timeout::Seconds(0))),
        ("30", Some(Timeout::Seconds(30))),
        ("off", Some(Timeout::Off)),
        ("OFF", Some(Timeout::Off)),
        ("-1", Some(Timeout::Off)),
        ("", None),
        ("abc", None),
        ("5s", None),
        ("4294967296", None),
        ("-4294967296", None),
        ("-", None),
    ] {
        assert_eq!(Timeout::parse(words.as_bytes()), want, "{words:?}");
    }
}

#[test]
fn patience() {
    let seconds = |seconds| Some(Timeout::Seconds(seconds));
    for (ours, theirs, want) in [
        (None, None, None),
        (None, Some(Timeout::Off), Some(Timeout::Off)),
        (None, seconds(0), seconds(5)),
        (None, seconds(4), seconds(5)),
        (None, seconds(6), seconds(6)),
        (seconds(0), seconds(9), seconds(0)),
        (Some(Timeout::Off), seconds(9), Some(Timeout::Off)),
    ] {
        let mut entries = Entries::new();
        for (format, timeout) in [("native", ours), ("grub2", theirs)] {
            entries.begin(format, BOOT_DISK, b"f").unwrap();
            entries.open(b"a", 1).unwrap();
            entries.source_mut().unwrap().timeout = timeout;
        }
        assert_eq!(entries.timeout(), want, "{ours:?} {theirs:?}");
    }
}

#[test]
fn fallbacks() {
    for (first, second, want) in [
        ([None, None], [None, None], None),
        ([None, None], [Some(1), Some(0)], Some(0)),
        ([None, Some(1)], [Some(1), Some(0)], Some(1)),
        ([Some(0), None], [Some(1), Some(0)], None),
        ([Some(0), Some(1)], [None, None], Some(1)),
    ] {
        let mut entries = Entries::new();
        for [default, fallback] in [first, second] {
            entries.begin("grub2", BOOT_DISK, b"f").unwrap();
            entries.open(b"a", 1).unwrap();
            let source = entries.source_mut().unwrap();
            (source.default, source.fallback) = (default, fallback);
        }
        assert_eq!(entries.fallback(), want, "{first:?} {second:?}");
    }
}

#[test]
fn words_name_entries() {
    let mut entries = Entries::new();
    for title in ["a", "b c", "0", "7"] {
        entries.open(title.as_bytes(), 1).unwrap();
    }
    for (words, want) in [
        ("0", Some(0)),
        ("3", Some(3)),
        ("b c", Some(1)),
        ("7", Some(3)),
        ("4", None),
        ("B c", None),
        ("b", None),
        ("-1", None),
        ("", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(entries.find(words.as_bytes()), want, "{words:?}");
    }
}

#[test]
fn extras_belong_to_their_entry() {
    let mut entries = Entries::new();
    entries.open(b"one", 1).unwrap();
    entries.add(Extra::Initrd(b"/a")).unwrap();
    entries.open(b"two", 2).unwrap();
    entries.open(b"three", 3).unwrap();
    entries.add(Extra::Initrd(b"/b")).unwrap();
    entries.add(Extra::Module(b"/m")).unwrap();
    entries.add(Extra::Initrd(b"/c")).unwrap();
    let files = |nth| entries.paths(nth).skip(1).collect::<Vec<_>>();
    assert_eq!(files(0), [b"/a"]);
    assert!(files(1).is_empty());
    assert_eq!(files(2), [b"/b", b"/m", b"/c"]);
    assert!(files(3).is_empty());
}

#[test]
fn paths_are_found_below_mounts() {
    let device = |words: &'static str| Device::parse(words.as_bytes()).unwrap();
    let mut entries = Entries::new();
    entries.open(b"x", 1).unwrap();
    entries.last_mut().unwrap().root = device("sda1");
    for (disk, folder) in [("sda2", "/boot"), ("sda3", "boot/efi/"), ("sda4", "/usr")] {
        let mount = Extra::Mount(disk.as_bytes(), folder.as_bytes());
        entries.add(mount).unwrap();
    }
    for (path, disk, rest) in [
        ("/vmlinuz", "sda1", "/vmlinuz"),
        ("/boot/vmlinuz", "sda2", "/vmlinuz"),
        ("boot/vmlinuz", "sda2", "/vmlinuz"),
        ("/boot/efi/x", "sda3", "/x"),
        ("/bootx/y", "sda1", "/bootx/y"),
        ("(sdb1)/boot/x", "sdb1", "/boot/x"),
    ] {
        let at = entries.locate(0, path.as_bytes()).unwrap();
        assert_eq!(at.device.id, Id::Name(disk.as_bytes()), "{path:?}");
        assert_eq!(at.path, rest.as_bytes(), "{path:?}");
    }
}

#[test]
fn full_lists_say_so() {
    let mut entries = Entries::new();
    for _ in 0..ENTRIES {
        entries.open(b"x", 1).unwrap();
    }
    assert_eq!(entries.open(b"x", 1), Err(Full));
    for _ in 0..EXTRAS {
        entries.add(Extra::Initrd(b"x")).unwrap();
    }
    assert_eq!(entries.add(Extra::Initrd(b"x")), Err(Full));
    assert_eq!(entries.list().len(), ENTRIES);
}

#[test]
fn problems() {
    let mut entries = Entries::new();
    entries.open(b"no kernel", 1).unwrap();
    assert!(entries.problem(0).is_some());
    entries.open(b"fine", 2).unwrap();
    entries.last_mut().unwrap().kernel = b"/k";
    assert_eq!(entries.problem(1), None);
    entries.add(Extra::Module(b"/m")).unwrap();
    assert_eq!(entries.problem(1), None, "its kernel may take modules");
    entries.open(b"a program", 3).unwrap();
    entries.last_mut().unwrap().program = b"/bin/sh";
    assert_eq!(entries.problem(2), None);
    assert_eq!(entries.paths(2).count(), 0);
    entries.last_mut().unwrap().is_locked = true;
    assert!(entries.problem(2).is_some(), "nobody can open it");
    entries.password = b"a hash";
    assert_eq!(entries.problem(2), None);
}
