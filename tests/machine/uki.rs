//! Unified kernel images, made of Debian's stub for EFI (systemd's) as its manual does it.

use std::process::Command;

use super::disk::Content;
use super::{Folder, arch::Arch, of_debian, run};
use crate::ARCH;

/// Where in memory the stub would have its first section; those of the stub are below.
const START: u64 = 0x3_0000;

/// A unified kernel image with these sections.
pub(crate) fn build(sections: &[(&str, Content)]) -> Content {
    let (package, stub) = match ARCH {
        Arch::X86_64 => ("systemd-boot-efi", "linuxx64.efi.stub"),
        Arch::I386 => ("systemd-boot-efi:i386", "linuxia32.efi.stub"),
    };
    let folder = Folder::new("unified");
    let image = folder.0.join("image");
    let mut objcopy = Command::new("objcopy");
    let mut address = START;
    for (name, content) in sections {
        let file = folder.0.join(&name[1..]);
        content.write(&file);
        objcopy.arg(format!("--add-section={name}={}", file.display()));
        objcopy.arg(format!("--change-section-vma={name}={address:#x}"));
        let size = file.metadata().expect("a file").len();
        address += size.next_multiple_of(0x1000);
    }
    let stub = format!("usr/lib/systemd/boot/efi/{stub}");
    run(objcopy.arg(of_debian(package, &stub)).arg(&image));
    Content::Bytes(std::fs::read(&image).expect("an image"))
}
