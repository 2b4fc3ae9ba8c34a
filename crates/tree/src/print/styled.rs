//! YAML that keeps order, styles and comments: what go-yaml v3 makes of a node, set up as in kyaml.

use super::ambiguity::is_ambiguous;
use super::analysis::{Dialect, is_break};
use super::comments::{CommentedPage, comments, key_comments};
use super::order::KeyOrder;
use super::page::{INDENT, LONGEST_SIMPLE_KEY};
use super::place::{Context, Place};
use super::scalar::{Slot, write_as};
use super::tags::{escaped_tag, own_tag};
use super::walk::{Syntax, walk};
use crate::{Comments, Mapping, Node, Result, Scalar, ScalarKind, Style, Value, resolve};

/// How far lists below a key are indented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SequenceIndent {
    /// Not at all: the `-` stands below the first letter of the key. kyaml's default.
    #[default]
    Compact,
    /// Two spaces.
    Wide,
}

/// Appends `value` as a YAML document that keeps the order of fields, the texts of scalars and how
/// they are written (quotes, blocks, `[]` and `{}`), tags and comments. Lines are not folded. `out`
/// must be empty or end a line; the document ends with a line break.
///
/// # Errors
/// None at present; the type allows for trees that have no such form.
pub fn write_yaml_styled(value: &Value, out: &mut String, lists: SequenceIndent) -> Result<()> {
    let mut printer = StyledPrinter {
        page: CommentedPage::new(out),
        lists,
        trailing: Vec::new(),
    };
    let root = Place {
        indent: 0,
        context: Context::Root,
        flow: false,
    };
    printer.expect(value);
    let is_inline = value.as_scalar().is_some() || is_flow(value);
    printer.page.write_head(0, false);
    if !is_inline && !comments(value).head.is_empty() {
        // Above a block, the head of the root is that of the document: an empty line parts them.
        printer.page.end_line();
    }
    walk(value, root, KeyOrder::Written, &mut printer)?;
    printer.page.finish();
    Ok(())
}

struct StyledPrinter<'o, 'v> {
    page: CommentedPage<'o, 'v>,
    lists: SequenceIndent,
    /// For each open flow collection, whether a comment behind its last child ended the line, and
    /// the comma stands before that comment already.
    trailing: Vec<bool>,
}

impl<'v> StyledPrinter<'_, 'v> {
    /// Takes note of the comments at a node that comes next.
    fn expect(&mut self, value: &'v Value) {
        let comments = comments(value);
        if matches!(value.node, Node::Scalar(_)) {
            self.page.expect(comments, &comments.foot);
        } else {
            self.page.expect_head(comments);
        }
    }

    /// Begins a child of a flow collection: the comma, comments, and a new line behind a comment.
    fn begin_flow(&mut self, first: bool, place: Place) {
        if !first && !self.is_trailing() {
            self.page.push(",");
        }
        self.page.write_head(place.indent, false);
        if self.page.at_line_start() {
            self.page.new_line(place.indent);
        }
    }

    fn is_trailing(&self) -> bool {
        self.trailing.last().copied().unwrap_or(false)
    }

    fn set_trailing(&mut self) {
        let trailing = self.page.has_comments_behind();
        if let Some(last) = self.trailing.last_mut() {
            *last = trailing;
        }
    }

    /// Writes the comments behind a finished scalar or flow collection.
    fn end_child(&mut self, place: Place) {
        if place.flow && self.page.has_comments_behind() {
            self.page.push(",");
        }
        self.page.write_line();
        self.page.write_foot(place.indent);
    }

    fn write_scalar(&mut self, scalar: &Scalar, tag: Option<&str>, slot: Slot) {
        let text = scalar.text();
        let mut wish = scalar.style;
        let mut tag = tag;
        if tag.is_some() {
            // Any text will do behind a tag.
        } else if scalar.kind != ScalarKind::String {
            let is_plain = matches!(wish, Style::Plain | Style::Flow);
            if !is_plain || resolve(text) != scalar.kind {
                tag = Some(own_tag(scalar.kind));
            }
        } else if matches!(wish, Style::Plain | Style::Flow) && is_ambiguous(text, Dialect::V3) {
            wish = Style::DoubleQuoted;
        }
        if matches!(wish, Style::Plain | Style::Flow) && text.contains('\n') {
            wish = Style::Literal;
        }
        if let Some(tag) = tag {
            self.page.gap();
            self.page.push(&escaped_tag(tag));
        }
        if !text.is_empty() || wish != Style::Plain || slot.flow || slot.simple_key {
            self.page.gap();
        }
        let (page, line_comment) = self.page.split();
        write_as(page, text, wish, slot, line_comment);
    }
}

