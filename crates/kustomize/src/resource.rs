//! One resource of a build: the object itself and, beside it, what the build must remember of it.
//!
//! kustomize keeps this bookkeeping in annotations of the object; here nothing of it can leak into
//! the output or into a patch.

mod affixes;
mod annotations;
mod history;
mod later;
mod previous;
mod settled;
mod shared;
mod touched;

use later::Heading;
use previous::PreviousIds;

pub(crate) use affixes::{AddAffix, Affixes};
pub(crate) use annotations::{
    annotations_mut, make_string, metadata_mut, remove_annotations, set_annotation,
};
pub(crate) use later::CopiedAnnotations;
pub(crate) use previous::PreviousId;
pub(crate) use shared::{SharedEntries, SharedEntry, in_order};
pub(crate) use touched::Touched;

use crate::config::{Course, Create, FieldPath, FieldSpec, FieldTree, value_at_mut};
use crate::origin::Origin;
use crate::provenance::History;
use std::borrow::Cow;
use std::num::NonZeroU8;
use std::sync::Arc;
use trimtab_object::{Gvk, ResourceId};
use trimtab_schema::Schema;
use trimtab_tree::{Position, Result, ScalarKind, Text, Value};

/// With this annotation, unless it says `false`, an object is for the build only.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// The annotation that says that Helm made an object and has put it into its namespace.
pub(crate) const MADE_BY_HELM: &str = "internal.config.kubernetes.io/helm-generated";

/// What a generated resource does to one of the same id that is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Not said: as [`Behavior::Create`].
    #[default]
    Unspecified,
    /// Refuses to meet another.
    Create,
    /// Takes its place, keeping its labels and annotations below its own.
    Replace,
    /// Adds its data to the other's.
    Merge,
}

impl Behavior {
    /// The one that a word in a kustomization file stands for.
    #[must_use]
    pub(crate) fn named(word: &str) -> Option<Self> {
        let known = [Self::Create, Self::Replace, Self::Merge];
        known.into_iter().find(|known| known.name() == word)
    }

    /// The word for it in a kustomization file.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
        }
    }
}

/// A resource. Its id is read from the object and always agrees with it: the object can only be
/// changed through `ResourceSet::edit` and its like, which read it again.
#[derive(Clone, Debug)]
pub struct Resource {
    value: Value,
    /// What somebody may have changed since the id was read.
    touched: Touched,
    /// Whether it may have been changed elsewhere than in fields that are aside, see
    /// [`FieldPath::is_aside`], since the object was copied.
    has_strayed: bool,
    /// Whether it is known that the object has `metadata` without annotations.
    lacks_annotations: bool,
    /// What is known of the object that this one was copied from, if it is unchanged but for what waits.
    heading: Option<Heading>,
    /// See [`Resource::kind_number`].
    kind_number: Option<NonZeroU8>,
    id: ResourceId,
    previous: PreviousIds,
    /// Prefixes its name was given, innermost first.
    pub(crate) prefixes: Affixes,
    /// Suffixes its name was given, innermost first.
    pub(crate) suffixes: Affixes,
    /// What it does to another of its id.
    pub(crate) behavior: Behavior,
    /// Whether a hash of its content goes behind its name at the end.
    pub(crate) needs_hash: bool,
    /// Names of the `vars` that read from it.
    pub(crate) var_names: Vec<Text>,
    /// Where it came from; kept only when `buildMetadata` asks for something.
    pub(crate) origin: Option<Box<Origin>>,
    /// What changed it on the way; kept only when `buildMetadata` asks for it.
    pub(crate) transformations: Vec<Origin>,
    shared: SharedEntries,
    /// What its fields were, in builds that record it.
    pub(crate) history: Option<Box<History>>,
}

impl Resource {
    /// A resource of an object.
    #[must_use]
    pub(crate) fn new(value: Value, schema: &Schema) -> Self {
        let mut resource = Self {
            has_strayed: is_changed_copy(&value),
            value,
            touched: Touched::Nothing,
            lacks_annotations: false,
            heading: None,
            kind_number: None,
            id: ResourceId::default(),
            previous: PreviousIds::default(),
            prefixes: Affixes::default(),
            suffixes: Affixes::default(),
            behavior: Behavior::default(),
            needs_hash: false,
            var_names: Vec::new(),
            origin: None,
            transformations: Vec::new(),
            shared: SharedEntries::default(),
            history: None,
        };
        resource.refresh_id(schema, Touched::Anything);
        resource
    }

