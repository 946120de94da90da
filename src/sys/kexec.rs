//! The next kernel.

use super::fd::Fd;
use super::{Result, Sysno, syscall};

/// `KEXEC_FILE_NO_INITRAMFS`: there is no ramdisk (linux/kexec.h).
#[cfg(target_arch = "x86_64")]
const NO_RAMDISK: usize = 4;

/// `kexec_file_load`: has the kernel read the next one from files. `cmdline` ends in a NUL.
#[cfg(target_arch = "x86_64")]
pub(crate) fn load_files(kernel: &Fd, ramdisk: Option<&Fd>, cmdline: &[u8]) -> Result<()> {
    let flags = match ramdisk {
        Some(_) => 0,
        None => NO_RAMDISK,
    };
    let initrd = ramdisk.map_or(-1, |ramdisk| ramdisk.0.cast_signed());
    let (text, length) = (cmdline.as_ptr(), cmdline.len());
    // SAFETY: the kernel reads `length` bytes of the slice and copies them; the rest are numbers.
    let done = unsafe {
        syscall!(
            Sysno::kexec_file_load,
            kernel.0,
            initrd,
            length,
            text,
            flags
        )
    };
    done.map(|_| ())
}
