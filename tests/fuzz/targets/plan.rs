//! Any machine, any kernel that is accepted, and files of any size. Whatever is planned, no two
//! segments overlap; each is whole pages of memory that the map says is usable, and that no
//! other range claims; the trampoline, the kernel's entry and what it is told are in one; and a
//! ramdisk is where the kernel can reach it.
//!
//! The input is a count of ranges and 9 bytes for each: start and size in units of 256 bytes,
//! and kind; a count of files and 4 bytes for each; flags, 2 bytes for the command line's
//! length, 4 for what the file has more than is given; and the file's first bytes. Where a
//! Multiboot header's magic number stands, its checksum is made right first.

#![no_main]

use kexec_loader::image::bzimage::Head;
use kexec_loader::image::memory::Memory;
use kexec_loader::image::plan::{
    self, Given, Pages, Plan, REGISTERS, Segment, Source, TABLES, Tables,
};
use kexec_loader::image::{self, File, Image};
use libfuzzer_sys::fuzz_target;

const PAGE: u64 = 4096;

struct Input<'i>(&'i [u8]);

impl Input<'_> {
    fn number(&mut self, bytes: usize) -> u64 {
        let mut number = 0;
        for nth in 0..bytes {
            let Some((byte, rest)) = self.0.split_first() else {
                break;
            };
            self.0 = rest;
            number |= u64::from(*byte) << (nth * 8);
        }
        number
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..at + 4).unwrap_or(&[0; 4]);
    u32::from_le_bytes(bytes.try_into().unwrap_or_default())
}

/// Makes the checksums of Multiboot headers right.
fn mend(file: &mut [u8]) {
    for at in (0..file.len().saturating_sub(11)).step_by(4) {
        let (sum, place) = match word(file, at) {
            0x1bad_b002 => (word(file, at).wrapping_add(word(file, at + 4)), at + 8),
            0xe852_50d6 if at + 16 <= file.len() => {
                let sum = word(file, at).wrapping_add(word(file, at + 4));
                (sum.wrapping_add(word(file, at + 8)), at + 12)
            }
            _ => continue,
        };
        file[place..place + 4].copy_from_slice(&sum.wrapping_neg().to_le_bytes());
    }
}

/// Whether all of it is usable, and nobody else's.
fn is_usable(map: &[(u64, u64, u32)], start: u64, end: u64) -> bool {
    let mut at = start;
    while at < end {
        let usable = map
            .iter()
            .find(|(from, to, kind)| *kind == 1 && (*from..*to).contains(&at));
        let Some((_, to, _)) = usable else {
            return false;
        };
        at = *to;
    }
    let mut others = map.iter().filter(|(_, _, kind)| *kind != 1);
    start >= PAGE && !others.any(|(from, to, _)| *from < end && start < *to)
}

fn inside(segments: &[Segment], address: u64) -> Option<Source> {
    let is_there = |s: &&Segment| (s.address..s.address + s.memory).contains(&address);
    segments.iter().find(is_there).map(|s| s.source)
}

fn check(plan: &Plan, map: &[(u64, u64, u32)], bytes: &[u8], files: &[u64], ramdisks: (u64, u64)) {
    let segments = &plan.segments;
    for (nth, one) in segments.iter().enumerate() {
        assert!(one.address % PAGE == 0 && one.memory % PAGE == 0 && one.memory > 0);
        assert!(one.memory >= one.length);
        let end = one.address + one.memory;
        assert!(end <= 1 << 32);
        assert!(is_usable(map, one.address, end), "{one:x?} of {map:x?}");
        for other in &segments[nth + 1..] {
            let is_beside = end <= other.address || other.address + other.memory <= one.address;
            assert!(is_beside, "{one:x?} {other:x?}");
        }
        if let Source::File(nth) = one.source {
            assert_eq!(one.length, files[nth]);
            assert!(one.address >= ramdisks.0 && one.address + one.length <= ramdisks.1);
        }
    }
    let needs: u64 = segments.iter().map(|s| s.memory).sum();
    assert_eq!(plan.needs, needs);
    let given = segments
        .iter()
        .filter(|s| matches!(s.source, Source::File(_)));
    let wanted = files.iter().filter(|size| **size > 0);
    assert_eq!(given.count(), wanted.count());

    let tables = segments.iter().find(|s| s.source == Source::Tables);
    let tables = tables.expect("our own tables");
    assert_eq!(plan.entry, tables.address);
    assert!(tables.length as usize <= TABLES);
    let registers = [0, 4, 8, 12, 16].map(|at| u64::from(word(bytes, REGISTERS + at)));
    let [entry, _, ebx, esi, page_tables] = registers;
    let of = inside(segments, entry);
    assert!(
        matches!(of, Some(Source::Kernel(_) | Source::Program)),
        "{entry:#x}"
    );
    let told = ebx.max(esi);
    assert!(told % PAGE == 0 && told == tables.address + PAGE);
    if page_tables != 0 {
        assert!(page_tables % PAGE == 0 && page_tables >= tables.address + tables.length);
        assert!(page_tables + 6 * PAGE <= tables.address + tables.memory);
    }
}

