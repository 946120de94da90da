//! Loads a kernel with `kexec_load`: the plan says which bytes go where, and the kernel
//! copies them there from the files.

use super::files::{Files, Part};
use super::memory;
use crate::act::files::read_small;
use crate::sys::fd::Fd;
use crate::sys::kexec::Segments;
use crate::sys::map::Mapping;
use crate::sys::{Errno, Result, fs, trampoline};
use heapless::Vec;
use kexec_loader::bytes::set;
use kexec_loader::image::bzimage::Head;
use kexec_loader::image::memory::Memory;
use kexec_loader::image::plan::{self, Given, Pages, Plan, Source, TABLES, Tables};
use kexec_loader::image::program::Program;
use kexec_loader::image::{Fault, Image};
use kexec_loader::text;

/// Whether the processor, not only the program, is a 64-bit one.
const IS_LONG: bool = cfg!(target_pointer_width = "64");

/// Whether the processor can run what is 64-bit code; where it does not say, it may.
#[inline(never)]
fn can_run(image: &Image) -> bool {
    let is_long = match image {
        Image::Linux(image) => image.has_long_entry,
        Image::Elf(program) => program.is_long,
        Image::Multiboot(_) | Image::Unified(_) => false,
    };
    !is_long || is_64_bit()
}

/// Whether the processor has a "long mode" among its flags; where it does not say, it may.
pub(crate) fn is_64_bit() -> bool {
    let mut text = [0; 2048];
    match read_small(&[b"/proc/cpuinfo"], &mut text) {
        Ok(words) => text::place_of(b"lm", words, text::Likeness::Exact).is_some(),
        Err(_) => true,
    }
}

/// Plans how an entry is loaded; `bytes` are for our own tables.
#[inline(never)]
pub(super) fn plan(
    files: &Files<'_>,
    text_mode: bool,
    bytes: &mut Pages,
) -> core::result::Result<Plan, Fault> {
    if !IS_LONG && !can_run(&files.image) {
        const WHY: &str = "it is for 64 bits, and the processor has 32";
        return Err(Fault::Because(&WHY));
    }
    let mut params = [0; 4096];
    let params = memory::read_params(&mut params);
    let mut sizes: Vec<u64, { super::files::MOST }> = Vec::new();
    for part in &files.others {
        let _ = sizes.push(part.size);
    }
    let given = Given {
        cmdline: &files.cmdline,
        files: &sizes,
        params,
        text_mode,
        allows_long: IS_LONG,
    };
    let mut map = Memory::new();
    memory::read_map(&mut map);
    let mut tables = Tables { bytes, used: 0 };
    match &files.image {
        Image::Linux(image) => {
            let mut head: Head = [0; size_of::<Head>()];
            let kernel = files.open.get(files.kernel.file);
            let read = kernel.map(|file| file.read_at(files.kernel.offset, &mut head));
            if !matches!(read, Some(Ok(_))) {
                return Err(Fault::Unreadable);
            }
            plan::linux(image, &head, &given, &mut map, &mut tables)
        }
        Image::Elf(program) => plan::vmlinux(program, &given, &mut map, &mut tables),
        Image::Multiboot(image) => {
            plan::multiboot(image, &given, &files.words, &mut map, &mut tables)
        }
        Image::Unified(_) => Err(Fault::NotAKernel),
    }
}

/// Has the kernel load what was planned.
#[inline(never)]
pub(super) fn load(files: &Files<'_>, plan: &Plan, bytes: &mut Pages) -> Result<()> {
    let bytes = bytes.as_flattened_mut();
    set(bytes, 0, trampoline::code());
    let mut mappings: Vec<Mapping, { super::files::MOST + 2 }> = Vec::new();
    for file in &files.open {
        let size = file.size()?;
        // An empty file has no addresses, and no bytes to copy.
        let mapping = Mapping::new(file, size.max(1))?;
        let _ = mappings.push(mapping);
    }
    let assembled = mappings.len();
    if let Some(program) = program_of(&files.image)
        && plan.segments.iter().any(|s| s.source == Source::Program)
    {
        let (start, end) = program.span();
        let whole = assemble(program, files, start, end)?;
        let _ = mappings.push(Mapping::new(&whole, end.wrapping_sub(start))?);
    }
    let mut segments = Segments::new();
    for segment in &plan.segments {
        let part = match segment.source {
            Source::Tables => {
                let used = usize::try_from(segment.length).unwrap_or(TABLES);
                let tables = bytes.get(..used).unwrap_or(&[]);
                segments.add(tables, segment.address, segment.memory)?;
                continue;
            }
            Source::Kernel(offset) => Part {
                offset: files.kernel.offset.wrapping_add(offset),
                ..files.kernel
            },
            Source::Program => Part {
                file: assembled,
                offset: 0,
                size: 0,
            },
            Source::File(nth) => *files.others.get(nth).ok_or(Errno::EINVAL)?,
        };
        let mapping = mappings.get(part.file).ok_or(Errno::EINVAL)?;
        let range = (part.offset, segment.length);
        segments.add_mapped(mapping, range, segment.address, segment.memory)?;
    }
    segments.load(plan.entry)
}

/// The program that an image is, if it is one.
fn program_of(image: &Image) -> Option<&Program> {
    match image {
        Image::Elf(program) => Some(program),
        Image::Multiboot(image) => Some(&image.program),
        Image::Linux(_) | Image::Unified(_) => None,
    }
}

/// Puts the parts of a program together as they are in memory.
#[inline(never)]
fn assemble(program: &Program, files: &Files<'_>, start: u64, end: u64) -> Result<Fd> {
    let whole = fs::in_memory()?;
    for part in &program.parts {
        whole.seek(part.address.wrapping_sub(start))?;
        let bytes = Part {
            file: files.kernel.file,
            offset: files.kernel.offset.wrapping_add(part.offset),
            size: part.length,
        };
        files.copy(&bytes, &whole)?;
    }
    // The file is as long as the memory, the end being zeroes.
    whole.seek(end.wrapping_sub(start).saturating_sub(1))?;
    whole.write(b"\0")?;
    Ok(whole)
}
