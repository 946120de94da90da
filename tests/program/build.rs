//! Builds the program as it ships, apart from how the tests themselves are built:
//! neither their flags nor their environment reach it.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::SystemTime;

/// A processor that the program is built for, as `qemu/loader.sh` calls it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Arch {
    /// 64 bits.
    X86_64,
    /// 32 bits, from the 486 on.
    I386,
}

impl Arch {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::I386 => "i386",
        }
    }
}

/// A processor and a set of features that ships.
#[derive(Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) arch: Arch,
    pub(crate) features: &'static str,
}

impl Profile {
    pub(crate) fn name(self) -> String {
        format!("{}.{}", self.arch.name(), self.features)
    }
}

pub(crate) const FULL: Profile = Profile {
    arch: Arch::X86_64,
    features: "full",
};
pub(crate) const FLOPPY: Profile = Profile {
    arch: Arch::X86_64,
    features: "floppy",
};
pub(crate) const FULL_32: Profile = Profile {
    arch: Arch::I386,
    features: "full",
};
pub(crate) const FLOPPY_32: Profile = Profile {
    arch: Arch::I386,
    features: "floppy",
};
pub(crate) const PROFILES: [Profile; 4] = [FULL, FLOPPY, FULL_32, FLOPPY_32];

/// One call of `qemu/loader.sh`.
pub(crate) struct Build {
    pub(crate) source: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) profile: Profile,
    pub(crate) symbols: bool,
}

/// Beginnings of the variables that would make cargo build something else.
const MEDDLING: [&str; 8] = [
    "RUSTFLAGS",
    "RUSTC_W",
    "CARGO_ENCODED_",
    "CARGO_BUILD_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "CARGO_INCREMENTAL",
    "CARGO_UNSTABLE_",
];

impl Build {
    /// Builds, and says where the program is.
    pub(crate) fn run(&self) -> PathBuf {
        let mut script = Command::new(self.source.join("qemu/loader.sh"));
        script.args([self.profile.arch.name(), self.profile.features]);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if MEDDLING.iter().any(|start| name.starts_with(start)) {
                script.env_remove(&*name);
            }
        }
        script.env("CARGO_TARGET_DIR", &self.target);
        if self.symbols {
            // Not by the profile: its settings are part of what the code depends on.
            let triple = match self.profile.arch {
                Arch::X86_64 => "x86_64-unknown-linux-gnu",
                Arch::I386 => "i586-unknown-linux-gnu",
            };
            let option = format!("target.{triple}.rustflags=[\"-Cstrip=none\"]");
            script.args(["--config", &option]);
        }
        let path = pipe(&mut script, b"");
        String::from_utf8(path).expect("a path").trim_end().into()
    }

    fn of_this_tree(profile: Profile, symbols: bool) -> Self {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        // What ships is where the machines' tests and a person have it, built once.
        let target = if symbols {
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("symbols")
        } else {
            source.join("target")
        };
        Self {
            source,
            target,
            profile,
            symbols,
        }
    }
}

/// The program as it ships.
pub(crate) fn shipped(profile: Profile) -> PathBuf {
    Build::of_this_tree(profile, false).run()
}

/// The same program with the names of its functions.
pub(crate) fn with_symbols(profile: Profile) -> PathBuf {
    Build::of_this_tree(profile, true).run()
}

/// Copies all that a program is built from to another folder.
pub(crate) fn copy_sources(to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    let mut copy = Command::new("cp");
    copy.arg("-r").args([
        ".cargo",
        "Cargo.lock",
        "Cargo.toml",
        "linker",
        "qemu",
        "rust-toolchain.toml",
        "src",
    ]);
    run(copy.arg(to).current_dir(env!("CARGO_MANIFEST_DIR")));
}

/// The size of the smallest initramfs that starts this program: it alone, as /init,
/// packed as tightly as the kernel can unpack.
pub(crate) fn initramfs(program: &Path) -> u64 {
    let folder = Folder::new("initramfs");
    let init = folder.path().join("init");
    fs::copy(program, &init).expect("a copy");
    let init = File::options().append(true).open(&init).expect("the copy");
    init.set_modified(SystemTime::UNIX_EPOCH).expect("a time");
    let mut xz = Command::new("xz");
    xz.args(["--check=crc32", "--x86", "--lzma2=preset=9e", "--stdout"]);
    pipe(&mut xz, &archive(folder.path())).len() as u64
}

/// All that is in a folder, as the kernel takes it uncompressed.
pub(crate) fn archive(folder: &Path) -> Vec<u8> {
    let mut find = Command::new("find");
    find.args([".", "-mindepth", "1", "-printf", "%P\\0"]);
    let names = pipe(find.current_dir(folder), b"");
    let mut names: Vec<_> = names.split_inclusive(|byte| *byte == 0).collect();
    names.sort_unstable();
    let mut cpio = Command::new("cpio");
    cpio.args(["--create", "--quiet", "--format=newc", "--null"]);
    cpio.args(["--reproducible", "--owner=0:0"]);
    pipe(cpio.current_dir(folder), &names.concat())
}

/// A folder of our own, gone with its owner.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: Mutex<u32> = Mutex::new(0);
        let mut number = NUMBER.lock().expect("a number");
        *number += 1;
        let name = format!("{name}-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) {
    let out = command.output();
    let out = out.unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{command:?}: {said}");
}

/// Runs a filter that must succeed.
fn pipe(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let out = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().expect("its end")
    });
    assert!(out.status.success(), "{command:?}: {}", out.status);
    out.stdout
}
