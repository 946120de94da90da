//! The machine's memory: the map of it, and how much is free.

use crate::act::files::{read_all, read_small};
use crate::sys::Result as Outcome;
use crate::sys::fs::{self, Purpose};
use kexec_loader::image::memory::{Memory, RANGES, hexadecimal, kind};
use kexec_loader::notes::{Notes, Told};
use kexec_loader::out::Decimal;
use kexec_loader::text;

/// The firmware's map as the kernel keeps it, else the kernel's own view of it.
#[inline(never)]
pub(super) fn read_map(map: &mut Memory) {
    for nth in 0..RANGES as u64 {
        let mut text = [0; 32];
        let Some(start) = hexadecimal(read_fact(nth, b"start", &mut text)) else {
            break;
        };
        if let Some(last) = hexadecimal(read_fact(nth, b"end", &mut text)) {
            let kind = kind(read_fact(nth, b"type", &mut text));
            map.add(start, last, kind);
        }
    }
    if map.ranges().is_empty() {
        let mut text = [0; 8192];
        let mut text = read_raw(b"/proc/iomem", &mut text).unwrap_or(&[]);
        // A line that the end has cut is none.
        while let [rest @ .., last] = text
            && *last != b'\n'
        {
            text = rest;
        }
        map.add_iomem(text);
    }
}

/// What the firmware's map says of a range; nothing if there is none of that number.
#[inline(never)]
fn read_fact<'t>(nth: u64, name: &[u8], text: &'t mut [u8]) -> &'t [u8] {
    let number = Decimal::new(nth);
    let path: [&[u8]; 4] = [b"/sys/firmware/memmap/", number.bytes(), b"/", name];
    read_small(&path, text).unwrap_or(&[])
}

/// The running kernel's own `boot_params`; nothing where it does not show them.
pub(super) fn read_params(into: &mut [u8; 4096]) -> &[u8] {
    read_raw(b"/sys/kernel/boot_params/data", into).unwrap_or(&[])
}

fn read_raw<'i>(path: &[u8], into: &'i mut [u8]) -> Outcome<&'i [u8]> {
    let file = fs::open(&[path], Purpose::Read)?;
    let count = read_all(&file, into)?;
    Ok(into.get(..count).unwrap_or(&[]))
}

/// Bytes that are free.
pub(in crate::act) fn free() -> u64 {
    read(b"MemAvailable").unwrap_or(u64::MAX)
}

/// Whether so many bytes are free; and whether `segments` of them are not more than the kernel
/// allows, half of all memory.
pub(super) fn has_room((needs, segments): (u64, u64)) -> bool {
    read(b"MemAvailable").is_none_or(|free| needs <= free)
        && read(b"MemTotal").is_none_or(|all| segments <= all / 2)
}

/// Sees to it that there is memory for what is to be loaded; tells if there is not.
#[inline(never)]
pub(super) fn find_room(
    title: &[u8],
    (needs, segments): (u64, u64),
    notes: &mut Notes,
) -> Result<(), Told> {
    let Some(all) = read(b"MemTotal") else {
        return Ok(());
    };
    if needs > read(b"MemFree").unwrap_or(0)
        && let Ok(caches) = fs::open(&[b"/proc/sys/vm/drop_caches"], Purpose::Append)
    {
        let _ = caches.write(b"1");
    }
    let free = read(b"MemAvailable").unwrap_or(all);
    let (needs, most, sentence) = if needs > free {
        (
            needs,
            free,
            &b"cannot boot %: it needs # MB, # MB are free"[..],
        )
    } else if segments > all / 2 {
        (
            segments,
            all / 2,
            &b"cannot boot %: it needs # MB, and half of memory is # MB"[..],
        )
    } else {
        return Ok(());
    };
    let needs = needs.div_ceil(1 << 20);
    Err(notes.say_numbers(sentence, &[title], &[needs, most >> 20]))
}

/// A line of `/proc/meminfo`, in bytes: `MemTotal:  16384 kB`.
#[inline(never)]
fn read(name: &[u8]) -> Option<u64> {
    let mut text = [0; 1024];
    let mut rest = read_small(&[b"/proc/meminfo"], &mut text).ok()?;
    while !rest.is_empty() {
        let mut value = text::cut(&mut rest, b'\n');
        if text::cut(&mut value, b':') == name {
            let (number, _) = text::split_word(text::trim(value));
            return text::number(number)?.checked_mul(1024);
        }
    }
    None
}
