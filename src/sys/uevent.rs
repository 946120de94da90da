//! The kernel's announcements of devices.

use super::fd::{Fd, opened};
use super::{Result, Sysno, syscall};
use linux_raw_sys::netlink::{NETLINK_KOBJECT_UEVENT, sockaddr_nl};

/// Socket constants of the kernel's `linux/socket.h` and `linux/net.h`.
const AF_NETLINK: u16 = 16;
const SOCK_DGRAM: usize = 2;
const SOCK_NONBLOCK: usize = 0o4000;
const SOCK_CLOEXEC: usize = 0o2_000_000;

/// `socket`, `bind`: a socket that is readable after the kernel has announced a device.
/// Kernels without networking have none.
pub(crate) fn listen() -> Result<Fd> {
    let kind = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    // SAFETY: takes numbers only.
    let socket =
        opened(unsafe { syscall!(Sysno::socket, AF_NETLINK, kind, NETLINK_KOBJECT_UEVENT) })?;
    let address = sockaddr_nl {
        nl_family: AF_NETLINK,
        nl_pad: 0,
        nl_pid: 0,
        nl_groups: 1,
    };
    let size = size_of::<sockaddr_nl>();
    // SAFETY: the kernel reads `size` bytes of the address, which lives through the call.
    unsafe { syscall!(Sysno::bind, socket.0, &raw const address, size)? };
    Ok(socket)
}
