//! The annotations that say which file an object came from.

use trimtab_tree::{Diagnostic, Mapping, Node, Result, Scalar, Style, Value};

/// Which of the objects of its file it is.
pub(crate) const INDEX: &str = "internal.config.kubernetes.io/index";
/// Its file, relative to its package.
pub(crate) const PATH: &str = "internal.config.kubernetes.io/path";
/// [`INDEX`] as older programs know it.
pub(crate) const OLD_INDEX: &str = "config.kubernetes.io/index";
/// [`PATH`] as older programs know it.
pub(crate) const OLD_PATH: &str = "config.kubernetes.io/path";

/// What a function is told apart its inputs by.
pub(crate) const ID: &str = "internal.config.kubernetes.io/id";
/// [`ID`] as older programs know it.
pub(crate) const OLD_ID: &str = "config.k8s.io/id";
/// The annotations that older programs know by another name: theirs, and ours.
pub(crate) const TWINS: [(&str, &str); 3] = [(OLD_PATH, PATH), (OLD_INDEX, INDEX), (OLD_ID, ID)];

/// The text of an annotation.
pub(crate) fn annotation<'v>(object: &'v Value, key: &str) -> Option<&'v str> {
    let annotations = object.get_path(&["metadata", "annotations"])?;
    annotations.get(key).and_then(Value::text_if_not_null)
}

/// The file that an object came from, as its annotations say.
pub(crate) fn file(object: &Value) -> &str {
    let path = annotation(object, PATH).or_else(|| annotation(object, OLD_PATH));
    path.unwrap_or_default()
}

/// Sets an annotation, in quotes: some programs take others for numbers.
pub(crate) fn set(object: &mut Value, key: &str, text: &str) -> Result<()> {
    let annotations = child(child(object, "metadata")?, "annotations")?;
    let position = annotations.position;
    let Some(annotations) = annotations.as_mapping_mut() else {
        return Err(not_a_mapping(annotations).at(position));
    };
    let mut scalar = Scalar::string(text);
    scalar.style = Style::SingleQuoted;
    annotations.insert(key, Value::new(Node::Scalar(scalar)));
    Ok(())
}

/// The mapping in a field, made where it is missing or null.
fn child<'v>(value: &'v mut Value, field: &str) -> Result<&'v mut Value> {
    if value.is_null() {
        value.node = Node::Mapping(Mapping::new());
    }
    let error = not_a_mapping(value);
    let Some(fields) = value.as_mapping_mut() else {
        return Err(error);
    };
    let empty = || Value::mapping(Mapping::new());
    let child = fields.get_or_insert_with(field, empty);
    // An empty one would be written as `{}`, and what is put into it beside it.
    if child.is_null_or_empty() {
        *child = empty();
    }
    Ok(child)
}

fn not_a_mapping(value: &Value) -> Box<Diagnostic> {
    let message = format!("found {} where an object should be", value.describe());
    Diagnostic::error("not-an-object", message)
        .at(value.position)
        .expecting("a mapping, as every Kubernetes object is")
}

/// Gives the old form of the annotations to an object that only has the new one, and the other way
/// round.
pub(crate) fn complete(object: &mut Value) -> Result<()> {
    for (old, new) in TWINS {
        let text = |key| annotation(object, key).unwrap_or_default().to_owned();
        match (text(old).as_str(), text(new).as_str()) {
            ("", "") => {}
            ("", known) => set(object, old, known)?,
            (known, "") => set(object, new, known)?,
            _ => {}
        }
    }
    Ok(())
}

/// Removes annotations, and what is empty afterwards.
pub(crate) fn remove(object: &mut Value, keys: &[&str]) {
    let annotations = object.get_path_mut(&["metadata", "annotations"]);
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        annotations.retain(|key, _| !keys.contains(&key));
    }
    remove_empty(object.get_mut("metadata"), "annotations");
    remove_empty(Some(object), "metadata");
}

fn remove_empty(value: Option<&mut Value>, field: &str) {
    let fields = value.and_then(Value::as_mapping_mut);
    if let Some(fields) = fields {
        let is_empty = |value: &Value| value.is_null_or_empty();
        if fields.get(field).is_some_and(is_empty) {
            fields.remove(field);
        }
    }
}
