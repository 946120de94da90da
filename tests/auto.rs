//! A distribution's whole folder of modules: what the devices of a machine are driven by, and what
//! file systems want, is what modprobe says; and finding it takes less than a second.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kexec_loader::modules::alias::{ALIASES, Aliases, read_line};
use kexec_loader::modules::{dep, same};

/// Debian's kernel for any machine: its folder, and its release.
fn kernel() -> (PathBuf, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("qemu/kernels.sh");
    let out = Command::new(script).output().expect("kernels.sh");
    assert!(out.status.success());
    let list = String::from_utf8(out.stdout).expect("a list");
    let mut rows = list.lines().filter_map(|row| row.split_once(' '));
    let (_, folder) = rows.find(|(name, _)| *name == "generic-6.12").expect("it");
    let release = fs::read_to_string(Path::new(folder).join("release")).expect("its release");
    (folder.into(), release.trim().to_owned())
}

/// What modprobe says that an alias means; nothing where it knows none.
fn resolved(folder: &Path, release: &str, alias: &str) -> BTreeSet<String> {
    let mut modprobe = Command::new("/sbin/modprobe");
    modprobe
        .arg("-d")
        .arg(folder)
        .args(["-S", release, "-C", "/dev/null", "-R", alias]);
    let out = modprobe.output().expect("modprobe");
    let names = String::from_utf8(out.stdout).expect("names");
    names.lines().map(str::to_owned).collect()
}

/// What drives the devices, by the lines of `modules.alias`.
fn drivers(lists: &[u8], aliases: &Aliases) -> BTreeSet<String> {
    let mut rest = lists;
    let mut found = BTreeSet::new();
    let mut read = |into: &mut [u8]| {
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        rest = &rest[count..];
        count
    };
    dep::each_line(&mut read, &mut vec![0; 16 * 1024], &mut |line| {
        if let Some((pattern, module)) = read_line(line)
            && aliases.have(pattern)
        {
            found.insert(String::from_utf8(module.to_vec()).expect("a name"));
        }
    });
    found
}

/// An alias that a pattern means.
fn example(pattern: &str) -> String {
    let mut alias = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => alias.push_str("0A"),
            '?' => alias.push('1'),
            '[' => {
                alias.extend(letters.next());
                letters.by_ref().find(|letter| *letter == ']');
            }
            letter => alias.push(letter),
        }
    }
    alias
}

#[test]
fn devices_have_the_drivers_that_modprobe_finds() {
    let (folder, release) = kernel();
    let base = folder.join("lib/modules").join(&release);
    let lists = fs::read_to_string(base.join("modules.alias")).expect("the list");
    let mut all = vec![
        // QEMU's AHCI, virtio disk, xHCI, USB stick, USB keyboard, CD, and disk.
        "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01".to_owned(),
        "virtio:d00000002v00001AF4".to_owned(),
        "pci:v00001B36d0000000Dsv00001AF4sd00001100bc0Csc03i30".to_owned(),
        "usb:v46F4p0001d0000dc00dsc00dp00ic08isc06ip50in00".to_owned(),
        "usb:v0627p0001d0000dc00dsc00dp00ic03isc01ip01in00".to_owned(),
        "hid:b0003g0001v00000627p00000001".to_owned(),
        "scsi:t-0x05".to_owned(),
        "scsi:t-0x00".to_owned(),
        "acpi:PNP0700:".to_owned(),
        "fs-xfs".to_owned(),
        "fs-iso9660".to_owned(),
        "crypto-crc32c".to_owned(),
    ];
    let patterns: Vec<_> = lists
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    // modprobe takes a millisecond for each, and more.
    all.extend(patterns.iter().step_by(200).map(|pattern| example(pattern)));
    all.extend(
        patterns
            .iter()
            .filter(|pattern| pattern.contains('['))
            .step_by(20)
            .map(|pattern| example(pattern)),
    );
    let mut count = 0;
    for alias in &all {
        let mut aliases = Aliases::new();
        assert!(aliases.add(alias.as_bytes()));
        let found = drivers(lists.as_bytes(), &aliases);
        count += found.len();
        assert_eq!(found, resolved(&folder, &release, alias), "{alias}");
    }
    assert!(count > all.len(), "most have one");
}

#[test]
fn needs_are_those_that_modprobe_finds() {
    let (folder, release) = kernel();
    let base = folder.join("lib/modules").join(&release);
    let lists = fs::read(base.join("modules.dep")).expect("the list");
    for name in [
        "ahci",
        "sd_mod",
        "xfs",
        "usb_storage",
        "btrfs",
        "nvme",
        "hid_generic",
    ] {
        let mut modprobe = Command::new("/sbin/modprobe");
        modprobe
            .arg("-d")
            .arg(&folder)
            .args(["-S", &release, "-C", "/dev/null", "-D", name]);
        let out = modprobe.output().expect("modprobe");
        // Lines `insmod PATH OPTIONS`, soft dependencies of needs among them.
        let want = String::from_utf8(out.stdout).expect("paths");
        let want: Vec<_> = want
            .split_whitespace()
            .filter(|word| word.contains(".ko"))
            .collect();
        let lines = lists.split(|byte| *byte == b'\n').map(dep::read_line);
        let mut lines = lines.filter(|(path, _)| same(dep::name_at(path), name.as_bytes()));
        let (path, mut needs) = lines.next().expect("a line");
        let mut order = Vec::new();
        while !needs.is_empty() {
            order.push(dep::cut_last_word(&mut needs));
        }
        order.push(path);
        let mut rest = want.iter();
        for path in order {
            let path = String::from_utf8_lossy(path);
            assert!(
                rest.any(|other| other.ends_with(&*path)),
                "{name}: {path} in {want:?}"
            );
        }
        assert!(rest.next().is_none(), "{name} is the last");
    }
}

/// As many devices as are looked for at a time, of kinds of which there are most patterns.
#[test]
fn a_machine_with_many_devices_takes_less_than_a_second() {
    let (folder, release) = kernel();
    let base = folder.join("lib/modules").join(&release);
    let lists = fs::read(base.join("modules.alias")).expect("the list");
    let mut aliases = Aliases::new();
    for nth in 0..ALIASES {
        let alias = match nth % 4 {
            0 => format!("usb:v{nth:04X}p{nth:04X}d0100"),
            1 => format!("acpi:PNP{nth:04X}:"),
            _ => format!("pci:v00008086d{nth:08X}s"),
        };
        assert!(aliases.add(alias.as_bytes()));
    }
    let fastest = (0..3).map(|_| {
        let start = Instant::now();
        drivers(&lists, &aliases);
        start.elapsed()
    });
    let fastest = fastest.min().unwrap_or_default();
    println!("{} ms", fastest.as_millis());
    // Without optimisation it takes ten times as long.
    let most = if cfg!(debug_assertions) { 10 } else { 1 };
    assert!(fastest < Duration::from_secs(most), "{fastest:?}");
}
