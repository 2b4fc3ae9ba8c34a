use super::super::FieldPath;
use super::search::Everywhere;
use super::*;
use crate::testing::documents;
use std::sync::Arc;
use trimtab_object::Gvk;

fn tree(paths: &[&'static str]) -> Arc<FieldTree> {
    let specs: Vec<FieldSpec> = paths
        .iter()
        .map(|path| FieldSpec {
            gvk: Gvk::default(),
            path: FieldPath::from_static(path),
            create: false,
        })
        .collect();
    Arc::new(FieldTree::new(specs.iter()))
}

const TEXTS: Search = Search {
    at_end: |value, ends, tell| {
        if let Some(text) = value.text() {
            tell(Met::Text(text, ends));
        }
    },
    everywhere: None,
    notes: |notes| &notes.names,
};

fn met(tree: &Arc<FieldTree>, object: &Value, search: Search) -> Vec<String> {
    met_in(tree, object, true, search)
}

fn met_in(tree: &Arc<FieldTree>, object: &Value, has_strayed: bool, search: Search) -> Vec<String> {
    let mut all = Vec::new();
    tree.search(object, has_strayed, search, &mut |met| {
        all.push(match met {
            Met::Text(text, _) => text.to_owned(),
            Met::Oddity => "odd".to_owned(),
        });
    });
    all
}

#[test]
fn every_path_is_followed_through_lists() {
    let tree = tree(&["a/b", "a/c[]/d", "e", "a"]);
    for (object, expected) in [
        (
            "{a: {b: x, c: [{d: y}, {d: z}, null]}, e: w}",
            &["x", "y", "z", "w"][..],
        ),
        ("{a: [{b: x}, [{b: y}]], f: {b: z}}", &["x", "y"]),
        ("{a: {c: null}}", &["odd"]),
        ("{a: null, e: null}", &["null", "null"]),
        ("{a: x}", &["x", "odd"]),
        ("{g: h}", &[]),
    ] {
        let object = &documents(object)[0];
        assert_eq!(met(&tree, object, TEXTS), expected);
    }
}

#[test]
fn each_text_comes_with_the_specs_that_lead_to_it() {
    let tree = tree(&["a/b", "a/c", "a/b"]);
    let mut all = Vec::new();
    let object = &documents("{a: [{b: x}, {c: y}]}")[0];
    tree.search(object, true, TEXTS, &mut |met| match met {
        Met::Text(text, specs) => all.push((text.to_owned(), specs.to_vec())),
        Met::Oddity => panic!("nothing is odd"),
    });
    assert_eq!(
        all,
        [("x".to_owned(), vec![0, 2]), ("y".to_owned(), vec![1])]
    );
}

#[test]
fn many_fields_are_told_apart() {
    let paths: Vec<&'static str> = (0..40).map(|at| &*format!("a/f{at}").leak()).collect();
    let tree = tree(&paths);
    let object = &documents("{a: {f3: x, f39: y, f40: z}}")[0];
    for everywhere in [None, Some((|_, _, _| {}) as Everywhere)] {
        let search = Search {
            everywhere,
            ..TEXTS
        };
        assert_eq!(met(&tree, object, search), ["x", "y"]);
    }
}

#[test]
fn what_no_mapping_can_have_is_odd() {
    let object = &documents("{a: {b: c}}")[0];
    for (path, expected) in [("a/0", &["odd"][..]), ("a//b", &["odd"]), ("x/0", &[])] {
        assert_eq!(met(&tree(&[path]), object, TEXTS), expected, "{path}");
    }
    let long: &'static str = "a/".repeat(MAX_DEPTH + 1).leak();
    assert_eq!(met(&tree(&[long]), object, TEXTS), ["odd"]);
}

#[test]
fn notes_answer_for_the_same_paths_only() {
    let object = &documents("{s: {a: {b: x, c: y}}}")[0];
    let copy = object.clone();
    let (b, c) = (tree(&["s/a/b"]), tree(&["s/a/c"]));
    for object in [object, &copy, object] {
        assert_eq!(met(&b, object, TEXTS), ["x"]);
        assert_eq!(met(&c, object, TEXTS), ["y"]);
    }
    let root = copy.as_mapping().unwrap();
    let noted = root
        .notes::<SearchNotes>(false)
        .unwrap()
        .names
        .get()
        .unwrap();
    let expected: (Text, Box<[u32]>) = ("x".into(), [0].into());
    assert_eq!((&*noted.texts, noted.has_oddity), (&[expected][..], false));
    let mut changed = copy.clone();
    *changed.get_path_mut(&["s", "a", "b"]).unwrap() = Value::string("z");
    assert_eq!(met(&b, &changed, TEXTS), ["x", "z"]);
    assert_eq!(met(&c, &changed, TEXTS), ["y"]);
    assert_eq!(met(&b, &copy, TEXTS), ["x"]);
}

#[test]
fn of_a_copy_all_that_is_new_is_told() {
    type Change = fn(&mut Value);
    let text = "{a: {l: [{b: x}, {b: y}], c: w}, d: v, e: {l: [{b: q}]}}";
    let changes: [Change; 7] = [
        |object| *object.get_path_mut(&["a", "c"]).unwrap() = Value::string("new"),
        |object| *object.get_mut("a").unwrap() = documents("{c: new}").remove(0),
        |object| {
            let items = object.get_path_mut(&["a", "l"]).unwrap();
            let items = items.as_sequence_mut().unwrap();
            *items[1].get_mut("b").unwrap() = Value::string("new");
        },
        |object| {
            let items = object.get_path_mut(&["a", "l"]).unwrap();
            let items = items.as_sequence_mut().unwrap();
            items.push(documents("{b: new}").remove(0));
        },
        |object| {
            let fields = object.as_mapping_mut().unwrap();
            fields.insert("f", documents("{b: new}").remove(0));
        },
        |object| {
            let other = object.get("e").unwrap().clone();
            *object.get_mut("a").unwrap() = other;
        },
        |object| *object.get_mut("d").unwrap() = documents("{c: odd}").remove(0),
    ];
    let tree = tree(&["a/l/b", "a/c", "d", "f/b"]);
    for (at, change) in changes.into_iter().enumerate() {
        let original = documents(text).remove(0);
        let (mut copy, mut own) = (original.clone(), documents(text).remove(0));
        change(&mut copy);
        change(&mut own);
        let told = met(&tree, &copy, TEXTS);
        let expected = met(&tree, &own, TEXTS);
        assert!(
            expected.iter().all(|text| told.contains(text)),
            "{at}: {told:?}"
        );
        assert!(
            at > 4 || told.iter().any(|text| text == "new"),
            "{at}: {told:?}"
        );
    }
}

#[test]
fn a_search_can_look_everywhere() {
    let anywhere = Search {
        everywhere: Some(|key, field, tell| {
            let items = field.as_sequence().filter(|_| key == "x");
            for item in items.unwrap_or_default() {
                tell(Met::Text(item.text().unwrap_or_default(), &[]));
            }
        }),
        ..TEXTS
    };
    let object = &documents("{a: {b: {x: ['1']}, l: [{x: ['2']}]}, x: ['3']}")[0];
    let copy = object.clone();
    let tree = tree(&["a/b"]);
    for object in [object, &copy] {
        let mut all = met(&tree, object, anywhere);
        all.sort();
        all.dedup();
        assert_eq!(all, ["1", "2", "3"]);
    }
}

#[test]
fn what_is_new_is_looked_at_where_a_path_leads_there() {
    for (paths, told, told_of_a_stray) in [
        (&["spec/a/b"][..], &["x"][..], &["x", "stray"][..]),
        (&["metadata/other"], &[], &[]),
        // Those that meet a field that is aside look in any case.
        (&["metadata/name"], &["n", "new"], &["n", "new"]),
        (&["spec/selector/app"], &["y"], &["y"]),
        (
            &["spec/selector/app", "spec/a/b"],
            &["x", "stray", "y"],
            &["x", "stray", "y"],
        ),
        (&["spec/selector/0"], &["odd", "odd"], &["odd", "odd"]),
    ] {
        let object = documents("{metadata: {name: n}, spec: {a: {b: x}, selector: {}}}").remove(0);
        let mut copy = object.clone();
        *copy.get_path_mut(&["metadata", "name"]).unwrap() = Value::string("new");
        *copy.get_path_mut(&["spec", "a", "b"]).unwrap() = Value::string("stray");
        let labels = documents("{app: y}").remove(0);
        *copy.get_path_mut(&["spec", "selector"]).unwrap() = labels;
        let tree = tree(paths);
        let sorted = |has_strayed| {
            let mut all = met_in(&tree, &copy, has_strayed, TEXTS);
            all.sort();
            all
        };
        let expected = |texts: &[&str]| {
            let mut texts: Vec<String> = texts.iter().map(|&it| it.into()).collect();
            texts.sort();
            texts
        };
        assert_eq!(sorted(false), expected(told), "{paths:?}");
        assert_eq!(sorted(true), expected(told_of_a_stray), "{paths:?}");
    }
}

#[test]
fn a_tree_reaches_what_one_of_its_paths_reaches() {
    for path in [
        "a/b/c", "a/n", "a/n/d", "a/n[]/d", "a/s/d", "a/0", "q/r", "a/b/q",
    ] {
        for text in [
            "{a: {b: [{c: x}, null], n: null, s: z}}",
            "{a: null}",
            "{}",
            "{a: [{b: {c: {}}}], q: r}",
        ] {
            let object = &documents(text)[0];
            let spec = FieldSpec {
                gvk: Gvk::default(),
                path: FieldPath::from_static(path),
                create: false,
            };
            let reaches = spec.reaches(object, crate::config::Create::Nothing);
            assert_eq!(tree(&[path]).reaches(object), reaches, "{path} {text}");
            let with_another = tree(&["other/one", path]);
            assert_eq!(with_another.reaches(object), reaches, "{path} {text}");
        }
    }
}
