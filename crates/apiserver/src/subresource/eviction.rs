//! `pods/eviction`: a delete that asks the pod's disruption budget first.
//!
//! The rules are those of `pkg/registry/core/pod/storage/eviction.go`: what has ended, or has not
//! begun, goes at once; else the budget must allow a disruption, which is then counted down before
//! the pod is deleted.

use http::StatusCode;
use std::sync::Arc;
use trimtab_object::LabelSelector;
use trimtab_tree::{Mapping, Value};

use super::scale::selector;
use super::{complete, set_condition, succeeded};
use crate::admission::{KindName, Operation};
use crate::authorization::{Write, guard};
use crate::body::{Body, Response, read};
use crate::fields::string_at;
use crate::lookup::Lookup;
use crate::registry::{
    Admitted, Call, Change, Decoded, DeleteOptions, WriteOptions, answer_value, before_request,
    check_preconditions, delete_object, metadata_field, metadata_text, read_live, timestamp,
};
use crate::request::RequestInfo;
use crate::{Cause, Details, Reason, Status};

/// Who counts a budget down, for `managedFields`.
const MANAGER: &str = "kube-apiserver";
/// A budget that knows of more evicted pods than this takes no more.
const MOST_DISRUPTED_PODS: usize = 2000;
/// When to ask again while a budget has not been looked at yet.
const RETRY_SECONDS: u32 = 10;

/// What is posted.
const KIND: KindName<'static> = KindName {
    group: "policy",
    version: "v1",
    kind: "Eviction",
};

/// Evicts the pod.
///
/// # Errors
/// When there is none, or its budget allows no disruption: 429, with the budget as the cause.
pub(super) async fn create(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    let bytes = read(body).await?;
    let mut eviction = call.document(&bytes)?.value;
    if metadata_text(&eviction, "name") != call.info.name {
        return Err(Status::bad_request(
            "name in URL does not match name in Eviction object",
        ));
    }
    complete(call, &mut eviction, "policy/v1", KIND.kind);
    before_request(call, &mut eviction, KIND, &options).await?;
    let none = Value::mapping([]);
    let asked = eviction
        .get("deleteOptions")
        .filter(|asked| !asked.is_null());
    let mut delete_options = DeleteOptions::of(asked.unwrap_or(&none))?;
    delete_options.dry_run |= options.dry_run;
    // The eviction has been admitted; its deletion is a part of it.
    delete_options.is_admitted = true;

    let key = call.key()?;
    let live = read_live(call, &key).await?;
    let pod = live
        .ok_or_else(|| call.not_found(call.info.name))?
        .to_value()?;
    let write = Write {
        operation: Operation::Create,
        subresource: "eviction",
        name: call.info.name,
        object: &pod,
        old: None,
    };
    guard(call, write).await?;
    // The budget that a pod's readiness was weighed against.
    let mut weighed = None;
    if !needs_no_budget(&pod) {
        let budgets = budgets_of(call, &pod).await?;
        match budgets.as_slice() {
            [] => {}
            [budget] if is_spare(&pod, budget) => {
                // It does not count as healthy. It must not have become ready by the time it goes.
                if delete_options.resource_version.is_none() {
                    let version = metadata_text(&pod, "resourceVersion").to_owned();
                    delete_options.resource_version = Some(version);
                    weighed = Some(metadata_text(budget, "name").to_owned());
                }
            }
            [budget] => count_down(call, budget, delete_options.dry_run).await?,
            _ => {
                return Err(Status::new(
                    500,
                    Reason::Unknown,
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
                ));
            }
        }
    }
    let removed = async {
        if !delete_options.dry_run {
            mark(call, &mut delete_options).await?;
        }
        delete_object(call, &key, &delete_options).await
    };
    removed.await.map_err(|status| match weighed {
        // The client did not say which version it means: it can only try again.
        Some(budget) if status.reason == Reason::Conflict => not_looked_at(&budget),
        _ => status,
    })?;
    answer_value(call, StatusCode::CREATED, &succeeded())
}

