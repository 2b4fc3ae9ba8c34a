//! What the expressions of a `ValidatingAdmissionPolicy` have to say of the kinds that it is about.
//!
//! A policy is stored even if its expressions name fields that no object has: which kinds it will meet
//! is not known then. Afterwards they are compiled once for each kind that its rules name, with the
//! kind's own type, and what does not fit is told in its status.
//!
//! Upstream: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go`, and
//! `SchemaDeclType` of `k8s.io/apiserver/pkg/cel/common`.

use crate::cel::{CelError, Environment, Field, Type, compile, namespace_type, request_type};
use crate::custom::StructuralSchema;
use crate::fields::{items, text};
use std::collections::BTreeSet;
use trimtab_schema::{Schema, Type as SchemaType, ValueKind};
use trimtab_tree::Value;

/// At how many kinds of one rule is looked, at most.
const MAX_KINDS: usize = 10;

/// An expression that does not fit kinds that its policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionWarning {
    /// Where it stands: `spec.validations[0].expression`.
    pub field: String,
    /// For each of the kinds, what is wrong.
    pub warning: String,
}

/// Custom kinds with what expressions see of their objects.
#[derive(Debug, Default)]
pub struct CustomTypes(Vec<CustomType>);

#[derive(Debug)]
struct CustomType {
    group: String,
    version: String,
    plural: String,
    kind: String,
    ty: Type,
}

impl CustomTypes {
    /// Adds the kinds of a `CustomResourceDefinition`, as far as their schemas can be read.
    pub fn add(&mut self, definition: &Value, schema: &Schema) {
        let Some(spec) = definition.get("spec") else {
            return;
        };
        let name = |field| spec.get_path(&["names", field]).and_then(Value::as_str);
        let (Some(group), Some(plural), Some(kind)) =
            (text(spec, "group"), name("plural"), name("kind"))
        else {
            return;
        };
        for version in items(spec, "versions") {
            let source = version.get_path(&["schema", "openAPIV3Schema"]);
            let (Some(version), Some(source)) = (text(version, "name"), source) else {
                continue;
            };
            let (structure, _) = StructuralSchema::parse(source);
            if let Some(ty) = structure.object_type(metadata_type(schema)) {
                self.0.push(CustomType {
                    group: group.to_owned(),
                    version: version.to_owned(),
                    plural: plural.to_owned(),
                    kind: kind.to_owned(),
                    ty,
                });
            }
        }
    }
}

/// The metadata of all objects.
fn metadata_type(schema: &Schema) -> Option<Type> {
    let any = schema.type_of("v1", "ConfigMap")?;
    let metadata = any.fields().find(|field| field.name == "metadata")?;
    root_type(metadata.value_type()?)
}

/// Whether a policy may be about kinds that `schema` does not have: then type checking needs
/// [`CustomTypes`].
#[must_use]
pub fn names_custom_kinds(policy: &Value, schema: &Schema) -> bool {
    let Some(spec) = policy.get("spec") else {
        return false;
    };
    let is_known = |group: &str| schema.kinds().any(|kind| kind.group() == group);
    let rules = spec.get("matchConstraints");
    let rules = rules.map_or(&[][..], |it| items(it, "resourceRules"));
    let mut groups = rules.iter().flat_map(|rule| items(rule, "apiGroups"));
    let params = spec.get("paramKind").and_then(|it| text(it, "apiVersion"));
    let params = params.and_then(|it| it.split_once('/'));
    params.is_some_and(|(group, _)| !is_known(group))
        || groups.any(|group| {
            let group = group.as_str().unwrap_or_default();
            !group.contains('*') && !is_known(group)
        })
}

