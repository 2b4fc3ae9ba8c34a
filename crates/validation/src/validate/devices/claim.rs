//! Claims: what devices a pod asks for, and what is said of them together.

use super::configuration::{MAX_CONFIGURATIONS, check_configuration};
use super::lists::{check_unique, fits, names};
use super::names::{check_attribute_name, check_label};
use super::selectors::check_selectors;
use super::taints::check_toleration;
use crate::fields::{given, int, items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

const MAX_REQUESTS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
const MAX_CONSTRAINTS: usize = 32;
const MAX_TOLERATIONS: usize = 16;

/// Names of requests, and below those that have alternatives, theirs.
struct Requests<'v>(Vec<(&'v str, Vec<&'v str>)>);

impl<'v> Requests<'v> {
    fn of(devices: &'v Value) -> Self {
        let name = |it: &'v Value| text(it, "name").unwrap_or_default();
        let requests = items(devices, "requests").iter();
        Self(
            requests
                .map(|it| {
                    let below = items(it, "firstAvailable").iter().map(name);
                    (name(it), below.collect())
                })
                .collect(),
        )
    }

    fn has(&self, reference: &str) -> bool {
        let (name, below) = match reference.split_once('/') {
            Some((name, below)) => (name, Some(below)),
            None => (reference, None),
        };
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.is_some_and(|(_, known)| below.is_none_or(|below| known.contains(&below)))
    }
}

pub(super) fn check_claim(devices: &Value, path: &Path<'_>, errors: &mut Errors) {
    let known = Requests::of(devices);
    let list = path.field("requests");
    let requests = items(devices, "requests");
    if fits(requests.len(), MAX_REQUESTS, &list, errors) {
        for (at, request) in requests.iter().enumerate() {
            check_request(request, &list.item(at), errors);
        }
        check_unique(names(requests), &list, errors);
    }
    let list = path.field("constraints");
    let constraints = items(devices, "constraints");
    if fits(constraints.len(), MAX_CONSTRAINTS, &list, errors) {
        for (at, constraint) in constraints.iter().enumerate() {
            check_constraint(constraint, &known, &list.item(at), errors);
        }
    }
    let list = path.field("config");
    let configurations = items(devices, "config");
    if fits(configurations.len(), MAX_CONFIGURATIONS, &list, errors) {
        for (at, configuration) in configurations.iter().enumerate() {
            let path = list.item(at);
            check_references(configuration, &known, &path.field("requests"), errors);
            check_configuration(configuration, &path, errors);
        }
    }
}

fn check_request(request: &Value, path: &Path<'_>, errors: &mut Errors) {
    const ONE: &str = "exactly one of `exactly` or `firstAvailable` is required";
    let name = text(request, "name").unwrap_or_default();
    check_label(name, &path.field("name"), errors);
    let exactly = request.get("exactly").filter(|it| !it.is_null());
    let alternatives = items(request, "firstAvailable");
    match (exactly, alternatives.is_empty()) {
        (None, true) => errors.required(path, ONE),
        (Some(_), false) => {
            let why = format!("{ONE}, but multiple fields are set");
            errors.invalid_or_none(path, None, &why);
        }
        (Some(exactly), true) => check_wish(exactly, &path.field("exactly"), errors),
        (None, false) => {
            let list = path.field("firstAvailable");
            if fits(alternatives.len(), MAX_ALTERNATIVES, &list, errors) {
                for (at, alternative) in alternatives.iter().enumerate() {
                    let path = list.item(at);
                    let name = text(alternative, "name").unwrap_or_default();
                    check_label(name, &path.field("name"), errors);
                    check_wish(alternative, &path, errors);
                }
                check_unique(names(alternatives), &list, errors);
            }
        }
    }
}

/// What devices are asked for.
fn check_wish(wish: &Value, path: &Path<'_>, errors: &mut Errors) {
    let class_path = path.field("deviceClassName");
    match text(wish, "deviceClassName") {
        None => errors.required(&class_path, ""),
        Some(class) => errors.invalid_each(&class_path, class, formats::dns_subdomain(class)),
    }
    check_selectors(wish, path, errors);
    let count = int(wish, "count").unwrap_or(0);
    let count_path = path.field("count");
    match text(wish, "allocationMode").unwrap_or_default() {
        "All" if count != 0 => {
            let why = "must not be specified when allocationMode is 'All'";
            errors.invalid(&count_path, &Value::int(count), why);
        }
        "ExactCount" if count <= 0 => {
            errors.invalid(&count_path, &Value::int(count), "must be greater than zero");
        }
        "All" | "ExactCount" => {}
        mode => {
            let path = path.field("allocationMode");
            errors.unsupported(&path, &Value::string(mode), &["All", "ExactCount"]);
        }
    }
    let list = path.field("tolerations");
    let tolerations = items(wish, "tolerations");
    if fits(tolerations.len(), MAX_TOLERATIONS, &list, errors) {
        for (at, toleration) in tolerations.iter().enumerate() {
            check_toleration(toleration, &list.item(at), errors);
        }
    }
}

fn check_constraint(
    constraint: &Value,
    known: &Requests<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_references(constraint, known, &path.field("requests"), errors);
    let attribute = ["matchAttribute", "distinctAttribute"]
        .iter()
        .find_map(|field| Some((*field, given(constraint, field)?)));
    let Some((field, name)) = attribute else {
        let why = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but \
                   multiple fields are set";
        errors.required(path, why);
        return;
    };
    let path = path.field(field);
    check_attribute_name(name, &path, errors);
    if !name.contains('/') {
        let why = "a fully qualified name must be a domain and a name separated by a slash";
        errors.invalid_string(&path, name, why);
    }
}

/// Names of requests that something is said of.
fn check_references(holder: &Value, known: &Requests<'_>, list: &Path<'_>, errors: &mut Errors) {
    let references = items(holder, "requests");
    if !fits(references.len(), MAX_REQUESTS, list, errors) {
        return;
    }
    let why = "must be the name of a request in the claim or the name of a request and a subrequest \
               separated by '/'";
    let name = |it: &'_ Value| it.text().unwrap_or_default().to_owned();
    for (at, reference) in references.iter().map(name).enumerate() {
        let path = list.item(at);
        let parts: Vec<&str> = reference.split('/').collect();
        if parts.len() <= 2 {
            for part in parts {
                check_label(part, &path, errors);
            }
            if known.has(&reference) {
                continue;
            }
        }
        errors.invalid_string(&path, &reference, why);
    }
    let texts = references.iter().map(|it| it.text().unwrap_or_default());
    check_unique(texts, list, errors);
}
