//! The Linux kernel's own format: the setup header of a bzImage.
//!
//! Given a file's first bytes and its size, says whether it is a kernel, whole, and for
//! which machine. Source: the kernel's Documentation/arch/x86/boot.rst, "The Real-Mode
//! Kernel Header"; offsets are from the start of the file.

/// Bytes of a file that [`BzImage::read`] wants to see, or all of a shorter one.
pub const HEAD: usize = 1024;

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
/// Bit 0: the protected-mode code is loaded at 1 MiB, so it is a bzImage, not a zImage.
const LOADFLAGS: usize = 0x211;
/// Bit 0: there is a 64-bit entry; since protocol 2.12.
const XLOADFLAGS: usize = 0x236;
/// The longest command line without its NUL; since protocol 2.06.
const CMDLINE_SIZE: usize = 0x238;

/// A whole Linux kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BzImage {
    /// The boot protocol's version: 0x020f is 2.15.
    pub protocol: u16,
    /// Whether it can be entered in 64-bit mode.
    pub is_64_bit: bool,
    /// The longest command line it takes, in bytes without the NUL.
    pub cmdline_size: u32,
}

/// Why a file is no kernel that can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no boot sector's mark or no setup header.
    NotAKernel,
    /// The header asks for more bytes than the file has: (wanted, there).
    Truncated(u64, u64),
}

impl BzImage {
    /// Reads the setup header in `head`, the first [`HEAD`] bytes of a file of `size` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is no kernel, or not all of one.
    pub fn read(head: &[u8], size: u64) -> Result<Self, Fault> {
        let is_kernel = le16(head, BOOT_FLAG) == 0xaa55
            && head.get(HEADER..HEADER.wrapping_add(4)) == Some(b"HdrS")
            && le16(head, VERSION) >= 0x0200;
        if !is_kernel {
            return Err(Fault::NotAKernel);
        }
        let protocol = le16(head, VERSION);
        let units = match protocol {
            ..0x0204 => u32::from(le16(head, SYSSIZE)),
            _ => le32(head, SYSSIZE),
        };
        let setup = match byte(head, SETUP_SECTS) {
            0 => 4,
            sectors => u64::from(sectors),
        };
        let setup = setup.saturating_add(1).saturating_mul(512);
        let wanted = u64::from(units).saturating_mul(16).saturating_add(setup);
        if wanted > size {
            return Err(Fault::Truncated(wanted, size));
        }
        Ok(Self {
            protocol,
            is_64_bit: protocol >= 0x020c
                && le16(head, XLOADFLAGS) & 1 != 0
                && byte(head, LOADFLAGS) & 1 != 0,
            cmdline_size: match protocol {
                ..0x0206 => 255,
                _ => le32(head, CMDLINE_SIZE),
            },
        })
    }
}

fn byte(head: &[u8], at: usize) -> u8 {
    head.get(at).copied().unwrap_or(0)
}

fn le16(head: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([byte(head, at), byte(head, at.wrapping_add(1))])
}

fn le32(head: &[u8], at: usize) -> u32 {
    let low = u32::from(le16(head, at));
    low | u32::from(le16(head, at.wrapping_add(2))) << 16
}

#[cfg(test)]
mod tests {
    use super::{
        BzImage, CMDLINE_SIZE, Fault, HEAD, LOADFLAGS, SETUP_SECTS, SYSSIZE, VERSION, XLOADFLAGS,
    };

    /// A header as a 6.1 kernel's: protocol 2.15, 1 setup sector after the first, 32 units.
    fn head() -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[SETUP_SECTS] = 1;
        head[SYSSIZE] = 32;
        head[0x1fe..0x200].copy_from_slice(&[0x55, 0xaa]);
        head[0x202..0x206].copy_from_slice(b"HdrS");
        head[VERSION..VERSION + 2].copy_from_slice(&[0x0f, 0x02]);
        head[LOADFLAGS] = 1;
        head[XLOADFLAGS] = 0x7f;
        head[CMDLINE_SIZE..CMDLINE_SIZE + 2].copy_from_slice(&[0xff, 0x07]);
        head
    }

    #[test]
    fn a_whole_kernel() {
        let want = BzImage {
            protocol: 0x20f,
            is_64_bit: true,
            cmdline_size: 2047,
        };
        assert_eq!(BzImage::read(&head(), 1536), Ok(want));
        assert_eq!(BzImage::read(&head(), 1 << 40), Ok(want));
    }

    #[test]
    fn faults() {
        let with = |at: usize, bytes: &[u8]| {
            let mut head = head();
            head[at..at + bytes.len()].copy_from_slice(bytes);
            BzImage::read(&head, 1535)
        };
        assert_eq!(with(0, &[]), Err(Fault::Truncated(1536, 1535)));
        assert_eq!(
            with(SETUP_SECTS, &[0]),
            Err(Fault::Truncated(3072, 1535)),
            "0 means 4"
        );
        assert_eq!(
            with(SYSSIZE, &[255; 4]),
            Err(Fault::Truncated(u64::from(u32::MAX) * 16 + 1024, 1535))
        );
        assert_eq!(with(0x1fe, &[0]), Err(Fault::NotAKernel));
        assert_eq!(with(0x202, b"hdrs"), Err(Fault::NotAKernel));
        assert_eq!(with(VERSION, &[0xff, 0x01]), Err(Fault::NotAKernel));
        for short in [0, 1, 0x1ff, 0x205, 0x207] {
            assert_eq!(
                BzImage::read(&head()[..short], 4096),
                Err(Fault::NotAKernel)
            );
        }
    }

    #[test]
    fn older_protocols() {
        let mut old = head();
        old[VERSION..VERSION + 2].copy_from_slice(&[0x03, 0x02]);
        old[SYSSIZE + 2..SYSSIZE + 4].copy_from_slice(&[0xff, 0xff]);
        let got = BzImage::read(&old, 1536).expect("the upper half of syssize is not its own yet");
        assert!(!got.is_64_bit);
        assert_eq!(got.cmdline_size, 255);
    }
}
