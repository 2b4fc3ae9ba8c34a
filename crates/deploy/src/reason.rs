//! Why a workload is not ready: from the workload to its `ReplicaSet`, its pods, their containers,
//! and the events about them. Pure: it looks only at what has been seen.

use crate::ending::is_ending;
use crate::fields::{field, items_at, metadata, number_at, text_at};
use crate::readiness::{condition, condition_status};
use crate::seen::Seen;
use indexmap::IndexMap;
use std::fmt;
use trimtab_tree::Value;

/// One cause, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The object, such as `pod/web-7d4b9-x2x5p`; of several with the same cause, the first.
    pub object: String,
    /// How many more objects have the same cause.
    pub more: usize,
    /// The cause: `container web: ImagePullBackOff: Back-off pulling image "x"`.
    pub text: String,
    /// Whether it cannot go away by itself.
    pub is_final: bool,
    /// The container whose log may tell more.
    pub logged: Option<Logged>,
}

/// A container that has printed something before it became a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The name of the container, in the pod that the reason is about.
    pub container: String,
    /// Whether the log is that of the container before the present one.
    pub is_previous: bool,
    /// The last lines of it, once they have been asked for.
    pub tail: Vec<String>,
}

impl Logged {
    fn of(container: &Value) -> Option<Self> {
        let has = |path: &[&str]| container.get_path(path).is_some();
        let is_over = has(&["state", "terminated"]) || has(&["state", "running"]);
        let was_over = has(&["lastState", "terminated"]);
        (is_over || was_over).then(|| Self {
            container: field(container, "name").to_owned(),
            is_previous: !is_over,
            tail: Vec::new(),
        })
    }
}

impl Reason {
    /// That nobody can say why, where the pods cannot be seen.
    pub(crate) fn of_hidden_pods(why: &str) -> Self {
        Self {
            object: "pods".to_owned(),
            more: 0,
            text: format!("cannot be seen, and so not why: {why}"),
            is_final: false,
            logged: None,
        }
    }

    /// The cause without what differs between pods of one template, or from one try to the next: two reasons
    /// of one key say the same.
    #[must_use]
    pub fn key(&self) -> String {
        let name = self.object.split_once('/').map_or("", |(_, name)| name);
        let text = self.text.replace(name, "");
        let parts = text.split('"').enumerate();
        let parts = parts.map(|(at, part)| if at % 2 == 1 { stem(part) } else { part });
        parts.collect::<Vec<_>>().join("\"")
    }
}

/// A name without the end that Kubernetes puts behind what it generates: five letters or digits of those that
/// make no words.
fn stem(name: &str) -> &str {
    let is_generated = |end: &str| {
        end.len() == 5
            && end
                .chars()
                .all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c))
    };
    match name.rsplit_once('-') {
        Some((stem, end)) if is_generated(end) => stem,
        _ => name,
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.object)?;
        if self.more > 0 {
            write!(f, " and {} more", self.more)?;
        }
        write!(f, ": {}", self.text)
    }
}

/// Waiting reasons that only a change of the pod's template can end.
const FINAL: &[&str] = &["InvalidImageName", "ErrImageNeverPull"];

/// Reasons that say no more than that things take their time.
const ORDINARY: &[&str] = &["ContainerCreating", "PodInitializing"];

/// Why `object` is not ready, the pods' reasons grouped: each text once.
#[must_use]
pub(crate) fn reasons(object: &Value, seen: &Seen) -> Vec<Reason> {
    let mut found = Causes::default();
    match field(object, "kind") {
        "Deployment" => {
            let replica_set = newest_replica_set(object, seen);
            if let Some(replica_set) = replica_set {
                of_owner(replica_set, seen, &mut found);
            }
            // What its ReplicaSet says of itself is repeated there.
            if !replica_set.is_some_and(has_replica_failure) {
                replica_failure(object, &mut found);
            }
        }
        "Pod" => of_pod(object, seen, &mut found),
        "StatefulSet" => {
            // Its old pods are not at fault while it rolls.
            let revision = text_at(object, &["status", "updateRevision"]);
            of_pods(object, revision, seen, &mut found);
            of_events(object, seen, &mut found);
        }
        _ => of_owner(object, seen, &mut found),
    }
    found.grouped()
}

