//! Label selectors as objects have them: `matchLabels` and `matchExpressions`.

use crate::fields::{entries_at, items_at, text_at};
use trimtab_tree::Value;
use trimtab_validation::usage::holds;

/// Whether labels fulfil a selector. No selector, or one that asks nothing, selects everything.
pub(super) fn selects(selector: Option<&Value>, labels: Option<&Value>) -> bool {
    let Some(selector) = selector else {
        return true;
    };
    let label = |key: &str| labels.and_then(|labels| labels.get(key)?.text());
    entries_at(selector, &["matchLabels"]).all(|(key, value)| label(key) == value.text())
        && items_at(selector, &["matchExpressions"])
            .iter()
            .all(|expression| {
                let key = text_at(expression, &["key"]).unwrap_or_default();
                holds(expression, label(key))
            })
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse;
    use super::*;

    #[test]
    fn labels_are_selected() {
        let labels = parse(r#"{"a": "1", "b": "2"}"#);
        for (selector, wanted) in [
            ("{}", true),
            (r#"{"matchLabels": {"a": "1"}}"#, true),
            (r#"{"matchLabels": {"a": "2"}}"#, false),
            (
                r#"{"matchExpressions": [{"key": "c", "operator": "NotIn", "values": ["1"]}]}"#,
                true,
            ),
            (
                r#"{"matchExpressions": [{"key": "b", "operator": "NotIn", "values": ["2"]}]}"#,
                false,
            ),
            (
                r#"{"matchExpressions": [{"key": "b", "operator": "In", "values": ["1", "2"]}]}"#,
                true,
            ),
            (
                r#"{"matchExpressions": [{"key": "c", "operator": "Exists"}]}"#,
                false,
            ),
            (
                r#"{"matchExpressions": [{"key": "c", "operator": "DoesNotExist"}]}"#,
                true,
            ),
        ] {
            let selector = parse(selector);
            assert_eq!(
                selects(Some(&selector), Some(&labels)),
                wanted,
                "{selector:?}"
            );
        }
        assert!(selects(None, None));
    }
}
