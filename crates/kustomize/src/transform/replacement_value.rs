//! How the value of a replacement gets into a field: as a whole, as a part of the field's text, or
//! into a document that stands as text in the field.

use super::replacement_path::Path;
use crate::kustomization::{At, FieldOptions};
use crate::nearest::nearest_field;
use trimtab_object::{FieldPath, NodeKind, split_escaped};
use trimtab_tree::{
    Diagnostic, JsonStyle, Mapping, Node, ParseOptions, Position, Result, Scalar, ScalarKind,
    SequenceIndent, Text, Value, parse_document, resolve, write_json, write_yaml_styled,
};

/// Which part of a text is meant: all of it when there is no delimiter.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    delimiter: Text,
    index: i64,
}

impl Part {
    pub(super) fn new(options: Option<&At<FieldOptions>>) -> Self {
        options.map_or_else(Self::default, |options| Self {
            delimiter: options.delimiter.value.clone(),
            index: options.index.value,
        })
    }

    /// Whether it is all of the text.
    pub(super) fn is_whole(&self) -> bool {
        self.delimiter.is_empty()
    }

    /// The part of a source.
    ///
    /// # Errors
    /// When there is no such part, or the source is no scalar.
    pub(super) fn taken_from(&self, source: &Value) -> Result<Value> {
        let mut value = source.clone();
        if self.delimiter.is_empty() {
            return Ok(value);
        }
        let Some(scalar) = value.as_scalar_mut() else {
            return Err(not_scalar(source));
        };
        let parts = split(scalar.text(), &self.delimiter);
        let part = usize::try_from(self.index)
            .ok()
            .and_then(|index| parts.get(index));
        let Some(part) = part else {
            return Err(Diagnostic::error(
                "replacement-index",
                format!(
                    "`{}` has no part with index {} between `{}`",
                    scalar.text(),
                    self.index,
                    self.delimiter
                ),
            )
            .expecting(match parts.len() {
                1 => "index 0: the delimiter is not in it".to_owned(),
                count => format!("an index from 0 to {}", count - 1),
            }));
        };
        let part = Text::from(*part);
        if scalar.kind != ScalarKind::String {
            scalar.kind = resolve(&part);
        }
        scalar.set_text(part);
        Ok(value)
    }

    /// The text of a target after `new` took the place of this part of it.
    fn put_into(&self, old: &str, new: &str) -> Text {
        if self.delimiter.is_empty() {
            return new.into();
        }
        let mut parts = split(old, &self.delimiter);
        match usize::try_from(self.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        parts.join(&self.delimiter).into()
    }
}

/// The parts of a text, as Go's `strings.Split` finds them.
fn split<'t>(text: &'t str, delimiter: &str) -> Vec<&'t str> {
    text.split(delimiter).collect()
}

fn not_scalar(value: &Value) -> Box<Diagnostic> {
    Diagnostic::error(
        "replacement-delimiter",
        format!(
            "delimiter option can only be used with scalar nodes, not with {}",
            value.describe()
        ),
    )
}

/// Copies `value` to every field of `object` at a path.
///
/// # Errors
/// When there is none and none may be created, and when the value does not fit.
pub(super) fn copy_into(
    object: &mut Value,
    value: &Value,
    path: &Path,
    part: &Part,
    create: bool,
) -> Result<()> {
    if create && path.text.starts_with("metadata.annotations.") {
        // There are always some in kustomize: its own.
        let annotations = object.get_mut("metadata");
        let annotations = annotations.and_then(|metadata| metadata.get_mut("annotations"));
        if let Some(annotations) = annotations.filter(|annotations| annotations.is_null()) {
            annotations.node = Node::Mapping(Mapping::new());
        }
    }
    let copy = Copy {
        value,
        part,
        create: create.then(|| NodeKind::of(value)),
    };
    let done = match path.steps.steps_to_scalar(object) {
        Some(count) => copy.fill_text(object, &path.steps, count),
        None => Ok(false),
    };
    let done = match done {
        Ok(false) => copy.fill_fields(object, &path.steps),
        done => done,
    };
    let failed = |error: Box<Diagnostic>| error.at(path.position).in_field(&*path.text);
    if done.map_err(failed)? {
        if create {
            give_position(object, path.position);
        }
        return Ok(());
    }
    let steps = split_escaped(&path.text, '.');
    let nearest = nearest_field(object, steps.iter().map(|step| &**step), '.');
    let verb = if create { "find or create" } else { "find" };
    let error = Diagnostic::error(
        "missing-replacement-field",
        format!(
            "cannot {verb} `{}` in the target of a replacement",
            path.text
        ),
    )
    .hint("`options: {create: true}` on the target makes fields that are not there");
    Err(failed(match nearest {
        Some(nearest) => error.hint(nearest),
        None => error,
    }))
}