/// The `ReplicaSet` of the deployment's present template: its revision is the deployment's own.
pub(crate) fn newest_replica_set<'s>(deployment: &Value, seen: &'s Seen) -> Option<&'s Value> {
    let revision = crate::revision::revision(deployment);
    seen.owned_by("ReplicaSet", metadata(deployment, "uid"))
        .max_by_key(|set| {
            let own = crate::revision::revision(set);
            (own == revision, own)
        })
}

fn of_owner(owner: &Value, seen: &Seen, found: &mut Causes) {
    of_pods(owner, "", seen, found);
    replica_failure(owner, found);
    // Its events say the same, with another name of a pod each time.
    if !has_replica_failure(owner) {
        of_events(owner, seen, found);
    }
}

fn of_pods(owner: &Value, revision: &str, seen: &Seen, found: &mut Causes) {
    for pod in seen.owned_by("Pod", metadata(owner, "uid")) {
        let of = text_at(pod, &["metadata", "labels", "controller-revision-hash"]);
        if revision.is_empty() || of.is_empty() || of == revision {
            of_pod(pod, seen, found);
        }
    }
}

fn has_replica_failure(object: &Value) -> bool {
    condition_status(object, "ReplicaFailure") == "True"
}

/// Pods that could not even be made: quota, admission.
fn replica_failure(object: &Value, found: &mut Causes) {
    if has_replica_failure(object)
        && let Some(failure) = condition(object, "ReplicaFailure")
    {
        found.add(object, text_at(failure, &["message"]).to_owned());
    }
}

/// The last warning about an object.
fn of_events(object: &Value, seen: &Seen, found: &mut Causes) {
    if let Some(event) = seen.warning_about(metadata(object, "uid")) {
        let (reason, message) = (field(event, "reason"), field(event, "message"));
        found.add(object, format!("{reason}: {message}"));
    }
}

fn of_pod(pod: &Value, seen: &Seen, found: &mut Causes) {
    if is_ending(pod) || condition_status(pod, "Ready") == "True" {
        return;
    }
    if let Some(scheduled) = condition(pod, "PodScheduled")
        && text_at(scheduled, &["status"]) == "False"
    {
        let message = text_at(scheduled, &["message"]);
        let reason = text_at(scheduled, &["reason"]);
        found.add(pod, format!("not scheduled: {reason}: {message}"));
        return;
    }
    let before = found.0.len();
    let init = items_at(pod, &["status", "initContainerStatuses"]);
    let main = items_at(pod, &["status", "containerStatuses"]);
    for container in init.iter().chain(main) {
        if let Some((text, is_final)) = of_container(container) {
            found.push(pod, text, is_final, Logged::of(container));
        }
    }
    if found.0.len() > before {
        return;
    }
    if let Some(event) = seen.warning_about(metadata(pod, "uid")) {
        let (reason, message) = (field(event, "reason"), field(event, "message"));
        found.add(pod, format!("{reason}: {message}"));
        return;
    }
    let is_running = |it: &&Value| it.get_path(&["state", "running"]).is_some();
    let unready: Vec<&Value> = main
        .iter()
        .filter(|container| field(container, "ready") != "true")
        .filter(is_running)
        .collect();
    if let Some(first) = unready.first() {
        let names: Vec<&str> = unready.iter().map(|it| field(it, "name")).collect();
        let text = format!("container {}: running, but not ready", names.join(", "));
        found.push(pod, text, false, Logged::of(first));
    }
}

/// What keeps a container from running, and whether that is final.
fn of_container(container: &Value) -> Option<(String, bool)> {
    let name = field(container, "name");
    let restarts = number_at(container, &["restartCount"]).unwrap_or(0);
    if let Some(waiting) = container.get_path(&["state", "waiting"]) {
        let (reason, message) = (field(waiting, "reason"), field(waiting, "message"));
        if reason.is_empty() || ORDINARY.contains(&reason) {
            return None;
        }
        let mut text = format!("container {name}: {reason}");
        if !message.is_empty() {
            text = format!("{text}: {message}");
        } else if let Some(last) = container.get_path(&["lastState", "terminated"]) {
            text = format!("{text}: {}", ended(last, restarts));
        }
        return Some((text, FINAL.contains(&reason)));
    }
    let ended_now = container.get_path(&["state", "terminated"])?;
    let failed = number_at(ended_now, &["exitCode"]).is_some_and(|code| code != 0);
    failed.then(|| {
        (
            format!("container {name}: {}", ended(ended_now, restarts)),
            false,
        )
    })
}

