//! `trimtab wait`: until objects are what one waits for.

use super::get::Selectors;
use super::objects::described;
use crate::client::Connection;
use crate::cluster::{deadline, on_cluster};
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::manifests::FileArgs;
use crate::ui::report::Report;
use crate::ui::stdout;
use std::time::Duration;
use trimtab_deploy::{Goal, Named, ObjectRef, Scope, wait_for};

/// Wait until objects meet a condition
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab wait --for=condition=Available deployment/web
  trimtab wait --for=condition=Ready pod -l app=web --timeout=60s
  trimtab wait --for=jsonpath='{.status.readyReplicas}'=3 deploy/web
  trimtab wait --for=delete pod/web-0
  trimtab wait --for=delete -k overlays/staging")]
pub(crate) struct Args {
    /// Objects: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with a selector
    #[arg(add = complete::objects(), value_name = "TYPE", required_unless_present_any = ["filename", "kustomize"], conflicts_with_all = ["filename", "kustomize"])]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    /// What to wait for: `condition=NAME[=VALUE]`, `jsonpath=PATH[=VALUE]`, `create` or `delete`
    #[arg(long = "for", value_name = "GOAL", required = true, value_parser = goal)]
    goal: Goal,

    /// How long; 0 looks once
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration::parse)]
    timeout: Duration,

    /// Every object of the kinds
    #[arg(long)]
    all: bool,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    #[command(flatten)]
    selectors: Selectors,

    #[command(flatten)]
    connection: Connection,
}

fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|error| error.to_string())
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let scope = Scope {
        all_namespaces: args.all_namespaces,
        selection: args.selectors.selection(),
        all: args.all,
    };
    let (words, goal, timeout) = (&args.words, &args.goal, args.timeout);
    on_cluster(&args.connection, async |target| {
        let objects: Vec<ObjectRef> = if let Some(origin) = args.files.origin() {
            described(&origin, target, report).await?
        } else {
            let named = Named::resolve(target, words, &scope, true).await?;
            named.objects(target, &scope).await?
        };
        if objects.is_empty() && !matches!(goal, Goal::Delete) {
            return Err(Failure::new("not-found", "no matching resources found").into());
        }
        // One time for all of them, as with kubectl.
        let deadline = deadline(Some(timeout));
        for object in &objects {
            if timeout.is_zero() {
                let present = target.get(object).await?;
                if !goal.is_met(present.as_ref()) {
                    let message = format!(
                        "timed out waiting for the condition on {}/{}",
                        object.resource.plural, object.name
                    );
                    return Err(Failure::new("timed-out", message).into());
                }
            } else {
                wait_for(target, object, goal, deadline).await?;
            }
            stdout::line(&format!("{object} condition met"))?;
        }
        Ok(())
    })
}