/// What is wrong with the expressions of a policy, for the kinds of `schema` and of `custom` that it
/// names. Rules with wildcards name none.
#[must_use]
pub fn type_warnings(
    policy: &Value,
    schema: &Schema,
    custom: &CustomTypes,
) -> Vec<ExpressionWarning> {
    let Some(spec) = policy.get("spec") else {
        return Vec::new();
    };
    let params = params_type(spec, schema, custom);
    let environments: Vec<(String, Environment)> = kinds(spec, schema, custom)
        .into_iter()
        .filter_map(|(group, version, kind)| {
            let ty = type_of((group, version, kind), schema, custom)?;
            let told = format!("{group}/{version}, Kind={kind}");
            Some((told, environment(spec, &ty, params.as_ref())))
        })
        .collect();
    let mut warnings = Vec::new();
    for (at, validation) in items(spec, "validations").iter().enumerate() {
        for field in ["expression", "messageExpression"] {
            let Some(expression) = text(validation, field) else {
                continue;
            };
            let wrong = environments.iter().filter_map(|(kind, environment)| {
                let error = compile(expression, environment).err()?;
                Some(format!("{kind}: {error}\n"))
            });
            let wrong: Vec<_> = wrong.collect();
            if !wrong.is_empty() {
                warnings.push(ExpressionWarning {
                    field: format!("spec.validations[{at}].{field}"),
                    warning: wrong.join("\n"),
                });
            }
        }
    }
    warnings
}

/// The kinds that the rules name, in order: group, version and kind.
fn kinds<'k>(
    spec: &Value,
    schema: &'k Schema,
    custom: &'k CustomTypes,
) -> BTreeSet<(&'k str, &'k str, &'k str)> {
    let constraints = spec.get("matchConstraints");
    let rules = constraints.map_or(&[][..], |it| items(it, "resourceRules"));
    let mut all = BTreeSet::new();
    for rule in rules {
        let named = |field: &str| -> BTreeSet<&str> {
            items(rule, field)
                .iter()
                .filter_map(Value::as_str)
                .collect()
        };
        let (groups, versions) = (named("apiGroups"), named("apiVersions"));
        let resources = named("resources");
        if groups
            .iter()
            .chain(&versions)
            .any(|name| name.contains('*'))
        {
            continue;
        }
        let built_in = schema.kinds().filter_map(|kind| {
            let plural = kind.plural()?;
            Some((kind.group(), kind.version(), plural, kind.kind()))
        });
        let custom = custom.0.iter();
        let custom = custom.map(|it| (&*it.group, &*it.version, &*it.plural, &*it.kind));
        let is_meant = |(group, version, plural, _): &(&str, &str, &str, &str)| {
            groups.contains(group) && versions.contains(version) && resources.contains(plural)
        };
        let mut found: Vec<_> = built_in.chain(custom).filter(is_meant).collect();
        found.sort_unstable();
        let found = found.into_iter().take(MAX_KINDS);
        all.extend(found.map(|(group, version, _, kind)| (group, version, kind)));
    }
    all
}

/// The type of the parameters; `None` if the policy has none, any type where it is not known.
fn params_type(spec: &Value, schema: &Schema, custom: &CustomTypes) -> Option<Type> {
    let kind = spec.get("paramKind").filter(|kind| !kind.is_null())?;
    let named = |field| text(kind, field).unwrap_or_default();
    let api_version = named("apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let ty = type_of((group, version, named("kind")), schema, custom);
    Some(ty.unwrap_or(Type::DYN))
}

/// The type of objects of a kind; `None` if it is not known, or holds itself.
fn type_of(
    (group, version, kind): (&str, &str, &str),
    schema: &Schema,
    custom: &CustomTypes,
) -> Option<Type> {
    let api_version = if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    };
    if let Some(ty) = schema.type_of(&api_version, kind) {
        return root_type(ty);
    }
    let mut custom = custom.0.iter();
    let found = custom.find(|it| (&*it.group, &*it.version, &*it.kind) == (group, version, kind));
    found.map(|it| it.ty.clone())
}

/// What expressions may name where objects are of this type.
fn environment(spec: &Value, object: &Type, params: Option<&Type>) -> Environment {
    let mut environment = Environment::new()
        .with("object", object.clone())
        .with("oldObject", object.clone())
        .with("request", request_type())
        .with("namespaceObject", namespace_type())
        .with_authorizer();
    if let Some(params) = params {
        environment.declare("params", params.clone());
    }
    let mut fields: Vec<(&str, Type)> = Vec::new();
    for variable in items(spec, "variables") {
        let compiled: Result<_, CelError> = compile(
            text(variable, "expression").unwrap_or_default(),
            &environment,
        );
        // One that does not compile may be anything: it is said nowhere.
        let ty = compiled.map_or(Type::DYN, |program| program.output_type().clone());
        fields.push((text(variable, "name").unwrap_or_default(), ty));
        let known = fields
            .iter()
            .map(|(name, ty)| Field::new(*name, ty.clone()));
        environment.declare("variables", Type::object("kubernetes.variables", known));
    }
    environment
}