fn ended(terminated: &Value, restarts: i64) -> String {
    let code = number_at(terminated, &["exitCode"]).unwrap_or(0);
    let reason = field(terminated, "reason");
    let times = if restarts > 0 {
        format!(", restarted {restarts} times")
    } else {
        String::new()
    };
    format!("ended with exit code {code} ({reason}){times}")
}

/// What an object is called in a reason: `pod/web-7d4b9-x2x5p`.
pub(crate) fn name_of(object: &Value) -> String {
    let kind = field(object, "kind").to_lowercase();
    format!("{kind}/{}", metadata(object, "name"))
}

/// Causes as they are found, each of one object.
#[derive(Default)]
struct Causes(Vec<Reason>);

impl Causes {
    fn add(&mut self, object: &Value, text: String) {
        self.push(object, text, false, None);
    }

    fn push(&mut self, object: &Value, text: String, is_final: bool, logged: Option<Logged>) {
        self.0.push(Reason {
            object: name_of(object),
            more: 0,
            text,
            is_final,
            logged,
        });
    }

    /// Those that say the same together, in the order they were found.
    fn grouped(self) -> Vec<Reason> {
        let mut groups: IndexMap<String, Reason> = IndexMap::new();
        for cause in self.0 {
            groups
                .entry(cause.key())
                .and_modify(|reason| reason.more += 1)
                .or_insert(cause);
        }
        groups.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn seen(objects: &[&str]) -> Seen {
        let mut seen = Seen::default();
        for object in objects {
            seen.put(yaml(object));
        }
        seen
    }

    fn texts(object: &str, others: &[&str]) -> Vec<String> {
        let reasons = reasons(&yaml(object), &seen(others));
        reasons.iter().map(ToString::to_string).collect()
    }

    const WEB: &str = "{kind: Deployment, metadata: {name: web, uid: d, annotations: {deployment.kubernetes.io/revision: '2'}}}";
    const OLD: &str = "{kind: ReplicaSet, metadata: {name: web-1, uid: r1, annotations: {deployment.kubernetes.io/revision: '1'}, ownerReferences: [{uid: d, controller: true}]}}";
    const NEW: &str = "{kind: ReplicaSet, metadata: {name: web-2, uid: r2, annotations: {deployment.kubernetes.io/revision: '2'}, ownerReferences: [{uid: d, controller: true}]}}";

    fn pod(name: &str, owner: &str, status: &str) -> String {
        format!(
            "{{kind: Pod, metadata: {{name: {name}, uid: {name}, ownerReferences: [{{uid: {owner}, controller: true}}]}}, status: {{{status}}}}}"
        )
    }

    const PULLING: &str = "containerStatuses: [{name: web, ready: false, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"x\"'}}}]";

    #[test]
    fn a_deployment_is_explained_by_the_pods_of_its_newest_replica_set() {
        let (a, b) = (pod("web-2-a", "r2", PULLING), pod("web-2-b", "r2", PULLING));
        let old = pod(
            "web-1-a",
            "r1",
            "containerStatuses: [{name: web, state: {waiting: {reason: CrashLoopBackOff}}}]",
        );
        let expected = r#"pod/web-2-a and 1 more: container web: ImagePullBackOff: Back-off pulling image "x""#;
        assert_eq!(texts(WEB, &[OLD, NEW, &old, &a, &b]), [expected]);
    }

    #[test]
    fn a_quota_that_is_full_is_one_reason() {
        let message = r#"pods \"web-2-XXXXX\" is forbidden: exceeded quota: q"#;
        let at = |pod: &str| message.replace("XXXXX", pod);
        let failing = |object: &str, pod: &str| {
            let condition = format!(
                "{{type: ReplicaFailure, status: 'True', message: \"{}\"}}",
                at(pod)
            );
            object.replacen(
                "{kind",
                &format!("{{status: {{conditions: [{condition}]}}, kind"),
                1,
            )
        };
        let event = format!(
            "{{kind: Event, type: Warning, reason: FailedCreate, message: \"Error creating: {}\", involvedObject: {{uid: r2}}, metadata: {{name: e, uid: e}}}}",
            at("zzzzz")
        );
        let expected = r#"replicaset/web-2: pods "web-2-bcdfg" is forbidden: exceeded quota: q"#;
        let set = failing(NEW, "bcdfg");
        assert_eq!(texts(&failing(WEB, "bcdfg"), &[&set, &event]), [expected]);
        // The Deployment may be seen first, and the event before both.
        let early = r#"deployment/web: pods "web-2-bcdfg" is forbidden: exceeded quota: q"#;
        assert_eq!(texts(&failing(WEB, "bcdfg"), &[]), [early]);
        assert_eq!(texts(WEB, &[NEW, &event]).len(), 1);
        let key = |pod: &str| reasons(&yaml(&failing(WEB, pod)), &seen(&[]))[0].key();
        assert_eq!(key("bcdfg"), key("xz245"));
        assert_ne!(key("bcdfg"), key("apple"));
    }

    #[test]
    fn pods_say_what_keeps_them() {
        for (status, expected) in [
            (
                "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no nodes}]",
                vec!["pod/p: not scheduled: Unschedulable: no nodes"],
            ),
            (
                "containerStatuses: [{name: c, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]",
                vec![
                    "pod/p: container c: CrashLoopBackOff: ended with exit code 1 (Error), restarted 4 times",
                ],
            ),
            (
                "containerStatuses: [{name: c, ready: false, state: {running: {}}}]",
                vec!["pod/p: container c: running, but not ready"],
            ),
            (
                "initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2, reason: Error}}}]",
                vec!["pod/p: container i: ended with exit code 2 (Error)"],
            ),
            (
                "containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]",
                vec![],
            ),
            (
                "conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: c, state: {waiting: {reason: X}}}]",
                vec![],
            ),
        ] {
            assert_eq!(texts(&pod("p", "o", status), &[]), expected, "{status}");
        }
    }

    #[test]
    fn an_event_explains_what_a_status_does_not() {
        let creating = pod(
            "p",
            "r2",
            "containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]",
        );
        let event = "{kind: Event, type: Warning, metadata: {name: e, uid: e}, reason: FailedMount, message: no such secret, involvedObject: {uid: p}}";
        let expected = ["pod/p: FailedMount: no such secret"];
        assert_eq!(texts(WEB, &[NEW, &creating, event]), expected);

        let event = "{kind: Event, type: Warning, metadata: {name: e, uid: e}, reason: FailedCreate, message: exceeded quota, involvedObject: {uid: r2}}";
        let expected = ["replicaset/web-2: FailedCreate: exceeded quota"];
        assert_eq!(texts(WEB, &[NEW, event]), expected);
    }

    #[test]
    fn a_container_that_has_run_has_a_log() {
        for (status, expected) in [
            ("{name: c, ready: false, state: {running: {}}}", Some(false)),
            ("{name: c, state: {terminated: {exitCode: 1}}}", Some(false)),
            (
                "{name: c, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}",
                Some(true),
            ),
            (
                "{name: c, state: {waiting: {reason: ImagePullBackOff}}}",
                None,
            ),
        ] {
            let pod = pod("p", "o", &format!("containerStatuses: [{status}]"));
            let reasons = reasons(&yaml(&pod), &Seen::default());
            let logged = reasons[0].logged.as_ref();
            assert_eq!(logged.map(|it| it.is_previous), expected, "{status}");
        }
    }

    #[test]
    fn an_image_name_that_is_none_is_final() {
        let status = "containerStatuses: [{name: c, state: {waiting: {reason: InvalidImageName, message: bad}}}]";
        let reasons = reasons(&yaml(&pod("p", "o", status)), &Seen::default());
        assert!(reasons[0].is_final);
    }
}
