//! `RuntimeClass`: what a container runtime costs, and where it runs, comes from its class.

use super::attributes::Attributes;
use crate::Status;
use crate::fields::{list_at, spec_of, text_at};
use crate::lookup::Lookup;
use trimtab_tree::{Mapping, Value};

/// Gives a new pod the overhead and the place of its runtime class.
pub(super) async fn admit(
    pod: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if !attributes.is_create("", "pods") {
        return Ok(());
    }
    let Some(name) = text_at(pod, &["spec", "runtimeClassName"]).map(str::to_owned) else {
        if pod
            .get_path(&["spec", "overhead"])
            .is_some_and(|it| !it.is_null_or_empty())
        {
            let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined \
                       Overhead";
            return Err(attributes.forbidden(why));
        }
        return Ok(());
    };
    let class = lookup
        .get("node.k8s.io", "runtimeclasses", "", &name)
        .await?;
    let Some(class) = class else {
        let why = format!("pod rejected: RuntimeClass {name:?} not found");
        return Err(attributes.forbidden(&why));
    };
    let Some(spec) = spec_of(pod) else {
        return Ok(());
    };
    if let Some(fixed) = class.get_path(&["overhead", "podFixed"]) {
        let overhead = spec.get("overhead").filter(|it| !it.is_null_or_empty());
        if overhead.is_some_and(|overhead| overhead != fixed) {
            let why = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
            return Err(attributes.forbidden(why));
        }
        spec.insert("overhead", fixed.clone());
    }
    if let Some(scheduling) = class.get("scheduling") {
        place(spec, scheduling, attributes)?;
    }
    Ok(())
}

fn place(
    spec: &mut Mapping,
    scheduling: &Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    if let Some(wanted) = scheduling.get("nodeSelector").and_then(Value::as_mapping) {
        let selector = spec.get_or_insert_with("nodeSelector", || Mapping::new().into());
        let Some(selector) = selector.as_mapping_mut() else {
            return Ok(());
        };
        for (label, value) in wanted.iter() {
            if selector.get(label).is_some_and(|own| own != value) {
                let why = format!(
                    "conflict: runtimeClass.scheduling.nodeSelector[{label}] = {}; \
                     pod.spec.nodeSelector[{label}] = {}",
                    value.text().unwrap_or_default(),
                    selector
                        .get(label)
                        .and_then(Value::text)
                        .unwrap_or_default(),
                );
                return Err(attributes.forbidden(&why));
            }
            selector.insert(label, value.clone());
        }
    }
    let wanted = scheduling.get("tolerations").and_then(Value::as_sequence);
    if let Some(wanted) = wanted
        && let Some(tolerations) = list_at(spec, "tolerations")
    {
        for toleration in wanted {
            if !tolerations.contains(toleration) {
                tolerations.push(toleration.clone());
            }
        }
    }
    Ok(())
}
