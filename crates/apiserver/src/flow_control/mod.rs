//! Which requests are answered at once, which wait, and which are sent away: API priority and
//! fairness, by the `FlowSchema`s and `PriorityLevelConfiguration`s of the cluster.
//!
//! A request falls under a flow schema, and so under a priority level, which has its share of the
//! requests that are answered at once. One that comes when they are all taken waits its turn, in the
//! order of arrival; when too many wait, or it has waited too long, it is sent away with 429.
//! Upstream also deals the requests of a level out to queues by user, and lets levels lend each other
//! what they do not use; here a level is one queue of the length of all its queues.
//!
//! Requests that go on (watches) fall under a level, but take none of its places.
//!
//! Rules: "API Priority and Fairness" in Kubernetes' documentation.

mod classify;
pub(crate) mod defaults;

use crate::Identity;
use crate::body::{Response, response};
use crate::cache::{Cache, CollectionId, PageRequest, Selection};
use crate::request::RequestInfo;
use classify::Schema;
use http::header::{RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use trimtab_store::Revision;
use trimtab_tree::Value;

/// Names the flow schema of a request in its answer.
const SCHEMA_UID: HeaderName = HeaderName::from_static("x-kubernetes-pf-flowschema-uid");
/// Names the priority level of a request in its answer.
const LEVEL_UID: HeaderName = HeaderName::from_static("x-kubernetes-pf-prioritylevel-uid");

/// How long a request may wait for its turn: a quarter of what a request may take, as upstream.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Decides when requests are answered.
pub(crate) struct FlowControl {
    cache: Arc<Cache>,
    schemas: CollectionId,
    levels: CollectionId,
    /// How many requests are answered at once, over all levels; 0 is without limit.
    capacity: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The writes to both collections that this is true for.
    of: Option<(Revision, Revision)>,
    rules: Arc<Rules>,
}

#[derive(Default)]
struct Rules {
    /// In the order in which they are asked.
    schemas: Vec<Schema>,
    levels: Vec<Arc<Level>>,
}

/// A priority level.
struct Level {
    name: String,
    uid: Option<HeaderValue>,
    /// Its part of the capacity, whether it is held to it or exempt.
    nominal: usize,
    /// How many of its requests are answered at once; `None` is without limit.
    places: Option<usize>,
    /// How many of its requests may wait.
    queue: usize,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A request that may be answered now. It has a place as long as this is there.
#[derive(Default)]
pub(crate) struct Admitted {
    schema: Option<HeaderValue>,
    level: Option<HeaderValue>,
    place: Option<OwnedSemaphorePermit>,
}

impl Admitted {
    /// Names flow schema and priority level in the answer.
    pub(crate) fn mark(&self, response: &mut Response) {
        let headers = response.headers_mut();
        for (name, uid) in [(SCHEMA_UID, &self.schema), (LEVEL_UID, &self.level)] {
            if let Some(uid) = uid {
                headers.insert(name, uid.clone());
            }
        }
    }
}

impl FlowControl {
    /// Decides by the objects of these collections; `capacity` requests are answered at once, 0 is
    /// without limit.
    pub(crate) fn new(
        cache: &Arc<Cache>,
        schemas: CollectionId,
        levels: CollectionId,
        capacity: usize,
    ) -> Self {
        Self {
            cache: Arc::clone(cache),
            schemas,
            levels,
            capacity,
            known: Mutex::default(),
        }
    }

    /// Waits until a request may be answered.
    ///
    /// # Errors
    /// The answer to one that is sent away.
    pub(crate) async fn enter(
        &self,
        identity: &Identity,
        request: &RequestInfo<'_>,
        goes_on: bool,
    ) -> Result<Admitted, Response> {
        let rules = self.rules();
        let mut schemas = rules.schemas.iter();
        let Some(schema) = schemas.find(|schema| schema.takes(identity, request)) else {
            return Ok(Admitted::default());
        };
        let level = rules.levels.iter().find(|level| level.name == schema.level);
        let mut admitted = Admitted {
            schema: schema.uid.clone(),
            level: level.and_then(|level| level.uid.clone()),
            place: None,
        };
        if let Some(level) = level.filter(|_| !goes_on) {
            let Ok(place) = level.place().await else {
                let mut answer = too_many();
                admitted.mark(&mut answer);
                return Err(answer);
            };
            admitted.place = place;
        }
        Ok(admitted)
    }

    /// The priority levels by name, with their parts of the capacity.
    pub(crate) fn nominal_limits(&self) -> Vec<(String, usize)> {
        let rules = self.rules();
        let levels = rules.levels.iter();
        levels
            .map(|level| (level.name.clone(), level.nominal))
            .collect()
    }

    /// The rules as the objects are now.
    fn rules(&self) -> Arc<Rules> {
        let of = (
            self.cache.last_change(self.schemas),
            self.cache.last_change(self.levels),
        );
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.of != Some(of) {
            known.rules = Arc::new(self.read(&known.rules));
            known.of = Some(of);
        }
        Arc::clone(&known.rules)
    }

    fn read(&self, before: &Rules) -> Rules {
        let mut schemas: Vec<Schema> = self
            .objects(self.schemas)
            .iter()
            .map(Schema::read)
            .collect();
        schemas.sort_by(|a, b| a.order().cmp(&b.order()));
        let levels = self.objects(self.levels);
        let shares: i64 = levels.iter().map(shares_of).sum();
        let levels = levels.iter().map(|object| {
            let level = Level::read(object, self.capacity, shares);
            // One that is as before keeps those who wait for it.
            let same = before.levels.iter().find(|before| level.is(before));
            same.map_or_else(|| Arc::new(level), Arc::clone)
        });
        let levels = levels.collect();
        Rules { schemas, levels }
    }

    fn objects(&self, collection: CollectionId) -> Vec<Value> {
        let page = self.cache.list(PageRequest {
            collection,
            selection: &Selection::in_namespace(""),
            after: None,
            behind: None,
            limit: 0,
        });
        let values = page.objects.iter().map(|object| object.to_value());
        values.filter_map(Result::ok).collect()
    }
}

/// The shares of a level, whether it is held to them or exempt.
fn shares_of(level: &Value) -> i64 {
    let shares = ["limited", "exempt"].iter().find_map(|branch| {
        let shares = level.get_path(&["spec", branch, "nominalConcurrencyShares"]);
        shares?.text()?.parse().ok()
    });
    shares.unwrap_or_default()
}

impl Level {
    fn read(object: &Value, capacity: usize, all_shares: i64) -> Self {
        let text = |path: &[&str]| {
            let text = object.get_path(path).and_then(Value::text);
            text.unwrap_or_default()
        };
        let number = |name: &str| {
            let path = ["spec", "limited", "limitResponse", "queuing", name];
            text(&path).parse().unwrap_or(0_usize)
        };
        let shares = usize::try_from(shares_of(object)).unwrap_or_default();
        let all = usize::try_from(all_shares).unwrap_or_default().max(1);
        let nominal = capacity.saturating_mul(shares).div_ceil(all);
        let is_limited = object.get_path(&["spec", "limited"]).is_some() && capacity > 0;
        let places = is_limited.then_some(nominal);
        Self {
            name: text(&["metadata", "name"]).to_owned(),
            uid: HeaderValue::from_str(text(&["metadata", "uid"])).ok(),
            nominal,
            places,
            queue: number("queues").saturating_mul(number("queueLengthLimit")),
            free: Arc::new(Semaphore::new(
                places.unwrap_or_default().min(Semaphore::MAX_PERMITS),
            )),
            waiting: AtomicUsize::new(0),
        }
    }

    fn is(&self, other: &Self) -> bool {
        let told = |it: &Self| (it.nominal, it.places, it.queue);
        (&self.name, &self.uid, told(self)) == (&other.name, &other.uid, told(other))
    }

    /// A place, waited for if need be; nothing where there is no limit.
    async fn place(&self) -> Result<Option<OwnedSemaphorePermit>, ()> {
        if self.places.is_none() {
            return Ok(None);
        }
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(Some(place));
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.queue {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(());
        }
        let _waits = Waits(&self.waiting);
        let place = Arc::clone(&self.free).acquire_owned();
        match tokio::time::timeout(LONGEST_WAIT, place).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(()),
        }
    }
}

/// Somebody who waits, also if the client goes away meanwhile.
struct Waits<'a>(&'a AtomicUsize);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The answer to a request that is sent away: plain text, as kube-apiserver's.
pub(crate) fn too_many() -> Response {
    let text = "Too many requests, please try again later.\n";
    let plain = "text/plain; charset=utf-8";
    let mut answer = response(StatusCode::TOO_MANY_REQUESTS, plain, text);
    let headers = answer.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

#[cfg(test)]
mod tests;
