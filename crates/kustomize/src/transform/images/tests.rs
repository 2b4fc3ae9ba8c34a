use super::super::testing::{assert_text, resources, value};
use super::*;
use crate::config::SpecList;
use crate::config::builtin_specs;
use crate::kustomization::decode::{Decode, Rules};

fn images(text: &str) -> Vec<Image> {
    Vec::decode(&value(text), Rules::KUSTOMIZATION).unwrap()
}

fn set(resources: &mut ResourceSet, text: &str) -> Result<()> {
    let images = images(text);
    let images: Vec<&Image> = images.iter().collect();
    set_images(resources, &images, builtin_specs(SpecList::Images))
}

fn pod(image: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, \
             spec: {{containers: [{{image: {image}}}]}}}}"
    )
}

#[test]
fn names_tags_and_digests_are_replaced() {
    for (entry, old, new) in [
        ("{name: a, newTag: '2'}", "a", "a:2"),
        ("{name: a, newTag: '2'}", "a:1@sha256:12", "a:2"),
        (
            "{name: a, digest: 'sha256:34'}",
            "a:1@sha256:12",
            "a@sha256:34",
        ),
        (
            "{name: a, digest: 'sha256:34', newTag: '2'}",
            "a",
            "a:2@sha256:34",
        ),
        (
            "{name: a, newName: b/c}",
            "a:1@sha256:12",
            "b/c:1@sha256:12",
        ),
        ("{name: a, newName: b, newTag: '2'}", "x/a:1", "x/a:1"),
        ("{name: '.*/a', newTag: '2'}", "x/a:1", "x/a:2"),
        ("{name: a}", "a:1", "a:1"),
    ] {
        let mut set_of = resources(&pod(&format!("'{old}'")));
        set(&mut set_of, &format!("[{entry}]")).unwrap();
        assert_text(&set_of, &pod(&format!("'{new}'")));
    }
}

#[test]
fn entries_are_applied_in_order_each_to_what_the_one_before_made() {
    let mut set_of = resources(&pod("a"));
    let chain = "[{name: c, newName: d}, {name: a, newName: b}, {name: b, newName: c}]";
    set(&mut set_of, chain).unwrap();
    assert_text(&set_of, &pod("c"));
    let mut circle = resources(&pod("a"));
    set(
        &mut circle,
        "[{name: a, newName: b}, {name: b, newName: a}]",
    )
    .unwrap();
    assert_text(&circle, &pod("a"));
}

#[test]
fn a_tag_suffix_is_added_by_each_way_that_leads_to_a_field() {
    let object = |pod: &str, other: &str, volume: &str| {
        format!(
                "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: a}}
spec: {{template: {{spec: {{containers: [{{image: 'a:{pod}'}}], volumes: [{{image: {{reference: 'a:{volume}'}}}}]}}}}}}
other: {{initContainers: [{{image: 'a:{other}'}}, {{name: n}}, null]}}
"
            )
    };
    let mut set_of = resources(&object("1", "1", "1"));
    set(&mut set_of, "[{name: a, tagSuffix: -x}]").unwrap();
    assert_text(&set_of, &object("1-x-x", "1-x", "1-x"));
}

#[test]
fn definitions_of_resources_are_left_alone() {
    let definition = pod("a").replace("Pod", "CustomResourceDefinition");
    let mut set_of = resources(&definition);
    set(&mut set_of, "[{name: a, newTag: '2'}]").unwrap();
    assert_text(&set_of, &definition);
}

#[test]
fn an_empty_list_of_containers_becomes_a_list() {
    let mut set_of =
        resources("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: null}}");
    set(&mut set_of, "[{name: a, newTag: '2'}]").unwrap();
    assert_text(
        &set_of,
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}",
    );
}

#[test]
fn containers_and_images_of_the_wrong_kind_are_errors() {
    for object in [
        pod("{}"),
        "{apiVersion: v1, kind: A, metadata: {name: a}, containers: [x]}".to_owned(),
    ] {
        let error = set(&mut resources(&object), "[{name: a, newTag: '2'}]").unwrap_err();
        assert_eq!(error.code, "wrong-node-kind");
    }
}

/// Look-ups for as many entries as images.
fn comparisons(count: usize) -> usize {
    let images: Vec<Image> = (0..count)
        .map(|at| Image {
            name: format!("registry.example.com/team/app-{at}")
                .as_str()
                .into(),
            new_tag: "2".into(),
            ..Image::default()
        })
        .collect();
    let images: Vec<&Image> = images.iter().collect();
    let mut setter = ImageSetter::new(&images);
    for image in &images {
        let old = format!("{}:1", image.name.value);
        let new = format!("{}:2", image.name.value);
        assert_eq!(setter.changed(&old, 2), Some((new.into(), Position::NONE)));
    }
    setter.index.comparisons.get()
}

#[test]
fn work_grows_with_the_sum_of_entries_and_images() {
    let (small, large) = (comparisons(100), comparisons(1000));
    assert!(large <= small * 11, "{small} look-ups, then {large}");
}
