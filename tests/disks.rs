//! Real file systems and partition tables, made by their own tools, looked at by `disk`.
//!
//! Each row says what was given to the tool that made the disk, and what is found must be that.
//! `blkid` and `partx`, which have never seen our code, must say the same.

use kexec_loader::disk::{Identity, Kind, PartitionId};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Command, id};

/// Which Debian package has a tool.
const PACKAGES: &[(&str, &str)] = &[
    ("mcopy", "mtools"),
    ("mlabel", "mtools"),
    ("mkfs.vfat", "dosfstools"),
    ("mkfs.exfat", "exfatprogs"),
    ("tune.exfat", "exfatprogs"),
    ("mkfs.ntfs", "ntfs-3g"),
    ("mkfs.xfs", "xfsprogs"),
    ("mkfs.btrfs", "btrfs-progs"),
    ("mkfs.f2fs", "f2fs-tools"),
    ("mkfs.erofs", "erofs-utils"),
    ("mksquashfs", "squashfs-tools"),
    ("jfs_mkfs", "jfsutils"),
    ("jfs_tune", "jfsutils"),
    ("mkreiserfs", "reiserfsprogs"),
    ("mkudffs", "udftools"),
    ("xorriso", "xorriso"),
    ("sgdisk", "gdisk"),
    ("fdisk", "fdisk"),
    ("sfdisk", "fdisk"),
    ("blkid", "util-linux"),
    ("partx", "util-linux"),
    ("mkfs.ext2", "e2fsprogs"),
    ("mkfs.ext3", "e2fsprogs"),
    ("mkfs.ext4", "e2fsprogs"),
];

const UUID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// A folder with a disk and 40 files to put on it; it goes when the test does.
struct Bench(PathBuf);

impl Bench {
    fn new(name: &str) -> Self {
        let bench = std::env::temp_dir().join(format!("kexec-loader-disks-{}-{name}", id()));
        fs::create_dir_all(bench.join("files")).unwrap();
        for number in 0..40 {
            fs::write(bench.join(format!("files/file{number}")), "kernel").unwrap();
        }
        Self(bench)
    }

