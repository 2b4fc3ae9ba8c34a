//! What a description is written on: indented lines whose cells end at tabs.

use super::fields::{equations, pairs, text, texts};
use crate::ui::tabs::align;
use std::fmt::Display;
use trimtab_tree::Value;

/// An annotation that takes more than this is told on lines of its own, and they end here.
const LONGEST: usize = 140;

/// The annotation with all that was last applied: nobody wants to read it here.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Takes a description line by line.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    aligned: String,
    text: String,
    indent: usize,
}

impl Sheet {
    /// Writes so that all stands so many levels further in.
    pub(super) fn indented(&mut self, levels: usize, write: impl FnOnce(&mut Self)) {
        self.indent += levels;
        write(self);
        self.indent -= levels;
    }

    /// A piece of a line, which stands two blanks further in for each level.
    pub(super) fn write(&mut self, level: usize, piece: impl Display) {
        let blanks = std::iter::repeat_n("  ", self.indent + level);
        self.text.extend(blanks);
        // What could steer a terminal is shown.
        let piece = piece.to_string();
        let piece = piece.replace('\u{1b}', "^[").replace('\r', "\\r");
        self.text.push_str(&piece);
    }

    /// A line.
    pub(super) fn line(&mut self, level: usize, line: impl Display) {
        self.write(level, format_args!("{line}\n"));
    }

    /// A line of cells.
    pub(super) fn row(&mut self, level: usize, cells: &[&str]) {
        self.line(level, cells.join("\t"));
    }

    /// `Name:  value`.
    pub(super) fn field(&mut self, level: usize, name: impl Display, value: impl Display) {
        self.line(level, format_args!("{name}:\t{value}"));
    }

    /// Values below each other behind one name; `<none>` where there are none.
    pub(super) fn below_each_other(&mut self, name: impl Display, values: &[impl Display]) {
        self.write(0, format_args!("{name}:\t"));
        if values.is_empty() {
            self.line(0, "<none>");
        }
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.write(0, "");
                self.write(0, "\t");
            }
            self.line(0, value);
        }
    }

    /// A map's names and values, below each other.
    pub(super) fn map(&mut self, name: &str, value: &Value, path: &str) {
        self.below_each_other(name, &equations(value, path));
    }

    /// The object's labels.
    pub(super) fn labels(&mut self, object: &Value) {
        self.map("Labels", object, "metadata.labels");
    }

    /// The object's annotations.
    pub(super) fn annotations(&mut self, object: &Value) {
        self.annotations_as("Annotations", object);
    }

    /// The object's annotations under another name.
    pub(super) fn annotations_as(&mut self, name: &str, object: &Value) {
        let mut lines = Vec::new();
        for (name, value) in pairs(object, "metadata.annotations") {
            if name == LAST_APPLIED {
                continue;
            }
            let value = value.text_if_not_null().unwrap_or_default();
            let value = value.strip_suffix('\n').unwrap_or(value);
            if name.len() + value.len() + 2 <= LONGEST && !value.contains('\n') {
                lines.push(format!("{name}: {value}"));
                continue;
            }
            lines.push(format!("{name}:"));
            let parts = value.split('\n');
            lines.extend(parts.map(|part| format!("  {}", shortened(part, LONGEST - 2))));
        }
        self.below_each_other(name, &lines);
    }

    /// Name, namespace, labels and annotations: how most descriptions begin.
    pub(super) fn head(&mut self, object: &Value) {
        self.name_and_namespace(object);
        self.labels(object);
        self.annotations(object);
    }

    /// The same of what lives in no namespace.
    pub(super) fn cluster_head(&mut self, object: &Value) {
        self.field(0, "Name", text(object, "metadata.name"));
        self.labels(object);
        self.annotations(object);
    }

    /// Name and namespace.
    pub(super) fn name_and_namespace(&mut self, object: &Value) {
        self.field(0, "Name", text(object, "metadata.name"));
        self.field(0, "Namespace", text(object, "metadata.namespace"));
    }

    /// The texts of a list with commas between, if there are any.
    pub(super) fn list_if_any(&mut self, name: &str, object: &Value, path: &str) {
        let texts = texts(object, path);
        if !texts.is_empty() {
            self.field(0, name, texts.join(","));
        }
    }

    /// A text, if there is one.
    pub(super) fn field_if_any(&mut self, level: usize, name: &str, object: &Value, path: &str) {
        let text = text(object, path);
        if !text.is_empty() {
            self.field(level, name, text);
        }
    }

    /// Ends the columns: those of what follows have nothing to do with them.
    pub(super) fn end_columns(&mut self) {
        self.aligned.push_str(&align(&self.text));
        self.text.clear();
    }

    /// The description in columns.
    pub(super) fn finish(mut self) -> String {
        self.end_columns();
        self.aligned
    }

    /// The description with its tabs.
    pub(super) fn with_tabs(self) -> String {
        self.text
    }
}

/// The beginning of a text that is longer than so many bytes.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let mut ends = (0..=longest).rev();
    let end = ends.find(|&end| text.is_char_boundary(end));
    format!("{}...", &text[..end.unwrap_or_default()])
}

/// The same of attributes of a volume, which is cut behind as many bytes as an annotation.
pub(super) fn shortened_attribute(text: &str) -> String {
    shortened(text, LONGEST)
}
