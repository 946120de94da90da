//! CRC-32: the checksum of Ethernet, gzip, xz and LVM2, each of which begins and ends it its own way.
//!
//! Given what the sum is so far and bytes, gives what it is with them.

/// What four bits do to a checksum: RFC 1952's table, a sixteenth of its size.
#[rustfmt::skip]
const SUMS: [u32; 16] = [
    0x0000_0000, 0x1db7_1064, 0x3b6e_20c8, 0x26d9_30ac, 0x76dc_4190, 0x6b6b_51f4, 0x4db2_6158, 0x5005_713c,
    0xedb8_8320, 0xf00f_9344, 0xd6d6_a3e8, 0xcb61_b38c, 0x9b64_c2b0, 0x86d3_d2d4, 0xa00a_e278, 0xbdbd_f21c,
];

/// Adds bytes to a checksum, which is inverted neither before nor after.
#[inline(never)]
#[must_use]
pub(crate) fn crc32(mut sum: u32, bytes: &[u8]) -> u32 {
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..2 {
            let entry = SUMS.get((sum & 15) as usize).copied().unwrap_or(0);
            sum = sum >> 4 ^ entry;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn sums() {
        // The check value of CRC-32/ISO-HDLC, and what no bytes make.
        for (bytes, want) in [(&b""[..], 0), (b"123456789", 0xcbf4_3926)] {
            assert_eq!(!crc32(!0, bytes), want);
        }
        let whole = crc32(5, b"in pieces");
        assert_eq!(crc32(crc32(5, b"in "), b"pieces"), whole);
    }
}
