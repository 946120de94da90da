//! Machines without a person, and what is asked of one: fallbacks, the watchdog, programs of the
//! initramfs, passwords.

use super::debian;
use crate::ARCH;
use crate::machine::case::{Case, Step, boots, line, row};
use crate::machine::disk::{Content, Disk};
use crate::machine::kernels::{GENERIC, TARGET};
use crate::machine::play::play;
use crate::machine::tool;
use crate::machine::words::{COUNTDOWN, DOWN, ENTER, NOT_FOUND, STARTING};

/// An entry of a kernel that is not there, and one of a kernel that is.
fn entry(title: &str, kernel: &str) -> String {
    format!(
        "title {title}\n root LABEL=debian\n kernel /boot/{kernel}\n initrd /boot/target.img\n \
         cmdline console=ttyS0 by {title}\n"
    )
}

/// The default fails, and so does its fallback; what follows that in the menu boots.
#[test]
fn a_failed_default_falls_back() {
    let entries = [
        entry("First", "none"),
        entry("Last", "vmlinuz"),
        entry("Fallback", "neither"),
    ];
    let config = format!(
        "timeout 1\nfallback Fallback\non-error next\n{}",
        entries.concat()
    );
    // After the last entry comes the first, which has failed already.
    let mut steps = vec![
        row(&[COUNTDOWN]),
        row(&["First did not boot; next is Fallback"]),
        row(&[NOT_FOUND, "/boot/neither"]),
        row(&["Fallback did not boot; next is Last"]),
    ];
    steps.extend(boots("Last", TARGET, "console=ttyS0 by Last"));
    play(&Case {
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}

/// The kernel command line says what is next; a key stops a restart, and nothing else restarts.
#[test]
fn a_restart_follows_unless_somebody_is_there() {
    let config = format!("timeout 0\n{}", entry("Broken", "none"));
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 on-error=\"reboot 20\"",
        disks: vec![Disk::boot(&config), debian()],
        steps: vec![
            row(&[NOT_FOUND, "/boot/none"]),
            row(&["restarting in ", "any key stops"]),
            Step::Type("x"),
            Step::Gone("restarting in "),
            // A person's own boot is followed by nothing.
            Step::Type(ENTER),
            row(&[NOT_FOUND, "/boot/none"]),
            Step::Never("did not boot; next"),
            Step::Type("r"),
            row(&["restarting in ", "any key stops"]),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// Programs have the terminal for their own, and the menu has it again after them.
#[test]
fn programs_of_the_initramfs() {
    let busybox = tool("busybox.sh", &[ARCH.name().to_owned()]);
    let config = "title Shell
run /bin/busybox sh -c 'echo name \"$0\"; read word; echo got $word; exit 3' \"a b\"
title Wait
run /bin/busybox sh -c 'echo waiting; exec /bin/busybox cat'
title Missing
run /bin/none
title Init
exec /bin/busybox sh -c 'echo number $$; exec /bin/busybox poweroff -f'
";
    play(&Case {
        files: vec![
            ("bin/busybox", Content::Copy(busybox.trim().into())),
            ("kexec-loader.cfg", config.into()),
        ],
        steps: vec![
            Step::Chosen("Shell".into()),
            Step::Type(ENTER),
            line(&["name a b"]),
            Step::Type("abc\r"),
            line(&["got abc"]),
            line(&["/bin/busybox has ended with status 3"]),
            line(&["any key shows the menu"]),
            Step::Type(" "),
            Step::Chosen("Shell".into()),
            Step::Type(DOWN),
            Step::Chosen("Wait".into()),
            Step::Type(ENTER),
            // What comes before the program has the terminal is lost.
            line(&["waiting"]),
            Step::Type("\x03"),
            line(&["/bin/busybox was ended by signal 2"]),
            line(&["any key shows the menu"]),
            Step::Type(" "),
            Step::Chosen("Wait".into()),
            Step::Type(DOWN),
            Step::Chosen("Missing".into()),
            Step::Type(ENTER),
            row(&["cannot run /bin/none", NOT_FOUND]),
            Step::Chosen("Missing".into()),
            Step::Type(DOWN),
            Step::Chosen("Init".into()),
            Step::Type(ENTER),
            line(&["number 1"]),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// The menu is up for longer than the watchdog waits; the kernel after it never gets anywhere.
#[test]
fn the_watchdog_is_fed_and_left_armed() {
    let config = "timeout 25\nwatchdog 12\ntitle Stuck\nroot LABEL=debian\n\
        kernel /boot/vmlinuz\ncmdline console=ttyS0\n";
    play(&Case {
        files: vec![(
            "modules/modules.conf",
            "options watchdog stop_on_reboot=0\n".into(),
        )],
        // The small kernel for 32 bits has no driver for it.
        kernel: GENERIC,
        modules: &["i6300esb", "nvme", "ext4", "crc32c_generic"],
        devices: &["i6300esb"],
        disks: vec![Disk::boot(config), debian()],
        steps: vec![
            row(&[COUNTDOWN]),
            Step::Never("the watchdog"),
            line(&[STARTING, "Stuck"]),
            Step::Ends,
        ],
        ..Case::new()
    });
}

/// Where there is none, that is told, and all else is as it was.
#[test]
fn a_watchdog_that_is_not_there() {
    let config = format!("watchdog 15\n{}", entry("Debian", "vmlinuz"));
    let mut steps = vec![
        row(&["cannot use the watchdog: the kernel has no driver for it"]),
        Step::Type(ENTER),
    ];
    steps.extend(boots("Debian", TARGET, "console=ttyS0 by Debian"));
    play(&Case {
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}

/// A wrong password and the right one; nothing that is locked is booted by itself.
#[test]
fn passwords() {
    // PBKDF2-HMAC-SHA-256 of `open sesame`, as Python's hashlib has it.
    let config = format!(
        "timeout 0\nmenu-password pbkdf2-sha256:1000:73616c74:95cb4c3bae9455f0029d79a25b1427dcc010504b662d8b86066dc617954c9a69\n{} lock\n{}",
        entry("Locked", "vmlinuz"),
        entry("Free", "none"),
    );
    let mut steps = vec![
        row(&["Locked is locked, and is not booted without the password"]),
        Step::Chosen("Locked".into()),
        Step::Type("e"),
        row(&["password:"]),
        Step::Type("\x1b"),
        Step::Chosen("Locked".into()),
        Step::Type(ENTER),
        row(&["password:"]),
        Step::Type("open sesam"),
        row(&["password: **********"]),
        Step::Type(ENTER),
        row(&["That was wrong"]),
        Step::Gone("That was wrong"),
        Step::Type("open sesame\r"),
    ];
    steps.extend(boots("Locked", TARGET, "console=ttyS0 by Locked"));
    play(&Case {
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}
