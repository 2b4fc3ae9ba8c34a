//! `trimtab set image`

use super::{Flags, split};
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::Images;

/// Give containers other images
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set image deployment/web web=shop/web:2
  trimtab set image deployment web web=shop/web:2 proxy=shop/proxy:7
  trimtab set image deployments --all '*=shop/web:2' --dry-run=server -o yaml")]
pub(crate) struct Args {
    /// `TYPE NAME ...` or `TYPE/NAME ...`, and behind them `CONTAINER=IMAGE ...`; `*` is every container
    #[arg(add = complete::objects(), value_name = "TYPE", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let (objects, images) = split(&args.words, |word| word.contains('='));
    let images = Images::parse(images).map_err(|error| Failure::new("usage", error.to_string()))?;
    args.flags.change(objects, report, &images, "image")
}
