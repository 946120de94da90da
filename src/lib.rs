//! The thinking half: bytes in, decisions out. No system calls, no `unsafe`.
//!
//! Reading order: `entry` is what everything is about; `config` makes entries, `menu`
//! shows them, `location` and `disk` say where their files are, `image` what those are.

#![cfg_attr(not(any(test, fuzzing)), no_std)]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

/// Archives → their members.
pub mod archive;
/// Bytes → numbers.
pub mod bytes;
/// Bytes → their CRC-32.
#[cfg(any(
    feature = "archive-gzip",
    feature = "archive-xz",
    feature = "gzip",
    feature = "lvm"
))]
mod checksum;
/// The kernel command line → our options.
pub mod cmdline;
/// Configuration files → entries.
pub mod config;
/// Superblocks and partition tables → what a disk is called.
pub mod disk;
/// An entry ↔ the lines that say the same.
#[cfg(feature = "editor")]
pub mod draft;
/// Keys → the text that is being written.
#[cfg(feature = "editor")]
pub mod editor;
/// What can be booted.
pub mod entry;
/// An entry that failed → what is next.
#[cfg_attr(not(feature = "fallback"), path = "no_fallback.rs")]
pub mod fallback;
/// Kernel files → what they are.
pub mod image;
/// Keymap files → what the keys mean.
#[cfg(feature = "keymap")]
pub mod keymap;
/// Terminal bytes → keys.
pub mod keys;
/// "(UUID=…)/path" → which disk, which path.
pub mod location;
/// LVM2: physical volumes → tables of the device mapper.
#[cfg(feature = "lvm")]
pub mod lvm;
/// Keys → what to do, and the rows that show it.
pub mod menu;
/// Module files → the order to insert them in.
pub mod modules;
/// What the person at the console is told.
pub mod notes;
/// Words and numbers put together.
pub mod out;
/// Passwords, and what is kept of them.
#[cfg(feature = "password")]
pub mod password;
/// Words → a program and its arguments.
#[cfg(feature = "programs")]
pub mod program;
/// Error numbers → words.
pub mod reason;
/// A line → what to do.
#[cfg(feature = "shell")]
pub mod shell;
/// Memory for text that entries borrow.
pub mod store;
/// Text → lines and words.
pub mod text;
/// What the unpackers of compressed files share.
#[cfg(any(
    feature = "archive-gzip",
    feature = "archive-xz",
    feature = "archive-zstd",
    feature = "gzip"
))]
pub mod unpack;
/// Versions → which is newer.
pub mod version;
