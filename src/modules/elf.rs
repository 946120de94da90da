//! What a module's file says of itself.
//!
//! Given a way to read the file, gives the names of the modules it needs. Nothing in the file
//! is trusted: every number is only a place to read, and reading past the end fails.
//!
//! Source: the ELF specification, "Section Header"; both classes, little-endian.

use crate::disk::ReadAt;
use crate::text;

/// The modules that a plain `.ko` file needs, as `depends=` of its `.modinfo` says:
/// names with commas between. Empty where nothing is said or the file is no module.
///
/// Sections are read through `window`, which bounds what is looked at.
pub fn depends<'w>(read: &mut ReadAt<'_>, window: &'w mut [u8]) -> &'w [u8] {
    let size = info(read, window);
    text::value_of(text::part(window, 0, size), 0, b"depends=")
}

/// Brings the `.modinfo` of a plain `.ko` file into the window: `KEY=VALUE`, each ended by a NUL.
/// Where there is no room for all, its end: compilers put a driver's many aliases first, and what
/// it needs last. Gives its size there, or 0 where the file is no module.
#[inline(never)]
pub fn info(read: &mut ReadAt<'_>, window: &mut [u8]) -> usize {
    let mut elf = Elf {
        read,
        header: [0; 64],
        class: &NARROW,
    };
    elf.load_info(window)
}

/// Where the numbers of an ELF class are that matter here.
struct Class {
    /// Bytes of an address or an offset.
    word: u8,
    /// `e_shoff`, `e_shnum` and `e_shstrndx`, in the file's header.
    table: u8,
    count: u8,
    names: u8,
    /// Bytes of a section's header; `sh_offset` and `sh_size` in it.
    size: u8,
    offset: u8,
    length: u8,
}

static NARROW: Class = Class {
    word: 4,
    table: 0x20,
    count: 0x30,
    names: 0x32,
    size: 40,
    offset: 0x10,
    length: 0x14,
};

static WIDE: Class = Class {
    word: 8,
    table: 0x28,
    count: 0x3c,
    names: 0x3e,
    size: 64,
    offset: 0x18,
    length: 0x20,
};

/// An ELF file, and the header in it that is being looked at.
struct Elf<'e, 'r> {
    read: &'e mut ReadAt<'r>,
    header: [u8; 64],
    class: &'static Class,
}

impl Elf<'_, '_> {
    /// Brings `.modinfo` or its end into the window; gives its size there, or 0.
    #[inline(never)]
    fn load_info(&mut self, window: &mut [u8]) -> usize {
        if !(self.read)(0, &mut self.header) {
            return 0;
        }
        // The magic number; the class, and little-endian.
        match (self.number(0, 4), self.number(4, 2)) {
            (0x464c_457f, 0x0101) => {}
            (0x464c_457f, 0x0102) => self.class = &WIDE,
            _ => return 0,
        }
        let table = self.number(self.class.table, self.class.word);
        let count = self.number(self.class.count, 2);
        let names = self.number(self.class.names, 2);
        if !self.load_header(table, names) {
            return 0;
        }
        let known = self.load_contents(false, window);
        for nth in 1..count {
            if !self.load_header(table, nth) {
                break;
            }
            let name = usize::try_from(self.number(0, 4)).unwrap_or(usize::MAX);
            let name = text::part(window, name, known);
            if text::strip_prefix(name, b".modinfo\0").is_some() {
                return self.load_contents(true, window);
            }
        }
        0
    }

    /// Brings the header of a section into view.
    #[inline(never)]
    fn load_header(&mut self, table: u64, nth: u64) -> bool {
        let size = self.class.size;
        let at = nth.wrapping_mul(size.into()).wrapping_add(table);
        let header = self.header.get_mut(..size.into());
        header.is_some_and(|header| (self.read)(at, header))
    }

    /// Brings the section whose header is in view into the window; where there is no room for all,
    /// its beginning or its end. Gives its size there, or 0.
    #[inline(never)]
    fn load_contents(&mut self, is_end: bool, window: &mut [u8]) -> usize {
        let mut start = self.number(self.class.offset, self.class.word);
        let all = self.number(self.class.length, self.class.word);
        let length = usize::try_from(all).unwrap_or(usize::MAX);
        let length = length.min(window.len());
        if is_end {
            start = start.wrapping_add(all).wrapping_sub(length as u64);
        }
        let window = window.get_mut(..length).unwrap_or_default();
        if (self.read)(start, window) {
            length
        } else {
            0
        }
    }

