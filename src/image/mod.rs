//! What kind of program a kernel file is, told by its bytes and never by its name.

pub mod bzimage;
