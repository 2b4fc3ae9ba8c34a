//! Changes of an object that are kept beside it until somebody looks at them, see
//! [`Mapping::change_later`].

use super::{Resource, Touched, text_if_not_null};
use crate::config::{Create, FieldPath, FieldSpec};
use std::sync::Arc;
use trimtab_tree::{Mapping, Position, Result, Room, Scalar, ScalarKind, Spot, Style, Text, Value};

thread_local! {
    /// Who has it counts how many do, which threads would wait for each other to do.
    static NAMESPACE: Arc<[Text]> = [Text::const_new("namespace")].into();
}

impl Resource {
    /// Visits `metadata.name`, where the field spec `spec` leads there; `None` where that is to be done in
    /// the object itself.
    pub(super) fn visit_name_later(
        &mut self,
        spec: &FieldSpec,
        create: Create,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Option<Result<()>> {
        if spec.create && create != Create::Nothing {
            return None;
        }
        let heading = self.heading_as_copied()?;
        let spot = Spot::at(&[heading.metadata.into(), heading.name?.into()])?;
        let before = |position| Value::string(self.id.name.clone()).at(position);
        let before = heading.plain_name.map(before);
        let visit_name = |name: &mut Value| (visit(name), text_if_not_null(name).into());
        let object = self.value.as_mapping_mut()?;
        let (visited, name) = object.change_later(spot, before, visit_name)?;
        self.id.name = name;
        self.touched = self.touched.max(Touched::KnownMetadata);
        Some(visited)
    }

    /// Visits `metadata.namespace`, which may be new; `None` where that is to be done in the object itself.
    pub(super) fn visit_namespace_later(
        &mut self,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Option<Result<()>> {
        let heading = self.heading_as_copied()?;
        let metadata = heading.metadata.into();
        let spot = if let Some(place) = heading.namespace {
            Spot::at(&[metadata, place.into()])?
        } else {
            let room = Room::for_missing(&[metadata])?;
            NAMESPACE.with(|keys| room.spot(keys))?
        };
        let visit_namespace = |namespace: &mut Value| {
            if let Some(scalar) = namespace.as_scalar_mut()
                && scalar.kind == ScalarKind::Null
            {
                scalar.kind = ScalarKind::String;
            }
            (visit(namespace), text_if_not_null(namespace).into())
        };
        let object = self.value.as_mapping_mut()?;
        let (visited, namespace) = object.change_later(spot, None, visit_namespace)?;
        self.id.namespace = namespace;
        self.touched = self.touched.max(Touched::KnownMetadata);
        Some(visited)
    }

    /// The object as it was copied, if all that is different in it waits.
    pub(crate) fn as_copied(&self) -> Option<&Mapping> {
        self.value.as_mapping()?.as_copied()
    }

    /// That of the object as it was copied, if it was; who changes something finds out whether it still is.
    fn heading_as_copied(&self) -> Option<Heading> {
        let of_copied = || Heading::of(self.as_copied()?);
        self.heading.or_else(of_copied)
    }

    /// Adds new scalars below the fields at some paths, if that can wait, and empties the list. Returns
    /// whether it was done; it is not done in part.
    pub(crate) fn add_later<'p>(
        &mut self,
        news: &mut Vec<(Spot, Value)>,
        paths: impl Iterator<Item = &'p FieldPath>,
    ) -> bool {
        let is_done = news.is_empty()
            || (self.value.as_mapping_mut()).is_some_and(|object| object.add_later(news));
        if is_done {
            paths.for_each(|path| self.touch_below(path));
        }
        is_done
    }

    /// Changes a scalar beside `metadata` and what the kind is read from, if that can wait. `before` is what it was.
    pub(crate) fn change_later<T>(
        &mut self,
        spot: Spot,
        before: Value,
        change: impl FnOnce(&mut Value) -> T,
    ) -> Option<T> {
        let object = self.value.as_mapping_mut()?;
        let done = object.change_later(spot, Some(before), change)?;
        self.touched = self.touched.max(Touched::BesideMetadata);
        self.has_strayed = true;
        Some(done)
    }

    /// What is known of the annotations without a look at what waits.
    pub(crate) fn copied_annotations(&self) -> CopiedAnnotations<'_> {
        let object = self.value.as_mapping();
        let metadata = object.and_then(|object| object.as_copied()?.get("metadata"));
        if metadata.is_none_or(|metadata| metadata.as_mapping().is_none()) {
            return CopiedAnnotations::Unknown;
        }
        match object.and_then(|object| object.copied_at(&["metadata", "annotations"])) {
            None => CopiedAnnotations::Unknown,
            Some(None) => CopiedAnnotations::Missing,
            Some(Some(annotations)) => CopiedAnnotations::There(annotations),
        }
    }
}

/// The annotations of an object of which there are copies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CopiedAnnotations<'v> {
    /// They are as they were copied.
    There(&'v Value),
    /// There is `metadata`, and still none in it.
    Missing,
    /// Only the object itself can tell.
    Unknown,
}

/// Where in an object name and namespace are, of those of which copies are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    metadata: u8,
    name: Option<u8>,
    /// The position of a name of which there is no more to say than its text.
    plain_name: Option<Position>,
    namespace: Option<u8>,
}

impl Heading {
    /// `None` where `metadata` is no mapping, or anything is too far behind.
    pub(super) fn of(object: &Mapping) -> Option<Self> {
        let metadata = object.position_of("metadata")?;
        let fields = object.at(metadata).value.as_mapping()?;
        let place_of = |key: &str| fields.position_of(key).map(u8::try_from).transpose().ok();
        let is_plain = |name: &&Value| {
            let scalar = name.as_scalar();
            let is_plain = |it: &Scalar| it.kind == ScalarKind::String && it.style == Style::Plain;
            name.extra.is_none() && name.style == Style::Plain && scalar.is_some_and(is_plain)
        };
        let plain_name = fields.get("name").filter(is_plain);
        Some(Self {
            metadata: u8::try_from(metadata).ok()?,
            name: place_of("name")?,
            plain_name: plain_name.map(|name| name.position),
            namespace: place_of("namespace")?,
        })
    }
}
