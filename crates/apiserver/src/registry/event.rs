//! The events of a watch, as lines.

use trimtab_store::Revision;
use trimtab_tree::{Mapping, Value};

use super::answer::partial_metadata;
use crate::Status;
use crate::cache::{Object, Seen};
use crate::media::{Accepted, Encoding, Shape};
use trimtab_schema::Kind;

/// How the events of one watch are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventWriter {
    /// Of which kind the objects are.
    pub(crate) kind: Kind,
    /// In what form.
    pub(crate) accepted: Accepted,
}

impl EventWriter {
    /// Appends what was seen.
    ///
    /// # Errors
    /// When an object is damaged.
    pub(crate) fn write(&self, seen: &Seen, out: &mut Vec<u8>) -> Result<(), Status> {
        match seen {
            Seen::Added(object) => self.object("ADDED", object, object.revision, out),
            Seen::Modified(object) => self.object("MODIFIED", object, object.revision, out),
            Seen::Deleted(object, revision) => self.object("DELETED", object, *revision, out),
        }
    }

    fn object(
        &self,
        kind: &str,
        object: &Object,
        revision: Revision,
        out: &mut Vec<u8>,
    ) -> Result<(), Status> {
        if self.accepted.shape == Shape::Whole && self.accepted.encoding == Encoding::Json {
            begin(kind, out);
            object.write_at(revision, out);
            out.extend_from_slice(b"}\n");
            return Ok(());
        }
        let value = object.to_value_at(revision)?;
        self.value(kind, self.shaped(value), out)
    }

    fn shaped(&self, value: Value) -> Value {
        match self.accepted.shape {
            Shape::Metadata(version) | Shape::MetadataList(version) => {
                partial_metadata(value, version)
            }
            Shape::Whole | Shape::Table(_) => value,
        }
    }

    fn value(&self, kind: &str, value: Value, out: &mut Vec<u8>) -> Result<(), Status> {
        let event = Value::mapping([("type", Value::string(kind)), ("object", value)]);
        out.extend(Encoding::Json.encode(&event, false)?);
        out.push(b'\n');
        Ok(())
    }

    /// Appends a bookmark: everything until `revision` has been told. `initial_end` marks the end
    /// of what there was when the watch began.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn bookmark(
        &self,
        revision: Revision,
        initial_end: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Status> {
        let version = Value::string(revision.to_string());
        let mut metadata = Mapping::from([("resourceVersion", version)]);
        if initial_end {
            let mark = [("k8s.io/initial-events-end", Value::string("true"))];
            metadata.insert("annotations", Value::mapping(mark));
        }
        let object = Value::mapping([
            ("kind", Value::string(self.kind.kind())),
            ("apiVersion", Value::string(self.kind.api_version())),
            ("metadata", Value::from(metadata)),
        ]);
        self.value("BOOKMARK", self.shaped(object), out)
    }

    /// Appends an error; the watch is over after it.
    pub(crate) fn error(&self, status: &Status, out: &mut Vec<u8>) {
        begin("ERROR", out);
        out.extend_from_slice(status.to_json().as_bytes());
        out.extend_from_slice(b"}\n");
    }
}

fn begin(kind: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"object\":");
}
