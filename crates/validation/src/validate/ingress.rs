//! Ingresses and their classes.

use super::addresses;
use super::errors::{Errors, Path};
use super::formats;
use super::names;
use super::rules::Rule::{Do, Form, Items, Object, OneOf, Required};
use super::rules::{Rule, apply};
use crate::fields::{given, int, items, text};
use trimtab_tree::Value;

/// What holds of a new ingress only.
pub(super) static NEW_INGRESS: &[Rule] = &[Do(check_class_annotation)];

pub(super) static INGRESS: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_ingress),
        Object("defaultBackend", BACKEND),
        Items(
            "rules",
            &[
                Do(check_host),
                Object("http", &[Do(check_paths), Items("paths", HTTP_PATH)]),
            ],
        ),
        Items(
            "tls",
            &[
                Do(check_tls_hosts),
                Form("secretName", formats::dns_subdomain),
            ],
        ),
        Rule::GivenForm("ingressClassName", formats::dns_subdomain),
    ],
)];

const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

fn check_class_annotation(ingress: &Value, path: &Path<'_>, errors: &mut Errors) {
    let annotation = ingress.get_path(&["metadata", "annotations", CLASS_ANNOTATION]);
    let class = ingress
        .get("spec")
        .and_then(|spec| text(spec, "ingressClassName"));
    if let (Some(annotation), Some(class)) = (annotation, class)
        && annotation.text() != Some(class)
    {
        let annotations = path.field("annotations");
        let why = "must match `ingressClassName` when both are specified";
        errors.invalid(&annotations.field(CLASS_ANNOTATION), annotation, why);
    }
}

fn check_ingress(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(spec, "rules").is_empty() && spec.get("defaultBackend").is_none() {
        let why = "either `defaultBackend` or `rules` must be specified";
        errors.invalid_or_none(path, None, why);
    }
}

fn check_host(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(host) = text(rule, "host") else {
        return;
    };
    let path = path.field("host");
    if addresses::is_address(host) {
        errors.invalid_string(&path, host, "must be a DNS name, not an IP address");
    }
    errors.invalid_each(&path, host, host_problems(host));
}

fn host_problems(host: &str) -> formats::Problems {
    if host.contains('*') {
        formats::wildcard_subdomain(host)
    } else {
        formats::dns_subdomain(host)
    }
}

fn check_tls_hosts(tls: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("hosts");
    for (at, host) in addresses::texts(tls, "hosts").iter().enumerate() {
        errors.invalid_each(&list.item(at), host, host_problems(host));
    }
}

fn check_paths(http: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(http, "paths").is_empty() {
        errors.required(&path.field("paths"), "");
    }
}

static HTTP_PATH: &[Rule] = &[Do(check_path)];

fn check_path(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(kind) = given(rule, "pathType") else {
        errors.required(&path.field("pathType"), "pathType must be specified");
        return;
    };
    let place = text(rule, "path").unwrap_or_default();
    let place_path = path.field("path");
    match kind {
        "Exact" | "Prefix" => {
            if !place.starts_with('/') {
                errors.invalid_string(&place_path, place, "must be an absolute path");
            }
            for part in ["//", "/./", "/../", "%2f", "%2F"] {
                if place.contains(part) {
                    let why = format!("must not contain '{part}'");
                    errors.invalid_string(&place_path, place, &why);
                }
            }
            for end in ["/..", "/."] {
                if place.ends_with(end) {
                    let why = format!("cannot end with '{end}'");
                    errors.invalid_string(&place_path, place, &why);
                }
            }
        }
        "ImplementationSpecific" => {
            if !place.is_empty() && !place.starts_with('/') {
                errors.invalid_string(&place_path, place, "must be an absolute path");
            }
        }
        _ => {
            let supported = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.unsupported(&path.field("pathType"), &Value::string(kind), &supported);
        }
    }
    let none = Value::null();
    let backend = rule.get("backend").unwrap_or(&none);
    check_backend(backend, &path.field("backend"), errors);
}

static BACKEND: &[Rule] = &[Do(check_backend)];

fn check_backend(backend: &Value, path: &Path<'_>, errors: &mut Errors) {
    match (backend.get("service"), backend.get("resource")) {
        (Some(_), Some(_)) => {
            let why = "cannot set both resource and service backends";
            errors.invalid_string(path, "", why);
        }
        (None, None) => {
            errors.invalid_string(path, "", "resource or service backend is required");
        }
        (Some(service), None) => check_backend_service(service, path, errors),
        (None, Some(resource)) => apply(RESOURCE, resource, &path.field("resource"), errors),
    }
}

/// What an ingress, or a class of them, refers to by kind and name.
static RESOURCE: &[Rule] = &[
    Form("apiGroup", formats::dns_subdomain),
    Required("kind"),
    Form("kind", formats::path_segment),
    Required("name"),
    Form("name", formats::path_segment),
];

fn check_backend_service(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    let service_path = path.field("service");
    match text(service, "name") {
        None => errors.required(&service_path.field("name"), ""),
        Some(name) => {
            let problems = formats::dns_label(name);
            errors.invalid_each(&service_path.field("name"), name, problems);
        }
    }
    let port = service.get("port");
    let name = port.and_then(|port| text(port, "name"));
    let number = port
        .and_then(|port| int(port, "number"))
        .filter(|number| *number != 0);
    match (name, number) {
        (Some(_), Some(_)) => {
            errors.invalid_string(path, "", "cannot set both port name & port number");
        }
        (None, None) => errors.required(path, "port name or number is required"),
        (Some(name), None) => {
            let port = service_path.field("port");
            errors.invalid_each(&port.field("name"), name, formats::port_name(name));
        }
        (None, Some(number)) if !(1..=65535).contains(&number) => {
            let port = service_path.field("port");
            let why = "must be between 1 and 65535, inclusive";
            errors.invalid(&port.field("number"), &Value::int(number), why);
        }
        (None, Some(_)) => {}
    }
}

pub(super) static INGRESS_CLASS: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_controller),
        Object("parameters", RESOURCE),
        Object(
            "parameters",
            &[Rule::Present("scope"), Do(check_parameters)],
        ),
    ],
)];

fn check_controller(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let controller = text(spec, "controller").unwrap_or_default();
    let path = path.field("controller");
    if controller.len() > 250 {
        errors.too_long(&path, 250);
    }
    names::check_domain_path(controller, &path, errors);
}

fn check_parameters(parameters: &Value, path: &Path<'_>, errors: &mut Errors) {
    let namespace = parameters.get("namespace").and_then(Value::text);
    let namespace_path = path.field("namespace");
    match (given(parameters, "scope"), namespace) {
        (Some("Namespace"), None) => {
            errors.required(&namespace_path, "`parameters.scope` is set to 'Namespace'");
        }
        (Some("Namespace"), Some(namespace)) => {
            let problems = formats::dns_label(namespace);
            errors.invalid_each(&namespace_path, namespace, problems);
        }
        (Some("Cluster"), Some(_)) => {
            errors.forbidden(&namespace_path, "`parameters.scope` is set to 'Cluster'");
        }
        _ => {
            let scopes = [OneOf("scope", &["Cluster", "Namespace"])];
            apply(&scopes, parameters, path, errors);
        }
    }
}

/// Checks where an ingress takes what comes.
pub(super) fn check_status(ingress: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let balancer = ["status", "loadBalancer"];
    let (now, then) = (
        ingress.get_path(&balancer).unwrap_or(&none),
        old.get_path(&balancer).unwrap_or(&none),
    );
    let status = path.field("status");
    let path = status.field("loadBalancer");
    super::service::check_ingress_points(now, then, false, &path, errors);
}
