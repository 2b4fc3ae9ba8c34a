//! Explanations for people.

use super::Question;
use crate::ui::columns::Columns;
use crate::ui::provenance::{Places, comment, tell, write_annotated};
use std::fmt::Write as _;
use trimtab_kustomize::{Address, Cause, Event, Found, Recorded, Resource};
use trimtab_object::Scope;
use trimtab_tree::{Result, SourceMap, Value};

/// More of a value is not shown in a row.
const LONGEST_VALUE: usize = 60;

/// A value that a value was read from may have been read from another.
const MOST_SOURCES: usize = 8;

pub(super) fn answer(question: &Question<'_>, built: &Recorded, map: &SourceMap) -> Result<String> {
    let mut places = Places::new(map);
    match question {
        Question::All => Ok(list(built, &mut places)),
        Question::Resource(found) => whole(*found, &mut places),
        Question::Field(found, address) => field(*found, address, built, &mut places),
    }
}

/// One line a resource: what it is, where it came from and what changed its name.
fn list(built: &Recorded, places: &mut Places<'_>) -> String {
    let row = |resource: &Resource, end: String, places: &mut Places<'_>| {
        let events = resource.events(&name_address());
        let events = events.iter().filter(|event| event.value.is_some());
        let names = comment(&events.copied().collect::<Vec<_>>(), places);
        vec![title(resource), format!("{names}{end}")]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for resource in &built.resources {
        rows.push(row(resource, String::new(), places));
    }
    for removed in &built.removed {
        let end = format!(", removed by {}", removed.step);
        rows.push(row(&removed.resource, end, places));
    }
    Columns::for_history().lines(&rows)
}

fn name_address() -> Address {
    Address::root().field("metadata").field("name")
}

/// The resource as it is printed, each value with its events behind it, and what was removed.
fn whole(found: Found<'_>, places: &mut Places<'_>) -> Result<String> {
    let resource = found.resource;
    let mut out = String::new();
    write_annotated(
        resource,
        resource.value(),
        &Address::root(),
        places,
        &mut out,
    )?;
    let mut removed = Vec::new();
    if found.removed_by.is_some() {
        removed.push(Address::root());
    } else if let Some(history) = resource.history() {
        removed = history.removed(resource.value());
    }
    if !removed.is_empty() {
        out.push_str("# Removed:\n");
    }
    for address in removed {
        let events = resource.events(&address);
        let name = shown(&address, resource);
        let told = comment(&events, places);
        writeln!(out, "# {name}: {told}").expect("writing to a string cannot fail");
    }
    Ok(out)
}

fn shown(address: &Address, resource: &Resource) -> String {
    if address.is_root() {
        title(resource)
    } else {
        address.to_string()
    }
}

/// The chain of one field; below a list or mapping, what is in it.
fn field(
    found: Found<'_>,
    address: &Address,
    built: &Recorded,
    places: &mut Places<'_>,
) -> Result<String> {
    let resource = found.resource;
    let events = resource.events(address);
    let mut out = format!("{} {address}\n\n", title(resource));
    out.push_str(&chain(&events, places));
    let is_there = events.last().is_some_and(|last| last.value.is_some());
    let value = address.get(resource.value()).filter(|_| is_there);
    if let Some(value) = value.filter(|value| value.as_scalar().is_none()) {
        out.push('\n');
        write_annotated(resource, value, address, places, &mut out)?;
    }
    let mut causes = Vec::new();
    sources(&events, built, &mut causes);
    for (cause, events) in causes {
        let field = if cause.field.is_empty() {
            "metadata.name"
        } else {
            cause.field.as_str()
        };
        writeln!(out, "\n{} {field}\n", cause.resource).expect("writing to a string cannot fail");
        out.push_str(&chain(&events, places));
    }
    Ok(out)
}

/// A row an event: where, by what, and the value.
fn chain(events: &[Event<'_>], places: &mut Places<'_>) -> String {
    let mut rows = vec![vec!["AT".to_owned(), "BY".to_owned(), "VALUE".to_owned()]];
    for (event, told) in events.iter().zip(tell(events, places)) {
        let mut by = told.step.unwrap_or_else(|| "the file itself".to_owned());
        for (cause, _) in &told.causes {
            by = format!("{by} {cause}");
        }
        if let Some(entry) = told.entry {
            by = format!("{by} at {entry}");
        }
        rows.push(vec![
            told.place.unwrap_or_else(|| "-".to_owned()),
            by,
            event.value.map_or_else(|| "(removed)".to_owned(), clipped),
        ]);
    }
    Columns::for_history().lines(&rows)
}

/// The fields that values were read from, each with its own events, and so on from there.
fn sources<'r>(
    events: &[Event<'r>],
    built: &'r Recorded,
    found: &mut Vec<(&'r Cause, Vec<Event<'r>>)>,
) {
    for cause in events.iter().flat_map(|event| event.causes) {
        let cause: &Cause = cause;
        if found.len() == MOST_SOURCES || found.iter().any(|(known, _)| *known == cause) {
            continue;
        }
        let Some(resource) = cause.find(built) else {
            continue;
        };
        let address = if cause.field.is_empty() {
            name_address()
        } else {
            match Address::parse(&cause.field) {
                Ok(address) => address.within(resource.value()),
                Err(_) => continue,
            }
        };
        let events = resource.events(&address);
        if !events.is_empty() {
            found.push((cause, events.clone()));
            sources(&events, built, found);
        }
    }
}

/// `Deployment/web`, with its namespace if it is in one that is written.
fn title(resource: &Resource) -> String {
    let id = resource.id();
    let name = format!("{}/{}", id.gvk.kind, id.name);
    match id.scope() {
        Scope::Namespace(namespace) if !id.namespace.is_empty() => {
            format!("{name} in namespace {namespace}")
        }
        _ => name,
    }
}

/// A value in one short line.
fn clipped(value: &Value) -> String {
    let Some(text) = value.text() else {
        let count = value.as_sequence().map(<[Value]>::len);
        let count = count.or(value.as_mapping().map(trimtab_tree::Mapping::len));
        return match count {
            Some(count) => format!("{} of {count}", value.describe()),
            None => value.describe().to_owned(),
        };
    };
    let text = if text.contains(char::is_control) || text.is_empty() {
        format!("{text:?}")
    } else {
        text.to_owned()
    };
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
