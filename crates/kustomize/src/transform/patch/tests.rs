use super::*;
use crate::ResourceSet;
use crate::loader::{LoadRestrictions, Sources};
use crate::testing::{documents, printed, set};
use std::path::Path;

/// Applies entries of `patches` to a set.
fn apply(set: &mut ResourceSet, entries: &str) -> Result<()> {
    let sources = Sources::new(Path::new("."));
    let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
    let entries: Vec<At<kustomization::Patch>> =
        Vec::decode(&documents(entries)[0], Rules::KUSTOMIZATION).unwrap();
    let schema = Schema::kustomize();
    let patches = entries
        .iter()
        .map(|entry| Patch::new(entry, entry.position, &loader, &schema))
        .collect::<Result<Vec<_>>>()?;
    apply_patches(set, &patches)
}

fn patched(entries: &str) -> Result<String> {
    let mut set = set(RESOURCES);
    apply(&mut set, entries)?;
    Ok(printed(&set))
}

const RESOURCES: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: one, labels: {tier: front}}
data: {a: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two, namespace: web}
data: {a: a}
";

const ONE: &str = "\
apiVersion: v1
data:
  a: a
kind: ConfigMap
metadata:
  labels:
    tier: front
  name: one
";

const TWO: &str = "\
apiVersion: v1
data:
  a: a
kind: ConfigMap
metadata:
  name: two
  namespace: web
";

/// A strategic merge patch of a config map, in one line.
fn config_map(metadata: &str, rest: &str) -> String {
    format!("'{{apiVersion: v1, kind: ConfigMap, metadata: {{{metadata}}}, {rest}}}'")
}

#[test]
fn a_patch_names_its_resource() {
    let patch = config_map("name: two, namespace: web", "data: {b: b, a: null}");
    let expected = format!("{ONE}---\n{}", TWO.replace("a: a", "b: b"));
    assert_eq!(patched(&format!("- patch: {patch}")).unwrap(), expected);
}

#[test]
fn a_target_selects_and_its_ids_stay() {
    let patch = config_map("name: x, namespace: y", "data: {b: b}");
    let entry = format!("- patch: {patch}\n  target: {{kind: Config.*}}");
    let both = format!("{ONE}---\n{TWO}").replace("a: a\n", "a: a\n  b: b\n");
    assert_eq!(patched(&entry).unwrap(), both);
}

#[test]
fn a_patch_with_a_target_takes_labels_for_texts() {
    let patch = config_map("name: one, labels: {tier: null, count: 5}", "data: {a: a}");
    let with_target = format!("- patch: {patch}\n  target: {{name: one}}");
    assert!(
        patched(&with_target)
            .unwrap()
            .contains("count: \"5\"\n    tier: \"null\"\n")
    );
    let without = patched(&format!("- patch: {patch}")).unwrap();
    assert!(
        without.contains("  labels:\n    count: 5\n  name: one\n"),
        "{without}"
    );
}

#[test]
fn names_and_kinds_change_only_when_allowed() {
    let entry = |options: &str| {
        let patch = "'{apiVersion: v1, kind: Secret, metadata: {name: three}}'";
        format!("- patch: {patch}\n  target: {{name: one}}\n  options: {{{options}}}")
    };
    let patched = |options: &str| {
        let mut set = set(RESOURCES);
        apply(&mut set, &entry(options)).unwrap();
        let resource = set.get(0);
        (resource.id().to_string(), resource.previous().len())
    };
    assert_eq!(
        patched(""),
        ("ConfigMap.v1.[noGrp]/one.[noNs]".to_owned(), 0)
    );
    assert_eq!(
        patched("allowNameChange: true"),
        ("ConfigMap.v1.[noGrp]/three.[noNs]".to_owned(), 1)
    );
    assert_eq!(
        patched("allowKindChange: true"),
        ("Secret.v1.[noGrp]/one.[noNs]".to_owned(), 1)
    );
}

#[test]
fn a_renamed_resource_is_found_by_both_names() {
    let rename = config_map("name: three", "data: {b: b}");
    let entry = |name: &str| {
        let patch = config_map(&format!("name: {name}"), &format!("data: {{{name}: x}}"));
        format!("- patch: {patch}\n")
    };
    let entries = format!(
        "- patch: {rename}\n  target: {{name: one}}\n  options: {{allowNameChange: true}}\n"
    ) + &entry("one")
        + &entry("three");
    let printed = patched(&entries).unwrap();
    assert!(
        printed.contains("  a: a\n  b: b\n  one: x\n  three: x\n"),
        "{printed}"
    );
}

