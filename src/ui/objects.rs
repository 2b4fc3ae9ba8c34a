//! Objects as `get -o` prints them.

use super::columns::Columns;
use crate::exit::Failure;
use crate::ui::stdout;
use std::fmt::Write as _;
use std::path::Path;
use trimtab_deploy::Resource;
use trimtab_object::{JsonPath, JsonPathError, Template};
use trimtab_tree::{JsonStyle, Mapping, Value, write_json, write_yaml};

/// How objects are printed when not as a table of the server.
#[derive(Clone, Debug)]
pub(crate) enum Format {
    /// `-o json`
    Json(ManagedFields),
    /// `-o yaml`
    Yaml(ManagedFields),
    /// `-o name`
    Name,
    /// `-o jsonpath=TEMPLATE`
    JsonPath(Template),
    /// `-o jsonpath-as-json=TEMPLATE`
    JsonPathAsJson(Template),
    /// `-o custom-columns=NAME:PATH,...`
    CustomColumns(Vec<(String, JsonPath)>),
}

/// What becomes of `metadata.managedFields`, which only managers of fields care for. Paths reach them
/// either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManagedFields {
    /// They are left out
    Hidden,
    /// They are printed
    Shown,
}

impl ManagedFields {
    /// Takes them out of an object, unless they are to be shown.
    pub(crate) fn drop_hidden(self, object: &mut Value) {
        if self == Self::Hidden {
            let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
            metadata.map(|metadata| metadata.remove("managedFields"));
        }
    }
}

impl Format {
    /// Reads the value of `-o`; `None` for one that the server's tables serve.
    pub(crate) fn parse(text: &str, managed: ManagedFields) -> Result<Option<Self>, Failure> {
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => (name, Some(argument).filter(|it| !it.is_empty())),
            None => (text, None),
        };
        Ok(Some(match (name, argument) {
            ("", None) => return Ok(None),
            ("wide", None) if name == text => return Ok(None),
            ("json", None) if name == text => Self::Json(managed),
            ("yaml", None) if name == text => Self::Yaml(managed),
            ("name", None) if name == text => Self::Name,
            ("jsonpath", argument) => Self::JsonPath(template(argument)?),
            ("jsonpath-as-json", argument) => Self::JsonPathAsJson(template(argument)?),
            ("jsonpath-file", argument) => {
                Self::JsonPath(template(Some(&read(file(name, argument)?)?))?)
            }
            ("custom-columns", argument) => {
                Self::CustomColumns(custom_columns(argument.unwrap_or_default())?)
            }
            ("custom-columns-file", argument) => {
                let columns = columns_of_file(file(name, argument)?)?;
                Self::CustomColumns(custom_columns(&columns)?)
            }
            _ => return Err(unknown(text)),
        }))
    }
}

/// The template of a path, which must be there: an empty one prints nothing whatever is found.
fn template(text: Option<&str>) -> Result<Template, Failure> {
    let Some(text) = text else {
        let message = "template format specified but no template given";
        return Err(Failure::new("usage", message).hint(EXAMPLE_OF_PATH));
    };
    let malformed = |error: JsonPathError| Failure::new("usage", error.to_string());
    Template::parse(text).map_err(malformed)
}

/// The file that a format is in, which must be named.
fn file<'a>(format: &str, name: Option<&'a str>) -> Result<&'a str, Failure> {
    name.ok_or_else(|| {
        Failure::new("usage", format!("{format} names no file"))
            .hint(format!("write -o {format}=FILE"))
    })
}

fn unknown(format: &str) -> Failure {
    let message = format!("unable to match a printer suitable for the output format {format:?}");
    let failure = Failure::new("usage", message);
    if format.starts_with("go-template") || format.starts_with("template") {
        return failure
            .hint("there are no templates of Go: what they print of an object, a path prints, too")
            .hint(EXAMPLE_OF_PATH);
    }
    failure.hint("there are json, yaml, name, wide, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE, jsonpath-file=FILE, custom-columns=NAME:PATH,... and custom-columns-file=FILE")
}

const EXAMPLE_OF_PATH: &str = "for example jsonpath='{.metadata.name}'";

fn read(file: &str) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::io("read", Path::new(file), &error))
}

/// The columns of a file, whose first line has the names and whose second the paths, as the argument
/// of `custom-columns` has them.
fn columns_of_file(file: &str) -> Result<String, Failure> {
    let text = read(file)?;
    let mut lines = text.lines().map(str::split_whitespace);
    let (names, paths) = (lines.next(), lines.next());
    let (names, paths): (Vec<&str>, Vec<&str>) = (
        names.into_iter().flatten().collect(),
        paths.into_iter().flatten().collect(),
    );
    if names.is_empty() || names.len() != paths.len() {
        let message = format!(
            "{file} has {} names of columns and {} paths",
            names.len(),
            paths.len()
        );
        return Err(Failure::new("usage", message)
            .hint("its first line has the names, its second as many paths, with spaces between"));
    }
    let columns = names.iter().zip(paths);
    let columns: Vec<String> = columns
        .map(|(name, path)| format!("{name}:{path}"))
        .collect();
    Ok(columns.join(","))
}

