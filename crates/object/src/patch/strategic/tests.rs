use super::*;
use crate::testing::yaml;
use proptest::prelude::*;

const BUILD: MergeOptions = MergeOptions {
    infer_lists: false,
    prepend: true,
    is_settled: false,
};

fn deployment(spec: &str) -> Value {
    yaml(&format!(
        "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {spec}}}}}}}"
    ))
}

fn pod_spec(object: &Value) -> &Value {
    object
        .get_path(&["spec", "template", "spec"])
        .expect("made by `deployment`")
}

fn merged(target: &str, patch: &str, options: MergeOptions) -> Result<Value> {
    let schema = Schema::kustomize();
    let mut target = deployment(target);
    let merged = strategic_merge(&mut target, &deployment(patch), Some(&schema), options)?;
    assert_eq!(merged, Merged::InPlace);
    Ok(target)
}

/// Merges pod specs as kustomize's build does.
#[track_caller]
fn gives(target: &str, patch: &str, wanted: &str) {
    let found = merged(target, patch, BUILD).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pod_spec(&found), &yaml(wanted), "{target} with {patch}");
}

#[test]
fn fields_are_merged_replaced_and_removed() {
    gives(
        "{a: 1, b: {c: 2}}",
        "{a: x, b: {d: 3}}",
        "{a: x, b: {c: 2, d: 3}}",
    );
    gives("{a: 1, b: 2}", "{a: null}", "{b: 2}");
    gives("{a: {b: 1}}", "{a: {b: null}}", "{a: {}}");
    gives("{a: {b: 1}}", "{a: null}", "{}");
    gives("{a: [1, 2]}", "{a: [3]}", "{a: [3]}");
    gives("{a: [1]}", "{a: []}", "{a: []}");
    gives("{}", "{c: 1, a: 2, b: 3}", "{a: 2, b: 3, c: 1}");
}

#[test]
fn nulls_of_the_target_stay_when_spelled_out() {
    gives(
        "{a: null, b: ~, c: , d: {e: }}",
        "{x: 1}",
        "{a: null, b: ~, d: {}, x: 1}",
    );
    gives("{a: null}", "{a: 1}", "{a: 1}");
    gives("{a: null}", "{a: null}", "{}");
}

#[test]
fn nulls_of_the_patch_are_not_added() {
    gives(
        "{}",
        "{a: null, b: {c: null, d: {e: null}}}",
        "{b: {d: {}}}",
    );
    gives("{a: null}", "{a: {b: null}}", "{a: {}}");
}

#[test]
fn directives_in_mappings_are_obeyed() {
    gives("{a: {b: 1}, c: 2}", "{a: {$patch: delete}}", "{c: 2}");
    gives("{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}");
    gives(
        "{a: {b: 1}}",
        "{a: {$patch: merge, c: 2}}",
        "{a: {b: 1, c: 2}}",
    );
    gives(
        "{}",
        "{a: {$patch: replace, c: {$patch: merge, d: 1}}}",
        "{a: {c: {d: 1}}}",
    );
    gives("{}", "{a: {b: 1, $patch: delete}}", "{}");
    gives("{}", "{a: {b: {$patch: delete, c: 1}}}", "{a: {}}");
}

#[test]
fn directives_in_lists_are_obeyed() {
    let target = "{containers: [{name: a, image: x}, {name: b}]}";
    for (patch, wanted) in [
        ("[{name: a, $patch: delete}]", "[{name: b}]"),
        (
            "[{name: a, $patch: merge, tty: true}]",
            "[{name: a, image: x, tty: true}, {name: b}]",
        ),
        ("[{$patch: replace}, {name: c}]", "[{name: c}]"),
        (
            "[{name: c}, {$patch: merge}]",
            "[{name: c}, {name: a, image: x}, {name: b}]",
        ),
        // kustomize lays the old item over the new one when it puts items in front.
        (
            "[{name: a, $patch: replace}]",
            "[{name: a, image: x}, {name: b}]",
        ),
    ] {
        let wanted = format!("{{containers: {wanted}}}");
        gives(target, &format!("{{containers: {patch}}}"), &wanted);
    }
    gives(target, "{containers: [{$patch: delete}]}", "{}");
    gives(
        "{}",
        "{containers: [{name: a, $patch: delete}, {name: b}]}",
        "{containers: [{name: b}]}",
    );
}

