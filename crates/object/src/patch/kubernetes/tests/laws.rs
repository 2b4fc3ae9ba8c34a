//! Laws that hold for any patch without directives.

use super::super::kubernetes_strategic_merge;
use super::POD;
use crate::testing::yaml;
use proptest::prelude::*;
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Text, Value};

fn object(fields: Vec<(&'static str, Value)>) -> Value {
    let fields = fields
        .into_iter()
        .map(|(key, value)| (Text::from(key), value));
    Value::from(fields.collect::<Mapping>())
}

fn patch() -> impl Strategy<Value = Value> {
    let names = proptest::sample::subsequence(&["a", "b", "c", "d"], 0..=4).prop_shuffle();
    let images = proptest::collection::vec(proptest::option::of("[xy]"), 4);
    let selector = proptest::option::of("[mn]");
    (names, images, selector).prop_map(|(names, images, selector)| {
        let items = names.iter().zip(images).map(|(name, image)| {
            let mut fields = vec![("name", Value::string(*name))];
            fields.extend(image.map(|image| ("image", Value::string(image))));
            object(fields)
        });
        let mut spec = vec![("containers", Value::sequence(items.collect()))];
        spec.extend(
            selector.map(|value| ("nodeSelector", object(vec![("k", Value::string(value))]))),
        );
        object(vec![("spec", object(spec))])
    })
}

fn apply(live: &Value, patch: &Value) -> Value {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Pod").unwrap();
    kubernetes_strategic_merge(live, patch, ty).unwrap()
}

fn names(pod: &Value) -> Vec<String> {
    let items = pod
        .get_path(&["spec", "containers"])
        .and_then(Value::as_sequence);
    let names = items
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.get("name")?.as_str());
    names.map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn a_patch_again_changes_nothing(patch in patch()) {
        let once = apply(&yaml(POD), &patch);
        prop_assert_eq!(apply(&once, &patch), once);
    }

    #[test]
    fn items_keep_the_order_of_the_patch_and_of_the_object(patch in patch()) {
        let merged = names(&apply(&yaml(POD), &patch));
        let (wanted, live) = (names(&patch), names(&yaml(POD)));
        let only = |keep: &dyn Fn(&String) -> bool| {
            merged.iter().filter(|name| keep(name)).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(only(&|name| wanted.contains(name)), wanted.clone());
        let others: Vec<_> = live.into_iter().filter(|name| !wanted.contains(name)).collect();
        prop_assert_eq!(only(&|name| !wanted.contains(name)), others);
    }

    #[test]
    fn what_a_patch_says_is_there(patch in patch()) {
        let merged = apply(&yaml(POD), &patch);
        let items = |pod: &Value| {
            let items = pod.get_path(&["spec", "containers"]).and_then(Value::as_sequence);
            items.unwrap_or_default().to_vec()
        };
        for wanted in items(&patch) {
            let found = items(&merged).into_iter().find(|item| item.get("name") == wanted.get("name"));
            let image = wanted.get("image").cloned();
            prop_assert!(image.is_none() || image == found.unwrap().get("image").cloned());
        }
    }
}