fn tag_of(value: &Value) -> Option<&str> {
    value.extra.as_ref()?.tag.as_deref()
}

/// Whether a value is written as `[]` or `{}`.
fn is_flow(value: &Value) -> bool {
    value.style == Style::Flow || value.is_null_or_empty()
}

impl<'v> Syntax<'v> for StyledPrinter<'_, 'v> {
    type Place = Place;

    fn scalar(&mut self, value: &'v Value, scalar: &'v Scalar, place: Place) -> Result<()> {
        let slot = Slot {
            indent: place.indent + INDENT,
            simple_key: false,
            flow: place.flow,
        };
        self.write_scalar(scalar, tag_of(value), slot);
        self.end_child(place);
        Ok(())
    }

    fn open(&mut self, value: &'v Value, place: Place) -> Result<Place> {
        let is_list = matches!(value.node, Node::Sequence(_));
        let mut context = place.context;
        if let Some(tag) = tag_of(value) {
            self.page.gap();
            self.page.push(&escaped_tag(tag));
            if context == Context::Inline {
                context = Context::Field;
            }
        }
        if place.flow || is_flow(value) {
            self.page.gap();
            self.page.push(if is_list { "[" } else { "{" });
            self.trailing.push(false);
            return Ok(Place {
                indent: place.indent + INDENT,
                context: Context::Field,
                flow: true,
            });
        }
        let deeper = match place.context {
            Context::Root => 0,
            Context::Field if is_list && self.lists == SequenceIndent::Compact => 0,
            Context::Field | Context::Inline => INDENT,
        };
        Ok(Place {
            indent: place.indent + deeper,
            context,
            flow: false,
        })
    }

    fn item(&mut self, item: &'v Value, first: bool, place: Place) -> Result<Place> {
        self.expect(item);
        if place.flow {
            self.begin_flow(first, place);
            self.set_trailing();
            return Ok(place);
        }
        let inline = first && place.context == Context::Inline;
        self.page.write_head(place.indent, inline);
        self.page.begin(place.indent, inline);
        self.page.push("-");
        Ok(Place {
            context: Context::Inline,
            ..place
        })
    }

    fn field(
        &mut self,
        mapping: &'v Mapping,
        at: usize,
        first: bool,
        place: Place,
    ) -> Result<Place> {
        let entry = mapping.at(at);
        let key = entry.key.text();
        let simple = key.len() <= LONGEST_SIMPLE_KEY && !key.contains(is_break);
        let slot = Slot {
            indent: place.indent + INDENT,
            simple_key: simple,
            flow: place.flow,
        };
        let previous = at.checked_sub(1).map(|at| mapping.at(at).value);
        self.page
            .expect_tail(previous.map_or("", |value| &key_comments(value).foot));
        self.page.expect(key_comments(entry.value), "");
        if place.flow {
            self.begin_flow(first, place);
        } else {
            let inline = first && place.context == Context::Inline;
            self.page.write_head(place.indent, inline);
            self.page.begin(place.indent, inline);
            self.page.keep_for_value();
        }
        if !simple {
            self.page.gap();
            self.page.push("?");
        }
        self.write_scalar(entry.key, None, slot);
        if !simple && place.flow {
            self.page.push(" ");
        } else if !simple {
            self.page.new_line(place.indent);
        }
        self.page.push(":");
        self.expect(entry.value);
        if place.flow {
            self.set_trailing();
            return Ok(place);
        }
        let is_scalar = matches!(entry.value.node, Node::Scalar(_));
        self.page
            .place_key_comment(is_scalar || is_flow(entry.value));
        Ok(Place {
            context: if simple {
                Context::Field
            } else {
                Context::Inline
            },
            ..place
        })
    }

