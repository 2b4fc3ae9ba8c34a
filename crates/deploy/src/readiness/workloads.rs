//! How far the rollout of a workload is, in the words of `kubectl rollout status`.

use super::{Readiness, condition, condition_status, is_observed};
use crate::fields::{field, metadata, number_at, text_at};
use trimtab_tree::Value;

/// Judges a Deployment, `StatefulSet`, `DaemonSet`, `ReplicaSet` or `ReplicationController`.
#[must_use]
pub fn rollout(workload: &Value) -> Readiness {
    match field(workload, "kind") {
        "Deployment" => deployment(workload),
        "StatefulSet" => stateful_set(workload),
        "DaemonSet" => daemon_set(workload),
        _ => replica_set(workload),
    }
}

/// A number of the status; controllers leave zeros out.
fn status(workload: &Value, name: &str) -> i64 {
    number_at(workload, &["status", name]).unwrap_or(0)
}

fn replicas(workload: &Value) -> i64 {
    number_at(workload, &["spec", "replicas"]).unwrap_or(1)
}

fn deployment(deployment: &Value) -> Readiness {
    // A deployment that has never been looked at has no observed generation at all.
    if number_at(deployment, &["status", "observedGeneration"]).is_none()
        || !is_observed(deployment)
    {
        return Readiness::Waiting(
            "Waiting for deployment spec update to be observed...".to_owned(),
        );
    }
    if has_exceeded_deadline(deployment) {
        return exceeded_deadline(deployment);
    }
    pods_replaced(deployment)
}

/// How many pods of a Deployment are what it says.
pub(crate) fn pods_replaced(deployment: &Value) -> Readiness {
    let name = metadata(deployment, "name");
    let (wanted, updated) = (replicas(deployment), status(deployment, "updatedReplicas"));
    let (all, available) = (
        status(deployment, "replicas"),
        status(deployment, "availableReplicas"),
    );
    let missing = if updated < wanted {
        format!("{updated} out of {wanted} new replicas have been updated")
    } else if all > updated {
        format!("{} old replicas are pending termination", all - updated)
    } else if available < updated {
        format!("{available} of {updated} updated replicas are available")
    } else {
        return Readiness::Ready(format!("deployment {name:?} successfully rolled out"));
    };
    Readiness::Waiting(format!(
        "Waiting for deployment {name:?} rollout to finish: {missing}..."
    ))
}

/// Whether the controller of a Deployment says that it went for too long without progress.
pub(crate) fn has_exceeded_deadline(deployment: &Value) -> bool {
    condition(deployment, "Progressing")
        .is_some_and(|it| text_at(it, &["reason"]) == "ProgressDeadlineExceeded")
}

/// What a Deployment is that went for too long without progress.
pub(crate) fn exceeded_deadline(deployment: &Value) -> Readiness {
    let name = metadata(deployment, "name");
    Readiness::Failed(format!(
        "deployment {name:?} exceeded its progress deadline"
    ))
}

fn stateful_set(set: &Value) -> Readiness {
    if number_at(set, &["status", "observedGeneration"]).is_none() || !is_observed(set) {
        return Readiness::Waiting(
            "Waiting for statefulset spec update to be observed...".to_owned(),
        );
    }
    let (wanted, ready) = (replicas(set), status(set, "readyReplicas"));
    if text_at(set, &["spec", "updateStrategy", "type"]) == "OnDelete" {
        // Its pods are updated when somebody deletes them: nothing to wait for but their being there.
        return if ready < wanted {
            Readiness::Waiting(format!(
                "Waiting for {} pods to be ready...",
                wanted - ready
            ))
        } else {
            Readiness::Ready(format!(
                "{ready} pods are ready; they are updated when deleted"
            ))
        };
    }
    if ready < wanted {
        return Readiness::Waiting(format!(
            "Waiting for {} pods to be ready...",
            wanted - ready
        ));
    }
    let partition = number_at(
        set,
        &["spec", "updateStrategy", "rollingUpdate", "partition"],
    );
    if let Some(partition @ 1..) = partition {
        let (updated, goal) = (status(set, "updatedReplicas"), (wanted - partition).max(0));
        return if updated < goal {
            Readiness::Waiting(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {goal} new pods have been updated..."
            ))
        } else {
            Readiness::Ready(format!(
                "partitioned roll out complete: {updated} new pods have been updated..."
            ))
        };
    }
    let revision = text_at(set, &["status", "updateRevision"]);
    if revision != text_at(set, &["status", "currentRevision"]) {
        let updated = status(set, "updatedReplicas");
        return Readiness::Waiting(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {revision}..."
        ));
    }
    let current = status(set, "currentReplicas");
    Readiness::Ready(format!(
        "statefulset rolling update complete {current} pods at revision {revision}..."
    ))
}

