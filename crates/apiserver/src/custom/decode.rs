//! From a document to an object of a custom kind.

use trimtab_schema::Schema;
use trimtab_tree::{JsonStyle, Value, write_json};
use trimtab_validation::StrictProblem;

use crate::Status;
use crate::cache::Object;
use crate::resource::CustomKind;

/// The type of every object's metadata.
const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// What becomes of nulls that the schema does not allow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// They are taken for nothing.
    Dropped,
    /// They are kept, for the validation to refuse: an apply says what it says.
    Kept,
}

/// Makes a document an object of the kind: metadata of the right types, fields that the schema does
/// not have gone, defaults set. Gives what is gone, sorted.
///
/// # Errors
/// When the metadata are not of their types, in words.
pub(crate) fn decode(
    kind: &CustomKind,
    object: &mut Value,
    nulls: Nulls,
) -> Result<Vec<StrictProblem>, String> {
    let mut problems = decode_metadata(object)?;
    drop_empty_metadata(object);
    let compiled = kind.compiled();
    problems.extend(compiled.schema.prune(object));
    let mut fault = None;
    compiled.schema.visit_embedded(
        object,
        &mut |embedded, path| match decode_embedded(embedded) {
            Ok(unknown) => problems.extend(unknown.into_iter().map(|it| below(path, it))),
            Err(error) => fault = Some(format!("{path}.{error}")),
        },
    );
    if let Some(fault) = fault {
        return Err(fault);
    }
    match nulls {
        Nulls::Dropped => compiled.schema.default(object),
        Nulls::Kept => compiled.schema.default_beside_nulls(object),
    }
    problems.sort_by(|a, b| a.field().cmp(b.field()));
    Ok(problems)
}

fn decode_metadata(object: &mut Value) -> Result<Vec<StrictProblem>, String> {
    let schema = Schema::kubernetes();
    let Some(metadata) = object.get_mut("metadata").filter(|it| !it.is_null()) else {
        return Ok(Vec::new());
    };
    let ty = schema.type_named(OBJECT_META);
    let ty = ty.ok_or_else(|| "the schema has no metadata".to_owned())?;
    let unknown =
        trimtab_validation::decode(metadata, ty).map_err(|error| error.message().to_owned())?;
    let unknown = unknown.into_iter();
    Ok(unknown.map(|problem| below("metadata", problem)).collect())
}

/// The same of an object within another: what it says of itself are texts.
fn decode_embedded(object: &mut Value) -> Result<Vec<StrictProblem>, String> {
    for field in ["apiVersion", "kind"] {
        if let Some(value) = object.get(field)
            && value.as_str().is_none()
        {
            let shown = json(value);
            return Err(format!("{field}: Invalid value: {shown}: must be a string"));
        }
    }
    let before = object.get("metadata").map(json).unwrap_or_default();
    decode_metadata(object).map_err(|error| format!("metadata: Invalid value: {before}: {error}"))
}

fn json(value: &Value) -> String {
    let mut text = String::new();
    // A `String` takes everything.
    let _ = write_json(value, &mut text, JsonStyle::Go);
    text
}

/// Metadata that are empty are not there.
fn drop_empty_metadata(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
        metadata.retain(|_, value| value.as_scalar().is_some() || !value.is_null_or_empty());
    }
}

/// The problem of a field, told from where `path` is known.
fn below(path: &str, problem: StrictProblem) -> StrictProblem {
    match problem {
        StrictProblem::UnknownField(field) => {
            StrictProblem::UnknownField(format!("{path}.{field}"))
        }
        other @ (StrictProblem::DuplicateField(_) | StrictProblem::DuplicateKey { .. }) => other,
    }
}

/// A stored object in the form of the schema of the version that it is stored in.
pub(super) fn in_stored_form(kind: &CustomKind, mut object: Value) -> Value {
    let definition = &kind.definition;
    let version = object.get("apiVersion").and_then(Value::as_str);
    let version = version.and_then(|version| version.rsplit('/').next());
    if let Some((at, _)) = version.and_then(|version| definition.version(version)) {
        let stored = definition.compiled(at);
        stored.schema.prune(&mut object);
        stored.schema.default(&mut object);
    }
    object
}

/// A stored object as clients see it: in the form of the schema that objects are stored by, in the
/// version of `kind`.
pub(crate) fn shown(kind: &CustomKind, object: Value) -> Value {
    let mut object = in_stored_form(kind, object);
    in_version(kind, &mut object);
    object
}

/// Brings an object into another version that nobody converts it to: fields that the version does not
/// have go.
pub(crate) fn in_version(kind: &CustomKind, object: &mut Value) {
    if object.get("apiVersion").and_then(Value::as_str) == Some(kind.api_version()) {
        return;
    }
    if let Some(fields) = object.as_mapping_mut() {
        fields.insert("apiVersion", Value::string(kind.api_version()));
    }
    kind.compiled().schema.prune(object);
}

/// Whether the bytes that an object is stored as are what clients of a version see. They are not where the
/// schema is younger than the object and changes something of it, or where it is stored in another version.
/// It is looked at once for an object, not with every answer.
///
/// # Errors
/// When the object is damaged.
pub(crate) fn is_in_form(kind: &CustomKind, object: &Object) -> Result<bool, Status> {
    let form = kind.compiled().form;
    if object.is_in_form(form) {
        return Ok(true);
    }
    let stored = object.to_value()?;
    if stored.get("apiVersion").and_then(Value::as_str) != Some(kind.api_version()) {
        return Ok(false);
    }
    let is_in_form = shown(kind, stored.clone()) == stored;
    if is_in_form {
        object.note_form(form);
    }
    Ok(is_in_form)
}
