//! kustomize's own cases of strategic merge: `kustomize/merge2` of the conformance folder, which
//! `TRIMTAB_CONFORMANCE` names. Run with `--ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use trimtab_object::{MergeOptions, Merged, strategic_merge};
use trimtab_schema::Schema;
use trimtab_tree::{
    Node, ParseOptions, SequenceIndent, Value, parse_document, parse_json, write_yaml_styled,
};

const CASES: usize = 73;

#[test]
#[ignore = "needs the conformance folder, whose path TRIMTAB_CONFORMANCE holds"]
fn all_cases_of_kyaml_merge_alike() {
    let root = std::env::var_os("TRIMTAB_CONFORMANCE")
        .map(PathBuf::from)
        .expect("TRIMTAB_CONFORMANCE names the conformance folder");
    let folder = root.join("kustomize").join("merge2");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert_eq!(cases.len(), CASES, "cases in {}", folder.display());

    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let name = case.file_name()?.to_string_lossy().into_owned();
            run(case)
                .err()
                .map(|difference| format!("{name}: {difference}"))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {CASES} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn run(case: &Path) -> Result<(), String> {
    let read = |name: &str| {
        fs::read_to_string(case.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let facts = parse_json(&read("case.json")?, 0).map_err(|error| error.to_string())?;
    let fact = |key: &str| facts.get(key).and_then(Value::text).unwrap_or_default();
    let options = MergeOptions {
        infer_lists: fact("infer") == "true",
        prepend: fact("list_increase_direction") == "prepend",
        is_settled: false,
    };
    let mut target = parse(&read("dest.yaml")?)?;
    let patch = parse(&read("patch.yaml")?)?;
    let schema = Schema::kustomize();
    let merged = strategic_merge(&mut target, &patch, Some(&schema), options)
        .map_err(|error| error.to_string())?;
    let merged = match merged {
        Merged::InPlace => Some(target),
        Merged::Replaced(value) => Some(value),
        Merged::Deleted => None,
    };

    let (expected, actual) = (read("expected.yaml")?, read("actual.yaml")?);
    let Some(merged) = merged else {
        return if expected.trim().is_empty() {
            Ok(())
        } else {
            Err("the target was deleted".to_owned())
        };
    };
    if expected.trim().is_empty() {
        return Err("the target was not deleted".to_owned());
    }
    let formatted = |value: Value| print(&sorted(value));
    same(&formatted(merged.clone()), &formatted(parse(&expected)?))?;
    same(&print(&merged), &actual)
}

fn parse(text: &str) -> Result<Value, String> {
    let options = ParseOptions {
        comments: true,
        ..ParseOptions::default()
    };
    parse_document(text, options).map_err(|error| error.to_string())
}

/// The value as kyaml's formatter would order it: fields by name, items that have names by those.
fn sorted(mut value: Value) -> Value {
    match &mut value.node {
        Node::Mapping(fields) => {
            fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
            for field in fields.values_mut() {
                *field = sorted(std::mem::replace(field, Value::null()));
            }
        }
        Node::Sequence(items) => {
            for item in items.iter_mut() {
                *item = sorted(std::mem::replace(item, Value::null()));
            }
            let name = |item: &Value| item.get("name")?.text().map(str::to_owned);
            if items.iter().all(|item| name(item).is_some()) {
                items.sort_by_key(name);
            }
        }
        Node::Scalar(_) => {}
    }
    value
}

fn print(value: &Value) -> String {
    let mut out = String::new();
    write_yaml_styled(value, &mut out, SequenceIndent::Compact).expect("a tree that was read");
    out
}

fn same(found: &str, wanted: &str) -> Result<(), String> {
    if found.trim() == wanted.trim() {
        return Ok(());
    }
    Err(format!("found\n{found}wanted\n{wanted}"))
}