#[test]
fn unknown_directives_are_refused_where_there_is_something_to_merge_into() {
    let error = merged("{a: {b: 1}}", "{a: {$patch: remove}}", BUILD).unwrap_err();
    assert!(error.message.contains("\"remove\""), "{error}");
    assert!(error.position.is_some());
    gives("{}", "{a: {$patch: remove}}", "{a: {$patch: remove}}");
}

#[test]
fn new_items_go_in_front_or_behind() {
    let (target, patch) = (
        "{volumes: [{name: a}, {name: b}]}",
        "{volumes: [{name: c}, {name: b}]}",
    );
    gives(
        target,
        patch,
        "{volumes: [{name: c}, {name: b}, {name: a}]}",
    );
    let append = MergeOptions::default();
    let found = merged(target, patch, append).unwrap();
    let wanted = yaml("{volumes: [{name: a}, {name: b}, {name: c}]}");
    assert_eq!(pod_spec(&found), &wanted);
}

fn ports(ports: &str) -> String {
    format!("{{containers: [{{name: web, ports: {ports}}}]}}")
}

#[test]
fn ports_are_told_apart_by_port_and_protocol() {
    for (target, patch, wanted) in [
        (
            "[{containerPort: 80, protocol: TCP}]",
            "[{containerPort: 80, protocol: UDP}, {containerPort: 80, protocol: TCP, name: web}]",
            "[{containerPort: 80, protocol: UDP}, {containerPort: 80, protocol: TCP, name: web}]",
        ),
        (
            "[{containerPort: 80}]",
            "[{containerPort: 80, name: a}]",
            "[{containerPort: 80, name: a}]",
        ),
        (
            "[{containerPort: 80}]",
            "[{containerPort: 81}]",
            "[{containerPort: 81}, {containerPort: 80}]",
        ),
    ] {
        gives(&ports(target), &ports(patch), &ports(wanted));
    }
}

#[test]
fn lists_of_scalars_are_merged_as_sets() {
    let schema = Schema::kustomize();
    let object = |list: &str| {
        yaml(&format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{finalizers: {list}}}}}"
        ))
    };
    let mut target = object("[a, b]");
    let merged = strategic_merge(&mut target, &object("[c, b]"), Some(&schema), BUILD).unwrap();
    assert_eq!(merged, Merged::InPlace);
    assert_eq!(target, object("[c, b, a]"));
}

#[test]
fn lists_that_no_schema_knows_are_merged_by_name_only_when_asked() {
    let unknown = |list: &str| yaml(&format!("{{kind: Own, list: {list}}}"));
    for (infer_lists, wanted) in [
        (true, "[{name: a, v: 2}, {name: b}]"),
        (false, "[{name: a, v: 2}]"),
    ] {
        let options = MergeOptions {
            infer_lists,
            prepend: false,
            is_settled: false,
        };
        let mut target = unknown("[{name: a, v: 1}, {name: b}]");
        let merged = strategic_merge(&mut target, &unknown("[{name: a, v: 2}]"), None, options);
        assert_eq!(merged.unwrap(), Merged::InPlace);
        assert_eq!(target, unknown(wanted));
    }
}

#[test]
fn the_whole_target_may_be_deleted_or_replaced() {
    let target = deployment("{a: 1}");
    for (patch, wanted) in [
        ("{$patch: delete, kind: Deployment}", Merged::Deleted),
        (
            "{$patch: replace, kind: Other}",
            Merged::Replaced(yaml("{kind: Other}")),
        ),
    ] {
        let mut merged_into = target.clone();
        let merged = strategic_merge(&mut merged_into, &yaml(patch), None, BUILD).unwrap();
        assert_eq!(merged, wanted);
        assert_eq!(merged_into, target);
    }
}

#[test]
fn different_kinds_of_values_do_not_merge() {
    for (target, patch) in [
        ("{a: 1}", "{a: {b: 1}}"),
        ("{a: {b: 1}}", "{a: [1]}"),
        ("{a: [1]}", "{a: 1}"),
        (
            "{containers: [{name: a, env: {}}]}",
            "{containers: [{name: a, env: [{name: b}]}]}",
        ),
    ] {
        let error = merged(target, patch, BUILD).unwrap_err();
        assert!(error.message.contains("cannot be merged into"), "{error}");
        assert!(error.position.is_some() && error.labels[0].position.is_some());
    }
}

#[test]
fn values_that_take_the_place_of_quoted_ones_are_strings() {
    let mut target = yaml(
        "{a: \"5\", b: |\n x\n, c: 5}"
            .replace("|\n x\n", "'x'")
            .as_str(),
    );
    let patch = yaml("{a: 6, b: true, c: \"7\"}");
    let merged = strategic_merge(&mut target, &patch, None, BUILD).unwrap();
    assert_eq!(merged, Merged::InPlace);
    assert_eq!(target, yaml("{a: \"6\", b: \"true\", c: \"7\"}"));
}

