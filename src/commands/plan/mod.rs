//! `trimtab plan`: what an apply would do, shown, and kept to be applied exactly so.

mod saved;

pub(super) use saved::SavedPlan;

use super::apply::{PlanFlags, show_plan};
use crate::cluster::on_cluster;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::stderr;
use std::path::PathBuf;

/// Show what an apply would do, and keep it to be applied exactly so
///
/// The file holds the objects and what was in the cluster: `trimtab apply FILE` does what was shown, or
/// refuses when the cluster or the files have changed meanwhile. It may hold secrets, and only its owner can
/// read it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab plan -k overlays/production
  trimtab plan -k overlays/production --prune -o production.plan
  trimtab apply production.plan")]
pub(crate) struct Args {
    #[command(flatten)]
    flags: PlanFlags,

    /// Keep the plan in this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.flags.options(report)?;
    if options.selector.is_some() && args.output.is_some() {
        return Err(Failure::new(
            "usage",
            "a plan that is kept is one of all that is described: leave -l or -o out",
        ));
    }
    let saved = on_cluster(&args.flags.connection, async |target| {
        let plan = show_plan(target, &options).await?;
        Ok(SavedPlan {
            cluster: saved::cluster_id(target).await,
            namespace: target.namespace().to_owned(),
            seen: SavedPlan::seen(&plan),
            objects: options.objects,
            directory: args.flags.directory(),
            forcing: options.forcing,
            replaces: options.replaces,
            release: options.release,
            applyset: options.applyset,
        })
    })?;
    if let Some(path) = &args.output {
        saved.write(path)?;
        stderr::line(&format!(
            "Apply it with `trimtab apply {}{}`.",
            path.display(),
            args.flags.connection.as_typed()
        ));
    }
    Ok(())
}