/// Whether deleting the pod disrupts nothing: it has ended, has not begun, or is going already.
fn needs_no_budget(pod: &Value) -> bool {
    matches!(
        string_at(pod, &["status", "phase"]),
        "Succeeded" | "Failed" | "Pending"
    ) || metadata_field(pod, "deletionTimestamp").is_some()
}

/// Whether the pod is not ready, and either enough others are or the budget does not mind.
fn is_spare(pod: &Value, budget: &Value) -> bool {
    if string_at(budget, &["spec", "unhealthyPodEvictionPolicy"]) == "AlwaysAllow" {
        return !is_ready(pod);
    }
    let (healthy, desired) = (
        number(budget, "currentHealthy"),
        number(budget, "desiredHealthy"),
    );
    !is_ready(pod) && healthy >= desired && desired > 0
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod
        .get_path(&["status", "conditions"])
        .and_then(Value::as_sequence);
    conditions.unwrap_or_default().iter().any(|condition| {
        string_at(condition, &["type"]) == "Ready" && string_at(condition, &["status"]) == "True"
    })
}

/// The budgets whose selector, which must say something, picks the pod.
async fn budgets_of(call: &Call<'_>, pod: &Value) -> Result<Vec<Arc<Value>>, Status> {
    let budgets = call
        .server
        .list("policy", "poddisruptionbudgets", call.namespace());
    let mut budgets = budgets.await?;
    let labels = metadata_field(pod, "labels");
    budgets.retain(|budget| {
        LabelSelector::parse(&selector(budget))
            .is_ok_and(|selector| !selector.is_empty() && selector.matches_value(labels))
    });
    Ok(budgets)
}

