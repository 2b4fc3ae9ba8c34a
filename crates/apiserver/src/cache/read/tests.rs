use super::*;
use crate::cache::{FieldRequirement, Layout, SelectedField, field_rules, stored_form};
use std::borrow::Cow;
use trimtab_object::LabelSelector;
use trimtab_store::Entry;
use trimtab_tree::{Text, parse_json};

const PREFIX: &str = "/registry/pods/";
/// Pods in all, in two namespaces.
const PODS: usize = 1000;

fn layout() -> Layout {
    Layout {
        prefix: PREFIX.to_owned(),
        fields: Cow::Borrowed(field_rules("", "pods")),
    }
}

fn key(number: usize) -> Arc<str> {
    format!("{PREFIX}ns-{}/pod-{number:04}", number % 2).into()
}

/// A pod with this label of its application, on a node of ten; twenty have one owner, and those
/// that are red another one besides.
fn pod(number: usize, app: &str, node: usize, revision: Revision) -> Object {
    let color = if number.is_multiple_of(100) {
        r#","color":"red""#
    } else {
        ""
    };
    let owner = number / 20;
    let second = if color.is_empty() {
        ""
    } else {
        r#",{"uid":"red"}"#
    };
    let text = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"pod-{number:04}","labels":{{"app":"{app}","tier":"{}"{color}}},"ownerReferences":[{{"uid":"set-{owner}"}}{second}]}},"spec":{{"nodeName":"node-{node}"}}}}"#,
        number % 2,
    );
    let entry = Entry {
        key: key(number),
        value: stored_form(&parse_json(&text, 0).unwrap()).unwrap(),
        create_revision: revision,
        mod_revision: revision,
        version: 1,
    };
    Object::new(&entry, &layout()).unwrap()
}

fn filled() -> Collection {
    let mut collection = Collection::new(Arc::new(layout()));
    for number in 0..PODS {
        let pod = pod(number, &format!("app-{}", number / 10), number % 10, 1);
        collection.set(key(number), Some(Arc::new(pod)));
    }
    collection
}

fn select(labels: &str, fields: &[(SelectedField, &str, bool)]) -> Selection {
    let fields = fields.iter().map(|(field, value, equal)| FieldRequirement {
        field: *field,
        value: Text::from(*value),
        equal: *equal,
    });
    Selection {
        namespace: String::new(),
        labels: LabelSelector::parse(labels).unwrap(),
        fields: fields.collect(),
    }
}

fn list(collection: &Collection, selection: &Selection, limit: usize) -> Page {
    let request = PageRequest {
        collection: CollectionId(0),
        selection,
        after: None,
        behind: None,
        limit,
    };
    page(collection, 7, request)
}

/// How many are found and looked at; what is found is held against a look at each.
fn counted(collection: &Collection, selection: &Selection) -> (usize, usize) {
    let page = list(collection, selection, 0);
    let prefix = selection.key_prefix(PREFIX);
    let all = collection.objects().values();
    let all = all.filter(|object| object.key().starts_with(&prefix) && selection.takes(object));
    let expected: Vec<_> = all.map(|object| object.key()).collect();
    let found: Vec<_> = page.objects.iter().map(|object| object.key()).collect();
    assert_eq!(found, expected);
    (found.len(), page.looked_at)
}

const NODE: SelectedField = SelectedField::Own(0);

#[test]
fn a_list_looks_at_what_it_returns() {
    let collection = filled();
    let cases = [
        ("app=app-7", vec![], 10),
        ("app in (app-7,app-8,nothing)", vec![], 20),
        ("color", vec![], 10),
        ("color,tier", vec![], 10),
        ("app=nothing", vec![], 0),
        ("nothing", vec![], 0),
        ("", vec![(NODE, "node-3", true)], 100),
        ("", vec![(NODE, "nothing", true)], 0),
        ("", vec![(SelectedField::Owner, "set-3", true)], 20),
        ("", vec![(SelectedField::Owner, "red", true)], 10),
        ("", vec![(SelectedField::Owner, "nothing", true)], 0),
        ("", vec![(SelectedField::Name, "pod-0007", true)], 1),
        ("", vec![(SelectedField::Name, "nothing", true)], 0),
        ("", vec![(SelectedField::Namespace, "ns-1", true)], 500),
    ];
    for (labels, fields, expected) in cases {
        let selection = select(labels, &fields);
        assert_eq!(
            counted(&collection, &selection),
            (expected, expected),
            "{selection:?}"
        );
    }
}

