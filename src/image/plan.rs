//! What `kexec_load` is given: which bytes go where, and with what in the registers the
//! next kernel is entered.
//!
//! Given an image, the sizes of the files that go with it and the memory map, gives a
//! [`Plan`]. Whatever the image says of itself, no two segments of a plan overlap, each
//! is whole pages of usable memory, and the trampoline and all it needs lie in one.
//!
//! Every image is entered through the trampoline (`src/sys/trampoline.rs`), which lies at
//! the beginning of our own [`Tables`] and finds there the registers to set.

use super::Fault;
use super::bzimage::{BzImage, Head};
use super::memory::{FOUR_GIB, MEBIBYTE, Memory, PAGE};
pub use super::multiboot::plan as multiboot;
use super::params::{self, Addresses};
use super::program::Program;
use crate::bytes::set;
use heapless::Vec;

/// How many segments the kernel takes (`KEXEC_SEGMENT_MAX`, linux/kexec.h).
pub const SEGMENTS: usize = 16;
/// Our own tables as memory.
pub type Pages = [params::Page; 4];
/// Bytes of our own tables at most.
pub const TABLES: usize = size_of::<Pages>();
/// Where in the tables the trampoline finds its [`Registers`].
pub const REGISTERS: usize = 0xe00;
/// The end of low memory, where the screen's begins.
pub(super) const LOW_END: u64 = 0xa_0000;
/// Bytes that the trampoline needs after the tables to enter 64-bit mode: page tables for
/// 4 GiB, in pages of 2 MiB.
const PAGE_TABLES: u64 = 6 * PAGE;
/// Where Linux's own boot loaders put `boot_params`; kernels before protocol 2.02 look for
/// their command line from there on.
const OLD_PARAMS: u64 = 0x9_0000;

const NO_ROOM: Fault = Fault::Because(&"there is no free memory where it must be loaded");
pub(super) const NO_LOW_ROOM: Fault = Fault::Because(&"there is no free memory for its parameters");
const NO_RAMDISK_ROOM: Fault =
    Fault::Because(&"there is no free memory where it looks for its ramdisks");
pub(super) const TOO_MANY: Fault = Fault::Because(&"it comes with more files than can be loaded");

/// Where the bytes of a segment come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The kernel's file: from this offset on.
    Kernel(u64),
    /// All parts of the kernel's program, put together as they are in memory.
    Program,
    /// The file of this number that goes with it: a ramdisk, or a module.
    File(usize),
    /// Our own tables.
    Tables,
}

/// A range of memory, and what is to be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where its bytes come from.
    pub source: Source,
    /// How many there are.
    pub length: u64,
    /// Where they go: a multiple of a page.
    pub address: u64,
    /// Whole pages; what is more than `length` are zeroes.
    pub memory: u64,
}

/// What the trampoline puts into registers before it enters the next kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// Where that is entered.
    pub entry: u32,
    /// EAX: Multiboot's magic number.
    pub eax: u32,
    /// EBX: Multiboot's information.
    pub ebx: u32,
    /// ESI, or RSI: Linux's `boot_params`.
    pub esi: u32,
    /// Whether it is entered in 64-bit mode.
    pub is_long: bool,
    /// Whether the screen is set to text mode before.
    pub text_mode: bool,
}

/// What goes with the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// Its command line, without a NUL.
    pub cmdline: &'g [u8],
    /// The sizes of its ramdisks, or modules, in bytes.
    pub files: &'g [u64],
    /// The running kernel's own `boot_params`; empty where it has none to show.
    pub params: &'g [u8],
    /// Whether the screen is set to text mode.
    pub text_mode: bool,
    /// Whether Linux may be entered in 64-bit mode.
    pub allows_long: bool,
}

/// Our own tables: the trampoline's page, and what the next kernel is told.
pub struct Tables<'t> {
    /// Zeroes at first.
    pub bytes: &'t mut Pages,
    /// How many of them are used.
    pub used: usize,
}

/// What is loaded, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is loaded.
    pub segments: Vec<Segment, SEGMENTS>,
    /// Where the trampoline is.
    pub entry: u64,
    /// Bytes of memory that all segments need.
    pub needs: u64,
}

