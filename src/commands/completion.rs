//! `trimtab completion`: shell completions, from the same definitions as `--help`.

use crate::complete;
use crate::exit::Failure;
use crate::ui::stdout;
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  source <(trimtab completion bash)
  trimtab completion zsh > _trimtab")]
pub(crate) struct Args {
    /// The shell to complete for
    shell: Shell,
}

/// Prints the script by which a shell asks the program itself, each time: for names in the cluster, too.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let shell = args.shell.to_string();
    let script = complete::script(&shell, "trimtab")
        .ok_or_else(|| Failure::new("usage", format!("there is no completion for {shell}")))?;
    stdout::write(&script)
}

/// Prints a script that knows the command line of a program called `name`, and needs nobody to ask.
pub(crate) fn run_static(
    args: &Args,
    mut command_line: clap::Command,
    name: &str,
) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command_line, name, &mut script);
    stdout::write(&script)
}
