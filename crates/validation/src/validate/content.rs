//! `ConfigMap`s and `Secret`s.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::rules::Rule;
use super::rules::Rule::Do;
use crate::fields::{entries, is_true, text};
use trimtab_tree::Value;

/// Bytes that a `ConfigMap` or `Secret` may hold.
const CONTENT_LIMIT: usize = 1 << 20;

pub(super) static CONFIG_MAP: &[Rule] = &[Do(check_config_map)];

fn check_config_map(map: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut size = 0;
    let data = path.field("data");
    for (key, value) in entries(map, "data") {
        errors.invalid_each(&data.key(key), key, formats::config_key(key));
        if map.get_path(&["binaryData", key]).is_some() {
            let why = "duplicate of key present in binaryData";
            errors.invalid_string(&data.key(key), key, why);
        }
        size += value.text().unwrap_or_default().len();
    }
    let binary = path.field("binaryData");
    for (key, value) in entries(map, "binaryData") {
        errors.invalid_each(&binary.key(key), key, formats::config_key(key));
        size += decoded_length(value);
    }
    if size > CONTENT_LIMIT {
        errors.too_long(&path.key(""), CONTENT_LIMIT);
    }
}

/// How many bytes base64 text stands for.
fn decoded_length(value: &Value) -> usize {
    let text = value.text().unwrap_or_default();
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

pub(super) static SECRET: &[Rule] = &[Do(check_secret)];

/// Keys that secrets of a type must have: all of them, or for the last, one.
const SECRET_KEYS: [(&str, &[&str]); 4] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

fn check_secret(secret: &Value, path: &Path<'_>, errors: &mut Errors) {
    let data = path.field("data");
    let mut size = 0;
    for (key, value) in entries(secret, "data") {
        errors.invalid_each(&data.key(key), key, formats::config_key(key));
        size += decoded_length(value);
    }
    if size > CONTENT_LIMIT {
        errors.too_long(&data, CONTENT_LIMIT);
    }
    let kind = text(secret, "type").unwrap_or_default();
    let lacks = |key: &str| secret.get_path(&["data", key]).is_none();
    if let Some((_, keys)) = SECRET_KEYS.iter().find(|(name, _)| *name == kind) {
        for key in keys.iter().filter(|key| lacks(key)) {
            errors.required(&data.key(key), "");
        }
    }
    let credentials = ["username", "password"];
    if kind == "kubernetes.io/basic-auth" && credentials.iter().all(|key| lacks(key)) {
        for key in credentials {
            errors.required(&data.key(key), "");
        }
    }
    if kind == "kubernetes.io/service-account-token" {
        const ACCOUNT: &str = "kubernetes.io/service-account.name";
        let annotation = secret.get_path(&["metadata", "annotations", ACCOUNT]);
        if annotation.and_then(Value::text).is_none_or(str::is_empty) {
            let metadata = path.field("metadata");
            let annotations = metadata.field("annotations");
            errors.required(&annotations.key(ACCOUNT), "");
        }
    }
}

/// What was declared immutable stays.
pub(super) fn check_content_update(
    object: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if old.get("type").is_some() {
        check_immutable(object, old, "type", path, errors);
    }
    if !is_true(old, "immutable") {
        return;
    }
    let why = "field is immutable when `immutable` is set";
    if !is_true(object, "immutable") {
        errors.forbidden(&path.field("immutable"), why);
    }
    let null = Value::null();
    for field in ["data", "binaryData"] {
        let (now, before) = (object.get(field), old.get(field));
        if !crate::equality::same(now.unwrap_or(&null), before.unwrap_or(&null)) {
            errors.forbidden(&path.field(field), why);
        }
    }
}
