//! The Linux kernel's own format: the setup header of a bzImage.
//!
//! Given a file's first bytes and its size, says whether it is a kernel, whole, and for
//! which machine. Source: the kernel's Documentation/arch/x86/boot.rst, "The Real-Mode
//! Kernel Header"; offsets are from the start of the file.

use super::Fault;
use crate::bytes::{byte, le16, le32, le64};

/// Bytes of a file that [`BzImage::read`] looks at; zeroes where the file is shorter.
pub type Head = [u8; 0x280];

/// Number of 512-byte setup sectors after the first; 0 means 4.
const SETUP_SECTS: usize = 0x1f1;
/// Size of the protected-mode part in 16-byte units; 4 bytes since protocol 2.04.
const SYSSIZE: usize = 0x1f4;
/// 0xAA55, as in every boot sector.
const BOOT_FLAG: usize = 0x1fe;
/// "`HdrS`", since protocol 2.00.
const HEADER: usize = 0x202;
/// The protocol's version, 0x0206 for 2.06.
const VERSION: usize = 0x206;
/// Bit 0: the protected-mode part is loaded at 1 MiB, as that of every bzImage.
const LOADFLAGS: usize = 0x211;
/// Where a part that cannot be moved is loaded.
const CODE32_START: usize = 0x214;
/// The highest address that a ramdisk may have; since protocol 2.03.
const INITRD_ADDR_MAX: usize = 0x22c;
/// What the load address must be a multiple of; since protocol 2.05.
const KERNEL_ALIGNMENT: usize = 0x230;
/// Whether the kernel can be loaded elsewhere; since protocol 2.05.
const RELOCATABLE_KERNEL: usize = 0x234;
/// Bit 0: it has a 64-bit entry; since protocol 2.12.
const XLOADFLAGS: usize = 0x236;
/// The longest command line without its NUL; since protocol 2.06.
const CMDLINE_SIZE: usize = 0x238;
/// Where the kernel would like to be loaded; since protocol 2.10.
const PREF_ADDRESS: usize = 0x258;
/// Bytes that it needs from there on until it knows the memory map; since protocol 2.10.
const INIT_SIZE: usize = 0x260;

/// A whole Linux kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BzImage {
    /// The boot protocol's version, 0x020f for 2.15.
    pub protocol: u16,
    /// The longest command line it takes, in bytes without the NUL.
    pub cmdline_size: u32,
    /// Where the protected-mode part begins in the file, in bytes.
    pub setup: u64,
    /// Bytes of the protected-mode part.
    pub length: u64,
    /// Where it is to be loaded.
    pub address: u64,
    /// What another address must be a multiple of, if it can be loaded at another one.
    pub alignment: Option<u64>,
    /// Bytes of memory that it uses from the load address on, before it looks at the map.
    pub init_size: u64,
    /// The end of the memory that a ramdisk may be in.
    pub ramdisk_end: u64,
    /// Whether there is a 64-bit entry, 0x200 bytes after the 32-bit one.
    pub has_long_entry: bool,
}

impl BzImage {
    /// Whether `head` is that of a Linux kernel, of whatever size.
    #[must_use]
    pub fn is_one(head: &Head) -> bool {
        le16(head, BOOT_FLAG) == 0xaa55
            && le32(head, HEADER) == crate::bytes::word(*b"HdrS")
            && le16(head, VERSION) >= 0x0200
    }

