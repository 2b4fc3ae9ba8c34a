//! `AlwaysPullImages`: no pod runs an image that its node has from somebody else's pull.

use super::attributes::{Attributes, Operation};
use crate::fields::{items_at, text_at};
use std::collections::BTreeSet;
use trimtab_tree::Value;

const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Has the images of a pod pulled, whether it is new or gets others.
pub(super) fn always_pull(pod: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is("", "pods") || attributes.operation == Operation::Delete {
        return;
    }
    if let Some(old) = attributes.old
        && images(pod).is_subset(&images(old))
    {
        return;
    }
    let always = || Value::string("Always");
    for list in CONTAINERS {
        let containers = pod.get_path_mut(&["spec", list]);
        let containers = containers.and_then(Value::as_sequence_mut);
        for container in containers.into_iter().flatten() {
            if let Some(container) = container.as_mapping_mut() {
                container.insert("imagePullPolicy", always());
            }
        }
    }
    let volumes = pod.get_path_mut(&["spec", "volumes"]);
    let volumes = volumes.and_then(Value::as_sequence_mut);
    for volume in volumes.into_iter().flatten() {
        if let Some(image) = volume.get_mut("image").and_then(Value::as_mapping_mut) {
            image.insert("pullPolicy", always());
        }
    }
}

fn images(pod: &Value) -> BTreeSet<String> {
    let containers = CONTAINERS
        .iter()
        .flat_map(|list| items_at(pod, &["spec", list]));
    let images = containers.filter_map(|container| text_at(container, &["image"]));
    images.map(str::to_owned).collect()
}
