//! What YAML 1.1, as go-yaml v2 reads it, takes for something else than the tree does.

use trimtab_tree::{Node, Scalar, ScalarKind, Style, Value, old_boolean, resolve};

/// Reads plain scalars as YAML 1.1 does: `yes` and its like are booleans, also as keys, and
/// timestamps are strings. kustomize reads a JSON patch that is written as YAML in this way (but not
/// one that is written as JSON, where no scalar is plain).
pub fn read_as_yaml_1_1(value: &mut Value) {
    match &mut value.node {
        Node::Scalar(scalar) if scalar.style == Style::Plain => match scalar.kind {
            ScalarKind::String => {
                if let Some(bool) = old_boolean(scalar.text()) {
                    *scalar = Scalar::new(ScalarKind::Bool, if bool { "true" } else { "false" });
                }
            }
            ScalarKind::Timestamp => scalar.kind = ScalarKind::String,
            _ => {}
        },
        Node::Scalar(_) => {}
        Node::Sequence(items) => items.iter_mut().for_each(read_as_yaml_1_1),
        Node::Mapping(fields) => {
            let renamed: Vec<(String, &str)> = fields
                .entries()
                .iter()
                .filter(|entry| entry.key.style == Style::Plain)
                .filter_map(|entry| {
                    let bool = old_boolean(entry.key.text())?;
                    let name = if bool { "true" } else { "false" };
                    Some((entry.key.text().to_owned(), name))
                })
                .collect();
            for (from, to) in renamed {
                fields.rename(&from, to);
            }
            fields.values_mut().for_each(read_as_yaml_1_1);
        }
    }
}

/// Quotes a plain string that YAML 1.1 would not take for one, as kyaml does to fields it sets.
pub(super) fn quote_if_ambiguous(value: &mut Value) {
    if let Some(scalar) = value.as_scalar_mut()
        && scalar.kind == ScalarKind::String
        && scalar.style == Style::Plain
        && !scalar.text().is_empty()
        && (old_boolean(scalar.text()).is_some()
            || !matches!(
                resolve(scalar.text()),
                ScalarKind::String | ScalarKind::Timestamp
            ))
    {
        scalar.style = Style::DoubleQuoted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn old_booleans_are_booleans_where_they_are_plain() {
        let mut value = yaml("[yes, 'yes', Off, yEs, 2001-01-01, {on: n, 'y': 1}]");
        read_as_yaml_1_1(&mut value);
        let wanted = "[true, 'yes', false, yEs, '2001-01-01', {'true': false, 'y': 1}]";
        let keys = |value: &Value| -> Vec<String> {
            let fields = value.as_sequence().unwrap()[5].as_mapping().unwrap();
            fields.iter().map(|(key, _)| key.to_owned()).collect()
        };
        assert_eq!(keys(&value), keys(&yaml(wanted)));
        assert_eq!(
            value.as_sequence().unwrap()[..5],
            yaml(wanted).as_sequence().unwrap()[..5]
        );
    }
}
