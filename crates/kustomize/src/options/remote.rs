//! How references to other machines are read.

/// Options for bases and files on other machines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteOptions {}
