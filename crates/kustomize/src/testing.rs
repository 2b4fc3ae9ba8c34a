//! What tests of several modules need.

use crate::{Resource, ResourceSet};
use trimtab_schema::Schema;
use trimtab_tree::{ParseOptions, Value, parse_documents, write_yaml};

/// The documents of a YAML text.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    parse_documents(text, ParseOptions::default()).unwrap()
}

/// The resources in a YAML text.
pub(crate) fn set(text: &str) -> ResourceSet {
    let mut set = ResourceSet::new(Schema::kustomize());
    let schema = set.schema().clone();
    for document in documents(text) {
        set.append(Resource::new(document, &schema)).unwrap();
    }
    set
}

/// The resources as they are printed.
pub(crate) fn printed(set: &ResourceSet) -> String {
    let texts = set.iter().map(|resource| {
        let mut text = String::new();
        write_yaml(resource.value(), &mut text).unwrap();
        text
    });
    texts.collect::<Vec<_>>().join("---\n")
}
