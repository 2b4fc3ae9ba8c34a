//! `spec.conversion`

use super::shown;
use crate::fields::{items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use crate::validate::registration::check_client_config;
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// Versions of `ConversionReview` that are known.
const KNOWN: [&str; 2] = ["v1", "v1beta1"];

pub(super) fn check(
    conversion: &Value,
    old_spec: Option<&Value>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let strategy = text(conversion, "strategy");
    match strategy {
        None => errors.required(&path.field("strategy"), ""),
        Some("None" | "Webhook") => {}
        Some(other) => {
            let known = ["None", "Webhook"];
            errors.unsupported(&path.field("strategy"), &Value::string(other), &known);
        }
    }
    let webhook = conversion.get("webhook").filter(|it| !it.is_null());
    let client = webhook
        .and_then(|it| it.get("clientConfig"))
        .filter(|it| !it.is_null());
    let nothing = Value::mapping([]);
    let versions = items(webhook.unwrap_or(&nothing), "conversionReviewVersions");
    let client_path = path.field("webhookClientConfig");
    let versions_path = path.field("conversionReviewVersions");
    if strategy != Some("Webhook") {
        let why = "should not be set when strategy is not set to Webhook";
        if client.is_some() {
            errors.forbidden(&client_path, why);
        }
        if !versions.is_empty() {
            errors.forbidden(&versions_path, why);
        }
        return;
    }
    match client {
        None => errors.required(&client_path, "required when strategy is set to Webhook"),
        Some(client) => check_client_config(client, &client_path, errors),
    }
    let old = old_spec.and_then(|spec| spec.get_path(&["conversion", "webhook"]));
    let old = old
        .map(|old| items(old, "conversionReviewVersions"))
        .unwrap_or_default();
    let needs_known = old.is_empty() || old.iter().any(is_known);
    check_versions(versions, needs_known, &versions_path, errors);
}

fn is_known(version: &Value) -> bool {
    version
        .text()
        .is_some_and(|version| KNOWN.contains(&version))
}

fn check_versions(versions: &[Value], needs_known: bool, path: &Path<'_>, errors: &mut Errors) {
    if versions.is_empty() {
        errors.required(path, "");
        return;
    }
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for (at, version) in versions.iter().enumerate() {
        let name = version.text().unwrap_or_default();
        if seen.insert(name) {
            errors.invalid_each(&path.item(at), name, formats::dns_1035_label(name));
        } else {
            errors.invalid_string(&path.item(at), name, "duplicate version");
        }
    }
    if needs_known && !versions.iter().any(is_known) {
        let shown = shown::value(&Value::sequence(versions.to_vec()));
        let why = format!("must include at least one of {}", KNOWN.join(", "));
        errors.invalid_text(path, &shown, &why);
    }
}
