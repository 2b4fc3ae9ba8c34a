//! Ingresses and their classes.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule;
use super::rules::Rule::{Do, Form, Items, Object, OneOf, Required};
use crate::fields::{int, items, text};
use std::net::IpAddr;
use trimtab_tree::Value;

pub(super) static INGRESS: &[Rule] = &[
    Do(check_class_annotation),
    Object(
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
            Items("tls", &[Do(check_tls_hosts)]),
            Form("ingressClassName", formats::dns_subdomain),
        ],
    ),
];

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
    if host.parse::<IpAddr>().is_ok() {
        errors.invalid_string(&path, host, "must be a DNS name, not an IP address");
    }
    errors.invalid_each(&path, host, host_problems(host));
}

fn host_problems(host: &str) -> formats::Problems {
    if host.parse::<IpAddr>().is_ok() {
        Vec::new()
    } else if host.contains('*') {
        formats::wildcard_subdomain(host)
    } else {
        formats::dns_subdomain(host)
    }
}

fn check_tls_hosts(tls: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("hosts");
    for (at, host) in items(tls, "hosts").iter().enumerate() {
        let host = host.text().unwrap_or_default();
        errors.invalid_each(&list.item(at), host, host_problems(host));
    }
}

fn check_paths(http: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(http, "paths").is_empty() {
        errors.required(&path.field("paths"), "");
    }
}

static HTTP_PATH: &[Rule] = &[Do(check_path), Object("backend", BACKEND)];

fn check_path(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(kind) = text(rule, "pathType") else {
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
        (None, Some(_)) => {}
    }
}

fn check_backend_service(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    let service_path = path.field("service");
    match text(service, "name") {
        None => errors.required(&service_path.field("name"), ""),
        Some(name) => {
            let problems = formats::dns_1035_label(name);
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
        Required("controller"),
        Do(check_controller),
        Object(
            "parameters",
            &[
                Required("kind"),
                Required("name"),
                OneOf("scope", &["Cluster", "Namespace"]),
                Do(check_parameters),
            ],
        ),
    ],
)];

fn check_controller(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(controller) = text(spec, "controller") else {
        return;
    };
    let is_path = controller
        .split_once('/')
        .is_some_and(|(domain, rest)| !domain.is_empty() && !rest.is_empty());
    if !is_path {
        let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid_string(&path.field("controller"), controller, why);
    }
}

fn check_parameters(parameters: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("namespace");
    match (text(parameters, "scope"), text(parameters, "namespace")) {
        (Some("Namespace"), None) => {
            errors.required(&path, "`parameters.scope` is set to 'Namespace'");
        }
        (Some("Cluster"), Some(_)) => {
            errors.forbidden(&path, "`parameters.scope` is set to 'Cluster'");
        }
        _ => {}
    }
}
