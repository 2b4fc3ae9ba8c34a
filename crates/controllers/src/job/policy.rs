//! What the failure of a pod means for its Job, and which successes are enough.
//!
//! The rules are those of `pod_failure_policy.go` and `success_policy.go` in Kubernetes'
//! `pkg/controller/job`.

use super::indexes::Indexes;
use k8s_openapi::api::batch::v1::{
    Job, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule, SuccessPolicy,
};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::ResourceExt;

/// What a failed pod does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: the failure does not count.
    Ignore,
    /// It counts.
    Count,
    /// Its index fails.
    FailIndex,
    /// The Job fails, for this reason.
    FailJob(String),
}

/// What the policy of `job` says of the failed `pod`: what the first rule that is about it says.
pub(super) fn verdict(job: &Job, pod: &Pod) -> Verdict {
    let spec = job.spec.as_ref();
    let policy = spec.and_then(|spec| spec.pod_failure_policy.as_ref());
    let rules = policy.into_iter().flat_map(|policy| &policy.rules);
    for (place, rule) in rules.enumerate() {
        let Some(what) = matching(rule, pod) else {
            continue;
        };
        return match rule.action.as_str() {
            "Ignore" => Verdict::Ignore,
            "FailIndex" => Verdict::FailIndex,
            "FailJob" => Verdict::FailJob(format!("{what} matching FailJob rule at index {place}")),
            _ => Verdict::Count,
        };
    }
    Verdict::Count
}

/// What of `pod` the rule is about.
fn matching(rule: &PodFailurePolicyRule, pod: &Pod) -> Option<String> {
    let of = || format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name_any());
    let status = pod.status.as_ref()?;
    if let Some(requirement) = &rule.on_exit_codes {
        let main = status.container_statuses.iter().flatten();
        let init = status.init_container_statuses.iter().flatten();
        let mut containers = main.chain(init);
        let (name, code) = containers.find_map(|it| exited(it, requirement))?;
        return Some(format!(
            "Container {name} for pod {} failed with exit code {code}",
            of()
        ));
    }
    let mut conditions = status.conditions.iter().flatten();
    let condition = conditions.find(|condition| {
        let mut patterns = rule.on_pod_conditions.iter().flatten();
        patterns.any(|it| {
            it.type_ == condition.type_
                && it.status.as_deref().unwrap_or("True") == condition.status
        })
    })?;
    Some(format!("Pod {} has condition {}", of(), condition.type_))
}

/// The name and exit code of a container that failed as the requirement says.
fn exited<'a>(
    container: &'a ContainerStatus,
    requirement: &PodFailurePolicyOnExitCodesRequirement,
) -> Option<(&'a str, i32)> {
    let code = container.state.as_ref()?.terminated.as_ref()?.exit_code;
    let named = requirement.container_name.as_ref();
    if code == 0 || named.is_some_and(|name| *name != container.name) {
        return None;
    }
    let among = requirement.values.contains(&code);
    let matches = match requirement.operator.as_str() {
        "In" => among,
        "NotIn" => !among,
        _ => false,
    };
    matches.then_some((&container.name, code))
}

/// Which rule says that `succeeded` is enough, if one does.
pub(super) fn enough(
    policy: Option<&SuccessPolicy>,
    completions: i32,
    succeeded: &Indexes,
) -> Option<usize> {
    if succeeded.is_empty() {
        return None;
    }
    policy?.rules.iter().position(|rule| {
        let Some(indexes) = &rule.succeeded_indexes else {
            let needed = rule.succeeded_count;
            return needed.is_some_and(|needed| succeeded.total() >= needed);
        };
        let needed = Indexes::parse(indexes, completions);
        let reached = needed.in_common(succeeded);
        !needed.is_empty()
            && (reached == needed.total()
                || rule.succeeded_count.is_some_and(|count| reached >= count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn judge(rules: &Value, code: i32) -> Verdict {
        let job = json!({"spec": {"template": {}, "podFailurePolicy": {"rules": rules}}});
        let pod = json!({
            "metadata": {"name": "p", "namespace": "n"},
            "status": {"phase": "Failed",
                "conditions": [{"type": "DisruptionTarget", "status": "True"}],
                "containerStatuses": [{"name": "c", "image": "", "imageID": "", "ready": false, "restartCount": 0,
                    "state": {"terminated": {"exitCode": code}}}]},
        });
        verdict(
            &serde_json::from_value(job).unwrap(),
            &serde_json::from_value(pod).unwrap(),
        )
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let codes = |operator: &str, action: &str| json!({"action": action, "onExitCodes": {"operator": operator, "values": [3, 42]}});
        let evicted = json!({"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]});
        let fails = Verdict::FailJob(
            "Container c for pod n/p failed with exit code 42 matching FailJob rule at index 1"
                .to_owned(),
        );
        for (rules, code, expected) in [
            (json!([]), 1, Verdict::Count),
            (
                json!([codes("In", "FailIndex"), codes("NotIn", "Ignore")]),
                42,
                Verdict::FailIndex,
            ),
            (
                json!([codes("In", "FailIndex"), codes("NotIn", "Ignore")]),
                1,
                Verdict::Ignore,
            ),
            (
                json!([codes("NotIn", "Ignore"), codes("In", "FailJob")]),
                42,
                fails,
            ),
            (
                json!([codes("In", "Count"), evicted.clone()]),
                3,
                Verdict::Count,
            ),
            (json!([codes("In", "Count"), evicted]), 4, Verdict::Ignore),
            (json!([codes("NotIn", "Ignore")]), 0, Verdict::Count),
        ] {
            assert_eq!(judge(&rules, code), expected, "{rules} {code}");
        }
    }

    #[test]
    fn some_successes_are_enough() {
        for (rules, succeeded, expected) in [
            (json!([{"succeededIndexes": "0-2"}]), "0,2", None),
            (json!([{"succeededIndexes": "0-2"}]), "0-2,5", Some(0)),
            (
                json!([{"succeededIndexes": "0-2", "succeededCount": 2}]),
                "0,2",
                Some(0),
            ),
            (
                json!([{"succeededIndexes": "9"}, {"succeededCount": 3}]),
                "1-3",
                Some(1),
            ),
            (json!([{"succeededCount": 3}]), "", None),
        ] {
            let policy = serde_json::from_value(json!({"rules": rules})).unwrap();
            let reached = enough(Some(&policy), 10, &Indexes::parse(succeeded, 10));
            assert_eq!(reached, expected, "{rules} {succeeded}");
        }
    }
}
