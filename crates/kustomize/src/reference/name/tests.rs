use super::*;
use crate::config::{FieldPath, NameReference};
use crate::resource::AddAffix;
use trimtab_schema::Schema;
use trimtab_tree::Style;

/// An object; `id` is `apiVersion kind name` and perhaps a namespace.
fn object(id: &str, fields: impl Into<Mapping>) -> Value {
    let mut parts = id.split(' ');
    let mut text = || Value::string(parts.next().unwrap());
    let mut object = Mapping::from([("apiVersion", text()), ("kind", text())]);
    let mut metadata = Mapping::from([("name", text())]);
    if let Some(namespace) = parts.next() {
        metadata.insert("namespace", Value::string(namespace));
    }
    object.insert("metadata", metadata.into());
    for entry in fields.into().into_entries() {
        object.push(entry);
    }
    object.into()
}

fn set(objects: impl IntoIterator<Item = Value>) -> ResourceSet {
    let mut set = ResourceSet::new(Schema::kustomize());
    let schema = set.schema().clone();
    for object in objects {
        set.append(Resource::new(object, &schema)).unwrap();
    }
    set
}

/// Gives a resource another name, as a transformer does; of a prefix it remembers the context.
fn rename(set: &mut ResourceSet, place: usize, prefix: &str, name: &str) {
    set.edit(place, |resource| {
        resource.store_previous_id();
        if !prefix.is_empty() {
            AddAffix::new(&prefix.into()).to(&mut resource.prefixes);
        }
        let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
        metadata.insert("name", Value::string(format!("{prefix}{name}")));
        Ok(())
    })
    .unwrap();
}

fn add_prefix(set: &mut ResourceSet, place: usize, prefix: &str) {
    let name = set.get(place).id().name.clone();
    rename(set, place, prefix, &name);
}

fn spec(referrer: &str, path: &str) -> FieldSpec {
    FieldSpec {
        gvk: Gvk::new("", "", referrer),
        path: FieldPath::new(path),
        create: false,
    }
}

/// One rule that `path` of `referrer` names objects of kind `target`.
fn rule(target: &str, referrer: &str, path: &str) -> NameReferences {
    NameReferences::new(vec![NameReference {
        target: Gvk::new("", "", target),
        referrers: vec![spec(referrer, path)],
    }])
}

fn text<'a>(set: &'a ResourceSet, place: usize, path: &[&str]) -> &'a str {
    set.get(place)
        .value()
        .get_path(path)
        .unwrap()
        .text()
        .unwrap()
}

const CONFIG_MAP: &str = "v1 ConfigMap settings";

fn pod(name: &str, namespace: &str, settings: &str) -> Value {
    let id = format!("v1 Pod {name} {namespace}");
    object(&id, [("settings", Value::string(settings))])
}

fn settings_rule() -> NameReferences {
    rule("ConfigMap", "Pod", "settings")
}

#[test]
fn names_follow_their_objects() {
    let mut set = set([
        object(CONFIG_MAP, []),
        pod("a", "default", "settings"),
        pod("b", "default", "other"),
        pod("c", "elsewhere", "settings"),
    ]);
    rename(&mut set, 0, "", "settings-5f8t");
    fix_name_references(&mut set, &settings_rule()).unwrap();
    assert_eq!(text(&set, 1, &["settings"]), "settings-5f8t");
    assert_eq!(text(&set, 2, &["settings"]), "other");
    assert_eq!(text(&set, 3, &["settings"]), "settings");
}

#[test]
fn lists_of_names_and_of_mappings_are_followed() {
    let name = || Value::string("settings");
    let items = vec![name(), Value::null(), Value::mapping([("name", name())])];
    let mut set = set([
        object(CONFIG_MAP, []),
        object("v1 Pod a", [("settings", Value::sequence(items))]),
    ]);
    rename(&mut set, 0, "", "other");
    fix_name_references(&mut set, &settings_rule()).unwrap();
    let items = set.get(1).value().get("settings").unwrap();
    let items = items.as_sequence().unwrap();
    assert_eq!(items[0].text(), Some("other"));
    assert_eq!(items[2].get("name").unwrap().text(), Some("other"));
    assert_eq!(items[2].get("namespace"), None);
}

