//! What an object would be that cannot be changed but only be made anew. The server does not say, for it cannot
//! be asked about a second one of the same name.

use crate::fields::field;
use trimtab_object::{kubernetes_strategic_merge, merge_patch};
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// What is there, with all that is described put into it.
pub(super) fn replaced(live: &Value, object: &Value, schema: &Schema) -> Value {
    let ty = schema.type_of(field(object, "apiVersion"), field(object, "kind"));
    let merged = ty.and_then(|ty| kubernetes_strategic_merge(live, object, ty).ok());
    merged.unwrap_or_else(|| {
        let mut merged = live.clone();
        merge_patch(&mut merged, object);
        merged
    })
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