fuzz_target!(|input: &[u8]| {
    let mut input = Input(input);
    let mut memory = Memory::new();
    let mut map = Vec::new();
    for _ in 0..input.number(1) {
        let start = input.number(4) << 8;
        let end = start + (input.number(4) << 8);
        let kind = input.number(1) as u32;
        if start < end && map.len() < 128 {
            map.push((start, end, kind));
        }
        memory.add(start, end.wrapping_sub(1), kind);
    }
    assert_eq!(memory.ranges().len(), map.len());
    let files: Vec<u64> = (0..input.number(1) % 20).map(|_| input.number(4)).collect();
    let flags = input.number(1);
    let cmdline = vec![b'c'; input.number(2) as usize];
    let params = vec![flags as u8; if flags & 4 != 0 { 4096 } else { 0 }];
    let words: Vec<&[u8]> = files.iter().map(|_| &b"words"[..]).collect();
    let more = input.number(4);
    let mut file = input.0.to_vec();
    mend(&mut file);
    let size = file.len() as u64 + more;
    let mut read = |at: u64, into: &mut [u8]| {
        into.fill(0);
        let rest = usize::try_from(at).ok().and_then(|at| file.get(at..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        true
    };
    let read = &mut read;
    let Ok(image) = image::look(&mut File { size, read }) else {
        return;
    };
    let given = Given {
        cmdline: &cmdline,
        files: &files,
        params: &params,
        text_mode: flags & 1 != 0,
        allows_long: flags & 2 != 0,
    };
    let mut bytes: Pages = [[0; _]; _];
    let mut tables = Tables {
        bytes: &mut bytes,
        used: 0,
    };
    let mut ramdisks = (1 << 20, 1 << 32);
    let (plan, kernel) = match &image {
        Image::Linux(image) => {
            let mut head: Head = [0; size_of::<Head>()];
            let count = file.len().min(head.len());
            head[..count].copy_from_slice(&file[..count]);
            ramdisks.1 = image.ramdisk_end;
            let plan = plan::linux(image, &head, &given, &mut memory, &mut tables);
            if let (Ok(plan), Some(alignment)) = (&plan, image.alignment) {
                assert_eq!(plan.segments[0].address % alignment, 0);
            }
            (plan, image.init_size)
        }
        Image::Elf(program) => {
            if !program.is_long {
                ramdisks.1 = 0x3800_0000;
            }
            (plan::vmlinux(program, &given, &mut memory, &mut tables), 0)
        }
        Image::Multiboot(image) => {
            let plan = plan::multiboot(image, &given, &words, &mut memory, &mut tables);
            (plan, 0)
        }
        // Its kernel is looked at, and planned, as a file of its own.
        Image::Unified(_) => return,
    };
    let Ok(plan) = plan else {
        return;
    };
    check(&plan, &map, bytes.as_flattened(), &files, ramdisks);
    // What the kernel unpacks itself to is usable too, and nothing else is in it.
    if let Some(first) = plan.segments.first().filter(|_| kernel > 0) {
        let end = first.address + kernel;
        assert!(is_usable(&map, first.address, end));
        let others = &plan.segments[1..];
        assert!(
            others
                .iter()
                .all(|s| end <= s.address || s.address < first.address)
        );
    }
});
