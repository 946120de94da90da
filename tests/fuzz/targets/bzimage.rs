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
    let wanted = (setup + 1) * 512 + units * 16;
    let is_whole = wanted <= u128::from(size);
    match BzImage::read(&head, size) {
        Err(Fault::NotAKernel) => assert!(!is_kernel),
        Err(Fault::Truncated(..)) => assert!(is_kernel && !is_whole),
        Ok(image) => {
            assert!(is_kernel && is_whole);
            let size = if version < 0x206 {
                255
            } else {
                number(0x238, 4)
            };
            assert_eq!(u128::from(image.cmdline_size), size);
        }
    }
});