#[test]
fn the_condition_that_the_fewest_fulfil_leads() {
    let collection = filled();
    for (labels, fields, found, looked_at) in [
        ("tier=1,app=app-7", vec![], 5, 10),
        ("tier,app!=app-7,color=red", vec![], 10, 10),
        ("app=app-7", vec![(NODE, "node-3", true)], 1, 10),
        ("app!=app-7", vec![], 990, 1000),
        ("!color", vec![], 990, 1000),
        ("", vec![(NODE, "node-3", false)], 900, 1000),
        ("", vec![(SelectedField::Owner, "set-3", false)], 980, 1000),
        (
            "tier=1",
            vec![(SelectedField::Owner, "set-3", true)],
            10,
            20,
        ),
    ] {
        let selection = select(labels, &fields);
        assert_eq!(
            counted(&collection, &selection),
            (found, looked_at),
            "{selection:?}"
        );
    }
}

#[test]
fn a_namespace_narrows_what_is_looked_at() {
    let collection = filled();
    let mut selection = select("app in (app-7,app-9)", &[]);
    selection.namespace = "ns-1".to_owned();
    assert_eq!(counted(&collection, &selection), (10, 10));
    selection = select("", &[(SelectedField::Name, "pod-0008", true)]);
    selection.namespace = "ns-1".to_owned();
    assert_eq!(counted(&collection, &selection), (0, 0));
}

#[test]
fn the_index_follows_every_write() {
    let mut collection = filled();
    let selection = select("app=moved", &[]);
    let before = select("app=app-7", &[]);
    collection.apply(2, key(70), Some(pod(70, "moved", 3, 2)));
    assert_eq!(counted(&collection, &selection), (1, 1));
    assert_eq!(counted(&collection, &before), (9, 9));
    // The same labels, another node.
    collection.apply(3, key(70), Some(pod(70, "moved", 4, 3)));
    assert_eq!(list(&collection, &selection, 0).objects[0].revision, 3);
    assert_eq!(
        counted(&collection, &select("", &[(NODE, "node-4", true)])),
        (101, 101)
    );
    // Given up by one owner, and taken by another.
    let owned = |uid| select("", &[(SelectedField::Owner, uid, true)]);
    assert_eq!(counted(&collection, &owned("set-3")), (20, 20));
    assert_eq!(counted(&collection, &owned("set-4")), (20, 20));
    let mut other = pod(90, "moved", 4, 3);
    other.facts.owners = Box::from(["set-3".into(), "set-9".into()]);
    collection.apply(4, key(90), Some(other));
    assert_eq!(counted(&collection, &owned("set-3")), (21, 21));
    assert_eq!(counted(&collection, &owned("set-4")), (19, 19));
    assert_eq!(counted(&collection, &owned("set-9")), (21, 21));
    collection.apply(5, key(90), None);
    assert_eq!(counted(&collection, &owned("set-3")), (20, 20));
    collection.apply(6, key(70), None);
    assert_eq!(counted(&collection, &selection), (0, 0));
    collection.reset(7);
    assert_eq!(counted(&collection, &before), (0, 0));
    assert_eq!(counted(&collection, &owned("set-3")), (0, 0));
}

/// How many are behind a page is known from how many there are, and handed on from page to page;
/// only who does not know counts.
#[test]
fn what_is_behind_a_page_is_known() {
    let mut collection = filled();
    collection.apply(2, key(10), None);
    for namespace in ["", "ns-0", "ns-1"] {
        let selection = Selection::in_namespace(namespace);
        let all = list(&collection, &selection, 0).objects;
        assert_eq!(collection.count_in(namespace), all.len());
        let first = list(&collection, &selection, 100);
        assert_eq!(first.remaining, all.len() - 100, "{namespace}");
        let last = first.objects.last().unwrap().key();
        for behind in [None, Some(first.remaining)] {
            let request = PageRequest {
                collection: CollectionId(0),
                selection: &selection,
                after: Some(last),
                behind,
                limit: 30,
            };
            let second = page(&collection, 7, request);
            assert_eq!(second.remaining, all.len() - 130, "{namespace} {behind:?}");
        }
        let whole = list(&collection, &selection, all.len());
        assert!(!whole.has_more && whole.remaining == 0);
    }
    assert_eq!(collection.count_in("elsewhere"), 0);
    collection.reset(5);
    assert_eq!(collection.count_in("ns-0"), 0);
}

#[test]
fn pages_of_a_selection_go_on_where_the_last_one_ended() {
    let collection = filled();
    for selection in [
        select("app in (app-7,app-8)", &[]),
        select("app=app-7", &[]),
    ] {
        let whole = list(&collection, &selection, 0);
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let request = PageRequest {
                collection: CollectionId(0),
                selection: &selection,
                after: after.as_deref(),
                behind: None,
                limit: 3,
            };
            let page = page(&collection, 7, request);
            assert!(page.looked_at <= 3, "{}", page.looked_at);
            let Some(last) = page.objects.last() else {
                break;
            };
            after = Some(last.key().to_string());
            found.extend(page.objects);
        }
        let keys = |objects: &[Arc<Object>]| -> Vec<Arc<str>> {
            objects
                .iter()
                .map(|object| Arc::clone(object.key()))
                .collect()
        };
        assert_eq!(keys(&found), keys(&whole.objects));
    }
}
