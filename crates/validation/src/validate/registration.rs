//! What extends the API or asks it for trust: API services, webhooks, certificate requests.

use super::errors::{Errors, Path};
use super::formats;
use super::matching;
use super::names;
use super::rules::Rule::{self, Do, Object, OneOf, Required};
use super::selectors;
use crate::fields::{given, int, is_true, items, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::Value;

pub(super) static API_SERVICE: &[Rule] = &[
    Do(check_service_name),
    Object(
        "spec",
        &[
            Do(check_group_and_version),
            Do(check_priorities),
            Do(check_trust),
            Object(
                "service",
                &[
                    Required("namespace"),
                    Required("name"),
                    Do(check_service_port),
                ],
            ),
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

fn check_group_and_version(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let group = text(spec, "group").unwrap_or_default();
    let version = text(spec, "version").unwrap_or_default();
    let group_path = path.field("group");
    if !group.is_empty() {
        errors.invalid_each(&group_path, group, formats::dns_subdomain(group));
    } else if version != "v1" {
        let why = "only v1 may have an empty group and it better be legacy kube";
        errors.required(&group_path, why);
    }
    let problems = formats::dns_1035_label(version);
    errors.invalid_each(&path.field("version"), version, problems);
}

/// The port of a service that is dialled.
fn check_service_port(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(port) = int(service, "port")
        && !(1..=65535).contains(&port)
    {
        let why = "port is not valid: must be between 1 and 65535, inclusive";
        errors.invalid(&path.field("port"), &Value::int(port), why);
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

pub(super) static MUTATING_WEBHOOKS: &[Rule] = &[Do(check_mutating_webhooks)];

pub(super) static VALIDATING_WEBHOOKS: &[Rule] = &[Do(check_validating_webhooks)];

/// Versions of reviews that the server speaks.
const REVIEW_VERSIONS: [&str; 2] = ["v1", "v1beta1"];

fn check_mutating_webhooks(configuration: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_webhooks(configuration, true, path, errors);
}

fn check_validating_webhooks(configuration: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_webhooks(configuration, false, path, errors);
}

fn check_webhooks(configuration: &Value, mutates: bool, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("webhooks");
    let webhooks = items(configuration, "webhooks");
    for (at, webhook) in webhooks.iter().enumerate() {
        let path = list.item(at);
        check_webhook(webhook, mutates, &path, errors);
        check_review_versions(webhook, &path, errors);
        let name = text(webhook, "name");
        let is_again = webhooks[..at].iter().any(|it| text(it, "name") == name);
        if let Some(name) = name.filter(|_| is_again) {
            errors.duplicate(&path.field("name"), name);
        }
    }
}

fn check_review_versions(webhook: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("admissionReviewVersions");
    let versions = items(webhook, "admissionReviewVersions");
    if versions.is_empty() {
        let why = format!("must specify one of {}", REVIEW_VERSIONS.join(", "));
        errors.required(&list, &why);
        return;
    }
    for (at, version) in versions.iter().enumerate() {
        let path = list.item(at);
        let found = version.text().unwrap_or_default();
        if versions[..at].contains(version) {
            errors.invalid_string(&path, found, "duplicate version");
        } else {
            errors.invalid_each(&path, found, formats::dns_1035_label(found));
        }
    }
    let is_spoken = |it: &Value| REVIEW_VERSIONS.contains(&it.text().unwrap_or_default());
    if !versions.iter().any(is_spoken) {
        let why = format!(
            "must include at least one of {}",
            REVIEW_VERSIONS.join(", ")
        );
        errors.invalid_or_none(&list, webhook.get("admissionReviewVersions"), &why);
    }
}

fn check_webhook(webhook: &Value, mutates: bool, path: &Path<'_>, errors: &mut Errors) {
    let name = text(webhook, "name").unwrap_or_default();
    names::check_qualified_domain(name, &path.field("name"), errors);
    matching::check_rules(webhook, "rules", path, errors);
    let policies = [
        OneOf("failurePolicy", &["Fail", "Ignore"]),
        OneOf("matchPolicy", &["Equivalent", "Exact"]),
        OneOf("sideEffects", &["None", "NoneOnDryRun"]),
    ];
    super::rules::apply(&policies, webhook, path, errors);
    if given(webhook, "sideEffects").is_none() {
        let why = "must specify one of None, NoneOnDryRun";
        errors.required(&path.field("sideEffects"), why);
    }
    if let Some(seconds) = int(webhook, "timeoutSeconds")
        && !(1..=30).contains(&seconds)
    {
        let why = "the timeout value must be between 1 and 30 seconds";
        errors.invalid(&path.field("timeoutSeconds"), &Value::int(seconds), why);
    }
    for field in ["namespaceSelector", "objectSelector"] {
        if let Some(selector) = webhook.get(field).filter(|it| !it.is_null()) {
            selectors::check(selector, &path.field(field), errors);
        }
    }
    if mutates {
        let policies = [OneOf("reinvocationPolicy", &["IfNeeded", "Never"])];
        super::rules::apply(&policies, webhook, path, errors);
    }
    let client_path = path.field("clientConfig");
    match webhook.get("clientConfig") {
        Some(client) => check_client_config(client, &client_path, errors),
        None => errors.required(&client_path, "exactly one of url or service is required"),
    }
    matching::check_conditions(webhook, false, path, errors);
}

/// Checks where a webhook is.
pub(crate) fn check_client_config(client: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (url, service) = (client.get("url"), client.get("service"));
    match (
        url.and_then(Value::text),
        service.filter(|it| !it.is_null()),
    ) {
        (Some(url), None) => check_url(url, &path.field("url"), errors),
        (None, Some(service)) => check_service(service, &path.field("service"), errors),
        _ => errors.required(path, "exactly one of url or service is required"),
    }
}

/// The service of a webhook. Kubernetes takes its name for its namespace and the other way round.
fn check_service(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (field, told) in [("namespace", "name"), ("name", "namespace")] {
        if text(service, field).is_none() {
            errors.required(&path.field(told), "");
        }
    }
    check_service_port(service, path, errors);
    let Some(found) = text(service, "path").filter(|it| *it != "/") else {
        return;
    };
    let path = path.field("path");
    if found == "//" {
        errors.invalid_string(&path, found, "segment[0] may not be empty");
        return;
    }
    if !found.starts_with('/') {
        errors.invalid_string(&path, found, "must start with a '/'");
    }
    let mut rest = found.chars();
    rest.next();
    let rest = rest.as_str();
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    for (at, segment) in rest.split('/').enumerate() {
        if segment.is_empty() {
            let why = format!("segment[{at}] may not be empty");
            errors.invalid_string(&path, found, &why);
            continue;
        }
        for problem in formats::dns_subdomain(segment) {
            errors.invalid_string(&path, found, &format!("segment[{at}]: {problem}"));
        }
    }
}

fn check_url(url: &str, path: &Path<'_>, errors: &mut Errors) {
    const FORM: &str = "desired format: https://host[/path]";
    let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (before, query) = before.split_once('?').unwrap_or((before, ""));
    let (scheme, rest) = before.split_once("://").unwrap_or(("", ""));
    // Go's `url.Parse` writes schemes small.
    let scheme = scheme.to_ascii_lowercase();
    let scheme = scheme.as_str();
    if scheme != "https" {
        let why = format!("'https' is the only allowed URL scheme; {FORM}");
        errors.invalid_string(path, scheme, &why);
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if host.is_empty() {
        errors.invalid_string(path, "", &format!("host must be specified; {FORM}"));
    }
    for (found, what) in [
        (user, "user information is"),
        (fragment, "fragments are"),
        (query, "query parameters are"),
    ] {
        if !found.is_empty() {
            errors.invalid_string(path, found, &format!("{what} not permitted in the URL"));
        }
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
