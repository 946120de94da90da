//! Which files hold configurations, and who reads them.
//!
//! A format is one file or folder here and one row in [`FORMATS`].

pub mod native;

use crate::entry::Entries;
use crate::notes::Notes;

/// Bytes of a configuration file that are read; a larger one is cut there, and it is told.
pub const MAXIMUM: usize = 65_536;

/// Reads a file's bytes into entries; `name` is the file's, for messages.
pub type Reader = for<'t> fn(name: &[u8], text: &'t [u8], &mut Entries<'t>, &mut Notes);

/// The files to look for in the root of a boot disk, and their readers. The first found counts.
pub const FORMATS: [(&str, Reader); 3] = [
    ("kexec-loader.cfg", native::read),
    ("kexec-loader.conf", native::read),
    ("kxloader.cfg", native::read),
];
