//! Explanations for machines.

use super::Question;
use crate::ui::provenance::{Places, each_leaf};
use trimtab_kustomize::{Address, Event, Found, Recorded, Resource, Step};
use trimtab_tree::{JsonStyle, Mapping, Position, Result, SourceMap, Text, Value, write_json};

pub(super) fn answer(question: &Question<'_>, built: &Recorded, map: &SourceMap) -> Result<String> {
    let mut places = Places::new(map);
    let answer = match question {
        Question::All => {
            let there = built.resources.iter().map(|resource| (resource, None));
            let gone = built.removed.iter();
            let gone = gone.map(|removed| (&removed.resource, Some(&*removed.step)));
            let resources = there.chain(gone).map(|(resource, removed_by)| {
                let found = Found {
                    resource,
                    removed_by,
                };
                about(found, &mut places).into()
            });
            Mapping::from([("resources", Value::sequence(resources.collect()))])
        }
        Question::Resource(found) => {
            let mut fields = Vec::new();
            let resource = found.resource;
            each_leaf(resource.value(), Address::root(), &mut |_, address| {
                fields.push(field(resource, &address, &mut places).into());
            });
            let removed = resource.history().map(|it| it.removed(resource.value()));
            for address in removed.unwrap_or_default() {
                fields.push(field(resource, &address, &mut places).into());
            }
            let mut answer = about(*found, &mut places);
            answer.insert("fields", Value::sequence(fields));
            answer
        }
        Question::Field(found, address) => {
            let mut answer = about(*found, &mut places);
            let fields = vec![field(found.resource, address, &mut places).into()];
            answer.insert("fields", Value::sequence(fields));
            answer
        }
    };
    let mut out = String::new();
    write_json(&answer.into(), &mut out, JsonStyle::GoIndented)?;
    out.push('\n');
    Ok(out)
}

/// What a resource is called, was called, and what removed it.
fn about(found: Found<'_>, places: &mut Places<'_>) -> Mapping {
    let id = found.resource.id();
    let mut fields = Mapping::from([
        ("apiVersion", Value::string(id.gvk.api_version())),
        ("kind", Value::string(id.gvk.kind.clone())),
        ("name", Value::string(id.name.clone())),
    ]);
    if !id.namespace.is_empty() {
        fields.insert("namespace", Value::string(id.namespace.clone()));
    }
    let previous = found.resource.previous_ids();
    let mut previous: Vec<Value> = previous.map(|id| Value::string(id.name)).collect();
    previous.dedup();
    if !previous.is_empty() {
        fields.insert("previousNames", Value::sequence(previous));
    }
    if let Some(origin) = found
        .resource
        .history()
        .and_then(|history| history.origin())
    {
        fields.insert("origin", step(origin, places).into());
    }
    if let Some(removed_by) = found.removed_by {
        fields.insert("removedBy", step(removed_by, places).into());
    }
    fields
}

fn field(resource: &Resource, address: &Address, places: &mut Places<'_>) -> Mapping {
    let mut fields = Mapping::from([("field", Value::string(address.to_string()))]);
    let events = resource.events(address);
    if let Some(value) = events.last().and_then(|event| event.value) {
        fields.insert("value", value.clone());
    }
    let events = events.iter().map(|it| event(it, places).into());
    fields.insert("events", Value::sequence(events.collect()));
    fields
}

fn event(event: &Event<'_>, places: &mut Places<'_>) -> Mapping {
    let mut fields = place(event.position(), places);
    match event.value {
        Some(value) => fields.insert("value", value.clone()),
        None => fields.insert("removed", Value::bool(true)),
    };
    fields.insert("step", step(event.step, places).into());
    if !event.causes.is_empty() {
        let causes = event.causes.iter().map(|cause| {
            let mut fields = place(cause.position, places);
            fields.insert("resource", Value::string(cause.resource.clone()));
            put(&mut fields, "field", &cause.field);
            put(
                &mut fields,
                "variable",
                cause.variable.as_deref().unwrap_or_default(),
            );
            fields.into()
        });
        fields.insert("causes", Value::sequence(causes.collect()));
    }
    fields
}

fn step(step: &Step, places: &mut Places<'_>) -> Mapping {
    let mut fields = Mapping::from([("action", Value::string(step.action.name()))]);
    put(&mut fields, "field", step.field);
    if let Some(entry) = step.entry {
        fields.insert(
            "entry",
            Value::scalar(trimtab_tree::ScalarKind::Int, entry.to_string()),
        );
    }
    put(
        &mut fields,
        "subject",
        step.subject.as_deref().unwrap_or_default(),
    );
    for entry in place(step.position, places).into_entries() {
        fields.push(entry);
    }
    fields
}

/// `file` and `line`, where there are any.
fn place(position: Position, places: &mut Places<'_>) -> Mapping {
    let mut fields = Mapping::new();
    if let Some((file, line)) = places.file_and_line(position) {
        fields.insert("file", Value::string(file));
        let line = Text::from(line.to_string());
        fields.insert("line", Value::scalar(trimtab_tree::ScalarKind::Int, line));
    }
    fields
}

fn put(fields: &mut Mapping, key: &str, text: &str) {
    if !text.is_empty() {
        fields.insert(key, Value::string(text));
    }
}
