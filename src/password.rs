//! Passwords: how they are kept, how they are typed, and whether one is right.
//!
//! A configuration has PBKDF2-HMAC-SHA-256 of one (RFC 8018, RFC 2104), written as
//! `pbkdf2-sha256:ITERATIONS:SALT:HASH`, the last two in hexadecimal. SHA-256 itself is the
//! package's; what is hashed here is so short that each message is one block after the key.

use crate::keys::Key;
use crate::out::{Put, fill_all, hex};
use crate::text::{cut, number};
use core::hint::black_box;
use heapless::Vec;
use sha2::block_api::compress256;

/// The name of the scheme.
const SCHEME: &[u8] = b"pbkdf2-sha256";
/// Bytes of the longest password: a block of SHA-256.
pub const LONGEST: usize = 64;
/// Bytes of the longest salt.
const SALT: usize = 32;
/// Bytes of a hash.
const HASH: usize = 32;
/// The most iterations that are done: an old machine takes minutes for them.
const MOST: u32 = 10_000_000;

/// The state of SHA-256, and what it is at first (FIPS 180-4, 5.3.3).
type State = [u32; 8];
const FIRST: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// What is kept of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    iterations: u32,
    salt: Vec<u8, SALT>,
    derived: [u8; HASH],
}

impl Hash {
    /// What is to be kept of a password; `None` where it, the salt or the number of iterations
    /// is none that there can be.
    #[must_use]
    pub fn new(password: &[u8], iterations: u32, salt: &[u8]) -> Option<Self> {
        if !(1..=MOST).contains(&iterations) || !is_password(password) {
            return None;
        }
        let mut hash = Self {
            iterations,
            salt: Vec::from_slice(salt).ok()?,
            derived: [0; HASH],
        };
        hash.derived = hash.derive(password);
        Some(hash)
    }

    /// Reads what [`Self::put`] writes.
    #[inline(never)]
    #[must_use]
    pub fn read(words: &[u8]) -> Option<Self> {
        let mut rest = words;
        let scheme = cut(&mut rest, b':');
        let iterations = u32::try_from(number(cut(&mut rest, b':'))?).ok()?;
        let mut salt = Vec::new();
        let mut hash = Vec::<u8, HASH>::new();
        bytes(cut(&mut rest, b':'), &mut |byte| salt.push(byte).is_ok())?;
        bytes(rest, &mut |byte| hash.push(byte).is_ok())?;
        let is_right = scheme == SCHEME && (1..=MOST).contains(&iterations);
        let hash = hash.into_array().ok().filter(|_| is_right)?;
        Some(Self {
            iterations,
            salt,
            derived: hash,
        })
    }

    /// Puts it as a configuration has it.
    pub fn put(&self, out: &mut dyn Put) {
        fill_all(out, b"%:#:", &[SCHEME], &[self.iterations.into()]);
        for byte in &self.salt {
            out.put(&hex(*byte, b'a'));
        }
        out.put(b":");
        for byte in self.derived {
            out.put(&hex(byte, b'a'));
        }
    }

    /// Whether this is the password; it takes as long whether it is or not.
    #[inline(never)]
    #[must_use]
    pub fn is_of(&self, password: &[u8]) -> bool {
        let derived = self.derive(password);
        let pairs = derived.iter().zip(&self.derived);
        let difference = pairs.fold(0, |all, (one, other)| black_box(all | (one ^ other)));
        difference == 0 && is_password(password)
    }

    /// The first block of PBKDF2, which is as long as a hash.
    #[inline(never)]
    fn derive(&self, password: &[u8]) -> [u8; HASH] {
        let keys = [key(password, 0x36), key(password, 0x5c)];
        let mut last = sign(&keys, &[&self.salt, &[0, 0, 0, 1]]);
        let mut all = last;
        for _ in 1..self.iterations {
            last = sign(&keys, &[&last]);
            for (all, last) in all.iter_mut().zip(last) {
                *all ^= last;
            }
        }
        all
    }
}

/// Whether bytes can be a password.
fn is_password(bytes: &[u8]) -> bool {
    (1..=LONGEST).contains(&bytes.len())
}

