//! The command line of kustomize, which the binary takes when it is called `kustomize`.
//!
//! Pipelines call kustomize by that name and read its output: `kustomize version` for a version that
//! switches their own behaviour, `kustomize edit set image`, `kustomize build`. A link or copy of the
//! binary with that name is all they need. The commands are those of `trimtab`; what differs is which
//! there are, how the version is told, and that a wrong command line ends with status 1, not 2.

mod openapi;
mod topics;
mod version;

use crate::commands::{build, cfg, completion, create, edit, functions, localize};
use crate::exit::Failure;
use crate::kustomize_name::NAME;
use crate::switch;
use crate::ui::report::Flags;
use crate::ui::{failure, stderr, stdout};
use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// Manages declarative configuration of Kubernetes
#[derive(Debug, Parser)]
#[command(
    name = "kustomize",
    args_override_self = true,
    max_term_width = 100,
    after_help = "This is trimtab, called kustomize. Called trimtab it can do more."
)]
struct Cli {
    /// Taken for kustomize's sake, without effect: messages here have no stack
    #[arg(long, global = true, hide = true, action = ArgAction::SetTrue)]
    stack_trace: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Args),
    Cfg(cfg::Args),
    Completion(completion::Args),
    Create(create::Args),
    Edit(edit::Args),
    Fn(functions::Args),
    Localize(localize::Args),
    Openapi(openapi::Args),
    Version(version::Args),
    #[command(flatten)]
    Topic(topics::Topic),
}

/// Does what kustomize's command line says.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = switch::without_values(Cli::command, arguments);
    let matches = Cli::command().try_get_matches_from(arguments);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => ended(cli.run()),
        Err(error) => ended(explain(&error)),
    }
}

fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure::report(failure),
    }
}

/// Help is an answer, also where a command was left out; all else is an error like any other.
fn explain(error: &clap::Error) -> Result<(), Failure> {
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            stdout::write(text.to_string().as_bytes())
        }
        _ => {
            stderr::line(text.to_string().trim_end());
            Err(Failure::Said(crate::exit::Status::Failed))
        }
    }
}

impl Cli {
    fn run(&self) -> Result<(), Failure> {
        let report = Flags::default().open()?;
        let result = match &self.command {
            Command::Build(args) => build::run(args, &report),
            Command::Cfg(args) => cfg::run(args, &report),
            Command::Completion(args) => completion::run_static(args, Self::command(), NAME),
            Command::Create(args) => create::run(args, &report),
            Command::Edit(args) => edit::run(args, &report),
            Command::Fn(args) => functions::run(args, &report),
            Command::Localize(args) => localize::run(args, &report),
            Command::Openapi(args) => openapi::run(args),
            Command::Version(args) => version::run(args),
            Command::Topic(topic) => topic.run(),
        };
        report.close(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
