//! Objects that configure built-in generators, transformers and validators, and the files they name.

use super::root::Root;
use crate::documents;
use crate::kustomization::At;
use crate::loader::Source;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Node, ParseOptions, Result, Text, Value, write_yaml};

/// What a field of a plugin names.
#[derive(Clone, Copy)]
enum Names {
    /// Files.
    Files,
    /// Files, each with or without `KEY=` in front.
    FileSources,
    /// Files with objects, or the objects themselves.
    Objects,
    /// A directory of charts.
    ChartHome,
}

/// The fields of the plugins of `kind` that name files.
fn fields(kind: &str) -> &'static [(&'static [&'static str], Names)] {
    match kind {
        "ConfigMapGenerator" | "SecretGenerator" => &[
            (&["env"], Names::Files),
            (&["envs"], Names::Files),
            (&["files"], Names::FileSources),
        ],
        "HelmChartInflationGenerator" => &[
            (&["valuesFile"], Names::Files),
            (&["additionalValuesFiles"], Names::Files),
            (&["chartHome"], Names::ChartHome),
        ],
        "PatchTransformer" | "PatchJson6902Transformer" => &[(&["path"], Names::Files)],
        "PatchStrategicMergeTransformer" => &[(&["paths"], Names::Objects)],
        "ReplacementTransformer" => &[(&["replacements", "path"], Names::Files)],
        _ => &[],
    }
}

impl Root<'_> {
    /// Copies an entry of `generators`, `transformers` or `validators`, and what its objects name.
    pub(super) fn copy_plugin(&self, entry: &mut At<Text>) -> Result<()> {
        let (objects, is_file) = self.objects(entry)?;
        let mut text = String::new();
        for (at, object) in objects.into_iter().enumerate() {
            let mut object = object.into_value();
            self.copy_files_of(&mut object)?;
            if at > 0 {
                text.push_str("---\n");
            }
            write_yaml(&object, &mut text)?;
        }
        entry.value = if is_file {
            self.put(entry, text.as_bytes())?
        } else {
            text.into()
        };
        Ok(())
    }

    /// Copies an entry that holds an object or names a file with some.
    pub(super) fn copy_objects(&self, entry: &mut At<Text>) -> Result<()> {
        let (_, is_file) = self.objects(entry)?;
        if is_file {
            self.copy_file(entry)?;
        }
        Ok(())
    }

    /// The objects that an entry holds or names, and whether it names them.
    fn objects(&self, entry: &At<Text>) -> Result<(Vec<Resource>, bool)> {
        let inline = self
            .sources()
            .add_inline(entry.position, entry.as_str().into())?;
        match read(&inline, self.schema()) {
            Ok(objects) => Ok((objects, false)),
            // No path has several lines.
            Err(error) if entry.contains('\n') => Err(error),
            Err(_) => {
                let source = self.load_text(entry)?;
                read(&source, self.schema()).map(|objects| (objects, true))
            }
        }
    }

    /// Copies the files that the configuration of something built in names.
    fn copy_files_of(&self, object: &mut Value) -> Result<()> {
        let text = |field| object.get(field).and_then(Value::text);
        if text("apiVersion") != Some("builtin") {
            return Ok(());
        }
        let kind = text("kind").unwrap_or_default();
        if kind == "HelmChartInflationGenerator" && object.get("chartHome").is_none() {
            let mut default = At::new(Text::default(), object.position);
            self.copy_chart_home(&mut default)?;
        }
        for (path, names) in fields(kind) {
            let copy = |name: &mut At<Text>| match names {
                Names::Files => self.copy_file(name),
                Names::FileSources => self.copy_file_source(name),
                Names::Objects => self.copy_objects(name),
                Names::ChartHome => self.copy_chart_home(name),
            };
            each(object, path, &copy).map_err(|error| error.in_field(path.join(".")))?;
        }
        Ok(())
    }
}

/// The objects in a text, none of them twice.
pub(super) fn read(source: &Source, schema: &Schema) -> Result<Vec<Resource>> {
    let options = ParseOptions {
        base: source.base,
        ..ParseOptions::default()
    };
    let documents = trimtab_tree::parse_documents(&source.text, options)?;
    let mut set = ResourceSet::new(schema.clone());
    for object in documents::resources(documents, schema)? {
        set.append(object)?;
    }
    Ok(set.into_vec())
}

/// Hands every name in the field at `path` to `copy`, which may change it. Lists on the way are
/// stepped into.
fn each(
    value: &mut Value,
    path: &[&str],
    copy: &dyn Fn(&mut At<Text>) -> Result<()>,
) -> Result<()> {
    if value.is_null() {
        return Ok(());
    }
    let position = value.position;
    let found = value.describe();
    match (&mut value.node, path) {
        (Node::Sequence(items), path) => items.iter_mut().try_for_each(|item| {
            if path.is_empty() && item.as_scalar().is_none() {
                return Err(not_a_name(item.describe()).at(item.position));
            }
            each(item, path, copy)
        }),
        (Node::Mapping(fields), [field, rest @ ..]) => fields
            .get_mut(field)
            .map_or(Ok(()), |value| each(value, rest, copy)),
        (Node::Scalar(scalar), []) => {
            let mut name = At::new(scalar.text().into(), position);
            copy(&mut name)?;
            if name.value != scalar.text() {
                *value = Value::string(name.value).at(position);
            }
            Ok(())
        }
        (Node::Mapping(_), []) => Err(not_a_name(found).at(position)),
        // The build says what is wrong with a text that should have fields.
        (Node::Scalar(_), _) => Ok(()),
    }
}

fn not_a_name(found: &str) -> Box<Diagnostic> {
    let message = format!("{found} cannot stand here");
    Diagnostic::error("wrong-type", message).expecting("a string, or a list of strings")
}
