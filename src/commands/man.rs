//! `trimtab man`: manual pages, from the same definitions as `--help`.

use crate::commands::NAMES;
use crate::exit::Failure;
use crate::ui::stdout;
use clap::builder::PossibleValuesParser;

/// Print a manual page, for `man -l -`
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab man apply | man -l -
  trimtab man rollout undo > trimtab-rollout-undo.1")]
pub(crate) struct Args {
    /// The command to explain; trimtab itself if none is named
    #[arg(value_parser = PossibleValuesParser::new(NAMES))]
    command: Option<String>,

    /// A command below it, and one below that
    #[arg(requires = "command", value_name = "SUBCOMMAND")]
    subcommands: Vec<String>,
}

pub(crate) fn run(args: &Args, mut command_line: clap::Command) -> Result<(), Failure> {
    command_line.build();
    let mut page = &command_line;
    for name in args.command.iter().chain(&args.subcommands) {
        page = page
            .find_subcommand(name)
            .ok_or_else(|| unknown(page, name))?;
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(page.clone())
        .render(&mut text)
        .map_err(Failure::Stdout)?;
    stdout::write(&text)
}

fn unknown(above: &clap::Command, name: &str) -> Failure {
    let names: Vec<&str> = above
        .get_subcommands()
        .map(clap::Command::get_name)
        .filter(|name| *name != "help")
        .collect();
    let above = above.get_name();
    let failure = Failure::new(
        "unknown-command",
        format!("there is no command `{above} {name}`"),
    );
    if names.is_empty() {
        failure.hint(format!("`{above}` has no commands below it"))
    } else {
        failure.hint(format!("there are {}", names.join(", ")))
    }
}
