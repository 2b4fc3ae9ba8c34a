//! What happened, and what makes two happenings the same event.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{EventSource, ObjectReference};

/// Whether an event tells of the ordinary or of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventType {
    /// As intended.
    Normal,
    /// Something a person may have to look at.
    Warning,
}

impl EventType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// Something that happened to an object.
#[derive(Debug)]
pub(super) struct Occurrence {
    pub(super) key: Key,
    pub(super) at: Timestamp,
}

/// What makes two occurrences the same event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) source: EventSource,
    pub(super) regarding: ObjectReference,
    pub(super) event_type: EventType,
    pub(super) reason: String,
    pub(super) message: String,
}

impl Key {
    /// Everything as one text, to look it up by. The version of the object does not count.
    pub(super) fn text(&self) -> String {
        format!("{}\0{}\0{}", self.subject(), self.reason, self.message)
    }

    /// Everything but the words.
    pub(super) fn group(&self) -> String {
        format!("{}\0{}", self.subject(), self.reason)
    }

    /// Source and object.
    pub(super) fn subject(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let (source, regarding) = (&self.source, &self.regarding);
        [
            part(&source.component),
            part(&source.host),
            part(&regarding.kind),
            part(&regarding.namespace),
            part(&regarding.name),
            part(&regarding.uid),
            part(&regarding.field_path),
            self.event_type.name().to_owned(),
        ]
        .join("\0")
    }

    pub(super) fn namespace(&self) -> &str {
        // Events about objects without a namespace live in `default`.
        self.regarding.namespace.as_deref().unwrap_or("default")
    }
}
