//! The last step before resources are printed: their annotations become what kustomize leaves.
//!
//! kustomize keeps its bookkeeping in annotations and takes it out at the end by way of a map of
//! strings. So afterwards every annotation is a string, with the text that it was written with
//! (`010` becomes `"010"`, an empty value `""`), and annotations without a single entry are gone
//! (`annotations: {}` and `annotations: null`). Labels are not touched.

use crate::origin::{ORIGIN, TRANSFORMATIONS};
use crate::resource::{CopiedAnnotations, make_string, metadata_mut};
use crate::resource_set::ResourceSet;
use trimtab_tree::{Diagnostic, Node, Result, ScalarKind, Style, Value};

/// Annotations that belong to kustomize and its libraries, and never come out of a build.
const INTERNAL: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "internal.config.kubernetes.io/helm-generated",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
];

/// Which reports of the build stay in the output: what `buildMetadata` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keep {
    /// `originAnnotations`
    pub origin: bool,
    /// `transformerAnnotations`
    pub transformations: bool,
}

/// Cleans the annotations of all resources. Reports of the build that are to stay must have been
/// put there before.
///
/// # Errors
/// When the metadata of a list without items is something else than a mapping; other kinds have a name there.
pub(crate) fn finish(resources: &mut ResourceSet, keep: Keep) -> Result<()> {
    resources.edit_all(|resource| {
        let extra = resource.value().extra.as_deref();
        if extra.is_some_and(|extra| extra.ends_kept_before_comment) {
            add_line(resource.value_mut());
        }
        let is_clean = resource.lacks_annotations()
            || match resource.copied_annotations() {
                CopiedAnnotations::There(annotations) => are_clean(annotations, keep),
                CopiedAnnotations::Missing => true,
                CopiedAnnotations::Unknown => {
                    are_late_clean(resource.value(), keep) || is_clean(resource.value(), keep)
                }
            };
        if !is_clean {
            check_metadata(resource.value())?;
            clean_annotations(resource.value_mut(), keep);
        }
        Ok(())
    })
}

/// Whether [`clean_annotations`] would change nothing.
fn is_clean(object: &Value, keep: Keep) -> bool {
    let metadata = object.get("metadata").and_then(Value::as_mapping);
    match metadata.map(|metadata| metadata.get("annotations")) {
        None => false,
        Some(None) => true,
        Some(Some(annotations)) => are_clean(annotations, keep),
    }
}

/// The same, without a look at the object, where annotations wait to be added to it; false where that cannot tell.
fn are_late_clean(object: &Value, keep: Keep) -> bool {
    let fields = object.as_mapping();
    let peeked = fields.and_then(|it| it.peek_fields(&["metadata", "annotations"]));
    peeked.is_some_and(|(copied, late)| {
        !late.is_empty()
            && copied.is_none_or(|copied| are_clean(copied, keep))
            && late.iter().all(|&(key, value)| stays(key, value, keep))
    })
}

/// Adds an empty line to the last scalar of an object, if it is a block with such lines at its end. kustomize prints an
/// object with its comments and reads it again, and the empty line in front of comments at the end becomes the scalar's.
fn add_line(object: &mut Value) {
    let mut last = object;
    loop {
        last = match &mut last.node {
            Node::Mapping(fields) => {
                let Some(value) = fields.value_at_mut(fields.len().wrapping_sub(1)) else {
                    return;
                };
                value
            }
            Node::Sequence(items) => {
                let Some(item) = items.last_mut() else { return };
                item
            }
            Node::Scalar(scalar) => {
                let text = scalar.text();
                let is_block = matches!(scalar.style, Style::Literal | Style::Folded);
                // One with blanks at the ends of lines is printed in quotes.
                if is_block && is_kept(text) && !text.contains(" \n") {
                    scalar.set_text(format!("{text}\n"));
                }
                return;
            }
        };
    }
}

fn is_kept(text: &str) -> bool {
    text.ends_with("\n\n") || text == "\n"
}

/// kustomize looks for its annotations in everything, and fails where they have no place.
fn check_metadata(object: &Value) -> Result<()> {
    match object.get("metadata") {
        Some(metadata) if metadata.as_mapping().is_none() && !metadata.is_null() => {
            let message = format!(
                "the metadata of an object cannot be {}",
                metadata.describe()
            );
            Err(Diagnostic::error("wrong-node-kind", message)
                .at(metadata.position)
                .in_field("metadata")
                .expecting("a mapping"))
        }
        _ => Ok(()),
    }
}

