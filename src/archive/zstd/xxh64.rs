//! XXH64: the checksum of what comes out of a frame.
//!
//! Given bytes in pieces, gives the hash of all of them, with the seed 0. Source: "XXH64
//! Algorithm Description" in xxHash's `doc/xxhash_spec.md`.

const P1: u64 = 0x9e37_79b1_85eb_ca87;
const P2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const P3: u64 = 0x1656_67b1_9e37_79f9;
const P4: u64 = 0x85eb_ca77_c2b2_ae63;
const P5: u64 = 0x27d4_eb2f_1656_67c5;

/// Bytes that are taken at a time, eight in each lane.
const STRIPE: usize = 32;

/// A hash that is not done.
pub(super) struct Hash {
    lanes: [u64; 4],
    /// The bytes that came last; those since the last whole stripe are yet to be taken.
    last: [u8; STRIPE],
    count: usize,
}

impl Default for Hash {
    fn default() -> Self {
        Self {
            lanes: [P1.wrapping_add(P2), P2, 0, P1.wrapping_neg()],
            last: [0; STRIPE],
            count: 0,
        }
    }
}

impl Hash {
    /// Adds bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(place) = self.last.get_mut(self.count % STRIPE) {
                *place = *byte;
            }
            self.count = self.count.wrapping_add(1);
            if self.count.is_multiple_of(STRIPE) {
                let (words, _) = self.last.as_chunks();
                for (lane, word) in self.lanes.iter_mut().zip(words) {
                    *lane = round(*lane, u64::from_le_bytes(*word));
                }
            }
        }
    }

    /// The hash, of so many bytes.
    pub(super) fn finish(&self, size: u64) -> u64 {
        let mut hash = P5;
        if size >= STRIPE as u64 {
            let [a, b, c, d] = self.lanes;
            let (ab, cd) = (
                a.rotate_left(1).wrapping_add(b.rotate_left(7)),
                c.rotate_left(12).wrapping_add(d.rotate_left(18)),
            );
            hash = ab.wrapping_add(cd);
            for lane in &self.lanes {
                hash = merge(hash, *lane, 0);
            }
        }
        hash = hash.wrapping_add(size);
        let rest = self.last.get(..self.count % STRIPE).unwrap_or(&[]);
        let (words, rest) = rest.as_chunks();
        for word in words {
            hash = merge(hash, u64::from_le_bytes(*word), 27);
        }
        let (halves, rest) = rest.as_chunks();
        for half in halves {
            let half = u64::from(u32::from_le_bytes(*half));
            hash = step(hash, half.wrapping_mul(P1), 23, P2, P3);
        }
        for byte in rest {
            hash = step(hash, u64::from(*byte).wrapping_mul(P5), 11, P1, 0);
        }
        hash = (hash ^ hash >> 33).wrapping_mul(P2);
        hash = (hash ^ hash >> 29).wrapping_mul(P3);
        hash ^ hash >> 32
    }
}

/// What a lane is with another word.
#[inline(never)]
fn round(lane: u64, word: u64) -> u64 {
    let sum = lane.wrapping_add(word.wrapping_mul(P2));
    sum.rotate_left(31).wrapping_mul(P1)
}

/// What the hash is with another word.
#[inline(never)]
fn merge(hash: u64, word: u64, turn: u32) -> u64 {
    step(hash, round(0, word), turn, P1, P4)
}

/// What the hash is with another number.
#[inline(never)]
fn step(hash: u64, number: u64, turn: u32, times: u64, plus: u64) -> u64 {
    let hash = (hash ^ number).rotate_left(turn);
    hash.wrapping_mul(times).wrapping_add(plus)
}

#[cfg(test)]
mod tests {
    use super::Hash;

    #[test]
    fn hashes() {
        // What `xxhsum -H1` says.
        for (bytes, want) in [
            (&b""[..], 0xef46_db37_51d8_e999),
            (b"a", 0xd24e_c4f1_a98c_6e5b),
            (b"abc", 0x44bc_2cf5_ad77_0999),
            (
                b"Nobody inspects the spammish repetition",
                0xfbce_a83c_8a37_8bf1,
            ),
        ] {
            for piece in [1, 5, 32, 100] {
                let mut hash = Hash::default();
                bytes.chunks(piece).for_each(|piece| hash.add(piece));
                assert_eq!(hash.finish(bytes.len() as u64), want, "{bytes:?}");
            }
        }
    }
}
