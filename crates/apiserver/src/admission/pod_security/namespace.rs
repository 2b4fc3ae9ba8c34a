//! Namespaces whose labels name a standard: the names must be right, and pods that break a new one
//! are told of.

use super::level::{Level, LevelVersion, standards};
use super::pod::{Pod, Violation};
use super::violations;
use crate::Status;
use crate::admission::attributes::{Attributes, Operation};
use crate::fields::{items_at, text_at};
use crate::lookup::Lookup;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_tree::Value;

/// How many pods are looked at, at most, when what is enforced changes.
const MOST_PODS: usize = 3000;

/// Refuses labels that are wrong, and warns of pods that break what is enforced from now on.
pub(super) async fn check(
    namespace: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let settings = &attributes.settings.pod_security;
    let standards = |namespace| standards(namespace, &settings.defaults);
    let (new, faults) = standards(namespace);
    let old = match attributes.operation {
        Operation::Update => attributes.old.map(standards),
        _ => None,
    };
    let were_there = old.as_ref().is_some_and(|(_, old)| *old == faults);
    if !faults.is_empty() && !were_there {
        return Err(Status::invalid("", "Namespace", attributes.name, faults));
    }
    let Some((old, _)) = old else {
        return Ok(());
    };
    let is_laxer =
        new.enforce.version == old.enforce.version && new.enforce.level <= old.enforce.level;
    if new.enforce == old.enforce || new.enforce.level == Level::Privileged || is_laxer {
        return Ok(());
    }
    if settings
        .namespaces
        .iter()
        .any(|name| name == attributes.name)
    {
        return Ok(());
    }
    let pods = lookup.list_all("", "pods", attributes.name).await?;
    attributes
        .notes
        .warn_all(warnings(&pods, attributes.name, new.enforce));
    Ok(())
}

/// What is told of pods that break a standard: each way to break it once, with the first pod's name.
fn warnings(pods: &[Arc<Value>], namespace: &str, standard: LevelVersion) -> Vec<String> {
    let mut looked_at = in_order(pods);
    let total = looked_at.len();
    looked_at.truncate(MOST_PODS);
    let mut broken: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for pod in &looked_at {
        let violations = violations(&Pod::new(pod), standard);
        if violations.is_empty() {
            continue;
        }
        let name = text_at(pod, &["metadata", "name"]).unwrap_or_default();
        let seen = broken
            .entry(Violation::reasons(&violations))
            .or_insert((name, 0));
        seen.0 = seen.0.min(name);
        seen.1 += 1;
    }
    let mut told = Vec::new();
    if looked_at.len() < total {
        told.push(format!(
            "new PodSecurity enforce level only checked against the first {} of {total} existing pods",
            looked_at.len()
        ));
    }
    if !broken.is_empty() {
        told.push(format!(
            "existing pods in namespace {namespace:?} violate the new PodSecurity enforce level \
             \"{standard}\""
        ));
    }
    let mut by_pod: Vec<_> = broken
        .into_iter()
        .map(|(reasons, (name, count))| match count {
            1 => format!("{name}: {reasons}"),
            2 => format!("{name} (and 1 other pod): {reasons}"),
            _ => format!("{name} (and {} other pods): {reasons}", count - 1),
        })
        .collect();
    by_pod.sort_unstable();
    told.extend(by_pod);
    told
}

/// One pod of each controller first, as the others are like it.
fn in_order(pods: &[Arc<Value>]) -> Vec<&Value> {
    let mut controllers = BTreeSet::new();
    let is_first = |pod: &&Value| {
        let owners = items_at(pod, &["metadata", "ownerReferences"]).iter();
        let controller = owners
            .filter(|owner| text_at(owner, &["controller"]) == Some("true"))
            .find_map(|owner| text_at(owner, &["uid"]).map(str::to_owned));
        controller.is_none_or(|uid| controllers.insert(uid))
    };
    let pods = pods.iter().map(|pod| &**pod);
    let (mut first, others): (Vec<_>, Vec<_>) = pods.partition(is_first);
    first.extend(others);
    first
}
