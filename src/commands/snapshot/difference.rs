//! How an overlay differs from its snapshot: as `diff -u`, with the object that each hunk is in, and
//! without the values of Secrets.

use crate::ui::colour::{Colour, Paint};
use crate::ui::secrets::{self, Shown};
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;

/// Lines that stay around a change.
const CONTEXT: usize = 3;

/// The difference of two streams of documents, with the names of both.
pub(super) fn render(before: &str, after: &str, names: &[String; 2]) -> String {
    let paint = Paint::for_stdout();
    let diff = TextDiff::from_lines(before, after);
    let (old, new) = (Documents::new(before), Documents::new(after));
    let (old_lines, new_lines) = (shown(before), shown(after));
    // Writing to a string never fails.
    let mut text = String::new();
    let _ = write!(text, "--- {}\n+++ {}\n", names[0], names[1]);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let mut changed = hunk
            .iter_changes()
            .filter(|it| it.tag() != ChangeTag::Equal);
        let object = changed.next().and_then(|change| {
            let in_new = change.new_index().map(|line| new.at(line));
            in_new.or_else(|| change.old_index().map(|line| old.at(line)))
        });
        let _ = writeln!(text, "{} {}", hunk.header(), object.unwrap_or_default());
        for change in hunk.iter_changes() {
            let lines = match change.tag() {
                ChangeTag::Delete => &old_lines,
                _ => &new_lines,
            };
            let number = change
                .old_index()
                .filter(|_| change.tag() == ChangeTag::Delete);
            let number = number.or(change.new_index()).unwrap_or_default();
            let line = &lines[number];
            let line = match (line.is_masked, change.tag()) {
                (true, ChangeTag::Delete) => format!("-{} (before)", line.text),
                (true, ChangeTag::Insert) => format!("+{} (after)", line.text),
                (_, tag) => format!("{tag}{}", line.text),
            };
            let line = match change.tag() {
                ChangeTag::Delete => paint.paint(Colour::Red, &line),
                ChangeTag::Insert => paint.paint(Colour::Green, &line),
                ChangeTag::Equal => line,
            };
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// A line of a stream, as it may be shown.
struct Line {
    text: String,
    is_masked: bool,
}

/// The lines of a stream, with a mask for each secret.
fn shown(text: &str) -> Vec<Line> {
    let hidden = secrets::of_documents(text);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches('\n').len();
        let shown = Shown::new(text, start..end, &hidden).text;
        lines.push(Line {
            is_masked: shown != text[start..end],
            text: shown,
        });
        start += line.len();
    }
    lines
}

/// The documents of a stream: where each begins, and what it is called.
struct Documents(Vec<(usize, String)>);

impl Documents {
    /// Reads kind and name where the printer puts them.
    fn new(text: &str) -> Self {
        let mut documents = vec![(0, String::new())];
        let (mut kind, mut in_metadata) = ("", false);
        for (number, line) in text.lines().enumerate() {
            if line == "---" {
                documents.push((number + 1, String::new()));
                (kind, in_metadata) = ("", false);
            } else if let Some(value) = line.strip_prefix("kind: ") {
                kind = value;
            } else if line.starts_with(|c: char| !c.is_whitespace() && c != '-') {
                in_metadata = line == "metadata:";
            } else if let Some(name) = line.strip_prefix("  name: ").filter(|_| in_metadata)
                && let Some((_, called)) = documents.last_mut()
            {
                *called = format!("{kind} {name}");
            }
        }
        Self(documents)
    }

    /// What the document with a line is called.
    fn at(&self, line: usize) -> &str {
        let after = self.0.partition_point(|(start, _)| *start <= line);
        self.0
            .get(after.wrapping_sub(1))
            .map_or("", |(_, called)| called)
    }
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn hunks_say_which_object_they_are_in() {
        let before = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n---\nkind: B\nmetadata:\n  name: b\nspec:\n  x: 1\n";
        let after = before.replace("x: 1", "x: 2");
        let names = ["old".to_owned(), "new".to_owned()];
        assert_eq!(
            render(before, &after, &names),
            "--- old\n+++ new\n@@ -7,4 +7,4 @@ B b\n metadata:\n   name: b\n spec:\n-  x: 1\n+  x: 2\n"
        );
    }

    #[test]
    fn values_of_secrets_are_told_apart_and_not_shown() {
        let before =
            "apiVersion: v1\ndata:\n  a: eA==\n  b: eQ==\nkind: Secret\nmetadata:\n  name: s\n";
        let after = before.replace("eA==", "eg==");
        let names = ["old".to_owned(), "new".to_owned()];
        assert_eq!(
            render(before, &after, &names),
            "--- old\n+++ new\n@@ -1,6 +1,6 @@ Secret s\n apiVersion: v1\n data:\n-  a: *** (before)\n+  a: *** (after)\n   b: ***\n kind: Secret\n metadata:\n"
        );
    }
}
