//! How a kernel is entered: with what in the registers, told by one that only says so.

use crate::ARCH;
use crate::machine::arch::Arch;
use crate::machine::case::{Case, Step, line};
use crate::machine::disk::{Content, Disk};
use crate::machine::play::play;

/// Says on the serial line, behind a letter: CS, DS, ES and SS, each as a letter so many
/// behind `0`; whether interrupts are off, and EBX, EBP and EDI zero; what is at offset 0x202
/// of what ESI or RSI points to. Then restarts. The bytes are the same in both modes.
#[rustfmt::skip]
const SAY: &[u8] = &[
    0x66, 0xba, 0xf8, 0x03,             // mov dx, 0x3f8
    0xee,                               // out dx, al
    0x8c, 0xc8, 0x04, b'0', 0xee,       // mov eax, cs; add al, '0'; out dx, al
    0x8c, 0xd8, 0x04, b'0', 0xee,       // mov eax, ds
    0x8c, 0xc0, 0x04, b'0', 0xee,       // mov eax, es
    0x8c, 0xd0, 0x04, b'0', 0xee,       // mov eax, ss
    0x9c, 0x58, 0xc1, 0xe8, 0x09,       // pushf; pop eax; shr eax, 9
    0x24, 0x01, 0x04, b'0', 0xee,       // and al, 1; add al, '0'; out dx, al
    0x09, 0xeb, 0x09, 0xfb,             // or ebx, ebp; or ebx, edi
    0x0f, 0x95, 0xc0, 0x04, b'0', 0xee, // setnz al; add al, '0'; out dx, al
    0x8b, 0x86, 0x02, 0x02, 0x00, 0x00, // mov eax, [esi + 0x202]
    0xee, 0xc1, 0xe8, 0x08,             // out dx, al; shr eax, 8
    0xee, 0xc1, 0xe8, 0x08,
    0xee, 0xc1, 0xe8, 0x08,
    0xee,
    0xb0, b'\r', 0xee, 0xb0, b'\n', 0xee,
    0xb0, 0xfe, 0xe6, 0x64,             // mov al, 0xfe; out 0x64, al
    0xf4, 0xeb, 0xfd,                   // hlt; jmp to it
];

/// A bzImage of it, with a 64-bit entry or not.
fn kernel(has_long_entry: bool) -> Vec<u8> {
    let mut file = vec![0; 1024 + 1024];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0x1f1, &[1]); // setup_sects
    put(0x1f4, &[64]); // syssize
    put(0x1fe, &[0x55, 0xaa]);
    put(0x201, &[0x6a]);
    put(0x202, b"HdrS\x0f\x02");
    put(0x211, &[1]); // loadflags: LOADED_HIGH
    put(0x22c, &[0xff, 0xff, 0xff, 0x7f]); // initrd_addr_max
    put(0x236, &[u8::from(has_long_entry)]); // xloadflags: XLF_KERNEL_64
    put(0x238, &[0xff, 0x07]); // cmdline_size
    put(0x25b, &[1]); // pref_address: 16 MiB
    put(0x262, &[1]); // init_size: 64 KiB
    for (at, letter) in [(1024, b'3'), (1024 + 0x200, b'6')] {
        put(at, &[0xb0, letter]); // mov al, LETTER
        put(at + 2, SAY);
    }
    file
}

fn says(has_long_entry: bool, words: &str) {
    let config = "timeout 0\ntitle Ours\n root LABEL=debian\n kernel /kernel\n";
    let disk = Disk::new("ext4").label("debian");
    let kernel = Content::Bytes(kernel(has_long_entry));
    play(&Case {
        // Else a kernel for 64 bits is refused.
        emulator: Arch::X86_64,
        cmdline: "console=tty0 console=ttyS0 kexec=load",
        disks: vec![Disk::boot(config), disk.file("kernel", kernel)],
        steps: vec![line(&[words]), Step::Ends],
        ..Case::new()
    });
}

/// Documentation/arch/x86/boot.rst, "32-bit Boot Protocol": CS 0x10, the others 0x18.
#[test]
fn in_32_bit_mode() {
    says(false, "3@HHH00HdrS");
}

/// The same, "64-bit Boot Protocol"; a 32-bit loader stays with the other entry.
#[test]
fn in_64_bit_mode() {
    match ARCH {
        Arch::X86_64 => says(true, "6@HHH00HdrS"),
        Arch::I386 => says(true, "3@HHH00HdrS"),
    }
}
