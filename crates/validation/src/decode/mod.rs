//! A body as Kubernetes decodes it.
//!
//! Kubernetes reads JSON into structs and writes those again, so an object that went through is no
//! longer what was sent: unknown fields are gone, numbers fit their types, times are in UTC,
//! quantities canonical, empty values dropped or written as the struct's tags say. Here the same
//! happens to the tree itself, on one walk beside its type.

mod error;
mod go_types;
mod place;
mod scalar;

pub(crate) use scalar::check_base64;

pub use error::{DecodeError, StrictProblem};

use error::Expected;
use place::{Place, Step};
use scalar::Scalars;
use trimtab_object::{write_zeroes, zero};
use trimtab_schema::{Type, ValueKind, ZeroValue};
use trimtab_tree::{Node, ScalarKind, Value};

/// Makes `body` what Kubernetes makes of it when it decodes it as `ty` and encodes it again.
/// Returns what it passed over and what `fieldValidation=Strict` refuses: fields that the type does
/// not have. (Fields that are there twice are known to the reader of the text only.)
///
/// # Errors
/// When a value is not of its field's type, in the words of Go's JSON decoder; `body` is then partly
/// decoded.
pub fn decode(body: &mut Value, ty: Type<'_>) -> Result<Vec<StrictProblem>, DecodeError> {
    let mut decoder = Decoder::default();
    decoder.value(body, ty, &Place::ROOT)?;
    Ok(decoder.problems)
}

/// All that is wrong with a body: what [`decode`] fails for, and what it passes over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeFindings {
    /// Values that are not of their fields' types.
    pub errors: Vec<DecodeError>,
    /// What `fieldValidation=Strict` refuses.
    pub problems: Vec<StrictProblem>,
}

/// As [`decode`], but goes on behind values that are not of their fields' types, which stay as they
/// are: for those who tell everything at once. A server must not store such a body.
pub fn decode_all(body: &mut Value, ty: Type<'_>) -> DecodeFindings {
    let mut decoder = Decoder {
        problems: Vec::new(),
        tolerated: Some(Vec::new()),
    };
    let outcome = decoder.value(body, ty, &Place::ROOT);
    let mut errors = decoder.tolerated.unwrap_or_default();
    errors.extend(outcome.err());
    DecodeFindings {
        errors,
        problems: decoder.problems,
    }
}

#[derive(Default)]
struct Decoder {
    problems: Vec<StrictProblem>,
    /// Errors that do not stop the decoder; `None` if every one does.
    tolerated: Option<Vec<DecodeError>>,
}

impl Decoder {
    fn value(
        &mut self,
        value: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        let outcome = self.value_or_stop(value, ty, place);
        match (outcome, &mut self.tolerated) {
            (Err(error), Some(tolerated)) => {
                tolerated.push(error.at(place));
                Ok(())
            }
            (outcome, _) => outcome,
        }
    }

    fn value_or_stop(
        &mut self,
        value: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        match ty.kind() {
            ValueKind::Any => Ok(()),
            ValueKind::List => self.list(value, ty, place),
            ValueKind::Map => self.map(value, ty, place),
            ValueKind::Object => self.object(value, ty, place),
            _ => Scalars { ty, place }.decode(value),
        }
    }

