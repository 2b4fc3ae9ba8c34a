//! `openAPIV3Schema`

use super::rules::{self, Costs};
use super::{defaults, is_there, shown_schema, structural};
use crate::custom::StructuralSchema;
use crate::fields::{entries, given, has, is_true, items, text};
use crate::validate::errors::{Errors, Path};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
/// What may stand at the root of a schema whose status is written apart, by the names of Go.
const AT_ROOT_WITH_STATUS: [&str; 22] = [
    "Description",
    "Type",
    "Format",
    "Title",
    "Maximum",
    "ExclusiveMaximum",
    "Minimum",
    "ExclusiveMinimum",
    "MaxLength",
    "MinLength",
    "Pattern",
    "MaxItems",
    "MinItems",
    "UniqueItems",
    "MultipleOf",
    "Required",
    "Items",
    "Properties",
    "ExternalDocs",
    "Example",
    "XPreserveUnknownFields",
    "XValidations",
];
/// How it is told that something is said in a schema.
type IsSaid = fn(&Value, &str) -> bool;

/// What OpenAPI knows and definitions do not, and how it is told that one is said.
const NOT_SUPPORTED: [(&str, IsSaid); 6] = [
    ("id", has),
    ("additionalItems", is_there),
    ("patternProperties", has),
    ("definitions", has),
    ("dependencies", is_there),
    ("$ref", is_there),
];

/// Checks the schema of a version; `path` is that of the `schema` it is in.
pub(super) fn check(
    validation: &Value,
    has_status: bool,
    is_unchanged: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(schema) = validation.get("openAPIV3Schema").filter(|it| !it.is_null()) else {
        return;
    };
    let path = path.field("openAPIV3Schema");
    let at_start = errors.len();
    if has_status {
        check_root(schema, &path, errors);
    }
    if is_true(schema, "nullable") {
        errors.forbidden(
            &path.field("nullable"),
            "nullable cannot be true at the root",
        );
    }
    let before = errors.len();
    let unsupported = structural::check(schema, &path, errors);
    let is_structural = unsupported.is_none() && errors.len() == before;
    let mut costs = None;
    if is_structural {
        let (parsed, _) = StructuralSchema::parse(schema);
        let before = errors.len();
        defaults::check(schema, &parsed, &path, errors);
        if errors.len() == before {
            costs = Some(Costs::new(parsed, is_unchanged));
        }
    }
    let mut walk = Walk {
        costs,
        found: Errors::default(),
        of_rules: Errors::default(),
    };
    walk.schema(schema, &Place::root(), &path);
    let Walk {
        costs,
        found,
        of_rules,
    } = walk;
    errors.append(found);
    errors.append(of_rules);
    // What is said better elsewhere is said here only if it is not.
    if let Some(what) = unsupported.filter(|_| errors.len() == at_start) {
        errors.invalid_string(&path, "", &format!("OpenAPIV3Schema {what}"));
    }
    if let Some(costs) = costs {
        costs.check_total(&path, errors);
    }
}

fn check_root(schema: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (name, go) in shown_schema::said(schema) {
        if name == "type" {
            let kind = text(schema, "type").unwrap_or_default();
            if kind != "object" {
                let why = "only \"object\" is allowed as the type at the root of the schema if the \
                           status subresource is enabled";
                errors.invalid_string(&path.field("type"), kind, why);
                return;
            }
        } else if !AT_ROOT_WITH_STATUS.contains(&go) {
            let why = format!(
                "only [{}] fields are allowed at the root of the schema if the status subresource \
                 is enabled",
                AT_ROOT_WITH_STATUS.join(" ")
            );
            errors.invalid_text(path, &shown_schema::schema(schema), &why);
            return;
        }
    }
}

