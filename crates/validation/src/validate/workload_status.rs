//! What the status of a workload may say: counts that fit each other.

use super::errors::{Errors, Path};
use super::rules::Rule::AtLeast;
use super::rules::{Rule, apply};
use crate::fields::int;
use trimtab_tree::Value;

/// How the counts of a kind are called.
struct Counts {
    all: &'static [Rule],
    /// Counts of some of the replicas.
    some: &'static [&'static str],
    /// What is said if more are available than ready.
    readiness: &'static str,
}

static DEPLOYMENT: Counts = Counts {
    all: &[
        AtLeast("observedGeneration", 0),
        AtLeast("replicas", 0),
        AtLeast("updatedReplicas", 0),
        AtLeast("readyReplicas", 0),
        AtLeast("availableReplicas", 0),
        AtLeast("unavailableReplicas", 0),
        AtLeast("terminatingReplicas", 0),
        AtLeast("collisionCount", 0),
    ],
    some: &["updatedReplicas", "readyReplicas", "availableReplicas"],
    readiness: "cannot be greater than readyReplicas",
};

static REPLICA_SET: Counts = Counts {
    all: &[
        AtLeast("replicas", 0),
        AtLeast("fullyLabeledReplicas", 0),
        AtLeast("readyReplicas", 0),
        AtLeast("availableReplicas", 0),
        AtLeast("observedGeneration", 0),
        AtLeast("terminatingReplicas", 0),
    ],
    some: &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
    readiness: "cannot be greater than readyReplicas",
};

static STATEFUL_SET: Counts = Counts {
    all: &[
        AtLeast("replicas", 0),
        AtLeast("readyReplicas", 0),
        AtLeast("currentReplicas", 0),
        AtLeast("updatedReplicas", 0),
        AtLeast("availableReplicas", 0),
        AtLeast("observedGeneration", 0),
        AtLeast("collisionCount", 0),
    ],
    some: &[
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
    ],
    readiness: "cannot be greater than status.readyReplicas",
};

static DAEMON_SET: Counts = Counts {
    all: &[
        AtLeast("currentNumberScheduled", 0),
        AtLeast("numberMisscheduled", 0),
        AtLeast("desiredNumberScheduled", 0),
        AtLeast("numberReady", 0),
        AtLeast("observedGeneration", 0),
        AtLeast("updatedNumberScheduled", 0),
        AtLeast("numberAvailable", 0),
        AtLeast("numberUnavailable", 0),
        AtLeast("collisionCount", 0),
    ],
    some: &[],
    readiness: "",
};

static AUTOSCALER: Counts = Counts {
    all: &[AtLeast("currentReplicas", 0), AtLeast("desiredReplicas", 0)],
    some: &[],
    readiness: "",
};

static BUDGET: Counts = Counts {
    all: &[
        AtLeast("disruptionsAllowed", 0),
        AtLeast("currentHealthy", 0),
        AtLeast("desiredHealthy", 0),
        AtLeast("expectedPods", 0),
    ],
    some: &[],
    readiness: "",
};

pub(super) fn check_deployment(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&DEPLOYMENT, now, old, path, errors);
}

/// The same counts are those of replica sets and replication controllers.
pub(super) fn check_replica_set(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&REPLICA_SET, now, old, path, errors);
}

pub(super) fn check_stateful_set(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&STATEFUL_SET, now, old, path, errors);
}

pub(super) fn check_daemon_set(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&DAEMON_SET, now, old, path, errors);
}

pub(super) fn check_autoscaler(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&AUTOSCALER, now, old, path, errors);
}

pub(super) fn check_budget(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(&BUDGET, now, old, path, errors);
}

fn check(counts: &Counts, now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let status = now.get("status").unwrap_or(&null);
    let before = old.get("status").unwrap_or(&null);
    let path = path.field("status");
    apply(counts.all, status, &path, errors);
    let count = |field: &str| int(status, field).unwrap_or(0);
    let mut refuse = |field: &str, why: &str| {
        errors.invalid(&path.field(field), &Value::int(count(field)), why);
    };
    for field in counts.some {
        if count(field) > count("replicas") {
            refuse(field, "cannot be greater than status.replicas");
        }
    }
    if !counts.some.is_empty() && count("availableReplicas") > count("readyReplicas") {
        refuse("availableReplicas", counts.readiness);
    }
    if count("collisionCount") < int(before, "collisionCount").unwrap_or(0) {
        refuse("collisionCount", "cannot be decremented");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn counts_fit_each_other() {
        let deployment = |status: &str| {
            let text = format!(r#"{{"status": {{{status}}}}}"#);
            parse_json(&text, 0).unwrap()
        };
        let old = deployment(r#""collisionCount": 2"#);
        let now = deployment(r#""replicas": 1, "readyReplicas": 2, "availableReplicas": 3"#);
        let mut errors = Errors::default();
        check_deployment(&now, &old, &Path::ROOT, &mut errors);
        let found: Vec<String> = errors
            .into_found()
            .into_iter()
            .map(|it| format!("{}: {}", it.field, it.message))
            .collect();
        assert_eq!(
            found,
            [
                "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than \
                 status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than \
                 readyReplicas",
                "status.collisionCount: Invalid value: 0: cannot be decremented",
            ]
        );
    }
}
