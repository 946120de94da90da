//! Any bytes as a kernel, of any size: eight bytes of size, and the file's first. The verdict is
//! the one that the kernel's Documentation/arch/x86/boot.rst asks for, worked out here again with
//! numbers that cannot overflow.

#![no_main]

use kexec_loader::image::{Fault, bzimage::BzImage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((size, file)) = input.split_first_chunk() else {
        return;
    };
    let size = u64::from_le_bytes(*size);
    let mut head = [0; 0x280];
    let count = file.len().min(head.len());
    head[..count].copy_from_slice(&file[..count]);
    let number = |at: usize, bytes: usize| {
        let bytes = head[at..at + bytes].iter().rev();
        bytes.fold(0_u128, |number, byte| number << 8 | u128::from(*byte))
    };

    let version = number(0x206, 2);
    let is_kernel =
        number(0x1fe, 2) == 0xaa55 && head[0x202..0x206] == *b"HdrS" && version >= 0x200;
    let setup = match number(0x1f1, 1) {
        0 => 4,
        sectors => sectors,
    };
    let units = number(0x1f4, if version < 0x204 { 2 } else { 4 });
    let setup = (setup + 1) * 512;
    let is_whole =
        setup + (units * 16).saturating_sub(15) <= u128::from(size) && setup < u128::from(size);
    let is_high = number(0x211, 1) & 1 != 0;
    let alignment = number(0x230, 4);
    let is_movable = version >= 0x205 && number(0x234, 1) != 0;
    let is_aligned = alignment.is_power_of_two() && alignment >= 4096;
    let makes_sense = is_high && (!is_movable || is_aligned);
    match BzImage::read(&head, size) {
        Err(Fault::NotAKernel) => assert!(!is_kernel),
        Err(Fault::Truncated(..)) => assert!(is_kernel && !is_whole),
        Err(Fault::Because(_)) => assert!(is_kernel && is_whole && !makes_sense),
        Err(Fault::Unreadable) => panic!("nothing is read"),
        Ok(image) => {
            assert!(is_kernel && is_whole && makes_sense);
            assert_eq!(u128::from(image.setup), setup);
            assert_eq!(image.setup + image.length, size);
            assert_eq!(image.alignment.is_some(), is_movable);
            let size = if version < 0x206 {
                255
            } else {
                number(0x238, 4)
            };
            assert_eq!(u128::from(image.cmdline_size), size);
        }
    }
});
