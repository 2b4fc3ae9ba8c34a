//! Disruption budgets, held against what a rollout did.

use crate::error::RehearsalError;
use crate::promise::{Round, share};
use crate::report::{Budget, Subject};
use crate::sampler::Moment;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::api::{Api, ListParams};
use kube::core::{Selector, SelectorExt};
use std::collections::BTreeMap;
use std::time::Duration;
use trimtab_deploy::Target;
use trimtab_informer::Informers;

/// How the budgets fared that select pods of the workloads.
pub(crate) async fn judge(
    target: &Target,
    informers: &Informers,
    workloads: &[(Subject, Vec<Moment>)],
) -> Result<Vec<Budget>, RehearsalError> {
    let budgets: Api<PodDisruptionBudget> = Api::all(target.client().clone());
    let mut judged = Vec::new();
    for budget in budgets.list(&ListParams::default()).await?.items {
        let namespace = budget.metadata.namespace.clone().unwrap_or_default();
        let spec = budget.spec.unwrap_or_default();
        let selector = spec.selector.clone().unwrap_or_default();
        let Ok(selector) = Selector::try_from(selector) else {
            continue;
        };
        let selected: Vec<&(Subject, Vec<Moment>)> = workloads
            .iter()
            .filter(|(subject, _)| {
                subject.namespace == namespace
                    && labels(informers, subject).is_some_and(|labels| selector.matches(&labels))
            })
            .collect();
        let moments: Vec<&[Moment]> = selected.iter().map(|(_, moments)| &**moments).collect();
        let wanted_of = |expected| {
            let missing = spec.max_unavailable.as_ref();
            let wanted = spec.min_available.as_ref();
            match (wanted, missing) {
                (Some(wanted), _) => share(wanted, expected, Round::Up),
                (_, Some(missing)) => expected.saturating_sub(share(missing, expected, Round::Up)),
                _ => 0,
            }
        };
        let Some((worst, desired)) = worst(&moments, wanted_of) else {
            continue;
        };
        let last = moments.iter().filter_map(|it| it.last());
        let expected = last.map(|it| it.desired).sum();
        let name = budget.metadata.name.unwrap_or_default();
        judged.push(Budget {
            subject: Subject::new("PodDisruptionBudget", &namespace, &name),
            workloads: selected
                .iter()
                .map(|(subject, _)| subject.clone())
                .collect(),
            desired_available: desired,
            worst_available: worst,
            allowed_disruptions: usize::saturating_sub(expected, wanted_of(expected)),
        });
    }
    Ok(judged)
}

/// The labels of a workload's pods.
fn labels(informers: &Informers, subject: &Subject) -> Option<BTreeMap<String, String>> {
    let (namespace, name) = (&*subject.namespace, &*subject.name);
    let template = match &*subject.kind {
        "Deployment" => {
            let found = informers.of::<Deployment>().get(namespace, name);
            found?.spec.clone()?.template
        }
        "StatefulSet" => {
            let found = informers.of::<StatefulSet>().get(namespace, name);
            found?.spec.clone()?.template
        }
        "DaemonSet" => {
            let found = informers.of::<DaemonSet>().get(namespace, name);
            found?.spec.clone()?.template
        }
        _ => return None,
    };
    template.metadata?.labels
}

/// The moment at which the most were missing of what `wanted` says of the number of pods: how many
/// were available, and how many should have been. Before the pods of a first rollout were all there
/// once, none is missing.
fn worst(series: &[&[Moment]], wanted: impl Fn(usize) -> usize) -> Option<(usize, usize)> {
    let mut all: Vec<(Duration, usize, usize, usize)> = Vec::new();
    for (of, moments) in series.iter().enumerate() {
        let moments = moments.iter();
        all.extend(moments.map(|it| (it.at, of, it.desired, it.available())));
    }
    all.sort_by_key(|&(at, of, ..)| (at, of));
    let mut now = vec![(0, 0); series.len()];
    let mut found: Option<(usize, usize)> = None;
    let mut were_all_there = false;
    let mut last = None;
    for (_, of, desired, available) in all {
        now[of] = (desired, available);
        let expected = now.iter().map(|(desired, _)| desired).sum();
        let there = now.iter().map(|(_, available)| available).sum();
        let wanted = wanted(expected);
        were_all_there |= expected > 0 && there >= wanted;
        last = Some((there, wanted));
        let lacks = |(there, wanted): (usize, usize)| wanted.saturating_sub(there);
        let is_worse = found.is_none_or(|found| {
            let of_this = (there, wanted);
            (lacks(of_this), found.0) > (lacks(found), there)
        });
        if were_all_there && is_worse {
            found = Some((there, wanted));
        }
    }
    found.or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: u64, desired: usize, available: usize) -> Moment {
        Moment {
            at: Duration::from_secs(seconds),
            desired,
            revisions: BTreeMap::from([(String::new(), (available, available))]),
        }
    }

    #[test]
    fn what_was_never_there_does_not_count_as_missing() {
        let first = [moment(0, 0, 0), moment(1, 4, 0), moment(2, 4, 4)];
        assert_eq!(worst(&[&first], |all| all.saturating_sub(1)), Some((4, 3)));
        let never = [moment(0, 0, 0), moment(1, 4, 0), moment(2, 4, 2)];
        assert_eq!(worst(&[&never], |all| all.saturating_sub(1)), Some((2, 3)));
    }

    #[test]
    fn workloads_of_one_budget_are_taken_together() {
        let a = [moment(0, 2, 2), moment(2, 2, 1), moment(4, 2, 2)];
        let b = [moment(0, 2, 2), moment(3, 2, 1), moment(5, 2, 2)];
        assert_eq!(worst(&[&a, &b], |_| 3), Some((2, 3)));
        assert_eq!(worst(&[&a], |_| 1), Some((1, 1)));
    }
}
