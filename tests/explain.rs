//! `kexec-loader explain`: the program that ships reads samples, and what it says of them
//! is compared byte for byte with what people wrote down from the manual. It is asked of
//! the programs of both architectures, which have to say the same.
//!
//! A sample is a folder of tests/samples:
//!
//! * `disk/`, and other folders: what is on the disks. Copied elsewhere before it is read.
//! * `make`: files that are made there, a line each; [`make`] says what there can be.
//! * `command`: the arguments after `explain`, a line each; without it, `disk`.
//! * `stdout`, `stderr`, `status`: what the program must say and end with; without
//!   `stderr`, nothing.
//! * `json`: what it must say with `--json`: one value for each folder it explains.

#[allow(dead_code, reason = "most of it is for tests/program.rs")]
#[path = "program/build.rs"]
mod build;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use build::{FULL, FULL_32, Folder};
use serde_json::{Value, json};

/// How long one call of the program may take; it takes a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a call of the program ends with.
#[derive(Debug, PartialEq)]
struct Said {
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// The programs that ship.
fn programs() -> &'static [PathBuf; 2] {
    static PROGRAMS: OnceLock<[PathBuf; 2]> = OnceLock::new();
    PROGRAMS.get_or_init(|| [FULL, FULL_32].map(build::shipped))
}

/// Runs the programs that ship, in `folder`.
fn explain(folder: &Path, arguments: &[&OsStr]) -> Said {
    explain_by(&|program| Command::new(program), folder, arguments)
}

/// Runs the programs by a command that is given the name of one, in `folder`.
fn explain_by(command: &dyn Fn(&Path) -> Command, folder: &Path, arguments: &[&OsStr]) -> Said {
    let [said, said_by_32] = programs()
        .each_ref()
        .map(|program| run(command(program), folder, arguments));
    compare("on 32 bits", &said_by_32.stdout, &said.stdout);
    assert_eq!(said_by_32, said, "on 32 bits");
    said
}

fn run(mut command: Command, folder: &Path, arguments: &[&OsStr]) -> Said {
    command.arg("explain").args(arguments).current_dir(folder);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs here");
    let all = |mut pipe: Box<dyn Read + Send>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).expect("what it says");
            bytes
        })
    };
    let stdout = all(Box::new(child.stdout.take().expect("a pipe")));
    let stderr = all(Box::new(child.stderr.take().expect("a pipe")));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("its end") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().expect("its end");
            child.wait().expect("its end");
            panic!("explain {arguments:?} does not end");
        }
        thread::sleep(Duration::from_millis(1));
    };
    Said {
        status: status.code(),
        stdout: stdout.join().expect("what it says"),
        stderr: stderr.join().expect("what it says"),
    }
}

/// Bytes to be read by people, with those that draw on a terminal spelled out.
fn shown(bytes: &[u8]) -> String {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .fold(String::new(), |text, line| {
            text + &line.trim_ascii_end().escape_ascii().to_string() + "\n"
        })
}

