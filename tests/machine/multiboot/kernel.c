/* A kernel that does nothing but print, on the first serial line, all that a Multiboot boot
 * loader told it; then it switches the machine off. Compiled with VERSION 1 or 2, and with
 * ADDRESSES for one that is no ELF file to its loader. See kernel.rs. */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef VERSION
#error "VERSION is 1 or 2"
#endif

/* The header is in front of everything, the entry behind it, the stack in .bss. */
__asm__(
    ".pushsection .header, \"ax\"\n"
    ".balign 8\n"
    "header:\n"
#if VERSION == 1
    ".long 0x1badb002\n"
#ifdef ADDRESSES
    ".long 0x10007, -(0x1badb002 + 0x10007)\n"
    ".long header, header, loaded_end, zeroed_end, enter\n"
#else
    ".long 0x7, -(0x1badb002 + 0x7)\n"
    ".long 0, 0, 0, 0, 0\n"
#endif
    ".long 1, 80, 25, 0\n" /* It would like text. */
#else
    ".long 0xe85250d6, 0, header_end - header, -(0xe85250d6 + header_end - header)\n"
    ".word 1, 0\n.long 24, 1, 3, 4, 6\n" /* It must be told what it is told. */
    ".word 6, 0\n.long 8\n"              /* Modules in whole pages. */
    ".word 4, 1\n.long 12, 2, 0\n"       /* It can show text. */
#ifdef ADDRESSES
    ".word 2, 0\n.long 24, header, header, loaded_end, zeroed_end\n"
    ".word 3, 0\n.long 12, enter, 0\n"
#endif
#ifdef MOVABLE
    ".word 10, 0\n.long 24, 0x400000, 0xffffffff, 0x200000, 1\n"
#endif
    ".word 7, 1\n.long 8\n"              /* EFI's services: there are none. */
    ".word 0x4000, 1\n.long 12, 0, 0\n"  /* A tag that nobody knows, and need not. */
    ".word 0, 0\n.long 8\n"
    "header_end:\n"
#endif
    ".globl enter\n"
    "enter:\n"
    "cli\n"
    "cld\n"
#ifdef MOVABLE
    /* Where it was loaded it must find out by itself, and there is no stack yet: the second
     * word of the information is reserved, and good for one. */
    "lea 8(%ebx), %esp\n"
    "call 1f\n"
    "1: pop %esp\n"
    "add $stack_end - 1b, %esp\n"
#else
    "mov $stack_end, %esp\n"
#endif
    "push %ebx\n"
    "push %eax\n"
    "call print_all\n"
    "9: hlt\n"
    "jmp 9b\n"
    ".popsection\n"
    ".pushsection .bss\n"
    ".balign 16\n"
    ".skip 16384\n"
    "stack_end:\n"
    ".popsection\n");

static void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static void out16(u16 port, u16 value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static u8 in8(u16 port) {
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void put(char letter) {
    while (!(in8(0x3f8 + 5) & 0x20)) {
    }
    out8(0x3f8, (u8)letter);
}

static void say(const char *text) {
    while (*text) put(*text++);
}

static void say_hex(u64 number) {
    int digits = 1;
    while (digits < 16 && number >> (digits * 4)) digits++;
    say("0x");
    while (digits--) put("0123456789abcdef"[number >> (digits * 4) & 15]);
}

static void say_number(u32 number) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count--) put(digits[count]);
}

static void say_quoted(u32 address) {
    put('"');
    say((const char *)address);
    put('"');
}

static void end_line(void) { say("\r\n"); }

static void say_range(u64 start, u64 size, u32 kind) {
    say("memory ");
    say_hex(start);
    put(' ');
    say_hex(size);
    put(' ');
    say_number(kind);
    end_line();
}

/* The sum of a module's bytes says that all of them are there, and its first are shown. */
static void say_module(u32 start, u32 end, u32 words) {
    u32 sum = 0;
    for (u32 at = start; at != end; at++) sum += *(const u8 *)at;
    say("module ");
    say_number(end - start);
    say(" sum ");
    say_number(sum);
    say(start & 4095 ? " unaligned " : " aligned ");
    say_quoted(words);
    say(" begins ");
    put('"');
    for (u32 at = start; at != end && at - start < 16; at++) {
        u8 letter = *(const u8 *)at;
        put(letter >= ' ' && letter < 127 && letter != '"' ? (char)letter : '.');
    }
    put('"');
    end_line();
}

