//! Comments: collected while the text is scanned, given to nodes when a document is complete.
//!
//! The rules are those that go-yaml v3's tests show (`node_test.go`), applied to the finished tree:
//!
//! - Behind content, on its line, a comment is the *line* comment of the node that ends there, or
//!   of the key whose value begins further down.
//! - Comments directly below content, with an empty line behind them, are the *foot* of the field
//!   or item above that begins in their column; so are all that are indented deeper than what
//!   comes next, and the last inside `[]` and `{}`.
//! - All others are the *head* of what comes next. What an empty line separates from the first
//!   node, or from the last, is about the whole document: head and foot of the root.
//!
//! Nodes that came from an alias have no comments.

use crate::{Comments, Extra, Node, Scalar, Style, Value};
use std::collections::BTreeMap;

/// A comment: from its `#` to the end of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Byte offset of the first byte of its line.
    pub(super) line_start: usize,
    /// Whether it is inside `[]` or `{}`.
    pub(super) in_flow: bool,
}

impl Comment {
    fn column(self) -> usize {
        self.start - self.line_start
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Root,
    Key,
    /// The value of a key, which is the slot before.
    Field,
    Item,
}

/// A place in the tree that comments can be at.
struct Slot {
    /// The number of the key or value, all counted in the order of the tree.
    id: usize,
    role: Role,
    /// Byte offset where it begins: of an item, that of its `-`.
    start: usize,
    /// Byte offset of the node itself.
    node: usize,
    /// The slot around; of the root, itself.
    parent: usize,
    is_block: bool,
    is_flow: bool,
    is_empty: bool,
}

#[derive(Clone, Copy)]
enum Part {
    Head,
    Line,
    Foot,
}

/// Gives the comments of a document, in their order, to its nodes.
pub(super) fn attach(root: &mut Value, comments: &[Comment], text: &str, base: u32) {
    if comments.is_empty() {
        return;
    }
    let mut outline = Outline {
        text,
        base,
        slots: Vec::new(),
        next_id: 0,
        notes: BTreeMap::new(),
    };
    outline.add(root, Role::Root, 0);
    let mut rest = comments;
    while let Some(&first) = rest.first() {
        let group = outline.group_length(rest);
        let (group, behind) = rest.split_at(group);
        rest = behind;
        let words: Vec<&str> = group.iter().map(|c| &text[c.start..c.end]).collect();
        let last = group.last().copied().unwrap_or(first);
        let (slot, part) = outline.place(first, last);
        outline.note(slot, part, &words.join("\n"));
    }
    apply(root, &mut 0, &mut outline.notes);
}

struct Outline<'a> {
    text: &'a str,
    base: u32,
    /// In the order of the text.
    slots: Vec<Slot>,
    next_id: usize,
    /// The comments of each slot, by its id.
    notes: BTreeMap<usize, Comments>,
}

