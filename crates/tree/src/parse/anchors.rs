//! Anchors and the expansion of aliases.
//!
//! Aliases can make a small text a huge tree, so what they add is counted. The allowance follows
//! go-yaml v3, which grants some 400,000 nodes to aliases, whatever the size of the text, and
//! beyond that a tenth of the whole.

use super::{MAX_DEPTH, problem};
use crate::size::Size;
use crate::{Diagnostic, Position, Result, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// The nodes that aliases may add to any text.
const ALLOWANCE: usize = 400_000;
/// The nodes that aliases may add at most.
const LIMIT: usize = 4_000_000;

pub(super) struct Anchors<'a> {
    text: &'a str,
    known: HashMap<Cow<'a, str>, Anchor>,
    /// How many there were; tells two of one name apart.
    count: usize,
    /// Nodes that aliases may still add.
    allowance: usize,
    /// Nodes that may still be kept for later aliases. Only anchored nodes inside anchored nodes
    /// inside anchored nodes, and so on, keep more than the text has.
    keepable: usize,
    /// Where the last `*` of the text is: behind it, nothing needs to be kept.
    last_alias: Option<usize>,
}

/// Names an anchor whose node is still being read.
pub(super) struct OpenAnchor<'a> {
    name: Cow<'a, str>,
    number: usize,
}

struct Anchor {
    number: usize,
    /// `None` until the end of the node is read.
    node: Option<(Value, Size)>,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            known: HashMap::new(),
            count: 0,
            allowance: (ALLOWANCE + text.len() / 10).min(LIMIT),
            keepable: 1000 + 2 * text.len(),
            last_alias: None,
        }
    }

    /// Forgets the anchors of the document before.
    pub(super) fn forget(&mut self) {
        if !self.known.is_empty() {
            self.known = HashMap::new();
        }
    }

    /// Begins the node that has the anchor `name`.
    pub(super) fn open(&mut self, name: Cow<'a, str>) -> OpenAnchor<'a> {
        self.count += 1;
        let number = self.count;
        let anchor = Anchor { number, node: None };
        self.known.insert(name.clone(), anchor);
        OpenAnchor { name, number }
    }

    /// Ends it. `end` is an offset in the text that no alias of it can be before.
    pub(super) fn close(
        &mut self,
        anchor: &OpenAnchor<'a>,
        value: &Value,
        end: usize,
    ) -> Result<()> {
        let text = self.text;
        let last_alias = self
            .last_alias
            .get_or_insert_with(|| text.rfind('*').unwrap_or(0));
        let Some(known) = self.known.get_mut(&anchor.name) else {
            return Ok(());
        };
        // From an anchor of the same name inside the node on, that one counts.
        if known.number != anchor.number || end > *last_alias {
            return Ok(());
        }
        let size = value.size();
        self.keepable = self
            .keepable
            .checked_sub(size.nodes)
            .ok_or_else(|| excessive(value.position))?;
        known.node = Some((value.clone(), size));
        Ok(())
    }

    /// The value of the alias `name` at `position`, inside `depth` collections.
    pub(super) fn expand(&mut self, name: &str, position: Position, depth: usize) -> Result<Value> {
        let Some(anchor) = self.known.get(name) else {
            return Err(self.unknown(name, position));
        };
        let Some((value, size)) = &anchor.node else {
            return Err(Diagnostic::error(
                "recursive-alias",
                format!("anchor '{name}' value contains itself"),
            )
            .at(position)
            .expecting("an alias of a node that is complete before it"));
        };
        if depth + size.depth > MAX_DEPTH {
            return Err(problem::too_deep(position));
        }
        self.allowance = self
            .allowance
            .checked_sub(size.nodes)
            .ok_or_else(|| excessive(position))?;
        Ok(value.clone())
    }

    fn unknown(&self, name: &str, position: Position) -> Box<Diagnostic> {
        let error = Diagnostic::error(
            "unknown-anchor",
            format!("unknown anchor '{name}' referenced"),
        )
        .at(position)
        .expecting(format!("&{name} earlier in the same document"));
        match self.known.keys().find(|key| key.eq_ignore_ascii_case(name)) {
            Some(near) => error.hint(format!("there is an anchor '{near}'")),
            None => error.hint("put text that begins with * into quotes"),
        }
    }

    /// Whether `name` is that of a mapping; true also when that is not known.
    pub(super) fn names_mapping(&self, name: &str) -> bool {
        self.known
            .get(name)
            .and_then(|anchor| anchor.node.as_ref())
            .is_none_or(|(value, _)| value.as_mapping().is_some())
    }
}

fn excessive(position: Position) -> Box<Diagnostic> {
    Diagnostic::error("excessive-aliasing", "document contains excessive aliasing")
        .at(position)
        .expecting(format!(
            "aliases that add less than some {ALLOWANCE} nodes together"
        ))
}
