//! Everything in one document of version 2 ("Swagger"), for clients that do not know version 3: the
//! same facts in the older form.

use super::description::Descriptions;
use super::document::{Document, info, security_schemes, write_members};
use super::text::json;
use super::{custom, hexadecimal, schema};
use crate::resource::CustomGroup;
use sha2::{Digest as _, Sha512};
use std::collections::BTreeMap;
use trimtab_protobuf::SwaggerWriter;
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Node, Value};
use trimtab_validation::custom::Audience;

/// The parts of the document: texts of JSON, which are small beside the trees that they are made of.
pub(super) struct Parts {
    paths: BTreeMap<String, String>,
    definitions: BTreeMap<String, String>,
}

impl Parts {
    /// All of them, with what fields are for.
    pub(super) fn described(schema: &Schema) -> Self {
        let (mut parts, mut names) = Self::paths(schema);
        for descriptions in Descriptions::each() {
            let (known, others) = names.into_iter().partition(|name| descriptions.has(name));
            names = others;
            parts.define(schema, known, |name, schema| {
                descriptions.describe(name, schema);
            });
        }
        parts.define(schema, names, |_, _| {});
        parts
    }

    /// The hash of all but what fields are for, which never differs where the rest does not.
    pub(super) fn hash(schema: &Schema) -> String {
        let (mut parts, names) = Self::paths(schema);
        parts.define(schema, names, |_, _| {});
        let mut digest = Sha512::new();
        for (name, part) in parts.paths.iter().chain(&parts.definitions) {
            digest.update(name);
            digest.update(part);
        }
        hexadecimal(&digest.finalize())
    }

    /// The paths, and the names of all that they refer to.
    fn paths(schema: &Schema) -> (Self, Vec<String>) {
        let mut paths = BTreeMap::new();
        let mut names = Vec::new();
        for document in Document::built_in() {
            document.paths(schema, &mut |path, item| {
                schema::references(&item, &mut names);
                paths.insert(path, json(&path_item(&item)));
            });
            names.sort_unstable();
            names.dedup();
        }
        let mut all = Vec::new();
        schema::reachable(schema, names, "", |name, _| all.push(name));
        let parts = Self {
            paths,
            definitions: BTreeMap::new(),
        };
        (parts, all)
    }

    /// Writes the definitions of these names.
    fn define(&mut self, schema: &Schema, names: Vec<String>, describe: impl Fn(&str, &mut Value)) {
        for name in names {
            if let Some(mut definition) = schema::definition(schema, &name, "") {
                describe(&name, &mut definition);
                let older = json(&older(&definition));
                self.definitions.insert(name, older);
            }
        }
    }

    /// Adds what definitions of a group make; what is built in stays where both are of one name.
    pub(super) fn add_custom(&mut self, name: &str, group: &CustomGroup) {
        let descriptions = Descriptions::of_version("v1");
        for version in group.versions() {
            let document = Document::Custom(name, group, version);
            document.paths(&Schema::kubernetes(), &mut |path, item| {
                let item = || json(&path_item(&item));
                self.paths.entry(path).or_insert_with(item);
            });
            for (definition, at) in custom::kinds(group, version) {
                let audience = Audience::Version2;
                let own = custom::definitions(definition, at, audience, Some(&descriptions));
                for (name, value) in own {
                    let definition = || json(&value);
                    self.definitions.entry(name).or_insert_with(definition);
                }
            }
        }
    }

    /// The document as JSON.
    pub(super) fn into_json(self) -> String {
        let mut text = json(&head());
        text.pop();
        for (name, members) in [("paths", self.paths), ("definitions", self.definitions)] {
            text.push_str(",\"");
            text.push_str(name);
            text.push_str("\":{");
            write_members(&mut text, &members);
            text.push('}');
        }
        text.push('}');
        text
    }

    /// The document in Protocol Buffers.
    ///
    /// # Errors
    /// When a part of it cannot be written.
    pub(super) fn into_message(self) -> Result<Vec<u8>, trimtab_protobuf::Error> {
        let mut writer = SwaggerWriter::new(&json(&head()))?;
        writer.paths(self.paths)?;
        writer.definitions(self.definitions)?;
        Ok(writer.finish())
    }
}

/// What the document says beside its paths and definitions.
fn head() -> Value {
    let required = Value::mapping([("BearerToken", Value::sequence(Vec::new()))]);
    Value::mapping([
        ("swagger", Value::string("2.0")),
        ("info", info()),
        ("securityDefinitions", security_schemes()),
        ("security", Value::sequence(vec![required])),
    ])
}

