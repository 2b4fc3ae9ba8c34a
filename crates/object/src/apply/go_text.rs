//! Values as Go's formatting shows them: the server's refusals have them so.

use trimtab_tree::{Node, ScalarKind, Value};

/// A value in the syntax of Go: `map[string]interface {}{"a":1}`.
pub(super) fn go_syntax(value: &Value) -> String {
    match &value.node {
        Node::Scalar(scalar) if value.as_str().is_some() => format!("{:?}", scalar.text()),
        Node::Scalar(scalar) => scalar.text().to_owned(),
        Node::Sequence(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Node::Mapping(fields) => {
            let mut fields: Vec<(&str, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields.into_iter();
            let fields = fields.map(|(key, value)| format!("{key:?}:{}", go_syntax(value)));
            let fields: Vec<String> = fields.collect();
            format!("map[string]interface {{}}{{{}}}", fields.join(", "))
        }
    }
}

/// A value as Go prints it: `map[a:1 b:[x y]]`.
pub(super) fn go_text(value: &Value) -> String {
    match &value.node {
        _ if value.is_null() => "<nil>".to_owned(),
        Node::Scalar(scalar) => scalar.text().to_owned(),
        Node::Sequence(items) => {
            let items: Vec<String> = items.iter().map(go_text).collect();
            format!("[{}]", items.join(" "))
        }
        Node::Mapping(fields) => {
            let mut fields: Vec<(&str, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields.into_iter();
            let fields = fields.map(|(key, value)| format!("{key}:{}", go_text(value)));
            let fields: Vec<String> = fields.collect();
            format!("map[{}]", fields.join(" "))
        }
    }
}

/// What Go calls the type of a value.
pub(super) fn go_type(value: &Value) -> &'static str {
    match &value.node {
        Node::Sequence(_) => "[]interface {}",
        Node::Mapping(_) => "map[string]interface {}",
        Node::Scalar(scalar) => match scalar.kind {
            ScalarKind::Bool => "bool",
            ScalarKind::Int => "int64",
            ScalarKind::Float => "float64",
            _ => "string",
        },
    }
}
