//! Replacements.

use super::decode::fields;
use super::selector::IdFields;
use super::{At, Selector};
use trimtab_tree::Text;

/// One entry of `replacements`: a replacement, or a file that holds one or more.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReplacementField {
    /// The replacement.
    pub replacement: Replacement,
    /// The file.
    pub path: At<Text>,
}

/// A value that is copied into other places.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Replacement {
    /// Where it comes from.
    pub source: Option<At<SourceSelector>>,
    /// Where it goes.
    pub targets: Vec<At<TargetSelector>>,
    /// The value itself, in the place of a source.
    pub source_value: Option<At<Text>>,
}

/// One field of one resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SourceSelector {
    /// The resource; empty parts stand for all.
    pub id: IdFields,
    /// The field; `metadata.name` when not given.
    pub field_path: At<Text>,
    /// Which part of its text.
    pub options: Option<At<FieldOptions>>,
}

/// Fields of resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TargetSelector {
    /// The resources.
    pub select: Option<At<Selector>>,
    /// Which of these not.
    pub reject: Vec<At<Selector>>,
    /// The fields; `metadata.name` when not given.
    pub field_paths: Vec<At<Text>>,
    /// Which part of their text.
    pub options: Option<At<FieldOptions>>,
}

/// Which part of a field is meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FieldOptions {
    /// What the text is split at.
    pub delimiter: At<Text>,
    /// The part, from 0; of a target, a place before the first or behind the last adds a part.
    pub index: At<i64>,
    /// How the text is encoded.
    pub encoding: At<Text>,
    /// Whether the field is made where it is missing.
    pub create: bool,
}

fields!(ReplacementField, "a replacement", {
    "source" => replacement.source,
    "targets" => replacement.targets,
    "sourceValue" => replacement.source_value,
    "path" => path,
});

fields!(Replacement, "a replacement", {
    "source" => source,
    "targets" => targets,
    "sourceValue" => source_value,
});

fields!(SourceSelector, "a replacement source", {
    "group" => id.group,
    "version" => id.version,
    "kind" => id.kind,
    "name" => id.name,
    "namespace" => id.namespace,
    "fieldPath" => field_path,
    "options" => options,
});

fields!(TargetSelector, "a replacement target", {
    "select" => select [always],
    "reject" => reject,
    "fieldPaths" => field_paths,
    "options" => options,
});

fields!(FieldOptions, "field options", {
    "delimiter" => delimiter,
    "index" => index,
    "encoding" => encoding,
    "create" => create,
});