impl Outline<'_> {
    fn add(&mut self, value: &Value, role: Role, parent: usize) {
        let node = value.position.offset_from(self.base);
        let collection = !matches!(value.node, Node::Scalar(_));
        let added = self.push(Slot {
            id: self.next_id,
            role,
            start: node,
            node,
            parent,
            is_block: collection && value.style != Style::Flow,
            is_flow: collection && value.style == Style::Flow,
            is_empty: value.text() == Some("") && value.position.is_some(),
        });
        self.next_id += 1;
        let parent = added.unwrap_or(parent);
        match &value.node {
            Node::Scalar(_) => {}
            Node::Sequence(items) => items
                .iter()
                .for_each(|item| self.add(item, Role::Item, parent)),
            Node::Mapping(mapping) => {
                for entry in mapping.entries() {
                    let start = entry.key_position.offset_from(self.base);
                    let key = self.push(Slot {
                        id: self.next_id,
                        role: Role::Key,
                        start,
                        node: start,
                        parent,
                        is_block: false,
                        is_flow: false,
                        is_empty: false,
                    });
                    self.next_id += 1;
                    self.add(&entry.value, Role::Field, key.unwrap_or(parent));
                }
            }
        }
    }

    /// Adds a slot and returns its place, unless it is out of order, as nodes are that came from
    /// an alias or a merge.
    fn push(&mut self, mut slot: Slot) -> Option<usize> {
        let is_block_item = |list: &Slot| slot.role == Role::Item && list.is_block;
        if self.slots.get(slot.parent).is_some_and(is_block_item) {
            slot.start = self.dash_before(slot.node);
        }
        if self
            .slots
            .last()
            .is_some_and(|last| slot.start < last.start)
        {
            return None;
        }
        self.slots.push(slot);
        Some(self.slots.len() - 1)
    }

    /// Where the `-` of an item is whose node begins at `node`: before it on the line, or on a
    /// line above, with nothing but empty lines and comments between.
    fn dash_before(&self, node: usize) -> usize {
        let mut rest = &self.text[..node];
        loop {
            let line = rest.rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let words = rest[line..].trim_start_matches([' ', '\t']);
            if words.starts_with('-') {
                let behind = words.trim_start_matches([' ', '\t', '-', '?']).len();
                let run = &rest[..rest.len() - behind];
                return run.rfind('-').unwrap_or(line);
            }
            if line == 0 || !(words.is_empty() || words.starts_with('#')) {
                return node;
            }
            rest = &rest[..line - 1];
        }
    }

    /// How many comments, from the first on, belong together: on lines of their own, one below
    /// the other, not dedented.
    fn group_length(&self, comments: &[Comment]) -> usize {
        let first = comments[0];
        if !self.is_on_own_line(first) {
            return 1;
        }
        let belongs = |pair: &[Comment]| {
            let between = &self.text[pair[0].end..pair[1].start];
            let line_break = between.trim_matches([' ', '\t']);
            matches!(line_break, "\n" | "\r" | "\r\n") && pair[1].column() >= first.column()
        };
        1 + comments.windows(2).take_while(|pair| belongs(pair)).count()
    }

    /// Whether nothing but `-` and `?` is before the comment.
    fn is_on_own_line(&self, comment: Comment) -> bool {
        let before = &self.text[comment.line_start..comment.start];
        before.trim_matches([' ', '\t', '-', '?']).is_empty()
    }

    /// Decides where the comments from `first` to `last` belong.
    fn place(&self, first: Comment, last: Comment) -> (usize, Part) {
        let after = self.slots.partition_point(|slot| slot.start < first.start);
        let next = (after..self.slots.len()).find(|&slot| self.can_have_head(slot));
        let Some(above) = after.checked_sub(1) else {
            return match next {
                Some(next) if !self.blank_line_after(last) => (next, Part::Head),
                _ => (0, Part::Head),
            };
        };
        if !self.is_on_own_line(first) {
            return (self.ending_at(above, first.start), Part::Line);
        }
        let slot = &self.slots[above];
        if slot.node > first.start && !slot.is_block {
            // `- # comment`, and the item below.
            return (above, Part::Head);
        }
        let closes = || {
            let behind = self.text[last.end..].trim_start();
            behind.starts_with([']', '}'])
        };
        let below = || !self.blank_line_before(first) && self.blank_line_after(last);
        if first.in_flow {
            if closes() || below() {
                return (self.owner(above), Part::Foot);
            }
        } else {
            let deeper = next.is_some_and(|next| first.column() > self.column(next));
            if deeper || below() {
                return (self.owner_in_column(above, first.column()), Part::Foot);
            }
        }
        next.map_or((0, Part::Foot), |next| (next, Part::Head))
    }

    /// A block collection has no head of its own, its first field or item has; but an item that
    /// is one has, before its `-`.
    fn can_have_head(&self, slot: usize) -> bool {
        let slot = &self.slots[slot];
        slot.role == Role::Item || !slot.is_block
    }

    fn column(&self, slot: usize) -> usize {
        let before = &self.text[..self.slots[slot].start];
        before.len() - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
    }

    fn blank_line_before(&self, comment: Comment) -> bool {
        let before = &self.text[..comment.line_start];
        let before = before.strip_suffix('\n').unwrap_or(before);
        let before = before.strip_suffix('\r').unwrap_or(before);
        is_blank(before.rsplit(['\n', '\r']).next())
    }

    fn blank_line_after(&self, comment: Comment) -> bool {
        let behind = &self.text[comment.end..];
        let behind = behind.strip_prefix('\r').unwrap_or(behind);
        let behind = behind.strip_prefix('\n').unwrap_or(behind);
        is_blank(behind.split(['\n', '\r']).next())
    }

    /// The slot itself and those around it, innermost first.
    fn around(&self, slot: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(slot), |&slot| {
            let parent = self.slots[slot].parent;
            (parent != slot).then_some(parent)
        })
    }

    /// The `[]` and `{}` that a slot is in or is, innermost first.
    fn flows(&self, slot: usize) -> impl Iterator<Item = usize> {
        self.around(slot).filter(|&slot| self.slots[slot].is_flow)
    }

    /// The field (its key) or item that a slot is in or is.
    fn owner(&self, slot: usize) -> usize {
        self.around(slot)
            .find(|&slot| matches!(self.slots[slot].role, Role::Key | Role::Item))
            .unwrap_or(0)
    }

    /// The innermost field or item around, in block context, that does not begin behind `column`.
    fn owner_in_column(&self, slot: usize, column: usize) -> usize {
        let outside = self.flows(slot).last().unwrap_or(slot);
        self.around(outside)
            .filter(|&slot| matches!(self.slots[slot].role, Role::Key | Role::Item))
            .find(|&slot| self.column(slot) <= column)
            .unwrap_or(0)
    }

    /// The node that ends before byte `end`, when `slot` is the last that begins before it.
    fn ending_at(&self, slot: usize, end: usize) -> usize {
        if self.slots[slot].is_empty && self.slots[slot].role == Role::Field {
            return self.slots[slot].parent;
        }
        // (An item's node may begin behind the comment, when a rare line break hid its `-`.)
        let before = self.text.get(self.slots[slot].node..end).unwrap_or("");
        let closed = before
            .bytes()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b',' | b']' | b'}'))
            .filter(|byte| matches!(byte, b']' | b'}'))
            .count();
        let closed = closed.checked_sub(1);
        closed
            .and_then(|closed| self.flows(slot).nth(closed))
            .unwrap_or(slot)
    }

    fn note(&mut self, slot: usize, part: Part, words: &str) {
        let comments = self.notes.entry(self.slots[slot].id).or_default();
        let known = match part {
            Part::Head => &mut comments.head,
            Part::Line => &mut comments.line,
            Part::Foot => &mut comments.foot,
        };
        if !known.is_empty() {
            known.push_str("\n\n");
        }
        known.push_str(words);
    }
}