#[test]
fn a_mapping_takes_the_namespace_too() {
    let subject = Value::mapping([
        ("kind", Value::string("ServiceAccount")),
        ("name", Value::string("robot")),
        ("namespace", Value::string("before")),
    ]);
    let mut set = set([
        object("v1 ServiceAccount robot before", []),
        object("v1 ServiceAccount robot apart", []),
        object(
            "rbac.authorization.k8s.io/v1 ClusterRoleBinding bind",
            [("subjects", Value::sequence(vec![subject]))],
        ),
    ]);
    set.edit(0, |resource| {
        resource.store_previous_id();
        let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
        metadata.insert("name", Value::string("machine"));
        metadata.insert("namespace", Value::string("after"));
        Ok(())
    })
    .unwrap();
    add_prefix(&mut set, 1, "x-");
    let rules = rule("ServiceAccount", "ClusterRoleBinding", "subjects");
    fix_name_references(&mut set, &rules).unwrap();
    let subjects = set.get(2).value().get("subjects").unwrap();
    let subject = &subjects.as_sequence().unwrap()[0];
    assert_eq!(subject.get("name").unwrap().text(), Some("machine"));
    assert_eq!(subject.get("namespace").unwrap().text(), Some("after"));
}

#[test]
fn role_bindings_reach_accounts_of_the_namespaces_they_name() {
    let subject = |namespace: &str| {
        Value::mapping([
            ("kind", Value::string("ServiceAccount")),
            ("name", Value::string("robot")),
            ("namespace", Value::string(namespace)),
        ])
    };
    let mut set = set([
        object("v1 ServiceAccount robot a", []),
        object("v1 ServiceAccount robot b", []),
        object(
            "rbac.authorization.k8s.io/v1 RoleBinding bind c",
            [(
                "subjects",
                Value::sequence(vec![subject("a"), subject("b")]),
            )],
        ),
    ]);
    add_prefix(&mut set, 0, "x-");
    add_prefix(&mut set, 1, "y-");
    let rules = rule("ServiceAccount", "RoleBinding", "subjects");
    fix_name_references(&mut set, &rules).unwrap();
    let subjects = set.get(2).value().get("subjects").unwrap();
    let names = subjects.as_sequence().unwrap().iter();
    let names: Vec<_> = names
        .map(|subject| subject.get("name").unwrap().text())
        .collect();
    assert_eq!(names, [Some("x-robot"), Some("y-robot")]);
}

#[test]
fn a_role_reference_names_the_kind_it_says() {
    let role = Value::mapping([
        ("apiGroup", Value::string("rbac.authorization.k8s.io")),
        ("kind", Value::string("Role")),
        ("name", Value::string("reader")),
    ]);
    let mut set = set([
        object("rbac.authorization.k8s.io/v1 ClusterRole reader", []),
        object("rbac.authorization.k8s.io/v1 Role reader", []),
        object(
            "rbac.authorization.k8s.io/v1 RoleBinding bind",
            [("roleRef", role)],
        ),
    ]);
    add_prefix(&mut set, 0, "cluster-");
    add_prefix(&mut set, 1, "own-");
    let rules = NameReferences::new(
        ["ClusterRole", "Role"]
            .map(|target| NameReference {
                target: Gvk::new("", "", target),
                referrers: vec![spec("RoleBinding", "roleRef/name")],
            })
            .into(),
    );
    fix_name_references(&mut set, &rules).unwrap();
    assert_eq!(text(&set, 2, &["roleRef", "name"]), "own-reader");
}

#[test]
fn of_equal_names_the_one_in_the_same_context_is_meant() {
    let mut set = set([
        object("v1 ConfigMap a-settings", []),
        object("v1 ConfigMap b-settings", []),
        pod("a-web", "default", "settings"),
        pod("b-web", "default", "settings"),
        pod("c-web", "default", "settings"),
    ]);
    for (place, prefix) in [(0, "a-"), (1, "b-"), (2, "a-"), (3, "b-"), (4, "c-")] {
        set.edit(place, |resource| {
            let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
            metadata.insert("name", Value::string("settings"));
            resource.store_previous_id();
            Ok(())
        })
        .unwrap();
        rename(&mut set, place, prefix, "settings");
    }
    fix_name_references(&mut set, &settings_rule()).unwrap();
    assert_eq!(text(&set, 2, &["settings"]), "a-settings");
    assert_eq!(text(&set, 3, &["settings"]), "b-settings");
    assert_eq!(text(&set, 4, &["settings"]), "settings");
}

