//! Why a workload is stuck: from the workload to its `ReplicaSet`, a pod, a container, a reason.

use crate::fault::{self, Fault};
use crate::fix;
use crate::report::{Cause, Link, Subject};
use crate::revision::{self, newest_replica_set};
use crate::sampler::owner_and_revision;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use std::sync::Arc;
use trimtab_informer::Informers;

/// Why the workload does not get on, as far as it shows.
pub(crate) fn of(informers: &Informers, subject: &Subject) -> Option<Cause> {
    let mut chain = Vec::new();
    let mut owner = subject.clone();
    if subject.kind == "Deployment" {
        let deployments = informers.of::<Deployment>();
        let deployment = deployments.get(&subject.namespace, &subject.name)?;
        let status = deployment.status.clone().unwrap_or_default();
        let number = |number: Option<i32>| number.unwrap_or(0);
        chain.push(Link {
            object: subject.to_string(),
            text: updated(
                number(status.updated_replicas),
                deployment.spec.as_ref().map_or(1, |it| number(it.replicas)),
                number(status.available_replicas),
            ),
        });
        if let Some(set) = newest_replica_set(informers, &deployment) {
            let status = set.status.clone().unwrap_or_default();
            "ReplicaSet".clone_into(&mut owner.kind);
            owner.name = set.metadata.name.clone().unwrap_or_default();
            chain.push(Link {
                object: owner.to_string(),
                text: format!(
                    "{} of its {} ready",
                    status.ready_replicas.unwrap_or(0),
                    are(set.spec.as_ref().map_or(1, |it| number(it.replicas))),
                ),
            });
            let mut conditions = status.conditions.iter().flatten();
            if let Some(failure) =
                conditions.find(|it| it.type_ == "ReplicaFailure" && it.status == "True")
            {
                let fault = Fault::of_whole(
                    failure.reason.as_deref().unwrap_or_default(),
                    failure.message.clone().unwrap_or_default(),
                );
                return Some(finish(informers, subject, None, chain, fault));
            }
        }
    } else {
        chain.push(Link {
            object: subject.to_string(),
            text: how_far(informers, subject),
        });
    }
    let (pods, is_of_new) = suspects(informers, subject);
    let mut faults: Vec<(Arc<Pod>, Fault)> = Vec::new();
    for pod in pods {
        if let Some(fault) = fault::of_pod(informers, &pod) {
            faults.push((pod, fault));
        }
    }
    // Of several, what most pods suffer from; of as many, what the first one does.
    let times = |reason: &str| faults.iter().filter(|(_, it)| it.reason == reason).count();
    let worst = (0..faults.len()).max_by_key(|&at| {
        let reason = &faults[at].1.reason;
        (times(reason), std::cmp::Reverse(at))
    });
    let Some(worst) = worst else {
        // Nothing is wrong with what is there, so something keeps more from coming.
        let fault =
            fault::of_events(informers, &owner).or_else(|| fault::of_events(informers, subject))?;
        return Some(finish(informers, subject, None, chain, fault));
    };
    let more = times(&faults[worst].1.reason) - 1;
    let (pod, fault) = faults.swap_remove(worst);
    let name = pod.metadata.name.clone().unwrap_or_default();
    let others = match more {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
    let on = node.map_or_else(|| "on no node".to_owned(), |node| format!("on {node}"));
    let of = if is_of_new {
        ""
    } else {
        ", of the old template"
    };
    let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
    let is = if phase == Some("Failed") {
        "failed"
    } else {
        "is not ready"
    };
    chain.push(Link {
        object: format!("pod/{name}{others}"),
        text: format!("{is}, {on}{of}"),
    });
    Some(finish(informers, subject, Some(&pod), chain, fault))
}

fn updated(updated: i32, wanted: i32, available: i32) -> String {
    format!(
        "{updated} of {} updated, {available} available",
        are(wanted)
    )
}

fn are(pods: i32) -> String {
    match pods {
        1 => "1 pod is".to_owned(),
        pods => format!("{pods} pods are"),
    }
}

/// How far a workload is that has its pods itself.
fn how_far(informers: &Informers, subject: &Subject) -> String {
    let (namespace, name) = (&*subject.namespace, &*subject.name);
    let told = match &*subject.kind {
        "StatefulSet" => informers
            .of::<StatefulSet>()
            .get(namespace, name)
            .map(|set| {
                let status = set.status.clone().unwrap_or_default();
                let wanted = set.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1);
                let new = status.updated_replicas.unwrap_or(0);
                updated(new, wanted, status.available_replicas.unwrap_or(0))
            }),
        "DaemonSet" => informers.of::<DaemonSet>().get(namespace, name).map(|set| {
            let status = set.status.clone().unwrap_or_default();
            let new = status.updated_number_scheduled.unwrap_or(0);
            let available = status.number_available.unwrap_or(0);
            updated(new, status.desired_number_scheduled, available)
        }),
        "Job" => informers.of::<Job>().get(namespace, name).map(|job| {
            let status = job.status.clone().unwrap_or_default();
            let wanted = job.spec.as_ref().and_then(|it| it.completions).unwrap_or(1);
            let (done, failed) = (status.succeeded.unwrap_or(0), status.failed.unwrap_or(0));
            format!("{done} of {wanted} completed, {failed} failed")
        }),
        "Pod" => Some("it is not ready".to_owned()),
        _ => None,
    };
    told.unwrap_or_else(|| "not all of its pods are ready".to_owned())
}

fn finish(
    informers: &Informers,
    subject: &Subject,
    pod: Option<&Pod>,
    mut chain: Vec<Link>,
    fault: Fault,
) -> Cause {
    let object = match &fault.container {
        Some((name, ..)) => format!("container {name}"),
        None => fault.reason.clone(),
    };
    let text = match (&fault.container, fault.message.is_empty()) {
        (Some(_), true) => fault.reason.clone(),
        (Some(_), false) => format!("{}: {}", fault.reason, fault.message),
        (None, _) => fault.message.clone(),
    };
    chain.push(Link { object, text });
    let (fix, field) = fix::of(informers, subject, pod, &fault);
    Cause {
        chain,
        reason: fault.reason,
        fix,
        field,
    }
}

/// The pods that may be at fault: those of the new template; where all of these are well, the
/// others. And whether they are of the new one.
fn suspects(informers: &Informers, subject: &Subject) -> (Vec<Arc<Pod>>, bool) {
    let wanted = revision::of(informers, subject);
    let pods = informers.of::<Pod>().list_in(&subject.namespace);
    let mut of_new = Vec::new();
    let mut of_old = Vec::new();
    for pod in pods {
        if subject.kind == "Pod" {
            if pod.metadata.name.as_deref() == Some(&subject.name) {
                of_new.push(pod);
            }
            continue;
        }
        let (owner, revision) = owner_and_revision(&pod);
        if owner.as_ref() != Some(subject) || is_well(&pod) {
            continue;
        }
        if wanted.is_empty() || revision == wanted {
            of_new.push(pod);
        } else {
            of_old.push(pod);
        }
    }
    if of_new.is_empty() {
        (of_old, false)
    } else {
        (of_new, true)
    }
}

fn is_well(pod: &Pod) -> bool {
    let status = pod.status.as_ref();
    let is_done = status.and_then(|it| it.phase.as_deref()) == Some("Succeeded");
    is_done
        || (condition(pod, "Ready") == Some("True") && pod.metadata.deletion_timestamp.is_none())
}

fn condition<'p>(pod: &'p Pod, type_: &str) -> Option<&'p str> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let found = conditions.iter().find(|it| it.type_ == type_)?;
    Some(&found.status)
}
