//! Loads a kernel with `kexec_file_load`: the kernel reads the files itself, and does the
//! rest.

use crate::act::files::{read_number, read_small};
use crate::sys::Errno;
use crate::sys::fd::Fd;
use crate::sys::kexec::load_files;
use kexec_loader::notes::{Notes, Told};
use kexec_loader::reason::Reason;

/// Has the kernel load another; tells why it did not.
pub(super) fn load(
    kernel: &Fd,
    ramdisk: Option<&Fd>,
    cmdline: &[u8],
    notes: &mut Notes,
) -> Result<(), Told> {
    load_files(kernel, ramdisk, cmdline).map_err(|error| {
        let reason = Reason::new(error.into_raw());
        let meaning: &[u8] = match error {
            Errno::ENOSYS => {
                b"the running kernel was built without kexec_file_load (CONFIG_KEXEC_FILE)"
            }
            Errno::EPERM if is_switched_off() => {
                b"kexec is switched off in the running kernel (kernel.kexec_load_disabled)"
            }
            Errno::EPERM if is_locked_down() => b"the running kernel is locked down (Secure Boot?)",
            Errno::ENOEXEC => b"not a 64-bit Linux kernel that kexec_file_load can start",
            Errno::EADDRNOTAVAIL | Errno::ENOMEM => {
                b"not enough memory for the kernel and its ramdisk"
            }
            Errno::ENODATA | Errno::ENOKEY | Errno::EKEYREJECTED | Errno::EBADMSG => {
                b"its signature is missing or not accepted by the running kernel"
            }
            _ => reason.bytes(),
        };
        notes.say("cannot load the kernel: %", &[meaning])
    })
}

/// Whether the sysctl that forbids kexec until the next boot is set.
fn is_switched_off() -> bool {
    read_number(&[b"/proc/sys/kernel/kexec_load_disabled"]) == Some(1)
}

/// Whether a lockdown level other than none is chosen: `none [integrity] confidentiality`.
fn is_locked_down() -> bool {
    let mut levels = [0; 64];
    let levels = read_small(&[b"/sys/kernel/security/lockdown"], &mut levels);
    levels.is_ok_and(|levels| !levels.starts_with(b"[none]"))
}
