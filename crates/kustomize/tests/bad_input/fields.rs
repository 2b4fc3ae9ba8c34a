//! Absurd values of every field of a kustomization.

use super::harness::{Change, kustomization};
use std::fs;

const FIELDS: [&str; 35] = [
    "apiVersion",
    "bases",
    "buildMetadata",
    "commonAnnotations",
    "commonLabels",
    "components",
    "configMapGenerator",
    "configurations",
    "crds",
    "generatorOptions",
    "generators",
    "helmChartInflationGenerator",
    "helmCharts",
    "helmGlobals",
    "imageTags",
    "images",
    "kind",
    "labels",
    "metadata",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "openapi",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "replicas",
    "resources",
    "secretGenerator",
    "sortOptions",
    "transformers",
    "validators",
    "vars",
    "resorces",
];

/// Values, none of which is right everywhere.
const VALUES: [&str; 22] = [
    "null",
    "true",
    "-1",
    "1.5",
    "1e999",
    "2026-01-31",
    "''",
    "no such thing",
    "\"\\0\\u001b[31m\"",
    "'('",
    "[]",
    "[[]]",
    "[null]",
    "[1, true]",
    "['']",
    "[../../../../../../..]",
    "[no-such-file.yaml]",
    "{}",
    "{a: b}",
    "[{}]",
    "[{name: a, unknown: 1}]",
    "[{name: [], path: {}, patch: 1, target: x, count: y, newTag: 1.10, select: []}]",
];

/// Each field with each value, in place of what the kustomization says.
pub(crate) fn changes() -> Vec<Change> {
    let pairs = FIELDS
        .into_iter()
        .flat_map(|field| VALUES.map(|value| (field, value)));
    pairs
        .map(|(field, value)| {
            // A misspelt field is refused whatever it holds.
            let is_fatal = field == "resorces";
            Change::new(format!("{field}: {value}"), is_fatal, move |root, _| {
                let Some(path) = kustomization(root) else {
                    return false;
                };
                let Ok(text) = fs::read_to_string(&path) else {
                    return false;
                };
                // What stands behind the first document is not read.
                if text.contains("\n---") {
                    return false;
                }
                let kept = without(&text, field);
                fs::write(&path, format!("{kept}{field}: {value}\n")).is_ok()
            })
        })
        .collect()
}

/// The text without a field of the outermost level.
fn without(text: &str, field: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        let is_below = line.starts_with([' ', '-', '#']) || line.is_empty();
        inside = if is_below {
            inside
        } else {
            line.starts_with(&format!("{field}:"))
        };
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
