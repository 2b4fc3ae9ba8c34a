//! Stop a rollout, go on with it, do it again.

use super::{ROLLED_OUT, check_kind};
use crate::error::{Error, Result};
use crate::fields::text_at;
use crate::target::ObjectRef;
use crate::target::{PatchType, Target};
use trimtab_tree::{Mapping, Value};

/// The annotation on the pods' template whose change makes new pods; kubectl's.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Stops the rollout of a Deployment, and gives what it became.
///
/// # Errors
/// When it is stopped already, is no Deployment, or the server refuses.
pub async fn pause(target: &Target, deployment: &ObjectRef) -> Result<Value> {
    set_paused(target, deployment, true).await
}

/// Goes on with the rollout of a Deployment, and gives what it became.
///
/// # Errors
/// When it is not stopped, is no Deployment, or the server refuses.
pub async fn resume(target: &Target, deployment: &ObjectRef) -> Result<Value> {
    set_paused(target, deployment, false).await
}

async fn set_paused(target: &Target, deployment: &ObjectRef, pause: bool) -> Result<Value> {
    let verb = if pause { "pausing" } else { "resuming" };
    check_kind(deployment, &["Deployment"], verb)?;
    if is_paused(&target.get_existing(deployment).await?) == pause {
        let state = if pause {
            "is already paused"
        } else {
            "is not paused"
        };
        return Err(Error::Impossible(format!(
            "{} {:?} {state}",
            deployment.resource.plural_with_group(),
            deployment.name
        )));
    }
    let value = if pause {
        Value::bool(true)
    } else {
        Value::null()
    };
    let patch = nested(&["spec", "paused"], value);
    let kind = PatchType::Merge;
    target.patch(deployment, None, kind, &patch, false).await
}

fn is_paused(deployment: &Value) -> bool {
    text_at(deployment, &["spec", "paused"]) == "true"
}

/// Makes a workload's controller replace all pods, by its usual rollout, and gives what the workload became.
/// `time` is RFC 3339.
///
/// # Errors
/// When the Deployment is paused, the kind has no rollouts, or the server refuses.
pub async fn restart(target: &Target, workload: &ObjectRef, time: &str) -> Result<Value> {
    check_kind(workload, ROLLED_OUT, "restarting")?;
    if is_paused(&target.get_existing(workload).await?) {
        return Err(Error::Impossible(format!(
            "can't restart paused deployment {:?} (run rollout resume first)",
            workload.name
        )));
    }
    let path = ["spec", "template", "metadata", "annotations", RESTARTED_AT];
    let patch = nested(&path, Value::string(time));
    let kind = PatchType::Merge;
    target.patch(workload, None, kind, &patch, false).await
}

/// A mapping that holds `value` at `path`.
pub(crate) fn nested(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |value, key| {
        let mut fields = Mapping::new();
        fields.insert(key, value);
        fields.into()
    })
}
