//! Following collections from call to call, without a task: who keeps an index of objects brings it
//! up to date when it is asked, from the log that watches read.

use std::sync::Arc;

use super::watch::{Lost, Seen, Watcher};
use super::{Cache, CollectionId, Object, Selection};

/// What has happened to a collection since it was looked at last.
#[derive(Debug)]
pub(crate) enum Followed {
    /// Nothing that was known counts any more; all objects follow.
    Anew,
    /// The object is there, as it is now.
    Set(Arc<Object>),
    /// The object is gone; this is how it was.
    Gone(Arc<Object>),
}

/// How far a collection has been followed.
pub(crate) struct Follower {
    collection: CollectionId,
    watcher: Option<Watcher>,
}

impl Follower {
    /// Begins with nothing known.
    pub(crate) fn new(collection: CollectionId) -> Self {
        Self {
            collection,
            watcher: None,
        }
    }

    /// Whether there is nothing new.
    pub(crate) fn is_current(&self, cache: &Cache) -> bool {
        let seen = self.watcher.as_ref().map(Watcher::revision);
        seen.is_some_and(|seen| cache.last_change(self.collection) <= seen)
    }

    /// Tells what has happened since.
    pub(crate) fn follow(&mut self, cache: &Arc<Cache>, mut tell: impl FnMut(Followed)) {
        loop {
            let looked = self.watcher.as_mut().map(Watcher::look);
            match looked {
                Some(Ok((seen, has_more))) => {
                    for seen in seen {
                        tell(match seen {
                            Seen::Added(object) | Seen::Modified(object) => Followed::Set(object),
                            Seen::Deleted(object, _) => Followed::Gone(object),
                        });
                    }
                    if !has_more {
                        return;
                    }
                }
                // What is known stays true of a store that is gone.
                Some(Err(Lost::Closed | Lost::Ended)) => return,
                None | Some(Err(Lost::Expired { .. })) => {
                    let all = Selection::in_namespace("");
                    let (page, watcher) = Watcher::from_now(cache, self.collection, all);
                    tell(Followed::Anew);
                    page.objects
                        .into_iter()
                        .map(Followed::Set)
                        .for_each(&mut tell);
                    self.watcher = Some(watcher);
                    return;
                }
            }
        }
    }
}
