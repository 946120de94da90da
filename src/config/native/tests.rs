//! Lines as people write them, right and wrong, and what is made of them.

use super::read;
use crate::entry::{Entries, Extra, Timeout};
#[cfg(feature = "fallback")]
use crate::fallback::OnError;
use crate::location::Id;
use crate::notes::Notes;

/// Reads a file called `f`; gives its mistakes.
fn parse<'t>(text: &'t str, entries: &mut Entries<'t>) -> Vec<String> {
    let mut notes = Notes::new();
    read(b"f", text.as_bytes(), entries, &mut notes);
    let told = notes
        .lines()
        .map(|l| String::from_utf8_lossy(l).into_owned());
    told.collect()
}

#[test]
fn an_entry_of_each_generation() {
    let mut entries = Entries::new();
    let told = parse(
        "# both\r\ntimeout 10\r\n\r\nTITLE Debian GNU/Linux \r\n\
         \troot LABEL=my root\r\n  Kernel /boot/vmlinuz \r\ninitrd /a\r\ninitrd /b\r\n\
         cmdline root=/dev/sda1\r\nappend quiet\r\ndefault\r\nreset-vga\r\n\
         title old\nrootfs ext3:sda1\nmount sda2 /boot\nkernel /boot/k\nkmod sr_mod x=1 y\n\
         modules-from LABEL=DISK TWO\n",
        &mut entries,
    );
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(entries.timeout(), Some(Timeout::Seconds(10)));
    let [first, second] = entries.list() else {
        panic!("two entries");
    };
    assert_eq!(first.title, b"Debian GNU/Linux");
    assert_eq!(first.root.id, Id::Label(b"my root"));
    assert_eq!(first.kernel, b"/boot/vmlinuz");
    assert_eq!(first.cmdline, b"root=/dev/sda1");
    assert_eq!(first.append, b"quiet");
    assert!(first.reset_vga);
    assert_eq!(first.line, 4);
    assert_eq!(entries.paths(0).skip(1).collect::<Vec<_>>(), [b"/a", b"/b"]);
    assert_eq!(second.root.fstype, b"ext3");
    assert!(matches!(
        entries.extras(1).first(),
        Some(Extra::Mount(_, b"/boot"))
    ));
    assert_eq!(entries.options(), [(&b"sr_mod"[..], &b"x=1 y"[..])]);
    let disks: Vec<_> = entries.module_disks().iter().map(|disk| disk.id).collect();
    assert_eq!(disks, [Id::Label(b"DISK TWO")]);
    assert_eq!(entries.default(), 0);
}

#[test]
fn an_entry_that_a_person_has_written() {
    for (text, title, kernel, want) in [
        ("", "t", "", &[][..]),
        (
            "kernel /k\ninitrd \nroot\n\n# no\nmount\ntitle\n",
            "t",
            "/k",
            &[],
        ),
        ("kernel /k\ntitle Mine\ncmdline x", "Mine", "/k", &[]),
        (
            "kernel /k\ncmdlien\nroot UUID=\nkernel /l",
            "t",
            "/l",
            &[
                "f:2: unknown directive 'cmdlien'",
                "f:3: 'root' names no disk: 'UUID='",
                "f:4: a second 'kernel' in one entry; this one counts: '/l'",
            ],
        ),
    ] {
        let mut entries = Entries::new();
        let mut notes = Notes::new();
        super::read_entry(b"f", b"t", text.as_bytes(), &mut entries, &mut notes);
        let told: Vec<_> = notes.lines().map(String::from_utf8_lossy).collect();
        assert_eq!(told, want, "{text:?}");
        let [entry] = entries.list() else {
            panic!("{text:?}: one entry");
        };
        assert_eq!(
            (entry.title, entry.kernel),
            (title.as_bytes(), kernel.as_bytes()),
            "{text:?}"
        );
    }
}