fn is_blank(line: Option<&str>) -> bool {
    line.is_none_or(|line| line.trim().is_empty())
}

/// Moves the comments to the values, which are counted as [`Outline::add`] did.
fn apply(value: &mut Value, id: &mut usize, notes: &mut BTreeMap<usize, Comments>) {
    if let Some(comments) = notes.remove(id) {
        extra(value).comments = comments;
    }
    *id += 1;
    match &mut value.node {
        Node::Scalar(Scalar { .. }) => {}
        Node::Sequence(items) => items.iter_mut().for_each(|item| apply(item, id, notes)),
        Node::Mapping(mapping) => {
            for value in mapping.values_mut() {
                if let Some(comments) = notes.remove(id) {
                    extra(value).key_comments = comments;
                }
                *id += 1;
                apply(value, id, notes);
            }
        }
    }
}

fn extra(value: &mut Value) -> &mut Extra {
    value.extra.get_or_insert_default()
}

#[cfg(test)]
mod tests {
    use crate::{Comments, Node, ParseOptions, Value, parse_documents};

    /// Shows each comment with what it is at: the path (`:` for the key) and `h`, `l` or `f`.
    fn show(value: &Value, path: &str, shown: &mut Vec<String>) {
        let mut add = |comments: &Comments, at: &str| {
            for (part, text) in [
                ("h", &comments.head),
                ("l", &comments.line),
                ("f", &comments.foot),
            ] {
                if !text.is_empty() {
                    let text = text.replace("# ", "").replace('\n', "/");
                    shown.push(format!("{path}{at} {part} {text}"));
                }
            }
        };
        if let Some(extra) = &value.extra {
            add(&extra.key_comments, ":");
            add(&extra.comments, "");
        }
        match &value.node {
            Node::Scalar(_) => {}
            Node::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    show(item, &format!("{path}[{at}]"), shown);
                }
            }
            Node::Mapping(mapping) => {
                for (key, value) in mapping.iter() {
                    show(value, &format!("{path}.{key}"), shown);
                }
            }
        }
    }

    #[test]
    fn comments_are_where_go_yaml_has_them() {
        let options = ParseOptions {
            base: 1,
            comments: true,
            ..ParseOptions::default()
        };
        for (text, expected) in [
            (
                "# H1\n# H2\ntrue # I\n# F1\n\n# DF\n",
                " h H1/H2; l I; f F1//DF",
            ),
            (
                "# DH1\n\n# DH2\n\n# HA1\n# HA2\nka: va # IA\n# FA1\n# FA2\n\n# HB\nkb: vb # IB\n# FB\n\n# DF\n",
                " h DH1//DH2; f DF;.ka: h HA1/HA2;.ka: f FA1/FA2;.ka l IA;.kb: h HB;.kb: f FB;.kb l IB",
            ),
            (
                "# DH\n\n- la # IA\n# HB\n- lb\n# FB\n",
                " h DH;[0] l IA;[1] h HB;[1] f FB",
            ),
            (
                "# DH\n\n# HL\n- # HA\n  - la\n  # HB\n  - lb\n",
                " h DH;[0] h HL;[0][0] h HA;[0][1] h HB",
            ),
            (
                "a:\n  # HM\n  - # HB1\n    # HB2\n    b: # IB\n      c # IC\n",
                ".a[0] h HM;.a[0].b: h HB1/HB2;.a[0].b: l IB;.a[0].b l IC",
            ),
            (
                "# DH\n\n# HA\nka:\n  # HB\n  kb:\n    # HC\n    - lc # IC\n    # FC\n\n    # HD\n    - ld\n    # FD\nke: ve\n\n# DF\n",
                " h DH; f DF;.ka: h HA;.ka.kb: h HB;.ka.kb[0] h HC;.ka.kb[0] l IC;.ka.kb[0] f FC;.ka.kb[1] h HD;.ka.kb[1] f FD",
            ),
            ("ka:\n  kb: vb\n# FA\n\nkc: vc\n", ".ka: f FA"),
            ("ka:\n  kb: vb\n# HC\nkc: vc\n", ".kc: h HC"),
            (
                "ka:\n  kb: vb\n  # FB\n# HC1\n# HC2\nkc: vc\n",
                ".ka.kb: f FB;.kc: h HC1/HC2",
            ),
            ("ka: # IA\n  kb: # IB\n", ".ka: l IA;.ka.kb: l IB"),
            ("# H\n[la, lb] # I\n# F\n", " h H; l I; f F"),
            (
                "ka: [\n  # HA\n  la, # IA\n  # FA\n\n  # HB\n  lb,\n  # FB\n] # L\n",
                ".ka l L;.ka[0] h HA;.ka[0] l IA;.ka[0] f FA;.ka[1] h HB;.ka[1] f FB",
            ),
            ("a: | # L\n  x\n# H\nb: 1\n", ".a l L;.b: h H"),
            (
                "# H\n---\na: 1 # x\n---\n# I\nb: 2\n",
                ".a: h H;.a l x;.b: h I",
            ),
            (
                "a: '# no' # yes\nb: &x {c: 1} # X\nd: *x\n",
                ".a l yes;.b l X",
            ),
            ("-\u{2028}- !t # c\n  x", "[1] l c"),
            ("# W\r\na: 1\r\n# F\r\n\r\nb: 2", ".a: h W;.a: f F"),
        ] {
            let mut shown = Vec::new();
            for document in parse_documents(text, options).unwrap() {
                show(&document, "", &mut shown);
            }
            assert_eq!(shown.join(";"), expected, "{text}");
        }
    }
}
