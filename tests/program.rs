//! The program that ships, looked at from outside: what kind of file it is, what is
//! in its machine code, how big it is, and that building it again gives the same
//! bytes. Both profiles are built here for both architectures, exactly as they ship.

#[path = "program/budget.rs"]
mod budget;
#[path = "program/build.rs"]
mod build;
#[path = "program/calls.rs"]
mod calls;
#[path = "program/code.rs"]
mod code;
#[path = "program/elf.rs"]
mod elf;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use build::{Arch, Build, FLOPPY, FLOPPY_32, FULL, FULL_32, PROFILES, Profile};
use elf::Elf;
use iced_x86::CpuidFeature;

fn shipped(profile: Profile) -> (String, Elf) {
    let path = build::shipped(profile);
    (profile.name(), Elf::read(&path))
}

#[test]
fn is_static_and_at_a_fixed_place() {
    for (name, elf) in PROFILES.map(shipped) {
        assert!(elf.is_executable(), "{name}: position independent");
        for (kind, what) in [
            (object::elf::PT_INTERP, "an interpreter"),
            (object::elf::PT_DYNAMIC, "a dynamic section"),
            (object::elf::PT_TLS, "thread-local storage"),
        ] {
            let found = elf.segments.iter().any(|segment| segment.kind == kind);
            assert!(!found, "{name}: {what}");
        }
        assert!(
            elf.text().range().contains(&elf.entry),
            "{name}: entry not in .text"
        );
    }
}

#[test]
fn nothing_is_both_writable_and_executable() {
    use object::elf::{PF_W, PF_X, PT_GNU_STACK, PT_LOAD};
    for (name, elf) in PROFILES.map(shipped) {
        for segment in &elf.segments {
            let both = segment.flags & (PF_W | PF_X) == PF_W | PF_X;
            assert!(!both, "{name}: segment at {:#x}", segment.address);
        }
        // Without this header Linux makes the stack, and all that is read from
        // files into memory, executable.
        let stack = elf.segments.iter().find(|one| one.kind == PT_GNU_STACK);
        let stack = stack.unwrap_or_else(|| panic!("{name}: says nothing of its stack"));
        assert_eq!(stack.flags & PF_X, 0, "{name}: executable stack");
        assert!(elf.segments.iter().any(|one| one.kind == PT_LOAD), "{name}");
    }
}

/// Parts of the names, as the compiler writes them, of all that a panic needs: the
/// code that starts one, the checks that end in one, and what prints one. The handler
/// itself is in the list too: when nothing can panic, the linker drops it.
const PANICKING: [&str; 9] = [
    "panic",
    "rust_begin_unwind",
    "unwrap_failed",
    "expect_failed",
    "slice_index",
    "slice_error",
    "4core3fmt",
    "handle_alloc_error",
    "capacity_overflow",
];

#[test]
fn nothing_can_panic() {
    for profile in PROFILES {
        let name = profile.name();
        let bare = Elf::read(&build::shipped(profile));
        let named = Elf::read(&build::with_symbols(profile));
        assert!(!named.symbols.is_empty(), "{name}: no symbols to look at");
        // The names are of another file; so that they speak of this one, it must
        // have the same machine code.
        assert!(
            bare.section(".text") == named.section(".text"),
            "{name}: keeping the symbols changes the code"
        );
        let found = panicking(&named);
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
        // A panic knows its source file; no text of the program ends like one.
        let text = String::from_utf8_lossy(&bare.bytes);
        let path = text.split(|c: char| !c.is_ascii_graphic()).find(|word| {
            word.contains(".rs") && (word.contains("src/") || word.contains("/rustc/"))
        });
        assert_eq!(path, None, "{name}: the name of a source file");
    }
}

/// The functions that a panic needs, each with those that call it.
fn panicking(elf: &Elf) -> Vec<String> {
    let code = code::Code::of(elf).expect("machine code");
    let function = |at| elf.symbols.range(..=at).next_back();
    let found = elf
        .symbols
        .iter()
        .filter(|(_, name)| PANICKING.iter().any(|part| name.contains(part)));
    let told = found.map(|(address, name)| {
        let callers = code.callers(*address).iter();
        let callers: BTreeSet<_> = callers.filter_map(|at| Some(function(*at)?.1)).collect();
        format!("{name}, called by {callers:?}")
    });
    told.collect()
}

/// What the 486 has, and all before it.
const OF_A_486: [CpuidFeature; 8] = [
    CpuidFeature::INTEL8086,
    CpuidFeature::INTEL186,
    CpuidFeature::INTEL286,
    CpuidFeature::INTEL386,
    CpuidFeature::INTEL486,
    CpuidFeature::FPU,
    CpuidFeature::FPU287,
    CpuidFeature::FPU387,
];

