//! From events to values: tags are applied, aliases expanded, merge keys merged, keys checked.
//!
//! Collections that are still open are on a stack of the composer's own, so the nesting of the
//! text costs no call stack here; [`MAX_DEPTH`] bounds it for all who walk the tree later.

use super::anchors::{Anchors, OpenAnchor};
use super::comments;
use super::grammar::{Event, EventKind, Grammar, Properties};
use super::merge::merge;
use super::problem;
use super::{MAX_DEPTH, MAX_NODES, ParseOptions};
use crate::resolve::{Tagged, resolve_tagged};
use crate::yaml_1_1::is_doubtful;
use crate::{
    Diagnostic, Entry, Extra, Mapping, Node, Position, Result, Scalar, ScalarKind, Style, Text,
    Value, resolve,
};
use std::borrow::Cow;

/// What YAML's own tags begin with, in full.
const YAML_TAG: &str = "tag:yaml.org,2002:";

pub(super) struct Composer<'a> {
    grammar: Grammar<'a>,
    frames: Vec<Frame<'a>>,
    anchors: Anchors<'a>,
    last_key_wins: bool,
    bare_tag_is_text: bool,
    may_double_annotations: bool,
    /// Warnings of keys that are there twice and may be.
    pub(super) doubled: Vec<Diagnostic>,
    /// How many more nodes the text may hold.
    pub(super) left: usize,
    /// Whether a scalar was met that deserves a second look.
    pub(super) is_doubtful: bool,
    /// Whether the last value is a block scalar with empty lines at its end, and then whether its last other line
    /// looks like a comment.
    ends_kept: Option<bool>,
}

/// A collection whose end has not been read yet.
struct Frame<'a> {
    position: Position,
    style: Style,
    tag: Option<Text>,
    anchor: Option<OpenAnchor<'a>>,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping(Fields),
}

/// A mapping in the making.
#[derive(Default)]
struct Fields {
    mapping: Mapping,
    pending: Pending,
    /// Where `<<` is and what it names, the most important first.
    merged: Option<(Position, Vec<Mapping>)>,
}

/// What was read of the field at hand.
#[derive(Default)]
enum Pending {
    #[default]
    Nothing,
    Key(Scalar, Position),
    /// A key that is there already, and may be.
    Again(Scalar, Position, Doubled),
    /// The merge key.
    Merge(Position),
}

/// What comes of two values of one key.
#[derive(Clone, Copy)]
enum Doubled {
    /// The fields of both; of a field in both the first value.
    Merged,
    /// The second.
    Last,
}

/// A scalar and what else its tag said.
struct Leaf {
    scalar: Scalar,
    tag: Option<Text>,
    /// Whether it is `<<` and would merge if it is a key.
    merges: bool,
}

impl<'a> Composer<'a> {
    pub(super) fn new(grammar: Grammar<'a>, options: ParseOptions) -> Self {
        let anchors = Anchors::new(grammar.scanner.text);
        Self {
            grammar,
            frames: Vec::new(),
            anchors,
            last_key_wins: options.last_key_wins,
            bare_tag_is_text: options.bare_tag_is_text,
            may_double_annotations: options.may_double_annotations,
            doubled: Vec::new(),
            left: MAX_NODES,
            is_doubtful: false,
            ends_kept: None,
        }
    }

    /// The next document; `None` after the last.
    pub(super) fn document(&mut self) -> Result<Option<Value>> {
        if let EventKind::StreamEnd = self.grammar.next()?.kind {
            return Ok(None);
        }
        self.anchors.forget();
        let mut root = loop {
            let event = self.grammar.next()?;
            if let Some(root) = self.event(event)? {
                break root;
            }
        };
        let end = self.grammar.next()?.start;
        let scanner = &mut self.grammar.scanner;
        if let Some(comments) = &mut scanner.comments {
            let count = comments.partition_point(|comment| comment.start < end);
            let of_document: Vec<_> = comments.drain(..count).collect();
            comments::attach(&mut root, &of_document, scanner.text, scanner.base);
        }
        if let Some(is_doubtful) = self.ends_kept
            && ends_in_comment(&scanner.text[..end], is_doubtful)
        {
            root.extra.get_or_insert_default().ends_kept_before_comment = true;
        }
        Ok(Some(root))
    }

