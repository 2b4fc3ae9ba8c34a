//! Events: what controllers, the scheduler and nodes tell of objects.

use crate::error::{Error, Result};
use crate::fields::{field, metadata, number_at, text_at};
use crate::target::{Collection, ObjectRef, Selection, Target};
use jiff::Timestamp;
use std::sync::Arc;
use trimtab_tree::Value;

/// Where the events are that concern `about`, or all events. `everywhere` says that those of all
/// namespaces are meant; so it is where `about` lives in none.
///
/// # Errors
/// When the server cannot be asked, or serves no events.
pub async fn events_about(
    target: &Target,
    about: Option<&ObjectRef>,
    everywhere: bool,
) -> Result<Collection> {
    let discovery = target.discovery().await?;
    let resource = Arc::new(discovery.of_kind("v1", "Event")?.clone());
    let fields = about.map(|object| {
        let (kind, name) = (&object.resource.kind, &object.name);
        format!("involvedObject.kind={kind},involvedObject.name={name}")
    });
    let namespace = match about {
        _ if everywhere => None,
        Some(object) if object.namespace.is_empty() => None,
        Some(object) => Some(object.namespace.clone()),
        None => Some(target.namespace().into()),
    };
    Ok(Collection {
        resource,
        namespace,
        selection: Selection {
            labels: String::new(),
            fields: fields.unwrap_or_default(),
        },
    })
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSummary {
    /// The namespace that it is in.
    pub namespace: String,
    /// `Normal` or `Warning`.
    pub event_type: String,
    /// A word for it, such as `BackOff`.
    pub reason: String,
    /// What it is about, such as `Pod/web-0`.
    pub object: String,
    /// What happened.
    pub message: String,
    /// Who tells it, such as `kubelet, node-1`.
    pub source: String,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// How often.
    pub count: i64,
}

impl EventSummary {
    /// Reads an event of the core group.
    #[must_use]
    pub fn of(event: &Value) -> Self {
        let time = |text: &str| text.parse().ok();
        let first = [field(event, "eventTime"), field(event, "firstTimestamp")];
        let first_seen = first.into_iter().find_map(time);
        let about = |name| text_at(event, &["involvedObject", name]);
        let count = number_at(event, &["series", "count"]).or_else(|| number_at(event, &["count"]));
        Self {
            namespace: metadata(event, "namespace").to_owned(),
            event_type: field(event, "type").to_owned(),
            reason: field(event, "reason").to_owned(),
            object: format!("{}/{}", about("kind"), about("name")),
            message: field(event, "message").trim().to_owned(),
            source: source(event),
            first_seen,
            last_seen: time(last_seen(event)).or(first_seen),
            count: count.unwrap_or(1).max(1),
        }
    }
}

fn source(event: &Value) -> String {
    let component = match text_at(event, &["source", "component"]) {
        "" => field(event, "reportingComponent"),
        component => component,
    };
    match text_at(event, &["source", "host"]) {
        "" => component.to_owned(),
        host => format!("{component}, {host}"),
    }
}

/// When an event was last seen: text of RFC 3339, of which those of one form compare as times.
pub(crate) fn last_seen(event: &Value) -> &str {
    let all = [
        text_at(event, &["series", "lastObservedTime"]),
        field(event, "lastTimestamp"),
        field(event, "eventTime"),
        metadata(event, "creationTimestamp"),
    ];
    all.into_iter()
        .find(|time| !time.is_empty())
        .unwrap_or_default()
}

/// The events of a collection, the one that was last seen last, and from where a watch goes on. Of
/// these types only; of all, where none is named.
///
/// # Errors
/// When the server cannot be asked or refuses.
pub async fn list_events(
    target: &Target,
    collection: &Collection,
    types: &[String],
) -> Result<(Vec<Value>, String)> {
    let list = target.list(collection).await?;
    let mut events = list.items;
    events.retain(|event| is_of_type(event, types));
    events.sort_by_cached_key(place);
    Ok((events, list.resource_version))
}

/// By when an event was last seen; of those of one second, by when the server heard of it.
fn place(event: &Value) -> (Option<Timestamp>, u64) {
    let version = metadata(event, "resourceVersion").parse();
    (EventSummary::of(event).last_seen, version.unwrap_or(0))
}

/// Whether an event is of one of the types, of which none stands for all.
#[must_use]
pub fn is_of_type(event: &Value, types: &[String]) -> bool {
    let own = field(event, "type");
    types.is_empty() || types.iter().any(|it| it.eq_ignore_ascii_case(own))
}

/// Refuses what is no type of events.
///
/// # Errors
/// When one is none.
pub fn check_event_types(types: &[String]) -> Result<()> {
    let is_known = |it: &&String| ["normal", "warning"].contains(&&*it.to_lowercase());
    match types.iter().find(|it| !is_known(it)) {
        Some(other) => Err(Error::Usage(format!(
            "valid --types are Normal or Warning, not {other:?}"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn old_and_new_events_tell_the_same() {
        let old = yaml(
            "{type: Warning, reason: BackOff, message: ' no ', metadata: {namespace: n}, count: 4, source: {component: kubelet, host: node-1},
              firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z', involvedObject: {kind: Pod, name: web}}",
        );
        let new = yaml(
            "{type: Warning, reason: BackOff, message: no, metadata: {namespace: n}, reportingComponent: 'kubelet, node-1',
              eventTime: '2026-01-01T00:00:00.000000Z', series: {count: 4, lastObservedTime: '2026-01-01T00:01:00.000000Z'}, involvedObject: {kind: Pod, name: web}}",
        );
        let summary = EventSummary::of(&old);
        assert_eq!(summary, EventSummary::of(&new));
        assert_eq!((summary.count, &*summary.object), (4, "Pod/web"));
        assert_eq!(summary.source, "kubelet, node-1");
        let last = summary.last_seen.map(|it| it.to_string());
        assert_eq!(last.as_deref(), Some("2026-01-01T00:01:00Z"));
    }

    #[test]
    fn an_event_with_one_time_was_seen_once() {
        let event = yaml(
            "{type: Normal, eventTime: '2026-01-01T00:00:00Z', involvedObject: {kind: Node, name: a}}",
        );
        let summary = EventSummary::of(&event);
        assert_eq!((summary.count, summary.first_seen), (1, summary.last_seen));
    }

    #[test]
    fn events_of_one_second_stay_in_the_order_in_which_they_were_heard() {
        let event = |second: u32, version: &str| {
            yaml(&format!(
                "{{metadata: {{resourceVersion: '{version}'}}, lastTimestamp: '2026-01-01T00:00:0{second}Z'}}"
            ))
        };
        let mut events = [event(1, "10"), event(1, "9"), event(0, "11")];
        events.sort_by_cached_key(place);
        let versions = events.each_ref().map(|it| metadata(it, "resourceVersion"));
        assert_eq!(versions, ["11", "9", "10"]);
    }

    #[test]
    fn types_are_written_in_any_case() {
        let event = yaml("{type: Warning}");
        let types = |words: &[&str]| words.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        assert!(is_of_type(&event, &[]) && is_of_type(&event, &types(&["normal", "WARNING"])));
        assert!(!is_of_type(&event, &types(&["Normal"])));
        assert!(check_event_types(&types(&["normal", "Warning"])).is_ok());
        let error = check_event_types(&types(&["Error"])).expect_err("it is none");
        assert!(error.to_string().contains("\"Error\""));
    }
}
