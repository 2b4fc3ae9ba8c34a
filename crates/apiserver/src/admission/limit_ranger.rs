//! `LimitRanger`: what pods and claims of a namespace ask for is within its `LimitRange`s, which
//! also give containers what they do not ask for.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{items_at, mapping_at, text_at};
use crate::lookup::Lookup;
use std::sync::Arc;
use trimtab_object::Quantity;
use trimtab_tree::Value;
use trimtab_validation::usage::{Amounts, Side};

/// Tells what was given to which container.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";
const PODS: &str = "pods";
const CLAIMS: &str = "persistentvolumeclaims";

/// Whether limits are about this write: new pods and those that are resized, claims.
fn concerns(attributes: &Attributes<'_>) -> bool {
    let is_deleted = |old: &Value| text_at(old, &["metadata", "deletionTimestamp"]).is_some();
    if !attributes.group.is_empty() || attributes.old.is_some_and(is_deleted) {
        return false;
    }
    match (attributes.resource, attributes.subresource) {
        (PODS, "") => attributes.operation == Operation::Create,
        (PODS, "resize") => attributes.operation == Operation::Update,
        (CLAIMS, "") => matches!(attributes.operation, Operation::Create | Operation::Update),
        _ => false,
    }
}

async fn ranges(
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<Vec<Arc<Value>>, Status> {
    lookup
        .list_all("", "limitranges", attributes.namespace)
        .await
}

/// Gives containers the requests and limits that they do not have.
pub(super) async fn admit(
    pod: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if !concerns(attributes) || attributes.resource != PODS {
        return Ok(());
    }
    for range in ranges(attributes, lookup).await? {
        let mut told = Vec::new();
        let (requests, limits) = defaults(&range);
        for (list, what) in [
            ("containers", "container"),
            ("initContainers", "init container"),
        ] {
            let containers = pod.get_path_mut(&["spec", list]);
            let containers = containers.and_then(Value::as_sequence_mut);
            for container in containers.into_iter().flatten() {
                give(container, &requests, &limits, what, &mut told);
            }
        }
        if !told.is_empty() {
            annotate(pod, &format!("LimitRanger plugin set: {}", told.join("; ")));
        }
    }
    Ok(())
}

/// What the range gives to containers: requests and limits.
fn defaults(range: &Value) -> (Amounts, Amounts) {
    let (mut requests, mut limits) = (Amounts::default(), Amounts::default());
    for limit in items_at(range, &["spec", "limits"]) {
        if text_at(limit, &["type"]) == Some("Container") {
            for (all, field) in [(&mut requests, "defaultRequest"), (&mut limits, "default")] {
                for (name, amount) in Amounts::read(limit.get(field)).iter() {
                    all.set(name, amount.clone());
                }
            }
        }
    }
    (requests, limits)
}

fn give(
    container: &mut Value,
    requests: &Amounts,
    limits: &Amounts,
    what: &str,
    told: &mut Vec<String>,
) {
    let container_name = text_at(container, &["name"]).unwrap_or_default().to_owned();
    let Some(resources) = container
        .as_mapping_mut()
        .and_then(|container| mapping_at(container, "resources"))
    else {
        return;
    };
    for (given, field, side) in [
        (requests, "requests", "request"),
        (limits, "limits", "limit"),
    ] {
        let has = |name: &str| {
            resources
                .get(field)
                .is_some_and(|own| own.get(name).is_some())
        };
        let missing: Vec<_> = given.iter().filter(|(name, _)| !has(name)).collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<_> = missing.iter().map(|(name, _)| *name).collect();
        told.push(format!(
            "{} {side} for {what} {container_name}",
            names.join(", ")
        ));
        if let Some(own) = mapping_at(resources, field) {
            for (name, amount) in missing {
                own.insert(name, Value::string(amount.to_string()));
            }
        }
    }
}

fn annotate(pod: &mut Value, told: &str) {
    let metadata = pod
        .as_mapping_mut()
        .and_then(|pod| mapping_at(pod, "metadata"));
    if let Some(annotations) = metadata.and_then(|it| mapping_at(it, "annotations")) {
        annotations.insert(ANNOTATION, Value::string(told));
    }
}

/// Refuses what is outside of the limits.
pub(super) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if !concerns(attributes) {
        return Ok(());
    }
    for range in ranges(attributes, lookup).await? {
        let mut broken = Vec::new();
        for limit in items_at(&range, &["spec", "limits"]) {
            let bounds = Bounds::read(limit);
            match (attributes.resource, bounds.kind.as_str()) {
                (CLAIMS, "PersistentVolumeClaim") => {
                    let stated = object.get("spec").map(|spec| Side::Requests.of(spec));
                    bounds.check_claim(&stated.unwrap_or_default(), &mut broken);
                }
                (PODS, "Container") => {
                    for list in ["containers", "initContainers"] {
                        for container in items_at(object, &["spec", list]) {
                            let requests = Side::Requests.of(container);
                            bounds.check(&requests, &Side::Limits.of(container), &mut broken);
                        }
                    }
                }
                (PODS, "Pod") => {
                    let requests = Side::Requests.of_pod(object);
                    bounds.check(&requests, &Side::Limits.of_pod(object), &mut broken);
                }
                _ => {}
            }
        }
        // The same is said once, however many containers it is true of.
        let mut told: Vec<String> = Vec::new();
        for line in broken {
            if !told.contains(&line) {
                told.push(line);
            }
        }
        match told.as_slice() {
            [] => {}
            [one] => return Err(attributes.forbidden(one)),
            several => return Err(attributes.forbidden(&format!("[{}]", several.join(", ")))),
        }
    }
    Ok(())
}

