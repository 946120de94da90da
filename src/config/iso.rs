//! ISO files on a disk, and the configurations in them.
//!
//! Given a folder, or one such file, reads what GRUB or isolinux would read in each, and adds
//! those entries: their kernels and ramdisks are in the ISO file. To the command line is added
//! where the system that starts finds the file again, as each family of live systems has it.
//! What they want is from dracut.cmdline(7), live-boot(7), the hooks of casper and archiso,
//! loopback.cfg of the Super GRUB Disk wiki, and what people have found to work.

use super::{FOREIGN, File, World, next_name};
use crate::entry::Entries;
use crate::location::Location;
use crate::out::fill_all;
use crate::text::{Lines, cut, last_piece};

/// How many of a folder are looked into.
const MOST: usize = 8;

/// Where GRUB's configuration is in one; the first is made for ISO files on disks.
const GRUB: &[u8] = b"/boot/grub/loopback.cfg /boot/grub/grub.cfg /boot/grub2/grub.cfg \
    /EFI/BOOT/grub.cfg";

/// Where isolinux's is.
const ISOLINUX: &[u8] = b"/isolinux/isolinux.cfg /boot/isolinux/isolinux.cfg /isolinux.cfg \
    /boot/syslinux/syslinux.cfg /syslinux/syslinux.cfg /syslinux.cfg \
    /boot/x86_64/loader/isolinux.cfg /boot/i386/loader/isolinux.cfg";

/// What the families want, the first that fits: what must stand in the path of the kernel or a
/// ramdisk, or in the command line; and what is put before the command line. A `%` is the
/// path of the ISO file; of several, the first is the UUID of the disk that it is on.
const FAMILIES: &[u8] = b"\
root=live: iso-scan/filename=%
rd.live.image iso-scan/filename=%
inst.stage2= iso-scan/filename=%
boot=live findiso=%
/casper/ iso-scan/filename=%
boot=casper iso-scan/filename=%
isobasedir= img_dev=/dev/disk/by-uuid/% img_loop=%
/loader/linux isofrom_device=/dev/disk/by-uuid/% isofrom_system=% install=hd:%
looptype= isoboot=%
/porteus/ from=%
slax from=%
/antiX/ fromiso=% from=hd,usb
/pmagic/ iso_filename=%
/minirt bootfrom=/dev/disk/by-uuid/%%
livecd= root=UUID=% bootfromiso=%
/nix/store findiso=%
androidboot iso-scan/filename=%
/core.gz iso=UUID=%%
/install iso-scan/filename=%";

/// Reads what is in the ISO files of a folder, or in one ISO file.
pub fn read<'t>(file: &File<'t>, world: &mut dyn World<'t>, entries: &mut Entries<'t>) {
    if !matches!(file.at.path, [.., b'/']) {
        return read_image(&file.at, file.name, world, entries);
    }
    let before = entries.list().len();
    let names = world.names(&file.at);
    let mut last: &[u8] = b"";
    for nth in 0..=MOST {
        let Some(name) = next_name(names, last, b"*.iso") else {
            break;
        };
        last = name;
        let store = world.store();
        let whole = store.join(&[file.name, name]);
        if nth == MOST {
            const { assert!(MOST == 8) };
            let sentence = "more than 8 ISO files in %: the rest are not looked into";
            world.notes().say(sentence, &[file.name]);
            break;
        }
        let path = store.join(&[file.at.path, name]);
        read_image(&Location { path, ..file.at }, whole, world, entries);
    }
    let is_empty = entries
        .sources()
        .last()
        .is_some_and(|source| source.first == entries.list().len());
    if is_empty && before < entries.list().len() {
        entries.drop_source();
    }
}

