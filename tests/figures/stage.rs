//! The machines that are measured: a Debian kernel, figures/stage.c as process 1
//! until it becomes the loader, and a disk with one entry that boots at once.
//!
//! The disk is an NVDIMM: memory of the machine. Any other disk answers when the host
//! gets round to it, and what the kernel does in the meantime differs from run to run
//! by millions of instructions; this one answers at once, and the count repeats exactly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::build::{self, FULL, Folder};
use super::machine::disk::Disk;
use super::machine::kernels::{self, DEBIAN};

/// How long a machine may take: with every instruction counted, and on a slow
/// computer.
const DEADLINE: Duration = Duration::from_mins(5);

const CONFIG: &str = "timeout 0
title Target
  kernel /boot/vmlinuz
  initrd /boot/target.img
  cmdline console=ttyS0
";

/// What such a machine is made of.
pub(crate) struct Stage {
    pub(crate) folder: Folder,
    pub(crate) loader: PathBuf,
    archive: PathBuf,
    disk: PathBuf,
}

/// The disk's driver, in the order to insert it.
const DRIVER: [&str; 4] = ["libnvdimm", "nd_btt", "nd_pmem", "nfit"];

impl Stage {
    pub(crate) fn new(is_watched: bool) -> Self {
        let folder = Folder::new("stage");
        let stage = Self {
            loader: loader(),
            archive: folder.path().join("stage1"),
            disk: folder.path().join("disk"),
            folder,
        };
        Disk::debian("ext4", DEBIAN)
            .label("KEXECLOADER")
            .option("uuid", "6b65786c-6f61-6465-7200-000000000000")
            .option("size", "32")
            .file("kexec-loader.cfg", CONFIG)
            .make(&stage.disk);
        let tree = stage.folder.path().join("tree");
        fs::create_dir_all(tree.join("stage")).expect("a folder");
        for module in kernels::modules(DEBIAN, &DRIVER) {
            let name = kernels::stem(&module);
            let nth = DRIVER.iter().position(|one| *one == name);
            let nth = nth.unwrap_or_else(|| panic!("{name} is needed, too"));
            let to = tree.join(format!("stage/{nth}.ko"));
            fs::write(to, kernels::plain(&module)).expect("a file");
        }
        if is_watched {
            fs::write(tree.join("stage/watch"), "").expect("a file");
        }
        fs::copy(&stage.loader, tree.join("loader")).expect("a copy");
        // Out of the way of the loader's addresses, which is what its code is known by.
        let away = ["-static", "-no-pie", "-Wl,-Ttext-segment=0x10000000"];
        let init = stage.compile("stage.c", &away);
        fs::rename(init, tree.join("init")).expect("a file");
        fs::write(&stage.archive, build::archive(&tree)).expect("a file");
        stage
    }

    /// Compiles a file of this folder.
    pub(crate) fn compile(&self, source: &str, options: &[&str]) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figures");
        let to = self.folder.path().join(source).with_extension("out");
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", "-Wall"]).args(options);
        build::run(compiler.arg("-o").arg(&to).arg(from.join(source)));
        to
    }

    /// Starts a machine; what it says goes to files with this name.
    pub(crate) fn start<'a>(
        &self,
        name: &str,
        options: impl IntoIterator<Item = &'a str>,
    ) -> Machine {
        let base = self.folder.path().join(name);
        let to = |what| base.with_extension(what);
        let mut qemu = Command::new("qemu-system-x86_64");
        qemu.args(["-nodefaults", "-no-user-config", "-no-reboot"]);
        qemu.args(["-cpu", "qemu64", "-vga", "std", "-display", "none"]);
        qemu.args(["-machine", "pc,nvdimm=on", "-m", "512,slots=1,maxmem=1G"]);
        // What is written to it is not written to the file.
        let backend = "memory-backend-file,id=disk,size=32M,share=off,mem-path=";
        qemu.arg("-object")
            .arg(format!("{backend}{}", self.disk.display()));
        qemu.args(["-device", "nvdimm,memdev=disk"]);
        qemu.args(["-rtc", "base=2026-01-01,clock=vm"]);
        qemu.arg("-kernel").arg(kernels::image(DEBIAN));
        qemu.arg("-initrd").arg(&self.archive);
        // The kernel and the loader's stack are always at the same place.
        qemu.args([
            "-append",
            "console=tty0 console=ttyS0 nokaslr norandmaps panic=-1",
        ]);
        for line in ["serial", "aside"] {
            qemu.arg("-serial")
                .arg(format!("file:{}", to(line).display()));
        }
        let said = fs::File::create(to("said")).expect("a file");
        let child = qemu.args(options).stdin(Stdio::null()).stderr(said).spawn();
        Machine {
            qemu: child.expect("qemu-system-x86_64"),
            base,
        }
    }
}

/// The loader as it ships; `KEXEC_LOADER` in the environment names another one.
fn loader() -> PathBuf {
    match std::env::var_os("KEXEC_LOADER") {
        Some(path) => path.into(),
        None => build::shipped(FULL),
    }
}

/// A machine that is running.
pub(crate) struct Machine {
    qemu: Child,
    base: PathBuf,
}

impl Machine {
    /// Waits until something is so.
    pub(crate) fn wait(&mut self, mut is_so: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "too late: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.qemu.try_wait().expect("a process").is_some()
    }

    /// What came on the second serial line.
    pub(crate) fn aside(&self) -> String {
        self.file("aside")
    }

    /// What QEMU said, and what the machine said last.
    pub(crate) fn said(&self) -> String {
        let serial = self.file("serial");
        let lines: Vec<_> = serial.lines().collect();
        let last = lines[lines.len().saturating_sub(40)..].join("\n");
        format!("QEMU: {}\n{last}\n{}", self.file("said"), self.aside())
    }

    fn file(&self, name: &str) -> String {
        let bytes = fs::read(self.base.with_extension(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}
