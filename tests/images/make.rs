//! Files to look at.

use kexec_loader::image::{self, Fault, File, Image};

/// A file's bytes, zeroes at first, with others written over them.
#[derive(Clone)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Bytes {
    pub(crate) fn new(size: usize) -> Self {
        Self(vec![0; size])
    }

    /// Writes the low bytes of a number, of which there are `N`.
    pub(crate) fn number<const N: usize>(mut self, at: usize, number: u64) -> Self {
        self.0[at..at + N].copy_from_slice(&number.to_le_bytes()[..N]);
        self
    }

    pub(crate) fn words(mut self, at: usize, words: &[u32]) -> Self {
        for (nth, word) in words.iter().enumerate() {
            self = self.number::<4>(at + nth * 4, u64::from(*word));
        }
        self
    }

    pub(crate) fn bytes(mut self, at: usize, bytes: &[u8]) -> Self {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub(crate) fn look(&self) -> Result<Image, Fault> {
        look(&self.0, self.0.len() as u64)
    }

    /// The sentence, or what else is wrong with it.
    #[track_caller]
    pub(crate) fn fault(&self) -> String {
        say(&self.look().expect_err("it is accepted"))
    }
}

pub(crate) fn say(fault: &Fault) -> String {
    match fault {
        Fault::Because(sentence) => sentence.to_string(),
        other => format!("{other:?}"),
    }
}

/// Looks at a file of any size; the bytes that are not given are zeroes.
pub(crate) fn look(bytes: &[u8], size: u64) -> Result<Image, Fault> {
    let mut read = |at: u64, into: &mut [u8]| {
        assert!(at + into.len() as u64 <= size, "read past the end");
        into.fill(0);
        let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        true
    };
    let read = &mut read;
    image::look(&mut File { size, read })
}

/// What a program header says of a part.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) offset: u64,
    pub(crate) virt: u64,
    pub(crate) address: u64,
    pub(crate) length: u64,
    pub(crate) memory: u64,
}

/// A part at its own address.
pub(crate) fn at(address: u64, offset: u64, length: u64, memory: u64) -> Load {
    Load {
        offset,
        virt: address,
        address,
        length,
        memory,
    }
}

/// A 32-bit program for the i386.
pub(crate) fn elf32(size: usize, entry: u64, loads: &[Load]) -> Bytes {
    let mut file = Bytes::new(size)
        .bytes(0, b"\x7fELF\x01\x01\x01")
        .number::<2>(16, 2)
        .number::<2>(18, 3)
        .number::<4>(24, entry)
        .number::<4>(28, 52)
        .number::<2>(42, 32)
        .number::<2>(44, loads.len() as u64);
    for (nth, load) in loads.iter().enumerate() {
        let start = 52 + nth * 32;
        let words = [
            1,
            load.offset,
            load.virt,
            load.address,
            load.length,
            load.memory,
        ];
        for (nth, word) in words.into_iter().enumerate() {
            file = file.number::<4>(start + nth * 4, word);
        }
    }
    file
}

/// A 64-bit program for the AMD64.
pub(crate) fn elf64(size: usize, entry: u64, loads: &[Load]) -> Bytes {
    let mut file = Bytes::new(size)
        .bytes(0, b"\x7fELF\x02\x01\x01")
        .number::<2>(16, 2)
        .number::<2>(18, 62)
        .number::<8>(24, entry)
        .number::<8>(32, 64)
        .number::<2>(54, 56)
        .number::<2>(56, loads.len() as u64);
    for (nth, load) in loads.iter().enumerate() {
        let start = 64 + nth * 56;
        let words = [
            load.offset,
            load.virt,
            load.address,
            load.length,
            load.memory,
        ];
        file = file.number::<4>(start, 1);
        for (nth, word) in words.into_iter().enumerate() {
            file = file.number::<8>(start + 8 + nth * 8, word);
        }
    }
    file
}

/// A header of Multiboot's first version, its checksum made right.
pub(crate) fn one(file: Bytes, at: usize, flags: u32, rest: &[u32]) -> Bytes {
    let magic: u32 = 0x1bad_b002;
    let checksum = 0_u32.wrapping_sub(magic.wrapping_add(flags));
    file.words(at, &[magic, flags, checksum])
        .words(at + 12, rest)
}

/// A header of Multiboot's second version with so many bytes of tags.
pub(crate) fn two(file: Bytes, at: usize, tags: &[u32]) -> Bytes {
    let magic: u32 = 0xe852_50d6;
    let length = u32::try_from(16 + tags.len() * 4).unwrap();
    let checksum = 0_u32.wrapping_sub(magic.wrapping_add(length));
    file.words(at, &[magic, 0, length, checksum])
        .words(at + 16, tags)
}
