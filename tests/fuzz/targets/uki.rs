//! Any bytes as an EFI program, one more of them said to be there or not. What it carries is
//! worked out again from the PE format's description, section by section, with numbers that
//! cannot overflow; and every part lies in the file.

#![no_main]

use kexec_loader::image::uki::{Section, Unified, is_one};
use kexec_loader::image::{Fault, File};
use libfuzzer_sys::fuzz_target;

struct Model {
    kernel: (usize, usize),
    cmdline: (usize, usize),
    ramdisks: [(usize, usize); 2],
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .fold(0, |n, byte| n << 8 | usize::from(*byte))
}

/// `None` for what cannot be started.
fn model(file: &[u8]) -> Option<Model> {
    let pe = file.get(number(file.get(0x3c..0x40)?)..)?;
    let is_x86 = [0x14c, 0x8664].contains(&number(pe.get(4..6)?));
    let is_image = [0x10b, 0x20b].contains(&number(pe.get(24..26)?));
    let count = number(&pe[6..8]);
    if !pe.starts_with(b"PE\0\0") || !is_x86 || !is_image || count > 96 {
        return None;
    }
    let mut table = Vec::new();
    let mut rest = pe.get(24 + number(&pe[20..22])..).unwrap_or_default();
    let mut profiles = 0;
    for _ in 0..count {
        let (header, after) = rest.split_at_checked(40)?;
        rest = after;
        profiles += usize::from(header.starts_with(b".profile"));
        if profiles == 2 {
            break;
        }
        table.push((profiles, header));
    }
    let mut is_sound = true;
    let mut find = |name: &[u8; 8]| {
        let of = |wanted| {
            let mut all = table.iter();
            all.find(|(profile, header)| *profile == wanted && header.starts_with(name))
        };
        let mut parts = [0, 1].map(|profile| {
            of(profile).map_or((0, 0), |(_, header)| {
                let length = number(&header[8..12]).min(number(&header[16..20]));
                let start = number(&header[20..24]);
                is_sound &= start + length <= file.len();
                (start, length)
            })
        });
        parts.swap(0, usize::from(of(1).is_some()));
        parts[0]
    };
    let model = Model {
        kernel: find(b".linux\0\0"),
        cmdline: find(b".cmdline"),
        ramdisks: [find(b".ucode\0\0"), find(b".initrd\0")],
    };
    (is_sound && model.kernel.1 > 0).then_some(model)
}

fn place(section: Section) -> (usize, usize) {
    let [offset, length] = [section.offset, section.length].map(|n| usize::try_from(n).unwrap());
    (offset, length)
}

fuzz_target!(|bytes: &[u8]| {
    let mut head = [0; 0x280];
    let count = bytes.len().min(head.len());
    head[..count].copy_from_slice(&bytes[..count]);
    if !is_one(&head) {
        return;
    }
    let mut reads = 0;
    let mut read = |at: u64, into: &mut [u8]| {
        reads += 1;
        assert!(reads <= 98, "reads without end");
        let at = usize::try_from(at).expect("inside");
        into.copy_from_slice(&bytes[at..at + into.len()]);
        true
    };
    let mut file = File {
        size: bytes.len() as u64,
        read: &mut read,
    };
    match (Unified::read(&head, &mut file), model(bytes)) {
        (Err(fault), None) => assert_ne!(fault, Fault::Unreadable),
        (Ok(unified), Some(model)) => {
            assert_eq!(place(unified.kernel), model.kernel);
            assert_eq!(place(unified.cmdline), model.cmdline);
            assert_eq!(unified.ramdisks.map(place), model.ramdisks);
            let (start, length) = model.cmdline;
            let mut into = [0xff; 64];
            let got = unified.cmdline(&mut file, &mut into);
            if length > 64 {
                assert!(got.is_err());
                return;
            }
            let section = &bytes[start..start + length];
            let text = section.split(|byte| *byte == 0).next().unwrap_or_default();
            let blank = |byte: &u8| {
                if *byte < b' ' || *byte == 0x7f {
                    b' '
                } else {
                    *byte
                }
            };
            let text: Vec<u8> = text.iter().map(blank).collect();
            assert_eq!(got, Ok(text.trim_ascii()));
        }
        (got, want) => panic!(
            "{got:?}, but {} expected",
            if want.is_some() {
                "an image"
            } else {
                "a fault"
            }
        ),
    }
});
