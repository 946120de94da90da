//! Any bytes as a `grub.cfg`, and after a NUL as the files that it may name. What has to be so then,
//! beside that it ends, in bounded steps, is in `read_any`.

#![no_main]

use kexec_loader::config::fake::{Disk, read_any};
use kexec_loader::config::grub2::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.splitn(2, |byte| *byte == 0);
    let [script, other] = [(); 2].map(|()| texts.next().unwrap_or_default());
    let files = [
        ("/boot/grub/grub.cfg", script),
        ("/boot/grub/grubenv", other),
        ("/boot/grub/x", other),
        ("/x", script),
    ];
    let disk = |name, uuid, label| Disk {
        label,
        ..Disk::new(name, uuid, &files)
    };
    let disks = [disk("", "1", "a"), disk("sda1", "2", "b")];
    read_any(read, &disks, "/boot/grub/grub.cfg");
});