/// What is known of the place of a part of a schema.
#[derive(Clone)]
struct Place {
    is_root: bool,
    /// Whether defaults may stand here; if not, why.
    no_defaults: Option<String>,
    is_in_metadata: bool,
    /// The path of the part above, from which on it cannot be told which old value is meant.
    uncorrelated: Option<String>,
    /// Whether it is a part of `allOf` and its like, where rules are not looked at.
    is_condition: bool,
    /// How to get there in the parsed schema.
    steps: Vec<String>,
    /// How many such values there can be; `None` if there is no bound.
    cardinality: Option<u64>,
}

impl Place {
    fn root() -> Self {
        Self {
            is_root: true,
            no_defaults: None,
            is_in_metadata: false,
            uncorrelated: None,
            is_condition: false,
            steps: Vec::new(),
            cardinality: Some(1),
        }
    }

    /// A place below, of which there can be `factor` for each of this.
    fn below(&self, step: String, factor: Option<u64>) -> Self {
        let mut below = self.clone();
        below.is_root = false;
        below.steps.push(step);
        below.cardinality = match (self.cardinality, factor) {
            (Some(here), Some(factor)) => Some(here.saturating_mul(factor)),
            _ => None,
        };
        below
    }

    fn condition(&self) -> Self {
        let mut place = self.clone();
        place.is_root = false;
        place.is_condition = true;
        place
    }
}

/// How many values a value of this schema may have below it, each.
fn factor(schema: &Value) -> Option<u64> {
    let most = |field: &str| {
        let most = schema.get(field)?.text()?.parse::<i64>().ok()?;
        Some(most.max(0).unsigned_abs())
    };
    match text(schema, "type") {
        Some("object") if has(schema, "additionalProperties") => most("maxProperties"),
        Some("array") => most("maxItems"),
        _ => Some(1),
    }
}

struct Walk {
    costs: Option<Costs>,
    found: Errors,
    of_rules: Errors,
}

impl Walk {
    fn schema(&mut self, schema: &Value, place: &Place, path: &Path<'_>) {
        let before = self.found.len();
        self.form(schema, place, path);
        self.below(schema, place, path);
        self.extensions(schema, path);
        let has_rules = !items(schema, "x-kubernetes-validations").is_empty();
        if has_rules {
            rules::check_form(schema, path, &mut self.found);
        }
        // What is of a wrong form has no types that rules could be checked by.
        if has_rules
            && self.found.len() == before
            && !place.is_condition
            && let Some(costs) = &mut self.costs
        {
            let context = rules::Context {
                steps: &place.steps,
                cardinality: place.cardinality,
                uncorrelated: place.uncorrelated.as_deref(),
            };
            costs.check(schema, &context, path, &mut self.of_rules);
        }
    }