fn daemon_set(set: &Value) -> Readiness {
    let name = metadata(set, "name");
    if number_at(set, &["status", "observedGeneration"]).is_none() || !is_observed(set) {
        return Readiness::Waiting(
            "Waiting for daemon set spec update to be observed...".to_owned(),
        );
    }
    let wanted = status(set, "desiredNumberScheduled");
    let (updated, available) = (
        status(set, "updatedNumberScheduled"),
        status(set, "numberAvailable"),
    );
    let on_delete = text_at(set, &["spec", "updateStrategy", "type"]) == "OnDelete";
    let missing = if updated < wanted && !on_delete {
        format!("{updated} out of {wanted} new pods have been updated")
    } else if available < wanted {
        let updated = if on_delete { "" } else { "updated " };
        format!("{available} of {wanted} {updated}pods are available")
    } else if on_delete {
        return Readiness::Ready(format!(
            "{available} pods are available; they are updated when deleted"
        ));
    } else {
        return Readiness::Ready(format!("daemon set {name:?} successfully rolled out"));
    };
    Readiness::Waiting(format!(
        "Waiting for daemon set {name:?} rollout to finish: {missing}..."
    ))
}

fn replica_set(set: &Value) -> Readiness {
    let (wanted, available) = (replicas(set), status(set, "availableReplicas"));
    if !is_observed(set) {
        return Readiness::Waiting("its controller has not seen the change".to_owned());
    }
    if condition_status(set, "ReplicaFailure") != "True" && available >= wanted {
        return Readiness::Ready(format!("{available} replicas are available"));
    }
    Readiness::Waiting(format!("{available} of {wanted} replicas are available"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use Readiness::{Failed, Ready, Waiting};

    fn of(kind: &str, spec: &str, status: &str) -> Readiness {
        rollout(&yaml(&format!(
            "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: web, generation: 2}}, spec: {{{spec}}}, status: {{{status}}}}}"
        )))
    }

    #[test]
    fn a_deployment_is_told_in_kubectls_words() {
        let deployment = |status: &str| of("Deployment", "replicas: 3", status);
        let waiting = |what: &str| {
            Waiting(format!(
                "Waiting for deployment \"web\" rollout to finish: {what}..."
            ))
        };
        let unseen = Waiting("Waiting for deployment spec update to be observed...".to_owned());
        assert_eq!(deployment(""), unseen);
        assert_eq!(
            deployment("observedGeneration: 1, updatedReplicas: 3"),
            unseen
        );
        for (status, expected) in [
            (
                "observedGeneration: 2, updatedReplicas: 1, replicas: 4",
                waiting("1 out of 3 new replicas have been updated"),
            ),
            (
                "observedGeneration: 2, updatedReplicas: 3, replicas: 4, availableReplicas: 4",
                waiting("1 old replicas are pending termination"),
            ),
            (
                "observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 2",
                waiting("2 of 3 updated replicas are available"),
            ),
            (
                "observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 3",
                Ready("deployment \"web\" successfully rolled out".to_owned()),
            ),
            (
                "observedGeneration: 2, updatedReplicas: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]",
                Failed("deployment \"web\" exceeded its progress deadline".to_owned()),
            ),
        ] {
            assert_eq!(deployment(status), expected, "{status}");
        }
    }

    #[test]
    fn stateful_and_daemon_sets_are_too() {
        let set = |spec: &str, status: &str| {
            let status = format!("observedGeneration: 2, {status}");
            of("StatefulSet", &format!("replicas: 3, {spec}"), &status)
        };
        let partition = "updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}";
        for (spec, status, expected) in [
            ("", "readyReplicas: 1", "Waiting for 2 pods to be ready..."),
            (
                "",
                "readyReplicas: 3, updatedReplicas: 1, updateRevision: web-2, currentRevision: web-1",
                "waiting for statefulset rolling update to complete 1 pods at revision web-2...",
            ),
            (
                partition,
                "readyReplicas: 3, updatedReplicas: 0",
                "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
            ),
        ] {
            assert_eq!(set(spec, status), Waiting(expected.to_owned()));
        }
        let done = set(
            "",
            "readyReplicas: 3, currentReplicas: 3, updateRevision: web-2, currentRevision: web-2",
        );
        let expected = "statefulset rolling update complete 3 pods at revision web-2...";
        assert_eq!(done, Ready(expected.to_owned()));

        let status = "observedGeneration: 2, desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 3";
        let expected = "Waiting for daemon set \"web\" rollout to finish: 3 of 4 updated pods are available...";
        assert_eq!(of("DaemonSet", "", status), Waiting(expected.to_owned()));
        let on_delete = "updateStrategy: {type: OnDelete}";
        let status = "observedGeneration: 2, desiredNumberScheduled: 4, updatedNumberScheduled: 0, numberAvailable: 4";
        let expected = "4 pods are available; they are updated when deleted";
        assert_eq!(
            of("DaemonSet", on_delete, status),
            Ready(expected.to_owned())
        );
    }
}