    /// Runs tools, named at the head of each line, to their good end and gives what they print.
    fn run(&self, script: &str) -> String {
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
        for line in script.lines() {
            let tool = line.split_whitespace().next().unwrap();
            let package = PACKAGES.iter().find(|(name, _)| *name == tool);
            let package = package.map_or("?", |(_, package)| package);
            let is_there = path
                .split(':')
                .any(|folder| PathBuf::from(folder).join(tool).exists());
            assert!(is_there, "{tool} is missing: install the package {package}");
        }
        let output = Command::new("sh")
            .args(["-ec", script])
            .current_dir(&self.0)
            .env("PATH", path)
            .env("UUID", UUID)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}: {printed}{complaint}");
        printed
    }

    /// A new sparse disk of so many KiB, and what the tools make of it; of 0, they make it.
    fn make(&self, size: u64, script: &str) {
        let _ = fs::remove_file(self.0.join("disk"));
        if size > 0 {
            let disk = File::create(self.0.join("disk")).unwrap();
            disk.set_len(size << 10).unwrap();
        }
        self.run(script);
    }

    /// Reads the disk as the loader would.
    fn reader(&self) -> impl FnMut(u64, &mut [u8]) -> bool + use<> {
        let disk = File::open(self.0.join("disk")).unwrap();
        move |at, into| disk.read_exact_at(into, at).is_ok()
    }

    /// What `blkid` says of the disk.
    fn blkid(&self, key: &str) -> String {
        // It does not say by an error that it has nothing to say.
        let value = self.run(&format!("blkid -p -s {key} -o value disk"));
        value.strip_suffix('\n').unwrap_or(&value).to_string()
    }

    /// What the disk says.
    fn identify(&self) -> Identity {
        let mut found = Identity::unknown();
        found.read(&mut self.reader());
        found
    }

    /// What the disk's table says of a partition.
    fn partition(&self, number: u32) -> PartitionId {
        let mut found = PartitionId::unknown();
        found.read(&mut self.reader(), number);
        found
    }

    /// Looks at the disk, and has `blkid` look.
    fn check(&self, name: &str, kind: &str, label: &str, uuid: Option<&str>) {
        let found = self.identify();
        assert_ne!(found.kind, Kind::Unknown, "{name}");
        let found_uuid = text(&found.uuid);
        assert_eq!(text(found.kind.name()), kind, "{name}: kind");
        assert_eq!(text(&found.label), label, "{name}: label");
        assert_eq!(found_uuid, uuid.unwrap_or(&found_uuid), "{name}: UUID");

        assert_eq!(kind, self.blkid("TYPE"), "{name}: blkid");
        assert_eq!(label, self.blkid("LABEL"), "{name}: blkid");
        assert_eq!(found_uuid, self.blkid("UUID"), "{name}: blkid");
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A row of a table: the disk's size in KiB, the commands that fill it, and what was given to
/// them: kind, label, and UUID, `None` where the tool makes one up.
type Row<'r> = (u64, &'r str, &'r str, &'r str, Option<&'r str>);

fn check_all(family: &str, rows: &[Row<'_>]) {
    let bench = Bench::new(family);
    for (size, script, kind, label, uuid) in rows {
        bench.make(*size, script);
        bench.check(script, kind, label, *uuid);
    }
}

const MIB: u64 = 1024;

#[test]
fn ext() {
    #[rustfmt::skip]
    check_all("ext", &[
        (4 * MIB, "mkfs.ext2 -q -L boot -U $UUID disk", "ext2", "boot", Some(UUID)),
        (4 * MIB, "mkfs.ext2 -q -b4096 -U $UUID disk", "ext2", "", Some(UUID)),
        (8 * MIB, "mkfs.ext3 -q -L 'sixteen letters.' disk", "ext3", "sixteen letters.", None),
        (8 * MIB, "mkfs.ext4 -q -L 'Жук 💾' -U $UUID disk", "ext4", "Жук 💾", Some(UUID)),
        (8 * MIB, "mkfs.ext4 -q -O ^has_journal disk", "ext4", "", None),
    ]);
}

#[test]
fn a_journal_of_its_own_is_no_file_system() {
    let bench = Bench::new("journal");
    bench.make(8 * MIB, "mkfs.ext4 -q -O journal_dev disk");
    assert_eq!(bench.blkid("TYPE"), "jbd");
    assert_eq!(bench.identify(), Identity::unknown());
}

#[test]
fn fat() {
    let id = Some("1234-ABCD");
    #[rustfmt::skip]
    check_all("fat", &[
        (1440, "mkfs.vfat -F12 -n 'BOOT DISK' -i 1234ABCD disk", "vfat", "BOOT DISK", id),
        (1440, "mkfs.vfat -F12 -i 1234ABCD disk", "vfat", "", id),
        (16 * MIB, "mkfs.vfat -F16 -n SIXTEEN -i 1234ABCD disk", "vfat", "SIXTEEN", id),
        (64 * MIB, "mkfs.vfat -F16 -s2 -f1 -R9 -S4096 -n WIDE disk", "vfat", "WIDE", None),
        (64 * MIB, "mkfs.vfat -F32 -n THIRTY-TWO -i 1234ABCD disk", "vfat", "THIRTY-TWO", id),
        (64 * MIB, "mkfs.vfat -F32 -i 0000000A disk", "vfat", "", Some("0000-000A")),
        // A label changed later, and one behind files, in another cluster of the root.
        (16 * MIB, "mkfs.vfat -F16 -n OLD disk\nmlabel -i disk ::NEW", "vfat", "NEW", None),
        (64 * MIB, "mkfs.vfat -F32 -s1 disk\nmcopy -i disk files/* ::\nmlabel -i disk ::BEHIND",
            "vfat", "BEHIND", None),
    ]);
}

/// The two labels of a FAT disk may differ: the root's counts, then the boot sector's, which
/// `blkid` keeps apart.
#[test]
fn fat_labels_that_differ() {
    let bench = Bench::new("fat-labels");
    let write = |at| {
        let disk = File::options().write(true).open(bench.0.join("disk"));
        disk.unwrap().write_all_at(b"BOOT SECTOR", at).unwrap();
    };
    for (bits, size, at) in [(12, MIB, 43), (16, 16 * MIB, 43), (32, 64 * MIB, 71)] {
        let mkfs = format!("mkfs.vfat -F{bits}");
        bench.make(size, &format!("{mkfs} -n ROOT disk"));
        write(at);
        bench.check(&mkfs, "vfat", "ROOT", None);

        bench.make(size, &format!("{mkfs} disk"));
        write(at);
        let found = bench.identify();
        assert_eq!(text(&found.label), "BOOT SECTOR", "{mkfs}");
        assert_eq!(bench.blkid("LABEL_FATBOOT"), "BOOT SECTOR", "{mkfs}");
    }
}

#[test]
fn exfat() {
    #[rustfmt::skip]
    check_all("exfat", &[
        (8 * MIB, "mkfs.exfat -L Жук disk", "exfat", "Жук", None),
        (8 * MIB, "mkfs.exfat disk", "exfat", "", None),
        (64 * MIB, "mkfs.exfat -c 512 -L 'eleven more' disk", "exfat", "eleven more", None),
        (8 * MIB, "mkfs.exfat disk\ntune.exfat -I 0x1234ABCD disk", "exfat", "", Some("1234-ABCD")),
    ]);
}

#[test]
fn ntfs() {
    let long = "thirty-two letters are the limit";
    #[rustfmt::skip]
    check_all("ntfs", &[
        (8 * MIB, "mkfs.ntfs -FQq -L Windows disk", "ntfs", "Windows", None),
        (8 * MIB, "mkfs.ntfs -FQq disk", "ntfs", "", None),
        (8 * MIB, "mkfs.ntfs -FQq -L 'Жук 💾' disk", "ntfs", "Жук 💾", None),
        (8 * MIB, &format!("mkfs.ntfs -FQq -c512 -L '{long}' disk"), "ntfs", long, None),
        (64 * MIB, "mkfs.ntfs -FQq -c65536 -L wide disk", "ntfs", "wide", None),
        (64 * MIB, "mkfs.ntfs -FQq -s4096 -L wider disk", "ntfs", "wider", None),
    ]);
}

/// The longest label spans two sectors of its record, where `blkid` reads the wrong letter; one
/// of 384 bytes is not kept at all.
#[test]
fn ntfs_long_labels() {
    let bench = Bench::new("ntfs-labels");
    let latin: String = ('a'..='z').cycle().take(128).collect();
    for (given, expected) in [(&latin, latin.as_str()), (&"語".repeat(128), "")] {
        bench.make(8 * MIB, &format!("mkfs.ntfs -FQq -L '{given}' disk"));
        let found = bench.identify();
        assert_eq!(text(&found.label), expected, "{given}");
    }
}

#[test]
fn iso9660() {
    let id = Some("2023-01-01-12-00-34-56");
    let long = "THIRTY-TWO LETTERS ARE THE LIMIT";
    let bench = Bench::new("iso");
    for (label, options) in [
        ("PLAIN", ""),
        ("Fedora-WS-Live-40-1-14", ""),
        ("Fedora-WS-Live-40-1-14", "-J"),
        ("SHORT", "-J -R"),
        ("Mixed Case", "-J"),
        ("Жук", "-J -input-charset utf-8"),
        (long, "-J"),
    ] {
        let date = "--modification-date=2023010112003456";
        let xorriso = format!("xorriso -as mkisofs -quiet {date} {options}");
        let script = format!("{xorriso} -V '{label}' -o disk files");
        bench.make(0, &script);
        bench.check(&script, "iso9660", label, id);
    }
}

#[test]
fn udf() {
    let id = Some("0123456789abcdef");
    let make = "mkudffs -u 0123456789abcdef -l";
    for block in [512, 1024, 2048, 4096] {
        let script = format!("{make} 'Label é' -b{block} disk");
        check_all("udf-blocks", &[(16 * MIB, &script, "udf", "Label é", id)]);
    }
    #[rustfmt::skip]
    check_all("udf", &[
        (16 * MIB, &format!("{make} 'Жук 💾' -m bdr -r2.60 disk"), "udf", "Жук 💾", id),
        (16 * MIB, &format!("{make} CD -m cdr -b2048 disk"), "udf", "CD", id),
        (16 * MIB, "mkudffs --fullvsid='My volume set' disk", "udf", "LinuxUDF", Some("4d7920766f6c756d")),
        (16 * MIB, "mkudffs --fullvsid='ABCDEF01 my set' disk", "udf", "LinuxUDF", Some("abcdef01206d7920")),
    ]);
}

#[test]
fn the_others() {
    let id = Some(UUID);
    let long = "x".repeat(254);
    let cyrillic = "Ж".repeat(128);
    #[rustfmt::skip]
    check_all("others", &[
        (512 * MIB, "mkfs.xfs -q -L 'twelve bytes' -m uuid=$UUID disk", "xfs", "twelve bytes", id),
        (512 * MIB, "mkfs.xfs -q disk", "xfs", "", None),
        (256 * MIB, &format!("mkfs.btrfs -q -L {long} -U $UUID disk"), "btrfs", &long, id),
        (256 * MIB, "mkfs.btrfs -q disk", "btrfs", "", None),
        (128 * MIB, "mkfs.f2fs -q -l Жук -U $UUID disk", "f2fs", "Жук", id),
        (128 * MIB, &format!("mkfs.f2fs -q -l {cyrillic} disk"), "f2fs", &cyrillic, None),
        (0, "mksquashfs files disk -quiet -no-progress", "squashfs", "", Some("")),
        (0, "mkfs.erofs --quiet -U $UUID disk files", "erofs", "", id),
        (32 * MIB, "jfs_mkfs -q -L jay disk\njfs_tune -U $UUID disk", "jfs", "jay", id),
        (64 * MIB, "mkreiserfs -qff -l reiser -u $UUID disk", "reiserfs", "reiser", id),
        (64 * MIB, "mkreiserfs -qff --format 3.5 disk", "reiserfs", "", Some("")),
    ]);
}

/// Takes the `\x20` out of what `partx` prints.
fn unescape(line: &str) -> String {
    let mut pieces = line.split("\\x");
    let mut bytes = pieces.next().unwrap_or("").as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    text(&bytes)
}

/// Looks at every partition, and has `partx` look, for a disk in sectors of so many bytes.
fn check_partitions(bench: &Bench, sector: u32, given: &[(u32, &str, &str)]) {
    for (number, uuid, name) in given {
        let found = bench.partition(*number);
        assert_eq!(text(&found.uuid), *uuid, "partition {number}");
        assert_eq!(text(&found.label), *name, "partition {number}");
    }
    let columns = "-o NR,UUID,NAME";
    let witness = bench.run(&format!(
        "partx -g --raw {columns} --sector-size {sector} disk"
    ));
    let witness: Vec<_> = witness
        .lines()
        .map(|line| unescape(line.trim_end()))
        .collect();
    let given: Vec<_> = given
        .iter()
        .map(|(number, uuid, name)| format!("{number} {uuid} {name}").trim_end().to_string())
        .collect();
    assert_eq!(witness, given);
}

#[test]
fn gpt() {
    let bench = Bench::new("gpt");
    let second = "fedcba98-7654-3210-fedc-ba9876543210";
    let long = "Ж".repeat(36);
    bench.make(
        64 * MIB,
        &format!(
            "sgdisk -n1:0:+4M -u1:$UUID -c1:'EFI system' disk
            sgdisk -n2:0:+4M -u2:{second} -c2:{long} disk
            sgdisk -n128:0:+4M -u128:$UUID disk"
        ),
    );
    check_partitions(
        &bench,
        512,
        &[(1, UUID, "EFI system"), (2, second, &long), (128, UUID, "")],
    );
    for number in [0, 3, 129, u32::MAX] {
        assert_eq!(bench.partition(number), PartitionId::unknown(), "{number}");
    }
}

#[test]
fn gpt_in_sectors_of_4096() {
    let bench = Bench::new("gpt-4096");
    let keys = format!("g n 1  +4M x n one u {UUID} r w ").replace(' ', "\n");
    fs::write(bench.0.join("keys"), keys).unwrap();
    bench.make(64 * MIB, "fdisk -b 4096 disk < keys");
    check_partitions(&bench, 4096, &[(1, UUID, "one")]);
}

#[test]
fn mbr() {
    let bench = Bench::new("mbr");
    let script = "label: dos\nlabel-id: 0x0abcdef9\nsize=4M\nsize=32M, type=5\nsize=4M\n\
        start=12288, size=1M\nstart=20480, size=1M\n";
    fs::write(bench.0.join("script"), script).unwrap();
    bench.make(64 * MIB, "sfdisk -q disk < script");
    let id = |number| format!("0abcdef9-0{number}");
    let ids = [1, 2, 3, 5, 6].map(|number| (number, id(number)));
    let given = ids
        .each_ref()
        .map(|(number, id)| (*number, id.as_str(), ""));
    check_partitions(&bench, 512, &given);
}
