//! `ValueAddTransformer`: puts one text into fields of several resources, or into a place of the
//! file paths that these hold.

use super::namespace::{SetNamespace, Subjects};
use super::set::set_text;
use crate::config::FieldSpecs;
use crate::kustomization::decode::{Decode, Rules, fields};
use crate::kustomization::{self, At};
use crate::loader::Loader;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use crate::selector::Selector;
use trimtab_object::split_escaped;
use trimtab_tree::{
    Diagnostic, MAX_DEPTH, Mapping, Node, ParseOptions, Position, Result, Text, Value,
    parse_document, too_deep,
};

/// The object that configures it; its `targets` may also stand in a file of their own.
#[derive(Debug, Default)]
pub(super) struct Config {
    value: At<Text>,
    targets: Vec<At<TargetConfig>>,
    target_file_path: At<Text>,
}

#[derive(Debug, Default)]
struct TargetConfig {
    selector: Option<At<kustomization::Selector>>,
    field_path: At<Text>,
    file_path_position: At<i64>,
}

fields!(Config, "a ValueAddTransformer", {
    "value" => value,
    "targets" => targets,
    "targetFilePath" => target_file_path,
});

fields!(TargetConfig, "a target", {
    "selector" => selector,
    "fieldPath" => field_path,
    "filePathPosition" => file_path_position,
});

/// A text and where it goes.
#[derive(Debug)]
pub(crate) struct ValueAdd {
    value: At<Text>,
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    /// Which resources; all without one.
    selector: Option<Selector>,
    path: Text,
    /// Place in a file path, from 1 on; at 0 the text takes the place of all that is there.
    position: usize,
}

impl ValueAdd {
    /// Reads the object that configures it. Without a value it is the name of the directory that
    /// `loader` is at.
    ///
    /// # Errors
    /// When the object or the file with targets does not hold what it should, or there is no
    /// target.
    pub(crate) fn configure(object: &Value, loader: &Loader<'_>) -> Result<Self> {
        let mut config = Config::decode(object, Rules::PLUGIN)?;
        let mut value = Text::from(config.value.trim());
        if value.is_empty() {
            let name = loader.root().file_name().unwrap_or_default();
            value = name.to_string_lossy().into();
        }
        if !config.target_file_path.is_empty() {
            let source = loader.load(&config.target_file_path)?;
            let options = ParseOptions {
                base: source.base,
                ..ParseOptions::default()
            };
            let document = parse_document(&source.text, options)?;
            config
                .targets
                .extend(Config::decode(&document, Rules::PART)?.targets);
        }
        if config.targets.is_empty() {
            return Err(Diagnostic::error("missing-target", "there is no target")
                .at(object.position)
                .expecting("a list `targets`, or a file with one in `targetFilePath`"));
        }
        let targets = config.targets.iter().map(Target::new);
        Ok(Self {
            targets: targets.collect::<Result<_>>()?,
            value: At::new(value, config.value.position.or(object.position)),
        })
    }

    /// Puts the text where it goes.
    ///
    /// # Errors
    /// When a field is a list or a mapping, or the way to it does not fit the object.
    pub(crate) fn apply(&self, resources: &mut ResourceSet) -> Result<()> {
        for target in &self.targets {
            let places = match &target.selector {
                Some(selector) => selector.find(resources),
                None => (0..resources.len()).collect(),
            };
            for place in places {
                resources.edit(place, |resource| {
                    let position = resource.position();
                    (self.change(resource, target))
                        .map_err(|error| error.at(position).in_field(&*target.path))
                })?;
            }
        }
        Ok(())
    }

