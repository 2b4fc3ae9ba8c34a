//! Reads the types of one Kubernetes release from k8s-openapi's source.

use crate::Error;
use crate::literal::{self, Literal};
use std::collections::BTreeMap;
use std::path::Path;

/// One type.
pub(crate) struct Type {
    /// Its schema, references as Rust paths.
    pub(crate) schema: Literal,
    /// What the API serves it as, if it does.
    pub(crate) kind: Option<Kind>,
    /// The list and map strategies of its fields, by JSON name.
    pub(crate) strategies: BTreeMap<String, Strategy>,
}

/// A kind of objects.
pub(crate) struct Kind {
    /// `apps/v1`, or `v1` in the core group.
    pub(crate) api_version: String,
    /// `Deployment`
    pub(crate) name: String,
    /// `deployments`; of a subresource, `scale`.
    pub(crate) plural: String,
    /// `cluster`, `namespaced` or `subresource`.
    pub(crate) scope: &'static str,
    /// Whether there is a list kind.
    pub(crate) listed: bool,
}

/// How a list or map is merged, as `DeepMerge` does it.
#[derive(Debug, PartialEq)]
pub(crate) enum Strategy {
    /// A list that is replaced as a whole.
    AtomicList,
    /// A list of distinct scalars.
    Set,
    /// A list of objects told apart by these fields, named by their JSON names.
    Keyed(Vec<String>),
    /// A map that is replaced as a whole.
    AtomicMap,
}

/// The types of a release by name.
pub(crate) struct Types {
    by_name: BTreeMap<String, Type>,
    names: BTreeMap<String, String>,
}

impl Types {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// All of them, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Type)> {
        self.by_name.iter().map(|(name, ty)| (name.as_str(), ty))
    }

    /// The name of the type at a Rust path; the path itself if there is none, which the table's own
    /// test then finds.
    pub(crate) fn name_of<'a>(&'a self, path: &'a str) -> &'a str {
        self.names.get(path).map_or(path, String::as_str)
    }
}

/// What one file says, before keys of lists can be named: they are fields of other types.
struct File {
    path: String,
    name: String,
    text: String,
    schema: Literal,
    /// Rust field name to JSON name.
    fields: BTreeMap<String, String>,
}

/// Reads the module in `folder`.
pub(crate) fn read(folder: &Path) -> Result<Types, Error> {
    let mut files = Vec::new();
    read_folder(folder, "", &mut files)?;
    let by_path: BTreeMap<&str, &File> = files.iter().map(|f| (f.path.as_str(), f)).collect();
    let mut by_name = BTreeMap::new();
    for file in &files {
        let in_file = |error| format!("{}: {error}", file.path);
        let ty = Type {
            kind: kind_of(&file.text).map_err(in_file)?,
            strategies: strategies_of(file, &by_path).map_err(in_file)?,
            schema: literal::parse(schema_text(&file.text).unwrap_or_default())?,
        };
        if by_name.insert(file.name.clone(), ty).is_some() {
            return Err(format!("type {} is defined twice", file.name));
        }
    }
    let names = files.into_iter().map(|f| (f.path, f.name)).collect();
    Ok(Types { by_name, names })
}

fn read_folder(folder: &Path, module: &str, files: &mut Vec<File>) -> Result<(), Error> {
    let in_folder = |e| format!("{}: {e}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(in_folder)? {
        let path = entry.map_err(in_folder)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            read_folder(&path, &format!("{module}{name}::"), files)?;
        } else {
            let text =
                std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let in_file = |error| format!("{}: {error}", path.display());
            files.extend(read_file(module, text).map_err(in_file)?);
        }
    }
    Ok(())
}

/// Reads a file; `None` if it defines no type with a schema.
fn read_file(module: &str, text: String) -> Result<Option<File>, Error> {
    let Some(schema) = schema_text(&text) else {
        return Ok(None);
    };
    let schema = literal::parse(schema)?;
    let name = text
        .split_once("fn schema_name()")
        .and_then(|(_, rest)| quoted(rest))
        .ok_or("a schema without a name")?
        .to_owned();
    let ident = name.rsplit('.').next().unwrap_or_default();
    let path = format!("{module}{ident}");
    let fields = text
        .lines()
        .filter_map(|line| {
            let (json, rust) = line.trim().split_once(" => Field::Key_")?;
            Some((
                rust.trim_end_matches(',').to_owned(),
                json.trim_matches('"').to_owned(),
            ))
        })
        .collect();
    Ok(Some(File {
        path,
        name,
        text,
        schema,
        fields,
    }))
}

fn schema_text(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("schemars::json_schema!(")?;
    Some(rest)
}

/// The first text in double quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

