//! What several test modules need.

use crate::target::Resource;
use std::sync::Arc;
use trimtab_tree::{ParseOptions, Value, parse_document};

/// A resource type without more than its names.
pub(crate) fn resource(
    group: &str,
    version: &str,
    plural: &str,
    kind: &str,
    is_namespaced: bool,
) -> Arc<Resource> {
    Arc::new(Resource {
        group: group.into(),
        version: version.into(),
        plural: plural.into(),
        singular: kind.to_lowercase().into(),
        kind: kind.into(),
        is_namespaced,
        short_names: Vec::new(),
        categories: Vec::new(),
        verbs: Vec::new(),
        subresources: Vec::new(),
    })
}

/// A tree from YAML.
pub(crate) fn yaml(text: &str) -> Value {
    parse_document(text, ParseOptions::default()).expect("it is YAML")
}
