//! Images that wait in a list until somebody looks at the objects they are in.

use super::image_search::{IMAGES, is_container_list};
use super::set::set_text;
use crate::Resource;
use crate::config::{FieldSpecs, FieldTree, Noted, ScalarSpot, ScalarSpots};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use trimtab_tree::{Mapping, Node, Position, Result, Spot, Text, Value};

/// Gives what an image becomes that is come to so many times, and the line that says so.
pub(super) type NewFor<'f> = dyn FnMut(&str, u32) -> Option<(Text, Position)> + 'f;

/// Changes the images of many objects.
pub(super) struct ImagesLater<'a> {
    specs: &'a FieldSpecs,
    /// What is going to be changed in an object.
    changes: Vec<Change>,
}

struct Change {
    spot: Spot,
    before: Value,
    image: Text,
    /// The line that says so.
    position: Position,
}

impl<'a> ImagesLater<'a> {
    pub(super) fn new(specs: &'a FieldSpecs) -> Self {
        Self {
            specs,
            changes: Vec::new(),
        }
    }

    /// Finds out where the images are, for all copies of an object. `tree` has the paths for its kind.
    pub(super) fn note(&self, resource: &Resource, tree: &Arc<FieldTree>) -> Noted {
        match resource.as_copied() {
            Some(copied) => ScalarSpots::note_images(copied, tree, || self.find(resource, copied)),
            None => tree.note(resource.value(), IMAGES),
        }
    }

    /// Changes the images for which `new_for` has something else. `None`, and nothing is changed, where only a
    /// visit can tell what comes of it.
    pub(super) fn change(
        &mut self,
        resource: &mut Resource,
        tree: &Arc<FieldTree>,
        new_for: &mut NewFor<'_>,
    ) -> Option<Result<()>> {
        self.changes.clear();
        let copied = resource.as_copied()?;
        let object = resource.value().as_mapping()?;
        let has_strayed = resource.has_strayed() || tree.meets_aside();
        if has_strayed && (tree.meets_late_changes(object) || may_have_new_images(object)) {
            return None;
        }
        let spots = ScalarSpots::of_images(copied, tree, || self.find(resource, copied))?;
        for found in spots {
            let late = if has_strayed {
                object.late_change_at(&found.spot)?
            } else {
                None
            };
            let before = late.unwrap_or(&found.scalar);
            if let Some((image, position)) = new_for(before.text()?, found.times) {
                self.changes.push(Change {
                    spot: found.spot.clone(),
                    before: before.clone(),
                    image,
                    position,
                });
            }
        }
        let done = self.changes.drain(..).try_for_each(|change| {
            let set = |image: &mut Value| set_text(image, change.image, change.position);
            let changed = resource.change_later(change.spot, change.before, set);
            changed.unwrap_or(Ok(()))
        });
        Some(done)
    }

    /// Where the images are in an object; `None` where a visit would complain, or has more to do.
    fn find(&self, resource: &Resource, copied: &Mapping) -> Option<Vec<ScalarSpot>> {
        let mut found = Finder::default();
        for spec in self.specs.of(resource.gvk()) {
            let mut can_tell = true;
            let mut see = |image: &Value, way: &[u32]| can_tell &= found.see(image, way);
            let is_in_order = spec.look_among(copied, &mut see);
            if !is_in_order || !can_tell {
                return None;
            }
        }
        let mut way = Vec::new();
        found.containers_among(copied, &mut way)?;
        let is_aside = |spot: &ScalarSpot| {
            let first = copied.at(spot.spot.places()[0].into()).key.text();
            matches!(first, "apiVersion" | "kind" | "metadata")
        };
        (!found.spots.iter().any(is_aside)).then_some(found.spots)
    }
}

/// Whether an image may wait in an object where there was none.
fn may_have_new_images(object: &Mapping) -> bool {
    object.late_changes().iter().any(|(spot, value)| {
        let is_image = spot.keys().last().is_some_and(|key| key == "image");
        is_image || !matches!(value.node, Node::Scalar(_))
    })
}

/// Finds the images of an object.
#[derive(Default)]
struct Finder {
    spots: Vec<ScalarSpot>,
    /// The place of each by the way to it.
    by_way: FxHashMap<Box<[u32]>, usize>,
}

impl Finder {
    /// Comes to an image, perhaps once more. Returns whether it is one, and not too far away.
    fn see(&mut self, image: &Value, way: &[u32]) -> bool {
        if let Some(&known) = self.by_way.get(way) {
            self.spots[known].times += 1;
            return true;
        }
        let (Some(spot), Some(_)) = (Spot::at(way), image.text()) else {
            return false;
        };
        self.by_way.insert(way.into(), self.spots.len());
        self.spots.push(ScalarSpot {
            spot,
            scalar: image.clone(),
            times: 1,
        });
        true
    }

    /// Comes to the images of all containers in some fields, to which a way leads. `None` where something is
    /// none.
    fn containers_among(&mut self, fields: &Mapping, way: &mut Vec<u32>) -> Option<()> {
        for (at, (key, field)) in (0..).zip(fields.iter()) {
            way.push(at);
            if let Some(items) = field.as_sequence().filter(|_| is_container_list(key)) {
                for (at, item) in (0..).zip(items) {
                    way.push(at);
                    self.container(item, way)?;
                    way.pop();
                }
            }
            self.containers_below(field, way)?;
            way.pop();
        }
        Some(())
    }

    fn containers_below(&mut self, value: &Value, way: &mut Vec<u32>) -> Option<()> {
        match &value.node {
            Node::Scalar(_) => Some(()),
            Node::Mapping(fields) => self.containers_among(fields, way),
            Node::Sequence(items) => (0..).zip(items).try_for_each(|(at, item)| {
                way.push(at);
                self.containers_below(item, way)?;
                way.pop();
                Some(())
            }),
        }
    }

    fn container(&mut self, container: &Value, way: &mut Vec<u32>) -> Option<()> {
        let Node::Mapping(fields) = &container.node else {
            return container.is_null().then_some(());
        };
        let Some(at) = fields.position_of("image") else {
            return Some(());
        };
        way.push(at as u32);
        let is_image = self.see(fields.at(at).value, way);
        way.pop();
        is_image.then_some(())
    }
}
