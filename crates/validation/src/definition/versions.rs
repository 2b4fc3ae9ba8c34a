//! What a version says beside its schema.

use crate::custom::StructuralSchema;
use crate::fields::{is_true, items, text};
use crate::validate::errors::{Errors, Path};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// How many fields may be selectable.
const MAX_SELECTABLE: usize = 8;
const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const FORMATS: [&str; 8] = [
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];

pub(super) fn check_deprecation(version: &Value, path: &Path<'_>, errors: &mut Errors) {
    let warning = version.get("deprecationWarning").filter(|it| !it.is_null());
    let Some(warning) = warning.and_then(Value::text) else {
        return;
    };
    let path = path.field("deprecationWarning");
    if !is_true(version, "deprecated") {
        errors.invalid_string(&path, warning, "can only be set for deprecated versions");
        return;
    }
    if warning.len() > 256 {
        errors.invalid_string(&path, warning, "must be <= 256 characters long");
    }
    if warning.is_empty() {
        errors.invalid_string(&path, warning, "must not be an empty string");
    }
    if let Some((at, _)) = warning.char_indices().find(|(_, c)| c.is_control()) {
        let why = format!(
            "must only contain printable UTF-8 characters; non-printable character found at index \
             {at}"
        );
        errors.invalid_string(&path, warning, &why);
    }
}

pub(super) fn check_columns(version: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("additionalPrinterColumns");
    for (at, column) in items(version, "additionalPrinterColumns")
        .iter()
        .enumerate()
    {
        let path = list.item(at);
        if text(column, "name").is_none() {
            errors.required(&path.field("name"), "");
        }
        let why = format!("must be one of {}", TYPES.join(","));
        match text(column, "type") {
            None => errors.required(&path.field("type"), &why),
            Some(kind) if !TYPES.contains(&kind) => {
                errors.invalid_string(&path.field("type"), kind, &why);
            }
            Some(_) => {}
        }
        if let Some(format) = text(column, "format")
            && !FORMATS.contains(&format)
        {
            let why = format!("must be one of {}", FORMATS.join(","));
            errors.invalid_string(&path.field("format"), format, &why);
        }
        let place = path.field("JSONPath");
        match text(column, "jsonPath") {
            None => errors.required(&place, ""),
            Some(found) => {
                check_simple_path(found, &place, errors);
            }
        }
    }
}

/// Whether a path begins with a point, which is said if not.
fn check_simple_path(found: &str, path: &Path<'_>, errors: &mut Errors) -> bool {
    let is_simple = found.starts_with('.');
    if !is_simple {
        let why = "must be a simple json path starting with .";
        errors.invalid_string(path, found, why);
    }
    is_simple
}

pub(super) fn check_subresources(subresources: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(scale) = subresources.get("scale").filter(|it| !it.is_null()) else {
        return;
    };
    let scale_path = path.field("scale");
    let mut check = |field: &str, is_needed: bool, below: &[&str], why: &str| {
        let path = scale_path.field(field);
        match text(scale, field) {
            None if is_needed => errors.required(&path, ""),
            None => {}
            Some(found) => {
                let is_below = below.iter().any(|prefix| found.starts_with(prefix));
                if check_simple_path(found, &path, errors) && !is_below {
                    errors.invalid_string(&path, found, why);
                }
            }
        }
    };
    let spec = "should be a json path under .spec";
    check("specReplicasPath", true, &[".spec."], spec);
    let status = "should be a json path under .status";
    check("statusReplicasPath", true, &[".status."], status);
    let either = "should be a json path under either .spec or .status";
    check("labelSelectorPath", false, &[".spec.", ".status."], either);
}

pub(super) fn check_selectable(
    version: &Value,
    schema: Option<&Value>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("selectableFields");
    let fields = items(version, "selectableFields");
    if fields.is_empty() {
        return;
    }
    let Some(schema) = schema.filter(|schema| !schema.is_null()) else {
        let why = "may only be set when a schema is included";
        errors.invalid_string(&list, "", why);
        return;
    };
    let (schema, _) = StructuralSchema::parse(schema);
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for (at, field) in fields.iter().enumerate() {
        let field_path = list.item(at);
        let path = field_path.field("jsonPath");
        let Some(found) = text(field, "jsonPath") else {
            errors.required(&path, "");
            continue;
        };
        let (name, kind) = match schema.field_at(found) {
            Ok(known) => known,
            Err(why) => {
                let why = format!("is an invalid path: {why}");
                errors.invalid_string(&path, found, &why);
                continue;
            }
        };
        if name == "metadata" || name.starts_with("metadata.") {
            let why = "must not point to fields in metadata";
            errors.invalid_string(&path, found, why);
        }
        if !matches!(kind, "string" | "boolean" | "integer") {
            let why = "must point to a field of type string, boolean or integer. Enum string \
                       fields and strings with formats are allowed.";
            errors.invalid_string(&path, found, why);
        }
        if !seen.insert(name) {
            errors.duplicate(&path, found);
        }
    }
    if seen.len() > MAX_SELECTABLE {
        errors.too_many(&list, seen.len(), MAX_SELECTABLE as u64);
    }
}
