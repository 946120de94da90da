//! Any bytes as a `menu.lst`, and after a NUL as the files that it may name. What has to be so then
//! is in `read_any`.

#![no_main]

use kexec_loader::config::fake::{Disk, read_any};
use kexec_loader::config::grub_legacy::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.splitn(2, |byte| *byte == 0);
    let [menu, other] = [(); 2].map(|()| texts.next().unwrap_or_default());
    let files = [
        ("/boot/grub/menu.lst", menu),
        ("/boot/grub/device.map", other),
        ("/boot/grub/default", other),
        ("/x", other),
        ("/y", menu),
    ];
    let disks = [("sda1", "1"), ("sdb1", "2"), ("sdb", "3")];
    let disks = disks.map(|(name, uuid)| Disk::new(name, uuid, &files));
    read_any(read, &disks, "/boot/grub/menu.lst");
});
