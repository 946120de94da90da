//! Kernels as `qemu/kernels.sh` (Debian's) and `qemu/small-kernel.sh` (our own) keep them,
//! and their modules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::arch::Arch;
use super::tool;
use crate::ARCH;

/// What starts the loader: built here, so that a machine is up soon. `NVMe` and ext4 are built
/// in, other disks are modules compressed with xz, which it can decompress.
pub(crate) const STAGE: &str = match ARCH {
    Arch::X86_64 => "small-x86_64",
    Arch::I386 => "small-i386",
};
/// What the loader starts: the same.
pub(crate) const TARGET: &str = STAGE;
/// Debian's current kernel for virtual machines.
pub(crate) const DEBIAN: &str = match ARCH {
    Arch::X86_64 => "cloud-6.12",
    Arch::I386 => "generic-686",
};
/// Debian's for any machine: everything is a module.
pub(crate) const GENERIC: &str = match ARCH {
    Arch::X86_64 => "generic-6.12",
    Arch::I386 => "generic-686",
};
/// Debian 12's own: modules are plain, and it cannot decompress any.
pub(crate) const OLD: &str = match ARCH {
    Arch::X86_64 => "cloud-6.1",
    Arch::I386 => "generic-686",
};
/// Debian 12's own for any machine: it has linear arrays, which Linux 6.8 to 6.13 have not.
pub(crate) const GENERIC_OLD: &str = match ARCH {
    Arch::X86_64 => "generic-6.1",
    Arch::I386 => "generic-686",
};
/// Built here: no kexec, no network, no devtmpfs, no modules; IDE and FAT.
pub(crate) const TINY: &str = match ARCH {
    Arch::X86_64 => "tiny-x86_64",
    Arch::I386 => "tiny-i386",
};

/// Where a kernel lies.
pub(crate) fn image(name: &str) -> PathBuf {
    folder(name).join("vmlinuz")
}

/// What `uname -r` says under it.
pub(crate) fn release(name: &str) -> String {
    let path = folder(name).join("release");
    let text = read(&path);
    text.trim().to_owned()
}

fn folder(name: &str) -> PathBuf {
    let list = tool("kernels.sh", &[]);
    let mut rows = list.lines().filter_map(|row| row.split_once(' '));
    if let Some((_, folder)) = rows.find(|(key, _)| *key == name) {
        return folder.into();
    }
    // None of Debian's: one that is built here.
    tool("small-kernel.sh", &[name.to_owned()]).trim().into()
}

/// The files of the modules named and of all they need, in a kernel's own folder.
pub(crate) fn modules(kernel: &str, names: &[&str]) -> BTreeSet<PathBuf> {
    if names.is_empty() {
        return BTreeSet::new();
    }
    let base = folder(kernel).join("lib/modules").join(release(kernel));
    let index = base.join("modules.dep");
    let index = read(&index);
    let mut files = BTreeSet::new();
    for name in names {
        let row = index.lines().find(|row| {
            let file = row.split(':').next().unwrap_or_default();
            stem(Path::new(file)) == name.replace('-', "_")
        });
        // A name that is not listed is built in.
        for file in row.unwrap_or_default().split([':', ' ']) {
            if !file.is_empty() {
                files.insert(base.join(file));
            }
        }
    }
    files
}

/// A module's name, of its file's.
pub(crate) fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().replace('-', "_")
}

/// A module without its compression.
pub(crate) fn plain(module: &Path) -> Vec<u8> {
    if module.extension().is_some_and(|end| end == "xz") {
        output(Command::new("xz").arg("-dc").arg(module))
    } else {
        std::fs::read(module).unwrap_or_else(|why| panic!("{}: {why}", module.display()))
    }
}

/// A plain module, compressed the way kernels can decompress.
pub(crate) fn compressed(module: &Path) -> Vec<u8> {
    output(
        Command::new("xz")
            .args(["-c", "--check=crc32", "--lzma2=dict=1MiB"])
            .arg(module),
    )
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn output(command: &mut Command) -> Vec<u8> {
    let out = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(
        out.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    out.stdout
}

/// The folder of all modules of a kernel as depmod leaves it, or of some of its folders with
/// depmod's lists of all: paths below `lib/modules/RELEASE`, and the files. Folders that this kernel
/// has not are passed over.
pub(crate) fn tree(kernel: &str, folders: &[&str]) -> Vec<(String, PathBuf)> {
    let base = folder(kernel).join("lib/modules").join(release(kernel));
    let mut found = Vec::new();
    for name in ["alias", "dep", "softdep", "order", "builtin"] {
        let name = format!("modules.{name}");
        found.push((name.clone(), base.join(name)));
    }
    let folders = folders.iter().map(|folder| base.join(folder));
    let mut folders: Vec<_> = folders.filter(|folder| folder.is_dir()).collect();
    while let Some(folder) = folders.pop() {
        let names = std::fs::read_dir(&folder);
        for entry in names.unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(&base) {
                found.push((name.display().to_string(), path.clone()));
            }
        }
    }
    found
}