    fn form(&mut self, schema: &Value, place: &Place, path: &Path<'_>) {
        let errors = &mut self.found;
        let kind = text(schema, "type");
        if let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) {
            errors.unsupported(&path.field("type"), &Value::string(kind), &TYPES);
        }
        if let Some(why) = &place.no_defaults
            && schema.get("default").is_some_and(|it| !it.is_null())
        {
            let why = format!("must not be set {why}");
            errors.forbidden(&path.field("default"), why.trim_end());
        }
        for (field, is_said) in NOT_SUPPORTED {
            if is_said(schema, field) {
                errors.forbidden(&path.field(field), &format!("{field} is not supported"));
            }
        }
        if kind == Some("null") {
            let why = "type cannot be set to null, use nullable as an alternative";
            errors.forbidden(&path.field("type"), why);
        }
        if !items(schema, "items").is_empty() {
            let why = "items must be a schema object and not an array";
            errors.forbidden(&path.field("items"), why);
        }
        if place.is_in_metadata && is_true(schema, "x-kubernetes-embedded-resource") {
            let why = "must not be used inside of resource meta";
            errors.forbidden(&path.field("x-kubernetes-embedded-resource"), why);
        }
        if is_true(schema, "uniqueItems") {
            let why =
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            errors.forbidden(&path.field("uniqueItems"), why);
        }
    }

    fn below(&mut self, schema: &Value, place: &Place, path: &Path<'_>) {
        let has_properties = entries(schema, "properties").next().is_some();
        if let Some(values) = schema
            .get("additionalProperties")
            .filter(|it| !it.is_null())
        {
            let here = path.field("additionalProperties");
            if has_properties && (values.as_mapping().is_some() || values.text() == Some("false")) {
                let why = "additionalProperties and properties are mutual exclusive";
                self.found.forbidden(&here, why);
            }
            if values.as_mapping().is_some() {
                let mut below = place.below("additionalProperties".to_owned(), factor(schema));
                if place.is_in_metadata {
                    let why = "inside additionalProperties applying to object metadata";
                    below.no_defaults = Some(why.to_owned());
                }
                self.schema(values, &below, &here);
            }
        }
        let properties = path.field("properties");
        let is_resource = place.is_root || is_true(schema, "x-kubernetes-embedded-resource");
        for (name, property) in entries(schema, "properties") {
            let mut below = place.below(format!("properties.{name}"), factor(schema));
            if is_resource && matches!(name, "metadata" | "kind" | "apiVersion") {
                below.is_in_metadata = true;
                if place.is_root {
                    below.no_defaults = Some(format!("in top-level {name}"));
                }
            }
            self.schema(property, &below, &properties.key(name));
        }
        if let Some(not) = schema.get("not").filter(|it| it.as_mapping().is_some()) {
            self.schema(not, &place.condition(), &path.field("not"));
        }
        for field in ["allOf", "oneOf", "anyOf"] {
            let list = path.field(field);
            for (at, part) in items(schema, field).iter().enumerate() {
                self.schema(part, &place.condition(), &list.item(at));
            }
        }
        let definitions = path.field("definitions");
        for (name, definition) in entries(schema, "definitions") {
            self.schema(definition, &place.condition(), &definitions.key(name));
        }
        let list = path.field("items");
        for (at, of_items) in items(schema, "items").iter().enumerate() {
            self.schema(of_items, &place.condition(), &list.item(at));
        }
        if let Some(of_items) = schema.get("items").filter(|it| it.as_mapping().is_some()) {
            let mut below = place.below("items".to_owned(), factor(schema));
            if text(schema, "x-kubernetes-list-type") != Some("map") {
                below.uncorrelated.get_or_insert_with(|| path.to_string());
            }
            self.schema(of_items, &below, &path.field("items"));
        }
        let dependencies = path.field("dependencies");
        let of_schemas = entries(schema, "dependencies");
        for (name, dependency) in of_schemas.filter(|(_, it)| it.as_mapping().is_some()) {
            self.schema(dependency, &place.condition(), &dependencies.key(name));
        }
    }

    fn extensions(&mut self, schema: &Value, path: &Path<'_>) {
        let errors = &mut self.found;
        let preserve = "x-kubernetes-preserve-unknown-fields";
        if schema.get(preserve).and_then(Value::text) == Some("false") {
            errors.invalid_text(&path.field(preserve), "false", "must be true or undefined");
        }
        let kind = text(schema, "type");
        let map = "x-kubernetes-map-type";
        if let Some(found) = given(schema, map) {
            must_be(kind, "object", map, path, errors);
            if !matches!(found, "atomic" | "granular") {
                let known = ["atomic", "granular"];
                errors.unsupported(&path.field(map), &Value::string(found), &known);
            }
        }
        self.list(schema, path);
    }

    fn list(&mut self, schema: &Value, path: &Path<'_>) {
        let errors = &mut self.found;
        let kind = text(schema, "type");
        let list = "x-kubernetes-list-type";
        let list_path = path.field(list);
        let found = given(schema, list);
        let of_items = schema.get("items").filter(|it| it.as_mapping().is_some());
        let items_path = path.field("items");
        if found.is_some() && kind != Some("array") {
            must_be(kind, "array", list, path, errors);
        } else if let (Some("set"), Some(of_items)) = (found, of_items) {
            let why = "must be atomic as item of a list with x-kubernetes-list-type=set";
            let (field, is_wrong) = match text(of_items, "type") {
                Some("array") => (list, given(of_items, list).is_some_and(|it| it != "atomic")),
                Some("object") => {
                    let map = "x-kubernetes-map-type";
                    (map, text(of_items, map) != Some("atomic"))
                }
                _ => (list, false),
            };
            if is_wrong {
                errors.invalid_or_none(&items_path.field(field), of_items.get(list), why);
            }
        }
        if let Some(found) = found
            && !matches!(found, "atomic" | "set" | "map")
        {
            let known = ["atomic", "set", "map"];
            errors.unsupported(&list_path, &Value::string(found), &known);
        }
        let keys = items(schema, "x-kubernetes-list-map-keys");
        if !keys.is_empty() && found != Some("map") {
            let why = "must be map if x-kubernetes-list-map-keys is non-empty";
            match found {
                None => errors.required(&list_path, why),
                Some(found) => errors.invalid_string(&list_path, found, why),
            }
        }
        if found == Some("map") {
            map_list(schema, keys, of_items, path, errors);
        }
        if let (Some("map" | "set"), Some(of_items)) = (found, of_items)
            && is_true(of_items, "nullable")
        {
            let found = found.unwrap_or_default();
            let why = format!("cannot be nullable when x-kubernetes-list-type is {found}");
            errors.forbidden(&items_path.field("nullable"), &why);
        }
        if let (Some("map"), Some(of_items)) = (found, of_items) {
            keys_are_there(keys, of_items, &items_path, errors);
        }
    }
}