/// Gives what was created on the way to a field, and so has no place, one.
fn give_position(value: &mut Value, position: Position) {
    value.position = value.position.or(position);
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => items
            .iter_mut()
            .for_each(|item| give_position(item, position)),
        Node::Mapping(fields) => fields
            .values_mut()
            .for_each(|field| give_position(field, position)),
    }
}

struct Copy<'a> {
    value: &'a Value,
    part: &'a Part,
    create: Option<NodeKind>,
}

impl Copy<'_> {
    /// Copies into the fields of a tree; false when there are none.
    fn fill_fields(&self, root: &mut Value, path: &FieldPath) -> Result<bool> {
        let visited = path.visit_mut(root, self.create, |node, created| self.set(node, created))?;
        Ok(!visited.is_empty())
    }

    /// Copies into the document in the scalar that the first `count` steps lead to. False, with
    /// nothing changed, when that is no document or does not have the field.
    fn fill_text(&self, root: &mut Value, path: &FieldPath, count: usize) -> Result<bool> {
        let (to_scalar, within) = path.split_at(count);
        let Some(Node::Scalar(scalar)) = to_scalar.get_mut(root)?.map(|value| &mut value.node)
        else {
            return Ok(false);
        };
        let options = ParseOptions {
            comments: true,
            ..ParseOptions::default()
        };
        let Ok(mut document) = parse_document(scalar.text(), options) else {
            return Ok(false);
        };
        if document.is_null() {
            return Ok(false);
        }
        let mut misfit = None;
        let visited = within.visit_mut(&mut document, self.create, |node, created| {
            self.set(node, created)
                .inspect_err(|error| misfit = Some(error.clone()))
        });
        if let Some(error) = misfit {
            return Err(error);
        }
        // A path that does not fit is reported by the search in the tree itself.
        if !visited.is_ok_and(|visited| visited.nodes > 0) {
            return Ok(false);
        }
        let text = written_like(scalar.text(), &document)?;
        scalar.set_text(text);
        Ok(true)
    }

    fn set(&self, node: &mut Value, created: bool) -> Result<()> {
        let new = self.value.text_if_not_null();
        let Node::Scalar(scalar) = &mut node.node else {
            if !self.part.delimiter.is_empty() {
                return Err(not_scalar(node).at(node.position));
            }
            let position = node.position;
            *node = self.value.clone();
            node.position = node.position.or(position);
            return Ok(());
        };
        let text = if self.part.delimiter.is_empty() {
            // Of what is no scalar, kustomize takes the text too, which is empty.
            self.value.text().unwrap_or_default().into()
        } else {
            self.part.put_into(scalar.text(), new.unwrap_or_default())
        };
        set_text(scalar, text, created).map_err(|error| error.at(node.position))?;
        node.position = self.value.position.or(node.position);
        Ok(())
    }
}

/// Sets the text of a scalar that keeps its type. A created one takes the type of its text.
fn set_text(scalar: &mut Scalar, text: Text, created: bool) -> Result<()> {
    let found = resolve(&text);
    if created {
        scalar.kind = found;
    }
    let fits = match scalar.kind {
        ScalarKind::String | ScalarKind::Binary => true,
        ScalarKind::Float => matches!(found, ScalarKind::Float | ScalarKind::Int),
        kind => kind == found,
    };
    if !fits {
        let was = Value::scalar(scalar.kind, "").describe();
        return Err(Diagnostic::error(
            "replacement-wrong-type",
            format!("the field holds {was}, which `{text}` is not"),
        )
        .hint("quote what the field holds now, to make it a text"));
    }
    scalar.set_text(text);
    Ok(())
}

/// A document as text: JSON where the text it was read from is JSON, indented where that is.
fn written_like(original: &str, document: &Value) -> Result<String> {
    let mut text = String::new();
    if original.trim_start().starts_with(['{', '[']) {
        let is_indented = original.contains('\n') && original.contains("  ");
        let style = if is_indented {
            JsonStyle::GoIndented
        } else {
            JsonStyle::Go
        };
        write_json(document, &mut text, style)?;
        return Ok(text);
    }
    write_yaml_styled(document, &mut text, SequenceIndent::Compact)?;
    Ok(text.trim().to_owned())
}
