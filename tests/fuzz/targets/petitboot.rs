//! Any bytes as a `kboot.conf`. What has to be so then is in `read_any`.

#![no_main]

use kexec_loader::config::fake::{Disk, read_any};
use kexec_loader::config::petitboot::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = [("/f", bytes)];
    read_any(read, &[Disk::new("", "", &files)], "/f");
});
