//! Which module drives which device: patterns, and what devices are called.
//!
//! Given the aliases of a machine's devices and lines of `modules.alias`, says which of the
//! patterns mean one of them. Never fails: a line that is none is passed over.
//!
//! Source: modules.alias(5), and `fnmatch(3)` without flags, which modprobe uses.

use crate::text::{self, cut_word};
use heapless::Vec;

/// Bytes of devices' aliases that are kept at a time.
pub const TEXT: usize = 16 * 1024;
/// How many of them.
pub const ALIASES: usize = 512;

/// What devices are called.
pub struct Aliases {
    text: Vec<u8, TEXT>,
    /// Where each ends.
    ends: Vec<u16, ALIASES>,
}

impl Aliases {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds the alias of a device; says whether there was room.
    #[inline(never)]
    pub fn add(&mut self, alias: &[u8]) -> bool {
        const { assert!(TEXT <= u16::MAX as usize) };
        let before = self.text.len();
        let end = u16::try_from(before.wrapping_add(alias.len()));
        let added = !self.ends.is_full()
            && self.text.extend_from_slice(alias).is_ok()
            && end.is_ok_and(|end| self.ends.push(end).is_ok());
        if !added {
            self.text.truncate(before);
        }
        added
    }

    /// Whether a pattern means one of the devices.
    #[inline(never)]
    #[must_use]
    pub fn have(&self, pattern: &[u8]) -> bool {
        // Most patterns are of other devices: what they begin with says so.
        let is_plain = |byte: &&u8| !matches!(byte, b'*' | b'?' | b'[' | b'\\' | b'-' | b'_');
        let plain = text::part(pattern, 0, pattern.iter().take_while(is_plain).count());
        let mut start = 0;
        for end in &self.ends {
            let end = usize::from(*end);
            let alias = text::part(&self.text, start, end);
            start = end;
            if alias.starts_with(plain) && matches(pattern, alias) {
                return true;
            }
        }
        false
    }
}

impl Default for Aliases {
    fn default() -> Self {
        Self::new()
    }
}

/// The pattern and the module of a line of `modules.alias`: `alias PATTERN MODULE`.
#[inline(never)]
#[must_use]
pub fn read_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = line;
    let is_alias = cut_word(&mut rest) == b"alias";
    let pattern = cut_word(&mut rest);
    let module = cut_word(&mut rest);
    (is_alias && !module.is_empty()).then_some((pattern, module))
}

/// Whether an alias is what a pattern says: `*` is any bytes, `?` is one, `[…]` is one of a set,
/// `[!…]` one that is not of it, and `\` takes the next byte's meaning away. `-` and `_` are the
/// same outside of sets.
#[inline(never)]
#[must_use]
pub fn matches(pattern: &[u8], alias: &[u8]) -> bool {
    let (mut pattern, mut alias) = (pattern, alias);
    // Of several `*`, it is enough to try the last one again.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', rest @ ..] = pattern {
            if rest.is_empty() {
                return true;
            }
            again = Some((rest, alias));
            pattern = rest;
        } else if let [byte, others @ ..] = alias
            && let Some(rest) = after(pattern, *byte)
        {
            (pattern, alias) = (rest, others);
        } else if pattern.is_empty() && alias.is_empty() {
            return true;
        } else {
            let Some((rest, [_, others @ ..])) = again else {
                return false;
            };
            again = Some((rest, others));
            (pattern, alias) = (rest, others);
        }
    }
}

/// The rest of a pattern, if what it begins with is this byte.
fn after(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'[', set @ ..] => after_set(set, byte),
        [b'\\', one, rest @ ..] | [one, rest @ ..] => (fold(*one) == fold(byte)).then_some(rest),
    }
}

/// The same for a set, whose `[` has been taken off. One without an end is a `[` and no set.
#[inline(never)]
fn after_set(set: &[u8], byte: u8) -> Option<&[u8]> {
    let (mut rest, is_not) = match set {
        [b'!' | b'^', rest @ ..] => (rest, true),
        set => (set, false),
    };
    let mut is_in = false;
    // A `]` is one of the set if it is its first.
    let mut is_first = true;
    loop {
        rest = match rest {
            [] => return (byte == b'[').then_some(set),
            [b']', rest @ ..] if !is_first => return (is_in != is_not).then_some(rest),
            [from, b'-', to, rest @ ..] if *to != b']' => {
                is_in |= (*from..=*to).contains(&byte);
                rest
            }
            [one, rest @ ..] => {
                is_in |= *one == byte;
                rest
            }
        };
        is_first = false;
    }
}

