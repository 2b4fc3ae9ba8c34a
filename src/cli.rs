//! The command line: raw arguments, as clap reads them. Each command turns its own into resolved
//! options before it does anything.

use crate::commands::{build, completion, man};
use clap::{Parser, Subcommand};

/// Render Kubernetes manifests from plain bases and overlays.
#[derive(Debug, Parser)]
#[command(
    name = "trimtab",
    version,
    about,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(build::Args),
    Completion(completion::Args),
    Man(man::Args),
}
