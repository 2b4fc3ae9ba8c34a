use super::*;
use crate::kustomization::decode::{Decode, Rules};
use crate::testing::{documents, set};
use trimtab_tree::Value as TreeValue;

fn selector(text: &str) -> Selector {
    let read = kustomization::Selector::decode(&documents(text)[0], Rules::KUSTOMIZATION).unwrap();
    Selector::new(&read).unwrap()
}

const RESOURCES: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a, annotations: {owner: me}}
---
apiVersion: v1
kind: Service
metadata: {name: web-a, namespace: a}
---
apiVersion: v1
kind: Namespace
metadata: {name: a}
";

#[test]
fn every_part_must_match() {
    let mut set = set(RESOURCES);
    for (text, places) in [
        ("{}", &[0, 1, 2, 3][..]),
        ("name: web", &[0, 1]),
        ("name: web.*", &[0, 1, 2]),
        ("{name: web, namespace: a}", &[1]),
        ("{name: web, namespace: default}", &[0]),
        ("namespace: a|default", &[0, 1, 2]),
        ("group: apps", &[0, 1]),
        ("kind: Service|Namespace", &[2, 3]),
        ("{version: v1, kind: Deploy}", &[]),
        ("labelSelector: tier=front", &[0]),
        ("labelSelector: '!tier'", &[1, 2, 3]),
        ("{annotationSelector: owner, labelSelector: '!tier'}", &[1]),
    ] {
        assert_eq!(selector(text).find(&mut set), places, "{text}");
    }
}

#[test]
fn the_first_name_selects_as_well_as_the_present_one() {
    let mut set = set(RESOURCES);
    let rename = |set: &mut ResourceSet, name: &str| {
        set.edit(0, |resource| {
            resource.store_previous_id();
            let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
            metadata.insert("name", TreeValue::string(name));
            Ok(())
        })
        .unwrap();
    };
    // The index is there from here on, and must follow.
    assert_eq!(selector("name: web").find(&mut set), [0, 1]);
    rename(&mut set, "between");
    rename(&mut set, "last");
    for (text, places) in [
        ("name: web", &[0, 1][..]),
        ("name: last", &[0]),
        ("name: between", &[]),
        ("name: bet.*", &[]),
    ] {
        assert_eq!(selector(text).find(&mut set), places, "{text}");
    }
    set.retain(|resource| resource.gvk().kind != "Service");
    assert_eq!(selector("name: a").find(&mut set), [2]);
}

#[test]
fn a_name_is_found_without_passing_over_all() {
    let object = |at| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: same, namespace: n{at}}}\n")
    };
    let mut set = set(&(0..50).map(object).collect::<Vec<_>>().join("---\n"));
    assert_eq!(set.find_named("same", None).len(), 50);
    assert_eq!(set.find_named("same", Some("n7")), [7]);
    assert_eq!(set.find_named("other", None), []);
}

#[test]
fn a_label_is_found_without_passing_over_all() {
    let object = |at: usize| {
        let label = ["one", "two", "''", "null"][at % 4];
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: n{at}, labels: {{a: {label}, b: x}}}}\n"
        )
    };
    let mut set = set(&(0..8).map(object).collect::<Vec<_>>().join("---\n"));
    for (text, places, looked_at) in [
        ("a=one", &[0, 4][..], 2),
        ("'a in (two, one)'", &[0, 1, 4, 5], 4),
        ("a=", &[2, 3, 6, 7], 4),
        ("'a!=one,b=x'", &[1, 2, 3, 5, 6, 7], 8),
        ("a=three", &[], 0),
        ("a", &[0, 1, 2, 3, 4, 5, 6, 7], 8),
    ] {
        let selector = selector(&format!("labelSelector: {text}"));
        assert_eq!(selector.find(&mut set), places, "{text}");
        assert_eq!(selector.candidates(&mut set).len(), looked_at, "{text}");
    }
    set.edit(0, |resource| {
        let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
        metadata.insert(
            "labels",
            TreeValue::mapping([("a", TreeValue::string("new"))]),
        );
        Ok(())
    })
    .unwrap();
    assert_eq!(selector("labelSelector: a=new").find(&mut set), [0]);
    assert_eq!(selector("labelSelector: a=one").find(&mut set), [4]);
}

#[test]
fn bad_parts_are_errors_where_they_stand() {
    for text in ["name: 'a('", "labelSelector: a in b"] {
        let read =
            kustomization::Selector::decode(&documents(text)[0], Rules::KUSTOMIZATION).unwrap();
        assert!(
            Selector::new(&read).unwrap_err().position.is_some(),
            "{text}"
        );
    }
}
