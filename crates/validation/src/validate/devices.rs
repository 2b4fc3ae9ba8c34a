//! Devices: claims of pods and their templates, classes, and slices of what drivers offer.

use super::errors::{Errors, Path, show};
use super::formats;
use super::metadata;
use super::resources;
use super::rules::Rule::{self, Do, Object};
use super::rules::apply;
use super::scheduling::NODE_SELECTOR;
use crate::cel::{Environment, Field, Type, compile};
use crate::fields::{entries, given, int, is_true, items, text};
use trimtab_tree::Value;

const MAX_REQUESTS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
const MAX_CONSTRAINTS: usize = 32;
const MAX_SELECTORS: usize = 32;
const MAX_CONFIGURATIONS: usize = 32;
const MAX_TOLERATIONS: usize = 16;
const MAX_PARAMETERS: usize = 10 * 1024;
const MAX_EXPRESSION: usize = 10 * 1024;
const MAX_EXPRESSION_COST: u64 = 1_000_000;
const MAX_DRIVER_NAME: usize = 63;
const MAX_POOL_NAME: usize = 253;
const MAX_IDENTIFIER: usize = 32;
const MAX_ATTRIBUTE: usize = 64;
const MAX_ATTRIBUTES: usize = 32;
const MAX_BINDING_CONDITIONS: usize = 4;
const MAX_TAINTS: usize = 16;
const MAX_CONSUMPTIONS: usize = 2;
const MAX_COUNTER_SETS: usize = 8;
const MAX_COUNTERS: usize = 32;
/// Devices of a slice, and of one whose devices do more than to have scalar attributes.
const MAX_DEVICES: usize = 128;
const MAX_ADVANCED_DEVICES: usize = 64;

static SPEC: &[Rule] = &[Object("devices", &[Do(check_claim)])];

/// Rules of a `ResourceClaim`.
pub(super) static CLAIM: &[Rule] = &[Object("spec", SPEC)];

/// Rules of a `ResourceClaimTemplate`.
pub(super) static TEMPLATE: &[Rule] = &[Object(
    "spec",
    &[Do(check_template_metadata), Object("spec", SPEC)],
)];

/// Rules of a `DeviceClass`.
pub(super) static CLASS: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_selectors),
        Do(check_class_configuration),
        Do(check_extended_resource),
    ],
)];

/// Rules of a `ResourceSlice`.
pub(super) static SLICE: &[Rule] = &[Object("spec", &[Do(check_slice)])];

fn check_template_metadata(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    metadata::check_template(spec, path, errors);
}

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

/// Whether a list is not too long; if it is, nothing else is said of it.
fn fits(count: usize, most: usize, list: &Path<'_>, errors: &mut Errors) -> bool {
    if count > most {
        errors.too_many(list, count, most as u64);
    }
    count <= most
}

/// Tells of items whose keys were there before.
fn check_unique<'v>(keys: impl Iterator<Item = &'v str>, list: &Path<'_>, errors: &mut Errors) {
    let mut seen = Vec::new();
    for (at, key) in keys.enumerate() {
        if seen.contains(&key) {
            errors.duplicate(&list.item(at), key);
        } else {
            seen.push(key);
        }
    }
}

fn names(list: &[Value]) -> impl Iterator<Item = &str> {
    list.iter().map(|it| text(it, "name").unwrap_or_default())
}

