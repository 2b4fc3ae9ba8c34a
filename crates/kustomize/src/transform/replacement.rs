//! Replacements: values that are copied from a field of one resource, or given as they are, into
//! fields of others.
//!
//! The behaviour is that of kustomize's `replacement.Filter`. Sources are found by exact ids,
//! targets by patterns; both may be the ids that a resource has or had.

mod source;

use super::replacement_path::Path;
use super::replacement_value::{Part, copy_into};
use crate::kustomization::decode::{Decode, Rules, fields, first_unknown};
use crate::kustomization::{self, At, ReplacementField, TargetSelector};
use crate::loader::Loader;
use crate::provenance::Cause;
use crate::selector::Selector;
use crate::{Resource, ResourceSet};
use source::{Source, ids_of};
use trimtab_object::FieldPath;
use trimtab_tree::{
    Diagnostic, MAX_DEPTH, ParseOptions, Position, Result, Text, Value, parse_document, resolve,
    too_deep,
};

/// The replacements of a kustomization may copy so many nodes, scalars aside, and 64 times as many
/// bytes of text: each copy can double an object.
const MOST_COPIES: usize = 1_000_000;

/// A replacement, ready to be applied to any number of sets.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    source: Source,
    targets: Vec<Target>,
    position: Position,
}

#[derive(Clone, Debug)]
struct Target {
    select: Selector,
    reject: Vec<Selector>,
    paths: Vec<Path>,
    part: Part,
    create: bool,
    position: Position,
}

/// The object that configures a `ReplacementTransformer`.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    replacements: Vec<At<ReplacementField>>,
}

fields!(Config, "a ReplacementTransformer", {
    "replacements" => replacements,
});

/// Reads `replacements`, and the files that its entries name.
///
/// # Errors
/// When a file cannot be read, when an entry has neither or both of source and value, or no target,
/// and when a pattern, selector or path in it is none.
pub(crate) fn read_replacements(
    entries: &[At<ReplacementField>],
    loader: &Loader<'_>,
) -> Result<Vec<Replacement>> {
    let mut replacements = Vec::with_capacity(entries.len());
    for entry in entries {
        let own = &entry.replacement;
        if entry.path.is_empty() {
            replacements.push(Replacement::new(own, entry.position)?);
            continue;
        }
        if own.source.is_some() || !own.targets.is_empty() {
            return Err(Diagnostic::error(
                "replacement-given-twice",
                "a replacement has `path` and `source` or `targets` of its own",
            )
            .at(entry.path.position)
            .expecting("`path` alone, or a replacement without it"));
        }
        for (replacement, position) in read_file(&entry.path, loader)? {
            replacements.push(Replacement::new(&replacement, position)?);
        }
    }
    Ok(replacements)
}

/// Reads the object that configures a `ReplacementTransformer`.
///
/// # Errors
/// When the object does not hold what it should, and as [`read_replacements`].
pub(crate) fn configure_replacements(
    object: &Value,
    loader: &Loader<'_>,
) -> Result<Vec<Replacement>> {
    let config = Config::decode(object, Rules::PLUGIN)?;
    read_replacements(&config.replacements, loader)
}

fn read_file(
    path: &At<Text>,
    loader: &Loader<'_>,
) -> Result<Vec<(kustomization::Replacement, Position)>> {
    let source = loader.load(path)?;
    let options = ParseOptions {
        base: source.base,
        ..ParseOptions::default()
    };
    let document = parse_document(&source.text, options)?;
    let items = match document.as_sequence() {
        Some(items) => items,
        None if document.as_mapping().is_some() => std::slice::from_ref(&document),
        None => {
            let found = document.describe();
            return Err(Diagnostic::error(
                "replacement-wrong-type",
                format!("a file of replacements cannot be {found}"),
            )
            .at(document.position)
            .label(path.position, "the file is named here")
            .expecting("a replacement, or a list of them"));
        }
    };
    items
        .iter()
        .map(|item| {
            let unknown = first_unknown::<kustomization::Replacement>(item, Rules::PART);
            if let Some(warning) = unknown {
                loader.sources().warn(warning);
            }
            Ok((Decode::decode(item, Rules::PART)?, item.position))
        })
        .collect()
}

/// Applies replacements one after the other.
///
/// # Errors
/// When a source is not there or is not the only one, and when a field of a target is not there.
pub(crate) fn apply_replacements(
    set: &mut ResourceSet,
    replacements: &[Replacement],
) -> Result<()> {
    let mut copies = MOST_COPIES;
    replacements
        .iter()
        .enumerate()
        .try_for_each(|(entry, replacement)| {
            set.entry(entry, replacement.position);
            replacement.apply(set, &mut copies)
        })
}

impl Replacement {
    fn new(replacement: &kustomization::Replacement, position: Position) -> Result<Self> {
        let source = match (&replacement.source, &replacement.source_value) {
            (Some(source), None) => Source::new(source)?,
            (None, Some(value)) => {
                let text = value.value.clone();
                Source::Value(Box::new(
                    Value::scalar(resolve(&text), text).at(value.position),
                ))
            }
            (Some(source), Some(value)) => {
                return Err(Diagnostic::error(
                    "replacement-source-twice",
                    "`source` and `sourceValue` cannot both be given",
                )
                .at(value.position)
                .label(source.position, "the source"));
            }
            (None, None) => return Err(incomplete(position)),
        };
        if replacement.targets.is_empty() {
            return Err(incomplete(position));
        }
        let targets = replacement.targets.iter().map(Target::new);
        Ok(Self {
            source,
            targets: targets.collect::<Result<_>>()?,
            position,
        })
    }

