//! What the API gets of an object: what kustomize prints, read as JSON.

use trimtab_tree::{Node, ScalarKind, Value, parse_float, parse_int};

/// A copy of an object whose numbers and booleans are written as JSON has them: `1.0` is the whole
/// number `1` by then, and `0x10` is `16`.
#[must_use]
pub fn as_sent(value: &Value) -> Value {
    let mut sent = value.clone();
    settle(&mut sent);
    sent
}

/// Whether a text is to be changed after the build: Flux puts values in place of `${NAME}`.
#[must_use]
pub fn is_substituted(text: &str) -> bool {
    text.contains("${")
}

/// Whether the object is a file that sops encrypted, which something decrypts after the build.
#[must_use]
pub fn is_encrypted(object: &Value) -> bool {
    object.get_path(&["sops", "mac"]).is_some()
}

fn settle(value: &mut Value) {
    match &mut value.node {
        Node::Mapping(fields) => fields.values_mut().for_each(settle),
        Node::Sequence(items) => items.iter_mut().for_each(settle),
        Node::Scalar(scalar) => match scalar.kind {
            ScalarKind::Bool => {
                let is_true = scalar.text().starts_with(['t', 'T', 'y', 'Y'])
                    || scalar.text().eq_ignore_ascii_case("on");
                scalar.set_text(if is_true { "true" } else { "false" });
            }
            ScalarKind::Int => {
                if let Some(number) = parse_int(scalar.text()) {
                    scalar.set_text(number.to_string());
                }
            }
            ScalarKind::Float => {
                let number = parse_float(scalar.text());
                let whole = number.filter(|number| number.fract() == 0.0 && number.abs() < 1e21);
                if let Some(whole) = whole {
                    scalar.kind = ScalarKind::Int;
                    scalar.set_text(format!("{whole:.0}"));
                }
            }
            ScalarKind::Null | ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Binary => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use super::as_sent;
    use trimtab_tree::{JsonStyle, ParseOptions, parse_document, write_json};

    #[test]
    fn numbers_are_those_of_json() {
        let text = "[1.0, 0x10, 1.5, 'on', 1e3]";
        let value = parse_document(text, ParseOptions::default()).unwrap();
        let mut out = String::new();
        write_json(&as_sent(&value), &mut out, JsonStyle::Ordered).unwrap();
        assert_eq!(out, r#"[1,16,1.5,"on",1000]"#);
    }
}
