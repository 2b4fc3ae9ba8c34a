//! What an object would be that cannot be changed but only be made anew. The server does not say, for it cannot
//! be asked about a second one of the same name.

use crate::fields::field;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_object::{kubernetes_strategic_merge, merge_patch};
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Value};

/// What is there, with all that is described put into it.
pub(super) fn replaced(live: &Value, object: &Value, schema: &Schema) -> Value {
    let object = with_data_only(object);
    let ty = schema.type_of(field(&object, "apiVersion"), field(&object, "kind"));
    let merged = ty.and_then(|ty| kubernetes_strategic_merge(live, &object, ty).ok());
    merged.unwrap_or_else(|| {
        let mut merged = live.clone();
        merge_patch(&mut merged, &object);
        merged
    })
}

/// A Secret as the server keeps it: `stringData` is only a way to write `data`.
fn with_data_only(object: &Value) -> Value {
    let mut object = object.clone();
    if field(&object, "kind") != "Secret" || field(&object, "apiVersion") != "v1" {
        return object;
    }
    let Some(fields) = object.as_mapping_mut() else {
        return object;
    };
    let Some(written) = fields.remove("stringData") else {
        return object;
    };
    let data = fields.get("data").and_then(Value::as_mapping);
    let mut data = data.cloned().unwrap_or_default();
    for (key, text) in written.as_mapping().into_iter().flat_map(Mapping::iter) {
        let text = STANDARD.encode(text.text().unwrap_or_default());
        data.insert(key, Value::string(text));
    }
    fields.insert("data", data.into());
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_is_described_is_put_into_what_is_there() {
        let schema = Schema::kubernetes();
        for (live, object, expected) in [
            (
                "{apiVersion: batch/v1, kind: Job, spec: {completions: 1, template: {spec: {containers: [{name: a, image: a:1, tty: false}]}}}}",
                "{apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{name: a, image: a:2}]}}}}",
                "{apiVersion: batch/v1, kind: Job, spec: {completions: 1, template: {spec: {containers: [{name: a, image: a:2, tty: false}]}}}}",
            ),
            (
                "{apiVersion: v1, kind: Secret, immutable: true, data: {a: YQ==, b: Yg==}}",
                "{apiVersion: v1, kind: Secret, data: {b: Yg==}, stringData: {a: c}}",
                "{apiVersion: v1, kind: Secret, immutable: true, data: {a: Yw==, b: Yg==}}",
            ),
            (
                "{apiVersion: x.io/v1, kind: Own, spec: {a: 1, b: 2}}",
                "{apiVersion: x.io/v1, kind: Own, spec: {b: 3}}",
                "{apiVersion: x.io/v1, kind: Own, spec: {a: 1, b: 3}}",
            ),
        ] {
            let found = replaced(&yaml(live), &yaml(object), &schema);
            assert_eq!(found, yaml(expected), "{object}");
        }
    }
}
