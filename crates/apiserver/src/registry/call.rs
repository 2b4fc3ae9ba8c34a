//! A request that has been let in.

use http::HeaderMap;
use trimtab_schema::Type;

use super::resource::{Resource, Storage};
use crate::api_server::Server;
use crate::media::Accepted;
use crate::request::{Query, RequestInfo};
use crate::{Identity, Status};
use std::sync::Arc;

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
    /// About what.
    pub(crate) resource: &'a Resource,
    /// In what form the answer shall be.
    pub(crate) accepted: Accepted,
}

impl Call<'_> {
    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &http::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
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

    /// There is no object of that name.
    pub(crate) fn not_found(&self, name: &str) -> Status {
        Status::not_found(self.resource.group(), self.resource.plural, name)
    }

    /// The object is not as the request expects it.
    pub(crate) fn conflict(&self, name: &str, why: &str) -> Status {
        Status::conflict(self.resource.group(), self.resource.plural, name, why)
    }

    /// The object has been written meanwhile.
    pub(crate) fn modified(&self, name: &str) -> Status {
        Status::modified(self.resource.group(), self.resource.plural, name)
    }
}
