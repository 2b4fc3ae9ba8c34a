//! A request that has been let in.

use bytes::Bytes;
use http::HeaderMap;
use trimtab_schema::Type;
use trimtab_store::Revision;
use trimtab_tree::Value;

use super::version::shown_in_version;
use crate::admission::Notes;
use crate::authorization::Trusted;
use crate::cache::{Object, stored_form};
use crate::custom::Conversions;
use crate::media::{self, Accepted, Document, Encoding, Shape};
use crate::request::{Query, RequestInfo};
use crate::resource::in_version;
use crate::resource::{Resource, Storage};
use crate::state::Server;
use crate::{Identity, Status, custom};
use std::sync::Arc;
use tokio::time::Instant;

/// A request that has been let in, and the resource it is about.
pub(crate) struct Call<'a> {
    /// The server it came to.
    pub(crate) server: &'a Arc<Server>,
    /// What it asks.
    pub(crate) info: &'a RequestInfo<'a>,
    /// Its parameters.
    pub(crate) query: &'a Query,
    /// Its headers.
    pub(crate) headers: &'a HeaderMap,
    /// Who asks.
    pub(crate) identity: &'a Identity,
    /// Whether who asks is a component inside this process.
    pub(crate) trusted: Option<Trusted>,
    /// When the client gives up, if it does.
    pub(crate) deadline: Option<Instant>,
    /// About what.
    pub(crate) resource: &'a Resource,
    /// What there is to say beside the answer.
    pub(crate) notes: &'a Notes,
    /// Objects in other versions, where a webhook converts.
    pub(crate) conversions: &'a Conversions,
    /// In what form the answer shall be.
    pub(crate) accepted: Accepted,
}

impl Call<'_> {
    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &http::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Reads the request's body by its media type.
    ///
    /// # Errors
    /// For media types that are not read, and for texts that are not of their type.
    pub(crate) fn document(&self, body: &[u8]) -> Result<Document, Status> {
        let content_type = self.header(&http::header::CONTENT_TYPE);
        media::decode(content_type, body, self.resource.has_messages())
    }

    /// Where the objects are.
    ///
    /// # Errors
    /// When the resource has no objects.
    pub(crate) fn storage(&self) -> Result<&Storage, Status> {
        let storage = self.resource.storage.as_ref();
        storage.ok_or_else(Status::no_such_method)
    }

    /// The key of the object that is asked for. A namespace is not in itself.
    ///
    /// # Errors
    /// When the resource has no objects.
    pub(crate) fn key(&self) -> Result<String, Status> {
        Ok(self.storage()?.key(self.namespace(), self.info.name))
    }

    /// The namespace that is asked about; empty for what is in none.
    pub(crate) fn namespace(&self) -> &str {
        if self.resource.namespaced {
            self.info.namespace
        } else {
            ""
        }
    }

    /// The type of the resource's objects.
    ///
    /// # Errors
    /// When the schema does not know it.
    pub(crate) fn object_type(&self) -> Result<Type<'_>, Status> {
        let ty = self.resource.type_in(&self.server.schema);
        ty.ok_or_else(|| Status::internal(format!("{:?} has no type", self.resource.kind)))
    }

    /// A stored object as a tree, in the version that the call is for.
    ///
    /// # Errors
    /// When the object is damaged.
    pub(crate) fn value_of(&self, object: &Object) -> Result<Value, Status> {
        self.value_at(object, object.revision)
    }

    /// As [`Call::value_of`], with another resourceVersion.
    ///
    /// # Errors
    /// When the object is damaged.
    pub(crate) fn value_at(&self, object: &Object, revision: Revision) -> Result<Value, Status> {
        let value = object.to_value_at(revision)?;
        shown_in_version(&self.server.schema, &self.resource.kind, value)
    }

    /// The bytes that an object is stored as.
    ///
    /// # Errors
    /// When it holds what JSON cannot express.
    pub(crate) fn stored_form(&self, object: &Value) -> Result<Bytes, Status> {
        if !self.resource.is_converted() {
            return stored_form(object);
        }
        let stored = &self.resource.stored_as;
        stored_form(&in_version(&self.server.schema, stored, object.clone())?)
    }

    /// Whether the answer is made of the very bytes that objects are stored as.
    /// Of custom objects it depends on each: [`Call::copies_bytes_of`].
    pub(crate) fn copies_bytes(&self) -> bool {
        self.is_told_plainly() && self.resource.kind.custom().is_none()
    }

    /// Whether the answer is made of the very bytes that this object is stored as.
    ///
    /// # Errors
    /// When the object is damaged.
    pub(crate) fn copies_bytes_of(&self, object: &Object) -> Result<bool, Status> {
        match self.resource.kind.custom() {
            Some(kind) => Ok(self.is_told_plainly() && custom::is_in_form(kind, object)?),
            None => Ok(self.copies_bytes()),
        }
    }

    /// Whether the client takes objects in the form that they are stored in.
    pub(crate) fn is_told_plainly(&self) -> bool {
        let accepted = self.accepted;
        let is_converted = self.resource.kind.custom().is_none() && self.resource.is_converted();
        accepted.encoding == Encoding::Json
            && accepted.shape == Shape::Whole
            && !accepted.pretty
            && !is_converted
    }

    /// Whether the answer's messages are made of the very bytes that objects are stored as. Of
    /// single objects only the metadata may be asked for, too.
    pub(crate) fn copies_messages(&self) -> bool {
        let is_metadata = matches!(self.accepted.shape, Shape::Metadata(_));
        let is_whole = self.accepted.shape == Shape::Whole && !self.resource.is_converted();
        self.accepted.encoding == Encoding::Protobuf && (is_metadata || is_whole)
    }

    /// Whether it is about namespaces themselves, which have finalizers in their spec, too.
    pub(crate) fn is_namespaces(&self) -> bool {
        self.resource.group().is_empty() && self.resource.plural == "namespaces"
    }

    /// There is no object of that name.
    pub(crate) fn not_found(&self, name: &str) -> Status {
        Status::not_found(self.resource.group(), &self.resource.plural, name)
    }

    /// The group that messages tell with the kind: events of both groups are one kind, which is told
    /// without one.
    pub(crate) fn told_group(&self) -> &str {
        match (self.resource.group(), self.resource.kind.kind()) {
            ("events.k8s.io", "Event") => "",
            (group, _) => group,
        }
    }

    /// The object is not as the request expects it.
    pub(crate) fn conflict(&self, name: &str, why: &str) -> Status {
        Status::conflict(self.resource.group(), &self.resource.plural, name, why)
    }

    /// The object has been written meanwhile.
    pub(crate) fn modified(&self, name: &str) -> Status {
        Status::modified(self.resource.group(), &self.resource.plural, name)
    }
}
