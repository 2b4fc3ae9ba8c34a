use super::*;
use trimtab_tree::{ParseOptions, parse_document};

const SCHEMA: &str = r"
type: object
required: [spec]
properties:
  spec:
    type: object
    required: [size, kind]
    properties:
      size: {type: integer, format: int32, minimum: 1, maximum: 10}
      ratio: {type: number, minimum: 0, exclusiveMinimum: true}
      kind: {type: string, enum: [Big, Small]}
      name: {type: string, pattern: '^[a-z]+$', maxLength: 5, minLength: 2}
      port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
      until: {type: string, format: date-time}
      mode: {type: string, default: Fast}
      open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object, properties: {a: {type: string}}}}}
      labels: {type: object, additionalProperties: {type: string}, maxProperties: 1}
      tags: {type: array, items: {type: string}, x-kubernetes-list-type: set, maxItems: 3, minItems: 1}
      parts:
        type: array
        x-kubernetes-list-type: map
        x-kubernetes-list-map-keys: [name]
        items: {type: object, required: [name], properties: {name: {type: string}, on: {type: boolean, nullable: true}}}
      one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
      template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
";

fn yaml(text: &str) -> Value {
    parse_document(text, ParseOptions::default()).unwrap()
}

fn schema() -> StructuralSchema {
    let (schema, errors) = StructuralSchema::parse(&yaml(SCHEMA));
    assert_eq!(errors, []);
    schema
}

/// What is wrong with an object whose `spec` has these fields beside the required ones.
fn problems(fields: &str) -> Vec<String> {
    let text = format!("spec: {{size: 1, kind: Big, {fields}}}");
    let found = schema().validate(&yaml(&text));
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn values_are_held_against_the_schema() {
    let all = "name: web, port: http, until: '2026-11-26T10:00:00Z', ratio: 0.5, labels: {a: b}, \
               tags: [a, b], parts: [{name: a, on: null}, {name: b, on: true}], one: {a: x}, \
               template: {apiVersion: v1, kind: Pod, metadata: {name: a}}";
    assert_eq!(problems(all), Vec::<String>::new());
    for (fields, problem) in [
        (
            "ratio: 0",
            "spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0",
        ),
        (
            "name: Web",
            "spec.name: Invalid value: \"Web\": spec.name in body should match '^[a-z]+$'",
        ),
        (
            "name: w",
            "spec.name: Invalid value: \"w\": spec.name in body should be at least 2 chars long",
        ),
        (
            "name: webserver",
            "spec.name: Too long: may not be more than 5 characters",
        ),
        (
            "name: 5",
            "spec.name: Invalid value: \"integer\": spec.name in body must be of type string: \"integer\"",
        ),
        (
            "port: 1.5",
            "spec.port: Invalid value: \"number\": spec.port in body must be of type integer,string: \"number\"",
        ),
        (
            "until: soon",
            "spec.until: Invalid value: \"soon\": spec.until in body must be of type date-time: \"soon\"",
        ),
        (
            "labels: {a: b, c: d}",
            "spec.labels: Too many: 2: must have at most 1 items",
        ),
        ("tags: [a, b, a]", "spec.tags[2]: Duplicate value: \"a\""),
        (
            "tags: []",
            "spec.tags: Invalid value: 0: spec.tags in body should have at least 1 items",
        ),
        (
            "parts: [{name: a}, {name: a}]",
            "spec.parts[1]: Duplicate value: {\"name\":\"a\"}",
        ),
        ("parts: [{}]", "spec.parts[0].name: Required value"),
        (
            "one: {a: x, b: y}",
            "spec.one: Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). Found 2 valid alternatives",
        ),
        (
            "name: null",
            "spec.name: Invalid value: \"null\": spec.name in body must be of type string: \"null\"",
        ),
    ] {
        assert_eq!(problems(fields)[0], problem, "{fields}");
        // What is of another type is held against the alternatives as well.
        assert!(problems(fields).len() <= 4, "{:?}", problems(fields));
    }
    let both = schema().validate(&yaml("spec: {size: 1, kind: 5}"));
    let both: Vec<String> = both.iter().map(ToString::to_string).collect();
    assert_eq!(
        both,
        [
            "spec.kind: Invalid value: \"integer\": spec.kind in body must be of type string: \"integer\"",
            "spec.kind: Unsupported value: 5: supported values: \"Big\", \"Small\"",
        ]
    );
    let of = |text: &str| schema().validate(&yaml(text))[0].to_string();
    assert_eq!(of("{}"), "spec: Required value");
    assert_eq!(
        of("spec: {size: 11, kind: Big}"),
        "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"
    );
    assert_eq!(
        of("spec: {size: 1, kind: Huge}"),
        "spec.kind: Unsupported value: \"Huge\": supported values: \"Big\", \"Small\""
    );
}

#[test]
fn fields_that_the_schema_does_not_have_are_pruned() {
    let mut object = yaml(
        "apiVersion: example.com/v1\nkind: A\nmetadata: {name: a}\nextra: 1\nspec: {sise: 1, \
         labels: {x: y}, open: {any: thing, known: {b: 1}}, parts: [{name: a, off: true}], \
         template: {kind: Pod, other: 1}}",
    );
    let found = schema().prune(&mut object);
    let found: Vec<&str> = found.iter().map(StrictProblem::field).collect();
    assert_eq!(
        found,
        [
            "extra",
            "spec.sise",
            "spec.open.known.b",
            "spec.parts[0].off"
        ]
    );
    assert!(object.get_path(&["spec", "open", "any"]).is_some());
    assert!(object.get("extra").is_none());
    let siblings = schema();
    let siblings = siblings.siblings(&["spec"]);
    assert!(siblings.contains(&"size"), "{siblings:?}");
}

#[test]
fn defaults_are_set_where_there_is_no_value() {
    let mut object = yaml("spec: {size: 1}");
    schema().default(&mut object);
    assert_eq!(
        object.get_path(&["spec", "mode"]).and_then(Value::text),
        Some("Fast")
    );
    let mut object = yaml("spec: {mode: Slow}");
    schema().default(&mut object);
    assert_eq!(
        object.get_path(&["spec", "mode"]).and_then(Value::text),
        Some("Slow")
    );
}

#[test]
fn what_is_not_structural_is_told() {
    let errors = |text: &str| -> Vec<String> {
        let (_, errors) = StructuralSchema::parse(&yaml(text));
        errors.iter().map(ToString::to_string).collect()
    };
    for (schema, problem) in [
        (
            "properties: {a: {type: string}}",
            "type: Required value: must not be empty at the root",
        ),
        (
            "{type: object, properties: {a: {}}}",
            "properties[a].type: Required value: must not be empty for specified object fields",
        ),
        (
            "{type: object, properties: {a: {type: array}}}",
            "properties[a].items: Required value: must be specified",
        ),
        (
            "{type: object, properties: {a: {type: text}}}",
            "properties[a].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"",
        ),
        (
            "{type: object, properties: {a: {type: object, oneOf: [{type: object}]}}}",
            "properties[a].oneOf[0].type: Forbidden: must be undefined to be structural",
        ),
        (
            "{type: object, properties: {a: {type: object, properties: {b: {type: string}}, additionalProperties: {type: string}}}}",
            "properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            "{type: object, properties: {a: {type: array, items: {type: object, properties: {k: {type: string}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k]}}}",
            "properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        ),
    ] {
        assert!(
            errors(schema).contains(&problem.to_owned()),
            "{schema}: {:?}",
            errors(schema)
        );
    }
}

#[test]
fn a_definition_tells_kind_versions_and_rules() {
    let object = yaml(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: \
         example.com\n  scope: Cluster\n  names: {kind: Boat, plural: boats}\n  versions:\n  - \
         {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, \
         properties: {spec: {type: object, x-kubernetes-validations: [{rule: 'true'}]}}}}}\n  - \
         {name: v1beta1, served: true, deprecated: true}\n",
    );
    let definition = Definition::parse(&object).unwrap();
    assert_eq!(
        (definition.group.as_str(), definition.kind.as_str()),
        ("example.com", "Boat")
    );
    assert!(!definition.is_namespaced);
    let (schema, errors) = definition.version("v1").unwrap().schema.as_ref().unwrap();
    assert!(schema.has_rules() && errors.is_empty());
    let old = definition.version("v1beta1").unwrap();
    assert_eq!(
        old.deprecation.as_deref(),
        Some("example.com/v1beta1 Boat is deprecated")
    );
    assert!(definition.version("v2").is_none());
    assert!(Definition::parse(&yaml("{apiVersion: v1, kind: ConfigMap}")).is_none());
}

#[test]
fn nulls_go_unless_they_are_to_be_refused() {
    let schema = schema();
    let text = "spec: {size: 1, kind: Big, mode: null, name: null, tags: null, parts: [{name: a, on: null}]}";
    let mut dropped = yaml(text);
    schema.default(&mut dropped);
    let expected = "spec: {size: 1, kind: Big, mode: Fast, parts: [{name: a, on: null}]}";
    assert_eq!(dropped, yaml(expected));
    let mut kept = yaml(text);
    schema.default_beside_nulls(&mut kept);
    let told: Vec<String> = schema
        .validate(&kept)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("must be of type") && told[0].contains("null"),
        "{told:?}"
    );
}

