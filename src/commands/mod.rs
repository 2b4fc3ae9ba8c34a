//! One file a command.

pub(crate) mod build;
pub(crate) mod completion;
pub(crate) mod man;

use crate::cli::Command;
use crate::exit::Failure;

/// Runs a command to its end.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Build(args) => build::run(args),
        Command::Completion(args) => completion::run(args),
        Command::Man(args) => man::run(args),
    }
}
