//! The node types of the tree.

use crate::{Mapping, Position, Text};

/// What a scalar's text means, after the tag and the resolution rules have been applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarKind {
    /// Nothing: `null`, `~` or no text at all.
    Null,
    /// `true` or `false` in one of the spellings that go-yaml v3 takes.
    Bool,
    /// A whole number in one of the spellings that go-yaml v3 takes, of any size.
    Int,
    /// Any other number, `.inf` and `.nan` included.
    Float,
    /// A date or date and time, recognised but kept as written.
    Timestamp,
    /// Base64 text tagged `!!binary`.
    Binary,
    /// Text.
    String,
}

/// How a node was or shall be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// As the printer thinks best: plain scalars where they can be, block collections.
    #[default]
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|` block
    Literal,
    /// `>` block
    Folded,
    /// `[a, b]` or `{a: b}`: only of sequences and mappings.
    Flow,
}

/// A leaf: its text exactly as written (quotes, escapes and folding undone), what it means, and
/// how it was written.
#[derive(Clone, Debug)]
pub struct Scalar {
    pub(crate) text: Text,
    /// What the text means.
    pub kind: ScalarKind,
    /// How it was written.
    pub style: Style,
}

impl Scalar {
    /// A scalar of any kind; the text must be one that resolves to `kind`.
    #[must_use]
    pub fn new(kind: ScalarKind, text: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            kind,
            style: Style::Plain,
        }
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Text>) -> Self {
        Self::new(ScalarKind::String, text)
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the text, keeping kind and style.
    pub fn set_text(&mut self, text: impl Into<Text>) {
        self.text = text.into();
    }
}

/// Equal in kind and text; style does not count.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.text == other.text
    }
}

/// What a [`Value`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A leaf.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Value>),
    /// Fields.
    Mapping(Mapping),
}

/// Comments around a node, each line with its `#`, lines joined by `\n`; attributed as go-yaml v3
/// does. Read only when asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Lines above.
    pub head: String,
    /// Behind, on the same line.
    pub line: String,
    /// Lines below, before an empty line.
    pub foot: String,
}

/// What few nodes have: comments and a tag of the user's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// Comments at the node itself. A field's comments are at its key: see `key_comments`.
    pub comments: Comments,
    /// For the value of a field: comments at the key.
    pub key_comments: Comments,
    /// A tag outside YAML's own, such as `!Ref`.
    pub tag: Option<Text>,
    /// For a document: whether its last scalar is a block that keeps empty lines at its end (`|+`), and comments
    /// stand behind it. Known without reading comments.
    pub ends_kept_before_comment: bool,
}

/// A node of the tree. Equality compares meaning: kinds, texts, order; not positions, styles,
/// comments or tags.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub node: Node,
    /// Where it was read.
    pub position: Position,
    /// For sequences and mappings: [`Style::Flow`] or [`Style::Plain`]. (A scalar's is in it.)
    pub style: Style,
    /// Comments and tag, when there are any.
    pub extra: Option<Box<Extra>>,
}

impl Value {
    /// A value that no file holds.
    #[must_use]
    pub const fn new(node: Node) -> Self {
        Self {
            node,
            position: Position::NONE,
            style: Style::Plain,
            extra: None,
        }
    }

    /// A scalar.
    #[must_use]
    pub fn scalar(kind: ScalarKind, text: impl Into<Text>) -> Self {
        Self::new(Node::Scalar(Scalar::new(kind, text)))
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Text>) -> Self {
        Self::scalar(ScalarKind::String, text)
    }

    /// `null`
    #[must_use]
    pub fn null() -> Self {
        Self::scalar(ScalarKind::Null, "null")
    }

