//! Superblocks that `mdadm` 4.2 and Linux 6.12 have written are in tests/superblocks, each with
//! what `mdadm --examine` says of it beside the expected values here.

use super::super::tests::reader;
use super::{Identity, Kind, MEMBERS, Member, State, judge};

const RAID5: &[u8] = include_bytes!("../../../tests/superblocks/raid5-1.2");
const RAID0: &[u8] = include_bytes!("../../../tests/superblocks/raid0-1.1");
const RAID1: &[u8] = include_bytes!("../../../tests/superblocks/raid1-1.0");
const OLD: &[u8] = include_bytes!("../../../tests/superblocks/raid1-0.90");

/// A disk with a superblock at a sector.
fn disk(sectors: usize, at: usize, superblock: &[u8]) -> Vec<u8> {
    let mut disk = vec![0; sectors * 512];
    disk[at * 512..][..superblock.len()].copy_from_slice(superblock);
    disk
}

fn read(disk: &[u8]) -> Option<Member> {
    Member::read(&mut reader(disk), disk.len() as u64 / 512)
}

/// The superblock with bytes changed, and the checksum that it then has by
/// `calc_sb_1_csum` and `calc_sb_csum` of drivers/md/md.c.
fn changed(superblock: &[u8], changes: &[(usize, &[u8])]) -> Vec<u8> {
    let mut made = superblock.to_vec();
    for (at, bytes) in changes {
        made[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    let (own, length) = if made[4] == 0 {
        (152, 4096)
    } else {
        let most = u32::from_le_bytes(made[220..224].try_into().unwrap());
        (216, 256 + 2 * most as usize)
    };
    made[own..own + 4].fill(0);
    let mut sum = 0_u64;
    for word in made[..length].chunks(4) {
        let mut whole = [0; 4];
        whole[..word.len()].copy_from_slice(word);
        sum += u64::from(u32::from_le_bytes(whole));
    }
    let halves = [sum & 0xffff_ffff, sum >> 32];
    let sum = halves.iter().sum::<u64>() & 0xffff_ffff;
    let sum = u32::try_from(sum).unwrap();
    made[own..own + 4].copy_from_slice(&sum.to_le_bytes());
    made
}

#[test]
fn reads_what_mdadm_wrote() {
    struct Row {
        name: &'static str,
        disk: Vec<u8>,
        uuid: &'static str,
        label: &'static str,
        own_name: &'static str,
        /// Level, disks, layout, bytes of a chunk, KiB of a component.
        array: (&'static str, u32, u32, u64, u64),
        /// First sector, KiB of data, place.
        member: (u64, u64, u32),
    }
    for row in [
        Row {
            name: "1.2",
            disk: disk(81920, 8, RAID5),
            uuid: "4e3b41d8-3008-02e4-560f-43e97da0ce65",
            label: "host:root",
            own_name: "root",
            array: ("raid5", 3, 2, 65536, 39936),
            member: (2048, 39936, 0),
        },
        Row {
            name: "1.1",
            disk: disk(32768, 0, RAID0),
            uuid: "8114b074-b664-f6db-83b4-28a5d7862048",
            label: "host:zero",
            own_name: "zero",
            array: ("raid0", 2, 0, 65536, 0),
            member: (2048, 15360, 0),
        },
        Row {
            name: "1.0",
            disk: disk(49152, 49136, RAID1),
            uuid: "a11fb928-402c-2ebb-165f-b69bcea8378d",
            label: "host:one",
            own_name: "one",
            array: ("raid1", 2, 0, 0, 24512),
            member: (0, 24512, 0),
        },
        Row {
            name: "0.90",
            disk: disk(49152, 49024, OLD),
            uuid: "06fb9817-3782-5230-f41c-dd8604e94251",
            label: "",
            own_name: "",
            array: ("raid1", 2, 0, 0, 24512),
            member: (0, 24512, 0),
        },
    ] {
        let name = row.name;
        let found = read(&row.disk).expect(name);
        let mut identity = Identity::unknown();
        found.identify(&mut identity);
        assert_eq!(identity.kind, Kind::RaidMember, "{name}");
        assert_eq!(identity.uuid, row.uuid.as_bytes(), "{name}");
        let digits = row.uuid.replace('-', "");
        let upper = digits.to_uppercase();
        for (words, is_its) in [
            (format!("mduuid/{digits}"), true),
            (format!("mduuid/{upper}"), true),
            (format!("mduuid/{digits}0"), false),
            (format!("mduuid/{}", row.uuid), false),
            ("mduuid/".to_owned(), false),
            (digits, false),
        ] {
            assert_eq!(found.is_of(words.as_bytes()), is_its, "{name}: {words}");
        }
        assert_eq!(identity.label, row.label.as_bytes(), "{name}");
        assert_eq!(found.own_name(), row.own_name.as_bytes(), "{name}");
        let array = (
            found.level,
            found.disks,
            found.layout,
            found.chunk,
            found.component,
        );
        assert_eq!(array, row.array, "{name}");
        assert_eq!((found.offset, found.room, found.slot), row.member, "{name}");
        assert_eq!(found.minor, (name == "0.90").then_some(127), "{name}");
        assert!(found.is_clean && found.problem.is_empty(), "{name}");
    }
}

#[test]
fn is_no_member_that_is_not_right() {
    for (name, disk, is_one) in [
        ("1.2", disk(81920, 8, RAID5), true),
        ("1.2, elsewhere", disk(81920, 0, RAID5), false),
        (
            "the disk is smaller than its data",
            disk(81919, 8, RAID5),
            false,
        ),
        (
            "just large enough",
            disk(81920, 8, &changed(RAID5, &[])),
            true,
        ),
        ("1.0, of a larger disk", disk(49160, 49136, RAID1), false),
        ("1.0, not at its end", disk(49151, 49128, RAID1), false),
        (
            "0.90, of a disk that is no larger",
            disk(49279, 49024, OLD),
            true,
        ),
        ("0.90, of a larger disk", disk(49280, 49024, OLD), false),
        ("nothing", disk(81920, 0, &[]), false),
        ("as small as a floppy", disk(8191, 8, RAID5), false),
        (
            "a byte is wrong",
            {
                let mut wrong = disk(81920, 8, RAID5);
                wrong[4096 + 92] += 1;
                wrong
            },
            false,
        ),
        (
            "a byte of 0.90 is wrong",
            {
                let mut wrong = disk(49152, 49024, OLD);
                wrong[49024 * 512 + 4095] += 1;
                wrong
            },
            false,
        ),
        (
            "a version that is not known",
            disk(81920, 8, &changed(RAID5, &[(4, &[2])])),
            false,
        ),
        (
            "a feature that is not known",
            disk(81920, 8, &changed(RAID5, &[(9, &[0x20])])),
            false,
        ),
        (
            "data begins past the end",
            disk(81920, 8, &changed(RAID5, &[(128, &[0xff; 8])])),
            false,
        ),
        (
            "data without end",
            disk(81920, 8, &changed(RAID5, &[(80, &[0xff; 8])])),
            false,
        ),
        (
            "no data",
            disk(81920, 8, &changed(RAID5, &[(80, &[0; 8])])),
            false,
        ),
        (
            "more roles than there is room for",
            {
                let mut wrong = RAID5.to_vec();
                wrong[220..224].copy_from_slice(&[0xff; 4]);
                disk(81920, 8, &wrong)
            },
            false,
        ),
    ] {
        assert_eq!(read(&disk).is_some(), is_one, "{name}");
    }
}

#[test]
fn the_newest_superblock_counts() {
    let mut disk = disk(81920, 8, RAID5);
    // Created a second before the other, and a second after it.
    let at = 81920 - 128;
    for (seconds, is_new) in [(1_795_680_056_u32, true), (1_795_680_058, false)] {
        let old = changed(OLD, &[(24, &seconds.to_le_bytes())]);
        disk[at * 512..][..4096].copy_from_slice(&old);
        let found = read(&disk).unwrap();
        assert_eq!(found.level == "raid5", is_new, "{seconds}");
    }
}

/// A member of an array of so many disks, and what the superblock says of it.
fn member(superblock: &[u8], number: u8, changes: &[(usize, &[u8])]) -> Member {
    let mut all = changes.to_vec();
    let number = [number];
    all.push((160, &number));
    read(&disk(81920, 8, &changed(superblock, &all))).expect("a member")
}

/// A superblock of an array of this level, layout and number of disks, all in their places.
fn array(level: u8, layout: u16, disks: u8) -> Vec<u8> {
    let roles: Vec<u8> = (0..disks).flat_map(|role| [role, 0]).collect();
    let mut ones = vec![0xff; 64];
    ones[..roles.len()].copy_from_slice(&roles);
    let changes: [(usize, &[u8]); 4] = [
        (72, &[level]),
        (76, &layout.to_le_bytes()),
        (92, &[disks]),
        (256, &ones),
    ];
    changed(RAID5, &changes)
}

#[test]
fn counts_who_is_missing() {
    use State::{Complete, Degraded, Lacking};
    for (name, level, layout, disks, there, state) in [
        ("raid0", 0, 0, 2, &[0, 1][..], Complete),
        ("raid0, half", 0, 0, 2, &[1], Lacking(1)),
        ("raid1", 1, 0, 3, &[0, 1, 2], Complete),
        ("raid1, one", 1, 0, 3, &[2], Degraded(2)),
        ("raid4", 4, 0, 3, &[0, 2], Degraded(1)),
        ("raid5", 5, 2, 3, &[0, 1, 2], Complete),
        ("raid5, in another order", 5, 2, 3, &[2, 0, 1], Complete),
        ("raid5, one missing", 5, 2, 3, &[1, 2], Degraded(1)),
        ("raid5, two missing", 5, 2, 3, &[1], Lacking(2)),
        ("raid6, two missing", 6, 2, 4, &[1, 3], Degraded(2)),
        ("raid6, three missing", 6, 2, 4, &[1], Lacking(3)),
        // Two copies beside each other: 0 and 1, 2 and 3.
        ("raid10, near", 10, 0x102, 4, &[0, 2], Degraded(2)),
        ("raid10, near, a pair", 10, 0x102, 4, &[0, 1], Lacking(2)),
        // Two copies far apart: of each disk on the next.
        ("raid10, far", 10, 0x201, 4, &[0, 2], Degraded(2)),
        ("raid10, far, two beside", 10, 0x201, 4, &[0, 1], Lacking(2)),
        ("raid10, of three", 10, 0x102, 3, &[0, 1], Degraded(1)),
        ("raid10, no copies", 10, 0, 4, &[0, 1, 2], Lacking(1)),
        ("raid10, too many copies", 10, 0xffff, 4, &[3], Degraded(3)),
    ] {
        let superblock = array(level, layout, disks);
        let mut members: Vec<_> = there
            .iter()
            .map(|nth| member(&superblock, *nth, &[]))
            .collect();
        assert_eq!(judge(&mut members).1, state, "{name}");
        assert!(members.iter().all(|member| member.takes_part), "{name}");
    }
    assert_eq!(judge(&mut []), (0, Lacking(0)));
}

#[test]
fn takes_who_is_in_date() {
    use State::{Complete, Degraded};
    let events = |number: u8| vec![(200, [number])];
    let spare = [0xff, 0xff];
    for (name, changes, state, part) in [
        ("all the same", vec![], Complete, [true; 3]),
        ("one event older", events(19), Complete, [true; 3]),
        ("older", events(18), Degraded(1), [true, true, false]),
        ("newer", events(22), State::Lacking(2), [false, false, true]),
    ] {
        let superblock = array(5, 2, 3);
        let changes: Vec<_> = changes.iter().map(|(at, one)| (*at, &one[..])).collect();
        let mut members = [
            member(&superblock, 0, &[]),
            member(&superblock, 1, &[]),
            member(&superblock, 2, &changes),
        ];
        assert_eq!(judge(&mut members).1, state, "{name}");
        assert_eq!(members.map(|member| member.takes_part), part, "{name}");
    }
    for (name, changes, state) in [
        ("a spare", (260, &spare[..]), Degraded(1)),
        ("being rebuilt", (8, &[2]), Degraded(1)),
        ("with bad blocks", (8, &[8]), Degraded(1)),
        ("a replacement", (8, &[16]), Degraded(1)),
        ("with a bitmap", (8, &[1]), Complete),
        ("with a parity log", (8, &[0, 4]), Complete),
        ("of no number", (160, &[200]), Degraded(1)),
        ("of a role that there is not", (260, &[7, 0]), Degraded(1)),
    ] {
        let superblock = array(5, 2, 3);
        let mut members = [
            member(&superblock, 0, &[]),
            member(&superblock, 1, &[]),
            read(&disk(
                81920,
                8,
                &changed(&superblock, &[(160, &[2]), changes]),
            ))
            .expect(name),
        ];
        assert_eq!(judge(&mut members).1, state, "{name}");
    }
    // The others were written when the first had failed, an event later.
    let superblock = array(1, 0, 2);
    let failed = [(256, &[0xfe, 0xff][..]), (200, &[21])];
    let mut members = [member(&superblock, 0, &[]), member(&superblock, 1, &failed)];
    assert_eq!(judge(&mut members), (1, Degraded(1)));
    assert!(!members[0].takes_part);
}

#[test]
fn one_of_two_in_a_place_takes_part() {
    let superblock = array(1, 0, 2);
    let mut members = [
        member(&superblock, 0, &[]),
        member(&superblock, 0, &[]),
        member(&superblock, 1, &[]),
    ];
    assert_eq!(judge(&mut members).1, State::Complete);
    assert_eq!(members.map(|member| member.takes_part), [false, true, true]);
}

#[test]
fn leaves_alone_what_it_cannot_read() {
    for (name, superblock, at) in [
        ("being reshaped", changed(RAID5, &[(8, &[4])]), 8),
        ("with a journal", changed(RAID5, &[(9, &[2])]), 8),
        ("of an unknown level", changed(RAID5, &[(72, &[7])]), 8),
        ("of no disks", changed(RAID5, &[(92, &[0])]), 8),
        ("of too many disks", changed(RAID5, &[(92, &[33])]), 8),
        (
            "an old one, being reshaped",
            changed(OLD, &[(8, &[91])]),
            81920 - 128,
        ),
        (
            "linear, with half a KiB",
            changed(
                RAID5,
                &[(72, &[0xff; 4]), (88, &[0; 4]), (136, &[1, 0x38, 1])],
            ),
            8,
        ),
    ] {
        let member = read(&disk(81920, at, &superblock)).expect(name);
        let state = judge(&mut [member]).1;
        assert!(matches!(state, State::Refused(_)), "{name}: {state:?}");
    }
    let most = read(&disk(81920, 8, &changed(RAID5, &[(92, &[32])]))).unwrap();
    assert_eq!(judge(&mut [most]).1, State::Lacking(31));
    assert_eq!(MEMBERS, 32);
}

#[test]
fn names_have_no_host() {
    for (name, own) in [
        ("host:root", "root"),
        ("root", "root"),
        ("host:", "host:"),
        (":0", "0"),
        ("a:b:c", "b:c"),
        ("", ""),
        (
            "thirty-two-bytes-and-not-one-NUL",
            "thirty-two-bytes-and-not-one-NUL",
        ),
    ] {
        let mut bytes = [0; 32];
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        let member = read(&disk(81920, 8, &changed(RAID5, &[(32, &bytes)]))).unwrap();
        assert_eq!(member.own_name(), own.as_bytes(), "{name}");
    }
}
