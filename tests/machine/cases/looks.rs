//! What a person sees, as pictures; and a line that nobody types on.

use super::{TWO, debian};
use crate::machine::case::{Case, Step, boots, row, vga_row};
use crate::machine::disk::Disk;
use crate::machine::kernels::TARGET;
use crate::machine::play::play;
use crate::machine::words::{DOWN, ENTER, NAME};

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