static void say_sizes(u32 lower, u32 upper) {
    say("lower ");
    say_number(lower);
    say(" upper ");
    say_number(upper);
    end_line();
}

static void say_text(const char *what, u32 address) {
    say(what);
    say_quoted(address);
    end_line();
}

static void say_screen(u64 address, u32 pitch, u32 width, u32 height, u8 depth, u8 kind,
                       const u8 *colours) {
    say("screen ");
    say(kind == 2 ? "text " : kind == 1 ? "colours " : "palette ");
    say_hex(address);
    say(" pitch ");
    say_number(pitch);
    put(' ');
    say_number(width);
    put('x');
    say_number(height);
    put('x');
    say_number(depth);
    for (int nth = 0; kind == 1 && nth < 6; nth++) {
        say(nth & 1 ? ":" : " ");
        say_number(colours[nth]);
    }
    end_line();
}

static u32 word(u32 address) { return *(const u32 *)address; }
static u64 quad(u32 address) { return *(const u64 *)address; }

#if VERSION == 1
static void say_information(u32 info) {
    u32 flags = word(info);
    say("flags ");
    say_hex(flags);
    end_line();
    if (flags & 1) say_sizes(word(info + 4), word(info + 8));
    if (flags & 4) say_text("command line ", word(info + 16));
    if (flags & 0x200) say_text("loader ", word(info + 64));
    if (flags & 8) {
        u32 count = word(info + 20);
        say("modules ");
        say_number(count);
        end_line();
        for (u32 at = word(info + 24); count--; at += 16)
            say_module(word(at), word(at + 4), word(at + 8));
    }
    if (flags & 0x40) {
        u32 at = word(info + 48);
        for (u32 end = at + word(info + 44); at < end; at += word(at) + 4)
            say_range(quad(at + 4), quad(at + 12), word(at + 20));
    }
    if (flags & 0x1000)
        say_screen(quad(info + 88), word(info + 96), word(info + 100), word(info + 104),
                   *(u8 *)(info + 108), *(u8 *)(info + 109), (u8 *)(info + 110));
}
#else
static void say_information(u32 info) {
    u32 end = info + word(info);
    u32 tag = info + 8;
    say("size ");
    say_number(word(info));
    end_line();
    for (; tag < end && word(tag); tag = (tag + word(tag + 4) + 7) & ~7u) {
        switch (word(tag)) {
        case 1: say_text("command line ", tag + 8); break;
        case 2: say_text("loader ", tag + 8); break;
        case 3: say_module(word(tag + 8), word(tag + 12), tag + 16); break;
        case 4: say_sizes(word(tag + 8), word(tag + 12)); break;
        case 6:
            for (u32 at = tag + 16; at < tag + word(tag + 4); at += word(tag + 8))
                say_range(quad(at), quad(at + 8), word(at + 16));
            break;
        case 8:
            say_screen(quad(tag + 8), word(tag + 16), word(tag + 20), word(tag + 24),
                       *(u8 *)(tag + 28), *(u8 *)(tag + 29), (u8 *)(tag + 32));
            break;
        case 21:
            say("loaded at ");
            say_hex(word(tag + 8));
            end_line();
            break;
        default:
            say("tag ");
            say_number(word(tag));
            end_line();
        }
    }
    say(tag + 8 == end && word(tag + 4) == 8 ? "the end is in its place" : "no end");
    end_line();
}
#endif

__attribute__((used)) void print_all(u32 magic, u32 info) {
    out8(0x3f8 + 3, 3); /* 8 bits, no parity, one stop bit. */
    say("\r\nMultiboot ");
    say_number(VERSION);
    say(" magic ");
    say_hex(magic);
    say(info & 7 ? " unaligned" : " aligned");
    end_line();
    say_information(info);
    out8(0x3d4, 9); /* What the screen really does: CRTC register 9. */
    say("characters of ");
    say_number((in8(0x3d5) & 31) + 1u);
    say(" lines");
    end_line();
    say("that is all");
    end_line();
    while (!(in8(0x3f8 + 5) & 0x40)) {
    }
    out16(0x604, 0x2000);  /* QEMU's pc and q35: ACPI's soft off. */
    out16(0xb004, 0x2000); /* Older ones. */
}
