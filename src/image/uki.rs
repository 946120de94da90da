//! Unified kernel images: an EFI program that carries a kernel, its ramdisks and its command
//! line as sections of its own.
//!
//! Given a file, says where in it these are; a second look at the kernel's part tells what
//! kind that is. Sources: UAPI.5 "Unified Kernel Image" for the names; Microsoft's "PE
//! Format", "COFF File Header" and "Section Table", for the rest.

use super::{Fault, File};
use crate::bytes::{le16, le32, place};

/// Where the offset of the PE header is, in a program that begins with "MZ".
const HEADER_AT: usize = 0x3c;
/// Bytes of that header that are read: signature, COFF header, and the magic number of the
/// optional header.
const HEADER: usize = 26;
/// Bytes of a section's header.
const SECTION: usize = 40;
/// The most sections that a PE program may have.
const SECTIONS: u64 = 96;
/// `IMAGE_FILE_MACHINE_I386`.
const I386: u64 = 0x14c;
/// `IMAGE_FILE_MACHINE_AMD64`.
const AMD64: u64 = 0x8664;
/// PE32, and PE32+.
const MAGICS: [u64; 2] = [0x10b, 0x20b];

/// What is looked for: kernel, command line, ramdisks, os-release.
const NAMES: [&[u8; 8]; 5] = [
    b".linux\0\0",
    b".cmdline",
    b".ucode\0\0",
    b".initrd\0",
    b".osrel\0\0",
];
/// What begins another set of sections. The first set is for all; in the second, which is
/// the one to boot when nobody chooses, are those that replace some of it.
const PROFILE: &[u8] = b".profile";

const TOO_LONG: Fault = Fault::Because(&"its command line is too long");

/// A part of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Where it begins.
    pub offset: u64,
    /// Its bytes; 0 if there is none.
    pub length: u64,
}

/// A unified kernel image. All its parts are inside of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unified {
    /// The kernel, not empty: any image that can be started.
    pub kernel: Section,
    /// The command line; [`Unified::cmdline`] reads it.
    pub cmdline: Section,
    /// What is to be joined in this order: processor microcode, then the ramdisk.
    pub ramdisks: [Section; 2],
    /// What it says of the system that it is for: an os-release(5).
    pub release: Section,
}

/// Whether `head` begins a program for DOS or EFI; a bzImage may, too.
#[must_use]
pub fn is_one(head: &[u8]) -> bool {
    head.starts_with(b"MZ")
}

impl Unified {
    /// Reads the section headers of a file whose first bytes are `head`.
    ///
    /// # Errors
    ///
    /// [`Fault`] for what is no EFI program for this machine, or has no kernel in it.
    #[inline(never)]
    pub fn read(head: &[u8], file: &mut File<'_>) -> Result<Self, Fault> {
        let start = le32(head, HEADER_AT);
        let mut header = [0; HEADER];
        file.fill_some(start, &mut header)?;
        if !header.starts_with(b"PE\0\0") || !MAGICS.contains(&le16(&header, 24)) {
            return Err(Fault::NotAKernel);
        }
        let machine = le16(&header, 4);
        if machine != I386 && machine != AMD64 {
            return Err(Fault::Because(&"it is an EFI program, but none for x86"));
        }
        let count = le16(&header, 6);
        if count > SECTIONS {
            return Err(Fault::Because(&"its EFI headers make no sense"));
        }
        // 2^32 + 2^16 + 96 * 40 at most.
        let mut at = start.wrapping_add(24).wrapping_add(le16(&header, 20));
        let mut found = [None; 5];
        let mut profile: u8 = 0;
        for _ in 0..count {
            let mut header = [0; SECTION];
            file.fill(at, &mut header)?;
            at = at.wrapping_add(SECTION as u64);
            if header.starts_with(PROFILE) {
                profile = profile.wrapping_add(1);
                if profile > 1 {
                    break;
                }
            }
            for (name, slot) in NAMES.iter().zip(&mut found) {
                let is_new = slot.is_none_or(|(of, _)| of < profile);
                if is_new && header.starts_with(*name) {
                    *slot = Some((profile, section(&header, file.size)?));
                }
            }
        }
        let [kernel, cmdline, ucode, initrd, release] =
            found.map(|found| found.map_or(Section::default(), |(_, section)| section));
        if kernel.length == 0 {
            return Err(Fault::Because(
                &"it is an EFI program without a kernel in it",
            ));
        }
        Ok(Self {
            kernel,
            cmdline,
            ramdisks: [ucode, initrd],
            release,
        })
    }

