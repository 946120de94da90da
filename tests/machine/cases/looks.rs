//! What a person sees, as pictures; and a line that nobody types on.

use super::{TWO, debian};
use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, boots, row, vga_row};
use crate::machine::disk::{Content, Disk};
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{DOWN, ENTER, NAME, OPTIONS};
use crate::machine::{loader, tool};

/// The pictures of the manual: `cp target/screens/*.png docs/screens`.
#[test]
fn pictures_of_the_manual() {
    let config = "color light-gray/blue black/cyan
title Debian GNU/Linux
  root LABEL=debian
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline root=LABEL=debian ro quiet
title Debian GNU/Linux, single user
  hotkey s
  root LABEL=debian
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline root=LABEL=debian ro single
title The other system
  root LABEL=other
  kernel /boot/vmlinuz
";
    let grub = "submenu 'Older kernels' { menuentry 'Linux 5.10' { linux /vmlinuz-5.10; } }";
    play(&Case {
        disks: vec![
            Disk::boot(&format!("autodetect grub2\n{config}")),
            debian().file("boot/grub/grub.cfg", grub),
        ],
        steps: vec![
            // The last row is drawn last.
            vga_row(&["+Older kernels"]),
            vga_row(&["Enter boots", "off"]),
            Step::Picture("menu"),
            Step::Press("e"),
            vga_row(&["editing", "Debian GNU/Linux"]),
            vga_row(&["Enter boots", "goes back"]),
            Step::Picture("editor"),
            Step::Press("esc"),
            vga_row(&["+Older kernels"]),
            vga_row(&["Enter boots", "off"]),
            Step::Press("d"),
            vga_row(&["LABEL=debian"]),
            vga_row(&["any other key goes back"]),
            Step::Picture("disks"),
        ],
        ..Case::new()
    });
}

/// A terminal of another size than most: its screens, and a boot from it.
fn on_a_terminal(rows: u16, columns: u16, shown: Vec<Step>) {
    let script = format!(
        "#!/bin/busybox sh\n/bin/busybox mount -t devtmpfs dev /dev\n\
         exec 3<>/dev/ttyS0\n/bin/busybox stty rows {rows} cols {columns} <&3\nexec /loader\n"
    );
    let busybox = tool("busybox.sh", &[ARCH.name().to_owned()]);
    let long = format!("second {}", "word ".repeat(20));
    let config = TWO
        .replace("second", &long)
        .replace("timeout 2", "timeout off");
    let mut steps = vec![Step::Chosen("First".into()), Step::Type(DOWN)];
    steps.push(Step::Chosen("Second Title".into()));
    steps.extend(shown);
    steps.extend([Step::Chosen("Second Title".into()), Step::Type(ENTER)]);
    let cmdline = format!("console=ttyS0 {}", long.trim());
    steps.extend(boots("Second Title", TARGET, &cmdline));
    play(&Case {
        terminal: (rows, columns),
        files: vec![
            ("init", Content::Program(script.into())),
            ("loader", Content::Copy(loader())),
            ("bin/busybox", Content::Copy(busybox.trim().into())),
        ],
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}

/// Half a line: what does not fit is cut, and nothing is shown on another row than its own.
#[test]
fn narrow_terminal() {
    let shown = vec![
        row(&[" kexec-loader 0.1.0   Linux "]),
        row(&["Enter boots  e edits"]),
        Step::Gone("off"),
        Step::Type("e"),
        row(&[" editing Second Title"]),
        // The cursor is at its end.
        row(&["<ord word word"]),
        Step::Type("\x1b[H"),
        row(&[" cmdline console=ttyS0 second word word>"]),
        Step::Type("\x1b"),
        Step::Gone("editing"),
        Step::Type("d"),
        row(&["LABEL=debian"]),
        Step::Type("x"),
        Step::Chosen("Second Title".into()),
        Step::Type("chelp\r"),
        row(&["--more--"]),
        Step::Type("qexit\r"),
    ];
    on_a_terminal(25, 40, shown);
}

/// The whole of a line that is cut elsewhere.
#[test]
fn wide_terminal() {
    let end = "word word word word word word word word word word word word word word word word";
    let shown = vec![
        row(&["p off"]),
        row(&[OPTIONS, end]),
        Step::Type("chelp\r"),
        row(&["--more--"]),
        Step::Type("qexit\r"),
    ];
    on_a_terminal(50, 132, shown);
}

/// What the loader did is told on the terminal for that, and on the page `m`.
#[test]
fn the_log() {
    let config = TWO.replace("timeout 2", "timeout off");
    let mut steps = vec![
        Step::Aside(" started with: console=tty0"),
        Step::Aside("LABEL=KEXECLOADER"),
        Step::Aside(" the boot disk is nvme0n1, found by "),
        Step::Aside(" read kexec-loader.cfg: entries: 2"),
        row(&["Second Title"]),
        Step::Type("m"),
        row(&[" read kexec-loader.cfg: entries: 2"]),
        Step::Plug(1),
        row(&[" disk nvme1n1: ", "LABEL=debian"]),
        Step::Type(" "),
        // Its boot fails, and that is in its place among the rest.
        Step::Chosen("First".into()),
        Step::Type(ENTER),
        row(&["cannot open", "/boot/vmlinux", "not found"]),
        Step::Type("m"),
        row(&[" booting First (chosen by a key), of kexec-loader.cfg:2"]),
        Step::Type(" "),
        Step::Chosen("First".into()),
        Step::Type("2\r"),
        Step::Aside(" booting Second Title (chosen by a key), of kexec-loader.cfg:7"),
        Step::Aside(match ARCH {
            Arch::X86_64 => " loaded by kexec_file_load",
            Arch::I386 => " loaded by kexec_load",
        }),
    ];
    steps.extend(boots("Second Title", TARGET, "console=ttyS0 second"));
    play(&Case {
        cmdline: "console=tty0 console=ttyS0 debug_tty=/dev/ttyS1",
        disks: vec![
            Disk::boot(&config.replacen("vmlinuz", "vmlinux", 1)),
            debian().late(),
        ],
        steps,
        ..Case::new()
    });
}

/// A cable that is out, or another speed: no noise boots or restarts anything.
#[test]
fn noise_on_the_line() {
    let config = TWO.replace("timeout 2", "timeout off");
    let mut steps = vec![
        row(&[NAME]),
        Step::Chosen("First".into()),
        Step::Noise(10),
        // From wherever the first bytes have led: Escape, and Home.
        Step::Type("\x1b\x1b[H"),
        Step::Chosen("First".into()),
        Step::Type(DOWN),
        Step::Chosen("Second Title".into()),
        Step::Type(ENTER),
    ];
    steps.extend(boots("Second Title", TARGET, "console=ttyS0 second"));
    play(&Case {
        disks: vec![Disk::boot(&config), debian()],
        steps,
        ..Case::new()
    });
}