    fn list(
        &mut self,
        value: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        let Some(items) = value.as_sequence_mut() else {
            return Err(DecodeError::wrong_type(value, Expected::Type(ty), place));
        };
        let Some(element) = ty.elements() else {
            return Ok(());
        };
        for (at, item) in items.iter_mut().enumerate() {
            self.element(item, element, &place.then(Step::Item(at)))?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        value: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        let Some(fields) = value.as_mapping_mut() else {
            return Err(DecodeError::wrong_type(value, Expected::Type(ty), place));
        };
        let Some(element) = ty.values() else {
            return Ok(());
        };
        for (key, item) in fields.iter_mut() {
            self.element(item, element, &place.then(Step::Key(key)))?;
        }
        Ok(())
    }

    /// An item of a list or a value of a map, of which null is the zero value.
    fn element(
        &mut self,
        item: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        if item.is_null() && ty.kind() != ValueKind::Any {
            *item = zero(ty);
            return Ok(());
        }
        self.value(item, ty, place)
    }

    fn object(
        &mut self,
        value: &mut Value,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        let is_raw = ty.fields().next().is_none();
        let Node::Mapping(fields) = &mut value.node else {
            // Raw JSON may be anything; a struct without fields is still one.
            if is_raw && !is_empty_struct(ty) {
                return Ok(());
            }
            return Err(DecodeError::wrong_type(value, Expected::Type(ty), place));
        };
        if is_raw {
            return Ok(());
        }
        let struct_name = ty.name();
        let mut outcome = Ok(());
        fields.retain(|name, field| {
            if outcome.is_err() {
                return true;
            }
            let here = place.then(Step::Field(name, struct_name));
            let Some(field_type) = ty.field(name) else {
                self.problems.push(StrictProblem::unknown(&here));
                return false;
            };
            if field.is_null() && field_type.kind() != ValueKind::Any {
                return is_null_written(field_type);
            }
            outcome = match nested_schemas(field_type) {
                Some(nested) => self.schemas(field, nested, ty, &here),
                None => self.value(field, field_type, &here),
            };
            outcome.is_err() || is_written(field, field_type)
        });
        outcome?;
        write_zeroes(fields, ty);
        Ok(())
    }
}

/// Where a schema of a custom kind may have others in a field that may also be something else,
/// which the compiled-in types therefore know nothing about.
#[derive(Clone, Copy)]
enum NestedSchemas {
    /// It, or a list of them.
    Here,
    /// It, or whether anything is allowed.
    OrFlag,
    /// The values of a map.
    InMap,
}

fn nested_schemas(ty: Type<'_>) -> Option<NestedSchemas> {
    let is_alternative = |ty: Type<'_>| {
        let name = ty.name().map_or("", |(_, name)| name);
        name.starts_with("JSONSchemaPropsOr")
    };
    match ty.kind() {
        ValueKind::Any if matches!(ty.name(), Some((_, "JSONSchemaPropsOrBool"))) => {
            Some(NestedSchemas::OrFlag)
        }
        ValueKind::Any if is_alternative(ty) => Some(NestedSchemas::Here),
        ValueKind::Map if ty.values().is_some_and(is_alternative) => Some(NestedSchemas::InMap),
        _ => None,
    }
}

impl Decoder {
    /// Schemas within one of type `ty`. What they have and schemas do not is dropped without a
    /// word, as by the decoder of their own that Kubernetes has for them.
    fn schemas(
        &mut self,
        value: &mut Value,
        nested: NestedSchemas,
        ty: Type<'_>,
        place: &Place<'_>,
    ) -> Result<(), DecodeError> {
        let known = self.problems.len();
        if matches!(nested, NestedSchemas::OrFlag) {
            let is_flag =
                matches!(&value.node, Node::Scalar(scalar) if scalar.kind == ScalarKind::Bool);
            if value.as_mapping().is_none() && !is_flag {
                return Err(DecodeError::new("boolean or JSON schema expected"));
            }
        }
        let outcome = match (&mut value.node, nested) {
            (Node::Mapping(fields), NestedSchemas::InMap) => {
                fields.iter_mut().try_for_each(|(key, item)| {
                    self.schemas(item, NestedSchemas::Here, ty, &place.then(Step::Key(key)))
                })
            }
            (Node::Mapping(_), NestedSchemas::Here | NestedSchemas::OrFlag) => {
                self.value(value, ty, place)
            }
            (Node::Sequence(items), NestedSchemas::Here) => {
                items.iter_mut().enumerate().try_for_each(|(at, item)| {
                    if item.as_mapping().is_none() {
                        return Ok(());
                    }
                    self.value(item, ty, &place.then(Step::Item(at)))
                })
            }
            _ => Ok(()),
        };
        self.problems.truncate(known);
        outcome
    }
}

/// Whether a type without fields is a struct that has none, not JSON of any kind.
fn is_empty_struct(ty: Type<'_>) -> bool {
    matches!(ty.name(), Some((_, "CustomResourceSubresourceStatus")))
}

/// Whether Kubernetes writes a field without a value as null.
fn is_null_written(ty: Type<'_>) -> bool {
    match ty.zero_value() {
        ZeroValue::Held | ZeroValue::Dropped => false,
        ZeroValue::Written => matches!(ty.kind(), ValueKind::List | ValueKind::Map),
        ZeroValue::Null => true,
    }
}

/// Whether Kubernetes writes a field with this value.
fn is_written(value: &Value, ty: Type<'_>) -> bool {
    match ty.zero_value() {
        ZeroValue::Dropped => !is_zero(value),
        ZeroValue::Held | ZeroValue::Written | ZeroValue::Null => true,
    }
}

/// Whether a decoded value is the zero value of its type.
fn is_zero(value: &Value) -> bool {
    match &value.node {
        Node::Scalar(scalar) => match value.as_str() {
            // Of texts only the empty one is: the completed indexes `"0"` are one index.
            Some(text) => text.is_empty(),
            None => matches!(scalar.text(), "" | "0" | "false") || value.is_null(),
        },
        Node::Sequence(items) => items.is_empty(),
        Node::Mapping(fields) => fields.is_empty(),
    }
}

#[cfg(test)]
mod tests;