    fn close(&mut self, value: &'v Value, place: Place) -> Result<()> {
        if let Some(last) = value
            .as_mapping()
            .and_then(|mapping| mapping.entries().last())
        {
            self.page.expect_tail(&key_comments(&last.value).foot);
        }
        let comments: &'v Comments = comments(value);
        self.page.expect_behind(comments);
        let is_list = matches!(value.node, Node::Sequence(_));
        if !place.flow {
            if !is_list {
                self.page.write_head(place.indent, false);
            }
            return Ok(());
        }
        let outside = place.indent - INDENT;
        if is_list {
            if self.page.at_line_start() {
                self.page.new_line(outside);
            }
            self.page.push("]");
        } else {
            if self.page.has_comments_before_end()
                && !value.is_null_or_empty()
                && !self.is_trailing()
            {
                self.page.push(",");
            }
            self.page.write_head(place.indent, false);
            self.page.push("}");
        }
        self.trailing.pop();
        self.page.write_line();
        self.page.write_foot(outside);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extra, ParseOptions, parse_document};

    fn print(value: &Value, lists: SequenceIndent) -> String {
        let mut out = String::new();
        write_yaml_styled(value, &mut out, lists).unwrap();
        out
    }

    fn reprint(text: &str) -> String {
        let value = parse_document(text, ParseOptions::default()).unwrap();
        print(&value, SequenceIndent::Compact)
    }

    fn comments(head: &str, line: &str, foot: &str) -> Comments {
        Comments {
            head: head.to_owned(),
            line: line.to_owned(),
            foot: foot.to_owned(),
        }
    }

    fn extra(value: &mut Value) -> &mut Extra {
        value.extra.get_or_insert_default()
    }

    #[test]
    fn order_and_styles_stay() {
        for text in [
            "b: 1\na: 0x10\n",
            "a: 'x'\nb: \"y\"\nc: z\n",
            "a: |\n  x\n  y\nb: >-\n  x\n\n  y\nc: |2-\n    x\n",
            "a: [1, {b: c, d: []}, 'x', y]\ne: {}\n",
            "a:\n- b: 1\n  c:\n  - d\n- - e\n  - f\n",
            "a: ~\nb:\nc: null\nd: yes\ne: \"yes\"\n",
            "a: !Ref x\nb: !Foo\n  c: 1\nd: !!float 1\ne:\n- !Bar\n  f: 1\n",
            "? |-\n  a\n  b\n: c: 1\n  d: 2\n",
            "a: 'it''s'\n",
            "a: 'x\n\n  y'\n",
            "a: |\n  x\ty\n",
            "{a: 'b'}\n",
        ] {
            assert_eq!(reprint(text), text);
        }
    }

    #[test]
    fn what_does_not_fit_a_style_gets_another() {
        for (text, printed) in [
            (
                "{\"a\": \"b\",\n \"c\": [\"d\",\n 1]}",
                "{\"a\": \"b\", \"c\": [\"d\", 1]}\n",
            ),
            ("a: [\"x\\ny\"]", "a: [\"x\\ny\"]\n"),
            ("a: [b,   c: d]", "a: [b, {c: d}]\n"),
            ("a: {b: }", "a: {b: ''}\n"),
            ("a: \"x\\ty\"", "a: \"x\\ty\"\n"),
        ] {
            assert_eq!(reprint(text), printed);
        }
        let mut mapping = Mapping::new();
        for (key, text) in [
            ("a", "5"),
            ("b", "x\ny"),
            ("c", "tab\t"),
            ("d", "x\u{1}"),
            ("e", ""),
        ] {
            mapping.insert(key, Value::string(text));
        }
        assert_eq!(
            print(&mapping.into(), SequenceIndent::Compact),
            "a: \"5\"\nb: |-\n  x\n  y\nc: \"tab\\t\"\nd: \"x\\x01\"\ne: \"\"\n"
        );
    }

