//! Kernels that nobody would build, and machines that anybody may have: what is said of the
//! former, and what goes where on the latter. Every number that a format fixes stands here
//! again, as its specification has it, and is not taken from the code.

mod elf;
mod kernels;
mod machines;
mod make;
mod multiboot;
#[path = "../machine/multiboot.rs"]
mod multiboot_kernels;
mod params;
mod plan;
mod told;
