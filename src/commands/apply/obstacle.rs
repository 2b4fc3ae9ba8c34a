//! What stands in the way of a plan, and what to do about it.

use super::work::Options;
use crate::exit::Failure;
use std::collections::BTreeSet;
use trimtab_deploy::{Action, Plan, Step};

/// Refuses a plan that cannot be carried out, and says why.
pub(super) fn refuse_obstacles(plan: &Plan, options: &Options<'_>) -> Result<(), Failure> {
    let obstacles: Vec<_> = plan.obstacles(&options.replaces).collect();
    if obstacles.is_empty() {
        return Ok(());
    }
    if let Some(faults) = &options.faults {
        faults.tell(&options.objects, plan);
    }
    let names: Vec<String> = obstacles.iter().map(|step| step.name()).collect();
    let message = format!("nothing was applied: {} cannot be", names.join(", "));
    let mut failure = Failure::new("not-applicable", message);
    let has = |is: fn(&Action) -> bool| obstacles.iter().any(|step| is(&step.action));
    if has(|action| matches!(action, Action::Conflict(_))) {
        failure = failure
            .hint("take the fields over with --force-conflicts, or one with --force-conflicts=FIELD, or leave them out of your objects");
    }
    for step in &obstacles {
        if let Some(hint) = about_replicas(step) {
            failure = failure.hint(hint);
        }
    }
    for namespace in obstacles
        .iter()
        .filter_map(|it| missing_namespace(it))
        .collect::<BTreeSet<_>>()
    {
        failure = failure.hint(format!(
            "namespace {namespace} is not there: describe it beside these objects, and it is made before them, or make it with `kubectl create namespace {namespace}`"
        ));
    }
    if has(|action| matches!(action, Action::Replace { .. })) {
        failure = failure.hint(
            "delete and make them anew with --force, or those of one kind with --recreate KIND",
        );
    }
    Err(failure)
}

/// What to do where somebody else counts the replicas.
fn about_replicas(step: &Step) -> Option<String> {
    let Action::Conflict(conflicts) = &step.action else {
        return None;
    };
    let conflict = conflicts.iter().find(|it| it.is_about_replicas())?;
    let who = match &conflict.autoscaler {
        Some(autoscaler) => format!("the autoscaler {autoscaler}"),
        None => format!("{:?}", conflict.manager),
    };
    Some(format!(
        "{who} counts the replicas of {}: leave `spec.replicas` out of it, or take them over with --force-conflicts=.spec.replicas",
        step.name()
    ))
}

/// The namespace of an object that is refused because that is not there.
fn missing_namespace(step: &Step) -> Option<&str> {
    let Action::Refused(why) = &step.action else {
        return None;
    };
    let namespace = &*step.reference.as_ref()?.namespace;
    (*why == format!("namespaces {namespace:?} not found")).then_some(namespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_deploy::Conflict;
    use trimtab_tree::{ParseOptions, parse_document};

    #[test]
    fn a_conflict_about_replicas_comes_with_a_way_out() {
        let web = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}";
        let web = parse_document(web, ParseOptions::default()).expect("it is YAML");
        let refused = |field: &str, autoscaler: Option<&str>| {
            let conflict = Conflict {
                field: field.to_owned(),
                manager: "kube-controller-manager".to_owned(),
                live: None,
                autoscaler: autoscaler.map(str::to_owned),
            };
            let step = Step::new(web.clone(), Action::Conflict(vec![conflict]));
            about_replicas(&step)
        };
        for (autoscaler, who) in [
            (Some("busy"), "the autoscaler busy"),
            (None, "\"kube-controller-manager\""),
        ] {
            let expected = format!(
                "{who} counts the replicas of deployment.apps/web: leave `spec.replicas` out of it, or take them over with --force-conflicts=.spec.replicas"
            );
            assert_eq!(refused(".spec.replicas", autoscaler), Some(expected));
        }
        assert_eq!(refused(".spec.paused", None), None);
    }
}