fn are_clean(annotations: &Value, keep: Keep) -> bool {
    annotations.as_mapping().is_some_and(|entries| {
        !entries.is_empty() && entries.iter().all(|(key, value)| stays(key, value, keep))
    })
}

fn stays(key: &str, value: &Value, keep: Keep) -> bool {
    !is_removed(key, keep) && is_plain_string(value)
}

fn clean_annotations(object: &mut Value, keep: Keep) {
    // Where there is none it becomes `{}`, but `null` stays.
    if object.get("metadata").is_some_and(Value::is_null) {
        return;
    }
    let Some(metadata) = metadata_mut(object) else {
        return;
    };
    let Some(annotations) = metadata.get_mut("annotations") else {
        return;
    };
    let mut is_empty = true;
    if let Some(entries) = annotations.as_mapping_mut() {
        if entries.iter().any(|(key, _)| is_removed(key, keep)) {
            entries.retain(|key, _| !is_removed(key, keep));
        }
        entries.values_mut().for_each(make_string);
        is_empty = entries.is_empty();
    }
    if is_empty {
        metadata.remove("annotations");
    }
}

fn is_removed(key: &str, keep: Keep) -> bool {
    // Nearly no key gets past the first comparison.
    key.contains("config.k")
        && (INTERNAL.contains(&key)
            || (key == ORIGIN && !keep.origin)
            || (key == TRANSFORMATIONS && !keep.transformations))
}

/// Whether [`make_string`] would change nothing that is printed.
fn is_plain_string(value: &Value) -> bool {
    let scalar = value.as_scalar();
    scalar.is_some_and(|it| it.kind == ScalarKind::String && it.style != Style::Folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{Mapping, ScalarKind};

    fn cleaned(annotations: Value, keep: Keep) -> Option<Value> {
        let metadata = Value::mapping([("annotations", annotations)]);
        let mut object = Value::mapping([("metadata", metadata)]);
        clean_annotations(&mut object, keep);
        object.get_path(&["metadata", "annotations"]).cloned()
    }

    fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
        Value::mapping(fields)
    }

    #[test]
    fn annotations_keep_their_text_as_strings() {
        let annotations = map([
            ("a", Value::scalar(ScalarKind::Int, "010")),
            ("b", Value::scalar(ScalarKind::Null, "~")),
            ("c", Value::scalar(ScalarKind::Null, "")),
            ("d", Value::sequence(vec![Value::int(1)])),
        ]);
        let strings = map([
            ("a", Value::string("010")),
            ("b", Value::string("~")),
            ("c", Value::string("")),
            ("d", Value::string("")),
        ]);
        assert_eq!(cleaned(annotations, Keep::default()), Some(strings));
    }

    #[test]
    fn folded_annotations_are_plain_strings() {
        let mut folded = Value::string("a\n b\n");
        folded.as_scalar_mut().unwrap().style = Style::Folded;
        let mut object = map([("metadata", map([("annotations", map([("a", folded)]))]))]);
        assert!(!is_clean(&object, Keep::default()));
        clean_annotations(&mut object, Keep::default());
        let annotation = object.get_path(&["metadata", "annotations", "a"]);
        assert_eq!(annotation, Some(&Value::string("a\n b\n")));
        let style = annotation.and_then(Value::as_scalar).unwrap().style;
        assert_eq!(style, Style::Plain);
    }

    #[test]
    fn empty_annotations_go() {
        for annotations in [Value::null(), map([]), Value::string("x")] {
            assert_eq!(cleaned(annotations, Keep::default()), None);
        }
        let internal = map([("internal.config.kubernetes.io/path", Value::string("x"))]);
        assert_eq!(cleaned(internal, Keep::default()), None);
    }

    #[test]
    fn reports_stay_when_they_were_asked_for() {
        let reports = || {
            map([
                (ORIGIN, Value::string("o")),
                (TRANSFORMATIONS, Value::string("t")),
            ])
        };
        let origin = Keep {
            origin: true,
            ..Keep::default()
        };
        assert_eq!(cleaned(reports(), Keep::default()), None);
        assert_eq!(
            cleaned(reports(), origin),
            Some(map([(ORIGIN, Value::string("o"))]))
        );
        let others = map([("config.kubernetes.io/local-config", Value::string("true"))]);
        assert_eq!(cleaned(others.clone(), Keep::default()), Some(others));
    }

    #[test]
    fn an_object_without_metadata_gets_empty_ones() {
        let mut object = Value::from(Mapping::new());
        clean_annotations(&mut object, Keep::default());
        assert_eq!(object, map([("metadata", map([]))]));
    }
}
