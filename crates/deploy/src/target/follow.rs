//! A list and the watch that goes on from it, as one stream.

use super::{Collection, Event, Target};
use crate::error::Result;
use futures::{Stream, StreamExt};
use std::pin::Pin;
use std::time::Duration;
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

/// So long after a list the next one is had where no watch goes through.
const POLLED_EVERY: Duration = Duration::from_secs(2);

enum State {
    /// A list is to be had.
    List,
    Watch(Pin<Box<dyn Stream<Item = Result<Event>> + Send>>),
    /// Lists are all that is to be had: what is between here and the server lets no watch through.
    Poll,
    Over,
}

impl Follower {
    async fn next(&mut self) -> Option<Result<Update>> {
        match &mut self.state {
            State::Over => None,
            State::List => Some(self.list().await),
            State::Poll => Some(self.poll().await),
            State::Watch(events) => match events.next().await? {
                Err(error) if error.is_expired() => Some(self.list().await),
                Err(error) if error.is_of_server() => {
                    tracing::debug!(%error, "a watch does not go through");
                    self.state = State::Poll;
                    Some(self.poll().await)
                }
                event => Some(event.map(Update::Change)),
            },
        }
    }

    async fn poll(&mut self) -> Result<Update> {
        tokio::time::sleep(POLLED_EVERY).await;
        let list = self.target.list(&self.collection).await?;
        Ok(Update::All(list.items))
    }

    async fn list(&mut self) -> Result<Update> {
        let list = self.target.list(&self.collection).await?;
        let collection = self.collection.clone();
        let events = self.target.watch(collection, &list.resource_version);
        self.state = State::Watch(Box::pin(events));
        Ok(Update::All(list.items))
    }
}
