//! What a request needs of an object in other versions, where a webhook converts.
//!
//! Who owns what is worked out without waiting for anybody: what is not there yet is noted, the
//! webhook is asked, and the work is done once more. Each object is converted once a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trimtab_tree::Value;

use super::convert;
use crate::resource::ServedKind;
use crate::state::Server;

/// Objects in other versions, and what is missing of them, of one request.
#[derive(Debug, Default)]
pub(crate) struct Conversions(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    converted: Vec<Converted>,
    missing: Vec<(Value, String)>,
}

#[derive(Debug)]
struct Converted {
    object: Value,
    api_version: String,
    /// Why it could not be converted, if so.
    outcome: Result<Value, String>,
}

impl Conversions {
    /// An object in another version; `None` if that is not known yet: then it is noted.
    pub(crate) fn of(&self, object: &Value, api_version: &str) -> Option<Result<Value, String>> {
        let mut known = self.known();
        let mut converted = known.converted.iter();
        let found = converted.find(|it| it.api_version == api_version && it.object == *object);
        if let Some(found) = found {
            return Some(found.outcome.clone());
        }
        known.missing.push((object.clone(), api_version.to_owned()));
        None
    }

    /// Asks the webhook of a kind for what is missing; tells whether anything was.
    pub(crate) async fn fill(&self, server: &Arc<Server>, kind: &ServedKind) -> bool {
        let missing = std::mem::take(&mut self.known().missing);
        let any = !missing.is_empty();
        for (object, api_version) in missing {
            let outcome = convert::in_any_version(server, kind, &object, &api_version).await;
            let outcome = outcome.map_err(|status| status.message);
            self.known().converted.push(Converted {
                object,
                api_version,
                outcome,
            });
        }
        any
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Each change is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn what_is_not_known_is_noted_until_it_is() {
        let conversions = Conversions::default();
        let object = parse_json(r#"{"a":1}"#, 0).unwrap();
        assert_eq!(conversions.of(&object, "g/v2"), None);
        assert_eq!(conversions.known().missing.len(), 1);
        conversions.known().converted.push(Converted {
            object: object.clone(),
            api_version: "g/v2".to_owned(),
            outcome: Err("no".to_owned()),
        });
        assert_eq!(conversions.of(&object, "g/v2"), Some(Err("no".to_owned())));
        assert_eq!(conversions.of(&object, "g/v3"), None);
    }
}
