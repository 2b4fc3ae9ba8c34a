//! `trimtab set subject`

use super::Flags;
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::Subjects;

/// Bind more users, groups and service accounts to a role
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set subject rolebinding admin --user anne --group ops
  trimtab set subject clusterrolebinding view --serviceaccount shop:web")]
// Everywhere else `--user` is a user of the kubeconfig; here it is kubectl's.
#[command(mut_arg("user", |flag| flag.long("kubeconfig-user")))]
pub(crate) struct Args {
    /// Bindings: `TYPE NAME ...` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    /// A user to bind; can be given again
    #[arg(id = "subject-user", long = "user", value_name = "NAME")]
    users: Vec<String>,

    /// A group to bind; can be given again
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,

    /// A service account to bind; can be given again
    #[arg(long = "serviceaccount", value_name = "NAMESPACE:NAME")]
    service_accounts: Vec<String>,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let change = Subjects::new(&args.users, &args.groups, &args.service_accounts);
    let change = change.map_err(|error| Failure::new("usage", error.to_string()))?;
    args.flags.change(&args.words, report, &change, "subjects")
}
