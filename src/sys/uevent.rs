//! The kernel's announcements of devices.

use super::fd::{Fd, opened};
use super::{Sysno, done, raw_syscall};
use linux_raw_sys::netlink::{NETLINK_KOBJECT_UEVENT, sockaddr_nl};

/// Socket constants of the kernel's `linux/socket.h` and `linux/net.h`.
const AF_NETLINK: u16 = 16;
const SOCK_DGRAM: usize = 2;
const SOCK_NONBLOCK: usize = 0o4000;
const SOCK_CLOEXEC: usize = 0o2_000_000;

/// The kernel's own announcements; those of udev come in other groups.
static FROM_KERNEL: sockaddr_nl = sockaddr_nl {
    nl_family: AF_NETLINK,
    nl_pad: 0,
    nl_pid: 0,
    nl_groups: 1,
};

/// `socket`, `bind`: a socket that is readable after the kernel has announced a device.
/// Kernels without networking have none.
#[inline(never)]
pub(crate) fn listen() -> Option<Fd> {
    let kind = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    // SAFETY: takes numbers only.
    let socket = unsafe { raw_syscall!(Sysno::socket, AF_NETLINK, kind, NETLINK_KOBJECT_UEVENT) };
    let socket = opened(socket).ok()?;
    let (address, size) = (&raw const FROM_KERNEL, size_of::<sockaddr_nl>());
    // SAFETY: the kernel reads `size` bytes of the address, which lives for ever.
    done(unsafe { raw_syscall!(Sysno::bind, socket.0, address, size) }).ok()?;
    Some(socket)
}