fn must_be(kind: Option<&str>, wanted: &str, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let why = format!("must be {wanted} if {field} is specified");
    match kind {
        Some(kind) if kind == wanted => {}
        None => errors.required(&path.field("type"), &why),
        Some(kind) => errors.invalid_string(&path.field("type"), kind, &why),
    }
}

fn map_list(
    schema: &Value,
    keys: &[Value],
    of_items: Option<&Value>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let keys_path = path.field("x-kubernetes-list-map-keys");
    if keys.is_empty() {
        let why = "must not be empty if x-kubernetes-list-type is map";
        errors.required(&keys_path, why);
    }
    let items_path = path.field("items");
    let Some(of_items) = of_items else {
        if schema.get("items").is_none() {
            let why = "must have a schema if x-kubernetes-list-type is map";
            errors.required(&items_path, why);
        }
        return;
    };
    let kind = text(of_items, "type").unwrap_or_default();
    if kind != "object" {
        let why = "must be object if parent array's x-kubernetes-list-type is map";
        errors.invalid_string(&items_path.field("type"), kind, why);
        return;
    }
    let shown = schema.get("x-kubernetes-list-map-keys");
    let properties = items_path.field("properties");
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for key in keys.iter().filter_map(Value::text) {
        if let Some(property) = of_items.get_path(&["properties", key]) {
            if matches!(text(property, "type"), Some("array" | "object")) {
                let why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                errors.invalid_string(&properties.key(key).field("type"), kind, why);
            }
        } else {
            let why = "entries must all be names of item properties";
            errors.invalid_or_none(&keys_path, shown, why);
        }
        if !seen.insert(key) {
            errors.invalid_or_none(&keys_path, shown, "must not contain duplicate entries");
        }
    }
}

/// Keys are there in every item, or have a default.
fn keys_are_there(keys: &[Value], of_items: &Value, path: &Path<'_>, errors: &mut Errors) {
    let properties = path.field("properties");
    let required = items(of_items, "required");
    for key in keys.iter().filter_map(Value::text) {
        let Some(property) = of_items.get_path(&["properties", key]) else {
            continue;
        };
        let here = properties.key(key);
        let is_required = required.iter().any(|it| it.text() == Some(key));
        if !is_required && property.get("default").is_none_or(Value::is_null) {
            let why = "this property is in x-kubernetes-list-map-keys, so it must have a default \
                       or be a required property";
            errors.required(&here.field("default"), why);
        }
        if is_true(property, "nullable") {
            let why = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
            errors.forbidden(&here.field("nullable"), why);
        }
    }
}
