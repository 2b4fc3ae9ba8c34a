//! The `--dry-run` flag.

use clap::ValueEnum;

/// How far a change is only pretended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DryRun {
    /// It is made
    None,
    /// Nothing is sent that would change anything
    Client,
    /// The server goes through with it, and keeps nothing
    Server,
}

impl DryRun {
    /// What kubectl says behind a result that was only pretended.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}