/// A number of a budget's status; 0 where there is none.
fn number(budget: &Value, name: &str) -> i64 {
    let number = budget.get_path(&["status", name]).and_then(Value::text);
    number
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// Takes one disruption from the budget, unless it has none.
async fn count_down(call: &Call<'_>, budget: &Value, dry_run: bool) -> Result<(), Status> {
    let (pod, name) = (call.info.name, metadata_text(budget, "name"));
    let resources = call.server.resources();
    let resource = resources.get("policy", "v1", "poddisruptionbudgets");
    let info = RequestInfo {
        verb: "update",
        group: "policy",
        version: "v1",
        resource: "poddisruptionbudgets",
        subresource: "status",
        name,
        ..*call.info
    };
    let call = Call {
        info: &info,
        resource: resource.ok_or_else(|| Status::internal("no disruption budgets are served"))?,
        ..*call
    };
    let options = WriteOptions {
        dry_run,
        manager: MANAGER.to_owned(),
        ..WriteOptions::default()
    };
    let change = Change {
        subresource: "status",
        options: &options,
        is_bound: false,
        may_create: false,
        admitted: Admitted::Object,
    };
    let new = |live: Option<&Value>| {
        let live = live.ok_or_else(|| call.not_found(name))?;
        check_allowed(live)?;
        Ok(Decoded {
            object: counted_down(live, pod, &timestamp(call.server.clock.now())),
            warnings: Vec::new(),
            is_tracked: false,
        })
    };
    change.make(&call, new).await.map(|_| ())
}

/// Whether the budget allows a disruption.
fn check_allowed(budget: &Value) -> Result<(), Status> {
    let name = metadata_text(budget, "name");
    let generation = metadata_field(budget, "generation").and_then(Value::text);
    let generation: i64 = generation
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    if number(budget, "observedGeneration") < generation {
        return Err(not_looked_at(name));
    }
    let forbidden = |why| Status::forbidden("policy", "poddisruptionbudget", name, why);
    let allowed = number(budget, "disruptionsAllowed");
    if allowed < 0 {
        return Err(forbidden("pdb disruptions allowed is negative"));
    }
    let disrupted = budget.get_path(&["status", "disruptedPods"]);
    if disrupted
        .and_then(Value::as_mapping)
        .map_or(0, Mapping::len)
        > MOST_DISRUPTED_PODS
    {
        return Err(forbidden(
            "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
        ));
    }
    if allowed == 0 {
        let (desired, healthy) = (
            number(budget, "desiredHealthy"),
            number(budget, "currentHealthy"),
        );
        let why = format!(
            "The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"
        );
        return Err(refused(why, 0));
    }
    Ok(())
}

/// The state of pods and budget is not known yet.
fn not_looked_at(budget: &str) -> Status {
    let why = format!("The disruption budget {budget} is still being processed by the server.");
    refused(why, RETRY_SECONDS)
}

fn refused(why: String, retry_after_seconds: u32) -> Status {
    let message = "Cannot evict pod as it would violate the pod's disruption budget.";
    Status::new(429, Reason::TooManyRequests, message).with_details(Details {
        causes: vec![Cause {
            reason: "DisruptionBudget".to_owned(),
            message: why,
            field: String::new(),
        }],
        retry_after_seconds,
        ..Details::default()
    })
}

/// The budget with one disruption less, which it knows to be that of `pod`.
fn counted_down(budget: &Value, pod: &str, now: &str) -> Value {
    let left = number(budget, "disruptionsAllowed") - 1;
    let mut budget = budget.clone();
    let generation = number(&budget, "observedGeneration");
    let Some(status) = budget.get_mut("status").and_then(Value::as_mapping_mut) else {
        return budget;
    };
    status.insert("disruptionsAllowed", Value::int(left));
    let disrupted = status.get_or_insert_with("disruptedPods", || Value::mapping([]));
    if let Some(disrupted) = disrupted.as_mapping_mut() {
        disrupted.insert(pod, Value::string(now));
    }
    if left == 0 {
        let condition = Value::mapping([
            ("type", Value::string("DisruptionAllowed")),
            ("status", Value::string("False")),
            ("observedGeneration", Value::int(generation)),
            ("lastTransitionTime", Value::string(now)),
            ("reason", Value::string("InsufficientPods")),
            ("message", Value::string("")),
        ]);
        set_condition(&mut budget, condition);
    }
    budget
}

/// Says in the pod's status why it goes. Who deletes it by its version then means the version that
/// comes of this.
async fn mark(call: &Call<'_>, options: &mut DeleteOptions) -> Result<(), Status> {
    let own = WriteOptions::default();
    let change = Change {
        subresource: "status",
        options: &own,
        is_bound: options.resource_version.is_some(),
        may_create: false,
        admitted: Admitted::Object,
    };
    let condition = Value::mapping([
        ("type", Value::string("DisruptionTarget")),
        ("status", Value::string("True")),
        ("lastProbeTime", Value::null()),
        (
            "lastTransitionTime",
            Value::string(timestamp(call.server.clock.now())),
        ),
        ("reason", Value::string("EvictionByEvictionAPI")),
        ("message", Value::string("Eviction API: evicting")),
    ]);
    let wanted = options.resource_version.as_deref();
    let new = |live: Option<&Value>| {
        let live = live.ok_or_else(|| call.not_found(call.info.name))?;
        if wanted.is_some_and(|wanted| wanted != metadata_text(live, "resourceVersion")) {
            return Err(call.modified(call.info.name));
        }
        // One that is not meant is not told that it goes.
        check_preconditions(call, options, live)?;
        let mut object = live.clone();
        set_condition(&mut object, condition.clone());
        Ok(Decoded {
            object,
            warnings: Vec::new(),
            is_tracked: true,
        })
    };
    let marked = change.make(call, new).await?.outcome.into_value(call)?;
    if let Some(version) = &mut options.resource_version {
        metadata_text(&marked, "resourceVersion").clone_into(version);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn budget(status: &str) -> Value {
        let text = format!(r#"{{"metadata":{{"name":"b","generation":2}},"status":{status}}}"#);
        parse_json(&text, 0).unwrap()
    }

    #[test]
    fn budgets_that_are_not_looked_at_or_used_up_refuse() {
        for (status, code, fact) in [
            (
                r#"{"observedGeneration":1,"disruptionsAllowed":3}"#,
                429,
                "being processed",
            ),
            (
                r#"{"observedGeneration":2,"disruptionsAllowed":0,"desiredHealthy":2,"currentHealthy":1}"#,
                429,
                "needs 2 healthy pods and has 1",
            ),
            (
                r#"{"observedGeneration":2,"disruptionsAllowed":-1}"#,
                403,
                "negative",
            ),
        ] {
            let refused = check_allowed(&budget(status)).unwrap_err();
            assert_eq!(refused.code, code, "{status}");
            let causes = refused.details.iter().flat_map(|details| &details.causes);
            let told: String = causes.map(|cause| cause.message.as_str()).collect();
            assert!(
                told.contains(fact) || refused.message.contains(fact),
                "{refused:?}"
            );
        }
        assert_eq!(
            check_allowed(&budget(
                r#"{"observedGeneration":2,"disruptionsAllowed":1}"#
            )),
            Ok(())
        );
    }

    #[test]
    fn the_last_disruption_says_so_in_a_condition() {
        let before = budget(r#"{"observedGeneration":2,"disruptionsAllowed":2}"#);
        let first = counted_down(&before, "p", "2026-01-01T00:00:00Z");
        assert_eq!(number(&first, "disruptionsAllowed"), 1);
        assert_eq!(
            string_at(&first, &["status", "disruptedPods", "p"]),
            "2026-01-01T00:00:00Z"
        );
        assert_eq!(first.get_path(&["status", "conditions"]), None);
        let last = counted_down(&first, "q", "2026-01-01T00:00:01Z");
        let conditions = last.get_path(&["status", "conditions"]).unwrap();
        assert_eq!(
            string_at(&conditions.as_sequence().unwrap()[0], &["reason"]),
            "InsufficientPods"
        );
    }

    #[test]
    fn pods_that_are_not_ready_may_go_while_enough_others_are() {
        let pod = |ready: &str| {
            let text = format!(
                r#"{{"status":{{"phase":"Running","conditions":[{{"type":"Ready","status":"{ready}"}}]}}}}"#
            );
            parse_json(&text, 0).unwrap()
        };
        let enough = budget(r#"{"currentHealthy":2,"desiredHealthy":2}"#);
        assert!(is_spare(&pod("False"), &enough));
        assert!(!is_spare(&pod("True"), &enough));
        assert!(!is_spare(
            &pod("False"),
            &budget(r#"{"currentHealthy":1,"desiredHealthy":2}"#)
        ));
        assert!(!needs_no_budget(&pod("False")));
    }

    #[test]
    fn a_budget_may_let_all_pods_go_that_are_not_ready() {
        let pod = |ready: &str| {
            let conditions = format!(r#"[{{"type":"Ready","status":"{ready}"}}]"#);
            parse_json(&format!(r#"{{"status":{{"conditions":{conditions}}}}}"#), 0).unwrap()
        };
        let of = |policy: &str| {
            let spec = format!(r#"{{"unhealthyPodEvictionPolicy":"{policy}"}}"#);
            let status = r#"{"currentHealthy":0,"desiredHealthy":2}"#;
            parse_json(&format!(r#"{{"spec":{spec},"status":{status}}}"#), 0).unwrap()
        };
        assert!(is_spare(&pod("False"), &of("AlwaysAllow")));
        assert!(!is_spare(&pod("True"), &of("AlwaysAllow")));
        assert!(!is_spare(&pod("False"), &of("IfHealthyBudget")));
    }
}
