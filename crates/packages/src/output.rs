//! Objects as YAML again.

use crate::annotations::{INDEX, OLD_INDEX, OLD_PATH, PATH, file, remove};
use crate::format::strip_comments;
use std::path::Path;
use trimtab_tree::{
    Extra, JsonStyle, Mapping, Node, Result, SequenceIndent, Style as NodeStyle, Value, write_json,
    write_yaml_styled,
};

/// How objects are written.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Whether the annotations stay that say where an object came from.
    pub keep_annotations: bool,
    /// Whether those stay that name its file, when the others do not.
    pub keep_paths: bool,
    /// The kind of a list that takes all objects; each is a document of its own when empty.
    pub wrap_kind: String,
    /// The `apiVersion` of that list.
    pub wrap_version: String,
    /// What that list has for `functionConfig`.
    pub function_config: Option<Value>,
    /// The styles of each object's outermost node.
    pub styles: Vec<Style>,
}

/// A style of YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `!!map` in front.
    Tagged,
    /// `{a: b}`
    Flow,
    /// A style of texts; an object is none.
    Text,
}

impl Output {
    /// Appends the objects to `out`.
    ///
    /// # Errors
    /// When an object that came from a JSON file holds what JSON cannot.
    pub fn write(&self, mut objects: Vec<Value>, out: &mut String) -> Result<()> {
        let as_json = self.wrap_kind.is_empty()
            && objects.len() == 1
            && Path::new(file(&objects[0]))
                .extension()
                .is_some_and(|it| it == "json");
        for object in &mut objects {
            let mine: &[&str] = match (self.keep_annotations, self.keep_paths) {
                (true, _) => &[],
                (false, true) => &[INDEX, OLD_INDEX],
                (false, false) => &[INDEX, OLD_INDEX, PATH, OLD_PATH],
            };
            remove(object, mine);
            self.style(object);
        }
        if as_json {
            write_json(&objects[0], out, JsonStyle::GoIndented)?;
            out.push('\n');
            return Ok(());
        }
        if !self.wrap_kind.is_empty() {
            return write_yaml_styled(&self.wrap(objects), out, SequenceIndent::Compact);
        }
        for (at, object) in objects.iter().enumerate() {
            if at > 0 {
                out.push_str("---\n");
            }
            write_yaml_styled(object, out, SequenceIndent::Compact)?;
        }
        Ok(())
    }

    fn style(&self, value: &mut Value) {
        for style in &self.styles {
            match style {
                Style::Flow => value.style = NodeStyle::Flow,
                Style::Tagged => {
                    let extra = value.extra.get_or_insert_default();
                    extra.tag.get_or_insert("!!map".into());
                }
                Style::Text => {}
            }
        }
    }

    fn wrap(&self, mut objects: Vec<Value>) -> Value {
        // Comments of a document have no place in a list.
        objects.iter_mut().for_each(drop_document_comments);
        let mut list = Mapping::new();
        list.insert("apiVersion", Value::string(self.wrap_version.as_str()));
        list.insert("kind", Value::string(self.wrap_kind.as_str()));
        list.insert("items", Value::sequence(objects));
        if let Some(config) = &self.function_config {
            let mut config = config.clone();
            drop_document_comments(&mut config);
            list.insert("functionConfig", config);
        }
        let mut list = Value::from(list);
        self.style(&mut list);
        list
    }
}

fn drop_document_comments(object: &mut Value) {
    if let Some(Extra { comments, .. }) = object.extra.as_deref_mut() {
        *comments = trimtab_tree::Comments::default();
    }
}

/// A value by itself, as it is written.
pub(crate) fn compact(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_yaml_styled(value, &mut text, SequenceIndent::Compact)?;
    Ok(text)
}

/// A value by itself in brackets or, if it is a scalar, without quotes that it does not need.
pub(crate) fn flow(value: &Value) -> Result<String> {
    let mut value = value.clone();
    match &mut value.node {
        Node::Scalar(scalar) => scalar.style = NodeStyle::Plain,
        Node::Sequence(_) | Node::Mapping(_) => value.style = NodeStyle::Flow,
    }
    compact(&value)
}

/// [`flow`] without comments, on as few lines as the texts in it allow.
pub(crate) fn brief(value: &Value) -> Result<String> {
    let mut value = value.clone();
    strip_comments(&mut value);
    Ok(flow(&value)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    fn written(text: &str, output: &Output) -> String {
        let options = ParseOptions {
            comments: true,
            ..ParseOptions::default()
        };
        let value = parse_document(text, options).unwrap();
        let mut out = String::new();
        output.write(vec![value], &mut out).unwrap();
        out
    }

    #[test]
    fn objects_are_wrapped_and_styled() {
        let wrap = Output {
            wrap_kind: "List".to_owned(),
            wrap_version: "v1".to_owned(),
            ..Output::default()
        };
        assert_eq!(
            written("# top\n\n# kind\nkind: A\n", &wrap),
            "apiVersion: v1\nkind: List\nitems:\n- # kind\n  kind: A\n"
        );
        let styled = |style| Output {
            styles: vec![style],
            ..Output::default()
        };
        assert_eq!(
            written("a:\n- b: 1\n", &styled(Style::Flow)),
            "{a: [{b: 1}]}\n"
        );
        assert_eq!(written("a: 1\n", &styled(Style::Tagged)), "!!map\na: 1\n");
        assert_eq!(written("a: 1\n", &styled(Style::Text)), "a: 1\n");
    }

    #[test]
    fn annotations_of_the_reader_go_and_leave_nothing_empty() {
        let text = "a: 1\nmetadata:\n  annotations:\n    config.kubernetes.io/path: 'x.yaml'\n    internal.config.kubernetes.io/index: '0'\n";
        assert_eq!(written(text, &Output::default()), "a: 1\n");
        let keep = Output {
            keep_annotations: true,
            ..Output::default()
        };
        assert_eq!(written(text, &keep), text);
        let json = text.replace("x.yaml", "x.json");
        assert_eq!(written(&json, &Output::default()), "{\n  \"a\": 1\n}\n");
    }
}
