//! Where the images of an object are, found without changing it: objects share what is not changed with
//! those of other overlays.

use crate::config::{Met, Search};
use trimtab_tree::{Node, Value};

/// The search for the images that `ImageSetter` meets; what it refuses is odd.
pub(super) const IMAGES: Search = Search {
    at_end: |field, _, tell| image_in(field, tell),
    everywhere: Some(images_of_field),
    notes: |notes| &notes.images,
};

fn images_of_field(key: &str, field: &Value, tell: &mut dyn FnMut(Met<'_>)) {
    let items = field.as_sequence().filter(|_| is_container_list(key));
    for container in items.unwrap_or_default() {
        images_of_container(container, tell);
    }
}

/// Tells the image of an item of a list of containers.
pub(super) fn images_of_container(container: &Value, tell: &mut dyn FnMut(Met<'_>)) {
    match &container.node {
        Node::Mapping(fields) => {
            if let Some(image) = fields.get("image") {
                image_in(image, tell);
            }
        }
        _ if container.is_null() => {}
        _ => tell(Met::Oddity),
    }
}

fn image_in(field: &Value, tell: &mut dyn FnMut(Met<'_>)) {
    tell(
        field
            .text()
            .map_or(Met::Oddity, |text| Met::Text(text, &[])),
    );
}

/// Whether a field of this name may be a list of containers.
pub(super) fn is_container_list(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

/// The items and fields below a value in which there are containers to change, by their places.
#[derive(Debug, Default)]
pub(super) struct Ways(Vec<(usize, Ways)>);

impl Ways {
    /// The ways to those of all containers below `value` that `is_met` wants; `None` where there are none.
    pub(super) fn to_containers(
        value: &Value,
        is_met: &mut dyn FnMut(Met<'_>) -> bool,
    ) -> Option<Self> {
        let mut ways = Vec::new();
        match &value.node {
            Node::Scalar(_) => {}
            Node::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    ways.extend(Self::to_containers(item, is_met).map(|below| (at, below)));
                }
            }
            Node::Mapping(fields) => {
                for (at, (key, field)) in fields.iter().enumerate() {
                    let below = Self::to_containers(field, is_met);
                    let mut is_wanted = below.is_some();
                    images_of_field(key, field, &mut |met| is_wanted |= is_met(met));
                    if is_wanted {
                        ways.push((at, below.unwrap_or_default()));
                    }
                }
            }
        }
        (!ways.is_empty()).then_some(Self(ways))
    }

    /// The places to go to, and the ways from there.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, (usize, Self)> {
        self.0.iter()
    }
}
