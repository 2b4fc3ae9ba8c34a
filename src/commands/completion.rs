//! `trimtab completion`: shell completions, from the same definitions as `--help`.

use crate::exit::Failure;
use crate::ui::stdout;
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell to complete for
    shell: Shell,
}

/// Prints the script for a program called `name` with this command line.
pub(crate) fn run(args: &Args, mut command_line: clap::Command, name: &str) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command_line, name, &mut script);
    stdout::write(&script)
}