    fn change(&self, resource: &mut Resource, target: &Target) -> Result<()> {
        if target.path == "metadata/namespace" {
            let namespace = SetNamespace {
                namespace: &self.value,
                specs: &FieldSpecs::default(),
                unset_only: false,
                subjects: Subjects::DefaultOnly,
            };
            return namespace.apply(resource);
        }
        let parts = split_escaped(&target.path, '/');
        let parts: Vec<&str> = parts
            .iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        // Each part may make a level.
        if parts.len() > MAX_DEPTH {
            return Err(too_deep(Position::NONE));
        }
        let Some(field) = find_or_make(resource.value_mut(), &parts)? else {
            return Ok(());
        };
        match (target.position, field.text()) {
            (0, _) | (_, None) => set_text(field, self.value.value.clone(), self.value.position),
            (position, Some(path)) => {
                let new = insert_part(path, position - 1, &self.value);
                set_text(field, new, self.value.position)
            }
        }
    }
}

impl Target {
    fn new(config: &At<TargetConfig>) -> Result<Self> {
        if config.field_path.is_empty() {
            return Err(
                Diagnostic::error("missing-path", "a target has no field path")
                    .at(config.position)
                    .expecting("a field `fieldPath` such as `spec/path`"),
            );
        }
        let position = config.file_path_position;
        let position = usize::try_from(position.value).map_err(|_| {
            Diagnostic::error(
                "negative-position",
                format!("the position {} in a path is negative", position.value),
            )
            .at(position.position)
            .in_field("filePathPosition")
            .expecting("0 to replace the path, 1 to go before its first part, and so on")
        })?;
        let selector = match &config.selector {
            Some(selector) => Some(Selector::new(selector)?),
            None => None,
        };
        Ok(Self {
            selector,
            path: config.field_path.value.clone(),
            position,
        })
    }
}

/// The field that a path leads to, made where it is not there. `None` where the path leads through
/// `null` or past the end of a list.
fn find_or_make<'v>(value: &'v mut Value, parts: &[&str]) -> Result<Option<&'v mut Value>> {
    let mut here = value;
    for (at, part) in parts.iter().enumerate() {
        if here.is_null() {
            return Ok(None);
        }
        let next = parts.get(at + 1).copied();
        let (what, position) = (here.describe(), here.position);
        let step = Step::new(part);
        let found = match (&mut here.node, &step) {
            (Node::Sequence(items), Step::Index(index)) => items.get_mut(*index),
            (Node::Sequence(items), Step::Last) => items.last_mut(),
            (Node::Sequence(items), Step::Item(key, wanted)) => Some(item_with(items, key, wanted)),
            (Node::Mapping(fields), Step::Field(name)) => {
                Some(fields.get_or_insert_with(name, || made_for(next)))
            }
            _ => {
                return Err(Diagnostic::error(
                    "wrong-node-kind",
                    format!("`{part}` cannot be followed in {what}"),
                )
                .at(position)
                .expecting(step.expects()));
            }
        };
        match found {
            Some(found) => here = found,
            None => return Ok(None),
        }
    }
    Ok(Some(here))
}

/// A part of a path.
enum Step<'a> {
    Field(&'a str),
    Index(usize),
    /// `-`
    Last,
    /// `[key=value]`, or `[=value]` with an empty key.
    Item(&'a str, &'a str),
}

impl<'a> Step<'a> {
    fn new(part: &'a str) -> Self {
        let inner = part
            .strip_prefix('[')
            .and_then(|part| part.strip_suffix(']'));
        if let Some((key, value)) = inner.and_then(|inner| inner.split_once('=')) {
            return Self::Item(key, value);
        }
        match part.parse() {
            Ok(index) => Self::Index(index),
            Err(_) if part == "-" => Self::Last,
            Err(_) => Self::Field(part),
        }
    }

    fn expects(&self) -> &'static str {
        match self {
            Self::Field(_) => "a mapping",
            Self::Index(_) | Self::Last | Self::Item(..) => "a list",
        }
    }
}

/// What is made for a field that the part `next` is looked for in.
fn made_for(next: Option<&str>) -> Value {
    match next.map(Step::new) {
        None => Value::string(""),
        Some(Step::Index(_) | Step::Item(..)) => Value::sequence(Vec::new()),
        Some(Step::Field(_) | Step::Last) => Mapping::new().into(),
    }
}

