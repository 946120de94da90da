//! Any bytes as a syslinux file, with a NUL before the next of three files that may include each
//! other. What has to be so then is in `read_any`.

#![no_main]

use kexec_loader::config::fake::{Disk, read_any};
use kexec_loader::config::syslinux::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.split(|byte| *byte == 0);
    let files = ["/f", "/g", "/h"].map(|path| (path, texts.next().unwrap_or_default()));
    read_any(read, &[Disk::new("", "", &files)], "/f");
});
