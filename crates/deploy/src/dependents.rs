//! What a workload that is waited for controls, and how far each of it is: a Deployment's `ReplicaSets`,
//! their pods, the pods of the others. Pure: it looks only at what has been seen.

use crate::ending::is_ending;
use crate::fields::{field, items_at, metadata, number_at, text_at};
use crate::readiness::condition_status;
use crate::reason;
use crate::seen::Seen;
use trimtab_tree::Value;

/// More pods of one owner are only counted.
const MOST_PODS: usize = 10;

/// What an object controls, the part that is worth a look first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependents {
    /// Those that are not ready first, each part by name.
    pub shown: Vec<Dependent>,
    /// How many more there are.
    pub more: usize,
}

/// An object that another one controls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// The object, such as `pod/web-7d4b9-x2x5p`.
    pub object: String,
    /// How far it is, and why it is no further.
    pub text: String,
    /// The same in short.
    pub state: DependentState,
    /// What it controls itself.
    pub dependents: Dependents,
}

/// How far an object is that another one controls; the order is that of what people look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependentState {
    /// It will never be ready.
    Failed,
    /// It is not ready yet.
    Waiting,
    /// It is going.
    Ending,
    /// It is what it should be.
    Ready,
}

impl Dependents {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

/// What an object controls, as far as it has been seen.
#[must_use]
pub(crate) fn dependents(object: &Value, seen: &Seen) -> Dependents {
    match field(object, "kind") {
        "Deployment" => Dependents {
            shown: replica_sets(object, seen),
            more: 0,
        },
        "StatefulSet" => pods(object, text_at(object, &["status", "updateRevision"]), seen),
        _ => pods(object, "", seen),
    }
}

/// The `ReplicaSet` of the present template, then those before it that still have pods.
fn replica_sets(deployment: &Value, seen: &Seen) -> Vec<Dependent> {
    let newest = reason::newest_replica_set(deployment, seen);
    let is_newest =
        |set: &Value| newest.is_some_and(|it| metadata(it, "uid") == metadata(set, "uid"));
    let others = seen
        .owned_by("ReplicaSet", metadata(deployment, "uid"))
        .filter(|set| !is_newest(set));
    newest
        .into_iter()
        .chain(others)
        .filter_map(|set| replica_set(set, is_newest(set), seen))
        .collect()
}

/// A `ReplicaSet` with its pods; nothing for one of a template that was, and of which nothing is left.
fn replica_set(set: &Value, is_newest: bool, seen: &Seen) -> Option<Dependent> {
    let wanted = number_at(set, &["spec", "replicas"]).unwrap_or(1);
    let ready = number_at(set, &["status", "readyReplicas"]).unwrap_or(0);
    let dependents = pods(set, "", seen);
    if !is_newest && wanted == 0 && dependents.is_empty() {
        return None;
    }
    let age = if is_newest { "new" } else { "old" };
    let state = match (is_newest, ready >= wanted) {
        (true, true) => DependentState::Ready,
        (true, false) => DependentState::Waiting,
        (false, _) => DependentState::Ending,
    };
    Some(Dependent {
        object: reason::name_of(set),
        text: format!("{age}, {ready} of {wanted} ready"),
        state,
        dependents,
    })
}

/// The pods that an owner controls. Those of another revision than `revision`, if there is one, are old.
fn pods(owner: &Value, revision: &str, seen: &Seen) -> Dependents {
    let mut pods: Vec<Dependent> = seen
        .owned_by("Pod", metadata(owner, "uid"))
        .map(|it| pod(it, revision, seen))
        .collect();
    // The sort is stable, and they come by name.
    pods.sort_by_key(|pod| pod.state);
    let more = pods.len().saturating_sub(MOST_PODS);
    pods.truncate(MOST_PODS);
    Dependents { shown: pods, more }
}

fn pod(pod: &Value, revision: &str, seen: &Seen) -> Dependent {
    let of = text_at(pod, &["metadata", "labels", "controller-revision-hash"]);
    let is_old = !revision.is_empty() && !of.is_empty() && of != revision;
    let (state, text) = state_of(pod, seen);
    Dependent {
        object: reason::name_of(pod),
        text: if is_old { format!("old, {text}") } else { text },
        state: match state {
            DependentState::Ready if is_old => DependentState::Ending,
            state => state,
        },
        dependents: Dependents::default(),
    }
}

fn state_of(pod: &Value, seen: &Seen) -> (DependentState, String) {
    if is_ending(pod) {
        return (DependentState::Ending, "terminating".to_owned());
    }
    let phase = text_at(pod, &["status", "phase"]);
    if phase == "Succeeded" {
        return (DependentState::Ready, "completed".to_owned());
    }
    if condition_status(pod, "Ready") == "True" {
        return (DependentState::Ready, "ready".to_owned());
    }
    if let Some(reason) = reason::reasons(pod, seen).into_iter().next() {
        let state = if reason.is_final || phase == "Failed" {
            DependentState::Failed
        } else {
            DependentState::Waiting
        };
        return (state, reason.text);
    }
    let is_bound = !text_at(pod, &["spec", "nodeName"]).is_empty();
    let text = match (phase, starting(pod)) {
        ("Failed", _) => return (DependentState::Failed, "failed".to_owned()),
        (_, Some(reason)) => reason.to_owned(),
        ("" | "Pending", None) if is_bound => "starting".to_owned(),
        ("" | "Pending", None) => "not scheduled yet".to_owned(),
        (phase, None) => phase.to_lowercase(),
    };
    (DependentState::Waiting, text)
}

/// Why the first container that waits does so.
fn starting(pod: &Value) -> Option<&str> {
    let init = items_at(pod, &["status", "initContainerStatuses"]);
    let main = items_at(pod, &["status", "containerStatuses"]);
    let mut reasons = init
        .iter()
        .chain(main)
        .map(|container| text_at(container, &["state", "waiting", "reason"]));
    reasons.find(|reason| !reason.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use std::fmt::Write as _;

    fn owned(kind: &str, name: &str, owner: &str, rest: &str) -> String {
        format!(
            "{{kind: {kind}, metadata: {{name: {name}, uid: {name}, ownerReferences: [{{uid: {owner}, controller: true}}]{rest}}}"
        )
    }

    fn pod(name: &str, owner: &str, status: &str) -> String {
        owned("Pod", name, owner, &format!("}}, status: {{{status}}}"))
    }

    fn set(name: &str, revision: u32, wanted: u32, ready: u32) -> String {
        let revision =
            format!(", annotations: {{deployment.kubernetes.io/revision: '{revision}'}}");
        let rest = format!(
            "{revision}}}, spec: {{replicas: {wanted}}}, status: {{readyReplicas: {ready}}}"
        );
        owned("ReplicaSet", name, "d", &rest)
    }

    /// A line for each, further in for those of others.
    fn drawn(dependents: &Dependents, depth: usize, text: &mut String) {
        for it in &dependents.shown {
            let indent = "  ".repeat(depth);
            writeln!(text, "{indent}{}: {} ({:?})", it.object, it.text, it.state).expect("text");
            drawn(&it.dependents, depth + 1, text);
        }
        if dependents.more > 0 {
            writeln!(text, "{}and {}", "  ".repeat(depth), dependents.more).expect("text");
        }
    }

    fn of(object: &str, others: &[String]) -> String {
        let mut seen = Seen::default();
        for other in others {
            seen.put(yaml(other));
        }
        let mut text = String::new();
        drawn(&dependents(&yaml(object), &seen), 0, &mut text);
        text
    }

    const WEB: &str = "{kind: Deployment, metadata: {name: web, uid: d, annotations: {deployment.kubernetes.io/revision: '3'}}}";
    const READY: &str = "phase: Running, conditions: [{type: Ready, status: 'True'}]";

    #[test]
    fn a_deployment_controls_replica_sets_and_they_pods() {
        let others = [
            set("web-1", 1, 0, 0),
            set("web-2", 2, 1, 1),
            set("web-3", 3, 3, 1),
            pod("web-2-a", "web-2", READY),
            pod("web-3-a", "web-3", READY),
            pod(
                "web-3-b",
                "web-3",
                "phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]",
            ),
            pod(
                "web-3-c",
                "web-3",
                "phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: InvalidImageName, message: bad}}}]",
            ),
        ];
        let expected = "\
replicaset/web-3: new, 1 of 3 ready (Waiting)
  pod/web-3-c: container c: InvalidImageName: bad (Failed)
  pod/web-3-b: ContainerCreating (Waiting)
  pod/web-3-a: ready (Ready)
replicaset/web-2: old, 1 of 1 ready (Ending)
  pod/web-2-a: ready (Ready)
";
        assert_eq!(of(WEB, &others), expected);
    }

    #[test]
    fn the_pods_of_other_workloads_are_their_own() {
        let set = "{kind: StatefulSet, metadata: {name: db, uid: s}, status: {updateRevision: r2}}";
        let labelled = |name: &str, revision: &str| {
            let rest = format!(
                ", labels: {{controller-revision-hash: {revision}}}}}, status: {{{READY}}}"
            );
            owned("Pod", name, "s", &rest)
        };
        let expected = "\
pod/db-0: old, ready (Ending)
pod/db-1: ready (Ready)
";
        assert_eq!(
            of(set, &[labelled("db-0", "r1"), labelled("db-1", "r2")]),
            expected
        );
        let job = "{kind: Job, metadata: {name: j, uid: j}}";
        let done = pod("j-a", "j", "phase: Succeeded");
        let fresh = pod("j-b", "j", "phase: Pending");
        let expected = "\
pod/j-b: not scheduled yet (Waiting)
pod/j-a: completed (Ready)
";
        assert_eq!(of(job, &[done, fresh]), expected);
    }

    #[test]
    fn many_pods_are_counted() {
        let pods: Vec<String> = (0..25)
            .map(|number| pod(&format!("p{number:02}"), "j", READY))
            .collect();
        let text = of("{kind: Job, metadata: {name: j, uid: j}}", &pods);
        assert!(text.ends_with("pod/p09: ready (Ready)\nand 15\n"), "{text}");
    }
}
