//! Where values come from, in a few words.

use std::collections::HashMap;
use trimtab_kustomize::{Action, Address, Cause, Event, Resource};
use trimtab_tree::{Locator, Node, Position, SourceMap, Value, write_yaml_with_places};

/// Files and lines of positions.
pub(crate) struct Places<'m> {
    locator: Locator<'m>,
}

impl<'m> Places<'m> {
    pub(crate) fn new(map: &'m SourceMap) -> Self {
        Self {
            locator: Locator::new(map),
        }
    }

    /// `base/deployment.yaml:12`; nothing for what no file holds.
    pub(crate) fn at(&mut self, position: Position) -> Option<String> {
        let (name, line) = self.locator.line(position)?;
        Some(format!("{}:{line}", in_one_line(&name)))
    }

    /// The file and line.
    pub(crate) fn file_and_line(&mut self, position: Position) -> Option<(String, usize)> {
        self.locator.line(position)
    }
}

/// A name of a file may hold anything.
fn in_one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.escape_debug().to_string()
}

/// What an event says beside its value: the line that holds that, unless it is that of the event
/// before, and the step that set it.
pub(crate) struct Told {
    /// File and line; of a step that only rewrote the value, those of its entry, or of what made it
    /// do so.
    pub(crate) place: Option<String>,
    /// The step; nothing for what was read from a file.
    pub(crate) step: Option<String>,
    /// What the step read, if it did.
    pub(crate) causes: Vec<(String, Option<String>)>,
    /// Where the entry of the step stands, when that is another place.
    pub(crate) entry: Option<String>,
    /// Whether it removed the field.
    pub(crate) removes: bool,
}

/// The events of one field, told.
pub(crate) fn tell(events: &[Event<'_>], places: &mut Places<'_>) -> Vec<Told> {
    let mut before = Position::NONE;
    let mut told = Vec::with_capacity(events.len());
    for event in events {
        let position = event.position();
        let rewritten = event.value.is_some() && position == before && before.is_some();
        let entry = event.step.position;
        let place = places.at(if rewritten {
            entry.or(reason(event, events))
        } else {
            position
        });
        let is_read = event.step.action == Action::Read;
        told.push(Told {
            entry: places
                .at(entry)
                .filter(|at| !is_read && !rewritten && Some(at) != place.as_ref()),
            step: (!is_read).then(|| in_one_line(&event.step.to_string())),
            causes: event
                .causes
                .iter()
                .map(|cause| {
                    let at = places.at(cause.position);
                    (
                        cause_in_words(cause),
                        at.filter(|at| place.as_ref() != Some(at)),
                    )
                })
                .collect(),
            removes: event.value.is_none(),
            place,
        });
        before = position;
    }
    told
}

/// What made a step rewrite a value that no entry asks for: a name gets its hash where its generator
/// stands, and a reference follows the resource that it names.
fn reason(event: &Event<'_>, events: &[Event<'_>]) -> Position {
    let read = event.causes.first().map(|cause| cause.position);
    let made = events.first().map(Event::position);
    match event.step.action {
        Action::Hash => made.unwrap_or_default(),
        _ => read.unwrap_or_default(),
    }
}

/// `from ConfigMap/settings data.key`
pub(crate) fn cause_in_words(cause: &Cause) -> String {
    let variable = cause.variable.as_ref();
    let variable = variable.map_or_else(String::new, |name| format!("{name} "));
    let field = if cause.field.is_empty() {
        String::new()
    } else {
        format!(" {}", cause.field)
    };
    let preposition = if cause.field.is_empty() { "to" } else { "from" };
    in_one_line(&format!(
        "{variable}{preposition} {}{field}",
        cause.resource
    ))
}

/// The events of one field in one line: `base/deployment.yaml:12, overlays/prod/kustomization.yaml:7
/// (images[0])`.
pub(crate) fn comment(events: &[Event<'_>], places: &mut Places<'_>) -> String {
    let parts = tell(events, places).into_iter().map(|told| {
        let mut step = told.step;
        if let Some(step) = &mut step {
            for (cause, at) in &told.causes {
                let at = at.as_ref().map_or_else(String::new, |at| format!(", {at}"));
                *step = format!("{step} {cause}{at}");
            }
            if told.removes {
                step.push_str(" removes it");
            }
        }
        match (told.place, step) {
            (Some(place), Some(step)) => format!("{place} ({step})"),
            (Some(place), None) => place,
            (None, Some(step)) => step,
            (None, None) => "unknown".to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Appends an object as `build` prints it, each value with its events in a comment at the end of
/// the line. `above` is the address of `value` in the object of `resource`.
pub(crate) fn write_annotated(
    resource: &Resource,
    value: &Value,
    above: &Address,
    places: &mut Places<'_>,
    out: &mut String,
) -> trimtab_tree::Result<()> {
    let mut text = String::new();
    let printed = write_yaml_with_places(value, &mut text)?;
    let mut addresses = HashMap::new();
    each_leaf(value, above.clone(), &mut |leaf, address| {
        addresses.insert(std::ptr::from_ref(leaf), address);
    });
    let mut done = 0;
    for leaf in printed {
        let Some(address) = addresses.get(&std::ptr::from_ref(leaf.leaf)) else {
            continue;
        };
        // In a block scalar a comment would be text; it can stand behind the `|`.
        let is_block = text[leaf.text.clone()].starts_with(['|', '>']);
        let from = if is_block {
            leaf.text.start
        } else {
            leaf.text.end
        };
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        out.push_str(&text[done..end]);
        out.push_str(" # ");
        let mut events = resource.events(address);
        // What is printed of a removed resource is what it was.
        events.retain(|event| event.value.is_some());
        out.push_str(&comment(&events, places));
        done = end;
    }
    out.push_str(&text[done..]);
    Ok(())
}

/// Calls `visit` for each scalar and each empty list and mapping.
pub(crate) fn each_leaf<'v>(
    value: &'v Value,
    here: Address,
    visit: &mut dyn FnMut(&'v Value, Address),
) {
    match &value.node {
        Node::Mapping(fields) if !fields.is_empty() => {
            for (key, field) in fields.iter() {
                each_leaf(field, here.clone().field(key), visit);
            }
        }
        Node::Sequence(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                each_leaf(item, here.clone().item(at), visit);
            }
        }
        _ => visit(value, here),
    }
}
