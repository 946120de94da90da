//! Where kexec-tools would put a kernel and its ramdisk, on a machine where it runs, and
//! where our plan puts them. The manual tells why some of it is elsewhere.

use std::os::unix::fs::FileExt;

use kexec_loader::image::bzimage::Head;
use kexec_loader::image::memory::{Memory, hexadecimal, kind};
use kexec_loader::image::plan::{self, Given, Pages, Plan, Source, Tables};
use kexec_loader::image::{self, File, Image};

use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, line};
use crate::machine::disk::Content;
use crate::machine::kernels::{self, TARGET};
use crate::machine::play::try_play;
use crate::machine::{of_debian, tool};

/// Has kexec-tools load a kernel, and tell what it does.
const COMPARE: &str = "#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
exec </dev/null >/dev/ttyS0 2>&1
for range in /sys/firmware/memmap/*; do
    echo \"range $($b cat $range/start) $($b cat $range/end) $($b cat $range/type)\"
done
/lib/linker --library-path /lib /bin/kexec -c -d -l /vmlinuz --initrd=/ramdisk \\
    --append='console=ttyS0 words' 2>&1 | $b grep '^segment'
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

/// Bytes of the ramdisk: no whole number of pages.
const RAMDISK: u64 = 5000;

/// What is loaded where: bytes of the file, address, bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Loaded {
    length: u64,
    address: u64,
    memory: u64,
}

/// The machine's memory map, and what kexec-tools loads on it.
fn by_kexec_tools() -> (Vec<(u64, u64, u32)>, Vec<Loaded>) {
    let mut files = vec![
        ("compare", Content::Program(COMPARE.into())),
        (
            "bin/busybox",
            Content::Copy(tool("busybox.sh", &[ARCH.name().into()]).trim().into()),
        ),
        ("bin/kexec", of_debian(TOOL, "sbin/kexec").into()),
        ("lib/linker", of_debian(LINKER.0, LINKER.1).into()),
        ("vmlinuz", kernels::image(TARGET).into()),
        ("ramdisk", Content::Bytes(vec![0; 5000])),
        ("proc/empty", "".into()),
        ("sys/empty", "".into()),
        ("dev/empty", "".into()),
    ];
    for (package, file) in LIBRARIES {
        let name = &file[file.rfind('/').expect("a folder")..];
        files.push((
            &*format!("lib{name}").leak(),
            of_debian(package, file).into(),
        ));
    }
    let said = try_play(&Case {
        kernel: TARGET,
        cmdline: "console=ttyS0 rdinit=/compare",
        files,
        steps: vec![line(&["that is all"]), Step::Ends],
        ..Case::new()
    });
    let said = said.unwrap_or_else(|report| panic!("{report}"));
    let number = |word: &str| hexadecimal(word.as_bytes()).expect("a number");
    let mut map = Vec::new();
    let mut loaded = Vec::new();
    for row in said.lines() {
        if let Some(range) = row.trim().strip_prefix("range ") {
            let words: Vec<_> = range.splitn(3, ' ').collect();
            map.push((
                number(words[0]),
                number(words[1]),
                kind(words[2].as_bytes()),
            ));
        }
        let Some((name, value)) = row.trim().split_once('=') else {
            continue;
        };
        let value = value.trim();
        match name.split_once("].").map(|(_, name)| name.trim()) {
            Some("bufsz") => loaded.push(Loaded {
                length: number(value),
                address: 0,
                memory: 0,
            }),
            Some("mem") => loaded.last_mut().expect("a size").address = number(value),
            Some("memsz") => loaded.last_mut().expect("a size").memory = number(value),
            _ => {}
        }
    }
    (map, loaded)
}

/// What we would load on a machine with this memory, and how much of it the kernel will use
/// before it looks at the map.
fn by_plan(map: &[(u64, u64, u32)]) -> (Plan, u64) {
    let kernel = std::fs::File::open(kernels::image(TARGET)).expect("a kernel");
    let mut read = |offset, into: &mut [u8]| kernel.read_exact_at(into, offset).is_ok();
    let mut head: Head = [0; size_of::<Head>()];
    assert!(read(0, &mut head));
    let size = kernel.metadata().expect("its size").len();
    let looked = image::look(&mut File {
        size,
        read: &mut read,
    });
    let Ok(Image::Linux(linux)) = looked else {
        panic!("Debian's kernel")
    };
    let mut memory = Memory::new();
    for (start, last, kind) in map {
        memory.add(*start, *last, *kind);
    }
    let mut bytes: Pages = [[0; _]; _];
    let mut tables = Tables {
        bytes: &mut bytes,
        used: 0,
    };
    let given = Given {
        cmdline: b"console=ttyS0 words",
        files: &[RAMDISK],
        params: &[],
        text_mode: false,
        allows_long: matches!(ARCH, Arch::X86_64),
    };
    let planned = plan::linux(&linux, &head, &given, &mut memory, &mut tables);
    (planned.expect("a plan"), linux.init_size)
}

/// Of the kernel and the ramdisk the same bytes are loaded. Its ramdisk has only its own
/// tables above it, and ours nothing: there is no room between. A 32-bit kernel is in the
/// same place; a 64-bit one has as much room there as kexec-tools fills with zeroes.
#[test]
fn as_kexec_tools_does() {
    let (map, theirs) = by_kexec_tools();
    let (plan, init_size) = by_plan(&map);
    println!("{map:x?}\n{theirs:x?}\n{:x?}", plan.segments);
    let ours = |is_it: fn(Source) -> bool| {
        let mut segments = plan.segments.iter().filter(|s| is_it(s.source));
        let (Some(segment), None) = (segments.next(), segments.next()) else {
            panic!("one segment")
        };
        Loaded {
            length: segment.length,
            address: segment.address,
            memory: segment.memory,
        }
    };
    let kernel = ours(|source| matches!(source, Source::Kernel(_)));
    let ramdisk = ours(|source| source == Source::File(0));
    let of_length = |length| {
        let found = theirs.iter().find(|one| one.length == length);
        *found.unwrap_or_else(|| panic!("{length:#x} bytes: {theirs:x?}"))
    };

    let their_kernel = of_length(kernel.length);
    match ARCH {
        Arch::I386 => assert_eq!(their_kernel, kernel),
        Arch::X86_64 => assert_eq!(their_kernel.memory, init_size),
    }
    let end = kernel.address + init_size;
    let is_outside = |s: &&plan::Segment| s.address >= end || s.address < kernel.address;
    let others = plan.segments.iter().filter(is_outside).count();
    assert_eq!(others, plan.segments.len() - 1, "in the kernel's room");

    let their_ramdisk = of_length(RAMDISK);
    assert_eq!(their_ramdisk.memory, ramdisk.memory);
    let mut end = their_ramdisk.address + their_ramdisk.memory;
    while let Some(above) = theirs.iter().find(|one| one.address == end) {
        end += above.memory;
    }
    assert_eq!(ramdisk.address + ramdisk.memory, end);
}
