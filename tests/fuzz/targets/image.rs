//! Any bytes as a file of any size: eight bytes of size, and the file's first; the others are
//! zeroes. Whatever is accepted can be loaded as it says: its parts are in the file, and side
//! by side below 4 GiB, and its entry is in one of them.
//!
//! Where a Multiboot header's magic number stands, its checksum is made right first.

#![no_main]

use kexec_loader::image::program::Program;
use kexec_loader::image::{self, Fault, File, Image};
use libfuzzer_sys::fuzz_target;

/// The first 32 KiB in windows, a header, program headers, and the file's own; or 96 sections.
const READS: u32 = 140;

fn word(file: &[u8], at: usize) -> u32 {
    let bytes = file.get(at..at + 4).unwrap_or(&[0; 4]);
    u32::from_le_bytes(bytes.try_into().unwrap_or_default())
}

/// Makes the checksums right; says whether a header is there.
fn mend(file: &mut [u8]) -> bool {
    let mut found = false;
    for at in (0..file.len().saturating_sub(11)).step_by(4) {
        let (sum, place) = match word(file, at) {
            0x1bad_b002 => (word(file, at).wrapping_add(word(file, at + 4)), at + 8),
            0xe852_50d6 if at + 16 <= file.len() => {
                let sum = word(file, at).wrapping_add(word(file, at + 4));
                (sum.wrapping_add(word(file, at + 8)), at + 12)
            }
            _ => continue,
        };
        found = true;
        file[place..place + 4].copy_from_slice(&sum.wrapping_neg().to_le_bytes());
    }
    found
}

fn check(program: &Program, size: u64) {
    let mut end = 0;
    for part in &program.parts {
        assert!(part.memory > 0 && part.length <= part.memory);
        assert!(part.offset + part.length <= size);
        assert!(part.address >= end, "out of order, or on top of another");
        end = part.address + part.memory;
    }
    assert!(end <= 1 << 32);
    let is_inside = |start: u64, memory: u64| (start..start + memory).contains(&program.entry);
    let mut parts = program.parts.iter();
    assert!(parts.any(|part| is_inside(part.address, part.memory)));
    let (first, last) = program.span();
    assert!(first % 4096 == 0 && last % 4096 == 0 && last >= end);
    assert_eq!(first, program.parts[0].address & !4095);
}

fuzz_target!(|input: &[u8]| {
    let Some((size, file)) = input.split_first_chunk() else {
        return;
    };
    let size = u64::from_le_bytes(*size);
    let mut file = file.to_vec();
    let has_magic = mend(&mut file);
    let mut reads = 0;
    let mut read = |at: u64, into: &mut [u8]| {
        reads += 1;
        assert!(reads < READS, "reads without end");
        let end = at.checked_add(into.len() as u64);
        assert!(end.is_some_and(|end| end <= size), "a read past the end");
        into.fill(0);
        let rest = usize::try_from(at).ok().and_then(|at| file.get(at..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        true
    };
    let found = image::look(&mut File {
        size,
        read: &mut read,
    });
    match found {
        Ok(Image::Linux(image)) => assert_eq!(image.setup + image.length, size),
        Ok(Image::Elf(program)) => {
            assert!(file.starts_with(b"\x7fELF"));
            check(&program, size);
        }
        Ok(Image::Multiboot(image)) => {
            assert!(has_magic && !image.program.is_long);
            check(&image.program, size);
            if let Some(movable) = image.movable {
                assert!(movable.alignment.is_power_of_two());
            }
        }
        Ok(Image::Unified(image)) => {
            assert!(file.starts_with(b"MZ") && image.kernel.length > 0);
            for part in image
                .ramdisks
                .into_iter()
                .chain([image.kernel, image.cmdline])
            {
                assert!(part.offset + part.length <= size);
            }
        }
        Err(Fault::Truncated(wanted)) => assert!(wanted > size),
        Err(Fault::Unreadable) => panic!("no read failed"),
        Err(Fault::NotAKernel | Fault::Because(_)) => {}
    }
});