#[test]
fn items_without_a_key_disturb_the_list_as_they_do_in_kustomize() {
    // An item without a key takes the place of all others.
    gives(
        "{containers: [{name: a}, {image: x}, {name: b}]}",
        "{containers: [{name: c}]}",
        "{containers: [{image: x}]}",
    );
    gives(
        "{containers: [{name: a, image: x}, {name: a, image: y}]}",
        "{containers: []}",
        "{containers: [{name: a, image: y}]}",
    );
}

#[test]
fn long_lists_are_merged_in_one_pass() {
    let list = |from: usize, to: usize, image: &str| {
        let items = (from..to).map(|at| {
            Value::mapping([
                ("name", Value::string(format!("c{at}"))),
                ("image", Value::string(image)),
            ])
        });
        let mut object = deployment("{}");
        let spec = object.get_path_mut(&["spec", "template", "spec"]).unwrap();
        *spec = Value::mapping([("containers", Value::sequence(items.collect()))]);
        object
    };
    let mut target = list(0, 20_000, "old");
    let schema = Schema::kustomize();
    let patch = list(10_000, 30_000, "new");
    let merged = strategic_merge(&mut target, &patch, Some(&schema), BUILD).unwrap();
    assert_eq!(merged, Merged::InPlace);
    let items = pod_spec(&target)
        .get("containers")
        .unwrap()
        .as_sequence()
        .unwrap();
    assert_eq!(items.len(), 30_000);
    assert_eq!(
        items[0],
        *pod_spec(&patch)
            .get("containers")
            .unwrap()
            .as_sequence()
            .unwrap()
            .first()
            .unwrap()
    );
    assert_eq!(items[29_999].get("image"), Some(&Value::string("old")));
}

#[test]
fn positions_tell_which_file_a_field_came_from() {
    let (target, patch) = (yaml("{a: 1, b: 2}"), yaml("              {b: 3}"));
    let mut merged_into = target.clone();
    let merged = strategic_merge(&mut merged_into, &patch, None, BUILD).unwrap();
    assert_eq!(merged, Merged::InPlace);
    let at = |value: &Value, key| value.get(key).unwrap().position;
    assert_eq!(at(&merged_into, "a"), at(&target, "a"));
    assert_eq!(at(&merged_into, "b"), at(&patch, "b"));
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]".prop_map(Value::string),
        (0..9i64).prop_map(Value::int),
        any::<bool>().prop_map(Value::bool),
    ]
}

/// Any value; with `nulls`, null among the fields.
fn value(nulls: bool) -> impl Strategy<Value = Value> {
    let leaf = if nulls {
        prop_oneof![4 => scalar(), 1 => Just(Value::null())].boxed()
    } else {
        scalar().boxed()
    };
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::sequence),
            fields_of(inner),
        ]
    })
}

fn fields_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let entries = proptest::collection::btree_map("[a-e]", inner, 0..4);
    entries.prop_map(|fields| {
        Value::from(
            fields
                .into_iter()
                .map(|(key, value)| (Text::from(key), value))
                .collect::<Mapping>(),
        )
    })
}

proptest! {
    #[test]
    fn an_empty_patch_changes_nothing(target in fields_of(value(true))) {
        let mut merged_into = target.clone();
        let empty = Value::mapping([]);
        let merged = strategic_merge(&mut merged_into, &empty, None, BUILD).unwrap();
        prop_assert_eq!(merged, Merged::InPlace);
        prop_assert_eq!(merged_into, target);
    }

    #[test]
    fn a_patch_merged_into_nothing_is_the_patch(patch in fields_of(value(false))) {
        let mut target = Value::mapping([]);
        let merged = strategic_merge(&mut target, &patch, None, BUILD).unwrap();
        prop_assert_eq!(merged, Merged::InPlace);
        prop_assert_eq!(target, patch);
    }

    #[test]
    fn merging_twice_is_merging_once(
        target in fields_of(value(true)),
        patch in fields_of(value(true)),
    ) {
        let mut once = target;
        prop_assume!(strategic_merge(&mut once, &patch, None, BUILD).is_ok());
        let mut twice = once.clone();
        let merged = strategic_merge(&mut twice, &patch, None, BUILD).unwrap();
        prop_assert_eq!(merged, Merged::InPlace);
        prop_assert_eq!(twice, once);
    }
}