/// The type of objects of a kind; `None` if it holds itself.
fn root_type(ty: SchemaType<'_>) -> Option<Type> {
    let mut above = Vec::new();
    expression_type(ty, &mut above).ok().flatten()
}

/// The type holds itself, so that no expression can say all of it.
struct Endless;

/// A type of a schema as expressions see it; `None` if they do not.
fn expression_type(
    ty: SchemaType<'_>,
    above: &mut Vec<(&'static str, &'static str)>,
) -> Result<Option<Type>, Endless> {
    let name = ty.name();
    if let Some(name) = name {
        if above.contains(&name) {
            return Err(Endless);
        }
        above.push(name);
    }
    let found = match ty.kind() {
        // Neither a number nor a text: the schema lets it be both, and expressions neither.
        ValueKind::String | ValueKind::Any if matches!(name, Some((_, "Quantity"))) => None,
        ValueKind::String => Some(match ty.format() {
            "date-time" | "date" => Type::Timestamp(None),
            "duration" => Type::Duration(None),
            "byte" | "binary" => Type::Bytes(None),
            _ => Type::STRING,
        }),
        ValueKind::Integer => Some(Type::Int),
        ValueKind::Number => Some(Type::Double),
        ValueKind::Boolean => Some(Type::Bool),
        ValueKind::IntOrString => Some(Type::DYN),
        ValueKind::List => {
            let items = ty.elements().map(|items| expression_type(items, above));
            items
                .transpose()?
                .flatten()
                .map(|items| Type::list(items, None))
        }
        ValueKind::Map => {
            let values = ty.values().map(|values| expression_type(values, above));
            values.transpose()?.flatten().map(Type::map_of)
        }
        ValueKind::Any if !is_opaque_object(name) => None,
        ValueKind::Object | ValueKind::Any => {
            let mut fields = Vec::new();
            for field in ty.fields() {
                let Some(value) = field.value_type() else {
                    continue;
                };
                if let Some(value) = expression_type(value, above)? {
                    fields.push(Field::new(field.name, value));
                }
            }
            Some(Type::object("object", fields))
        }
    };
    if name.is_some() {
        above.pop();
    }
    Ok(found)
}