    /// `true` or `false`
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::scalar(ScalarKind::Bool, if value { "true" } else { "false" })
    }

    /// A whole number.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::scalar(ScalarKind::Int, Text::from(value.to_string()))
    }

    /// A list.
    #[must_use]
    pub const fn sequence(items: Vec<Value>) -> Self {
        Self::new(Node::Sequence(items))
    }

    /// Fields.
    #[must_use]
    pub fn mapping(fields: impl Into<Mapping>) -> Self {
        Self::new(Node::Mapping(fields.into()))
    }

    /// Says where it was read.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// The scalar, if it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        if let Node::Scalar(scalar) = &self.node {
            Some(scalar)
        } else {
            None
        }
    }

    /// The scalar, if it is one, to be changed.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        if let Node::Scalar(scalar) = &mut self.node {
            Some(scalar)
        } else {
            None
        }
    }

    /// The text of a scalar of any kind (of `5`, the text `5`).
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(Scalar::text)
    }

    /// The text of a scalar that is not `null`.
    #[must_use]
    pub fn text_if_not_null(&self) -> Option<&str> {
        self.as_scalar()
            .filter(|scalar| scalar.kind != ScalarKind::Null)
            .map(Scalar::text)
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar()
            .filter(|scalar| scalar.kind == ScalarKind::String)
            .map(Scalar::text)
    }

    /// The fields, if it has any.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Node::Mapping(mapping) = &self.node {
            Some(mapping)
        } else {
            None
        }
    }

    /// The fields, if it has any, to be changed.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        if let Node::Mapping(mapping) = &mut self.node {
            Some(mapping)
        } else {
            None
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Value]> {
        if let Node::Sequence(items) = &self.node {
            Some(items)
        } else {
            None
        }
    }

    /// The items, if it is a list, to be changed.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Value>> {
        if let Node::Sequence(items) = &mut self.node {
            Some(items)
        } else {
            None
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar()
            .is_some_and(|scalar| scalar.kind == ScalarKind::Null)
    }

    /// Whether it is `null`, `{}` or `[]`.
    #[must_use]
    pub fn is_null_or_empty(&self) -> bool {
        match &self.node {
            Node::Scalar(scalar) => scalar.kind == ScalarKind::Null,
            Node::Sequence(items) => items.is_empty(),
            Node::Mapping(mapping) => mapping.is_empty(),
        }
    }

    /// The field `key` of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_mapping()?.get(key)
    }

    /// The field `key` of a mapping, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// Follows field names from here.
    #[must_use]
    pub fn get_path(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Follows field names from here, to change what is there.
    pub fn get_path_mut(&mut self, path: &[&str]) -> Option<&mut Value> {
        path.iter().try_fold(self, |value, key| value.get_mut(key))
    }

    /// Whether it is equal to another one and looks the same: styles, comments and tags, too, but not where it
    /// was read.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        let is_same_node = match (&self.node, &other.node) {
            (Node::Scalar(own), Node::Scalar(its)) => own == its && own.style == its.style,
            (Node::Sequence(own), Node::Sequence(its)) => {
                let mut pairs = own.iter().zip(its);
                own.len() == its.len() && pairs.all(|(own, its)| own.is_identical(its))
            }
            (Node::Mapping(own), Node::Mapping(its)) => {
                let mut places = 0..own.len();
                own.is_same_as(its)
                    || own.len() == its.len()
                        && places.all(|at| own.at(at).is_identical(its.at(at)))
            }
            _ => false,
        };
        is_same_node && self.style == other.style && self.extra == other.extra
    }

    /// A copy that shares no fields with this one: what copies in other objects differ in is then seen field by
    /// field.
    #[must_use]
    pub fn clone_apart(&self) -> Self {
        let node = match &self.node {
            Node::Scalar(scalar) => Node::Scalar(scalar.clone()),
            Node::Sequence(items) => Node::Sequence(items.iter().map(Self::clone_apart).collect()),
            Node::Mapping(fields) => Node::Mapping(fields.clone_apart()),
        };
        Self {
            node,
            extra: self.extra.clone(),
            ..*self
        }
    }

    /// What it is, for messages: "a string", "a mapping".
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.node {
            Node::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "null",
                ScalarKind::Bool => "a boolean",
                ScalarKind::Int => "a whole number",
                ScalarKind::Float => "a number",
                ScalarKind::Timestamp => "a timestamp",
                ScalarKind::Binary => "binary data",
                ScalarKind::String => "a string",
            },
            Node::Sequence(_) => "a list",
            Node::Mapping(_) => "a mapping",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl From<Mapping> for Value {
    fn from(mapping: Mapping) -> Self {
        Self::new(Node::Mapping(mapping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_values_look_the_same() {
        let object = || Value::mapping([("a", Value::sequence(vec![Value::string("b")]))]);
        let scalar = |object: &mut Value, change: fn(&mut Scalar)| {
            let items = object.get_mut("a").and_then(Value::as_sequence_mut);
            change(items.unwrap()[0].as_scalar_mut().unwrap());
        };
        let apart = object().clone_apart();
        assert!(apart.is_identical(&object()) && object().is_identical(&object().clone()));
        let copy = apart.clone();
        assert!(
            copy.as_mapping()
                .unwrap()
                .is_same_as(apart.as_mapping().unwrap())
        );
        let apart = copy.clone_apart();
        assert!(
            !copy
                .as_mapping()
                .unwrap()
                .is_same_as(apart.as_mapping().unwrap())
        );
        let mut moved = object().at(Position::default());
        assert!(moved.is_identical(&object()));
        moved.style = Style::Flow;
        assert!(moved == object() && !moved.is_identical(&object()));
        let changes: [fn(&mut Scalar); 3] = [
            |it| it.style = Style::SingleQuoted,
            |it| it.set_text("c"),
            |it| it.kind = ScalarKind::Null,
        ];
        for change in changes {
            let mut other = object();
            scalar(&mut other, change);
            assert!(!other.is_identical(&object()));
        }
        let mut tagged = object();
        tagged.extra.get_or_insert_default().tag = Some("!a".into());
        assert!(tagged == object() && !tagged.is_identical(&object()));
    }

    #[test]
    fn a_node_stays_small() {
        assert!(size_of::<Value>() <= 56, "{}", size_of::<Value>());
    }
}
