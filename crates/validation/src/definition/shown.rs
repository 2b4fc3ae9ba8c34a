//! Parts of a definition as Kubernetes' messages show them: as JSON of Go's structs.

use crate::fields::{is_true, text};
use crate::validate::errors::show;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

/// A value as Go writes JSON.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    match write_json(value, &mut text, JsonStyle::Ordered) {
        Ok(()) => text
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
        Err(_) => "null".to_owned(),
    }
}

/// What all versions of a definition have in common.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each part that there is"
)]
pub(super) struct Common {
    pub(super) schema: bool,
    pub(super) subresources: bool,
    pub(super) columns: bool,
    pub(super) selectable: bool,
}

/// Versions; what all of them have in common is not shown.
pub(super) fn versions(versions: &[Value], common: &Common) -> String {
    let own = |version: &Value, field: &str, is_common: bool| {
        let value = version.get(field).filter(|_| !is_common);
        value.cloned().unwrap_or_else(Value::null)
    };
    let shown = versions.iter().map(|version| {
        Value::mapping([
            (
                "Name",
                Value::string(text(version, "name").unwrap_or_default()),
            ),
            ("Served", Value::bool(is_true(version, "served"))),
            ("Storage", Value::bool(is_true(version, "storage"))),
            ("Deprecated", Value::bool(is_true(version, "deprecated"))),
            (
                "DeprecationWarning",
                own(version, "deprecationWarning", false),
            ),
            ("Schema", own(version, "schema", common.schema)),
            (
                "Subresources",
                own(version, "subresources", common.subresources),
            ),
            (
                "AdditionalPrinterColumns",
                own(version, "additionalPrinterColumns", common.columns),
            ),
            (
                "SelectableFields",
                own(version, "selectableFields", common.selectable),
            ),
        ])
    });
    json(&Value::sequence(shown.collect()))
}

/// A rule.
pub(super) fn rule(rule: &Value) -> String {
    json(&rule_struct(rule))
}

/// A rule, with the names of Go's fields.
pub(super) fn rule_struct(rule: &Value) -> Value {
    let own = |field: &str| Value::string(text(rule, field).unwrap_or_default());
    let or_null = |field: &str| rule.get(field).cloned().unwrap_or_else(Value::null);
    let fields = Mapping::from([
        ("Rule", own("rule")),
        ("Message", own("message")),
        ("MessageExpression", own("messageExpression")),
        ("Reason", or_null("reason")),
        ("FieldPath", own("fieldPath")),
        ("OptionalOldSelf", or_null("optionalOldSelf")),
    ]);
    fields.into()
}

/// Any value.
pub(super) fn value(value: &Value) -> String {
    show(Some(value))
}
