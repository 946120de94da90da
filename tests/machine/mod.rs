//! Machines that boot the loader: a case says what the machine is made of, what is
//! done to it and what it has to show; `play` does that and reports.
//!
//! Nothing here waits for a time to pass: every step waits for words, or for the
//! machine's end, until a deadline that only a failure reaches.

pub(crate) mod arch;
pub(crate) mod case;
pub(crate) mod disk;
pub(crate) mod kernels;
pub(crate) mod media;
pub(crate) mod multiboot;
pub(crate) mod play;
mod qemu;
mod screen;
pub(crate) mod uki;
pub(crate) mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ARCH;
use arch::Arch;
use disk::Content;

/// Runs a script of `qemu/` and gives what it prints.
pub(crate) fn tool(name: &str, arguments: &[String]) -> String {
    output(Command::new(script(name)).args(arguments))
}

/// A file of one of Debian's packages, `NAME` or `NAME:ARCHITECTURE`.
pub(crate) fn of_debian(package: &str, file: &str) -> PathBuf {
    let path = tool("program.sh", &[package.to_owned(), file.to_owned()]);
    path.trim().into()
}

/// Where a script of `qemu/` is.
fn script(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("qemu").join(name)
}

/// What a command that must succeed prints.
fn output(command: &mut Command) -> String {
    let out = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{command:?}: {said}");
    String::from_utf8(out.stdout).expect("text")
}

/// The target's ramdisk with files to show, as `(name, text)`.
pub(crate) fn target(files: &[(&str, &str)]) -> Vec<u8> {
    target_for(ARCH, files)
}

/// The same for another architecture.
pub(crate) fn target_for(arch: Arch, files: &[(&str, &str)]) -> Vec<u8> {
    let folder = Folder::new("target");
    let mut arguments = vec![
        folder.0.join("target").display().to_string(),
        arch.name().to_owned(),
    ];
    for (name, text) in files {
        Content::from(*text).write(&folder.0.join("payload").join(name));
        arguments.push(format!(
            "{name}={}",
            folder.0.join("payload").join(name).display()
        ));
    }
    tool("target.sh", &arguments);
    std::fs::read(folder.0.join("target")).expect("a ramdisk")
}

/// The loader as it ships; `KEXEC_LOADER` in the environment names another one.
pub(crate) fn loader() -> PathBuf {
    if let Some(path) = std::env::var_os("KEXEC_LOADER") {
        return path.into();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_kexec-loader"));
    let target = program
        .ancestors()
        .nth(2)
        .expect("…/target/debug/kexec-loader");
    let mut script = Command::new(script("loader.sh"));
    script.arg(ARCH.name()).env("CARGO_TARGET_DIR", target);
    PathBuf::from(output(&mut script).trim())
}

pub(crate) fn run(command: &mut Command) {
    let out = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        out.status.success(),
        "{command:?}: {}{}",
        said(&out.stdout),
        said(&out.stderr)
    );
}

/// A folder of our own, gone with its owner, but kept after a failure.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// A new one.
    pub(crate) fn new(what: &str) -> Self {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("{what}-{}-{count}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
