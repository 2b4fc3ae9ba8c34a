//! Finding, and where wanted creating, every node that a dotted path fits.

use super::{FieldPath, Step, Way};
use trimtab_tree::{
    Diagnostic, Node, ParseOptions, Position, Result, Scalar, ScalarKind, SequenceIndent, Value,
    parse_document, resolve, write_yaml_styled,
};

/// What a created node shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar, still empty.
    Scalar,
    /// An empty list.
    Sequence,
    /// An empty mapping.
    Mapping,
}

impl NodeKind {
    /// What `value` is.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value.node {
            Node::Scalar(_) => Self::Scalar,
            Node::Sequence(_) => Self::Sequence,
            Node::Mapping(_) => Self::Mapping,
        }
    }

    fn empty(self) -> Value {
        match self {
            Self::Scalar => Value::scalar(ScalarKind::Null, ""),
            Self::Sequence => Value::sequence(Vec::new()),
            Self::Mapping => Value::mapping([]),
        }
    }
}

/// What [`FieldPath::visit_mut`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visited {
    /// Nodes that were visited.
    pub nodes: usize,
    /// Nodes that were found (or could have been created) in a document that stands as text in a
    /// scalar. They were not visited, for a change would not reach the scalar: kustomize takes them
    /// for found, but nothing comes of it.
    pub in_text: usize,
}

impl Visited {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl FieldPath {
    /// Visits every node that the path fits: `*` leads to every item, `[field=value]` to those in
    /// whose field the regular expression is found. With `create`, what is missing is put there: the
    /// last node as `create` says, those on the way as the next step needs them, a described item
    /// with the field that describes it, a numbered item if it is the next one. `visit` is told
    /// whether its node was created; a created scalar is still null and without a type.
    ///
    /// # Errors
    /// When a step does not fit, a numbered item is not there, a regular expression is none, and
    /// whatever `visit` fails with. What was created or visited before stays.
    pub fn visit_mut(
        &self,
        root: &mut Value,
        create: Option<NodeKind>,
        mut visit: impl FnMut(&mut Value, bool) -> Result<()>,
    ) -> Result<Visited> {
        let mut walk = Walk {
            create,
            visit: &mut visit,
            in_text: false,
            found: Visited::default(),
        };
        walk.follow(&self.steps, root, false)?;
        Ok(walk.found)
    }
}

struct Walk<'f> {
    create: Option<NodeKind>,
    visit: &'f mut dyn FnMut(&mut Value, bool) -> Result<()>,
    in_text: bool,
    found: Visited,
}

