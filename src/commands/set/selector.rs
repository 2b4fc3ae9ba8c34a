//! `trimtab set selector`

use super::{Flags, split_last};
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::ServiceSelector;

/// Say which pods Services send to, in the place of what they selected before
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set selector service web app=web,tier=front
  trimtab set selector -f service.yaml app=web --local -o yaml")]
pub(crate) struct Args {
    /// `TYPE NAME ...` or `TYPE/NAME ...`, and behind them `LABEL=VALUE,...`
    #[arg(add = complete::objects(), value_name = "TYPE", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let (objects, labels) = split_last(&args.words, "a selector")?;
    let change = ServiceSelector::parse(labels);
    let change = change.map_err(|error| Failure::new("usage", error.to_string()))?;
    args.flags.change(objects, report, &change, "selector")
}