#[test]
fn objects_within_have_metadata_like_any_other() {
    let within = |metadata: &str| {
        problems(&format!(
            "template: {{apiVersion: v1, kind: Pod, metadata: {metadata}}}"
        ))
    };
    assert_eq!(within("{name: A_b, labels: {a: b}}"), Vec::<String>::new());
    for (metadata, field) in [
        ("{labels: {a b: c}}", "spec.template.metadata.labels"),
        ("{namespace: A/}", "spec.template.metadata.namespace"),
        ("{name: a/b}", "spec.template.metadata.name"),
    ] {
        let told = within(metadata);
        assert!(told.iter().any(|it| it.starts_with(field)), "{told:?}");
    }
    let empty = problems("template: {apiVersion: '', kind: ''}");
    let why = "spec.template.kind: Invalid value: \"\": must not be empty".to_owned();
    assert!(empty.contains(&why), "{empty:?}");
}

/// Null where nothing was is no value that was there before.
#[test]
fn null_is_not_what_was_not_there() {
    let schema = schema();
    let before = yaml("spec: {size: 1, kind: Big}");
    let told = |now: &str| -> Vec<String> {
        let told = schema.validate_update(&yaml(now), Some(&before));
        told.iter().map(ToString::to_string).collect()
    };
    assert_eq!(told("spec: {size: 1, kind: Big}"), Vec::<String>::new());
    let refused = told("spec: {size: 1, kind: Big, name: null}");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("spec.name"), "{refused:?}");
}