/// Whether values of a type that the schema does not describe are objects.
fn is_opaque_object(name: Option<(&str, &str)>) -> bool {
    matches!(name, Some((_, "FieldsV1" | "RawExtension")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn warnings(spec: &str) -> Vec<(String, String)> {
        let rules = r#""matchConstraints": {"resourceRules": [
            {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments", "nope", "statefulsets/scale"]},
            {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]},
            {"apiGroups": ["*"], "apiVersions": ["v1"], "resources": ["services"]}]}"#;
        let policy = parse_json(&format!(r#"{{"spec": {{{rules}, {spec}}}}}"#), 1).unwrap();
        type_warnings(&policy, &Schema::kubernetes(), &CustomTypes::default())
            .into_iter()
            .map(|warning| (warning.field, warning.warning))
            .collect()
    }

    fn of_expression(expression: &str) -> String {
        let spec = format!(r#""validations": [{{"expression": "{expression}"}}]"#);
        let mut warnings = warnings(&spec);
        warnings.pop().map_or(String::new(), |(_, warning)| warning)
    }

    #[test]
    fn each_kind_says_what_it_does_not_have() {
        assert_eq!(
            of_expression("object.spec.replicas > 1"),
            "/v1, Kind=Pod: ERROR: <input>:1:12: undefined field 'replicas'\n \
             | object.spec.replicas > 1\n | ...........^\n"
        );
        let both = of_expression("object.metadata.name == 1");
        assert!(both.starts_with("/v1, Kind=Pod: ERROR: "), "{both}");
        assert!(both.contains("^\n\napps/v1, Kind=Deployment: "), "{both}");
        assert!(both.contains("'(string, int)'"), "{both}");
        assert!(!both.contains("StatefulSet") && !both.contains("Service"));
    }

    #[test]
    fn types_are_those_of_the_schema() {
        for (expression, told) in [
            (
                "object.metadata.creationTimestamp == 'a'",
                "'(timestamp, string)'",
            ),
            (
                "object.metadata.managedFields.all(m, m.fieldsV1.x == 1)",
                "undefined field 'x'",
            ),
            ("object.metadata.labels.a == 1", "'(string, int)'"),
            ("oldObject.kind == 1", "'(string, int)'"),
            // A quantity is no value of expressions.
            ("object.spec.overhead == {}", "undefined field 'overhead'"),
            ("params.a == 1", "undeclared reference to 'params'"),
            ("object.metadata.labels.a == 'b' && request.name == 'c'", ""),
            (
                "authorizer.group('').resource('pods').check('get').allowed()",
                "",
            ),
        ] {
            let warning = of_expression(expression);
            assert!(warning.contains(told), "{expression}: {warning}");
            assert_eq!(
                warning.is_empty(),
                told.is_empty(),
                "{expression}: {warning}"
            );
        }
    }

    #[test]
    fn custom_kinds_are_of_the_types_of_their_schemas() {
        let schema = Schema::kubernetes();
        let definition = r#"{"spec": {"group": "example.com",
            "names": {"plural": "things", "kind": "Thing"}, "versions": [{"name": "v1", "schema":
            {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object",
            "properties": {"size": {"type": "integer"}}}}}}}]}}"#;
        let mut custom = CustomTypes::default();
        custom.add(&parse_json(definition, 1).unwrap(), &schema);
        let told = |expression: &str| {
            let policy = format!(
                r#"{{"spec": {{"paramKind": {{"apiVersion": "example.com/v1", "kind": "Thing"}},
                "matchConstraints": {{"resourceRules": [{{"apiGroups": ["example.com"],
                "apiVersions": ["v1"], "resources": ["things"]}}]}},
                "validations": [{{"expression": "{expression}"}}]}}}}"#
            );
            let policy = parse_json(&policy, 1).unwrap();
            assert!(names_custom_kinds(&policy, &schema));
            let mut warnings = type_warnings(&policy, &schema, &custom);
            warnings.pop().map_or(String::new(), |it| it.warning)
        };
        let size = told("object.spec.size == 'a'");
        assert!(
            size.starts_with("example.com/v1, Kind=Thing: ERROR: "),
            "{size}"
        );
        assert!(size.contains("'(int, string)'"), "{size}");
        assert!(told("object.spec.colour == 'a'").contains("undefined field 'colour'"));
        assert!(told("params.spec.colour == 'a'").contains("undefined field 'colour'"));
        assert!(told("object.metadata.labels.a == 1").contains("'(string, int)'"));
        assert_eq!(
            told("object.spec.size > 1 && object.metadata.uid != 'x'"),
            ""
        );
        let built_in = r#"{"spec": {"matchConstraints": {"resourceRules": [
            {"apiGroups": ["apps", "*"], "apiVersions": ["v1"], "resources": ["*"]}]}}}"#;
        assert!(!names_custom_kinds(
            &parse_json(built_in, 1).unwrap(),
            &schema
        ));
    }

    #[test]
    fn variables_are_what_they_turn_out_to_be() {
        let told = warnings(
            r#""paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}, "variables": [
                {"name": "name", "expression": "object.metadata.name"},
                {"name": "broken", "expression": "object.nothing"},
                {"name": "twice", "expression": "variables.name + variables.name"}],
            "validations": [
                {"expression": "variables.twice == 1", "messageExpression": "params.data.x + string(params.y)"},
                {"expression": "variables.broken == 1"}]"#,
        );
        let fields: Vec<_> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "spec.validations[0].expression",
                "spec.validations[0].messageExpression"
            ]
        );
        assert!(told[0].1.contains("'(string, int)'"), "{}", told[0].1);
        assert!(told[1].1.contains("undefined field 'y'"), "{}", told[1].1);
    }
}