#[test]
fn a_name_that_could_mean_two_is_an_error() {
    let mut set = set([
        object("v1 ConfigMap x", []),
        object("v1 ConfigMap y", []),
        pod("web", "default", "settings"),
    ]);
    for (place, name) in [(0, "one"), (1, "two")] {
        rename(&mut set, place, "", "settings");
        rename(&mut set, place, "", name);
    }
    let error = fix_name_references(&mut set, &settings_rule()).unwrap_err();
    assert_eq!(error.code, "ambiguous-reference");
    assert_eq!(error.field.as_deref(), Some("settings"));
    assert_eq!(error.labels.len(), 2);
    assert!(!set.get(2).value().is_null(), "the object stays in the set");
}

#[test]
fn what_holds_no_name_is_an_error() {
    for (value, code) in [
        (
            Value::mapping([("key", Value::string("x"))]),
            "reference-without-name",
        ),
        (
            Value::sequence(vec![Value::sequence(vec![])]),
            "reference-wrong-type",
        ),
    ] {
        let mut set = set([object("v1 Pod a", [("settings", value)])]);
        let error = fix_name_references(&mut set, &settings_rule()).unwrap_err();
        assert_eq!(error.code, code);
    }
}

#[test]
fn plain_names_may_become_numbers() {
    let quoted = |style| {
        let mut value = Value::string("a");
        value.as_scalar_mut().unwrap().style = style;
        object("v1 Pod p", [("settings", value)])
    };
    for (style, kind) in [
        (Style::Plain, ScalarKind::Int),
        (Style::DoubleQuoted, ScalarKind::String),
    ] {
        let mut set = set([object("v1 ConfigMap a", []), quoted(style)]);
        rename(&mut set, 0, "", "12");
        fix_name_references(&mut set, &settings_rule()).unwrap();
        let settings = set.get(1).value().get("settings").unwrap();
        assert_eq!(settings, &Value::scalar(kind, "12"));
    }
}

#[test]
fn names_that_came_after_nearly_all_were_changed_are_known() {
    let objects = || {
        let pods = ["a", "b-a", "c"].map(|name| pod(&format!("p-{name}"), "n", name));
        pods.into_iter().chain([
            object("v1 ConfigMap a n", []),
            object("v1 ConfigMap c n", []),
        ])
    };
    for asks_before in [false, true] {
        let mut set = set(objects());
        if asks_before {
            assert_eq!(set.find_named("a", None), [3]);
        }
        set.will_rename();
        add_prefix(&mut set, 3, "b-");
        // This one gets a name that no transformer remembers, and then others.
        set.edit(4, |resource| {
            let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
            metadata.insert("name", Value::string("q"));
            Ok(())
        })
        .unwrap();
        set.will_rename();
        add_prefix(&mut set, 3, "d-");
        rename(&mut set, 4, "", "c");
        rename(&mut set, 4, "", "e");
        fix_name_references(&mut set, &settings_rule()).unwrap();
        let settings = [0, 1, 2].map(|place| text(&set, place, &["settings"]).to_owned());
        assert_eq!(settings, ["d-b-a", "d-b-a", "e"], "{asks_before}");
    }
}

/// How many candidates are looked at for `count` pods that each name a config map, all called
/// alike at first.
fn visits(count: usize, arrange: impl Fn(&mut ResourceSet, usize), by_namespace: bool) -> usize {
    let objects = (0..count).flat_map(|at| {
        let namespace = if by_namespace {
            format!("n{at}")
        } else {
            "all".to_owned()
        };
        let map = object(&format!("v1 ConfigMap m{at} {namespace}"), []);
        [map, pod(&format!("p{at}"), &namespace, "settings")]
    });
    let mut set = set(objects);
    for place in (0..count * 2).step_by(2) {
        let own = set.get(place).id().name.clone();
        rename(&mut set, place, "", "settings");
        rename(&mut set, place, "", &own);
        arrange(&mut set, place);
    }
    let visits = fix(&mut set, &settings_rule()).unwrap();
    for place in (0..count * 2).step_by(2) {
        let name = &set.get(place).id().name;
        assert_eq!(text(&set, place + 1, &["settings"]), name);
    }
    visits
}

#[test]
fn work_grows_with_the_number_of_names() {
    let by_namespace = |count| visits(count, |_, _| (), true);
    let by_prefix = |count| {
        let arrange = |set: &mut ResourceSet, place: usize| {
            add_prefix(set, place, &format!("p{place}-"));
            add_prefix(set, place + 1, &format!("p{place}-"));
            add_prefix(set, place, "all-");
            add_prefix(set, place + 1, "all-");
        };
        visits(count, arrange, false)
    };
    for count in [10, 100, 1_000, 10_000] {
        assert!(by_namespace(count) <= 4 * count);
        assert!(by_prefix(count) <= 30 * count);
    }
}