/// The kind that a type's `impl Resource` names.
fn kind_of(text: &str) -> Result<Option<Kind>, Error> {
    let constant = |name: &str| {
        text.split_once(&format!("const {name}: &'static str = "))
            .and_then(|(_, rest)| quoted(rest))
    };
    let Some(api_version) = constant("API_VERSION") else {
        return Ok(None);
    };
    let scope = match text
        .split_once("type Scope = crate::")
        .map(|(_, rest)| rest)
    {
        Some(rest) if rest.starts_with("ClusterResourceScope") => "cluster",
        Some(rest) if rest.starts_with("NamespaceResourceScope") => "namespaced",
        Some(rest) if rest.starts_with("SubResourceScope") => "subresource",
        _ => return Err("a resource of unknown scope".to_owned()),
    };
    Ok(Some(Kind {
        api_version: api_version.to_owned(),
        name: constant("KIND")
            .ok_or("a resource without a kind")?
            .to_owned(),
        plural: constant("URL_PATH_SEGMENT")
            .ok_or("a resource without a path")?
            .to_owned(),
        scope,
        listed: constant("LIST_KIND").is_some(),
    }))
}

/// The strategies that a type's `impl DeepMerge` spells out.
fn strategies_of(
    file: &File,
    by_path: &BTreeMap<&str, &File>,
) -> Result<BTreeMap<String, Strategy>, Error> {
    const CALL: &str = "crate::merge_strategies::";
    let mut strategies = BTreeMap::new();
    for (at, _) in file.text.match_indices(CALL) {
        let call = &file.text[at + CALL.len()..];
        let (function, arguments) = call.split_once('(').ok_or("a call without arguments")?;
        // A strategy inside another is that of a map's values; the schema has no place for it.
        let Some(argument) = arguments.trim_start().strip_prefix("&mut self.") else {
            continue;
        };
        let rust = argument.split(',').next().unwrap_or_default();
        let json = file
            .fields
            .get(rust)
            .ok_or_else(|| format!("no field {rust}"))?;
        let strategy = match function {
            "list::atomic" => Strategy::AtomicList,
            "list::set" => Strategy::Set,
            "list::map" => {
                Strategy::Keyed(keys_of(argument, item_of(&file.schema, json), by_path)?)
            }
            "map::atomic" => Strategy::AtomicMap,
            "map::granular" => continue,
            _ => return Err(format!("unknown strategy {function}")),
        };
        strategies.insert(json.clone(), strategy);
    }
    Ok(strategies)
}

/// The Rust path of the items of list `field`.
fn item_of<'a>(schema: &'a Literal, field: &str) -> Option<&'a str> {
    match schema.get("properties")?.get(field)?.get("items")? {
        Literal::Reference(path) => Some(path),
        _ => None,
    }
}

/// The keys in `&[|lhs, rhs| lhs.type_ == rhs.type_, ...]`, as the item type names them in JSON.
fn keys_of(
    arguments: &str,
    item: Option<&str>,
    by_path: &BTreeMap<&str, &File>,
) -> Result<Vec<String>, Error> {
    let closures = arguments
        .split_once("&[")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(closures, _)| closures)
        .ok_or("a keyed list without keys")?;
    let item = item
        .and_then(|path| by_path.get(path))
        .ok_or("a keyed list of unknown items")?;
    closures
        .split("| lhs.")
        .skip(1)
        .map(|closure| {
            let key = closure.split(' ').next().unwrap_or_default();
            // A path into the item, such as `metadata.name`, is the same in both languages.
            let json = item.fields.get(key).map(String::as_str);
            json.or(key.contains('.').then_some(key))
                .map(str::to_owned)
                .ok_or_else(|| format!("no field {key} in {}", item.name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#"
        "hostIP" => Field::Key_host_ip,
        "type" => Field::Key_type_,
        fn schema_name() -> X { "a.b.Item".into() }
        schemars::json_schema!({ "type": "object" })"#;

    #[test]
    fn keys_are_named_as_in_json() {
        let item = read_file("a::b::", ITEM.to_owned()).unwrap().unwrap();
        let by_path = BTreeMap::from([("a::b::Item", &item)]);
        let keys = |text| keys_of(text, Some("a::b::Item"), &by_path);
        assert_eq!(
            keys(
                "x, &[|lhs, rhs| lhs.type_ == rhs.type_, |lhs, rhs| lhs.host_ip == rhs.host_ip], y"
            ),
            Ok(vec!["type".to_owned(), "hostIP".to_owned()])
        );
        assert_eq!(
            keys("&[|lhs, rhs| lhs.port == rhs.port]"),
            Err("no field port in a.b.Item".to_owned())
        );
    }

    #[test]
    fn a_resource_needs_a_known_scope() {
        let text = r#"const API_VERSION: &'static str = "v1"; const KIND: &'static str = "Pod";
            const URL_PATH_SEGMENT: &'static str = "pods"; type Scope = crate::"#;
        assert!(kind_of(text).is_err());
        let kind = kind_of(&format!("{text}NamespaceResourceScope;"))
            .unwrap()
            .unwrap();
        assert_eq!(
            (kind.plural.as_str(), kind.scope, kind.listed),
            ("pods", "namespaced", false)
        );
    }
}
