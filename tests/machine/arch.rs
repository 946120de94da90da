//! What a machine is, in the names that the scripts of `qemu/` have for it.

/// An architecture. A test binary is of one, its `crate::ARCH`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Arch {
    /// 64 bits.
    #[allow(dead_code, reason = "the other test binary's")]
    X86_64,
    /// 32 bits.
    #[allow(dead_code, reason = "the other test binary's")]
    I386,
}

impl Arch {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::I386 => "i386",
        }
    }
}
