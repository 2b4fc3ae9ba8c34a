//! `images`: new names, tags and digests for container images.
//!
//! kustomize goes through all resources once for each entry: first to the `image` of everything
//! in a list called `containers` or `initContainers`, wherever it is, then to the fields that the
//! field specs name. A field that both reach is changed twice, which shows with `tagSuffix`. Here
//! each field is found once and taken through the entries from the first to the last.

use super::image_index::ImageIndex;
use super::image_reference::ImageReference;
use super::image_search::{IMAGES, Ways, images_of_container, is_container_list};
use super::images_later::ImagesLater;
use super::set::set_text;
use crate::config::{Create, FieldSpec, FieldSpecs, KnownKinds, Met, Noted};
use crate::kustomization::Image;
use crate::resource_set::ResourceSet;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Node, Position, Result, Text, Value, nearest};

/// More entries that are for no image are not told.
const MOST_UNUSED: usize = 100;

/// Applies the entries in order, each to every image that it is for.
///
/// # Errors
/// When an image is a list or a mapping, an item of a list of containers has no fields, or the
/// way to a field leads through a scalar.
pub(crate) fn set_images(
    resources: &mut ResourceSet,
    images: &[&Image],
    specs: &FieldSpecs,
) -> Result<()> {
    if images.is_empty() {
        return Ok(());
    }
    if resources.is_recording() {
        return set_one_by_one(resources, images, specs);
    }
    let mut setter = ImageSetter::new(images);
    let mut later = ImagesLater::new(specs);
    let mut trees = KnownKinds::default();
    resources.note_from_back(|resource| {
        let gvk = resource.gvk();
        if !has_images(gvk) {
            return Noted::Never;
        }
        let tree = trees.of_numbered(resource.kind_number(), gvk, |gvk| specs.tree_of(gvk));
        later.note(resource, tree)
    });
    let result = resources.edit_all(|resource| {
        let gvk = resource.gvk();
        if !has_images(gvk) {
            return Ok(());
        }
        let tree = trees.of_numbered(resource.kind_number(), gvk, |gvk| specs.tree_of(gvk));
        let mut new_for = |text: &str, times| setter.new_for(text, times);
        if let Some(changed) = later.change(resource, tree, &mut new_for) {
            return changed;
        }
        let mut may_change = false;
        tree.search(
            resource.value(),
            resource.has_strayed(),
            IMAGES,
            &mut |met| {
                may_change |= match met {
                    Met::Text(image, _) => setter.is_for(image),
                    Met::Oddity => true,
                };
            },
        );
        if !may_change {
            return Ok(());
        }
        let gvk = resource.gvk().clone();
        let specs: Vec<&FieldSpec> = specs.of(&gvk).collect();
        setter.change(resource.value_mut(), &specs)
    });
    for warning in setter.unused() {
        resources.warn(warning, false);
    }
    result
}

/// Applies the entries one by one, so that each change is one of an entry. The result is the same:
/// that is what kustomize does. To each resource only those entries come that change it.
fn set_one_by_one(
    resources: &mut ResourceSet,
    images: &[&Image],
    specs: &FieldSpecs,
) -> Result<()> {
    let mut all = ImageSetter::new(images);
    let mut used = BTreeSet::new();
    for place in 0..resources.len() {
        let gvk = resources.get(place).gvk().clone();
        if !has_images(&gvk) {
            continue;
        }
        let specs: Vec<&FieldSpec> = specs.of(&gvk).collect();
        let mut copy = resources.get(place).value().clone();
        all.change(&mut copy, &specs)?;
        let entries = all.take_used();
        for &entry in &entries {
            resources.entry(entry, images[entry].name.position);
            resources.edit(place, |resource| {
                ImageSetter::new(&[images[entry]]).change(resource.value_mut(), &specs)
            })?;
        }
        used.extend(entries);
    }
    all.used = used;
    for warning in all.unused() {
        resources.warn(warning, false);
    }
    Ok(())
}

/// Whether objects of a kind are looked at.
fn has_images(gvk: &Gvk) -> bool {
    gvk.kind != "CustomResourceDefinition"
}

