//! The few instructions that run between two kernels.
//!
//! On entry (the kernel's `arch/x86/kernel/relocate_kernel_64.S` and `_32.S`):
//! every segment is where it should be, this code too, at the beginning of a page below
//! 4 GiB and in memory that is mapped at its own address; interrupts are off; the stack is
//! a page of the old kernel's. `x86_64` enters in 64-bit mode with paging on, x86 in 32-bit
//! mode with paging off. Nothing else is known: not even the segment registers.
//!
//! What it does: goes to 32-bit mode without paging; has the screen show what is written to
//! the beginning of its memory, and sets it to text mode if asked; goes to 64-bit mode if
//! asked; sets the registers that it finds at offset 0xe00 of its page and jumps.
//!
//! It is data to this program, which never runs it: it is copied into a segment. Its own
//! stack is the end of its page. Sources: Documentation/arch/x86/boot.rst, "32-bit Boot
//! Protocol" and "64-bit Boot Protocol" (segments 0x10 and 0x18, flat); Intel SDM volume 3,
//! 11.8.5 "Initializing IA-32e Mode"; IBM VGA register tables for mode 3.

use core::arch::global_asm;

// 64-bit mode, paging on → 32-bit mode, paging off.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".pushsection .rodata.trampoline, \"a\"",
    ".globl trampoline, trampoline_end",
    "trampoline:",
    "cli",
    "cld",
    "lea rbx, [rip + trampoline]", // Our page; it stays in EBX to the end.
    "lea rax, [rbx + .Ltable]",
    "mov [rbx + .Lpointer + 2], rax",
    "lgdt [rbx + .Lpointer]",
    "lea rsp, [rbx + 0x1000]",
    "push 0x10",
    "lea rax, [rbx + .Lcode]",
    "push rax",
    ".byte 0x48, 0xcb", // retfq: to 32-bit code.
    ".code32",
    "2:",
    ".set .Lcode, 2b - trampoline",
    "mov eax, cr0",
    "and eax, 0x7fffffff", // Paging off,
    "mov cr0, eax",
    "mov ecx, 0xc0000080",
    "rdmsr",
    "and ah, 0xfe", // and EFER.LME with it.
    "wrmsr",
    "xor eax, eax",
    "mov cr4, eax",
);

// 32-bit mode, paging off, with segments of our own.
#[cfg(target_arch = "x86")]
global_asm!(
    ".pushsection .rodata.trampoline, \"a\"",
    ".globl trampoline, trampoline_end",
    "trampoline:",
    "cli",
    "cld",
    "call 2f",
    "2:",
    ".set .Lhere, 2b - trampoline",
    "pop ebx",
    "sub ebx, offset .Lhere", // Our page; it stays in EBX to the end.
    "lea eax, [ebx + .Ltable]",
    "mov [ebx + .Lpointer + 2], eax",
    "lgdt [ebx + .Lpointer]",
    "lea esp, [ebx + 0x1000]",
    "push 0x10",
    "lea eax, [ebx + .Lcode]",
    "push eax",
    "retf",
    "2:",
    ".set .Lcode, 2b - trampoline",
);