    /// The object.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object, to be changed. Only reachable inside an edit, after which the id is read again.
    pub(crate) fn value_mut(&mut self) -> &mut Value {
        self.touch(Touched::Anything);
        &mut self.value
    }

    fn touch(&mut self, touched: Touched) {
        self.touched = self.touched.max(touched);
        self.has_strayed = true;
        self.lacks_annotations &= touched <= Touched::BesideMetadata;
        self.heading = self.heading.filter(|_| touched <= Touched::BesideMetadata);
    }

    /// The object, of which only what the path of a field spec leads to will be changed: where that is
    /// aside, to hold texts.
    pub(crate) fn value_mut_below(&mut self, path: &FieldPath) -> &mut Value {
        self.touch_below(path);
        &mut self.value
    }

    /// Notes that something was changed below what the path of a field spec leads to.
    fn touch_below(&mut self, path: &FieldPath) {
        let touched = Touched::at(path.text());
        if path.is_aside() {
            self.touched = self.touched.max(touched);
            self.lacks_annotations &= !path.is_annotations();
        } else {
            self.touch(touched);
        }
    }

    /// Whether the object may have been changed elsewhere than in fields that are aside, see
    /// [`FieldPath::is_aside`], since it was copied from one that others have, too.
    #[must_use]
    pub(crate) fn has_strayed(&self) -> bool {
        self.has_strayed
    }

    /// The same for what the paths of a tree lead to: of an object in which changes wait it is known where.
    #[must_use]
    pub(crate) fn has_strayed_to(&self, tree: &Arc<FieldTree>) -> bool {
        let object = self.value.as_mapping();
        self.has_strayed && object.is_none_or(|object| tree.meets_late_changes(object))
    }

    /// Says that the object will be copied as it is.
    pub(crate) fn settle(&mut self) {
        // What copies of a copy are compared with is where that came from.
        self.has_strayed &= is_changed_copy(&self.value);
        let fields = self.value.as_mapping();
        self.heading = fields.and_then(|it| Heading::of(it.as_copied().unwrap_or(it)));
        self.lacks_annotations = match self.copied_annotations() {
            CopiedAnnotations::There(_) => false,
            CopiedAnnotations::Missing => true,
            CopiedAnnotations::Unknown => {
                let metadata = self.value.get("metadata").and_then(Value::as_mapping);
                metadata.is_some_and(|it| !it.contains_key("annotations"))
            }
        };
    }

    /// What of the object may have been changed since this was last asked.
    pub(crate) fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// Puts another object in the place of this one, which is given back.
    pub(crate) fn replace_value(&mut self, value: Value) -> Value {
        self.touch(Touched::Anything);
        std::mem::replace(&mut self.value, value)
    }

    /// Takes the object out for as long as the caller says, who leaves `null` in its place.
    pub(crate) fn take_value(&mut self) -> Value {
        std::mem::replace(&mut self.value, Value::null())
    }

    /// Puts the object back that was taken out, and says what of it may have been changed.
    pub(crate) fn put_value(&mut self, value: Value, touched: Touched) {
        self.value = value;
        if touched != Touched::Nothing {
            self.touch(touched);
        }
    }

