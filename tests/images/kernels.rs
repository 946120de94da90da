//! The Multiboot kernels that machines boot, looked at; and the one that QEMU can load by
//! itself, loaded by it.

use crate::make::look;
use crate::multiboot_kernels::{Kernel, MOVABLE, ONE, TWO, build};
use kexec_loader::image::Image;
use kexec_loader::image::multiboot::Version;
use std::process::Command;

#[test]
fn are_what_they_say() {
    for kernel in [ONE, TWO, MOVABLE] {
        for has_addresses in [false, true] {
            if has_addresses && kernel.is_movable {
                continue;
            }
            let kernel = Kernel {
                has_addresses,
                ..kernel
            };
            let file = std::fs::read(build(kernel)).expect("a kernel");
            let Ok(Image::Multiboot(found)) = look(&file, file.len() as u64) else {
                panic!("{kernel:?}");
            };
            let version = match found.version {
                Version::One => 1,
                Version::Two => 2,
            };
            assert_eq!(version, kernel.version);
            assert_eq!(found.movable.is_some(), kernel.is_movable);
            let start = if kernel.is_movable {
                0x8000_0000
            } else {
                0x20_0000
            };
            assert_eq!(found.program.span().0, start, "{kernel:?}");
            // The stack is behind what is in the file.
            let part = found.program.parts[0];
            assert!(part.length < 4096 && part.memory > 16384, "{kernel:?}");
        }
    }
}

#[test]
fn print_what_another_loader_tells() {
    let module = std::env::temp_dir().join(format!("kexec-loader-module-{}", std::process::id()));
    std::fs::write(&module, "a module's bytes").unwrap();
    for has_addresses in [false, true] {
        let kernel = build(Kernel {
            has_addresses,
            ..ONE
        });
        let out = Command::new("qemu-system-i386")
            .args(["-display", "none", "-serial", "stdio", "-m", "32"])
            .args(["-append", "two words", "-initrd"])
            .arg(format!("{} its words", module.display()))
            .arg("-kernel")
            .arg(&kernel)
            .output()
            .unwrap_or_else(|why| panic!("{why}: install the package qemu-system-x86"));
        let said = String::from_utf8_lossy(&out.stdout);
        for words in [
            "Multiboot 1 magic 0x2badb002 aligned\r\n",
            "two words\"\r\n",
            "loader \"qemu\"\r\n",
            "modules 1\r\n",
            "module 16 sum 1512 aligned \"",
            "its words\" begins \"a module's bytes\"\r\n",
            "memory 0x100000 0x1ee0000 1\r\n",
            "that is all\r\n",
        ] {
            assert!(said.contains(words), "{has_addresses}: {words}: {said}");
        }
    }
    let _ = std::fs::remove_file(module);
}
