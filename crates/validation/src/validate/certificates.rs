//! Certificate signing requests: how they are approved, and what is issued.
//!
//! After `ValidateCertificateSigningRequest*` in `pkg/apis/certificates/validation`.

use super::errors::{Errors, Path};
use super::formats;
use crate::fields::{items, text};
use trimtab_tree::Value;

/// Conditions that stay once they are there.
const LASTING: [&str; 3] = ["Approved", "Denied", "Failed"];

/// Conditions that only the endpoint `approval` adds.
const OF_APPROVAL: [&str; 2] = ["Approved", "Denied"];

/// Checks what an update of a request at `subresource` may do to its status.
pub(super) fn check_update(request: &Value, old: &Value, subresource: &str, errors: &mut Errors) {
    if subresource.is_empty() {
        return;
    }
    let status = Path::ROOT.field("status");
    let conditions = status.field("conditions");
    check_conditions(request, &conditions, errors);
    if subresource == "status" {
        check_certificate(request, &status.field("certificate"), errors);
    }
    for kind in LASTING {
        if has(old, kind) && !has(request, kind) {
            let why = format!("updates may not remove a condition of type {kind:?}");
            errors.forbidden(&conditions, &why);
        }
    }
    if subresource == "status" {
        for kind in OF_APPROVAL {
            if has(request, kind) && !has(old, kind) {
                let why = format!("updates may not add a condition of type {kind:?}");
                errors.forbidden(&conditions, &why);
            }
        }
    }
}

/// Checks each condition: the lasting ones are true, and only one of the two verdicts is there.
fn check_conditions(request: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let conditions = items(request.get("status").unwrap_or(&none), "conditions");
    let mut seen: Vec<&str> = Vec::new();
    for (at, condition) in conditions.iter().enumerate() {
        let path_of_it = path.item(at);
        let kind = text(condition, "type").unwrap_or_default();
        if kind.is_empty() {
            errors.required(&path_of_it.field("type"), "");
        }
        let values: &[&str] = if LASTING.contains(&kind) {
            &["True"]
        } else {
            &["False", "True", "Unknown"]
        };
        let state = text(condition, "status").unwrap_or_default();
        if state.is_empty() {
            errors.required(&path_of_it.field("status"), "");
        } else if !values.contains(&state) {
            errors.unsupported(&path_of_it.field("status"), &Value::string(state), values);
        }
        let is_verdict = OF_APPROVAL.contains(&kind);
        if is_verdict
            && OF_APPROVAL
                .iter()
                .any(|it| *it != kind && seen.contains(it))
        {
            let why = "Approved and Denied conditions are mutually exclusive";
            errors.invalid_string(path, kind, why);
        }
        if seen.contains(&kind) {
            errors.duplicate(&path_of_it.field("type"), kind);
        }
        seen.push(kind);
    }
}

/// What is issued is text with at least one certificate in it, base64 in the tree as in JSON.
fn check_certificate(request: &Value, path: &Path<'_>, errors: &mut Errors) {
    /// `-----BEGIN CERTIFICATE-----` in base64 from the start of a text.
    const BEGIN: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";
    let certificate = request.get_path(&["status", "certificate"]);
    let Some(text) = certificate.and_then(Value::as_str) else {
        return;
    };
    if !text.is_empty() && !text.starts_with(BEGIN) {
        errors.invalid_string(
            path,
            "<certificate data>",
            "must contain at least one CERTIFICATE PEM block",
        );
    }
}