/// Reads what is in an ISO file, as a configuration of its own.
fn read_image<'t>(
    image: &Location<'t>,
    name: &'t [u8],
    world: &mut dyn World<'t>,
    entries: &mut Entries<'t>,
) {
    // One that a line names is found in its folder too.
    let mut sources = entries.sources().iter();
    if sources.any(|source| source.file == name && source.first < entries.list().len()) {
        return;
    }
    let Some(device) = world.attach(image) else {
        return;
    };
    let before = entries.list().len();
    let last = entries.sources().last();
    if last.is_some_and(|source| source.first < before)
        && entries.begin("iso", image.device, name).is_err()
    {
        return;
    }
    for format in FOREIGN {
        let mut paths = match format.name {
            "grub2" => GRUB,
            "syslinux" => ISOLINUX,
            _ => b"",
        };
        while !paths.is_empty() && entries.list().len() == before {
            let path = cut(&mut paths, b' ');
            let at = Location { device, path };
            let Some(text) = world.read(&at) else {
                continue;
            };
            let file = File {
                at,
                name: world.store().join(&[name, b":", path]),
                text,
                image: Some(*image),
            };
            if let Some(source) = entries.source_mut() {
                source.file = file.name;
            }
            (format.read)(&file, world, entries);
        }
    }
    if let Some(source) = entries.source_mut() {
        source.file = name;
        // Nobody has chosen this menu yet.
        source.default = None;
        source.fallback = None;
        source.timeout = None;
    }
    let uuid = match world.describe(&image.device) {
        Some([_, uuid, _]) => uuid,
        None => b"",
    };
    for nth in before..entries.list().len() {
        if !hand_on(image.path, uuid, nth, world, entries) {
            let sentence = "%: the disk has no UUID by which the system in it would find it";
            world.notes().say(sentence, &[name]);
            break;
        }
    }
}

/// Puts the place of an ISO file into an entry's command line, and its name before the entry's
/// submenu; says whether all that is wanted is known.
fn hand_on<'t>(
    path: &'t [u8],
    uuid: &[u8],
    nth: usize,
    world: &mut dyn World<'t>,
    entries: &mut Entries<'t>,
) -> bool {
    let mut is_known = true;
    let mut added: &[u8] = b"";
    let mut families = Lines::new(FAMILIES);
    while added.is_empty() && !has(entries, nth, path) && families.advance() {
        let family = &families.line;
        if has(entries, nth, family.word) {
            let mut rest = family.value;
            cut(&mut rest, b'%');
            let is_uuid_wanted = rest.contains(&b'%');
            let words = [uuid, path, path];
            let words = words.get(usize::from(!is_uuid_wanted)..).unwrap_or(&words);
            is_known = !is_uuid_wanted || !uuid.is_empty();
            let mut text = world.store().begin();
            fill_all(&mut text, family.value, words, &[]);
            added = text.finish();
        }
    }
    let name = last_piece(path, b'/');
    let store = world.store();
    if let Some(entry) = entries.get_mut(nth) {
        if is_known {
            entry.cmdline = store.words(added, entry.cmdline);
        }
        entry.submenu = match entry.submenu {
            [] => name,
            menus => store.join(&[name, b">", menus]),
        };
    }
    is_known
}

/// Whether this stands in the command line of an entry, or in the path of its kernel or of a
/// ramdisk.
fn has(entries: &Entries<'_>, nth: usize, words: &[u8]) -> bool {
    let Some(entry) = entries.list().get(nth) else {
        return false;
    };
    let lines = [entry.cmdline, entry.append];
    lines
        .into_iter()
        .chain(entries.paths(nth))
        .any(|text| contains(text, words))
}

