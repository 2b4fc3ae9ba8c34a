//! Patches: `patches`, `patchesStrategicMerge`, `patchesJson6902` and the transformers of these
//! names.
//!
//! An entry of `patches` may be a strategic merge patch or a JSON patch; its content says which.

use super::patch_json::PositionedJsonPatch;
use super::patch_strategic::StrategicPatch;
use super::patch_text::PatchText;
use super::patcher::Patcher;
use crate::kustomization::decode::{Decode, Rules, fields};
use crate::kustomization::{self, At, PatchOptions};
use crate::loader::{Loader, Wanted, is_pattern};
use crate::selector::Selector;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Position, Result, Text, Value};

/// A patch, read and ready to be applied to any number of sets.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    change: Change,
    /// Where it is given.
    position: Position,
}

#[derive(Clone, Debug)]
enum Change {
    /// What an empty file says.
    Nothing,
    /// What the files say that a pattern stands for, in their order.
    Several(Vec<Change>),
    /// Each for the resource that it names.
    ByName(Vec<StrategicPatch>),
    /// For what a target selects.
    Selected {
        target: Box<Selector>,
        patch: Box<StrategicPatch>,
        /// What it adds to each resource at most, see [`Value::size`].
        nodes: usize,
    },
    /// A JSON patch for what a target selects.
    Json {
        target: Box<Selector>,
        patch: PositionedJsonPatch,
        keep_ids: bool,
        nodes: usize,
    },
}

/// The object that configures a `PatchStrategicMergeTransformer`.
#[derive(Clone, Debug, Default)]
pub(super) struct StrategicConfig {
    paths: Vec<At<Text>>,
    patches: At<Text>,
}

fields!(StrategicConfig, "a PatchStrategicMergeTransformer", {
    "paths" => paths,
    "patches" => patches,
});

/// The object that configures a `PatchJson6902Transformer`.
#[derive(Clone, Debug, Default)]
pub(super) struct JsonConfig {
    target: Option<At<kustomization::Selector>>,
    path: At<Text>,
    json_op: At<Text>,
}

fields!(JsonConfig, "a PatchJson6902Transformer", {
    "target" => target,
    "path" => path,
    "jsonOp" => json_op,
});

/// Applies patches one after the other.
///
/// # Errors
/// The first of [`Patch::apply`].
pub(crate) fn apply_patches<'p>(
    set: &mut crate::ResourceSet,
    patches: impl IntoIterator<Item = &'p Patch>,
) -> Result<()> {
    let mut patcher = Patcher::new(set);
    let result = patches
        .into_iter()
        .enumerate()
        .try_for_each(|(entry, patch)| {
            patcher.entry(entry, patch.position);
            patch.apply(&mut patcher)
        });
    patcher.finish();
    result
}

