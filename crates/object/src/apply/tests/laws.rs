//! Laws that hold for any configuration.

use super::{World, drop_nulls};
use crate::apply::compare::compare;
use crate::apply::field_set::FieldSet;
use crate::apply::manager::Managers;
use crate::apply::owned::fields_of;
use crate::apply::path_element::PathElement;
use crate::apply::shape::Place;
use crate::equality::same_json;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use trimtab_tree::{Mapping, Text, Value};

fn text(options: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::sample::select(options).prop_map(Value::string)
}

fn map() -> impl Strategy<Value = Value> {
    btree_map("[abc]", text(&["1", "2"]), 0..3).prop_map(|map| {
        let fields = map.into_iter().map(|(key, value)| (Text::from(key), value));
        Value::from(fields.collect::<Mapping>())
    })
}

/// Some of these names in some order, each once.
fn names() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(&["a", "b", "c", "d", "e"], 0..=5).prop_shuffle()
}

fn object(fields: Vec<(&'static str, Option<Value>)>) -> Value {
    let there = fields
        .into_iter()
        .filter_map(|(key, value)| Some((Text::from(key), value?)));
    Value::from(there.collect::<Mapping>())
}

fn containers() -> impl Strategy<Value = Value> {
    names().prop_flat_map(|names| {
        let length = names.len();
        let images = vec(option::of(text(&["i:1", "i:2"])), length);
        let args = vec(option::of(vec(text(&["x", "y"]), 0..3)), length);
        (images, args).prop_map(move |(images, args)| {
            let rest = images.into_iter().zip(args);
            let items = names.iter().zip(rest).map(|(name, (image, args))| {
                object(vec![
                    ("name", Some(Value::string(*name))),
                    ("image", image),
                    ("args", args.map(Value::sequence)),
                ])
            });
            Value::sequence(items.collect())
        })
    })
}

/// A pod's configuration with a granular map, a set, a keyed list, an atomic list and scalars.
fn config() -> impl Strategy<Value = Value> {
    let finalizers =
        names().prop_map(|names| Value::sequence(names.into_iter().map(Value::string).collect()));
    let metadata = (option::of(map()), option::of(finalizers));
    let spec = (
        option::of(containers()),
        option::of(text(&["n1", "n2"])),
        option::of(map()),
    );
    (metadata, spec).prop_map(|((labels, finalizers), (containers, node, selector))| {
        object(vec![
            ("apiVersion", Some(Value::string("v1"))),
            ("kind", Some(Value::string("Pod"))),
            (
                "metadata",
                Some(object(vec![
                    ("name", Some(Value::string("p"))),
                    ("labels", labels),
                    ("finalizers", finalizers),
                ])),
            ),
            (
                "spec",
                Some(object(vec![
                    ("containers", containers),
                    ("nodeName", node),
                    ("nodeSelector", selector),
                ])),
            ),
        ])
    })
}

fn nothing() -> Value {
    crate::testing::yaml("{apiVersion: v1, kind: Pod, metadata: {name: p}}")
}

fn field_set() -> impl Strategy<Value = FieldSet> {
    let element = proptest::sample::select(&["f:a", "f:b", r#"k:{"n":"x"}"#, "v:1", "i:0"][..])
        .prop_map(|text| PathElement::parse(text).unwrap().unwrap());
    vec(vec(element, 1..4), 0..8).prop_map(|paths| {
        let mut set = FieldSet::new();
        for path in &paths {
            set.insert(path);
        }
        set
    })
}

/// Drops lists and objects without anything in them, which most types take for nothing.
fn drop_empty(value: &mut Value) {
    if let Some(fields) = value.as_mapping_mut() {
        fields.retain(|_, value| {
            drop_empty(value);
            !value.is_null_or_empty()
        });
    }
}

fn key_names(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_sequence).unwrap_or_default().iter();
    items
        .filter_map(|item| item.get("name").or(Some(item))?.as_str().map(str::to_owned))
        .collect()
}

proptest! {
    #[test]
    fn applying_again_is_no_change(first in config(), second in config()) {
        let mut world = World::new();
        world.apply_value("m1", &first, true).unwrap();
        world.apply_value("m2", &second, true).unwrap();
        let once = world.live().clone();
        world.apply_value("m2", &second, false).unwrap();
        prop_assert!(same_json(world.live(), &once));
    }

    #[test]
    fn what_is_applied_is_there_and_owned(first in config(), second in config()) {
        let mut world = World::new();
        world.apply_value("m1", &first, true).unwrap();
        world.apply_value("m2", &second, true).unwrap();
        let schema = world.schema.clone();
        let place = Place::of(schema.type_of("v1", "Pod"));
        let changes = compare(&second, world.live(), place);
        let said = fields_of(&second, place);
        prop_assert!(changes.modified.is_empty(), "{:?}", changes.modified);
        prop_assert!(changes.removed.intersection(&said).is_empty(), "{:?}", changes.removed);
        let managers = Managers::of(world.live()).unwrap();
        let mine = managers.0.iter().find(|(id, _)| id.manager == "m2");
        let mut unowned = said.difference(&mine.map(|(_, owner)| owner.fields().clone()).unwrap_or_default());
        unowned.subtract(crate::apply::stripped::fields());
        prop_assert!(unowned.is_empty(), "{unowned:?}");
    }

    #[test]
    fn what_nobody_owns_any_more_is_gone(first in config(), second in config()) {
        let mut world = World::new();
        world.apply_value("m1", &first, true).unwrap();
        world.apply_value("m2", &second, true).unwrap();
        world.apply_value("m1", &nothing(), true).unwrap();
        let schema = world.schema.clone();
        let place = Place::of(schema.type_of("v1", "Pod"));
        let managers = Managers::of(world.live()).unwrap();
        let mut left = fields_of(world.live(), place);
        for owner in managers.0.values() {
            left.subtract(owner.fields());
        }
        left.subtract(crate::apply::stripped::fields());
        left.subtract_with_descendants(&FieldSet::of_fields(&[&["metadata", "managedFields"]]));
        // Maps that lost their last item stay as empty maps do: nobody's, and dropped by decoding.
        prop_assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn giving_everything_up_undoes_an_apply(config in config()) {
        let mut world = World::new();
        world.apply_value("m1", &nothing(), true).unwrap();
        let before = world.live().clone();
        world.apply_value("m2", &config, true).unwrap();
        world.apply_value("m2", &nothing(), true).unwrap();
        let mut after = world.live().clone();
        // An empty list has no owner, so a manager of its own may have come to be.
        crate::apply::manager::set_managed_fields(&mut after, None);
        drop_empty(&mut after);
        prop_assert!(same_json(&after, &before), "{}", super::json(&after));
    }

    #[test]
    fn an_apply_without_force_takes_nothing(first in config(), second in config()) {
        let mut world = World::new();
        world.apply_value("m1", &first, false).unwrap();
        let before = world.owned("m1", "Apply");
        if world.apply_value("m2", &second, false).is_ok() {
            prop_assert_eq!(world.owned("m1", "Apply"), before);
        }
    }

    #[test]
    fn nobody_owns_what_an_update_removed(first in config(), second in config()) {
        let mut world = World::new();
        world.apply_value("m1", &first, true).unwrap();
        let old = world.live().clone();
        let mut new = second;
        drop_nulls(&mut new);
        world.update("tool", "", new);
        let schema = world.schema.clone();
        let place = Place::of(schema.type_of("v1", "Pod"));
        let changes = compare(&old, world.live(), place);
        for owner in Managers::of(world.live()).unwrap().0.values() {
            prop_assert!(owner.fields().intersection(&changes.removed).is_empty());
        }
    }

    #[test]
    fn lists_keep_the_order_of_the_configuration_and_of_what_was_there(
        first in names(),
        second in names(),
    ) {
        let list = |names: &[&str]| {
            let items = names.iter().map(|name| object(vec![("name", Some(Value::string(*name)))]));
            let mut pod = nothing();
            let spec = object(vec![("containers", Some(Value::sequence(items.collect())))]);
            pod.as_mapping_mut().unwrap().insert("spec", spec);
            pod
        };
        let mut world = World::new();
        world.apply_value("m1", &list(&first), true).unwrap();
        world.apply_value("m2", &list(&second), true).unwrap();
        let merged = key_names(world.get(&["spec", "containers"]));
        let only = |keep: &dyn Fn(&str) -> bool| {
            merged.iter().filter(|name| keep(name)).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(only(&|name| second.contains(&name)), second.clone());
        let own: Vec<&str> = first.iter().copied().filter(|name| !second.contains(name)).collect();
        prop_assert_eq!(only(&|name| !second.contains(&name)), own);
    }

    #[test]
    fn sets_of_fields_are_sets(a in field_set(), b in field_set(), c in field_set()) {
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
        prop_assert_eq!(a.intersection(&b), b.intersection(&a));
        prop_assert_eq!(a.union(&a), a.clone());
        prop_assert!(a.difference(&b).intersection(&b).is_empty());
        prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
        prop_assert_eq!(a.union(&b).difference(&b), a.difference(&b));
        let mut rest = a.clone();
        rest.subtract_with_descendants(&b);
        prop_assert!(rest.difference(&a).is_empty());
        prop_assert!(rest.intersection(&b).is_empty());
    }

    #[test]
    fn the_public_form_says_all(set in field_set()) {
        let value = set.to_value();
        prop_assert_eq!(FieldSet::from_value(&value), Ok(set.clone()));
        let json = super::json(&value);
        let read = trimtab_tree::parse_json(&json, 0).unwrap();
        prop_assert_eq!(FieldSet::from_value(&read), Ok(set));
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,12}") {
        for prefix in ["", "f:", "k:", "v:", "i:"] {
            let text = format!("{prefix}{text}");
            if let Ok(Some(element)) = PathElement::parse(&text) {
                let again = PathElement::parse(&element.to_text());
                prop_assert_eq!(again, Ok(Some(element)));
            }
        }
    }
}