/// Checks the name of a signer: a domain and a path.
pub(super) fn check_signer(signer: &str, path: &Path<'_>, errors: &mut Errors) {
    // A label and a name must fit behind the slash.
    const LONGEST: usize = 253 + 1 + 253 + 63 + 1;
    if signer.is_empty() {
        errors.required(path, "");
        return;
    }
    let parts: Vec<&str> = signer.split('/').collect();
    let [domain, rest] = parts[..] else {
        let why = "must be a fully qualified domain and path of the form \
                   'example.com/signer-name'";
        errors.invalid_string(path, signer, why);
        return;
    };
    if domain.len() > 253 {
        errors.too_long(path, 253);
    }
    check_labels_of(domain, formats::dns_label, path, errors);
    if !domain.contains('.') {
        let why = "should be a domain with at least two segments separated by dots";
        errors.invalid_string(path, domain, why);
    }
    check_labels_of(rest, formats::dns_subdomain, path, errors);
    if signer.len() > LONGEST {
        errors.too_long(path, LONGEST);
    }
}

/// Tells of the first label of a part of a signer's name that is wrong.
fn check_labels_of(part: &str, form: formats::Format, path: &Path<'_>, errors: &mut Errors) {
    let Some(label) = part.split('.').find(|label| !form(label).is_empty()) else {
        return;
    };
    for problem in form(label) {
        let why = format!("validating label {label:?}: {problem}");
        errors.invalid_string(path, part, &why);
    }
}

/// What is wrong with the name of a bundle of trust, in front of which its signer may stand.
pub(super) fn bundle_name_problems(name: &str) -> formats::Problems {
    match name.rsplit_once(':') {
        Some((_, own)) => formats::dns_subdomain(own),
        None => formats::dns_subdomain(name),
    }
}

/// Whether the request has a condition of that type.
fn has(request: &Value, kind: &str) -> bool {
    let conditions = request.get_path(&["status", "conditions"]);
    let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
    let types = conditions
        .iter()
        .filter_map(|condition| condition.get("type"));
    types.filter_map(Value::as_str).any(|known| known == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn request(status: &str) -> Value {
        parse_json(&format!(r#"{{"status":{status}}}"#), 0).unwrap()
    }

    fn found(new: &str, old: &str, subresource: &str) -> Vec<String> {
        let mut errors = Errors::default();
        check_update(&request(new), &request(old), subresource, &mut errors);
        let found = errors.into_found().into_iter();
        found
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect()
    }

    #[test]
    fn each_condition_is_checked() {
        let new = r#"{"conditions":[{"type":"X","status":"Maybe"},{"type":"X","status":"True"},{},
            {"type":"Denied","status":"False"}]}"#;
        assert_eq!(
            found(new, "{}", "approval"),
            [
                r#"status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown""#,
                r#"status.conditions[1].type: Duplicate value: "X""#,
                "status.conditions[2].type: Required value",
                "status.conditions[2].status: Required value",
                r#"status.conditions[3].status: Unsupported value: "False": supported values: "True""#,
            ]
        );
    }

    #[test]
    fn a_verdict_stays_and_is_one() {
        let (none, approved) = (
            "{}",
            r#"{"conditions":[{"type":"Approved","status":"True"}]}"#,
        );
        let both = r#"{"conditions":[{"type":"Approved","status":"True"},{"type":"Denied","status":"True"}]}"#;
        assert_eq!(found(approved, none, "approval"), [""; 0]);
        assert_eq!(found(none, approved, ""), [""; 0]);
        for (new, old, subresource, fact) in [
            (both, approved, "approval", "mutually exclusive"),
            (
                none,
                approved,
                "approval",
                r#"may not remove a condition of type "Approved""#,
            ),
            (
                approved,
                none,
                "status",
                r#"may not add a condition of type "Approved""#,
            ),
        ] {
            let found = found(new, old, subresource);
            assert!(found[0].starts_with("status.conditions: "), "{found:?}");
            assert!(found[0].contains(fact), "{found:?}");
        }
    }

    #[test]
    fn what_is_issued_is_a_certificate() {
        let issued = |text: &str| format!(r#"{{"certificate":"{text}"}}"#);
        let pem = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==";
        assert_eq!(found(&issued(pem), "{}", "status"), [""; 0]);
        let refused = found(&issued("bm90IGEgY2VydA=="), "{}", "status");
        assert!(
            refused[0].starts_with("status.certificate: "),
            "{refused:?}"
        );
    }
}
