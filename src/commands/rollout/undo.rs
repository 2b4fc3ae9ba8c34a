//! `trimtab rollout undo`: back to an earlier revision.

use super::Workloads;
use crate::cluster::on_cluster;
use crate::commands::dry_run::DryRun;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::stdout;
use trimtab_deploy::{Undone, undo};

/// Go back to the revision before, or to another
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,

    /// The revision to go back to; 0 for the one before
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(i64).range(0..))]
    to_revision: i64,

    /// Only pretend: `client` or `server`
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "client", default_value_t = DryRun::None, hide_default_value = true)]
    dry_run: DryRun,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let to = Some(args.to_revision).filter(|revision| *revision > 0);
    // Without a server nobody knows what the revision was: the client's pretence asks it, too.
    let pretends = args.dry_run != DryRun::None;
    on_cluster(&args.workloads.connection, async |target| {
        for workload in args.workloads.find(target, report).await? {
            let words = match undo(target, &workload, to, pretends).await? {
                Undone::RolledBack(_) => "rolled back".to_owned(),
                Undone::Skipped(revision) => format!(
                    "skipped rollback (current template already matches revision {revision})"
                ),
            };
            stdout::line(&format!("{workload} {words}{}", args.dry_run.words()))?;
        }
        Ok(())
    })
}