    /// Reads the setup header in `head`, the first bytes of a file of `size` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is no kernel, or not all of one.
    #[inline(never)]
    pub fn read(head: &Head, size: u64) -> Result<Self, Fault> {
        if !Self::is_one(head) {
            return Err(Fault::NotAKernel);
        }
        let protocol = le16(head, VERSION);
        let units = if protocol < 0x0204 {
            le16(head, SYSSIZE)
        } else {
            le32(head, SYSSIZE)
        };
        let setup = match byte(head, SETUP_SECTS) {
            0 => 4,
            sectors => u64::from(sectors),
        };
        // 255 sectors and 2^32 units at most: far from overflowing.
        let setup = setup.wrapping_add(1).wrapping_mul(512);
        // The last unit may be cut: memtest86+ ends in the middle of one.
        let units = units.wrapping_mul(16);
        let wanted = units.saturating_sub(15).wrapping_add(setup);
        if wanted > size || setup >= size {
            return Err(Fault::Truncated(wanted.max(setup.wrapping_add(1))));
        }
        if byte(head, LOADFLAGS) & 1 == 0 {
            return Err(Fault::Because(&"it is a zImage, which loads below 1 MiB"));
        }
        let length = size.wrapping_sub(setup);
        let is_old = protocol < 0x020a;
        let mut alignment = None;
        if protocol >= 0x0205 && byte(head, RELOCATABLE_KERNEL) != 0 {
            let bytes = le32(head, KERNEL_ALIGNMENT);
            if !bytes.is_power_of_two() || bytes < super::memory::PAGE {
                return Err(Fault::Because(
                    &"its header asks for an alignment that is none",
                ));
            }
            alignment = Some(bytes);
        }
        // Older kernels do not say what they unpack to: four times their size, or five.
        let unpacked = length.saturating_mul(5);
        Ok(Self {
            protocol: u16::try_from(protocol).unwrap_or(0),
            cmdline_size: match protocol {
                ..0x0206 => 255,
                _ => u32::try_from(le32(head, CMDLINE_SIZE)).unwrap_or(0),
            },
            setup,
            length,
            address: if is_old {
                le32(head, CODE32_START)
            } else {
                le64(head, PREF_ADDRESS)
            },
            alignment,
            init_size: if is_old {
                unpacked
            } else {
                le32(head, INIT_SIZE).max(length)
            },
            ramdisk_end: match protocol {
                ..0x0203 => 0x3800_0000,
                _ => le32(head, INITRD_ADDR_MAX).wrapping_add(1),
            },
            has_long_entry: protocol >= 0x020c && le16(head, XLOADFLAGS) & 1 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header as a 6.1 kernel's: protocol 2.15, 1 setup sector after the first, 32 units.
    fn head() -> Head {
        let mut head = [0; 0x280];
        head[SETUP_SECTS] = 1;
        head[SYSSIZE] = 32;
        head[0x1fe..0x200].copy_from_slice(&[0x55, 0xaa]);
        head[0x202..0x206].copy_from_slice(b"HdrS");
        head[VERSION..VERSION + 2].copy_from_slice(&[0x0f, 0x02]);
        head[CMDLINE_SIZE..CMDLINE_SIZE + 2].copy_from_slice(&[0xff, 0x07]);
        head[LOADFLAGS] = 1;
        head[INITRD_ADDR_MAX..INITRD_ADDR_MAX + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
        head[KERNEL_ALIGNMENT + 2] = 0x20;
        head[RELOCATABLE_KERNEL] = 1;
        head[XLOADFLAGS] = 0x7f;
        head[PREF_ADDRESS + 3] = 1;
        head[INIT_SIZE + 2] = 0x40;
        head
    }

    #[test]
    fn a_whole_kernel() {
        let want = BzImage {
            protocol: 0x020f,
            cmdline_size: 2047,
            setup: 1024,
            length: 512,
            address: 0x100_0000,
            alignment: Some(0x20_0000),
            init_size: 0x40_0000,
            ramdisk_end: 0x8000_0000,
            has_long_entry: true,
        };
        assert_eq!(BzImage::read(&head(), 1536), Ok(want));
        let mut short = head();
        short[XLOADFLAGS] = 0x7e;
        let got = BzImage::read(&short, 1536).map(|image| image.has_long_entry);
        assert_eq!(got, Ok(false));
        let longer = BzImage {
            length: 0x50_0000,
            init_size: 0x50_0000,
            ..want
        };
        assert_eq!(BzImage::read(&head(), 1024 + 0x50_0000), Ok(longer));
    }

    #[test]
    fn faults() {
        let with = |at: usize, bytes: &[u8]| {
            let mut head = head();
            head[at..at + bytes.len()].copy_from_slice(bytes);
            BzImage::read(&head, 1520)
        };
        assert_eq!(with(0, &[]), Err(Fault::Truncated(1521)));
        assert!(BzImage::read(&head(), 1521).is_ok(), "its last unit is cut");
        assert_eq!(
            with(SETUP_SECTS, &[0]),
            Err(Fault::Truncated(3057)),
            "0 means 4"
        );
        assert_eq!(
            with(SYSSIZE, &[255; 4]),
            Err(Fault::Truncated(u64::from(u32::MAX) * 16 + 1009))
        );
        assert_eq!(with(SYSSIZE, &[0; 4]).map(|image| image.length), Ok(496));
        for (at, bytes) in [
            (LOADFLAGS, [0, 0, 0, 0]),
            (KERNEL_ALIGNMENT, [1, 0, 0x20, 0]),
            (KERNEL_ALIGNMENT, [0, 8, 0, 0]),
        ] {
            let mut head = head();
            head[at..at + 4].copy_from_slice(&bytes);
            let got = BzImage::read(&head, 4096);
            assert!(matches!(got, Err(Fault::Because(_))), "{at:#x}: {got:?}");
        }
        assert_eq!(with(0x1fe, &[0]), Err(Fault::NotAKernel));
        assert_eq!(with(0x202, b"hdrs"), Err(Fault::NotAKernel));
        assert_eq!(with(VERSION, &[0xff, 0x01]), Err(Fault::NotAKernel));
        for short in [0, 1, 0x1ff, 0x205, 0x207] {
            let mut cut = [0; 0x280];
            cut[..short].copy_from_slice(&head()[..short]);
            assert_eq!(BzImage::read(&cut, 4096), Err(Fault::NotAKernel), "{short}");
        }
    }

    #[test]
    fn older_protocols() {
        let mut old = head();
        old[VERSION..VERSION + 2].copy_from_slice(&[0x00, 0x02]);
        old[CODE32_START + 2] = 0x10;
        old[SYSSIZE + 2..SYSSIZE + 4].copy_from_slice(&[0xff, 0xff]);
        let got = BzImage::read(&old, 1536).expect("the upper half of syssize is not its own yet");
        let want = BzImage {
            protocol: 0x0200,
            cmdline_size: 255,
            setup: 1024,
            length: 512,
            address: 0x10_0000,
            alignment: None,
            init_size: 2560,
            ramdisk_end: 0x3800_0000,
            has_long_entry: false,
        };
        assert_eq!(got, want);
    }

    /// Each field from the protocol on that has it: those before have something else there.
    #[test]
    fn which_fields_count() {
        type Is = fn(&BzImage) -> bool;
        let rows: [(&str, u16, Is); 5] = [
            ("a limit for ramdisks", 0x0203, |image| {
                image.ramdisk_end == 0x8000_0000
            }),
            ("an alignment", 0x0205, |image| image.alignment.is_some()),
            ("a limit for its options", 0x0206, |image| {
                image.cmdline_size == 2047
            }),
            ("an address, and its memory", 0x020a, |image| {
                image.address == 0x100_0000 && image.init_size == 0x40_0000
            }),
            ("a 64-bit entry", 0x020c, |image| image.has_long_entry),
        ];
        let mut large = head();
        large[SYSSIZE + 2] = 1;
        for (protocol, want) in [(3, true), (4, false)] {
            large[VERSION] = protocol;
            let got = BzImage::read(&large, 1536);
            assert_eq!(got.is_ok(), want, "32 bits of its size: {protocol}");
        }
        for (name, from, is_read) in rows {
            for (protocol, want) in [(from - 1, false), (from, true)] {
                let mut head = head();
                head[VERSION..VERSION + 2].copy_from_slice(&protocol.to_le_bytes());
                let got = BzImage::read(&head, 1536).expect("a kernel");
                assert_eq!(is_read(&got), want, "{name}: {protocol:#x}");
            }
        }
    }
}
