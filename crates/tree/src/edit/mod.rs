//! Changing a YAML text without touching what stays the same.
//!
//! A [`Document`] is a text and the tree it means. [`Document::update`] takes the tree it shall
//! mean and changes the lines that must change: comments, order, indentation, quotes, line breaks
//! and brackets elsewhere stay as they are, byte for byte, and what is new is written in the manner
//! of what is beside it. A comment on the line of something that goes, goes with it; comments on
//! lines of their own stay.
//!
//! The way goes from the text to an `outline` of where its parts are, then along the old tree, the
//! new one and the outline (`block`, `flow`), which gathers `changes`. Whatever comes of it is read
//! again, and thrown away with an error unless it means exactly the new tree: a text that cannot be
//! changed safely, because of an anchor, say, is never damaged.

mod align;
mod alike;
mod block;
mod brackets;
mod changes;
mod comments;
mod encoding;
mod flow;
mod habits;
mod layout;
mod lines;
mod moving;
mod outline;
#[cfg(test)]
mod tests;

use crate::parse::parse_documents;
use crate::{Diagnostic, Mapping, Node, ParseOptions, Position, Result, Style, Value};
use alike::alike;
use block::Editor;
use changes::Changes;
use comments::Stay;
use encoding::Encoding;
use habits::{Habits, Quotes};
use layout::Layout;
use lines::{line_end, line_start};
use outline::{Outline, Part, Shape};

/// A YAML text whose first document can be changed.
#[derive(Debug)]
pub struct Document {
    encoding: Encoding,
    text: String,
    tree: Value,
    outline: Outline,
}

impl Document {
    /// Reads the bytes of a file: UTF-8, or UTF-16 with a byte order mark. Of equal keys the last
    /// counts. A text without documents means `null`. Positions in the tree have the base 1, the
    /// first of a [`crate::SourceMap`].
    ///
    /// # Errors
    /// When they are not text, or not YAML.
    pub fn read(bytes: Vec<u8>) -> Result<Self> {
        let (encoding, text) = Encoding::read(bytes)?;
        let mut document = Self {
            encoding,
            text: String::new(),
            tree: Value::null(),
            outline: Outline::default(),
        };
        document.set_text(text)?;
        Ok(document)
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to write into the file: the text in the encoding it was read in.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.encoding.write(&self.text)
    }

    /// What the first document means.
    #[must_use]
    pub fn tree(&self) -> &Value {
        &self.tree
    }

    /// Changes the text so that its first document means `new`, a mapping. The order of fields does
    /// not count as meaning: fields stay where they are, and new ones go where the mapping's own
    /// order wants them, or to its end.
    ///
    /// # Errors
    /// When the document is no mapping, or when its text cannot be changed so that it means that, all
    /// of that and nothing else: something changes that an anchor gives to other places too, or a
    /// field is taken away that comes from a merge. The document is then as it was.
    pub fn update(&mut self, new: &Value) -> Result<()> {
        self.update_with(new, Stay::OnOwnLines)
    }

    /// As [`Self::update`], but all comments of fields that go stay in their place, also those behind
    /// keys and elements: what they are about comes to another place.
    ///
    /// # Errors
    /// As for [`Self::update`].
    pub fn update_keeping_comments(&mut self, new: &Value) -> Result<()> {
        self.update_with(new, Stay::All)
    }

    fn update_with(&mut self, new: &Value, stay: Stay) -> Result<()> {
        let fields = new.as_mapping().ok_or_else(|| not_a_mapping(new))?;
        if alike(&self.tree, new) {
            return Ok(());
        }
        if self.text.is_empty() || self.text.ends_with('\n') {
            let text = change(&self.text, &self.outline, &self.tree, (new, fields), stay)?;
            return self.replace_text(text, new);
        }
        // Every line gets an end, and the last loses it again, unless it is part of a block there.
        let line_break = Habits::of(&self.text, &self.outline).line_break;
        let changed = |text: &str| {
            let whole = format!("{text}{line_break}");
            let outline = Outline::of(&whole)?;
            change(&whole, &outline, &self.tree, (new, fields), stay)
        };
        let text = changed(&self.text)?;
        // A block scalar at the end that has no line break gets none when something follows.
        let root = self.outline.root.as_ref();
        let header = root.and_then(|root| comments::last_block_scalar(&self.text, root));
        let stripped = header.map(|at| changed(&with_stripping(&self.text, at)));
        let stripped = stripped.transpose()?.flatten();
        let without_end = |text: &Option<String>| {
            let text = text.as_deref()?.strip_suffix(line_break)?;
            Some(text.to_owned())
        };
        let mut result = Ok(());
        for text in [without_end(&text), text, without_end(&stripped)] {
            result = self.replace_text(text, new);
            if result.is_ok() {
                break;
            }
        }
        result
    }

