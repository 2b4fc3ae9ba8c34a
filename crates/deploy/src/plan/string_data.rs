//! `stringData` of Secrets, which is only a way to write `data`: the server keeps nothing of it, and nobody owns
//! what was written by it, so that a key which is no longer described would stay.

use super::display::is_secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::{Mapping, Value};

/// Writes the `stringData` of a Secret as `data`, over what it has of it. What is no text stays where it is, for the
/// server to refuse.
pub(super) fn into_data(object: &mut Value) {
    if !is_secret(object) {
        return;
    }
    let texts = object.get("stringData").and_then(Value::as_mapping);
    let texts: Option<Vec<(String, String)>> = texts.and_then(|texts| {
        let text =
            |(key, value): (&str, &Value)| Some((key.to_owned(), value.as_str()?.to_owned()));
        texts.iter().map(text).collect()
    });
    let (Some(texts), Some(fields)) = (texts, object.as_mapping_mut()) else {
        return;
    };
    fields.remove("stringData");
    let data = fields.get_or_insert_with("data", || Mapping::new().into());
    if data.is_null() {
        *data = Mapping::new().into();
    }
    if let Some(data) = data.as_mapping_mut() {
        for (key, text) in texts {
            data.insert(key, Value::string(STANDARD.encode(text)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_is_written_as_text_is_data() {
        for (object, expected) in [
            (
                "{apiVersion: v1, kind: Secret, data: {a: eA==, b: Yg==}, stringData: {a: c}}",
                "{apiVersion: v1, kind: Secret, data: {a: Yw==, b: Yg==}}",
            ),
            (
                "{apiVersion: v1, kind: Secret, stringData: {a: c}}",
                "{apiVersion: v1, kind: Secret, data: {a: Yw==}}",
            ),
            // The server has something to say about these.
            (
                "{apiVersion: v1, kind: Secret, stringData: {a: 1}}",
                "{apiVersion: v1, kind: Secret, stringData: {a: 1}}",
            ),
            (
                "{apiVersion: v1, kind: Other, stringData: {a: c}}",
                "{apiVersion: v1, kind: Other, stringData: {a: c}}",
            ),
        ] {
            let mut found = yaml(object);
            into_data(&mut found);
            assert_eq!(found, yaml(expected), "{object}");
        }
    }
}
