//! What the store was asked, and what lists cost the watch cache.

use super::spread::Spread;
use super::{Page, family};
use crate::resource::Resource;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a request to the store is, by the names that etcd's client has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StoreRequest {
    /// Make a key.
    Create,
    /// Delete a key.
    Delete,
    /// Read a key.
    Get,
    /// Write a key.
    Update,
}

impl StoreRequest {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Get => "get",
            Self::Update => "update",
        }
    }
}

/// Group and plural of a built-in kind; empty for custom ones, which come and go.
type Kind = (&'static str, &'static str);

/// Lists that the cache answered, what they looked at and what they gave.
#[derive(Clone, Copy, Default)]
struct Lists {
    count: u64,
    looked_at: u64,
    returned: u64,
}

/// By kind.
pub(super) struct Stored {
    requests: Spread<(StoreRequest, Kind)>,
    lists: Mutex<BTreeMap<Kind, Lists>>,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            requests: Spread::of(&family::STORE_DURATIONS),
            lists: Mutex::default(),
        }
    }
}

impl Stored {
    /// Counts a request.
    pub(super) fn requested(&self, request: StoreRequest, of: &Resource, took: Duration) {
        self.requests.add((request, kind(of)), took.as_secs_f64());
    }

    /// Counts a list that looked at so many objects and gave so many.
    pub(super) fn listed(&self, of: &Resource, looked_at: usize, returned: usize) {
        let lists = self.lists.lock();
        let mut lists = lists.unwrap_or_else(PoisonError::into_inner);
        let one = lists.entry(kind(of)).or_default();
        one.count += 1;
        one.looked_at += looked_at as u64;
        one.returned += returned as u64;
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let labels =
            |(request, (group, plural)): (StoreRequest, Kind)| [group, request.name(), plural];
        self.requests
            .tell(page, Some(&family::STORE_REQUESTS), labels);
        let lists = self.lists.lock();
        let lists = lists.unwrap_or_else(PoisonError::into_inner);
        if lists.is_empty() {
            return;
        }
        // Lists go by whatever index leads to the fewest objects; which one that was is not told.
        page.family(&family::CACHE_LISTS);
        for ((group, plural), it) in &*lists {
            page.sample(&family::CACHE_LISTS, &[group, "", plural], it.count);
        }
        page.family(&family::CACHE_FETCHED);
        for ((group, plural), it) in &*lists {
            page.sample(&family::CACHE_FETCHED, &[group, "", plural], it.looked_at);
        }
        page.family(&family::CACHE_RETURNED);
        for ((group, plural), it) in &*lists {
            page.sample(&family::CACHE_RETURNED, &[group, plural], it.returned);
        }
    }
}

fn kind(resource: &Resource) -> Kind {
    let kind = resource.kind.built_in();
    kind.map_or(("", ""), |kind| {
        (kind.group(), kind.plural().unwrap_or_default())
    })
}