impl Walk<'_> {
    fn follow(&mut self, steps: &[Step], node: &mut Value, created: bool) -> Result<()> {
        let Some((step, rest)) = steps.split_first() else {
            return self.arrive(node, created);
        };
        match &step.way {
            Way::Item(at) if *at >= 0 => self.item(step, *at, rest, node),
            Way::Every => {
                step.items(node)?;
                for item in node.as_sequence_mut().into_iter().flatten() {
                    self.follow(rest, item, created)?;
                }
                Ok(())
            }
            Way::Match { .. } => self.matches(step, rest, node),
            Way::Field | Way::Item(_) | Way::Last => self.field(step, rest, node),
        }
    }

    fn arrive(&mut self, node: &mut Value, created: bool) -> Result<()> {
        if self.in_text {
            self.found.in_text += 1;
            return Ok(());
        }
        self.found.nodes += 1;
        (self.visit)(node, created)
    }

    fn field(&mut self, step: &Step, rest: &[Step], node: &mut Value) -> Result<()> {
        if node.is_null() {
            if self.create.is_some() {
                // What kustomize creates below null is lost.
                self.found.in_text += 1;
            }
            return Ok(());
        }
        let create = self.create.map(|leaf| kind_for(rest, leaf));
        let Some(fields) = node.as_mapping_mut() else {
            return Err(step.misfit(node, "a mapping"));
        };
        let name = step.text.as_str();
        if name.is_empty() {
            let message = "a field path has an empty step";
            return Err(Diagnostic::error("bad-field-path", message).at(node.position));
        }
        let created = !fields.contains_key(name);
        let next = match create {
            Some(kind) => fields.get_or_insert_with(name, || kind.empty()),
            None => match fields.get_mut(name) {
                Some(next) => next,
                None => return Ok(()),
            },
        };
        if !rest.is_empty()
            && let Some(scalar) = next.as_scalar()
        {
            return self.document_in(scalar, rest, next.position);
        }
        self.follow(rest, next, created)
    }

    /// Looks for the rest of the way in the document that a scalar holds.
    fn document_in(&mut self, scalar: &Scalar, rest: &[Step], holder: Position) -> Result<()> {
        let explain = |error: Box<Diagnostic>| error.at(holder).label(holder, "in the text here");
        let mut document =
            parse_document(scalar.text(), ParseOptions::default()).map_err(explain)?;
        let outer = std::mem::replace(&mut self.in_text, true);
        let result = self.follow(rest, &mut document, false);
        self.in_text = outer;
        result.map_err(explain)
    }

    fn item(&mut self, step: &Step, at: i64, rest: &[Step], node: &mut Value) -> Result<()> {
        let count = step.items(node)?.len();
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let created = at == count && self.create.is_some();
        if node.is_null() {
            if created {
                self.found.in_text += 1;
                return Ok(());
            }
        } else if let (true, Some(leaf)) = (created, self.create) {
            let items = node.as_sequence_mut().into_iter();
            items.for_each(|items| items.push(kind_for(rest, leaf).empty()));
        }
        let position = node.position;
        let items = node.as_sequence_mut();
        let Some(item) = items.and_then(|items| items.get_mut(at)) else {
            let message = format!("item {at} is not there: the list has {count}");
            return Err(Diagnostic::error("field-path-misfit", message).at(position));
        };
        self.follow(rest, item, created)
    }

    fn matches(&mut self, step: &Step, rest: &[Step], node: &mut Value) -> Result<()> {
        let before = self.found;
        self.matching_items(step, rest, node)?;
        let (Some(_), true) = (self.create, self.found == before) else {
            return Ok(());
        };
        if node.is_null() {
            self.found.in_text += 1;
            return Ok(());
        }
        if let (Way::Match { field, value, .. }, Some(items)) = (&step.way, node.as_sequence_mut())
        {
            let text = Value::scalar(resolve(value), value.clone());
            items.push(if field.is_empty() {
                text
            } else {
                Value::mapping([(field.as_str(), text)])
            });
        }
        self.matching_items(step, rest, node)?;
        if self.found == before {
            let message = format!("the item created for `{}` does not match it", step.text);
            return Err(Diagnostic::error("bad-field-path", message)
                .at(node.position)
                .expecting("a plain text, where an item may have to be created"));
        }
        Ok(())
    }

    fn matching_items(&mut self, step: &Step, rest: &[Step], node: &mut Value) -> Result<()> {
        let Way::Match { field, pattern, .. } = &step.way else {
            return Ok(());
        };
        if step.items(node)?.is_empty() {
            return Ok(());
        }
        let Some(pattern) = pattern else {
            let message = format!("`{}` holds no regular expression", step.text);
            return Err(Diagnostic::error("bad-field-path", message).at(node.position));
        };
        for item in node.as_sequence_mut().into_iter().flatten() {
            if field.is_empty() {
                // The rest of the path does not count here, in kustomize either.
                if pattern.is_in(&as_written(item)?) {
                    self.arrive(item, false)?;
                }
            } else if let Some(found) = item.get(field)
                && pattern.is_in(&as_written(found)?)
            {
                self.follow(rest, item, false)?;
            }
        }
        Ok(())
    }
}

/// What a node must be for the steps behind it.
fn kind_for(rest: &[Step], leaf: NodeKind) -> NodeKind {
    match rest.first() {
        None => leaf,
        Some(step) if step.needs_list() => NodeKind::Sequence,
        Some(_) => NodeKind::Mapping,
    }
}

/// The text that patterns are looked for in: the node as YAML, quotes included.
fn as_written(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_yaml_styled(value, &mut text, SequenceIndent::Compact)?;
    text.truncate(text.trim_end().len());
    Ok(text)
}
