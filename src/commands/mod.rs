//! One file a command.

pub(crate) mod build;
pub(crate) mod completion;
pub(crate) mod man;
