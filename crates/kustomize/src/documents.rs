//! The resources in a file: every document, lists taken apart.

use crate::lint;
use crate::loader::Sources;
use crate::resource::Resource;
use std::collections::VecDeque;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Node, Parsed, Position, Result, Value};

/// Makes resources of the documents of one file. Empty documents count for nothing. The items of a
/// `List`, or of any kind whose name ends in `List` and that has `items`, take its place: of a file
/// that holds nothing else, in its place; otherwise, as in kustomize, behind the other documents.
///
/// # Errors
/// When a document is not an object with a kind and a name.
pub(crate) fn resources(documents: Vec<Value>, schema: &Schema) -> Result<Vec<Resource>> {
    let mut queue = VecDeque::new();
    let only = documents.len() == 1;
    for document in documents {
        match document {
            document if only && is_plain_list(&document) => queue.extend(take_items(document)?),
            document => queue.push_back(document),
        }
    }
    let mut resources = Vec::with_capacity(queue.len());
    while let Some(object) = queue.pop_front() {
        if object.is_null_or_empty() {
            continue;
        }
        let kind = checked_kind(&object)?;
        if kind.ends_with("List") && object.get("items").is_some() {
            queue.extend(take_items(object)?);
        } else {
            resources.push(resource(object, schema));
        }
    }
    Ok(resources)
}

/// What a part of the documents of a file comes to.
pub(crate) enum Part {
    /// A resource for each.
    Resources(Vec<Resource>),
    /// Only the whole file tells: there are lists or empty documents in it, or something is to be said of it.
    Documents(Parsed),
}

impl Part {
    /// What these documents come to.
    pub(crate) fn of(parsed: Parsed, schema: &Schema) -> Self {
        let is_plain = |it: &Value| checked_kind(it).is_ok_and(|kind| !kind.ends_with("List"));
        let says_something = parsed.is_doubtful || !parsed.doubled.is_empty();
        if says_something || !parsed.documents.iter().all(is_plain) {
            return Self::Documents(parsed);
        }
        let objects = parsed.documents.into_iter();
        Self::Resources(objects.map(|object| resource(object, schema)).collect())
    }

    fn into_documents(self) -> Parsed {
        match self {
            Self::Documents(parsed) => parsed,
            Self::Resources(resources) => Parsed {
                documents: resources.into_iter().map(Resource::into_value).collect(),
                ..Parsed::default()
            },
        }
    }
}

/// Makes resources of all documents of a file, as [`resources`] does; warns of doubtful scalars.
///
/// # Errors
/// As [`resources`].
pub(crate) fn resources_of_parts(
    parts: Vec<Part>,
    schema: &Schema,
    sources: &Sources,
) -> Result<Vec<Resource>> {
    let are_plain = |part: &Part| matches!(part, Part::Resources(_));
    if !parts.iter().all(are_plain) {
        let parts = parts.into_iter().map(Part::into_documents);
        let whole = parts.reduce(|mut whole, part| {
            whole.documents.extend(part.documents);
            whole.is_doubtful |= part.is_doubtful;
            whole.doubled.extend(part.doubled);
            whole
        });
        let documents = whole.map(|parsed| lint::objects(parsed, sources));
        return resources(documents.unwrap_or_default(), schema);
    }
    let parts = parts.into_iter().map(|part| match part {
        Part::Resources(resources) => resources,
        Part::Documents(_) => Vec::new(),
    });
    let all = parts.reduce(|mut all, part| {
        all.extend(part);
        all
    });
    Ok(all.unwrap_or_default())
}

fn resource(object: Value, schema: &Schema) -> Resource {
    let mut resource = Resource::new(object, schema);
    resource.read_history();
    resource
}

fn is_plain_list(document: &Value) -> bool {
    let kind = document.get("kind").and_then(Value::text);
    matches!(kind, Some("List" | "ResourceList")) && document.get("items").is_some()
}

