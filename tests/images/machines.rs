//! Machines: their memory as the firmware tells of it.

use kexec_loader::image::memory::Memory;

/// Start, last byte, kind.
pub(crate) type Map = &'static [(u64, u64, u32)];

/// A 486 with 16 MiB, whose BIOS knows two sizes only (INT 15h, AH=88h).
pub(crate) const OLD: Map = &[(0, 0x9_ffff, 1), (0x10_0000, 0xff_ffff, 1)];

/// QEMU with 512 MiB.
pub(crate) const QEMU: Map = &[
    (0, 0x9_fbff, 1),
    (0x9_fc00, 0x9_ffff, 2),
    (0xf_0000, 0xf_ffff, 2),
    (0x10_0000, 0x1ffd_ffff, 1),
    (0x1ffe_0000, 0x1fff_ffff, 2),
    (0xfffc_0000, 0xffff_ffff, 2),
];

/// A PC with 8 GiB, of which one is not between 3 and 4 GiB, but above 8.
pub(crate) const LARGE: Map = &[
    (0, 0x9_d7ff, 1),
    (0x9_d800, 0x9_ffff, 2),
    (0xe_0000, 0xf_ffff, 2),
    (0x10_0000, 0xbf70_ffff, 1),
    (0xbf71_0000, 0xbf71_dfff, 3),
    (0xbf71_e000, 0xbf73_ffff, 4),
    (0xbf74_0000, 0xbfff_ffff, 2),
    (0xe000_0000, 0xefff_ffff, 2),
    (0xfec0_0000, 0xffff_ffff, 2),
    (0x1_0000_0000, 0x2_3fff_ffff, 1),
];

/// 4 MiB, and all of it.
pub(crate) const TINY: Map = &[(0, 0x9_ffff, 1), (0x10_0000, 0x3f_ffff, 1)];

pub(crate) fn memory(map: Map) -> Memory {
    let mut memory = Memory::new();
    for (start, last, kind) in map {
        memory.add(*start, *last, *kind);
    }
    memory
}