#[test]
fn every_mistake_is_one_line() {
    for (text, want) in [
        (
            "kernel /k",
            "f:1: 'kernel' belongs to an entry, after a title line",
        ),
        ("\n\nfoo bar", "f:3: unknown directive 'foo'"),
        ("title", "f:1: 'title' requires an argument"),
        ("title a\nkernel", "f:2: 'kernel' requires an argument"),
        ("timeout", "f:1: 'timeout' requires an argument"),
        (
            "timeout abc",
            "f:1: 'timeout' is neither 'off' nor a number of seconds, so it is off: 'abc'",
        ),
        (
            "title a\nkernel /a\nkernel /b",
            "f:3: a second 'kernel' in one entry; this one counts: '/b'",
        ),
        (
            "title a\nroot LABEL=",
            "f:2: 'root' names no disk: 'LABEL='",
        ),
        (
            "title a\nmount sda1",
            "f:2: 'mount' requires a disk and a folder, not 'sda1'",
        ),
        (
            "modules-from UUID=",
            "f:1: 'modules-from' names no disk: 'UUID='",
        ),
        ("iso (x", "f:1: 'iso' names no disk: '(x'"),
        #[cfg(feature = "loop")]
        ("loop ()/x", "f:1: 'loop' names no disk: '()/x'"),
        #[cfg(feature = "loop")]
        ("title a\nloop", "f:2: 'loop' requires an argument"),
        ("title a\niso", "f:2: 'iso' requires an argument"),
        (
            "grub-autodetect maybe",
            "f:1: 'grub-autodetect' expects 'on' or 'off', not 'maybe'",
        ),
        (
            "autodetect on of",
            "f:1: 'autodetect' expects 'on', 'off' or formats, not 'on of'",
        ),
        #[cfg(feature = "fallback")]
        (
            "\nfallback b\ntitle a",
            "f:2: 'fallback' names no entry of this file: 'b'",
        ),
        #[cfg(feature = "fallback")]
        (
            "title a\nfallback 1",
            "f:2: 'fallback' names no entry of this file: '1'",
        ),
        #[cfg(feature = "fallback")]
        ("fallback", "f:1: 'fallback' requires an argument"),
        (
            "hotkey x",
            "f:1: 'hotkey' belongs to an entry, after a title line",
        ),
        (
            "title a\nhotkey F1",
            "f:2: 'hotkey' expects one letter or sign, not 'F1'",
        ),
        (
            "title a\nhotkey \u{e4}",
            "f:2: 'hotkey' expects one letter or sign, not '\u{e4}'",
        ),
        #[cfg(feature = "fallback")]
        (
            "on-error reboot soon",
            "f:1: 'on-error' expects 'next', 'menu', or 'reboot' and seconds, not 'reboot soon'",
        ),
        (
            "grub-map hd0",
            "f:1: 'grub-map' requires two arguments, a GRUB disk and a Linux disk",
        ),
        ("\x1b[2J", "f:1: unknown directive '?[2J'"),
    ] {
        let mut entries = Entries::new();
        assert_eq!(parse(text, &mut entries), [want], "{text:?}");
    }
}

#[test]
fn mistakes_of_features() {
    for (text, want) in [
        #[cfg(feature = "programs")]
        (
            "title a\nkernel /a\nrun /b",
            "f:3: a second 'run' in one entry; this one counts: '/b'",
        ),
        #[cfg(feature = "programs")]
        (
            "run /b",
            "f:1: 'run' belongs to an entry, after a title line",
        ),
        #[cfg(feature = "programs")]
        ("title a\nexec", "f:2: 'exec' requires an argument"),
        #[cfg(not(feature = "programs"))]
        ("title a\nrun /b", "f:2: unknown directive 'run'"),
        #[cfg(feature = "password")]
        (
            "menu-password secret",
            "f:1: 'menu-password' is not as 'kexec-loader password' prints it; no password is right",
        ),
        #[cfg(feature = "password")]
        (
            "lock",
            "f:1: 'lock' belongs to an entry, after a title line",
        ),
        #[cfg(feature = "color")]
        (
            "color pink",
            "f:1: 'color' expects colours such as 'white/blue black/cyan', not 'pink'",
        ),
        #[cfg(feature = "watchdog")]
        (
            "watchdog 1m",
            "f:1: 'watchdog' expects a number of seconds, not '1m'",
        ),
        #[cfg(not(feature = "watchdog"))]
        ("watchdog 60", "f:1: unknown directive 'watchdog'"),
    ] {
        let mut entries = Entries::new();
        assert_eq!(parse(text, &mut entries), [want], "{text:?}");
    }
}

#[test]
fn mistakes_lose_their_line_only() {
    let mut entries = Entries::new();
    let told = parse(
        "\u{feff}timeout soon\ntitle a\nkernel /a\nbad\ninitrd /i\ntitle\nkernel /b\n\
         title c\ntitle d\nroot UUID=\nkernel /d\n",
        &mut entries,
    );
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(
        entries.timeout(),
        Some(Timeout::Off),
        "never a boot by mistake"
    );
    let kernels: Vec<_> = entries.list().iter().map(|e| e.kernel).collect();
    assert_eq!(kernels, [&b"/a"[..], b"/b", b"", b"/d"]);
    assert_eq!(entries.paths(0).skip(1).collect::<Vec<_>>(), [b"/i"]);
    assert_eq!(entries.problem(0), None);
    assert!(entries.problem(2).is_some(), "no kernel");
    assert!(entries.problem(3).is_some(), "no disk");
}

#[test]
fn the_first_default_and_the_last_timeout_count() {
    let mut entries = Entries::new();
    let text = "timeout 1\ntitle a\ntitle b\ndefault\ntitle c\ndefault\ntimeout off";
    assert!(parse(text, &mut entries).is_empty());
    assert_eq!(entries.default(), 1);
    assert_eq!(entries.timeout(), Some(Timeout::Off));
}

