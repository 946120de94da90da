//! The machines: each boots the loader for real and, where it should, a Debian kernel
//! after it. Every case also proves that no byte of any disk was changed.

#[path = "program/budget.rs"]
mod budget;
#[path = "machine/cases/mod.rs"]
mod cases;
mod machine;
#[path = "machine/cases/only_64.rs"]
mod only_64;

use machine::arch::Arch;

/// What these machines are.
const ARCH: Arch = Arch::X86_64;