fn check_claim(devices: &Value, path: &Path<'_>, errors: &mut Errors) {
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

fn check_label(name: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(path, name, formats::dns_label(name));
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

const EFFECTS: &[&str] = &["NoExecute", "NoSchedule", "None"];

fn check_toleration(toleration: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(key) = text(toleration, "key") {
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
    }
    let value = text(toleration, "value").unwrap_or_default();
    let value_path = path.field("value");
    let operator_path = path.field("operator");
    match text(toleration, "operator").unwrap_or_default() {
        "Exists" => {
            if !value.is_empty() {
                let why = "must be empty for operator `Exists`";
                errors.invalid_string(&value_path, value, why);
            }
        }
        "Equal" => errors.invalid_each(&value_path, value, formats::label_value(value)),
        "" => errors.required(&operator_path, ""),
        operator => {
            let supported = ["Equal", "Exists"];
            errors.unsupported(&operator_path, &Value::string(operator), &supported);
        }
    }
    if let Some(effect) = text(toleration, "effect").filter(|it| !EFFECTS.contains(it)) {
        errors.unsupported(&path.field("effect"), &Value::string(effect), EFFECTS);
    }
}

fn check_selectors(holder: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("selectors");
    let selectors = items(holder, "selectors");
    if !fits(selectors.len(), MAX_SELECTORS, &list, errors) {
        return;
    }
    for (at, selector) in selectors.iter().enumerate() {
        let item = list.item(at);
        let path = item.field("cel");
        let Some(cel) = selector.get("cel").filter(|it| !it.is_null()) else {
            errors.required(&path, "");
            continue;
        };
        let expression = text(cel, "expression").unwrap_or_default();
        check_expression(expression, &path.field("expression"), errors);
    }
}

/// What expressions may name: the device, of which only what is of one type for all is typed.
fn environment() -> Environment {
    let by_domain = || Type::map_of(Type::map_of(Type::DYN));
    Environment::new().with(
        "device",
        Type::object(
            "DRADevice",
            [
                ("driver", Type::STRING),
                ("attributes", by_domain()),
                ("capacity", by_domain()),
                ("allowMultipleAllocations", Type::Bool),
            ]
            .map(|(name, ty)| Field::new(name, ty)),
        ),
    )
}

fn check_expression(expression: &str, path: &Path<'_>, errors: &mut Errors) {
    if expression.len() > MAX_EXPRESSION {
        errors.too_long(path, MAX_EXPRESSION);
        return;
    }
    let program = match compile(expression, &environment()) {
        Ok(program) => program,
        Err(why) => {
            errors.invalid_string(path, expression, &why.told());
            return;
        }
    };
    let found = program.output_type();
    if !matches!(found, Type::Bool | Type::Dyn(_)) {
        let why = format!("must evaluate to bool or the unknown type, not {found}");
        errors.invalid_string(path, expression, &why);
    } else if program.max_cost() > MAX_EXPRESSION_COST {
        errors.forbidden(path, "too complex, exceeds cost limit");
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

fn check_class_configuration(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("config");
    let configurations = items(spec, "config");
    if fits(configurations.len(), MAX_CONFIGURATIONS, &list, errors) {
        for (at, configuration) in configurations.iter().enumerate() {
            check_configuration(configuration, &list.item(at), errors);
        }
    }
}

fn check_extended_resource(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(name) = given(spec, "extendedResourceName")
        && !resources::is_extended(name)
    {
        let why = "must be a valid extended resource name";
        errors.invalid_string(&path.field("extendedResourceName"), name, why);
    }
}

fn check_configuration(configuration: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("opaque");
    let Some(opaque) = configuration.get("opaque").filter(|it| !it.is_null()) else {
        errors.required(&path, "");
        return;
    };
    check_driver(opaque, &path, errors);
    let path = path.field("parameters");
    match opaque.get("parameters").filter(|it| !it.is_null()) {
        None => errors.required(&path, ""),
        Some(parameters) if parameters.as_mapping().is_none() => {
            errors.invalid_string(&path, "<value omitted>", "must be a valid JSON object");
        }
        Some(parameters) => {
            if show(Some(parameters)).len() > MAX_PARAMETERS {
                errors.too_long(&path, MAX_PARAMETERS);
            }
        }
    }
}

fn check_driver(holder: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("driver");
    match text(holder, "driver") {
        None => errors.required(&path, ""),
        Some(name) => check_driver_name(name, &path, errors),
    }
}

fn check_driver_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.len() > MAX_DRIVER_NAME {
        errors.too_long(path, MAX_DRIVER_NAME);
    }
    let problems = formats::dns_subdomain(&name.to_lowercase());
    errors.invalid_each(path, name, problems);
}

/// The name of an attribute or of something that a device has so much of: an identifier, which may
/// have a domain.
fn check_attribute_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        [identifier] => check_identifier(identifier, path, errors),
        [domain, identifier] => {
            if domain.is_empty() {
                errors.invalid_string(path, "", "the domain must not be empty");
            } else {
                check_driver_name(domain, path, errors);
            }
            if identifier.is_empty() {
                errors.invalid_string(path, "", "the name must not be empty");
            } else {
                check_identifier(identifier, path, errors);
            }
        }
        _ => {}
    }
}

fn check_identifier(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.len() > MAX_IDENTIFIER {
        errors.too_long(path, MAX_IDENTIFIER);
    }
    let is_start = |byte: u8| byte == b'_' || byte.is_ascii_alphabetic();
    let is_right = name.bytes().next().is_some_and(is_start)
        && name.bytes().all(|it| is_start(it) || it.is_ascii_digit());
    if !is_right {
        let why = "a valid C identifier must start with alphabetic character or '_', followed by a \
                   string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or \
                   'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
        errors.invalid_string(path, name, why);
    }
}

/// Where a slice or a device is: of its ways to say so, those that it uses.
fn places<'f>(
    holder: &Value,
    flags: &[&'f str],
    empty: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) -> Vec<&'f str> {
    let mut set = Vec::new();
    let name_path = path.field("nodeName");
    match given(holder, "nodeName") {
        None => {}
        Some("") => errors.invalid_string(&name_path, "", empty),
        Some(name) => {
            set.push("nodeName");
            errors.invalid_each(&name_path, name, formats::dns_subdomain(name));
        }
    }
    if let Some(selector) = holder.get("nodeSelector").filter(|it| !it.is_null()) {
        set.push("nodeSelector");
        apply(NODE_SELECTOR, selector, &path.field("nodeSelector"), errors);
    }
    for &flag in flags {
        if is_true(holder, flag) {
            set.push(flag);
        } else if holder.get(flag).is_some() {
            let why = "must be either unset or set to true";
            errors.invalid(&path.field(flag), &Value::bool(false), why);
        }
    }
    set
}

