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
mod counts;
pub(crate) mod defaults;

use crate::Identity;
use crate::body::{Apart, Response, Terminated, response};
use crate::cache::{Cache, CollectionId, PageRequest, Selection};
use crate::metrics::{Page, family};
use crate::request::RequestInfo;
use classify::Schema;
use counts::{Counts, Rejection};
use http::header::{RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
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
    /// How many requests wait that read, and that change something.
    waiting: [AtomicI64; 2],
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
    waiting: AtomicI64,
}

/// A request that may be answered now. It has a place as long as this is there.
#[derive(Default)]
pub(crate) struct Admitted {
    schema: Option<HeaderValue>,
    level: Option<HeaderValue>,
    place: Option<OwnedSemaphorePermit>,
    /// How long it waited for its turn.
    waited: Duration,
    executing: Option<Executing>,
}

/// A request of a flow schema that is being answered: counted as long as this is there.
struct Executing(Arc<Counts>);

impl Executing {
    fn of(counts: &Arc<Counts>) -> Self {
        counts.executing.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(counts))
    }
}

impl Drop for Executing {
    fn drop(&mut self) {
        self.0.executing.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admitted {
    /// Names flow schema and priority level in the answer, and says how long the request waited.
    pub(crate) fn mark(&self, response: &mut Response) {
        Apart::add(response, self.waited);
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
            waiting: Default::default(),
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
            waited: Duration::ZERO,
            executing: None,
        };
        let counts = &schema.counts;
        if let Some(level) = level.filter(|_| !goes_on) {
            let waits = [&level.waiting, &counts.waiting, self.waiting(request)];
            let (place, waited) = level.place(&waits).await;
            admitted.waited = waited;
            match place {
                Ok(place) => admitted.place = place,
                Err(rejection) => {
                    counts.decided(Some(rejection), waited);
                    let mut answer = too_many();
                    admitted.mark(&mut answer);
                    return Err(answer);
                }
            }
        }
        counts.decided(None, admitted.waited);
        admitted.executing = (!goes_on).then(|| Executing::of(counts));
        Ok(admitted)
    }

    /// Where it is counted that a request waits that reads or changes something.
    fn waiting(&self, request: &RequestInfo<'_>) -> &AtomicI64 {
        let reads = matches!(request.verb, "get" | "list" | "watch" | "head" | "options");
        &self.waiting[usize::from(!reads)]
    }

    /// Tells the metrics what became of requests, and what the limits are.
    pub(crate) fn measure(&self, page: &mut Page) {
        page.family(&family::IN_QUEUE);
        for (kind, count) in ["readOnly", "mutating"].iter().zip(&self.waiting) {
            page.sample(&family::IN_QUEUE, &[kind], count.load(Ordering::Relaxed));
        }
        let rules = self.rules();
        for family in [&family::FLOW_NOMINAL, &family::FLOW_LIMIT] {
            page.family(family);
            for level in &rules.levels {
                page.sample(family, &[&level.name], level.nominal);
            }
        }
        let schemas = rules.schemas.iter();
        let schemas = schemas.map(|it| (&*it.name, &*it.level, &*it.counts));
        counts::tell(&schemas.collect::<Vec<_>>(), page);
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
        let schemas = self.objects(self.schemas);
        let schemas = schemas.iter().map(|object| {
            let mut schema = Schema::read(object);
            // What is counted goes on.
            let named = |it: &&Schema| (&it.name, &it.level) == (&schema.name, &schema.level);
            if let Some(before) = before.schemas.iter().find(named) {
                schema.counts = Arc::clone(&before.counts);
            }
            schema
        });
        let mut schemas: Vec<Schema> = schemas.collect();
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
            waiting: AtomicI64::new(0),
        }
    }

    fn is(&self, other: &Self) -> bool {
        let told = |it: &Self| (it.nominal, it.places, it.queue);
        (&self.name, &self.uid, told(self)) == (&other.name, &other.uid, told(other))
    }

    /// A place, waited for if need be, and how long that took; no place where there is no limit. Who
    /// waits is counted by each of these, of which the first one is the level's own.
    async fn place(
        &self,
        counts: &[&AtomicI64; 3],
    ) -> (Result<Option<OwnedSemaphorePermit>, Rejection>, Duration) {
        if self.places.is_none() {
            return (Ok(None), Duration::ZERO);
        }
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return (Ok(Some(place)), Duration::ZERO);
        }
        let waits = Waits::new(counts);
        let queue = i64::try_from(self.queue).unwrap_or(i64::MAX);
        if waits.before >= queue {
            return (Err(Rejection::QueueFull), Duration::ZERO);
        }
        let begun = Instant::now();
        let place = Arc::clone(&self.free).acquire_owned();
        let place = match tokio::time::timeout(LONGEST_WAIT, place).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(Rejection::TimeOut),
        };
        (place, begun.elapsed())
    }
}

/// Somebody who waits, also if the client goes away meanwhile.
struct Waits<'a> {
    counts: &'a [&'a AtomicI64; 3],
    /// How many waited before, by the first of the counts.
    before: i64,
}

impl<'a> Waits<'a> {
    fn new(counts: &'a [&'a AtomicI64; 3]) -> Self {
        let [first, others @ ..] = counts;
        let before = first.fetch_add(1, Ordering::Relaxed);
        for count in others {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Self { counts, before }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        for count in self.counts {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The answer to a request that is sent away: plain text, as kube-apiserver's.
pub(crate) fn too_many() -> Response {
    let text = "Too many requests, please try again later.\n";
    let plain = "text/plain; charset=utf-8";
    let mut answer = response(StatusCode::TOO_MANY_REQUESTS, plain, text);
    answer.extensions_mut().insert(Terminated);
    let headers = answer.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

#[cfg(test)]
mod tests;
