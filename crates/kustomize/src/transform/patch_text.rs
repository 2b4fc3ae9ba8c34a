//! The texts of patches: read from files or inline, told apart, and taken for objects.

use crate::Resource;
use crate::kustomization::At;
use crate::loader::Loader;
use trimtab_schema::Schema;
use trimtab_tree::{
    Diagnostic, Node, ParseOptions, Position, Result, Text, Value, parse_documents,
};

/// A text with its documents.
pub(super) struct PatchText {
    /// Nodes are positioned in the text.
    pub(super) documents: Vec<Value>,
    /// Whether it starts like JSON.
    pub(super) is_json: bool,
    /// Where the file names it or holds it.
    pub(super) position: Position,
}

impl PatchText {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is not YAML.
    pub(super) fn of_file(loader: &Loader<'_>, path: &At<Text>) -> Result<Self> {
        let source = loader.load(path)?;
        Self::parse(&source.text, source.base, path.position)
    }

    /// Reads a text that stands in another.
    ///
    /// # Errors
    /// When it is not YAML.
    pub(super) fn inline(loader: &Loader<'_>, text: &str, position: Position) -> Result<Self> {
        let sources = loader.sources();
        let name = sources.with_location(position, |location| match location {
            Some(at) => format!("{}:{} (inline)", at.name, at.line),
            None => "(inline)".to_owned(),
        });
        let source = sources.add_text(&name, text.into())?;
        Self::parse(text, source.base, position)
    }

    fn parse(text: &str, base: u32, position: Position) -> Result<Self> {
        let options = ParseOptions {
            base,
            ..ParseOptions::default()
        };
        Ok(Self {
            documents: parse_documents(text, options)?,
            is_json: text.starts_with('['),
            position,
        })
    }

    /// Whether no document says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.documents.iter().all(Value::is_null_or_empty)
    }

    /// The documents as objects, lists of objects taken apart. Empty documents are left out.
    ///
    /// # Errors
    /// When one is not an object with kind and name.
    pub(super) fn into_objects(self, schema: &Schema) -> Result<Vec<Resource>> {
        let mut objects = Vec::new();
        let mut queue: std::collections::VecDeque<Value> = self.documents.into();
        while let Some(document) = queue.pop_front() {
            if document.is_null_or_empty() {
                continue;
            }
            let resource = Resource::new(document, schema);
            check_object(&resource)?;
            if !resource.gvk().kind.ends_with("List") {
                objects.push(resource);
                continue;
            }
            let mut value = resource.into_value();
            match value
                .as_mapping_mut()
                .and_then(|fields| fields.remove("items"))
            {
                Some(items) if items.is_null() => {}
                Some(Value {
                    node: Node::Sequence(items),
                    ..
                }) => queue.extend(items),
                Some(items) => {
                    return Err(Diagnostic::error(
                        "list-without-items",
                        format!("`items` of a list cannot be {}", items.describe()),
                    )
                    .at(items.position)
                    .in_field("items")
                    .expecting("a list of objects"));
                }
                // A kind whose name only happens to end so.
                None => objects.push(Resource::new(value, schema)),
            }
        }
        Ok(objects)
    }
}

fn check_object(resource: &Resource) -> Result<()> {
    let value = resource.value();
    let error = if value.as_mapping().is_none() {
        let found = value.describe();
        Diagnostic::error("patch-wrong-type", format!("a patch cannot be {found}"))
    } else if resource.gvk().kind.is_empty() {
        Diagnostic::error("missing-kind", "an object has no `kind`").in_field("kind")
    } else if resource.id().name.is_empty() && !resource.gvk().kind.ends_with("List") {
        Diagnostic::error("missing-name", "an object has no `metadata.name`")
            .in_field("metadata.name")
    } else {
        return Ok(());
    };
    Err(error
        .at(value.position)
        .expecting("an object with `apiVersion`, `kind` and `metadata.name`"))
}