fn check_one_place(set: &[&str], why: &str, path: &Path<'_>, errors: &mut Errors) {
    if set.is_empty() {
        errors.required(path, why);
    } else if set.len() > 1 {
        let shown: Vec<String> = set.iter().map(|field| format!("`{field}`")).collect();
        let shown = format!("{{{}}}", shown.join(", "));
        let why = match why.split_once(" is required") {
            Some((one, rest)) if !rest.is_empty() => format!("{one} is required{rest}"),
            _ => format!("{why}, but multiple fields are set"),
        };
        errors.invalid_string(path, &shown, &why);
    }
}

fn check_slice(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_driver(spec, path, errors);
    check_pool(spec, &path.field("pool"), errors);
    let flags = ["allNodes", "perDeviceNodeSelection"];
    let empty = "must be either unset or set to a non-empty string";
    let set = places(spec, &flags, empty, path, errors);
    if let Some(terms) = spec.get_path(&["nodeSelector", "nodeSelectorTerms"])
        && terms.as_sequence().map_or(0, <[Value]>::len) != 1
    {
        let selector = path.field("nodeSelector");
        let why = "must have exactly one node selector term";
        errors.invalid_or_none(&selector.field("nodeSelectorTerms"), Some(terms), why);
    }
    let why = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is \
               required";
    check_one_place(&set, why, path, errors);
    let has = |field| spec.get(field).is_some_and(|it| !it.is_null());
    if has("sharedCounters") && has("devices") {
        let why = "only one of `sharedCounters` or `devices` is allowed";
        errors.invalid_string(path, "", why);
    }
    check_devices(spec, path, errors);
    let list = path.field("sharedCounters");
    let sets = items(spec, "sharedCounters");
    if fits(sets.len(), MAX_COUNTER_SETS, &list, errors) {
        for (at, set) in sets.iter().enumerate() {
            check_counters(set, "name", &list.item(at), errors);
        }
        check_unique(names(sets), &list, errors);
    }
}

fn check_pool(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let pool = spec.get("pool").unwrap_or(&none);
    let name_path = path.field("name");
    let name = text(pool, "name").unwrap_or_default();
    if name.is_empty() {
        errors.required(&name_path, "");
    } else {
        if name.len() > MAX_POOL_NAME {
            errors.too_long(&name_path, MAX_POOL_NAME);
        }
        for part in name.split('/') {
            errors.invalid_each(&name_path, part, formats::dns_subdomain(part));
        }
    }
    let count = int(pool, "resourceSliceCount").unwrap_or(0);
    if count <= 0 {
        let path = path.field("resourceSliceCount");
        errors.invalid(&path, &Value::int(count), "must be greater than zero");
    }
    if let Some(generation) = int(pool, "generation").filter(|it| *it < 0) {
        let why = "must be greater than or equal to zero";
        errors.invalid(&path.field("generation"), &Value::int(generation), why);
    }
}