    /// Gives a field of the root another name, in its place.
    ///
    /// # Errors
    /// When there is no field `from` in the text, or there is one `to`.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        let mut new = self.tree.clone();
        let renamed = new
            .as_mapping_mut()
            .is_some_and(|fields| fields.rename(from, to));
        let mut changes = Changes::default();
        if let Some(Part {
            shape: Shape::Mapping { fields, .. },
            ..
        }) = &self.outline.root
        {
            let habits = Habits::of(&self.text, &self.outline);
            for field in fields.iter().filter(|field| field.key == from) {
                let layout = Layout {
                    habits: &habits,
                    quotes: Quotes::default(),
                    keys: field.key_style,
                };
                changes.replace(field.key_range.clone(), layout.key(to)?);
            }
        }
        if !renamed || changes.is_empty() {
            let message = format!("`{from}` cannot be renamed to `{to}`");
            return Err(Diagnostic::error("cannot-edit", message).at(self.tree.position));
        }
        let text = changes.apply(&self.text);
        self.replace_text(text, &new)
    }

    /// Takes the changed text if it means `new`, and all other documents are the same.
    fn replace_text(&mut self, text: Option<String>, new: &Value) -> Result<()> {
        let others = |documents: &[Value]| documents.iter().skip(1).cloned().collect::<Vec<_>>();
        let changed = text.and_then(|text| {
            let documents = parse(&text).ok()?;
            let first = documents.first().cloned().unwrap_or_else(Value::null);
            let means_new = alike(&first, new) || (first.is_null() && new.is_null_or_empty());
            let before = parse(&self.text).ok()?;
            (means_new && others(&documents) == others(&before)).then_some(text)
        });
        match changed {
            Some(text) => self.set_text(text),
            None => Err(self.cannot_edit(new)),
        }
    }

    fn set_text(&mut self, text: String) -> Result<()> {
        let first = parse(&text)?.into_iter().next();
        self.outline = Outline::of(&text)?;
        self.tree = first.unwrap_or_else(|| Value::null().at(Position::new(1, 0)));
        self.text = text;
        Ok(())
    }

    fn cannot_edit(&self, new: &Value) -> Box<Diagnostic> {
        let error = Diagnostic::error(
            "cannot-edit",
            "this text cannot be changed without changing more than was asked for",
        )
        .at(first_difference(&self.tree, new).unwrap_or(self.tree.position));
        let uses_anchors = self.text.contains("<<") || self.text.contains('*');
        if uses_anchors {
            error.hint(
                "write out what comes from an anchor (`&name`, `*name`, `<<`), then try again",
            )
        } else {
            error.hint("make the change by hand")
        }
    }
}

/// The text with the block scalar at an offset stripped of the line breaks at its end.
fn with_stripping(text: &str, at: usize) -> String {
    let (before, header) = text.split_at(at + 1);
    let signs = header
        .find(|c: char| !c.is_ascii_digit() && c != '+' && c != '-')
        .unwrap_or(header.len());
    let (signs, rest) = header.split_at(signs);
    format!("{before}{}-{rest}", signs.replace(['+', '-'], ""))
}

/// Where the first field of `old` stands that `new` has not as it is.
fn first_difference(old: &Value, new: &Value) -> Option<Position> {
    let (old, new) = (old.as_mapping()?, new.as_mapping()?);
    let mut entries = old.entries().iter();
    entries.find_map(|entry| {
        let new = new.get(entry.key.text());
        if new.is_some_and(|new| alike(&entry.value, new)) {
            return None;
        }
        let below = new.and_then(|new| first_difference(&entry.value, new));
        below.or(Some(entry.key_position))
    })
}

/// `text` with its first document, which means `old`, changed to mean `new`, whose fields are given;
/// nothing when that needs two changes of one piece.
fn change(
    text: &str,
    outline: &Outline,
    old: &Value,
    (new, fields): (&Value, &Mapping),
    stay: Stay,
) -> Result<Option<String>> {
    let habits = Habits::of(text, outline);
    let mut editor = Editor {
        text,
        habits: &habits,
        end: outline.end,
        changes: Changes::default(),
        stay,
    };
    change_root(&mut editor, outline.root.as_ref(), old, new, fields)?;
    Ok(editor.changes.apply(text))
}

fn change_root(
    editor: &mut Editor<'_>,
    root: Option<&Part>,
    old: &Value,
    new: &Value,
    fields: &Mapping,
) -> Result<()> {
    let text = editor.text;
    let Some(root) = root.filter(|root| !root.range().is_empty()) else {
        return begin(editor, editor.end..editor.end, fields, Style::Plain);
    };
    let lines = line_start(text, root.start)..line_end(text, root.end);
    match (&root.shape, &old.node) {
        (
            Shape::Mapping {
                flow: false,
                fields: parts,
            },
            Node::Mapping(old),
        ) => {
            let stays = |key: &str| fields.contains_key(key);
            if parts.iter().any(|part| part.merges() || stays(&part.key)) {
                return editor.mapping(parts, old, fields, true);
            }
            editor.remove_fields(parts, &|_| false, &|_| false, true);
            begin(
                editor,
                lines.end..lines.end,
                fields,
                block::key_style(parts),
            )
        }
        (Shape::Mapping { flow: true, .. }, Node::Mapping(was)) if !was.is_empty() => {
            let layout = Layout {
                habits: editor.habits,
                quotes: Quotes::default(),
                keys: Style::Plain,
            };
            let text = flow::rewrite(text, root, old, new, layout)?;
            editor.changes.replace(root.range(), text);
            Ok(())
        }
        _ if old.is_null_or_empty() => begin(editor, lines, fields, Style::Plain),
        _ => Err(not_a_mapping(old)),
    }
}

/// Writes all fields in place of what is in `range`.
fn begin(
    editor: &mut Editor<'_>,
    range: std::ops::Range<usize>,
    fields: &Mapping,
    keys: Style,
) -> Result<()> {
    let layout = Layout {
        habits: editor.habits,
        quotes: Quotes::default(),
        keys,
    };
    let at = range.end;
    editor.changes.delete(range);
    for (key, value) in fields.iter() {
        let lines = layout.field(key, value, 0)?;
        editor.insert_lines(at, &lines);
    }
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Value>> {
    let options = ParseOptions {
        base: 1,
        last_key_wins: true,
        ..ParseOptions::default()
    };
    parse_documents(text, options)
}

fn not_a_mapping(value: &Value) -> Box<Diagnostic> {
    let message = format!("found {} where fields should be", value.describe());
    Diagnostic::error("wrong-type", message)
        .at(value.position)
        .expecting("a mapping")
}
