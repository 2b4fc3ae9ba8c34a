//! What extends the API or asks it for trust: API services, webhooks, certificate requests.

use super::errors::{Errors, Path};
use super::names;
use super::rules::Rule::{self, Do, Items, Object, OneOf, Required};
use crate::fields::{has, int, is_true, items, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::Value;

pub(super) static API_SERVICE: &[Rule] = &[
    Do(check_service_name),
    Object(
        "spec",
        &[
            Do(check_priorities),
            Do(check_trust),
            Object("service", &[Required("namespace"), Required("name")]),
        ],
    ),
];

fn check_service_name(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    let part = |field| service.get_path(&["spec", field]).and_then(Value::text);
    let wanted = format!(
        "{}.{}",
        part("version").unwrap_or_default(),
        part("group").unwrap_or_default()
    );
    let name = service
        .get_path(&["metadata", "name"])
        .and_then(Value::text);
    if let Some(name) = name.filter(|name| *name != wanted) {
        let metadata = path.field("metadata");
        let why = format!("must be `spec.version+\".\"+spec.group`: {wanted:?}");
        errors.invalid_string(&metadata.field("name"), name, &why);
    }
}

fn check_priorities(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (field, most) in [("groupPriorityMinimum", 20000), ("versionPriority", 1000)] {
        let found = int(spec, field).unwrap_or(0);
        if found <= 0 || found > most {
            let why = format!("must be positive and less than {most}");
            errors.invalid(&path.field(field), &Value::int(found), &why);
        }
    }
}

fn check_trust(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let bundle = text(spec, "caBundle");
    let bytes = bundle.and_then(|bundle| STANDARD.decode(bundle).ok());
    if spec.get("service").is_none_or(Value::is_null) {
        if let Some(bytes) = bytes {
            let shown = format!("\"{} bytes\"", bytes.len());
            let why = "local APIServices may not have a caBundle";
            errors.invalid_text(&path.field("caBundle"), &shown, why);
        }
        if is_true(spec, "insecureSkipTLSVerify") {
            let why = "local APIServices may not have insecureSkipTLSVerify";
            let path = path.field("insecureSkipTLSVerify");
            errors.invalid(&path, &Value::bool(true), why);
        }
    } else if is_true(spec, "insecureSkipTLSVerify") && bundle.is_some() {
        let path = path.field("insecureSkipTLSVerify");
        errors.invalid(
            &path,
            &Value::bool(true),
            "may not be true if caBundle is present",
        );
    }
}

pub(super) static MUTATING_WEBHOOKS: &[Rule] = &[Items(
    "webhooks",
    &[
        Do(check_webhook),
        OneOf("reinvocationPolicy", &["IfNeeded", "Never"]),
    ],
)];

pub(super) static VALIDATING_WEBHOOKS: &[Rule] = &[Items("webhooks", &[Do(check_webhook)])];

fn check_webhook(webhook: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = text(webhook, "name").unwrap_or_default();
    let name_path = path.field("name");
    names::check_qualified_domain(name, &name_path, errors);
    for (field, supported) in [
        ("failurePolicy", ["Fail", "Ignore"]),
        ("matchPolicy", ["Equivalent", "Exact"]),
        ("sideEffects", ["None", "NoneOnDryRun"]),
    ] {
        if let Some(found) = text(webhook, field)
            && !supported.contains(&found)
        {
            errors.unsupported(&path.field(field), &Value::string(found), &supported);
        }
    }
    if text(webhook, "sideEffects").is_none() {
        let why = "must specify one of None, NoneOnDryRun";
        errors.required(&path.field("sideEffects"), why);
    }
    if let Some(seconds) = int(webhook, "timeoutSeconds")
        && !(1..=30).contains(&seconds)
    {
        let why = "the timeout value must be between 1 and 30 seconds";
        errors.invalid(&path.field("timeoutSeconds"), &Value::int(seconds), why);
    }
    let client_path = path.field("clientConfig");
    match webhook.get("clientConfig") {
        Some(client) => check_client_config(client, &client_path, errors),
        None => errors.required(&client_path, "exactly one of url or service is required"),
    }
}

/// Checks where a webhook is.
pub(crate) fn check_client_config(client: &Value, path: &Path<'_>, errors: &mut Errors) {
    match (text(client, "url"), client.get("service")) {
        (Some(url), None) => check_url(url, &path.field("url"), errors),
        (None, Some(service)) => {
            let rules = [Required("namespace"), Required("name")];
            super::rules::apply(&rules, service, &path.field("service"), errors);
        }
        _ => errors.required(path, "exactly one of url or service is required"),
    }
}

fn check_url(url: &str, path: &Path<'_>, errors: &mut Errors) {
    const FORM: &str = "desired format: https://host[/path]";
    let Some((scheme, rest)) = url.split_once("://") else {
        errors.required(path, &format!("url must be a valid URL; {FORM}"));
        return;
    };
    if scheme != "https" {
        let why = format!("'https' is the only allowed URL scheme; {FORM}");
        errors.invalid_string(path, scheme, &why);
    }
    if rest.is_empty() || rest.starts_with('/') {
        errors.invalid_string(path, "", &format!("host must be specified; {FORM}"));
    }
    if rest.contains('@') {
        errors.invalid_string(path, url, "user information is not permitted in the URL");
    }
}

pub(super) static CERTIFICATE_REQUEST: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_request),
        Do(check_usages),
        Do(check_signer),
        Do(check_expiration),
    ],
)];

