//! The resources in a file: every document, lists taken apart.

use crate::resource::Resource;
use std::collections::VecDeque;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Node, Position, Result, Value};

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
            let mut resource = Resource::new(object, schema);
            resource.read_history();
            resources.push(resource);
        }
    }
    Ok(resources)
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
    Err(missing("metadata.name", object, place))
}

fn missing(field: &'static str, object: &Value, place: Option<Position>) -> Box<Diagnostic> {
    let kind = object.get("kind").and_then(Value::text).unwrap_or("object");
    Diagnostic::error("missing-field", format!("missing {field} in {kind}"))
        .at(place.unwrap_or_default().or(object.position))
        .in_field(field)
        .expecting("a non-empty string")
}
