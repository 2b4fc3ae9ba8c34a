//! What the server owns of an object of a custom kind, and what is wrong with one.

use trimtab_object::FieldSet;
use trimtab_tree::Value;
use trimtab_validation::custom::is_of_no_field;
use trimtab_validation::{CauseReason, FieldError, validate_custom_create, validate_custom_update};

use crate::Status;
use crate::registry::Call;
use crate::resource::{CustomKind, ScalePaths};

/// Refuses new objects of a kind that is going away.
///
/// # Errors
/// When it is.
pub(crate) fn admit_write(call: &Call<'_>, name: &str) -> Result<(), Status> {
    let Some(kind) = call.resource.kind.custom() else {
        return Ok(());
    };
    if !kind.definition.is_terminating {
        return Ok(());
    }
    let why = "create not allowed while custom resource definition is terminating";
    let (group, plural) = (call.resource.group(), &call.resource.plural);
    Err(Status::forbidden(group, plural, name, why))
}

/// Brings what admission has made of an object into the form of the schema.
pub(crate) fn settle(kind: &CustomKind, object: &mut Value) {
    let schema = &kind.compiled().schema;
    schema.prune(object);
    // What does not allow nulls says so when it is validated.
    schema.default_beside_nulls(object);
}

/// The fields that a path does not write: those of the other half of an object with a status.
pub(crate) fn reset_fields(kind: &CustomKind, subresource: &str) -> FieldSet {
    match subresource {
        "status" => FieldSet::of_fields(&[&["metadata"], &["spec"]]),
        _ if kind.version().has_status => FieldSet::of_fields(&[&["status"]]),
        _ => FieldSet::new(),
    }
}

/// Sets what the server owns in a new object.
pub(crate) fn prepare_create(kind: &CustomKind, object: &mut Value) {
    if kind.version().has_status
        && let Some(fields) = object.as_mapping_mut()
    {
        fields.remove("status");
    }
    set_generation(object, 1);
}

/// Takes from `old` what an update may not change, and counts the generation up when anything but
/// metadata has changed.
pub(crate) fn prepare_update(
    kind: &CustomKind,
    object: &mut Value,
    old: &Value,
    subresource: &str,
) {
    if subresource == "status" {
        let status = object.get("status").cloned();
        let managed = metadata(object, "managedFields").cloned();
        let mut kept = old.clone();
        if let Some(fields) = kept.as_mapping_mut() {
            match status {
                Some(status) => fields.insert("status", status),
                None => fields.remove("status"),
            };
        }
        if let Some(fields) = kept.get_mut("metadata").and_then(Value::as_mapping_mut) {
            match managed {
                Some(managed) => fields.insert("managedFields", managed),
                None => fields.remove("managedFields"),
            };
        }
        *object = kept;
        return;
    }
    if kind.version().has_status
        && let Some(fields) = object.as_mapping_mut()
    {
        match old.get("status") {
            Some(status) => fields.insert("status", status.clone()),
            None => fields.remove("status"),
        };
    }
    let generation = metadata(old, "generation").and_then(Value::text);
    let generation = generation.and_then(|text| text.parse().ok()).unwrap_or(0);
    let is_changed = !trimtab_validation::is_same_but_metadata(object, old);
    set_generation(object, generation + i64::from(is_changed));
}

fn metadata<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.get("metadata")?.get(name)
}

fn set_generation(object: &mut Value, generation: i64) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
        metadata.insert("generation", Value::int(generation));
    }
}

/// What is wrong with a new object, rules that are broken included.
pub(crate) fn validate_create(kind: &CustomKind, object: &Value) -> Vec<FieldError> {
    let schema = &kind.compiled().schema;
    let mut errors = validate_custom_create(object);
    errors.extend(schema.validate(object));
    if let Some(scale) = &kind.version().scale {
        validate_replicas(object, &scale.spec, &mut errors);
        validate_scale_status(object, scale, &mut errors);
    }
    if !schema.has_rules() || block_rules(&mut errors) {
        return named(errors);
    }
    errors.extend(schema.check_rules(object, None).errors);
    named(errors)
}

