//! Services while two versions of what they lead to are there: each leads to one of them alone.

use super::second::TRACK;
use crate::error::{Error, Result};
use crate::fields::{field, metadata, text_at};
use crate::revision::revision;
use crate::rollout::nested;
use crate::target::{Collection, ObjectRef, PatchType, Resource, Selection, Target};
use std::sync::Arc;
use trimtab_tree::Value;

/// The label by which the pods of a `ReplicaSet` are told from all others.
const HASH: &str = "pod-template-hash";

/// The Services of a namespace.
pub(super) async fn all(target: &Target, namespace: &str) -> Result<Vec<Value>> {
    let services = resource(target).await?;
    let collection = Collection::in_namespace(&services, namespace);
    Ok(target.list(&collection).await?.items)
}

/// The Services of a namespace that lead to pods with the labels of a template.
pub(super) async fn leading_to(
    target: &Target,
    namespace: &str,
    template: &Value,
) -> Result<Vec<ObjectRef>> {
    let services = resource(target).await?;
    let all = all(target, namespace).await?;
    let leading = all.iter().filter(|service| leads_to(service, template));
    Ok(leading
        .map(|it| ObjectRef::new(&services, namespace, metadata(it, "name")))
        .collect())
}

async fn resource(target: &Target) -> Result<Arc<Resource>> {
    let discovery = target.discovery().await?;
    Ok(Arc::new(discovery.of_kind("v1", "Service")?.clone()))
}

/// Whether a Service selects pods with the labels of a template, our own labels aside.
pub(super) fn leads_to(service: &Value, template: &Value) -> bool {
    let Some(selector) = service
        .get_path(&["spec", "selector"])
        .and_then(Value::as_mapping)
    else {
        return false;
    };
    let mut own = selector
        .iter()
        .filter(|(key, _)| ![TRACK, HASH].contains(key))
        .peekable();
    own.peek().is_some()
        && own.all(|(key, value)| {
            value.text() == Some(text_at(template, &["metadata", "labels", key]))
        })
}

/// Keeps a Service on the pods that a Deployment has now.
pub(super) async fn pin(target: &Target, service: &ObjectRef, hash: &str) -> Result<()> {
    select(target, service, Some(hash), None).await
}

/// Leads a Service to the pods of the second Deployment.
pub(super) async fn switch(target: &Target, service: &ObjectRef, track: &str) -> Result<()> {
    select(target, service, None, Some(track)).await
}

/// Leads a Service to where its own selector leads.
pub(super) async fn give_back(target: &Target, service: &ObjectRef) -> Result<()> {
    select(target, service, None, None).await
}

async fn select(
    target: &Target,
    service: &ObjectRef,
    hash: Option<&str>,
    track: Option<&str>,
) -> Result<()> {
    let value = |text: Option<&str>| text.map_or_else(Value::null, Value::string);
    let selector = Value::mapping([(HASH, value(hash)), (TRACK, value(track))]);
    let patch = nested(&["spec", "selector"], selector);
    match target
        .patch(service, None, PatchType::Merge, &patch, false)
        .await
    {
        Err(error) if error.is_not_found() => Ok(()),
        result => result.map(|_| ()),
    }
}

/// What the pods of a Deployment's present template are labelled with.
pub(super) async fn present_hash(target: &Target, deployment: &ObjectRef) -> Result<String> {
    let live = target.get_existing(deployment).await?;
    let discovery = target.discovery().await?;
    let sets = Arc::new(discovery.of_kind("apps/v1", "ReplicaSet")?.clone());
    let selector = live.get_path(&["spec", "selector"]);
    let collection = Collection {
        selection: Selection {
            labels: selector
                .map(crate::selector::selector_text)
                .unwrap_or_default(),
            fields: String::new(),
        },
        ..Collection::in_namespace(&sets, &deployment.namespace)
    };
    let sets = target.list(&collection).await?.items;
    let uid = metadata(&live, "uid");
    let is_its = |set: &&Value| {
        crate::fields::items_at(set, &["metadata", "ownerReferences"])
            .iter()
            .any(|owner| field(owner, "uid") == uid)
    };
    let newest = sets.iter().filter(is_its).max_by_key(|set| revision(set));
    let hash = newest.map(|set| text_at(set, &["metadata", "labels", HASH]));
    hash.filter(|hash| !hash.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| {
            Error::Impossible(format!(
                "{deployment} has no ReplicaSet yet: nothing can be kept while it changes"
            ))
        })
}

/// Lets an object that is a Service which has been switched stay so when it is applied.
pub(super) fn hold(object: &mut Value, track: &str) {
    let selector = object.get_path_mut(&["spec", "selector"]);
    if let Some(selector) = selector.and_then(Value::as_mapping_mut) {
        selector.insert(TRACK, Value::string(track));
    }
}

/// Whether a Service among objects to apply leads to pods of a template.
pub(super) fn is_leading(object: &Value, template: &Value) -> bool {
    field(object, "kind") == "Service"
        && field(object, "apiVersion") == "v1"
        && leads_to(object, template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn a_service_leads_to_pods_that_have_all_its_labels() {
        let template = yaml("{metadata: {labels: {app: web, tier: front}}}");
        for (selector, expected) in [
            ("{app: web}", true),
            ("{app: web, tier: front}", true),
            (
                "{app: web, pod-template-hash: a, trimtab.dev/track: green}",
                true,
            ),
            ("{app: db}", false),
            ("{app: web, zone: a}", false),
            ("{}", false),
            ("null", false),
        ] {
            let service = yaml(&format!(
                "{{apiVersion: v1, kind: Service, spec: {{selector: {selector}}}}}"
            ));
            assert_eq!(leads_to(&service, &template), expected, "{selector}");
        }
    }
}