#[cfg(feature = "fallback")]
#[test]
fn what_is_next_after_a_failure() {
    for (text, fallback, on_error) in [
        ("title a\ntitle b\n", None, OnError::Menu),
        ("fallback 1\ntitle a\ntitle b\n", Some(1), OnError::Menu),
        (
            "title a\ntitle b\nfallback b\non-error next",
            Some(1),
            OnError::Next,
        ),
        (
            "fallback 1\nfallback 0\ntitle a\ntitle b",
            Some(0),
            OnError::Menu,
        ),
        ("title a\nON-ERROR Reboot 9\n", None, OnError::Restart(9)),
        ("on-error next\non-error menu", None, OnError::Menu),
    ] {
        let mut entries = Entries::new();
        assert!(parse(text, &mut entries).is_empty(), "{text:?}");
        assert_eq!(entries.fallback(), fallback, "{text:?}");
        assert_eq!(entries.on_error, on_error, "{text:?}");
    }
}

#[cfg(feature = "password")]
#[test]
fn what_is_locked() {
    let hash = format!("pbkdf2-sha256:1:00:{}", "00".repeat(32));
    for (password, told) in [(hash.as_str(), 0), ("secret", 1)] {
        let text =
            format!("title a\nkernel /k\ntitle b\nkernel /k\nlock\nmenu-password {password}");
        let mut entries = Entries::new();
        assert_eq!(parse(&text, &mut entries).len(), told);
        assert_eq!(entries.password, password.as_bytes());
        let locked: Vec<_> = entries.list().iter().map(|entry| entry.is_locked).collect();
        assert_eq!(locked, [false, true]);
    }
}

#[cfg(feature = "programs")]
#[test]
fn programs_and_kernels() {
    for (text, kernel, program, is_exec) in [
        ("run /bin/sh -c 'a b'", "", "/bin/sh -c 'a b'", false),
        ("Exec /init", "", "/init", true),
        ("kernel /k\nrun /b", "", "/b", false),
        ("run /b\nkernel /k", "/k", "", false),
        ("exec /b\nrun /c", "", "/c", false),
        ("run /b\nexec /c", "", "/c", true),
        ("kernel /k\nkernel /l", "/l", "", false),
        ("run /a\nkernel /k\nexec /b", "", "/b", true),
    ] {
        let text = format!("title a\n{text}\n");
        let mut entries = Entries::new();
        parse(&text, &mut entries);
        let entry = &entries.list()[0];
        assert_eq!(entry.kernel, kernel.as_bytes(), "{text:?}");
        assert_eq!(entry.program, program.as_bytes(), "{text:?}");
        assert_eq!(
            entry.is_exec && entry.kernel.is_empty(),
            is_exec,
            "{text:?}"
        );
    }
}

#[test]
fn keys_and_colours() {
    let mut entries = Entries::new();
    let text = "title a\nhotkey x\nHotkey #\ntitle b\n";
    assert_eq!(parse(text, &mut entries), [""; 0]);
    assert_eq!(entries.list()[0].hotkey, b'#');
    assert_eq!(entries.list()[1].hotkey, 0);
    assert_eq!(entries.colors, None);
    #[cfg(feature = "color")]
    {
        assert_eq!(parse("color white/blue", &mut entries), [""; 0]);
        assert_eq!(entries.colors, crate::menu::Colors::parse(b"white/blue"));
    }
}

#[cfg(feature = "watchdog")]
#[test]
fn how_long_the_watchdog_waits() {
    for (text, want) in [
        ("", 0),
        ("watchdog 60", 60),
        ("Watchdog 60\nwatchdog 4294967295", u32::MAX),
        ("watchdog 0", 0),
    ] {
        let mut entries = Entries::new();
        assert!(parse(text, &mut entries).is_empty(), "{text:?}");
        assert_eq!(entries.watchdog, want, "{text:?}");
    }
}

#[test]
fn too_many_entries_are_told_once() {
    let text = (0..300).fold(String::new(), |text, n| {
        text + &format!("title {n}\nkernel /{n}\n")
    });
    let mut entries = Entries::new();
    let told = parse(&text, &mut entries);
    assert_eq!(told, ["f:513: 256 entries are kept, the rest are skipped"]);
    assert_eq!(entries.list().len(), 256);
    assert_eq!(entries.list()[255].kernel, b"/255");
}

#[test]
fn too_many_disks_with_modules() {
    let text = "modules-from sda\n".repeat(10);
    let mut entries = Entries::new();
    let wrong = |n| format!("f:{n}: too many 'modules-from' lines, this one is skipped");
    assert_eq!(parse(&text, &mut entries), [wrong(9), wrong(10)]);
    assert_eq!(entries.module_disks().len(), 8);
}

#[test]
fn bytes_that_are_no_text() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let mut entries = Entries::new();
    read(b"f", &bytes, &mut entries, &mut Notes::new());
    assert!(entries.list().is_empty());
}