    /// Takes one event; gives the root when that is complete.
    fn event(&mut self, event: Event<'a>) -> Result<Option<Value>> {
        let position = self.grammar.scanner.position(event.start);
        let properties = event.properties.map(|properties| *properties);
        let properties = properties.unwrap_or_default();
        match &event.kind {
            EventKind::Scalar(text, style) => {
                let is_block = matches!(style, Style::Literal | Style::Folded);
                let is_kept = is_block && (text.ends_with("\n\n") || text == "\n");
                self.ends_kept = is_kept.then(|| ends_in_hash(text));
            }
            EventKind::Alias(_) | EventKind::SequenceStart(_) | EventKind::MappingStart(_) => {
                self.ends_kept = None;
            }
            _ => {}
        }
        match event.kind {
            EventKind::Scalar(text, style) => self.scalar(text, style, properties, event.start),
            EventKind::Alias(name) => {
                if let Some(Frame {
                    content: Content::Mapping(fields),
                    ..
                }) = self.frames.last()
                    && let Pending::Merge(_) = fields.pending
                    && !self.anchors.names_mapping(&name)
                {
                    return Err(not_mergeable(position));
                }
                let value = self.anchors.expand(&name, position, self.frames.len())?;
                self.attach(value, position)
            }
            EventKind::SequenceStart(style) => {
                let content = Content::Sequence(Vec::new());
                self.open(content, style, properties, position)
            }
            EventKind::MappingStart(style) => {
                let content = Content::Mapping(Fields::default());
                self.open(content, style, properties, position)
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => self.close(event.start),
            EventKind::StreamEnd | EventKind::DocumentStart | EventKind::DocumentEnd => Ok(None),
        }
    }

    fn count(&mut self, position: Position) -> Result<()> {
        self.left = self.left.checked_sub(1).ok_or_else(|| too_many(position))?;
        Ok(())
    }

    fn open(
        &mut self,
        content: Content,
        style: Style,
        properties: Properties<'a>,
        position: Position,
    ) -> Result<Option<Value>> {
        self.count(position)?;
        if self.frames.len() >= MAX_DEPTH {
            return Err(problem::too_deep(position));
        }
        if self.expects_key() {
            return Err(complex_key(position));
        }
        let anchor = properties.anchor.map(|name| self.anchors.open(name));
        self.frames.push(Frame {
            position,
            style,
            tag: properties.tag.as_deref().and_then(collection_tag),
            anchor,
            content,
        });
        Ok(None)
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame {
                content: Content::Mapping(Fields {
                    pending: Pending::Nothing,
                    ..
                }),
                ..
            })
        )
    }

    fn close(&mut self, end: usize) -> Result<Option<Value>> {
        let frame = self.frames.pop().expect("the grammar ends what it began");
        let node = match frame.content {
            Content::Sequence(items) => Node::Sequence(items),
            Content::Mapping(mut fields) => {
                if let Some((_, sources)) = fields.merged {
                    merge(&mut fields.mapping, sources);
                }
                Node::Mapping(fields.mapping)
            }
        };
        let value = Value {
            node,
            position: frame.position,
            style: frame.style,
            extra: extra(frame.tag),
        };
        if let Some(anchor) = frame.anchor {
            self.anchors.close(&anchor, &value, end)?;
        }
        self.attach(value, frame.position)
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: Style,
        properties: Properties<'a>,
        start: usize,
    ) -> Result<Option<Value>> {
        let position = self.grammar.scanner.position(start);
        self.count(position)?;
        let tag = match properties.tag.as_deref() {
            Some("!") if self.bare_tag_is_text => Some("!!str"),
            tag => tag,
        };
        let leaf = leaf(text, style, tag, position)?;
        if style == Style::Plain && !self.is_doubtful {
            self.is_doubtful = is_doubtful(leaf.scalar.text(), leaf.scalar.kind);
        }
        if self.expects_key() {
            if let Some(name) = properties.anchor {
                let anchor = self.anchors.open(name);
                let value = Value::new(Node::Scalar(leaf.scalar.clone())).at(position);
                self.anchors.close(&anchor, &value, start)?;
            }
            self.key(leaf.scalar, leaf.merges, position)?;
            return Ok(None);
        }
        let value = Value {
            node: Node::Scalar(leaf.scalar),
            position,
            style: Style::Plain,
            extra: extra(leaf.tag),
        };
        if let Some(name) = properties.anchor {
            let anchor = self.anchors.open(name);
            self.anchors.close(&anchor, &value, start)?;
        }
        self.attach(value, position)
    }

    /// Gives a complete value, read at `position`, to the collection it is in.
    fn attach(&mut self, value: Value, position: Position) -> Result<Option<Value>> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(Some(value));
        };
        let fields = match &mut frame.content {
            Content::Sequence(items) => {
                items.push(value);
                return Ok(None);
            }
            Content::Mapping(fields) => fields,
        };
        match std::mem::take(&mut fields.pending) {
            Pending::Key(key, key_position) => {
                if self.last_key_wins
                    && let Some(earlier) = fields.mapping.get_mut(key.text())
                {
                    *earlier = value;
                } else {
                    fields.mapping.push(Entry {
                        key,
                        key_position,
                        value,
                    });
                }
            }
            Pending::Again(key, key_position, doubled) => {
                if let Some(earlier) = fields.mapping.get_mut(key.text())
                    && !add_to(earlier, value, doubled)
                {
                    let first = earlier.position;
                    return Err(problem::duplicate_key(key.text(), key_position, first));
                }
            }
            Pending::Merge(key) => fields.merged = Some((key, merge_sources(value)?)),
            // Only an alias comes here as a key: `*name : value`.
            Pending::Nothing => match value.node {
                Node::Scalar(scalar) => self.key(scalar, false, position)?,
                _ => return Err(complex_key(position)),
            },
        }
        Ok(None)
    }

    /// Takes the key of the next field.
    fn key(&mut self, key: Scalar, merges: bool, position: Position) -> Result<()> {
        let Some(Frame {
            content: Content::Mapping(fields),
            ..
        }) = self.frames.last_mut()
        else {
            return Ok(());
        };
        if merges {
            if let Some((first, _)) = fields.merged {
                return Err(problem::duplicate_key(key.text(), position, first));
            }
            fields.pending = Pending::Merge(position);
            return Ok(());
        }
        let first = fields.mapping.entry(key.text());
        let first = first.filter(|_| !self.last_key_wins);
        let Some(first) = first.map(|first| first.key_position) else {
            fields.pending = Pending::Key(key, position);
            return Ok(());
        };
        let Some(doubled) = self.may_be_there_again(key.text()) else {
            return Err(problem::duplicate_key(key.text(), position, first));
        };
        let what_counts = match doubled {
            Doubled::Merged => "what is under both counts",
            Doubled::Last => "only the last counts",
        };
        let warning = problem::doubled_key(key.text(), position, first, what_counts);
        self.doubled.push(warning);
        if let Some(Frame {
            content: Content::Mapping(fields),
            ..
        }) = self.frames.last_mut()
        {
            fields.pending = Pending::Again(key, position, doubled);
        }
        Ok(())
    }

    /// What comes of a key that the innermost mapping has already, if it may be there again.
    fn may_be_there_again(&self, key: &str) -> Option<Doubled> {
        if !self.may_double_annotations {
            return None;
        }
        let (_, around) = self.frames.split_last()?;
        match around {
            [object @ .., metadata, annotations]
                if annotations.is_at("annotations")
                    && metadata.is_at("metadata")
                    && are_objects_in(object) =>
            {
                Some(Doubled::Last)
            }
            [object @ .., metadata]
                if key == "annotations" && metadata.is_at("metadata") && are_objects_in(object) =>
            {
                Some(Doubled::Merged)
            }
            _ => None,
        }
    }
}

