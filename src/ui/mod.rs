//! What people see. Standard output is for data only; all else goes to standard error.

pub(crate) mod diagnostic;
mod excerpt;
pub(crate) mod path;
pub(crate) mod stderr;
pub(crate) mod stdout;
