//! The process and the machine it runs on.

use super::{Result, Sysno, done, raw_syscall};
use core::ffi::CStr;
use core::mem::MaybeUninit;
use linux_raw_sys::general::{
    LINUX_REBOOT_CMD_KEXEC, LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART,
    LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
};
use linux_raw_sys::system::{new_utsname, sysinfo};

/// The ways to end the running kernel.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    /// Start the kernel that was loaded.
    Kexec,
    /// Restart the machine.
    Restart,
    /// Switch the machine off.
    PowerOff,
}

/// `getpid`: the number of this process.
pub(crate) fn id() -> usize {
    // SAFETY: takes nothing, and cannot fail.
    unsafe { raw_syscall!(Sysno::getpid) }
}

/// `exit_group`: ends the process.
pub(crate) fn exit(code: u32) -> ! {
    loop {
        // SAFETY: takes no pointer, and does not come back.
        let _ = unsafe { raw_syscall!(Sysno::exit_group, code) };
    }
}

/// `sync`: writes out what the kernel still holds.
pub(crate) fn sync() {
    // SAFETY: takes nothing.
    let _ = unsafe { raw_syscall!(Sysno::sync) };
}

/// `reboot`: ends the running kernel; comes back only if that failed.
pub(crate) fn reboot(ending: Ending) -> Result<()> {
    let command = match ending {
        Ending::Kexec => LINUX_REBOOT_CMD_KEXEC,
        Ending::Restart => LINUX_REBOOT_CMD_RESTART,
        Ending::PowerOff => LINUX_REBOOT_CMD_POWER_OFF,
    };
    // SAFETY: takes numbers only; the pointer of the fourth argument is read by no command here.
    done(unsafe {
        raw_syscall!(
            Sysno::reboot,
            LINUX_REBOOT_MAGIC1,
            LINUX_REBOOT_MAGIC2,
            command,
            0
        )
    })
}

/// Room for what the running kernel says of itself.
pub(crate) struct Kernel(MaybeUninit<new_utsname>);

impl Kernel {
    /// Empty room.
    pub(crate) const fn new() -> Self {
        Self(MaybeUninit::zeroed())
    }

    /// `uname`: its release, `6.1.0-50-amd64`.
    pub(crate) fn release(&mut self) -> &[u8] {
        // SAFETY: the kernel writes one `new_utsname` into memory only we hold.
        let _ = unsafe { raw_syscall!(Sysno::uname, self.0.as_mut_ptr()) };
        // SAFETY: any bytes, zeroes too, are a `new_utsname`.
        let name = unsafe { self.0.assume_init_ref() };
        // SAFETY: the kernel ends each name by a NUL; it is zeroes if it wrote none.
        unsafe { CStr::from_ptr(name.release.as_ptr()) }.to_bytes()
    }
}

/// `sysinfo`: the machine's memory in bytes.
#[allow(clippy::useless_conversion, reason = "a long has 32 bits elsewhere")]
pub(crate) fn memory() -> u64 {
    let mut info = MaybeUninit::<sysinfo>::uninit();
    // SAFETY: the kernel writes one `sysinfo` into memory only we hold.
    if unsafe { raw_syscall!(Sysno::sysinfo, info.as_mut_ptr()) } != 0 {
        return 0;
    }
    // SAFETY: the kernel has written all of it.
    let info = unsafe { info.assume_init_ref() };
    u64::from(info.totalram).wrapping_mul(info.mem_unit.into())
}
