//! What surrounds an object: its events, its pods, its `ReplicaSet`s.

use crate::error::Result;
use crate::fields::{field, items_at, metadata, text_at};
use crate::rollout::{is_controlled_by, is_same_template};
use crate::selector::selector_text;
use crate::target::{Collection, ObjectRef, Resource, Selection, Target};
use std::sync::Arc;
use trimtab_tree::Value;

/// The annotation of a pod that stands for one of a node's own files: its uid there.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// The events of an object that was read, in no particular order.
///
/// # Errors
/// When the server cannot be asked or refuses.
pub async fn object_events(
    target: &Target,
    object: &ObjectRef,
    found: &Value,
) -> Result<Vec<Value>> {
    let uid = match text_at(found, &["metadata", "annotations", MIRROR]) {
        "" => metadata(found, "uid"),
        mirrored => mirrored,
    };
    let mut events = events_with_uid(target, object, uid).await?;
    if object.resource.group.is_empty() && object.resource.kind == "Node" {
        // A node agent calls its node by the name.
        events.extend(events_with_uid(target, object, &object.name).await?);
    }
    Ok(events)
}

async fn events_with_uid(target: &Target, object: &ObjectRef, uid: &str) -> Result<Vec<Value>> {
    let (name, namespace, kind) = (&object.name, &object.namespace, &object.resource.kind);
    // kubectl asks for all that is said of a pod's name, whatever kind is said.
    let kind = match (&*object.resource.group, &**kind) {
        ("", "Pod") => String::new(),
        _ => format!("involvedObject.kind={kind},"),
    };
    let fields = format!(
        "{kind}involvedObject.name={name},involvedObject.namespace={namespace},involvedObject.uid={uid}"
    );
    let selection = Selection {
        labels: String::new(),
        fields,
    };
    objects_of(target, "v1", "Event", namespace, selection).await
}

/// The objects of a kind in a namespace, or in all without one.
///
/// # Errors
/// When the server has no such kind, cannot be asked or refuses.
pub async fn objects_of(
    target: &Target,
    api_version: &str,
    kind: &str,
    namespace: &str,
    selection: Selection,
) -> Result<Vec<Value>> {
    let resource = resource_of(target, api_version, kind).await?;
    let collection = Collection {
        resource,
        namespace: (!namespace.is_empty()).then(|| namespace.into()),
        selection,
    };
    Ok(target.list(&collection).await?.items)
}

/// An object by its kind and name.
///
/// # Errors
/// When it is not there, or the server has no such kind, cannot be asked or refuses.
pub async fn object_of(
    target: &Target,
    api_version: &str,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<Value> {
    let resource = resource_of(target, api_version, kind).await?;
    let object = ObjectRef::new(&resource, namespace, name);
    target.get_existing(&object).await
}

async fn resource_of(target: &Target, api_version: &str, kind: &str) -> Result<Arc<Resource>> {
    let discovery = target.discovery().await?;
    Ok(Arc::new(discovery.of_kind(api_version, kind)?.clone()))
}

/// The pods that a workload's selector selects, whoever controls them.
///
/// # Errors
/// When the server cannot be asked or refuses.
pub async fn selected_pods(target: &Target, workload: &Value) -> Result<Vec<Value>> {
    let namespace = metadata(workload, "namespace");
    objects_of(target, "v1", "Pod", namespace, selection_of(workload)).await
}

fn selection_of(workload: &Value) -> Selection {
    let selector = workload.get_path(&["spec", "selector"]);
    Selection {
        labels: selector.map(selector_text).unwrap_or_default(),
        fields: String::new(),
    }
}

/// The `ReplicaSet`s of a Deployment, the oldest first: those of templates that were, and the one of
/// the template that is.
///
/// # Errors
/// When the server cannot be asked or refuses.
pub async fn replica_sets(
    target: &Target,
    deployment: &Value,
) -> Result<(Vec<Value>, Option<Value>)> {
    let namespace = metadata(deployment, "namespace");
    let selection = selection_of(deployment);
    let mut sets = objects_of(target, "apps/v1", "ReplicaSet", namespace, selection).await?;
    let uid = metadata(deployment, "uid");
    sets.retain(|set| is_controlled_by(set, uid));
    sets.sort_by_cached_key(|set| {
        let created = metadata(set, "creationTimestamp").to_owned();
        (created, metadata(set, "name").to_owned())
    });
    let nothing = Value::null();
    let template = |of: &'_ Value| of.get_path(&["spec", "template"]).cloned();
    let wanted = template(deployment).unwrap_or(nothing);
    let is_new = |set: &Value| template(set).is_some_and(|it| is_same_template(&it, &wanted));
    let new = sets.iter().position(is_new).map(|at| sets.remove(at));
    Ok((sets, new))
}

/// The names of the Services that an Ingress sends requests to.
#[must_use]
pub fn backends(ingress: &Value) -> Vec<&str> {
    let default = ingress.get_path(&["spec", "defaultBackend"]).into_iter();
    let rules = items_at(ingress, &["spec", "rules"]).iter();
    let paths = rules.flat_map(|rule| items_at(rule, &["http", "paths"]));
    let all = default.chain(paths.filter_map(|path| path.get("backend")));
    let services = all.filter_map(|backend| backend.get("service"));
    let mut names: Vec<&str> = services.map(|service| field(service, "name")).collect();
    names.sort_unstable();
    names.dedup();
    names
}
