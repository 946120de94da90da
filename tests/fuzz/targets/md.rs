//! A member of an array, and the array that such members make up.
//!
//! The input is where the superblock is (two bits) and how many sectors its disk has (six bits,
//! and sixteen above them), and then the superblock, as far as it is not zero. Its checksum is
//! put right, which no fuzzer finds. The other members differ by their numbers and are older or
//! newer.

#![no_main]

use kexec_loader::disk::Identity;
use kexec_loader::disk::md::{MEMBERS, Member, State, judge};
use libfuzzer_sys::fuzz_target;

const SIZE: usize = 4096;

fn put(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Puts the checksum right.
fn seal(bytes: &mut [u8; SIZE]) {
    let is_old = word(bytes, 4) == 0;
    let most = 256 + 2 * word(bytes, 220) as usize;
    let (own, length) = if is_old {
        (152, SIZE)
    } else {
        (216, most.min(SIZE))
    };
    put(bytes, own, 0);
    let mut sum = 0;
    for word in bytes[..length].chunks(4) {
        let mut whole = [0; 4];
        whole[..word.len()].copy_from_slice(word);
        sum += u64::from(u32::from_le_bytes(whole));
    }
    put(bytes, own, (sum as u32).wrapping_add((sum >> 32) as u32));
}

fuzz_target!(|input: &[u8]| {
    if input.len() < 3 || input.len() > SIZE {
        return;
    }
    let (head, superblock) = input.split_at(3);
    let sectors = u64::from(u16::from_le_bytes([head[1], head[2]])) << 6 | u64::from(head[0] >> 2);
    let at = match head[0] & 3 {
        0 => 0,
        1 => 8,
        2 => sectors.saturating_sub(16) & !7,
        _ => (sectors & !127).saturating_sub(128),
    };
    let mut whole = [0; SIZE];
    whole[..superblock.len()].copy_from_slice(superblock);
    let (number, events) = if word(&whole, 4) == 0 {
        (3968, 156)
    } else {
        (160, 200)
    };
    let mut members = Vec::new();
    for nth in 0..MEMBERS as u32 {
        let mut one = whole;
        put(&mut one, number, word(&whole, number).wrapping_add(nth));
        put(&mut one, events, word(&whole, events).wrapping_add(nth / 7));
        seal(&mut one);
        let mut reads = 0;
        let mut read = |offset: u64, into: &mut [u8]| {
            reads += 1;
            assert!(reads <= 4, "reads without end");
            into.fill(0);
            if offset == at << 9 {
                into.copy_from_slice(&one[..into.len()]);
            }
            true
        };
        let Some(member) = Member::read(&mut read, sectors) else {
            continue;
        };
        assert!(member.offset + member.room * 2 <= sectors);
        let mut found = Identity::unknown();
        member.identify(&mut found);
        assert_eq!(found.kind.name(), b"linux_raid_member");
        assert!(found.uuid.iter().all(u8::is_ascii_graphic));
        assert!(member.own_name().len() <= 32);
        members.push(member);
    }
    let (newest, state) = judge(&mut members);
    let used = members.iter().filter(|member| member.takes_part);
    let mut slots: Vec<_> = used.map(|member| member.slot).collect();
    slots.sort();
    let count = slots.len();
    slots.dedup();
    assert_eq!(count, slots.len(), "two members for one place");
    if let Some(array) = members.get(newest) {
        assert!(slots.iter().all(|slot| *slot < array.disks));
        match state {
            State::Complete => assert_eq!(count as u32, array.disks),
            State::Degraded(missing) => assert_eq!(count as u32 + missing, array.disks),
            State::Lacking(missing) => assert!(missing > 0),
            State::Refused(why) => assert!(!why.is_empty()),
        }
    }
});
