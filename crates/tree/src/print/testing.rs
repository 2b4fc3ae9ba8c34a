//! What several tests of printing need.

use crate::{ParseOptions, Value, parse_documents, write_yaml};

pub(super) fn parse(text: &str) -> Value {
    let documents = parse_documents(text, ParseOptions::default());
    documents.unwrap().remove(0)
}

/// What a value prints behind other text.
pub(super) fn print(value: &Value) -> String {
    let mut out = "before: it\n".to_owned();
    write_yaml(value, &mut out).unwrap();
    out
}

/// What a value prints that shares nothing with others.
pub(super) fn printed_alone(value: &Value) -> String {
    print(&unshared(value))
}

fn unshared(value: &Value) -> Value {
    let mut copy = value.clone();
    if let Some(fields) = copy.as_mapping_mut() {
        fields
            .values_mut()
            .for_each(|field| *field = unshared(field));
    }
    if let Some(items) = copy.as_sequence_mut() {
        for item in items {
            *item = unshared(item);
        }
    }
    copy
}
