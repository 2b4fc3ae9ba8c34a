//! API servers behind this one: `APIService`s with a service, and those of what is served here.
//!
//! A version of a group whose `APIService` names a service is not answered here: the request, the
//! name of who sent it in its headers, goes to the service, and what it answers comes back as it is.
//! Whether the service can be reached is looked after in the background (`availability`) and stands
//! in the `APIService`'s condition `Available`; while it cannot, such requests are answered with 503.
//!
//! Rules: `kube-aggregator` upstream, "Configure the aggregation layer" in Kubernetes' documentation.

pub(crate) mod availability;
mod merge;
pub(crate) mod priorities;
mod proxy;

pub(crate) use merge::merged;
pub(crate) use proxy::pass_on;

use crate::cache::{Cache, CollectionId, PageRequest, Selection};
use crate::outgoing::{Target, Trust};
use crate::tls::KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_store::Revision;
use trimtab_tree::Value;

/// A version of a group that another server serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// `v1beta1.metrics.k8s.io`
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) version: String,
    /// The least priority of the group, and that of the version in it.
    pub(crate) priorities: (i64, i64),
    /// The namespace, name and port of the service.
    pub(crate) service: (String, String, u16),
    /// The authorities that vouch for it, in PEM; empty are those of the system.
    bundle: Vec<u8>,
    /// Whether it is believed unasked.
    anyone: bool,
    /// Whether it could be reached when it was last tried.
    pub(crate) available: bool,
}

/// The servers behind this one.
pub(crate) struct Aggregation {
    cache: Arc<Cache>,
    services: CollectionId,
    front_proxy: Option<KeyPair>,
    known: Mutex<Known>,
    /// What each of them serves, by group and version.
    served: Mutex<BTreeMap<(String, String), Arc<Served>>>,
}

/// What a server behind this one said that it serves, when it was last asked.
#[derive(Debug)]
pub(crate) struct Served {
    /// `APIVersionDiscovery`
    pub(crate) version: Value,
    /// Where its `OpenAPI` document is, below this server, too.
    pub(crate) openapi: Option<String>,
}

#[derive(Default)]
struct Known {
    /// The write to the collection that this is true for.
    of: Option<Revision>,
    remotes: Arc<Vec<Arc<Remote>>>,
}

impl Aggregation {
    /// The servers that the `APIService`s of this collection name. This server presents itself to
    /// them by the certificate `front_proxy`.
    pub(crate) fn new(
        cache: &Arc<Cache>,
        services: CollectionId,
        front_proxy: Option<KeyPair>,
    ) -> Self {
        Self {
            cache: Arc::clone(cache),
            services,
            front_proxy,
            known: Mutex::default(),
            served: Mutex::default(),
        }
    }

    /// All of them.
    pub(crate) fn remotes(&self) -> Arc<Vec<Arc<Remote>>> {
        let of = self.cache.last_change(self.services);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.of != Some(of) {
            let remotes = self.objects().into_iter();
            let remotes = remotes.filter_map(|object| Remote::read(&object));
            known.remotes = Arc::new(remotes.map(Arc::new).collect());
            known.of = Some(of);
        }
        Arc::clone(&known.remotes)
    }

    /// The one that answers requests to this path, if one does: `/apis/GROUP/VERSION` and what is
    /// below, and the OpenAPI document of the same.
    pub(crate) fn of_path(&self, path: &str) -> Option<Arc<Remote>> {
        let remotes = self.remotes();
        if remotes.is_empty() {
            return None;
        }
        let path = path.strip_prefix("/openapi/v3").unwrap_or(path);
        let mut segments = path.strip_prefix("/apis/")?.split('/');
        let (group, version) = (segments.next()?, segments.next()?);
        let mut remotes = remotes.iter();
        let found = remotes.find(|remote| remote.group == group && remote.version == version);
        found.map(Arc::clone)
    }

    /// The `APIService`s as they are in the cache.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let page = self.cache.list(PageRequest {
            collection: self.services,
            selection: &Selection::in_namespace(""),
            after: None,
            behind: None,
            limit: 0,
        });
        let values = page.objects.iter().map(|object| object.to_value());
        values.filter_map(Result::ok).collect()
    }

    /// Where calls to a server go, and as whom this one presents itself.
    pub(crate) fn target(&self, remote: &Remote, only_http1: bool) -> Target {
        let mut trust = Trust {
            bundle: remote.bundle.clone(),
            anyone: remote.anyone,
            only_http1,
            ..Trust::default()
        };
        if let Some(pair) = &self.front_proxy {
            trust = trust.presenting(pair);
        }
        let (namespace, name, port) = &remote.service;
        Target::service(namespace, name, *port, trust)
    }

    /// Remembers what a server serves.
    pub(crate) fn learn(&self, remote: &Remote, served: Served) {
        let key = (remote.group.clone(), remote.version.clone());
        let mut all = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, Arc::new(served));
    }

    /// What a server serves, as far as it was ever known.
    pub(crate) fn served(&self, group: &str, version: &str) -> Option<Arc<Served>> {
        let all = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&(group.to_owned(), version.to_owned())).cloned()
    }
}

impl Remote {
    /// `None` of one that is served here.
    fn read(object: &Value) -> Option<Self> {
        let text = |path: &[&str]| {
            let text = object.get_path(path).and_then(Value::text_if_not_null);
            text.unwrap_or_default()
        };
        let number = |name: &str| text(&["spec", name]).parse().unwrap_or_default();
        object
            .get_path(&["spec", "service"])
            .filter(|it| !it.is_null())?;
        let conditions = object.get_path(&["status", "conditions"]);
        let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
        let said = |condition: &Value, field: &str, wanted: &str| {
            condition.get(field).and_then(Value::text) == Some(wanted)
        };
        Some(Self {
            name: text(&["metadata", "name"]).to_owned(),
            group: text(&["spec", "group"]).to_owned(),
            version: text(&["spec", "version"]).to_owned(),
            priorities: (number("groupPriorityMinimum"), number("versionPriority")),
            service: (
                text(&["spec", "service", "namespace"]).to_owned(),
                text(&["spec", "service", "name"]).to_owned(),
                text(&["spec", "service", "port"]).parse().unwrap_or(443),
            ),
            bundle: STANDARD
                .decode(text(&["spec", "caBundle"]))
                .unwrap_or_default(),
            anyone: text(&["spec", "insecureSkipTLSVerify"]) == "true",
            available: conditions.iter().any(|condition| {
                said(condition, "type", "Available") && said(condition, "status", "True")
            }),
        })
    }
}

#[cfg(test)]
mod tests;
