//! A list and the watch that goes on from it, as one stream.

use super::{Collection, Event, Target};
use crate::error::Result;
use futures::{Stream, StreamExt};
use std::pin::Pin;
use trimtab_tree::Value;

/// What became known of a collection.
#[derive(Clone, Debug)]
pub enum Update {
    /// All of its objects, as they are now: first, and again when the server had forgotten the
    /// point where the watch stood.
    All(Vec<Value>),
    /// One change.
    Change(Event),
}

impl Target {
    /// The objects of the collection, and every change from then on. The stream ends after an
    /// error.
    pub fn follow(
        &self,
        collection: Collection,
    ) -> impl Stream<Item = Result<Update>> + Send + use<> {
        let follower = Follower {
            target: self.clone(),
            collection,
            state: State::List,
        };
        futures::stream::unfold(follower, |mut follower| async move {
            let update = follower.next().await?;
            if update.is_err() {
                follower.state = State::Over;
            }
            Some((update, follower))
        })
    }
}

struct Follower {
    target: Target,
    collection: Collection,
    state: State,
}

enum State {
    /// A list is to be had.
    List,
    Watch(Pin<Box<dyn Stream<Item = Result<Event>> + Send>>),
    Over,
}

impl Follower {
    async fn next(&mut self) -> Option<Result<Update>> {
        match &mut self.state {
            State::Over => None,
            State::List => Some(self.list().await),
            State::Watch(events) => match events.next().await? {
                Err(error) if error.is_expired() => Some(self.list().await),
                event => Some(event.map(Update::Change)),
            },
        }
    }

    async fn list(&mut self) -> Result<Update> {
        let list = self.target.list(&self.collection).await?;
        let collection = self.collection.clone();
        let events = self.target.watch(collection, &list.resource_version);
        self.state = State::Watch(Box::pin(events));
        Ok(Update::All(list.items))
    }
}
