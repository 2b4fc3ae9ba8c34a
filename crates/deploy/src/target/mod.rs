//! The cluster that is deployed to: requests on [`Value`]s through a [`kube::Client`], against any
//! Kubernetes. Nothing here knows a kind; discovery says where objects live.

mod clock;
mod collection;
mod deletion;
mod discovery;
mod follow;
mod logs;
mod path;
mod reference;
mod resource;
mod retry;
mod table;
mod watch;

pub use collection::{Collection, List, Selection};
pub use deletion::{Deletion, Propagation};
pub use discovery::Discovery;
pub use follow::Update;
pub use logs::{LogLines, LogOptions};
pub use reference::ObjectRef;
pub use resource::Resource;
pub use table::Rows;
pub use watch::{Event, EventType};

use crate::error::{Error, Result};
use crate::fields::metadata;
use crate::secrets::Secrets;
use collection::with_type;
use futures::AsyncBufRead;
use http::{Method, Request, header};
use kube::Client;
use path::{Query, collection_path, object_path};
use retry::{Repeat, Retries, repeat};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

/// Plain objects.
const JSON: &str = "application/json";

/// Metadata alone, of all objects of a list.
const METADATA: &str = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

/// So many objects are asked for at once, as kubectl does.
const CHUNK: u32 = 500;

/// Who wrote a change, in `metadata.managedFields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// What `apply` applies.
    Apply,
    /// What commands such as `scale` and `rollout undo` change in passing: apart from the above, so
    /// that the next apply knows whom it takes fields back from.
    Command,
}

impl Manager {
    /// The name in `managedFields`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apply => "trimtab",
            Self::Command => "trimtab-command",
        }
    }
}

/// How a patch is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchType {
    /// JSON patch (RFC 6902).
    Json,
    /// JSON merge patch (RFC 7386).
    Merge,
    /// Server-side apply.
    Apply {
        /// Whether fields are taken from other managers.
        force: bool,
    },
}

impl PatchType {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json-patch+json",
            Self::Merge => "application/merge-patch+json",
            // JSON is YAML; servers before 1.32 know no other name for it.
            Self::Apply { .. } => "application/apply-patch+yaml",
        }
    }
}

/// What is created for certain is tried so often, and so far apart.
const CREATIONS: u32 = 6;
const BETWEEN_CREATIONS: Duration = Duration::from_secs(2);

/// A cluster. Cheap to clone; clones share what discovery learned.
#[derive(Clone)]
pub struct Target {
    client: Client,
    namespace: Arc<str>,
    discovery: Arc<Mutex<Option<Arc<Discovery>>>>,
    retries: Retries,
    chunk_size: u32,
}

impl Target {
    /// The cluster behind `client`. Objects that name no namespace are in `namespace`.
    #[must_use]
    pub fn new(client: Client, namespace: &str) -> Self {
        Self {
            client,
            namespace: namespace.into(),
            discovery: Arc::default(),
            retries: Retries::default(),
            chunk_size: CHUNK,
        }
    }