impl Patch {
    /// Reads an entry of `patches`. Paths are those of `loader`.
    ///
    /// # Errors
    /// When the patch is missing, given twice, unreadable, or neither a strategic merge patch nor a
    /// JSON patch; when a JSON patch has no target; when several strategic merge patches share one.
    pub(crate) fn new(
        entry: &kustomization::Patch,
        position: Position,
        loader: &Loader<'_>,
        schema: &Schema,
    ) -> Result<Self> {
        let change = Change::new(entry, position, loader, schema)?;
        Ok(Self { change, position })
    }
    /// Reads `patchesStrategicMerge`, whose entries are paths or patches.
    ///
    /// # Errors
    /// When an entry is neither a patch nor a file with one, and when nothing is in any.
    pub(crate) fn strategic(
        entries: &[At<Text>],
        loader: &Loader<'_>,
        schema: &Schema,
    ) -> Result<Self> {
        let mut patches = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let objects =
                |text| StrategicPatch::all_in(text, PatchOptions::default(), true, schema);
            // kustomize tries every entry as a patch first. An object in one line is JSON.
            let text = if entry.contains('\n') || entry.starts_with('{') {
                PatchText::inline(loader, entry, entry.position)?
            } else {
                PatchText::of_file(loader, entry)?
            };
            let read = objects(text)?.into_iter();
            patches.extend(read.map(|patch| patch.of_entry(at, entry.position)));
        }
        if patches.is_empty() {
            let position = entries
                .first()
                .map_or(Position::NONE, |entry| entry.position);
            return Err(
                Diagnostic::error("empty-patch", "no patch is in any of these")
                    .at(position)
                    .expecting("objects with the fields to be changed"),
            );
        }
        Ok(Self {
            change: Change::ByName(patches),
            position: entries
                .first()
                .map_or(Position::NONE, |entry| entry.position),
        })
    }

    /// Reads an entry of `patchesJson6902`.
    ///
    /// # Errors
    /// When target or patch are missing, or the patch is unreadable, empty or no JSON patch.
    pub(crate) fn json(
        entry: &kustomization::Patch,
        position: Position,
        loader: &Loader<'_>,
    ) -> Result<Self> {
        let target = entry.target.as_ref();
        let Some(target) = target.filter(|target| !target.id.name.is_empty()) else {
            let position = target.map_or(position, |target| target.position);
            return Err(
                Diagnostic::error("patch-without-target", "a JSON patch needs a target")
                    .at(position)
                    .expecting("a field `target` with a `name`"),
            );
        };
        let text = match (entry.patch.is_empty(), entry.path.is_empty()) {
            (true, true) => return Err(without_patch(position, "patch")),
            (false, false) => return Err(given_twice(&entry.patch, &entry.path, "patch")),
            (false, true) => PatchText::inline(loader, &entry.patch, entry.patch.position)?,
            (true, false) => PatchText::of_file(loader, &entry.path)?,
        };
        if text.is_empty() {
            return Err(Diagnostic::error("empty-patch", "the patch is empty")
                .at(text.position)
                .expecting("a list of operations"));
        }
        let nodes = text.nodes();
        let change = Change::Json {
            target: Box::new(compiled(target)?),
            patch: PositionedJsonPatch::in_text(text)?,
            keep_ids: false,
            nodes,
        };
        Ok(Self { change, position })
    }

    /// Reads the object that configures a `PatchTransformer`.
    ///
    /// # Errors
    /// When the object does not hold what it should, and as [`Patch::new`].
    pub(crate) fn configure(object: &Value, loader: &Loader<'_>, schema: &Schema) -> Result<Self> {
        let entry = kustomization::Patch::decode(object, Rules::PLUGIN)?;
        Self::new(&entry, object.position, loader, schema)
    }

    /// Reads the object that configures a `PatchStrategicMergeTransformer`.
    ///
    /// # Errors
    /// When the object does not hold what it should, and as [`Patch::strategic`].
    pub(crate) fn configure_strategic(
        object: &Value,
        loader: &Loader<'_>,
        schema: &Schema,
    ) -> Result<Self> {
        let config = StrategicConfig::decode(object, Rules::PLUGIN)?;
        let mut entries = config.paths;
        if !config.patches.is_empty() {
            entries.push(config.patches);
        }
        if entries.is_empty() {
            return Err(without_patch(object.position, "patches"));
        }
        Self::strategic(&entries, loader, schema)
    }

    /// Reads the object that configures a `PatchJson6902Transformer`.
    ///
    /// # Errors
    /// When the object does not hold what it should, and as [`Patch::json`].
    pub(crate) fn configure_json(object: &Value, loader: &Loader<'_>) -> Result<Self> {
        let config = JsonConfig::decode(object, Rules::PLUGIN)?;
        let entry = kustomization::Patch {
            path: config.path,
            patch: config.json_op,
            target: config.target,
            options: None,
        };
        Self::json(&entry, object.position, loader)
    }

    /// Applies it.
    ///
    /// # Errors
    /// When a resource that it names is not there, and when it does not fit.
    pub(crate) fn apply(&self, patcher: &mut Patcher<'_>) -> Result<()> {
        self.change.apply(patcher, self.position)
    }
}

