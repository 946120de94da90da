//! The Linux kernel's own format: the setup header of a bzImage.
//!
//! Given a file's first bytes and its size, says whether it is a kernel, whole, and for
//! which machine. Source: the kernel's Documentation/arch/x86/boot.rst, "The Real-Mode
//! Kernel Header"; offsets are from the start of the file.

/// Bytes of a file that [`BzImage::read`] looks at; zeroes where the file is shorter.
pub type Head = [u8; 0x240];

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
/// The longest command line without its NUL; since protocol 2.06.
const CMDLINE_SIZE: usize = 0x238;

/// A whole Linux kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BzImage {
    /// The longest command line it takes, in bytes without the NUL.
    pub cmdline_size: u32,
}

/// Why a file is no kernel that can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no boot sector's mark or no setup header.
    NotAKernel,
    /// The header asks for this many bytes, more than the file has.
    Truncated(u64),
}

impl BzImage {
    /// Reads the setup header in `head`, the first bytes of a file of `size` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is no kernel, or not all of one.
    pub fn read(head: &Head, size: u64) -> Result<Self, Fault> {
        let protocol = le16(head, VERSION);
        let is_kernel = le16(head, BOOT_FLAG) == 0xaa55
            && le32(head, HEADER) == u32::from_le_bytes(*b"HdrS")
            && protocol >= 0x0200;
        if !is_kernel {
            return Err(Fault::NotAKernel);
        }
        let units = if protocol < 0x0204 {
            u32::from(le16(head, SYSSIZE))
        } else {
            le32(head, SYSSIZE)
        };
        let setup = match head[SETUP_SECTS] {
            0 => 4,
            sectors => u64::from(sectors),
        };
        // 255 sectors and 2^32 units at most: far from overflowing.
        let setup = setup.wrapping_add(1).wrapping_mul(512);
        let wanted = u64::from(units).wrapping_mul(16).wrapping_add(setup);
        if wanted > size {
            return Err(Fault::Truncated(wanted));
        }
        let cmdline_size = if protocol < 0x0206 {
            255
        } else {
            le32(head, CMDLINE_SIZE)
        };
        Ok(Self { cmdline_size })
    }
}

fn le16(head: &Head, at: usize) -> u16 {
    head.get(at..)
        .and_then(<[u8]>::first_chunk)
        .map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn le32(head: &Head, at: usize) -> u32 {
    head.get(at..)
        .and_then(<[u8]>::first_chunk)
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{BzImage, CMDLINE_SIZE, Fault, Head, SETUP_SECTS, SYSSIZE, VERSION};

    /// A header as a 6.1 kernel's: protocol 2.15, 1 setup sector after the first, 32 units.
    fn head() -> Head {
        let mut head = [0; 0x240];
        head[SETUP_SECTS] = 1;
        head[SYSSIZE] = 32;
        head[0x1fe..0x200].copy_from_slice(&[0x55, 0xaa]);
        head[0x202..0x206].copy_from_slice(b"HdrS");
        head[VERSION..VERSION + 2].copy_from_slice(&[0x0f, 0x02]);
        head[CMDLINE_SIZE..CMDLINE_SIZE + 2].copy_from_slice(&[0xff, 0x07]);
        head
    }

    #[test]
    fn a_whole_kernel() {
        let want = BzImage { cmdline_size: 2047 };
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
        assert_eq!(with(0, &[]), Err(Fault::Truncated(1536)));
        assert_eq!(
            with(SETUP_SECTS, &[0]),
            Err(Fault::Truncated(3072)),
            "0 means 4"
        );
        assert_eq!(
            with(SYSSIZE, &[255; 4]),
            Err(Fault::Truncated(u64::from(u32::MAX) * 16 + 1024))
        );
        assert_eq!(with(0x1fe, &[0]), Err(Fault::NotAKernel));
        assert_eq!(with(0x202, b"hdrs"), Err(Fault::NotAKernel));
        assert_eq!(with(VERSION, &[0xff, 0x01]), Err(Fault::NotAKernel));
        for short in [0, 1, 0x1ff, 0x205, 0x207] {
            let mut cut = [0; 0x240];
            cut[..short].copy_from_slice(&head()[..short]);
            assert_eq!(BzImage::read(&cut, 4096), Err(Fault::NotAKernel), "{short}");
        }
    }

    #[test]
    fn older_protocols() {
        let mut old = head();
        old[VERSION..VERSION + 2].copy_from_slice(&[0x03, 0x02]);
        old[SYSSIZE + 2..SYSSIZE + 4].copy_from_slice(&[0xff, 0xff]);
        let got = BzImage::read(&old, 1536).expect("the upper half of syssize is not its own yet");
        assert_eq!(got.cmdline_size, 255);
    }
}
