//! Names, folders and mounts.

use super::fd::{Fd, opened};
use super::{Errno, Result, Sysno, checked, done, raw_syscall};
use core::ffi::CStr;
use heapless::Vec;
use kexec_loader::bytes::place;
use kexec_loader::out::Put;
use linux_raw_sys::general::{
    AT_FDCWD, MNT_DETACH, O_APPEND, O_CLOEXEC, O_DIRECTORY, O_LARGEFILE, O_NOCTTY, O_NONBLOCK,
    O_PATH, O_RDONLY, O_RDWR, O_WRONLY, RESOLVE_IN_ROOT, S_IFBLK, S_IFCHR, open_how,
};
use linux_raw_sys::general::{MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY};

/// The parts of a path, to be put together. Doors take parts, so that callers hold no
/// kilobyte of path each.
pub(crate) type Parts<'p> = [&'p [u8]];

/// A string with the NUL that the kernel wants behind it.
pub(super) struct CString(Vec<u8, 1024>);

impl CString {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Puts parts together, and a NUL behind them; gives the address.
    ///
    /// `EINVAL` where there is a NUL in one, `ENAMETOOLONG` over 1023 bytes.
    #[inline(never)]
    pub(super) fn join(&mut self, parts: &Parts<'_>) -> Result<usize> {
        for byte in parts.iter().copied().flatten() {
            if *byte == 0 {
                return Err(Errno::EINVAL);
            }
            self.0.push(*byte).map_err(|_| Errno::ENAMETOOLONG)?;
        }
        self.0.push(0).map_err(|_| Errno::ENAMETOOLONG)?;
        Ok(self.0.as_ptr().expose_provenance())
    }
}

/// What a file is opened for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// To be read.
    Read,
    /// To be added to.
    Append,
    /// A terminal, to be read and written without waiting.
    Terminal,
    /// A terminal, for a program that waits.
    #[cfg(feature = "programs")]
    Program,
    /// A folder, to open files below it.
    Folder,
}

impl Purpose {
    fn flags(self) -> u32 {
        O_CLOEXEC
            | match self {
                Self::Read => O_RDONLY | O_LARGEFILE,
                Self::Append => O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK,
                Self::Terminal => O_RDWR | O_NOCTTY | O_NONBLOCK,
                #[cfg(feature = "programs")]
                Self::Program => O_RDWR | O_NOCTTY,
                Self::Folder => O_PATH | O_DIRECTORY,
            }
    }
}

/// How files on disks are opened. A pipe that nobody writes to is opened too, not waited
/// for; and 32-bit kernels refuse files over 2 GiB to those who do not say that they know.
const FILE: u32 = O_CLOEXEC | O_NONBLOCK | O_LARGEFILE;

/// The same, for `openat2`.
static HOW: open_how = open_how {
    flags: FILE as u64,
    mode: 0,
    resolve: RESOLVE_IN_ROOT as u64,
};

/// The folder of paths that begin at the root of all.
const NONE: usize = (AT_FDCWD as isize).cast_unsigned();

/// A call that takes an open folder, a path below it, and two words.
///
/// # Safety
///
/// The call may do with the words only what is right: a pointer among them lives through it.
#[inline(never)]
unsafe fn at(
    call: Sysno,
    folder: usize,
    path: &Parts<'_>,
    one: usize,
    two: usize,
) -> Result<usize> {
    let mut text = CString::new();
    if folder != NONE {
        // Else a path with `/` before it would begin at the root of all.
        text.0.put(b"./");
    }
    let path = text.join(path)?;
    // SAFETY: the path is NUL-terminated and lives through the call; the rest is the caller's.
    checked(unsafe { raw_syscall!(call, folder, path, one, two) })
}

/// `openat`: opens a path of our own making.
#[inline(never)]
pub(crate) fn open(path: &Parts<'_>, purpose: Purpose) -> Result<Fd> {
    let flags = purpose.flags() as usize;
    // SAFETY: takes numbers only.
    unsafe { at(Sysno::openat, NONE, path, flags, 0) }.map(Fd)
}