/// What is wrong with the whole object is told as kube-apiserver does, of a path that is none.
fn named(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    for error in &mut errors {
        if error.field.is_empty() || is_of_no_field(error) {
            "<nil>".clone_into(&mut error.field);
        }
    }
    errors
}

/// What is wrong with an update of `old`; rules that were broken before come as warnings.
pub(crate) fn validate_update(
    kind: &CustomKind,
    object: &Value,
    old: &Value,
    subresource: &str,
) -> (Vec<FieldError>, Vec<FieldError>) {
    let schema = &kind.compiled().schema;
    let mut errors = validate_custom_update(object, old);
    if subresource == "status" {
        if let Some(status) = object.get("status") {
            errors.extend(schema.validate_status(status, old.get("status")));
        }
        if schema.validate_lists(old).is_empty() {
            errors.extend(schema.validate_lists(object));
        }
    } else {
        errors.extend(schema.validate_update(object, Some(old)));
    }
    if let Some(scale) = &kind.version().scale {
        if subresource != "status" {
            validate_replicas(object, &scale.spec, &mut errors);
        }
        validate_scale_status(object, scale, &mut errors);
    }
    if !schema.has_rules() || block_rules(&mut errors) {
        return (named(errors), Vec::new());
    }
    let found = schema.check_rules(object, Some(old));
    errors.extend(found.errors);
    (named(errors), named(found.warnings))
}

/// Whether rules are not evaluated, as the object is not of the form that they rest on.
fn block_rules(errors: &mut Vec<FieldError>) -> bool {
    let blocks = |error: &FieldError| {
        matches!(
            error.reason,
            CauseReason::FieldValueNotSupported
                | CauseReason::FieldValueRequired
                | CauseReason::FieldValueTooLong
                | CauseReason::FieldValueTooMany
                | CauseReason::FieldValueTypeInvalid
        )
    };
    let is_blocked = errors.iter().any(blocks);
    if is_blocked {
        errors.push(FieldError {
            reason: CauseReason::FieldValueInvalid,
            field: String::new(),
            message: "Invalid value: null: some validation rules were not checked because the \
                      object was invalid; correct the existing errors to complete validation"
                .to_owned(),
        });
    }
    is_blocked
}

fn at<'v>(object: &'v Value, path: &[String]) -> Option<&'v Value> {
    let mut steps = path.iter();
    let value = steps.try_fold(object, |value, step| value.get(step))?;
    Some(value).filter(|value| !value.is_null())
}

fn validate_replicas(object: &Value, path: &[String], errors: &mut Vec<FieldError>) {
    let Some(value) = at(object, path) else {
        return;
    };
    let count = value.text().and_then(|text| text.parse::<i64>().ok());
    let why = match count {
        None => "is no whole number".to_owned(),
        Some(count) if count < 0 => "should be a non-negative integer".to_owned(),
        Some(count) if count > i64::from(i32::MAX) => {
            format!("should be less than or equal to {}", i32::MAX)
        }
        Some(_) => return,
    };
    let shown = value.text().unwrap_or("0");
    errors.push(FieldError {
        reason: CauseReason::FieldValueInvalid,
        field: format!(".{}", path.join(".")),
        message: format!("Invalid value: {shown}: {why}"),
    });
}

fn validate_scale_status(object: &Value, scale: &ScalePaths, errors: &mut Vec<FieldError>) {
    validate_replicas(object, &scale.status, errors);
    let selector = scale.selector.as_ref();
    if let Some(path) = selector
        && let Some(value) = at(object, path)
        && value.as_str().is_none()
    {
        errors.push(FieldError {
            reason: CauseReason::FieldValueInvalid,
            field: format!(".{}", path.join(".")),
            message: "Invalid value: \"\": the selector of the scale is no string".to_owned(),
        });
    }
}

/// What should not be done with the finalizers of an object, of those that are new.
pub(crate) fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    trimtab_validation::custom_finalizer_warnings(object, old)
}
