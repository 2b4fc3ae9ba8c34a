//! Steps that objects of custom kinds share with built-in ones.

use crate::equality::same_strictly;
use crate::validate::errors::Errors;
use crate::validate::formats;
use crate::validate::{FieldError, metadata};
use trimtab_tree::{Mapping, Value};

/// What is wrong with the metadata of a new object of a custom kind.
#[must_use]
pub fn validate_custom_create(object: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    metadata::check(object, formats::dns_subdomain, &mut errors);
    errors.into_found()
}

/// What is wrong with the metadata of an update of `old`.
#[must_use]
pub fn validate_custom_update(object: &Value, old: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    metadata::check(object, formats::path_segment, &mut errors);
    // The server looks at what may not change, and the kind does so again.
    metadata::check_update(object, old, &mut errors);
    metadata::check_update(object, old, &mut errors);
    errors.into_found()
}

/// Whether two objects are the same, their metadata aside. Null is a value of its own.
#[must_use]
pub fn is_same_but_metadata(a: &Value, b: &Value) -> bool {
    let fields = |object: &Value| {
        let mut fields = object.as_mapping().cloned().unwrap_or_else(Mapping::new);
        fields.remove("metadata");
        Value::from(fields)
    };
    same_strictly(&fields(a), &fields(b))
}

/// What should not be done with finalizers, of those of an object that `old` does not have.
#[must_use]
pub fn custom_finalizer_warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let finalizers = |object: &Value| -> Vec<String> {
        let items = object.get_path(&["metadata", "finalizers"]);
        let items = items
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .iter();
        items.filter_map(Value::text).map(str::to_owned).collect()
    };
    let known = old.map(finalizers).unwrap_or_default();
    let mut added = finalizers(object);
    added.retain(|name| !known.contains(name));
    added.sort();
    added.dedup();
    let mut warnings = Vec::new();
    for name in added {
        for problem in formats::qualified_name(&name) {
            warnings.push(format!("metadata.finalizers: {name:?}: {problem}"));
        }
        if name.contains('/') || formats::is_standard_finalizer(&name) {
            continue;
        }
        let how = if name.contains('.') {
            " including a path (/)"
        } else {
            ""
        };
        warnings.push(format!(
            "metadata.finalizers: {name:?}: prefer a domain-qualified finalizer name{how} to avoid \
             accidental conflicts with other finalizer writers"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn finalizers_without_a_domain_are_warned_of_once() {
        let object = |text: &str| parse_json(text, 0).unwrap();
        let new = object(r#"{"metadata":{"finalizers":["a.b/c","x","a.b"]}}"#);
        let old = object(r#"{"metadata":{"finalizers":["x"]}}"#);
        assert_eq!(custom_finalizer_warnings(&new, None).len(), 2);
        let warnings = custom_finalizer_warnings(&new, Some(&old));
        assert!(warnings[0].contains("including a path"), "{warnings:?}");
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn metadata_do_not_count_as_content() {
        let object = |text: &str| parse_json(text, 0).unwrap();
        let one = object(r#"{"metadata":{"name":"a"},"spec":{"a":1,"b":2}}"#);
        let same = object(r#"{"metadata":{"name":"b"},"spec":{"b":2,"a":1}}"#);
        let other = object(r#"{"metadata":{"name":"a"},"spec":{"a":1}}"#);
        assert!(is_same_but_metadata(&one, &same));
        assert!(!is_same_but_metadata(&one, &other));
        let null = object(r#"{"metadata":{"name":"a"},"spec":{"a":1,"b":2,"c":null}}"#);
        assert!(!is_same_but_metadata(&one, &null));
    }
}