fn take_items(mut list: Value) -> Result<Vec<Value>> {
    let kind = list
        .get("kind")
        .and_then(Value::text)
        .unwrap_or_default()
        .to_owned();
    let items = list
        .as_mapping_mut()
        .and_then(|fields| fields.remove("items"));
    match items {
        None => Ok(Vec::new()),
        Some(Value {
            node: Node::Sequence(items),
            ..
        }) => Ok(items),
        Some(items) if items.is_null() => Ok(Vec::new()),
        Some(items) => Err(Diagnostic::error(
            "list-items-type",
            format!("the items of a {kind} are {}", items.describe()),
        )
        .at(items.position)
        .in_field("items")
        .expecting("a list of objects")),
    }
}

/// The kind of an object, after checking that it has one and a name.
pub(crate) fn checked_kind(object: &Value) -> Result<&str> {
    let Some(fields) = object.as_mapping() else {
        return Err(Diagnostic::error(
            "not-an-object",
            format!(
                "found {} where a Kubernetes object should be",
                object.describe()
            ),
        )
        .at(object.position)
        .expecting("a mapping with `apiVersion`, `kind` and `metadata`"));
    };
    let text = |value: Option<&'_ Value>| -> bool {
        value
            .and_then(Value::text_if_not_null)
            .is_some_and(|text| !text.is_empty())
    };
    let kind = fields
        .get("kind")
        .and_then(Value::text_if_not_null)
        .unwrap_or_default();
    if kind.is_empty() {
        return Err(
            missing("kind", object, fields.get("kind").map(|kind| kind.position)).hint(
                "if this file is not a Kubernetes object, take it out of the list that names it",
            ),
        );
    }
    let metadata = fields.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name"));
    if kind.ends_with("List") || text(name) {
        return Ok(kind);
    }
    let place = name.or(metadata).map(|value| value.position);
    let finding = missing("metadata.name", object, place);
    if metadata.is_some_and(|metadata| metadata.get("generateName").is_some()) {
        return Err(finding.hint("`generateName` is for `kubectl create`: give it a `name`"));
    }
    Err(finding)
}

fn missing(field: &'static str, object: &Value, place: Option<Position>) -> Box<Diagnostic> {
    let kind = object.get("kind").and_then(Value::text).unwrap_or("object");
    Diagnostic::error("missing-field", format!("missing {field} in {kind}"))
        .at(place.unwrap_or_default().or(object.position))
        .in_field(field)
        .expecting("a non-empty string")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use trimtab_tree::{ParseOptions, parse_documents_with_doubt};

    fn parsed(text: &str) -> Parsed {
        parse_documents_with_doubt(text, ParseOptions::default()).unwrap()
    }

    fn names(resources: Result<Vec<Resource>>) -> std::result::Result<Vec<String>, &'static str> {
        let resources = resources.map_err(|error| error.code)?;
        let names = resources.iter().map(|it| it.id().name.to_string());
        Ok(names.collect())
    }

    #[test]
    fn parts_come_to_what_the_whole_file_does() {
        let parts = [
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {c: on}}\n",
            "{kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: d}}]}\n",
            "{apiVersion: v1, kind: AList, metadata: {name: e}}\n",
            "null\n",
            "{apiVersion: v1, kind: ConfigMap}\n",
        ];
        let schema = Schema::kustomize();
        for first in parts {
            for second in parts {
                let sources = Sources::new(Path::new("/"));
                let whole = parsed(&format!("{first}---\n{second}"));
                let whole = resources(lint::objects(whole, &sources), &schema);
                let expected = (names(whole), sources.take_warnings().len());
                let both = [first, second].map(|part| Part::of(parsed(part), &schema));
                let read = resources_of_parts(both.into(), &schema, &sources);
                let read = (names(read), sources.take_warnings().len());
                assert_eq!(read, expected, "{first}---\n{second}");
            }
        }
        let sources = Sources::new(Path::new("/"));
        let none = resources_of_parts(Vec::new(), &schema, &sources);
        assert_eq!(names(none), Ok(Vec::new()));
    }
}