    /// `copies` is how many nodes may still be copied.
    fn apply(&self, set: &mut ResourceSet, copies: &mut usize) -> Result<()> {
        let (mut value, source) = self.source.read(set)?;
        if let Some((place, path)) = source {
            set.reads(|set| cause(set.get(place), &path.text, value.position));
        }
        let whole = self.source.is_whole();
        for target in &self.targets {
            for place in target.find(set) {
                for path in &target.paths {
                    check_copy(&value, path, copies)?;
                    target.copy_into(set, place, &value, path)?;
                    if let Some((_, path)) = source.filter(|&(source, _)| whole && source == place)
                    {
                        // The source is what its field holds now, not what it held.
                        let now = path.steps.get(set.get(place).value()).ok().flatten();
                        value = now.cloned().unwrap_or(value);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Checks that a copy of `value` is neither too deep at the path nor one too many.
fn check_copy(value: &Value, path: &Path, copies: &mut usize) -> Result<()> {
    let size = value.size();
    if path.steps.len() + size.depth > MAX_DEPTH {
        return Err(too_deep(path.position));
    }
    *copies = copies.checked_sub(size.nodes - 1).ok_or_else(|| {
        Diagnostic::error("too-much-copied", "the replacements copy too much")
            .at(path.position)
            .expecting(format!("copies of at most {MOST_COPIES} nodes together"))
    })?;
    Ok(())
}

fn incomplete(position: Position) -> Box<Diagnostic> {
    Diagnostic::error(
        "incomplete-replacement",
        "replacements must specify a source and at least one target",
    )
    .at(position)
    .expecting("`source` or `sourceValue`, and `targets`")
}

impl Path {
    fn new(path: &At<Text>, default_position: Position) -> Result<Self> {
        let text = if path.is_empty() {
            Text::const_new("metadata.name")
        } else {
            path.value.clone()
        };
        let position = path.position.or(default_position);
        Ok(Self {
            steps: FieldPath::parse(&text).map_err(|error| error.at(position))?,
            text,
            position,
        })
    }
}

/// What a replacement reads, for the record.
fn cause(resource: &Resource, path: &Text, position: Position) -> Cause {
    Cause {
        field: path.clone(),
        ..Cause::name_of(resource, position)
    }
}

impl Target {
    fn new(target: &At<TargetSelector>) -> Result<Self> {
        let Some(select) = &target.select else {
            return Err(Diagnostic::error(
                "replacement-without-target",
                "target must specify resources to select",
            )
            .at(target.position)
            .expecting("a field `select`"));
        };
        let selector = |selector: &At<kustomization::Selector>| {
            Selector::new(selector).map_err(|error| error.at(selector.position))
        };
        let path = |path: &At<Text>| Path::new(path, target.position);
        if let Some(empty) = target.field_paths.iter().find(|path| path.is_empty()) {
            let message = "an empty path leads to no field";
            return Err(Diagnostic::error("missing-replacement-field", message)
                .at(empty.position.or(target.position))
                .expecting("the path of a field, such as `metadata.name`"));
        }
        let paths = if target.field_paths.is_empty() {
            vec![path(&At::default())?]
        } else {
            target.field_paths.iter().map(path).collect::<Result<_>>()?
        };
        Ok(Self {
            select: selector(select)?,
            reject: target.reject.iter().map(selector).collect::<Result<_>>()?,
            paths,
            part: Part::new(target.options.as_ref()),
            create: target
                .options
                .as_ref()
                .is_some_and(|options| options.create),
            position: target.position,
        })
    }

    /// Copies `value` to a path of the resource at `place`.
    fn copy_into(
        &self,
        set: &mut ResourceSet,
        place: usize,
        value: &Value,
        path: &Path,
    ) -> Result<()> {
        set.edit(place, |resource| {
            resource.edit_shared(|resource| {
                copy_into(resource.value_mut(), value, path, &self.part, self.create)
            })
        })
        .map_err(|error| {
            let resource = set.get(place);
            let target = format!("in {}", resource.id().in_words());
            error.at(self.position).label(resource.position(), target)
        })
    }

    /// The places of the resources that are selected and not rejected, in order.
    fn find(&self, set: &mut ResourceSet) -> Vec<usize> {
        let mut places = self.select.candidates(set);
        places.retain(|&place| self.is_for(set.get(place)));
        if places.is_empty() {
            self.warn_of_nothing(set);
        }
        places
    }

    fn warn_of_nothing(&self, set: &mut ResourceSet) {
        let code = "unmatched-replacement";
        if self.reject.is_empty() || self.select.find(set).is_empty() {
            return self.select.warn_of_nothing(set, code, "this target");
        }
        let message = "this target is for no resource: `reject` takes out all that it selects";
        let warning = Diagnostic::warning(code, message).at(self.position);
        set.warn(*warning, false);
    }

    fn is_for(&self, resource: &Resource) -> bool {
        let object = resource.value();
        let mut gvk = resource.gvk().clone();
        let mut has_id = |selector: &Selector| {
            ids_of(resource).any(|(kind, name, namespace)| {
                if gvk.kind != kind {
                    gvk.kind = kind.into();
                }
                selector.selects_id(&gvk, name, namespace)
            })
        };
        // Ids, and labels or annotations, of one `reject` each reject on their own.
        has_id(&self.select)
            && self.select.selects_metadata(object)
            && !self.reject.iter().any(|reject| {
                (reject.has_metadata() && reject.selects_metadata(object))
                    || (reject.has_id() && has_id(reject))
            })
    }
}

#[cfg(test)]
mod tests;
