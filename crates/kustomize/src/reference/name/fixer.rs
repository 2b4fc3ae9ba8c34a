//! What a reference holds, changed to the name that is meant.

use crate::ResourceSet;
use crate::reference::candidates::{Candidates, Mention};
use std::collections::VecDeque;
use trimtab_tree::{
    Diagnostic, Mapping, Node, Position, Result, Scalar, ScalarKind, Style, Text, Value, resolve,
};

/// Changes what a field holds in which a mention of names may be.
pub(super) struct Fixer<'a> {
    pub(super) set: &'a ResourceSet,
    pub(super) candidates: &'a mut Candidates,
    /// A mention of no name yet.
    pub(super) mention: Mention<'a>,
    /// See [`Room::answers`].
    pub(super) answers: &'a mut VecDeque<(Text, Option<Text>, Option<usize>)>,
    pub(super) followed: &'a mut Vec<(Position, usize)>,
}

impl Fixer<'_> {
    /// Whether [`Self::fix`] may change something, or fail.
    pub(super) fn may_change(&mut self, value: &Value) -> bool {
        let known = self.answers.len();
        let may_change = match &value.node {
            Node::Sequence(items) => items
                .iter()
                .any(|item| matches!(item.node, Node::Sequence(_)) || self.may_change_one(item)),
            _ => self.may_change_one(value),
        };
        if !may_change {
            self.answers.truncate(known);
        }
        may_change
    }

    fn may_change_one(&mut self, value: &Value) -> bool {
        let mention = match &value.node {
            Node::Scalar(scalar) => mention_in(self.mention, scalar),
            Node::Mapping(fields) => mention_among(self.mention, fields),
            Node::Sequence(_) => None,
        };
        let Some(mention) = mention else {
            // Fields without a name are an error.
            return matches!(value.node, Node::Mapping(_));
        };
        let found = self.candidates.find(self.set, mention);
        if let Ok(found) = found {
            let namespace = mention.namespace.map(Text::from);
            self.answers
                .push_back((mention.name.into(), namespace, found));
        }
        match found {
            Ok(None) => false,
            Ok(Some(found)) => {
                let id = self.set.get(found).id();
                id.name != mention.name
                    || mention.takes_namespace
                        && !id.namespace.is_empty()
                        && mention.namespace != Some(&*id.namespace)
            }
            Err(_) => true,
        }
    }

    /// The place of the resource that is meant, if it can be said.
    fn find(&mut self, mention: Mention<'_>) -> Result<Option<usize>> {
        if let Some((name, namespace, found)) = self.answers.pop_front()
            && name == mention.name
            && namespace.as_deref() == mention.namespace
        {
            return Ok(found);
        }
        self.candidates.find(self.set, mention)
    }

    pub(super) fn fix(&mut self, value: &mut Value) -> Result<()> {
        if let Node::Sequence(items) = &mut value.node {
            return items.iter_mut().try_for_each(|item| match item.node {
                Node::Sequence(_) => Err(Diagnostic::error(
                    "reference-wrong-type",
                    "a list cannot be a reference",
                )
                .at(item.position)
                .expecting("a name, or a mapping with the field `name`")),
                _ => self.fix_one(item),
            });
        }
        self.fix_one(value)
    }

    fn fix_one(&mut self, value: &mut Value) -> Result<()> {
        let position = value.position;
        match &mut value.node {
            Node::Scalar(scalar) => self.fix_scalar(scalar, position),
            Node::Mapping(fields) => self.fix_mapping(fields),
            Node::Sequence(_) => Ok(()),
        }
        .map_err(|error| error.at(position))
    }

    fn fix_scalar(&mut self, scalar: &mut Scalar, position: Position) -> Result<()> {
        let Some(mention) = mention_in(self.mention, scalar) else {
            return Ok(());
        };
        if let Some(found) = self.find(mention)? {
            set_name(scalar, &self.set.get(found).id().name);
            self.follow(position, found);
        }
        Ok(())
    }

    /// Remembers which resource the name at a position stands for.
    fn follow(&mut self, position: Position, found: usize) {
        if self.set.is_recording() {
            self.followed.push((position, found));
        }
    }

    fn fix_mapping(&mut self, fields: &mut Mapping) -> Result<()> {
        let Some(mention) = mention_among(self.mention, fields) else {
            return Err(Diagnostic::error(
                "reference-without-name",
                "a reference to another resource has no field `name`",
            )
            .expecting("a mapping with the field `name`, or the name itself"));
        };
        let Some(found) = self.find(mention)? else {
            return Ok(());
        };
        for field in ["name", "namespace"] {
            if let Some(value) = fields.get(field) {
                self.follow(value.position, found);
            }
        }
        let id = self.set.get(found).id();
        set_field(fields, "name", &id.name);
        // An empty namespace stands for any; it does not take the place of one that is written.
        if !id.namespace.is_empty() {
            set_field(fields, "namespace", &id.namespace);
        }
        Ok(())
    }
}

/// The mention of a name that is a scalar; `mention` is one of no name yet.
fn mention_in<'m>(mention: Mention<'m>, scalar: &'m Scalar) -> Option<Mention<'m>> {
    (scalar.kind != ScalarKind::Null).then(|| Mention {
        name: scalar.text(),
        ..mention
    })
}

/// The mention of a name in a mapping that has one.
fn mention_among<'m>(mention: Mention<'m>, fields: &'m Mapping) -> Option<Mention<'m>> {
    // kustomize takes the text of any node; that of lists and mappings is empty.
    let text = |value: &'m Value| value.text().unwrap_or_default();
    Some(Mention {
        name: text(fields.get("name")?),
        namespace: fields.get("namespace").map(text),
        takes_namespace: true,
        ..mention
    })
}

fn set_field(fields: &mut Mapping, key: &str, text: &Text) {
    if let Some(Node::Scalar(scalar)) = fields.get_mut(key).map(|value| &mut value.node) {
        return set_name(scalar, text);
    }
    let beside = fields.get("name").map(|name| name.position);
    let value = Value::string(text.clone()).at(beside.unwrap_or_default());
    fields.insert(key, value);
}

/// Puts a name in the place of another. It keeps how that was written, so that a plain name that
/// looks like a number becomes one.
fn set_name(scalar: &mut Scalar, name: &Text) {
    if scalar.text() == name.as_str() {
        return;
    }
    let kind = match scalar.style {
        Style::Plain => resolve(name),
        _ => ScalarKind::String,
    };
    let style = scalar.style;
    *scalar = Scalar::new(kind, name.clone());
    scalar.style = style;
}
