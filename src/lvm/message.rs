//! What the device mapper is told: one header, and the parts of a device.
//!
//! Given names and numbers, gives the bytes that its `ioctl`s take. Source: Linux 6.1,
//! `include/uapi/linux/dm-ioctl.h`.

use crate::bytes::{le32, place, set};
use crate::out::Put;
use heapless::Vec;

/// Bytes of the header, `struct dm_ioctl`.
pub const HEADER: usize = 312;
/// Bytes that a message may have: some two hundred parts.
const MESSAGE: usize = 16384;
/// Bytes of a part before its parameters, `struct dm_target_spec`.
const PART: usize = 40;
/// Bytes that a name may have, its NUL among them (`DM_NAME_LEN`).
const NAME: usize = 128;

/// A message to the device mapper.
pub struct Message {
    bytes: Vec<u8, MESSAGE>,
    parts: u32,
    /// Where the last part ends, in sectors.
    end: u64,
    /// Where the last part begins, in bytes.
    last: usize,
}

impl Message {
    /// About the device of this name, which is to be read only; with an identifier for one that
    /// is to be made. `None` where the name is too long.
    #[must_use]
    pub fn new(name: &[u8], id: &[u8]) -> Option<Self> {
        let mut bytes: Vec<u8, MESSAGE> = Vec::new();
        bytes.resize(HEADER, 0).ok()?;
        // data_start, flags (DM_READONLY_FLAG), name, uuid.
        set(&mut bytes, 16, &[0x38, 1]);
        set(&mut bytes, 28, &[1]);
        let has_room = name.len() < NAME && id.len() < NAME;
        let is_set = set(&mut bytes, 48, name) && set(&mut bytes, 176, id);
        (has_room && is_set).then_some(Self {
            bytes,
            parts: 0,
            end: 0,
            last: 0,
        })
    }

    /// All of it; the kernel answers in its place.
    pub fn bytes(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Makes room for [`Self::parts`], of as many disks as a volume may be on.
    pub fn make_room(&mut self) {
        let _ = self.bytes.resize(MESSAGE, 0);
    }

    /// The numbers, major and minor, of the disks that a device is on, where the kernel has answered
    /// with them (`struct dm_target_deps`).
    pub fn parts(&self) -> impl Iterator<Item = (u64, u64)> {
        let answer = self.bytes.get(place(le32(&self.bytes, 16))..);
        let answer = answer.unwrap_or_default();
        let (numbers, _) = answer.get(8..).unwrap_or_default().as_chunks::<8>();
        let numbers = numbers.iter().take(place(le32(answer, 0)));
        numbers.map(|bytes| {
            let number = u64::from_le_bytes(*bytes);
            // `huge_encode_dev`.
            (number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xfff00)
        })
    }

    /// Takes back all parts but the first `count`, which `bytes` and `end` are of.
    pub(super) fn go_back(&mut self, to: (u32, usize, u64)) {
        (self.parts, _, self.end) = to;
        self.bytes.truncate(to.1);
    }

    /// How many parts there are, their bytes, and their sectors.
    pub(super) fn state(&self) -> (u32, usize, u64) {
        (self.parts, self.bytes.len(), self.end)
    }

    /// Begins a part of so many sectors where the last one ended; its parameters are put next.
    pub(super) fn begin(&mut self, sectors: u64, kind: &[u8]) {
        self.last = self.bytes.len();
        self.bytes.put(&self.end.to_le_bytes());
        self.bytes.put(&sectors.to_le_bytes());
        self.bytes.put(&[0; 8]);
        let mut word = [0; 16];
        set(&mut word, 0, kind);
        self.bytes.put(&word);
        self.end = self.end.saturating_add(sectors);
    }

    /// Ends the part; says whether there was room for it.
    #[must_use]
    pub(super) fn finish(&mut self) -> bool {
        // A NUL at least, and the next at a multiple of eight.
        self.bytes.put(&[0]);
        while self.bytes.len() & 7 != 0 && self.bytes.len() < MESSAGE {
            self.bytes.put(&[0]);
        }
        let length = self.bytes.len().wrapping_sub(self.last);
        let next = u32::try_from(length).unwrap_or(0);
        set(
            &mut self.bytes,
            self.last.wrapping_add(20),
            &next.to_le_bytes(),
        );
        self.parts = self.parts.wrapping_add(1);
        let parts = self.parts.to_le_bytes();
        set(&mut self.bytes, 20, &parts);
        length > PART && self.bytes.len() < MESSAGE && self.end < u64::MAX
    }
}

impl Put for Message {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.put(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::{HEADER, MESSAGE, Message};
    use crate::bytes::set;

    #[test]
    fn disks_that_a_device_is_on() {
        for (at, count, numbers, want) in [
            (HEADER, 0, &[][..], &[][..]),
            (HEADER, 2, &[0x0800, 0x10_3211], &[(8, 0), (50, 273)]),
            (HEADER + 8, 1, &[0xfd_00], &[(253, 0)]),
            // Of more than there is room for, none past the end.
            (MESSAGE - 16, 9, &[0x0801], &[(8, 1)]),
            (MESSAGE + 8, 9, &[], &[]),
            (usize::MAX, 9, &[], &[]),
        ] {
            let mut message = Message::new(b"x", b"").unwrap();
            message.make_room();
            let bytes = message.bytes();
            set(
                bytes,
                16,
                &u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes(),
            );
            set(bytes, at, &[count]);
            for (nth, number) in numbers.iter().enumerate() {
                let number: u64 = *number;
                set(bytes, at + 8 + nth * 8, &number.to_le_bytes());
            }
            assert_eq!(message.parts().collect::<Vec<_>>(), want, "{at}");
        }
    }
}