    /// Reads the command line, as far as its first NUL, into the first bytes of `into`:
    /// without the blanks around it, every control character a blank.
    ///
    /// # Errors
    ///
    /// [`Fault`] if `into` is too small for all of the section, or it cannot be read.
    #[inline(never)]
    pub fn cmdline<'i>(&self, file: &mut File<'_>, into: &'i mut [u8]) -> Result<&'i [u8], Fault> {
        let into = into.get_mut(..place(self.cmdline.length)).ok_or(TOO_LONG)?;
        file.fill(self.cmdline.offset, into)?;
        let length = into.iter().take_while(|byte| **byte != 0).count();
        let text = into.get_mut(..length).unwrap_or_default();
        for byte in &mut *text {
            if byte.is_ascii_control() {
                *byte = b' ';
            }
        }
        Ok(text.trim_ascii())
    }
}

/// The part of a file that a section's header is for. What memory has more of is zeroes,
/// what the file has more of is padding.
fn section(header: &[u8; SECTION], size: u64) -> Result<Section, Fault> {
    let section = Section {
        offset: le32(header, 20),
        length: le32(header, 8).min(le32(header, 16)),
    };
    let end = section.offset.wrapping_add(section.length);
    if end > size {
        return Err(Fault::Truncated(end));
    }
    Ok(section)
}

#[cfg(test)]
mod tests {
    use super::super::{Image, bzimage, look};
    use super::*;

    /// A section to be put into a file: its name and its bytes.
    type Row<'r> = (&'r str, &'r [u8]);

    /// An EFI program as ukify makes it: a DOS stub, PE32+ headers, sections whose data is
    /// padded to 512 bytes.
    fn program(rows: &[Row]) -> Vec<u8> {
        let mut file = vec![0; 0x400];
        file[..2].copy_from_slice(b"MZ");
        file[HEADER_AT] = 0x80;
        file[0x80..0x84].copy_from_slice(b"PE\0\0");
        file[0x84..0x86].copy_from_slice(&[0x64, 0x86]);
        file[0x86] = u8::try_from(rows.len()).expect("few");
        file[0x94] = 240;
        file[0x98..0x9a].copy_from_slice(&[0x0b, 0x02]);
        for (nth, (name, bytes)) in rows.iter().enumerate() {
            let at = SECTIONS_AT + nth * SECTION;
            let offset = file.len();
            file.extend_from_slice(bytes);
            file.resize(file.len().next_multiple_of(512), 0xaa);
            let padded = file.len() - offset;
            file[at..at + name.len()].copy_from_slice(name.as_bytes());
            for (at, number) in [(at + 8, bytes.len()), (at + 16, padded), (at + 20, offset)] {
                let number = u32::try_from(number).expect("small").to_le_bytes();
                file[at..at + 4].copy_from_slice(&number);
            }
        }
        file
    }
    const SECTIONS_AT: usize = 0x80 + 24 + 240;

