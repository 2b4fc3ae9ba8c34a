//! Plugins that fill in one field each: of nodes, volumes and ingresses.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{list_at, spec_of, text_at};
use crate::lookup::Lookup;
use std::sync::Arc;
use trimtab_object::Quantity;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::usage::class_of;

const STORAGE: &str = "storage.k8s.io";
const NETWORKING: &str = "networking.k8s.io";
/// Names the class of a claim, before there was a field for it.
const OLD_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const NOT_READY: &str = "node.kubernetes.io/not-ready";

/// `TaintNodesByCondition`: a new node gets no pods until it is known to be ready.
pub(super) fn taint_new_node(node: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is_create("", "nodes") {
        return;
    }
    let Some(node) = node.as_mapping_mut() else {
        return;
    };
    let spec = node.get_or_insert_with("spec", || Mapping::new().into());
    let Some(taints) = spec
        .as_mapping_mut()
        .and_then(|spec| list_at(spec, "taints"))
    else {
        return;
    };
    let is_there = |taint: &Value| {
        text_at(taint, &["key"]) == Some(NOT_READY)
            && text_at(taint, &["effect"]) == Some("NoSchedule")
    };
    if !taints.iter().any(is_there) {
        taints.push(Value::mapping([
            ("key", Value::string(NOT_READY)),
            ("effect", Value::string("NoSchedule")),
        ]));
    }
}

/// A request for a certificate says who made it. (No plugin: the strategy of the kind does it.)
pub(super) fn name_requester(request: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is_create("certificates.k8s.io", "certificatesigningrequests") {
        return;
    }
    let Some(spec) = spec_of(request) else {
        return;
    };
    let user = attributes.user;
    let texts = |texts: &[String]| Value::sequence(texts.iter().map(Value::string).collect());
    for field in ["uid", "groups", "extra"] {
        spec.remove(field);
    }
    spec.insert("username", Value::string(&user.name));
    if !user.uid.is_empty() {
        spec.insert("uid", Value::string(&user.uid));
    }
    if !user.groups.is_empty() {
        spec.insert("groups", texts(&user.groups));
    }
    if !user.extra.is_empty() {
        let extra = user.extra.iter();
        let extra = extra.map(|(key, values)| (key.as_str().into(), texts(values)));
        spec.insert("extra", extra.collect::<Mapping>().into());
    }
}

/// `StorageObjectInUseProtection`: volumes and claims stay while they are used.
pub(super) fn protect_storage(object: &mut Value, attributes: &Attributes<'_>) {
    let finalizer = if attributes.is_create("", "persistentvolumeclaims") {
        "kubernetes.io/pvc-protection"
    } else if attributes.is_create("", "persistentvolumes") {
        "kubernetes.io/pv-protection"
    } else if attributes.is_create(STORAGE, "volumeattributesclasses") {
        "kubernetes.io/vac-protection"
    } else {
        return;
    };
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    if let Some(finalizers) = metadata.and_then(|it| list_at(it, "finalizers"))
        && !finalizers.iter().any(|it| it.text() == Some(finalizer))
    {
        finalizers.push(Value::string(finalizer));
    }
}

/// The class that an annotation marks as the default: the newest, and of several of one second the
/// first by name.
async fn default_class(
    lookup: &impl Lookup,
    group: &str,
    resource: &str,
    annotation: &str,
) -> Result<Option<Arc<Value>>, Status> {
    let created = |class: &Value| {
        text_at(class, &["metadata", "creationTimestamp"])
            .unwrap_or_default()
            .to_owned()
    };
    let classes = lookup.list(group, resource, "").await?;
    let marked = classes
        .into_iter()
        .filter(|class| text_at(class, &["metadata", "annotations", annotation]) == Some("true"));
    // `max_by` takes the last of equals, so from behind it is the first by name.
    Ok(marked.rev().max_by(|a, b| created(a).cmp(&created(b))))
}

/// `DefaultStorageClass`: a claim that names no class is of the default one.
pub(super) async fn storage_class(
    claim: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    const ANNOTATION: &str = "storageclass.kubernetes.io/is-default-class";
    if !attributes.is_create("", "persistentvolumeclaims")
        || claim.get_path(&["spec", "storageClassName"]).is_some()
        || claim
            .get_path(&["metadata", "annotations", OLD_CLASS])
            .is_some()
    {
        return Ok(());
    }
    set_class(
        claim,
        "storageClassName",
        default_class(lookup, STORAGE, "storageclasses", ANNOTATION).await?,
    );
    Ok(())
}

/// `DefaultIngressClass`: an ingress that names no class is of the default one.
pub(super) async fn ingress_class(
    ingress: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    const ANNOTATION: &str = "ingressclass.kubernetes.io/is-default-class";
    const OLD_CLASS: &str = "kubernetes.io/ingress.class";
    if !attributes.is_create(NETWORKING, "ingresses")
        || ingress.get_path(&["spec", "ingressClassName"]).is_some()
        || ingress
            .get_path(&["metadata", "annotations", OLD_CLASS])
            .is_some()
    {
        return Ok(());
    }
    set_class(
        ingress,
        "ingressClassName",
        default_class(lookup, NETWORKING, "ingressclasses", ANNOTATION).await?,
    );
    Ok(())
}

fn set_class(object: &mut Value, field: &str, class: Option<Arc<Value>>) {
    if let Some(class) = class
        && let Some(name) = class.get_path(&["metadata", "name"])
        && let Some(spec) = spec_of(object)
    {
        spec.insert(field, name.clone());
    }
}

/// `PersistentVolumeClaimResize`: a claim grows only where its class allows it.
pub(super) async fn check_expansion(
    claim: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let Some(old) = attributes.old else {
        return Ok(());
    };
    if !attributes.is("", "persistentvolumeclaims") || attributes.operation != Operation::Update {
        return Ok(());
    }
    let size = |claim: &Value| {
        let size = text_at(claim, &["spec", "resources", "requests", "storage"]);
        size.and_then(|size| Quantity::parse(size).ok())
    };
    if size(claim) <= size(old) {
        return Ok(());
    }
    if text_at(old, &["status", "phase"]) != Some("Bound") {
        return Err(attributes.forbidden("Only bound persistent volume claims can be expanded"));
    }
    let name = class_of(old).filter(|name| class_of(claim) == Some(name));
    let class = match name {
        Some(name) => lookup.get(STORAGE, "storageclasses", "", name).await?,
        None => None,
    };
    let may_grow = class
        .as_ref()
        .is_some_and(|class| text_at(class, &["allowVolumeExpansion"]) == Some("true"));
    if may_grow {
        return Ok(());
    }
    let why = "only dynamically provisioned pvc can be resized and the storageclass that provisions \
               the pvc must support resize";
    Err(attributes.forbidden(why))
}
