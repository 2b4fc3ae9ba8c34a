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

/// How far a command only pretends.
#[derive(Debug, clap::Args)]
pub(super) struct DryRunFlag {
    /// Only pretend: `client` or `server`
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "client", default_value_t = DryRun::None, hide_default_value = true)]
    pub(super) dry_run: DryRun,
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
