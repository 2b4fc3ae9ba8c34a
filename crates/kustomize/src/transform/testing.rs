//! What the tests of transformers share: resources from text and back.

use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use trimtab_schema::Schema;
use trimtab_tree::{ParseOptions, Value, parse_document, parse_documents, write_yaml};

/// The resources in a text.
pub(super) fn resources(text: &str) -> ResourceSet {
    let schema = Schema::kustomize();
    let mut set = ResourceSet::new(schema.clone());
    for document in parse_documents(text, ParseOptions::default()).unwrap() {
        set.append(Resource::new(document, &schema)).unwrap();
    }
    set
}

/// The only value in a text.
pub(super) fn value(text: &str) -> Value {
    parse_document(text, ParseOptions::default()).unwrap()
}

/// The resources as text.
pub(super) fn text(set: &ResourceSet) -> String {
    let documents: Vec<String> = set
        .iter()
        .map(|resource| {
            let mut text = String::new();
            write_yaml(resource.value(), &mut text).unwrap();
            text
        })
        .collect();
    documents.join("---\n")
}

/// Compares resources with the text that they should be; what stands in the text does not have to
/// be in printed form.
#[track_caller]
pub(super) fn assert_text(set: &ResourceSet, expected: &str) {
    assert_eq!(text(set), text(&resources(expected)));
}