    #[test]
    fn lists_can_be_indented() {
        let value = parse_document("a:\n- b:\n  - 1\n- - 2\n", ParseOptions::default()).unwrap();
        assert_eq!(
            print(&value, SequenceIndent::Wide),
            "a:\n  - b:\n      - 1\n  - - 2\n"
        );
    }

    #[test]
    fn lines_are_not_folded() {
        let text = format!("a: {}\n", "word ".repeat(40).trim_end());
        assert_eq!(reprint(&text), text);
    }

    #[test]
    fn comments_stand_where_go_yaml_puts_them() {
        let mut value = parse_document(
            "a: 1\nb:\n  c: 2\n  d: |\n    x\ne:\n- f\n- g: h\nk: {l: m}\n",
            ParseOptions::default(),
        )
        .unwrap();
        extra(&mut value).comments = comments("# top", "", "# end");
        let at = |value: &mut Value, path: &[&str], key, own| {
            let extra = extra(value.get_path_mut(path).unwrap());
            extra.key_comments = key;
            extra.comments = own;
        };
        let none = Comments::default;
        at(&mut value, &["a"], none(), comments("", "# one", ""));
        at(
            &mut value,
            &["b"],
            comments("# above b\n# twice", "# at b", "# below b"),
            none(),
        );
        at(
            &mut value,
            &["b", "d"],
            comments("", "", "# below d"),
            comments("", "# at d", ""),
        );
        at(&mut value, &["k"], none(), comments("", "# at k", ""));
        let items = value.get_mut("e").and_then(Value::as_sequence_mut).unwrap();
        extra(&mut items[0]).comments = comments("# above f", "no sharp", "# below f");
        extra(&mut items[1]).comments = comments("# above g", "", "");
        assert_eq!(
            print(&value, SequenceIndent::Compact),
            "\
# top

a: 1 # one
# above b
# twice
b: # at b
  c: 2
  d: | # at d
    x
  # below d
# below b

e:
# above f
- f # no sharp
# below f

# above g
- g: h
k: {l: m} # at k

# end
"
        );
    }

    #[test]
    fn a_commented_document_stays_as_it_is() {
        let text = "\
# about the document

# above a
a: 1 # one
# below a

b: # at b
  # above c
  c: 2
  # below c

  d: | # at d
    x
";
        let options = ParseOptions {
            comments: true,
            ..ParseOptions::default()
        };
        let value = parse_document(text, options).unwrap();
        assert_eq!(print(&value, SequenceIndent::Compact), text);
    }

    #[test]
    fn comments_break_lines_inside_brackets() {
        let mut value =
            parse_document("a: [b, c]\nd: {e: f, g: h}\n", ParseOptions::default()).unwrap();
        let items = value.get_mut("a").and_then(Value::as_sequence_mut).unwrap();
        extra(&mut items[0]).comments = comments("", "# b", "");
        extra(&mut items[1]).comments = comments("# above c", "# c", "");
        extra(value.get_path_mut(&["d", "e"]).unwrap()).comments = comments("", "# f", "");
        let printed = print(&value, SequenceIndent::Compact);
        assert_eq!(
            printed,
            "a: [b, # b\n  # above c\n  c, # c\n]\nd: {e: f, # f\n  g: h}\n"
        );
        assert_eq!(
            parse_document(&printed, ParseOptions::default()).unwrap(),
            value
        );
    }
}
