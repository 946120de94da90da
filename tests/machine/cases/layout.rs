//! Where kexec-tools would put kernels and their ramdisks, on a machine where it runs, and
//! where our plan puts them. The manual tells why some of it is elsewhere.

use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use kexec_loader::image::bzimage::Head;
use kexec_loader::image::memory::{Memory, hexadecimal, kind};
use kexec_loader::image::plan::{self, Given, Pages, Plan, Source, Tables};
use kexec_loader::image::{self, File, Image};

use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, line};
use crate::machine::disk::Content;
use crate::machine::kernels::{self, DEBIAN};
use crate::machine::play::try_play;
use crate::machine::{multiboot, of_debian, tool};

/// Has kexec-tools load kernels of four kinds, and tell what it does.
const COMPARE: &str = "#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
exec </dev/null >/dev/ttyS0 2>&1
for range in /sys/firmware/memmap/*; do
    echo \"range $($b cat $range/start) $($b cat $range/end) $($b cat $range/type)\"
done
for kernel in linux memtest vmlinux multiboot; do
    echo \"kernel $kernel\"
    case $kernel in
    memtest) set -- ;;
    multiboot) set -- --module='/ramdisk words' --command-line=words ;;
    vmlinux) set -- --args-linux --initrd=/ramdisk --append='console=ttyS0 words' ;;
    *) set -- --initrd=/ramdisk --append='console=ttyS0 words' ;;
    esac
    /lib/linker --library-path /lib /bin/kexec -c -d -l /$kernel \"$@\" 2>&1 |
        $b grep '^segment'
done
echo that is all
# Waits until the line has sent it.
$b stty -F /dev/ttyS0 115200
$b poweroff -f
";

/// The libraries that kexec is linked with, as package and file.
const LIBRARIES: &[(&str, &str)] = match ARCH {
    Arch::I386 => &[("libc6:i386", "lib/i386-linux-gnu/libc.so.6")],
    Arch::X86_64 => &[
        ("libc6", "lib/x86_64-linux-gnu/libc.so.6"),
        ("libxencall1", "usr/lib/x86_64-linux-gnu/libxencall.so.1"),
        (
            "libxendevicemodel1",
            "usr/lib/x86_64-linux-gnu/libxendevicemodel.so.1",
        ),
        (
            "libxenevtchn1",
            "usr/lib/x86_64-linux-gnu/libxenevtchn.so.1",
        ),
        (
            "libxenforeignmemory1",
            "usr/lib/x86_64-linux-gnu/libxenforeignmemory.so.1",
        ),
        (
            "libxengnttab1",
            "usr/lib/x86_64-linux-gnu/libxengnttab.so.1",
        ),
        (
            "libxenmisc4.17",
            "usr/lib/x86_64-linux-gnu/libxenctrl.so.4.17",
        ),
        (
            "libxentoolcore1",
            "usr/lib/x86_64-linux-gnu/libxentoolcore.so.1",
        ),
        (
            "libxentoollog1",
            "usr/lib/x86_64-linux-gnu/libxentoollog.so.1",
        ),
    ],
};
const TOOL: &str = match ARCH {
    Arch::I386 => "kexec-tools:i386",
    Arch::X86_64 => "kexec-tools",
};
const LINKER: (&str, &str) = match ARCH {
    Arch::I386 => ("libc6:i386", "lib/i386-linux-gnu/ld-linux.so.2"),
    Arch::X86_64 => ("libc6", "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
};

/// A kernel that is there as an ELF file too, and Debian's memory tester.
const SMALL: &str = match ARCH {
    Arch::I386 => "small-i386",
    Arch::X86_64 => "small-x86_64",
};
const MEMTEST: &str = match ARCH {
    Arch::I386 => "boot/memtest86+ia32.bin",
    Arch::X86_64 => "boot/memtest86+x64.bin",
};

/// Bytes of the ramdisk: no whole number of pages.
const RAMDISK: u64 = 5000;

/// A range of the memory map: its first and its last byte, and its kind.
type Range = (u64, u64, u32);

/// What is loaded where: bytes of the file, address, bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Loaded {
    length: u64,
    address: u64,
    memory: u64,
}

/// The kernels by their names in there.
fn kernel(name: &str) -> PathBuf {
    match name {
        "linux" => kernels::image(DEBIAN),
        "memtest" => of_debian("memtest86+", MEMTEST),
        "vmlinux" => kernels::image(SMALL).with_file_name("vmlinux"),
        _ => multiboot::build(multiboot::ONE),
    }
}

const KERNELS: [&str; 4] = ["linux", "memtest", "vmlinux", "multiboot"];

/// The machine's memory map, and what kexec-tools loads on it for each kernel.
fn by_kexec_tools() -> (Vec<Range>, Vec<Vec<Loaded>>) {
    let mut files = vec![
        ("compare", Content::Program(COMPARE.into())),
        (
            "bin/busybox",
            Content::Copy(tool("busybox.sh", &[ARCH.name().into()]).trim().into()),
        ),
        ("bin/kexec", of_debian(TOOL, "sbin/kexec").into()),
        ("lib/linker", of_debian(LINKER.0, LINKER.1).into()),
        ("ramdisk", Content::Bytes(vec![0; 5000])),
        ("proc/empty", "".into()),
        ("sys/empty", "".into()),
        ("dev/empty", "".into()),
    ];
    files.extend(KERNELS.map(|name| (name, kernel(name).into())));
    for (package, file) in LIBRARIES {
        let name = &file[file.rfind('/').expect("a folder")..];
        files.push((
            &*format!("lib{name}").leak(),
            of_debian(package, file).into(),
        ));
    }
    let said = try_play(&Case {
        kernel: DEBIAN,
        cmdline: "console=ttyS0 rdinit=/compare",
        files,
        steps: vec![line(&["that is all"]), Step::Ends],
        ..Case::new()
    });
    let said = said.unwrap_or_else(|report| panic!("{report}"));
    let number = |word: &str| match word {
        // So the C library prints the address 0.
        "(nil)" => 0,
        word => hexadecimal(word.as_bytes()).unwrap_or_else(|| panic!("{word:?} is no number")),
    };
    let mut map = Vec::new();
    let mut loaded: Vec<Vec<Loaded>> = Vec::new();
    for row in said.lines() {
        if let Some(range) = row.trim().strip_prefix("range ") {
            let words: Vec<_> = range.splitn(3, ' ').collect();
            map.push((
                number(words[0]),
                number(words[1]),
                kind(words[2].as_bytes()),
            ));
        }
        if row.starts_with("kernel ") {
            loaded.push(Vec::new());
        }
        let (Some(list), Some((name, value))) = (loaded.last_mut(), row.trim().split_once('='))
        else {
            continue;
        };
        let value = value.trim();
        match name.split_once("].").map(|(_, name)| name.trim()) {
            Some("bufsz") => list.push(Loaded {
                length: number(value),
                address: 0,
                memory: 0,
            }),
            Some("mem") => list.last_mut().expect("a size").address = number(value),
            Some("memsz") => list.last_mut().expect("a size").memory = number(value),
            _ => {}
        }
    }
    (map, loaded)
}

/// What we would load on a machine with this memory, and how much of it the kernel will use
/// before it looks at the map, where it says so.
fn by_plan(name: &str, map: &[Range]) -> (Plan, Option<u64>) {
    let kernel = std::fs::File::open(kernel(name)).expect("a kernel");
    let mut read = |offset, into: &mut [u8]| kernel.read_exact_at(into, offset).is_ok();
    let mut head: Head = [0; size_of::<Head>()];
    assert!(read(0, &mut head));
    let size = kernel.metadata().expect("its size").len();
    let looked = image::look(&mut File {
        size,
        read: &mut read,
    });
    let mut memory = Memory::new();
    for (start, last, kind) in map {
        memory.add(*start, *last, *kind);
    }
    let mut bytes: Pages = [[0; _]; _];
    let mut tables = Tables {
        bytes: &mut bytes,
        used: 0,
    };
    let files: &[u64] = if name == "memtest" { &[] } else { &[RAMDISK] };
    let given = Given {
        cmdline: b"console=ttyS0 words",
        files,
        params: &[],
        text_mode: false,
        allows_long: matches!(ARCH, Arch::X86_64),
    };
    let (planned, size) = match looked.expect("a kernel") {
        Image::Linux(linux) => (
            plan::linux(&linux, &head, &given, &mut memory, &mut tables),
            Some(linux.init_size),
        ),
        Image::Elf(program) => (
            plan::vmlinux(&program, &given, &mut memory, &mut tables),
            None,
        ),
        Image::Multiboot(image) => (
            plan::multiboot(
                &image,
                &given,
                &[b"/ramdisk words"],
                &mut memory,
                &mut tables,
            ),
            None,
        ),
        Image::Unified(_) => panic!("none is unified"),
    };
    (planned.expect("a plan"), size)
}

/// What is loaded of the kernel itself.
fn of_kernel(plan: &Plan) -> Vec<Loaded> {
    let is_it = |source| matches!(source, Source::Kernel(_) | Source::Program);
    loaded(plan, is_it)
}

fn loaded(plan: &Plan, is_it: fn(Source) -> bool) -> Vec<Loaded> {
    let segments = plan.segments.iter().filter(|s| is_it(s.source));
    let loaded = segments.map(|segment| Loaded {
        length: segment.length,
        address: segment.address,
        memory: segment.memory,
    });
    loaded.collect()
}

/// The memory from the first byte of some to the last page of others.
fn span(loaded: &[Loaded]) -> (u64, u64) {
    let start = loaded.iter().map(|one| one.address).min();
    let end = loaded.iter().map(|one| one.address + one.memory).max();
    (
        start.expect("one"),
        end.expect("one").next_multiple_of(4096),
    )
}

/// Of a bzImage and its ramdisk the same bytes are loaded. Its ramdisk has only kexec-tools'
/// tables above it, and ours nothing: there is no room between. A 32-bit kernel is in the
/// same place, and so is the memory tester; a 64-bit one has as much room there as kexec-tools fills with zeroes. The
/// parts of other kernels are where their headers have them, and so in the same place.
#[test]
fn as_kexec_tools_does() {
    let (map, theirs) = by_kexec_tools();
    assert_eq!(theirs.len(), KERNELS.len());
    for (name, theirs) in KERNELS.iter().zip(theirs) {
        let (plan, init_size) = by_plan(name, &map);
        println!("{name}: {map:x?}\n{theirs:x?}\n{:x?}", plan.segments);
        let of_length = |length| {
            let found = theirs.iter().find(|one| one.length == length);
            *found.unwrap_or_else(|| panic!("{name}, {length:#x} bytes: {theirs:x?}"))
        };
        let kernel = of_kernel(&plan);
        let (start, mut end) = span(&kernel);
        if let Some(init_size) = init_size {
            let [kernel] = kernel[..] else {
                panic!("one segment")
            };
            let their_kernel = of_length(kernel.length);
            // The other kernel is entered by its 32-bit entry, by either.
            if ARCH == Arch::X86_64 && *name == "linux" {
                assert_eq!(their_kernel.memory, init_size);
            } else {
                assert_eq!(their_kernel, kernel, "{name}");
            }
            end = end.max(kernel.address + init_size);
        } else {
            let is_in = |one: &&Loaded| one.address < end && one.address + one.memory > start;
            let theirs: Vec<_> = theirs.iter().filter(is_in).copied().collect();
            assert_eq!(span(&theirs), (start, end), "{name}");
            // What is not put together first is the same piece by piece.
            let pieces = loaded(&plan, |source| matches!(source, Source::Kernel(_)));
            assert!(pieces.iter().all(|one| theirs.contains(one)), "{name}");
        }
        let is_outside = |s: &&plan::Segment| s.address >= end || s.address + s.memory <= start;
        let others = plan.segments.iter().filter(is_outside).count();
        assert_eq!(
            others + kernel.len(),
            plan.segments.len(),
            "in the kernel's room"
        );

        let ramdisks = loaded(&plan, |source| source == Source::File(0));
        let [ramdisk] = ramdisks[..] else {
            assert_eq!(*name, "memtest");
            continue;
        };
        let their_ramdisk = of_length(RAMDISK);
        assert_eq!(their_ramdisk.memory, ramdisk.memory);
        if *name == "linux" {
            let mut end = their_ramdisk.address + their_ramdisk.memory;
            while let Some(above) = theirs.iter().find(|one| one.address == end) {
                end += above.memory;
            }
            assert_eq!(ramdisk.address + ramdisk.memory, end);
        }
    }
}