/// Whether a text has this in it.
#[inline(never)]
fn contains(text: &[u8], words: &[u8]) -> bool {
    let mut rest = text;
    while !rest.starts_with(words) {
        let [_, after @ ..] = rest else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::config::fake::{Disk, Fake, text};

    const CONFIG: &str = "/isolinux/isolinux.cfg";

    /// Reads what is at `path` on sda1, whose UUID is `uuid`, with these ISO files of one
    /// configuration each; gives the entries' submenus and command lines, and what was told.
    fn parse(path: &str, uuid: &str, images: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let files: Vec<(&str, &[u8])> = images.iter().map(|(path, _)| (*path, &b""[..])).collect();
        let inner: Vec<_> = images
            .iter()
            .map(|(_, text)| [(CONFIG, text.as_bytes())])
            .collect();
        let mut disks = vec![Disk::new("sda1", uuid, &files)];
        for ((path, _), files) in images.iter().zip(&inner) {
            disks.push(Disk::new(path, "", files));
        }
        let mut memory = vec![0; 1 << 16];
        let mut fake = Fake::new(&disks, &mut memory);
        fake.give(read, path, path);
        let lines = fake.lines(|entry, _| {
            let parts = [entry.submenu, entry.cmdline, entry.append];
            parts.map(text).join("|")
        });
        (lines, fake.told())
    }

    #[test]
    fn every_family_is_told_where_its_file_is() {
        for (lines, want) in [
            (
                "linux /live/vmlinuz\nappend boot=live quiet",
                "findiso=/d/x.iso boot=live quiet",
            ),
            (
                "linux /casper/vmlinuz\nappend --- splash",
                "iso-scan/filename=/d/x.iso --- splash",
            ),
            ("linux /install.amd/vmlinuz", "iso-scan/filename=/d/x.iso"),
            (
                "linux /images/vmlinuz\nappend root=live:CDLABEL=F rd.live.image",
                "iso-scan/filename=/d/x.iso root=live:CDLABEL=F rd.live.image",
            ),
            (
                "linux /arch/boot/x86_64/vmlinuz\nappend archisobasedir=arch",
                "img_dev=/dev/disk/by-uuid/1-A img_loop=/d/x.iso archisobasedir=arch",
            ),
            (
                "linux /boot/x86_64/loader/linux",
                "isofrom_device=/dev/disk/by-uuid/1-A isofrom_system=/d/x.iso install=hd:/d/x.iso",
            ),
            (
                "linux /isolinux/gentoo\nappend looptype=squashfs",
                "isoboot=/d/x.iso looptype=squashfs",
            ),
            ("linux /slax/boot/vmlinuz", "from=/d/x.iso"),
            ("linux /antiX/vmlinuz", "fromiso=/d/x.iso from=hd,usb"),
            (
                "linux /boot/isolinux/linux\ninitrd /boot/isolinux/minirt.gz",
                "bootfrom=/dev/disk/by-uuid/1-A/d/x.iso",
            ),
            // Of a family that nobody knows; and one that has been told.
            ("linux /boot/vmlinuz\nappend quiet", "quiet"),
            (
                "linux /live/vmlinuz\nappend boot=live fromiso=/d/x.iso",
                "boot=live fromiso=/d/x.iso",
            ),
        ] {
            let text = format!("label a\n{lines}\n");
            let (lines, told) = parse("/d/", "1-A", &[("/d/x.iso", &text)]);
            assert_eq!(lines, [format!("x.iso|{want}|")], "{text}");
            assert!(told.is_empty(), "{told:?}");
        }
    }

    #[test]
    fn a_disk_without_a_uuid() {
        let arch = "label a\nlinux /k\nappend archisobasedir=arch\n";
        let live = "label a\nlinux /k\nappend boot=live\n";
        let (lines, told) = parse("/", "", &[("/a.iso", arch), ("/b.iso", live)]);
        assert_eq!(
            lines,
            [
                "a.iso|archisobasedir=arch|",
                "b.iso|findiso=/b.iso boot=live|"
            ]
        );
        assert_eq!(
            told,
            ["/a.iso: the disk has no UUID by which the system in it would find it"]
        );
    }

    #[test]
    fn files_are_read_in_the_order_of_their_names() {
        let text = "label a\nlinux /k\nappend TITLE\n";
        let names: Vec<_> = (0..10)
            .rev()
            .map(|nth| format!("/isos/{nth}.ISO"))
            .collect();
        let mut images: Vec<_> = names.iter().map(|name| (name.as_str(), text)).collect();
        images.push(("/isos/none.img", text));
        images.push((".iso", text));
        let (lines, told) = parse("/isos/", "1", &images);
        let want: Vec<_> = (0..8).map(|nth| format!("{nth}.ISO|TITLE|")).collect();
        assert_eq!(lines, want);
        assert_eq!(
            told,
            ["more than 8 ISO files in /isos/: the rest are not looked into"]
        );
        let (lines, told) = parse("/isos/9.ISO", "1", &images);
        assert_eq!(lines, ["9.ISO|TITLE|"]);
        assert!(told.is_empty());
        // In submenus, which have a name of their own.
        let menu = "menu begin\nmenu title More\nlabel a\nlinux /k\nmenu end\n";
        let (lines, _) = parse("/", "1", &[("/a.iso", menu), ("/b.iso", "nothing")]);
        assert_eq!(lines, ["a.iso>More||"]);
    }
}
