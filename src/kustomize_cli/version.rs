//! `kustomize version`: the release whose rules are followed, in kustomize's forms.

use crate::commands::version::{Format, KUSTOMIZE, architecture, print};
use crate::exit::Failure;
use crate::ui::{stderr, stdout};

/// Prints the kustomize version
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Short form
    #[arg(long, hide = true, conflicts_with = "output")]
    short: bool,

    /// One of 'yaml' or 'json'
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    output: Option<Format>,
}

/// What is not known of a build.
const UNKNOWN: &str = "unknown";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if args.short {
        stderr::line("Flag --short has been deprecated, and will be removed in the future.");
        return stdout::line(&format!("{{{KUSTOMIZE}  {UNKNOWN}   }}"));
    }
    let Some(format) = args.output else {
        return stdout::line(KUSTOMIZE);
    };
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    print(
        &[
            ("version", KUSTOMIZE),
            ("gitCommit", UNKNOWN),
            ("buildDate", UNKNOWN),
            ("goOs", system),
            ("goArch", architecture()),
            ("goVersion", UNKNOWN),
        ],
        format,
    )
}