/// A byte, `_` for `-`.
fn fold(byte: u8) -> u8 {
    if byte == b'-' { b'_' } else { byte }
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, Aliases, TEXT, matches, read_line};

    #[test]
    fn patterns() {
        for (pattern, alias, want) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a", true),
            ("a*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "abcd", false),
            ("*b*d", "abcbd", true),
            ("*aab", "aaaab", true),
            ("?", "", false),
            ("a?c", "abc", true),
            ("[0-9]", "5", true),
            ("[0-9]", "a", false),
            ("[0-9A-F]x", "Ex", true),
            ("[!0-9]", "5", false),
            ("[!0-9]", "a", true),
            ("[^0-9]", "a", true),
            ("[]x]", "]", true),
            ("[!]x]", "]", false),
            ("[!]x]", "a", true),
            ("[a-]", "-", true),
            ("[a-]", "_", false),
            ("[a-]b", "ab", true),
            ("[9-0]", "5", false),
            // Without an end: a byte like any other.
            ("[ab", "[ab", true),
            ("[ab", "a", false),
            ("[", "[", true),
            ("[!", "[!", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("\\", "\\", true),
            ("a-b_c", "a_b-c", true),
            ("A", "a", false),
        ] {
            let got = matches(pattern.as_bytes(), alias.as_bytes());
            assert_eq!(got, want, "{pattern:?} {alias:?}");
        }
    }

    /// Lines of Debian's modules.alias, and aliases that QEMU's machines have.
    #[test]
    fn devices() {
        let ahci = "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01";
        let stick = "usb:v46F4p0001d0000dc00dsc00dp00ic08isc06ip50in00";
        let keyboard = "usb:v0627p0001d0000dc00dsc00dp00ic03isc01ip01in00";
        for (line, device, want) in [
            ("alias pci:v*d*sv*sd*bc01sc06i01* ahci", ahci, "ahci"),
            (
                "alias pci:v00008086d00002922sv*sd*bc*sc*i* ahci",
                ahci,
                "ahci",
            ),
            ("alias pci:v00008086d00002923sv*sd*bc*sc*i* ahci", ahci, ""),
            (
                "alias usb:v*p*d*dc*dsc*dp*ic08isc06ip50in* usb_storage",
                stick,
                "usb_storage",
            ),
            ("alias usb:v*p*d*dc*dsc*dp*ic08isc06ip62in* uas", stick, ""),
            (
                "alias usb:v*p*d*dc*dsc*dp*ic03isc*ip*in* usbhid",
                keyboard,
                "usbhid",
            ),
            (
                "alias usb:v0421p0019d059[2-9]dc*dsc*dp*ic*isc*ip*in* usb_storage",
                "usb:v0421p0019d0595dc00dsc00dp00ic08isc06ip50in00",
                "usb_storage",
            ),
            (
                "alias usb:v0421p0019d059[2-9]dc*dsc*dp*ic*isc*ip*in* usb_storage",
                "usb:v0421p0019d0591dc00dsc00dp00ic08isc06ip50in00",
                "",
            ),
            (
                "alias virtio:d00000002v* virtio_blk",
                "virtio:d00000002v00001AF4",
                "virtio_blk",
            ),
            ("alias scsi:t-0x00* sd_mod", "scsi:t-0x00", "sd_mod"),
            ("alias scsi:t-0x05* sr_mod", "scsi:t-0x00", ""),
            ("alias acpi*:PNP0700:* floppy", "acpi:PNP0700:", "floppy"),
            ("alias mmc:block mmc_block", "mmc:block", "mmc_block"),
            ("alias fs-xfs xfs", "fs-xfs", "xfs"),
        ] {
            let mut aliases = Aliases::new();
            assert!(aliases.is_empty());
            assert!(aliases.add(b"platform:pcspkr") && aliases.add(device.as_bytes()));
            assert!(!aliases.is_empty());
            let (pattern, module) = read_line(line.as_bytes()).unwrap();
            let got = if aliases.have(pattern) { module } else { b"" };
            assert_eq!(got, want.as_bytes(), "{line}, {device}");
        }
    }

    #[test]
    fn lines() {
        for (line, want) in [
            ("alias a b", Some(("a", "b"))),
            ("  alias\ta  b\r", Some(("a", "b"))),
            ("alias a b c", Some(("a", "b"))),
            ("alias a", None),
            ("alias", None),
            ("aliases a b", None),
            ("# Aliases extracted from modules themselves.", None),
            ("", None),
        ] {
            let want = want.map(|(a, b)| (a.as_bytes(), b.as_bytes()));
            assert_eq!(read_line(line.as_bytes()), want, "{line:?}");
        }
    }

    #[test]
    fn full() {
        let mut aliases = Aliases::new();
        assert!(aliases.add(&vec![b'a'; TEXT - 1]));
        assert!(!aliases.add(b"bc"));
        assert!(aliases.add(b"d"));
        assert!(!aliases.have(b"bc") && aliases.have(b"d"));
        let mut aliases = Aliases::new();
        for nth in 0..ALIASES {
            assert!(aliases.add(format!("{nth}").as_bytes()));
        }
        assert!(!aliases.add(b"x"));
        assert!(aliases.have(b"511") && !aliases.have(b"x"));
    }
}
