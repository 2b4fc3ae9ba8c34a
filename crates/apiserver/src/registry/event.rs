//! The events of a watch, as lines, or as frames of Protocol Buffers.

use std::sync::Arc;
use trimtab_protobuf::Encoder;
use trimtab_store::Revision;
use trimtab_tree::{Mapping, Value};

use super::answer::{message_kind, text};
use super::version::shown_in_version;
use crate::cache::{Object, Seen};
use crate::media::{Accepted, Encoding, Shape};
use crate::resource::ServedKind;
use crate::state::Server;
use crate::table::{IncludeObject, TableOptions, partial_object_metadata, table_of_one};
use crate::{Status, custom};

/// How the events of one watch are written.
pub(crate) struct EventWriter {
    /// Of which kind the objects are.
    pub(crate) kind: ServedKind,
    /// In what form.
    pub(crate) accepted: Accepted,
    /// What rows of a table hold.
    pub(crate) include: IncludeObject,
    /// Whether events are made of the very bytes that objects are stored as; of custom objects only of
    /// those that are in the form of their schema.
    pub(crate) is_told_plainly: bool,
    /// Whether objects are stored in another version than they are told in.
    pub(crate) is_converted: bool,
    /// Of a watch that is told in Protocol Buffers.
    pub(crate) encoder: Option<Encoder>,
    /// Whose schema and clock count.
    pub(crate) server: Arc<Server>,
    /// Whether the columns of a table are still to be told: the first event does.
    pub(crate) headers: bool,
}

impl EventWriter {
    /// What was seen, in the version that is watched if a webhook converts it.
    ///
    /// # Errors
    /// When the webhook fails.
    pub(crate) async fn in_version(&self, seen: Vec<Seen>) -> Result<Vec<Seen>, Status> {
        let objects = seen.iter().map(|seen| match seen {
            Seen::Added(object) | Seen::Modified(object) | Seen::Deleted(object, _) => {
                Arc::clone(object)
            }
        });
        let objects = objects.collect();
        let objects = custom::in_request_version(&self.server, &self.kind, objects).await?;
        let converted = seen
            .into_iter()
            .zip(objects)
            .map(|(seen, object)| match seen {
                Seen::Added(_) => Seen::Added(object),
                Seen::Modified(_) => Seen::Modified(object),
                Seen::Deleted(_, revision) => Seen::Deleted(object, revision),
            });
        Ok(converted.collect())
    }

    /// Appends what was seen.
    ///
    /// # Errors
    /// When an object is damaged.
    pub(crate) fn write(&mut self, seen: &Seen, out: &mut Vec<u8>) -> Result<(), Status> {
        match seen {
            Seen::Added(object) => self.object("ADDED", object, object.revision, out),
            Seen::Modified(object) => self.object("MODIFIED", object, object.revision, out),
            Seen::Deleted(object, revision) => self.object("DELETED", object, *revision, out),
        }
    }

    fn object(
        &mut self,
        kind: &str,
        object: &Object,
        revision: Revision,
        out: &mut Vec<u8>,
    ) -> Result<(), Status> {
        let copies = match self.kind.custom() {
            Some(kind) if self.is_told_plainly => custom::is_in_form(kind, object)?,
            Some(_) => false,
            None => self.is_told_plainly,
        };
        if copies {
            begin(kind, out);
            object.write_at(revision, out);
            out.extend_from_slice(b"}\n");
            return Ok(());
        }
        let is_metadata = self.accepted.shape != Shape::Whole;
        if let Some(encoder) = &mut self.encoder
            && (is_metadata || !self.is_converted)
        {
            let mut json = Vec::new();
            object.write_at(revision, &mut json);
            let (api_version, name) = message_kind(&self.kind, self.accepted.shape);
            return encoder
                .event(kind, (&api_version, name), text(&json)?, out)
                .map_err(Status::internal);
        }
        let value = shown_in_version(
            &self.server.schema,
            &self.kind,
            object.to_value_at(revision)?,
        )?;
        let value = self.shaped(value);
        self.value_event(kind, &value, out)
    }

    fn value_event(&mut self, kind: &str, value: &Value, out: &mut Vec<u8>) -> Result<(), Status> {
        let json = Encoding::Json.encode(value, false)?;
        if let Some(encoder) = &mut self.encoder {
            let said = |field| value.get(field).and_then(Value::as_str).unwrap_or_default();
            let of = (said("apiVersion"), said("kind"));
            return encoder
                .event(kind, of, text(&json)?, out)
                .map_err(Status::internal);
        }
        begin(kind, out);
        out.extend_from_slice(&json);
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn shaped(&mut self, value: Value) -> Value {
        match self.accepted.shape {
            Shape::Metadata(version) | Shape::MetadataList(version) => {
                partial_object_metadata(&value, version)
            }
            Shape::Table(version) => {
                let options = TableOptions {
                    version,
                    include: self.include,
                    headers: std::mem::take(&mut self.headers),
                    now: self.server.clock.now(),
                };
                table_of_one(&self.kind, &value, options)
            }
            Shape::Whole => value,
        }
    }

    /// Appends a bookmark: everything until `revision` has been told. `initial_end` marks the end
    /// of what there was when the watch began.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn bookmark(
        &mut self,
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
        let object = self.shaped(object);
        self.value_event("BOOKMARK", &object, out)
    }

    /// Appends an error; the watch is over after it.
    pub(crate) fn error(&mut self, status: &Status, out: &mut Vec<u8>) {
        if let Err(error) = self.value_event("ERROR", &status.to_value(), out) {
            tracing::warn!(%error, "the end of a watch could not be told");
        }
    }
}

fn begin(kind: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"object\":");
}