/// `memfd_create`: a file in memory without a name. Where the kernel has none (no
/// `CONFIG_TMPFS`), `openat` and `unlinkat`: one in the root folder, which is in memory then,
/// its name taken away at once.
pub(crate) fn in_memory() -> Result<Fd> {
    use linux_raw_sys::general::{MFD_CLOEXEC, O_CREAT, O_EXCL};
    let name = c"kexec-loader".as_ptr();
    // SAFETY: the name is a NUL-terminated string that lives for ever.
    let file = opened(unsafe { raw_syscall!(Sysno::memfd_create, name, MFD_CLOEXEC) });
    if file.is_ok() {
        return file;
    }
    let path: &Parts<'_> = &[b"/.in-memory"];
    let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    // SAFETY: takes numbers only.
    let file = unsafe { at(Sysno::openat, NONE, path, flags as usize, 0o600) }.map(Fd)?;
    // SAFETY: as above.
    unsafe { at(Sysno::unlinkat, NONE, path, 0, 0) }?;
    Ok(file)
}

/// `openat2`: opens a file below `root` for reading, as if `root` were `/`: no link and no
/// `..` in it leads out. A folder can be opened to be listed.
///
/// Where the kernel is older than 5.6 and lacks the call, it is `openat`, which does not
/// hold links in.
#[inline(never)]
pub(crate) fn open_below(root: &Fd, path: &Parts<'_>) -> Result<Fd> {
    let how = &raw const HOW;
    // SAFETY: the second word says how many bytes the first points to, which live for ever.
    unsafe {
        at(
            Sysno::openat2,
            root.0,
            path,
            how.addr(),
            size_of::<open_how>(),
        )
    }
    .map(Fd)
}

/// `openat`: opens a file below `root` for reading, as kernels before 5.6 can: a link in
/// the path may lead out.
pub(crate) fn open_in(root: &Fd, path: &Parts<'_>) -> Result<Fd> {
    // SAFETY: takes numbers only.
    unsafe { at(Sysno::openat, root.0, path, FILE as usize, 0) }.map(Fd)
}

/// `mkdirat`: makes a folder.
#[inline(never)]
pub(crate) fn make_folder(path: &Parts<'_>) {
    // SAFETY: takes numbers only.
    let _ = unsafe { at(Sysno::mkdirat, NONE, path, 0o755, 0) };
}

/// Which kind of device node.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    /// A terminal.
    Character,
    /// A disk.
    Block,
}

/// `mknodat`: makes a device node.
pub(crate) fn make_node(path: &Parts<'_>, node: Node, major: u64, minor: u64) -> Result<()> {
    let mode = 0o600
        | match node {
            Node::Character => S_IFCHR,
            Node::Block => S_IFBLK,
        };
    // The kernel's `new_encode_dev`: 8 bits of the minor number, 12 of the major, 12 more.
    let device = (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xf_ff00) << 12;
    // SAFETY: takes numbers only.
    unsafe { at(Sysno::mknodat, NONE, path, mode as usize, place(device)) }?;
    Ok(())
}

/// `mount`: mounts one of the kernel's own file systems, such as proc.
#[inline(never)]
pub(crate) fn mount_virtual(name: &CStr, at: &Parts<'_>) -> Result<()> {
    let mut text = CString::new();
    let at = text.join(at)?;
    let flags = MS_NOSUID | MS_NOEXEC;
    let name = name.as_ptr();
    // SAFETY: all strings are NUL-terminated and live through the call.
    done(unsafe { raw_syscall!(Sysno::mount, name, at, name, flags, 0) })
}

/// `mount`: mounts a disk to be read only.
#[inline(never)]
pub(crate) fn mount_disk(
    disk: &Parts<'_>,
    at: &Parts<'_>,
    fstype: &[u8],
    options: &[u8],
) -> Result<()> {
    let mut texts = [const { CString::new() }; 4];
    let [disk_text, at_text, fstype_text, options_text] = &mut texts;
    let disk = disk_text.join(disk)?;
    let at = at_text.join(at)?;
    let fstype = fstype_text.join(&[fstype])?;
    let options = options_text.join(&[options])?;
    let flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    // SAFETY: all strings are NUL-terminated and live through the call.
    done(unsafe { raw_syscall!(Sysno::mount, disk, at, fstype, flags, options) })
}

/// `umount2`: takes a mount away, at once or as soon as nothing uses it.
#[inline(never)]
pub(crate) fn unmount(at: &Parts<'_>) -> Result<()> {
    let mut text = CString::new();
    let at = text.join(at)?;
    // SAFETY: the path is NUL-terminated and lives through the call.
    done(unsafe { raw_syscall!(Sysno::umount2, at, MNT_DETACH) })
}
