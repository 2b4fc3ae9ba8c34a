//! Where what the server tells goes to: a cache of one kind.
//!
//! Only this is compiled for every kind; what lists and watches them is there once.

use crate::cache::Cache;
use crate::statistics::Statistics;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ListMeta, ObjectMeta};
use kube::Resource;
use kube::core::Status;
use kube::core::watch::Bookmark;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What becomes of lists and watch events of one kind.
pub(crate) trait Sink: Send + Sync {
    /// Takes a page of a list, and returns its metadata.
    ///
    /// # Errors
    /// When it is none.
    fn page(&mut self, text: &str) -> serde_json::Result<ListMeta>;

    /// Whether there are pages of a list that has not ended.
    fn has_pages(&self) -> bool;

    /// Forgets the pages so far: the list begins anew.
    fn restart(&mut self);

    /// The list has ended: from now on it is what there is.
    fn finish(&mut self);

    /// Takes a line of a watch.
    ///
    /// # Errors
    /// When it is no event.
    fn event(&mut self, line: &str) -> serde_json::Result<Told>;
}

/// What an event says to whoever watches.
pub(crate) enum Told {
    /// How far the watch has come, if it says.
    Version(Option<String>),
    /// Why it cannot go on.
    Error(Box<Status>),
}

/// The sink of a cache.
pub(crate) struct CacheSink<K> {
    cache: Cache<K>,
    /// Drops what nobody reads, as soon as an object is decoded.
    trim: fn(&mut ObjectMeta),
    statistics: Arc<Statistics>,
    /// The objects of the pages so far.
    listed: Vec<K>,
}

/// A list of whatever kind.
#[derive(Deserialize)]
#[serde(bound(deserialize = "K: DeserializeOwned"))]
struct List<K> {
    #[serde(default)]
    metadata: ListMeta,
    /// A Go server may write null for none.
    items: Option<Vec<K>>,
}

/// An event. That of a bookmark holds an object with nothing but a version.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct Event<T> {
    #[serde(rename = "type")]
    kind: EventKind,
    object: T,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
enum EventKind {
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}

impl<K> CacheSink<K> {
    pub(crate) fn new(
        cache: Cache<K>,
        trim: fn(&mut ObjectMeta),
        statistics: Arc<Statistics>,
    ) -> Self {
        Self {
            cache,
            trim,
            statistics,
            listed: Vec::new(),
        }
    }
}

impl<K: Resource + DeserializeOwned + Send + Sync> Sink for CacheSink<K> {
    fn page(&mut self, text: &str) -> serde_json::Result<ListMeta> {
        let page: List<K> = serde_json::from_str(text)?;
        let mut items = page.items.unwrap_or_default();
        self.statistics.listed(items.len());
        for object in &mut items {
            (self.trim)(object.meta_mut());
        }
        self.listed.append(&mut items);
        Ok(page.metadata)
    }

    fn has_pages(&self) -> bool {
        !self.listed.is_empty()
    }

    fn restart(&mut self) {
        self.listed.clear();
    }

    fn finish(&mut self) {
        self.cache.put_all(std::mem::take(&mut self.listed));
    }

    fn event(&mut self, line: &str) -> serde_json::Result<Told> {
        let event = serde_json::from_str::<Event<K>>(line);
        let is_error = |event: &Event<K>| event.kind == EventKind::Error;
        if event.as_ref().map_or(true, is_error)
            && let Some(told) = beside(line)
        {
            return Ok(told);
        }
        let Event { kind, mut object } = event?;
        let version = object.meta().resource_version.clone();
        if kind != EventKind::Bookmark {
            self.statistics.decoded();
            (self.trim)(object.meta_mut());
            match kind {
                EventKind::Deleted => self.cache.remove(object),
                _ => self.cache.put(object),
            }
        }
        Ok(Told::Version(version))
    }
}

/// What a line tells that is not about an object of the kind, and mostly cannot be decoded as one: an
/// error, as an event or without one, or how far the watch has come.
fn beside(line: &str) -> Option<Told> {
    if let Ok(event) = serde_json::from_str::<Event<Bookmark>>(line)
        && event.kind == EventKind::Bookmark
    {
        return Some(Told::Version(Some(event.object.metadata.resource_version)));
    }
    let event = serde_json::from_str::<Event<Status>>(line);
    let event = event.ok().filter(|event| event.kind == EventKind::Error);
    let status = event.map(|event| event.object);
    let status = status.or_else(|| serde_json::from_str(line).ok());
    // Anything could be a status, of which every field may be missing.
    let status = status.filter(|status: &Status| status.code != 0)?;
    Some(Told::Error(Box::new(status)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::json;

    fn sink() -> (Cache<Pod>, CacheSink<Pod>) {
        let cache = Cache::new();
        let trim = |meta: &mut ObjectMeta| meta.managed_fields = None;
        let mut sink = CacheSink::new(cache.clone(), trim, Arc::default());
        sink.finish();
        (cache, sink)
    }

    fn pod() -> serde_json::Value {
        json!({"metadata": {"name": "a", "namespace": "b", "resourceVersion": "7"}})
    }

    #[test]
    fn errors_are_of_another_type() {
        let (cache, mut sink) = sink();
        let status = json!({"kind": "Status", "status": "Failure", "code": 410});
        for line in [json!({"type": "ERROR", "object": status}), status] {
            let told = sink.event(&line.to_string()).unwrap();
            assert!(matches!(told, Told::Error(status) if status.code == 410));
        }
        assert!(cache.is_empty());
    }

    #[test]
    fn an_object_of_another_form_is_no_error_of_the_server() {
        let (cache, mut sink) = sink();
        let line = json!({"type": "ADDED", "object": {"metadata": {"name": 7}}});
        assert!(sink.event(&line.to_string()).is_err());
        let cut_off = &line.to_string()[..30];
        assert!(sink.event(cut_off).is_err_and(|error| error.is_eof()));
        assert!(cache.is_empty());
    }

    #[test]
    fn a_bookmark_only_says_how_far_it_is() {
        let (cache, mut sink) = sink();
        let other =
            json!({"apiVersion": "v1", "kind": "Other", "metadata": {"resourceVersion": "7"}});
        let events = [("ADDED", pod()), ("BOOKMARK", pod()), ("BOOKMARK", other)];
        for (kind, object) in events {
            let line = json!({"object": object, "type": kind}).to_string();
            let told = sink.event(&line).unwrap();
            assert!(matches!(told, Told::Version(Some(version)) if version == "7"));
        }
        assert_eq!(cache.len(), 1);
        let line = json!({"type": "DELETED", "object": pod()}).to_string();
        sink.event(&line).unwrap();
        assert!(cache.is_empty());
    }
}
