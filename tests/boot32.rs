//! The machines of tests/boot.rs once more, with 32 bits: the loader for the 486, small
//! and old kernels that start it, and Debian's 32-bit kernel after it.

#[path = "program/budget.rs"]
mod budget;
#[path = "machine/cases/mod.rs"]
mod cases;
mod machine;
#[path = "machine/cases/only_32.rs"]
mod only_32;

use machine::arch::Arch;

/// What these machines are.
const ARCH: Arch = Arch::I386;