    /// Has a closure look at bytes as a file.
    fn with<T>(bytes: &[u8], then: impl FnOnce(&mut File<'_>) -> T) -> T {
        let mut read = |at: u64, into: &mut [u8]| {
            let from = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
            let from = from.and_then(|from| from.get(..into.len()));
            from.inspect(|from| into.copy_from_slice(from)).is_some()
        };
        then(&mut File {
            size: bytes.len() as u64,
            read: &mut read,
        })
    }

    fn read(bytes: &[u8]) -> Result<Unified, Fault> {
        with(bytes, |file| match look(file)? {
            Image::Unified(unified) => Ok(unified),
            other => panic!("{other:?}"),
        })
    }

    fn bytes_of(file: &[u8], section: Section) -> &[u8] {
        let [start, length] = [section.offset, section.length].map(place);
        &file[start..start + length]
    }

    #[test]
    fn all_parts() {
        let file = program(&[
            (".text", b"code"),
            (".osrel", b"NAME=x"),
            (".cmdline", b" root=/dev/sda1\tquiet\n\0"),
            (".initrd", b"ramdisk"),
            (".uname", b"6.1"),
            (".ucode", b"microcode"),
            (".linux", b"kernel"),
            (".linuxes", b"not it"),
        ]);
        let unified = read(&file).expect("a unified kernel image");
        assert_eq!(bytes_of(&file, unified.kernel), b"kernel");
        let ramdisks = unified.ramdisks.map(|ramdisk| bytes_of(&file, ramdisk));
        assert_eq!(ramdisks, [&b"microcode"[..], b"ramdisk"]);
        let mut into = [0; 64];
        let cmdline = with(&file, |file| unified.cmdline(file, &mut into));
        assert_eq!(cmdline, Ok(&b"root=/dev/sda1 quiet"[..]));
        let small = with(&file, |file| {
            unified.cmdline(file, &mut [0; 22]).map(<[u8]>::len)
        });
        assert_eq!(small, Err(TOO_LONG));
    }

    /// What a file is, its sections, and its kernel, command line and ramdisks.
    type Sections<'r> = (&'r str, &'r [Row<'r>], [&'r [u8]; 4]);

    #[test]
    fn which_sections_count() {
        let rows: &[Sections] = &[
            ("only a kernel", &[(".linux", b"k")], [b"k", b"", b"", b""]),
            (
                "the first of two",
                &[(".linux", b"k"), (".initrd", b"1"), (".initrd", b"2")],
                [b"k", b"", b"", b"1"],
            ),
            (
                "the first profile replaces what is for all",
                &[
                    (".linux", b"k"),
                    (".cmdline", b"all"),
                    (".initrd", b"1"),
                    (".profile", b"ID=first"),
                    (".cmdline", b"first"),
                    (".cmdline", b"first again"),
                    (".ucode", b"u"),
                    (".profile", b"ID=second"),
                    (".cmdline", b"second"),
                    (".linux", b"other"),
                ],
                [b"k", b"first", b"u", b"1"],
            ),
            (
                "a profile's kernel",
                &[(".profile", b""), (".linux", b"k"), (".cmdline", b"")],
                [b"k", b"", b"", b""],
            ),
        ];
        for (name, sections, want) in rows {
            let file = program(sections);
            let got = read(&file).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            let [ucode, initrd] = got.ramdisks;
            let got = [got.kernel, got.cmdline, ucode, initrd];
            assert_eq!(got.map(|part| bytes_of(&file, part)), *want, "{name}");
        }
    }

    #[test]
    fn command_lines() {
        for (section, want) in [
            (&b""[..], &b""[..]),
            (b"\0\0\0", b""),
            (b" \n", b""),
            (b"quiet", b"quiet"),
            (b"quiet\0splash", b"quiet"),
            (b"\r\na\nb\x7f\r\n\0", b"a b"),
            ("ä=ö".as_bytes(), "ä=ö".as_bytes()),
        ] {
            let file = program(&[(".linux", b"k"), (".cmdline", section)]);
            let unified = read(&file).expect("a unified kernel image");
            let mut into = [0; 16];
            let got = with(&file, |file| unified.cmdline(file, &mut into));
            assert_eq!(got, Ok(want), "{section:?}");
        }
    }

    #[test]
    fn faults() {
        let good = program(&[(".linux", b"kernel"), (".initrd", b"ramdisk")]);
        let no_kernel = Fault::Because(&"it is an EFI program without a kernel in it");
        let no_sense = Fault::Because(&"its EFI headers make no sense");
        let other_machine = Fault::Because(&"it is an EFI program, but none for x86");
        let second = SECTIONS_AT + SECTION;
        let rows: &[(&str, usize, &[u8], Fault)] = &[
            ("a program for DOS", 0x80, b"NE", Fault::NotAKernel),
            (
                "headers past the end",
                HEADER_AT,
                &[255; 4],
                Fault::NotAKernel,
            ),
            (
                "headers are the DOS stub",
                HEADER_AT,
                &[0],
                Fault::NotAKernel,
            ),
            ("a ROM image", 0x98, &[7, 1], Fault::NotAKernel),
            ("for ARM", 0x84, &[0x64, 0xaa], other_machine),
            ("too many sections", 0x86, &[97], no_sense),
            ("far too many sections", 0x86, &[255; 2], no_sense),
            ("no sections", 0x86, &[0], no_kernel),
            ("no kernel", SECTIONS_AT, b".text\0", no_kernel),
            ("an empty kernel", SECTIONS_AT + 8, &[0], no_kernel),
            ("none in the file", SECTIONS_AT + 16, &[0; 4], no_kernel),
            (
                "a table past the end",
                0x94,
                &[255; 2],
                Fault::Truncated(0x98 + 0xffff + 40),
            ),
            (
                "a kernel past the end",
                SECTIONS_AT + 20,
                &[255; 4],
                Fault::Truncated(0xffff_ffff + 6),
            ),
            (
                "a ramdisk past the end",
                second + 20,
                &[0xfa, 7, 0, 0],
                Fault::Truncated(0x801),
            ),
        ];
        assert!(read(&good).is_ok());
        for (name, at, bytes, want) in rows {
            let mut file = good.clone();
            file[*at..at + bytes.len()].copy_from_slice(bytes);
            assert_eq!(read(&file), Err(*want), "{name}");
        }
        // What is not used may be anywhere.
        let mut file = good.clone();
        file[second..second + 8].copy_from_slice(b".reloc\0\0");
        file[second + 20..second + 24].copy_from_slice(&[255; 4]);
        assert!(read(&file).is_ok());
        for length in 0..good.len() {
            let got = read(&good[..length]);
            let is_whole = length >= 0x600 + 7;
            assert_eq!(got.is_ok(), is_whole, "{length} bytes: {got:?}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read() {
        for good in 0..5 {
            let bytes = program(&[(".linux", b"k"), (".cmdline", b"quiet")]);
            let mut reads = 0;
            let mut read = |at: u64, into: &mut [u8]| {
                reads += 1;
                into.copy_from_slice(&bytes[place(at)..][..into.len()]);
                reads <= good
            };
            let mut file = File {
                size: bytes.len() as u64,
                read: &mut read,
            };
            let got = look(&mut file).map(|image| match image {
                Image::Unified(unified) => unified,
                other => panic!("{other:?}"),
            });
            let got = got.and_then(|unified| unified.cmdline(&mut file, &mut [0; 8]).map(drop));
            assert_eq!(got, Err(Fault::Unreadable), "after {good} reads");
        }
    }

    #[test]
    fn a_bzimage_with_an_efi_stub_is_a_bzimage() {
        let mut file = program(&[(".linux", b"kernel")]);
        file[0x1f1] = 1;
        file[0x1fe..0x200].copy_from_slice(&[0x55, 0xaa]);
        file[0x202..0x208].copy_from_slice(b"HdrS\x0f\x02");
        file[0x211] = 1;
        assert!(bzimage::BzImage::is_one(
            file.first_chunk().expect("a head")
        ));
        let image = with(&file, look);
        assert!(matches!(image, Ok(Image::Linux(_))), "{image:?}");
    }
}
