//! Archives: what is in them, and where.
//!
//! Given a way to read bytes, gives members one by one; unpacks and keeps nothing. Those that are
//! compressed as a whole can only be read from their beginning on: they come in pieces, from an
//! unpacker.

#[cfg(feature = "archives")]
pub mod cpio;
#[cfg(feature = "archives")]
pub mod feed;
pub mod tar;
#[cfg(feature = "archive-xz")]
pub mod xz;
#[cfg(feature = "archive-zstd")]
pub mod zstd;