impl Plan {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            segments: Vec::new(),
            entry: 0,
            needs: 0,
        }
    }

    /// Adds a segment, in memory that has been taken for it.
    ///
    /// # Errors
    ///
    /// [`Fault`] when there are as many as the kernel takes.
    #[inline(never)]
    pub fn add(&mut self, source: Source, length: u64, address: u64) -> Result<(), Fault> {
        let memory = whole_pages(length);
        self.needs = self.needs.saturating_add(memory);
        let segment = Segment {
            source,
            length,
            address,
            memory,
        };
        self.segments.push(segment).map_err(|_| TOO_MANY)
    }

    /// Adds the tables at an address of memory that has been taken for them, and has the
    /// trampoline in them set registers.
    ///
    /// # Errors
    ///
    /// As [`Plan::add`].
    #[inline(never)]
    pub fn finish(
        &mut self,
        tables: &mut Tables<'_>,
        address: u64,
        registers: &Registers,
    ) -> Result<(), Fault> {
        let page_tables = address.wrapping_add(whole_pages(tables.used as u64));
        let words = [
            registers.entry,
            registers.eax,
            registers.ebx,
            registers.esi,
            if registers.is_long {
                word(page_tables)
            } else {
                0
            },
            registers.text_mode.into(),
        ];
        let [page, ..] = &mut *tables.bytes;
        let mut place = page.get_mut(REGISTERS..).unwrap_or_default();
        for word in words {
            let Some((first, rest)) = place.split_first_chunk_mut() else {
                break;
            };
            *first = word.to_le_bytes();
            place = rest;
        }
        self.entry = address;
        self.add(Source::Tables, tables.used as u64, address)?;
        if registers.is_long
            && let Some(last) = self.segments.last_mut()
        {
            last.memory = last.memory.saturating_add(PAGE_TABLES);
            self.needs = self.needs.saturating_add(PAGE_TABLES);
        }
        Ok(())
    }

    /// Adds the parts of a program at the addresses that it names.
    ///
    /// # Errors
    ///
    /// [`Fault`] where that memory is not free.
    #[inline(never)]
    pub fn add_program(&mut self, program: &Program, memory: &mut Memory) -> Result<(), Fault> {
        let (start, end) = program.span();
        if !program.is_in_pages() {
            let size = end.wrapping_sub(start);
            if !memory.take(start, size) {
                return Err(NO_ROOM);
            }
            return self.add(Source::Program, size, start);
        }
        for part in &program.parts {
            let size = whole_pages(part.memory);
            if !memory.take(part.address, size) {
                return Err(NO_ROOM);
            }
            self.add(Source::Kernel(part.offset), part.length, part.address)?;
            if let Some(last) = self.segments.last_mut() {
                self.needs = self.needs.wrapping_sub(last.memory).saturating_add(size);
                last.memory = size;
            }
        }
        Ok(())
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

/// Plans a bzImage: the Linux/x86 32-bit boot protocol, or the 64-bit one.
///
/// # Errors
///
/// [`Fault`] for what the machine has no room for.
#[inline(never)]
pub fn linux(
    image: &BzImage,
    head: &Head,
    given: &Given<'_>,
    memory: &mut Memory,
    tables: &mut Tables<'_>,
) -> Result<Plan, Fault> {
    let mut plan = Plan::new();
    let size = whole_pages(image.init_size);
    let mut address = image.address;
    // Where it is not aligned it would move itself, into memory that is somebody else's.
    let alignment = image.alignment.unwrap_or(PAGE);
    let is_aligned = address & alignment.wrapping_sub(1) == 0;
    if !(address < FOUR_GIB && is_aligned && memory.take(address, size)) {
        // A kernel that can be moved can be moved upwards.
        let moved = image.alignment.and_then(|alignment| {
            let lowest = address.max(MEBIBYTE);
            memory.take_lowest(size, alignment, lowest, FOUR_GIB)
        });
        address = moved.ok_or(NO_ROOM)?;
    }
    plan.add(Source::Kernel(image.setup), image.length, address)?;
    let is_long = image.has_long_entry && given.allows_long;
    let long_entry = if is_long { 0x200 } else { 0 };
    params::copy_header(params_of(tables), head);
    let kernel = Kernel {
        protocol: image.protocol,
        address,
        entry: address.wrapping_add(long_entry),
        is_long,
        ramdisk_end: image.ramdisk_end,
    };
    give(&mut plan, &kernel, given, memory, tables)?;
    Ok(plan)
}

/// Plans a `vmlinux`.
///
/// # Errors
///
/// [`Fault`] for what the machine has no room for.
#[inline(never)]
pub fn vmlinux(
    program: &Program,
    given: &Given<'_>,
    memory: &mut Memory,
    tables: &mut Tables<'_>,
) -> Result<Plan, Fault> {
    let mut plan = Plan::new();
    plan.add_program(program, memory)?;
    params::make_header(params_of(tables));
    let kernel = Kernel {
        protocol: 0x020c,
        address: program.span().0,
        entry: program.entry,
        is_long: program.is_long,
        ramdisk_end: if program.is_long {
            FOUR_GIB
        } else {
            0x3800_0000
        },
    };
    give(&mut plan, &kernel, given, memory, tables)?;
    Ok(plan)
}

/// What the Linux boot protocol has to know of a kernel.
struct Kernel {
    protocol: u16,
    address: u64,
    entry: u64,
    is_long: bool,
    ramdisk_end: u64,
}

/// Plans what Linux is given: `boot_params`, command line, ramdisks.
#[inline(never)]
fn give(
    plan: &mut Plan,
    kernel: &Kernel,
    given: &Given<'_>,
    memory: &mut Memory,
    tables: &mut Tables<'_>,
) -> Result<(), Fault> {
    // The trampoline's page, `boot_params`, the command line and its NUL.
    let cmdline_at = params::SIZE.wrapping_mul(2);
    if !set(tables.bytes.as_flattened_mut(), cmdline_at, given.cmdline) {
        return Err(NO_LOW_ROOM);
    }
    tables.used = cmdline_at.wrapping_add(given.cmdline.len()).wrapping_add(1);
    let mut size = whole_pages(tables.used as u64);
    if kernel.is_long {
        size = size.wrapping_add(PAGE_TABLES);
    }
    let mut address = OLD_PARAMS.wrapping_sub(PAGE);
    if !memory.take(address, size) {
        if kernel.protocol < 0x0202 {
            return Err(NO_LOW_ROOM);
        }
        let found = memory
            .take_highest(size, LOW_END)
            .or_else(|| memory.take_highest(size, FOUR_GIB));
        address = found.ok_or(NO_LOW_ROOM)?;
    }
    let total = add_ramdisks(plan, given.files, kernel.ramdisk_end, memory)?;
    let params_at = address.wrapping_add(PAGE);
    let addresses = Addresses {
        kernel: kernel.address,
        cmdline: address.wrapping_add(cmdline_at as u64),
        ramdisk: total,
    };
    let page = params_of(tables);
    params::fill(page, given.params, given.text_mode, memory);
    params::set_addresses(page, kernel.protocol, &addresses);
    let registers = Registers {
        entry: word(kernel.entry),
        esi: word(params_at),
        is_long: kernel.is_long,
        text_mode: given.text_mode,
        ..Registers::default()
    };
    plan.finish(tables, address, &registers)
}

/// Plans ramdisks: one behind the other, each beginning at a page, the gaps being zeroes,
/// which the kernel passes over
/// (Documentation/driver-api/early-userspace/buffer-format.rst). Gives where the first
/// begins, and the bytes from there to the end of the last.
#[inline(never)]
fn add_ramdisks(
    plan: &mut Plan,
    sizes: &[u64],
    end: u64,
    memory: &mut Memory,
) -> Result<(u64, u64), Fault> {
    let mut total: u64 = 0;
    let mut bytes = 0;
    for size in sizes {
        bytes = total.saturating_add(*size);
        total = total.saturating_add(whole_pages(*size));
    }
    if total == 0 {
        return Ok((0, 0));
    }
    let start = memory.take_highest(total, end).filter(|at| *at >= MEBIBYTE);
    let start = start.ok_or(NO_RAMDISK_ROOM)?;
    let mut address = start;
    for (nth, size) in sizes.iter().enumerate() {
        if *size > 0 {
            plan.add(Source::File(nth), *size, address)?;
        }
        address = address.wrapping_add(whole_pages(*size));
    }
    Ok((start, bytes))
}

/// The page of the tables that is `boot_params`.
fn params_of<'t>(tables: &'t mut Tables<'_>) -> &'t mut params::Page {
    let [_, page, ..] = &mut *tables.bytes;
    page
}

/// So many bytes in whole pages.
pub(super) fn whole_pages(bytes: u64) -> u64 {
    bytes.saturating_add(PAGE - 1) & !(PAGE - 1)
}

/// An address as 32-bit code has it; all that are planned are below 4 GiB.
pub(super) fn word(address: u64) -> u32 {
    let [a, b, c, d, ..] = address.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