#[test]
fn deleted_resources_are_gone_for_the_patches_behind() {
    let delete = config_map("name: one", "$patch: delete");
    assert_eq!(patched(&format!("- patch: {delete}")).unwrap(), TWO);
    let all = format!("- patch: {delete}\n  target: {{kind: ConfigMap}}");
    assert_eq!(patched(&all).unwrap(), "");
    let twice = format!("- patch: {delete}\n- patch: {delete}");
    assert_eq!(patched(&twice).unwrap_err().code, "patch-target-missing");
    let again = format!("- patch: {delete}\n- patch: {delete}\n  target: {{name: one}}");
    assert_eq!(patched(&again).unwrap(), TWO);
}

#[test]
fn json_patches_find_annotations_where_kustomize_has_its_own() {
    let entry = |operation: &str| format!("- patch: '[{operation}]'\n  target: {{name: one}}");
    let add = r#"{"op": "add", "path": "/metadata/annotations/x", "value": "1"}"#;
    let printed = patched(&entry(add)).unwrap();
    assert!(
        printed.contains("  annotations:\n    x: \"1\"\n"),
        "{printed}"
    );
    let other = r#"{"op": "remove", "path": "/data/a"}"#;
    let printed = patched(&entry(other)).unwrap();
    assert!(!printed.contains("annotations"), "{printed}");
}

#[test]
fn json_patches_in_yaml_are_read_as_yaml_1_1() {
    let entry = |text: &str| format!("- target: {{name: one}}\n  patch: |-\n    {text}");
    let yaml = "- {op: replace, path: /data, value: {a: yes, b: 2001-01-01, c: \"no\"}}";
    let printed = patched(&entry(yaml)).unwrap();
    assert!(
        printed.contains("data:\n  a: true\n  b: \"2001-01-01\"\n  c: \"no\"\n"),
        "{printed}"
    );
}

#[test]
fn empty_patches_do_nothing() {
    for text in ["'# nothing'", "'---'", "'[]'", "'{}'"] {
        let entry = format!("- patch: {text}\n  target: {{name: one}}");
        assert_eq!(
            patched(&entry).unwrap(),
            format!("{ONE}---\n{TWO}"),
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_applied_is_an_error() {
    let two = config_map("name: one", "data: {}").replace('\'', "");
    let to_two = config_map("name: two, namespace: web", "data: {}");
    for (entry, code) in [
        ("- target: {name: one}".to_owned(), "missing-patch"),
        ("- {patch: x, path: z}".to_owned(), "patch-given-twice"),
        (
            "- patch: '[{op: remove, path: /data}]'".to_owned(),
            "patch-without-target",
        ),
        (
            format!("- target: {{name: one}}\n  patch: |-\n    {two}\n    ---\n    {two}"),
            "patch-shared-target",
        ),
        (
            format!("- patch: {}", config_map("name: none", "data: {}")),
            "patch-target-missing",
        ),
        ("- patch: text".to_owned(), "not-an-object"),
        ("- patch: 'kind: ConfigMap'".to_owned(), "missing-field"),
        ("- {path: none.yaml}".to_owned(), "missing-file"),
        (
            format!("- patch: {to_two}\n  target: {{name: 'a('}}"),
            "invalid-regex",
        ),
    ] {
        assert_eq!(patched(&entry).unwrap_err().code, code, "{entry}");
    }
}

#[test]
fn two_resources_of_one_id_are_an_error() {
    let mut set = set(&RESOURCES.replace(", namespace: web", ""));
    let rename = config_map("name: same", "data: {}");
    let entry = format!(
        "- patch: {rename}\n  target: {{kind: ConfigMap}}\n  options: {{allowNameChange: true}}"
    );
    let error = apply(&mut set, &entry).unwrap_err();
    assert_eq!(error.code, "duplicate-resource");
}

#[test]
fn an_id_that_two_had_is_ambiguous() {
    let mut set = set(&RESOURCES.replace(", namespace: web", ""));
    for (place, now) in [(0, "first"), (1, "second")] {
        for name in ["old", now] {
            set.edit(place, |resource| {
                let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
                metadata.insert("name", Value::string(name));
                Ok(())
            })
            .unwrap();
            set.edit(place, |resource| {
                resource.store_previous_id();
                Ok(())
            })
            .unwrap();
        }
    }
    let entry = format!("- patch: {}", config_map("name: old", "data: {}"));
    let error = apply(&mut set, &entry).unwrap_err();
    assert_eq!(error.code, "patch-ambiguous-target");
    assert_eq!(error.labels.len(), 2);
}
