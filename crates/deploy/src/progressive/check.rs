//! Whether a change can go by steps to its end: found out before the first object is written.

use super::second::{self, TRACK};
use super::strategy::Strategy;
use super::{changed, services};
use crate::autoscale::autoscaler_of;
use crate::error::{Error, Result};
use crate::fields::{field, metadata, text_at};
use crate::plan::Step;
use crate::release::{RELEASE, ReleaseName};
use crate::target::{ObjectRef, PatchType, Target};
use trimtab_tree::Value;

pub(super) async fn check(
    target: &Target,
    release: &ReleaseName,
    strategy: &Strategy,
    steps: &[Step],
) -> Result<()> {
    for (step, pair) in changed(steps, strategy) {
        refuse_paused(step)?;
        match strategy {
            Strategy::Canary(_) => refuse_scaled(target, &pair.first).await?,
            Strategy::BlueGreen => {
                services::present_hash(target, &pair.first).await?;
            }
        }
        refuse_taken(target, release, &pair.second).await?;
        refuse_moved_services(target, &pair.first, step, steps).await?;
        let object = second::second(&step.object, &pair, strategy, release);
        let kind = PatchType::Apply { force: true };
        target
            .patch(&pair.second, None, kind, &object, true)
            .await?;
    }
    Ok(())
}

/// Its new pods would never come.
fn refuse_paused(step: &Step) -> Result<()> {
    let after = step.after.as_ref();
    if after.is_some_and(|after| text_at(after, &["spec", "paused"]) == "true") {
        return Err(Error::Usage(format!(
            "{} is paused, so that no step would ever be ready: take `paused` out, or leave --strategy out",
            step.name()
        )));
    }
    Ok(())
}

/// Refuses a Deployment whose replicas an autoscaler counts: the two would work against each other.
async fn refuse_scaled(target: &Target, deployment: &ObjectRef) -> Result<()> {
    match autoscaler_of(target, deployment).await? {
        None => Ok(()),
        Some(scaler) => Err(Error::Usage(format!(
            "{deployment}: the autoscaler {scaler} counts its replicas, so that they cannot be divided: use --strategy blue-green"
        ))),
    }
}

/// Refuses to write over a Deployment that is not the second one of this release.
async fn refuse_taken(target: &Target, release: &ReleaseName, second: &ObjectRef) -> Result<()> {
    let Some(live) = target.get(second).await? else {
        return Ok(());
    };
    let label = |key| text_at(&live, &["metadata", "labels", key]);
    if label(RELEASE) == release.as_str() && !label(TRACK).is_empty() {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{second} is there already, and was not made by this release: the new pods would come under that name. Rename it, or leave --strategy out"
    )))
}

/// Refuses a change after which a Service leads to the old pods and not to the new ones, or the other way round:
/// there would be nobody behind it for some time.
async fn refuse_moved_services(
    target: &Target,
    deployment: &ObjectRef,
    step: &Step,
    steps: &[Step],
) -> Result<()> {
    let template = |version: Option<&'_ Value>| {
        let template = version.and_then(|it| it.get_path(&["spec", "template"]));
        template.cloned().unwrap_or_else(Value::null)
    };
    let (old, new) = (
        template(step.before.as_ref()),
        template(step.after.as_ref()),
    );
    for live in services::all(target, &deployment.namespace).await? {
        let name = metadata(&live, "name");
        let is_its = |step: &&Step| {
            let reference = step.reference.as_ref();
            field(&step.object, "kind") == "Service"
                && reference
                    .is_some_and(|it| *it.name == *name && it.namespace == deployment.namespace)
        };
        let planned = steps.iter().find(is_its);
        let after = planned
            .and_then(|step| step.after.as_ref())
            .unwrap_or(&live);
        let leads = services::leads_to;
        let (to_old, to_new) = (leads(after, &old), leads(after, &new));
        if to_old != to_new && (to_old || leads(&live, &old)) {
            let (these, others) = if to_old {
                ("old", "new")
            } else {
                ("new", "old")
            };
            return Err(Error::Usage(format!(
                "service/{name} would select the {these} pods of {deployment} and not the {others} ones, by a label that this change brings or takes: let both have it, and change it in an apply before or after, or leave --strategy out"
            )));
        }
    }
    Ok(())
}
