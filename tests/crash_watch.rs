//! A watch that outlives the server: after every kill it goes on from what it saw last, and in the end
//! it has seen every write once, in order.

use crate::sandbox::PATIENCE;
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, WatchEvent, WatchParams};
use std::collections::BTreeMap;
use std::pin::pin;
use tokio::time::{Instant, timeout};

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) version: u64,
    pub(crate) name: String,
    /// None when it was deleted.
    pub(crate) value: Option<u64>,
}

/// What the watch has told, over all lives of the server.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    changes: Vec<Change>,
}

/// The number in an object.
pub(crate) fn value_of(map: &ConfigMap) -> u64 {
    let value = map.data.as_ref().and_then(|data| data.get("value"));
    value.expect("a value").parse().expect("a number")
}

/// The version of an object.
pub(crate) fn version_of(map: &ConfigMap) -> u64 {
    let version = map.metadata.resource_version.as_ref();
    version.expect("a version").parse().expect("a number")
}

impl Seen {
    fn last(&self) -> u64 {
        self.changes.last().map_or(0, |change| change.version)
    }

    /// Goes on with the watch until the server is gone, or has told of the write `until`.
    pub(crate) async fn follow(&mut self, client: kube::Client, until: Option<u64>) {
        let maps: Api<ConfigMap> = Api::default_namespaced(client);
        let parameters = WatchParams::default().labels("test=crash").timeout(290);
        let began = Instant::now();
        while until.is_none_or(|until| self.last() < until) {
            assert!(
                began.elapsed() < PATIENCE,
                "the watch never came to {until:?}"
            );
            // Before the first write there is nothing to go on from but the beginning.
            let from = self.last().max(1).to_string();
            let Ok(stream) = maps.watch(&parameters, &from).await else {
                return;
            };
            let mut stream = pin!(stream.into_stream());
            while until.is_none_or(|until| self.last() < until) {
                let next = timeout(PATIENCE, stream.next()).await;
                match next.expect("the watch goes on").transpose() {
                    Ok(Some(event)) => self.take(event),
                    // The server is gone in the middle of the answer.
                    Err(_) if until.is_none() => return,
                    Ok(None) if until.is_none() => return,
                    other => panic!("the watch ended: {other:?}"),
                }
            }
        }
    }

    fn take(&mut self, event: WatchEvent<ConfigMap>) {
        let (map, is_deleted, is_added) = match event {
            WatchEvent::Added(map) => (map, false, true),
            WatchEvent::Modified(map) => (map, false, false),
            WatchEvent::Deleted(map) => (map, true, false),
            other => panic!("a watch that goes on tells of changes, not {other:?}"),
        };
        let change = Change {
            version: version_of(&map),
            name: map.metadata.name.clone().expect("a name"),
            value: (!is_deleted).then(|| value_of(&map)),
        };
        let last = self.last();
        assert!(
            change.version > last,
            "{change:?} after {last}: told twice, or out of order"
        );
        let mut changes = self.changes.iter().rev();
        let before = changes.find(|before| before.name == change.name);
        let was_there = before.is_some_and(|before| before.value.is_some());
        assert_eq!(was_there, !is_added, "{change:?} after {before:?}");
        self.changes.push(change);
    }

    /// Every acknowledged write was told of, with what it left; deletions are acknowledged without
    /// a version, so that only what they left counts.
    pub(crate) fn check(&self, acknowledged: &[Change], now: &BTreeMap<String, u64>) {
        let told: BTreeMap<u64, &Change> = self
            .changes
            .iter()
            .map(|change| (change.version, change))
            .collect();
        for change in acknowledged {
            let found = told.get(&change.version);
            assert_eq!(
                found,
                Some(&change),
                "an acknowledged write was not told of"
            );
        }
        let mut left = BTreeMap::new();
        for change in &self.changes {
            match change.value {
                Some(value) => left.insert(change.name.clone(), value),
                None => left.remove(&change.name),
            };
        }
        assert_eq!(left, *now, "the changes do not add up to what is there");
    }
}
