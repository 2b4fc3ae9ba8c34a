//! What keeps a pod or a workload from getting on, found in its status and in events.

use crate::report::Subject;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Event, Pod, PodCondition};
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

impl Fault {
    /// One of the whole, not of a container.
    pub(crate) fn of_whole(reason: &str, message: impl Into<String>) -> Self {
        Self {
            container: None,
            reason: reason.to_owned(),
            message: message.into(),
        }
    }
}

/// What keeps a pod from being ready: what comes first in its life is asked about first.
pub(crate) fn of_pod(informers: &Informers, pod: &Pod) -> Option<Fault> {
    of_deletion(pod)
        .or_else(|| of_scheduling(pod))
        .or_else(|| of_containers(pod))
        .or_else(|| of_readiness(informers, pod))
        .or_else(|| of_phase(pod))
        .or_else(|| of_gates(pod))
        .or_else(|| of_events(informers, &subject_of(pod)))
}

fn of_deletion(pod: &Pod) -> Option<Fault> {
    pod.metadata.deletion_timestamp.as_ref()?;
    let finalizers = pod.metadata.finalizers.iter().flatten();
    let finalizers: Vec<&str> = finalizers.map(String::as_str).collect();
    let message = if finalizers.is_empty() {
        "it was deleted and its node has not ended it".to_owned()
    } else {
        format!("it was deleted and waits for {}", finalizers.join(", "))
    };
    Some(Fault::of_whole("Terminating", message))
}

fn of_scheduling(pod: &Pod) -> Option<Fault> {
    let scheduled = unmet(pod, "PodScheduled")?;
    let reason = scheduled.reason.as_deref().unwrap_or("Unschedulable");
    let message = scheduled.message.clone().unwrap_or_default();
    Some(Fault::of_whole(reason, message))
}

/// A condition that is false.
fn unmet<'p>(pod: &'p Pod, type_: &str) -> Option<&'p PodCondition> {
    let mut conditions = pod.status.as_ref()?.conditions.iter().flatten();
    conditions.find(|it| it.type_ == type_ && it.status == "False")
}

/// The first container that waits or has ended as it should not, init containers first.
fn of_containers(pod: &Pod) -> Option<Fault> {
    let status = pod.status.as_ref()?;
    let inits = status.init_container_statuses.iter().flatten();
    let mains = status.container_statuses.iter().flatten();
    let inits = inits.enumerate().map(|(at, it)| (at, true, it));
    let mains = mains.enumerate().map(|(at, it)| (at, false, it));
    inits.chain(mains).find_map(|(at, is_init, container)| {
        let (reason, message) = wrong_with(container)?;
        Some(Fault {
            container: Some((container.name.clone(), at, is_init)),
            reason,
            message,
        })
    })
}

/// The first container that runs and is not ready.
fn of_readiness(informers: &Informers, pod: &Pod) -> Option<Fault> {
    let status = pod.status.as_ref()?;
    let is_running =
        |it: &ContainerStatus| it.state.as_ref().is_some_and(|it| it.running.is_some());
    let mut containers = status.container_statuses.iter().flatten().enumerate();
    let (at, container) = containers.find(|(_, it)| !it.ready && is_running(it))?;
    let seen = event_about(informers, pod.metadata.uid.as_deref(), "Unhealthy");
    let message = seen.and_then(|event| event.message.clone());
    Some(Fault {
        container: Some((container.name.clone(), at, false)),
        reason: "Unready".to_owned(),
        message: message.unwrap_or_else(|| "it runs and is not ready".to_owned()),
    })
}

/// The reason of a pod that has failed as a whole, an evicted one say.
fn of_phase(pod: &Pod) -> Option<Fault> {
    let status = pod.status.as_ref()?;
    let reason = status.reason.as_ref()?;
    let message = status.message.clone().unwrap_or_default();
    (status.phase.as_deref() == Some("Failed")).then(|| Fault::of_whole(reason, message))
}

fn of_gates(pod: &Pod) -> Option<Fault> {
    const REASON: &str = "ReadinessGatesNotReady";
    let ready = unmet(pod, "Ready").filter(|it| it.reason.as_deref() == Some(REASON))?;
    let message = ready.message.clone().unwrap_or_default();
    Some(Fault::of_whole(REASON, message))
}

fn subject_of(pod: &Pod) -> Subject {
    Subject::new(
        "Pod",
        pod.metadata.namespace.as_deref().unwrap_or_default(),
        pod.metadata.name.as_deref().unwrap_or_default(),
    )
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
pub(crate) fn of_events(informers: &Informers, subject: &Subject) -> Option<Fault> {
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
