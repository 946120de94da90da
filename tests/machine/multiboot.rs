//! Kernels of our own that print what a Multiboot boot loader told them, and switch the
//! machine off. Built when they are asked for, by the C compiler that links our tests.

use std::path::{Path, PathBuf};
use std::process::{Command, id};

/// One of them, by what it is compiled with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel {
    /// Which specification it follows.
    pub(crate) version: u8,
    /// Whether its header says what is loaded, rather than the file being ELF.
    pub(crate) has_addresses: bool,
    /// Whether it can be loaded anywhere. Its own place is at 2 GiB.
    pub(crate) is_movable: bool,
}

pub(crate) const ONE: Kernel = Kernel {
    version: 1,
    has_addresses: false,
    is_movable: false,
};
pub(crate) const TWO: Kernel = Kernel { version: 2, ..ONE };
pub(crate) const MOVABLE: Kernel = Kernel {
    is_movable: true,
    ..TWO
};

/// Compiles a kernel and gives its file.
pub(crate) fn build(kernel: Kernel) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machine/multiboot");
    let name = format!(
        "multiboot-{}{}{}",
        kernel.version,
        if kernel.has_addresses { "a" } else { "" },
        if kernel.is_movable { "m" } else { "" },
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let new = file.with_extension(format!("{}", id()));
    let mut gcc = Command::new("gcc");
    gcc.args("-m32 -march=i386 -O1 -Wall -Wextra -Werror".split(' '))
        .args("-ffreestanding -fno-stack-protector -fcf-protection=none".split(' '))
        .args("-fno-asynchronous-unwind-tables -nostdlib -static".split(' '))
        .args("-Wl,-n -Wl,--build-id=none -Wl,--no-warn-rwx-segments".split(' '))
        .arg(format!("-DVERSION={}", kernel.version));
    if kernel.has_addresses {
        // Not ELF, so that nothing but the header can be gone by.
        gcc.args(["-DADDRESSES", "-Wl,--oformat=binary"]);
    }
    if kernel.is_movable {
        gcc.args(["-DMOVABLE", "-fpie", "-Wl,--defsym=START=0x80000000"]);
    } else {
        gcc.args(["-fno-pic", "-no-pie", "-Wl,--defsym=START=0x200000"]);
    }
    gcc.arg("-T").arg(source.join("kernel.ld"));
    gcc.arg(source.join("kernel.c")).arg("-o").arg(&new);
    let out = gcc.output();
    let out = out.unwrap_or_else(|why| panic!("gcc: {why}: install the package gcc"));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{kernel:?}: {said}");
    // Tests run at once, and each may want it.
    std::fs::rename(&new, &file).expect("a place for the kernel");
    file
}