/// The item that has `wanted` under `key`, made where there is none.
fn item_with<'v>(items: &'v mut Vec<Value>, key: &str, wanted: &str) -> &'v mut Value {
    let has_it = |item: &Value| {
        let field = if key.is_empty() {
            Some(item)
        } else {
            item.get(key)
        };
        field.and_then(Value::text_if_not_null) == Some(wanted)
    };
    let at = items.iter().position(has_it).unwrap_or_else(|| {
        items.push(if key.is_empty() {
            Value::string(wanted)
        } else {
            Value::mapping([(key, Value::string(wanted))])
        });
        items.len() - 1
    });
    &mut items[at]
}

/// The file path with `part` before its part at `place`; behind its last one when it has less. An
/// absolute path stays absolute.
fn insert_part(path: &str, place: usize, part: &str) -> Text {
    let (root, rest) = match path.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", path),
    };
    let mut parts: Vec<&str> = if rest.is_empty() {
        Vec::new()
    } else {
        rest.split('/').collect()
    };
    parts.insert(place.min(parts.len()), part);
    let joined = crate::path::clean(&parts.join("/"));
    Text::from(format!("{root}{joined}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources, value};
    use super::*;

    fn add(set: &mut ResourceSet, text: &str, targets: &str) -> Result<()> {
        let config = Config::decode(&value(targets), Rules::PLUGIN)?;
        let targets = config.targets.iter().map(Target::new);
        let transformer = ValueAdd {
            value: text.into(),
            targets: targets.collect::<Result<_>>()?,
        };
        transformer.apply(set)
    }

    #[test]
    fn a_part_is_put_into_a_path() {
        for (path, place, result) in [
            ("", 0, "PEACH"),
            ("/", 3, "/PEACH"),
            ("pie", 0, "PEACH/pie"),
            ("/pie", 0, "/PEACH/pie"),
            ("raw", 1, "raw/PEACH"),
            ("/raw", 9, "/raw/PEACH"),
            ("a/nice/warm/pie", 3, "a/nice/warm/PEACH/pie"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/PEACH/pie"),
        ] {
            assert_eq!(insert_part(path, place, "PEACH"), result, "{path} {place}");
        }
    }

    #[test]
    fn fields_are_found_or_made() {
        let mut set = resources(
            "{apiVersion: v1, kind: A, metadata: {name: a}, \
             spec: {items: [{name: x, path: /a/b}], none: null}}",
        );
        add(
            &mut set,
            "V",
            r"
targets:
- {fieldPath: 'spec/items/[name=x]/path', filePathPosition: 2}
- {fieldPath: 'spec/items/[name=y]/image'}
- {fieldPath: 'spec/new/deep'}
- {fieldPath: 'metadata/annotations/x.io\/y'}
- {fieldPath: 'spec/none/deep'}
- {fieldPath: metadata/namespace}
- {fieldPath: spec/left, selector: {kind: B}}
",
        )
        .unwrap();
        assert_text(
            &set,
            "
apiVersion: v1
kind: A
metadata: {name: a, namespace: V, annotations: {x.io/y: V}}
spec:
  items: [{name: x, path: /a/V/b}, {name: y, image: V}]
  none: null
  new: {deep: V}
",
        );
    }

    #[test]
    fn targets_that_cannot_be_are_errors() {
        let object = "{apiVersion: v1, kind: A, metadata: {name: a}, spec: {a: [], b: {}}}";
        for (target, code) in [
            ("{}", "missing-path"),
            ("{fieldPath: a, filePathPosition: -1}", "negative-position"),
            ("{fieldPath: spec/a}", "wrong-node-kind"),
            ("{fieldPath: spec/a/b}", "wrong-node-kind"),
            ("{fieldPath: spec/b/0}", "wrong-node-kind"),
        ] {
            let targets = format!("targets: [{target}]");
            let error = add(&mut resources(object), "V", &targets).unwrap_err();
            assert_eq!(error.code, code, "{target}");
        }
    }
}
