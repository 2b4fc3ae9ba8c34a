//! Events, of both groups: the newer one calls the same fields by other names.

use super::age::since;
use super::cells::{name, number, string};
use super::column::{Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "Event", EVENT, event),
    entry("events.k8s.io", "Event", EVENT, event),
];

const EVENT: &[Column] = &[
    column("Last Seen", "When it happened the last time."),
    column(
        "Type",
        "Whether it is as it should be (Normal) or not (Warning).",
    ),
    column("Reason", "What happened, as a word that programs know."),
    column("Object", "To what it happened."),
    column(
        "Subobject",
        "To which part of the object it happened: desiredState.manifest.containers[2], or \
         \"spec.containers{name}\" by \"name\", or \"spec.containers[2]\" by number.",
    )
    .wide(),
    column("Source", "Who tells of it, and where.").wide(),
    column("Message", "What happened, for people."),
    column("First Seen", "When it happened the first time.").wide(),
    column("Count", "How often it happened.").wide(),
    NAME.wide(),
];

/// The first of the paths at which there is something.
fn first<'a>(object: &'a Value, paths: &[&[&str]]) -> Option<&'a Value> {
    let mut found = paths.iter().filter_map(|path| object.get_path(path));
    found.find(|value| {
        value
            .text_if_not_null()
            .is_some_and(|text| !text.is_empty())
    })
}

fn first_text<'a>(object: &'a Value, paths: &[&[&str]]) -> &'a str {
    first(object, paths)
        .and_then(Value::text)
        .unwrap_or_default()
}

fn event(object: &Value, now: Timestamp) -> Vec<Value> {
    let began = first(
        object,
        &[
            &["firstTimestamp"],
            &["deprecatedFirstTimestamp"],
            &["eventTime"],
        ],
    );
    let ended = first(object, &[&["lastTimestamp"], &["deprecatedLastTimestamp"]]);
    let counted = ["count", "deprecatedCount"].map(|field| number(object, &[field]));
    let mut count = counted.into_iter().find(|count| *count > 0).unwrap_or(1);
    let mut last = ended.or(began);
    if let Some(series) = object.get("series") {
        last = series.get("lastObservedTime").or(last);
        count = number(series, &["count"]);
    }
    let about = |field| first_text(object, &[&["involvedObject", field], &["regarding", field]]);
    let kind = about("kind").to_lowercase();
    let target = match about("name") {
        "" => kind,
        name => format!("{kind}/{name}"),
    };
    vec![
        Value::string(since(last, now)),
        string(object, &["type"]),
        string(object, &["reason"]),
        Value::string(target),
        Value::string(about("fieldPath")),
        Value::string(source(object)),
        Value::string(first_text(object, &[&["message"], &["note"]]).trim()),
        Value::string(since(began, now)),
        Value::int(count),
        name(object),
    ]
}

fn source(object: &Value) -> String {
    let component = first_text(
        object,
        &[
            &["source", "component"],
            &["deprecatedSource", "component"],
            &["reportingComponent"],
            &["reportingController"],
        ],
    );
    let instance = first_text(
        object,
        &[
            &["source", "host"],
            &["deprecatedSource", "host"],
            &["reportingInstance"],
        ],
    );
    if instance.is_empty() {
        return component.to_owned();
    }
    format!("{component}, {instance}")
}