/// Kinds of attributes, each as one value and as several.
const ONE_VALUE: [&str; 4] = ["bool", "int", "string", "version"];
const SEVERAL_VALUES: [&str; 4] = ["bools", "ints", "strings", "versions"];

fn check_devices(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("devices");
    let devices = items(spec, "devices");
    let is_advanced = |device: &Value| {
        let has = |field| !items(device, field).is_empty();
        let lists = |attribute: &Value| SEVERAL_VALUES.iter().any(|it| attribute.get(it).is_some());
        has("taints")
            || has("consumesCounters")
            || entries(device, "attributes").any(|(_, attribute)| lists(attribute))
    };
    let most = if devices.iter().any(is_advanced) {
        MAX_ADVANCED_DEVICES
    } else {
        MAX_DEVICES
    };
    if !fits(devices.len(), most, &list, errors) {
        return;
    }
    let per_device = is_true(spec, "perDeviceNodeSelection");
    for (at, device) in devices.iter().enumerate() {
        check_device(device, per_device, &list.item(at), errors);
    }
    check_unique(names(devices), &list, errors);
}

fn check_device(device: &Value, per_device: bool, path: &Path<'_>, errors: &mut Errors) {
    let name = text(device, "name").unwrap_or_default();
    check_label(name, &path.field("name"), errors);
    let count = entries(device, "attributes").count() + entries(device, "capacity").count();
    if count > MAX_ATTRIBUTES {
        let why = format!(
            "the total number of attributes and capacities must not exceed {MAX_ATTRIBUTES}"
        );
        errors.invalid_text(path, &count.to_string(), &why);
    }
    let attributes = path.field("attributes");
    for (name, attribute) in entries(device, "attributes") {
        check_attribute_name(name, &attributes, errors);
        check_attribute(attribute, &attributes.key(name), errors);
    }
    let capacities = path.field("capacity");
    for (name, capacity) in entries(device, "capacity") {
        check_attribute_name(name, &capacities, errors);
        if !is_true(device, "allowMultipleAllocations") && capacity.get("requestPolicy").is_some() {
            let capacity = capacities.key(name);
            let why = "allowMultipleAllocations must be true";
            errors.forbidden(&capacity.field("requestPolicy"), why);
        }
    }
    check_taints(device, &path.field("taints"), errors);
    let list = path.field("consumesCounters");
    let consumed = items(device, "consumesCounters");
    if fits(consumed.len(), MAX_CONSUMPTIONS, &list, errors) {
        for (at, it) in consumed.iter().enumerate() {
            check_counters(it, "counterSet", &list.item(at), errors);
        }
        let sets = consumed
            .iter()
            .map(|it| text(it, "counterSet").unwrap_or_default());
        check_unique(sets, &list, errors);
    }
    check_device_place(device, per_device, path, errors);
    check_binding_conditions(device, path, errors);
}

fn check_device_place(device: &Value, per_device: bool, path: &Path<'_>, errors: &mut Errors) {
    if per_device {
        let set = places(device, &["allNodes"], "must not be empty", path, errors);
        let why = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when \
                   `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        check_one_place(&set, why, path, errors);
        return;
    }
    let ways = ["nodeName", "nodeSelector", "allNodes"];
    if ways.iter().any(|field| device.get(field).is_some()) {
        let why = "`nodeName`, `nodeSelector` and `allNodes` can only be set if \
                   `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        errors.invalid_or_none(path, None, why);
    }
}

fn check_attribute(attribute: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut count = 0;
    for field in ONE_VALUE {
        let Some(value) = attribute.get(field) else {
            continue;
        };
        count += 1;
        check_attribute_value(field, value, &path.field(field), errors);
    }
    for (one, field) in ONE_VALUE.into_iter().zip(SEVERAL_VALUES) {
        let Some(values) = attribute.get(field) else {
            continue;
        };
        count += 1;
        let list = path.field(field);
        if values.is_null_or_empty() {
            errors.invalid_or_none(&list, Some(values), "must not be empty if specified");
        }
        for (at, value) in values.as_sequence().unwrap_or_default().iter().enumerate() {
            check_attribute_value(one, value, &list.item(at), errors);
        }
    }
    let why = "exactly one value must be specified";
    match count {
        0 => errors.invalid_string(path, "", why),
        1 => {}
        _ => errors.invalid(path, attribute, why),
    }
}

