//! Which taints a node has because of how it is.

use super::health::{condition, readiness};
use k8s_openapi::api::core::v1::{Node, Taint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
const NO_SCHEDULE: &str = "NoSchedule";
const NO_EXECUTE: &str = "NoExecute";

/// Condition, its status, and the taint that keeps new pods away then.
const BY_CONDITION: [(&str, &str, &str); 6] = [
    ("Ready", "False", NOT_READY),
    ("Ready", "Unknown", UNREACHABLE),
    (
        "MemoryPressure",
        "True",
        "node.kubernetes.io/memory-pressure",
    ),
    ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
    (
        "NetworkUnavailable",
        "True",
        "node.kubernetes.io/network-unavailable",
    ),
    ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
];

/// What a node's being lost asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eviction {
    /// It is well: what drove pods away goes.
    None,
    /// It is lost, and pods are driven away already, for the right reason or for the other of the
    /// two, which only has to be changed.
    Begun,
    /// It is lost, and pods are to be driven away when it is its zone's turn.
    Due,
    /// Nobody knows.
    Unknown,
}

/// What is to be done about pods that run on `node`.
pub(super) fn eviction(node: &Node) -> Eviction {
    match readiness(node) {
        None => Eviction::Unknown,
        Some("True") => Eviction::None,
        Some(_) if taints(node).iter().any(drives_away) => Eviction::Begun,
        Some(_) => Eviction::Due,
    }
}

fn drives_away(taint: &Taint) -> bool {
    taint.effect == NO_EXECUTE && matches!(taint.key.as_str(), NOT_READY | UNREACHABLE)
}

fn taints(node: &Node) -> &[Taint] {
    let spec = node.spec.as_ref();
    spec.and_then(|spec| spec.taints.as_deref())
        .unwrap_or_default()
}

/// The taints that `node` is to have, if they are not those it has. `drives` says whether being
/// lost drives pods away.
pub(super) fn wanted(node: &Node, drives: bool, now: &Time) -> Option<Vec<Taint>> {
    let mut wanted = Vec::new();
    for (type_, status, key) in BY_CONDITION {
        if condition(node, type_).is_some_and(|it| it.status == status) {
            wanted.push((key, NO_SCHEDULE));
            if drives && type_ == "Ready" {
                wanted.push((key, NO_EXECUTE));
            }
        }
    }
    if node.spec.as_ref().and_then(|spec| spec.unschedulable) == Some(true) {
        wanted.push((UNSCHEDULABLE, NO_SCHEDULE));
    }
    let is_ours = |taint: &Taint| match taint.effect.as_str() {
        NO_SCHEDULE => {
            taint.key == UNSCHEDULABLE || BY_CONDITION.iter().any(|(_, _, key)| *key == taint.key)
        }
        _ => drives_away(taint),
    };
    let is_wanted = |taint: &Taint| wanted.iter().any(|it| *it == (&*taint.key, &*taint.effect));
    let before = taints(node);
    let mut after: Vec<_> = before
        .iter()
        .filter(|taint| !is_ours(taint) || is_wanted(taint))
        .cloned()
        .collect();
    let is_there = |(key, effect): &(&str, &str)| {
        before
            .iter()
            .any(|it| it.key == *key && it.effect == *effect)
    };
    let missing = wanted.iter().filter(|it| !is_there(it));
    after.extend(missing.map(|(key, effect)| Taint {
        key: (*key).to_owned(),
        effect: (*effect).to_owned(),
        time_added: Some(now.clone()),
        value: None,
    }));
    (after != before).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn node(conditions: &Value, taints: &Value, cordoned: bool) -> Node {
        serde_json::from_value(json!({
            "spec": {"taints": taints, "unschedulable": cordoned},
            "status": {"conditions": conditions},
        }))
        .unwrap()
    }

    fn told(node: &Node, drives: bool) -> Option<Vec<String>> {
        let now = Time("2026-01-01T00:00:00Z".parse().unwrap());
        let wanted = wanted(node, drives, &now)?;
        let short = |it: &Taint| {
            let key = it.key.trim_start_matches("node.kubernetes.io/");
            format!("{key}:{}", it.effect)
        };
        Some(wanted.iter().map(short).collect())
    }

    #[test]
    fn conditions_and_cordons_are_taints() {
        let ready = json!([{"type": "Ready", "status": "True"}]);
        let lost = json!([{"type": "Ready", "status": "Unknown"}]);
        let full = json!([{"type": "Ready", "status": "False"}, {"type": "DiskPressure", "status": "True"}]);
        let new = json!([{"key": NOT_READY, "effect": NO_SCHEDULE}]);
        let driving = json!([
            {"key": NOT_READY, "effect": NO_EXECUTE},
            {"key": "mine", "effect": NO_EXECUTE},
        ]);
        for (conditions, taints, cordoned, drives, expected) in [
            (&json!([]), &json!([]), false, false, None),
            (&ready, &new, false, false, Some(vec![])),
            (
                &ready,
                &json!([]),
                true,
                false,
                Some(vec!["unschedulable:NoSchedule"]),
            ),
            (
                &lost,
                &json!([]),
                false,
                false,
                Some(vec!["unreachable:NoSchedule"]),
            ),
            (
                &lost,
                &json!([]),
                false,
                true,
                Some(vec!["unreachable:NoSchedule", "unreachable:NoExecute"]),
            ),
            // The other reason takes the place of the one.
            (
                &lost,
                &driving,
                false,
                true,
                Some(vec![
                    "mine:NoExecute",
                    "unreachable:NoSchedule",
                    "unreachable:NoExecute",
                ]),
            ),
            (&ready, &driving, false, false, Some(vec!["mine:NoExecute"])),
            (
                &full,
                &new,
                false,
                false,
                Some(vec!["not-ready:NoSchedule", "disk-pressure:NoSchedule"]),
            ),
        ] {
            let expected: Option<Vec<String>> =
                expected.map(|it| it.into_iter().map(str::to_owned).collect());
            let node = node(conditions, taints, cordoned);
            assert_eq!(
                told(&node, drives),
                expected,
                "{conditions} {taints} {cordoned} {drives}"
            );
        }
    }

    #[test]
    fn who_is_driven_away_is_told_once() {
        let lost = json!([{"type": "Ready", "status": "Unknown"}]);
        let driving = json!([{"key": NOT_READY, "effect": NO_EXECUTE}]);
        assert_eq!(eviction(&node(&lost, &json!([]), false)), Eviction::Due);
        assert_eq!(eviction(&node(&lost, &driving, false)), Eviction::Begun);
        assert_eq!(
            eviction(&node(&json!([]), &driving, false)),
            Eviction::Unknown
        );
    }
}
