//! Reads the configuration of the boot disk.

use super::devices::{Disks, open_file};
use super::files::read_block;
use super::tell;
use crate::sys::Errno;
use crate::sys::fd::Fd;
use crate::sys::heap::Block;
use kexec_loader::config::{FORMATS, MAXIMUM, Reader};
use kexec_loader::location::BOOT_DISK;
use kexec_loader::notes::{Notes, Told};

/// A configuration file's bytes, its name and who reads it.
pub(crate) struct Config {
    /// The file's bytes.
    pub(crate) text: Block,
    /// The file's name.
    pub(crate) name: &'static str,
    /// Its reader.
    pub(crate) read: Reader,
}

/// Whether the folder `rootdir` of a disk holds a configuration.
#[inline(never)]
pub(crate) fn are_in(root: &Fd, rootdir: &[u8]) -> bool {
    let opens = |name: &str| open_file(root, &[rootdir, b"/", name.as_bytes()]).is_ok();
    FORMATS.iter().any(|(name, _)| opens(name))
}

/// Reads the first configuration file in the folder `rootdir` of the boot disk; tells if
/// there is none.
pub(crate) fn read(rootdir: &[u8], disks: &mut Disks, notes: &mut Notes) -> Result<Config, Told> {
    if !disks.has(&BOOT_DISK) {
        return Err(Told);
    }
    let root = disks.root(&BOOT_DISK, notes)?;
    for &(name, read) in &FORMATS {
        let path: [&[u8]; 3] = [rootdir, b"/", name.as_bytes()];
        let read_it = open_file(root, &path).and_then(|file| read_block(&file, MAXIMUM));
        match read_it {
            Ok((mut text, cut)) => {
                if cut {
                    // Half a line might name something else.
                    let whole = text.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
                    text.shorten(whole);
                    const { assert!(MAXIMUM == 65536) };
                    let sentence = "% is larger than 65536 bytes; the rest of it is not read";
                    notes.say(sentence, &[name.as_bytes()]);
                }
                return Ok(Config { text, name, read });
            }
            Err(Errno::ENOENT) => {}
            Err(error) => {
                tell(notes, "cannot read %/%: %", rootdir, name.as_bytes(), error);
            }
        }
    }
    Err(notes.say(
        "no kexec-loader.cfg, kexec-loader.conf or kxloader.cfg on the boot disk",
        &[],
    ))
}