#[test]
fn has_no_instruction_that_a_486_has_not() {
    for profile in [FULL_32, FLOPPY_32] {
        let (name, elf) = shipped(profile);
        assert_eq!(elf.bits, 32, "{name}");
        let code = code::Code::of(&elf).unwrap_or_else(|why| panic!("{name}: {why}"));
        let later = code.all().filter(|one| {
            let features = one.cpuid_features();
            !features.iter().all(|feature| OF_A_486.contains(feature))
        });
        let later: Vec<_> = later
            .map(|one| format!("{:#x}: {:?}", one.ip(), one.code()))
            .collect();
        assert!(later.is_empty(), "{name}:\n{}", later.join("\n"));
    }
}

/// QEMU's 486 refuses what later processors have, whatever the machine here is.
#[test]
fn runs_on_a_486() {
    let folder = build::Folder::new("a 486");
    let config = "timeout 5\ntitle One\n kernel /boot/vmlinuz\n cmdline quiet\n";
    fs::write(folder.path().join("kexec-loader.cfg"), config).expect("a file");
    for words in [
        &["--version"][..],
        &["explain", "."],
        &["explain", "--json", "."],
    ] {
        let run = |command: &mut Command| {
            let out = command.args(words).current_dir(folder.path()).output();
            let out = out.unwrap_or_else(|why| panic!("{command:?}: {why}"));
            (out.status.code(), out.stdout, out.stderr)
        };
        let mut on_a_486 = Command::new("qemu-i386-static");
        on_a_486.args(["-cpu", "486"]).arg(build::shipped(FULL_32));
        let found = run(&mut on_a_486);
        let wanted = run(&mut Command::new(build::shipped(FULL)));
        assert!(!wanted.1.is_empty(), "{words:?}");
        assert_eq!(found, wanted, "{words:?}");
    }
}

/// The names in the first column of the table of system calls in docs/audit.md, but for
/// those that say that they are of the other architecture.
fn documented(arch: Arch) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md");
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let table = text
        .split_once("<!-- system calls -->")
        .and_then(|(_, rest)| rest.split_once("<!-- /system calls -->"))
        .expect("docs/audit.md marks its table of system calls");
    let first = |row: &str| {
        let (name, rest) = row.trim().strip_prefix("| `")?.split_once('`')?;
        let (note, _) = rest.split_once('|')?;
        let is_here = note.trim().is_empty() || note.contains(arch.name());
        is_here.then(|| name.to_owned())
    };
    table.0.lines().filter_map(first).collect()
}

/// What the kernel calls a number.
fn call(arch: Arch, number: u64) -> Option<String> {
    let number = usize::try_from(number).ok()?;
    match arch {
        Arch::X86_64 => Some(syscalls::x86_64::Sysno::new(number)?.name().to_owned()),
        Arch::I386 => Some(syscalls::x86::Sysno::new(number)?.name().to_owned()),
    }
}

#[test]
fn asks_the_kernel_for_what_the_audit_guide_lists() {
    for both in [[FULL, FLOPPY], [FULL_32, FLOPPY_32]] {
        let arch = both[0].arch;
        let documented = documented(arch);
        let mut found = BTreeSet::new();
        for (profile, elf) in both.map(shipped) {
            let numbers = calls::numbers(&elf).unwrap_or_else(|why| panic!("{profile}: {why}"));
            let names: BTreeSet<_> = numbers
                .into_iter()
                .map(|(number, at)| {
                    call(arch, number).unwrap_or_else(|| {
                        panic!("{profile}: at {at:#x}: no system call has number {number}")
                    })
                })
                .collect();
            let unlisted: Vec<_> = names.difference(&documented).collect();
            assert!(
                unlisted.is_empty(),
                "in {profile}, not in docs/audit.md: {unlisted:?}"
            );
            found.extend(names);
        }
        let unused: Vec<_> = documented.difference(&found).collect();
        assert!(
            unused.is_empty(),
            "in docs/audit.md, not in the program for {}: {unused:?}",
            arch.name()
        );
    }
}