impl Change {
    /// Applies what an entry at `position` says.
    fn apply(&self, patcher: &mut Patcher<'_>, position: Position) -> Result<()> {
        match self {
            Self::Nothing => Ok(()),
            Self::Several(changes) => changes
                .iter()
                .try_for_each(|change| change.apply(patcher, position)),
            Self::ByName(patches) => patches
                .iter()
                .try_for_each(|patch| patch.apply_to_named(patcher)),
            Self::Selected {
                target,
                patch,
                nodes,
            } => {
                let places = patcher.select(target);
                patcher.grow(&places, *nodes, position)?;
                patch.apply_to(patcher, &places)
            }
            Self::Json {
                target,
                patch,
                keep_ids,
                nodes,
            } => {
                let places = patcher.select(target);
                patcher.grow(&places, *nodes, position)?;
                patch.apply_to(patcher, &places, *keep_ids)
            }
        }
    }

    /// What an entry of `patches` says.
    fn new(
        entry: &kustomization::Patch,
        position: Position,
        loader: &Loader<'_>,
        schema: &Schema,
    ) -> Result<Self> {
        let inline = entry.patch.trim();
        let text = match (inline.is_empty(), entry.path.is_empty()) {
            (true, true) => return Err(without_patch(position, "patch")),
            (false, false) => return Err(given_twice(&entry.patch, &entry.path, "patch")),
            (false, true) => PatchText::inline(loader, inline, entry.patch.position)?,
            (true, false) if is_pattern(&entry.path) => {
                let paths = loader.expand(std::slice::from_ref(&entry.path), Wanted::Manifests)?;
                let read = |path| Self::of_text(PatchText::of_file(loader, path)?, entry, schema);
                return paths
                    .iter()
                    .map(read)
                    .collect::<Result<_>>()
                    .map(Self::Several);
            }
            (true, false) => PatchText::of_file(loader, &entry.path)?,
        };
        Self::of_text(text, entry, schema)
    }

    /// What an entry says whose patch, or one of whose patches, is `text`.
    fn of_text(text: PatchText, entry: &kustomization::Patch, schema: &Schema) -> Result<Self> {
        let target = match &entry.target {
            Some(target) => Some(compiled(target)?),
            None => None,
        };
        if text.is_empty() {
            return Ok(Self::Nothing);
        }
        let first = text.documents.iter().find(|it| !it.is_null_or_empty());
        if first.is_some_and(|first| first.as_sequence().is_some()) {
            let Some(target) = target else {
                return Err(Diagnostic::error(
                    "patch-without-target",
                    "a JSON patch needs a target",
                )
                .at(text.position)
                .expecting("a field `target` beside the patch"));
            };
            let nodes = text.nodes();
            return Ok(Self::Json {
                target: Box::new(target),
                patch: PositionedJsonPatch::in_text(text)?,
                keep_ids: true,
                nodes,
            });
        }
        let options = entry
            .options
            .map(|options| options.value)
            .unwrap_or_default();
        let (text_position, nodes) = (text.position, text.nodes());
        let patches = StrategicPatch::all_in(text, options, target.is_some(), schema)?;
        let Some(target) = target else {
            return Ok(Self::ByName(patches));
        };
        let count = patches.len();
        let mut patches = patches.into_iter();
        match (patches.next(), patches.next()) {
            (None, _) => Ok(Self::Nothing),
            (Some(patch), None) => Ok(Self::Selected {
                target: Box::new(target),
                patch: Box::new(patch),
                nodes,
            }),
            _ => Err(Diagnostic::error(
                "patch-shared-target",
                format!("{count} strategic merge patches share one target"),
            )
            .at(text_position)
            .expecting("one patch where a target is given")
            .hint("make an entry of each, or leave the target out: each names its resource")),
        }
    }
}

fn compiled(target: &At<kustomization::Selector>) -> Result<Selector> {
    Selector::new(target).map_err(|error| error.at(target.position))
}

fn without_patch(position: Position, field: &str) -> Box<Diagnostic> {
    Diagnostic::error("missing-patch", "there is no patch")
        .at(position)
        .expecting(format!("one of the fields `path` and `{field}`"))
}

fn given_twice(inline: &At<Text>, path: &At<Text>, field: &str) -> Box<Diagnostic> {
    Diagnostic::error(
        "patch-given-twice",
        "the patch is given inline and as a file",
    )
    .at(path.position)
    .label(inline.position, "inline here")
    .expecting(format!("one of the fields `path` and `{field}`"))
}

#[cfg(test)]
mod tests;
