//! Files named in `crds`: OpenAPI definitions of custom types whose properties say, with
//! `x-kubernetes-` extensions, that they hold annotations, label selectors, names or references.

use super::field_path::FieldPath;
use super::field_spec::FieldSpec;
use super::name_references::NameReference;
use super::spec_list::SpecList;
use super::transformer_config::TransformerConfig;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Mapping, Result, Text, Value};

const ANNOTATION: &str = "x-kubernetes-annotation";
const LABEL_SELECTOR: &str = "x-kubernetes-label-selector";
const IDENTITY: &str = "x-kubernetes-identity";
const REFERENCE_VERSION: &str = "x-kubernetes-object-ref-api-version";
const REFERENCE_KIND: &str = "x-kubernetes-object-ref-kind";
const REFERENCE_NAME_KEY: &str = "x-kubernetes-object-ref-name-key";

/// Properties looked at in one file, those of a type counted each time something refers to it.
/// Definitions that refer to each other all over would go on for ever.
const MOST_PROPERTIES: usize = 200_000;

impl TransformerConfig {
    /// What the files of one `crds` list say, each given as the document that it holds. It does
    /// not hold what is built in.
    ///
    /// # Errors
    /// When a document is not a mapping of definitions, field specs conflict, or the definitions
    /// refer to each other so often that they stand for 200,000 properties.
    pub(crate) fn from_crds<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Result<Self> {
        let mut config = Self::empty();
        for document in documents {
            let definitions = mapping(document, "a mapping of type names to definitions")?;
            let Some(definitions) = definitions else {
                continue;
            };
            let mut left = MOST_PROPERTIES;
            for (name, definition) in definitions.iter() {
                let Some(properties) = properties(definition)? else {
                    continue;
                };
                let fields = ["kind", "apiVersion", "metadata"];
                if !fields.iter().all(|field| properties.contains_key(field)) {
                    continue;
                }
                let kind = name.rsplit('.').next().unwrap_or(name);
                let mut reader = Reader {
                    definitions,
                    gvk: Gvk::new("", "", kind),
                    config: Self::empty(),
                    open: Vec::new(),
                    left: &mut left,
                };
                reader
                    .read_type(name, &mut Vec::new())
                    .map_err(|error| error.at(document.position))?;
                config.merge(&reader.config)?;
            }
        }
        Ok(config)
    }
}

struct Reader<'a> {
    definitions: &'a Mapping,
    gvk: Gvk,
    config: TransformerConfig,
    /// The types that are being read, to stop where one holds itself.
    open: Vec<&'a str>,
    left: &'a mut usize,
}

impl<'a> Reader<'a> {
    fn read_type(&mut self, name: &'a str, path: &mut Vec<&'a str>) -> Result<()> {
        let Some(definition) = self.definitions.get(name) else {
            return Ok(());
        };
        let Some(properties) = properties(definition)? else {
            return Ok(());
        };
        self.open.push(name);
        for (name, property) in properties.iter() {
            *self.left = self.left.checked_sub(1).ok_or_else(|| {
                Diagnostic::error(
                    "crd-too-large",
                    "the definitions refer to each other too often",
                )
                .at(property.position)
            })?;
            path.push(name);
            self.read_property(property, path)?;
            match extension(property, "$ref") {
                Some(target) if !self.open.contains(&target) => self.read_type(target, path)?,
                _ => {}
            }
            path.pop();
        }
        self.open.pop();
        Ok(())
    }

    fn read_property(&mut self, property: &Value, path: &[&str]) -> Result<()> {
        for (name, list) in [
            (ANNOTATION, SpecList::CommonAnnotations),
            (LABEL_SELECTOR, SpecList::CommonLabels),
            (IDENTITY, SpecList::NamePrefix),
        ] {
            if extension(property, name).is_some() {
                self.config.add_spec(list, self.spec(path.join("/")))?;
            }
        }
        let version = extension(property, REFERENCE_VERSION);
        let kind = extension(property, REFERENCE_KIND);
        if let (Some(version), Some(kind)) = (version, kind) {
            let key = extension(property, REFERENCE_NAME_KEY).unwrap_or("name");
            self.config.add_name_reference(NameReference {
                target: Gvk::new("", version, kind),
                referrers: vec![self.spec(format!("{}/{key}", path.join("/")))],
            })?;
        }
        Ok(())
    }

    fn spec(&self, path: String) -> FieldSpec {
        FieldSpec {
            gvk: self.gvk.clone(),
            path: FieldPath::new(Text::from(path)),
            create: false,
        }
    }
}