/// Fails with both texts where they differ.
fn compare(what: &str, found: &[u8], wanted: &[u8]) {
    let lines = |bytes| shown(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
    let (is, should) = (lines(found), lines(wanted));
    let first = is.iter().zip(&should).position(|(a, b)| a != b);
    let first = first.unwrap_or(is.len().min(should.len()));
    assert!(
        found == wanted,
        "{what}, line {}:\n     is: {:?}\n should: {:?}\n--- all of it\n{}",
        first + 1,
        is.get(first),
        should.get(first),
        shown(found)
    );
}

/// The JSON values that were printed: one a line.
fn values(text: &[u8]) -> Vec<Value> {
    let text = str::from_utf8(text).expect("JSON is UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
        .collect()
}

/// A kernel of 1536 bytes that does nothing: what Documentation/arch/x86/boot.rst wants to
/// be in "The Real-Mode Kernel Header".
fn kernel() -> Vec<u8> {
    let mut file = vec![0; 1536];
    for (at, bytes) in [
        // setup_sects: one sector of real-mode code after the first. With the boot sector,
        // 1024 bytes come before the protected-mode code.
        (0x1f1, &[1][..]),
        // syssize: 32 units of 16 bytes are that code: the other 512 bytes of the file.
        (0x1f4, &[32, 0, 0, 0]),
        // boot_flag: 0xAA55.
        (0x1fe, &[0x55, 0xaa]),
        // jump: over the header, to 0x202 + 0x66; its length says where the header ends.
        (0x200, &[0xeb, 0x66]),
        // header: the magic number.
        (0x202, b"HdrS"),
        // version: 2.15.
        (0x206, &[0x0f, 0x02]),
        // loadflags: LOADED_HIGH, the protected-mode code goes to 1 MiB: a bzImage.
        (0x211, &[1]),
        // initrd_addr_max: a ramdisk may lie below 2 GiB.
        (0x22c, &[0xff, 0xff, 0xff, 0x7f]),
        // kernel_alignment: 2 MiB.
        (0x230, &[0, 0, 0x20, 0]),
        // relocatable_kernel, min_alignment: anywhere, by 2 MiB.
        (0x234, &[1, 21]),
        // xloadflags: XLF_KERNEL_64, there is a 64-bit entry at 0x200 of that code.
        (0x236, &[1, 0]),
        // cmdline_size: 2047 bytes and a NUL.
        (0x238, &[0xff, 0x07, 0, 0]),
        // pref_address: 16 MiB.
        (0x258, &[0, 0, 0, 1, 0, 0, 0, 0]),
        // init_size: 16 MiB while it unpacks itself.
        (0x260, &[0, 0, 0, 1]),
    ] {
        file[at..][..bytes.len()].copy_from_slice(bytes);
    }
    file
}

/// A Multiboot kernel of 4096 bytes that does nothing: what the Multiboot Specification 0.6.96,
/// 3.1.1, wants to be in its header, and where its four parts lie in memory.
fn multiboot() -> Vec<u8> {
    const FLAGS: u32 = 1 << 16;
    const MAGIC: u32 = 0x1bad_b002;
    const START: u32 = 0x10_0000;
    let sum = MAGIC.wrapping_add(FLAGS).wrapping_neg();
    // The header, the first byte, the ends of what is loaded and of what is zeroed, the entry.
    let addresses = [START, START, START + 4096, START + 4096, START + 32];
    let words = [[MAGIC, FLAGS, sum].as_slice(), &addresses].concat();
    let mut file: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    file.resize(4096, 0);
    file
}

/// Makes what a line of a sample's `make` says: a kind, a path and, for some, another.
fn make(folder: &Path, line: &str) {
    let (kind, words) = line.split_once(' ').expect("a kind and a path");
    let at = |path: &str| folder.join(path);
    let write = |bytes: &[u8]| {
        let path = at(words);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    };
    match kind {
        "file" => write(b"some bytes\n"),
        "empty" => write(b""),
        "zeros" => write(&[0; 4096]),
        // Wholly a kernel.
        "kernel" => write(&kernel()),
        "multiboot" => write(&multiboot()),
        // Its last byte is not there.
        "truncated" => write(&kernel()[..1520]),
        // It ends in the magic number.
        "short" => write(&kernel()[..0x205]),
        // The first protocol with a header, 2.00: nothing after ramdisk_size (0x21c) is said.
        "old" => {
            let mut old = kernel();
            old[0x206..0x208].copy_from_slice(&[0x00, 0x02]);
            old[0x220..].fill(0xff);
            write(&old);
        }
        "folder" => fs::create_dir_all(at(words)).expect("a folder"),
        "pipe" => build::run(Command::new("mkfifo").arg(at(words))),
        "copy" | "link" => {
            let (path, other) = words.split_once(' ').expect("two paths");
            let path = at(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            if kind == "copy" {
                fs::copy(at(other), path).expect("a copy");
            } else {
                // `@` is where the sample's folders are.
                let target = other.replace('@', folder.to_str().expect("text"));
                symlink(target, path).expect("a link");
            }
        }
        _ => panic!("cannot make {line:?}"),
    }
}

/// A copy of a sample, with all that was to be made.
fn prepared(sample: &Path) -> Folder {
    let copy = Folder::new("explain");
    let mut cp = Command::new("cp");
    build::run(cp.arg("-r").arg(sample.join(".")).arg(copy.path()));
    if let Ok(lines) = fs::read_to_string(sample.join("make")) {
        lines.lines().for_each(|line| make(copy.path(), line));
    }
    copy
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// The arguments after `explain` that a sample is read by.
fn arguments(sample: &Path) -> Vec<OsString> {
    let command = fs::read(sample.join("command")).unwrap_or(b"disk\n".into());
    let words = command.split(|byte| *byte == b'\n');
    let words = words.filter(|word| !word.is_empty());
    words.map(|word| OsString::from_vec(word.into())).collect()
}

/// Reads a sample, for people and as JSON.
fn check(name: &str) {
    let sample = samples().join(name);
    let read = |file| fs::read(sample.join(file));
    let folder = prepared(&sample);
    let words = arguments(&sample);
    let words: Vec<_> = words.iter().map(OsString::as_os_str).collect();
    let status = read("status").unwrap_or(b"0".into());
    let status = str::from_utf8(&status).expect("text").trim().parse();
    let status = Some(status.expect("a number"));
    let stderr = read("stderr").unwrap_or_default();

    let said = explain(folder.path(), &words);
    if let Ok(stdout) = read("stdout") {
        compare(name, &said.stdout, &stdout);
    }
    compare(name, &said.stderr, &stderr);
    assert_eq!(said.status, status, "{name}");

    let said = explain(folder.path(), &[&[OsStr::new("--json")], &*words].concat());
    let wanted = read("json").expect("its json");
    let wanted = serde_json::Deserializer::from_slice(&wanted).into_iter();
    let wanted: Vec<Value> = wanted.map(|value| value.expect("JSON")).collect();
    let found = values(&said.stdout);
    for (nth, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert_eq!(found, wanted, "{name}, value {nth}");
    }
    assert_eq!(found.len(), wanted.len(), "{name}: values");
    compare(name, &said.stderr, &stderr);
    assert_eq!(said.status, status, "{name}, as JSON");
}

/// A test for each sample; the name of its folder has `-` for `_`.
macro_rules! samples {
    ($($name:ident)*) => {
        const SAMPLES: &[&str] = &[$(stringify!($name)),*];
        mod sample {
            $(#[test]
            fn $name() {
                super::check(&stringify!($name).replace('_', "-"));
            })*
        }
    };
}

samples! {
    c1_controls
    directives
    disk_images
    disks
    empty
    folders
    gen_1
    gen_2
    initramfs
    kernel_kinds
    keymap
    links
    manual
    mistakes
    names
    none
    odd_files
    packed
    programs_and_locks
    titles
    windows
}

#[test]
fn every_sample_is_read() {
    let known: BTreeSet<_> = SAMPLES.iter().map(|name| name.replace('_', "-")).collect();
    let found = fs::read_dir(samples()).expect("the samples");
    let found = found.map(|entry| entry.expect("a name"));
    let found = found.filter(|entry| entry.path().is_dir());
    let found: BTreeSet<_> = found
        .map(|entry| entry.file_name().into_string().expect("text"))
        .filter(|name| !FORMATS.contains(&&**name))
        .collect();
    assert_eq!(known, found);
}

/// The formats of other loaders; each has a folder with samples of its own.
const FORMATS: &[&str] = &[
    "bls",
    "grub-legacy",
    "grub2",
    "iso",
    "kernels",
    "kexecboot",
    "petitboot",
    "syslinux",
];

/// Reads every sample of a format, and fails after the last with all that differ.
fn check_format(format: &str) {
    let folder = samples().join(format);
    let Ok(names) = fs::read_dir(&folder) else {
        panic!("{}: no samples", folder.display());
    };
    let names = names.map(|name| name.expect("a name").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.into_string().expect("text"))
        .collect();
    names.sort();
    let fails = |name: &String| {
        let name = format!("{format}/{name}");
        std::panic::catch_unwind(|| check(&name)).is_err()
    };
    let failed: Vec<_> = names.iter().filter(|name| fails(name)).collect();
    assert!(
        failed.is_empty(),
        "of {}, these differ: {failed:?}",
        names.len()
    );
}

macro_rules! formats {
    ($($test:ident $format:literal)*) => {
        $(#[test]
        fn $test() {
            check_format($format);
        })*
    };
}

formats! {
    samples_of_bls "bls"
    samples_of_grub_legacy "grub-legacy"
    samples_of_grub2 "grub2"
    samples_of_iso "iso"
    samples_of_kernels "kernels"
    samples_of_kexecboot "kexecboot"
    samples_of_petitboot "petitboot"
    samples_of_syslinux "syslinux"
}

#[test]
fn kernels_without_openat2_read_the_same() {
    let built = Folder::new("old-kernel");
    let old_kernel = built.path().join("old_kernel");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/old_kernel.c");
    let mut compiler = Command::new("cc");
    build::run(compiler.arg("-Wall").arg("-o").arg(&old_kernel).arg(source));
    for name in SAMPLES {
        let sample = samples().join(name.replace('_', "-"));
        let folder = prepared(&sample);
        let words = arguments(&sample);
        let words: Vec<_> = words.iter().map(OsString::as_os_str).collect();
        let by_old_kernel = |program: &Path| {
            let mut command = Command::new(&old_kernel);
            command.arg(program);
            command
        };
        let said = explain_by(&by_old_kernel, folder.path(), &words);
        assert_ne!(said.status, Some(125), "no filters here");
        let wanted = fs::read(sample.join("stdout")).expect("its stdout");
        if ["links", "odd_files"].contains(name) {
            // Links of theirs begin at `/`, which here is not the disk's root.
            assert_ne!(said.stdout, wanted, "{name}: the filter does nothing");
        } else {
            compare(name, &said.stdout, &wanted);
        }
    }
}

/// A disk with this configuration, a kernel `/k` and a file `/i`.
fn disk(config: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new("explain");
    for line in ["kernel disk/k", "file disk/i"] {
        make(folder.path(), line);
    }
    let path = folder.path().join("disk/kexec-loader.cfg");
    fs::write(path, config).expect("a configuration");
    folder
}

/// What is said of a configuration: plain, and as JSON.
fn said_of(config: impl AsRef<[u8]>) -> (Said, Value) {
    let folder = disk(config);
    let plain = explain(folder.path(), &["disk".as_ref()]);
    let json = explain(folder.path(), &["--json".as_ref(), "disk".as_ref()]);
    assert_eq!(plain.status, json.status);
    assert_eq!((&*plain.stderr, &*json.stderr), (&b""[..], &b""[..]));
    let [value] = &*values(&json.stdout) else {
        panic!("one value");
    };
    (plain, value.clone())
}

#[test]
fn timeouts() {
    let wrong = |value: &str| {
        format!(
            "kexec-loader.cfg:1: 'timeout' is neither 'off' nor a number of seconds, so it is \
             off: '{value}'\n"
        )
    };
    for (value, number, is_one) in [
        ("off", None, true),
        ("OFF", None, true),
        ("0", Some(0), true),
        ("007", Some(7), true),
        ("4294967295", Some(u32::MAX), true),
        // Negative numbers were, of old, another word for it.
        ("-1", None, true),
        ("4294967296", None, false),
        ("abc", None, false),
        ("5s", None, false),
        ("5 # seconds", None, false),
        ("0x10", None, false),
        ("-", None, false),
        ("+5", None, false),
        ("1.5", None, false),
    ] {
        let (plain, value_json) = said_of(format!("timeout {value}\ntitle a\nkernel /k\n"));
        let shown = number.map_or("off".to_owned(), |number| number.to_string());
        let problem = if is_one { String::new() } else { wrong(value) };
        let wanted = format!(
            "disk: kexec-loader.cfg, timeout {shown}\n\
             1 * a\n     disk     the boot disk\n     kernel   /k\n{problem}"
        );
        compare(value, &plain.stdout, wanted.as_bytes());
        assert_eq!(value_json["timeout"], json!(number), "{value}");
        assert_eq!(
            value_json["problems"],
            json!(problem.lines().collect::<Vec<_>>())
        );
        assert_eq!(plain.status, Some(0), "{value}");
    }
    let (plain, _) = said_of("timeout 5\ntitle a\nkernel /k\ntimeout 9\n");
    assert!(
        plain
            .stdout
            .starts_with(b"disk: kexec-loader.cfg, timeout 9\n")
    );
}

#[test]
fn more_entries_than_are_kept() {
    let config = (1..=300).fold(String::new(), |config, n| {
        config + &format!("title number {n}\nkernel /k\nappend n={n}\n")
    });
    let (plain, value) = said_of(config);
    let mut wanted = "disk: kexec-loader.cfg, timeout off\n".to_owned();
    for n in 1..=256 {
        let mark = if n == 1 { '*' } else { ' ' };
        let _ = write!(
            wanted,
            "{n} {mark} number {n}\n     disk     the boot disk\n     kernel   /k\n     \
             cmdline  n={n}\n"
        );
    }
    // 256 entries of three lines; the one that is too many begins at the next.
    let problem = "kexec-loader.cfg:769: 256 entries are kept, the rest are skipped";
    let _ = writeln!(wanted, "{problem}");
    compare("300 entries", &plain.stdout, wanted.as_bytes());
    assert_eq!(plain.status, Some(0));
    assert_eq!(value["problems"], json!([problem]));
    let entries = value["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 256);
    for (nth, entry) in entries.iter().enumerate() {
        assert_eq!(entry["title"], json!(format!("number {}", nth + 1)));
        assert_eq!(entry["line"], json!(nth * 3 + 1));
    }
}

#[test]
fn a_file_larger_than_is_read() {
    // 70,000 bytes: what is said before the 65,536th counts, and what is after it does not.
    let start = "title kept\nkernel /k\n#";
    let end = "\ntitle lost\nkernel /k\n";
    let filler = "x".repeat(70_000 - start.len() - end.len());
    let config = format!("{start}{filler}{end}");
    assert_eq!(config.len(), 70_000);
    let (plain, value) = said_of(config);
    let problem = "kexec-loader.cfg is larger than 65536 bytes; the rest of it is not read";
    let wanted = format!(
        "disk: kexec-loader.cfg, timeout off\n\
         1 * kept\n     disk     the boot disk\n     kernel   /k\n{problem}\n"
    );
    compare("70,000 bytes", &plain.stdout, wanted.as_bytes());
    assert_eq!(plain.status, Some(0));
    assert_eq!(value["problems"], json!([problem]));
    // One that just fits is read to its last byte.
    let start = "title kept\nkernel /k\n#";
    let filler = "x".repeat(65_536 - start.len() - end.len());
    let (_, value) = said_of(format!("{start}{filler}{end}"));
    assert_eq!(value["problems"], json!([]));
    assert_eq!(value["entries"].as_array().map(Vec::len), Some(2));
}

#[test]
fn lines_of_any_length() {
    let title = "t".repeat(5000);
    // 2047 bytes are what the kernel takes.
    let first = "c".repeat(1023);
    let second = "a".repeat(1023);
    let config = format!("title {title}\nkernel /k\ncmdline {first}\nappend {second}\n");
    let (plain, value) = said_of(config);
    let wanted = format!(
        "disk: kexec-loader.cfg, timeout off\n1 * {title}\n     disk     the boot disk\n     \
         kernel   /k\n     cmdline  {first} {second}\n"
    );
    compare("long lines", &plain.stdout, wanted.as_bytes());
    assert_eq!(plain.status, Some(0));
    assert_eq!(value["entries"][0]["title"], json!(title));
}

#[test]
fn options_longer_than_the_kernel_takes() {
    for length in [2048, 5000] {
        let options = "o".repeat(length);
        let (plain, value) = said_of(format!("title a\nkernel /k\nappend {options}\n"));
        let problem = "cannot boot a: its options are too long, the kernel takes 2047 bytes";
        let wanted = format!(
            "disk: kexec-loader.cfg, timeout off\n1 * a\n     disk     the boot disk\n     \
             kernel   /k\n     cmdline  {options}\n     problems {problem}\n"
        );
        compare("long options", &plain.stdout, wanted.as_bytes());
        assert_eq!(value["entries"][0]["cmdline"], json!(options));
        assert_eq!(value["entries"][0]["problems"], json!([problem]));
        assert_eq!(plain.status, Some(1), "{length} bytes of options");
    }
}

#[test]
fn ramdisks_whose_paths_are_long() {
    // Sixteen are as many as an entry may have.
    let path = format!("/{}i", "./".repeat(200));
    let lines = |label: &str| format!("{label}{path}\n").repeat(16);
    let (plain, value) = said_of(format!("title a\nkernel /k\n{}", lines("initrd ")));
    let wanted = format!(
        "disk: kexec-loader.cfg, timeout off\n1 * a\n     disk     the boot disk\n     \
         kernel   /k\n{}",
        lines("     initrds  ")
    );
    compare("long paths", &plain.stdout, wanted.as_bytes());
    assert_eq!(value["entries"][0]["initrds"], json!(vec![path; 16]));
    assert_eq!(plain.status, Some(0));
}

#[test]
fn more_ramdisks_than_an_entry_may_have() {
    for (count, status) in [(16, 0), (17, 1)] {
        let ramdisks = "initrd /i\n".repeat(count);
        let (plain, value) = said_of(format!("title a\nkernel /k\n{ramdisks}"));
        let problems = match status {
            0 => json!([]),
            _ => json!(["cannot boot a: more than 16 ramdisks"]),
        };
        assert_eq!(value["entries"][0]["problems"], problems);
        let listed = value["entries"][0]["initrds"].as_array().map(Vec::len);
        assert_eq!(listed, Some(count));
        assert_eq!(plain.status, Some(status));
    }
    // 1024 are as many as all entries may have; each line too many is told.
    let ramdisks = "initrd /i\n".repeat(1026);
    let (_, value) = said_of(format!("title a\nkernel /k\n{ramdisks}"));
    let told = |line| {
        format!(
            "kexec-loader.cfg:{line}: too many ramdisks, mounts and modules; 'initrd' is skipped"
        )
    };
    assert_eq!(value["problems"], json!([told(1027), told(1028)]));
}

/// 500 mistakes are more than are kept: the newest are told, and how many are not.
#[test]
fn mistakes_that_are_left_out_are_counted() {
    let config = "title a\nkernel /k\n".to_owned() + &"mistake\n".repeat(500);
    let (plain, value) = said_of(config);
    let told = value["problems"].as_array().expect("an array");
    let kept = told.len() - 1;
    assert!(kept > 50, "{kept}");
    let first = format!("{} messages before these are left out", 500 - kept);
    let newest = (503 - kept..503)
        .map(|line| format!("kexec-loader.cfg:{line}: unknown directive 'mistake'"));
    let wanted: Vec<_> = std::iter::once(first).chain(newest).collect();
    assert_eq!(value["problems"], json!(wanted));
    let wanted = format!(
        "disk: kexec-loader.cfg, timeout off\n\
         1 * a\n     disk     the boot disk\n     kernel   /k\n{}\n",
        wanted.join("\n")
    );
    assert_eq!(String::from_utf8_lossy(&plain.stdout), wanted);
}

#[test]
fn more_modules_with_options_than_are_kept() {
    let config = "kmod m x=1\n".repeat(66) + "title a\nkernel /k\n";
    let (_, value) = said_of(config);
    let told =
        |line| format!("kexec-loader.cfg:{line}: too many 'kmod' lines, this one is skipped");
    assert_eq!(value["problems"], json!([told(65), told(66)]));
}

#[test]
fn many_disks_and_long_names_of_them() {
    let label = "l".repeat(250);
    let folder = disk(format!(
        "title a\nkernel (LABEL=disk-63)/k\ntitle b\nkernel (LABEL={label})/k\n"
    ));
    let mut arguments = Vec::<OsString>::new();
    arguments.extend(["--disk".into(), format!("LABEL={label}=disk").into()]);
    // 62 more, and the folder itself: 64 disks are kept.
    for nth in 2..=63 {
        arguments.extend(["--disk".into(), format!("LABEL=disk-{nth}=disk").into()]);
    }
    arguments.push("disk".into());
    let words: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    let said = explain(folder.path(), &words);
    let wanted = format!(
        "disk: kexec-loader.cfg, timeout off\n\
         1 * a\n     disk     the boot disk\n     kernel   (LABEL=disk-63)/k\n\
         2   b\n     disk     the boot disk\n     kernel   (LABEL={label})/k\n"
    );
    compare("64 disks", &said.stdout, wanted.as_bytes());
    assert_eq!(said.status, Some(0));
}

#[test]
fn wrong_command_lines() {
    let folder = disk("title a\nkernel /k\n");
    for (words, wrong) in [
        (&[][..], "folder"),
        (&["--json"], "folder"),
        (&["--disk", "sda1=disk"], "folder"),
        (&["--nonsense", "disk"], "--nonsense"),
        (&["--jso", "disk"], "--jso"),
        (&["--json=yes", "disk"], "--json=yes"),
        (&["-j", "disk"], "-j"),
        (&["disk", "--nonsense"], "--nonsense"),
        (&["--disk", "sda1", "disk"], "sda1"),
        (&["disk", "--disk"], "--disk"),
        (&["--disk", "sda1=missing", "disk"], "--disk"),
        (&["--disk", "sda1=disk/k", "disk"], "--disk"),
    ] {
        let arguments: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
        let said = explain(folder.path(), &arguments);
        let text = shown(&said.stderr);
        // One sentence, which names what is wrong.
        let is_one = text.starts_with("kexec-loader: ") && text.lines().count() == 1;
        assert!(is_one && text.contains(wrong), "{words:?}: {text}");
        assert_eq!(said.status, Some(2), "{words:?}");
        // What came before it may have been explained already.
        if words.first() != Some(&"disk") {
            assert_eq!(shown(&said.stdout), "", "{words:?}");
        }
    }
}

#[test]
fn names_of_folders_draw_nothing() {
    let folder = disk("title a\nkernel /k\n");
    let name = OsString::from_vec(b"\x1b[2J\x07\xfc".into());
    let other = folder.path().join(&name);
    fs::rename(folder.path().join("disk"), other).expect("another name");
    let said = explain(folder.path(), &[&name]);
    let wanted = b"?[2J?\xfc: kexec-loader.cfg, timeout off\n\
        1 * a\n     disk     the boot disk\n     kernel   /k\n";
    compare("a name", &said.stdout, wanted);
    let said = explain(folder.path(), &["--json".as_ref(), &name]);
    let [value] = &*values(&said.stdout) else {
        panic!("one value");
    };
    assert_eq!(value["folder"], json!("\u{1b}[2J\u{7}ü"));
    let said = explain(folder.path(), &["--\x1b[2J".as_ref()]);
    assert!(!said.stderr.contains(&0x1b), "{}", shown(&said.stderr));
}

#[test]
fn any_byte_anywhere_gives_json() {
    // Every byte but LF, and every two bytes that may be a character's first, as a title.
    let mut config = Vec::new();
    let pairs = (0..=255_u8).map(|first| vec![first, 0x80 | first, b'.', first.rotate_left(4)]);
    for title in pairs {
        if !title.contains(&b'\n') {
            config.extend_from_slice(b"title .");
            config.extend_from_slice(&title);
            config.extend_from_slice(b".\nkernel /\xff\xc3\nappend \xe2\x82\n");
        }
    }
    let (plain, value) = said_of(&config);
    assert_eq!(plain.status, Some(1));
    let titles: Vec<_> = config
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_prefix(b"title "))
        .collect();
    let entries = value["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), titles.len());
    for (entry, title) in entries.iter().zip(titles) {
        // What is no UTF-8 is taken for Latin-1.
        let latin = || title.iter().map(|byte| char::from(*byte)).collect();
        let wanted = str::from_utf8(title).map_or_else(|_| latin(), str::to_owned);
        assert_eq!(entry["title"], json!(wanted), "{}", title.escape_ascii());
        assert_eq!(entry["kernel"], json!("/ÿÃ"));
        assert_eq!(entry["cmdline"], json!("â\u{82}"));
    }
    let is_control = |byte: &u8| *byte < b' ' && *byte != b'\n' || *byte == 0x7f;
    let found = plain.stdout.iter().position(is_control);
    assert_eq!(found, None, "a control character");
}

#[test]
fn a_long_problem_is_cut_between_characters() {
    // One line has 400 bytes at most; JSON of half a character would be another's letters.
    let word = "ü".repeat(300);
    let (_, value) = said_of(format!("{word}\n"));
    let problem = value["problems"][0].as_str().expect("a problem");
    let start = "kexec-loader.cfg:1: unknown directive '";
    let rest = problem.strip_prefix(start).expect("its start");
    let rest = rest.strip_suffix("...").expect("three dots");
    assert!(rest.chars().all(|c| c == 'ü'), "{problem}");
    let (_, value) = said_of(format!("x{word}\n"));
    let problem = value["problems"][0].as_str().expect("a problem");
    assert!(!problem.contains('Ã'), "{problem}");
}

#[test]
fn nobody_is_waited_for() {
    // Who opens a pipe to read it waits for somebody to write. It is no regular file.
    for lines in ["kernel /pipe", "kernel /k\ninitrd /pipe"] {
        let folder = disk(format!("title a\n{lines}\n"));
        make(folder.path(), "pipe disk/pipe");
        let said = explain(folder.path(), &["disk".as_ref()]);
        let text = shown(&said.stdout);
        let is_told = text.contains("     problems cannot use /pipe on the boot disk: ");
        assert!(is_told && !text.contains("folder"), "{lines}\n{text}");
        assert_eq!(said.status, Some(1), "{lines}");
    }
}

#[test]
fn nobody_is_waited_for_who_writes_a_configuration() {
    let folder = disk("title a\nkernel /k\n");
    let config = folder.path().join("disk/kexec-loader.cfg");
    fs::rename(&config, folder.path().join("disk/kexec-loader.conf")).expect("another name");
    make(folder.path(), "pipe disk/kexec-loader.cfg");
    let said = explain(folder.path(), &["disk".as_ref()]);
    let text = shown(&said.stdout);
    assert!(text.contains("1 * a\n"), "the next name is tried:\n{text}");
    assert_eq!(said.status, Some(0));
}

#[test]
fn reading_changes_nothing() {
    let folder = prepared(&samples().join("links"));
    let listing = || {
        let mut find = Command::new("find");
        find.args([".", "-printf", "%P %T@ %C@ %s %m %l\n"]);
        find.current_dir(folder.path())
            .output()
            .expect("a listing")
            .stdout
    };
    let before = listing();
    explain(folder.path(), &["disk".as_ref()]);
    assert!(before == listing());
}