global_asm!(
    "mov eax, 0x18",
    "mov ds, eax",
    "mov es, eax",
    "mov fs, eax",
    "mov gs, eax",
    "mov ss, eax",
    "lea esp, [ebx + 0x1000]",
    // The console scrolls by moving the start of the picture (CRTC registers 12 and 13); who
    // writes to 0xb8000 without looking would not be seen.
    "mov edx, 0x3d4",
    "mov eax, 0x000c",
    "out dx, ax",
    "inc eax",
    "out dx, ax",
    // Text mode: each row of the table is a port, the first register, a count, the values.
    "cmp byte ptr [ebx + 0xe14], 0",
    "je 7f",
    "lea esi, [ebx + .Lscreen]",
    "mov edx, 0x3c2",
    "mov al, 0x67", // Miscellaneous output: colour, 28 MHz, 400 lines.
    "out dx, al",
    "mov edx, 0x3d4",
    "mov eax, 0x0e11", // CRTC register 17: the first eight are no longer protected.
    "out dx, ax",
    "5:",
    "movzx edx, word ptr [esi]",
    "movzx ecx, byte ptr [esi + 2]",
    "add esi, 3",
    "xor eax, eax",
    "8:",
    "mov ah, [esi]",
    "inc esi",
    "out dx, ax",
    "inc al",
    "loop 8b",
    "cmp byte ptr [esi], 0xff", // The end of the indexed registers.
    "jne 5b",
    "inc esi",
    // Attribute controller: index and value through one port, in turn, from a read on.
    "mov edx, 0x3da",
    "in al, dx",
    "mov edx, 0x3c0",
    "8:",
    "mov al, cl",
    "out dx, al",
    "mov al, [esi]",
    "inc esi",
    "out dx, al",
    "inc ecx",
    "cmp ecx, 21",
    "jb 8b",
    "mov al, 0x20", // The picture is on again.
    "out dx, al",
    "7:",
    // 64-bit mode: page tables for 4 GiB where the planner left six empty pages.
    "mov edi, [ebx + 0xe10]",
    "test edi, edi",
    "jz 9f",
    "lea eax, [edi + 0x1003]",
    "mov [edi], eax",
    "lea edx, [edi + 0x1000]",
    "mov ecx, 4",
    "8:",
    "add eax, 0x1000",
    "mov [edx], eax",
    "add edx, 8",
    "loop 8b",
    "mov eax, 0x83", // Present, writable, 2 MiB.
    "lea edx, [edi + 0x2000]",
    "mov ecx, 2048",
    "8:",
    "mov [edx], eax",
    "add eax, 0x200000",
    "add edx, 8",
    "loop 8b",
    "mov eax, cr4",
    "or eax, 0x20", // CR4.PAE
    "mov cr4, eax",
    "mov cr3, edi",
    "mov ecx, 0xc0000080",
    "rdmsr",
    "or ah, 1", // EFER.LME
    "wrmsr",
    "mov eax, cr0",
    "or eax, 0x80000000", // CR0.PG
    "mov cr0, eax",
    "mov byte ptr [ebx + .Ltable + 0x16], 0xaf", // 0x10 is 64-bit code from here on.
    "push 0x10",
    "lea eax, [ebx + .Llong]",
    "push eax",
    "retf",
    // Bytes rather than words, for the assembler of either architecture:
    "8:",
    ".set .Llong, 8b - trampoline",
    ".byte 0x8b, 0xb3, 0x0c, 0x0e, 0, 0", // mov esi, [rbx + 0xe0c]
    ".byte 0x8b, 0x83, 0x00, 0x0e, 0, 0", // mov eax, [rbx + 0xe00]
    ".byte 0x31, 0xed, 0x31, 0xff",       // xor ebp, ebp; xor edi, edi
    ".byte 0x31, 0xdb, 0xff, 0xe0",       // xor ebx, ebx; jmp rax
    // 32-bit mode.
    "9:",
    "mov ecx, [ebx + 0xe00]",
    "mov eax, [ebx + 0xe04]",
    "mov esi, [ebx + 0xe0c]",
    "mov ebx, [ebx + 0xe08]",
    "xor ebp, ebp",
    "jmp ecx",
    ".balign 8",
    // What lgdt reads: the table's last byte, and its address.
    "3:",
    ".set .Lpointer, 3b - trampoline",
    ".word 0x1f",
    ".quad 0",
    ".balign 8",
    "4:",
    ".set .Ltable, 4b - trampoline",
    // Nothing twice; 32-bit code, data, both of 4 GiB.
    ".quad 0, 0, 0x00cf9a000000ffff, 0x00cf92000000ffff",
    "6:",
    ".set .Lscreen, 6b - trampoline",
    // Sequencer: reset, then 80 columns, planes 0 and 1, out of reset.
    ".word 0x3c4; .byte 5, 0x01, 0x00, 0x03, 0x00, 0x02",
    ".word 0x3c4; .byte 1, 0x03",
    // CRT controller: 720 by 400, cursor in lines 13 and 14, start at 0.
    ".word 0x3d4; .byte 25",
    ".byte 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00",
    ".byte 0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff",
    // Graphics controller: odd and even planes, memory at 0xb8000.
    ".word 0x3ce; .byte 9, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff",
    ".byte 0xff",
    // Attribute controller: the palette of sixteen colours, blinking, eight-dot font.
    ".byte 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c",
    ".byte 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00",
    "trampoline_end:",
);

#[cfg(target_arch = "x86_64")]
global_asm!(".code64", ".popsection");
#[cfg(target_arch = "x86")]
global_asm!(".popsection");

unsafe extern "C" {
    #[link_name = "trampoline"]
    static START: u8;
    #[link_name = "trampoline_end"]
    static END: u8;
}

/// The code, to be copied to the beginning of a page.
pub(crate) fn code() -> &'static [u8] {
    let (start, end) = (&raw const START, &raw const END);
    let length = end.addr().wrapping_sub(start.addr());
    // SAFETY: the assembler has put both into one section, with nothing but the code between.
    unsafe { core::slice::from_raw_parts(start, length) }
}
