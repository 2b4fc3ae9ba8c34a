//! How fast events may come, and how many have: the `Configuration` of
//! `eventratelimit.admission.k8s.io/v1alpha1`.

use super::place::{AdmissionConfigurationError, Place};
use crate::fields::{items_at, text_at};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::Value;

/// For how many keys buckets are kept, unless a limit says.
const KEYS: usize = 4096;

/// How many events are taken; none are refused where there are no limits. Clones share what has been
/// counted.
#[derive(Clone, Default)]
pub(crate) struct EventRateLimits(Arc<Vec<Limit>>);

/// What events are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Server,
    Namespace,
    User,
    SourceAndObject,
}

/// The kinds of limits, by their names.
const KINDS: [(&str, By); 4] = [
    ("Server", By::Server),
    ("Namespace", By::Namespace),
    ("User", By::User),
    ("SourceAndObject", By::SourceAndObject),
];

struct Limit {
    by: By,
    /// Events a second.
    rate: f64,
    /// Events at once.
    burst: f64,
    /// For how many keys buckets are kept.
    keys: usize,
    buckets: Mutex<FxHashMap<String, Bucket>>,
}

/// How many events a key has left.
#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

impl EventRateLimits {
    /// Reads a `Configuration`.
    ///
    /// # Errors
    /// When it has no limits, or one that makes no sense.
    pub(super) fn read(
        own: &Value,
        place: &Place<'_>,
    ) -> Result<Self, AdmissionConfigurationError> {
        let limits = items_at(own, &["limits"]);
        if limits.is_empty() {
            return place.wrong("limits", "at least one limit is needed");
        }
        let read = |(at, limit): (usize, &Value)| {
            let field = |name: &str| format!("limits[{at}].{name}");
            let kind = text_at(limit, &["type"]).unwrap_or_default();
            let Some((_, by)) = KINDS.iter().find(|(name, _)| *name == kind) else {
                let names = KINDS.map(|(name, _)| name).join(", ");
                return place.wrong(&field("type"), format!("{kind:?}: must be one of {names}"));
            };
            let number = |name: &str, least: u32| {
                let text = text_at(limit, &[name]).unwrap_or("0");
                match text.parse::<u32>() {
                    Ok(number) if number >= least => Ok(number),
                    _ => place.wrong(
                        &field(name),
                        format!("{text}: must be a whole number of at least {least}"),
                    ),
                }
            };
            let keys = number("cacheSize", 0)?;
            Ok(Limit {
                by: *by,
                rate: number("qps", 1)?.into(),
                burst: number("burst", 1)?.into(),
                keys: usize::try_from(keys)
                    .ok()
                    .filter(|keys| *keys > 0)
                    .unwrap_or(KEYS),
                buckets: Mutex::default(),
            })
        };
        let limits: Result<_, _> = limits.iter().enumerate().map(read).collect();
        Ok(Self(Arc::new(limits?)))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts an event whose keys `key` tells: what each limit says against it. Each counts it, whatever
    /// the others say.
    pub(super) fn count(&self, now: Timestamp, key: impl Fn(By) -> String) -> Vec<String> {
        let over = self.0.iter().filter_map(|limit| {
            let key = key(limit.by);
            (!limit.take(&key, now))
                .then(|| format!("limit reached on type {:?} for key {key}", limit.by))
        });
        over.collect()
    }
}

impl Limit {
    /// Takes one event of a key's bucket, if there is one left.
    fn take(&self, key: &str, now: Timestamp) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(key) && buckets.len() >= self.keys {
            self.forget(&mut buckets, now);
        }
        let full = Bucket {
            left: self.burst,
            at: now,
        };
        let bucket = buckets.entry(key.to_owned()).or_insert(full);
        bucket.left = self.left(*bucket, now);
        bucket.at = bucket.at.max(now);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }

    fn left(&self, bucket: Bucket, now: Timestamp) -> f64 {
        let seconds = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        (bucket.left + seconds * self.rate).min(self.burst)
    }

    /// Makes room: buckets that are full again say nothing; where none is, the one used longest ago
    /// goes.
    fn forget(&self, buckets: &mut FxHashMap<String, Bucket>, now: Timestamp) {
        buckets.retain(|_, bucket| self.left(*bucket, now) < self.burst);
        if buckets.len() >= self.keys {
            let oldest = buckets.iter().min_by_key(|(key, bucket)| (bucket.at, *key));
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                buckets.remove(&oldest);
            }
        }
    }
}

impl fmt::Debug for EventRateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limits = self
            .0
            .iter()
            .map(|limit| (limit.by, limit.rate, limit.burst));
        f.debug_list().entries(limits).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn limit(keys: usize) -> Limit {
        Limit {
            by: By::Namespace,
            rate: 2.0,
            burst: 3.0,
            keys,
            buckets: Mutex::default(),
        }
    }

    #[test]
    fn a_bucket_empties_and_fills_again_with_time() {
        let limit = limit(9);
        let start = Timestamp::UNIX_EPOCH;
        let at = |millis: i64| start + SignedDuration::from_millis(millis);
        let taken = [0, 0, 0, 0].map(|millis| limit.take("a", at(millis)));
        assert_eq!(taken, [true, true, true, false]);
        assert!(limit.take("b", at(0)), "another key has its own");
        assert!(!limit.take("a", at(400)));
        assert!(limit.take("a", at(600)));
        assert!(!limit.take("a", at(600)));
        // Never more than the burst.
        let taken = [9_000; 4].map(|millis| limit.take("a", at(millis)));
        assert_eq!(taken, [true, true, true, false]);
    }

    #[test]
    fn memory_is_bounded_by_the_number_of_keys() {
        let limit = limit(3);
        let start = Timestamp::UNIX_EPOCH;
        for key in 0..100 {
            let now = start + SignedDuration::from_millis(key);
            assert!(limit.take(&key.to_string(), now));
            assert!(limit.buckets.lock().unwrap().len() <= 3);
        }
    }
}
