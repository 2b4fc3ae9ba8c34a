//! The text form of the tables, as the build script reads it.

#[path = "../build/grammar.rs"]
mod grammar;
#[path = "../build/model.rs"]
mod model;

use model::{Expression, Model};

const POD: &str = "package a.v1\n\nkind v1 Pod plural=pods scope=namespaced list\ntype Pod\n  \
                   names! [string] list=atomic\n  port int-or-string\n\n\
                   package io.k8s.apimachinery.pkg.apis.meta.v1\ntype ListMeta = object\n";

fn read(texts: &[&str]) -> Result<Model, String> {
    let mut model = Model::default();
    for text in texts {
        grammar::read(&mut model, text)?;
    }
    model.check()?;
    Ok(model)
}

#[test]
fn later_texts_amend_earlier_ones() {
    let more = "package a.v1\nkind v1 Pod short=po\ntype Pod map=atomic\n  names? patch=merge\n  \
                -port\n  next {a.v1.Pod}\n";
    let model = read(&[POD, more]).unwrap();
    let kind = &model.kinds[&("v1".to_owned(), "Pod".to_owned())];
    assert_eq!(
        (kind.plural.as_str(), kind.short_names.as_str()),
        ("pods", "po")
    );
    let pod = &model.types["a.v1.Pod"];
    assert!(pod.atomic);
    assert_eq!(pod.fields.keys().collect::<Vec<_>>(), ["names", "next"]);
    let names = &pod.fields["names"];
    assert!(!names.required);
    assert_eq!(
        (names.facts.list.as_str(), names.facts.patch.as_str()),
        ("atomic", "merge")
    );
    let list = &model.types["a.v1.PodList"].fields["items"].expression;
    assert_eq!(list.type_name(), Some("a.v1.Pod"));
}

#[test]
fn derived_views_keep_what_is_reached() {
    let more = "package a.v1\ntype Ref\n  to Pod patch=retainKeys\ntype Lost = string:byte\nforget kinds\n\
                kind v1,v2 Ref scope=cluster\n";
    let mut model = read(&[POD, more]).unwrap();
    model.keep_reachable();
    model.hide_facts_beside_references();
    model.complete_names();
    assert_eq!(
        model.types.keys().collect::<Vec<_>>(),
        ["a.v1.Pod", "a.v1.Ref"]
    );
    assert_eq!(model.kinds.len(), 2);
    assert_eq!(model.types["a.v1.Ref"].fields["to"].facts.patch, "");
    assert!(
        model.types["a.v1.Pod"].fields["port"].expression == Expression::scalar("int-or-string")
    );
}

#[test]
fn a_line_that_says_nothing_known_is_refused() {
    let cases = [
        ("types", "a word alone"),
        ("kind v1", "a kind needs a version and a name"),
        ("kind v1 Pod color=red", "a kind has no `color=red`"),
        ("kind v1 Pod scope=global", "a kind has no `scope=global`"),
        ("  name string", "a field outside a type"),
        ("type A\n  name strin", "no such expression `strin`"),
        ("type A\n  name [string", "no such expression `[string`"),
        ("type A\n  name list=atomic", "no such field to amend"),
        ("type A\n  -name", "no such field to leave out"),
        (
            "type A\n  name string list=ordered",
            "no such fact `list=ordered`",
        ),
        (
            "type A\n  name string patch=mergeAll",
            "no such patch strategy `mergeAll`",
        ),
        ("type A = ", "no such expression ``"),
        ("type A sorted", "a type has no `sorted`"),
        ("type A\n  b B", "which is not there"),
        ("type A", "neither fields nor a shape"),
        ("kind v1 A", "which is not there"),
    ];
    for (text, expected) in cases {
        let error = read(&[&format!("package a\n{text}\n")])
            .err()
            .unwrap_or_default();
        assert!(error.contains(expected), "{text:?} gives {error:?}");
    }
}

#[test]
fn what_is_not_said_of_zero_values_follows_from_the_type() {
    let more = "package a.v1\ntype Ref\n  to Pod\n  any any\n  text string\n  must! string\n  \
                said! string zero=null\n";
    let mut model = read(&[POD, more]).unwrap();
    model.complete_zeroes();
    let zero = |field: &str| model.types["a.v1.Ref"].fields[field].facts.zero.clone();
    assert_eq!(
        ["to", "any", "text", "must", "said"].map(zero),
        ["held", "held", "dropped", "written", "null"]
    );
}

#[test]
fn values_orders_and_numbers_are_read() {
    let more =
        "package a.v1\ntype Pod required=names\n  names enum=a,b\nnumbers Pod names=2.1 port=3\n";
    let model = read(&[POD, more]).unwrap();
    let pod = &model.types["a.v1.Pod"];
    let names = &pod.fields["names"];
    assert_eq!((&*pod.required, &*names.facts.values), ("names", "a,b"));
    assert_eq!(
        (names.numbers, pod.fields["port"].numbers),
        ([2, 1, 0], [3, 0, 0])
    );
    for wrong in [
        "Pod names=256",
        "Pod names=1.2.3.4",
        "Pod other=1",
        "Pot names=1",
        "Pod names",
    ] {
        let text = format!("package a.v1\nnumbers {wrong}\n");
        assert!(read(&[POD, &text]).is_err(), "{wrong}");
    }
}
