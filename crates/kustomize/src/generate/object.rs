//! What generated objects of both kinds have in common.

use crate::kustomization::{At, GeneratorArgs, GeneratorOptions, StringMap};
use crate::loader::Loader;
use crate::resource::Behavior;
use trimtab_tree::{Diagnostic, Entry, Mapping, Position, Result, Scalar, Text, Value, nearest};

/// A generated object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Generated {
    /// The object. Its entries know the lines of the kustomization that they come from.
    pub value: Value,
    /// What it does to one that is already there.
    pub behavior: Behavior,
    /// Whether a hash of its content goes behind its name.
    pub needs_hash: bool,
    /// Where the kustomization describes it.
    pub position: Position,
}

/// An object with name, namespace, labels and annotations; `content` adds the rest.
pub(super) fn generate(
    kind: &str,
    args: &At<GeneratorArgs>,
    global: Option<&GeneratorOptions>,
    loader: &Loader<'_>,
    content: impl FnOnce(&mut Mapping),
) -> Result<Generated> {
    let position = args.position;
    if args.name.is_empty() {
        let message = format!("a generated {kind} needs a name");
        return Err(Diagnostic::error("generator-without-name", message)
            .at(position)
            .in_field("name")
            .expecting("a field `name`"));
    }
    let mut options = args.options.clone().unwrap_or_default().value;
    if let Some(global) = global {
        options.add(global);
    }
    let text = |text: &At<Text>| Value::string(text.value.clone()).at(text.position.or(position));
    let mut metadata = Mapping::new();
    metadata.insert("name", text(&args.name));
    if !args.namespace.is_empty() {
        metadata.insert("namespace", text(&args.namespace));
    }
    for (name, texts) in [
        ("labels", &options.labels),
        ("annotations", &options.annotations),
    ] {
        if !texts.is_empty() {
            metadata.insert(name, texts_by_key(texts).at(position));
        }
    }
    let mut fields = Mapping::from([
        ("apiVersion", Value::string("v1").at(position)),
        ("kind", Value::string(kind).at(position)),
        ("metadata", Value::mapping(metadata).at(position)),
    ]);
    content(&mut fields);
    if options.immutable {
        fields.insert("immutable", Value::bool(true).at(position));
    }
    Ok(Generated {
        value: Value::mapping(fields).at(position),
        behavior: behavior(&args.behavior, loader),
        needs_hash: !options.disable_name_suffix_hash,
        position,
    })
}

/// Adds a text that was read at `position`; the key must be new.
pub(super) fn push(fields: &mut Mapping, key: Text, text: Text, position: Position) {
    fields.push(Entry {
        key: Scalar::string(key),
        key_position: position,
        value: Value::string(text).at(position),
    });
}

fn texts_by_key(texts: &StringMap) -> Value {
    let mut fields = Mapping::with_capacity(texts.len());
    for (key, text) in texts.iter() {
        push(&mut fields, key.clone(), text.value.clone(), text.position);
    }
    Value::mapping(fields)
}

/// The behavior that a word stands for. Other words stand for none, as with kustomize; they warn.
fn behavior(word: &At<Text>, loader: &Loader<'_>) -> Behavior {
    if let Some(behavior) = Behavior::named(word) {
        return behavior;
    }
    if !word.is_empty() && word.as_str() != Behavior::Unspecified.name() {
        let message = format!("`{}` is no behavior and counts as `create`", word.value);
        let mut warning = Diagnostic::warning("unknown-behavior", message)
            .at(word.position)
            .in_field("behavior")
            .expecting("create, replace or merge");
        if let Some(meant) = nearest(word, ["create", "replace", "merge"]) {
            warning = warning.hint(format!("did you mean `{meant}`?"));
        }
        loader.sources().warn(*warning);
    }
    Behavior::Unspecified
}