impl Frame<'_> {
    /// Whether this is a mapping of which a field of this name is being read.
    fn is_at(&self, field: &str) -> bool {
        let Content::Mapping(fields) = &self.content else {
            return false;
        };
        matches!(&fields.pending, Pending::Key(key, _) | Pending::Again(key, ..) if key.text() == field)
    }

    /// Whether this is the mapping of a list of objects, as far as it was read.
    fn is_list(&self) -> bool {
        let Content::Mapping(fields) = &self.content else {
            return false;
        };
        let kind = fields.mapping.get("kind").and_then(Value::text);
        kind == Some("List") && self.is_at("items")
    }
}

/// Whether what is directly inside all of `frames` is an object: a document, or an item of a `List`.
fn are_objects_in(frames: &[Frame<'_>]) -> bool {
    match frames {
        [] => true,
        [outer @ .., list, items] => {
            matches!(items.content, Content::Sequence(_)) && list.is_list() && are_objects_in(outer)
        }
        _ => false,
    }
}

/// Adds the second value of a key to the first. False where that cannot be.
fn add_to(first: &mut Value, second: Value, doubled: Doubled) -> bool {
    match doubled {
        Doubled::Last => *first = second,
        Doubled::Merged if second.is_null() => {}
        Doubled::Merged if first.is_null() => *first = second,
        Doubled::Merged => {
            let (Node::Mapping(fields), Node::Mapping(more)) = (&mut first.node, second.node)
            else {
                return false;
            };
            for entry in more.into_entries() {
                if !fields.contains_key(entry.key.text()) {
                    fields.push(entry);
                }
            }
        }
    }
    true
}

/// Whether a text ends in lines of comments, and empty lines, of which the last is indented no less than the first:
/// those are about one thing. Where content looks like a comment, only lines that are not indented count.
fn ends_in_comment(text: &str, is_doubtful: bool) -> bool {
    let lines = text.lines().rev().filter(|line| !line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut comments = (lines.take_while(|line| line.trim_start().starts_with('#'))).map(indent);
    let Some(last) = comments.next() else {
        return false;
    };
    if is_doubtful {
        last == 0
    } else {
        comments.last().is_none_or(|first| first <= last)
    }
}

/// Whether the last line of a text that is not empty begins with `#`.
fn ends_in_hash(text: &str) -> bool {
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.is_some_and(|line| line.trim_start().starts_with('#'))
}

fn extra(tag: Option<Text>) -> Option<Box<Extra>> {
    tag.map(|tag| {
        Box::new(Extra {
            tag: Some(tag),
            ..Extra::default()
        })
    })
}

/// Applies the tag, or the resolution rules, to a scalar's text.
fn leaf(text: Cow<'_, str>, style: Style, tag: Option<&str>, position: Position) -> Result<Leaf> {
    let mut merges = style == Style::Plain && text == "<<";
    let mut own_tag = None;
    let kind = match tag {
        // The tag `!` says nothing to go-yaml v3, though it should.
        None | Some("!") if style == Style::Plain => resolve(&text),
        None | Some("!") => ScalarKind::String,
        Some(tag) => {
            let tag = short_tag(tag);
            merges = tag == "!!merge" && text == "<<";
            match resolve_tagged(&tag, &text) {
                Tagged::Is(kind) => kind,
                Tagged::Mismatch(found) => {
                    return Err(problem::wrong_tag(&tag, &text, found, position));
                }
                Tagged::Unknown => {
                    if !merges {
                        own_tag = Some(Text::from(tag));
                    }
                    ScalarKind::String
                }
            }
        }
    };
    let mut scalar = Scalar::new(kind, Text::from(text));
    scalar.style = style;
    Ok(Leaf {
        scalar,
        tag: own_tag,
        merges,
    })
}

/// YAML's own tags as they are usually written, `!!int`; others as they are.
fn short_tag(tag: &str) -> Cow<'_, str> {
    match tag.strip_prefix(YAML_TAG) {
        Some(name) => Cow::Owned(format!("!!{name}")),
        None => Cow::Borrowed(tag),
    }
}

/// The tag of a sequence or mapping, unless it is YAML's own for these.
fn collection_tag(tag: &str) -> Option<Text> {
    match short_tag(tag).as_ref() {
        "!" | "!!seq" | "!!map" => None,
        tag => Some(Text::from(tag)),
    }
}

fn merge_sources(value: Value) -> Result<Vec<Mapping>> {
    let position = value.position;
    match value.node {
        Node::Mapping(mapping) => Ok(vec![mapping]),
        Node::Sequence(items) => items
            .into_iter()
            .map(|item| match item.node {
                Node::Mapping(mapping) => Ok(mapping),
                _ => Err(not_mergeable(item.position)),
            })
            .collect(),
        Node::Scalar(_) => Err(not_mergeable(position)),
    }
}

fn too_many(position: Position) -> Box<Diagnostic> {
    Diagnostic::error("too-many-values", "the text holds too many values")
        .at(position)
        .expecting(format!("at most {MAX_NODES} in one text"))
}

fn not_mergeable(position: Position) -> Box<Diagnostic> {
    Diagnostic::error(
        "invalid-merge",
        "map merge requires map or sequence of maps as the value",
    )
    .at(position)
    .expecting("an alias of a mapping, a mapping, or a list of these behind <<")
    .hint("put << into quotes if it is meant as an ordinary key")
}

fn complex_key(position: Position) -> Box<Diagnostic> {
    Diagnostic::error("complex-key", "a list or mapping is used as a key")
        .at(position)
        .expecting("text as a key")
        .hint("put text that begins with { or [ into quotes")
}
