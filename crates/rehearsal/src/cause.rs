//! Why a workload is stuck: from the workload to its `ReplicaSet`, a pod, a container, a reason.

use crate::fix;
use crate::report::{Cause, Link, Subject};
use crate::revision::{self, newest_replica_set};
use crate::sampler::owner_and_revision;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Event, Pod};
use std::sync::Arc;
use trimtab_informer::Informers;

/// Reasons for which a container waits in the ordinary course of things.
const ORDINARY: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// The last link of a chain, before it is known where it hangs.
pub(crate) struct Fault {
    /// The container at fault, its place in its list and whether that is of init containers.
    pub(crate) container: Option<(String, usize, bool)>,
    pub(crate) reason: String,
    pub(crate) message: String,
}

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
                let fault = Fault {
                    container: None,
                    reason: failure.reason.clone().unwrap_or_default(),
                    message: failure.message.clone().unwrap_or_default(),
                };
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
        if let Some(fault) = fault_of(informers, &pod) {
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
        let fault = of_events(informers, &owner).or_else(|| of_events(informers, subject))?;
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

/// What keeps a pod from being ready.
fn fault_of(informers: &Informers, pod: &Pod) -> Option<Fault> {
    let status = pod.status.as_ref();
    let fault = |reason: &str, message: String| Fault {
        container: None,
        reason: reason.to_owned(),
        message,
    };
    if pod.metadata.deletion_timestamp.is_some() {
        let finalizers = pod.metadata.finalizers.iter().flatten();
        let finalizers: Vec<&str> = finalizers.map(String::as_str).collect();
        let message = if finalizers.is_empty() {
            "it was deleted and its node has not ended it".to_owned()
        } else {
            format!("it was deleted and waits for {}", finalizers.join(", "))
        };
        return Some(fault("Terminating", message));
    }
    let conditions = status.and_then(|status| status.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    if let Some(scheduled) =
        conditions.find(|it| it.type_ == "PodScheduled" && it.status == "False")
    {
        let reason = scheduled.reason.as_deref().unwrap_or("Unschedulable");
        let message = scheduled.message.clone().unwrap_or_default();
        return Some(fault(reason, message));
    }
    if let Some(status) = status {
        let inits = status.init_container_statuses.iter().flatten();
        let mains = status.container_statuses.iter().flatten();
        let inits = inits.enumerate().map(|(at, it)| (at, true, it));
        let mains = mains.enumerate().map(|(at, it)| (at, false, it));
        for (at, is_init, container) in inits.chain(mains) {
            if let Some((reason, message)) = wrong_with(container) {
                return Some(Fault {
                    container: Some((container.name.clone(), at, is_init)),
                    reason,
                    message,
                });
            }
        }
        let mut running = status.container_statuses.iter().flatten().enumerate();
        let unready = running.find(|(_, it)| {
            !it.ready
                && it
                    .state
                    .as_ref()
                    .is_some_and(|state| state.running.is_some())
        });
        if let Some((at, container)) = unready {
            let seen = event_about(informers, pod.metadata.uid.as_deref(), "Unhealthy");
            let message = seen.and_then(|event| event.message.clone());
            return Some(Fault {
                container: Some((container.name.clone(), at, false)),
                reason: "Unready".to_owned(),
                message: message.unwrap_or_else(|| "it runs and is not ready".to_owned()),
            });
        }
        if let (Some("Failed"), Some(reason)) = (status.phase.as_deref(), &status.reason) {
            return Some(fault(reason, status.message.clone().unwrap_or_default()));
        }
    }
    let mut gates = status
        .and_then(|it| it.conditions.as_ref())
        .into_iter()
        .flatten();
    if let Some(ready) = gates.find(|it| it.type_ == "Ready" && it.status == "False")
        && ready.reason.as_deref() == Some("ReadinessGatesNotReady")
    {
        let message = ready.message.clone().unwrap_or_default();
        return Some(fault("ReadinessGatesNotReady", message));
    }
    let subject = Subject::new(
        "Pod",
        pod.metadata.namespace.as_deref().unwrap_or_default(),
        pod.metadata.name.as_deref().unwrap_or_default(),
    );
    of_events(informers, &subject)
}

/// Reason and message of what is wrong with a container, if something is.
fn wrong_with(container: &ContainerStatus) -> Option<(String, String)> {
    let state = container.state.as_ref()?;
    if let Some(waiting) = &state.waiting {
        let reason = waiting.reason.clone().unwrap_or_default();
        if reason.is_empty() || ORDINARY.contains(&&*reason) {
            return None;
        }
        let message = waiting.message.clone().unwrap_or_default();
        let last = container
            .last_state
            .as_ref()
            .and_then(|it| ended(it, container));
        return match last {
            Some((why, last)) if reason == "CrashLoopBackOff" && why == "OOMKilled" => {
                Some((why, format!("{last}; {message}")))
            }
            Some((_, last)) if reason == "CrashLoopBackOff" => {
                Some((reason, format!("{last}; {message}")))
            }
            _ => Some((reason, message)),
        };
    }
    ended(state, container)
}

fn ended(state: &ContainerState, container: &ContainerStatus) -> Option<(String, String)> {
    let ended = state.terminated.as_ref().filter(|it| it.exit_code != 0)?;
    let reason = ended.reason.clone().unwrap_or_else(|| "Error".to_owned());
    let times = match container.restart_count {
        0 => String::new(),
        1 => ", restarted once".to_owned(),
        times => format!(", restarted {times} times"),
    };
    let text = format!("it ends with exit code {}{times}", ended.exit_code);
    Some((reason, text))
}

/// The newest warning about an object.
fn of_events(informers: &Informers, subject: &Subject) -> Option<Fault> {
    let events = informers.of::<Event>().list_in(&subject.namespace);
    let about = events.into_iter().filter(|event| {
        let involved = &event.involved_object;
        event.type_.as_deref() == Some("Warning")
            && involved.kind.as_deref() == Some(&subject.kind)
            && involved.name.as_deref() == Some(&subject.name)
    });
    let event = about.max_by_key(|event| stamp(event))?;
    Some(Fault {
        container: None,
        reason: event.reason.clone().unwrap_or_default(),
        message: event.message.clone().unwrap_or_default(),
    })
}

fn event_about(informers: &Informers, uid: Option<&str>, reason: &str) -> Option<Arc<Event>> {
    let events = informers.of::<Event>().list();
    let about = events.into_iter().filter(|event| {
        event.involved_object.uid.as_deref() == uid && event.reason.as_deref() == Some(reason)
    });
    about.max_by_key(|event| stamp(event))
}

fn stamp(event: &Event) -> Option<jiff::Timestamp> {
    let of = event.last_timestamp.as_ref().map(|time| time.0);
    of.or_else(|| event.event_time.as_ref().map(|time| time.0))
}
