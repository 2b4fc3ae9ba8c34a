//! One file a command.

pub(crate) mod build;
pub(crate) mod completion;
pub(crate) mod down;
pub(crate) mod man;
pub(crate) mod server;
mod simulation;
pub(crate) mod status;
pub(crate) mod up;