/// Gives each byte of a hexadecimal text to `keep`; `None` where it is none, or not kept.
fn bytes(text: &[u8], keep: &mut dyn FnMut(u8) -> bool) -> Option<()> {
    let mut rest = text;
    while let [high, low, after @ ..] = rest {
        rest = after;
        let digit = |letter: u8| char::from(letter).to_digit(16);
        let byte = digit(*high)? << 4 | digit(*low)?;
        keep(u8::try_from(byte).ok()?).then_some(())?;
    }
    rest.is_empty().then_some(())
}

/// The state after a password as the key of HMAC, each of its bytes changed by `pad`.
#[inline(never)]
fn key(password: &[u8], pad: u8) -> State {
    let mut block = [pad; 64];
    for (byte, letter) in block.iter_mut().zip(password) {
        *byte ^= letter;
    }
    after(&FIRST, block)
}

/// The state after one block more. Once, for all who want it.
#[inline(never)]
fn after(state: &State, block: [u8; 64]) -> State {
    let mut state = *state;
    compress256(&mut state, &[block]);
    state
}

/// HMAC of a short message, with the states after its key.
fn sign([inner, outer]: &[State; 2], message: &[&[u8]]) -> [u8; HASH] {
    end(outer, &[&end(inner, message)])
}

/// SHA-256 of a block, the state after which is this, and at most 55 bytes more.
#[inline(never)]
fn end(state: &State, message: &[&[u8]]) -> [u8; HASH] {
    let mut block = [0; 64];
    let mut length: u16 = 64 * 8;
    let mut places = block.iter_mut();
    for byte in message.iter().copied().flatten() {
        if let Some(place) = places.next() {
            *place = *byte;
            length = length.wrapping_add(8);
        }
    }
    if let Some(place) = places.next() {
        *place = 0x80;
    }
    let [.., high, low] = &mut block;
    [*high, *low] = length.to_be_bytes();
    let mut hash = [0; HASH];
    let (places, _) = hash.as_chunks_mut();
    for (place, word) in places.iter_mut().zip(after(state, block)) {
        *place = word.to_be_bytes();
    }
    hash
}

/// A password that is being typed.
#[derive(Default)]
pub struct Typed(Vec<u8, { LONGEST + 1 }>);

/// What a key does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There may be more of it.
    More,
    /// It is all there.
    Done,
    /// The person does not want to.
    Left,
}

impl Typed {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Its bytes. One that is too long has a byte more than the longest, and is never right.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.0
    }

    /// A key was pressed.
    #[inline(never)]
    pub fn key(&mut self, key: Key) -> Step {
        match key {
            Key::Enter => return Step::Done,
            // Ctrl-C.
            Key::Escape | Key::Byte(3) => return Step::Left,
            Key::Byte(8 | 0x7f) => {
                // A letter of UTF-8 is one letter.
                while let Some(0x80..=0xbf) = self.0.pop() {}
            }
            // Ctrl-U.
            Key::Byte(0x15) => self.0.clear(),
            Key::Byte(byte @ b' '..) => {
                let _ = self.0.push(byte);
            }
            _ => {}
        }
        Step::More
    }
}

/// How long nobody can try again after so many wrong ones, in milliseconds.
#[must_use]
pub fn pause(wrong: u32) -> u64 {
    500_u64.wrapping_shl(wrong.min(4))
}

#[cfg(test)]
mod tests {
    use super::{Hash, Step, Typed, pause};
    use crate::keys::Key;

