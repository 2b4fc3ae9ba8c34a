//! Definitions that are refused, and why.

use crate::{validate_create, validate_update};
use trimtab_tree::{ParseOptions, Value, parse_document};

fn definition(change: impl FnOnce(&str) -> String) -> Value {
    let text = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
  conversion: {strategy: None}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: SCHEMA}}
status: {storedVersions: [v1]}
";
    let text = change(text);
    parse_document(&text, ParseOptions::default()).unwrap()
}

fn with_schema(schema: &str) -> Value {
    definition(|text| text.replace("SCHEMA", schema))
}

fn told(definition: &Value) -> Vec<String> {
    let errors = validate_create(definition);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_plain_definition_is_right() {
    assert_eq!(told(&with_schema("{type: object}")), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_a_schema_is_told_where() {
    let root = "spec.validation.openAPIV3Schema";
    for (schema, error) in [
        (
            "{type: string}",
            ".type: Invalid value: \"string\": must be object at the root",
        ),
        (
            "{type: object, properties: {a: {}}}",
            ".properties[a].type: Required value: must not be empty for specified object fields",
        ),
        (
            "{type: object, properties: {a: {type: array}}}",
            ".properties[a].items: Required value: must be specified",
        ),
        (
            "{type: object, properties: {a: {type: string, default: 5}}}",
            ".properties[a].default: Invalid value: \"integer\":  in body must be of type string: \"integer\"",
        ),
        (
            "{type: object, properties: {a: {type: object, default: {x: 1}}}}",
            ".properties[a].default: Invalid value: {\"x\":1}: must not have unknown fields",
        ),
        (
            "{type: object, properties: {a: {$ref: x}}}",
            ".properties[a].$ref: Forbidden: $ref is not supported",
        ),
        (
            "{type: object, properties: {metadata: {type: object, properties: {labels: {type: object}}}}}",
            ".properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
        ),
        (
            "{type: object, properties: {a: {type: string, x-kubernetes-validations: [{rule: 'self > 1'}]}}}",
            ".properties[a].x-kubernetes-validations[0].rule: Invalid value: {\"Rule\":\"self \\u003e 1\",\"Message\":\"\",\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\",\"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:6: found no matching overload for '_>_' applied to '(string, int)'\n | self > 1\n | .....^",
        ),
        (
            "{type: object, x-kubernetes-validations: [{rule: ''}]}",
            ".x-kubernetes-validations[0].rule: Required value: rule is not specified",
        ),
        (
            "{type: object, properties: {a: {type: array, items: {type: string, maxLength: 5, x-kubernetes-validations: [{rule: 'self == oldSelf'}]}, maxItems: 5}}}",
            ".properties[a].items.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[a]",
        ),
        (
            "{type: object, properties: {b: {type: string}}, anyOf: [{required: [c], properties: {c: {minLength: 1}}}]}",
            ".properties[c]: Required value: because it is defined in spec.validation.openAPIV3Schema.anyOf[0].properties[c]",
        ),
    ] {
        let found = told(&with_schema(schema));
        assert!(
            found.contains(&format!("{root}{error}")),
            "{schema}: {found:#?}"
        );
    }
}

#[test]
fn rules_may_not_be_too_dear() {
    let dear = "{type: object, properties: {a: {type: array, items: {type: array, items: {type: string, x-kubernetes-validations: [{rule: 'self.contains(\"a\")'}]}}}}}";
    let found = told(&with_schema(dear));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("exceeds budget by factor of more than 100x"));
    let bounded = dear
        .replace("type: array,", "type: array, maxItems: 10,")
        .replace("type: string,", "type: string, maxLength: 10,");
    assert_eq!(told(&with_schema(&bounded)), Vec::<String>::new());
}

#[test]
fn names_versions_and_conversion_are_checked() {
    for (from, to, error) in [
        (
            "plural: things",
            "plural: Things",
            "spec.names.plural: Invalid value: \"Things\"",
        ),
        (
            "scope: Namespaced",
            "scope: Here",
            "spec.scope: Unsupported value: \"Here\": supported values: \"Cluster\", \"Namespaced\"",
        ),
        (
            "storage: true",
            "storage: false",
            "spec.versions: Invalid value: [{\"Name\":\"v1\",\"Served\":true,\"Storage\":false,",
        ),
        (
            "name: v1,",
            "name: V1,",
            "spec.versions[0].name: Invalid value: \"V1\"",
        ),
        (
            "strategy: None",
            "strategy: Webhook",
            "spec.conversion.webhookClientConfig: Required value",
        ),
        (
            "storedVersions: [v1]",
            "storedVersions: [v0]",
            "status.storedVersions[0]: Invalid value: \"v0\": missing from spec.versions",
        ),
        (
            "group: example.com",
            "group: a.k8s.io",
            "metadata.annotations[api-approved.kubernetes.io]: Required value",
        ),
        (
            "served: true",
            "served: true, selectableFields: [{jsonPath: .spec.x}]",
            "spec.selectableFields[0].jsonPath: Invalid value: \".spec.x\": is an invalid path: does not refer to a valid field",
        ),
        (
            "served: true",
            "served: true, additionalPrinterColumns: [{name: a, type: x, jsonPath: spec}]",
            "spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"spec\": must be a simple json path starting with .",
        ),
        (
            "served: true",
            "served: true, subresources: {scale: {specReplicasPath: .status.a, statusReplicasPath: .status.b}}",
            "spec.subresources.scale.specReplicasPath: Invalid value: \".status.a\": should be a json path under .spec",
        ),
    ] {
        let wrong = definition(|text| text.replace("SCHEMA", "{type: object}").replace(from, to));
        let found = told(&wrong);
        assert!(
            found.iter().any(|it| it.starts_with(error)),
            "{to}: {found:#?}"
        );
    }
}

#[test]
fn established_names_stay() {
    let established =
        "status: {storedVersions: [v1], conditions: [{type: Established, status: 'True'}]";
    let old = definition(|text| {
        text.replace("SCHEMA", "{type: object}")
            .replace("status: {storedVersions: [v1]", established)
    });
    let mut new = old.clone();
    let names = new
        .get_path_mut(&["spec", "names"])
        .and_then(Value::as_mapping_mut)
        .unwrap();
    names.insert("kind", Value::string("Other"));
    let errors = validate_update(&new, &old, "");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["spec.names.kind: Invalid value: \"Other\": field is immutable"]
    );
}

#[test]
fn what_no_schema_may_have_is_told_wherever_it_stands() {
    let root = "spec.validation.openAPIV3Schema";
    for (part, error) in [
        (
            "$ref: ''",
            ".properties[a].$ref: Forbidden: $ref is not supported",
        ),
        (
            "not: {$ref: x}",
            ".properties[a].not.$ref: Forbidden: $ref is not supported",
        ),
        (
            "dependencies: {}",
            ".properties[a].dependencies: Forbidden: dependencies is not supported",
        ),
        (
            "definitions: {k: {$ref: x}}",
            ".properties[a].definitions[k].$ref: Forbidden: $ref is not supported",
        ),
        // It is told of the whole schema if nothing else is.
        (
            "$schema: x",
            ": Invalid value: \"\": OpenAPIV3Schema 'schema' is not supported",
        ),
        (
            "anyOf: [{$schema: x}]",
            ": Invalid value: \"\": OpenAPIV3Schema 'schema' is not supported",
        ),
        (
            "x-kubernetes-map-type: ''",
            ".properties[a].x-kubernetes-map-type: Unsupported value: \"\": supported values: \"atomic\", \"granular\"",
        ),
    ] {
        let schema = format!("{{type: object, properties: {{a: {{type: object, {part}}}}}}}");
        let told = told(&with_schema(&schema));
        assert!(told.contains(&format!("{root}{error}")), "{part}: {told:?}");
    }
}

#[test]
fn a_root_with_a_status_is_shown_as_the_server_holds_it() {
    let definition = definition(|text| {
        let version = "{name: v1, served: true, storage: true, subresources: {status: {}}, schema";
        text.replace("{name: v1, served: true, storage: true, schema", version)
            .replace("SCHEMA", "{type: object, allOf: []}")
    });
    let [told] = told(&definition).try_into().unwrap();
    let start =
        r#"spec.validation.openAPIV3Schema: Invalid value: {"ID":"","Schema":"","Ref":null,"#;
    assert!(told.starts_with(start), "{told}");
    assert!(told.contains("only [Description Type Format "), "{told}");
}

#[test]
fn each_storage_version_was_stored() {
    let second = "- {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\nstatus:";
    let definition = definition(|text| {
        text.replace("SCHEMA", "{type: object}")
            .replace("status:", &format!("  {second}"))
    });
    let told = told(&definition);
    let missing =
        "status.storedVersions: Invalid value: [\"v1\"]: must have the storage version v1";
    assert!(told.contains(&missing.to_owned()), "{told:?}");
}

#[test]
fn unknown_fields_and_defaults_exclude_each_other() {
    let definition = definition(|text| {
        text.replace("  scope:", "  preserveUnknownFields: true\n  scope:")
            .replace(
                "SCHEMA",
                "{type: object, properties: {a: {type: string, default: x}}}",
            )
    });
    let why = "must be false in order to use defaults in the schema";
    assert!(told(&definition).iter().any(|it| it.contains(why)));
}

#[test]
fn formats_are_warned_of_by_the_type_that_they_are_of() {
    let of = |schema: &str| crate::definition::warnings(&with_schema(schema), None);
    let all = "{type: object, format: byte, properties: {a: {type: string, format: datetime}, \
               b: {type: string, format: date-time}, c: {type: integer, format: byte}, \
               d: {format: uuid, x-kubernetes-preserve-unknown-fields: true}}}";
    let warnings = of(all);
    assert_eq!(
        warnings,
        [
            "unrecognized format \"byte\"",
            "unrecognized format \"byte\""
        ]
    );
}