#[test]
fn numbers_of_system_calls_are_found_or_the_place_is_told() {
    type Numbers = Result<&'static [u64], &'static str>;
    let rows: [(&str, &[u8], Numbers); 10] = [
        ("mov eax, 60", b"\xb8\x3c\0\0\0\x0f\x05", Ok(&[60])),
        ("push 2; pop rax", b"\x6a\x02\x58\x0f\x05", Ok(&[2])),
        ("xor eax, eax", b"\x31\xc0\x0f\x05", Ok(&[0])),
        (
            "lea eax, [rdi + 3]",
            b"\x31\xff\x8d\x47\x03\x0f\x05",
            Ok(&[3]),
        ),
        (
            "one of two, by a jump",
            b"\x74\x07\xb8\x01\0\0\0\xeb\x05\xb8\x02\0\0\0\x0f\x05",
            Ok(&[1, 2]),
        ),
        (
            "from the caller, in edi",
            b"\xbf\x27\0\0\0\xe8\x01\0\0\0\xc3\x89\xf8\x0f\x05\xc3",
            Ok(&[39]),
        ),
        ("mov eax, [rdi]", b"\x8b\x07\x0f\x05", Err("0x400000")),
        (
            "what a function gives",
            b"\xe8\x03\0\0\0\x0f\x05\xc3\xc3",
            Err("0x400000"),
        ),
        (
            "left by the one before",
            b"\x31\xc0\x0f\x05\x0f\x05",
            Err("0x400002"),
        ),
        ("int 0x80", b"\xcd\x80", Err("0x400000")),
    ];
    let rows_32: [(&str, &[u8], Numbers); 5] = [
        ("mov eax, 4", b"\xb8\x04\0\0\0\xcd\x80", Ok(&[4])),
        (
            "lea eax, [ebx - 1]",
            b"\xbb\x05\0\0\0\x8d\x43\xff\xcd\x80",
            Ok(&[4]),
        ),
        (
            "kept in esi by a function",
            b"\xbe\x07\0\0\0\xe8\x05\0\0\0\x89\xf0\xcd\x80\xc3\xc3",
            Ok(&[7]),
        ),
        ("syscall", b"\xb8\x01\0\0\0\x0f\x05", Err("0x400005")),
        ("int 0x81", b"\xb8\x01\0\0\0\xcd\x81", Err("0x400005")),
    ];
    let rows = rows.into_iter().map(|row| (64, row));
    for (bits, (name, bytes, expected)) in rows.chain(rows_32.into_iter().map(|row| (32, row))) {
        match (calls::numbers(&Elf::of_code(bits, bytes)), expected) {
            (Ok(found), Ok(numbers)) => {
                let found: Vec<_> = found.into_keys().collect();
                assert_eq!(found, numbers, "{name}");
            }
            (Err(told), Err(place)) => assert!(told.ends_with(place), "{name}: {told}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

#[test]
fn keeps_to_its_size() {
    let figures = PROFILES.into_iter().flat_map(|profile| {
        let program = build::shipped(profile);
        let size = fs::metadata(&program).expect("the program").len();
        [
            (format!("{}.file", profile.name()), size),
            (
                format!("{}.initramfs.xz", profile.name()),
                build::initramfs(&program),
            ),
        ]
    });
    let figures: Vec<_> = figures.collect();
    let figures: Vec<_> = figures
        .iter()
        .map(|(name, size)| (&**name, *size))
        .collect();
    budget::check(&figures);
}

#[test]
fn builds_to_the_same_bytes_in_another_folder() {
    let elsewhere = build::Folder::new("a folder of another name");
    let tree = elsewhere.path().join("and/depth");
    build::copy_sources(&tree);
    for profile in PROFILES {
        let name = profile.name();
        let again = Build {
            source: tree.clone(),
            target: elsewhere.path().join(&name),
            profile,
            symbols: false,
        };
        let here = fs::read(build::shipped(profile)).expect("the program");
        let there = fs::read(again.run()).expect("the program");
        let differs = here.iter().zip(&there).position(|(a, b)| a != b);
        assert!(
            here == there,
            "{name}: {} and {} bytes, first difference at {differs:?}",
            here.len(),
            there.len()
        );
    }
}

/// What a command ends with: its status, and what is on the two outputs.
fn ordinary(profile: Profile, words: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(build::shipped(profile)).args(words).output();
    let out = out.expect("the program runs here");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (out.status.code(), text(out.stdout), text(out.stderr))
}

#[test]
fn tells_its_version_and_its_use() {
    let version = concat!("kexec-loader ", env!("CARGO_PKG_VERSION"), "\n");
    for profile in [FULL, FULL_32] {
        let said = ordinary(profile, &["--version"]);
        assert_eq!(said, (Some(0), version.to_owned(), String::new()));
        let (status, said, errors) = ordinary(profile, &["--help"]);
        assert_eq!((status, &*errors), (Some(0), ""));
        for word in ["explain", "--json", "--disk", "--version"] {
            assert!(said.contains(word), "--help does not tell of {word}");
        }
    }
}

#[test]
fn refuses_what_makes_no_sense_in_one_sentence() {
    let cases: [(Profile, &[&str]); 10] = [
        (FULL, &[]),
        (FULL, &[""]),
        (FULL, &["--nonsense"]),
        (FULL, &["nonsense", "."]),
        (FULL, &["explain"]),
        (FULL, &["explain", "--nonsense", "."]),
        (FULL, &["explain", "--disk"]),
        // A build without commands refuses all.
        (FLOPPY, &["--help"]),
        (FLOPPY_32, &["--help"]),
        (FULL_32, &["nonsense"]),
    ];
    for (profile, words) in cases {
        let (status, said, errors) = ordinary(profile, words);
        assert_eq!((status, &*said), (Some(2), ""), "{words:?}: {errors}");
        let is_sentence = errors.starts_with("kexec-loader: ") && errors.lines().count() == 1;
        assert!(
            is_sentence && errors.ends_with('\n'),
            "{words:?}: {errors:?}"
        );
    }
}
