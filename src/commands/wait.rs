//! `trimtab wait`: until objects are what one waits for.

use super::get::Selectors;
use super::objects::{described, ended};
use super::output::OutputFlag;
use crate::client::Connection;
use crate::cluster::{Failed, answered_by, deadline, on_cluster};
use crate::complete;
use crate::duration::{self, Timeout};
use crate::exit::Failure;
use crate::manifests::FileArgs;
use crate::ui::report::Report;
use crate::ui::stdout;
use futures::{StreamExt, stream};
use std::pin::pin;
use trimtab_deploy::{Error, Goal, Goals, Named, ObjectRef, Scope, Target, wait_for};
use trimtab_tree::Value;

/// So many objects are waited for at a time.
const AT_ONCE: usize = 64;

/// Wait until objects meet a condition
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab wait --for=condition=Available deployment/web
  trimtab wait --for=condition=Ready pod -l app=web --timeout=60s
  trimtab wait --for=jsonpath='{.status.readyReplicas}'=3 deploy/web
  trimtab wait --for=condition=Available --for=jsonpath='{.status.readyReplicas}'=3 deploy/web
  trimtab wait --any --for=condition=Complete --for=condition=Failed job/migrate
  trimtab wait --for=delete pod/web-0
  trimtab wait --for=delete -k overlays/staging

Exit status: 0 all met, 1 not in time, or no answer.")]
pub(crate) struct Args {
    /// Objects: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with a selector
    #[arg(add = complete::objects(), value_name = "TYPE", required_unless_present_any = ["filename", "kustomize"], conflicts_with_all = ["filename", "kustomize"])]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    /// What to wait for: `condition=NAME[=VALUE]`, `jsonpath=PATH[=VALUE]`, `create` or `delete`; given again,
    /// each object must meet all of them at once
    #[arg(long = "for", value_name = "GOAL", required = true, value_parser = goal)]
    goals: Vec<Goal>,

    /// Of several --for, one is enough for each object
    #[arg(long)]
    any: bool,

    /// How long; 0 looks once, less than that waits for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "30s", allow_hyphen_values = true, value_parser = duration::parse_or_endless)]
    timeout: Timeout,

    /// Every object of the kinds
    #[arg(long)]
    all: bool,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    #[command(flatten)]
    selectors: Selectors,

    #[command(flatten)]
    output: OutputFlag,

    #[command(flatten)]
    connection: Connection,
}

fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|error| error.to_string())
}

fn goals(args: &Args) -> Result<Goals, Failure> {
    Goals::new(args.goals.clone(), args.any).map_err(|error| {
        let failure = Failure::new("usage", error.to_string());
        failure.hint(if args.any {
            "leave out `--for=create` or `--for=delete`"
        } else {
            "leave one out, or say `--any` where one of them is enough"
        })
    })
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let scope = Scope {
        all_namespaces: args.all_namespaces,
        selection: args.selectors.selection(),
        all: args.all,
    };
    let (words, timeout) = (&args.words, args.timeout.0);
    let goals = goals(args)?;
    let mut series = args.output.series()?;
    on_cluster(&args.connection, async |target| {
        // One time for all of them, as with kubectl, from when the server is asked which they are.
        let deadline = deadline(timeout);
        let looks_once = timeout.is_some_and(|timeout| timeout.is_zero());
        let deadline = deadline.filter(|_| !looks_once);
        let objects = answered_by(deadline, async {
            if let Some(origin) = args.files.origin() {
                return described(&origin, target, report).await;
            }
            let named = Named::resolve(target, words, &scope, true).await?;
            Ok(named.objects(target, &scope).await?)
        });
        let mut objects = objects.await?;
        if goals.are_met(None) && !args.any {
            // What has gone before is not told of, as with kubectl.
            objects = answered_by(deadline, present(target, objects)).await?;
        }
        if objects.is_empty() && !goals.are_met(None) {
            return Err(Failure::new("not-found", "no matching resources found").into());
        }
        let wait = async |object: &ObjectRef| {
            if looks_once {
                look(target, object, &goals).await
            } else {
                wait_for(target, object, &goals, deadline).await
            }
        };
        // Side by side, so that one that takes all the time does not hide that another is there.
        let waits = objects.iter().map(&wait);
        let mut waits = pin!(stream::iter(waits).buffered(AT_ONCE));
        let mut refused = Vec::new();
        for object in &objects {
            let Some(met) = waits.next().await else {
                break;
            };
            match (&mut series, met) {
                (_, Err(error)) if error.is_of_one_object() => refused.push(error),
                (_, Err(error)) => return Err(error.into()),
                (None, Ok(_)) => stdout::line(&format!("{object} condition met"))?,
                (Some(series), Ok(Some(met))) => series.print(&object.resource, met)?,
                // What is gone cannot be printed.
                (Some(_), Ok(None)) => {}
            }
        }
        ended(refused)
    })
}

/// Those of the objects that are there; with what cannot be seen, for that is told when it is waited for.
async fn present(target: &Target, objects: Vec<ObjectRef>) -> Result<Vec<ObjectRef>, Failed> {
    let looks = objects.iter().map(|object| target.get(object));
    let found: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let is_there = found.into_iter().map(|found| !matches!(found, Ok(None)));
    let objects = objects.into_iter().zip(is_there);
    Ok(objects
        .filter_map(|(object, is)| is.then_some(object))
        .collect())
}

/// The object, if it is what is waited for already.
async fn look(target: &Target, object: &ObjectRef, goals: &Goals) -> Result<Option<Value>, Error> {
    let present = target.get(object).await?;
    if goals.are_met(present.as_ref()) {
        return Ok(present);
    }
    let (plural, name) = (&object.resource.plural, &object.name);
    let message = format!("condition not met for {plural}/{name}");
    Err(Error::Impossible(message))
}