    /// Visits the fields of a field spec, see [`FieldSpec::visit`].
    ///
    /// # Errors
    /// Those of [`FieldSpec::visit`].
    pub(crate) fn visit(
        &mut self,
        spec: &FieldSpec,
        create: Create,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Result<()> {
        match spec.course(&self.value, create) {
            Course::Nowhere => Ok(()),
            Course::Straight(way) => {
                let field = value_at_mut(self.value_mut_below(&spec.path), way.places());
                field
                    .map_or(Ok(()), visit)
                    .map_err(|error| error.in_field(spec.path.text()))
            }
            Course::Winding => spec.visit(self.value_mut_below(&spec.path), create, visit),
        }
    }

    /// Visits `metadata.name`, where a field spec leads there, see [`Self::visit`].
    ///
    /// # Errors
    /// Those of [`FieldSpec::visit`].
    pub(crate) fn visit_name(
        &mut self,
        spec: &FieldSpec,
        create: Create,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Result<()> {
        if let Some(visited) = self.visit_name_later(spec, create, visit) {
            return visited.map_err(|error| error.in_field(spec.path.text()));
        }
        let Course::Straight(way) = spec.course(&self.value, create) else {
            return self.visit(spec, create, visit);
        };
        if let Some(name) = value_at_mut(&mut self.value, way.places()) {
            let visited = visit(name);
            self.id.name = text_if_not_null(name).into();
            self.touched = self.touched.max(Touched::KnownMetadata);
            visited.map_err(|error| error.in_field(spec.path.text()))?;
        }
        Ok(())
    }

    /// Visits `metadata.namespace`, which is made if it is not there. `None` where `metadata` is not there
    /// or something else than a mapping.
    ///
    /// # Errors
    /// Those of `visit`.
    pub(crate) fn visit_namespace(
        &mut self,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Option<Result<()>> {
        if let Some(visited) = self.visit_namespace_later(visit) {
            return Some(visited);
        }
        let object = self.value.as_mapping_mut()?;
        let place = object.position_of("metadata")?;
        object.at(place).value.as_mapping()?;
        let metadata = object.value_at_mut(place)?.as_mapping_mut()?;
        let namespace = metadata.get_or_insert_with("namespace", || Value::string(""));
        if namespace.is_null()
            && let Some(scalar) = namespace.as_scalar_mut()
        {
            scalar.kind = ScalarKind::String;
        }
        let visited = visit(namespace);
        self.id.namespace = text_if_not_null(namespace).into();
        self.touched = self.touched.max(Touched::KnownMetadata);
        Some(visited)
    }

    /// All values that its fields had; `None` unless the build was asked to record them.
    #[must_use]
    pub fn history(&self) -> Option<&History> {
        self.history.as_deref()
    }

    /// What it is called now.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// What it was called before, oldest first.
    #[must_use]
    pub(crate) fn previous(&self) -> &[PreviousId] {
        &self.previous
    }

    /// The name that it had at first: what its file or generator called it.
    #[must_use]
    pub fn original_name(&self) -> &str {
        let first = self.previous.first();
        first.map_or(&self.id.name, |first| &first.name)
    }

    /// The number of its kind among those of its set, if it has one. Its group, version and kind are then what
    /// those of the others of this number are, and the kind is what it had at first.
    pub(crate) fn kind_number(&self) -> Option<usize> {
        self.kind_number.map(|number| number.get().into())
    }

    /// Gives the kind a number among those of the set.
    pub(crate) fn number_kind(&mut self, number: Option<NonZeroU8>) {
        self.kind_number = number.filter(|_| matches!(self.original_gvk(), Cow::Borrowed(_)));
    }

    /// Its group, version and kind now.
    #[must_use]
    pub fn gvk(&self) -> &Gvk {
        &self.id.gvk
    }

    /// What it was called before, oldest first, as whole ids.
    pub fn previous_ids(&self) -> impl Iterator<Item = ResourceId> {
        self.previous
            .iter()
            .map(|previous| self.with_gvk_of_now(previous))
    }

    /// Its group and version now, with the kind it had at first: what it was read as, for rules that
    /// select by kind.
    pub(crate) fn original_gvk(&self) -> Cow<'_, Gvk> {
        let now = &self.id.gvk;
        if self.kind_number.is_some() {
            return Cow::Borrowed(now);
        }
        match self.previous.first() {
            Some(first) if first.kind != now.kind => Cow::Owned(Gvk {
                kind: first.kind.clone(),
                ..now.clone()
            }),
            _ => Cow::Borrowed(now),
        }
    }

    fn with_gvk_of_now(&self, previous: &PreviousId) -> ResourceId {
        ResourceId {
            gvk: Gvk {
                kind: previous.kind.clone(),
                ..self.id.gvk.clone()
            },
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
            cluster_scoped: previous.cluster_scoped,
        }
    }

    /// Remembers the present id as a previous one. Call it before a rename.
    pub(crate) fn store_previous_id(&mut self) {
        // kustomize can't store an id without a name, kind or namespace; the last never happens.
        if self.id.name.is_empty() || self.id.gvk.kind.is_empty() {
            return;
        }
        self.part_annotations();
        self.previous.push(PreviousId {
            name: self.id.name.clone(),
            namespace: self.id.scope().name().into(),
            kind: self.id.gvk.kind.clone(),
            cluster_scoped: self.id.cluster_scoped,
        });
    }

    /// Whether the build remembers anything of it that kustomize keeps in its annotations.
    pub(crate) fn has_history(&self) -> bool {
        !(self.previous.is_empty() && self.prefixes.is_empty() && self.suffixes.is_empty())
            || self.needs_hash
            || self.behavior != Behavior::Unspecified
            || self.origin.is_some()
    }

    /// The object alone.
    #[must_use]
    pub(crate) fn into_value(self) -> Value {
        self.value
    }

    /// Takes over everything but the object from a resource that this one replaces.
    pub(crate) fn inherit(&mut self, old: Self) {
        self.needs_hash &= old.needs_hash;
        self.behavior = old.behavior;
        self.previous = old.previous;
        self.kind_number = None;
        self.prefixes = old.prefixes;
        self.suffixes = old.suffixes;
        self.var_names = old.var_names;
        self.transformations = old.transformations;
        self.history = old.history.or(self.history.take());
    }

    /// Reads the id from the object again, where that was touched. Returns whether it changed.
    pub(crate) fn refresh_id(&mut self, schema: &Schema, touched: Touched) -> bool {
        let gvk_changed = touched == Touched::Anything && self.refresh_gvk(schema);
        let name_changed = match touched {
            Touched::Nothing | Touched::BesideMetadata | Touched::Content => false,
            // It was read by who changed it.
            Touched::KnownMetadata => true,
            Touched::Metadata | Touched::Anything => self.refresh_name(),
        };
        gvk_changed | name_changed
    }

    fn refresh_gvk(&mut self, schema: &Schema) -> bool {
        let api_version = text_of(Some(&self.value), "apiVersion");
        let kind = text_of(Some(&self.value), "kind");
        let (group, version) = trimtab_object::split_api_version(api_version);
        let gvk = &mut self.id.gvk;
        let gvk_changed = gvk.kind != kind || gvk.group != group || gvk.version != version;
        if gvk_changed {
            *gvk = Gvk::new(group, version, kind);
            self.kind_number = None;
            self.id.cluster_scoped = schema.is_cluster_scoped(api_version, kind) == Some(true);
        }
        gvk_changed
    }

    fn refresh_name(&mut self) -> bool {
        let metadata = self.value.get("metadata");
        let name = text_of(metadata, "name");
        let namespace = text_of(metadata, "namespace");
        let name_changed = self.id.name != name || self.id.namespace != namespace;
        if name_changed {
            self.id.name = name.into();
            self.id.namespace = namespace.into();
        }
        name_changed
    }

    /// Where the object starts.
    #[must_use]
    pub fn position(&self) -> Position {
        self.value.position
    }

    /// Whether it is known that the object has `metadata` without annotations.
    #[must_use]
    pub(crate) fn lacks_annotations(&self) -> bool {
        self.lacks_annotations
    }

    /// Whether the object is for the build only, and not printed.
    pub(crate) fn is_local(&self) -> bool {
        !matches!(self.annotation(LOCAL_CONFIG), None | Some("false"))
    }

    /// The value of an annotation.
    #[must_use]
    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        if self.lacks_annotations {
            return None;
        }
        let path = ["metadata", "annotations", key];
        let known = self.value.as_mapping().and_then(|it| it.peek(&path));
        known.unwrap_or_else(|| self.value.get_path(&path))?.text()
    }
}

/// Whether an object is a copy of another one that is not as it was.
fn is_changed_copy(object: &Value) -> bool {
    let fields = object.as_mapping();
    fields.is_some_and(|fields| fields.origin().is_some())
}

fn text_of<'a>(fields: Option<&'a Value>, key: &str) -> &'a str {
    let field = fields.and_then(|fields| fields.get(key));
    field.map_or("", text_if_not_null)
}

fn text_if_not_null(value: &Value) -> &str {
    value.text_if_not_null().unwrap_or_default()
}