    /// The number of `size` bytes at an offset of the header.
    #[inline(never)]
    fn number(&self, at: u8, size: u8) -> u64 {
        let mut number = 0;
        for nth in (0..size).rev() {
            let byte = self.header.get(usize::from(at.wrapping_add(nth)));
            number = number << 8 | u64::from(byte.copied().unwrap_or(0));
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::depends;

    /// Sections of a hand-built file: their names' offsets in the strings, and their bytes.
    type Sections<'s> = &'s [(u32, &'s [u8])];

    /// The names that `Sections` point into.
    const STRINGS: &[u8] = b"\0.shstrtab\0.modinfo\0.modinfos\0";
    const SHSTRTAB: (u32, &[u8]) = (1, STRINGS);
    const MODINFO: u32 = 11;
    const MODINFOS: u32 = 20;

    fn put(file: &mut Vec<u8>, at: usize, value: usize, size: usize) {
        if file.len() < at + size {
            file.resize(at + size, 0);
        }
        file[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
    }

    /// An ELF file of a class; section 0 is empty, `names` is the number of the strings'.
    fn elf(wide: bool, names: usize, sections: Sections<'_>) -> Vec<u8> {
        let (word, header, shoff, shnum, offset) = if wide {
            (8, 64, 0x28, 0x3c, 0x18)
        } else {
            (4, 40, 0x20, 0x30, 0x10)
        };
        let mut file = b"\x7fELF\0\x01\x01".to_vec();
        file[4] = if wide { 2 } else { 1 };
        file.resize(64, 0);
        let mut place = vec![];
        for (_, bytes) in sections {
            place.push(file.len());
            file.extend(*bytes);
        }
        let table = file.len();
        file.resize(table + header * (sections.len() + 1), 0);
        for (nth, (name, bytes)) in sections.iter().enumerate() {
            let at = table + header * (nth + 1);
            put(&mut file, at, *name as usize, 4);
            put(&mut file, at + offset, place[nth], word);
            put(&mut file, at + offset + word, bytes.len(), word);
        }
        put(&mut file, shoff, table, word);
        put(&mut file, shnum, sections.len() + 1, 2);
        put(&mut file, shnum + 2, names, 2);
        file
    }

    /// What `depends` makes of a file, with a window of a size.
    fn read(file: &[u8], window: usize) -> String {
        let mut window = vec![b'~'; window];
        let mut read = |at: u64, into: &mut [u8]| {
            let from = usize::try_from(at).ok().and_then(|at| file.get(at..));
            let bytes = from.and_then(|from| from.get(..into.len()));
            bytes.map(|bytes| into.copy_from_slice(bytes)).is_some()
        };
        String::from_utf8(depends(&mut read, &mut window).to_vec()).unwrap()
    }

    #[test]
    fn needs_of_both_classes() {
        let info: &[u8] = b"license=GPL\0depends=jbd2,mbcache\0name=ext4\0";
        let rows: [(&str, Sections<'_>, usize, &str); 9] = [
            ("last", &[SHSTRTAB, (MODINFO, info)], 1, "jbd2,mbcache"),
            ("first", &[(MODINFO, info), SHSTRTAB], 2, "jbd2,mbcache"),
            ("none", &[SHSTRTAB, (MODINFO, b"depends=\0x=y\0")], 1, ""),
            ("not said", &[SHSTRTAB, (MODINFO, b"license=GPL\0")], 1, ""),
            ("no end", &[SHSTRTAB, (MODINFO, b"depends=a")], 1, "a"),
            ("empty", &[SHSTRTAB, (MODINFO, b"")], 1, ""),
            ("another name", &[SHSTRTAB, (MODINFOS, info)], 1, ""),
            ("a name out of bounds", &[SHSTRTAB, (9999, info)], 1, ""),
            (
                "strings out of bounds",
                &[SHSTRTAB, (MODINFO, info)],
                9999,
                "",
            ),
        ];
        for (name, sections, names, want) in rows {
            for wide in [false, true] {
                let file = elf(wide, names, sections);
                assert_eq!(read(&file, 4096), want, "{name}, wide: {wide}");
            }
        }
    }

    #[test]
    fn headers_that_lie() {
        for wide in [false, true] {
            let (word, header, shoff, shnum) = if wide {
                (8, 64, 0x28, 0x3c)
            } else {
                (4, 40, 0x20, 0x30)
            };
            let good = elf(wide, 1, &[SHSTRTAB, (MODINFO, b"depends=a,b\0")]);
            let table = good.len() - 3 * header;
            let info = table + 2 * header;
            let size = info + if wide { 0x20 } else { 0x14 };
            for (name, at, value, bytes, want) in [
                ("fine", 0, 0x7f, 1, "a,b"),
                ("no ELF", 1, 0x65, 1, ""),
                ("no class", 4, 3, 1, ""),
                ("big-endian", 5, 2, 1, ""),
                ("a table past the end", shoff, good.len(), word, ""),
                ("a table at the end of all", shoff, usize::MAX, word, ""),
                ("no table", shoff, 0, word, ""),
                ("more sections than there are", shnum, 0xffff, 2, "a,b"),
                ("one section", shnum, 1, 2, ""),
                ("no sections", shnum, 0, 2, ""),
                ("more than the window", size, usize::MAX, word, ""),
            ] {
                let mut file = good.clone();
                put(&mut file, at, value, bytes);
                assert_eq!(read(&file, 4096), want, "{name}, wide: {wide}");
            }
            for length in 0..good.len() {
                assert_eq!(read(&good[..length], 4096), "", "{length}, wide: {wide}");
            }
        }
    }

    #[test]
    fn a_small_window_cuts() {
        let file = elf(true, 1, &[SHSTRTAB, (MODINFO, b"depends=jbd2,mbcache\0")]);
        for (window, want) in [
            (4096, "jbd2,mbcache"),
            (21, "jbd2,mbcache"),
            (20, ""),
            (0, ""),
        ] {
            assert_eq!(read(&file, window), want, "{window}");
        }
        let long = [&b"x=".repeat(2000)[..], b"\0depends=a\0"].concat();
        let file = elf(true, 2, &[(MODINFO, &long), SHSTRTAB]);
        assert_eq!(read(&file, 4096), "a");
        // Its end counts, as of a driver with many aliases.
        assert_eq!(read(&file, 1024), "a");
        let long = [&b"depends=a\0"[..], &b"x=".repeat(2000), b"\0"].concat();
        let file = elf(true, 2, &[(MODINFO, &long), SHSTRTAB]);
        assert_eq!(read(&file, 4096), "a");
        assert_eq!(read(&file, 1024), "");
    }
}
