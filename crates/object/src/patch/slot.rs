//! What is known of one place in a document.

use std::rc::Rc;
use trimtab_schema::{Schema, Type};
use trimtab_tree::{Comments, Text, Value, parse_json};

/// The prefix of references to named types.
const DEFINITIONS: &str = "#/definitions/";

/// A place that a schema describes.
#[derive(Clone)]
pub(super) enum Slot<'s> {
    /// The schema of the build.
    Type(Type<'s>),
    /// A schema in a comment; what it names is looked up in that of the build.
    Comment(Rc<Value>, Option<&'s Schema>),
}

impl<'s> Slot<'s> {
    /// What an object says of itself by its `apiVersion` and `kind`.
    pub(super) fn of_object(schema: &'s Schema, object: &Value) -> Option<Self> {
        let fields = object.as_mapping()?;
        let text = |key| fields.get(key).filter(|value| !value.is_null())?.text();
        let ty = schema.type_of(text("apiVersion")?, text("kind")?)?;
        Some(Self::Type(ty))
    }

    /// The schema in a comment at a node or at its key: a JSON object that is not empty.
    pub(super) fn of_comments(schema: Option<&'s Schema>, node: &Value) -> Option<Self> {
        let extra = node.extra.as_deref()?;
        let json = json_comment(&extra.comments).or_else(|| json_comment(&extra.key_comments))?;
        Some(Self::from_json(Rc::new(json), schema))
    }

    fn from_json(json: Rc<Value>, schema: Option<&'s Schema>) -> Self {
        let reference = json.get("$ref").and_then(Value::as_str);
        let named = reference
            .and_then(|reference| reference.strip_prefix(DEFINITIONS))
            .and_then(|name| schema?.type_named(name));
        match named {
            Some(ty) => Self::Type(ty),
            None => Self::Comment(json, schema),
        }
    }

    /// The field `key` of what is here.
    pub(super) fn field(&self, key: &str) -> Option<Self> {
        match self {
            Self::Type(ty) => ty.field(key).map(Self::Type),
            Self::Comment(json, schema) => {
                let property = json.get_path(&["properties", key]);
                let inner = property.or_else(|| json.get("additionalProperties"))?;
                inner.as_mapping()?;
                Some(Self::from_json(Rc::new(inner.clone()), *schema))
            }
        }
    }

    /// The items of the list here.
    pub(super) fn items(&self) -> Option<Self> {
        match self {
            Self::Type(ty) => ty.elements().map(Self::Type),
            Self::Comment(json, schema) => {
                let items = json.get("items")?;
                Some(Self::from_json(Rc::new(items.clone()), *schema))
            }
        }
    }

    /// Whether the list here is merged item by item.
    pub(super) fn merges(&self) -> bool {
        match self {
            Self::Type(ty) => ty.patch_strategy().merge,
            Self::Comment(json, _) => {
                let strategy = json.get("x-kubernetes-patch-strategy");
                let strategy = strategy.and_then(Value::text).unwrap_or_default();
                strategy.split(',').any(|name| name == "merge")
            }
        }
    }

    /// The fields that tell the items of a merged list apart; none for a list of scalars.
    pub(super) fn merge_keys(&self) -> Vec<Text> {
        match self {
            Self::Type(ty) => ty.merge_keys().map(Text::from).collect(),
            Self::Comment(json, _) => {
                let texts = |items: &[Value]| -> Vec<Text> {
                    items
                        .iter()
                        .filter_map(Value::text)
                        .map(Text::from)
                        .collect()
                };
                let keys = json.get("x-kubernetes-list-map-keys");
                if let Some(keys) = keys.and_then(Value::as_sequence) {
                    return texts(keys);
                }
                let key = json.get("x-kubernetes-patch-merge-key");
                key.map_or_else(Vec::new, |key| texts(std::slice::from_ref(key)))
            }
        }
    }
}

/// The JSON object of the line comment, else of the comment above; only the first of them counts.
fn json_comment(comments: &Comments) -> Option<Value> {
    let comment = [&comments.line, &comments.head]
        .into_iter()
        .find(|comment| !comment.is_empty())?;
    let text = comment.trim_start_matches('#').trim();
    if !text.starts_with('{') {
        return None;
    }
    let json = parse_json(text, 0).ok()?;
    let given = json.as_mapping().is_some_and(|fields| !fields.is_empty());
    given.then_some(json)
}