fn check_attribute_value(kind: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let value = value.text().unwrap_or_default();
    if kind == "version" && !is_semantic_version(value) {
        let why = "must be a string compatible with semver.org spec 2.0.0";
        errors.invalid_string(path, value, why);
    }
    if matches!(kind, "string" | "version") && value.len() > MAX_ATTRIBUTE {
        errors.too_long(path, MAX_ATTRIBUTE);
    }
}

/// Whether a text is a version as semver.org's second edition has them.
fn is_semantic_version(text: &str) -> bool {
    let is_number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|it| it.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let is_release = |part: &str| {
        is_word(part) && (is_number(part) || part.bytes().any(|it| !it.is_ascii_digit()))
    };
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, release) = match text.split_once('-') {
        Some((core, release)) => (core, Some(release)),
        None => (text, None),
    };
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && release.is_none_or(|it| it.split('.').all(is_release))
        && build.is_none_or(|it| it.split('.').all(is_word))
}

fn check_taints(device: &Value, list: &Path<'_>, errors: &mut Errors) {
    let taints = items(device, "taints");
    if !fits(taints.len(), MAX_TAINTS, list, errors) {
        return;
    }
    for (at, taint) in taints.iter().enumerate() {
        let path = list.item(at);
        let key = text(taint, "key").unwrap_or_default();
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
        if let Some(value) = text(taint, "value") {
            errors.invalid_each(&path.field("value"), value, formats::label_value(value));
        }
        let path = path.field("effect");
        match text(taint, "effect") {
            None => errors.required(&path, ""),
            Some(effect) if !EFFECTS.contains(&effect) => {
                errors.unsupported(&path, &Value::string(effect), EFFECTS);
            }
            Some(_) => {}
        }
    }
}

/// A set of counters, which has its name at `field`.
fn check_counters(set: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let name_path = path.field(field);
    match text(set, field) {
        None => errors.required(&name_path, ""),
        Some(name) => check_label(name, &name_path, errors),
    }
    let path = path.field("counters");
    let count = entries(set, "counters").count();
    if count == 0 {
        errors.required(&path, "");
    } else if fits(count, MAX_COUNTERS, &path, errors) {
        for (name, _) in entries(set, "counters") {
            check_label(name, &path, errors);
        }
    }
}

/// Conditions that bind a pod to a device, and those that keep it off: both or none.
fn check_binding_conditions(device: &Value, path: &Path<'_>, errors: &mut Errors) {
    let fields = ["bindingConditions", "bindingFailureConditions"];
    let lists = fields.map(|field| items(device, field));
    for (field, conditions) in fields.into_iter().zip(lists) {
        let list = path.field(field);
        if fits(conditions.len(), MAX_BINDING_CONDITIONS, &list, errors) {
            for (at, condition) in conditions.iter().enumerate() {
                let name = condition.text().unwrap_or_default();
                errors.invalid_each(&list.item(at), name, formats::qualified_name(name));
            }
        }
    }
    let [right, wrong] = lists;
    for (field, conditions) in fields.into_iter().zip(lists) {
        let list = path.field(field);
        for (at, condition) in conditions.iter().enumerate() {
            let name = condition.text().unwrap_or_default();
            if conditions[..at].contains(condition) {
                errors.duplicate(&list.item(at), name);
            }
            if field == fields[1] && right.contains(condition) {
                let why = "bindingFailureConditions must not overlap with bindingConditions";
                errors.invalid_string(&list.item(at), name, why);
            }
        }
    }
    for (one, other, is_alone) in [
        (fields[0], fields[1], right.is_empty() && !wrong.is_empty()),
        (fields[1], fields[0], wrong.is_empty() && !right.is_empty()),
    ] {
        if is_alone {
            let why = format!("{one} are required to use {other}");
            errors.invalid_or_none(&path.field(one), device.get(one), &why);
        }
    }
}

/// What a slice may not change: whose it is, and where.
pub(super) fn check_slice_update(slice: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("spec");
    for field in [&["pool", "name"][..], &["driver"], &["nodeName"]] {
        let of = |slice: &Value| {
            let steps: Vec<&str> = std::iter::once("spec")
                .chain(field.iter().copied())
                .collect();
            slice.get_path(&steps).cloned()
        };
        let now = of(slice);
        if now != of(old) {
            let told = field.join(".");
            errors.invalid_or_none(&path.raw(&told), now.as_ref(), "field is immutable");
        }
    }
}
