//! `trimtab set resources`

use super::Flags;
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::{ContainerPattern, ResourceList, ResourceRequirements};

/// Say what containers ask for and may use at most
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set resources deployment/web --requests cpu=100m,memory=128Mi
  trimtab set resources deployment web -c 'proxy*' --limits cpu=200m
  trimtab set resources -f web.yaml --limits cpu=0")]
pub(crate) struct Args {
    /// Workloads: `TYPE NAME ...` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    /// The container, or several with `*` in their name
    #[arg(short, long, value_name = "NAME", default_value = "*")]
    containers: String,

    /// What they ask for: `cpu=100m,memory=128Mi`
    #[arg(
        long,
        value_name = "QUANTITIES",
        default_value = "",
        hide_default_value = true
    )]
    requests: String,

    /// What they may use at most: `cpu=200m,memory=256Mi`
    #[arg(
        long,
        value_name = "QUANTITIES",
        default_value = "",
        hide_default_value = true
    )]
    limits: String,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let read = |text: &str| {
        ResourceList::parse(text).map_err(|error| Failure::new("usage", error.to_string()))
    };
    let change = ResourceRequirements {
        containers: ContainerPattern::new(&args.containers),
        requests: read(&args.requests)?,
        limits: read(&args.limits)?,
    };
    if change.requests.is_empty() && change.limits.is_empty() {
        return Err(Failure::new(
            "usage",
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    args.flags
        .change(&args.words, report, &change, "resource requirements")
}