    /// As [`Hash::put`] writes it.
    fn written(hash: &Hash) -> String {
        let mut out = heapless::Vec::<u8, 256>::new();
        hash.put(&mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn known_hashes() {
        for (password, salt, digits, iterations, want) in [
            // RFC 7914, section 11: the first half of what it has.
            (
                "passwd",
                "salt",
                "73616c74",
                1,
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
            ),
            (
                "Password",
                "NaCl",
                "4e61436c",
                80000,
                "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
            ),
        ] {
            let hash = Hash::new(password.as_bytes(), iterations, salt.as_bytes()).unwrap();
            let line = format!("pbkdf2-sha256:{iterations}:{digits}:{want}");
            assert_eq!(written(&hash), line);
            assert_eq!(Hash::read(line.as_bytes()), Some(hash));
        }
    }

    #[test]
    fn one_password_is_right() {
        for password in ["a", "a longer one, with blanks", &"x".repeat(64)] {
            let hash = Hash::new(password.as_bytes(), 2, b"salt").unwrap();
            assert!(hash.is_of(password.as_bytes()), "{password:?}");
            for other in ["", "A", "a ", &format!("{password}x"), &"x".repeat(63)] {
                assert!(!hash.is_of(other.as_bytes()), "{password:?} {other:?}");
            }
        }
        // A key of HMAC may end in zeroes; a password is all of its bytes. None has any here:
        // no key on a terminal sends one.
        assert!(Hash::new(b"", 2, b"salt").is_none());
        assert!(Hash::new(&[b'x'; 65], 2, b"salt").is_none());
        assert!(Hash::new(b"a", 0, b"salt").is_none());
        assert!(Hash::new(b"a", 10_000_001, b"salt").is_none());
        assert!(Hash::new(b"a", 1, &[0; 33]).is_none());
    }

    #[test]
    fn what_is_no_hash() {
        let hash = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
        for (line, is_read) in [
            (format!("pbkdf2-sha256:1000:0011:{hash}"), true),
            (format!("pbkdf2-sha256:10000000::{hash}"), true),
            (format!("pbkdf2-sha256:1:{}:{hash}", "00".repeat(32)), true),
            (format!("pbkdf2-sha256:1:{}:{hash}", "00".repeat(33)), false),
            (format!("pbkdf2-sha256:10000001:0011:{hash}"), false),
            (format!("pbkdf2-sha256:0:0011:{hash}"), false),
            (format!("pbkdf2-sha256:-1:0011:{hash}"), false),
            (format!("pbkdf2-sha256:1000:001:{hash}"), false),
            (format!("pbkdf2-sha256:1000:0g:{hash}"), false),
            (format!("pbkdf2-sha256:1000:0011:{hash}00"), false),
            (format!("pbkdf2-sha256:1000:0011:{}", &hash[2..]), false),
            (format!("pbkdf2-sha256:1000:0011:{hash}:"), false),
            (format!("pbkdf2-sha512:1000:0011:{hash}"), false),
            (format!("grub.pbkdf2.sha512.10000.0011.{hash}"), false),
            ("pbkdf2-sha256".to_owned(), false),
            ("secret".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(Hash::read(line.as_bytes()).is_some(), is_read, "{line}");
        }
    }

    #[test]
    fn typing() {
        use Key::{Byte, Down, Enter, Escape};
        let typed = |keys: &[Key]| {
            let mut typed = Typed::new();
            let last = keys.iter().map(|key| typed.key(*key)).last();
            (typed.text().to_vec(), last.unwrap())
        };
        for (keys, want, step) in [
            (&[Byte(b'a'), Byte(b' ')][..], &b"a "[..], Step::More),
            (&[Byte(b'a'), Enter], b"a", Step::Done),
            (&[Byte(b'a'), Escape], b"a", Step::Left),
            (&[Byte(3)], b"", Step::Left),
            (&[Byte(b'a'), Byte(b'b'), Byte(0x7f)], b"a", Step::More),
            (&[Byte(b'a'), Byte(8), Byte(8)], b"", Step::More),
            (
                &[Byte(b'a'), Byte(0xc3), Byte(0xa9), Byte(8)],
                b"a",
                Step::More,
            ),
            (&[Byte(b'a'), Byte(0x15), Byte(b'b')], b"b", Step::More),
            (&[Byte(b'a'), Down, Byte(1), Byte(9)], b"a", Step::More),
        ] {
            assert_eq!(typed(keys), (want.to_vec(), step), "{keys:?}");
        }
        assert_eq!(typed(&[Byte(b'x'); 99]).0.len(), 65, "too long to be right");
    }

    #[test]
    fn pauses_grow_and_end() {
        let all = [0, 1, 2, 3, 4, 5, u32::MAX].map(pause);
        assert_eq!(all, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    }
}
