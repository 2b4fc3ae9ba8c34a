//! `images`: new names, tags and digests for container images.
//!
//! kustomize goes through all resources once for each entry: first to the `image` of everything
//! in a list called `containers` or `initContainers`, wherever it is, then to the fields that the
//! field specs name. A field that both reach is changed twice, which shows with `tagSuffix`. Here
//! each field is found once and taken through the entries from the first to the last.

use super::image_index::ImageIndex;
use super::image_reference::ImageReference;
use super::set::set_text;
use crate::config::{Create, FieldSpec, FieldSpecs};
use crate::kustomization::Image;
use crate::resource_set::ResourceSet;
use rustc_hash::FxHashMap;
use trimtab_tree::{Diagnostic, Node, Result, Text, Value};

/// Applies the entries in order, each to every image that it is for.
///
/// # Errors
/// When an image is a list or a mapping, an item of a list of containers has no fields, or the
/// way to a field leads through a scalar.
pub fn set_images(
    resources: &mut ResourceSet,
    images: &[&Image],
    specs: &FieldSpecs,
) -> Result<()> {
    if images.is_empty() {
        return Ok(());
    }
    let mut setter = ImageSetter::new(images);
    resources.edit_all(|resource| {
        if resource.gvk().kind == "CustomResourceDefinition" {
            return Ok(());
        }
        let position = resource.position();
        let gvk = resource.gvk().clone();
        let specs: Vec<&FieldSpec> = specs.of(&gvk).collect();
        setter
            .visit_object(resource.value_mut(), &specs)
            .map_err(|error| error.at(position))
    })
}

struct ImageSetter<'a> {
    images: &'a [&'a Image],
    index: ImageIndex,
    /// What an image becomes that is visited so many times, or nothing where no entry is for it.
    known: FxHashMap<(Text, u32), Option<Text>>,
    /// How often the field specs reach each field of the present object, by its address, until it
    /// is changed.
    visits: FxHashMap<usize, u32>,
}

impl<'a> ImageSetter<'a> {
    fn new(images: &'a [&'a Image]) -> Self {
        Self {
            images,
            index: ImageIndex::new(images),
            known: FxHashMap::default(),
            visits: FxHashMap::default(),
        }
    }

    fn visit_object(&mut self, object: &mut Value, specs: &[&FieldSpec]) -> Result<()> {
        // No node is added to the object before the end, so addresses tell the fields apart.
        self.visits.clear();
        for spec in specs {
            spec.visit(object, Create::Nothing, &mut |field| {
                *self.visits.entry(address(field)).or_default() += 1;
                Ok(())
            })?;
        }
        self.visit_containers(object)?;
        for spec in specs {
            spec.visit(object, Create::Nothing, &mut |field| match self
                .visits
                .remove(&address(field))
            {
                Some(times) => self.set(field, times),
                None => Ok(()),
            })?;
        }
        Ok(())
    }

    /// Changes the images of all containers below `value`.
    fn visit_containers(&mut self, value: &mut Value) -> Result<()> {
        match &mut value.node {
            Node::Scalar(_) => Ok(()),
            Node::Sequence(items) => items
                .iter_mut()
                .try_for_each(|item| self.visit_containers(item)),
            Node::Mapping(fields) => fields.iter_mut().try_for_each(|(key, field)| {
                self.visit_containers(field)?;
                match &mut field.node {
                    Node::Sequence(items) if matches!(key, "containers" | "initContainers") => {
                        items
                            .iter_mut()
                            .try_for_each(|item| self.visit_container(item))
                    }
                    _ => Ok(()),
                }
            }),
        }
    }

    fn visit_container(&mut self, container: &mut Value) -> Result<()> {
        if container.is_null() {
            return Ok(());
        }
        let (what, position) = (container.describe(), container.position);
        let Some(fields) = container.as_mapping_mut() else {
            return Err(Diagnostic::error(
                "wrong-node-kind",
                format!("a container cannot be {what}"),
            )
            .at(position)
            .expecting("a mapping with an `image`"));
        };
        let Some(field) = fields.get_mut("image") else {
            return Ok(());
        };
        let by_specs = self.visits.remove(&address(field)).unwrap_or(0);
        self.set(field, 1 + by_specs)
    }

    /// Takes one field through the entries, each applied `times` times.
    fn set(&mut self, field: &mut Value, times: u32) -> Result<()> {
        let Some(old) = field.text() else {
            return Err(Diagnostic::error(
                "wrong-node-kind",
                format!("an image cannot be {}", field.describe()),
            )
            .at(field.position)
            .expecting("a string such as `registry.example.com/app:1.0`"));
        };
        let key = (Text::from(old), times);
        let new = match self.known.get(&key) {
            Some(new) => new.clone(),
            None => {
                let new = self.changed(old, times);
                self.known.insert(key, new.clone());
                new
            }
        };
        new.map_or(Ok(()), |new| set_text(field, new))
    }

    fn changed(&self, old: &str, times: u32) -> Option<Text> {
        let mut image: Option<Text> = None;
        let mut start = 0;
        while let Some(at) = self
            .index
            .first_match(image.as_deref().unwrap_or(old), start)
        {
            for _ in 0..times {
                let text = image.as_deref().unwrap_or(old);
                if self.index.first_match(text, at) != Some(at) {
                    break;
                }
                image = Some(apply(self.images[at], text));
            }
            start = at + 1;
        }
        image
    }
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// The image that an entry makes of one that it is for. A new tag or digest takes the place of
/// both that are there.
fn apply(entry: &Image, text: &str) -> Text {
    let old = ImageReference::parse(text);
    let new_name = entry.new_name.value.as_str();
    let new_tag = entry.new_tag.value.as_str();
    let new_digest = entry.digest.value.as_str();
    let suffix = entry.tag_suffix.value.as_str();
    let (tag, suffix, digest) = if !new_tag.is_empty() || !new_digest.is_empty() {
        (new_tag, "", new_digest)
    } else if !suffix.is_empty() {
        (old.tag, suffix, "")
    } else {
        (old.tag, "", old.digest)
    };
    let mut image = Text::from(if new_name.is_empty() {
        old.name
    } else {
        new_name
    });
    if !tag.is_empty() || !suffix.is_empty() {
        image.push(':');
        image.push_str(tag);
        image.push_str(suffix);
    }
    if !digest.is_empty() {
        image.push('@');
        image.push_str(digest);
    }
    image
}
