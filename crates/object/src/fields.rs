//! Short ways to read fields of objects that may not be there.

use trimtab_tree::Value;

/// The text at a path, unless it is empty or `null`: to the API, both are as if nothing were there.
#[must_use]
pub fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The items of the list at a path; none where there is no list.
#[must_use]
pub fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    let items = object.get_path(path).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_is_empty_is_not_there() {
        let object =
            yaml("{spec: {name: web, replicas: 3, empty: '', nothing: null, ports: [80]}}");
        let text = |field| text_at(&object, &["spec", field]);
        assert_eq!(text("name"), Some("web"));
        assert_eq!(text("replicas"), Some("3"));
        for field in ["empty", "nothing", "ports", "missing"] {
            assert_eq!(text(field), None, "{field}");
        }
        assert_eq!(items_at(&object, &["spec", "ports"]).len(), 1);
        assert!(items_at(&object, &["spec", "name"]).is_empty());
    }
}