fn custom_columns(argument: &str) -> Result<Vec<(String, JsonPath)>, Failure> {
    let malformed = |why: String| {
        Failure::new("usage", why)
            .hint("for example custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image")
    };
    if argument.is_empty() {
        return Err(malformed(
            "custom-columns format specified but no custom columns given".to_owned(),
        ));
    }
    argument
        .split(',')
        .map(|column| {
            let (name, path) = column.split_once(':').ok_or_else(|| {
                malformed(format!(
                    "unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
                ))
            })?;
            let path = JsonPath::parse(path).map_err(|error| malformed(error.to_string()))?;
            Ok((name.to_owned(), path))
        })
        .collect()
}

/// Objects that are printed one after the other, as those are that a command changes.
#[derive(Debug)]
pub(crate) struct Series {
    format: Format,
    no_headers: bool,
    has_begun: bool,
}

impl Series {
    /// `no_headers` leaves the heading of custom columns out, which stands before the first object.
    pub(crate) fn new(format: Format, no_headers: bool) -> Self {
        Self {
            format,
            no_headers,
            has_begun: false,
        }
    }

    /// Prints the next object.
    pub(crate) fn print(&mut self, resource: &Resource, object: Value) -> Result<(), Failure> {
        let no_headers = self.no_headers || self.has_begun;
        let text = render(vec![(resource, object)], &self.format, false, no_headers)?;
        self.write(&text)
    }

    /// Writes a text for the next object.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        let is_document = has_begun && matches!(self.format, Format::Yaml(_));
        let line = if is_document { "---\n" } else { "" };
        stdout::write(format!("{line}{text}").as_bytes())
    }
}

/// The text of objects. `is_list` says that a list was asked for, and not one object by its name;
/// `no_headers` leaves the heading of custom columns out.
pub(crate) fn render(
    mut objects: Vec<(&Resource, Value)>,
    format: &Format,
    is_list: bool,
    no_headers: bool,
) -> Result<String, Failure> {
    if let Format::Json(managed) | Format::Yaml(managed) = format {
        for (_, object) in &mut objects {
            managed.drop_hidden(object);
        }
    }
    match format {
        Format::Json(_) => print_yaml_or_json(&whole(objects, is_list), false),
        Format::Yaml(_) => print_yaml_or_json(&whole(objects, is_list), true),
        Format::Name => {
            let mut text = String::new();
            for (resource, object) in &objects {
                let name = object.get_path(&["metadata", "name"]).and_then(Value::text);
                let kind = resource.singular_with_group();
                // Writing to a string never fails.
                let _ = writeln!(text, "{kind}/{}", name.unwrap_or_default());
            }
            Ok(text)
        }
        Format::JsonPath(template) => Ok(template.render(&whole(objects, is_list))),
        Format::JsonPathAsJson(template) => {
            let found = template.find(&whole(objects, is_list));
            let lists = found.into_iter().map(Value::sequence);
            lists.map(|list| print_yaml_or_json(&list, false)).collect()
        }
        Format::CustomColumns(columns) => {
            let mut rows = Vec::new();
            if !no_headers {
                rows.push(columns.iter().map(|(name, _)| name.clone()).collect());
            }
            rows.extend(objects.iter().map(|(_, object)| {
                let cell = |(_, path): &(String, JsonPath)| {
                    let texts = path.texts(object);
                    if texts.is_empty() {
                        "<none>".to_owned()
                    } else {
                        texts.join(",")
                    }
                };
                columns.iter().map(cell).collect::<Vec<String>>()
            }));
            Ok(Columns::for_tables().lines(&rows))
        }
    }
}

/// A value as JSON on one line, in kubectl's form, without a line break.
pub(crate) fn json_line(value: &Value) -> Result<String, Failure> {
    print(value, |value, text| write_json(value, text, JsonStyle::Go))
}

/// A value as YAML, or as JSON in kubectl's form.
pub(crate) fn print_yaml_or_json(value: &Value, is_yaml: bool) -> Result<String, Failure> {
    if is_yaml {
        return print(value, write_yaml);
    }
    print(value, |value, text| {
        let mut narrow = String::new();
        write_json(value, &mut narrow, JsonStyle::GoIndented)?;
        // kubectl indents by four; no string holds a line break.
        for line in narrow.lines() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            text.extend(std::iter::repeat_n(' ', indent));
            text.push_str(line);
            text.push('\n');
        }
        Ok(())
    })
}

/// The one object that was asked for, or a `List` of all.
fn whole(objects: Vec<(&Resource, Value)>, is_list: bool) -> Value {
    let mut items: Vec<Value> = objects.into_iter().map(|(_, object)| object).collect();
    if !is_list
        && items.len() == 1
        && let Some(object) = items.pop()
    {
        return object;
    }
    let mut metadata = Mapping::new();
    metadata.insert("resourceVersion", Value::string(""));
    let mut list = Mapping::new();
    list.insert("apiVersion", Value::string("v1"));
    list.insert("items", Value::sequence(items));
    list.insert("kind", Value::string("List"));
    list.insert("metadata", metadata.into());
    list.into()
}

fn print(
    value: &Value,
    write: impl FnOnce(&Value, &mut String) -> trimtab_tree::Result<()>,
) -> Result<String, Failure> {
    let mut text = String::new();
    write(value, &mut text).map_err(|problem| Failure::new("bad-answer", problem.message))?;
    Ok(text)
}