/// What a certificate may be asked for.
const USAGES: &[&str] = &[
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

fn check_request(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let request = text(spec, "request").unwrap_or_default();
    let bytes = STANDARD.decode(request).unwrap_or_default();
    if !String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE REQUEST-----") {
        let why = "PEM block type must be CERTIFICATE REQUEST";
        errors.invalid_string(&path.field("request"), request, why);
    }
}

fn check_usages(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("usages");
    let usages = items(spec, "usages");
    if usages.is_empty() {
        errors.required(&list, "");
    }
    for (at, usage) in usages.iter().enumerate() {
        let found = usage.text().unwrap_or_default();
        if !USAGES.contains(&found) {
            errors.unsupported(&list.item(at), usage, USAGES);
        } else if usages[..at].contains(usage) {
            errors.duplicate(&list.item(at), found);
        }
    }
}

fn check_signer(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("signerName");
    let Some(signer) = text(spec, "signerName") else {
        errors.required(&path, "");
        return;
    };
    if signer == "kubernetes.io/legacy-unknown" {
        let why = "the legacy signerName is not allowed via this API version";
        errors.invalid_string(&path, signer, why);
        return;
    }
    super::certificates::check_signer(signer, &path, errors);
}

fn check_expiration(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(seconds) = int(spec, "expirationSeconds").filter(|seconds| *seconds < 600) {
        let why = "may not specify a duration less than 600 seconds (10 minutes)";
        errors.invalid(&path.field("expirationSeconds"), &Value::int(seconds), why);
    }
}

pub(super) static POLICY_BINDING: &[Rule] = &[Object(
    "spec",
    &[
        Required("policyName"),
        Object("paramRef", &[Do(check_parameters)]),
        Do(check_actions),
    ],
)];

fn check_parameters(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (name, selector) = (has(reference, "name"), reference.get("selector").is_some());
    if name && selector {
        for field in ["name", "selector"] {
            errors.forbidden(
                &path.field(field),
                "name and selector are mutually exclusive",
            );
        }
    } else if !name && !selector {
        errors.required(path, "one of name or selector must be specified");
    }
    let path = path.field("parameterNotFoundAction");
    match text(reference, "parameterNotFoundAction") {
        None => errors.required(&path, ""),
        Some("Deny" | "Allow") => {}
        Some(found) => errors.unsupported(&path, &Value::string(found), &["Deny", "Allow"]),
    }
}

fn check_actions(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("validationActions");
    let actions = items(spec, "validationActions");
    if actions.is_empty() {
        errors.required(&list, "at least one validation action is required");
        return;
    }
    for (at, action) in actions.iter().enumerate() {
        if !matches!(action.text(), Some("Audit" | "Deny" | "Warn")) {
            errors.unsupported(&list.item(at), action, &["Audit", "Deny", "Warn"]);
        }
        if actions[..at].contains(action) {
            errors.duplicate(&list.item(at), action.text().unwrap_or_default());
        }
    }
    let has = |wanted: &str| actions.iter().any(|action| action.text() == Some(wanted));
    if has("Deny")
        && has("Warn")
        && let Some(all) = spec.get("validationActions")
    {
        let why = "must not contain both Deny and Warn (repeating the same validation failure \
                   information in the API response and headers serves no purpose)";
        errors.invalid(&list, all, why);
    }
}
