//! Archives: what is in them, and where.
//!
//! Given a way to read bytes, gives members one by one; unpacks and keeps nothing.

pub mod tar;
