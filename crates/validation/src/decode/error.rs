//! What is said of a body that does not fit its type.

use super::go_types::go_field;
use super::place::{Place, Step};
use std::fmt;
use trimtab_schema::{Type, ValueKind};
use trimtab_tree::{Node, ScalarKind, Value};

/// Why a body cannot be decoded: a sentence in the form of Go's JSON decoder, which clients of
/// Kubernetes know, such as `json: cannot unmarshal string into Go struct field
/// DeploymentSpec.spec.replicas of type int32`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    message: String,
    field: String,
    /// The same as the server says it when it converts an object instead of reading JSON.
    conversion: Option<String>,
}

/// What stood where another value was found.
#[derive(Clone, Copy)]
pub(super) enum Expected<'a> {
    Type(Type<'a>),
    /// The name of a Go type.
    Go(&'static str),
}

impl DecodeError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            field: String::new(),
            conversion: None,
        }
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same as Kubernetes says it of an object that it patched, which it does not read from
    /// JSON: `cannot restore slice from map`.
    #[must_use]
    pub fn conversion(&self) -> &str {
        self.conversion.as_deref().unwrap_or(&self.message)
    }

    /// The path of the value, such as `spec.replicas`, if [`decode_all`](super::decode_all) found
    /// it; else empty.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The same, of the value at `place`.
    pub(super) fn at(mut self, place: &Place<'_>) -> Self {
        self.field = place.to_string();
        self
    }

    /// `value` cannot be what is expected at `place`.
    pub(super) fn wrong_type(value: &Value, expected: Expected<'_>, place: &Place<'_>) -> Self {
        let found = match &value.node {
            Node::Mapping(_) => "object".to_owned(),
            Node::Sequence(_) => "array".to_owned(),
            Node::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "null".to_owned(),
                ScalarKind::Bool => "bool".to_owned(),
                // A number that is of the right kind but does not fit is named.
                ScalarKind::Int | ScalarKind::Float if expected.is_number() => {
                    format!("number {}", scalar.text())
                }
                ScalarKind::Int | ScalarKind::Float => "number".to_owned(),
                _ => "string".to_owned(),
            },
        };
        let conversion = expected.conversion(value);
        let expected = named_type(place).unwrap_or_else(|| expected.go_type());
        let message = match struct_field(place) {
            Some(field) => {
                format!(
                    "json: cannot unmarshal {found} into Go struct field {field} of type {expected}"
                )
            }
            None => format!("json: cannot unmarshal {found} into Go value of type {expected}"),
        };
        Self {
            conversion,
            ..Self::new(message)
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

impl Expected<'_> {
    fn is_number(self) -> bool {
        match self {
            Self::Type(ty) => matches!(ty.kind(), ValueKind::Integer | ValueKind::Number),
            // Of what may be a text, too.
            Self::Go(name) => name == "int32",
        }
    }

    /// What is said of a value that cannot be converted.
    fn conversion(self, value: &Value) -> Option<String> {
        let Self::Type(ty) = self else { return None };
        let found = match &value.node {
            Node::Mapping(_) => "map",
            Node::Sequence(_) => "slice",
            Node::Scalar(scalar) => match scalar.kind {
                ScalarKind::Bool => "bool",
                ScalarKind::Int => "int64",
                ScalarKind::Float => "float64",
                _ => "string",
            },
        };
        let is_number = matches!(found, "int64" | "float64");
        Some(match ty.kind() {
            ValueKind::List => format!("cannot restore slice from {found}"),
            ValueKind::Map => format!("cannot restore map from {found}"),
            ValueKind::Object => format!("cannot restore struct from: {found}"),
            // Go can make a text and a whole number of any number.
            ValueKind::String | ValueKind::Integer if is_number => {
                format!("cannot convert {found} to {}", go_type(ty))
            }
            _ => format!("unrecognized type: {}", go_type(ty)),
        })
    }

    fn go_type(self) -> String {
        match self {
            Self::Type(ty) => go_type(ty),
            Self::Go(name) => name.to_owned(),
        }
    }
}

/// The type as Go spells it, as far as the schema tells.
fn go_type(ty: Type<'_>) -> String {
    if let Some((package, name)) = ty.name() {
        let package = package.rsplit('.').next().unwrap_or(package);
        return format!("{package}.{name}");
    }
    let inner = |inner: Option<Type<'_>>| inner.map_or("interface {}".to_owned(), go_type);
    match ty.kind() {
        ValueKind::String if ty.format() == "byte" => "[]uint8".to_owned(),
        ValueKind::String => "string".to_owned(),
        ValueKind::Integer if ty.format() == "int64" => "int64".to_owned(),
        ValueKind::Integer => "int32".to_owned(),
        ValueKind::Number => "float64".to_owned(),
        ValueKind::Boolean => "bool".to_owned(),
        ValueKind::List => format!("[]{}", inner(ty.elements())),
        ValueKind::Map => format!("map[string]{}", inner(ty.values())),
        ValueKind::Any | ValueKind::IntOrString | ValueKind::Object => "interface {}".to_owned(),
    }
}

/// The name that the type of the value at `place` has in Go, where the schema does not tell it.
fn named_type(place: &Place<'_>) -> Option<String> {
    let (field, is_item) = match place.step {
        Step::Item(_) => (place.parent?, true),
        _ => (place, false),
    };
    let Step::Field(name, of) = field.step else {
        return None;
    };
    let ty = go_field(of?, name)?.ty?;
    if !is_item {
        return Some(ty.to_owned());
    }
    ty.strip_prefix("[]").map(str::to_owned)
}

/// The struct that holds the field at `place` and the fields on the way, as Go's decoder names
/// them: `EnvVar.spec.containers.env.value`, without items and keys.
fn struct_field(place: &Place<'_>) -> Option<String> {
    let mut names = Vec::new();
    let mut holder = None;
    let mut next = Some(place);
    while let Some(place) = next {
        if let Step::Field(name, of) = place.step {
            holder = holder.or(of.map(|(_, name)| name));
            names.push(name);
            let embedded = of.and_then(|of| go_field(of, name)?.embedded);
            names.extend(embedded.into_iter().flat_map(|it| it.rsplit('.')));
        }
        next = place.parent;
    }
    names.push(holder?);
    names.reverse();
    Some(names.join("."))
}

/// Something in a body that Kubernetes passes over, or refuses if `fieldValidation` is `Strict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrictProblem {
    /// The type has no such field. Its path, such as `spec.containers[0].imagee`.
    UnknownField(String),
    /// The field is there more than once. Its path.
    DuplicateField(String),
    /// A key of a YAML mapping is there more than once.
    DuplicateKey {
        /// Where it is there again, counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
}

impl StrictProblem {
    /// The path of the field; of a key, the key.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::UnknownField(path) | Self::DuplicateField(path) => path,
            Self::DuplicateKey { key, .. } => key,
        }
    }

    /// The field at `place` is unknown.
    pub(super) fn unknown(place: &Place<'_>) -> Self {
        Self::UnknownField(place.to_string())
    }
}

impl fmt::Display for StrictProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(path) => write!(f, "unknown field \"{path}\""),
            Self::DuplicateField(path) => write!(f, "duplicate field \"{path}\""),
            // The words of go-yaml, which scripts and the conformance tests look for.
            Self::DuplicateKey { line, key } => {
                write!(f, "line {line}: key {key:?} already set in map")
            }
        }
    }
}
