//! What the program is when it is not process 1, in a build without commands.

use crate::sys::fd::STANDARD_ERROR;
use crate::sys::process;
use crate::sys::start::Args;

/// Says what the program is for.
pub(crate) fn run(_: Args) -> ! {
    let _ = STANDARD_ERROR.write(
        b"kexec-loader: this small build is only the /init of an initramfs; the full one has commands\n",
    );
    process::exit(2)
}