/// A string beside the fields of a property.
fn extension<'a>(property: &'a Value, name: &str) -> Option<&'a str> {
    property.as_mapping()?.iter().find_map(|(key, value)| {
        key.eq_ignore_ascii_case(name)
            .then(|| value.as_str())
            .flatten()
    })
}

/// The properties of a definition; `None` where it has none.
fn properties(definition: &Value) -> Result<Option<&Mapping>> {
    let Some(definition) = mapping(definition, "a definition: a mapping with a `Schema`")? else {
        return Ok(None);
    };
    let schema = definition
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schema"));
    let Some((_, schema)) = schema else {
        return Ok(None);
    };
    let Some(schema) = mapping(schema, "a schema: a mapping")? else {
        return Ok(None);
    };
    match schema.get("properties") {
        Some(properties) => mapping(properties, "a mapping of property names to schemas"),
        None => Ok(None),
    }
}

/// The fields; `None` for `null`.
fn mapping<'a>(value: &'a Value, expected: &str) -> Result<Option<&'a Mapping>> {
    if value.is_null() {
        return Ok(None);
    }
    match value.as_mapping() {
        Some(fields) => Ok(Some(fields)),
        None => Err(Diagnostic::error(
            "wrong-type",
            format!("{} cannot stand here", value.describe()),
        )
        .at(value.position)
        .expecting(expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    fn load(text: &str) -> Result<TransformerConfig> {
        let document = parse_document(text, ParseOptions::default()).unwrap();
        TransformerConfig::from_crds([&document])
    }

    const OBJECT: &str = "apiVersion: {type: string}, kind: {type: string}, metadata: {}";

    #[test]
    fn extensions_become_field_specs() {
        let config = load(&format!(
            "
example.com/v1.Hive:
  Schema: {{properties: {{{OBJECT}, spec: {{$ref: example.com/v1.HiveSpec}}}}}}
example.com/v1.HiveSpec:
  schema:
    properties:
      bee:
        x-kubernetes-object-ref-api-version: v1
        x-kubernetes-object-ref-kind: Bee
      secret:
        x-kubernetes-object-ref-api-version: v1
        x-kubernetes-object-ref-kind: Secret
        x-kubernetes-object-ref-name-key: key
      selector: {{x-kubernetes-label-selector: ''}}
      notes: {{X-Kubernetes-Annotation: ''}}
      id: {{x-kubernetes-identity: ''}}
      again: {{$ref: example.com/v1.HiveSpec}}
"
        ))
        .unwrap();
        let hive = Gvk::new("example.com", "v1", "Hive");
        let paths = |list: SpecList| -> Vec<String> {
            let specs = config.specs(list).of(&hive);
            specs.map(|spec| spec.path.text().to_owned()).collect()
        };
        assert_eq!(paths(SpecList::CommonLabels), ["spec/selector"]);
        assert_eq!(paths(SpecList::CommonAnnotations), ["spec/notes"]);
        assert_eq!(paths(SpecList::NamePrefix), ["spec/id"]);
        let references: Vec<_> = config
            .name_references()
            .of(&hive)
            .map(|(target, spec)| format!("{target} {}", spec.path.text()))
            .collect();
        assert_eq!(
            references,
            [
                "Secret.v1.[noGrp] spec/secret/key",
                "Bee.v1.[noGrp] spec/bee/name"
            ]
        );
    }

    #[test]
    fn types_that_are_no_objects_say_nothing() {
        let config =
            load("A: {Schema: {properties: {a: {x-kubernetes-annotation: ''}}}}\nB:\n").unwrap();
        assert!(config.specs(SpecList::CommonAnnotations).is_empty());
        assert!(config.name_references().as_slice().is_empty());
    }

    #[test]
    fn definitions_of_another_form_are_errors() {
        for text in [
            "[]",
            "A: x",
            "A: {Schema: []}",
            "A: {Schema: {properties: 1}}",
        ] {
            assert_eq!(load(text).unwrap_err().code, "wrong-type", "{text}");
        }
    }

    #[test]
    fn definitions_that_multiply_are_refused() {
        let mut text = format!("A0: {{Schema: {{properties: {{{OBJECT}, a: {{$ref: A1}}}}}}}}\n");
        let definition = |at: usize| {
            let next = at + 1;
            format!(
                "A{at}: {{Schema: {{properties: {{a: {{$ref: A{next}}}, b: {{$ref: A{next}}}}}}}}}\n"
            )
        };
        text.extend((1..40).map(definition));
        assert_eq!(load(&text).unwrap_err().code, "crd-too-large");
    }
}
