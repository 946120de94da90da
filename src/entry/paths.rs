//! The files of an entry: their paths, and which disk each is on.

use super::{Entries, Extra};
use crate::location::{BOOT_DISK, Location};

impl<'t> Entries<'t> {
    /// The paths of an entry's kernel, and of its ramdisks and modules.
    #[must_use]
    pub fn paths(&self, nth: usize) -> Paths<'_, 't> {
        let entry = self.list().get(nth);
        let entry = entry.filter(|entry| entry.program.is_empty());
        Paths {
            kernel: entry.map(|entry| entry.kernel),
            rest: self.extras(nth).iter(),
        }
    }

    /// Where a path of an entry is: on the disk it names, else on the one mounted above it,
    /// else on the entry's root.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, as words to follow its name.
    #[inline(never)]
    pub fn locate(&self, nth: usize, path: &'t [u8]) -> Result<Location<'t>, &'static str> {
        let root = self.list().get(nth).map_or(&BOOT_DISK, |entry| &entry.root);
        let mut found = Location::parse(path, root);
        if let Ok(at) = &mut found
            && !matches!(path, [b'(', ..])
        {
            for extra in self.extras(nth) {
                if let Extra::Mount(disk, folder) = extra
                    && let Some(rest) = below(path, folder)
                    && rest.len() <= at.path.len()
                    && at.device.read(disk)
                {
                    at.path = rest;
                }
            }
        }
        found
    }
}

/// The paths of an entry's files.
#[derive(Clone, Debug)]
pub struct Paths<'e, 't> {
    kernel: Option<&'t [u8]>,
    rest: core::slice::Iter<'e, Extra<'t>>,
}

impl<'t> Iterator for Paths<'_, 't> {
    type Item = &'t [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'t [u8]> {
        if self.kernel.is_some() {
            return self.kernel.take();
        }
        loop {
            if let Some(path) = self.rest.next()?.path() {
                return Some(path);
            }
        }
    }
}

/// What of `path` is below `folder`, if it is: whole names only, so `/bootx` is not in
/// `/boot`.
#[inline(never)]
fn below<'t>(path: &'t [u8], folder: &[u8]) -> Option<&'t [u8]> {
    let mut folder = without_slash(folder);
    if let [before @ .., b'/'] = folder {
        folder = before;
    }
    let (above, rest) = without_slash(path).split_at_checked(folder.len())?;
    let is_below = matches!(rest, [b'/', ..]) || folder.is_empty();
    (is_below && above == folder).then_some(rest)
}

/// `path` without the `/` it may begin with.
fn without_slash(path: &[u8]) -> &[u8] {
    match path {
        [b'/', rest @ ..] => rest,
        path => path,
    }
}
