//! `trimtab man`: manual pages, from the same definitions as `--help`.

use crate::cli::COMMANDS;
use crate::exit::Failure;
use crate::ui::stdout;
use clap::builder::PossibleValuesParser;

/// Print a manual page, for `man -l -`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The command to explain; trimtab itself if none is named
    #[arg(value_parser = PossibleValuesParser::new(COMMANDS))]
    command: Option<String>,
}

pub(crate) fn run(args: &Args, mut command_line: clap::Command) -> Result<(), Failure> {
    command_line.build();
    let page = match args
        .command
        .as_ref()
        .and_then(|name| command_line.find_subcommand(name))
    {
        Some(command) => command.clone(),
        None => command_line,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(Failure::Stdout)?;
    stdout::write(&text)
}