fn path_item(item: &Value) -> Value {
    let fields = item.as_mapping().into_iter().flat_map(Mapping::iter);
    let fields = fields.map(|(name, value)| {
        let value = match name {
            "parameters" => parameters(Some(value), None),
            _ => operation(value),
        };
        (name.into(), value)
    });
    Value::from(fields.collect::<Mapping>())
}

fn operation(operation: &Value) -> Value {
    let mut fields = Mapping::new();
    let body = operation.get("requestBody");
    let mut consumes = vec![Value::string("*/*")];
    if let Some(content) = body
        .and_then(|body| body.get("content"))
        .and_then(Value::as_mapping)
    {
        consumes = content
            .iter()
            .map(|(name, _)| Value::string(name))
            .collect();
    }
    let produces = operation.get_path(&["responses", "200", "content"]);
    let produces = produces
        .and_then(Value::as_mapping)
        .into_iter()
        .flat_map(Mapping::iter);
    let produces = produces.map(|(name, _)| Value::string(name)).collect();
    fields.insert("consumes", Value::sequence(consumes));
    fields.insert("produces", Value::sequence(produces));
    fields.insert("schemes", Value::sequence(vec![Value::string("https")]));
    for (name, value) in operation.as_mapping().into_iter().flat_map(Mapping::iter) {
        match name {
            "requestBody" | "parameters" => {}
            "responses" => {
                fields.insert(name, responses(value));
            }
            _ => {
                fields.insert(name, value.clone());
            }
        }
    }
    let parameters = parameters(operation.get("parameters"), body);
    if !parameters.is_null_or_empty() {
        fields.insert("parameters", parameters);
    }
    Value::from(fields)
}

/// Parameters have their type at themselves, and the body is one of them.
fn parameters(parameters: Option<&Value>, body: Option<&Value>) -> Value {
    let mut all = Vec::new();
    if let Some(body) = body {
        let mut fields = Mapping::from([
            ("name", Value::string("body")),
            ("in", Value::string("body")),
        ]);
        if let Some(required) = body.get("required") {
            fields.insert("required", required.clone());
        }
        if let Some(schema) = first_schema(body) {
            fields.insert("schema", older(schema));
        }
        all.push(Value::from(fields));
    }
    for parameter in parameters.and_then(Value::as_sequence).unwrap_or_default() {
        let mut fields = parameter.as_mapping().cloned().unwrap_or_default();
        if let Some(schema) = fields.remove("schema") {
            for (name, value) in schema.as_mapping().into_iter().flat_map(Mapping::iter) {
                fields.insert(name, value.clone());
            }
        }
        all.push(Value::from(fields));
    }
    Value::sequence(all)
}

fn responses(responses: &Value) -> Value {
    let responses = responses.as_mapping().into_iter().flat_map(Mapping::iter);
    let responses = responses.map(|(code, response)| {
        let mut fields = response.as_mapping().cloned().unwrap_or_default();
        fields.remove("content");
        if let Some(schema) = first_schema(response) {
            fields.insert("schema", older(schema));
        }
        (code.into(), Value::from(fields))
    });
    Value::from(responses.collect::<Mapping>())
}

/// All media types of a body have the same schema.
fn first_schema(body: &Value) -> Option<&Value> {
    let (_, first) = body.get("content")?.as_mapping()?.iter().next()?;
    first.get("schema")
}

/// A schema in the older form: references go elsewhere and stand alone, and there is no choice
/// among types.
fn older(schema: &Value) -> Value {
    match &schema.node {
        Node::Scalar(_) => schema.clone(),
        Node::Sequence(items) => Value::sequence(items.iter().map(older).collect()),
        Node::Mapping(fields) => {
            let mut older_fields = Mapping::new();
            for (name, value) in fields.iter() {
                match name {
                    "$ref" => {
                        let text = value.text().unwrap_or_default();
                        let text = text.replace("#/components/schemas/", "#/definitions/");
                        older_fields.insert(name, Value::string(text));
                    }
                    "allOf" => {
                        let target = value.as_sequence().and_then(<[Value]>::first).map(older);
                        let target = target.as_ref().and_then(|target| target.get("$ref"));
                        if let Some(target) = target {
                            older_fields.insert("$ref", target.clone());
                        }
                    }
                    // Quantities and ports are written as text or as numbers.
                    "oneOf" => {
                        older_fields.insert("type", Value::string("string"));
                    }
                    "default" => {}
                    // Here the names are those of fields, not of the schema's own parts.
                    "properties" => {
                        let properties = value.as_mapping().into_iter().flat_map(Mapping::iter);
                        let properties =
                            properties.map(|(name, value)| (name.into(), older(value)));
                        let properties = properties.collect::<Mapping>();
                        older_fields.insert(name, Value::from(properties));
                    }
                    _ => {
                        older_fields.insert(name, older(value));
                    }
                }
            }
            Value::from(older_fields)
        }
    }
}
