use super::*;
use trimtab_schema::Schema;
use trimtab_tree::parse_json;

fn object(text: &str) -> Value {
    parse_json(text, 1).unwrap()
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    let path: Vec<_> = path.split('.').collect();
    value.get_path(&path).and_then(Value::text)
}

#[test]
fn generations_count_what_is_desired() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let mut old = object(
        r#"{"metadata": {"name": "d"}, "spec": {"replicas": 1}, "status": {"replicas": 1}}"#,
    );
    prepare_create(&mut old, ty);
    assert_eq!(at(&old, "metadata.generation"), Some("1"));
    assert_eq!(at(&old, "status.replicas"), None);

    let mut new = old.clone();
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("1"));

    set(new.get_mut("spec").unwrap(), "replicas", Value::int(2));
    set(
        new.get_mut("metadata").unwrap(),
        "generation",
        Value::int(9),
    );
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("2"));

    let mut new = old.clone();
    set(
        new.get_mut("metadata").unwrap(),
        "annotations",
        object(r#"{"a": "b"}"#),
    );
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("2"));
}

#[test]
fn each_endpoint_writes_its_own_part() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let old = object(r#"{"metadata": {"generation": 3}, "spec": {"replicas": 1}, "status": {}}"#);
    let written = object(
        r#"{"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}},
            "spec": {"replicas": 5}, "status": {"replicas": 4}}"#,
    );
    let mut at_status = written.clone();
    prepare_update(&mut at_status, &old, ty, "status");
    assert_eq!(at(&at_status, "spec.replicas"), Some("1"));
    assert_eq!(at(&at_status, "status.replicas"), Some("4"));
    assert_eq!(at(&at_status, "metadata.labels.a"), None);
    assert_eq!(at(&at_status, "metadata.annotations.c"), Some("d"));
    assert_eq!(at(&at_status, "metadata.generation"), Some("3"));

    let mut at_object = written;
    prepare_update(&mut at_object, &old, ty, "");
    assert_eq!(at(&at_object, "spec.replicas"), Some("5"));
    assert_eq!(at(&at_object, "status.replicas"), None);
    assert_eq!(at(&at_object, "metadata.generation"), Some("4"));
}

#[test]
fn jobs_select_by_their_uid_unless_told_not_to() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("batch/v1", "Job").unwrap();
    let mut job = object(r#"{"metadata": {"name": "j", "uid": "u"}, "spec": {"template": {}}}"#);
    prepare_create(&mut job, ty);
    let selector = "spec.selector.matchLabels.batch.kubernetes.io/controller-uid";
    let selector: Vec<_> = selector.splitn(4, '.').collect();
    assert_eq!(job.get_path(&selector).unwrap().text(), Some("u"));
    assert_eq!(
        at(&job, "spec.template.metadata.labels.job-name"),
        Some("j")
    );

    let mut job = object(
        r#"{"metadata": {"name": "j", "uid": "u"}, "spec": {"manualSelector": true, "template": {}}}"#,
    );
    prepare_create(&mut job, ty);
    assert_eq!(job.get_path(&["spec", "selector"]), None);
}

#[test]
fn equality_ignores_order_and_null() {
    assert!(same(
        &object(r#"{"a": 1, "b": null}"#),
        &object(r#"{"a": 1}"#)
    ));
    assert!(same(
        &object(r#"{"a": 1, "b": [2]}"#),
        &object(r#"{"b": [2], "a": 1}"#)
    ));
    assert!(!same(
        &object(r#"{"a": [1, 2]}"#),
        &object(r#"{"a": [2, 1]}"#)
    ));
    assert!(!same(
        &object(r#"{"a": 1}"#),
        &object(r#"{"a": 1, "b": ""}"#)
    ));
}