struct ImageSetter<'a> {
    images: &'a [&'a Image],
    index: ImageIndex,
    /// What an image becomes that is visited so many times, or nothing where no entry is for it.
    known: FxHashMap<(Text, u32), Option<(Text, Position)>>,
    /// Whether an entry is for an image, of all images that there are.
    there: FxHashMap<Text, bool>,
    /// The entries that are for an image.
    used: BTreeSet<usize>,
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
            there: FxHashMap::default(),
            used: BTreeSet::new(),
            visits: FxHashMap::default(),
        }
    }

    fn change(&mut self, object: &mut Value, specs: &[&FieldSpec]) -> Result<()> {
        let position = object.position;
        self.visit_object(object, specs)
            .map_err(|error| error.at(position))
    }

    fn visit_object(&mut self, object: &mut Value, specs: &[&FieldSpec]) -> Result<()> {
        // What the object shares with others is copied by the first visit, and none is added before
        // the end, so that addresses tell the fields apart.
        for spec in specs {
            visit(spec, object, &mut |_| Ok(()))?;
        }
        self.visits.clear();
        for spec in specs {
            visit(spec, object, &mut |field| {
                *self.visits.entry(address(field)).or_default() += 1;
                Ok(())
            })?;
        }
        if let Some(ways) = Ways::to_containers(object, &mut |met| self.is_met(met)) {
            self.visit_containers(object, &ways)?;
        }
        for spec in specs {
            visit(
                spec,
                object,
                &mut |field| match self.visits.remove(&address(field)) {
                    Some(times) => self.set(field, times),
                    None => Ok(()),
                },
            )?;
        }
        Ok(())
    }

    /// The entries that were used since this was last asked.
    fn take_used(&mut self) -> BTreeSet<usize> {
        // What is known already is not seen to be used again.
        for ((text, _), new) in self.known.drain() {
            self.there.insert(text, new.is_some());
        }
        std::mem::take(&mut self.used)
    }

    /// Whether an entry is for an image that is there.
    fn is_for(&mut self, image: &str) -> bool {
        if let Some(&is_for) = self.there.get(image) {
            return is_for;
        }
        let is_for = self.index.first_match(image, 0).is_some();
        self.there.insert(image.into(), is_for);
        is_for
    }

    fn is_met(&mut self, met: Met<'_>) -> bool {
        match met {
            Met::Text(image, _) => self.is_for(image),
            Met::Oddity => true,
        }
    }

    /// Changes the images of all containers below `value` that `ways` lead to.
    fn visit_containers(&mut self, value: &mut Value, ways: &Ways) -> Result<()> {
        match &mut value.node {
            Node::Scalar(_) => Ok(()),
            Node::Sequence(items) => (ways.iter())
                .try_for_each(|(at, ways)| self.visit_containers(&mut items[*at], ways)),
            Node::Mapping(fields) => ways.iter().try_for_each(|(at, ways)| {
                let is_list = is_container_list(fields.at(*at).key.text());
                let Some(field) = fields.value_at_mut(*at) else {
                    return Ok(());
                };
                self.visit_containers(field, ways)?;
                match &mut field.node {
                    Node::Sequence(items) if is_list => items
                        .iter_mut()
                        .try_for_each(|item| self.visit_container(item)),
                    _ => Ok(()),
                }
            }),
        }
    }

    fn visit_container(&mut self, container: &mut Value) -> Result<()> {
        let mut is_met = false;
        images_of_container(container, &mut |met| is_met |= self.is_met(met));
        if !is_met {
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
        match self.new_for(old, times) {
            Some((new, position)) => set_text(field, new, position),
            None => Ok(()),
        }
    }

    /// What an image becomes that is taken through the entries, each applied `times` times, and the line that
    /// says so.
    fn new_for(&mut self, old: &str, times: u32) -> Option<(Text, Position)> {
        let key = (Text::from(old), times);
        if let Some(new) = self.known.get(&key) {
            return new.clone();
        }
        let new = self.changed(old, times);
        self.known.insert(key, new.clone());
        new
    }

    /// A warning for each entry that no image is called by.
    fn unused(&self) -> Vec<Diagnostic> {
        let unused = (0..self.images.len()).filter(|at| !self.used.contains(at));
        let unused: Vec<&Image> = unused.map(|at| self.images[at]).collect();
        if unused.is_empty() {
            return Vec::new();
        }
        let known = self.known.keys().map(|(text, _)| text);
        let there: BTreeSet<&str> = (known.chain(self.there.keys()))
            .map(|text| ImageReference::parse(text).name)
            .collect();
        let warning = |image: &Image| {
            let name = &image.name.value;
            let warning =
                Diagnostic::warning("unused-image", format!("no image is called `{name}`"))
                    .at(image.name.position.or(position_of(image)));
            let warning = match nearest(name, there.iter().copied()) {
                Some(meant) => warning.hint(format!("did you mean `{meant}`?")),
                None if there.is_empty() => warning.hint("no resource has an image"),
                None => warning.expecting("the name of an image without its tag and digest"),
            };
            *warning
        };
        // Each is compared with all there are, so not more are looked at than are told.
        unused.into_iter().take(MOST_UNUSED).map(warning).collect()
    }

    /// What an image becomes, and where the entry stands that changes it last.
    fn changed(&mut self, old: &str, times: u32) -> Option<(Text, Position)> {
        let mut image: Option<Text> = None;
        let mut position = Position::NONE;
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
            self.used.insert(at);
            position = position_of(self.images[at]);
            start = at + 1;
        }
        image.map(|image| (image, position))
    }
}

/// Visits the fields that a spec leads to. A volume that is no mapping has no image: a `PodSecurityPolicy`
/// lists types of volumes under the same path.
fn visit(
    spec: &FieldSpec,
    object: &mut Value,
    see: &mut dyn FnMut(&mut Value) -> Result<()>,
) -> Result<()> {
    match spec.visit(object, Create::Nothing, see) {
        Err(error)
            if error.code == "field-path-meets-scalar"
                && spec.path.text().ends_with("spec/volumes[]/image/reference") =>
        {
            Ok(())
        }
        done => done,
    }
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// The line of an entry that says what an image becomes.
fn position_of(entry: &Image) -> Position {
    let fields = [
        &entry.digest,
        &entry.new_tag,
        &entry.tag_suffix,
        &entry.new_name,
    ];
    let given = fields.into_iter().find(|field| !field.is_empty());
    given.unwrap_or(&entry.name).position
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

#[cfg(test)]
mod tests;
