//! What an ELF file says of itself, for the questions asked here.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader as _};
use object::{Endianness, Object as _, ObjectSection as _, ObjectSymbol as _};

/// A file, as far as it matters here.
pub(crate) struct Elf {
    pub(crate) bytes: Vec<u8>,
    /// 32 or 64.
    pub(crate) bits: u32,
    kind: u16,
    pub(crate) entry: u64,
    pub(crate) segments: Vec<Segment>,
    /// The names of addresses, by address.
    pub(crate) symbols: BTreeMap<u64, String>,
    sections: Vec<Section>,
}

/// What the kernel is told to load, or to heed.
pub(crate) struct Segment {
    pub(crate) kind: u32,
    pub(crate) flags: u32,
    pub(crate) address: u64,
}

/// A part of the program; one without bytes starts out as zeros.
pub(crate) struct Section {
    name: String,
    pub(crate) address: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Elf {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        // EI_CLASS, the fifth byte.
        let elf = match bytes.get(4) {
            Some(1) => Self::parse::<FileHeader32<Endianness>>(&bytes, 32),
            _ => Self::parse::<FileHeader64<Endianness>>(&bytes, 64),
        };
        elf.unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    }

    fn parse<Header>(bytes: &[u8], bits: u32) -> object::Result<Self>
    where
        Header: FileHeader<Endian = Endianness>,
    {
        let file = ElfFile::<Header>::parse(bytes)?;
        let endian = file.endian();
        let segments = file.elf_program_headers().iter().map(|segment| Segment {
            kind: segment.p_type(endian),
            flags: segment.p_flags(endian),
            address: segment.p_vaddr(endian).into(),
        });
        let sections = file.sections().filter(|one| one.address() != 0);
        let sections = sections.map(|section| Section {
            name: section.name().expect("a name").to_owned(),
            address: section.address(),
            bytes: section.data().expect("its bytes").to_owned(),
        });
        let symbols = file.symbols().filter(|symbol| symbol.address() != 0);
        let symbols = symbols.map(|symbol| {
            let name = symbol.name().expect("a name");
            (symbol.address(), name.to_owned())
        });
        Ok(Self {
            bits,
            kind: file.elf_header().e_type(endian),
            entry: file.entry(),
            segments: segments.collect(),
            symbols: symbols.collect(),
            sections: sections.collect(),
            bytes: bytes.to_owned(),
        })
    }

    /// A file with this machine code, entered at its beginning, and nothing else.
    pub(crate) fn of_code(bits: u32, code: &[u8]) -> Self {
        let text = Section {
            name: ".text".to_owned(),
            address: 0x40_0000,
            bytes: code.to_owned(),
        };
        Self {
            bytes: Vec::new(),
            bits,
            kind: object::elf::ET_EXEC,
            entry: text.address,
            segments: Vec::new(),
            symbols: BTreeMap::new(),
            sections: vec![text],
        }
    }

    /// Runs at the addresses it was linked for, as opposed to anywhere.
    pub(crate) fn is_executable(&self) -> bool {
        self.kind == object::elf::ET_EXEC
    }

    pub(crate) fn section(&self, name: &str) -> Option<&[u8]> {
        let section = self.sections.iter().find(|section| section.name == name);
        section.map(|section| &*section.bytes)
    }

    /// The machine code.
    pub(crate) fn text(&self) -> &Section {
        let text = self.sections.iter().find(|section| section.name == ".text");
        text.expect("a section .text")
    }

    /// All parts that are not machine code.
    pub(crate) fn data(&self) -> impl Iterator<Item = &Section> {
        self.sections
            .iter()
            .filter(|section| section.name != ".text")
    }
}

impl Section {
    /// What is from an address on.
    pub(crate) fn from(&self, address: u64) -> &[u8] {
        let at = usize::try_from(address - self.address).expect("an address in it");
        self.bytes.get(at..).unwrap_or_default()
    }

    pub(crate) fn range(&self) -> Range<u64> {
        self.address..self.address + self.bytes.len() as u64
    }
}
