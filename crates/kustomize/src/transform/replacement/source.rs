//! What a replacement copies: a value as it is, or a field of the one resource that an id finds.

use crate::kustomization::{At, IdFields, SourceSelector};
use crate::nearest::{nearest_field, nearest_resource};
use crate::transform::replacement_path::Path;
use crate::transform::replacement_value::Part;
use crate::{Resource, ResourceSet};
use trimtab_object::{Scope, split_escaped};
use trimtab_tree::{Diagnostic, Position, Result, Text, Value};

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a build has few of them")]
pub(super) enum Source {
    /// The value itself.
    Value(Box<Value>),
    /// A field of the resource that has or had an id.
    Field {
        id: IdFields,
        path: Path,
        part: Part,
        position: Position,
    },
}

impl Source {
    pub(super) fn new(source: &At<SourceSelector>) -> Result<Self> {
        Ok(Self::Field {
            id: source.id.clone(),
            path: Path::new(&source.field_path, source.position)?,
            part: Part::new(source.options.as_ref()),
            position: source.position,
        })
    }

    /// The value to be copied and, when a field holds it, the place of its resource and the path of
    /// the field.
    pub(super) fn read(&self, set: &mut ResourceSet) -> Result<(Value, Option<(usize, &Path)>)> {
        let (id, path, part, position) = match self {
            Self::Value(value) => return Ok((value.as_ref().clone(), None)),
            Self::Field {
                id,
                path,
                part,
                position,
            } => (id, path, part, *position),
        };
        let place = only_source(set, id, position)?;
        let resource = set.get(place);
        let found = path
            .steps
            .get(resource.value())
            .map_err(|error| error.at(path.position))?;
        let Some(found) = found.filter(|found| !found.is_null_or_empty()) else {
            let steps = split_escaped(&path.text, '.');
            let hint = nearest_field(resource.value(), steps.iter().map(|step| &**step), '.');
            let error = Diagnostic::error(
                "missing-replacement-source",
                format!(
                    "{} has nothing at `{}`",
                    resource.id().in_words(),
                    path.text
                ),
            )
            .at(path.position)
            .label(resource.position(), "the resource is here")
            .expecting("the path of a field that is there and not empty");
            return Err(match hint {
                Some(hint) => error.hint(hint),
                None => error,
            });
        };
        let value = part.taken_from(found).map_err(|error| error.at(position))?;
        Ok((value, Some((place, path))))
    }

    /// Whether all of a field is copied.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Value(_) => true,
            Self::Field { part, .. } => part.is_whole(),
        }
    }
}

/// The place of the one resource that has or had the id of a source.
fn only_source(set: &mut ResourceSet, id: &IdFields, position: Position) -> Result<usize> {
    let mut places = if id.name.is_empty() {
        (0..set.len()).collect()
    } else {
        let namespace = Scope::of(false, &id.namespace).name();
        set.find_named(&id.name, (!id.namespace.is_empty()).then_some(namespace))
    };
    places.retain(|&place| is_source(set.get(place), id));
    match places[..] {
        [place] => Ok(place),
        [] => Err(Diagnostic::error(
            "replacement-without-source",
            format!("there is no {}", shown(id)),
        )
        .at(position)
        .hint(nearest_resource(
            &id.kind,
            &id.name,
            set.iter().map(Resource::id),
        ))),
        ref several => Err(several.iter().take(8).fold(
            Diagnostic::error(
                "ambiguous-replacement-source",
                format!("{} resources fit the source: {}", several.len(), shown(id)),
            )
            .at(position)
            .hint("add what tells them apart: group, version, kind, name or namespace"),
            |error, &place| {
                let resource = set.get(place);
                error.label(resource.position(), resource.id().in_words())
            },
        )),
    }
}

fn is_source(resource: &Resource, wanted: &IdFields) -> bool {
    let allows = |wanted: &Text, found: &str| wanted.is_empty() || wanted == found;
    let namespace = Scope::of(false, &wanted.namespace);
    ids_of(resource).any(|(kind, name, written)| {
        allows(&wanted.name, name)
            && (wanted.namespace.is_empty() || Scope::of(false, written) == namespace)
            && allows(&wanted.kind, kind)
    }) && allows(&wanted.group, &resource.gvk().group)
        && allows(&wanted.version, &resource.gvk().version)
}

/// The kinds, names and namespaces that a resource has and had. The present namespace is as
/// written; of former ids it is the effective one.
pub(super) fn ids_of(resource: &Resource) -> impl Iterator<Item = (&str, &str, &str)> {
    let id = resource.id();
    let now = (&*id.gvk.kind, &*id.name, &*id.namespace);
    let previous = resource.previous().iter().map(|previous| {
        let scope = Scope::of(previous.cluster_scoped, &previous.namespace);
        (&*previous.kind, &*previous.name, scope.name())
    });
    std::iter::once(now).chain(previous)
}

/// What a source asks for, as far as it says.
fn shown(id: &IdFields) -> String {
    let mut words = if id.kind.is_empty() {
        "resource".to_owned()
    } else {
        id.kind.to_string()
    };
    for (text, before) in [
        (&*id.name, " called "),
        (&*id.namespace, " in namespace "),
        (&*id.group, " of group "),
        (&*id.version, " of version "),
    ] {
        if !text.is_empty() {
            words = format!("{words}{before}`{text}`");
        }
    }
    words
}
