//! `trimtab set serviceaccount`

use super::{Flags, split_last};
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::ServiceAccountName;

/// Give the pods of workloads another service account
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set serviceaccount deployment/web shop
  trimtab set sa -f web.yaml shop --local -o yaml")]
pub(crate) struct Args {
    /// `TYPE NAME ...` or `TYPE/NAME ...`, and behind them the name of the service account
    #[arg(add = complete::objects(), value_name = "TYPE", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let (objects, name) = split_last(&args.words, "a service account")?;
    let change = ServiceAccountName(name.to_owned());
    args.flags
        .change(objects, report, &change, "serviceaccount")
}