/// The bounds of one kind of thing.
struct Bounds {
    kind: String,
    min: Amounts,
    max: Amounts,
    ratio: Amounts,
}

impl Bounds {
    fn read(limit: &Value) -> Self {
        Self {
            kind: text_at(limit, &["type"]).unwrap_or_default().to_owned(),
            min: Amounts::read(limit.get("min")),
            max: Amounts::read(limit.get("max")),
            ratio: Amounts::read(limit.get("maxLimitRequestRatio")),
        }
    }

    fn check(&self, requests: &Amounts, limits: &Amounts, broken: &mut Vec<String>) {
        for (name, bound) in self.min.iter() {
            broken.extend(self.below(name, bound, requests, limits));
        }
        for (name, bound) in self.max.iter() {
            broken.extend(self.above(name, bound, requests, limits));
        }
        for (name, bound) in self.ratio.iter() {
            broken.extend(self.apart(name, bound, requests, limits));
        }
    }

    /// A claim only has requests.
    fn check_claim(&self, requests: &Amounts, broken: &mut Vec<String>) {
        let kind = &self.kind;
        for (name, bound) in self.min.iter() {
            broken.extend(self.below(name, bound, requests, &Amounts::default()));
        }
        for (name, bound) in self.max.iter() {
            let usage = format!("maximum {name} usage per {kind} is {bound}");
            match requests.get(name) {
                None => broken.push(format!("{usage}.  No request is specified")),
                Some(asked) if asked > bound => {
                    broken.push(format!("{usage}, but request is {asked}"));
                }
                Some(_) => {}
            }
        }
    }

    fn below(
        &self,
        name: &str,
        bound: &Quantity,
        requests: &Amounts,
        limits: &Amounts,
    ) -> Option<String> {
        let usage = format!("minimum {name} usage per {} is {bound}", self.kind);
        let Some(asked) = requests.get(name) else {
            return Some(format!("{usage}.  No request is specified"));
        };
        if asked < bound {
            return Some(format!("{usage}, but request is {asked}"));
        }
        let limit = limits.get(name).filter(|limit| *limit < bound)?;
        Some(format!("{usage}, but limit is {limit}"))
    }

    fn above(
        &self,
        name: &str,
        bound: &Quantity,
        requests: &Amounts,
        limits: &Amounts,
    ) -> Option<String> {
        let usage = format!("maximum {name} usage per {} is {bound}", self.kind);
        let Some(limit) = limits.get(name) else {
            return Some(format!("{usage}.  No limit is specified"));
        };
        if limit > bound {
            return Some(format!("{usage}, but limit is {limit}"));
        }
        let asked = requests.get(name).filter(|asked| *asked > bound)?;
        Some(format!("{usage}, but request is {asked}"))
    }

    fn apart(
        &self,
        name: &str,
        bound: &Quantity,
        requests: &Amounts,
        limits: &Amounts,
    ) -> Option<String> {
        let usage = format!(
            "{name} max limit to request ratio per {} is {bound}",
            self.kind
        );
        let some = |amounts: &Amounts| amounts.get(name).filter(|it| !it.is_zero()).cloned();
        let Some(request) = some(requests) else {
            return Some(format!(
                "{usage}, but no request is specified or request is 0"
            ));
        };
        let Some(limit) = some(limits) else {
            return Some(format!("{usage}, but no limit is specified or limit is 0"));
        };
        let ratio = ratio(&limit, &request);
        let most = self::ratio(bound, &Quantity::from_units(1));
        (ratio > most).then(|| format!("{usage}, but provided ratio is {ratio:.6}"))
    }
}

/// How often one amount is in another: by thousandths, unless there are too many.
#[allow(clippy::cast_precision_loss, reason = "a ratio is told to six digits")]
fn ratio(limit: &Quantity, request: &Quantity) -> f64 {
    let most = i64::MAX / 1000;
    if limit.units() < most && request.units() < most {
        limit.millis() as f64 / request.millis() as f64
    } else {
        limit.units() as f64 / request.units() as f64
    }
}