    /// The same, where `tell` hears when a server that does not answer is asked again for longer than a few seconds:
    /// once until it answers.
    #[must_use]
    pub fn telling(self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            retries: self.retries.telling(tell),
            ..self
        }
    }

    /// The same, asking for so many objects of a list at once; for all with 0.
    #[must_use]
    pub fn with_chunk_size(&self, chunk_size: u32) -> Self {
        Self {
            chunk_size,
            ..self.clone()
        }
    }

    /// The client that all requests go through.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The namespace of objects that name none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// What the server serves; asked once.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn discovery(&self) -> Result<Arc<Discovery>> {
        let known = self.known_discovery().clone();
        match known {
            Some(discovery) => Ok(discovery),
            None => self.rediscover().await,
        }
    }

    /// Asks again what the server serves: a custom resource definition may be new.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn rediscover(&self) -> Result<Arc<Discovery>> {
        let discovery = Arc::new(Discovery::read(self).await?);
        *self.known_discovery() = Some(Arc::clone(&discovery));
        Ok(discovery)
    }

    fn known_discovery(&self) -> std::sync::MutexGuard<'_, Option<Arc<Discovery>>> {
        self.discovery
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The object, or nothing if it is not there.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn get(&self, object: &ObjectRef) -> Result<Option<Value>> {
        match self.read(&object_path(object, None), JSON).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The object, which must be there.
    ///
    /// # Errors
    /// When it is not, or the server cannot be asked or refuses.
    pub async fn get_existing(&self, object: &ObjectRef) -> Result<Value> {
        self.read(&object_path(object, None), JSON).await
    }

    /// A subresource of the object, such as `scale`.
    ///
    /// # Errors
    /// When there is none, or the server cannot be asked or refuses.
    pub async fn get_subresource(&self, object: &ObjectRef, name: &str) -> Result<Value> {
        self.read(&object_path(object, Some(name)), JSON).await
    }

    /// All objects of the collection, asked for page by page.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn list(&self, collection: &Collection) -> Result<List> {
        let pages = self.pages(collection.query(), JSON).await?;
        let resource_version = pages
            .last()
            .map(|page| metadata(page, "resourceVersion").to_owned());
        let mut items = Vec::new();
        for mut page in pages {
            let found = page.get_mut("items").and_then(Value::as_sequence_mut);
            for item in found.map(std::mem::take).unwrap_or_default() {
                items.push(with_type(item, &collection.resource));
            }
        }
        Ok(List {
            items,
            resource_version: resource_version.unwrap_or_default(),
        })
    }

    /// The metadata of all objects of the collection, without what else they hold.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn list_metadata(&self, collection: &Collection) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        for mut page in self.pages(collection.query(), METADATA).await? {
            let found = page.get_mut("items").and_then(Value::as_sequence_mut);
            items.append(&mut found.map(std::mem::take).unwrap_or_default());
        }
        Ok(items)
    }

    async fn pages(&self, query: Query, accept: &str) -> Result<Vec<Value>> {
        let limit = match self.chunk_size {
            0 => String::new(),
            size => size.to_string(),
        };
        let mut pages = Vec::new();
        let mut next = String::new();
        loop {
            let page = query.clone().optional("limit", &limit);
            let path = page.optional("continue", &next).finish();
            let page = match self.read(&path, accept).await {
                // The rest is too old to be had: all again, at once.
                Err(error) if error.is_expired() && !next.is_empty() => {
                    pages.clear();
                    self.read(&query.clone().finish(), accept).await?
                }
                page => page?,
            };
            metadata(&page, "continue").clone_into(&mut next);
            pages.push(page);
            if next.is_empty() {
                return Ok(pages);
            }
        }
    }

    /// Creates an object and gives what it became; only pretends to, where `dry_run` says so.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn create(&self, object: &ObjectRef, body: &Value, dry_run: bool) -> Result<Value> {
        let namespace = Some(&*object.namespace).filter(|namespace| !namespace.is_empty());
        let path = Query::new(collection_path(&object.resource, namespace))
            .pair("fieldManager", Manager::Command.name())
            .optional("dryRun", if dry_run { "All" } else { "" })
            .finish();
        self.write(Method::POST, &path, JSON, Some(body)).await
    }

    /// Creates an object, and asks again where it may have been created and the answer is lost. False where it is
    /// there then: who created it has to be looked for.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses; also when somebody else had created it before.
    pub(crate) async fn create_for_certain(
        &self,
        object: &ObjectRef,
        body: &Value,
    ) -> Result<bool> {
        let mut tries = 1;
        loop {
            match self.create(object, body, false).await {
                Ok(_) => return Ok(true),
                Err(error) if error.is_of_server() && tries < CREATIONS => tries += 1,
                Err(error) if error.is_already_exists() && tries > 1 => return Ok(false),
                Err(error) => return Err(error),
            }
            tokio::time::sleep(BETWEEN_CREATIONS).await;
        }
    }

    /// Patches an object or its subresource and gives what it became.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn patch(
        &self,
        object: &ObjectRef,
        subresource: Option<&str>,
        kind: PatchType,
        patch: &Value,
        dry_run: bool,
    ) -> Result<Value> {
        let (manager, force) = match kind {
            PatchType::Apply { force } => (Manager::Apply, if force { "true" } else { "" }),
            PatchType::Json | PatchType::Merge => (Manager::Command, ""),
        };
        let path = Query::new(object_path(object, subresource))
            .pair("fieldManager", manager.name())
            .optional("force", force)
            .optional("dryRun", if dry_run { "All" } else { "" })
            .finish();
        self.write(Method::PATCH, &path, kind.content_type(), Some(patch))
            .await
    }

    /// Puts another object in the place of one, of exactly the version that it names.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn replace(&self, object: &ObjectRef, body: &Value, dry_run: bool) -> Result<Value> {
        let path = Query::new(object_path(object, None))
            .pair("fieldManager", Manager::Command.name())
            .optional("dryRun", if dry_run { "All" } else { "" })
            .finish();
        self.write(Method::PUT, &path, JSON, Some(body)).await
    }

    /// Deletes an object and gives the server's answer: the object while it is still ending, or a
    /// `Status`. With `uid`, only if it is still that one.
    ///
    /// # Errors
    /// When it is not there, or the server cannot be asked or refuses.
    pub async fn delete(
        &self,
        object: &ObjectRef,
        deletion: Deletion,
        uid: Option<&str>,
    ) -> Result<Value> {
        let path = object_path(object, None);
        let options = deletion.options(uid);
        self.write(Method::DELETE, &path, JSON, Some(&options))
            .await
    }

    /// Reads a path of the server, such as `/version`.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses, or answers what is not JSON.
    pub(crate) async fn read(&self, path: &str, accept: &str) -> Result<Value> {
        self.send(Method::GET, path, accept, None).await
    }

    /// What the server answers to a path, such as `/healthz`, as it is.
    ///
    /// # Errors
    /// When the path is none, or the server cannot be asked or refuses.
    pub async fn read_raw(&self, path: &str) -> Result<String> {
        let request = Request::get(path).body(Vec::new());
        let request = request.map_err(|problem| no_request(&format!("GET {path}"), &problem))?;
        let send = || self.client.request_text(request.clone());
        Ok(self.retries.send(Repeat::Yes, send).await?)
    }

    /// What the server answers to a path, to be read while it comes.
    async fn stream(
        &self,
        path: &str,
        accept: &str,
        repeat: Repeat,
    ) -> Result<impl AsyncBufRead + Send + use<>> {
        let request = Request::get(path)
            .header(header::ACCEPT, accept)
            // The client decompresses whole answers only.
            .header(header::ACCEPT_ENCODING, "identity")
            .body(Vec::new())
            .map_err(|problem| no_request(&format!("GET {path}"), &problem))?;
        let send = || self.client.request_stream(request.clone());
        Ok(self.retries.send(repeat, send).await?)
    }

    async fn write(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let body = body.map(|body| (content_type, body));
        self.send(method, path, JSON, body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        accept: &str,
        body: Option<(&str, &Value)>,
    ) -> Result<Value> {
        let name = || format!("{method} {path}");
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::ACCEPT, accept);
        let mut text = String::new();
        if let Some((content_type, body)) = body {
            request = request.header(header::CONTENT_TYPE, content_type);
            write_json(body, &mut text, JsonStyle::Ordered)
                .map_err(|problem| Error::Usage(problem.message))?;
        }
        let request = request
            .body(text.into_bytes())
            .map_err(|problem| no_request(&name(), &problem))?;
        let content_type = body.map(|(content_type, _)| content_type);
        let repeat = repeat(&method, path, content_type);
        let send = || self.client.request_text(request.clone());
        let answer = self.retries.send(repeat, send).await;
        let answer = answer.map_err(|error| match body {
            Some((_, object)) => Secrets::of(object).without_in(error),
            None => error,
        })?;
        parse_json(&answer, 0).map_err(|problem| Error::Answer {
            request: name(),
            problem: problem.message,
        })
    }
}

fn no_request(name: &str, problem: &http::Error) -> Error {
    Error::Usage(format!("{name} is no request: {problem}"))
}
