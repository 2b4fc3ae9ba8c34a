//! Which events are worth writing.
//!
//! The rules are those of client-go's `tools/record/events_cache.go`: an event that was told before
//! counts up; events that differ in nothing but their message are told as one from the eleventh in
//! ten minutes on; and one object may be told about 25 times at once, then once in five minutes.

use super::EventType;
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::ObjectReference;
use rustc_hash::FxHashSet;
use std::hash::Hash;

/// How many different events are remembered.
const REMEMBERED: usize = 4096;
/// From this many different messages on, similar events are one.
const SIMILAR: usize = 10;
/// Similar events further apart than this are not taken together.
const SIMILAR_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Events about one object at once.
const BURST: f64 = 25.0;
/// Further events about one object a second.
const REFILL: f64 = 1.0 / 300.0;

/// What to do with an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Drop,
    New {
        name: String,
        message: String,
    },
    Again {
        name: String,
        message: String,
        count: i32,
    },
}

/// What was told so far.
#[derive(Default)]
pub(super) struct Correlator {
    allowances: IndexMap<Subject, Allowance>,
    similar: IndexMap<Kind, Similar>,
    told: IndexMap<(Kind, Option<String>), Told>,
}

/// Whom an event is about.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Subject {
    kind: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    uid: Option<String>,
    field_path: Option<String>,
}

/// Everything about an event but its message.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    subject: Subject,
    event_type: &'static str,
    reason: String,
}

struct Allowance {
    left: f64,
    at: Timestamp,
}

struct Similar {
    messages: FxHashSet<String>,
    at: Timestamp,
}

struct Told {
    name: String,
    count: i32,
}

impl Correlator {
    pub(super) fn judge(
        &mut self,
        object: &ObjectReference,
        event_type: EventType,
        reason: &str,
        message: &str,
        now: Timestamp,
        new_name: impl FnOnce() -> String,
    ) -> Verdict {
        let kind = Kind {
            subject: Subject {
                kind: object.kind.clone(),
                namespace: object.namespace.clone(),
                name: object.name.clone(),
                uid: object.uid.clone(),
                field_path: object.field_path.clone(),
            },
            event_type: event_type.as_str(),
            reason: reason.to_owned(),
        };
        let together = self.is_one_of_many(&kind, message, now);
        if !self.is_allowed(&kind.subject, now) {
            return Verdict::Drop;
        }
        let (message, key) = if together {
            let message = format!("(combined from similar events): {message}");
            (message, (kind, None))
        } else {
            (message.to_owned(), (kind, Some(message.to_owned())))
        };
        if let Some(told) = self.told.get_mut(&key) {
            told.count = told.count.saturating_add(1);
            return Verdict::Again {
                name: told.name.clone(),
                message,
                count: told.count,
            };
        }
        let name = new_name();
        remember(
            &mut self.told,
            key,
            Told {
                name: name.clone(),
                count: 1,
            },
        );
        Verdict::New { name, message }
    }

    fn is_one_of_many(&mut self, kind: &Kind, message: &str, now: Timestamp) -> bool {
        let similar = match self.similar.get_mut(kind) {
            Some(similar) => similar,
            None => remember(
                &mut self.similar,
                kind.clone(),
                Similar {
                    messages: FxHashSet::default(),
                    at: now,
                },
            ),
        };
        if now.duration_since(similar.at) > SIMILAR_WITHIN {
            similar.messages.clear();
        }
        similar.at = now;
        if similar.messages.len() >= SIMILAR && !similar.messages.contains(message) {
            return true;
        }
        similar.messages.insert(message.to_owned());
        false
    }

    fn is_allowed(&mut self, subject: &Subject, now: Timestamp) -> bool {
        let allowance = match self.allowances.get_mut(subject) {
            Some(allowance) => allowance,
            None => remember(
                &mut self.allowances,
                subject.clone(),
                Allowance {
                    left: BURST,
                    at: now,
                },
            ),
        };
        let passed = now.duration_since(allowance.at).as_secs_f64().max(0.0);
        allowance.left = (allowance.left + passed * REFILL).min(BURST);
        allowance.at = now;
        if allowance.left < 1.0 {
            return false;
        }
        allowance.left -= 1.0;
        true
    }
}

/// Inserts into a map of bounded size: half of a full one is forgotten, the oldest half.
fn remember<K: Hash + Eq, V>(map: &mut IndexMap<K, V>, key: K, value: V) -> &mut V {
    if map.len() >= REMEMBERED {
        map.drain(..REMEMBERED / 2);
    }
    map.entry(key).insert_entry(value).into_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(correlator: &mut Correlator, name: &str, message: &str, second: i64) -> Verdict {
        let object = ObjectReference {
            name: Some(name.to_owned()),
            ..ObjectReference::default()
        };
        let now = Timestamp::from_second(second).unwrap();
        correlator.judge(&object, EventType::Normal, "Made", message, now, || {
            format!("{name}.{message}")
        })
    }

    #[test]
    fn many_similar_events_become_one() {
        let mut correlator = Correlator::default();
        for n in 0..10 {
            let verdict = judge(&mut correlator, "rs", &n.to_string(), 0);
            assert!(matches!(verdict, Verdict::New { .. }), "{n}: {verdict:?}");
        }
        let message = "(combined from similar events): 10".to_owned();
        assert_eq!(
            judge(&mut correlator, "rs", "10", 0),
            Verdict::New {
                name: "rs.10".to_owned(),
                message,
            }
        );
        let Verdict::Again { name, count, .. } = judge(&mut correlator, "rs", "11", 0) else {
            panic!("told anew")
        };
        assert_eq!((name.as_str(), count), ("rs.10", 2));
    }

    #[test]
    fn an_object_has_an_allowance_that_comes_back() {
        let mut correlator = Correlator::default();
        for _ in 0..25 {
            assert_ne!(judge(&mut correlator, "p", "x", 0), Verdict::Drop);
        }
        assert_eq!(judge(&mut correlator, "p", "x", 0), Verdict::Drop);
        assert_ne!(judge(&mut correlator, "q", "x", 0), Verdict::Drop);
        assert_ne!(judge(&mut correlator, "p", "x", 301), Verdict::Drop);
        assert_eq!(judge(&mut correlator, "p", "x", 301), Verdict::Drop);
    }

    #[test]
    fn memory_is_bounded() {
        let mut correlator = Correlator::default();
        for n in 0..3 * REMEMBERED {
            judge(&mut correlator, &n.to_string(), "x", 0);
        }
        assert!(correlator.told.len() <= REMEMBERED);
        assert!(correlator.similar.len() <= REMEMBERED);
        assert!(correlator.allowances.len() <= REMEMBERED);
    }
}
