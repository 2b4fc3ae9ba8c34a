//! A workload's selector as the text of a request.

use crate::fields::{field, items_at};
use trimtab_tree::{Mapping, Value};

/// The `LabelSelector` of a workload in the syntax of `labelSelector` parameters. A plain map, as
/// the `ReplicationController` has, counts as labels to match.
pub(crate) fn selector_text(selector: &Value) -> String {
    let labels = selector.get("matchLabels").or_else(|| {
        let is_plain = selector.get("matchExpressions").is_none();
        is_plain.then_some(selector)
    });
    let labels = labels.and_then(Value::as_mapping);
    let equal = labels
        .into_iter()
        .flat_map(Mapping::iter)
        .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()));
    let expressions = items_at(selector, &["matchExpressions"]).iter();
    let expressions = expressions.map(|expression| {
        let key = field(expression, "key");
        let values = items_at(expression, &["values"]).iter();
        let values: Vec<&str> = values.filter_map(Value::text).collect();
        let values = values.join(",");
        match field(expression, "operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        }
    });
    equal.chain(expressions).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn every_operator_has_its_text() {
        for (selector, text) in [
            ("{matchLabels: {a: b, c: d}}", "a=b,c=d"),
            (
                "{matchExpressions: [{key: k, operator: In, values: [x, y]}, {key: k, operator: NotIn, values: [z]}, {key: e, operator: Exists}, {key: n, operator: DoesNotExist}]}",
                "k in (x,y),k notin (z),e,!n",
            ),
            ("{app: web}", "app=web"),
        ] {
            assert_eq!(selector_text(&yaml(selector)), text);
        }
    }
}
